/*
** graph_components and graph_rank: all nodes and edges are read, the pure part reckons, and the rows are sorted; graph_diff.
*/
#include <math.h>
#include <string.h>

#include "graph/graph.h"
#include "graph/tables.h"
#include "graph/whole.h"

/* What both know of the graph, and the rows in their order. */
typedef struct Result {
  GraphMemory memory;
  GraphWhole whole;
  int32_t *order;   /* numbers of nodes */
  int32_t *firsts;  /* of components: the first node of each node's */
  int32_t *sizes;   /* of components, by their first node */
  double *ranks;
} Result;

static void releaseResult(void *context){
  Result *result = context;
  sqlite3_free(result->order);
  sqlite3_free(result->firsts);
  sqlite3_free(result->sizes);
  sqlite3_free(result->ranks);
  graphWholeFree(&result->whole);
}

/* ---- Reading ---- */

static void readNodes(LoreCall *call, Result *result){
  LoreStatement *rows = loreQuery(call, SQL_GRAPH_ALL_NODES);
  while( loreNext(rows) ){
    const char *id = loreColumnText(rows, 0);
    if( id && graphNamesAdd(&result->whole.names, id, loreColumnLength(rows, 0)) < 0 ) loreNoMemory(call);
  }
}

static GraphName nameIn(LoreStatement *rows, int column){
  const char *text = loreColumnText(rows, column);
  return (GraphName){ .text = text ? text : "", .length = (uint32_t)loreColumnLength(rows, column) };
}

/* `weighted`: a weight below 0, or without an end, is an error. */
static void readEdges(LoreCall *call, Result *result, int as_of, int weighted){
  LoreStatement *rows = loreQuery(call, loreGiven(call, as_of) ? SQL_GRAPH_ALL_EDGES_AT : SQL_GRAPH_ALL_EDGES);
  while( loreNext(rows) ){
    GraphName source = nameIn(rows, 0), target = nameIn(rows, 1);
    double weight = loreColumnReal(rows, 2);
    if( weighted && !(weight >= 0 && weight < INFINITY) ){
      loreRefuse(call, LORE_REFUSED, "no weight may be below 0, or without an end, but that of edge %lld is %!.15g",
                 loreColumnInt(rows, 3), weight);
    }else if( !graphWholeAdd(&result->whole, &source, &target, weight) ){
      loreNoMemory(call);
    }
  }
}

/* Gives the rows to the call, so that they are released whatever comes. NULL: no memory. */
static Result *newResult(LoreCall *call, LoreMakeValue *make){
  Result *result = loreAllocate(call, sizeof *result);
  if( result==NULL ) return NULL;
  *result = (Result){ .memory = graphMemory() };
  result->whole.names.memory = &result->memory;
  loreRowsLater(call, 0, make, result, releaseResult);
  return result;
}

static void *eachNode(LoreCall *call, const Result *result, size_t size){
  if( loreFailed(call) ) return NULL;
  void *array = sqlite3_malloc64((sqlite3_uint64)result->whole.names.count*size + 1);
  if( array==NULL ) loreNoMemory(call);
  return array;
}

/* ---- Sorting: the rows by what compare says of two nodes ---- */

typedef int Compare(const Result *result, int32_t left, int32_t right);

static void siftDown(Result *result, int32_t at, int32_t count, Compare *compare){
  int32_t *order = result->order, moved = order[at];
  for(int32_t child = 2*at + 1; child < count; child = 2*at + 1){
    if( child + 1 < count && compare(result, order[child], order[child + 1]) < 0 ) child++;
    if( compare(result, moved, order[child]) >= 0 ) break;
    order[at] = order[child];
    at = child;
  }
  order[at] = moved;
}

/* Heapsort: qsort has no place for `result`, and may ask for memory of its own. */
static void sortRows(LoreCall *call, Result *result, Compare *compare){
  int32_t count = result->whole.names.count;
  result->order = eachNode(call, result, sizeof *result->order);
  if( result->order==NULL ) return;
  for(int32_t i = 0; i < count; i++) result->order[i] = i;
  for(int32_t i = count/2 - 1; i >= 0; i--) siftDown(result, i, count, compare);
  for(int32_t last = count - 1; last > 0; last--){
    int32_t largest = result->order[0];
    result->order[0] = result->order[last];
    result->order[last] = largest;
    siftDown(result, 0, last, compare);
    if( last % 10000==0 && loreInterrupted(call) ) return;
  }
}

static int compareNames(const Result *result, int32_t left, int32_t right){
  return strcmp(result->whole.names.names[left].text, result->whole.names.names[right].text);
}

/* ---- graph_components ---- */

enum { COMPONENTS_SCOPE, COMPONENTS_AS_OF };

static int compareComponents(const Result *result, int32_t left, int32_t right){
  int32_t a = result->firsts[left], b = result->firsts[right];
  if( result->sizes[a]!=result->sizes[b] ) return result->sizes[a] > result->sizes[b] ? -1 : 1;
  return a!=b ? compareNames(result, a, b) : compareNames(result, left, right);
}

static void componentValue(LoreCall *call, void *context, sqlite3_int64 row, int column){
  enum { NODE, COMPONENT };
  const Result *result = context;
  int32_t node = result->order[row], first = result->firsts[node];
  const GraphName *name = &result->whole.names.names[column==NODE ? node : first];
  if( column==NODE || column==COMPONENT ) loreRowBorrowed(call, name->text, name->length);
  else loreRowInt(call, result->sizes[first]);
}

void graphComponentRows(LoreCall *call){
  Result *result = newResult(call, componentValue);
  if( result==NULL ) return;
  readNodes(call, result);
  readEdges(call, result, COMPONENTS_AS_OF, 0);
  result->firsts = eachNode(call, result, sizeof *result->firsts);
  result->sizes = eachNode(call, result, sizeof *result->sizes);
  if( loreFailed(call) ) return;
  graphComponents(&result->whole, result->firsts, result->sizes);
  sortRows(call, result, compareComponents);
  loreRowsLater(call, result->whole.names.count, componentValue, result, releaseResult);
}

/* ---- graph_rank ---- */

enum { RANK_SCOPE, RANK_DAMPING, RANK_ITERATIONS, RANK_AS_OF };

static int compareRanks(const Result *result, int32_t left, int32_t right){
  double a = result->ranks[left], b = result->ranks[right];
  if( a!=b ) return a > b ? -1 : 1;
  return compareNames(result, left, right);
}

static void rankValue(LoreCall *call, void *context, sqlite3_int64 row, int column){
  const Result *result = context;
  int32_t node = result->order[row];
  const GraphName *name = &result->whole.names.names[node];
  if( column==0 ) loreRowBorrowed(call, name->text, name->length);
  else loreRowReal(call, result->ranks[node]);
}

static int isStopped(void *call){
  return loreInterrupted(call);
}

void graphRankRows(LoreCall *call){
  Result *result = newResult(call, rankValue);
  if( result==NULL ) return;
  readNodes(call, result);
  readEdges(call, result, RANK_AS_OF, 1);
  result->ranks = eachNode(call, result, sizeof *result->ranks);
  if( loreFailed(call) ) return;
  int done = graphRank(&result->whole, loreReal(call, RANK_DAMPING), loreInt(call, RANK_ITERATIONS), result->ranks, isStopped,
                       call);
  if( !done && result->memory.failed ) loreNoMemory(call);
  if( loreFailed(call) ) return;
  sortRows(call, result, compareRanks);
  loreRowsLater(call, result->whole.names.count, rankValue, result, releaseResult);
}

/* ---- graph_diff ---- */

enum { DIFF_SINCE, DIFF_UNTIL };

void graphDiff(LoreCall *call){
  const char *since = loreText(call, DIFF_SINCE), *until = loreText(call, DIFF_UNTIL);
  if( since && until && strcmp(since, until) > 0 ){
    loreRefuse(call, LORE_BAD_ARGUMENT, "until must not lie before %s, got %s", since, until);
  }
}
