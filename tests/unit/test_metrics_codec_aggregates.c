/*
** Ranges, aggregates and buckets out of chunks, against plain loops over the points.
*/
#include "codec_helpers.h"

#include "metrics/fold.h"

/* ---- Ranges ---- */

static Points inRange(const Points *points, CodecRange range){
  Points inside = { .count = 0 };
  for(int i = 0; i < points->count; i++){
    if( points->times[i] < range.since || points->times[i] > range.until ) continue;
    inside.times[inside.count] = points->times[i];
    inside.values[inside.count++] = points->values[i];
  }
  return inside;
}

static void expectRange(const CodecChunk *chunk, const Points *points, CodecRange range){
  Points expected = inRange(points, range), got;
  assert_null(codecDecode(chunk, range, got.times, got.values, &got.count));
  expectPoints(&got, &expected);
  memset(got.values, 0, sizeof got.values);
  assert_null(codecDecode(chunk, range, NULL, got.values, &got.count));
  expectPoints(&got, &expected);
  memset(got.times, 0, sizeof got.times);
  assert_null(codecDecode(chunk, range, got.times, NULL, &got.count));
  expectPoints(&got, &expected);
}

/* Ends between points, on them and beyond them. */
static CodecRange randomRange(const Points *points, uint64_t *seed){
  int64_t since = points->times[nextRandom(seed) % (unsigned)points->count] + (int64_t)(nextRandom(seed) % 3) - 1;
  int64_t until = points->times[nextRandom(seed) % (unsigned)points->count] + (int64_t)(nextRandom(seed) % 3) - 1;
  if( nextRandom(seed) % 8==0 ) since = INT64_MIN;
  if( nextRandom(seed) % 8==0 ) until = INT64_MAX;
  return (CodecRange){ since, until };
}

static void a_range_is_what_a_filter_keeps(void **state){
  (void)state;
  uint64_t seed = 17;
  for(int kind = 0; kind < TIME_KINDS*VALUE_KINDS; kind++){
    Points points = makePoints(1 + (int)(nextRandom(&seed) % MOST), (TimeKind)(kind % TIME_KINDS), (ValueKind)(kind/TIME_KINDS), 3);
    Bytes bytes = encode(&points);
    CodecChunk chunk = openChunk(&bytes);
    for(int i = 0; i < 20; i++) expectRange(&chunk, &points, randomRange(&points, &seed));
    expectRange(&chunk, &points, codecAll());
    expectRange(&chunk, &points, (CodecRange){ points.times[0], points.times[0] });
    expectRange(&chunk, &points, (CodecRange){ INT64_MAX, INT64_MIN });
  }
}

/* ---- Aggregates ---- */

typedef struct Plain {
  int count;
  long double sum, mean, m2, increase;
  double min, max, first, last;
} Plain;

static Plain plainOf(const Points *points){
  Plain plain = { .count = points->count };
  const double *x = points->values;
  if( plain.count==0 ) return plain;
  plain.first = plain.min = plain.max = x[0];
  plain.last = x[plain.count - 1];
  for(int i = 0; i < plain.count; i++){
    plain.sum += x[i];
    if( x[i] < plain.min ) plain.min = x[i];
    if( x[i] > plain.max ) plain.max = x[i];
    if( i > 0 ) plain.increase += x[i] >= x[i - 1] ? (long double)x[i] - x[i - 1] : x[i];
  }
  plain.mean = plain.sum/plain.count;
  for(int i = 0; i < plain.count; i++) plain.m2 += (x[i] - plain.mean)*(x[i] - plain.mean);
  return plain;
}

static void expectNear(double got, long double expected, long double scale){
  if( fabsl(got - expected) <= 1e-13L*scale ) return;
  fail_msg("%.17g is not %.21Lg", got, expected);
}

static void expectAggregate(const CodecAggregate *got, const Points *points){
  Plain plain = plainOf(points);
  assert_int_equal(got->count, plain.count);
  if( plain.count==0 ) return;
  long double largest = fmaxl(fabsl(plain.min), fabsl(plain.max));
  assert_true(got->min==plain.min && got->max==plain.max && got->first==plain.first && got->last==plain.last);
  assert_true(got->first_time==points->times[0] && got->last_time==points->times[points->count - 1]);
  expectNear(codecSum(got), plain.sum, plain.count*largest);
  expectNear(codecMean(got), plain.mean, largest);
  long double variance = plain.m2/plain.count;
  expectNear(codecVariance(got), variance, variance + 0.01L*largest*sqrtl(variance)); /* the mean is a double, too */
  expectNear(codecIncrease(got), plain.increase, plain.count*largest);
}

static CodecAggregate allParts(void){
  return (CodecAggregate){ .parts = AGGREGATE_MOMENTS | AGGREGATE_RESETS };
}

static void an_aggregate_is_what_a_plain_loop_gives(void **state){
  (void)state;
  uint64_t seed = 23;
  for(int kind = 0; kind < TIME_KINDS*ANY_BITS; kind++){
    Points points = makePoints(1 + (int)(nextRandom(&seed) % MOST), (TimeKind)(kind % TIME_KINDS), (ValueKind)(kind/TIME_KINDS), 5);
    Bytes bytes = encode(&points);
    CodecChunk chunk = openChunk(&bytes);
    for(int i = 0; i < 20; i++){
      CodecRange range = i==0 ? codecAll() : randomRange(&points, &seed);
      Points inside = inRange(&points, range);
      CodecAggregate aggregate = allParts();
      assert_null(codecAddChunk(&aggregate, &chunk, range));
      expectAggregate(&aggregate, &inside);
    }
  }
}

/* Points in pieces: in a chunk, as an aggregate of their own, as plain points. */
static void pieces_give_what_the_whole_gives(void **state){
  (void)state;
  uint64_t seed = 29;
  for(int kind = 0; kind < ANY_BITS; kind++){
    Points points = makePoints(MOST, JITTER, (ValueKind)kind, 7);
    Bytes bytes = encode(&points);
    CodecChunk chunk = openChunk(&bytes);
    int a = (int)(nextRandom(&seed) % 400), b = 500 + (int)(nextRandom(&seed) % 400);
    CodecAggregate pieces = allParts(), part = allParts(), none = allParts(), whole = allParts();
    assert_null(codecAddChunk(&pieces, &chunk, (CodecRange){ INT64_MIN, points.times[a] }));
    codecAddPoints(&part, points.times + a + 1, points.values + a + 1, b - a);
    codecAddAggregate(&pieces, &part);
    codecAddAggregate(&pieces, &none);
    codecAddPoints(&pieces, points.times + b + 1, points.values + b + 1, MOST - b - 1);
    expectAggregate(&pieces, &points);
    codecAddAggregate(&none, &pieces);
    expectAggregate(&none, &points);
    assert_null(codecAddChunk(&whole, &chunk, codecAll()));
    assert_true(codecSum(&whole)==codecSum(&pieces));
  }
}

static CodecAggregate aggregateOf(const double *values, int count){
  int64_t times[MOST];
  CodecAggregate aggregate = allParts();
  for(int i = 0; i < count; i++) times[i] = i;
  codecAddPoints(&aggregate, times, values, count);
  return aggregate;
}

static void a_sum_keeps_what_rounding_would_take(void **state){
  (void)state;
  double tenths[1000], mixed[] = { 1e100, 1, -1e100, 1e-3 };
  for(int i = 0; i < 1000; i++) tenths[i] = 0.1;
  CodecAggregate many = aggregateOf(tenths, 1000), few = aggregateOf(mixed, 4);
  assert_true(codecSum(&many)==100.0);
  assert_true(codecSum(&few)==1.001);
}

static void infinities_are_numbers(void **state){
  (void)state;
  double up[40] = { 0 }, both[40] = { 0 };
  up[7] = up[30] = both[3] = INFINITY;
  both[20] = -INFINITY;
  CodecAggregate one = aggregateOf(up, 40), two = aggregateOf(both, 40);
  assert_true(codecSum(&one)==INFINITY && one.max==INFINITY && one.min==0);
  assert_true(codecSum(&two)!=codecSum(&two) && two.max==INFINITY && two.min==-INFINITY);
}

static void a_counter_that_falls_has_begun_anew(void **state){
  (void)state;
  static const double kCounter[] = { 5, 9, 9, 2, 3, 0, 7 };
  CodecAggregate aggregate = aggregateOf(kCounter, COUNT(kCounter));
  assert_true(codecIncrease(&aggregate)==4 + 2 + 1 + 0 + 7);
  aggregate = aggregateOf(kCounter, 1);
  assert_true(codecIncrease(&aggregate)==0);
}

/* ---- Buckets ---- */

enum { BUCKETS_MOST = 3*MOST };

typedef struct Buckets {
  int count, stop_after;
  int64_t starts[BUCKETS_MOST];
  CodecAggregate aggregates[BUCKETS_MOST];
} Buckets;

static int keep(CodecFold *fold, int64_t bucket, const CodecAggregate *aggregate){
  Buckets *buckets = fold->context;
  buckets->starts[buckets->count] = bucket;
  buckets->aggregates[buckets->count++] = *aggregate;
  return buckets->count==buckets->stop_after;
}

static CodecFold foldInto(Buckets *buckets, int64_t step, int64_t origin){
  buckets->count = buckets->stop_after = 0;
  int parts = AGGREGATE_MOMENTS | AGGREGATE_RESETS;
  return (CodecFold){ .step = step, .origin = origin, .parts = parts, .each = keep, .context = buckets };
}

static int64_t plainBucket(int64_t time, int64_t step, int64_t origin){
  int64_t k = (time - origin)/step;
  while( origin + k*step > time ) k--;
  return origin + k*step;
}

static void expectBuckets(const Buckets *buckets, const Points *points, int64_t step, int64_t origin){
  int at = 0;
  for(int b = 0; b < buckets->count; b++){
    Points inside = { .count = 0 };
    assert_true(at < points->count && buckets->starts[b]==plainBucket(points->times[at], step, origin));
    for(; at < points->count && plainBucket(points->times[at], step, origin)==buckets->starts[b]; at++){
      inside.times[inside.count] = points->times[at];
      inside.values[inside.count++] = points->values[at];
    }
    expectAggregate(&buckets->aggregates[b], &inside);
  }
  assert_int_equal(at, points->count);
}

static void buckets_are_what_a_plain_loop_gives(void **state){
  (void)state;
  static const int64_t kSteps[] = { 1, 999, 10000, 60000, 3600000, 86400000, INT64_C(1) << 50 };
  static Buckets buckets;
  uint64_t seed = 31;
  for(int kind = 0; kind < TIME_KINDS*ANY_BITS; kind++){
    Points points = makePoints(1 + (int)(nextRandom(&seed) % MOST), (TimeKind)(kind % TIME_KINDS), (ValueKind)(kind/TIME_KINDS), 9);
    Bytes bytes = encode(&points);
    CodecChunk chunk = openChunk(&bytes);
    for(size_t s = 0; s < COUNT(kSteps); s++){
      int64_t origin = (int64_t)(nextRandom(&seed) % 100000) - 50000;
      CodecRange range = s==0 ? codecAll() : randomRange(&points, &seed);
      Points inside = inRange(&points, range);
      CodecFold fold = foldInto(&buckets, kSteps[s], origin);
      assert_null(codecFoldChunk(&fold, &chunk, range));
      codecFoldEnd(&fold);
      expectBuckets(&buckets, &inside, kSteps[s], origin);
    }
  }
}

static void a_bucket_goes_on_from_chunk_to_points(void **state){
  (void)state;
  static Buckets buckets;
  Points points = makePoints(700, JITTER, GAUGE, 13), head = points;
  head.count = 333;
  Bytes bytes = encode(&head);
  CodecChunk chunk = openChunk(&bytes);
  CodecFold fold = foldInto(&buckets, 60000, 0);
  assert_null(codecFoldChunk(&fold, &chunk, codecAll()));
  codecFoldPoints(&fold, points.times + 333, points.values + 333, 700 - 333);
  codecFoldEnd(&fold);
  codecFoldEnd(&fold);
  expectBuckets(&buckets, &points, 60000, 0);
}

static void a_fold_ends_when_told_to(void **state){
  (void)state;
  static Buckets buckets;
  Points points = makePoints(700, REGULAR, GAUGE, 13);
  Bytes bytes = encode(&points);
  CodecChunk chunk = openChunk(&bytes);
  CodecFold fold = foldInto(&buckets, 60000, 0);
  buckets.stop_after = 3;
  assert_null(codecFoldChunk(&fold, &chunk, codecAll()));
  codecFoldEnd(&fold);
  assert_int_equal(buckets.count, 3);
  assert_true(fold.stopped);
}

static void buckets_at_the_ends_of_time_hold_their_points(void **state){
  (void)state;
  static const int64_t kSteps[] = { 1, 7, 1000, INT64_MAX }, kOrigins[] = { 0, 3, -3, INT64_MIN, INT64_MAX };
  static const int64_t kTimes[] = {
    INT64_MIN, INT64_MIN + 1, INT64_MIN + 2000, -1, 0, 1, INT64_MAX - 2000, INT64_MAX - 1, INT64_MAX
  };
  static const double kValues[COUNT(kTimes)] = { 1, 2, 3, 4, 5, 6, 7, 8, 9 };
  static Buckets buckets;
  for(size_t s = 0; s < COUNT(kSteps); s++){
    for(size_t o = 0; o < COUNT(kOrigins); o++){
      int64_t count = 0;
      CodecFold fold = foldInto(&buckets, kSteps[s], kOrigins[o]);
      codecFoldPoints(&fold, kTimes, kValues, COUNT(kTimes));
      codecFoldEnd(&fold);
      for(int b = 0; b < buckets.count; b++){
        const CodecAggregate *aggregate = &buckets.aggregates[b];
        assert_true(buckets.starts[b] <= aggregate->first_time && (b==0 || buckets.starts[b] > buckets.starts[b - 1]));
        assert_true((uint64_t)aggregate->last_time - (uint64_t)buckets.starts[b] < (uint64_t)kSteps[s]);
        assert_true(buckets.starts[b]==codecBucket(aggregate->last_time, kSteps[s], kOrigins[o]));
        count += aggregate->count;
      }
      assert_int_equal(count, COUNT(kTimes));
    }
  }
}

int main(void){
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_range_is_what_a_filter_keeps),
    cmocka_unit_test(an_aggregate_is_what_a_plain_loop_gives),
    cmocka_unit_test(pieces_give_what_the_whole_gives),
    cmocka_unit_test(a_sum_keeps_what_rounding_would_take),
    cmocka_unit_test(infinities_are_numbers),
    cmocka_unit_test(a_counter_that_falls_has_begun_anew),
    cmocka_unit_test(buckets_are_what_a_plain_loop_gives),
    cmocka_unit_test(a_bucket_goes_on_from_chunk_to_points),
    cmocka_unit_test(a_fold_ends_when_told_to),
    cmocka_unit_test(buckets_at_the_ends_of_time_hold_their_points),
  };
  return cmocka_run_group_tests_name("codec aggregates", tests, NULL, NULL);
}
