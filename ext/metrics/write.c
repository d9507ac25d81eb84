/*
** Writing points of one series: see write.h.
*/
#include "metrics/write.h"

#include <string.h>

#include "metrics/chunks.h"
#include "metrics/fold.h"
#include "metrics/seal.h"

enum {
  RUN_LEAST = 16,   /* points that are worth a chunk of their own */
  HEAD_LOOKED_AT = 64 /* one write in so many looks how long the head is */
};

/* What is there of the series. */
typedef struct State {
  MetricChunk last; /* chunk; count 0: none */
  int64_t rolled_until; /* by the tier that has come furthest */
} State;

static int readState(LoreCall *call, sqlite3_int64 series, State *state){
  *state = (State){ .last = { .id = 0, .end = INT64_MIN }, .rolled_until = INT64_MIN };
  loreLetInt(call, "series", series);
  LoreStatement *row = loreQuery(call, SQL_METRIC_WRITE_STATE);
  if( !loreNext(row) ){
    loreRefuse(call, LORE_REFUSED, "series %lld is gone", series);
    return 0;
  }
  if( loreColumnGiven(row, 0) ) state->rolled_until = loreColumnInt(row, 0);
  if( loreColumnGiven(row, 1) ){
    state->last = (MetricChunk){ .id = loreColumnInt(row, 1), .start = loreColumnInt(row, 2), .end = loreColumnInt(row, 3),
                                 .count = (int)loreColumnInt(row, 4) };
  }
  loreDone(row);
  return !loreFailed(call);
}

/* ---- Buckets that are out of date ---- */

static void markTier(LoreCall *call, const int64_t *times, int count, int64_t until, int64_t step){
  int64_t marked = INT64_MIN;
  for(int i = 0; i < count && times[i] < until && !loreFailed(call); i++){
    int64_t bucket = codecBucket(times[i], step, 0);
    if( bucket==marked ) continue;
    loreLetInt(call, "bucket", bucket);
    loreRun(call, SQL_METRIC_DIRTY_INSERT);
    marked = bucket;
  }
}

static void markDirty(LoreCall *call, const int64_t *times, int count){
  loreLetInt(call, "first_ts", times[0]);
  LoreStatement *tiers = loreQuery(call, SQL_METRIC_TIERS_AFTER);
  while( loreNext(tiers) ){
    loreLetText(call, "tier_name", loreColumnText(tiers, 0));
    markTier(call, times, count, loreColumnInt(tiers, 1), loreColumnInt(tiers, 2));
    loreLetNull(call, "tier_name"); /* which the next row ends */
  }
}

/* ---- The head ---- */

static void writeHead(LoreCall *call, const int64_t *times, const double *values, int count){
  for(int i = 0; i < count && !loreFailed(call); i++){
    loreLetInt(call, "point_ts", times[i]);
    loreLetReal(call, "point_value", values[i]);
    loreWriteOne(call, SQL_METRIC_POINT_PUT);
  }
}

/* By the time, not by chance: Knuth's multiplicative hash. */
static int looksAtHead(int64_t time){
  return ((uint64_t)time*UINT64_C(0x9e3779b97f4a7c15) >> 32) % HEAD_LOOKED_AT==0;
}

static void writeFew(LoreCall *call, sqlite3_int64 series, const int64_t *times, const double *values, int count){
  writeHead(call, times, values, count);
  int looks = 0;
  for(int i = 0; i < count; i++) looks |= looksAtHead(times[i]);
  if( looks && loreFindInt(call, SQL_METRIC_HEAD_COUNT) >= CODEC_POINTS_MOST ) metricSealSeries(call, series, INT64_MAX);
}

/* ---- A run ---- */

/* Merges the run with what the head has after the last chunk, which is deleted there; of two of a time the run's stays. */
static void mergeHead(LoreCall *call, const int64_t *times, const double *values, int count, MetricPoints *run){
  int next = 0, from_head = 0;
  LoreStatement *head = loreQuery(call, SQL_METRIC_HEAD_AFTER);
  while( loreNext(head) && pointsReserve(call, run, count + 1) ){
    int64_t time = loreColumnInt(head, 0);
    for(; next < count && times[next] < time; next++) pointsAdd(run, times[next], values[next]);
    if( next==count || times[next]!=time ) pointsAdd(run, time, loreColumnReal(head, 1));
    from_head++;
  }
  loreDone(head);
  if( !pointsReserve(call, run, count) ) return;
  for(; next < count; next++) pointsAdd(run, times[next], values[next]);
  if( from_head && loreRun(call, SQL_METRIC_HEAD_DELETE_AFTER)!=from_head && !loreFailed(call) ){
    loreRefuse(call, LORE_REFUSED, "a row was not deleted: a trigger ignored it");
  }
}

/* Small last chunks, joined before the run. */
static void joinLast(LoreCall *call, sqlite3_int64 series, MetricChunk last, MetricPoints *run){
  while( last.count > 0 && last.count < CODEC_POINTS_MOST && last.count <= run->count && !loreFailed(call) ){
    MetricPoints joined = { .count = 0 };
    metricChunkTake(call, series, &last, &joined);
    if( !pointsReserve(call, &joined, run->count) ) return;
    memcpy(joined.times + joined.count, run->times, (size_t)run->count*sizeof *run->times);
    memcpy(joined.values + joined.count, run->values, (size_t)run->count*sizeof *run->values);
    joined.count += run->count;
    *run = joined;
    metricChunkAt(call, series, INT64_MAX, &last);
  }
}

static void writeRun(LoreCall *call, sqlite3_int64 series, const int64_t *times, const double *values, int count, MetricChunk last){
  MetricPoints run = { .count = 0 };
  loreLetInt(call, "chunk_end", last.end);
  mergeHead(call, times, values, count, &run);
  joinLast(call, series, last, &run);
  if( loreFailed(call) ) return;
  int rest = run.count % CODEC_POINTS_MOST;
  if( rest >= RUN_LEAST ) rest = 0;
  metricChunksWrite(call, series, run.times, run.values, run.count - rest, 0);
  writeHead(call, run.times + run.count - rest, run.values + run.count - rest, rest);
}

static void writePoints(LoreCall *call, sqlite3_int64 series, const int64_t *times, const double *values, int count){
  State state;
  int late = 0;
  if( count==0 || loreFailed(call) || !readState(call, series, &state) ) return;
  if( times[0] < state.rolled_until ) markDirty(call, times, count);
  while( late < count && times[late] <= state.last.end ) late++;
  if( count - late < RUN_LEAST ) late = count;
  if( late < count ) writeRun(call, series, times + late, values + late, count - late, state.last);
  if( late > 0 ) writeFew(call, series, times, values, late); /* last, for it may seal, and then state is out of date */
}

void metricWrite(LoreCall *call, sqlite3_int64 series, const int64_t *times, const double *values, int count){
  LoreBlock *mark = loreMark(call);
  writePoints(call, series, times, values, count);
  loreReleaseSince(call, mark);
}
