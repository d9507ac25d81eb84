/*
** The shortest path by the number of edges: one level after the other, from the end whose level has fewer nodes. The first
** node that both have reached lies on a shortest path: a shorter one would have met a level before.
*/
#include "graph/path.h"

enum { UNSEEN = -1 };

/* How a node was reached from the source [0] and from the target [1]. */
typedef struct Reach {
  int depth[2];
  int from[2];
  GraphEdge edge[2];
} Reach;

/* The nodes that one end has reached, in their order; the last level is not yet expanded. */
typedef struct Side {
  int *nodes;
  int count, room;
  int level; /* where the last level begins */
  int depth; /* of it */
  GraphDirection direction;
} Side;

typedef struct Search {
  GraphPath *path;
  GraphAdjacency *adjacency;
  Reach *reaches;  /* one a name */
  int count, room;
  Side sides[2];
  int meeting; /* -1: none yet */
} Search;

static GraphMemory *memoryOf(Search *search){
  return search->path->names.memory;
}

/* The number of a node, with its place among the reaches. -1: no memory. */
static int numberOf(Search *search, const char *node, size_t length){
  int number = graphNamesAdd(&search->path->names, node, length);
  while( search->count <= number ){
    Reach *grown = graphGrow(memoryOf(search), search->reaches, search->count, &search->room, sizeof *grown);
    if( grown==NULL ) return -1;
    search->reaches = grown;
    grown[search->count++] = (Reach){ .depth = { UNSEEN, UNSEEN }, .from = { -1, -1 } };
  }
  return number;
}

/* One end has reached a node. 0: no memory. */
static int reach(Search *search, int end, int number, int from){
  Side *side = &search->sides[end];
  Reach *reached = &search->reaches[number];
  if( reached->depth[end]!=UNSEEN ) return 1;
  int *grown = graphGrow(memoryOf(search), side->nodes, side->count, &side->room, sizeof *grown);
  if( grown==NULL ) return 0;
  side->nodes = grown;
  side->nodes[side->count++] = number;
  reached->depth[end] = from < 0 ? 0 : search->reaches[from].depth[end] + 1;
  reached->from[end] = from;
  if( from >= 0 ) reached->edge[end] = search->adjacency->edge(search->adjacency);
  if( reached->depth[1 - end]!=UNSEEN ) search->meeting = number;
  return 1;
}

static int expandNode(Search *search, int end, int from, GraphDirection direction){
  const char *node;
  size_t length;
  GraphAdjacency *adjacency = search->adjacency;
  if( !adjacency->open(adjacency, &search->path->names.names[from], direction) ) return 0;
  while( search->meeting < 0 && adjacency->next(adjacency, &node, &length) ){
    int number = numberOf(search, node, length);
    if( number < 0 || !reach(search, end, number, from) ) return 0;
  }
  return !adjacency->failed;
}

static int expandLevel(Search *search, int end){
  Side *side = &search->sides[end];
  int first = side->level, last = side->count;
  side->level = last;
  side->depth++;
  for(int i = first; i < last && search->meeting < 0; i++){
    if( side->direction & GRAPH_OUT && !expandNode(search, end, side->nodes[i], GRAPH_OUT) ) return 0;
    if( search->meeting >= 0 || !(side->direction & GRAPH_IN) ) continue;
    if( !expandNode(search, end, side->nodes[i], GRAPH_IN) ) return 0;
  }
  return 1;
}

static int levelSize(const Side *side){
  return side->count - side->level;
}

static int meet(Search *search, long long max_depth){
  Side *sides = search->sides;
  while( search->meeting < 0 && (long long)sides[0].depth + sides[1].depth < max_depth ){
    if( levelSize(&sides[0])==0 || levelSize(&sides[1])==0 ) break;
    if( !expandLevel(search, levelSize(&sides[1]) < levelSize(&sides[0])) ) return 0;
  }
  return 1;
}

/* From the meeting back to the source, and on to the target. */
static int collect(Search *search){
  GraphPath *path = search->path;
  if( search->meeting < 0 ) return 1;
  const Reach *reaches = search->reaches;
  const Reach *middle = &reaches[search->meeting];
  int count = 1 + middle->depth[0] + middle->depth[1];
  path->hops = graphAllocate(memoryOf(search), (size_t)count, sizeof *path->hops);
  if( path->hops==NULL ) return 0;
  path->count = count;
  for(int node = search->meeting; node >= 0; node = reaches[node].from[0]){
    path->hops[reaches[node].depth[0]] = (GraphHop){ node, reaches[node].edge[0], reaches[node].depth[0] };
  }
  for(int node = search->meeting, i = middle->depth[0] + 1; i < count; i++){
    GraphEdge edge = reaches[node].edge[1];
    node = reaches[node].from[1];
    path->hops[i] = (GraphHop){ node, edge, i };
  }
  return 1;
}

static int begin(Search *search, const GraphEnds *ends){
  int source = numberOf(search, ends->source, ends->source_length);
  int target = source < 0 ? -1 : numberOf(search, ends->target, ends->target_length);
  return target >= 0 && reach(search, 0, source, -1) && reach(search, 1, target, -1);
}

int graphPathByEdges(GraphPath *path, GraphAdjacency *adjacency, const GraphEnds *ends){
  Search search = { .path = path, .adjacency = adjacency, .meeting = -1 };
  search.sides[0].direction = ends->direction;
  search.sides[1].direction = graphReversed(ends->direction);
  int done = begin(&search, ends) && meet(&search, ends->max_depth) && collect(&search);
  graphFree(path->names.memory, search.reaches);
  graphFree(path->names.memory, search.sides[0].nodes);
  graphFree(path->names.memory, search.sides[1].nodes);
  return done;
}

void graphPathFree(GraphPath *path){
  graphFree(path->names.memory, path->hops);
  graphNamesFree(&path->names);
  path->hops = NULL;
  path->count = 0;
}
