/*
** Where a pattern goes: the first of worsening, persistent, new and resolving that holds.
*/
#include "helpers.h"

#include "snapshots/trend.h"

/* Sizes are entities, newest first, ended by -1. */
static Trend judged(const double *sizes, int runs, int seen, int newest, int began){
  Trend trend = { .runs = runs, .runs_seen = seen, .in_newest_run = newest, .began_in_runs = began };
  while( sizes[trend.count] >= 0 ){
    trend.sizes[trend.count].entities = sizes[trend.count];
    trend.count++;
  }
  trendJudge(&trend);
  return trend;
}

static void the_first_rule_that_holds_wins(void **state){
  (void)state;
  const double once[] = { 3, -1 }, steady[] = { 3, 3, 3, -1 }, grown[] = { 4, 3, 3, -1 };
  assert_string_equal(judged(once, 1, 1, 1, 1).word, "new");
  assert_string_equal(judged(once, 2, 1, 0, 1).word, "resolving");
  assert_string_equal(judged(once, 5, 1, 1, 0).word, "resolving");
  assert_string_equal(judged(steady, 5, 3, 1, 1).word, "persistent");
  assert_string_equal(judged(steady, 5, 3, 0, 0).word, "persistent");
  assert_string_equal(judged(steady, 5, 2, 1, 1).word, "new");
  assert_string_equal(judged(grown, 5, 3, 1, 1).word, "worsening");
  assert_string_equal(judged(grown, 5, 2, 0, 1).word, "resolving");
}

static void exactly_a_fifth_more_is_not_worse(void **state){
  (void)state;
  for(int mean = 5; mean <= 5000; mean += 5){
    const double edge[] = { mean + mean/5, mean, mean, mean, -1 }, beyond[] = { mean + mean/5 + 1, mean, mean, mean, -1 };
    assert_string_equal(judged(edge, 5, 3, 1, 1).word, "persistent");
    assert_string_equal(judged(beyond, 5, 3, 1, 1).word, "worsening");
  }
}

static void a_mean_is_over_what_was_before(void **state){
  (void)state;
  const double once[] = { 3, -1 }, grown[] = { 9, 1, 2, -1 };
  assert_false(judged(once, 1, 1, 1, 1).has_mean);
  Trend trend = judged(grown, 3, 3, 1, 1);
  assert_true(trend.has_mean && !trend.has_evidence_mean);
  assert_true(trend.entities_mean==1.5);
}

static void evidence_counts_only_where_it_has_numbers(void **state){
  (void)state;
  Trend trend = { .count = 3, .runs = 3, .runs_seen = 3, .in_newest_run = 1, .began_in_runs = 1,
                  .sizes = { { 1, 1, 13 }, { 1, 0, 99 }, { 1, 1, 10 } } };
  trendJudge(&trend);
  assert_true(trend.has_evidence_mean && trend.evidence_mean==10);
  assert_string_equal(trend.word, "worsening");
  trend.sizes[0].has_evidence = 0;
  trendJudge(&trend);
  assert_string_equal(trend.word, "persistent");
  trend.sizes[0] = (TrendSize){ 1, 1, -11 };
  trend.sizes[2].evidence = -10;
  trendJudge(&trend);
  assert_string_equal(trend.word, "persistent"); /* -11 is more than 1.2 x -10, but no growth */
}

int main(void){
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(the_first_rule_that_holds_wins),
    cmocka_unit_test(exactly_a_fifth_more_is_not_worse),
    cmocka_unit_test(a_mean_is_over_what_was_before),
    cmocka_unit_test(evidence_counts_only_where_it_has_numbers),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
