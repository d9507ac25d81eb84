/*
** Times: every form that is read, what is refused, and the one form that is written, against a count of
** days that goes through the calendar year by year.
*/
#include "helpers.h"

#include "engine/clock.h"

#define DAY 86400000LL
#define FIRST (-62167219200000LL) /* 0000-01-01T00:00:00.000Z */
#define LAST 253402300799999LL    /* 9999-12-31T23:59:59.999Z */

static int parse(const char *text, size_t length, long long *time){
  char *exact = exactCopy(text, length);
  int good = loreTimeParse(exact, length, time);
  free(exact);
  return good;
}

static void expect(const char *text, const char *written){
  long long time = -1;
  char out[LORE_TIME_SIZE];
  if( !parse(text, strlen(text), &time) ) fail_msg("'%s' is refused", text);
  loreTimeFormat(time, out);
  if( strcmp(out, written)!=0 ) fail_msg("'%s' is written %s, not %s", text, out, written);
}

static void expectRefused(const char *text, size_t length){
  long long time;
  if( parse(text, length, &time) ) fail_msg("'%.*s' is taken for a time", (int)length, text);
}

static int isLeap(int year){
  return (year%4==0 && year%100!=0) || year%400==0;
}

static int daysIn(int year, int month){
  static const int kDays[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
  return month==2 && isLeap(year) ? 29 : kDays[month - 1];
}

/* ---- Forms ---- */

static void every_iso_form_is_written_in_one_form(void **state){
  (void)state;
  static const char *const kForms[][2] = {
    { "2026-03-04",                        "2026-03-04T00:00:00.000Z" },
    { "2026-03-04T05:06",                  "2026-03-04T05:06:00.000Z" },
    { "2026-03-04 05:06",                  "2026-03-04T05:06:00.000Z" },
    { "2026-03-04T05:06:07",               "2026-03-04T05:06:07.000Z" },
    { "2026-03-04 05:06:07",               "2026-03-04T05:06:07.000Z" },
    { "2026-03-04t05:06:07z",              "2026-03-04T05:06:07.000Z" },
    { "2026-03-04T05:06:07Z",              "2026-03-04T05:06:07.000Z" },
    { "2026-03-04T05:06Z",                 "2026-03-04T05:06:00.000Z" },
    { "2026-03-04T05:06:07,891Z",          "2026-03-04T05:06:07.891Z" },
    { "2026-03-04T05:06:07.891Z",          "2026-03-04T05:06:07.891Z" },
    { "2026-03-04 05:06:07.891234+00:00",  "2026-03-04T05:06:07.891Z" },
    { "2026-03-04T23:59:59.999Z",          "2026-03-04T23:59:59.999Z" },
  };
  for(size_t i = 0; i < COUNT(kForms); i++) expect(kForms[i][0], kForms[i][1]);
}

static void an_offset_is_taken_off(void **state){
  (void)state;
  static const char *const kForms[][2] = {
    { "2026-03-04T05:06:07+00:00",     "2026-03-04T05:06:07.000Z" },
    { "2026-03-04T05:06:07-00:00",     "2026-03-04T05:06:07.000Z" },
    { "2026-03-04T05:06:07+02",        "2026-03-04T03:06:07.000Z" },
    { "2026-03-04T05:06:07+0230",      "2026-03-04T02:36:07.000Z" },
    { "2026-03-04T05:06:07.5+02:30",   "2026-03-04T02:36:07.500Z" },
    { "2026-03-04 05:06-05:45",        "2026-03-04T10:51:00.000Z" },
    { "2026-01-01T00:30:00+01:00",     "2025-12-31T23:30:00.000Z" },
    { "2024-02-28T23:30:00-01:00",     "2024-02-29T00:30:00.000Z" },
    { "2026-12-31T23:59:59.999-23:59", "2027-01-01T23:58:59.999Z" },
    { "2026-01-01T00:00:00+23:59",     "2025-12-31T00:01:00.000Z" },
  };
  for(size_t i = 0; i < COUNT(kForms); i++) expect(kForms[i][0], kForms[i][1]);
}

static void fractions_of_one_to_nine_digits_are_cut_to_milliseconds(void **state){
  (void)state;
  static const char kDigits[] = "999999999";
  static const char *const kWritten[] = { "900", "990", "999", "999", "999", "999", "999", "999", "999" };
  for(int digits = 1; digits <= 9; digits++){
    char text[64], written[64];
    snprintf(text, sizeof text, "2026-03-04T05:06:07.%.*s", digits, kDigits);
    snprintf(written, sizeof written, "2026-03-04T05:06:07.%sZ", kWritten[digits - 1]);
    expect(text, written);
  }
  expect("2026-03-04T05:06:07.000999999Z", "2026-03-04T05:06:07.000Z");
  expect("2026-03-04T05:06:07.001000000Z", "2026-03-04T05:06:07.001Z");
  expect("1969-12-31T23:59:59.999999999Z", "1969-12-31T23:59:59.999Z");
}

static void every_millisecond_of_a_second_is_kept(void **state){
  (void)state;
  for(int ms = 0; ms < 1000; ms++){
    char text[64];
    snprintf(text, sizeof text, "1969-12-31T23:59:59.%03dZ", ms);
    expect(text, text);
  }
}

static void other_forms_are_refused(void **state){
  (void)state;
  static const char *const kBad[] = {
    "", " ", "now", "today", "2026", "2026-03", "2026-3-4", "20260304", "20260304T050607Z", "2026-W10-3", "2026-063", "26-03-04",
    "02026-03-04", "-026-03-04", "+2026-03-04", "2026/03/04", "04-03-2026", "2026-03-04T", "2026-03-04 ", " 2026-03-04",
    "2026-03-04Z", "2026-03-04T05", "2026-03-04T5:06", "2026-03-04T05:6", "2026-03-04T05:06:", "2026-03-04T05:06:7",
    "2026-03-04T05:06:07.", "2026-03-04T05:06:07.Z", "2026-03-04T05:06:07.1234567890Z", "2026-03-04T05:06.5", "2026-03-04T0506",
    "2026-03-04T05:06:07 Z", "2026-03-04T05:06:07Z ", "2026-03-04T05:06:07ZZ", "2026-03-04T05:06:07+", "2026-03-04T05:06:07+1",
    "2026-03-04T05:06:07+1:00", "2026-03-04T05:06:07+01:", "2026-03-04T05:06:07+01:0", "2026-03-04T05:06:07+010",
    "2026-03-04T05:06:07+01:000", "2026-03-04T05:06:07 +01:00", "2026-03-04T05:06:07+01:00:00", "2026-03-04T05:06:07UTC",
    "2026-03-04_05:06:07", "2026-03-04  05:06:07", "2026-03-04T05:06:07.1.2", "2026-03-04T05:06:07.-1", "2O26-03-04",
    "2026-03-04T05:06:07.12a", "2026-03-0\xd9\xa4",
  };
  for(size_t i = 0; i < COUNT(kBad); i++) expectRefused(kBad[i], strlen(kBad[i]));
  expectRefused("2026-03-04\0", 11);
  expectRefused("2026-03-04T05:06:07\0Z", 21);
}

static void fields_out_of_range_are_refused(void **state){
  (void)state;
  static const char *const kBad[] = {
    "2026-00-10", "2026-13-10", "2026-03-00", "2026-03-32", "2026-04-31", "2026-06-31", "2026-09-31", "2026-11-31", "2026-99-99",
    "2026-03-04T24:00:00Z", "2026-03-04T25:00", "2026-03-04T23:60", "2026-03-04T23:59:60Z", "2026-03-04T23:59:61",
    "2026-03-04T05:06:07+24:00", "2026-03-04T05:06:07+23:60", "2026-03-04T05:06:07-99:99",
  };
  for(size_t i = 0; i < COUNT(kBad); i++) expectRefused(kBad[i], strlen(kBad[i]));
}

static void every_beginning_of_a_time_is_a_time_or_refused_without_a_byte_too_many(void **state){
  (void)state;
  static const char kText[] = "2026-03-04T05:06:07.123456789+01:30";
  for(size_t length = 0; length < sizeof kText; length++){
    long long time;
    int is_cut = length==10 || length==16 || length==19 || (length >= 21 && length <= 29) || length==32 || length==35;
    assert_int_equal(parse(kText, length, &time), is_cut);
  }
}

/* ---- The calendar ---- */

static void the_29th_of_february_is_there_in_leap_years_only(void **state){
  (void)state;
  for(int year = 0; year <= 9999; year++){
    char text[64];
    snprintf(text, sizeof text, "%04d-02-29", year);
    long long time;
    assert_int_equal(parse(text, strlen(text), &time), isLeap(year));
  }
}

/* Goes through all 3,652,425 days, counting them, and at a few moments of each. */
static void every_day_of_ten_thousand_years_has_its_number(void **state){
  (void)state;
  static const int kMoments[] = { 0, 1, 43200000, 86399999 };
  long long day_start = FIRST, time;
  char text[LORE_TIME_SIZE], written[128];
  for(int year = 0; year <= 9999; year++){
    for(int month = 1; month <= 12; month++){
      for(int day = 1; day <= daysIn(year, month); day++, day_start += DAY){
        snprintf(written, sizeof written, "%04d-%02d-%02d", year, month, day);
        if( !loreTimeParse(written, 10, &time) || time!=day_start ) fail_msg("%s is %lld, not %lld", written, time, day_start);
        int ms = kMoments[day%4];
        loreTimeFormat(day_start + ms, text);
        snprintf(written + 10, sizeof written - 10, "T%02d:%02d:%02d.%03dZ", ms/3600000, ms/60000%60, ms/1000%60, ms%1000);
        assert_memory_equal(text, written, LORE_TIME_SIZE);
      }
    }
  }
  assert_true(day_start==LAST + 1);
}

static void what_is_written_is_read_as_the_same_moment(void **state){
  (void)state;
  uint64_t seed = 7;
  for(int i = 0; i < 300000; i++){
    uint64_t wide = (uint64_t)nextRandom(&seed) << 32 | nextRandom(&seed);
    long long time = FIRST + (long long)(wide%(uint64_t)(LAST - FIRST + 1)), again;
    char text[LORE_TIME_SIZE];
    loreTimeFormat(time, text);
    assert_int_equal(strlen(text), LORE_TIME_SIZE - 1);
    assert_true(loreTimeParse(text, LORE_TIME_SIZE - 1, &again) && again==time);
  }
}

static void text_order_is_time_order(void **state){
  (void)state;
  char last[LORE_TIME_SIZE] = "", text[LORE_TIME_SIZE];
  for(long long time = FIRST; time <= LAST; time += 7919LL*DAY/13){
    loreTimeFormat(time, text);
    assert_true(strcmp(last, text) < 0);
    memcpy(last, text, sizeof last);
  }
}

static void times_end_with_the_years_0000_and_9999(void **state){
  (void)state;
  long long time;
  expect("0000-01-01T00:00:00.000Z", "0000-01-01T00:00:00.000Z");
  expect("9999-12-31T23:59:59.999999999Z", "9999-12-31T23:59:59.999Z");
  expect("0000-01-01T00:00:00-00:01", "0000-01-01T00:01:00.000Z");
  expect("9999-12-31T23:59:59.999+00:01", "9999-12-31T23:58:59.999Z");
  assert_true(parse("0000-01-01", 10, &time) && time==FIRST);
  assert_true(parse("9999-12-31T23:59:59.999Z", 24, &time) && time==LAST);
  expectRefused("0000-01-01T00:00:00+00:01", 25);
  expectRefused("9999-12-31T23:59:59.999-00:01", 29);
}

/* ---- Unix seconds ---- */

static void expectSeconds(double seconds, const char *written){
  long long time;
  char text[LORE_TIME_SIZE];
  if( !loreTimeOfSeconds(seconds, &time) ) fail_msg("%.17g is refused", seconds);
  loreTimeFormat(time, text);
  assert_string_equal(text, written);
}

static void unix_seconds_are_a_time(void **state){
  (void)state;
  expectSeconds(0, "1970-01-01T00:00:00.000Z");
  expectSeconds(-0.0, "1970-01-01T00:00:00.000Z");
  expectSeconds(1700000000, "2023-11-14T22:13:20.000Z");
  expectSeconds(1700000000.123, "2023-11-14T22:13:20.123Z");
  expectSeconds(1700000000.1239, "2023-11-14T22:13:20.123Z");
  expectSeconds(-1, "1969-12-31T23:59:59.000Z");
  expectSeconds(-0.5, "1969-12-31T23:59:59.500Z");
  expectSeconds(-62167219200.0, "0000-01-01T00:00:00.000Z");
  expectSeconds(253402300799.0, "9999-12-31T23:59:59.000Z");
}

static void seconds_out_of_range_or_no_number_are_refused(void **state){
  (void)state;
  static const double kBad[] = { -62167219200.001, -62167219201.0, 253402300800.0, 1e12, -1e12, 1e300, -1e300 };
  long long time;
  for(size_t i = 0; i < COUNT(kBad); i++) assert_false(loreTimeOfSeconds(kBad[i], &time));
  double zero = 0;
  assert_false(loreTimeOfSeconds(zero/zero, &time));
  assert_false(loreTimeOfSeconds(1/zero, &time));
  assert_false(loreTimeOfSeconds(-1/zero, &time));
}

/* Up to the year 2242 a double tells milliseconds apart well enough. */
static void seconds_with_milliseconds_keep_them(void **state){
  (void)state;
  uint64_t seed = 11;
  for(int i = 0; i < 300000; i++){
    long long ms = (long long)(((uint64_t)nextRandom(&seed) << 32 | nextRandom(&seed))%8589934592000ULL), time;
    assert_true(loreTimeOfSeconds((double)ms/1000.0, &time));
    if( time!=ms ) fail_msg("%lld ms came back as %lld", ms, time);
  }
}

static void the_system_clock_is_in_this_century(void **state){
  (void)state;
  long long now = loreTimeSystem();
  assert_true(now > 1700000000000LL && now < 4102444800000LL);
}

int main(void){
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(every_iso_form_is_written_in_one_form),
    cmocka_unit_test(an_offset_is_taken_off),
    cmocka_unit_test(fractions_of_one_to_nine_digits_are_cut_to_milliseconds),
    cmocka_unit_test(every_millisecond_of_a_second_is_kept),
    cmocka_unit_test(other_forms_are_refused),
    cmocka_unit_test(fields_out_of_range_are_refused),
    cmocka_unit_test(every_beginning_of_a_time_is_a_time_or_refused_without_a_byte_too_many),
    cmocka_unit_test(the_29th_of_february_is_there_in_leap_years_only),
    cmocka_unit_test(every_day_of_ten_thousand_years_has_its_number),
    cmocka_unit_test(what_is_written_is_read_as_the_same_moment),
    cmocka_unit_test(text_order_is_time_order),
    cmocka_unit_test(times_end_with_the_years_0000_and_9999),
    cmocka_unit_test(unix_seconds_are_a_time),
    cmocka_unit_test(seconds_out_of_range_or_no_number_are_refused),
    cmocka_unit_test(seconds_with_milliseconds_keep_them),
    cmocka_unit_test(the_system_clock_is_in_this_century),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
