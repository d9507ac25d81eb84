/*
** Numbers by rank: against a sorted copy, while rows come and go.
*/
#include "helpers.h"

#include <math.h>

#include "engine/quantile.h"
#include "patterns/ranks.h"

static int failing;

static void *reallocate(void *old, size_t bytes){
  return failing ? NULL : realloc(old, bytes);
}

static int compareNumbers(const void *left, const void *right){
  double a = *(const double*)left, b = *(const double*)right;
  return (a > b) - (a < b);
}

static double quantileOf(Ranks *ranks, double q){
  double x = NAN;
  return ranksQuantile(ranks, q, &x) ? x : NAN;
}

static void expectQuantiles(Ranks *ranks, const double *numbers, size_t count){
  double sorted[600];
  memcpy(sorted, numbers, count*sizeof *numbers);
  qsort(sorted, count, sizeof *sorted, compareNumbers);
  assert_int_equal(ranksCount(ranks), count);
  for(double q = 0; q < 1 && count > 0; q += 0.13){
    double place = q*(double)(count - 1);
    size_t rank = (size_t)place;
    double next = rank + 1 < count ? sorted[rank + 1] : sorted[rank];
    assert_true(quantileOf(ranks, q)==quantileBetween(sorted[rank], next, place - (double)rank));
  }
  if( count > 0 ) assert_true(quantileOf(ranks, 1)==sorted[count - 1]);
}

/* A window of `width` over 600 numbers out of `kinds` different ones. */
static void slide(size_t width, uint32_t kinds, int falling){
  double numbers[600];
  uint64_t seed = width*31 + kinds;
  Ranks ranks = { .reallocate = reallocate };
  for(size_t i = 0; i < COUNT(numbers); i++){
    numbers[i] = falling ? 1000 - (double)i : (double)(nextRandom(&seed) % kinds)*0.25 - 3;
    assert_true(ranksAdd(&ranks, numbers[i]));
    if( i >= width ) assert_true(ranksRemove(&ranks, numbers[i - width]));
    size_t from = i >= width ? i - width + 1 : 0;
    if( kinds!=5 || i % 9==0 ) expectQuantiles(&ranks, numbers + from, i - from + 1);
  }
  ranksFree(&ranks, free);
}

static void a_moving_window_is_as_sorted_anew(void **state){
  (void)state;
  static const size_t kWidths[] = { 1, 2, 3, 50, 599 };
  for(size_t i = 0; i < COUNT(kWidths); i++){
    slide(kWidths[i], 1000000, 0);
    slide(kWidths[i], 5, 0);
    slide(kWidths[i], 1, 1);
  }
}

static Ranks of(const double *numbers, size_t count){
  Ranks ranks = { .reallocate = reallocate };
  for(size_t i = 0; i < count; i++) assert_true(ranksAdd(&ranks, numbers[i]));
  return ranks;
}

static void between_two_numbers_it_is_interpolated(void **state){
  (void)state;
  Ranks ranks = of((const double[]){ 40, 10, 20, 30 }, 4);
  assert_true(quantileOf(&ranks, 0.5)==25 && quantileOf(&ranks, 0.25)==17.5 && quantileOf(&ranks, 0)==10);
  ranksFree(&ranks, free);
  ranks = of((const double[]){ 1.7e308, -1.7e308 }, 2);
  assert_true(quantileOf(&ranks, 0.5)==0);
  ranksFree(&ranks, free);
}

static void infinite_numbers_have_their_ranks(void **state){
  (void)state;
  Ranks ranks = of((const double[]){ INFINITY, 1, -INFINITY, 2 }, 4);
  assert_true(quantileOf(&ranks, 0)==-INFINITY && quantileOf(&ranks, 1)==INFINITY && quantileOf(&ranks, 0.5)==1.5);
  assert_true(quantileOf(&ranks, 0.1)==-INFINITY && quantileOf(&ranks, 0.9)==INFINITY);
  ranksRemove(&ranks, 1);
  ranksRemove(&ranks, 2);
  assert_true(isnan(quantileOf(&ranks, 0.5)));
  ranksFree(&ranks, free);
}

static void no_number_has_no_quantile(void **state){
  (void)state;
  Ranks ranks = of((const double[]){ -0.0 }, 1);
  assert_false(signbit(quantileOf(&ranks, 0.5)));
  ranksRemove(&ranks, 0.0);
  assert_true(isnan(quantileOf(&ranks, 0.5)));
  ranksFree(&ranks, free);
}

static void without_memory_nothing_is_lost(void **state){
  (void)state;
  Ranks ranks = of((const double[]){ 3, 1, 2 }, 3);
  failing = 1;
  assert_false(ranksRemove(&ranks, 3)); /* would need the tree */
  failing = 0;
  assert_true(quantileOf(&ranks, 0.5)==2 && ranksCount(&ranks)==3);
  assert_true(ranksRemove(&ranks, 3) && quantileOf(&ranks, 1)==2);
  ranksFree(&ranks, free);
}

int main(void){
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_moving_window_is_as_sorted_anew),
    cmocka_unit_test(between_two_numbers_it_is_interpolated),
    cmocka_unit_test(infinite_numbers_have_their_ranks),
    cmocka_unit_test(no_number_has_no_quantile),
    cmocka_unit_test(without_memory_nothing_is_lost),
  };
  return cmocka_run_group_tests_name("ranks", tests, NULL, NULL);
}
