/*
** A node as verbs read and write it, with its versions.
*/
#ifndef LORE_GRAPH_NODE_H
#define LORE_GRAPH_NODE_H

#include "engine/engine.h"
#include "engine/scan.h"

/* Texts live as long as the call. */
typedef struct GraphNode {
  const char *id, *scope;
  const char *type;       /* NULL: there is no such node */
  const char *attributes; /* whatever other software has stored: loreIsObject */
  sqlite3_int64 version;
} GraphNode;

typedef struct GraphWriter {
  const char *by, *reason; /* NULL for none */
} GraphWriter;

GraphNode graphNodeRead(LoreCall *call, const char *id, const char *scope);

/* Stores a node as it is to be from now on; what it was goes into the history: 1. Nothing is written when it is so already, which
** a notice says: 0. The result of the call is the version. */
int graphNodeWrite(LoreCall *call, const GraphNode *old, const char *type, const char *attributes, const GraphWriter *writer);

/* What an argument `attributes` says: '' and JSON null are no attributes, "{}"; NULL when it is absent. */
const char *graphAttributes(LoreCall *call, int argument);

/* Shows where attributes lie that must be an object; an error that names the node when they are none. 0 after an error. */
int graphObject(LoreCall *call, const char *attributes, const char *node, LoreScanValue *object);

/* Puts the members of patch over those of a node's attributes; base itself when nothing becomes another. Memory of the call; NULL
** after an error. */
const char *graphMerge(LoreCall *call, const char *base, const char *patch, const char *node);

/* The verbs of nodes.c and forget.c */
void graphPutNode(LoreCall *call);    /* version */
void graphMergeNode(LoreCall *call);  /* version */
void graphDeleteNode(LoreCall *call); /* nodes and edges deleted */
void graphForget(LoreCall *call);     /* nodes and edges deleted */

#endif
