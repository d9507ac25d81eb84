/*
** The verbs of edges, which are facts with a time.
*/
#ifndef LORE_GRAPH_EDGE_H
#define LORE_GRAPH_EDGE_H

#include "engine/engine.h"

void graphPutEdge(LoreCall *call); /* edge_id */
void graphEndEdge(LoreCall *call); /* 1 or 0 */

#endif
