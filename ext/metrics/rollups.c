/*
** Rows of metric_rollups: see rollups.h.
*/
#include "metrics/rollups.h"

#include <math.h>

#define POINTS_MOST (INT64_C(1) << 40) /* of one roll-up: some 30 times as many as its longest step has milliseconds */
#define TIME_MOST (INT64_C(1) << 60)   /* of its points, in ms */

enum { COUNT, SUM, SUM_REST, LEAST, MOST, FIRST, LAST, FIRST_TS, LAST_TS, M2, DROPPED, DROPPED_REST, SKETCH };

/* ---- Reading ---- */

static double realOr(LoreStatement *row, int column, double standard){
  return loreColumnGiven(row, column) ? loreColumnReal(row, column) : standard;
}

/* Plain SQL may have written anything: here what sums and differences could not hold is refused. */
static int isPossible(const CodecAggregate *aggregate){
  return aggregate->count >= 1 && aggregate->count <= POINTS_MOST
      && aggregate->first_time >= -TIME_MOST && aggregate->first_time <= aggregate->last_time && aggregate->last_time <= TIME_MOST;
}

int rollupRead(LoreCall *call, LoreStatement *row, int first_column, CodecAggregate *aggregate){
  int at = first_column;
  *aggregate = (CodecAggregate){
    .parts = ROLLUP_PARTS, .count = loreColumnInt(row, at + COUNT), .first_time = loreColumnInt(row, at + FIRST_TS),
    .last_time = loreColumnInt(row, at + LAST_TS), .min = loreColumnReal(row, at + LEAST), .max = loreColumnReal(row, at + MOST),
    .first = loreColumnReal(row, at + FIRST), .last = loreColumnReal(row, at + LAST),
    .sum = { realOr(row, at + SUM, NAN), realOr(row, at + SUM_REST, 0) }, .m2 = realOr(row, at + M2, NAN),
    .dropped = { realOr(row, at + DROPPED, 0), realOr(row, at + DROPPED_REST, 0) }
  };
  aggregate->mean = codecSum(aggregate)/(double)aggregate->count;
  if( isPossible(aggregate) ) return 1;
  loreRefuse(call, LORE_NOT_READY, "a roll-up is damaged: it has %lld points from %lld to %lld ms", (sqlite3_int64)aggregate->count,
             (sqlite3_int64)aggregate->first_time, (sqlite3_int64)aggregate->last_time);
  return 0;
}

static const char *addFinite(Sketch *sketch, double x, int64_t count){
  return isfinite(x) && count > 0 ? sketchAddMany(sketch, x, (uint64_t)count) : NULL;
}

const char *rollupSketch(LoreStatement *row, int first_column, const CodecAggregate *aggregate, Sketch *sketch){
  size_t length;
  const void *bytes = loreColumnBlob(row, first_column + SKETCH, &length);
  if( bytes ) return sketchMerge(sketch, bytes, length);
  if( aggregate->min==aggregate->max ) return addFinite(sketch, aggregate->min, aggregate->count);
  if( aggregate->count > 2 ) return NULL; /* all of them infinite, of both signs */
  const char *why = addFinite(sketch, aggregate->min, 1);
  return why ? why : addFinite(sketch, aggregate->max, 1);
}

/* ---- Making one ---- */

void rollupBegin(LoreCall *call, Rollup *rollup){
  *rollup = (Rollup){ .call = call, .aggregate = { .parts = ROLLUP_PARTS }, .sketch = { .reallocate = loreReallocate },
                      .bytes = { .reallocate = loreReallocate } };
}

void rollupClear(Rollup *rollup){
  rollup->aggregate = (CodecAggregate){ .parts = ROLLUP_PARTS };
  sketchClear(&rollup->sketch);
}

void rollupEnd(Rollup *rollup){
  sketchFree(&rollup->sketch, sqlite3_free);
  sqlite3_free(rollup->bytes.data);
  rollupBegin(rollup->call, rollup);
}

static void report(Rollup *rollup, const char *why){
  if( why==kSketchNoMemory ) loreNoMemory(rollup->call);
  else if( why ) loreRefuse(rollup->call, LORE_NOT_READY, "the sketch of a roll-up %s", why);
}

static void addToSketch(Rollup *rollup, const double *values, int count){
  const char *why = NULL;
  for(int i = 0; i < count && why==NULL; i++) why = addFinite(&rollup->sketch, values[i], 1);
  report(rollup, why);
}

void rollupAddPoints(Rollup *rollup, const int64_t *times, const double *values, int count){
  codecAddPoints(&rollup->aggregate, times, values, count);
  addToSketch(rollup, values, count);
}

void rollupAddRow(Rollup *rollup, LoreStatement *row, int first_column){
  CodecAggregate more;
  if( !rollupRead(rollup->call, row, first_column, &more) ) return;
  report(rollup, rollupSketch(row, first_column, &more, &rollup->sketch));
  codecAddAggregate(&rollup->aggregate, &more);
}

/* ---- Late points ---- */

/* Those from the first time to the last of what is there. */
static void addAmong(CodecAggregate *aggregate, const int64_t *times, const double *values, int count){
  CodecAggregate before = *aggregate, among = { .parts = AGGREGATE_MOMENTS };
  if( count==0 ) return;
  codecAddPoints(&among, times, values, count);
  aggregate->parts = AGGREGATE_MOMENTS;
  codecAddAggregate(aggregate, &among);
  aggregate->parts = before.parts;
  aggregate->first = times[0]==before.first_time ? values[0] : before.first;
  aggregate->last_time = before.last_time;
  aggregate->last = times[count - 1]==before.last_time ? values[count - 1] : before.last;
}

void rollupAddLate(Rollup *rollup, const int64_t *times, const double *values, int count){
  CodecAggregate *all = &rollup->aggregate, early = { .parts = ROLLUP_PARTS };
  int first = 0, end;
  while( all->count > 0 && first < count && times[first] < all->first_time ) first++;
  for(end = first; end < count && times[end] <= all->last_time && all->count > 0; end++){}
  addAmong(all, times + first, values + first, end - first);
  codecAddPoints(&early, times, values, first);
  codecAddAggregate(&early, all);
  *all = early;
  codecAddPoints(all, times + end, values + end, count - end);
  addToSketch(rollup, values, count);
}

/* ---- Writing ---- */

static void letRest(LoreCall *call, const char *name, double value){
  if( value!=0 ) loreLetReal(call, name, value); /* not-a-number becomes NULL */
  else loreLetNull(call, name);
}

static void letAggregate(LoreCall *call, const CodecAggregate *aggregate){
  loreLetInt(call, "row_count", aggregate->count);
  loreLetReal(call, "row_sum", aggregate->sum.high);
  letRest(call, "row_sum_rest", aggregate->sum.low);
  loreLetReal(call, "row_min", aggregate->min);
  loreLetReal(call, "row_max", aggregate->max);
  loreLetReal(call, "row_first", aggregate->first);
  loreLetReal(call, "row_last", aggregate->last);
  loreLetInt(call, "row_first_ts", aggregate->first_time);
  loreLetInt(call, "row_last_ts", aggregate->last_time);
  loreLetReal(call, "row_m2", aggregate->m2);
  letRest(call, "row_dropped", aggregate->dropped.high);
  letRest(call, "row_dropped_rest", aggregate->dropped.low);
}

static void letSketch(LoreCall *call, Rollup *rollup){
  const CodecAggregate *aggregate = &rollup->aggregate;
  loreLetNull(call, "row_sketch");
  if( aggregate->count <= 2 || aggregate->min==aggregate->max || rollup->sketch.count==0 ) return;
  loreBufferClear(&rollup->bytes);
  sketchWrite(&rollup->sketch, &rollup->bytes);
  if( rollup->bytes.failed ) loreNoMemory(call);
  else loreLetBlob(call, "row_sketch", rollup->bytes.data, rollup->bytes.length);
}

int rollupWrite(Rollup *rollup, sqlite3_int64 series, const char *tier, int64_t bucket){
  LoreCall *call = rollup->call;
  if( rollup->aggregate.count==0 || loreFailed(call) ) return 0;
  loreLetInt(call, "series", series);
  loreLetText(call, "tier_name", tier);
  loreLetInt(call, "bucket", bucket);
  letAggregate(call, &rollup->aggregate);
  letSketch(call, rollup);
  loreWriteOne(call, SQL_METRIC_ROLLUP_PUT);
  loreLetNull(call, "row_sketch"); /* its bytes may move */
  return !loreFailed(call);
}
