/*
** A graph as a whole: what hangs together, and which nodes are central. Pure: knows no SQLite.
**
** Memory: 16 bytes an edge, or up to 32 just after the arrays have doubled, the names (names.h), and what each call below says.
*/
#ifndef LORE_GRAPH_WHOLE_H
#define LORE_GRAPH_WHOLE_H

#include "graph/names.h"

typedef struct GraphWhole {
  GraphNames names; /* its memory is the caller's */
  int32_t *from, *to;
  double *weights;
  int count, from_room, to_room, weight_room; /* edges */
} GraphWhole;

/* 0: no memory. Nodes without edges are added by graphNamesAdd. */
int graphWholeAdd(GraphWhole *whole, const GraphName *from, const GraphName *to, double weight);
void graphWholeFree(GraphWhole *whole);

/* parents[node] becomes the first node, in text order, that it hangs together with, whatever the directions; sizes[that node] how
** many do. Both have room for all names. */
void graphComponents(const GraphWhole *whole, int32_t *parents, int32_t *sizes);

/* PageRank (S. Brin and L. Page, 1998) by weight: ranks[node], which has room for all names, becomes its rank; they sum to 1. A
** node hands on damping of its rank, by the weights of its outgoing edges, or evenly to all nodes when it has none or they are
** all 0; the rest comes evenly to all. Ends after so many iterations, or when all together change by less than 1e-12.
** is_stopped(context) is asked before each. No weight may be below 0. Takes 12 bytes an edge and 16 a node. 0: no memory, or
** stopped. */
int graphRank(const GraphWhole *whole, double damping, long long iterations, double *ranks, int (*is_stopped)(void *),
              void *context);

#endif
