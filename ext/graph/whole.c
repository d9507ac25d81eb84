#include "graph/whole.h"

#include <math.h>
#include <string.h>

int graphWholeAdd(GraphWhole *whole, const GraphName *from, const GraphName *to, double weight){
  GraphMemory *memory = whole->names.memory;
  int source = graphNamesAdd(&whole->names, from->text, from->length);
  int target = source < 0 ? -1 : graphNamesAdd(&whole->names, to->text, to->length);
  if( target < 0 ) return 0;
  int32_t *sources = graphGrow(memory, whole->from, whole->count, &whole->from_room, sizeof *sources);
  if( sources ) whole->from = sources;
  int32_t *targets = sources ? graphGrow(memory, whole->to, whole->count, &whole->to_room, sizeof *targets) : NULL;
  if( targets ) whole->to = targets;
  double *weights = targets ? graphGrow(memory, whole->weights, whole->count, &whole->weight_room, sizeof *weights) : NULL;
  if( weights==NULL ) return 0;
  whole->weights = weights;
  whole->from[whole->count] = source;
  whole->to[whole->count] = target;
  whole->weights[whole->count++] = weight;
  return 1;
}

void graphWholeFree(GraphWhole *whole){
  GraphMemory *memory = whole->names.memory;
  graphFree(memory, whole->from);
  graphFree(memory, whole->to);
  graphFree(memory, whole->weights);
  graphNamesFree(&whole->names);
  *whole = (GraphWhole){ .names = { .memory = memory } };
}

/* ---- Components: union-find, with halved paths ---- */

static int32_t rootOf(int32_t *parents, int32_t node){
  while( parents[node]!=node ){
    parents[node] = parents[parents[node]];
    node = parents[node];
  }
  return node;
}

static int isBefore(const GraphName *left, const GraphName *right){
  int order = strcmp(left->text, right->text);
  return order < 0;
}

/* sizes of roots count their nodes meanwhile, so that the larger tree takes the smaller. */
static void join(int32_t *parents, int32_t *sizes, int32_t a, int32_t b){
  a = rootOf(parents, a);
  b = rootOf(parents, b);
  if( a==b ) return;
  int32_t larger = sizes[a] >= sizes[b] ? a : b, smaller = larger==a ? b : a;
  parents[smaller] = larger;
  sizes[larger] += sizes[smaller];
}

/* Makes the first node of each component its root: `firsts` are found first, then every node is pointed to its own. */
static void nameByFirst(const GraphWhole *whole, int32_t *parents, int32_t *sizes){
  int count = whole->names.count;
  for(int32_t i = 0; i < count; i++) parents[i] = rootOf(parents, i);
  for(int32_t i = 0; i < count; i++){
    int32_t root = parents[i];
    int32_t first = sizes[root] < 0 ? -1 - sizes[root] : root;
    if( isBefore(&whole->names.names[i], &whole->names.names[first]) ) first = i;
    sizes[root] = -1 - first;
  }
  for(int32_t i = 0; i < count; i++) parents[i] = -1 - sizes[parents[i]];
  memset(sizes, 0, (size_t)count*sizeof *sizes);
  for(int32_t i = 0; i < count; i++) sizes[parents[i]]++;
}

void graphComponents(const GraphWhole *whole, int32_t *parents, int32_t *sizes){
  for(int32_t i = 0; i < whole->names.count; i++){
    parents[i] = i;
    sizes[i] = 1;
  }
  for(int i = 0; i < whole->count; i++) join(parents, sizes, whole->from[i], whole->to[i]);
  nameByFirst(whole, parents, sizes);
}

/* ---- PageRank ---- */

static const double kSettled = 1e-12;

typedef struct Ranking {
  const GraphWhole *whole;
  int32_t *starts;  /* of each node's incoming edges in `sources`; one more than there are nodes */
  int32_t *sources;
  double *shares;   /* what part of its rank the source hands on by this edge */
  double *sums;     /* of each node's outgoing weights */
  double *next;
} Ranking;

static int allocate(Ranking *r){
  GraphMemory *memory = r->whole->names.memory;
  size_t nodes = (size_t)r->whole->names.count, edges = (size_t)r->whole->count;
  r->starts = graphAllocate(memory, nodes + 1, sizeof *r->starts);
  r->sources = r->starts ? graphAllocate(memory, edges, sizeof *r->sources) : NULL;
  r->shares = r->sources ? graphAllocate(memory, edges, sizeof *r->shares) : NULL;
  r->sums = r->shares ? graphAllocate(memory, nodes, sizeof *r->sums) : NULL;
  r->next = r->sums ? graphAllocate(memory, nodes, sizeof *r->next) : NULL;
  return r->next!=NULL;
}

static void release(Ranking *r){
  GraphMemory *memory = r->whole->names.memory;
  graphFree(memory, r->starts);
  graphFree(memory, r->sources);
  graphFree(memory, r->shares);
  graphFree(memory, r->sums);
  graphFree(memory, r->next);
}

/* A power of two that keeps sums of weights near the end of a double finite; the shares are the same. */
static double scaleOf(const GraphWhole *whole){
  double largest = 0;
  for(int i = 0; i < whole->count; i++) largest = fmax(largest, whole->weights[i]);
  return largest > 1e290 ? 0x1p-40 : 1;
}

/* Sorts the edges by their targets, in the order in which they came. */
static void sortByTarget(Ranking *r){
  const GraphWhole *whole = r->whole;
  int nodes = whole->names.count;
  double scale = scaleOf(whole);
  memset(r->starts, 0, (size_t)(nodes + 1)*sizeof *r->starts);
  for(int i = 0; i < nodes; i++) r->sums[i] = 0;
  for(int i = 0; i < whole->count; i++){
    r->starts[whole->to[i] + 1]++;
    r->sums[whole->from[i]] += scale*whole->weights[i];
  }
  for(int i = 0; i < nodes; i++) r->starts[i + 1] += r->starts[i];
  for(int i = 0; i < whole->count; i++){
    int32_t place = r->starts[whole->to[i]]++;
    r->sources[place] = whole->from[i];
    r->shares[place] = r->sums[whole->from[i]] > 0 ? scale*whole->weights[i]/r->sums[whole->from[i]] : 0;
  }
  for(int i = nodes; i > 0; i--) r->starts[i] = r->starts[i - 1];
  r->starts[0] = 0;
}

/* One iteration; by how much the ranks have moved. */
static double move(Ranking *r, double damping, double *ranks){
  int nodes = r->whole->names.count;
  double kept = 0, change = 0;
  for(int i = 0; i < nodes; i++) if( !(r->sums[i] > 0) ) kept += ranks[i];
  double base = (1 - damping + damping*kept)/nodes;
  for(int i = 0; i < nodes; i++){
    double sum = 0;
    for(int32_t k = r->starts[i]; k < r->starts[i + 1]; k++) sum += ranks[r->sources[k]]*r->shares[k];
    r->next[i] = base + damping*sum;
    change += fabs(r->next[i] - ranks[i]);
  }
  memcpy(ranks, r->next, (size_t)nodes*sizeof *ranks);
  return change;
}

int graphRank(const GraphWhole *whole, double damping, long long iterations, double *ranks, int (*is_stopped)(void *),
              void *context){
  Ranking r = { .whole = whole };
  int done = allocate(&r);
  if( done ) sortByTarget(&r);
  for(int i = 0; i < whole->names.count; i++) ranks[i] = 1.0/whole->names.count;
  for(long long i = 0; done && i < iterations; i++){
    if( is_stopped(context) ) done = 0;
    else if( move(&r, damping, ranks) < kSettled ) break;
  }
  release(&r);
  return done;
}
