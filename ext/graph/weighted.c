/*
** The shortest path by weight (E. W. Dijkstra, "A note on two problems in connexion with graphs", 1959), from both ends at once:
** each end settles the nearest of its ways, until no two ways that are still open could be shorter together than what has met.
** A way is as long as its weights, and of two of one weight the one with fewer edges is the shorter.
**
** With a limit to the edges that path is the answer when it keeps to it. Else only the source's end goes on its way, where a node
** may be settled several times, each time by fewer edges than before: that can take as many ways as there are nodes times edges.
*/
#include <limits.h>

#include "graph/path.h"

typedef struct Length {
  double weight;
  int edges;
} Length;

/* A way from one end to a node. */
typedef struct Way {
  int node;
  int from;  /* the way before it; -1: it begins here */
  GraphEdge edge;
  Length length;
} Way;

/* What an end knows of a node. */
typedef struct Place {
  int nearest; /* the shortest way so far, with a limit the newest; -1: none */
  int settled; /* the fewest edges of a way that was gone on, without a limit 0 when one was; INT_MAX: none was */
} Place;

typedef struct End {
  Way *ways;
  int way_count, way_room;
  int *heap;     /* numbers of ways, the shortest first */
  int heap_count, heap_room;
  Place *places; /* one a name */
  int place_count, place_room;
  GraphDirection direction;
} End;

typedef struct Dijkstra {
  GraphPath *path;
  GraphAdjacency *adjacency;
  long long max_depth;
  End ends[2];    /* from the source, from the target */
  int meeting[2]; /* the ways that are shortest together; -1: none have met */
  Length shortest; /* of both */
} Dijkstra;

static GraphMemory *memoryOf(Dijkstra *d){
  return d->path->names.memory;
}

static Length sum(Length a, Length b){
  return (Length){ a.weight + b.weight, a.edges + b.edges };
}

static int isShorter(Length a, Length b){
  return a.weight!=b.weight ? a.weight < b.weight : a.edges < b.edges;
}

/* ---- The heap ---- */

static int isBefore(const End *end, int left, int right){
  Length a = end->ways[left].length, b = end->ways[right].length;
  return isShorter(a, b) || (!isShorter(b, a) && left < right);
}

static int push(Dijkstra *d, End *end, int way){
  int *heap = graphGrow(memoryOf(d), end->heap, end->heap_count, &end->heap_room, sizeof *heap);
  if( heap==NULL ) return 0;
  end->heap = heap;
  int i = end->heap_count++;
  for(; i > 0 && isBefore(end, way, heap[(i - 1)/2]); i = (i - 1)/2) heap[i] = heap[(i - 1)/2];
  heap[i] = way;
  return 1;
}

static int pop(End *end){
  int *heap = end->heap, first = heap[0], last = heap[--end->heap_count], i = 0;
  for(int child = 1; child < end->heap_count; child = 2*i + 1){
    if( child + 1 < end->heap_count && isBefore(end, heap[child + 1], heap[child]) ) child++;
    if( !isBefore(end, heap[child], last) ) break;
    heap[i] = heap[child];
    i = child;
  }
  heap[i] = last;
  return first;
}

/* ---- Ways ---- */

static int isLimited(const Dijkstra *d){
  return d->max_depth!=LLONG_MAX;
}

/* The place of a node at an end; NULL: no memory. */
static Place *placeOf(Dijkstra *d, End *end, int node){
  while( end->place_count <= node ){
    Place *grown = graphGrow(memoryOf(d), end->places, end->place_count, &end->place_room, sizeof *grown);
    if( grown==NULL ) return NULL;
    end->places = grown;
    grown[end->place_count++] = (Place){ .nearest = -1, .settled = INT_MAX };
  }
  return &end->places[node];
}

/* Whether an end's newest way, to this node, is the shortest so far together with one of the other end. */
static void meet(Dijkstra *d, int which, int node){
  End *end = &d->ends[which], *other = &d->ends[1 - which];
  if( node >= other->place_count || other->places[node].nearest < 0 ) return;
  int ways[2];
  ways[which] = end->way_count - 1;
  ways[1 - which] = other->places[node].nearest;
  Length length = sum(d->ends[0].ways[ways[0]].length, d->ends[1].ways[ways[1]].length);
  if( d->meeting[0] >= 0 && !isShorter(length, d->shortest) ) return;
  d->shortest = length;
  d->meeting[0] = ways[0];
  d->meeting[1] = ways[1];
}

/* Keeps a way when it may be part of the shortest path. 0: no memory. */
static int addWay(Dijkstra *d, int which, const Way *way){
  End *end = &d->ends[which];
  Place *place = placeOf(d, end, way->node);
  if( place==NULL ) return 0;
  if( way->length.edges >= place->settled ) return 1;
  if( !isLimited(d) && place->nearest >= 0 && !isShorter(way->length, end->ways[place->nearest].length) ) return 1;
  Way *grown = graphGrow(memoryOf(d), end->ways, end->way_count, &end->way_room, sizeof *grown);
  if( grown==NULL ) return 0;
  end->ways = grown;
  grown[end->way_count] = *way;
  place->nearest = end->way_count;
  if( !push(d, end, end->way_count++) ) return 0;
  meet(d, which, way->node);
  return 1;
}

static int expand(Dijkstra *d, int which, int from, GraphDirection direction){
  const char *text;
  size_t length;
  GraphAdjacency *adjacency = d->adjacency;
  Way before = d->ends[which].ways[from];
  if( !adjacency->open(adjacency, &d->path->names.names[before.node], direction) ) return 0;
  while( adjacency->next(adjacency, &text, &length) ){
    Way way = { .from = from, .edge = adjacency->edge(adjacency) };
    if( way.edge.weight < 0 ){
      d->path->is_negative = 1;
      d->path->negative = way.edge;
      return 0;
    }
    way.node = graphNamesAdd(&d->path->names, text, length);
    way.length = sum(before.length, (Length){ way.edge.weight, 1 });
    if( way.node < 0 || !addWay(d, which, &way) ) return 0;
  }
  return !adjacency->failed;
}

/* Goes on from the shortest open way of an end. 0: an error. */
static int goOn(Dijkstra *d, int which){
  End *end = &d->ends[which];
  int way = pop(end), edges = end->ways[way].length.edges;
  Place *place = &end->places[end->ways[way].node];
  if( edges >= place->settled ) return 1;
  place->settled = isLimited(d) ? edges : 0;
  if( edges >= d->max_depth ) return 1;
  if( end->direction & GRAPH_OUT && !expand(d, which, way, GRAPH_OUT) ) return 0;
  return !(end->direction & GRAPH_IN) || expand(d, which, way, GRAPH_IN);
}

/* ---- The search ---- */

static Length nearestOpen(const End *end){
  return end->ways[end->heap[0]].length;
}

/* What is still open can't be shorter than what has met. */
static int isFound(const Dijkstra *d){
  if( d->meeting[0] < 0 ) return 0;
  Length open = nearestOpen(&d->ends[0]);
  if( !isLimited(d) ) open = sum(open, nearestOpen(&d->ends[1]));
  return !isShorter(open, d->shortest);
}

static int search(Dijkstra *d){
  const End *ends = d->ends;
  while( ends[0].heap_count > 0 && (isLimited(d) || ends[1].heap_count > 0) && !isFound(d) ){
    int which = !isLimited(d) && isShorter(nearestOpen(&ends[1]), nearestOpen(&ends[0]));
    if( !goOn(d, which) ) return 0;
  }
  return 1;
}

static int begin(Dijkstra *d, const GraphEnds *ends){
  Way source = { .from = -1 }, target = { .from = -1 };
  source.node = graphNamesAdd(&d->path->names, ends->source, ends->source_length);
  target.node = source.node < 0 ? -1 : graphNamesAdd(&d->path->names, ends->target, ends->target_length);
  return target.node >= 0 && addWay(d, 0, &source) && addWay(d, 1, &target);
}

/* ---- The result ---- */

/* The hops from the source to the meeting, and on to the target, whose end has its ways the other way round. */
static int collect(Dijkstra *d){
  GraphPath *path = d->path;
  if( d->meeting[0] < 0 ) return 1;
  path->hops = graphAllocate(memoryOf(d), (size_t)d->shortest.edges + 1, sizeof *path->hops);
  if( path->hops==NULL ) return 0;
  path->count = d->shortest.edges + 1;
  const Way *ways = d->ends[0].ways;
  int at = ways[d->meeting[0]].length.edges;
  for(int way = d->meeting[0]; way >= 0; way = ways[way].from){
    path->hops[ways[way].length.edges] = (GraphHop){ ways[way].node, ways[way].edge, ways[way].length.weight };
  }
  ways = d->ends[1].ways;
  for(int way = d->meeting[1]; ways[way].from >= 0; way = ways[way].from, at++){
    double distance = path->hops[at].distance + ways[way].edge.weight;
    path->hops[at + 1] = (GraphHop){ ways[ways[way].from].node, ways[way].edge, distance };
  }
  return 1;
}

static void release(GraphMemory *memory, End *end){
  graphFree(memory, end->ways);
  graphFree(memory, end->heap);
  graphFree(memory, end->places);
}

static int find(GraphPath *path, GraphAdjacency *adjacency, const GraphEnds *ends, long long max_depth){
  Dijkstra d = { .path = path, .adjacency = adjacency, .max_depth = max_depth, .meeting = { -1, -1 } };
  d.ends[0].direction = ends->direction;
  d.ends[1].direction = graphReversed(ends->direction);
  int done = begin(&d, ends) && search(&d) && collect(&d);
  release(path->names.memory, &d.ends[0]);
  release(path->names.memory, &d.ends[1]);
  return done;
}

int graphPathByWeight(GraphPath *path, GraphAdjacency *adjacency, const GraphEnds *ends){
  if( !find(path, adjacency, ends, LLONG_MAX) ) return 0;
  if( path->count - 1LL <= ends->max_depth ) return 1;
  graphPathFree(path);
  return find(path, adjacency, ends, ends->max_depth);
}
