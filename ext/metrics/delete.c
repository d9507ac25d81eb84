/*
** metric_delete: points that go from everywhere.
**
** A roll-up that has one of them goes whole. Where raw points have the rest of its bucket, that is dirty: maintenance makes it
** anew.
*/
#include "metrics/erase.h"
#include "metrics/maintain.h"
#include "metrics/match.h"
#include "metrics/prune.h"

enum { DELETE_NAME, DELETE_TAGS, DELETE_SINCE, DELETE_UNTIL };

/* ---- Roll-ups ---- */

static void letTier(LoreCall *call, const Cover *cover, const Tier *tier, CodecRange range){
  loreLetInt(call, "series", cover->series);
  loreLetText(call, "tier_name", tier->name);
  loreLetInt(call, "first_ts", tierFloor(range.since, tier->step));
  loreLetInt(call, "last_ts", tierFloor(range.until, tier->step));
}

/* A bucket of which the range has a part only. */
static void markEdge(LoreCall *call, const Cover *cover, const Tier *tier, int64_t bucket){
  if( cover->horizon!=COVER_ALL && bucket <= cover->horizon - tier->step ) return;
  loreLetInt(call, "bucket", bucket);
  loreRun(call, SQL_METRIC_DIRTY_ROLLUP);
}

static void deleteRollups(LoreCall *call, const Cover *cover, const Tier *tier, CodecRange range){
  int64_t first = tierFloor(range.since, tier->step), last = tierFloor(range.until, tier->step);
  letTier(call, cover, tier, range);
  if( first < range.since ) markEdge(call, cover, tier, first);
  if( range.until - last < tier->step - 1 ) markEdge(call, cover, tier, last);
  loreRun(call, SQL_METRIC_ROLLUPS_DELETE);
  if( loreFindInt(call, SQL_METRIC_ROLLUPS_ARE_THERE) ){
    loreRefuse(call, LORE_REFUSED, "a row was not deleted: a trigger ignored it");
  }
}

/* Points that only roll-ups have: each counts in the finest tier that goes back so far. */
static int64_t countRolled(LoreCall *call, const Tiers *tiers, const Cover *cover, CodecRange range){
  int64_t count = 0, limit = cover->horizon;
  for(int i = 0; i < tiers->count && limit!=COVER_ALL; i++){
    const Covered *has = &cover->tiers[i];
    if( !has->is_known ) continue;
    letTier(call, cover, &tiers->tiers[i], range);
    loreLetInt(call, "bucket", limit - tiers->tiers[i].step);
    count += loreFindInt(call, SQL_METRIC_ROLLUPS_COUNT);
    if( has->since < limit ) limit = has->since;
  }
  return count;
}

/* ---- A series ---- */

static void deleteEmpty(LoreCall *call, sqlite3_int64 series){
  loreLetInt(call, "series", series);
  if( !loreFindInt(call, SQL_METRIC_SERIES_IS_EMPTY) || loreFailed(call) ) return;
  loreRun(call, SQL_METRIC_SERIES_TAGS_DELETE);
  loreRun(call, SQL_METRIC_SERIES_COVERAGE_DELETE);
  loreRun(call, SQL_METRIC_SERIES_DIRTY_DELETE);
  loreWriteOne(call, SQL_METRIC_SERIES_DELETE);
}

static int64_t deleteFrom(LoreCall *call, const Tiers *tiers, sqlite3_int64 series, CodecRange range){
  Cover cover;
  if( !coverRead(call, tiers, series, &cover) ) return 0;
  int64_t count = countRolled(call, tiers, &cover, range);
  count += metricErase(call, series, range);
  for(int i = 0; i < tiers->count; i++) deleteRollups(call, &cover, &tiers->tiers[i], range);
  deleteEmpty(call, series);
  return count;
}

/* ---- The verb ---- */

static CodecRange rangeOf(LoreCall *call){
  CodecRange range = codecAll();
  if( loreGiven(call, DELETE_SINCE) ) range.since = loreTime(call, DELETE_SINCE);
  if( loreGiven(call, DELETE_UNTIL) ) range.until = loreTime(call, DELETE_UNTIL) - 1;
  if( loreGiven(call, DELETE_SINCE) && range.until < range.since - 1 ){
    loreRefuse(call, LORE_BAD_ARGUMENT, "until must not lie before %s, got %s", loreText(call, DELETE_SINCE),
               loreShow(call, DELETE_UNTIL));
  }
  return range;
}

static sqlite3_int64 *matching(LoreCall *call, int *count){
  sqlite3_int64 *series = NULL, *grown;
  int capacity = 0;
  *count = 0;
  LoreStatement *row = metricMatch(call, DELETE_NAME, DELETE_TAGS, -1);
  while( loreNext(row) && (grown = loreGrow(call, series, *count, &capacity, sizeof *series))!=NULL ){
    series = grown;
    series[(*count)++] = loreColumnInt(row, MATCH_SERIES);
  }
  loreDone(row);
  return series;
}

void metricDelete(LoreCall *call){
  Tiers tiers;
  int count;
  int64_t deleted = 0;
  CodecRange range = rangeOf(call);
  if( !tiersRead(call, &tiers) ) return;
  sqlite3_int64 *series = matching(call, &count);
  for(int i = 0; i < count && range.since <= range.until && !loreFailed(call); i++){
    deleted += deleteFrom(call, &tiers, series[i], range);
  }
  sqlite3_free(series);
  if( deleted==0 ) loreNotice(call, "there is no such point");
  loreResultInt(call, deleted);
}
