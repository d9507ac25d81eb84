/*
** Making roll-ups: see remake.h.
**
** Up to the horizon (cover.h) a bucket is made from the rows of the finest tier that has them, from there on from raw points.
** Where the horizon lies within a bucket of the tier, both are in it. It never does within a row that is taken: it lies where a
** bucket of each tier began that was declared when raw points were pruned, and what was not (lowerHorizon) is moved there.
**
** Points before the horizon came late. They are in no roll-up yet, and here they are left alone (prune.c).
*/
#include "metrics/remake.h"

#include "metrics/rollups.h"
#include "metrics/stream.h"

enum { POINTS_AT_ONCE = 65536, ROWS_AT_ONCE = 8192, DIRTY_AT_ONCE = 1024 };

typedef struct Remake {
  LoreCall *call;
  const Tiers *tiers;
  const Cover *cover;
  int tier;
  int64_t step;
  Rollup rollup;
  int64_t bucket, end; /* of the one that is open, when the roll-up has a point */
  int64_t written;
  int64_t left;        /* points and rows that may still be read; below 0 it ends with the next bucket */
  int is_over;
} Remake;

/* ---- Buckets ---- */

static void closeBucket(Remake *remake){
  remake->written += rollupWrite(&remake->rollup, remake->cover->series, remake->tiers->tiers[remake->tier].name, remake->bucket);
  rollupClear(&remake->rollup);
}

/* The bucket of a time becomes the open one. 0: it was not begun, for enough is done. */
static int openBucket(Remake *remake, int64_t time){
  if( remake->rollup.aggregate.count > 0 ){
    if( time < remake->end ) return 1;
    closeBucket(remake);
    remake->is_over = remake->left < 0;
  }
  remake->bucket = tierFloor(time, remake->step);
  remake->end = remake->bucket > INT64_MAX - remake->step ? INT64_MAX : remake->bucket + remake->step;
  return !remake->is_over;
}

static void addPoints(Remake *remake, const int64_t *times, const double *values, int count){
  for(int i = 0, next = 0; i < count && openBucket(remake, times[i]); i = next){
    while( next < count && times[next] < remake->end ) next++;
    rollupAddPoints(&remake->rollup, times + i, values + i, next - i);
    remake->left -= next - i;
  }
}

/* ---- Sources ---- */

/* The finest tier below that has all from a time on; else the one that goes back farthest; -1. */
static int sourceFor(const Remake *remake, int64_t from){
  int found = -1;
  for(int i = 0; i < remake->tier; i++){
    const Covered *has = &remake->cover->tiers[i];
    if( !has->is_known || (found >= 0 && has->since >= remake->cover->tiers[found].since) ) continue;
    found = i;
    if( has->since <= from ) break;
  }
  return found;
}

/* Adds rows with from <= bucket < until; where the last of them could end. */
static int64_t addRows(Remake *remake, int64_t from, int64_t until){
  int source = sourceFor(remake, from);
  if( source < 0 ) return until;
  loreLetInt(remake->call, "series", remake->cover->series);
  loreLetText(remake->call, "tier_name", remake->tiers->tiers[source].name);
  loreLetInt(remake->call, "first_ts", from);
  loreLetInt(remake->call, "last_ts", until - 1);
  LoreStatement *row = loreQuery(remake->call, SQL_METRIC_ROLLUPS_BETWEEN);
  while( loreNext(row) && openBucket(remake, loreColumnInt(row, 0)) ){
    rollupAddRow(&remake->rollup, row, 1);
    remake->left -= POINTS_AT_ONCE/ROWS_AT_ONCE;
  }
  loreDone(row);
  return tierCeiling(until, remake->tiers->tiers[source].step);
}

static void addRaw(Remake *remake, int64_t from, int64_t until){
  MetricStream stream;
  if( from >= until || remake->is_over ) return;
  streamBegin(remake->call, &stream, remake->cover->series, (CodecRange){ from, until - 1 });
  while( !remake->is_over && streamNext(&stream) && !loreInterrupted(remake->call) ){
    int count = streamPoints(&stream);
    addPoints(remake, stream.times, stream.values, count);
  }
  streamEnd(&stream);
}

/* Makes the buckets of a range anew; both ends are starts of buckets, from may be COVER_ALL. Up to where it came. */
static int64_t makeRange(Remake *remake, int64_t from, int64_t until){
  LoreCall *call = remake->call;
  int64_t horizon = remake->cover->horizon, raw_from = from;
  loreLetInt(call, "series", remake->cover->series);
  loreLetText(call, "tier_name", remake->tiers->tiers[remake->tier].name);
  loreLetInt(call, "first_ts", from);
  loreLetInt(call, "last_ts", until - 1);
  loreRun(call, SQL_METRIC_ROLLUPS_DELETE);
  if( from < horizon ) raw_from = addRows(remake, from, until < horizon ? until : horizon);
  addRaw(remake, raw_from, until);
  if( remake->is_over ) return remake->bucket;
  closeBucket(remake);
  return until;
}

/* ---- What is new ---- */

/* Raw points were pruned before there was any tier, and perhaps not where one of its buckets begins: what is there from the start
** of that bucket on is all that will ever be known of it. */
static void lowerHorizon(Remake *remake, Cover *cover){
  int64_t horizon = tierFloor(cover->horizon, remake->tiers->coarsest);
  for(int i = 0; i < remake->tiers->count; i++) if( cover->tiers[i].is_known ) return;
  if( cover->horizon!=COVER_ALL && horizon!=cover->horizon ) coverSetHorizon(remake->call, cover, horizon);
}

/* What a tier that has nothing yet can have. */
static int64_t reachOf(Remake *remake, Cover *cover){
  lowerHorizon(remake, cover);
  int source = sourceFor(remake, COVER_ALL);
  int64_t since = source < 0 || cover->horizon==COVER_ALL ? cover->horizon : cover->tiers[source].since;
  return since==COVER_ALL ? since : tierFloor(since, remake->step);
}

static int isBehind(const Cover *cover, const Tier *tier, const Covered *has, int64_t now){
  if( cover->last==INT64_MIN && has->is_known ) return 0;
  return !has->is_known || (cover->last >= has->until && has->until < coverLimit(cover, tier, now));
}

static void makeNew(Remake *remake, Cover *cover, int64_t now){
  const Tier *tier = &remake->tiers->tiers[remake->tier];
  Covered has = cover->tiers[remake->tier];
  int64_t limit = coverLimit(cover, tier, now);
  if( !has.is_known ) has.since = has.until = reachOf(remake, cover);
  if( has.until > limit ) limit = has.until;
  remake->left = POINTS_AT_ONCE;
  int64_t until = makeRange(remake, has.until, limit);
  coverSet(remake->call, remake->tiers, cover, remake->tier, has.since, until);
}

/* ---- What was changed ---- */

/* The dirty buckets from the first on; how many. */
static int readDirty(Remake *remake, int64_t *buckets){
  int count = 0;
  loreLetInt(remake->call, "series", remake->cover->series);
  loreLetText(remake->call, "tier_name", remake->tiers->tiers[remake->tier].name);
  LoreStatement *row = loreQuery(remake->call, SQL_METRIC_DIRTY_FIRST);
  while( count < DIRTY_AT_ONCE && loreNext(row) ) buckets[count++] = loreColumnInt(row, 0);
  loreDone(row);
  return count;
}

/* 0: the tier does not have it, or only late points have come, or there is nothing any more that it could be made from. */
static int canMake(const Remake *remake, int64_t bucket){
  const Covered *has = &remake->cover->tiers[remake->tier];
  int64_t horizon = remake->cover->horizon;
  if( bucket < has->since || bucket >= has->until ) return 0;
  if( horizon!=COVER_ALL && bucket <= horizon - remake->step ) return 0;
  return bucket >= horizon || sourceFor(remake, bucket) >= 0;
}

static void makeDirty(Remake *remake){
  int64_t buckets[DIRTY_AT_ONCE];
  int count = readDirty(remake, buckets);
  remake->left = INT64_MAX;
  for(int i = 0, next = 0; i < count && !loreFailed(remake->call); i = next){
    int can_make = canMake(remake, buckets[i]);
    for(next = i + 1; can_make && next < count && buckets[next]==buckets[next - 1] + remake->step
                      && canMake(remake, buckets[next]); next++){}
    if( can_make ) makeRange(remake, buckets[i], buckets[next - 1] + remake->step);
  }
  if( count==0 || loreFailed(remake->call) ) return;
  loreLetInt(remake->call, "last_ts", buckets[count - 1]);
  loreLetText(remake->call, "tier_name", remake->tiers->tiers[remake->tier].name);
  if( loreRun(remake->call, SQL_METRIC_DIRTY_DELETE)!=count && !loreFailed(remake->call) ){
    loreRefuse(remake->call, LORE_REFUSED, "a row was not deleted: a trigger ignored it");
  }
}

/* ---- All ---- */

int64_t metricRemake(LoreCall *call, const Tiers *tiers, Cover *cover, int tier, int64_t now){
  Remake remake = { .call = call, .tiers = tiers, .cover = cover, .tier = tier, .step = tiers->tiers[tier].step };
  rollupBegin(call, &remake.rollup);
  if( isBehind(cover, &tiers->tiers[tier], &cover->tiers[tier], now) ) makeNew(&remake, cover, now);
  if( !remake.is_over && !loreFailed(call) ) makeDirty(&remake);
  rollupEnd(&remake.rollup);
  return remake.written;
}

int metricRemakeIsDue(LoreCall *call, const Tiers *tiers, const Cover *cover, int tier, int64_t now){
  loreLetInt(call, "series", cover->series);
  loreLetText(call, "tier_name", tiers->tiers[tier].name);
  return isBehind(cover, &tiers->tiers[tier], &cover->tiers[tier], now) || loreFindInt(call, SQL_METRIC_DIRTY_IS_THERE);
}
