/*
** One step of learning: an observation changes the members `counts`, `rates` and `learned_patterns` of a configuration. Pure:
** knows no SQLite.
**
**   counts            {"name": n}: numbers that are added; whole numbers stay whole as long as they fit into 64 bits
**   rates             {"name": x}: a rate moves by alpha of its distance to x; a new one begins at x
**   alpha             more than 0, at most 1; 0.1 when it is not given
**   learned_patterns  ["text"]: each once, as {"pattern", "hits", "last_seen"}, with one hit more for each time it is named
**
** All other members of the configuration stay as they are, to the byte.
*/
#ifndef LORE_GRAPH_LEARN_H
#define LORE_GRAPH_LEARN_H

#include "engine/buffer.h"
#include "engine/scan.h"
#include "graph/memory.h"

enum { GRAPH_PROBLEM_SIZE = 160 };

typedef struct GraphLearning {
  GraphMemory *memory;
  LoreBuffer *result;                /* the new configuration, when changed is 1 */
  int changed;
  char problem[GRAPH_PROBLEM_SIZE];  /* what is wrong; "" for nothing */
  int is_kept;                       /* 1: with the configuration, 0: with the observation */
} GraphLearning;

/* Both texts are JSON objects. at: the text of last_seen, a time in its one form. 0: a problem, or no memory (memory->failed,
** result->failed). */
int graphLearn(GraphLearning *learning, const LoreScanValue *configuration, const LoreScanValue *observation, const char *at);

#endif
