/*
** The edges of main.graph_edges as an adjacency, and SQLite's memory for the pure parts.
*/
#ifndef LORE_GRAPH_TABLES_H
#define LORE_GRAPH_TABLES_H

#include "engine/engine.h"
#include "graph/adjacency.h"

/* Reads edges by the call's arguments `scope`, `relationship` and `as_of`. */
typedef struct GraphTables {
  GraphAdjacency adjacency;
  LoreCall *call;
  int scope, as_of;             /* the arguments of these names */
  LoreStatement *statements[2]; /* of outgoing and of incoming edges, taken when first needed */
  LoreStatement *now;           /* the one that is walked */
} GraphTables;

void graphTablesOpen(GraphTables *tables, LoreCall *call, int scope, int as_of);
void graphTablesClose(GraphTables *tables);

GraphMemory graphMemory(void);

/* `out`, `in` or `both` in an argument. */
GraphDirection graphDirection(LoreCall *call, int argument);

/* The node that an argument names is in the call's scope. */
int graphNodeExists(LoreCall *call, int argument);

#endif
