/*
** A quantile by selection, against a sorted copy: random numbers of many shapes, and the shapes that are worst for it.
*/
#include "helpers.h"

#include <math.h>

#include "engine/quantile.h"
#include "metrics/select.h"

enum { MOST = 200000 };

static double numbers[MOST], sorted[MOST];
static uint64_t seed = 7;

static int compareNumbers(const void *left, const void *right){
  double a = *(const double*)left, b = *(const double*)right;
  return (a > b) - (a < b);
}

static double bySorting(size_t count, double q){
  double place = q*(double)(count - 1);
  size_t rank = (size_t)place, next = rank + 1 < count ? rank + 1 : rank;
  return quantileBetween(sorted[rank], sorted[next], place - (double)rank);
}

/* Every quantile of what is in `numbers`; the array is used up each time, so a copy is. */
static void expectAsSorted(size_t count){
  static const double kQuantiles[] = { 0, 0.01, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1 };
  for(size_t i = 0; i < count; i++) sorted[i] = numbers[i] + 0.0;
  qsort(sorted, count, sizeof *sorted, compareNumbers);
  for(size_t i = 0; i < COUNT(kQuantiles); i++){
    double *copy = (double*)exactCopy((const char*)numbers, count*sizeof *numbers);
    double found = selectQuantile(copy, count, kQuantiles[i]), expected = bySorting(count, kQuantiles[i]);
    int same = isnan(expected) ? isnan(found) : found==expected && signbit(found)==signbit(expected);
    if( !same ) fail_msg("quantile %g of %zu: %.17g, not %.17g", kQuantiles[i], count, found, expected);
    free(copy);
  }
}

static size_t randomCount(void){
  uint32_t random = nextRandom(&seed);
  return 1 + nextRandom(&seed)%(random%3==0 ? 40 : random%3==1 ? 600 : 20000);
}

static double uniform(void){
  return nextRandom(&seed)/4294967296.0;
}

static double anyBits(void){
  double x;
  do{
    uint64_t bits = (uint64_t)nextRandom(&seed) << 32 | nextRandom(&seed);
    memcpy(&x, &bits, sizeof x);
  }while( isnan(x) );
  return x;
}

static double shaped(int shape){
  switch( shape ){
    case 0: return floor(uniform()*10000)/100;
    case 1: return uniform() - 0.5;
    case 2: return anyBits();
    case 3: return 1000 + uniform()/1e9;
    case 4: return floor(uniform()*3);
    case 5: return uniform() < 0.5 ? -0.0 : 0.0;
    case 6: return uniform() < 0.01 ? INFINITY : uniform() < 0.01 ? -INFINITY : 5 + uniform();
    default: return uniform() < 0.5 ? -1e300 : 1e-300*floor(uniform()*1000);
  }
}

static void every_quantile_is_that_of_the_sorted_numbers(void **state){
  (void)state;
  for(int turn = 0; turn < 400; turn++){
    size_t count = randomCount();
    for(size_t i = 0; i < count; i++) numbers[i] = shaped(turn%8);
    expectAsSorted(count);
  }
}

static void numbers_that_come_in_order_or_are_all_the_same_are_no_worse(void **state){
  (void)state;
  for(size_t i = 0; i < MOST; i++) numbers[i] = (double)i;
  expectAsSorted(MOST);
  for(size_t i = 0; i < MOST; i++) numbers[i] = -(double)i;
  expectAsSorted(MOST);
  for(size_t i = 0; i < MOST; i++) numbers[i] = 42.5;
  expectAsSorted(MOST);
}

/* Each turn only the outermost leave: those beside them share a part with all others. */
static void spans_that_shrink_slowly_end_too(void **state){
  (void)state;
  for(size_t i = 0; i < MOST; i++) numbers[i] = ldexp(1, -(int)(i%1070));
  expectAsSorted(MOST);
  for(size_t i = 0; i < MOST; i++) numbers[i] = i==0 ? INFINITY : i==1 ? -INFINITY : i==2 ? 1e300 : 1 + ldexp(1, -(int)(i%50));
  expectAsSorted(MOST);
}

/* What the sample looks at is not like the rest. */
static void a_sample_that_misleads_does_no_harm(void **state){
  (void)state;
  for(size_t i = 0; i < MOST; i++) numbers[i] = i%(MOST/1024)==0 ? 1e9 + (double)i : (double)(i*7919%MOST);
  expectAsSorted(MOST);
  for(int shape = 0; shape < 8; shape++){
    for(size_t i = 0; i < MOST; i++) numbers[i] = shaped(shape);
    expectAsSorted(MOST);
  }
}

static void halves_of_infinities_have_no_middle(void **state){
  (void)state;
  double few[] = { INFINITY, -INFINITY };
  assert_true(isnan(selectQuantile(few, 2, 0.5)));
  for(size_t i = 0; i < 100; i++) numbers[i] = i%2 ? INFINITY : -INFINITY;
  assert_true(isnan(selectQuantile(numbers, 100, 0.5)));
  for(size_t i = 0; i < 100; i++) numbers[i] = i%2 ? INFINITY : -INFINITY;
  assert_true(selectQuantile(numbers, 100, 0.9)==INFINITY);
}

int main(void){
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(every_quantile_is_that_of_the_sorted_numbers),
    cmocka_unit_test(numbers_that_come_in_order_or_are_all_the_same_are_no_worse),
    cmocka_unit_test(spans_that_shrink_slowly_end_too),
    cmocka_unit_test(a_sample_that_misleads_does_no_harm),
    cmocka_unit_test(halves_of_infinities_have_no_middle),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
