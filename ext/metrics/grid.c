/*
** Buckets of a range: see grid.h.
*/
#include "metrics/grid.h"

#include "engine/clock.h"
#include "metrics/fold.h"

#define DAY_MS INT64_C(86400000)

enum { FIRST_MONDAY = -3 }; /* a day, from 1970-01-01 */

Grid gridMake(const BucketStep *step, const Zone *zone, int64_t since, int64_t until){
  Grid grid = { .zone = zone, .since = since < LORE_TIME_FIRST ? LORE_TIME_FIRST : since,
                .until = until > LORE_TIME_LAST ? LORE_TIME_LAST + 1 : until };
  if( step==NULL ) return grid;
  grid.step = *step;
  if( zone ) return grid;
  switch( step->unit ){
    case BUCKET_MILLISECONDS: grid.period = step->count; break;
    case BUCKET_DAYS: grid.period = step->count*DAY_MS; break;
    case BUCKET_WEEKS: grid.period = 7*step->count*DAY_MS, grid.origin = FIRST_MONDAY*DAY_MS; break;
    default: break;
  }
  return grid;
}

int64_t gridStart(const Grid *grid, int64_t t){
  if( grid->step.count==0 ) return grid->since;
  if( grid->period==0 ) return bucketStart(&grid->step, grid->zone, t);
  int64_t start = codecBucket(t, grid->period, grid->origin);
  return start < LORE_TIME_FIRST ? LORE_TIME_FIRST : start;
}

int64_t gridNext(const Grid *grid, int64_t t){
  if( grid->step.count==0 ) return grid->until;
  if( grid->period==0 ) return bucketNext(&grid->step, grid->zone, t);
  int64_t next = codecBucket(t, grid->period, grid->origin) + grid->period;
  return next > LORE_TIME_LAST ? LORE_TIME_LAST + 1 : next;
}
