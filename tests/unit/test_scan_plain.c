/*
** What the scanner of JSON takes for plain JSON is valid to every parser.
*/
#include "helpers.h"

#include "engine/scan.h"

static void plain_json_is_seen_as_such(void **state){
  static const char *const kPlain[] = {
    "{}", "[]", " [ ] ", "{\"a\":1}", "[1,-0,2.5,1e9,-1.5E-3]", "[true,false,null]", "\"text\"", "12", "null",
    "[{\"a\":{\"b\":[[],{}]}},\"\\u00e9\\n\\\"\"]", "\t[1 ,\r\n2]\n",
  };
  (void)state;
  for(size_t i = 0; i < COUNT(kPlain); i++) assert_true(loreScanIsPlain(kPlain[i], strlen(kPlain[i])));
}

static void what_is_not_json_is_not_plain(void **state){
  static const char *const kBroken[] = {
    "", " ", "[", "]", "{", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "{1:1}", "[}", "{]",
    "[] []", "01", "+1", "1.", ".5", "1e", "-", "tru", "nul", "\"", "\"\\", "\"\\x\"", "\"\\u12\"",
    "\"a\nb\"", "'a'", "// a", "[1]x",
  };
  (void)state;
  for(size_t i = 0; i < COUNT(kBroken); i++) assert_false(loreScanIsPlain(kBroken[i], strlen(kBroken[i])));
}

static void deep_json_is_left_to_a_parser(void **state){
  char text[132];
  (void)state;
  memset(text, '[', 64);
  memset(text + 64, ']', 64);
  assert_true(loreScanIsPlain(text, 128));
  memset(text, '[', 65);
  memset(text + 65, ']', 65);
  assert_false(loreScanIsPlain(text, 130));
}

int main(void){
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(plain_json_is_seen_as_such),
    cmocka_unit_test(what_is_not_json_is_not_plain),
    cmocka_unit_test(deep_json_is_left_to_a_parser),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
