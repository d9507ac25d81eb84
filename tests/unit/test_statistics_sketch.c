/*
** The quantile sketch: its error, its bytes whatever way they came about, and that damage is seen.
*/
#include "helpers.h"

#include <float.h>
#include <math.h>

#include "engine/sketch.h"

static int failing;

static void *reallocate(void *old, size_t bytes){
  return failing ? NULL : realloc(old, bytes);
}

static Sketch empty(void){
  return (Sketch){ .reallocate = reallocate };
}

static void add(Sketch *sketch, double x){
  assert_null(sketchAdd(sketch, x));
}

static LoreBuffer bytesOf(const Sketch *sketch){
  LoreBuffer out = { .reallocate = reallocate };
  sketchWrite(sketch, &out);
  assert_false(out.failed);
  return out;
}

static void expectSameBytes(const Sketch *a, const Sketch *b){
  LoreBuffer left = bytesOf(a), right = bytesOf(b);
  assert_int_equal(left.length, right.length);
  assert_memory_equal(left.data, right.data, left.length);
  free(left.data);
  free(right.data);
}

static const char *mergeBytes(Sketch *sketch, const void *bytes, size_t length){
  char *copy = exactCopy(bytes, length); /* so that a sanitizer sees a byte too many */
  const char *why = sketchMerge(sketch, (unsigned char*)copy, length);
  free(copy);
  return why;
}

static void mergeSketch(Sketch *into, const Sketch *from){
  LoreBuffer bytes = bytesOf(from);
  assert_null(mergeBytes(into, bytes.data, bytes.length));
  free(bytes.data);
}

static void a_number_alone_is_within_one_percent(void **state){
  (void)state;
  static const double kNumbers[] = { 5e-324, 65*5e-324, 1e-310, DBL_MIN, 1e-9, 0.1, 1, 1.0156, 1e9, DBL_MAX };
  for(size_t i = 0; i < COUNT(kNumbers); i++){
    for(int sign = -1; sign <= 1; sign += 2){
      double x = sign*kNumbers[i];
      Sketch sketch = empty();
      for(int k = 0; k < 3; k++) add(&sketch, x);
      add(&sketch, -DBL_MAX);
      add(&sketch, DBL_MAX);
      assert_true(fabs(sketchQuantile(&sketch, 0.5) - x) <= 0.0079*fabs(x));
      sketchFree(&sketch, free);
    }
  }
}

static void its_ends_and_zeros_are_exact(void **state){
  (void)state;
  Sketch sketch = empty();
  add(&sketch, 0.3), add(&sketch, -0.7), add(&sketch, 0), add(&sketch, -0.0), add(&sketch, 0);
  assert_true(sketchQuantile(&sketch, 0)==-0.7 && sketchQuantile(&sketch, 1)==0.3 && sketchQuantile(&sketch, 0.5)==0);
  sketchFree(&sketch, free);
}

/* Numbers of every size, so that far more buckets are met than are kept. */
static double wideNumber(uint64_t *seed){
  uint64_t bits = (uint64_t)nextRandom(seed) << 32 | nextRandom(seed);
  double x;
  memcpy(&x, &bits, sizeof x);
  return isfinite(x) ? x : 0;
}

static void any_order_and_any_merging_give_the_same_bytes(void **state){
  (void)state;
  enum { MANY = 20000, PARTS = 7 };
  static double numbers[MANY];
  Sketch forward = empty(), backward = empty(), merged = empty(), parts[PARTS];
  uint64_t seed = 5;
  for(int i = 0; i < PARTS; i++) parts[i] = empty();
  for(int i = 0; i < MANY; i++){
    numbers[i] = wideNumber(&seed);
    add(&forward, numbers[i]);
    add(&parts[nextRandom(&seed) % PARTS], numbers[i]);
  }
  for(int i = MANY; i-- > 0; ) add(&backward, numbers[i]);
  for(int i = 0; i < PARTS; i++) mergeSketch(&merged, &parts[(i*3) % PARTS]);
  assert_int_equal(forward.positive.count, SKETCH_BUCKETS);
  assert_int_equal(forward.negative.count, SKETCH_BUCKETS);
  expectSameBytes(&forward, &backward);
  expectSameBytes(&forward, &merged);
  sketchFree(&forward, free), sketchFree(&backward, free), sketchFree(&merged, free);
  for(int i = 0; i < PARTS; i++) sketchFree(&parts[i], free);
}

static Sketch sample(void){
  Sketch sketch = empty();
  for(int i = -40; i < 60; i++) add(&sketch, i*i*i*0.37);
  return sketch;
}

static void every_truncation_and_every_flipped_bit_is_refused(void **state){
  (void)state;
  Sketch sketch = sample(), other = empty();
  LoreBuffer bytes = bytesOf(&sketch);
  for(size_t length = 0; length < bytes.length; length++) assert_non_null(mergeBytes(&other, bytes.data, length));
  for(size_t bit = 0; bit < 8*bytes.length; bit++){
    bytes.data[bit/8] = (char)(bytes.data[bit/8] ^ 1 << bit%8);
    assert_non_null(mergeBytes(&other, bytes.data, bytes.length));
    bytes.data[bit/8] = (char)(bytes.data[bit/8] ^ 1 << bit%8);
  }
  assert_int_equal(other.count, 0);
  assert_null(mergeBytes(&other, bytes.data, bytes.length));
  expectSameBytes(&sketch, &other);
  free(bytes.data);
  sketchFree(&sketch, free), sketchFree(&other, free);
}

static void it_never_holds_more_than_2_63_numbers(void **state){
  (void)state;
  Sketch sketch = empty();
  add(&sketch, 1);
  for(int i = 0; i < 62; i++) mergeSketch(&sketch, &sketch);
  assert_true(sketch.count==UINT64_C(1) << 62);
  Sketch twice = empty();
  mergeSketch(&twice, &sketch);
  LoreBuffer bytes = bytesOf(&sketch);
  assert_string_equal(mergeBytes(&twice, bytes.data, bytes.length), "has more than 2^63 numbers");
  assert_true(twice.count==sketch.count && sketchQuantile(&twice, 0.5)==1);
  free(bytes.data);
  sketchFree(&sketch, free), sketchFree(&twice, free);
}

static void a_number_many_times_is_as_often_as_it_was_added(void **state){
  (void)state;
  static const double kNumbers[] = { 3.5, 0, -2, 3.6 };
  Sketch at_once = empty(), one_by_one = empty();
  for(int n = 0; n < 4; n++){
    assert_null(sketchAddMany(&at_once, kNumbers[n], 10));
    for(int i = 0; i < 10; i++) add(&one_by_one, kNumbers[n]);
  }
  expectSameBytes(&at_once, &one_by_one);
  assert_string_equal(sketchAddMany(&at_once, 1, UINT64_C(1) << 63), "has more than 2^63 numbers");
  sketchClear(&at_once);
  sketchClear(&one_by_one);
  assert_int_equal(at_once.count, 0);
  assert_null(sketchAddMany(&at_once, 7, 2));
  add(&one_by_one, 7), add(&one_by_one, 7);
  expectSameBytes(&at_once, &one_by_one);
  sketchFree(&at_once, free), sketchFree(&one_by_one, free);
}

static void without_memory_it_says_so(void **state){
  (void)state;
  Sketch sketch = empty();
  failing = 1;
  assert_ptr_equal(sketchAdd(&sketch, 1), kSketchNoMemory);
  failing = 0;
  sketchFree(&sketch, free);
}

int main(void){
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_number_alone_is_within_one_percent),
    cmocka_unit_test(its_ends_and_zeros_are_exact),
    cmocka_unit_test(any_order_and_any_merging_give_the_same_bytes),
    cmocka_unit_test(every_truncation_and_every_flipped_bit_is_refused),
    cmocka_unit_test(it_never_holds_more_than_2_63_numbers),
    cmocka_unit_test(a_number_many_times_is_as_often_as_it_was_added),
    cmocka_unit_test(without_memory_it_says_so),
  };
  return cmocka_run_group_tests_name("sketch", tests, NULL, NULL);
}
