/*
** The breadth-first walk: whom it visits, in which order and by which edges, where it stops, and what it costs.
*/
#include "graph_helpers.h"

#include <limits.h>

#include "graph/walk.h"

typedef struct Limits {
  GraphDirection direction;
  long long max_depth, max_nodes;
} Limits;

static const Limits kOutwards = { GRAPH_OUT, LLONG_MAX, LLONG_MAX };

static GraphWalk walkIn(GraphMemory *memory){
  return (GraphWalk){ .names = { .memory = memory } };
}

static int walkFrom(GraphWalk *walk, Edges *edges, int start, const Limits *limits){
  char name[NAME_SIZE];
  nameOf(start, name);
  return graphWalk(walk, &edges->adjacency, name, strlen(name), limits->direction, limits->max_depth, limits->max_nodes);
}

/* What a walk shows of each node, with a bar behind it: its number, its depth, the node before it and the edge. */
static const char *shown(const GraphWalk *walk){
  static char text[1024];
  size_t length = 0;
  text[0] = 0;
  for(int i = 0; i < walk->names.count; i++){
    const GraphStep *step = &walk->steps[i];
    length += (size_t)snprintf(text + length, sizeof text - length, "%d at %d", nodeOf(walk->names.names[i].text), step->depth);
    if( step->from >= 0 ){
      int from = nodeOf(walk->names.names[step->from].text);
      length += (size_t)snprintf(text + length, sizeof text - length, " from %d by %lld", from, step->edge.id);
    }
    length += (size_t)snprintf(text + length, sizeof text - length, "|");
  }
  return text;
}

static void expectWalk(const TestEdge *list, int count, int start, const Limits *limits, const char *wanted){
  GraphMemory memory = newMemory();
  GraphWalk walk = walkIn(&memory);
  Edges edges = edgesOver(list, count);
  assert_int_equal(walkFrom(&walk, &edges, start, limits), 1);
  assert_string_equal(shown(&walk), wanted);
  graphWalkFree(&walk);
  assert_int_equal(ledger.blocks, 0);
}

/* ---- Whom it visits ---- */

/* 0 leads to 1 and 2, both lead to 3, 3 leads back to 0 and on to 4. */
static const TestEdge kGraph[] = { { 0, 1, 1 }, { 0, 2, 2 }, { 1, 3, 3 }, { 2, 3, 4 }, { 3, 0, 5 }, { 3, 4, 6 } };

static void each_node_is_visited_once_level_by_level_in_the_order_of_the_edges(void **state){
  (void)state;
  expectWalk(kGraph, COUNT(kGraph), 0, &kOutwards,
             "0 at 0|1 at 1 from 0 by 1|2 at 1 from 0 by 2|3 at 2 from 1 by 3|4 at 3 from 3 by 6|");
  expectWalk(kGraph, COUNT(kGraph), 4, &kOutwards, "4 at 0|");
}

static void edges_are_followed_in_the_direction_that_is_asked_for(void **state){
  (void)state;
  const Limits back = { GRAPH_IN, LLONG_MAX, LLONG_MAX }, both = { GRAPH_BOTH, 1, LLONG_MAX };
  expectWalk(kGraph, COUNT(kGraph), 3, &back, "3 at 0|1 at 1 from 3 by 3|2 at 1 from 3 by 4|0 at 2 from 1 by 1|");
  expectWalk(kGraph, COUNT(kGraph), 3, &both,
             "3 at 0|0 at 1 from 3 by 5|4 at 1 from 3 by 6|1 at 1 from 3 by 3|2 at 1 from 3 by 4|");
}

static void a_node_without_edges_is_a_walk_of_its_own(void **state){
  (void)state;
  for(int direction = GRAPH_OUT; direction <= GRAPH_BOTH; direction++){
    const Limits limits = { (GraphDirection)direction, LLONG_MAX, LLONG_MAX };
    expectWalk(NULL, 0, 7, &limits, "7 at 0|");
  }
}

static void an_edge_to_itself_leads_nowhere(void **state){
  (void)state;
  static const TestEdge kLoops[] = { { 0, 0, 1 }, { 0, 1, 1 }, { 1, 1, 1 } };
  const Limits both = { GRAPH_BOTH, LLONG_MAX, LLONG_MAX };
  expectWalk(kLoops, COUNT(kLoops), 0, &kOutwards, "0 at 0|1 at 1 from 0 by 2|");
  expectWalk(kLoops, COUNT(kLoops), 1, &both, "1 at 0|0 at 1 from 1 by 2|");
}

static void of_parallel_edges_the_first_is_taken(void **state){
  (void)state;
  static const TestEdge kParallel[] = { { 1, 0, 9 }, { 0, 1, 3 }, { 0, 1, 1 } };
  const Limits both = { GRAPH_BOTH, LLONG_MAX, LLONG_MAX };
  expectWalk(kParallel, COUNT(kParallel), 0, &kOutwards, "0 at 0|1 at 1 from 0 by 2|");
  expectWalk(kParallel, COUNT(kParallel), 0, &both, "0 at 0|1 at 1 from 0 by 2|"); /* outgoing edges come first */
}

static void the_last_edge_comes_with_its_weight(void **state){
  (void)state;
  GraphMemory memory = newMemory();
  GraphWalk walk = walkIn(&memory);
  Edges edges = edgesOver(kGraph, COUNT(kGraph));
  assert_int_equal(walkFrom(&walk, &edges, 0, &kOutwards), 1);
  assert_int_equal(walk.steps[0].from, -1);
  for(int i = 1; i < walk.names.count; i++) assert_true(walk.steps[i].edge.weight==kGraph[walk.steps[i].edge.id - 1].weight);
  graphWalkFree(&walk);
}

/* ---- Limits ---- */

static void no_node_lies_deeper_than_allowed(void **state){
  (void)state;
  const Limits none = { GRAPH_OUT, 0, LLONG_MAX }, two = { GRAPH_OUT, 2, LLONG_MAX };
  expectWalk(kGraph, COUNT(kGraph), 0, &none, "0 at 0|");
  expectWalk(kGraph, COUNT(kGraph), 0, &two, "0 at 0|1 at 1 from 0 by 1|2 at 1 from 0 by 2|3 at 2 from 1 by 3|");
}

static void no_edge_is_asked_for_beyond_the_depth(void **state){
  (void)state;
  const Limits one = { GRAPH_OUT, 1, LLONG_MAX };
  GraphMemory memory = newMemory();
  GraphWalk walk = walkIn(&memory);
  Edges edges = edgesOver(kGraph, COUNT(kGraph));
  assert_int_equal(walkFrom(&walk, &edges, 0, &one), 1);
  assert_int_equal(edges.calls, 4); /* open, two edges, no more */
  graphWalkFree(&walk);
}

static void a_walk_ends_with_the_last_node_that_is_allowed(void **state){
  (void)state;
  for(int most = 1; most <= 6; most++){
    const Limits limits = { GRAPH_OUT, LLONG_MAX, most };
    GraphMemory memory = newMemory();
    GraphWalk walk = walkIn(&memory);
    Edges edges = edgesOver(kGraph, COUNT(kGraph));
    assert_int_equal(walkFrom(&walk, &edges, 0, &limits), 1);
    assert_int_equal(walk.names.count, most < 5 ? most : 5);
    for(int i = 0; i < walk.names.count; i++) assert_int_equal(nodeOf(walk.names.names[i].text), i);
    graphWalkFree(&walk);
  }
}

/* ---- Random graphs ---- */

enum { NODES = 12, EDGES = 18, UNREACHED = -1 };

/* Depths by relaxing every edge until none changes anything. */
static void relaxDepths(const TestEdge *list, int start, const Limits *limits, int depths[NODES]){
  int changed = 1;
  for(int i = 0; i < NODES; i++) depths[i] = i==start ? 0 : UNREACHED;
  while( changed ){
    changed = 0;
    for(int i = 0; i < 2*EDGES; i++){
      const TestEdge *edge = &list[i/2];
      int from = i%2 ? edge->to : edge->from, to = i%2 ? edge->from : edge->to;
      if( !(limits->direction & (i%2 ? GRAPH_IN : GRAPH_OUT)) ) continue;
      if( depths[from]==UNREACHED || depths[from] >= limits->max_depth ) continue;
      if( depths[to]!=UNREACHED && depths[to] <= depths[from] + 1 ) continue;
      depths[to] = depths[from] + 1;
      changed = 1;
    }
  }
}

static void expectDepths(const GraphWalk *walk, const TestEdge *list, const Limits *limits, const int depths[NODES]){
  int reached = 0;
  for(int i = 0; i < NODES; i++) reached += depths[i]!=UNREACHED;
  assert_int_equal(walk->names.count, reached);
  for(int i = 0; i < walk->names.count; i++){
    const GraphStep *step = &walk->steps[i];
    int node = nodeOf(walk->names.names[i].text);
    assert_int_equal(step->depth, depths[node]);
    if( i==0 ) continue;
    assert_true(step->from < i && step->depth >= walk->steps[i - 1].depth);
    assert_int_equal(walk->steps[step->from].depth + 1, step->depth);
    assert_true(edgeLeads(&list[step->edge.id - 1], nodeOf(walk->names.names[step->from].text), node, limits->direction));
  }
}

static void random_graphs_are_walked_by_shortest_ways(void **state){
  (void)state;
  uint64_t seed = 1;
  for(int round = 0; round < 3000; round++){
    TestEdge list[EDGES];
    int depths[NODES], start = (int)(nextRandom(&seed)%NODES);
    randomEdges(list, EDGES, NODES, 3, &seed);
    const Limits limits = { (GraphDirection)(1 + round%3), round%4 ? LLONG_MAX : nextRandom(&seed)%4, LLONG_MAX };
    GraphMemory memory = newMemory();
    GraphWalk walk = walkIn(&memory);
    Edges edges = edgesOver(list, EDGES);
    assert_int_equal(walkFrom(&walk, &edges, start, &limits), 1);
    relaxDepths(list, start, &limits, depths);
    expectDepths(&walk, list, &limits, depths);
    graphWalkFree(&walk);
  }
}

/* ---- Errors ---- */

static void an_error_of_the_adjacency_is_handed_on_wherever_it_happens(void **state){
  (void)state;
  for(int direction = GRAPH_OUT; direction <= GRAPH_BOTH; direction++){
    const Limits limits = { (GraphDirection)direction, LLONG_MAX, LLONG_MAX };
    for(long long failing = 1;; failing++){
      GraphMemory memory = newMemory();
      GraphWalk walk = walkIn(&memory);
      Edges edges = edgesOver(kGraph, COUNT(kGraph));
      edges.failing = failing;
      int done = walkFrom(&walk, &edges, 0, &limits);
      graphWalkFree(&walk);
      assert_int_equal(ledger.blocks, 0);
      assert_int_equal(memory.failed, 0);
      assert_int_equal(done, edges.calls < failing);
      if( done ) break;
    }
  }
}

/* A star: node 0 leads to all others. */
static TestEdge *starOf(int count){
  TestEdge *list = malloc(sizeof *list*(size_t)count);
  assert_non_null(list);
  for(int i = 0; i < count; i++) list[i] = (TestEdge){ 0, i + 1, 1 };
  return list;
}

static int walkStar(GraphMemory *memory){
  enum { RAYS = 6000 };
  const Limits limits = { GRAPH_OUT, 1, LLONG_MAX };
  GraphWalk walk = walkIn(memory);
  TestEdge *list = starOf(RAYS);
  Edges edges = edgesOver(list, RAYS);
  int done = walkFrom(&walk, &edges, 0, &limits);
  if( done ) assert_int_equal(walk.names.count, RAYS + 1);
  graphWalkFree(&walk);
  free(list);
  return done;
}

static void lost_memory_is_told_and_nothing_leaks(void **state){
  (void)state;
  assert_true(expectToOutliveLostMemory(walkStar) > 20);
}

static void a_walk_that_was_freed_can_be_walked_again(void **state){
  (void)state;
  GraphMemory memory = newMemory();
  GraphWalk walk = walkIn(&memory);
  for(int start = 0; start < 5; start++){
    Edges edges = edgesOver(kGraph, COUNT(kGraph));
    assert_int_equal(walkFrom(&walk, &edges, start, &kOutwards), 1);
    assert_int_equal(nodeOf(walk.names.names[0].text), start);
    graphWalkFree(&walk);
    assert_int_equal(ledger.blocks, 0);
  }
}

/* ---- What it costs ---- */

/* Bytes that a walk over a star of so many nodes holds, without those of the names' letters and a block of names that is begun. */
static double bytesOfNode(int nodes){
  enum { BLOCK = 65536 + 64 };
  const Limits limits = { GRAPH_OUT, 1, LLONG_MAX };
  GraphMemory memory = newMemory();
  GraphWalk walk = walkIn(&memory);
  TestEdge *list = starOf(nodes - 1);
  Edges edges = edgesOver(list, nodes - 1);
  assert_int_equal(walkFrom(&walk, &edges, 0, &limits), 1);
  assert_int_equal(walk.names.count, nodes);
  long long bytes = ledger.bytes - BLOCK;
  for(int i = 0; i < nodes; i++) bytes -= walk.names.names[i].length;
  graphWalkFree(&walk);
  free(list);
  return (double)bytes/nodes;
}

/* 32 by walk.h, 17 and from 4 to 16 by names.h. */
static void a_visited_node_costs_what_is_said_when_its_arrays_are_full(void **state){
  (void)state;
  for(int nodes = 1024; nodes <= 1<<18; nodes *= 2) assert_true(bytesOfNode(nodes) <= 32 + 17 + 16);
}

/* Arrays double: each is then half empty. */
static void a_visited_node_costs_at_most_twice_that_when_they_have_just_grown(void **state){
  (void)state;
  for(int nodes = 1024; nodes <= 1<<18; nodes *= 2) assert_true(bytesOfNode(nodes + 1) <= 2*(24 + 16) + 1 + 16);
}

int main(void){
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(each_node_is_visited_once_level_by_level_in_the_order_of_the_edges),
    cmocka_unit_test(edges_are_followed_in_the_direction_that_is_asked_for),
    cmocka_unit_test(a_node_without_edges_is_a_walk_of_its_own),
    cmocka_unit_test(an_edge_to_itself_leads_nowhere),
    cmocka_unit_test(of_parallel_edges_the_first_is_taken),
    cmocka_unit_test(the_last_edge_comes_with_its_weight),
    cmocka_unit_test(no_node_lies_deeper_than_allowed),
    cmocka_unit_test(no_edge_is_asked_for_beyond_the_depth),
    cmocka_unit_test(a_walk_ends_with_the_last_node_that_is_allowed),
    cmocka_unit_test(random_graphs_are_walked_by_shortest_ways),
    cmocka_unit_test(an_error_of_the_adjacency_is_handed_on_wherever_it_happens),
    cmocka_unit_test(lost_memory_is_told_and_nothing_leaks),
    cmocka_unit_test(a_walk_that_was_freed_can_be_walked_again),
    cmocka_unit_test(a_visited_node_costs_what_is_said_when_its_arrays_are_full),
    cmocka_unit_test(a_visited_node_costs_at_most_twice_that_when_they_have_just_grown),
  };
  return cmocka_run_group_tests_name("graph walk", tests, NULL, NULL);
}
