/*
** libFuzzer over graphs: the bytes are a call and its edges. What walks, both paths, components and ranks say of the same graph
** must agree.
*/
#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "graph/path.h"
#include "graph/walk.h"
#include "graph/whole.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(condition) do{ if( !(condition) ) abort(); }while( 0 )

enum { NODES = 16, MOST_EDGES = 200, CALL_BYTES = 6, EDGE_BYTES = 2 };

static void *reallocate(void *old, size_t bytes){
  if( bytes > 0 ) return realloc(old, bytes);
  free(old);
  return NULL;
}

/* ---- The graph: nodes are letters ---- */

typedef struct Edge {
  char from, to;
  double weight;
} Edge;

typedef struct Graph {
  GraphAdjacency adjacency;
  Edge edges[MOST_EDGES];
  int count;
  int at;
  char node;
  GraphDirection direction;
  char other; /* what next has shown */
} Graph;

typedef struct Call {
  GraphDirection direction;
  char source, target;
  long long max_depth, max_nodes;
  double damping;
} Call;

static char letter(int byte){
  return (char)('a' + byte%NODES);
}

/* Some are infinite, few are below 0. */
static double weightOf(uint8_t byte){
  if( byte==255 ) return -1;
  return byte > 250 ? INFINITY : byte/4;
}

static int openNode(GraphAdjacency *adjacency, const GraphName *node, GraphDirection direction){
  Graph *graph = (Graph*)adjacency;
  MUST(node->length==1 && node->text[1]==0 && (direction==GRAPH_OUT || direction==GRAPH_IN));
  graph->node = node->text[0];
  graph->direction = direction;
  graph->at = -1;
  return 1;
}

static int nextEdge(GraphAdjacency *adjacency, const char **node, size_t *length){
  Graph *graph = (Graph*)adjacency;
  while( ++graph->at < graph->count ){
    const Edge *edge = &graph->edges[graph->at];
    if( graph->node!=(graph->direction==GRAPH_OUT ? edge->from : edge->to) ) continue;
    graph->other = graph->direction==GRAPH_OUT ? edge->to : edge->from;
    *node = &graph->other;
    *length = 1;
    return 1;
  }
  return 0;
}

static GraphEdge thisEdge(GraphAdjacency *adjacency){
  Graph *graph = (Graph*)adjacency;
  return (GraphEdge){ graph->at + 1, graph->edges[graph->at].weight };
}

static void readCall(Call *call, const uint8_t *data){
  call->direction = (GraphDirection)(1 + data[0]%3);
  call->source = letter(data[1]);
  call->target = letter(data[2]);
  call->max_depth = data[3]%2 ? LLONG_MAX : data[3]/2%NODES;
  call->max_nodes = data[4]%2 ? LLONG_MAX : 1 + data[4]/2%NODES;
  call->damping = data[5]/255.0;
}

/* An edge is a byte for its ends and one for its weight. */
static void readEdges(Graph *graph, const uint8_t *data, size_t size){
  graph->adjacency = (GraphAdjacency){ .open = openNode, .next = nextEdge, .edge = thisEdge };
  for(; size >= EDGE_BYTES && graph->count < MOST_EDGES; data += EDGE_BYTES, size -= EDGE_BYTES){
    graph->edges[graph->count++] = (Edge){ letter(data[0] >> 4), letter(data[0] & 15), weightOf(data[1]) };
  }
}

static int leads(const Graph *graph, const GraphEdge *edge, char from, char to, GraphDirection direction){
  MUST(edge->id > 0 && edge->id <= graph->count);
  const Edge *one = &graph->edges[edge->id - 1];
  MUST(one->weight==edge->weight);
  return (direction & GRAPH_OUT && one->from==from && one->to==to) || (direction & GRAPH_IN && one->to==from && one->from==to);
}

/* ---- Walks ---- */

/* Depths of all nodes from one; -1: it is not reached. */
typedef struct Depths {
  int of[NODES];
  int reached;
} Depths;

static Depths walk(Graph *graph, GraphMemory *memory, char start, GraphDirection direction, long long max_depth,
                   long long max_nodes){
  GraphWalk steps = { .names = { .memory = memory } };
  Depths depths;
  memset(depths.of, -1, sizeof depths.of);
  MUST(graphWalk(&steps, &graph->adjacency, &start, 1, direction, max_depth, max_nodes));
  MUST(steps.names.count > 0 && steps.names.count <= max_nodes);
  for(int i = 0; i < steps.names.count; i++){
    const GraphStep *step = &steps.steps[i];
    char node = steps.names.names[i].text[0];
    MUST(depths.of[node - 'a']==-1 && step->depth <= max_depth);
    depths.of[node - 'a'] = step->depth;
    if( i==0 ) MUST(node==start && step->depth==0 && step->from==-1);
    else MUST(step->from >= 0 && step->from < i && step->depth==steps.steps[step->from].depth + 1);
    if( i > 0 ) MUST(step->depth >= steps.steps[i - 1].depth);
    if( i > 0 ) MUST(leads(graph, &step->edge, steps.names.names[step->from].text[0], node, direction));
  }
  depths.reached = steps.names.count;
  graphWalkFree(&steps);
  return depths;
}

/* Fewer nodes are the beginning of the same walk. */
static void tryNodes(Graph *graph, GraphMemory *memory, const Call *call, const Depths *all){
  Depths some = walk(graph, memory, call->source, call->direction, call->max_depth, call->max_nodes);
  MUST(some.reached==(all->reached < call->max_nodes ? all->reached : call->max_nodes));
  for(int i = 0; i < NODES; i++) MUST(some.of[i]==-1 || some.of[i]==all->of[i]);
}

/* ---- Paths ---- */

/* What a path is worth; edges -1: there is none. */
typedef struct Worth {
  int edges;
  double weight;
} Worth;

static Worth look(const Graph *graph, const GraphPath *path, const Call *call, int is_weighted){
  Worth worth = { path->count - 1, 0 };
  MUST(worth.edges <= call->max_depth);
  for(int i = 0; i < path->count; i++){
    const GraphHop *hop = &path->hops[i];
    char node = path->names.names[hop->node].text[0];
    if( i==0 ) MUST(node==call->source);
    else MUST(leads(graph, &hop->edge, path->names.names[hop[-1].node].text[0], node, call->direction));
    if( i > 0 ) worth.weight += hop->edge.weight;
    if( i==path->count - 1 ) MUST(node==call->target);
    MUST(hop->distance==(is_weighted ? worth.weight : i));
  }
  return worth;
}

static GraphEnds endsOf(const Call *call){
  return (GraphEnds){ .source = &call->source, .target = &call->target, .source_length = 1, .target_length = 1,
                      .direction = call->direction, .max_depth = call->max_depth };
}

static Worth findByEdges(Graph *graph, GraphMemory *memory, const Call *call){
  GraphPath path = { .names = { .memory = memory } };
  GraphEnds ends = endsOf(call);
  MUST(graphPathByEdges(&path, &graph->adjacency, &ends));
  Worth worth = look(graph, &path, call, 0);
  graphPathFree(&path);
  return worth;
}

/* 0: a weight below 0 was met. */
static int findByWeight(Graph *graph, GraphMemory *memory, const Call *call, Worth *worth){
  GraphPath path = { .names = { .memory = memory } };
  GraphEnds ends = endsOf(call);
  int done = graphPathByWeight(&path, &graph->adjacency, &ends);
  MUST(done==(path.negative.id==0));
  if( done ) *worth = look(graph, &path, call, 1);
  else MUST(path.negative.id <= graph->count && graph->edges[path.negative.id - 1].weight < 0);
  graphPathFree(&path);
  return done;
}

/* The lightest path is the same without a limit and with one that does not bind. Of infinite ways any may be taken. */
static void tryUnlimited(Graph *graph, GraphMemory *memory, const Call *call, double most){
  Call free_call = *call, bound_call = *call;
  Worth unlimited, bound;
  free_call.max_depth = LLONG_MAX;
  bound_call.max_depth = NODES;
  if( !findByWeight(graph, memory, &free_call, &unlimited) ) return;
  MUST(unlimited.edges >= 0 && unlimited.weight <= most);
  if( !findByWeight(graph, memory, &bound_call, &bound) ) return;
  MUST(unlimited.weight==bound.weight);
  if( isfinite(bound.weight) ) MUST(unlimited.edges==bound.edges);
}

static void tryPaths(Graph *graph, GraphMemory *memory, const Call *call, int depth){
  Worth shortest = findByEdges(graph, memory, call), lightest;
  MUST(shortest.edges==depth);
  if( !findByWeight(graph, memory, call, &lightest) ) return;
  MUST((lightest.edges < 0)==(depth < 0));
  if( depth < 0 ) return;
  MUST(lightest.edges >= depth && lightest.weight <= shortest.weight);
  if( lightest.weight==shortest.weight && isfinite(lightest.weight) ) MUST(lightest.edges==depth);
  tryUnlimited(graph, memory, call, lightest.weight);
}

/* ---- The whole ---- */

/* What an undirected walk reaches is a component, and all that is. */
static void tryComponents(Graph *graph, const GraphWhole *whole, char start){
  int32_t firsts[NODES], sizes[NODES];
  graphComponents(whole, firsts, sizes);
  Depths depths = walk(graph, whole->names.memory, start, GRAPH_BOTH, LLONG_MAX, LLONG_MAX);
  int first = 0;
  while( depths.of[first] < 0 ) first++;
  for(int i = 0; i < NODES; i++) MUST((firsts[i]==first)==(depths.of[i] >= 0) && sizes[firsts[i]] > 0);
  MUST(sizes[first]==depths.reached);
}

static int neverStops(void *context){
  (void)context;
  return 0;
}

static void tryRank(const GraphWhole *whole, double damping){
  double ranks[NODES], sum = 0;
  MUST(graphRank(whole, damping, 50, ranks, neverStops, NULL));
  for(int i = 0; i < NODES; i++){
    MUST(ranks[i] >= 0 && ranks[i] <= 1 + 1e-9);
    sum += ranks[i];
  }
  MUST(fabs(sum - 1) < 1e-9);
}

/* Ranks take neither infinite weights nor such below 0: those count as 1. */
static void tryWhole(Graph *graph, GraphMemory *memory, const Call *call){
  GraphWhole whole = { .names = { .memory = memory } };
  for(int i = 0; i < NODES; i++) MUST(graphNamesAdd(&whole.names, &(const char){ letter(i) }, 1)==i);
  for(int i = 0; i < graph->count; i++){
    const Edge *edge = &graph->edges[i];
    const GraphName from = { .text = &edge->from, .length = 1 }, to = { .text = &edge->to, .length = 1 };
    MUST(graphWholeAdd(&whole, &from, &to, edge->weight >= 0 && isfinite(edge->weight) ? edge->weight : 1));
  }
  tryComponents(graph, &whole, call->source);
  tryRank(&whole, call->damping);
  graphWholeFree(&whole);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size){
  Call call;
  Graph graph = { .count = 0 };
  GraphMemory memory = { .reallocate = reallocate };
  if( size < CALL_BYTES ) return 0;
  readCall(&call, data);
  readEdges(&graph, data + CALL_BYTES, size - CALL_BYTES);
  Depths depths = walk(&graph, &memory, call.source, call.direction, call.max_depth, LLONG_MAX);
  tryNodes(&graph, &memory, &call, &depths);
  tryPaths(&graph, &memory, &call, depths.of[call.target - 'a']);
  tryWhole(&graph, &memory, &call);
  MUST(!memory.failed);
  return 0;
}
