/*
** metric_record: see record.h. The row of an INSERT is collected (collection.h), a call in SELECT writes.
*/
#include "metrics/record.h"

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

/* What a counter counts without a time is a moment of its own. */
static int64_t freeTime(LoreCall *call, const MetricSeries *series){
  int64_t time = loreNow(call);
  if( !series->is_counter || loreGiven(call, RECORD_AT) ) return time;
  loreCollectionWrite(call);
  while( !loreFailed(call) && isTaken(call, series->id, time) ) time++;
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
