/*
** One shortest path between two nodes: by the number of edges, from both ends at once, or by the sum of their weights
** (Dijkstra 1959). Pure: knows no SQLite.
**
** Memory: by edges 52 bytes a node that was visited, and its name (names.h); by weight 16 bytes a node, its name, and 44 for each
** edge that shortened a way. All arrays double when they are full, so up to twice that.
*/
#ifndef LORE_GRAPH_PATH_H
#define LORE_GRAPH_PATH_H

#include "graph/adjacency.h"

typedef struct GraphHop {
  int node;        /* number of the name */
  GraphEdge edge;  /* that led to it; of no meaning in the first hop */
  double distance; /* from the source */
} GraphHop;

typedef struct GraphPath {
  GraphNames names;      /* its memory is the caller's */
  GraphHop *hops;        /* from source to target; the caller's, once made */
  int count;             /* 0: there is no path; of a node to itself it has one hop */
  int is_negative;       /* by weight: an edge was met whose weight is below 0, */
  GraphEdge negative;    /* and this is it */
} GraphPath;

typedef struct GraphEnds {
  const char *source, *target;
  size_t source_length, target_length;
  GraphDirection direction;
  long long max_depth;   /* edges at most; LLONG_MAX: any number */
} GraphEnds;

/* 0: no memory, an error of the adjacency, or a negative weight. */
int graphPathByEdges(GraphPath *path, GraphAdjacency *adjacency, const GraphEnds *ends);
int graphPathByWeight(GraphPath *path, GraphAdjacency *adjacency, const GraphEnds *ends);
void graphPathFree(GraphPath *path);

#endif
