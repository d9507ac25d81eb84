/*
** The bodies of graph's readers. Those of its verbs: node.h, edge.h, scopes.h, config.h.
*/
#ifndef LORE_GRAPH_H
#define LORE_GRAPH_H

#include "engine/engine.h"

/* walks.c */
void graphWalkRows(LoreCall *call); /* graph_walk */
void graphPathRows(LoreCall *call); /* graph_path */

/* wholes.c */
void graphComponentRows(LoreCall *call); /* graph_components */
void graphRankRows(LoreCall *call);      /* graph_rank */
void graphDiff(LoreCall *call);          /* checks the moments of graph_diff */

/* nodes.c */
void graphRecall(LoreCall *call); /* graph_recall */

/* where.c */
void graphNodesWhere(LoreCall *call); /* graph_nodes_where */

#endif
