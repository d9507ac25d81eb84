/*
** Shortest paths, by edges and by weight: against brute force on random graphs, at their limits, and where they fail.
*/
#include "graph_helpers.h"

#include <limits.h>
#include <math.h>

#include "graph/path.h"

typedef int Search(GraphPath *path, GraphAdjacency *adjacency, const GraphEnds *ends);

static Search *const kSearches[] = { graphPathByEdges, graphPathByWeight };

typedef struct Question {
  int source, target;
  GraphDirection direction;
  long long max_depth;
} Question;

static GraphPath pathIn(GraphMemory *memory){
  return (GraphPath){ .names = { .memory = memory } };
}

static int ask(GraphPath *path, Search *search, Edges *edges, const Question *question){
  char source[NAME_SIZE], target[NAME_SIZE];
  const GraphEnds ends = {
    .source = nameOf(question->source, source), .target = nameOf(question->target, target), .source_length = strlen(source),
    .target_length = strlen(target), .direction = question->direction, .max_depth = question->max_depth };
  return search(path, &edges->adjacency, &ends);
}

static int nodeAt(const GraphPath *path, int hop){
  return nodeOf(path->names.names[path->hops[hop].node].text);
}

/* What every path is: from source to target, by edges that lead there, with the sums of what they cost. */
static void expectWay(const GraphPath *path, const TestEdge *list, const Question *question, int is_weighted){
  double distance = 0;
  assert_true(path->count > 0 && path->count - 1 <= question->max_depth);
  assert_int_equal(nodeAt(path, 0), question->source);
  assert_int_equal(nodeAt(path, path->count - 1), question->target);
  assert_true(path->hops[0].distance==0);
  for(int i = 1; i < path->count; i++){
    const GraphHop *hop = &path->hops[i];
    const TestEdge *edge = &list[hop->edge.id - 1];
    assert_true(edgeLeads(edge, nodeAt(path, i - 1), nodeAt(path, i), question->direction));
    assert_true(hop->edge.weight==edge->weight);
    distance += is_weighted ? edge->weight : 1;
    assert_true(hop->distance==distance);
  }
}

/* The nodes of a path, each with a bar behind it; "" when there is none. */
static const char *found(Search *search, const TestEdge *list, int count, const Question *question){
  static char text[256];
  size_t length = 0;
  GraphMemory memory = newMemory();
  GraphPath path = pathIn(&memory);
  Edges edges = edgesOver(list, count);
  assert_int_equal(ask(&path, search, &edges, question), 1);
  assert_int_equal(path.negative.id, 0);
  if( path.count ) expectWay(&path, list, question, search==graphPathByWeight);
  text[0] = 0;
  for(int i = 0; i < path.count; i++) length += (size_t)snprintf(text + length, sizeof text - length, "%d|", nodeAt(&path, i));
  graphPathFree(&path);
  assert_int_equal(ledger.blocks, 0);
  return text;
}

#define FOUND(search, list, ...) found(search, list, COUNT(list), &(const Question){ __VA_ARGS__ })

/* ---- Both kinds ---- */

/* 0 leads to 4 by 1, by 2 and 3, and dearly at once. */
static const TestEdge kGraph[] = { { 0, 1, 5 }, { 1, 4, 5 }, { 0, 2, 1 }, { 2, 3, 1 }, { 3, 4, 1 }, { 0, 4, 20 }, { 5, 0, 1 } };

static void the_shortest_way_is_taken_by_edges_or_by_weight(void **state){
  (void)state;
  assert_string_equal(FOUND(graphPathByEdges, kGraph, 0, 4, GRAPH_OUT, LLONG_MAX), "0|4|");
  assert_string_equal(FOUND(graphPathByWeight, kGraph, 0, 4, GRAPH_OUT, LLONG_MAX), "0|2|3|4|");
}

static void the_direction_is_that_of_the_whole_path(void **state){
  (void)state;
  for(size_t i = 0; i < COUNT(kSearches); i++){
    assert_string_equal(FOUND(kSearches[i], kGraph, 5, 2, GRAPH_OUT, LLONG_MAX), "5|0|2|");
    assert_string_equal(FOUND(kSearches[i], kGraph, 2, 5, GRAPH_OUT, LLONG_MAX), "");
    assert_string_equal(FOUND(kSearches[i], kGraph, 2, 5, GRAPH_IN, LLONG_MAX), "2|0|5|");
    assert_string_equal(FOUND(kSearches[i], kGraph, 1, 2, GRAPH_OUT, LLONG_MAX), "");
    assert_string_equal(FOUND(kSearches[i], kGraph, 1, 2, GRAPH_IN, LLONG_MAX), "");
    assert_string_equal(FOUND(kSearches[i], kGraph, 1, 2, GRAPH_BOTH, LLONG_MAX), "1|0|2|");
  }
}

static void a_node_leads_to_itself_by_one_hop_without_an_edge(void **state){
  (void)state;
  static const TestEdge kLoop[] = { { 0, 0, 1 }, { 0, 1, 1 }, { 1, 0, 1 } };
  for(size_t i = 0; i < COUNT(kSearches); i++){
    assert_string_equal(FOUND(kSearches[i], kLoop, 0, 0, GRAPH_BOTH, LLONG_MAX), "0|");
    assert_string_equal(FOUND(kSearches[i], kLoop, 0, 0, GRAPH_OUT, 0), "0|");
    assert_string_equal(FOUND(kSearches[i], kLoop, 7, 7, GRAPH_OUT, 0), "7|");
  }
}

static void where_nothing_leads_there_is_no_path_and_no_error(void **state){
  (void)state;
  for(size_t i = 0; i < COUNT(kSearches); i++){
    assert_string_equal(FOUND(kSearches[i], kGraph, 4, 0, GRAPH_OUT, LLONG_MAX), "");
    assert_string_equal(FOUND(kSearches[i], kGraph, 0, 8, GRAPH_BOTH, LLONG_MAX), "");
    assert_string_equal(FOUND(kSearches[i], kGraph, 8, 0, GRAPH_BOTH, LLONG_MAX), "");
  }
}

static void no_path_has_more_edges_than_allowed(void **state){
  (void)state;
  static const TestEdge kChain[] = { { 0, 1, 1 }, { 1, 2, 1 }, { 2, 3, 1 }, { 3, 4, 1 } };
  for(size_t i = 0; i < COUNT(kSearches); i++){
    for(int most = 0; most < 4; most++) assert_string_equal(FOUND(kSearches[i], kChain, 0, 4, GRAPH_OUT, most), "");
    assert_string_equal(FOUND(kSearches[i], kChain, 0, 4, GRAPH_OUT, 4), "0|1|2|3|4|");
  }
}

static void a_limit_makes_the_dearer_way_the_shortest(void **state){
  (void)state;
  assert_string_equal(FOUND(graphPathByWeight, kGraph, 0, 4, GRAPH_OUT, 3), "0|2|3|4|");
  assert_string_equal(FOUND(graphPathByWeight, kGraph, 0, 4, GRAPH_OUT, 2), "0|1|4|");
  assert_string_equal(FOUND(graphPathByWeight, kGraph, 0, 4, GRAPH_OUT, 1), "0|4|");
}

/* Node 1 is reached soonest by two edges, but only the dear way of one edge leaves enough of them to go on. */
static void a_node_may_be_reached_dearly_to_save_edges(void **state){
  (void)state;
  static const TestEdge kDetour[] = { { 0, 2, 1 }, { 2, 1, 1 }, { 0, 1, 9 }, { 1, 3, 1 } };
  assert_string_equal(FOUND(graphPathByWeight, kDetour, 0, 3, GRAPH_OUT, 3), "0|2|1|3|");
  assert_string_equal(FOUND(graphPathByWeight, kDetour, 0, 3, GRAPH_OUT, 2), "0|1|3|");
}

/* ---- Weights ---- */

static void of_ways_of_one_weight_the_one_with_fewer_edges_is_taken(void **state){
  (void)state;
  static const TestEdge kTies[] = { { 0, 1, 1 }, { 1, 2, 1 }, { 2, 5, 3 }, { 0, 3, 4 }, { 3, 5, 1 } };
  assert_string_equal(FOUND(graphPathByWeight, kTies, 0, 5, GRAPH_OUT, 9), "0|3|5|");
  assert_string_equal(FOUND(graphPathByWeight, kTies, 0, 5, GRAPH_OUT, LLONG_MAX), "0|3|5|");
}

static void edges_of_no_weight_are_counted_too(void **state){
  (void)state;
  static const TestEdge kFree[] = { { 0, 1, 0 }, { 1, 2, 0 }, { 2, 3, 0 }, { 0, 3, 0 }, { 3, 0, 0 } };
  assert_string_equal(FOUND(graphPathByWeight, kFree, 0, 3, GRAPH_OUT, LLONG_MAX), "0|3|");
  assert_string_equal(FOUND(graphPathByWeight, kFree, 0, 3, GRAPH_OUT, 5), "0|3|");
}

static void of_parallel_edges_the_lightest_is_taken(void **state){
  (void)state;
  static const TestEdge kParallel[] = { { 0, 1, 3 }, { 0, 1, 1 }, { 0, 1, 2 } };
  GraphMemory memory = newMemory();
  GraphPath path = pathIn(&memory);
  Edges edges = edgesOver(kParallel, COUNT(kParallel));
  assert_int_equal(ask(&path, graphPathByWeight, &edges, &(const Question){ 0, 1, GRAPH_OUT, LLONG_MAX }), 1);
  assert_int_equal(path.count, 2);
  assert_int_equal(path.hops[1].edge.id, 2);
  assert_true(path.hops[1].distance==1);
  graphPathFree(&path);
}

static void an_infinite_weight_is_dearer_than_all_others_but_leads_there(void **state){
  (void)state;
  static const TestEdge kFar[] = { { 0, 1, INFINITY }, { 0, 2, 1e300 }, { 2, 1, 1e300 }, { 1, 3, INFINITY }, { 3, 4, 1 } };
  assert_string_equal(FOUND(graphPathByWeight, kFar, 0, 1, GRAPH_OUT, LLONG_MAX), "0|2|1|");
  assert_string_equal(FOUND(graphPathByWeight, kFar, 0, 1, GRAPH_OUT, 1), "0|1|");
  assert_string_equal(FOUND(graphPathByWeight, kFar, 1, 4, GRAPH_OUT, LLONG_MAX), "1|3|4|");
  assert_string_equal(FOUND(graphPathByWeight, kFar, 1, 4, GRAPH_OUT, 2), "1|3|4|");
}

static void weights_that_add_up_to_infinity_lead_there_too(void **state){
  (void)state;
  static const TestEdge kHuge[] = { { 0, 1, 1e308 }, { 1, 2, 1e308 }, { 2, 3, 1e308 } };
  assert_string_equal(FOUND(graphPathByWeight, kHuge, 0, 3, GRAPH_OUT, LLONG_MAX), "0|1|2|3|");
}

static void expectNegative(const TestEdge *list, int count, long long max_depth, long long id){
  GraphMemory memory = newMemory();
  GraphPath path = pathIn(&memory);
  Edges edges = edgesOver(list, count);
  assert_int_equal(ask(&path, graphPathByWeight, &edges, &(const Question){ 0, 3, GRAPH_OUT, max_depth }), 0);
  assert_int_equal(path.negative.id, id);
  assert_true(path.negative.weight==list[id - 1].weight);
  assert_int_equal(path.count, 0);
  assert_int_equal(memory.failed, 0);
  graphPathFree(&path);
  assert_int_equal(ledger.blocks, 0);
}

static void a_negative_weight_that_is_met_is_named(void **state){
  (void)state;
  static const TestEdge kBelow[] = { { 0, 1, 1 }, { 1, 2, -0.5 }, { 2, 3, 1 } };
  static const TestEdge kEndless[] = { { 0, 3, 1 }, { 0, 0, -INFINITY } };
  expectNegative(kBelow, COUNT(kBelow), LLONG_MAX, 2);
  expectNegative(kBelow, COUNT(kBelow), 3, 2);
  expectNegative(kEndless, COUNT(kEndless), LLONG_MAX, 2);
  assert_string_equal(FOUND(graphPathByEdges, kBelow, 0, 3, GRAPH_OUT, LLONG_MAX), "0|1|2|3|");
}

static void a_negative_weight_that_is_not_met_does_no_harm(void **state){
  (void)state;
  static const TestEdge kBehind[] = { { 0, 1, 1 }, { 1, 2, -1 }, { 3, 0, -1 } };
  assert_string_equal(FOUND(graphPathByWeight, kBehind, 0, 1, GRAPH_OUT, LLONG_MAX), "0|1|");
}

static void minus_nothing_is_not_negative(void **state){
  (void)state;
  static const TestEdge kZero[] = { { 0, 1, -0.0 }, { 1, 2, -0.0 } };
  assert_string_equal(FOUND(graphPathByWeight, kZero, 0, 2, GRAPH_OUT, LLONG_MAX), "0|1|2|");
}

/* ---- Random graphs against brute force ---- */

enum { NODES = 8, MOST_EDGES = 22 };

/* The least weight of a way of exactly so many edges to each node, for all numbers of edges up to NODES; -1: there is none. */
typedef struct Table {
  double least[NODES + 1][NODES];
} Table;

static void lower(double *least, double before, double weight){
  if( before < 0 ) return;
  if( *least < 0 || before + weight < *least ) *least = before + weight;
}

static void fillTable(Table *table, const TestEdge *list, int count, const Question *question){
  for(int edges = 0; edges <= NODES; edges++){
    for(int node = 0; node < NODES; node++) table->least[edges][node] = edges==0 && node==question->source ? 0 : -1;
    for(int i = 0; edges > 0 && i < count; i++){
      const TestEdge *edge = &list[i];
      double *now = table->least[edges], *before = table->least[edges - 1];
      if( question->direction & GRAPH_OUT ) lower(&now[edge->to], before[edge->from], edge->weight);
      if( question->direction & GRAPH_IN ) lower(&now[edge->from], before[edge->to], edge->weight);
    }
  }
}

/* The fewest edges of the shortest way, and its length. -1: there is none. */
static int bestOf(const Table *table, const Question *question, int is_weighted, double *distance){
  int best = -1;
  for(int edges = 0; edges <= NODES && edges <= question->max_depth; edges++){
    double least = table->least[edges][question->target];
    if( least < 0 || (best >= 0 && !(is_weighted && least < *distance)) ) continue;
    best = edges;
    *distance = is_weighted ? least : edges;
  }
  return best;
}

/* Of infinite ways any may be taken. */
static void expectBest(const TestEdge *list, int count, const Question *question){
  Table table;
  fillTable(&table, list, count, question);
  for(size_t i = 0; i < COUNT(kSearches); i++){
    double distance = 0;
    int is_weighted = kSearches[i]==graphPathByWeight;
    int edges_wanted = bestOf(&table, question, is_weighted, &distance);
    GraphMemory memory = newMemory();
    GraphPath path = pathIn(&memory);
    Edges edges = edgesOver(list, count);
    assert_int_equal(ask(&path, kSearches[i], &edges, question), 1);
    assert_int_equal(path.count > 0, edges_wanted >= 0);
    if( distance < INFINITY ) assert_int_equal(path.count - 1, edges_wanted);
    if( path.count ) expectWay(&path, list, question, is_weighted);
    if( path.count ) assert_true(path.hops[path.count - 1].distance==distance);
    graphPathFree(&path);
    assert_int_equal(ledger.blocks, 0);
  }
}

static void tryRandom(uint64_t seed, int heaviest, int is_limited, int some_infinite){
  TestEdge list[MOST_EDGES];
  for(int round = 0; round < 4000; round++){
    int count = (int)(nextRandom(&seed)%(MOST_EDGES + 1));
    randomEdges(list, count, NODES, heaviest, &seed);
    for(int i = 0; some_infinite && i < count; i++) if( nextRandom(&seed)%6==0 ) list[i].weight = INFINITY;
    Question question = { .source = (int)(nextRandom(&seed)%NODES), .target = (int)(nextRandom(&seed)%NODES) };
    question.direction = (GraphDirection)(1 + nextRandom(&seed)%3);
    question.max_depth = is_limited ? nextRandom(&seed)%6 : LLONG_MAX;
    expectBest(list, count, &question);
  }
}

static void random_graphs_give_the_shortest_path_with_the_fewest_edges(void **state){
  (void)state;
  tryRandom(1, 1000, 0, 0);
  tryRandom(2, 3, 0, 0);
}

static void random_graphs_give_the_shortest_path_within_a_limit(void **state){
  (void)state;
  tryRandom(3, 1000, 1, 0);
  tryRandom(4, 3, 1, 0);
}

static void random_graphs_with_infinite_weights_do_so_too(void **state){
  (void)state;
  tryRandom(5, 2, 0, 1);
  tryRandom(6, 2, 1, 1);
}

/* ---- Errors ---- */

static void an_error_of_the_adjacency_is_handed_on_wherever_it_happens(void **state){
  (void)state;
  for(size_t i = 0; i < COUNT(kSearches); i++){
    for(long long failing = 1;; failing++){
      GraphMemory memory = newMemory();
      GraphPath path = pathIn(&memory);
      Edges edges = edgesOver(kGraph, COUNT(kGraph));
      edges.failing = failing;
      int done = ask(&path, kSearches[i], &edges, &(const Question){ 1, 3, GRAPH_BOTH, LLONG_MAX });
      assert_int_equal(path.count > 0, done);
      graphPathFree(&path);
      assert_int_equal(ledger.blocks, 0);
      assert_int_equal(memory.failed, 0);
      assert_int_equal(done, edges.calls < failing);
      if( done ) break;
    }
  }
}

/* A chain, and as many dear edges from its beginning, so that every array has to grow. */
static int findIn(GraphMemory *memory, Search *search){
  enum { LINKS = 300 };
  static TestEdge list[2*LINKS];
  for(int i = 0; i < LINKS; i++){
    list[i] = (TestEdge){ i, i + 1, 1 };
    list[LINKS + i] = (TestEdge){ 0, 1000 + i, 500 };
  }
  GraphPath path = pathIn(memory);
  Edges edges = edgesOver(list, COUNT(list));
  int done = ask(&path, search, &edges, &(const Question){ 0, LINKS, GRAPH_OUT, LLONG_MAX });
  assert_int_equal(path.count, done ? LINKS + 1 : 0);
  graphPathFree(&path);
  return done;
}

static int findByEdges(GraphMemory *memory){
  return findIn(memory, graphPathByEdges);
}

static int findByWeight(GraphMemory *memory){
  return findIn(memory, graphPathByWeight);
}

static void lost_memory_is_told_and_nothing_leaks(void **state){
  (void)state;
  assert_true(expectToOutliveLostMemory(findByEdges) > 8);
  assert_true(expectToOutliveLostMemory(findByWeight) > 8);
}

int main(void){
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(the_shortest_way_is_taken_by_edges_or_by_weight),
    cmocka_unit_test(the_direction_is_that_of_the_whole_path),
    cmocka_unit_test(a_node_leads_to_itself_by_one_hop_without_an_edge),
    cmocka_unit_test(where_nothing_leads_there_is_no_path_and_no_error),
    cmocka_unit_test(no_path_has_more_edges_than_allowed),
    cmocka_unit_test(a_limit_makes_the_dearer_way_the_shortest),
    cmocka_unit_test(a_node_may_be_reached_dearly_to_save_edges),
    cmocka_unit_test(of_ways_of_one_weight_the_one_with_fewer_edges_is_taken),
    cmocka_unit_test(edges_of_no_weight_are_counted_too),
    cmocka_unit_test(of_parallel_edges_the_lightest_is_taken),
    cmocka_unit_test(an_infinite_weight_is_dearer_than_all_others_but_leads_there),
    cmocka_unit_test(weights_that_add_up_to_infinity_lead_there_too),
    cmocka_unit_test(a_negative_weight_that_is_met_is_named),
    cmocka_unit_test(a_negative_weight_that_is_not_met_does_no_harm),
    cmocka_unit_test(minus_nothing_is_not_negative),
    cmocka_unit_test(random_graphs_give_the_shortest_path_with_the_fewest_edges),
    cmocka_unit_test(random_graphs_give_the_shortest_path_within_a_limit),
    cmocka_unit_test(random_graphs_with_infinite_weights_do_so_too),
    cmocka_unit_test(an_error_of_the_adjacency_is_handed_on_wherever_it_happens),
    cmocka_unit_test(lost_memory_is_told_and_nothing_leaks),
  };
  return cmocka_run_group_tests_name("graph path", tests, NULL, NULL);
}
