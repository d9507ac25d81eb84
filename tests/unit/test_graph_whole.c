/*
** What hangs together, against labels that are spread until none changes; and PageRank, against a plain power iteration.
*/
#include "graph_helpers.h"

#include <math.h>

#include "graph/whole.h"

enum { NODES = 14, EDGES = 16 };

static GraphWhole wholeIn(GraphMemory *memory){
  return (GraphWhole){ .names = { .memory = memory } };
}

static GraphName numbered(int node, char name[NAME_SIZE]){
  nameOf(node, name);
  return (GraphName){ .text = name, .length = (uint32_t)strlen(name) };
}

static int addEdge(GraphWhole *whole, const TestEdge *edge){
  char from_name[NAME_SIZE], to_name[NAME_SIZE];
  GraphName from = numbered(edge->from, from_name), to = numbered(edge->to, to_name);
  return graphWholeAdd(whole, &from, &to, edge->weight);
}

static int addNode(GraphWhole *whole, int node){
  char name[NAME_SIZE];
  nameOf(node, name);
  return graphNamesAdd(&whole->names, name, strlen(name)) >= 0;
}

/* The graph of these edges; nodes from 0 on are added first. */
static GraphWhole wholeOf(GraphMemory *memory, const TestEdge *edges, int count, int nodes){
  GraphWhole whole = wholeIn(memory);
  for(int i = 0; i < nodes; i++) assert_int_equal(addNode(&whole, i), 1);
  for(int i = 0; i < count; i++) assert_int_equal(addEdge(&whole, &edges[i]), 1);
  return whole;
}

/* ---- Adding ---- */

static void edges_are_kept_in_their_order_with_the_names_of_their_ends(void **state){
  (void)state;
  static const TestEdge kEdges[] = { { 3, 1, 0.5 }, { 1, 3, 0 }, { 2, 2, 7 }, { 3, 1, 0.5 } };
  GraphMemory memory = newMemory();
  GraphWhole whole = wholeOf(&memory, kEdges, COUNT(kEdges), 0);
  assert_int_equal(whole.count, 4);
  assert_int_equal(whole.names.count, 3);
  for(int i = 0; i < whole.count; i++){
    assert_int_equal(nodeOf(whole.names.names[whole.from[i]].text), kEdges[i].from);
    assert_int_equal(nodeOf(whole.names.names[whole.to[i]].text), kEdges[i].to);
    assert_true(whole.weights[i]==kEdges[i].weight);
  }
  graphWholeFree(&whole);
  assert_int_equal(whole.count, 0);
  assert_int_equal(ledger.blocks, 0);
}

/* The arrays are full then; they double. */
static void an_edge_costs_16_bytes(void **state){
  (void)state;
  for(int count = 1024; count <= 65536; count *= 8){
    GraphMemory memory = newMemory();
    GraphWhole whole = wholeIn(&memory);
    const TestEdge edge = { 0, 1, 1 };
    assert_int_equal(addEdge(&whole, &edge), 1);
    long long before = ledger.bytes - 16*64; /* the first room is for 64 */
    for(int i = 1; i < count; i++) assert_int_equal(addEdge(&whole, &edge), 1);
    assert_int_equal(ledger.bytes - before, 16*count);
    graphWholeFree(&whole);
  }
}

/* ---- Components ---- */

/* Each node's component, by the name that comes first in it, and its size, as "first:size" with a bar behind it. */
static const char *componentsOf(const GraphWhole *whole){
  static char text[1024];
  int32_t parents[64], sizes[64];
  size_t length = 0;
  text[0] = 0;
  graphComponents(whole, parents, sizes);
  for(int i = 0; i < whole->names.count; i++){
    int first = nodeOf(whole->names.names[parents[i]].text);
    length += (size_t)snprintf(text + length, sizeof text - length, "%d:%d|", first, sizes[parents[i]]);
  }
  return text;
}

static void expectComponents(const TestEdge *edges, int count, int nodes, const char *wanted){
  GraphMemory memory = newMemory();
  GraphWhole whole = wholeOf(&memory, edges, count, nodes);
  assert_string_equal(componentsOf(&whole), wanted);
  graphWholeFree(&whole);
}

static void nodes_hang_together_whatever_the_directions(void **state){
  (void)state;
  static const TestEdge kEdges[] = { { 0, 1, 1 }, { 2, 1, 1 }, { 4, 3, 1 } };
  expectComponents(kEdges, COUNT(kEdges), 6, "0:3|0:3|0:3|3:2|3:2|5:1|");
}

static void edges_to_itself_and_beside_each_other_join_nothing_more(void **state){
  (void)state;
  static const TestEdge kEdges[] = { { 0, 0, 1 }, { 1, 2, 1 }, { 2, 1, 1 }, { 1, 2, 0 } };
  expectComponents(kEdges, COUNT(kEdges), 3, "0:1|1:2|1:2|");
}

static void no_nodes_have_no_components(void **state){
  (void)state;
  expectComponents(NULL, 0, 0, "");
}

static void the_first_node_is_that_of_the_text_order(void **state){
  (void)state;
  static const TestEdge kEdges[] = { { 9, 2, 1 }, { 2, 10, 1 }, { 10, 3, 1 } }; /* "n10" comes before "n2" */
  expectComponents(kEdges, COUNT(kEdges), 0, "10:4|10:4|10:4|10:4|");
}

/* Each node takes the first name of what it has an edge with, until none changes. */
static void spreadLabels(const GraphWhole *whole, int labels[NODES]){
  int changed = 1;
  for(int i = 0; i < whole->names.count; i++) labels[i] = i;
  while( changed ){
    changed = 0;
    for(int i = 0; i < whole->count; i++){
      int *a = &labels[whole->from[i]], *b = &labels[whole->to[i]];
      if( *a==*b ) continue;
      int first = strcmp(whole->names.names[*a].text, whole->names.names[*b].text) < 0 ? *a : *b;
      *a = *b = first;
      changed = 1;
    }
  }
}

static void random_graphs_fall_into_what_labels_spread_over(void **state){
  (void)state;
  uint64_t seed = 1;
  for(int round = 0; round < 3000; round++){
    TestEdge list[EDGES];
    int count = (int)(nextRandom(&seed)%EDGES), labels[NODES], sizes_wanted[NODES] = { 0 };
    int32_t parents[NODES], sizes[NODES];
    randomEdges(list, count, NODES, 1, &seed);
    GraphMemory memory = newMemory();
    GraphWhole whole = wholeOf(&memory, list, count, NODES);
    graphComponents(&whole, parents, sizes);
    spreadLabels(&whole, labels);
    for(int i = 0; i < NODES; i++) sizes_wanted[labels[i]]++;
    for(int i = 0; i < NODES; i++){
      assert_int_equal(parents[i], labels[i]);
      assert_int_equal(sizes[parents[i]], sizes_wanted[labels[i]]);
    }
    graphWholeFree(&whole);
  }
}

static void a_long_chain_hangs_together(void **state){
  (void)state;
  enum { LINKS = 100000 };
  GraphMemory memory = newMemory();
  GraphWhole whole = wholeIn(&memory);
  for(int i = LINKS; i > 0; i--) assert_int_equal(addEdge(&whole, &(const TestEdge){ i, i - 1, 1 }), 1);
  int32_t *parents = malloc(sizeof *parents*(LINKS + 1)), *sizes = malloc(sizeof *sizes*(LINKS + 1));
  assert_true(parents && sizes);
  graphComponents(&whole, parents, sizes);
  for(int i = 0; i <= LINKS; i++) assert_int_equal(nodeOf(whole.names.names[parents[i]].text), 0);
  assert_int_equal(sizes[parents[0]], LINKS + 1);
  free(parents);
  free(sizes);
  graphWholeFree(&whole);
}

/* ---- PageRank ---- */

/* Asked so many times; stops at a call, from 1; 0: never. */
typedef struct Stop {
  long long asked, at;
} Stop;

static int isStopped(void *context){
  Stop *stop = context;
  return ++stop->asked==stop->at;
}

/* By the words of whole.h, over a matrix of all pairs. */
static void plainRank(const GraphWhole *whole, double damping, int iterations, double *ranks){
  int nodes = whole->names.count;
  double weights[NODES][NODES] = { { 0 } };
  for(int i = 0; i < whole->count; i++) weights[whole->from[i]][whole->to[i]] += whole->weights[i];
  for(int i = 0; i < nodes; i++) ranks[i] = 1.0/nodes;
  while( iterations-- > 0 ){
    double next[NODES];
    for(int i = 0; i < nodes; i++) next[i] = (1 - damping)/nodes;
    for(int i = 0; i < nodes; i++){
      double sum = 0;
      for(int j = 0; j < nodes; j++) sum += weights[i][j];
      for(int j = 0; j < nodes; j++) next[j] += damping*ranks[i]*(sum > 0 ? weights[i][j]/sum : 1.0/nodes);
    }
    memcpy(ranks, next, sizeof *ranks*(size_t)nodes);
  }
}

static double sumOf(const double *ranks, int count){
  double sum = 0;
  for(int i = 0; i < count; i++) sum += ranks[i];
  return sum;
}

static void rank(const TestEdge *edges, int count, int nodes, double damping, long long iterations, double *ranks){
  GraphMemory memory = newMemory();
  GraphWhole whole = wholeOf(&memory, edges, count, nodes);
  Stop stop = { 0, 0 };
  assert_int_equal(graphRank(&whole, damping, iterations, ranks, isStopped, &stop), 1);
  assert_true(stop.asked <= iterations);
  assert_true(fabs(sumOf(ranks, nodes) - 1) < 1e-9);
  graphWholeFree(&whole);
  assert_int_equal(ledger.blocks, 0);
}

static void assertNear(double value, double wanted){
  if( !(fabs(value - wanted) < 1e-9) ) fail_msg("%.17g is not %.17g", value, wanted);
}

static void a_ring_is_ranked_evenly(void **state){
  (void)state;
  static const TestEdge kRing[] = { { 0, 1, 1 }, { 1, 2, 9 }, { 2, 3, 0.25 }, { 3, 0, 1 } };
  double ranks[4];
  rank(kRing, COUNT(kRing), 4, 0.85, 100, ranks);
  for(int i = 0; i < 4; i++) assertNear(ranks[i], 0.25);
}

/* Solved by hand: a = 0.075 + 0.85*b/2, b = 0.075 + 0.85*(a + b/2), as b has no edge of its own. */
static void a_node_without_outgoing_edges_hands_on_evenly(void **state){
  (void)state;
  static const TestEdge kEdge[] = { { 0, 1, 1 } };
  double ranks[2];
  rank(kEdge, COUNT(kEdge), 2, 0.85, 1000, ranks);
  assertNear(ranks[0], 1/2.85);
  assertNear(ranks[1], 1.85/2.85);
}

static void rank_is_handed_on_by_weight(void **state){
  (void)state;
  static const TestEdge kEdges[] = { { 0, 1, 1 }, { 0, 2, 2 }, { 0, 2, 1 }, { 1, 0, 1 }, { 2, 0, 5 } };
  double ranks[3];
  rank(kEdges, COUNT(kEdges), 3, 1, 1, ranks);
  assertNear(ranks[0], 2.0/3);
  assertNear(ranks[1], 1.0/12);
  assertNear(ranks[2], 3.0/12);
}

static void edges_without_weight_are_as_if_they_were_not_there(void **state){
  (void)state;
  static const TestEdge kZero[] = { { 0, 1, 1 }, { 0, 2, 0 }, { 1, 2, 0 }, { 2, 0, 3 } };
  static const TestEdge kNone[] = { { 0, 1, 1 }, { 2, 0, 3 } };
  double ranks[3], wanted[3];
  rank(kZero, COUNT(kZero), 3, 0.85, 100, ranks);
  rank(kNone, COUNT(kNone), 3, 0.85, 100, wanted);
  for(int i = 0; i < 3; i++) assert_true(ranks[i]==wanted[i]);
}

static void weights_near_the_ends_of_a_double_keep_the_sum(void **state){
  (void)state;
  static const TestEdge kTiny[] = { { 0, 1, 5e-324 }, { 0, 2, 5e-324 }, { 1, 0, 1 }, { 2, 0, 1 } };
  static const TestEdge kHuge[] = { { 0, 1, 1e308 }, { 0, 2, 1e308 }, { 1, 0, 1 }, { 2, 0, 1 } };
  double ranks[3];
  rank(kTiny, COUNT(kTiny), 3, 1, 1, ranks);
  assertNear(ranks[1], 1.0/6);
  rank(kHuge, COUNT(kHuge), 3, 1, 1, ranks);
  assertNear(ranks[1], 1.0/6);
}

static void without_damping_all_have_the_same_rank(void **state){
  (void)state;
  static const TestEdge kEdges[] = { { 0, 1, 1 }, { 2, 1, 1 } };
  double ranks[3];
  rank(kEdges, COUNT(kEdges), 3, 0, 100, ranks);
  for(int i = 0; i < 3; i++) assertNear(ranks[i], 1.0/3);
}

static void without_iterations_nothing_is_moved(void **state){
  (void)state;
  static const TestEdge kEdges[] = { { 0, 1, 1 } };
  double ranks[2];
  rank(kEdges, COUNT(kEdges), 2, 0.85, 0, ranks);
  assert_true(ranks[0]==0.5 && ranks[1]==0.5);
}

static void no_nodes_have_no_ranks(void **state){
  (void)state;
  GraphMemory memory = newMemory();
  GraphWhole whole = wholeIn(&memory);
  Stop stop = { 0, 0 };
  double ranks[1] = { 7 };
  assert_int_equal(graphRank(&whole, 0.85, 100, ranks, isStopped, &stop), 1);
  assert_true(ranks[0]==7);
  assert_int_equal(ledger.blocks, 0);
}

static void random_graphs_are_ranked_as_a_plain_power_iteration_does(void **state){
  (void)state;
  uint64_t seed = 1;
  for(int round = 0; round < 1000; round++){
    TestEdge list[EDGES];
    double ranks[NODES], wanted[NODES];
    int nodes = 1 + (int)(nextRandom(&seed)%NODES), count = (int)(nextRandom(&seed)%EDGES);
    int iterations = (int)(nextRandom(&seed)%60);
    double damping = nextRandom(&seed)%101/100.0;
    randomEdges(list, count, nodes, 3, &seed);
    rank(list, count, nodes, damping, iterations, ranks);
    GraphMemory memory = newMemory();
    GraphWhole whole = wholeOf(&memory, list, count, nodes);
    plainRank(&whole, damping, iterations, wanted);
    for(int i = 0; i < nodes; i++) assertNear(ranks[i], wanted[i]);
    graphWholeFree(&whole);
  }
}

/* ---- Where it ends ---- */

static void it_ends_when_the_ranks_have_settled(void **state){
  (void)state;
  static const TestEdge kEdges[] = { { 0, 1, 1 }, { 1, 0, 1 }, { 1, 2, 1 } };
  GraphMemory memory = newMemory();
  GraphWhole whole = wholeOf(&memory, kEdges, COUNT(kEdges), 3);
  Stop stop = { 0, 0 };
  double ranks[3], wanted[3];
  assert_int_equal(graphRank(&whole, 0.85, 1000000000, ranks, isStopped, &stop), 1);
  assert_true(stop.asked < 1000);
  plainRank(&whole, 0.85, 1000, wanted);
  for(int i = 0; i < 3; i++) assertNear(ranks[i], wanted[i]);
  graphWholeFree(&whole);
}

/* Two nodes that hand each other all they have never settle: 0 begins with half of it, and gets 2 as well. */
static void it_ends_after_so_many_iterations(void **state){
  (void)state;
  static const TestEdge kEdges[] = { { 0, 1, 1 }, { 1, 0, 1 }, { 2, 0, 1 } };
  GraphMemory memory = newMemory();
  GraphWhole whole = wholeOf(&memory, kEdges, COUNT(kEdges), 3);
  Stop stop = { 0, 0 };
  double ranks[3];
  assert_int_equal(graphRank(&whole, 1, 57, ranks, isStopped, &stop), 1);
  assert_int_equal(stop.asked, 57);
  graphWholeFree(&whole);
}

static void it_stops_where_it_is_told_to(void **state){
  (void)state;
  static const TestEdge kEdges[] = { { 0, 1, 1 }, { 1, 0, 1 }, { 2, 0, 1 } };
  for(int at = 1; at <= 5; at++){
    GraphMemory memory = newMemory();
    GraphWhole whole = wholeOf(&memory, kEdges, COUNT(kEdges), 3);
    long long before = ledger.blocks;
    Stop stop = { 0, at };
    double ranks[3];
    assert_int_equal(graphRank(&whole, 1, 5, ranks, isStopped, &stop), 0);
    assert_int_equal(stop.asked, at);
    assert_int_equal(memory.failed, 0);
    assert_int_equal(ledger.blocks, before);
    graphWholeFree(&whole);
  }
}

/* ---- Lost memory ---- */

static int addAndRank(GraphMemory *memory){
  enum { RING = 1000 };
  static double ranks[RING];
  GraphWhole whole = wholeIn(memory);
  Stop stop = { 0, 0 };
  int done = 1;
  for(int i = 0; done && i < RING; i++) done = addEdge(&whole, &(const TestEdge){ i, (i + 1)%RING, 1 });
  if( done ) done = graphRank(&whole, 0.85, 10, ranks, isStopped, &stop);
  if( done ) assertNear(ranks[0], 1.0/RING);
  graphWholeFree(&whole);
  return done;
}

static void lost_memory_is_told_and_nothing_leaks(void **state){
  (void)state;
  assert_true(expectToOutliveLostMemory(addAndRank) > 20);
}

/* An edge that found no memory is not there; the ones before it are. */
static void after_lost_memory_edges_can_be_added_again(void **state){
  (void)state;
  for(long long failing = 1;; failing++){
    GraphMemory memory = newMemory();
    GraphWhole whole = wholeIn(&memory);
    int added = 0, failures = 0;
    ledger.failing = failing;
    while( added < 300 ){
      if( addEdge(&whole, &(const TestEdge){ added, added + 1, added }) ) added++;
      else failures++;
      assert_int_equal(whole.count, added);
    }
    for(int i = 0; i < added; i++){
      assert_true(whole.weights[i]==i);
      assert_int_equal(nodeOf(whole.names.names[whole.from[i]].text), i);
      assert_int_equal(nodeOf(whole.names.names[whole.to[i]].text), i + 1);
    }
    graphWholeFree(&whole);
    assert_int_equal(ledger.blocks, 0);
    assert_int_equal(failures, ledger.requests >= failing);
    if( failures==0 ) break;
  }
}

int main(void){
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(edges_are_kept_in_their_order_with_the_names_of_their_ends),
    cmocka_unit_test(an_edge_costs_16_bytes),
    cmocka_unit_test(nodes_hang_together_whatever_the_directions),
    cmocka_unit_test(edges_to_itself_and_beside_each_other_join_nothing_more),
    cmocka_unit_test(no_nodes_have_no_components),
    cmocka_unit_test(the_first_node_is_that_of_the_text_order),
    cmocka_unit_test(random_graphs_fall_into_what_labels_spread_over),
    cmocka_unit_test(a_long_chain_hangs_together),
    cmocka_unit_test(a_ring_is_ranked_evenly),
    cmocka_unit_test(a_node_without_outgoing_edges_hands_on_evenly),
    cmocka_unit_test(rank_is_handed_on_by_weight),
    cmocka_unit_test(edges_without_weight_are_as_if_they_were_not_there),
    cmocka_unit_test(weights_near_the_ends_of_a_double_keep_the_sum),
    cmocka_unit_test(without_damping_all_have_the_same_rank),
    cmocka_unit_test(without_iterations_nothing_is_moved),
    cmocka_unit_test(no_nodes_have_no_ranks),
    cmocka_unit_test(random_graphs_are_ranked_as_a_plain_power_iteration_does),
    cmocka_unit_test(it_ends_when_the_ranks_have_settled),
    cmocka_unit_test(it_ends_after_so_many_iterations),
    cmocka_unit_test(it_stops_where_it_is_told_to),
    cmocka_unit_test(lost_memory_is_told_and_nothing_leaks),
    cmocka_unit_test(after_lost_memory_edges_can_be_added_again),
  };
  return cmocka_run_group_tests_name("graph whole", tests, NULL, NULL);
}
