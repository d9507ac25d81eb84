/*
** Aggregates over values in the order of their time, each a window function too. The work is done by series.c, engine/lttb.c and
** ends.c, which know no SQLite.
**
** A row with a NULL in it is skipped, and over nothing the answer is NULL. A time is whole milliseconds or text of any
** ISO 8601 form. Not a real: it could be seconds as well.
*/
#include <math.h>
#include <string.h>

#include "engine/buffer.h"
#include "engine/clock.h"
#include "engine/lttb.h"
#include "metrics/ends.h"
#include "metrics/metrics.h"
#include "metrics/series.h"

/* 1 when the time is there; 0 also after an error. */
static int readTime(LoreCall *call, int argument, int64_t *ts){
  const char *text = loreText(call, argument);
  long long time = loreInt(call, argument);
  size_t length = loreTextLength(call, argument);
  if( loreFailed(call) || !loreGiven(call, argument) || (text && length==0) ) return 0;
  int good = text ? loreTimeParse(text, length, &time)
                  : loreIsInt(call, argument) && time >= LORE_TIME_FIRST && time <= LORE_TIME_LAST;
  *ts = time;
  if( !good ){
    loreRefuse(call, LORE_BAD_ARGUMENT, "ts must be whole milliseconds since 1970 or an ISO 8601 time, in the years 0000 to 9999, "
               "got %s", loreShow(call, argument));
  }
  return good;
}

static LoreNumber numberOf(LoreCall *call, int argument){
  if( loreIsInt(call, argument) ) return (LoreNumber){ .is_int = 1, .integer = loreInt(call, argument) };
  return (LoreNumber){ .real = loreReal(call, argument) };
}

/* ---- What goes by neighbours in time: ts value ---- */

typedef struct Group {
  Series series;
  LoreSum sum;
  sqlite3_int64 keep; /* lttb: how many points; 0 before the first row */
} Group;

enum { TS, VALUE, N };

/* `mark`: the time came as text. 0: the row does not count. */
static int readPoint(LoreCall *call, Point *point){
  if( !loreGiven(call, VALUE) ) return 0;
  *point = (Point){ .value = numberOf(call, VALUE), .mark = loreText(call, TS)!=NULL };
  return readTime(call, TS, &point->ts);
}

static void groupAdd(LoreCall *call, Group *group, SeriesPair *pair){
  Point point;
  group->series.reallocate = loreReallocate;
  if( readPoint(call, &point) && !seriesAdd(&group->series, point, pair, group) ) loreNoMemory(call);
}

static void groupRemove(LoreCall *call, Group *group, SeriesPair *pair){
  Point point;
  if( readPoint(call, &point) ) seriesRemove(&group->series, point, pair, group);
}

static void groupRelease(void *context){
  seriesFree(&((Group*)context)->series, sqlite3_free);
}

/* Milliseconds from the first to the last point. */
static int64_t spanOf(const Series *series, const Point *points){
  return points[series->count - 1].ts - points[0].ts;
}

static void answerSum(LoreCall *call, const LoreSum *sum, int64_t divisor){
  double value;
  if( loreSumOver(sum, divisor, &value) ) loreResultReal(call, value);
}

/* ---- counter_rate ---- */

/* By what a counter rose between two points, a thousand times: rates are a second, times milliseconds. After a fall it has
** begun again at 0. */
static void rise(void *context, const Point *before, const Point *after, int take){
  enum { SECOND = 1000 };
  LoreSum *sum = &((Group*)context)->sum;
  int order = loreNumberCompare(after->value, before->value);
  if( order==0 ) return;
  if( order > 0 && !before->value.is_int && isinf(before->value.real) ){
    loreSumWeigh(sum, (LoreNumber){ .real = INFINITY }, SECOND, take);
    return;
  }
  int rises_to_infinity = order > 0 && !after->value.is_int && isinf(after->value.real);
  loreSumWeigh(sum, after->value, SECOND, take);
  if( order > 0 && !rises_to_infinity ) loreSumWeigh(sum, before->value, SECOND, !take);
}

static void rateStep(LoreCall *call, void *context){
  groupAdd(call, context, rise);
}

static void rateInverse(LoreCall *call, void *context){
  groupRemove(call, context, rise);
}

static void rateValue(LoreCall *call, void *context){
  Group *group = context;
  const Point *points = seriesAsk(&group->series, rise, group);
  int64_t span = points ? spanOf(&group->series, points) : 0;
  if( span > 0 ) answerSum(call, &group->sum, span);
}

/* ---- time_weighted_avg ---- */

/* A value holds until the next one. */
static void hold(void *context, const Point *before, const Point *after, int take){
  loreSumWeigh(&((Group*)context)->sum, before->value, after->ts - before->ts, take);
}

static void heldStep(LoreCall *call, void *context){
  groupAdd(call, context, hold);
}

static void heldInverse(LoreCall *call, void *context){
  groupRemove(call, context, hold);
}

static void heldValue(LoreCall *call, void *context){
  Group *group = context;
  const Point *points = seriesAsk(&group->series, hold, group);
  if( points==NULL ) return;
  int64_t span = spanOf(&group->series, points);
  if( span > 0 ) answerSum(call, &group->sum, span);
  else loreResultReal(call, loreNumberReal(points[group->series.count - 1].value));
}

/* ---- lttb ---- */

static int sameKeep(LoreCall *call, Group *group){
  if( group->keep && group->keep!=loreInt(call, N) ){
    loreRefuse(call, LORE_BAD_ARGUMENT, "n must be the same in all rows, got %s", loreShow(call, N));
  }
  group->keep = loreInt(call, N);
  return !loreFailed(call);
}

static void thinStep(LoreCall *call, void *context){
  if( sameKeep(call, context) ) groupAdd(call, context, NULL);
}

static void thinInverse(LoreCall *call, void *context){
  groupRemove(call, context, NULL);
}

/* JSON has no infinity, but numbers that are read as one. */
static void writeNumber(LoreBuffer *out, LoreNumber number){
  char digits[LORE_REAL_SIZE];
  if( number.is_int ) sqlite3_snprintf(sizeof digits, digits, "%lld", (sqlite3_int64)number.integer);
  else if( isinf(number.real) ) sqlite3_snprintf(sizeof digits, digits, number.real > 0 ? "9e999" : "-9e999");
  else loreRealText(number.real, digits);
  loreBufferAppend(out, digits, strlen(digits));
}

static void writePoint(LoreBuffer *out, const Point *point){
  char time[LORE_TIME_SIZE];
  loreBufferAppend(out, out->length > 1 ? ",[" : "[", out->length > 1 ? 2 : 1);
  if( point->mark ){
    loreTimeFormat(point->ts, time);
    loreBufferQuoted(out, time, LORE_TIME_SIZE - 1);
  }else{
    writeNumber(out, (LoreNumber){ .is_int = 1, .integer = point->ts });
  }
  loreBufferChar(out, ',');
  writeNumber(out, point->value);
  loreBufferChar(out, ']');
}

/* Result: JSON array of [ts, value], in the order of time. */
static void thinValue(LoreCall *call, void *context){
  Group *group = context;
  const Point *points = seriesAsk(&group->series, NULL, NULL);
  size_t count = group->series.count, keep = (sqlite3_int64)count < group->keep ? count : (size_t)group->keep;
  size_t *chosen = points ? loreAllocate(call, keep*sizeof *chosen) : NULL;
  if( chosen==NULL ) return;
  keep = loreLttbChoose(points, count, keep, chosen);
  LoreBuffer out = { .reallocate = loreReallocate };
  loreBufferChar(&out, '[');
  for(size_t i = 0; i < keep; i++) writePoint(&out, &points[chosen[i]]);
  loreBufferChar(&out, ']');
  if( out.failed ){
    sqlite3_free(out.data);
    loreNoMemory(call);
  }else{
    loreResultOwned(call, out.data, out.length, 1);
  }
}

/* ---- first_at, last_at: value ts ---- */

static void endAdd(LoreCall *call, Ends *ends, int latest){
  EndsValue value = { .kind = ENDS_BLOB };
  ends->latest = latest;
  ends->reallocate = loreReallocate;
  ends->release = sqlite3_free;
  if( !loreGiven(call, 0) || !readTime(call, 1, &value.ts) ) return;
  if( loreIsNumber(call, 0) ){
    value.kind = ENDS_NUMBER;
    value.number = numberOf(call, 0);
  }else if( loreText(call, 0) ){
    value.kind = ENDS_TEXT;
    value.bytes = loreText(call, 0);
    value.length = loreTextLength(call, 0);
  }else{
    value.bytes = loreBlob(call, 0, &value.length);
  }
  if( !endsAdd(ends, &value) ) loreNoMemory(call);
}

static void firstStep(LoreCall *call, void *context){
  endAdd(call, context, 0);
}

static void lastStep(LoreCall *call, void *context){
  endAdd(call, context, 1);
}

static void endInverse(LoreCall *call, void *context){
  int64_t ts;
  if( loreGiven(call, 0) && readTime(call, 1, &ts) ) endsRemoveOldest(context);
}

static void endValue(LoreCall *call, void *context){
  const EndsValue *value = endsValue(context);
  if( value==NULL ) return;
  switch( value->kind ){
    case ENDS_TEXT: loreResultTextLength(call, value->bytes, value->length); break;
    case ENDS_BLOB: loreResultBlob(call, value->bytes, value->length); break;
    default:
      if( value->number.is_int ) loreResultInt(call, value->number.integer);
      else loreResultReal(call, value->number.real);
  }
}

static void endRelease(void *context){
  endsFree(context);
}

/* ---- Rows ---- */

const LoreAggregate kSeriesAggregates[SERIES_AGGREGATES] = {
  { "lttb", "ts:any? value:number? n:int[2..]!", LORE_PURE, sizeof(Group), thinStep, thinInverse, thinValue, groupRelease,
    "n points that look like all of them: JSON array of [ts, value] in the order of time", "1700000000000, 2.5, 100" },
  { "counter_rate", "ts:any? value:number?", LORE_PURE, sizeof(Group), rateStep, rateInverse, rateValue, groupRelease,
    "by what a counter rises a second; a fall is a reset", "1700000000000, 25" },
  { "time_weighted_avg", "ts:any? value:number?", LORE_PURE, sizeof(Group), heldStep, heldInverse, heldValue, groupRelease,
    "average in which each value counts as long as it holds, until the next", "1700000000000, 2.5" },
  { "first_at", "value:any? ts:any?", LORE_PURE, sizeof(Ends), firstStep, endInverse, endValue, endRelease,
    "the value at the earliest time; of several the least", "'open', 1700000000000" },
  { "last_at", "value:any? ts:any?", LORE_PURE, sizeof(Ends), lastStep, endInverse, endValue, endRelease,
    "the value at the latest time; of several the greatest", "'open', '2026-01-31T12:00:00Z'" },
};
