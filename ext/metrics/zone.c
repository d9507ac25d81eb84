/*
** Looking up moments and wall times in a zone: see zone.h.
*/
#include "metrics/zone.h"

#include "metrics/zonetable.h"

#define DAY_MS 86400000LL
#define CYCLE_MARGIN (30*DAY_MS) /* so far into the cycle nothing before it can be the latest wall time */

/* How many times 400 years x is after (or before) the cycle that is in the table. */
static int64_t cyclesPast(const Zone *zone, int64_t x, int64_t cycle){
  if( !zone->has_cycle || (x >= cycle && x < cycle + ZONE_CYCLE) ) return 0;
  if( x > cycle ) return (x - cycle)/ZONE_CYCLE;
  return zone->repeats_back ? -((cycle - x + ZONE_CYCLE - 1)/ZONE_CYCLE) : 0;
}

/* How many changes there were at t. */
static int changesAt(const Zone *zone, int64_t t){
  int low = 0, high = zone->count;
  while( low < high ){
    int middle = low + (high - low)/2;
    if( zone->changes[middle].at <= t ) low = middle + 1;
    else high = middle;
  }
  return low;
}

ZoneSpan zoneSpan(const Zone *zone, int64_t t){
  int64_t shift = cyclesPast(zone, t, zone->cycle)*ZONE_CYCLE;
  int after = changesAt(zone, t - shift);
  const ZoneChange *next = &zone->changes[after];
  ZoneSpan span = { INT64_MIN, INT64_MAX, zone->offset };
  if( after > 0 ){
    span.from = next[-1].at + shift;
    span.offset = next[-1].offset;
  }
  if( after < zone->count ) span.until = next->at + shift;
  return span;
}

int64_t zoneWall(const Zone *zone, int64_t t){
  int64_t shift = cyclesPast(zone, t, zone->cycle)*ZONE_CYCLE;
  int after = changesAt(zone, t - shift);
  if( after==0 ) return t + zone->offset;
  const ZoneChange *change = &zone->changes[after - 1];
  int64_t wall = t + change->offset, latest = change->peak - 1 + shift;
  return wall > latest ? wall : latest;
}

/* The first change that comes after `wall` has been shown; count when there is none. */
static int firstPast(const Zone *zone, int64_t wall){
  int low = 0, high = zone->count;
  while( low < high ){
    int middle = low + (high - low)/2;
    if( zone->changes[middle].peak > wall ) high = middle;
    else low = middle + 1;
  }
  return low;
}

int64_t zoneFirst(const Zone *zone, int64_t wall){
  int64_t shift = cyclesPast(zone, wall, zone->cycle + CYCLE_MARGIN)*ZONE_CYCLE;
  int past = firstPast(zone, wall - shift);
  if( past==0 ) return wall - zone->offset;
  const ZoneChange *change = &zone->changes[past - 1];
  int64_t t = wall - shift - change->offset;
  return (t > change->at ? t : change->at) + shift;
}
