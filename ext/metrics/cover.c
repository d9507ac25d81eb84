/*
** Rows of metric_coverage: see cover.h.
*/
#include "metrics/cover.h"

#include <string.h>

static int64_t intOr(LoreStatement *row, int column, int64_t standard){
  return loreColumnGiven(row, column) ? loreColumnInt(row, column) : standard;
}

/* Of what plain SQL has put there, so much that a step more or less is an integer too. */
static int64_t timeOr(LoreStatement *row, int column, int64_t standard){
  static const int64_t kFar = INT64_C(1) << 62;
  if( !loreColumnGiven(row, column) ) return standard;
  int64_t time = loreColumnInt(row, column);
  return time > kFar ? kFar : time < -kFar ? -kFar : time;
}

static void readTiers(LoreCall *call, const Tiers *tiers, Cover *cover){
  LoreStatement *row = loreQuery(call, SQL_METRIC_COVER);
  while( loreNext(row) ){
    const char *name = loreColumnText(row, 0);
    if( name==NULL ) continue;
    if( strcmp(name, TIER_RAW)==0 ) cover->horizon = timeOr(row, 1, COVER_ALL);
    for(int i = 0; i < tiers->count; i++){
      if( strcmp(tiers->tiers[i].name, name)!=0 ) continue;
      cover->tiers[i] = (Covered){ 1, timeOr(row, 1, COVER_ALL), timeOr(row, 2, INT64_MIN) };
    }
  }
  loreDone(row);
}

int coverRead(LoreCall *call, const Tiers *tiers, sqlite3_int64 series, Cover *cover){
  *cover = (Cover){ .series = series, .horizon = COVER_ALL, .last = INT64_MIN };
  loreLetInt(call, "series", series);
  LoreStatement *row = loreQuery(call, SQL_METRIC_COVER_SERIES);
  int found = loreNext(row);
  if( found ){
    cover->is_counts = loreColumnInt(row, 0)!=0;
    cover->last = intOr(row, 1, INT64_MIN);
  }
  loreDone(row);
  readTiers(call, tiers, cover);
  return found && !loreFailed(call);
}

static void put(LoreCall *call, sqlite3_int64 series, const char *tier, int64_t since, int64_t until){
  loreLetInt(call, "series", series);
  loreLetText(call, "tier_name", tier);
  if( since==COVER_ALL ) loreLetNull(call, "first_ts");
  else loreLetInt(call, "first_ts", since);
  if( until==INT64_MAX ) loreLetNull(call, "last_ts");
  else loreLetInt(call, "last_ts", until);
  loreWriteOne(call, SQL_METRIC_COVER_PUT);
}

void coverSet(LoreCall *call, const Tiers *tiers, Cover *cover, int tier, int64_t since, int64_t until){
  cover->tiers[tier] = (Covered){ 1, since, until };
  put(call, cover->series, tiers->tiers[tier].name, since, until);
}

void coverSetHorizon(LoreCall *call, Cover *cover, int64_t horizon){
  cover->horizon = horizon;
  put(call, cover->series, TIER_RAW, horizon, INT64_MAX);
}

int64_t coverLimit(const Cover *cover, const Tier *tier, int64_t now){
  return tierFloor(cover->last > now ? cover->last : now, tier->step);
}
