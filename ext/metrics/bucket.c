/*
** Where buckets start: see bucket.h.
*/
#include "metrics/bucket.h"

#include "engine/clock.h"

#define DAY_MS INT64_C(86400000)
#define REACH (52*INT64_C(3600000)) /* wall times of moments farther apart than this are in the moments' order */

enum { MONDAY = 3 }; /* days from the Monday before it to 1970-01-01 */

static int64_t floorTo(int64_t x, int64_t step){
  int64_t rest = x % step;
  return x - (rest < 0 ? rest + step : rest);
}

static int64_t floorDays(int64_t ms){
  return floorTo(ms, DAY_MS)/DAY_MS;
}

/* ---- Days, weeks, months ---- */

static int64_t dayOfMonths(int64_t months){
  int64_t year = floorTo(months, 12)/12;
  return loreDaysOfDate((int)year, (int)(months - 12*year) + 1, 1);
}

/* The first day of the bucket in which a day lies, or of one that is `later` buckets after it. */
static int64_t firstDay(const BucketStep *step, int64_t day, int64_t later){
  int year, month, unused;
  switch( step->unit ){
    case BUCKET_MONTHS:
      loreDateOfDays(day, &year, &month, &unused);
      return dayOfMonths(floorTo(12LL*year + month - 1, step->count) + later*step->count);
    case BUCKET_WEEKS: return floorTo(day + MONDAY, 7*step->count) - MONDAY + 7*later*step->count;
    default: return floorTo(day, step->count) + later*step->count;
  }
}

static int64_t calendarBound(const BucketStep *step, const Zone *zone, int64_t t, int64_t later){
  int64_t wall = zone ? zoneWall(zone, t) : t;
  int64_t midnight = firstDay(step, floorDays(wall), later)*DAY_MS;
  return zone ? zoneFirst(zone, midnight) : midnight;
}

/* ---- Shorter steps in a zone ---- */

/* 1 when the clocks were put back by the step or more between two neighbouring spans: a new beginning for buckets. */
static int isCut(const ZoneSpan *before, const ZoneSpan *after, int64_t step){
  return before->offset - after->offset >= step;
}

/* The wall time at t as buckets have it: the latest since the last such beginning. */
static int64_t wallSince(const Zone *zone, int64_t step, int64_t t){
  ZoneSpan span = zoneSpan(zone, t);
  int64_t wall = t + span.offset;
  while( span.from > t - REACH ){
    ZoneSpan before = zoneSpan(zone, span.from - 1);
    if( isCut(&before, &span, step) ) break;
    if( span.from - 1 + before.offset > wall ) wall = span.from - 1 + before.offset;
    span = before;
  }
  return wall;
}

/* When the clocks first showed `wall` or more, since that beginning; they had by t. */
static int64_t firstSince(const Zone *zone, int64_t step, int64_t t, int64_t wall){
  ZoneSpan span = zoneSpan(zone, t);
  int64_t last = t, found = t;
  for(;;){
    if( last + span.offset >= wall ) found = wall - span.offset > span.from ? wall - span.offset : span.from;
    if( span.from <= t - step - REACH ) return found;
    ZoneSpan before = zoneSpan(zone, span.from - 1);
    if( isCut(&before, &span, step) ) return found;
    last = span.from - 1;
    span = before;
  }
}

/* When the clocks first show `wall` or more after t, or are put back by the step. */
static int64_t firstAfter(const Zone *zone, int64_t step, int64_t t, int64_t wall){
  ZoneSpan span = zoneSpan(zone, t);
  for(;;){
    int64_t found = wall - span.offset > span.from ? wall - span.offset : span.from;
    if( found < span.until ) return found;
    ZoneSpan after = zoneSpan(zone, span.until);
    if( isCut(&span, &after, step) ) return span.until;
    span = after;
  }
}

static int64_t clockBound(const BucketStep *step, const Zone *zone, int64_t t, int64_t later){
  int64_t size = step->count;
  if( zone==NULL ) return floorTo(t, size) + later*size;
  if( size > REACH ) return zoneFirst(zone, floorTo(zoneWall(zone, t), size) + later*size); /* no change is so large */
  int64_t wall = floorTo(wallSince(zone, size, t), size);
  return later ? firstAfter(zone, size, t, wall + size) : firstSince(zone, size, t, wall);
}

/* ---- All ---- */

static int64_t bound(const BucketStep *step, const Zone *zone, int64_t t, int64_t later){
  return step->unit==BUCKET_MILLISECONDS ? clockBound(step, zone, t, later) : calendarBound(step, zone, t, later);
}

int64_t bucketStart(const BucketStep *step, const Zone *zone, int64_t t){
  int64_t start = bound(step, zone, t, 0);
  return start < LORE_TIME_FIRST ? LORE_TIME_FIRST : start;
}

int64_t bucketNext(const BucketStep *step, const Zone *zone, int64_t t){
  int64_t next = bound(step, zone, t, 1);
  return next > LORE_TIME_LAST + 1 ? LORE_TIME_LAST + 1 : next;
}
