/*
** Breadth-first walk: every node that can be reached from a start, once, by a shortest way. Pure: knows no SQLite.
**
** Memory: 24 bytes a node that was visited, or up to twice that just after the array has doubled, and its name (names.h).
*/
#ifndef LORE_GRAPH_WALK_H
#define LORE_GRAPH_WALK_H

#include "graph/adjacency.h"

/* How a node was reached. */
typedef struct GraphStep {
  int from;       /* number of the node before it; -1: it is the start */
  int depth;
  GraphEdge edge; /* the last one */
} GraphStep;

typedef struct GraphWalk {
  GraphNames names;   /* of the visited nodes, in the order of the walk; its memory is the caller's */
  GraphStep *steps;   /* one a name */
  int room;
} GraphWalk;

/* Walks until all is visited, max_depth is reached or max_nodes are found. 0: no memory, or an error of the adjacency. */
int graphWalk(GraphWalk *walk, GraphAdjacency *adjacency, const char *start, size_t length, GraphDirection direction,
              long long max_depth, long long max_nodes);
void graphWalkFree(GraphWalk *walk);

#endif
