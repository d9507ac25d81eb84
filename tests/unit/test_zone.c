/*
** Time zone files made byte by byte: what is taken, what is refused and why, and what the clocks show.
*/
#include "helpers.h"

#include "engine/clock.h"
#include "metrics/zone.h"
#include "metrics/zonefile.h"
#include "metrics/zonerule.h"

#define SECOND INT64_C(1000)
#define HOUR (3600*SECOND)
#define DAY (24*HOUR)

static void *reallocate(void *old, size_t bytes){
  return realloc(old, bytes);
}

static void *noMemory(void *old, size_t bytes){
  (void)old;
  (void)bytes;
  return NULL;
}

/* ---- Making files ---- */

typedef struct File {
  unsigned char bytes[4096];
  size_t length;
} File;

static void put(File *file, int64_t value, int width){
  for(int i = width - 1; i >= 0; i--) file->bytes[file->length++] = (unsigned char)((uint64_t)value >> 8*i);
}

static void putHeader(File *file, char version, int times, int types, int leaps){
  memcpy(file->bytes + file->length, "TZif", 4);
  file->length += 4;
  put(file, version, 1);
  file->length += 15;
  const int counts[6] = { 0, 0, leaps, times, types, 4 };
  for(int i = 0; i < 6; i++) put(file, counts[i], 4);
}

typedef struct Change {
  int64_t at; /* seconds */
  int type;
} Change;

static void putBlock(File *file, char version, int width, const Change *changes, int times, const int *offsets, int types){
  putHeader(file, version, times, types, 0);
  for(int i = 0; i < times; i++) put(file, changes[i].at, width);
  for(int i = 0; i < times; i++) put(file, changes[i].type, 1);
  for(int i = 0; i < types; i++){
    put(file, offsets[i], 4);
    put(file, 0, 2);
  }
  put(file, 0x585858, 4);
}

static const int kNowhere[] = { 12345 };

/* Of version 2, behind a first block that says something else. */
static File fileOf(const Change *changes, int times, const int *offsets, int types, const char *footer){
  File file = { .length = 0 };
  putBlock(&file, '2', 4, NULL, 0, kNowhere, 1);
  putBlock(&file, '2', 8, changes, times, offsets, types);
  file.bytes[file.length++] = '\n';
  memcpy(file.bytes + file.length, footer, strlen(footer));
  file.length += strlen(footer);
  file.bytes[file.length++] = '\n';
  return file;
}

static Zone *parse(const File *file, const char **why){
  unsigned char *copy = (unsigned char*)exactCopy((const char*)file->bytes, file->length);
  Zone *zone = zoneParse(copy, file->length, reallocate, why);
  free(copy);
  return zone;
}

static Zone *zoneWith(const Change *changes, int times, const int *offsets, int types, const char *footer){
  const char *why;
  File file = fileOf(changes, times, offsets, types, footer);
  Zone *zone = parse(&file, &why);
  assert_null(why);
  assert_non_null(zone);
  return zone;
}

static Zone *ruled(const char *footer){
  static const int kZero[] = { 0 };
  return zoneWith(NULL, 0, kZero, 1, footer);
}

static int64_t at(const char *text){
  long long time;
  assert_true(loreTimeParse(text, strlen(text), &time));
  return time;
}

static void expectRefused(const File *file, const char *reason){
  const char *why = NULL;
  assert_null(parse(file, &why));
  assert_non_null(why);
  assert_string_equal(why, reason);
}

/* ---- What the clocks show ---- */

static const int kOffsets[] = { 0, 3600, 7200 };

static void before_the_first_change_it_is_the_first_type(void **state){
  (void)state;
  const Change changes[] = { { 1000, 1 }, { 2000, 2 } };
  Zone *zone = zoneWith(changes, 2, kOffsets, 3, "");
  assert_int_equal(zoneSpan(zone, at("0000-01-01")).offset, 0);
  assert_int_equal(zoneSpan(zone, 1000*SECOND - 1).offset, 0);
  assert_int_equal(zoneSpan(zone, 1000*SECOND).offset, HOUR);
  assert_int_equal(zoneSpan(zone, 1000*SECOND).from, 1000*SECOND);
  assert_int_equal(zoneSpan(zone, 1000*SECOND).until, 2000*SECOND);
  assert_int_equal(zoneSpan(zone, at("9999-12-31")).offset, 2*HOUR);
  assert_true(zoneSpan(zone, at("9999-12-31")).until==INT64_MAX && zoneSpan(zone, 0).from==INT64_MIN);
  free(zone);
}

static void version_1_has_32_bit_times_and_no_footer(void **state){
  (void)state;
  File file = { .length = 0 };
  const char *why;
  const Change changes[] = { { -1000, 1 }, { 1000, 2 } };
  putBlock(&file, 0, 4, changes, 2, kOffsets, 3);
  Zone *zone = parse(&file, &why);
  assert_non_null(zone);
  assert_int_equal(zoneSpan(zone, -1001*SECOND).offset, 0);
  assert_int_equal(zoneSpan(zone, 0).offset, HOUR);
  assert_int_equal(zoneSpan(zone, at("9999-12-31")).offset, 2*HOUR);
  free(zone);
}

static void after_the_last_change_the_rule_holds_for_good(void **state){
  (void)state;
  const Change changes[] = { { 0, 1 } };
  Zone *zone = zoneWith(changes, 1, kOffsets, 2, "CET-1CEST,M3.5.0,M10.5.0/3");
  static const char *const kSummers[][2] = {
    { "1970-03-29T01:00:00Z", "1970-10-25T01:00:00Z" }, { "2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z" },
    { "2399-03-28T01:00:00Z", "2399-10-31T01:00:00Z" }, { "2426-03-29T01:00:00Z", "2426-10-25T01:00:00Z" },
    { "9999-03-28T01:00:00Z", "9999-10-31T01:00:00Z" },
  };
  for(size_t i = 0; i < COUNT(kSummers); i++){
    ZoneSpan span = zoneSpan(zone, at(kSummers[i][0]));
    assert_int_equal(span.from, at(kSummers[i][0]));
    assert_int_equal(span.until, at(kSummers[i][1]));
    assert_int_equal(span.offset, 2*HOUR);
    assert_int_equal(zoneSpan(zone, span.from - 1).offset, HOUR);
    assert_int_equal(zoneSpan(zone, span.until).offset, HOUR);
  }
  assert_int_equal(zoneSpan(zone, -1).offset, 0); /* before the change there was no rule */
  free(zone);
}

static void a_file_with_a_rule_only_has_always_had_it(void **state){
  (void)state;
  Zone *zone = ruled("EST5EDT,M3.2.0,M11.1.0");
  assert_int_equal(zoneSpan(zone, at("2026-07-01")).offset, -4*HOUR);
  assert_int_equal(zoneSpan(zone, at("0001-07-01")).offset, -4*HOUR);
  assert_int_equal(zoneSpan(zone, at("0001-12-01")).offset, -5*HOUR);
  assert_int_equal(zoneSpan(zone, at("9999-07-01")).from, at("9999-03-14T07:00:00Z"));
  free(zone);
  zone = ruled("<+0545>-5:45");
  assert_int_equal(zoneSpan(zone, 0).offset, 5*HOUR + 45*60*SECOND);
  free(zone);
}

static void summer_may_go_over_the_new_year_or_never_end(void **state){
  (void)state;
  Zone *zone = ruled("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0");
  assert_int_equal(zoneSpan(zone, at("2026-01-01")).offset, 11*HOUR);
  assert_int_equal(zoneSpan(zone, at("2026-06-01")).offset, 10*HOUR + HOUR/2);
  free(zone);
  zone = ruled("XXX3EDT4,0/0,J365/23");
  for(int year = 1500; year < 2800; year++){
    int64_t new_year = loreDaysOfDate(year, 1, 1)*DAY;
    assert_int_equal(zoneSpan(zone, new_year + 3*HOUR - 1).offset, -4*HOUR);
    assert_int_equal(zoneSpan(zone, new_year + 3*HOUR).offset, -4*HOUR);
    assert_int_equal(zoneSpan(zone, new_year + 200*DAY).offset, -4*HOUR);
  }
  free(zone);
}

/* 02:00 UTC, ten days after 1970-01-01: put back from 03:00 to 02:00, or forward from 02:00 to 03:00. */
static const Change kChange[] = { { 10*86400 + 7200, 1 } };
static const int64_t kMoment = 10*DAY + 2*HOUR;

static void the_latest_wall_time_stands_still_until_the_hands_catch_up(void **state){
  (void)state;
  const int back[] = { 3600, 0 };
  Zone *zone = zoneWith(kChange, 1, back, 2, "");
  assert_int_equal(zoneWall(zone, kMoment - 1), 10*DAY + 3*HOUR - 1);
  assert_int_equal(zoneWall(zone, kMoment), 10*DAY + 3*HOUR - 1);
  assert_int_equal(zoneWall(zone, kMoment + HOUR - 1), 10*DAY + 3*HOUR - 1);
  assert_int_equal(zoneWall(zone, kMoment + HOUR), 10*DAY + 3*HOUR);
  assert_int_equal(zoneFirst(zone, 10*DAY + 2*HOUR), kMoment - HOUR); /* the earlier of two */
  assert_int_equal(zoneFirst(zone, 10*DAY + 3*HOUR), kMoment + HOUR);
  free(zone);
}

static void a_wall_time_that_is_skipped_comes_after_the_gap(void **state){
  (void)state;
  const int forward[] = { 0, 3600 };
  Zone *zone = zoneWith(kChange, 1, forward, 2, "");
  assert_int_equal(zoneWall(zone, kMoment), 10*DAY + 3*HOUR);
  assert_int_equal(zoneFirst(zone, 10*DAY + 2*HOUR), kMoment);
  assert_int_equal(zoneFirst(zone, 10*DAY + 2*HOUR + HOUR/2), kMoment);
  assert_int_equal(zoneFirst(zone, 10*DAY + 3*HOUR), kMoment);
  assert_int_equal(zoneFirst(zone, 10*DAY + 2*HOUR - 1), kMoment - 1);
  free(zone);
}

static void changes_outside_of_all_times_do_not_count(void **state){
  (void)state;
  const Change changes[] = { { -(INT64_C(1) << 59), 1 }, { 0, 0 }, { INT64_C(1) << 59, 2 } };
  Zone *zone = zoneWith(changes, 3, kOffsets, 3, "CET-1CEST,M3.5.0,M10.5.0/3");
  assert_int_equal(zoneSpan(zone, -1).offset, HOUR);
  assert_int_equal(zoneSpan(zone, at("2026-07-01")).offset, 0);
  assert_int_equal(zoneSpan(zone, at("9999-12-31")).until, INT64_MAX);
  free(zone);
}

/* ---- Refused ---- */

static void a_cut_file_is_refused(void **state){
  (void)state;
  const Change changes[] = { { 1000, 1 }, { 2000, 2 } };
  File file = fileOf(changes, 2, kOffsets, 3, "CET-1CEST,M3.5.0,M10.5.0/3");
  for(size_t length = file.length; length-- > 0; ){
    const char *why = NULL;
    File cut = file;
    cut.length = length;
    assert_null(parse(&cut, &why));
    assert_non_null(why);
  }
}

static void what_is_wrong_with_a_file_is_said(void **state){
  (void)state;
  const Change changes[] = { { 1000, 1 }, { 2000, 2 } }, disorder[] = { { 1000, 1 }, { 1000, 2 } }, unknown[] = { { 0, 3 } };
  const int far[] = { 0, 93600 };
  File file = fileOf(changes, 2, kOffsets, 3, "");
  File other = file;
  other.bytes[3] = 'F';
  expectRefused(&other, "it is no TZif file");
  other = file;
  other.bytes[4] = '5';
  expectRefused(&other, "its version is not one of 1 to 4");
  other = fileOf(disorder, 2, kOffsets, 3, "");
  expectRefused(&other, "its changes of clocks are in disorder");
  other = fileOf(unknown, 1, kOffsets, 3, "");
  expectRefused(&other, "it names a type of local time that it does not have");
  other = fileOf(NULL, 0, kOffsets, 0, "");
  expectRefused(&other, "it has no type of local time");
  other = fileOf(NULL, 0, far, 2, "");
  expectRefused(&other, "it is more than a day away from UTC");
  other = fileOf(NULL, 0, kOffsets, 1, "CET");
  expectRefused(&other, "its footer is no rule");
  other = fileOf(NULL, 0, kOffsets, 1, "");
  other.length--;
  expectRefused(&other, "its footer is missing");
  other = (File){ .length = 0 };
  putHeader(&other, 0, 0, 1, 1);
  put(&other, 0, 6);
  put(&other, 0, 4);
  put(&other, 0, 8);
  expectRefused(&other, "it counts leap seconds");
}

static void a_file_of_any_size_is_refused_or_read(void **state){
  (void)state;
  const char *why;
  unsigned char *large = calloc(1, ZONE_MOST_BYTES + 1);
  assert_null(zoneParse(large, ZONE_MOST_BYTES + 1, reallocate, &why));
  assert_string_equal(why, "it is too large");
  free(large);
  File file = fileOf(NULL, 0, kOffsets, 1, "");
  assert_null(zoneParse(file.bytes, file.length, noMemory, &why));
  assert_null(why);
  assert_null(zoneOfUtc(noMemory));
}

static void a_rule_has_the_form_of_posix(void **state){
  (void)state;
  static const char *const kGood[] = {
    "UTC0", "<-03>3", "CET-1CEST,M3.5.0,M10.5.0/3", "IST-2IDT,M3.4.4/26,M10.5.0", "<+00>0<+02>-2,M3.5.0/1,M10.5.0/3",
    "AAA+24BBB-24:59:59,J1/-167,365/167:59:59", "EST5EDT4:30,J60,J300",
  };
  static const char *const kBad[] = {
    "", "UT0", "UTC", "UTC0 ", "UTC25", "UTC0:60", "UTC0:0:60", "UTC0:", "CET-1CEST", "CET-1CEST,M3.5.0",
    "CET-1CEST,M0.5.0,M10.5.0", "CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,M3.6.0,M10.5.0", "CET-1CEST,M3.5.7,M10.5.0",
    "CET-1CEST,J0,J1", "CET-1CEST,J366,J1", "CET-1CEST,366,1", "CET-1CEST,M3.5.0/168,M10.5.0", "CET-1CEST,M3.5.0,M10.5.0/",
    "CET-1CEST,M3.5.0,M10.5.0,", "<+1>1", "<+01", "<+011", "UTC-", "UTC+-1", "UTC0000",
  };
  ZoneRule rule;
  for(size_t i = 0; i < COUNT(kGood); i++) assert_true(zoneRuleParse(kGood[i], strlen(kGood[i]), &rule));
  for(size_t i = 0; i < COUNT(kBad); i++){
    char *copy = exactCopy(kBad[i], strlen(kBad[i]));
    if( zoneRuleParse(copy, strlen(kBad[i]), &rule) ) fail_msg("%s is taken", kBad[i]);
    free(copy);
  }
}

static void days_of_a_rule_are_those_of_the_calendar(void **state){
  (void)state;
  static const struct { const char *rule; int year; const char *start, *end; } kCases[] = {
    { "AAA0BBB,M2.5.4/0,M12.5.0/1", 2024, "2024-02-29", "2024-12-29" },
    { "AAA0BBB,M2.5.4/0,M12.5.0/1", 2023, "2023-02-23", "2023-12-31" },
    { "AAA0BBB,J60/0,J365/1", 2024, "2024-03-01", "2024-12-31" },
    { "AAA0BBB,J59/0,59/1", 2024, "2024-02-28", "2024-02-29" },
    { "AAA0BBB,0/-24,365/25", 2023, "2022-12-31", "2024-01-02" },
  };
  for(size_t i = 0; i < COUNT(kCases); i++){
    ZoneRule rule;
    assert_true(zoneRuleParse(kCases[i].rule, strlen(kCases[i].rule), &rule));
    assert_int_equal(zoneRuleStart(&rule, kCases[i].year)*SECOND, at(kCases[i].start));
    assert_int_equal(zoneRuleEnd(&rule, kCases[i].year)*SECOND, at(kCases[i].end));
  }
}

/* ---- Names ---- */

static void a_name_does_not_leave_the_folder(void **state){
  (void)state;
  static const char *const kGood[] = { "UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Etc/GMT+5", "GMT-0" };
  static const char *const kBad[] = {
    "", "/etc/passwd", "../zoneinfo/UTC", "Europe/../UTC", "Europe/.", "Europe//Berlin", "Europe/", "zone.tab", "UTC\n",
    "Europe\\Berlin", "Zürich", "a b", "~", "C:x", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
  };
  for(size_t i = 0; i < COUNT(kGood); i++) assert_true(zoneNameValid(kGood[i], strlen(kGood[i])));
  for(size_t i = 0; i < COUNT(kBad); i++) assert_false(zoneNameValid(kBad[i], strlen(kBad[i])));
  assert_false(zoneNameValid("UTC\0", 4));
}

static void files_are_looked_for_where_TZDIR_says(void **state){
  (void)state;
  char folder[] = "/tmp/lore-zones-XXXXXX", path[64];
  unsigned char bytes[8];
  assert_non_null(mkdtemp(folder));
  snprintf(path, sizeof path, "%s/Here", folder);
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  fputs("some bytes", file);
  fclose(file);
  setenv("TZDIR", folder, 1);
  assert_int_equal(zoneFileRead("Here", bytes, sizeof bytes), sizeof bytes);
  assert_memory_equal(bytes, "some byt", 8);
  assert_true(zoneFileRead("There", bytes, sizeof bytes) < 0);
  setenv("TZDIR", "/tmp", 1);
  assert_true(zoneFileRead(folder + 5, bytes, sizeof bytes) < 0); /* a folder */
  unsetenv("TZDIR");
  assert_true(zoneFileRead("Here", bytes, sizeof bytes) < 0);
  remove(path);
  remove(folder);
}

int main(void){
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(before_the_first_change_it_is_the_first_type),
    cmocka_unit_test(version_1_has_32_bit_times_and_no_footer),
    cmocka_unit_test(after_the_last_change_the_rule_holds_for_good),
    cmocka_unit_test(a_file_with_a_rule_only_has_always_had_it),
    cmocka_unit_test(summer_may_go_over_the_new_year_or_never_end),
    cmocka_unit_test(the_latest_wall_time_stands_still_until_the_hands_catch_up),
    cmocka_unit_test(a_wall_time_that_is_skipped_comes_after_the_gap),
    cmocka_unit_test(changes_outside_of_all_times_do_not_count),
    cmocka_unit_test(a_cut_file_is_refused),
    cmocka_unit_test(what_is_wrong_with_a_file_is_said),
    cmocka_unit_test(a_file_of_any_size_is_refused_or_read),
    cmocka_unit_test(a_rule_has_the_form_of_posix),
    cmocka_unit_test(days_of_a_rule_are_those_of_the_calendar),
    cmocka_unit_test(a_name_does_not_leave_the_folder),
    cmocka_unit_test(files_are_looked_for_where_TZDIR_says),
  };
  return cmocka_run_group_tests_name("zone", tests, NULL, NULL);
}
