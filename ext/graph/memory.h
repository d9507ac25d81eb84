/*
** Memory of the pure parts of graph/: whoever calls them says where it comes from. Pure: knows no SQLite.
*/
#ifndef LORE_GRAPH_MEMORY_H
#define LORE_GRAPH_MEMORY_H

#include <stddef.h>

typedef struct GraphMemory {
  void *(*reallocate)(void *old, size_t bytes); /* like realloc; with 0 bytes it frees */
  int failed;                                   /* an allocation did */
  unsigned long long seed;                      /* of hash tables: whoever makes the names must not know it */
} GraphMemory;

/* Room for `count` elements and one more in an array of *room: where it now lies. NULL: no memory, and `failed` is set; the
** array stays as it was. */
void *graphGrow(GraphMemory *memory, void *array, int count, int *room, size_t size);

/* count elements, not zeroed; never NULL for 0. NULL: no memory. */
void *graphAllocate(GraphMemory *memory, size_t count, size_t size);

void graphFree(GraphMemory *memory, void *block);

#endif
