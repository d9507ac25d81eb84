/*
** Scales, ticks of numbers and of the calendar, and charts: that they are the same however rows come, and that nothing overlaps.
*/
#include "report_helpers.h"

#include <math.h>

#include "engine/clock.h"

static double timeOf(const char *text){
  long long time;
  assert_int_equal(loreTimeParse(text, strlen(text), &time), 1);
  return (double)time;
}

static const char *labelsOf(const Ticks *ticks){
  LoreBuffer out = newBuffer();
  for(int i = 0; i < ticks->count; i++){
    if( i > 0 ) loreBufferChar(&out, ' ');
    tickWrite(&out, ticks, i);
  }
  const char *text = taken(&out);
  free(out.data);
  return text;
}

static const char *numberTicks(double lo, double hi, int most, int outward){
  static Ticks ticks;
  ticksOfNumbers(&ticks, &lo, &hi, most, outward);
  return labelsOf(&ticks);
}

static void numbers_have_round_ticks(void **state){
  (void)state;
  assert_string_equal(numberTicks(0, 10, 5, 0), "0 2 4 6 8 10");
  assert_string_equal(numberTicks(0.3, 9.7, 5, 0), "2 4 6 8");
  assert_string_equal(numberTicks(0.3, 9.7, 5, 1), "0 2 4 6 8 10");
  assert_string_equal(numberTicks(0, 0.3, 3, 1), "0 0.1 0.2 0.3");
  assert_string_equal(numberTicks(-5, 5, 2, 1), "\xE2\x88\x92" "5 0 5");
  assert_string_equal(numberTicks(0, 2.5e6, 5, 1), "0 500k 1M 1.5M 2M 2.5M");
  assert_string_equal(numberTicks(-1e300, 1e300, 4, 1), "\xE2\x88\x92" "1e300 \xE2\x88\x92" "5e299 0 5e299 1e300");
}

static void random_ranges_are_covered_by_few_ticks(void **state){
  (void)state;
  uint64_t seed = 9;
  for(int turn = 0; turn < 20000; turn++){
    double size = pow(10, (double)(nextRandom(&seed) % 600) - 300);
    double lo = ((double)nextRandom(&seed)/4294967296.0 - 0.5)*size, hi = lo + (double)nextRandom(&seed)/4294967296.0*size;
    int most = 1 + (int)(nextRandom(&seed) % 12);
    Ticks ticks;
    scaleWiden(&lo, &hi);
    double least = lo, largest = hi;
    ticksOfNumbers(&ticks, &lo, &hi, most, 1);
    assert_in_range(ticks.count, 2, most + 2);
    assert_true(lo <= least + fabs(largest - least)*1e-5 && hi >= largest - fabs(largest - least)*1e-5);
  }
}

static const char *timeTicks(const char *from, const char *to, double pixels){
  static Ticks ticks;
  ticksOfTimes(&ticks, timeOf(from), timeOf(to), pixels);
  return labelsOf(&ticks);
}

static void times_have_ticks_of_the_calendar(void **state){
  (void)state;
  assert_string_equal(timeTicks("2026-01-05T06:10:00Z", "2026-01-06T06:00:00Z", 500),
                      "09:00 12:00 15:00 18:00 21:00 Jan 6 03:00 06:00");
  assert_string_equal(timeTicks("2026-01-05", "2026-01-09", 300), "Jan 5 Jan 6 Jan 7 Jan 8 Jan 9");
  assert_string_equal(timeTicks("2026-01-01", "2026-02-10", 350), "Jan 5 Jan 12 Jan 19 Jan 26 Feb 2 Feb 9");
  assert_string_equal(timeTicks("2025-10-15", "2026-04-15", 400), "Nov Dec 2026 Feb Mar Apr");
  assert_string_equal(timeTicks("2024-01-01", "2026-06-01", 300), "2024 Jul 2025 Jul 2026");
  assert_string_equal(timeTicks("1990-05-01", "2031-01-01", 300), "2000 2010 2020 2030");
  assert_string_equal(timeTicks("2026-01-05T00:00:00Z", "2026-01-05T00:00:40Z", 300), "00:00:00 00:00:15 00:00:30");
  assert_string_equal(timeTicks("2026-01-05T00:00:00.000Z", "2026-01-05T00:00:00.030Z", 400),
                      "00:00:00.000 00:00:00.010 00:00:00.020 00:00:00.030");
}

static void days_counted_by_threes_keep_apart_at_the_end_of_a_month(void **state){
  (void)state;
  assert_string_equal(timeTicks("2026-02-20", "2026-03-05", 260), "Feb 22 Feb 25 Mar 1 Mar 4");
  assert_string_equal(timeTicks("2028-02-25", "2028-03-05", 300), "Feb 25 Feb 27 Mar 1 Mar 3 Mar 5");
}

static void ticks_of_times_never_crowd(void **state){
  (void)state;
  uint64_t seed = 3;
  for(int turn = 0; turn < 5000; turn++){
    double lo = (double)LORE_TIME_FIRST + (double)nextRandom(&seed)*50000;
    double hi = fmin((double)LORE_TIME_LAST, lo + pow(10, 1 + (double)(nextRandom(&seed) % 13)));
    double pixels = 150 + nextRandom(&seed) % 1800;
    Ticks ticks;
    ticksOfTimes(&ticks, lo, hi, pixels);
    Scale scale = { lo, hi, 0, pixels };
    for(int i = 1; i < ticks.count; i++){
      double apart = scalePlace(&scale, ticks.at[i].value) - scalePlace(&scale, ticks.at[i - 1].value);
      assert_true(apart >= (tickWidth(&ticks, i) + tickWidth(&ticks, i - 1))/2 - 6);
    }
  }
}

/* ---- Charts ---- */

static void shuffle(ChartRow *rows, size_t count){
  uint64_t seed = 11;
  for(size_t i = count - 1; i > 0; i--){
    size_t other = nextRandom(&seed) % (i + 1);
    ChartRow row = rows[i];
    rows[i] = rows[other];
    rows[other] = row;
    rows[i].place = i;
    rows[other].place = other;
  }
}

static void fill(ChartRow *rows, size_t count){
  uint64_t seed = 7;
  for(size_t i = 0; i < count; i++){
    double x = 1767225600000.0 + (double)i*977000;
    rows[i] = (ChartRow){ .x = x, .y = nextRandom(&seed) % 1000, .place = i, .name = { i % 5, 1 } };
  }
}

static void expectSame(ChartKind kind, ChartAxis axis, size_t count){
  ChartRow *rows = malloc(count*sizeof *rows);
  assert_non_null(rows);
  fill(rows, count);
  Chart first = newChart(kind, axis, rows, count, NULL);
  char *before = drawn(&first);
  fill(rows, count);
  shuffle(rows, count);
  Chart second = newChart(kind, axis, rows, count, NULL);
  char *after = drawn(&second);
  assert_string_equal(before, after);
  free(before);
  free(after);
  free(rows);
}

static void the_order_of_rows_makes_no_difference(void **state){
  (void)state;
  const size_t kCounts[] = { 1, 2, 10, 100, 5000 };
  for(size_t i = 0; i < COUNT(kCounts); i++){
    expectSame(CHART_LINE, AXIS_TIME, kCounts[i]);
    expectSame(CHART_AREA, AXIS_NUMBER, kCounts[i]);
    expectSame(CHART_SCATTER, AXIS_NUMBER, kCounts[i]);
    expectSame(CHART_BAR, AXIS_TEXT, kCounts[i]);
    expectSame(CHART_BAR, AXIS_TIME, kCounts[i]);
    expectSame(CHART_HISTOGRAM, AXIS_NUMBER, kCounts[i]);
    expectSame(CHART_HEAT, AXIS_TIME, kCounts[i]);
  }
}

static void a_line_of_too_many_points_is_thinned_and_says_so(void **state){
  (void)state;
  enum { MANY = 100000 };
  ChartRow *rows = malloc(MANY*sizeof *rows);
  assert_non_null(rows);
  fill(rows, MANY);
  Chart chart = newChart(CHART_LINE, AXIS_TIME, rows, MANY, NULL);
  char *picture = drawn(&chart);
  assert_int_equal(chart.count, 2000);
  assert_non_null(strstr(picture, "100,000 points (drawn through 2,000 of them)"));
  assert_true(strlen(picture) < 40000);
  free(picture);
  fill(rows, 2000);
  Chart few = newChart(CHART_LINE, AXIS_TIME, rows, 2000, NULL);
  picture = drawn(&few);
  assert_int_equal(few.count, 2000);
  assert_null(strstr(picture, "drawn through"));
  free(picture);
  free(rows);
}

static void bars_that_are_too_many_are_told_as_one_sum(void **state){
  (void)state;
  static char texts[300];
  ChartRow rows[100];
  for(size_t i = 0; i < COUNT(rows); i++){
    texts[3*i] = (char)('a' + i/10);
    texts[3*i + 1] = (char)('a' + i % 10);
    rows[i] = (ChartRow){ .y = (double)i, .name = { 3*i, 2 }, .place = i };
  }
  Chart chart = newChart(CHART_BAR, AXIS_TEXT, rows, COUNT(rows), NULL);
  chart.texts = texts;
  char *picture = drawn(&chart);
  assert_int_equal(chart.count, 20);
  assert_non_null(strstr(picture, ">81 others<"));
  assert_non_null(strstr(picture, ">3240<")); /* 0 + ... + 80 */
  assert_int_equal(countOf(picture, "<rect class=\"f\""), 19);
  free(picture);
}

static void equal_states_are_one_span(void **state){
  (void)state;
  ChartRow rows[] = { { .x = 0, .state = { 0, 1 } }, { .x = 3600000, .state = { 0, 1 } }, { .x = 7200000, .state = { 1, 1 } } };
  Chart chart = newChart(CHART_TIMELINE, AXIS_TIME, rows, COUNT(rows), NULL);
  chart.texts = "ab";
  chart.options.until = 9e6;
  char *picture = drawn(&chart);
  assert_int_equal(chart.count, 2);
  assert_int_equal(countOf(picture, "<rect class=\"f\""), 2);
  free(picture);
}

static void what_can_not_be_drawn_is_told(void **state){
  (void)state;
  ChartRow rows[] = { { .x = 1, .y = 1 } };
  Chart chart = newChart(CHART_LINE, AXIS_NUMBER, rows, 1, NULL);
  chart.left_out = 2;
  char *picture = drawn(&chart);
  assert_non_null(strstr(picture, "Left out: 2 rows without a place on the scale."));
  free(picture);
  for(int kind = 0; kind < CHART_KINDS; kind++){
    Chart empty = newChart((ChartKind)kind, AXIS_TEXT, rows, 0, NULL);
    picture = drawn(&empty);
    assert_non_null(strstr(picture, ">nothing to show<"));
    free(picture);
  }
}

/* ---- Memory ---- */

static long allowed;

static void *failing(void *old, size_t bytes){
  return allowed-- > 0 ? realloc(old, bytes) : NULL;
}

static void without_memory_there_is_no_picture(void **state){
  (void)state;
  ChartRow *rows = malloc(5000*sizeof *rows);
  assert_non_null(rows);
  for(int kind = 0; kind < CHART_KINDS; kind++){
    int done = 0;
    for(long limit = 0; !done; limit++){
      fill(rows, 5000);
      LoreBuffer out = { .reallocate = failing };
      Chart chart = newChart((ChartKind)kind, kind==CHART_BAR ? AXIS_TEXT : AXIS_TIME, rows, 5000, &out);
      allowed = limit;
      done = chartDraw(&chart);
      free(out.data);
      assert_true(limit < 1000);
    }
  }
  free(rows);
}

int main(void){
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(numbers_have_round_ticks),
    cmocka_unit_test(random_ranges_are_covered_by_few_ticks),
    cmocka_unit_test(times_have_ticks_of_the_calendar),
    cmocka_unit_test(days_counted_by_threes_keep_apart_at_the_end_of_a_month),
    cmocka_unit_test(ticks_of_times_never_crowd),
    cmocka_unit_test(the_order_of_rows_makes_no_difference),
    cmocka_unit_test(a_line_of_too_many_points_is_thinned_and_says_so),
    cmocka_unit_test(bars_that_are_too_many_are_told_as_one_sum),
    cmocka_unit_test(equal_states_are_one_span),
    cmocka_unit_test(what_can_not_be_drawn_is_told),
    cmocka_unit_test(without_memory_there_is_no_picture),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
