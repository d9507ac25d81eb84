/*
** Steps, and where buckets start: in UTC, and around changes of clocks by an hour and by less.
*/
#include "helpers.h"

#include "engine/clock.h"
#include "metrics/bucket.h"

#define HOUR INT64_C(3600000)

static void *reallocate(void *old, size_t bytes){
  return realloc(old, bytes);
}

/* A zone that has a rule and nothing else: a smallest file of version 2. */
static Zone *zoneOfRule(const char *rule){
  unsigned char file[256] = { 0 };
  const char *why;
  for(int block = 0; block < 2; block++){
    unsigned char *header = file + 52*block;
    memcpy(header, "TZif2", 5);
    header[39] = 1; /* types */
    header[43] = 2; /* characters */
  }
  int length = 104 + snprintf((char*)file + 104, sizeof file - 104, "\n%s\n", rule);
  Zone *zone = zoneParse(file, (size_t)length, reallocate, &why);
  assert_non_null(zone);
  return zone;
}

static int64_t at(const char *text){
  long long time;
  assert_true(loreTimeParse(text, strlen(text), &time));
  return time;
}

static BucketStep stepOf(const char *text){
  BucketStep step;
  char *copy = exactCopy(text, strlen(text));
  if( !bucketStepParse(copy, strlen(text), &step) ) fail_msg("%s is no step", text);
  free(copy);
  return step;
}

static void expectTime(int64_t time, const char *expected, const char *what){
  char text[LORE_TIME_SIZE];
  loreTimeFormat(time, text);
  if( time!=at(expected) ) fail_msg("%s: %s, not %s", what, text, expected);
}

static void expectStart(const char *step, const Zone *zone, const char *t, const char *start){
  BucketStep parsed = stepOf(step);
  expectTime(bucketStart(&parsed, zone, at(t)), start, t);
}

/* ---- Steps ---- */

static void a_step_is_a_count_and_a_unit(void **state){
  (void)state;
  static const struct { const char *text; BucketUnit unit; int64_t count; } kCases[] = {
    { "90s", BUCKET_MILLISECONDS, 90000 }, { "5m", BUCKET_MILLISECONDS, 300000 }, { "250ms", BUCKET_MILLISECONDS, 250 },
    { "1h30m", BUCKET_MILLISECONDS, 5400000 }, { "24h", BUCKET_MILLISECONDS, 24*HOUR }, { "2d", BUCKET_DAYS, 2 },
    { "1w", BUCKET_WEEKS, 1 }, { "3mo", BUCKET_MONTHS, 3 }, { "2q", BUCKET_MONTHS, 6 }, { "1y6mo", BUCKET_MONTHS, 18 },
    { "PT15M", BUCKET_MILLISECONDS, 900000 }, { "PT1H30M10S", BUCKET_MILLISECONDS, 5410000 }, { "P1D", BUCKET_DAYS, 1 },
    { "P2W", BUCKET_WEEKS, 2 }, { "P1M", BUCKET_MONTHS, 1 }, { "P1Y6M", BUCKET_MONTHS, 18 }, { "60", BUCKET_MILLISECONDS, 60000 },
    { "0.25", BUCKET_MILLISECONDS, 250 }, { "1e3", BUCKET_MILLISECONDS, 1000000 }, { "10000y", BUCKET_MONTHS, 120000 },
    { "0001h", BUCKET_MILLISECONDS, HOUR }, { "3650000d", BUCKET_DAYS, 3650000 },
  };
  for(size_t i = 0; i < COUNT(kCases); i++){
    BucketStep step = stepOf(kCases[i].text);
    assert_int_equal(step.unit, kCases[i].unit);
    assert_int_equal(step.count, kCases[i].count);
  }
}

static void what_is_no_step_is_refused(void **state){
  (void)state;
  static const char *const kBad[] = {
    "", "h", "0h", "0", "-5", "-1h", "1.5h", "1 h", " 1h", "1H", "1M", "1D", "1d12h", "1mo1d", "1w1d", "1x", "1hour", "P", "PT",
    "P1H", "PT1D", "P1DT1H", "p1d", "P1", "P1Y1D", "10001y", "120001mo", "3650001d", "99999999999999999999s", "9999999999999999h",
    "0.0001", "0.0015", "9e999", "nan", "1h1", "1h-1m", "315360000001",
  };
  BucketStep step;
  for(size_t i = 0; i < COUNT(kBad); i++){
    if( bucketStepParse(kBad[i], strlen(kBad[i]), &step) ) fail_msg("%s is taken", kBad[i]);
  }
}

/* ---- Without a zone ---- */

static void without_a_zone_buckets_are_those_of_utc(void **state){
  (void)state;
  static const struct { const char *step, *t, *start; } kCases[] = {
    { "15m", "2026-01-31T23:59:59.999Z", "2026-01-31T23:45:00Z" }, { "1d", "2026-01-31T23:59:59.999Z", "2026-01-31" },
    { "90s", "1970-01-01T00:02:59Z", "1970-01-01T00:01:30Z" }, { "90s", "1969-12-31T23:59:59.999Z", "1969-12-31T23:58:30Z" },
    { "1w", "2026-02-01T12:00:00Z", "2026-01-26" }, { "1w", "2026-02-02", "2026-02-02" }, { "2w", "1970-01-11", "1969-12-29" },
    { "2w", "1970-01-12", "1970-01-12" }, { "2d", "1970-01-02", "1970-01-01" }, { "2d", "1969-12-31", "1969-12-30" },
    { "1mo", "2024-02-29T10:00:00Z", "2024-02-01" }, { "1q", "2024-06-30", "2024-04-01" }, { "5mo", "2024-06-30", "2024-03-01" },
    { "1y", "2024-06-30", "2024-01-01" }, { "10y", "2029-12-31", "2020-01-01" }, { "1mo", "1969-12-31", "1969-12-01" },
    { "250ms", "2026-01-01T00:00:00.999Z", "2026-01-01T00:00:00.75Z" },
  };
  Zone *utc = zoneOfUtc(reallocate);
  for(size_t i = 0; i < COUNT(kCases); i++){
    expectStart(kCases[i].step, NULL, kCases[i].t, kCases[i].start);
    expectStart(kCases[i].step, utc, kCases[i].t, kCases[i].start);
  }
  free(utc);
}

static void at_the_ends_of_time_buckets_are_cut(void **state){
  (void)state;
  Zone *zone = zoneOfRule("<+14>-14");
  static const char *const kSteps[] = { "1h", "7h", "1d", "1w", "7mo", "10000y" };
  for(size_t i = 0; i < COUNT(kSteps); i++){
    BucketStep step = stepOf(kSteps[i]);
    for(int zoned = 0; zoned < 2; zoned++){
      const Zone *in = zoned ? zone : NULL;
      assert_int_equal(bucketStart(&step, in, LORE_TIME_FIRST), LORE_TIME_FIRST);
      assert_true(bucketNext(&step, in, LORE_TIME_FIRST) > LORE_TIME_FIRST);
      assert_true(bucketStart(&step, in, LORE_TIME_LAST) <= LORE_TIME_LAST);
      assert_int_equal(bucketNext(&step, in, LORE_TIME_LAST), LORE_TIME_LAST + 1);
    }
  }
  free(zone);
}

/* ---- Around a change of clocks ---- */

/* All bounds of buckets from `from` on are these. */
static void expectBounds(const char *step, const Zone *zone, const char *const *bounds, size_t count){
  BucketStep parsed = stepOf(step);
  for(size_t i = 0; i + 1 < count; i++){
    expectTime(bucketNext(&parsed, zone, at(bounds[i])), bounds[i + 1], step);
    expectTime(bucketNext(&parsed, zone, at(bounds[i + 1]) - 1), bounds[i + 1], step);
    expectTime(bucketStart(&parsed, zone, at(bounds[i + 1]) - 1), bounds[i], step);
    expectTime(bucketStart(&parsed, zone, at(bounds[i])), bounds[i], step);
  }
}

#define BOUNDS(step, zone, ...) \
  expectBounds(step, zone, (const char *const[]){ __VA_ARGS__ }, sizeof (const char *const[]){ __VA_ARGS__ }/sizeof(char*))

static void put_back_an_hour_comes_twice(void **state){
  (void)state;
  Zone *zone = zoneOfRule("CET-1CEST,M3.5.0,M10.5.0/3"); /* 2026-10-25T01:00Z: from 03:00 to 02:00 */
  BOUNDS("1h", zone, "2026-10-24T23:00+00:00", "2026-10-25T00:00Z", "2026-10-25T01:00Z", "2026-10-25T02:00Z", "2026-10-25T03:00Z");
  BOUNDS("45m", zone, "2026-10-25T00:15Z", "2026-10-25T01:00Z", "2026-10-25T01:15Z", "2026-10-25T02:00Z");
  BOUNDS("2h", zone, "2026-10-24T22:00Z", "2026-10-25T00:00Z", "2026-10-25T03:00Z", "2026-10-25T05:00Z");
  BOUNDS("6h", zone, "2026-10-24T22:00Z", "2026-10-25T05:00Z", "2026-10-25T11:00Z", "2026-10-25T17:00Z", "2026-10-25T23:00Z");
  BOUNDS("24h", zone, "2026-10-23T22:00Z", "2026-10-24T22:00Z", "2026-10-25T23:00Z", "2026-10-26T23:00Z");
  BOUNDS("1d", zone, "2026-10-23T22:00Z", "2026-10-24T22:00Z", "2026-10-25T23:00Z", "2026-10-26T23:00Z");
  BOUNDS("1mo", zone, "2026-09-30T22:00Z", "2026-10-31T23:00Z", "2026-11-30T23:00Z");
  free(zone);
}

static void put_forward_an_hour_is_skipped(void **state){
  (void)state;
  Zone *zone = zoneOfRule("CET-1CEST,M3.5.0,M10.5.0/3"); /* 2026-03-29T01:00Z: from 02:00 to 03:00 */
  BOUNDS("1h", zone, "2026-03-28T23:00Z", "2026-03-29T00:00Z", "2026-03-29T01:00Z", "2026-03-29T02:00Z");
  BOUNDS("45m", zone, "2026-03-29T00:30Z", "2026-03-29T01:00Z", "2026-03-29T01:45Z");
  BOUNDS("2h", zone, "2026-03-28T23:00Z", "2026-03-29T01:00Z", "2026-03-29T02:00Z");
  BOUNDS("6h", zone, "2026-03-28T23:00Z", "2026-03-29T04:00Z", "2026-03-29T10:00Z");
  BOUNDS("1w", zone, "2026-03-22T23:00Z", "2026-03-29T22:00Z");
  free(zone);
}

static void half_an_hour_lengthens_an_hour(void **state){
  (void)state;
  Zone *zone = zoneOfRule("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0"); /* 2026-04-04T15:00Z: from 02:00 to 01:30 */
  BOUNDS("1h", zone, "2026-04-04T13:00Z", "2026-04-04T14:00Z", "2026-04-04T15:30Z", "2026-04-04T16:30Z");
  BOUNDS("30m", zone, "2026-04-04T14:00Z", "2026-04-04T14:30Z", "2026-04-04T15:00Z", "2026-04-04T15:30Z");
  BOUNDS("20m", zone, "2026-04-04T14:40Z", "2026-04-04T15:00Z", "2026-04-04T15:10Z", "2026-04-04T15:30Z");
  free(zone);
}

static void a_day_begins_once(void **state){
  (void)state;
  Zone *back = zoneOfRule("<-03>3<-02>,M10.1.0/0,M2.3.0/0:01"); /* 2026-02-15T02:01Z: from 00:01 to 23:01 the day before */
  BOUNDS("1d", back, "2026-02-14T02:00Z", "2026-02-15T02:00Z", "2026-02-16T03:00Z");
  BOUNDS("2h", back, "2026-02-15T00:00Z", "2026-02-15T02:00Z", "2026-02-15T05:00Z");
  BOUNDS("1h", back, "2026-02-15T01:00Z", "2026-02-15T02:00Z", "2026-02-15T02:01Z", "2026-02-15T03:00Z", "2026-02-15T04:00Z");
  BOUNDS("1d", back, "2026-10-03T03:00Z", "2026-10-04T03:00Z", "2026-10-05T02:00Z"); /* forward at midnight */
  free(back);
  Zone *twice = zoneOfRule("<-05>5<-04>,M3.2.0/0,M11.1.0/1"); /* 2026-11-01T05:00Z: from 01:00 to 00:00 */
  BOUNDS("1d", twice, "2026-10-31T04:00Z", "2026-11-01T04:00Z", "2026-11-02T05:00Z");
  BOUNDS("6h", twice, "2026-10-31T22:00Z", "2026-11-01T04:00Z", "2026-11-01T11:00Z");
  BOUNDS("1h", twice, "2026-11-01T04:00Z", "2026-11-01T05:00Z", "2026-11-01T06:00Z");
  free(twice);
}

int main(void){
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_step_is_a_count_and_a_unit),
    cmocka_unit_test(what_is_no_step_is_refused),
    cmocka_unit_test(without_a_zone_buckets_are_those_of_utc),
    cmocka_unit_test(at_the_ends_of_time_buckets_are_cut),
    cmocka_unit_test(put_back_an_hour_comes_twice),
    cmocka_unit_test(put_forward_an_hour_is_skipped),
    cmocka_unit_test(half_an_hour_lengthens_an_hour),
    cmocka_unit_test(a_day_begins_once),
  };
  return cmocka_run_group_tests_name("bucket", tests, NULL, NULL);
}
