/*
** Values in the order of their time, and the first and last of them: against sorting anew, while rows come and go.
*/
#include "helpers.h"

#include "metrics/ends.h"
#include "metrics/series.h"

enum { MOST = 300 };

static int failing;

static void *reallocate(void *old, size_t bytes){
  return failing ? NULL : realloc(old, bytes);
}

static int compareKeys(const void *left, const void *right){
  const Point *a = left, *b = right;
  if( a->ts!=b->ts ) return a->ts < b->ts ? -1 : 1;
  return loreNumberCompare(a->value, b->value);
}

/* A sum over neighbours that tells their order. */
static void addPair(void *context, const Point *before, const Point *after, int take){
  int64_t worth = (after->ts - before->ts)*7 + after->value.integer*before->ts;
  assert_true(compareKeys(before, after) <= 0);
  *(int64_t*)context += take ? -worth : worth;
}

static void expectSorted(Series *series, const Point *points, size_t count, int64_t *sum){
  Point sorted[MOST];
  int64_t expected = 0;
  memcpy(sorted, points, count*sizeof *points);
  qsort(sorted, count, sizeof *sorted, compareKeys);
  const Point *got = seriesAsk(series, addPair, sum);
  assert_int_equal(series->count, count);
  for(size_t i = 0; i < count; i++) assert_int_equal(compareKeys(&got[i], &sorted[i]), 0);
  for(size_t i = 1; i < count; i++) addPair(&expected, &sorted[i - 1], &sorted[i], 0);
  assert_int_equal(*sum, expected);
}

/* A window of `width` over MOST points, whose times are those of time(i). */
static void slide(size_t width, int64_t (*time)(size_t), size_t ask_from){
  Point points[MOST];
  uint64_t seed = width;
  int64_t sum = 0;
  Series series = { .reallocate = reallocate };
  for(size_t i = 0; i < MOST; i++){
    points[i] = (Point){ .ts = time(i), .value = { .is_int = 1, .integer = nextRandom(&seed) % 5 } };
    assert_true(seriesAdd(&series, points[i], addPair, &sum));
    if( i >= width ) seriesRemove(&series, points[i - width], addPair, &sum);
    if( i >= ask_from ) expectSorted(&series, points + (i >= width ? i - width + 1 : 0), i >= width ? width : i + 1, &sum);
  }
  for(size_t i = MOST - width; i < MOST; i++) seriesRemove(&series, points[i], addPair, &sum);
  assert_null(seriesAsk(&series, addPair, &sum));
  assert_int_equal(sum, 0);
  seriesFree(&series, free);
}

static int64_t rising(size_t i){ return (int64_t)i; }
static int64_t falling(size_t i){ return -(int64_t)i; }
static int64_t jumping(size_t i){ return (int64_t)(i*7919 % 31); }
static int64_t same(size_t i){ return (int64_t)(i - i); }

static void a_moving_window_is_as_sorted_anew(void **state){
  (void)state;
  static int64_t (*const kTimes[])(size_t) = { rising, falling, jumping, same };
  static const size_t kWidths[] = { 1, 2, 3, 40, 299 };
  for(size_t t = 0; t < COUNT(kTimes); t++){
    for(size_t w = 0; w < COUNT(kWidths); w++){
      slide(kWidths[w], kTimes[t], 0);
      slide(kWidths[w], kTimes[t], 150);
    }
  }
}

static void without_memory_nothing_has_changed(void **state){
  (void)state;
  int64_t sum = 0;
  Series series = { .reallocate = reallocate };
  Ends ends = { .reallocate = reallocate, .release = free };
  Point point = { .ts = 1 };
  EndsValue value = { .ts = 1, .kind = ENDS_TEXT, .bytes = "a", .length = 1 };
  failing = 1;
  assert_false(seriesAdd(&series, point, addPair, &sum));
  assert_false(endsAdd(&ends, &value));
  failing = 0;
  assert_true(seriesAdd(&series, point, addPair, &sum));
  assert_true(endsAdd(&ends, &value));
  failing = 1;
  value.ts = 0;
  assert_false(endsAdd(&ends, &value));
  failing = 0;
  assert_int_equal(endsValue(&ends)->ts, 1);
  assert_int_equal(series.count, 1);
  seriesFree(&series, free);
  endsFree(&ends);
}

/* ---- The first and the last ---- */

/* Values of all kinds, in their order from 0 to 7. */
static EndsValue valueOf(size_t rank, int64_t ts){
  static const EndsValue kValues[] = {
    { .kind = ENDS_NUMBER, .number = { .real = -2.5 } }, { .kind = ENDS_NUMBER, .number = { .is_int = 1, .integer = 3 } },
    { .kind = ENDS_NUMBER, .number = { .real = 3 } }, { .kind = ENDS_TEXT, .bytes = "", .length = 0 },
    { .kind = ENDS_TEXT, .bytes = "a\0b", .length = 3 }, { .kind = ENDS_TEXT, .bytes = "b", .length = 1 },
    { .kind = ENDS_BLOB, .bytes = NULL, .length = 0 }, { .kind = ENDS_BLOB, .bytes = "\xff", .length = 1 },
  };
  EndsValue value = kValues[rank];
  value.ts = ts;
  return value;
}

static size_t rankOf(const EndsValue *value){
  for(size_t rank = 0; rank < 8; rank++){
    EndsValue other = valueOf(rank, 0);
    if( value->kind!=other.kind ) continue;
    if( value->kind==ENDS_NUMBER ){
      if( value->number.is_int==other.number.is_int && loreNumberCompare(value->number, other.number)==0 ) return rank;
    }else if( value->length==other.length && (value->length==0 || memcmp(value->bytes, other.bytes, value->length)==0) ){
      return rank;
    }
  }
  fail();
  return 0;
}

static void slideEnds(size_t width, int latest, int64_t (*time)(size_t)){
  size_t ranks[MOST];
  uint64_t seed = width;
  Ends ends = { .latest = latest, .reallocate = reallocate, .release = free };
  for(size_t i = 0; i < MOST; i++){
    ranks[i] = nextRandom(&seed) % 8;
    EndsValue value = valueOf(ranks[i], time(i));
    assert_true(endsAdd(&ends, &value));
    if( i >= width ) endsRemoveOldest(&ends);
    size_t best = i >= width ? i - width + 1 : 0;
    for(size_t k = best; k <= i; k++){
      int64_t later = time(k) - time(best), higher = (int64_t)ranks[k] - (int64_t)ranks[best];
      if( latest ? later > 0 || (later==0 && higher > 0) : later < 0 || (later==0 && higher < 0) ) best = k;
    }
    assert_int_equal(endsValue(&ends)->ts, time(best));
    assert_int_equal(rankOf(endsValue(&ends)), ranks[best]);
  }
  endsFree(&ends);
}

static void the_first_and_the_last_of_a_moving_window(void **state){
  (void)state;
  static int64_t (*const kTimes[])(size_t) = { rising, falling, jumping, same };
  static const size_t kWidths[] = { 1, 2, 17, 299 };
  for(size_t t = 0; t < COUNT(kTimes); t++){
    for(size_t w = 0; w < COUNT(kWidths); w++){
      slideEnds(kWidths[w], 0, kTimes[t]);
      slideEnds(kWidths[w], 1, kTimes[t]);
    }
  }
}

static void of_nothing_there_is_no_end(void **state){
  (void)state;
  Ends ends = { .reallocate = reallocate, .release = free };
  assert_null(endsValue(&ends));
  EndsValue value = valueOf(5, 0);
  assert_true(endsAdd(&ends, &value));
  endsRemoveOldest(&ends);
  assert_null(endsValue(&ends));
  endsFree(&ends);
}

int main(void){
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_moving_window_is_as_sorted_anew),
    cmocka_unit_test(without_memory_nothing_has_changed),
    cmocka_unit_test(the_first_and_the_last_of_a_moving_window),
    cmocka_unit_test(of_nothing_there_is_no_end),
  };
  return cmocka_run_group_tests_name("series", tests, NULL, NULL);
}
