/*
** Values of an export's lines: what is written means the same value when it is read, to the bit.
*/
#include "helpers.h"

#include <math.h>
#include <stdlib.h>

#include "admin/lines.h"

static LoreBuffer buffer = { .reallocate = realloc };

static LineValue readText(const char *json, int *is_well){
  static char room[2000];
  LoreScanValue value;
  LineValue read = { .kind = LINE_NULL };
  assert_true(loreScanText(json, strlen(json), &value));
  *is_well = linesRead(&value, room, &read);
  return read;
}

static LineValue reread(void){
  int is_well;
  LineValue value = readText(buffer.data, &is_well);
  assert_true(is_well);
  return value;
}

static void assert_real(double value, const char *json){
  loreBufferClear(&buffer);
  linesReal(&buffer, value);
  if( json ) assert_string_equal(buffer.data, json);
  LineValue back = reread();
  assert_int_equal(back.kind, LINE_REAL);
  assert_memory_equal(&back.real, &value, sizeof value);
}

static void a_real_is_never_taken_for_an_integer(void **state){
  (void)state;
  assert_real(1.0, "1.0");
  assert_real(-0.0, "-0.0");
  assert_real(0.0, "0.0");
  assert_real(0.1, "0.1");
  assert_real(1e300, "1e+300");
  assert_real(9007199254740993.0, NULL);
  assert_real(0.1 + 0.2, "0.30000000000000004");
}

static void the_ends_of_the_reals_come_back(void **state){
  (void)state;
  assert_real(INFINITY, "{\"real\":\"Infinity\"}");
  assert_real(-INFINITY, "{\"real\":\"-Infinity\"}");
  assert_real(5e-324, NULL);
  assert_real(1.7976931348623157e308, NULL);
  assert_real(2.2250738585072014e-308, NULL);
}

static void many_reals_come_back(void **state){
  (void)state;
  uint64_t bits = 88172645463325252u;
  for(int i = 0; i < 200000; i++){
    double value;
    bits ^= bits << 13, bits ^= bits >> 7, bits ^= bits << 17;
    memcpy(&value, &bits, sizeof value);
    if( isfinite(value) ) assert_real(value, NULL);
  }
}

static void assert_int(long long value, const char *json){
  loreBufferClear(&buffer);
  linesInt(&buffer, value);
  assert_string_equal(buffer.data, json);
  LineValue back = reread();
  assert_int_equal(back.kind, LINE_INT);
  assert_true(back.integer==value);
}

static void integers_keep_64_bits(void **state){
  (void)state;
  assert_int(INT64_MAX, "9223372036854775807");
  assert_int(INT64_MIN, "-9223372036854775808");
  assert_int(0, "0");
  assert_int(9007199254740993, "9007199254740993");
}

static void assert_bytes(LineKind kind, const char *bytes, size_t length, const char *json){
  loreBufferClear(&buffer);
  if( kind==LINE_TEXT ) linesText(&buffer, bytes, length);
  else linesBlob(&buffer, bytes, length);
  assert_string_equal(buffer.data, json);
  LineValue back = reread();
  assert_int_equal(back.kind, kind);
  assert_int_equal(back.length, length);
  assert_memory_equal(back.bytes, bytes, length);
}

static void texts_are_json_where_they_can_be(void **state){
  (void)state;
  assert_bytes(LINE_TEXT, "", 0, "\"\"");
  assert_bytes(LINE_TEXT, "a \"b\"\n\\", 7, "\"a \\\"b\\\"\\u000a\\\\\"");
  assert_bytes(LINE_TEXT, "\xc3\xa9", 2, "\"\xc3\xa9\"");
  assert_bytes(LINE_TEXT, "a\0b", 3, "{\"text\":\"610062\"}");
  assert_bytes(LINE_TEXT, "\xff", 1, "{\"text\":\"ff\"}");
}

static void blobs_are_hexadecimal(void **state){
  (void)state;
  char many[700];
  for(int i = 0; i < 700; i++) many[i] = (char)(i*7);
  assert_bytes(LINE_BLOB, "", 0, "{\"blob\":\"\"}");
  assert_bytes(LINE_BLOB, "\0\xff\x1a", 3, "{\"blob\":\"00ff1a\"}");
  loreBufferClear(&buffer);
  linesBlob(&buffer, many, sizeof many);
  LineValue back = reread();
  assert_int_equal(back.length, sizeof many);
  assert_memory_equal(back.bytes, many, sizeof many);
}

static void another_form_is_no_value(void **state){
  (void)state;
  static const char *const kWrong[] = {
    "true", "[1]", "{}", "{\"blob\":\"0\"}", "{\"blob\":\"0g\"}", "{\"blob\":1}", "{\"real\":\"NaN\"}",
    "{\"real\":1}", "{\"hex\":\"00\"}",
    "{\"blob\":\"00\",\"text\":\"00\"}", "9223372036854775808", "1e400", "\"\\u0000\"", "\"\\ud800\"", NULL };
  for(int i = 0; kWrong[i]; i++){
    int is_well;
    readText(kWrong[i], &is_well);
    if( is_well ) fail_msg("%s was taken", kWrong[i]);
  }
}

static void a_text_is_cut_into_its_lines(void **state){
  (void)state;
  static const char kText[] = "one\r\n\ntwo\nthree";
  const char *next = kText, *end = kText + strlen(kText), *line, *expected[] = { "one", "", "two", "three" };
  size_t length;
  for(int i = 0; i < 4; i++){
    assert_true(linesNext(&next, end, &line, &length));
    assert_int_equal(length, strlen(expected[i]));
    assert_memory_equal(line, expected[i], length);
  }
  assert_false(linesNext(&next, end, &line, &length));
}

int main(void){
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_real_is_never_taken_for_an_integer),
    cmocka_unit_test(the_ends_of_the_reals_come_back),
    cmocka_unit_test(many_reals_come_back),
    cmocka_unit_test(integers_keep_64_bits),
    cmocka_unit_test(texts_are_json_where_they_can_be),
    cmocka_unit_test(blobs_are_hexadecimal),
    cmocka_unit_test(another_form_is_no_value),
    cmocka_unit_test(a_text_is_cut_into_its_lines),
  };
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  free(buffer.data);
  return failed;
}
