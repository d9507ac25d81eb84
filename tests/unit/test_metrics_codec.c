/*
** The chunk codec: every double comes back with all its bits, at every length, and what is refused.
*/
#include "codec_helpers.h"

#include <float.h>

static void every_kind_of_series_comes_back_at_every_length(void **state){
  (void)state;
  for(int times = 0; times < TIME_KINDS; times++){
    for(int values = 0; values < VALUE_KINDS; values++){
      for(int count = 1; count <= MOST; count += count < 8 ? 1 : 1 + count/7){
        Points points = makePoints(count, (TimeKind)times, (ValueKind)values, (uint64_t)count);
        expectRoundTrip(&points);
      }
    }
  }
}

static void every_length_comes_back(void **state){
  (void)state;
  for(int count = 1; count <= MOST; count++){
    Points points = makePoints(count, count%2 ? JITTER : GAPS, (ValueKind)(count % VALUE_KINDS), 7);
    expectRoundTrip(&points);
  }
}

static const double kNumbers[] = {
  0.0, -0.0, 1, -1, 0.1, -0.1, 0.3, 1.0/3, 12.34, 1e-5, 123456789.123456789, 5e-324, -5e-324, 65*5e-324, 1e-310, DBL_MIN, -DBL_MIN,
  DBL_EPSILON, 1 + DBL_EPSILON, 1 - DBL_EPSILON/2, DBL_MAX, -DBL_MAX, INFINITY, -INFINITY, 1e15, 1e16, 1e17, 1e18, 1e19, 1e22, 1e23,
  1e300, 1e-300, 9007199254740991.0, 9007199254740992.0, 9007199254740994.0, -9007199254740993.0, 9223372036854774784.0,
  9223372036854775808.0, -9223372036854775808.0, 4611686018427387904.0, 18446744073709551616.0, 0x1p-1022, 0x1.fffffffffffffp-1023,
  0.015, 922337203685477.5807, 1e-18, 123e-18, 1.0e-19
};

static Points pointsOf(const double *values, int count){
  Points points = { .count = count };
  for(int i = 0; i < count; i++) points.times[i] = i, points.values[i] = values[i];
  return points;
}

static void every_number_of_note_comes_back_alone_among_others_and_in_pairs(void **state){
  (void)state;
  Points all = pointsOf(kNumbers, COUNT(kNumbers));
  expectRoundTrip(&all);
  for(size_t i = 0; i < COUNT(kNumbers); i++){
    Points alone = pointsOf(kNumbers + i, 1), among = makePoints(200, REGULAR, GAUGE, i);
    among.values[i] = among.values[199] = kNumbers[i];
    expectRoundTrip(&alone);
    expectRoundTrip(&among);
    for(size_t k = 0; k < COUNT(kNumbers); k++){
      double pair[4] = { kNumbers[i], kNumbers[k], kNumbers[k], kNumbers[i] };
      Points few = pointsOf(pair, 2 + (int)(k%3));
      expectRoundTrip(&few);
    }
  }
}

static void neighbours_of_powers_of_two_come_back(void **state){
  (void)state;
  Points points = { .count = MOST };
  for(int i = 0; i < MOST; i++) points.times[i] = i;
  for(int high = 0; high < 2047; high++){
    uint64_t power = (uint64_t)high << 52;
    for(int i = 0; i < 64; i++) points.values[i] = bitsToReal((power + (uint64_t)(i - 32)) & ~((uint64_t)(i%2==0) << 63));
    points.values[0] = bitsToReal(power);
    points.count = 64;
    for(int i = 0; i < 64; i++) if( points.values[i]!=points.values[i] ) points.values[i] = high;
    expectRoundTrip(&points);
  }
}

static void random_doubles_that_share_some_bits_come_back(void **state){
  (void)state;
  uint64_t seed = 3;
  for(int shared = 0; shared <= 64; shared++){
    Points points = makePoints(300, SCATTERED, FULL, (uint64_t)shared);
    uint64_t common = random64(&seed), mask = shared==64 ? 0 : UINT64_MAX >> shared;
    for(int turn = 0; turn < 2; turn++, mask = ~mask){
      for(int i = 0; i < points.count; i++){
        double x = bitsToReal((common & ~mask) | (random64(&seed) & mask));
        points.values[i] = x==x ? x : 0.5;
      }
      expectRoundTrip(&points);
    }
  }
}

static void times_of_any_size_come_back(void **state){
  (void)state;
  static const int64_t kTimes[] = { INT64_MIN, INT64_MIN + 1, -1, 0, 1, 1000, INT64_MAX - 1, INT64_MAX };
  for(unsigned chosen = 1; chosen < 1u << COUNT(kTimes); chosen++){
    Points points = { .count = 0 };
    for(unsigned i = 0; i < COUNT(kTimes); i++){
      if( !(chosen >> i & 1) ) continue;
      points.values[points.count] = i;
      points.times[points.count++] = kTimes[i];
    }
    expectRoundTrip(&points);
  }
}

static void the_same_points_give_the_same_bytes(void **state){
  (void)state;
  for(int kind = 0; kind < VALUE_KINDS; kind++){
    Points points = makePoints(777, JITTER, (ValueKind)kind, 11);
    Bytes once, again;
    memset(&once, 0x55, sizeof once);
    memset(&again, 0xaa, sizeof again);
    once = encode(&points), again = encode(&points);
    assert_int_equal(once.length, again.length);
    assert_memory_equal(once.bytes, again.bytes, once.length);
  }
}

static void the_format_is_as_written(void **state){
  (void)state;
  static const unsigned char kExpected[] = {
    1, 0, 4, 0, 26, 0, 0xe8, 3, 0, 0, 0, 0, 0, 0, 0xa0, 0x0f, 0, 0, 0, 0, 0, 0, /* 4 points from 1,000 to 4,000 */
    0, 0xe8, 7, 2,                                   /* LINE, unit 1,000, step 1 */
    1, 1, 0, 0, 22, 0, 1, 2                          /* DECIMAL, one digit, no exception, 1.1; LINE, unit 1, step 1 */
  };
  static const double kValues[] = { 1.1, 1.2, 1.3, 1.4 };
  Points points = pointsOf(kValues, 4);
  for(int i = 0; i < 4; i++) points.times[i] = 1000*(i + 1);
  Bytes bytes = encode(&points);
  assert_int_equal(bytes.length, sizeof kExpected + 4);
  assert_memory_equal(bytes.bytes, kExpected, sizeof kExpected);
}

/* ---- Sizes ---- */

static double bytesAPoint(TimeKind times, ValueKind values){
  Points points = makePoints(MOST, times, values, 5);
  return (double)encode(&points).length/MOST;
}

static void what_does_not_change_costs_nothing(void **state){
  (void)state;
  assert_true(bytesAPoint(REGULAR, CONSTANTS) < 0.05);
  assert_true(bytesAPoint(SLOWING, CONSTANTS) < 0.1);
  assert_true(bytesAPoint(GAPS, CONSTANTS) < 0.3);
  assert_true(bytesAPoint(JITTER, CONSTANTS) < 1);
  assert_true(bytesAPoint(WANDERING, CONSTANTS) < 1);
}

static void values_take_what_they_say(void **state){
  (void)state;
  assert_true(bytesAPoint(REGULAR, GAUGE) < 1.2);
  assert_true(bytesAPoint(REGULAR, COUNTER) < 1.2);
  assert_true(bytesAPoint(REGULAR, FULL) < 6.4);
  assert_true(bytesAPoint(REGULAR, SINGLE) < 2.6);
  assert_true(bytesAPoint(REGULAR, REPEATED) < 2.2);
  assert_true(bytesAPoint(SCATTERED, ANY_BITS) < 16.2);
}

static void a_reset_does_not_widen_its_neighbours(void **state){
  (void)state;
  Points points = makePoints(MOST, REGULAR, COUNTER, 5);
  size_t without = encode(&points).length;
  for(int i = 600; i < MOST; i++) points.values[i] -= points.values[599];
  assert_true(encode(&points).length < without + 16);
}

/* ---- What is refused ---- */

static void what_is_no_series_is_refused(void **state){
  (void)state;
  Bytes bytes;
  Points points = makePoints(10, REGULAR, GAUGE, 1);
  assert_ptr_equal(codecEncode(points.times, points.values, 0, bytes.bytes, &bytes.length), kCodecCount);
  assert_ptr_equal(codecEncode(points.times, points.values, -1, bytes.bytes, &bytes.length), kCodecCount);
  assert_ptr_equal(codecEncode(points.times, points.values, MOST + 1, bytes.bytes, &bytes.length), kCodecCount);
  points.values[9] = NAN;
  assert_ptr_equal(codecEncode(points.times, points.values, 10, bytes.bytes, &bytes.length), kCodecNumber);
  points.times[9] = points.times[8];
  assert_ptr_equal(codecEncode(points.times, points.values, 10, bytes.bytes, &bytes.length), kCodecOrder);
}

int main(void){
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(every_kind_of_series_comes_back_at_every_length),
    cmocka_unit_test(every_length_comes_back),
    cmocka_unit_test(every_number_of_note_comes_back_alone_among_others_and_in_pairs),
    cmocka_unit_test(neighbours_of_powers_of_two_come_back),
    cmocka_unit_test(random_doubles_that_share_some_bits_come_back),
    cmocka_unit_test(times_of_any_size_come_back),
    cmocka_unit_test(the_same_points_give_the_same_bytes),
    cmocka_unit_test(the_format_is_as_written),
    cmocka_unit_test(what_does_not_change_costs_nothing),
    cmocka_unit_test(values_take_what_they_say),
    cmocka_unit_test(a_reset_does_not_widen_its_neighbours),
    cmocka_unit_test(what_is_no_series_is_refused),
  };
  return cmocka_run_group_tests_name("codec", tests, NULL, NULL);
}
