/*
** Exact sums: known results at the edges of what a double can be, and removal without a trace.
*/
#include "helpers.h"

#include <float.h>
#include <math.h>

#include "engine/moments.h"

static LoreMoments of(const double *numbers, size_t count){
  LoreMoments moments = { 0 };
  for(size_t i = 0; i < count; i++) loreMomentsAddReal(&moments, numbers[i]);
  return moments;
}

#define OF(...) of((const double[]){ __VA_ARGS__ }, sizeof (const double[]){ __VA_ARGS__ }/sizeof(double))

static double meanOf(LoreMoments moments){
  double mean = NAN;
  return loreSumMean(&moments.sum, &mean) ? mean : NAN;
}

static double varianceOf(LoreMoments moments){
  double variance = NAN;
  return loreMomentsVariance(&moments, &variance) ? variance : NAN;
}

static double deviationOf(LoreMoments moments){
  double deviation = NAN;
  return loreMomentsDeviation(&moments, &deviation) ? deviation : NAN;
}

static void a_large_number_does_not_swallow_a_small_one(void **state){
  (void)state;
  assert_true(meanOf(OF(1e300, 3, -1e300))==1);
  assert_true(meanOf(OF(DBL_MAX, DBL_MAX, DBL_MAX))==DBL_MAX);
  assert_true(meanOf(OF(5e-324, 0, 5e-324, 5e-324))==5e-324);
  assert_true(meanOf(OF(0, 0, 5e-324))==0 && meanOf(OF(0, 5e-324))==0 && meanOf(OF(0, 5e-324, 5e-324))==5e-324);
  assert_true(meanOf(OF(0.1, 0.1, 0.1))==0.1);
  assert_true(meanOf(OF(-2, -3))==-2.5);
}

static void the_variance_of_numbers_far_from_zero_is_theirs(void **state){
  (void)state;
  assert_true(varianceOf(OF(1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16))==22.5);
  assert_true(varianceOf(OF(1e300, 1e300, 1e300))==0);
  assert_true(varianceOf(OF(5))==0);
  assert_true(isinf(varianceOf(OF(1e300, -1e300))));
  assert_true(deviationOf(OF(1e300, -1e300))==1e300);
  assert_true(deviationOf(OF(3e-320, -3e-320))==3e-320);
  assert_true(varianceOf(OF(1e-200, -1e-200))==0);
  assert_true(deviationOf(OF(2, 4, 4, 4, 5, 5, 7, 9))==2);
}

static void integers_keep_all_their_bits(void **state){
  (void)state;
  LoreMoments moments = { 0 };
  loreMomentsAddInt(&moments, INT64_MAX);
  loreMomentsAddInt(&moments, INT64_MAX - 2);
  assert_true(varianceOf(moments)==1);
  loreMomentsAddInt(&moments, INT64_MIN);
  loreMomentsAddInt(&moments, INT64_MIN);
  assert_true(meanOf(moments)==-1);
}

static void infinities_come_and_go(void **state){
  (void)state;
  LoreMoments moments = OF(1, INFINITY, 3);
  assert_true(meanOf(moments)==INFINITY && isnan(varianceOf(moments)) && isnan(deviationOf(moments)));
  loreMomentsAddReal(&moments, -INFINITY);
  assert_true(isnan(meanOf(moments)));
  loreMomentsRemoveReal(&moments, INFINITY);
  assert_true(meanOf(moments)==-INFINITY);
  loreMomentsRemoveReal(&moments, -INFINITY);
  assert_true(meanOf(moments)==2 && varianceOf(moments)==1);
}

static void over_nothing_there_is_no_result(void **state){
  (void)state;
  LoreMoments none = { 0 };
  assert_true(isnan(meanOf(none)) && isnan(varianceOf(none)) && isnan(deviationOf(none)));
}

/* Any bits that are a number. */
static double anyNumber(uint64_t *seed){
  uint64_t bits = (uint64_t)nextRandom(seed) << 32 | nextRandom(seed);
  double x;
  memcpy(&x, &bits, sizeof x);
  return isnan(x) ? 0 : x;
}

static void removing_what_was_added_leaves_nothing(void **state){
  (void)state;
  const LoreMoments none = { 0 };
  LoreMoments moments = none;
  double numbers[1000];
  uint64_t seed = 11;
  for(size_t i = 0; i < COUNT(numbers); i++) loreMomentsAddReal(&moments, numbers[i] = anyNumber(&seed));
  for(size_t i = 0; i < COUNT(numbers); i++){
    loreMomentsAddInt(&moments, (int64_t)seed);
    loreMomentsRemoveReal(&moments, numbers[(i*7) % COUNT(numbers)]);
    loreMomentsRemoveInt(&moments, (int64_t)seed);
  }
  assert_memory_equal(&moments, &none, sizeof moments);
}

static void the_order_makes_no_difference(void **state){
  (void)state;
  LoreMoments forward = { 0 }, backward = { 0 };
  double numbers[1000];
  uint64_t seed = 12;
  for(size_t i = 0; i < COUNT(numbers); i++) loreMomentsAddReal(&forward, numbers[i] = anyNumber(&seed));
  for(size_t i = COUNT(numbers); i-- > 0; ) loreMomentsAddReal(&backward, numbers[i]);
  assert_memory_equal(&forward, &backward, sizeof forward);
}

/* 5,000,000,000 rows: n*n needs more than 64 bits, and takes the other way of dividing. */
static void a_division_by_more_than_64_bits_is_as_exact(void **state){
  (void)state;
  LoreMoments moments = OF(1, 3);
  const int64_t times = INT64_C(2500000000);
  moments.sum.count = 2*times;
  moments.sum.words[16] = moments.sum.words[17] = moments.squares[33] = moments.squares[34] = 0;
  LoreMoments unit = OF(1);
  for(int i = 0; i < LORE_SUM_WORDS - 1; i++){
    __extension__ unsigned __int128 product = (unsigned __int128)unit.sum.words[i]*(uint64_t)(4*times);
    moments.sum.words[i] += (uint64_t)product;
    moments.sum.words[i + 1] += (uint64_t)(product >> 64);
  }
  for(int i = 0; i < LORE_SQUARES_WORDS - 1; i++){
    __extension__ unsigned __int128 product = (unsigned __int128)unit.squares[i]*(uint64_t)(10*times);
    moments.squares[i] += (uint64_t)product;
    moments.squares[i + 1] += (uint64_t)(product >> 64);
  }
  assert_true(meanOf(moments)==2 && varianceOf(moments)==1 && deviationOf(moments)==1);
}

static LoreNumber whole(int64_t x){
  return (LoreNumber){ .is_int = 1, .integer = x };
}

static LoreNumber real(double x){
  return (LoreNumber){ .real = x };
}

static double overOf(const LoreSum *sum, int64_t divisor){
  double quotient = NAN;
  return loreSumOver(sum, divisor, &quotient) ? quotient : NAN;
}

static void a_row_counts_as_often_as_it_weighs(void **state){
  (void)state;
  LoreSum sum = { 0 };
  loreSumWeigh(&sum, real(0.1), 3, 0);
  loreSumWeigh(&sum, whole(INT64_MIN), INT64_C(1) << 59, 0);
  loreSumWeigh(&sum, real(DBL_MAX), INT64_C(1) << 49, 0);
  loreSumWeigh(&sum, real(-INFINITY), 7, 0);
  assert_true(overOf(&sum, 3)==-INFINITY);
  loreSumWeigh(&sum, real(INFINITY), 0, 0);
  loreSumWeigh(&sum, real(-INFINITY), 9, 1);
  assert_true(isinf(overOf(&sum, 3)) && overOf(&sum, INT64_C(1) << 49)==DBL_MAX);
  loreSumWeigh(&sum, real(DBL_MAX), INT64_C(1) << 49, 1);
  assert_true(overOf(&sum, INT64_C(1) << 59)==-0x1p63);
  loreSumWeigh(&sum, whole(INT64_MIN), INT64_C(1) << 59, 1);
  assert_true(overOf(&sum, 3)==0.1);
}

static void infinities_of_both_signs_have_no_quotient(void **state){
  (void)state;
  LoreSum sum = { 0 };
  loreSumWeigh(&sum, real(INFINITY), 1, 0);
  assert_true(overOf(&sum, 1)==INFINITY);
  loreSumWeigh(&sum, real(-INFINITY), 1, 0);
  assert_true(isnan(overOf(&sum, 1)));
}

static void expectOrder(LoreNumber low, LoreNumber high){
  assert_true(loreNumberCompare(low, high) < 0 && loreNumberCompare(high, low) > 0);
  assert_int_equal(loreNumberCompare(low, low), 0);
}

static void integers_and_reals_compare_by_all_their_bits(void **state){
  (void)state;
  expectOrder(whole(INT64_MAX - 1), whole(INT64_MAX));
  expectOrder(whole(INT64_MAX), real(0x1p63));
  expectOrder(real(-0x1p64), whole(INT64_MIN));
  expectOrder(real(-INFINITY), whole(INT64_MIN));
  expectOrder(whole(INT64_MIN), real(INFINITY));
  expectOrder(real(2.5), whole(3));
  expectOrder(whole(-3), real(-2.5));
  expectOrder(whole(9007199254740992), whole(9007199254740993));
  expectOrder(real(9007199254740992.0), whole(9007199254740993));
  assert_int_equal(loreNumberCompare(whole(INT64_MIN), real(-0x1p63)), 0);
  assert_int_equal(loreNumberCompare(whole(0), real(-0.0)), 0);
}

int main(void){
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_large_number_does_not_swallow_a_small_one),
    cmocka_unit_test(the_variance_of_numbers_far_from_zero_is_theirs),
    cmocka_unit_test(integers_keep_all_their_bits),
    cmocka_unit_test(infinities_come_and_go),
    cmocka_unit_test(over_nothing_there_is_no_result),
    cmocka_unit_test(removing_what_was_added_leaves_nothing),
    cmocka_unit_test(the_order_makes_no_difference),
    cmocka_unit_test(a_division_by_more_than_64_bits_is_as_exact),
    cmocka_unit_test(a_row_counts_as_often_as_it_weighs),
    cmocka_unit_test(infinities_of_both_signs_have_no_quotient),
    cmocka_unit_test(integers_and_reals_compare_by_all_their_bits),
  };
  return cmocka_run_group_tests_name("moments", tests, NULL, NULL);
}
