/*
** The sufficient statistics of a pattern: exact, without a trace of what was taken away, never beyond their limits.
*/
#include "helpers.h"

#include "patterns/sums.h"

#define LIMIT ((int64_t)1 << 62)

static PatternMetrics metricsOf(int64_t tokens, int64_t cost_nano, int64_t duration_ms){
  return (PatternMetrics){ .tokens = tokens, .cost_nano = cost_nano, .duration_ms = duration_ms, .errors = 2, .retries = 3,
                           .has_duration = 1, .has_errors = 1, .has_retries = 1 };
}

static void assertSame(const PatternSums *a, const PatternSums *b){
  assert_memory_equal(a, b, sizeof *a);
}

static void what_is_taken_away_leaves_no_trace(void **state){
  (void)state;
  PatternSums sums = { 0 }, none = { 0 };
  for(int i = 1; i <= 1000; i++){
    PatternMetrics m = metricsOf(i, i*1000003LL, i % 3 ? i*999983LL : -i);
    assert_int_equal(patternSumsAdd(&sums, &m), 1);
  }
  for(int i = 1000; i >= 1; i--){
    PatternMetrics m = metricsOf(i, i*1000003LL, i % 3 ? i*999983LL : -i);
    assert_int_equal(patternSumsRemove(&sums, &m), 1);
  }
  assertSame(&sums, &none);
}

static void what_does_not_fit_changes_nothing(void **state){
  (void)state;
  PatternMetrics m = metricsOf(1, 1, 1);
  PatternSums full = { .tokens = LIMIT }, before = full;
  assert_int_equal(patternSumsAdd(&full, &m), 0);
  assertSame(&full, &before);
  full = before = (PatternSums){ .cost_nano = INT64_MAX };
  assert_int_equal(patternSumsAdd(&full, &m), 0);
  assertSame(&full, &before);
  full = before = (PatternSums){ .confidence = { .duration_sum = LIMIT } };
  assert_int_equal(patternSumsAdd(&full, &m), 0);
  assertSame(&full, &before);
  full = before = (PatternSums){ .confidence = { .rows = INT64_MIN } };
  assert_int_equal(patternSumsRemove(&full, &m), 0);
  assertSame(&full, &before);
  full = before = (PatternSums){
    .tokens = 5, .cost_nano = 5, .retry_rows = 5,
    .confidence = { .rows = 5, .durations = 5, .duration_sum = 5, .error_rows = 5, .error_sum = 5, .retry_sum = 5 } };
  assert_int_equal(patternSumsRemove(&full, &m), 0); /* the squares would fall below 0 */
  assertSame(&full, &before);
}

static void unknown_occurrences_count_together(void **state){
  (void)state;
  PatternSums sums = { .tokens = 1, .confidence = { .rows = 1 } };
  assert_int_equal(patternSumsAddUnknown(&sums, 3, 300, 600), 1);
  assert_int_equal(sums.confidence.rows, 4);
  assert_int_equal(sums.tokens, 301);
  assert_int_equal(sums.cost_nano, 600);
  assert_int_equal(patternSumsAddUnknown(&sums, 1, LIMIT, 0), 0);
  assert_int_equal(patternSumsAddUnknown(&sums, -5, 0, 0), 0);
  assert_int_equal(sums.confidence.rows, 4);
}

static void the_stored_squares_read_back(void **state){
  (void)state;
  PatternSums sums = { 0 };
  ConfidenceSums back = { 0 };
  PatternMetrics m = metricsOf(0, 0, 999999999999);
  for(int i = 0; i < 3; i++) assert_int_equal(patternSumsAdd(&sums, &m), 1);
  PatternSquares squares = patternSquares(&sums.confidence); /* 3 x 999999999999 squared: 2999999 999994000000000003 */
  assert_int_equal(squares.e18, 2999999);
  assert_int_equal(squares.rest, 999994000000000003);
  patternSetSquares(&back, squares);
  assert_int_equal(back.duration_squares_high, sums.confidence.duration_squares_high);
  assert_int_equal(back.duration_squares_low, sums.confidence.duration_squares_low);
}

static void averages_are_rounded_once_and_halves_go_up(void **state){
  (void)state;
  PatternSums sums = { .tokens = 5, .cost_nano = 3000000000, .confidence = { .rows = 2 } };
  PatternFigures figures = patternFigures(&sums);
  assert_int_equal(figures.tokens, 3);
  assert_int_equal(figures.tool_tokens, 0);
  assert_true(figures.cost==1.5);
  assert_true(figures.tool_cost==0.075);
  assert_true(figures.savings==(1.5 - 0.075)*2);
  sums = (PatternSums){ .tokens = LIMIT, .confidence = { .rows = LIMIT } };
  assert_int_equal(patternFigures(&sums).tokens, 1);
  sums = (PatternSums){ .tokens = 30, .confidence = { .rows = 3 } };
  assert_int_equal(patternFigures(&sums).tool_tokens, 1); /* 30/60 */
}

static void nothing_seen_shows_nothing(void **state){
  (void)state;
  PatternSums sums = { 0 };
  PatternFigures figures = patternFigures(&sums);
  assert_true(figures.tokens==0 && figures.cost==0 && figures.savings==0 && figures.confidence==10);
}

static void a_cost_is_rounded_to_its_unit(void **state){
  (void)state;
  assert_int_equal(patternNano(0.1), 100000000);
  assert_int_equal(patternNano(4e-10), 0);
  assert_int_equal(patternNano(6e-10), 1);
  assert_int_equal(patternNano(PATTERN_MOST_COST), 1000000000000000000);
}

int main(void){
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(what_is_taken_away_leaves_no_trace),
    cmocka_unit_test(what_does_not_fit_changes_nothing),
    cmocka_unit_test(unknown_occurrences_count_together),
    cmocka_unit_test(the_stored_squares_read_back),
    cmocka_unit_test(averages_are_rounded_once_and_halves_go_up),
    cmocka_unit_test(nothing_seen_shows_nothing),
    cmocka_unit_test(a_cost_is_rounded_to_its_unit),
  };
  return cmocka_run_group_tests_name("sums", tests, NULL, NULL);
}
