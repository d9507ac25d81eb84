/*
** The shortest path by weight (E. W. Dijkstra, "A note on two problems in connexion with graphs", 1959), with a heap of ways.
** Of two ways of one weight the one with fewer edges is taken. With a limit to the edges a node may be settled several times, each
** time by fewer edges than before.
*/
#include <limits.h>

#include "graph/path.h"

/* A way to a node. */
typedef struct Way {
  int node;
  int from;  /* the way before it; -1: it begins here */
  int edges;
  GraphEdge edge;
  double distance;
} Way;

typedef struct Place {
  double nearest; /* of the ways to this node so far; only without a limit */
  int settled;    /* the fewest edges of a way that was taken; INT_MAX: none was */
} Place;

typedef struct Dijkstra {
  GraphPath *path;
  GraphAdjacency *adjacency;
  long long max_depth;
  Way *ways;
  int way_count, way_room;
  int *heap;   /* numbers of ways, the shortest first */
  int heap_count, heap_room;
  Place *places; /* one a name */
  int place_room;
} Dijkstra;

static GraphMemory *memoryOf(Dijkstra *d){
  return d->path->names.memory;
}

/* ---- The heap ---- */

static int isBefore(const Dijkstra *d, int left, int right){
  const Way *a = &d->ways[left], *b = &d->ways[right];
  if( a->distance!=b->distance ) return a->distance < b->distance;
  if( a->edges!=b->edges ) return a->edges < b->edges;
  return left < right;
}

static int push(Dijkstra *d, int way){
  int *heap = graphGrow(memoryOf(d), d->heap, d->heap_count, &d->heap_room, sizeof *heap);
  if( heap==NULL ) return 0;
  d->heap = heap;
  int i = d->heap_count++;
  for(; i > 0 && isBefore(d, way, heap[(i - 1)/2]); i = (i - 1)/2) heap[i] = heap[(i - 1)/2];
  heap[i] = way;
  return 1;
}

static int pop(Dijkstra *d){
  int *heap = d->heap, first = heap[0], last = heap[--d->heap_count], i = 0;
  for(int child = 1; child < d->heap_count; child = 2*i + 1){
    if( child + 1 < d->heap_count && isBefore(d, heap[child + 1], heap[child]) ) child++;
    if( !isBefore(d, heap[child], last) ) break;
    heap[i] = heap[child];
    i = child;
  }
  heap[i] = last;
  return first;
}

/* ---- Ways ---- */

static int placeOf(Dijkstra *d, const char *node, size_t length){
  int count = d->path->names.count;
  int number = graphNamesAdd(&d->path->names, node, length);
  if( number < count ) return number;
  Place *grown = graphGrow(memoryOf(d), d->places, number, &d->place_room, sizeof *grown);
  if( grown==NULL ) return -1;
  d->places = grown;
  grown[number] = (Place){ .nearest = -1, .settled = INT_MAX };
  return number;
}

/* 0: no memory. */
static int addWay(Dijkstra *d, const Way *way){
  Place *place = &d->places[way->node];
  if( way->edges >= place->settled ) return 1;
  if( d->max_depth==LLONG_MAX ){
    if( place->nearest >= 0 && way->distance >= place->nearest ) return 1;
    place->nearest = way->distance;
  }
  Way *grown = graphGrow(memoryOf(d), d->ways, d->way_count, &d->way_room, sizeof *grown);
  if( grown==NULL ) return 0;
  d->ways = grown;
  grown[d->way_count] = *way;
  return push(d, d->way_count++);
}

static int expand(Dijkstra *d, int from, GraphDirection direction){
  const char *text;
  size_t length;
  GraphAdjacency *adjacency = d->adjacency;
  if( !adjacency->open(adjacency, &d->path->names.names[d->ways[from].node], direction) ) return 0;
  while( adjacency->next(adjacency, &text, &length) ){
    int node = placeOf(d, text, length);
    if( node < 0 ) return 0;
    Way way = { .node = node, .from = from, .edges = d->ways[from].edges + 1, .edge = adjacency->edge(adjacency) };
    way.distance = d->ways[from].distance + way.edge.weight;
    if( way.edge.weight < 0 ){
      d->path->negative = way.edge;
      return 0;
    }
    if( !addWay(d, &way) ) return 0;
  }
  return !adjacency->failed;
}

/* Settles the shortest way of the heap; the target is reached when it is settled. 0: an error. */
static int settle(Dijkstra *d, int way, GraphDirection direction){
  int edges = d->ways[way].edges;
  Place *place = &d->places[d->ways[way].node];
  if( edges >= place->settled ) return 1;
  place->settled = d->max_depth==LLONG_MAX ? 0 : edges;
  if( edges >= d->max_depth ) return 1;
  if( direction & GRAPH_OUT && !expand(d, way, GRAPH_OUT) ) return 0;
  return !(direction & GRAPH_IN) || expand(d, way, GRAPH_IN);
}

static int collect(Dijkstra *d, int way){
  GraphPath *path = d->path;
  path->count = d->ways[way].edges + 1;
  path->hops = graphAllocate(memoryOf(d), (size_t)path->count, sizeof *path->hops);
  if( path->hops==NULL ) return 0;
  for(; way >= 0; way = d->ways[way].from){
    path->hops[d->ways[way].edges] = (GraphHop){ d->ways[way].node, d->ways[way].edge, d->ways[way].distance };
  }
  return 1;
}

static int search(Dijkstra *d, const GraphEnds *ends){
  int target = placeOf(d, ends->target, ends->target_length);
  int source = target < 0 ? -1 : placeOf(d, ends->source, ends->source_length);
  Way first = { .node = source, .from = -1 };
  if( source < 0 || !addWay(d, &first) ) return 0;
  while( d->heap_count > 0 ){
    int way = pop(d);
    if( d->ways[way].node==target ) return collect(d, way);
    if( !settle(d, way, ends->direction) ) return 0;
  }
  return 1;
}

int graphPathByWeight(GraphPath *path, GraphAdjacency *adjacency, const GraphEnds *ends){
  Dijkstra d = { .path = path, .adjacency = adjacency, .max_depth = ends->max_depth };
  int done = search(&d, ends);
  graphFree(path->names.memory, d.ways);
  graphFree(path->names.memory, d.heap);
  graphFree(path->names.memory, d.places);
  return done;
}
