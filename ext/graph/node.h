/*
** A node as verbs read and write it, with its versions.
*/
#ifndef LORE_GRAPH_NODE_H
#define LORE_GRAPH_NODE_H

#include "engine/engine.h"

/* Texts live as long as the call. */
typedef struct GraphNode {
  const char *id, *scope;
  const char *type;       /* NULL: there is no such node */
  const char *attributes;
  sqlite3_int64 version;  /* 0: there is no such node */
} GraphNode;

typedef struct GraphWriter {
  const char *by, *reason; /* NULL for none */
} GraphWriter;

GraphNode graphNodeRead(LoreCall *call, const char *id, const char *scope);

/* Stores a node as it is to be from now on; what it was goes into the history. Nothing is written when it is so already, which a
** notice says. The result of the call is the version. */
void graphNodeWrite(LoreCall *call, const GraphNode *old, const char *type, const char *attributes, const GraphWriter *writer);

/* Puts the members of patch over those of an object; base itself when nothing becomes another. Memory of the call; NULL after an
** error. `what` names the base in the error for one that is no object. */
const char *graphMerge(LoreCall *call, const char *base, const char *patch, const char *what);

/* graph_put_node and the like */
void graphPutNode(LoreCall *call);
void graphMergeNode(LoreCall *call);

/* Deletes a node with its edges and its history; nodes and edges deleted. */
sqlite3_int64 graphNodeDelete(LoreCall *call, const char *id, const char *scope);
void graphDeleteNode(LoreCall *call);
void graphForget(LoreCall *call);

#endif
