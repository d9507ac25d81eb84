/*
** A growable text over whatever allocator its owner has.
**
** Pure cores write their results into one of these, so they need neither SQLite's allocator nor malloc.
** After a failed allocation `failed` is set and every later call does nothing: look at it once, at the
** end. What has been appended is always followed by a NUL, which `length` does not count. The owner
** sets `reallocate` (like realloc, never called with 0 bytes) and frees `data`.
*/
#ifndef LORE_ENGINE_BUFFER_H
#define LORE_ENGINE_BUFFER_H

#include <stddef.h>

typedef struct LoreBuffer {
  char *data;
  size_t length, capacity;
  void *(*reallocate)(void *old, size_t bytes);
  int failed;
} LoreBuffer;

/* text may be part of the buffer itself only if it does not have to grow: copy it first otherwise. */
void loreBufferAppend(LoreBuffer *buffer, const char *text, size_t length);
void loreBufferChar(LoreBuffer *buffer, char c);

/* UTF-8 text as a JSON string, in its quotes; control characters, quotes and backslashes are escaped (RFC 8259). */
void loreBufferQuoted(LoreBuffer *buffer, const char *text, size_t length);

/* Shorten to `length`, which is at most the present one; the memory is kept. */
void loreBufferCut(LoreBuffer *buffer, size_t length);
void loreBufferClear(LoreBuffer *buffer);

#endif
