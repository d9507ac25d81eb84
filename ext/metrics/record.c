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

void metricRecord(LoreCall *call){
  MetricSeries series;
  const char *name = loreText(call, RECORD_NAME), *tags = loreText(call, RECORD_TAGS);
  double value = valueOf(call);
  if( loreFailed(call) || !metricSeriesOf(call, name, tags, loreText(call, RECORD_KIND), &series) ) return;
  int64_t time = freeTime(call, &series);
  loreResultId(call, series.id);
  void *collection = loreCollection(call);
  if( collection ) collectionAdd(call, collection, &series, name, tags, time, value);
  else metricWrite(call, series.id, &time, &value, 1);
}
