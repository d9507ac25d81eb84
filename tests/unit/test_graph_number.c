/*
** Numbers of JSON: whole ones with all 64 bits, reals that read back as themselves, in whatever locale.
*/
#include "graph_helpers.h"

#include <float.h>
#include <math.h>

#include "graph/number.h"

/* Reads a text in memory of exactly its size. */
static int readNumber(const char *text, GraphNumber *number){
  char *copy = exactCopy(text, strlen(text));
  LoreScanValue value;
  assert_int_equal(loreScanText(copy, strlen(text), &value), 1);
  int is_read = graphNumberRead(&value, number);
  free(copy);
  return is_read;
}

static GraphNumber numberOf(const char *text){
  GraphNumber number;
  if( !readNumber(text, &number) ) fail_msg("%s was not read", text);
  return number;
}

/* A number's text in memory of the size that is promised to do. */
static const char *written(const GraphNumber *number){
  static char shown[GRAPH_NUMBER_SIZE];
  char *text = malloc(GRAPH_NUMBER_SIZE);
  assert_non_null(text);
  int length = graphNumberWrite(number, text);
  assert_int_equal(length, strlen(text));
  strcpy(shown, text);
  free(text);
  return shown;
}

static const char *writtenReal(double real){
  GraphNumber number = graphNumberOf(real);
  return written(&number);
}

/* ---- Reading ---- */

static void whole_numbers_are_read_with_all_their_bits(void **state){
  (void)state;
  static const struct { const char *text; long long whole; } kCases[] = {
    { "0", 0 }, { "-0", 0 }, { "7", 7 }, { "-1", -1 }, { "9007199254740993", 9007199254740993 },
    { "9223372036854775807", INT64_MAX }, { "-9223372036854775808", INT64_MIN },
  };
  for(size_t i = 0; i < COUNT(kCases); i++){
    GraphNumber number = numberOf(kCases[i].text);
    assert_int_equal(number.is_whole, 1);
    assert_true(number.whole==kCases[i].whole);
    assert_true(number.real==(double)kCases[i].whole);
  }
}

static void what_has_a_point_or_an_exponent_or_more_bits_is_a_real(void **state){
  (void)state;
  static const struct { const char *text; double real; } kCases[] = {
    { "0.5", 0.5 }, { "1.0", 1 }, { "1e3", 1000 }, { "1E+3", 1000 }, { "-2.5e-1", -0.25 }, { "9223372036854775808", 0x1p63 },
    { "-9223372036854775809", -0x1p63 }, { "1.7976931348623157e308", DBL_MAX }, { "5e-324", 0x1p-1074 }, { "1e-400", 0 },
  };
  for(size_t i = 0; i < COUNT(kCases); i++){
    GraphNumber number = numberOf(kCases[i].text);
    assert_int_equal(number.is_whole, 0);
    assert_true(number.real==kCases[i].real);
  }
}

static void what_no_double_can_hold_is_no_number(void **state){
  (void)state;
  static const char *const kTexts[] = { "1e309", "-1e309", "1e999999999", "1.7976931348623159e308" };
  for(size_t i = 0; i < COUNT(kTexts); i++) assert_int_equal(readNumber(kTexts[i], &(GraphNumber){ 0 }), 0);
}

static void what_is_no_number_is_none(void **state){
  (void)state;
  static const char *const kTexts[] = {
    "null", "true", "false", "\"1\"", "\"\"", "[1]", "{}", "-", "nan", "1x", "0x10", "Infinity",
  };
  for(size_t i = 0; i < COUNT(kTexts); i++) assert_int_equal(readNumber(kTexts[i], &(GraphNumber){ 0 }), 0);
}

static void a_number_may_have_more_digits_than_it_needs(void **state){
  (void)state;
  char text[512] = "0.";
  memset(text + 2, '3', 200);
  assert_true(numberOf(text).real==1.0/3);
  memset(text, '0', 202);
  text[0] = '1';
  text[202] = 0;
  assert_true(numberOf(text).real==1e201);
}

/* ---- Adding ---- */

static GraphNumber sumOf(const char *a, const char *b){
  GraphNumber left = numberOf(a), right = numberOf(b);
  return graphNumberSum(&left, &right);
}

static void whole_numbers_stay_whole_as_long_as_the_sum_fits(void **state){
  (void)state;
  static const struct { const char *a, *b; long long sum; } kCases[] = {
    { "1", "2", 3 }, { "9223372036854775806", "1", INT64_MAX }, { "-9223372036854775807", "-1", INT64_MIN },
    { "9223372036854775807", "-9223372036854775808", -1 }, { "9007199254740992", "1", 9007199254740993 },
  };
  for(size_t i = 0; i < COUNT(kCases); i++){
    GraphNumber sum = sumOf(kCases[i].a, kCases[i].b);
    assert_int_equal(sum.is_whole, 1);
    assert_true(sum.whole==kCases[i].sum);
    assert_true(sum.real==(double)kCases[i].sum);
  }
}

static void other_sums_are_reals(void **state){
  (void)state;
  static const struct { const char *a, *b; double sum; } kCases[] = {
    { "9223372036854775807", "1", 0x1p63 }, { "-9223372036854775808", "-1", -0x1p63 }, { "1", "1.0", 2 },
    { "0.1", "0.2", 0.1 + 0.2 }, { "1e308", "1e308", INFINITY },
  };
  for(size_t i = 0; i < COUNT(kCases); i++){
    GraphNumber sum = sumOf(kCases[i].a, kCases[i].b);
    assert_int_equal(sum.is_whole, 0);
    assert_true(sum.real==kCases[i].sum);
  }
}

/* ---- Writing ---- */

static void whole_numbers_are_written_as_they_are(void **state){
  (void)state;
  static const char *const kTexts[] = { "0", "7", "-1", "9007199254740993", "9223372036854775807", "-9223372036854775808" };
  for(size_t i = 0; i < COUNT(kTexts); i++){
    GraphNumber number = numberOf(kTexts[i]);
    assert_string_equal(written(&number), kTexts[i]);
  }
}

static void reals_are_written_with_a_point_or_an_exponent(void **state){
  (void)state;
  assert_string_equal(writtenReal(0), "0.0");
  assert_string_equal(writtenReal(-0.0), "-0.0");
  assert_string_equal(writtenReal(1), "1.0");
  assert_string_equal(writtenReal(-100000), "-100000.0");
  assert_string_equal(writtenReal(0.1), "0.1");
  assert_string_equal(writtenReal(1e100), "1e+100");
  assert_string_equal(writtenReal(-1.5e-7), "-1.5e-07");
  assert_string_equal(writtenReal(0x1p63), "9.223372036854776e+18");
}

static void reals_are_written_by_the_fewest_digits(void **state){
  (void)state;
  assert_string_equal(writtenReal(0.3), "0.3");
  assert_string_equal(writtenReal(0.1 + 0.2), "0.30000000000000004");
  assert_string_equal(writtenReal(1.0/3), "0.3333333333333333");
  assert_string_equal(writtenReal(DBL_MAX), "1.7976931348623157e+308");
  assert_string_equal(writtenReal(DBL_MIN), "2.2250738585072014e-308");
}

static void reals_near_zero_are_written_by_the_fewest_digits_too(void **state){
  (void)state;
  assert_string_equal(writtenReal(0x1p-1074), "5e-324");
  assert_string_equal(writtenReal(1e-320), "1e-320");
}

static void every_real_reads_back_as_itself(void **state){
  (void)state;
  uint64_t seed = 1;
  for(int i = 0; i < 200000; i++){
    uint64_t bits = (uint64_t)nextRandom(&seed) << 32 | nextRandom(&seed);
    double real;
    memcpy(&real, &bits, sizeof real);
    if( !isfinite(real) ) continue;
    const char *text = writtenReal(real);
    GraphNumber again = numberOf(text);
    if( again.is_whole || memcmp(&again.real, &real, sizeof real)!=0 ) fail_msg("%s is not %a", text, real);
  }
}

static void a_decimal_comma_changes_nothing(void **state){
  (void)state;
  useDecimalComma();
  assert_true(numberOf("0.5").real==0.5);
  assert_string_equal(writtenReal(0.1), "0.1");
  assert_string_equal(writtenReal(0.1 + 0.2), "0.30000000000000004");
  assert_string_equal(writtenReal(2), "2.0");
  assert_string_equal(writtenReal(-1.5e-7), "-1.5e-07");
}

int main(void){
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(whole_numbers_are_read_with_all_their_bits),
    cmocka_unit_test(what_has_a_point_or_an_exponent_or_more_bits_is_a_real),
    cmocka_unit_test(what_no_double_can_hold_is_no_number),
    cmocka_unit_test(what_is_no_number_is_none),
    cmocka_unit_test(a_number_may_have_more_digits_than_it_needs),
    cmocka_unit_test(whole_numbers_stay_whole_as_long_as_the_sum_fits),
    cmocka_unit_test(other_sums_are_reals),
    cmocka_unit_test(whole_numbers_are_written_as_they_are),
    cmocka_unit_test(reals_are_written_with_a_point_or_an_exponent),
    cmocka_unit_test(reals_are_written_by_the_fewest_digits),
    cmocka_unit_test(reals_near_zero_are_written_by_the_fewest_digits_too),
    cmocka_unit_test(every_real_reads_back_as_itself),
    cmocka_unit_test_teardown(a_decimal_comma_changes_nothing, useCLocale),
  };
  return cmocka_run_group_tests_name("graph number", tests, NULL, NULL);
}
