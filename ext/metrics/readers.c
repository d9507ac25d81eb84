/*
** metric_points and metric_latest: raw points as rows, series by series, one of them open at a time. Names and tags are lent to
** SQLite from the row of the series; a time is written as text when it is asked for.
*/
#include "metrics/readers.h"

#include <math.h>

#include "engine/clock.h"
#include "metrics/match.h"
#include "metrics/stream.h"

/* The series at which a reader stands. */
typedef struct Series {
  LoreStatement *rows; /* metricMatch */
  sqlite3_int64 id;
  const char *name, *tags, *kind;
  size_t name_length, tags_length, kind_length;
} Series;

static int nextSeries(Series *series){
  if( !loreNext(series->rows) ){
    series->rows = NULL; /* another call may have it by now */
    return 0;
  }
  series->id = loreColumnInt(series->rows, MATCH_SERIES);
  series->name = loreColumnSpan(series->rows, MATCH_NAME, &series->name_length);
  series->tags = loreColumnSpan(series->rows, MATCH_TAGS, &series->tags_length);
  series->kind = loreColumnSpan(series->rows, MATCH_KIND, &series->kind_length);
  return 1;
}

static void giveTime(LoreCall *call, int64_t time){
  char text[LORE_TIME_SIZE];
  loreTimeFormat(time, text);
  loreRowTextLength(call, text, LORE_TIME_SIZE - 1);
}

/* ---- metric_points ---- */

enum { POINTS_NAME, POINTS_SINCE, POINTS_UNTIL, POINTS_TAGS, POINTS_SERIES, POINTS_FROM, POINTS_TO };

typedef struct Points {
  Series series;
  CodecRange range;
  int is_open; /* the stream, of this series */
  int place, count;
  const int64_t *times;
  const double *values;
  MetricStream stream;
} Points;

/* A bound that a number gives; it may lie between two points, or beyond all. */
static int64_t boundOf(LoreCall *call, int argument, int64_t otherwise, double (*round)(double)){
  if( !loreIsNumber(call, argument) ) return otherwise;
  if( loreIsInt(call, argument) ) return loreInt(call, argument);
  double bound = round(loreReal(call, argument));
  if( bound >= 9.2e18 ) return INT64_MAX;
  return bound <= -9.2e18 ? INT64_MIN : (int64_t)bound;
}

static CodecRange rangeOf(LoreCall *call){
  CodecRange range = { boundOf(call, POINTS_FROM, INT64_MIN, ceil), boundOf(call, POINTS_TO, INT64_MAX, floor) };
  LoreTime since = loreTime(call, POINTS_SINCE), until = loreTime(call, POINTS_UNTIL);
  int has_since = loreGiven(call, POINTS_SINCE), has_until = loreGiven(call, POINTS_UNTIL);
  if( has_since && has_until && since > until ){
    loreRefuse(call, LORE_BAD_ARGUMENT, "until must not lie before %s, got %s", loreText(call, POINTS_SINCE),
               loreText(call, POINTS_UNTIL));
  }
  if( has_since && since > range.since ) range.since = since;
  if( has_until && until - 1 < range.until ) range.until = until - 1;
  return range;
}

/* The next piece of the open series that has a point. */
static int nextPiece(Points *points){
  MetricStream *stream = &points->stream;
  while( streamNext(stream) ){
    points->count = streamPoints(stream);
    points->times = stream->times;
    points->values = stream->values;
    points->place = 0;
    if( points->count > 0 ) return 1;
  }
  return 0;
}

static int nextPoint(LoreCall *call, void *context){
  Points *points = context;
  if( ++points->place < points->count ) return 1;
  while( !loreFailed(call) ){
    if( points->is_open && nextPiece(points) ) return 1;
    if( points->is_open ) streamEnd(&points->stream);
    points->is_open = nextSeries(&points->series);
    if( !points->is_open ) return 0;
    streamBegin(call, &points->stream, points->series.id, points->range);
  }
  return 0;
}

static void pointValue(LoreCall *call, void *context, sqlite3_int64 row, int column){
  enum { NAME, TAGS, TS, TIME, VALUE, SERIES };
  const Points *points = context;
  (void)row;
  switch( column ){
    case NAME: loreRowBorrowed(call, points->series.name, points->series.name_length); break;
    case TAGS: loreRowBorrowed(call, points->series.tags, points->series.tags_length); break;
    case TS: loreRowInt(call, points->times[points->place]); break;
    case TIME: giveTime(call, points->times[points->place]); break;
    case VALUE: loreRowReal(call, points->values[points->place]); break;
    default: loreRowInt(call, points->series.id); break;
  }
}

static void endPoints(void *context){
  Points *points = context;
  if( points->is_open ) streamEnd(&points->stream);
  loreDone(points->series.rows);
}

void metricPoints(LoreCall *call){
  CodecRange range = rangeOf(call);
  Points *points = loreAllocate(call, sizeof *points);
  if( points==NULL ) return;
  int is_empty = range.since > range.until;
  points->series = (Series){ .rows = is_empty ? NULL : metricMatch(call, POINTS_NAME, POINTS_TAGS, POINTS_SERIES) };
  points->range = range;
  points->is_open = points->place = points->count = 0;
  loreRowsStream(call, nextPoint, pointValue, points, endPoints);
}

/* ---- metric_latest ---- */

typedef struct Latest {
  Series series;
  int64_t time;
  double value;
} Latest;

static int nextLatest(LoreCall *call, void *context){
  Latest *latest = context;
  while( nextSeries(&latest->series) ){
    loreLetInt(call, "latest_series", latest->series.id);
    LoreStatement *point = loreQuery(call, SQL_METRIC_LATEST);
    int is_any = loreNext(point);
    if( is_any ) latest->time = loreColumnInt(point, 0);
    if( is_any ) latest->value = loreColumnReal(point, 1);
    loreDone(point);
    if( is_any ) return 1;
  }
  return 0;
}

static void latestValue(LoreCall *call, void *context, sqlite3_int64 row, int column){
  enum { NAME, TAGS, TS, TIME, VALUE, KIND, SERIES };
  const Latest *latest = context;
  (void)row;
  switch( column ){
    case NAME: loreRowBorrowed(call, latest->series.name, latest->series.name_length); break;
    case TAGS: loreRowBorrowed(call, latest->series.tags, latest->series.tags_length); break;
    case TS: loreRowInt(call, latest->time); break;
    case TIME: giveTime(call, latest->time); break;
    case VALUE: loreRowReal(call, latest->value); break;
    case KIND: loreRowBorrowed(call, latest->series.kind, latest->series.kind_length); break;
    default: loreRowInt(call, latest->series.id); break;
  }
}

static void endLatest(void *context){
  loreDone(((Latest*)context)->series.rows);
}

void metricLatest(LoreCall *call){
  enum { NAME, TAGS };
  Latest *latest = loreAllocate(call, sizeof *latest);
  if( latest==NULL ) return;
  latest->series = (Series){ .rows = metricMatch(call, NAME, TAGS, -1) };
  loreRowsStream(call, nextLatest, latestValue, latest, endLatest);
}
