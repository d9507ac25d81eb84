/*
** Series, segments, buckets: see range_rows.h.
*/
#include "metrics/range_rows.h"

#include <math.h>
#include <string.h>

#include "engine/clock.h"
#include "metrics/match.h"
#include "metrics/zones.h"

enum { TURNS_BETWEEN_LOOKS = 64 }; /* at sqlite3_interrupt */

static const char kRaw[] = "raw";

/* ---- Arguments ---- */

static void readGrid(RangeRows *rows){
  LoreCall *call = rows->call;
  const Zone *zone = zoneOf(call, RANGE_TZ);
  LoreTime since = loreTime(call, RANGE_SINCE), until = loreTime(call, RANGE_UNTIL);
  BucketStep step;
  int has_step = loreGiven(call, RANGE_STEP);
  rows->has_since = loreGiven(call, RANGE_SINCE);
  rows->has_until = loreGiven(call, RANGE_UNTIL);
  if( has_step && !loreFailed(call) && !bucketStepParse(loreText(call, RANGE_STEP), loreTextLength(call, RANGE_STEP), &step) ){
    loreRefuse(call, LORE_BAD_ARGUMENT, "step must be one as '15m', '1d' or '3mo', or seconds, of at most 10000 years, got %s",
               loreShow(call, RANGE_STEP));
  }
  if( rows->has_since && rows->has_until && since > until ){
    loreRefuse(call, LORE_BAD_ARGUMENT, "until must not lie before %s, got %s", loreText(call, RANGE_SINCE),
               loreText(call, RANGE_UNTIL));
  }
  if( loreFailed(call) ) return;
  rows->grid = gridMake(has_step ? &step : NULL, zone, rows->has_since ? since : LORE_TIME_FIRST,
                        rows->has_until ? until : LORE_TIME_LAST + 1);
}

static void readSources(RangeRows *rows){
  LoreStatement *row = loreQuery(rows->call, SQL_METRIC_RANGE_TIERS);
  while( loreNext(row) ){
    RangeSource *grown = loreGrow(rows->call, rows->sources, rows->source_count, &rows->source_room, sizeof *grown);
    if( grown==NULL ) break;
    rows->sources = grown;
    grown[rows->source_count++] = (RangeSource){ loreColumnCopy(row, 0), loreColumnInt(row, 1) };
  }
  if( loreFailed(rows->call) ) return;
  rows->tiers = loreAllocate(rows->call, (size_t)(rows->source_count + 1)*sizeof *rows->tiers);
  rows->tier_names = loreAllocate(rows->call, (size_t)(rows->source_count + 1)*sizeof *rows->tier_names);
}

RangeRows *rangeRowsBegin(LoreCall *call){
  RangeRows *rows = loreAllocate(call, sizeof *rows);
  if( rows==NULL ) return NULL;
  memset(rows, 0, offsetof(RangeRows, tally));
  rows->call = call;
  rows->fn = rangeFnOf(loreText(call, RANGE_FN));
  tallyBegin(&rows->tally, &rows->grid, rangeParts(rows->fn), rangeQuantile(rows->fn), loreReallocate);
  readGrid(rows);
  readSources(rows);
  rows->match = metricMatch(call, RANGE_NAME, RANGE_TAGS, -1);
  if( !loreFailed(call) ) return rows;
  rangeRowsEnd(rows);
  return NULL;
}

static void endReading(RangeRows *rows){
  if( rows->reading==RANGE_FROM_RAW ) rangeRawEnd(&rows->from.raw);
  if( rows->reading==RANGE_FROM_TIER ) rangeTierEnd(&rows->from.tier);
  rows->reading = RANGE_NOTHING;
}

void rangeRowsEnd(RangeRows *rows){
  endReading(rows);
  loreDone(rows->match);
  tallyFree(&rows->tally, sqlite3_free);
  sqlite3_free(rows->sources);
  sqlite3_free(rows->dirty);
}

/* ---- What is there of a series ---- */

static int64_t intOr(LoreStatement *row, int column, int64_t otherwise){
  return loreColumnGiven(row, column) ? loreColumnInt(row, column) : otherwise;
}

/* Step 0 in tiers: it holds nothing. */
static void readCoverage(RangeRows *rows){
  enum { TIER, SINCE, UNTIL };
  for(int i = 0; i < rows->source_count; i++) rows->tiers[i].step = 0;
  LoreStatement *row = loreQuery(rows->call, SQL_METRIC_RANGE_COVERAGE);
  while( loreNext(row) ){
    const char *name = loreColumnText(row, TIER);
    if( name && strcmp(name, kRaw)==0 ) rows->plan.horizon = intOr(row, SINCE, INT64_MIN);
    for(int i = 0; name && i < rows->source_count; i++){
      if( strcmp(name, rows->sources[i].name)!=0 ) continue;
      rows->tiers[i] = (PlanTier){ .step = rows->sources[i].step, .since = intOr(row, SINCE, INT64_MIN),
                                   .until = intOr(row, UNTIL, INT64_MAX) };
    }
  }
  for(int i = 0; i < rows->source_count; i++){
    if( rows->tiers[i].step==0 ) continue;
    rows->tier_names[rows->plan.tier_count] = rows->sources[i].name;
    rows->tiers[rows->plan.tier_count++] = rows->tiers[i];
  }
}

static void readDirtyOf(RangeRows *rows, int tier){
  loreLetText(rows->call, "range_tier", rows->tier_names[tier]);
  LoreStatement *row = loreQuery(rows->call, SQL_METRIC_RANGE_DIRTY);
  while( loreNext(row) ){
    int64_t *grown = loreGrow(rows->call, rows->dirty, rows->dirty_count, &rows->dirty_room, sizeof *grown);
    if( grown==NULL ) break;
    rows->dirty = grown;
    grown[rows->dirty_count++] = loreColumnInt(row, 0);
    rows->tiers[tier].dirty_count++;
  }
  loreDone(row);
}

/* The array may move until it is complete. */
static void readDirty(RangeRows *rows){
  int64_t since = rows->at - (rows->plan.tier_count > 0 ? rows->tiers[0].step : 0);
  rows->dirty_count = 0;
  loreLetInt(rows->call, "range_since", since);
  loreLetInt(rows->call, "range_until", rows->grid.until);
  for(int i = 0; i < rows->plan.tier_count; i++) readDirtyOf(rows, i);
  int64_t *next = rows->dirty;
  for(int i = 0; i < rows->plan.tier_count; i++){
    rows->tiers[i].dirty = next;
    if( next ) next += rows->tiers[i].dirty_count;
  }
}

/* From when to when; nothing is a series that begins after its end. */
static void readExtent(RangeRows *rows){
  LoreStatement *row = loreQuery(rows->call, SQL_METRIC_RANGE_EXTENT);
  if( loreNext(row) ){
    rows->plan.first = intOr(row, 0, INT64_MAX);
    rows->plan.last = intOr(row, 1, INT64_MIN);
  }
  loreDone(row);
  if( rows->plan.first > rows->at ) rows->at = rows->plan.first;
}

static void planSeries(RangeRows *rows){
  rows->plan = (Plan){
    .grid = &rows->grid, .tiers = rows->tiers, .horizon = INT64_MIN, .first = INT64_MIN, .last = INT64_MAX,
    .open_since = !rows->has_since, .open_until = !rows->has_until, .prefers_raw = rangeIsQuantile(rows->fn)
  };
  rows->at = rows->grid.since;
  loreLetInt(rows->call, "range_series", rows->series);
  if( rows->source_count > 0 ) readCoverage(rows);
  if( rows->plan.tier_count==0 ) return;
  readExtent(rows);
  readDirty(rows);
}

int rangeNextSeries(RangeRows *rows){
  if( !loreNext(rows->match) ){
    rows->match = NULL;
    return 0;
  }
  rows->series = loreColumnInt(rows->match, MATCH_SERIES);
  rows->tags = loreColumnSpan(rows->match, MATCH_TAGS, &rows->tags_length);
  planSeries(rows);
  return !loreFailed(rows->call);
}

/* ---- Segments ---- */

/* Buckets by the calendar come in many short runs, which may be empty. */
static void skipNothing(RangeRows *rows){
  loreLetInt(rows->call, "range_since", rows->at);
  LoreStatement *row = loreQuery(rows->call, SQL_METRIC_RANGE_NEXT);
  if( loreNext(row) ) rows->at = intOr(row, 0, INT64_MAX);
  loreDone(row);
}

/* 0: there is none any more. */
static int chooseSegment(RangeRows *rows, PlanSegment *segment){
  if( rows->plan.tier_count==0 ){
    *segment = (PlanSegment){ .since = rows->at, .until = rows->grid.until, .tier = PLAN_RAW };
    return rows->at < rows->grid.until;
  }
  if( rows->grid.period==0 && rows->at < rows->grid.until ) skipNothing(rows);
  if( rows->at >= rows->grid.until || rows->at > rows->plan.last || loreFailed(rows->call) ) return 0;
  *segment = planSegment(&rows->plan, rows->at);
  return 1;
}

static int nextSegment(RangeRows *rows){
  PlanSegment segment;
  if( !chooseSegment(rows, &segment) ) return 0;
  rows->at = segment.until;
  if( segment.tier==PLAN_RAW ){
    rows->reading = RANGE_FROM_RAW;
    rows->resolution = kRaw;
    rangeRawBegin(&rows->from.raw, rows->call, rows->fn, &rows->tally, rows->series, segment.since, segment.until);
  }else{
    rows->reading = RANGE_FROM_TIER;
    rows->resolution = rows->tier_names[segment.tier];
    rangeTierBegin(&rows->from.tier, rows->call, rows->fn, &rows->tally, rows->series, rows->resolution, &segment);
  }
  return !loreFailed(rows->call);
}

/* ---- Buckets ---- */

static int readSome(RangeRows *rows){
  if( ++rows->turns%TURNS_BETWEEN_LOOKS==0 && loreInterrupted(rows->call) ) return 0;
  return rows->reading==RANGE_FROM_RAW ? rangeRawNext(&rows->from.raw) : rangeTierNext(&rows->from.tier);
}

/* 0: there is none any more. */
static int fillTally(RangeRows *rows){
  do{
    tallyClear(&rows->tally);
    rows->taken = 0;
    if( rows->reading==RANGE_NOTHING ){
      if( !nextSegment(rows) ) return 0;
    }else if( !readSome(rows) ){
      tallyEnd(&rows->tally);
      endReading(rows);
      if( rows->tally.failed ) loreNoMemory(rows->call);
    }
    if( loreFailed(rows->call) ) return 0;
  }while( rows->tally.count==0 );
  return 1;
}

int rangeNextBucket(RangeRows *rows){
  if( rows->taken==rows->tally.count && !fillTally(rows) ) return 0;
  rows->bucket = &rows->tally.buckets[rows->taken++];
  return 1;
}

int rangeNextBuckets(RangeRows *rows){
  if( !rangeNextBucket(rows) ) return 0;
  int more = rows->tally.count - rows->taken;
  rows->taken += more;
  return 1 + more;
}

int64_t rangeBucketStart(const RangeRows *rows, const TallyBucket *bucket){
  int is_free = rows->grid.step.count==0 && !rows->has_since;
  return is_free ? bucket->aggregate.first_time : bucket->start;
}

double rangeBucketValue(const RangeRows *rows, const TallyBucket *bucket){
  const CodecAggregate *aggregate = &bucket->aggregate;
  if( rangeIsQuantile(rows->fn) ) return bucket->quantile;
  double value = rangeValue(rows->fn, aggregate);
  if( rows->fn!=RANGE_RATE ) return value;
  int is_infinite = isinf(aggregate->min) || isinf(aggregate->max) || !isfinite(value); /* the latter: what was added up was */
  if( !is_infinite ) return value;
  if( rows->resolution!=kRaw ) return NAN;
  return rangeRawRate(rows->call, rows->series, aggregate->first_time, aggregate->last_time);
}
