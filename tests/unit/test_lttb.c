/*
** Points for the eye: against the definition in doubles, and what of infinite and of huge values.
*/
#include "helpers.h"

#include <math.h>

#include "engine/lttb.h"

enum { MOST = 400 };

/* The definition, for small finite values: Steinarsson's, with the bounds of buckets in whole numbers. */
static void define(const double *x, const double *y, size_t count, size_t keep, size_t *chosen){
  chosen[0] = 0;
  for(size_t i = 0; i < keep - 2; i++){
    size_t from = i*(count - 2)/(keep - 2) + 1, until = (i + 1)*(count - 2)/(keep - 2) + 1;
    size_t beyond = (i + 2)*(count - 2)/(keep - 2) + 1;
    if( beyond > count ) beyond = count;
    double mean_x = 0, mean_y = 0, most = -1;
    for(size_t k = until; k < beyond; k++) mean_x += x[k], mean_y += y[k];
    mean_x /= (double)(beyond - until);
    mean_y /= (double)(beyond - until);
    size_t a = chosen[i];
    for(size_t k = from; k < until; k++){
      double area = fabs((x[a] - mean_x)*(y[k] - y[a]) - (x[a] - x[k])*(mean_y - y[a]));
      if( area > most ) most = area, chosen[i + 1] = k;
    }
  }
  chosen[keep - 1] = count - 1;
}

static void pointsOf(LorePoint *points, const double *x, const double *y, size_t count, double scale){
  for(size_t i = 0; i < count; i++) points[i] = (LorePoint){ .ts = (int64_t)x[i] + 1700000000000, .value.real = y[i]*scale };
}

static void expectChosen(const LorePoint *points, size_t count, size_t keep, const size_t *expected, size_t expected_count){
  size_t chosen[MOST];
  assert_int_equal(loreLttbChoose(points, count, keep, chosen), expected_count);
  for(size_t i = 0; i < expected_count; i++) assert_int_equal(chosen[i], expected[i]);
}

static void the_largest_triangles_stay(void **state){
  (void)state;
  double x[MOST], y[MOST];
  LorePoint points[MOST];
  size_t expected[MOST];
  uint64_t seed = 1;
  for(size_t count = 3; count < MOST; count += count < 12 ? 1 : 97){
    x[0] = 0;
    for(size_t i = 0; i < count; i++){
      if( i ) x[i] = x[i - 1] + nextRandom(&seed) % 1000;
      y[i] = (double)(nextRandom(&seed) % 2000)/16 - 60;
    }
    for(size_t keep = 2; keep < count; keep++){
      define(x, y, count, keep, expected);
      pointsOf(points, x, y, count, 1);
      expectChosen(points, count, keep, expected, keep);
      pointsOf(points, x, y, count, 0x1p1000);
      expectChosen(points, count, keep, expected, keep);
      pointsOf(points, x, y, count, 0x1p-1000);
      expectChosen(points, count, keep, expected, keep);
    }
  }
}

static void few_points_all_stay(void **state){
  (void)state;
  const double x[] = { 0, 1, 2 }, y[] = { 5, 5, 5 };
  const size_t all[] = { 0, 1, 2 }, ends[] = { 0, 2 };
  LorePoint points[3];
  pointsOf(points, x, y, 3, 1);
  expectChosen(points, 1, 2, all, 1);
  expectChosen(points, 2, 2, all, 2);
  expectChosen(points, 3, 3, all, 3);
  expectChosen(points, 3, 1000000, all, 3);
  expectChosen(points, 3, 2, ends, 2);
}

static void an_infinite_value_stays(void **state){
  (void)state;
  const double x[] = { 0, 1, 2, 3, 4, 5, 6, 7 }, y[] = { 1, -1e300, INFINITY, 3, 2, 1e300, -INFINITY, 0 };
  const double none[] = { 0, INFINITY, INFINITY, -INFINITY, 0, 0, 0, 0 };
  const size_t expected[] = { 0, 2, 6, 7 }, first[] = { 0, 1, 4, 7 };
  LorePoint points[8];
  pointsOf(points, x, y, 8, 1);
  expectChosen(points, 8, 4, expected, 4);
  pointsOf(points, x, none, 8, 1);
  expectChosen(points, 8, 4, first, 4);
}

static void all_at_one_time_and_place_is_fine(void **state){
  (void)state;
  const double x[] = { 0, 0, 0, 0, 0, 0 }, y[] = { 0, 0, 0, 0, 0, 0 };
  const size_t expected[] = { 0, 1, 3, 5 };
  LorePoint points[6];
  pointsOf(points, x, y, 6, 1);
  expectChosen(points, 6, 4, expected, 4);
}

int main(void){
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(the_largest_triangles_stay),
    cmocka_unit_test(few_points_all_stay),
    cmocka_unit_test(an_infinite_value_stays),
    cmocka_unit_test(all_at_one_time_and_place_is_fine),
  };
  return cmocka_run_group_tests_name("lttb", tests, NULL, NULL);
}
