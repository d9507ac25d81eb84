/*
** One shortest path between two nodes: by the number of edges, from both ends at once, or by the sum of their weights
** (Dijkstra 1959). Pure: knows no SQLite.
**
** Memory: by edges 64 bytes, by weight 16 bytes a node that was visited, and its name (names.h); by weight 48 bytes more for
** each edge that shortened a way.
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
  GraphEdge negative;    /* by weight: an edge that was met with a weight below 0, with id 0 when there was none */
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
