/*
** Which rows belong to which of those that should be there.
*/
#include "helpers.h"

#include "lifecycle/align.h"

enum { MOST = 8 };

/* Aligns rows told by one letter each; the answer in digits, '-' for a row that goes. */
static void align(const char *have, const char *want, const char *expected){
  uint64_t rows[MOST] = { 0 }, wanted[MOST] = { 0 };
  AlignItem sorted_rows[MOST], sorted_wanted[MOST];
  int match[MOST];
  char answer[MOST + 1] = "";
  int count = (int)strlen(have), wanted_count = (int)strlen(want);
  for(int i = 0; i < count; i++) rows[i] = (uint64_t)have[i];
  for(int i = 0; i < wanted_count; i++) wanted[i] = (uint64_t)want[i];
  alignRows(rows, count, sorted_rows, wanted, wanted_count, sorted_wanted, match);
  for(int i = 0; i < count; i++) answer[i] = match[i] < 0 ? '-' : (char)('0' + match[i]);
  assert_string_equal(answer, expected);
}

static void equal_rows_belong_to_each_other(void **state){
  (void)state;
  align("", "", "");
  align("abc", "abc", "012");
  align("aab", "aab", "012");
}

static void lost_rows_are_passed_over(void **state){
  (void)state;
  align("bc", "abc", "12");
  align("ac", "abc", "02");
  align("ab", "abc", "01");
  align("", "abc", "");
  align("cd", "aabcd", "34");
}

static void added_rows_go(void **state){
  (void)state;
  align("xabc", "abc", "-012");
  align("abxc", "abc", "01-2");
  align("abcx", "abc", "012-");
  align("ab", "", "--");
}

static void a_changed_row_becomes_what_was_lost_there(void **state){
  (void)state;
  align("axc", "abc", "012");
  align("abx", "abc", "012");
  align("xy", "ab", "01");
}

int main(void){
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(equal_rows_belong_to_each_other),
    cmocka_unit_test(lost_rows_are_passed_over),
    cmocka_unit_test(added_rows_go),
    cmocka_unit_test(a_changed_row_becomes_what_was_lost_there),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
