/*
** Buckets as they fill: against each bucket's points alone; late aggregates; quantiles out of values, sketches and both; and what
** metric_range says of a bucket.
*/
#include "helpers.h"

#include <math.h>

#include "engine/quantile.h"
#include "metrics/range_value.h"
#include "metrics/tally.h"

enum { MOST = 3000 };

#define START INT64_C(1700000000000)

static int64_t times[MOST];
static double values[MOST];
static uint64_t seed = 5;
static int failing;

static void *reallocate(void *old, size_t bytes){
  return failing ? NULL : realloc(old, bytes);
}

static uint32_t randomBelow(uint32_t most){
  return nextRandom(&seed)%most;
}

static int randomPoints(void){
  int count = 1 + (int)randomBelow(MOST);
  int64_t time = START + randomBelow(100000);
  for(int i = 0; i < count; i++){
    times[i] = time;
    values[i] = floor(randomBelow(2000000)/1e3 - 500);
    time += 1 + randomBelow(randomBelow(50) ? 20000 : 90000000);
  }
  return count;
}

static Grid gridOf(const char *text){
  BucketStep step;
  if( text ) assert_true(bucketStepParse(text, strlen(text), &step));
  return gridMake(text ? &step : NULL, NULL, START - 5000, INT64_MAX);
}

static int compareNumbers(const void *left, const void *right){
  double a = *(const double*)left, b = *(const double*)right;
  return (a > b) - (a < b);
}

static double quantileOf(const double *numbers, int count, double q){
  double *sorted = (double*)exactCopy((const char*)numbers, (size_t)count*sizeof *numbers);
  qsort(sorted, (size_t)count, sizeof *sorted, compareNumbers);
  double place = q*(count - 1);
  int rank = (int)place, next = rank + 1 < count ? rank + 1 : rank;
  double found = quantileBetween(sorted[rank], sorted[next], place - rank);
  free(sorted);
  return found;
}

/* ---- Points ---- */

/* The points from `from` on that are in the bucket of the first of them: how many. */
static int expectBucket(const Tally *tally, const TallyBucket *bucket, int from, int count){
  CodecAggregate alone = { .parts = tally->parts };
  int held = 1;
  while( from + held < count && times[from + held] < gridNext(tally->grid, times[from]) ) held++;
  codecAddPoints(&alone, times + from, values + from, held);
  assert_int_equal(bucket->start, gridStart(tally->grid, times[from]));
  assert_int_equal(bucket->aggregate.count, held);
  assert_int_equal(bucket->aggregate.first_time, alone.first_time);
  assert_int_equal(bucket->aggregate.last_time, alone.last_time);
  if( tally->q >= 0 ){
    assert_true(bucket->quantile==quantileOf(values + from, held, tally->q));
    return held;
  }
  for(RangeFn fn = RANGE_AVG; fn <= RANGE_INCREASE; fn++){
    double found = rangeValue(fn, &bucket->aggregate), expected = rangeValue(fn, &alone);
    assert_true(found==expected || (isnan(found) && isnan(expected)));
  }
  assert_true(fabs(rangeValue(RANGE_STDDEV, &bucket->aggregate) - rangeValue(RANGE_STDDEV, &alone)) < 1e-9);
  return held;
}

/* Takes what is done, and compares it with the points from `seen` on. */
static int takeDone(Tally *tally, int seen, int count){
  assert_true(tally->count <= TALLY_MOST);
  for(int i = 0; i < tally->count; i++) seen += expectBucket(tally, &tally->buckets[i], seen, count);
  tallyClear(tally);
  return seen;
}

static void expectPoints(const char *step, double q){
  int count = randomPoints(), at = 0, seen = 0;
  Grid grid = gridOf(step);
  Tally tally;
  tallyBegin(&tally, &grid, AGGREGATE_MOMENTS | AGGREGATE_RESETS, q, reallocate);
  while( at < count ){
    int run = 1 + (int)randomBelow(FRAME_POINTS);
    if( run > count - at ) run = count - at;
    at += tallyPoints(&tally, times + at, values + at, run);
    seen = takeDone(&tally, seen, count);
  }
  tallyEnd(&tally);
  assert_int_equal(takeDone(&tally, seen, count), count);
  assert_int_equal(tally.count, 0);
  tallyFree(&tally, free);
}

static void each_bucket_has_its_points_and_no_others(void **state){
  (void)state;
  static const char *const kSteps[] = { "1ms", "1s", "1m", "1h", "1d", "1mo", "1w", NULL };
  for(int i = 0; i < 200; i++) expectPoints(kSteps[randomBelow(COUNT(kSteps))], -1);
}

static void a_quantile_is_that_of_the_buckets_points(void **state){
  (void)state;
  static const char *const kSteps[] = { "1s", "1m", "1h", "1mo", NULL };
  for(int i = 0; i < 100; i++) expectPoints(kSteps[randomBelow(COUNT(kSteps))], randomBelow(101)/100.0);
}

/* ---- Aggregates that come late ---- */

static CodecAggregate aggregateOf(const int64_t *its_times, const double *its_values, int count){
  CodecAggregate aggregate = { .parts = AGGREGATE_MOMENTS | AGGREGATE_RESETS };
  codecAddPoints(&aggregate, its_times, its_values, count);
  return aggregate;
}

static void what_comes_late_counts_with_what_was_there(void **state){
  (void)state;
  Grid grid = gridOf("1h");
  const int64_t base = gridStart(&grid, START), early[] = { base + 1000, base + 5000 }, late[] = { base, base + 2000, base + 9000 };
  const double early_values[] = { 10, 20 }, late_values[] = { 1, 2, 3 };
  Tally tally;
  tallyBegin(&tally, &grid, AGGREGATE_MOMENTS | AGGREGATE_RESETS, -1, reallocate);
  CodecAggregate first = aggregateOf(early, early_values, 2);
  assert_true(tallyFits(&tally, base, base));
  tallyMerge(&tally, &first);
  assert_int_equal(tallyPoints(&tally, late, late_values, 3), 1);
  assert_int_equal(tallyPoints(&tally, late + 1, late_values + 1, 2), 1);
  assert_int_equal(tallyPoints(&tally, late + 2, late_values + 2, 1), 1);
  tallyEnd(&tally);
  const CodecAggregate *all = &tally.buckets[0].aggregate;
  assert_int_equal(tally.count, 1);
  assert_int_equal(all->count, 5);
  assert_int_equal(all->first_time, base);
  assert_int_equal(all->last_time, base + 9000);
  assert_true(all->first==1 && all->last==3 && all->min==1 && all->max==20);
  assert_true(rangeValue(RANGE_SUM, all)==36);
  assert_true(fabs(rangeValue(RANGE_STDDEV, all) - sqrt(50.96)) < 1e-12);
  tallyFree(&tally, free);
}

/* ---- Sketches ---- */

/* A roll-up of some numbers, with a sketch as metric_rollups has it. */
static void addRollup(Tally *tally, int64_t time, const double *numbers, int count){
  CodecAggregate aggregate = { 0 };
  Sketch sketch = { .reallocate = reallocate };
  LoreBuffer bytes = { .reallocate = reallocate };
  for(int i = 0; i < count; i++){
    int64_t its = time + i;
    codecAddPoints(&aggregate, &its, &numbers[i], 1);
    if( isfinite(numbers[i]) ) assert_null(sketchAdd(&sketch, numbers[i]));
  }
  int is_needed = count > 2 && aggregate.min!=aggregate.max && sketch.count > 0;
  if( is_needed ) sketchWrite(&sketch, &bytes);
  tallyFits(tally, time, time);
  assert_null(tallySketch(tally, &aggregate, (const unsigned char*)bytes.data, bytes.length));
  sketchFree(&sketch, free);
  free(bytes.data);
}

static double quantileOfRollups(double q, const double *a, int a_count, const double *b, int b_count, int with_point, double point){
  Grid grid = gridOf("1h");
  Tally tally;
  int64_t time = gridStart(&grid, START), late = time + 7200;
  tallyBegin(&tally, &grid, 0, q, reallocate);
  addRollup(&tally, time, a, a_count);
  if( b_count ) addRollup(&tally, time + 3600, b, b_count);
  if( with_point ) tallyPoints(&tally, &late, &point, 1);
  tallyEnd(&tally);
  assert_int_equal(tally.count, 1);
  assert_int_equal(tally.buckets[0].aggregate.count, a_count + b_count + with_point);
  double found = tally.buckets[0].quantile;
  tallyFree(&tally, free);
  return found;
}

static void a_quantile_of_rollups_is_within_one_percent(void **state){
  (void)state;
  for(int i = 0; i < 200; i++){
    double all[401];
    int a = 3 + (int)randomBelow(198), b = 3 + (int)randomBelow(198);
    for(int k = 0; k <= a + b; k++) all[k] = 1 + randomBelow(1000000)/1e3;
    double q = randomBelow(101)/100.0, found = quantileOfRollups(q, all, a, all + a, b, 1, all[a + b]);
    double expected = quantileOf(all, a + b + 1, q);
    if( fabs(found - expected) > 0.01*expected ) fail_msg("quantile %g: %g, not %g", q, found, expected);
  }
}

static void few_or_equal_points_need_no_sketch_and_are_exact(void **state){
  (void)state;
  const double two[] = { 10, 20 }, one[] = { 12 }, equal[] = { 7, 7, 7, 7 };
  const double together[] = { 10, 12, 13, 20 };
  assert_true(quantileOfRollups(0.5, two, 2, one, 1, 1, 13)==quantileOf(together, 4, 0.5));
  assert_true(quantileOfRollups(0.9, two, 2, NULL, 0, 0, 0)==19);
  assert_true(quantileOfRollups(0.9, equal, 4, NULL, 0, 0, 0)==7);
}

static void infinite_points_are_counted_beside_a_sketch(void **state){
  (void)state;
  const double high[] = { 1, 2, INFINITY, 3 }, low[] = { -INFINITY, 5, 6 }, both[] = { -INFINITY, 1, 2, INFINITY };
  const double only[] = { INFINITY, -INFINITY, INFINITY };
  assert_true(quantileOfRollups(1, high, 4, NULL, 0, 0, 0)==INFINITY);
  assert_true(quantileOfRollups(0.9, high, 4, NULL, 0, 0, 0)==INFINITY);
  assert_true(fabs(quantileOfRollups(0.5, high, 4, NULL, 0, 0, 0) - 2.5) < 0.03);
  assert_true(quantileOfRollups(0, low, 3, NULL, 0, 0, 0)==-INFINITY);
  assert_true(fabs(quantileOfRollups(0.5, high, 4, low, 3, 0, 0) - 3) < 0.03);
  assert_true(isnan(quantileOfRollups(0.5, both, 4, NULL, 0, 0, 0)));
  assert_true(isnan(quantileOfRollups(0.5, only, 3, NULL, 0, 0, 0)));
}

static void a_damaged_sketch_is_told(void **state){
  (void)state;
  Grid grid = gridOf("1h");
  Tally tally;
  CodecAggregate aggregate = { .count = 3, .first_time = START, .last_time = START + 2, .min = 1, .max = 2 };
  tallyBegin(&tally, &grid, 0, 0.5, reallocate);
  tallyFits(&tally, START, START);
  assert_non_null(tallySketch(&tally, &aggregate, (const unsigned char*)"none", 4));
  tallyEnd(&tally);
  assert_true(isnan(tally.buckets[0].quantile));
  tallyFree(&tally, free);
}

/* ---- The rest ---- */

static void without_memory_it_says_so(void **state){
  (void)state;
  Grid grid = gridOf(NULL);
  Tally tally;
  tallyBegin(&tally, &grid, 0, 0.5, reallocate);
  times[0] = START, values[0] = 1;
  failing = 1;
  tallyPoints(&tally, times, values, 1);
  failing = 0;
  assert_true(tally.failed);
  assert_null(tally.values);
  tallyFree(&tally, free);
}

static void a_word_is_what_it_says(void **state){
  (void)state;
  static const char kWords[] = RANGE_FN_WORDS;
  char word[16];
  int fn = 0;
  for(const char *p = kWords; *p; fn++){
    size_t length = strcspn(p, "|");
    snprintf(word, sizeof word, "%.*s", (int)length, p);
    assert_int_equal(rangeFnOf(word), fn);
    p += length + (p[length]=='|');
  }
  assert_int_equal(fn, RANGE_P99 + 1);
}

static void an_average_and_a_rate_are_rounded_once(void **state){
  (void)state;
  const int64_t its_times[] = { 0, 3000, 7000 };
  const double its_values[] = { 0.1, 0.2, 0.3 };
  CodecAggregate aggregate = aggregateOf(its_times, its_values, 3);
  assert_true(rangeValue(RANGE_AVG, &aggregate)==0.2);
  assert_true(rangeValue(RANGE_RATE, &aggregate)==(double)(((long double)0.3 - (long double)0.1)/7));
  CodecAggregate alone = aggregateOf(its_times, its_values, 1);
  assert_true(isnan(rangeValue(RANGE_RATE, &alone)));
  assert_true(rangeValue(RANGE_STDDEV, &alone)==0 && rangeValue(RANGE_INCREASE, &alone)==0);
}

int main(void){
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(each_bucket_has_its_points_and_no_others),
    cmocka_unit_test(a_quantile_is_that_of_the_buckets_points),
    cmocka_unit_test(what_comes_late_counts_with_what_was_there),
    cmocka_unit_test(a_quantile_of_rollups_is_within_one_percent),
    cmocka_unit_test(few_or_equal_points_need_no_sketch_and_are_exact),
    cmocka_unit_test(infinite_points_are_counted_beside_a_sketch),
    cmocka_unit_test(a_damaged_sketch_is_told),
    cmocka_unit_test(without_memory_it_says_so),
    cmocka_unit_test(a_word_is_what_it_says),
    cmocka_unit_test(an_average_and_a_rate_are_rounded_once),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
