/*
** Numbers by rank, for quantiles over all rows or over a moving window. Pure: knows no SQLite.
**
** While nothing but adding happens the numbers are only listed; the first question sorts them. When rows come or go
** after a question (a window), they move into an AVL tree (Adelson-Velsky and Landis 1962) whose nodes count what is under
** them: a row then costs O(log n), and so does a question. Equal numbers share a node.
*/
#ifndef LORE_PATTERNS_RANKS_H
#define LORE_PATTERNS_RANKS_H

#include <stddef.h>
#include <stdint.h>

typedef struct RankNode RankNode;

/* Zeroed memory is no number; set `reallocate` (like realloc, never called with 0 bytes) before the first one. */
typedef struct Ranks {
  void *(*reallocate)(void *old, size_t bytes);
  double *list;          /* before there is a tree */
  size_t listed, list_room;
  int sorted;            /* the list was asked */
  RankNode *nodes;       /* nodes[0] is "none" */
  uint32_t node_count, node_room, root, unused; /* unused: a list of free nodes, by their left link */
  int has_tree;
} Ranks;

enum { RANKS_MOST = 0x7ffffff0 }; /* numbers at once */

int ranksAdd(Ranks *ranks, double x);    /* 0: no memory, or too many; not-a-number must not come */
int ranksRemove(Ranks *ranks, double x); /* one that was added; 0: no memory */
size_t ranksCount(const Ranks *ranks);

/* The quantile q of 0..1, as engine/quantile.h has it. 0 when there is none: no number, or the middle between infinities of
** both signs. */
int ranksQuantile(Ranks *ranks, double q, double *quantile);

void ranksFree(Ranks *ranks, void (*release)(void *));

#endif
