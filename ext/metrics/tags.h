/*
** The tags of a series: a JSON object of texts, numbers, true and false, in its one form. Pure: knows no SQLite.
**
** That form has its members sorted by name (as bytes), no blanks, texts escaped in one way, numbers as they were written, and no
** member that is null: so tags that say the same are the same text.
*/
#ifndef LORE_METRICS_TAGS_H
#define LORE_METRICS_TAGS_H

#include "engine/buffer.h"
#include "engine/scan.h"

enum { TAGS_MOST = 64 };

/* value: the text, or how the number, true or false is written. Both end with NUL. */
typedef struct Tag {
  const char *key, *value;
  LoreScanKind kind;
} Tag;

typedef struct Tags {
  int count;
  Tag tags[TAGS_MOST];
} Tags;

/* Reads a valid JSON object of `length` bytes. Keys and values go to `room`, which has 2*length bytes. NULL, or why these are no
** tags, as the end of a sentence: "must not hold an array or an object". Members that are null are kept: tagsDropNull. */
const char *tagsRead(const char *text, size_t length, Tags *tags, char *room);
void tagsDropNull(Tags *tags);

void tagsWrite(const Tags *tags, LoreBuffer *out);

#endif
