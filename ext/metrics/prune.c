/*
** Pruning: see prune.h.
**
** Nothing goes before every roll-up has it: no bound lies after what a tier has rolled up, nor after the start of a bucket that is
** dirty. Each bound is moved back to the start of a bucket of the coarsest tier, so that it is one of every tier.
*/
#include "metrics/prune.h"

#include "metrics/erase.h"
#include "metrics/points.h"
#include "metrics/rollups.h"
#include "metrics/stream.h"

enum { LATE_AT_ONCE = 65536 };

/* ---- Bounds ---- */

/* Up to where a tier has all that there is. */
static int64_t reach(const Cover *cover, const Tier *tier, const Covered *has, int64_t now){
  int64_t limit = coverLimit(cover, tier, now);
  if( !has->is_known ) return INT64_MIN;
  return cover->last < has->until && has->until < limit ? limit : has->until;
}

/* Up to where all have it, and no bucket is dirty. */
static int64_t commonReach(LoreCall *call, const Tiers *tiers, const Cover *cover, int64_t now){
  int64_t common = INT64_MAX;
  for(int i = 0; i < tiers->count; i++){
    int64_t one = reach(cover, &tiers->tiers[i], &cover->tiers[i], now);
    if( one < common ) common = one;
  }
  loreLetInt(call, "series", cover->series);
  LoreStatement *row = loreQuery(call, SQL_METRIC_DIRTY_EARLIEST);
  if( loreNext(row) && loreColumnGiven(row, 0) && loreColumnInt(row, 0) < common ) common = loreColumnInt(row, 0);
  loreDone(row);
  return common;
}

/* INT64_MIN: nothing is to be pruned. */
static int64_t bound(const Tiers *tiers, int64_t keep_for, int64_t common, int64_t now){
  int64_t oldest = now - keep_for < common ? now - keep_for : common;
  return oldest==INT64_MIN ? oldest : tierFloor(oldest, tiers->coarsest);
}

static int64_t rawBound(const Tiers *tiers, const Cover *cover, int64_t common, int64_t now){
  if( tiers->raw_keep==0 || (cover->is_counts && tiers->count==0) ) return INT64_MIN;
  return bound(tiers, cover->is_counts ? tiers->tiers[tiers->count - 1].keep_for : tiers->raw_keep, common, now);
}

/* ---- Late points ---- */

/* Those that a roll-up has the time of; empty when there is none. */
static CodecRange lateRange(const Tiers *tiers, const Cover *cover){
  CodecRange range = { INT64_MAX, cover->horizon - (cover->horizon > INT64_MIN) };
  for(int i = 0; i < tiers->count && cover->horizon!=COVER_ALL; i++){
    if( cover->tiers[i].is_known && cover->tiers[i].since < range.since ) range.since = cover->tiers[i].since;
  }
  return range;
}

/* The first of them; most > 0. */
static void readLate(LoreCall *call, const Cover *cover, CodecRange range, int most, MetricPoints *late){
  MetricStream stream;
  if( range.since > range.until ) return;
  streamBegin(call, &stream, cover->series, range);
  while( late->count < most && streamNext(&stream) ){
    int count = streamPoints(&stream);
    if( count==0 || !pointsReserve(call, late, count) ) break;
    for(int i = 0; i < count && late->count < most; i++) pointsAdd(late, stream.times[i], stream.values[i]);
  }
  streamEnd(&stream);
}

/* Adds the points of one bucket to its row. */
static void mergeBucket(Rollup *rollup, const Cover *cover, const char *tier, int64_t bucket, const MetricPoints *late, int from,
                        int to){
  LoreCall *call = rollup->call;
  loreLetInt(call, "series", cover->series);
  loreLetText(call, "tier_name", tier);
  loreLetInt(call, "first_ts", bucket);
  loreLetInt(call, "last_ts", bucket);
  LoreStatement *row = loreQuery(call, SQL_METRIC_ROLLUPS_BETWEEN);
  if( loreNext(row) ) rollupAddRow(rollup, row, 1);
  loreDone(row);
  rollupAddLate(rollup, late->times + from, late->values + from, to - from);
  rollupWrite(rollup, cover->series, tier, bucket);
  rollupClear(rollup);
}

static void mergeInto(LoreCall *call, const Cover *cover, const Tier *tier, const Covered *has, const MetricPoints *late){
  Rollup rollup;
  rollupBegin(call, &rollup);
  for(int from = 0, to = 0; from < late->count && !loreFailed(call); from = to){
    int64_t bucket = tierFloor(late->times[from], tier->step);
    while( to < late->count && late->times[to] < bucket + tier->step ) to++;
    if( bucket >= has->since ) mergeBucket(&rollup, cover, tier->name, bucket, late, from, to);
  }
  rollupEnd(&rollup);
}

/* Merges late points and deletes them; 1 when there may be more. */
static int mergeLate(LoreCall *call, const Tiers *tiers, const Cover *cover, Pruned *pruned){
  MetricPoints late = { .count = 0 };
  readLate(call, cover, lateRange(tiers, cover), LATE_AT_ONCE, &late);
  if( late.count==0 || loreFailed(call) ) return 0;
  for(int i = 0; i < tiers->count; i++) mergeInto(call, cover, &tiers->tiers[i], &cover->tiers[i], &late);
  pruned->late += metricErase(call, cover->series, (CodecRange){ late.times[0], late.times[late.count - 1] });
  return late.count==LATE_AT_ONCE;
}

static int hasLate(LoreCall *call, const Tiers *tiers, const Cover *cover){
  MetricPoints late = { .count = 0 };
  readLate(call, cover, lateRange(tiers, cover), 1, &late);
  return late.count > 0;
}

/* ---- What is too old ---- */

static int hasRowsBefore(LoreCall *call, const Tiers *tiers, const Cover *cover, int tier, int64_t before){
  if( before==INT64_MIN ) return 0;
  loreLetInt(call, "series", cover->series);
  loreLetText(call, "tier_name", tiers->tiers[tier].name);
  loreLetInt(call, "first_ts", INT64_MIN);
  loreLetInt(call, "last_ts", before - 1);
  return loreFindInt(call, SQL_METRIC_ROLLUPS_ARE_THERE)!=0;
}

static int hasPointsBefore(LoreCall *call, const Cover *cover, int64_t before){
  if( before==INT64_MIN ) return 0;
  loreLetInt(call, "series", cover->series);
  loreLetInt(call, "first_ts", INT64_MIN);
  loreLetInt(call, "last_ts", before - 1);
  return loreFindInt(call, SQL_METRIC_POINTS_BEFORE)!=0;
}

static int hasOld(LoreCall *call, const Tiers *tiers, const Cover *cover, int64_t common, int64_t now){
  int found = hasPointsBefore(call, cover, rawBound(tiers, cover, common, now));
  for(int i = 0; i < tiers->count && !found; i++){
    found = hasRowsBefore(call, tiers, cover, i, bound(tiers, tiers->tiers[i].keep_for, common, now));
  }
  return found;
}

/* A tier that has all there is has it up to where it could by now: so that no bound lies after it. */
static void settle(LoreCall *call, const Tiers *tiers, Cover *cover, int64_t now){
  for(int i = 0; i < tiers->count; i++){
    int64_t until = reach(cover, &tiers->tiers[i], &cover->tiers[i], now);
    if( until > cover->tiers[i].until ) coverSet(call, tiers, cover, i, cover->tiers[i].since, until);
  }
}

static void pruneRollups(LoreCall *call, const Tiers *tiers, Cover *cover, int tier, int64_t before, Pruned *pruned){
  if( !hasRowsBefore(call, tiers, cover, tier, before) || loreFailed(call) ) return;
  pruned->rollups += loreRun(call, SQL_METRIC_ROLLUPS_DELETE);
  if( hasRowsBefore(call, tiers, cover, tier, before) ){
    loreRefuse(call, LORE_REFUSED, "a row was not deleted: a trigger ignored it");
  }
  if( cover->tiers[tier].since < before ) coverSet(call, tiers, cover, tier, before, cover->tiers[tier].until);
}

static void pruneOld(LoreCall *call, const Tiers *tiers, Cover *cover, int64_t common, int64_t now, Pruned *pruned){
  int64_t raw = rawBound(tiers, cover, common, now);
  settle(call, tiers, cover, now);
  if( raw!=INT64_MIN ) pruned->points += metricErase(call, cover->series, (CodecRange){ INT64_MIN, raw - 1 });
  if( raw > cover->horizon ) coverSetHorizon(call, cover, raw);
  for(int i = 0; i < tiers->count; i++){
    pruneRollups(call, tiers, cover, i, bound(tiers, tiers->tiers[i].keep_for, common, now), pruned);
  }
}

/* ---- All ---- */

/* 0: a tier must first have what was pruned. */
static int isReady(const Tiers *tiers, const Cover *cover){
  int ready = 1;
  for(int i = 0; i < tiers->count; i++) ready &= cover->tiers[i].is_known && cover->tiers[i].until >= cover->horizon;
  return ready;
}

void metricPrune(LoreCall *call, const Tiers *tiers, Cover *cover, int64_t now, Pruned *pruned){
  if( !isReady(tiers, cover) || mergeLate(call, tiers, cover, pruned) || loreFailed(call) ) return;
  int64_t common = commonReach(call, tiers, cover, now);
  if( hasOld(call, tiers, cover, common, now) ) pruneOld(call, tiers, cover, common, now, pruned);
}

int metricPruneIsDue(LoreCall *call, const Tiers *tiers, const Cover *cover, int64_t now){
  if( !isReady(tiers, cover) ) return 0;
  return hasLate(call, tiers, cover) || hasOld(call, tiers, cover, commonReach(call, tiers, cover, now), now);
}
