/*
** Where a traversal gets its edges from: the edges of one node at a time, forwards or backwards. Pure: knows no SQLite.
*/
#ifndef LORE_GRAPH_ADJACENCY_H
#define LORE_GRAPH_ADJACENCY_H

#include <stddef.h>

#include "graph/names.h"

typedef enum GraphDirection { GRAPH_OUT = 1, GRAPH_IN = 2, GRAPH_BOTH = GRAPH_OUT | GRAPH_IN } GraphDirection;

typedef struct GraphEdge {
  long long id;
  double weight;
} GraphEdge;

typedef struct GraphAdjacency GraphAdjacency;
struct GraphAdjacency {
  /* Begins the edges of a node, its outgoing (GRAPH_OUT) or its incoming ones. node's text stays where it is until the next
  ** open. 0: an error, which whoever made this knows of. */
  int (*open)(GraphAdjacency *adjacency, const GraphName *node, GraphDirection direction);
  /* The node at the other end of the next edge, valid until next is called again. 0: no more, or an error. */
  int (*next)(GraphAdjacency *adjacency, const char **node, size_t *length);
  GraphEdge (*edge)(GraphAdjacency *adjacency); /* that edge */
  int failed; /* there was an error */
};

static inline GraphDirection graphReversed(GraphDirection direction){
  return (GraphDirection)((direction & GRAPH_OUT ? GRAPH_IN : 0) | (direction & GRAPH_IN ? GRAPH_OUT : 0));
}

#endif
