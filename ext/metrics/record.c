/*
** metric_record: see record.h. The row of an INSERT is collected (collection.h), a call in SELECT writes.
*/
#include "metrics/record.h"

#include "engine/clock.h"
#include "metrics/collection.h"
#include "metrics/stream.h"
#include "metrics/write.h"

enum { RECORD_NAME, RECORD_VALUE, RECORD_TAGS, RECORD_KIND, RECORD_AT };

static double valueOf(LoreCall *call){
  double value = loreReal(call, RECORD_VALUE);
  if( !loreFailed(call) && loreIsInt(call, RECORD_VALUE) && !collectionValue(loreInt(call, RECORD_VALUE), &value) ){
    loreRefuse(call, LORE_BAD_ARGUMENT, "value must be a number that a double is equal to, got %s", loreShow(call, RECORD_VALUE));
  }
  return value;
}

static int isTaken(LoreCall *call, sqlite3_int64 series, int64_t time){
  MetricStream stream;
  streamBegin(call, &stream, series, (CodecRange){ time, time });
  int taken = streamNext(&stream) && streamPoints(&stream) > 0;
  streamEnd(&stream);
  return taken;
}

/* Moves a time on over the piece of a stream; 0: to one that is free. A chunk without a gap need not be opened. */
static int passPiece(MetricStream *stream, int64_t *time){
  const ChunkFacts *facts = &stream->facts;
  if( stream->is_chunk && facts->start <= *time && facts->end - facts->start==facts->count - 1 ){
    *time = facts->end + 1;
    return 1;
  }
  int count = streamPoints(stream), i = 0;
  for(; i < count && stream->times[i]==*time; i++) ++*time;
  return i==count;
}

static int64_t nextFree(LoreCall *call, sqlite3_int64 series, int64_t time){
  MetricStream stream;
  streamBegin(call, &stream, series, (CodecRange){ time, INT64_MAX });
  while( streamNext(&stream) && passPiece(&stream, &time) ){}
  streamEnd(&stream);
  return time;
}

/* What a counter counts without a time is a moment of its own. */
static int64_t freeTime(LoreCall *call, const MetricSeries *series){
  int64_t time = loreNow(call);
  if( !series->is_counter || loreGiven(call, RECORD_AT) ) return time;
  loreCollectionWrite(call);
  if( isTaken(call, series->id, time) ) time = nextFree(call, series->id, time);
  if( time > LORE_TIME_LAST ) loreRefuse(call, LORE_REFUSED, "no time from %s on is free", loreNowText(call));
  return time;
}

/* A point, and its series if it is known already. */
typedef struct Point {
  MetricSeries series;
  int64_t time;
  double value;
} Point;

static void findOut(LoreCall *call, Point *point){
  const char *kind = loreText(call, RECORD_KIND);
  if( !metricSeriesOf(call, loreText(call, RECORD_NAME), loreText(call, RECORD_TAGS), kind, &point->series) ) return;
  point->time = freeTime(call, &point->series);
  loreResultId(call, point->series.id);
}

static void writePoint(LoreCall *call, void *context){
  Point *point = context;
  findOut(call, point);
  metricWrite(call, point->series.id, &point->time, &point->value, 1);
}

void metricRecord(LoreCall *call){
  Point point = { .value = valueOf(call) };
  void *collection = loreCollection(call);
  if( loreFailed(call) ) return;
  if( collection==NULL ){
    loreInFrame(call, writePoint, &point);
  }else if( collectionReady(call, collection, loreText(call, RECORD_NAME), loreText(call, RECORD_TAGS)) ){
    findOut(call, &point);
    if( !loreFailed(call) && loreCollection(call) ) collectionAdd(collection, &point.series, point.time, point.value);
  }
}
