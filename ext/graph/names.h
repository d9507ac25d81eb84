/*
** Names of nodes as numbers: each text once, numbered from 0 in the order in which it came. Pure: knows no SQLite.
**
** The texts lie in blocks that never move, so a text may be used as long as the table lives. A name costs its bytes and one, 16
** more, or up to 32 just after the array has doubled, and between 8 and 16 for its place in the hash table.
*/
#ifndef LORE_GRAPH_NAMES_H
#define LORE_GRAPH_NAMES_H

#include <stddef.h>
#include <stdint.h>

#include "graph/memory.h"

typedef struct GraphName {
  const char *text; /* NUL-terminated */
  uint32_t length;
  uint32_t hash;
} GraphName;

typedef struct GraphNames {
  GraphMemory *memory;
  GraphName *names;
  int32_t *slots;      /* number + 1, or 0; a power of two */
  struct GraphNameBlock *blocks;
  int count, room;
  uint32_t slot_count;
} GraphNames;

/* The number of a name, which is added when it is not there: then its number is the old count. -1: no memory. */
int graphNamesAdd(GraphNames *names, const char *text, size_t length);
int graphNamesFind(const GraphNames *names, const char *text, size_t length); /* -1: it is not there */
void graphNamesFree(GraphNames *names);

#endif
