/*
** The points of series among what has happened. Of all series the oldest points of the window are kept, as many as rows are
** asked for, in a heap whose top is the newest of them; a series is left as soon as its next point is newer than that. Then rows
** and points are merged, both in the order of time; rows of the same moment come first.
*/
#include "metrics/recall_points.h"

#include <string.h>

#include "engine/clock.h"
#include "metrics/match.h"
#include "metrics/stream.h"

typedef struct RecallSeries {
  const char *name, *tags;
} RecallSeries;

/* Points of one moment are in the order of their series. */
typedef struct RecallPoint {
  int64_t time;
  double value;
  int series;
} RecallPoint;

typedef enum Looked { LOOKED_NOWHERE, LOOKED_AT_ROW, LOOKED_AT_POINT } Looked;

enum { POINTS_MOST = 1 << 30 };

typedef struct Recall {
  LoreStatement *rows;    /* of correlations */
  int has_row;            /* rows stands at one that was not passed */
  Looked looked;          /* at what SQLite looks now */
  int place;              /* of the next point */
  sqlite3_int64 left;     /* rows that may still be given out */
  char time[LORE_TIME_SIZE]; /* of the next point */
  RecallSeries *series;
  int series_count, series_capacity;
  RecallPoint *points;    /* a heap, later in the order of time */
  int count, capacity, most;
  int is_kept;            /* a point of this series was */
  MetricStream stream;
} Recall;

/* ---- The oldest points ---- */

static int isLater(const RecallPoint *a, const RecallPoint *b){
  return a->time!=b->time ? a->time > b->time : a->series > b->series;
}

/* Puts a point in its place at or below an empty one. */
static void sink(RecallPoint *heap, int count, int place, RecallPoint point){
  for(int child; (child = 2*place + 1) < count; place = child){
    if( child + 1 < count && isLater(&heap[child + 1], &heap[child]) ) child++;
    if( !isLater(&heap[child], &point) ) break;
    heap[place] = heap[child];
  }
  heap[place] = point;
}

static void rise(RecallPoint *heap, int place, RecallPoint point){
  for(int parent; place > 0 && isLater(&point, &heap[parent = (place - 1)/2]); place = parent) heap[place] = heap[parent];
  heap[place] = point;
}

static void sort(RecallPoint *heap, int count){
  for(int left = count - 1; left > 0; left--){
    RecallPoint last = heap[left];
    heap[left] = heap[0];
    sink(heap, left, 0, last);
  }
}

/* 1 when no point of this time would be kept: points come in the order of series, so one as new as the newest neither. */
static int isTooLate(const Recall *recall, int64_t time){
  return recall->count==recall->most && time >= recall->points[0].time;
}

static void keep(LoreCall *call, Recall *recall, RecallPoint point){
  recall->is_kept = 1;
  if( recall->count==recall->most ){
    sink(recall->points, recall->count, 0, point);
    return;
  }
  RecallPoint *points = loreGrow(call, recall->points, recall->count, &recall->capacity, sizeof *points);
  if( points==NULL ) return;
  recall->points = points;
  rise(points, recall->count++, point);
}

/* The piece of a stream. 0: what follows is too late. */
static int keepPiece(LoreCall *call, Recall *recall){
  MetricStream *stream = &recall->stream;
  if( stream->is_chunk && isTooLate(recall, stream->facts.start) ) return 0;
  int count = streamPoints(stream);
  for(int i = 0; i < count && !loreFailed(call); i++){
    if( isTooLate(recall, stream->times[i]) ) return 0;
    keep(call, recall, (RecallPoint){ stream->times[i], stream->values[i], recall->series_count });
  }
  return 1;
}

static void keepSeries(LoreCall *call, Recall *recall, LoreStatement *series, CodecRange range){
  recall->is_kept = 0;
  streamBegin(call, &recall->stream, loreColumnInt(series, MATCH_SERIES), range);
  while( streamNext(&recall->stream) && keepPiece(call, recall) ){}
  streamEnd(&recall->stream);
  if( !recall->is_kept ) return;
  RecallSeries *grown = loreGrow(call, recall->series, recall->series_count, &recall->series_capacity, sizeof *grown);
  if( grown==NULL ) return;
  recall->series = grown;
  grown[recall->series_count++] = (RecallSeries){ loreColumnCopy(series, MATCH_NAME), loreColumnCopy(series, MATCH_TAGS) };
}

static void keepOldest(LoreCall *call, Recall *recall, int tags_argument, CodecRange range){
  LoreStatement *series = metricMatch(call, -1, tags_argument, -1);
  while( loreNext(series) ) keepSeries(call, recall, series, range);
  loreDone(series);
  if( !loreFailed(call) ) sort(recall->points, recall->count);
}

/* ---- The merge ---- */

static void showNextPoint(Recall *recall){
  if( recall->place < recall->count ) loreTimeFormat(recall->points[recall->place].time, recall->time);
}

static void moveRow(Recall *recall){
  recall->has_row = loreNext(recall->rows);
  if( !recall->has_row ) recall->rows = NULL; /* another call may have it by now */
}

static void pass(Recall *recall){
  if( recall->looked==LOOKED_AT_ROW ){
    moveRow(recall);
  }else if( recall->looked==LOOKED_AT_POINT ){
    recall->place++;
    showNextPoint(recall);
  }
}

static int nextRow(LoreCall *call, void *context){
  Recall *recall = context;
  pass(recall);
  const char *time = recall->has_row ? loreColumnText(recall->rows, 0) : NULL;
  if( loreFailed(call) || recall->left-- <= 0 ) return 0;
  int is_point = recall->place < recall->count && (time==NULL || strcmp(recall->time, time) < 0);
  recall->looked = is_point ? LOOKED_AT_POINT : LOOKED_AT_ROW;
  return is_point || recall->has_row;
}

static void giveText(LoreCall *call, const char *text){
  loreRowBorrowed(call, text, text ? strlen(text) : 0);
}

static void rowValue(LoreCall *call, void *context, sqlite3_int64 row, int column){
  enum { TIME, TYPE, NAME, VALUE, TAGS = 6 };
  Recall *recall = context;
  (void)row;
  if( recall->looked==LOOKED_AT_ROW ){
    loreRowColumn(call, recall->rows, column);
    return;
  }
  const RecallPoint *point = &recall->points[recall->place];
  switch( column ){
    case TIME: giveText(call, recall->time); break;
    case TYPE: giveText(call, METRIC_DATAPOINT); break;
    case NAME: giveText(call, recall->series[point->series].name); break;
    case VALUE: loreRowReal(call, point->value); break;
    case TAGS: giveText(call, recall->series[point->series].tags); break;
    default: giveText(call, NULL); break;
  }
}

static void endRows(void *context){
  Recall *recall = context;
  loreDone(recall->rows);
  sqlite3_free(recall->series);
  sqlite3_free(recall->points);
}

void recallWithPoints(LoreCall *call, LoreStatement *rows, int tags_argument, LoreTime since, LoreTime until, sqlite3_int64 most){
  Recall *recall = loreAllocate(call, sizeof *recall);
  if( recall==NULL ){
    loreDone(rows);
    return;
  }
  memset(recall, 0, offsetof(Recall, stream));
  recall->rows = rows;
  recall->left = most;
  recall->most = most > POINTS_MOST ? POINTS_MOST : (int)most;
  loreRowsStream(call, nextRow, rowValue, recall, endRows);
  keepOldest(call, recall, tags_argument, (CodecRange){ since, until });
  moveRow(recall);
  showNextPoint(recall);
}
