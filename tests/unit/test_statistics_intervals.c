/*
** Intervals: against values of mpmath (30 digits), and at a trillion tries against what theory says of them.
*/
#include "helpers.h"

#include <math.h>

#include "patterns/intervals.h"

static void expectNear(double got, double expected, double relative){
  if( fabs(got - expected) > relative*fabs(expected) ) fail_msg("%.17g is not %.17g", got, expected);
}

static void a_share_has_the_interval_of_its_posterior(void **state){
  (void)state;
  static const struct { double successes, n, level, low, high; } kRows[] = {
    { 0, 0, 0.95, 0.001541333133436015, 0.998458666866564 },
    { 0, 10, 0.95, 4.789043315758198e-5, 0.2171962675092105 },
    { 1, 10, 0.95, 0.01101167376316114, 0.3813147710666163 },
    { 5, 10, 0.9, 0.2619220040464193, 0.7380779959535807 },
    { 10, 10, 0.95, 0.7828037324907895, 0.9999521095668424 },
    { 81, 263, 0.95, 0.2545219349910235, 0.3656474991740824 },
    { 3, 1000, 0.99, 0.0004951245438696551, 0.01010022158817238 },
  };
  for(size_t i = 0; i < COUNT(kRows); i++){
    Interval interval = betaInterval(kRows[i].successes, kRows[i].n, kRows[i].level);
    expectNear(interval.low, kRows[i].low, 1e-12);
    expectNear(interval.high, kRows[i].high, 1e-12);
    expectNear(interval.expected, (kRows[i].successes + 0.5)/(kRows[i].n + 1), 1e-15);
  }
}

static void a_rate_has_the_interval_of_its_posterior(void **state){
  (void)state;
  static const struct { double events, seconds, level, low, high; } kRows[] = {
    { 0, 1, 0.95, 0.0004910345585876288, 2.511943093657444 },
    { 1, 1, 0.95, 0.107897641311949, 4.674201802248073 },
    { 30, 2592000, 0.95, 7.967426288060663e-6, 1.629560907461595e-5 },
    { 1000, 86400, 0.99, 0.01065860746395852, 0.01254458925548342 },
  };
  for(size_t i = 0; i < COUNT(kRows); i++){
    Interval interval = rateInterval(kRows[i].events, kRows[i].seconds, kRows[i].level);
    expectNear(interval.low, kRows[i].low, 1e-12);
    expectNear(interval.high, kRows[i].high, 1e-12);
    expectNear(interval.expected, (kRows[i].events + 0.5)/kRows[i].seconds, 1e-15);
  }
}

/* A Beta with both parameters large is normal, but for terms of 1/n; a Gamma for those of 1/sqrt(n), which are known. */
static void a_trillion_tries_are_no_trouble(void **state){
  (void)state;
  const double n = 1e12, z = 1.9599639845400542;
  Interval share = betaInterval(n/2, n, 0.95);
  expectNear(share.high - share.low, 2*z*sqrt(0.25/(n + 2)), 1e-9);
  expectNear(share.low + share.high, 1, 1e-15);
  Interval rate = rateInterval(n, 1, 0.95);
  expectNear(rate.high - rate.low, 2*z*sqrt(n + 0.5), 1e-9);
  expectNear((rate.high + rate.low)/2 - n - 0.5, (z*z - 1)/3, 1e-3);
  Interval rare = betaInterval(3, n, 0.95), poisson = rateInterval(3, n, 0.95);
  expectNear(rare.low, poisson.low, 1e-11);
  expectNear(rare.high, poisson.high, 1e-11);
  Interval common = betaInterval(n - 3, n, 0.95);
  expectNear(common.low, 1 - rare.high, 1e-15);
}

static void a_level_orders_its_ends(void **state){
  (void)state;
  static const double kLevels[] = { 0, 1e-9, 0.1, 0.5, 0.9, 0.999, 1 - 1e-9, 1 - 1e-15 };
  double low = 2, high = 0;
  for(size_t i = 0; i < COUNT(kLevels); i++){
    Interval interval = betaInterval(7, 31, kLevels[i]);
    assert_true(interval.low <= interval.high && interval.low > 0 && interval.high < 1);
    assert_true(interval.low <= low && interval.high >= high);
    low = interval.low, high = interval.high;
  }
  Interval median = betaInterval(7, 31, 0);
  expectNear(median.low, median.high, 1e-14);
}

static void wilson_is_never_above_the_share(void **state){
  (void)state;
  assert_true(wilsonLower(0, 0, 1.96)==0 && wilsonLower(0, 10, 1.96)==0);
  expectNear(wilsonLower(8, 10, 1.96), 0.4901568467207235, 1e-14);
  expectNear(wilsonLower(10, 10, 1.96), 10/(10 + 1.96*1.96), 1e-14);
  expectNear(wilsonLower(1, 1e12, 1.96), 1.765200142842786e-13, 1e-14);
  assert_true(wilsonLower(8, 10, 0)==0.8);
}

int main(void){
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_share_has_the_interval_of_its_posterior),
    cmocka_unit_test(a_rate_has_the_interval_of_its_posterior),
    cmocka_unit_test(a_trillion_tries_are_no_trouble),
    cmocka_unit_test(a_level_orders_its_ends),
    cmocka_unit_test(wilson_is_never_above_the_share),
  };
  return cmocka_run_group_tests_name("intervals", tests, NULL, NULL);
}
