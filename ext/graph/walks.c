/*
** graph_walk and graph_path: their rows, made from what the walk has found when SQLite asks for them. The walk itself is
** over when the first row is shown, so a statement may write what it has read.
*/
#include <limits.h>

#include "engine/buffer.h"
#include "graph/graph.h"
#include "graph/path.h"
#include "graph/tables.h"
#include "graph/walk.h"

static long long limitOf(LoreCall *call, int argument){
  return loreGiven(call, argument) ? loreInt(call, argument) : LLONG_MAX;
}

/* ---- graph_walk ---- */

enum { WALK_START, WALK_SCOPE, WALK_DEPTH, WALK_DIRECTION, WALK_RELATIONSHIP, WALK_AS_OF, WALK_NODES };

typedef struct Walked {
  GraphMemory memory;
  GraphWalk walk;
  LoreBuffer path;   /* of the row that was shown last */
  int from;          /* the node before the last in it; -1: there is none */
  size_t prefix;     /* how much of it is the path to that node, without its bracket */
} Walked;

static void releaseWalked(void *context){
  Walked *walked = context;
  graphWalkFree(&walked->walk);
  sqlite3_free(walked->path.data);
}

static void addNode(Walked *walked, int node){
  const GraphName *name = &walked->walk.names.names[node];
  if( walked->path.length > 1 ) loreBufferChar(&walked->path, ',');
  loreBufferQuoted(&walked->path, name->text, name->length);
}

/* The path to a node, from its end: the steps are turned round in an array of the call. */
static void makePrefix(LoreCall *call, Walked *walked, int node){
  const GraphStep *steps = walked->walk.steps;
  int count = node < 0 ? 0 : steps[node].depth + 1;
  int *nodes = loreAllocate(call, sizeof *nodes*(size_t)(count + 1));
  if( nodes==NULL ) return;
  for(int i = count - 1, at = node; i >= 0; i--, at = steps[at].from) nodes[i] = at;
  loreBufferClear(&walked->path);
  loreBufferChar(&walked->path, '[');
  for(int i = 0; i < count; i++) addNode(walked, nodes[i]);
  walked->prefix = walked->path.length;
  walked->from = node;
}

/* JSON array of the nodes from the start on. Rows that were reached from the same node follow each other. */
static void showPath(LoreCall *call, Walked *walked, int node){
  int from = walked->walk.steps[node].from;
  if( walked->path.length==0 || walked->from!=from ) makePrefix(call, walked, from);
  else loreBufferCut(&walked->path, walked->prefix);
  addNode(walked, node);
  loreBufferChar(&walked->path, ']');
  if( walked->path.failed ) loreNoMemory(call);
  else loreRowBorrowed(call, walked->path.data, walked->path.length);
}

static void showEdge(LoreCall *call, const GraphEdge *edge, int is_weight){
  if( edge==NULL ) loreRowText(call, NULL);
  else if( is_weight ) loreRowReal(call, edge->weight);
  else loreRowInt(call, edge->id);
}

static void walkValue(LoreCall *call, void *context, sqlite3_int64 row, int column){
  enum { NODE, DEPTH, PATH, EDGE };
  Walked *walked = context;
  const GraphStep *step = &walked->walk.steps[row];
  const GraphName *name = &walked->walk.names.names[row];
  switch( column ){
    case NODE: loreRowBorrowed(call, name->text, name->length); break;
    case DEPTH: loreRowInt(call, step->depth); break;
    case PATH: showPath(call, walked, (int)row); break;
    default: showEdge(call, step->from < 0 ? NULL : &step->edge, column!=EDGE); break;
  }
}

void graphWalkRows(LoreCall *call){
  Walked *walked = loreAllocate(call, sizeof *walked);
  if( walked==NULL ) return;
  *walked = (Walked){ .memory = graphMemory(), .path = { .reallocate = loreReallocate } };
  walked->walk.names.memory = &walked->memory;
  loreRowsLater(call, 0, walkValue, walked, releaseWalked);
  if( !graphNodeExists(call, WALK_START) ) return;
  GraphTables tables;
  graphTablesOpen(&tables, call, WALK_SCOPE, WALK_AS_OF);
  int done = graphWalk(&walked->walk, &tables.adjacency, loreText(call, WALK_START), loreTextLength(call, WALK_START),
                       graphDirection(call, WALK_DIRECTION), limitOf(call, WALK_DEPTH), limitOf(call, WALK_NODES));
  graphTablesClose(&tables);
  if( !done ) loreNoMemory(call); /* unless there is another error already */
  loreRowsLater(call, walked->walk.names.count, walkValue, walked, releaseWalked);
}

/* ---- graph_path ---- */

enum { PATH_SOURCE, PATH_TARGET, PATH_SCOPE, PATH_DEPTH, PATH_DIRECTION, PATH_RELATIONSHIP, PATH_WEIGHTED, PATH_AS_OF };

typedef struct Found {
  GraphMemory memory;
  GraphPath path;
} Found;

static void releaseFound(void *context){
  graphPathFree(&((Found*)context)->path);
}

static void pathValue(LoreCall *call, void *context, sqlite3_int64 row, int column){
  enum { STEP, NODE, EDGE, WEIGHT };
  const GraphPath *path = &((Found*)context)->path;
  const GraphHop *hop = &path->hops[row];
  const GraphName *name = &path->names.names[hop->node];
  switch( column ){
    case STEP: loreRowInt(call, row); break;
    case NODE: loreRowBorrowed(call, name->text, name->length); break;
    case EDGE: case WEIGHT: showEdge(call, row==0 ? NULL : &hop->edge, column==WEIGHT); break;
    default: loreRowReal(call, hop->distance); break;
  }
}

static void search(LoreCall *call, Found *found){
  GraphEnds ends = {
    .source = loreText(call, PATH_SOURCE), .source_length = loreTextLength(call, PATH_SOURCE),
    .target = loreText(call, PATH_TARGET), .target_length = loreTextLength(call, PATH_TARGET),
    .direction = graphDirection(call, PATH_DIRECTION), .max_depth = limitOf(call, PATH_DEPTH) };
  GraphTables tables;
  graphTablesOpen(&tables, call, PATH_SCOPE, PATH_AS_OF);
  int done = loreInt(call, PATH_WEIGHTED) ? graphPathByWeight(&found->path, &tables.adjacency, &ends)
                                          : graphPathByEdges(&found->path, &tables.adjacency, &ends);
  graphTablesClose(&tables);
  const GraphEdge *negative = &found->path.negative;
  if( found->path.is_negative ){
    loreRefuse(call, LORE_REFUSED, "no weight may be below 0, but that of edge %lld is %!.15g", negative->id, negative->weight);
  }else if( !done ){
    loreNoMemory(call); /* unless there is another error already */
  }
}

void graphPathRows(LoreCall *call){
  Found *found = loreAllocate(call, sizeof *found);
  if( found==NULL ) return;
  *found = (Found){ .memory = graphMemory() };
  found->path.names.memory = &found->memory;
  loreRowsLater(call, 0, pathValue, found, releaseFound);
  if( !graphNodeExists(call, PATH_SOURCE) || !graphNodeExists(call, PATH_TARGET) ) return;
  search(call, found);
  loreRowsLater(call, found->path.count, pathValue, found, releaseFound);
}
