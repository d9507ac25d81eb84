#include "graph/walk.h"

/* Adds a node when it is new. 0: no memory. */
static int visit(GraphWalk *walk, const char *node, size_t length, int from, GraphAdjacency *adjacency){
  int count = walk->names.count;
  int number = graphNamesAdd(&walk->names, node, length);
  if( number < count ) return number >= 0;
  GraphStep *grown = graphGrow(walk->names.memory, walk->steps, number, &walk->room, sizeof *grown);
  if( grown==NULL ) return 0;
  walk->steps = grown;
  grown[number] = (GraphStep){ .from = from };
  if( from >= 0 ){
    grown[number].depth = grown[from].depth + 1;
    grown[number].edge = adjacency->edge(adjacency);
  }
  return 1;
}

static int expand(GraphWalk *walk, GraphAdjacency *adjacency, int from, GraphDirection direction, long long max_nodes){
  const char *node;
  size_t length;
  if( !adjacency->open(adjacency, &walk->names.names[from], direction) ) return 0;
  while( walk->names.count < max_nodes && adjacency->next(adjacency, &node, &length) ){
    if( !visit(walk, node, length, from, adjacency) ) return 0;
  }
  return !adjacency->failed;
}

int graphWalk(GraphWalk *walk, GraphAdjacency *adjacency, const char *start, size_t length, GraphDirection direction,
              long long max_depth, long long max_nodes){
  if( !visit(walk, start, length, -1, adjacency) ) return 0;
  for(int i = 0; i < walk->names.count && walk->names.count < max_nodes && walk->steps[i].depth < max_depth; i++){
    if( direction & GRAPH_OUT && !expand(walk, adjacency, i, GRAPH_OUT, max_nodes) ) return 0;
    if( direction & GRAPH_IN && !expand(walk, adjacency, i, GRAPH_IN, max_nodes) ) return 0;
  }
  return 1;
}

void graphWalkFree(GraphWalk *walk){
  graphFree(walk->names.memory, walk->steps);
  graphNamesFree(&walk->names);
  walk->steps = NULL;
  walk->room = 0;
}
