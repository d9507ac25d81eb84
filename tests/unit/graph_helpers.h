/*
** What the tests of graph/ share: memory that counts and fails when it is told to, and an adjacency over an array of edges.
*/
#ifndef LORE_TEST_GRAPH_HELPERS_H
#define LORE_TEST_GRAPH_HELPERS_H

#include "helpers.h"

#include "engine/buffer.h"
#include "engine/scan.h"
#include "graph/adjacency.h"
#include "graph/memory.h"

/* ---- Memory ---- */

/* What was asked for since it was last emptied. */
typedef struct Ledger {
  long long requests;
  long long failing;   /* the number of the request that fails; 0: none does */
  long long blocks;    /* that are not freed */
  long long bytes;     /* in them */
} Ledger;

static Ledger ledger;

typedef union LedgerHead {
  size_t bytes;
  max_align_t aligned;
} LedgerHead;

/* A block that grows moves, so that a sanitizer sees who still looks at its old place. */
static inline void *ledgerReallocate(void *old, size_t bytes){
  LedgerHead *before = old ? (LedgerHead*)old - 1 : NULL, *after = NULL;
  if( bytes > 0 ){
    if( ++ledger.requests==ledger.failing ) return NULL;
    after = malloc(sizeof *after + bytes);
    assert_non_null(after);
    after->bytes = bytes;
    if( before ) memcpy(after + 1, before + 1, before->bytes < bytes ? before->bytes : bytes);
  }
  ledger.blocks += (after!=NULL) - (before!=NULL);
  ledger.bytes += (long long)bytes - (before ? (long long)before->bytes : 0);
  free(before);
  return after ? after + 1 : NULL;
}

static inline GraphMemory newMemory(void){
  ledger = (Ledger){ 0 };
  return (GraphMemory){ .reallocate = ledgerReallocate };
}

static inline LoreBuffer newText(void){
  return (LoreBuffer){ .reallocate = ledgerReallocate };
}

/* Does something from its beginning, checks what it made and frees it. 0: it was told that there is no memory. */
typedef int Attempt(GraphMemory *memory);

/* Tries with one request failing after the other, until none is left to fail; after each failure it must work again. How many
** failed. */
static inline long long expectToOutliveLostMemory(Attempt *attempt){
  for(long long failing = 1;; failing++){
    GraphMemory memory = newMemory();
    ledger.failing = failing;
    int done = attempt(&memory);
    assert_int_equal(ledger.blocks, 0);
    assert_int_equal(ledger.bytes, 0);
    if( ledger.requests < failing ){
      assert_int_equal(done, 1);
      assert_int_equal(memory.failed, 0);
      return failing - 1;
    }
    assert_int_equal(done, 0);
    assert_int_equal(memory.failed, 1);
    memory = newMemory();
    assert_int_equal(attempt(&memory), 1);
    assert_int_equal(memory.failed, 0);
    assert_int_equal(ledger.blocks, 0);
  }
}

/* ---- JSON ---- */

/* The value of a text, which must live as long as that. */
static inline LoreScanValue jsonOf(const char *text){
  LoreScanValue value;
  assert_int_equal(loreScanText(text, strlen(text), &value), 1);
  return value;
}

/* ---- Edges ---- */

/* Nodes are numbers here; their names are n0, n1 and so on. */
typedef struct TestEdge {
  int from, to;
  double weight;
} TestEdge;

/* Edges in their order; the number of one, from 1, is its id. */
typedef struct Edges {
  GraphAdjacency adjacency;
  const TestEdge *edges;
  int count;
  int at;               /* the edge that was shown last */
  int node;             /* whose edges are shown */
  GraphName kept;       /* its name as open was given it */
  GraphDirection direction;
  char name[16];        /* of the other end */
  long long calls;      /* of open and next */
  long long failing;    /* the number of the call that fails; 0: none does */
} Edges;

enum { NAME_SIZE = 16 };

static inline const char *nameOf(int node, char name[NAME_SIZE]){
  snprintf(name, NAME_SIZE, "n%d", node);
  return name;
}

static inline int nodeOf(const char *name){
  char again[NAME_SIZE];
  int node = atoi(name + 1);
  assert_string_equal(nameOf(node, again), name);
  return node;
}

static inline int edgesFail(Edges *edges){
  if( ++edges->calls==edges->failing ) edges->adjacency.failed = 1;
  assert_true(edges->failing==0 || edges->calls <= edges->failing); /* nothing is asked after an error */
  return edges->adjacency.failed;
}

static inline int edgesOpen(GraphAdjacency *adjacency, const GraphName *node, GraphDirection direction){
  Edges *edges = (Edges*)adjacency;
  assert_true(direction==GRAPH_OUT || direction==GRAPH_IN);
  assert_int_equal(strlen(node->text), node->length);
  edges->kept = *node;
  edges->node = nodeOf(node->text);
  edges->direction = direction;
  edges->at = -1;
  return !edgesFail(edges);
}

static inline int edgesNext(GraphAdjacency *adjacency, const char **node, size_t *length){
  Edges *edges = (Edges*)adjacency;
  memset(edges->name, '?', sizeof edges->name);
  assert_int_equal(nodeOf(edges->kept.text), edges->node);
  if( edgesFail(edges) ) return 0;
  for(edges->at++; edges->at < edges->count; edges->at++){
    const TestEdge *edge = &edges->edges[edges->at];
    if( edges->node!=(edges->direction==GRAPH_OUT ? edge->from : edge->to) ) continue;
    *node = nameOf(edges->direction==GRAPH_OUT ? edge->to : edge->from, edges->name);
    *length = strlen(*node);
    return 1;
  }
  return 0;
}

static inline GraphEdge edgesThis(GraphAdjacency *adjacency){
  Edges *edges = (Edges*)adjacency;
  return (GraphEdge){ edges->at + 1, edges->edges[edges->at].weight };
}

static inline Edges edgesOver(const TestEdge *edges, int count){
  return (Edges){ .adjacency = { .open = edgesOpen, .next = edgesNext, .edge = edgesThis }, .edges = edges, .count = count };
}

/* 1 when this edge leads from one node to the other in a direction. */
static inline int edgeLeads(const TestEdge *edge, int from, int to, GraphDirection direction){
  return (direction & GRAPH_OUT && edge->from==from && edge->to==to) || (direction & GRAPH_IN && edge->to==from && edge->from==to);
}

/* Some edges between the first `nodes` nodes, with whole weights from 0 to `heaviest`. */
static inline void randomEdges(TestEdge *edges, int count, int nodes, int heaviest, uint64_t *seed){
  for(int i = 0; i < count; i++){
    edges[i].from = (int)(nextRandom(seed)%(uint32_t)nodes);
    edges[i].to = (int)(nextRandom(seed)%(uint32_t)nodes);
    edges[i].weight = nextRandom(seed)%(uint32_t)(heaviest + 1);
  }
}

#endif
