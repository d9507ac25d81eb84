/*
** Correlations that go: see forget.h.
**
** Of lines of logs and calls of services the series CORRELATIONS_COUNT keeps how many there were: one point at the start of each
** hour, which grows when more of that hour go.
*/
#include "metrics/forget.h"

#include <string.h>

#include "metrics/cover.h"
#include "metrics/identity.h"
#include "metrics/stream.h"
#include "metrics/write.h"

enum { HOUR, TAGS, TAGS_WITHOUT_SERVICE, ROWS };

/* The rows that go, as a JSON array of their rowids. */
static int64_t readOld(LoreCall *call, int64_t now, LoreBuffer *ids){
  int64_t count = 0;
  char digits[32];
  loreLetInt(call, "now_ms", now);
  loreLetInt(call, "old_most", FORGET_AT_ONCE);
  LoreStatement *row = loreQuery(call, SQL_CORRELATIONS_OLD);
  while( loreNext(row) ){
    sqlite3_snprintf(sizeof digits, digits, "%c%lld", count ? ',' : '[', loreColumnInt(row, 0));
    loreBufferAppend(ids, digits, strlen(digits));
    count++;
  }
  loreDone(row);
  loreBufferChar(ids, ']');
  if( ids->failed ) loreNoMemory(call);
  return loreFailed(call) ? 0 : count;
}

static double valueAt(LoreCall *call, sqlite3_int64 series, int64_t time){
  MetricStream stream;
  double value = 0;
  streamBegin(call, &stream, series, (CodecRange){ time, time });
  if( streamNext(&stream) && streamPoints(&stream)==1 ) value = stream.values[0];
  streamEnd(&stream);
  return value;
}

static void readTags(LoreCall *call, void *context){
  Tags tags;
  metricTags(call, context, &tags);
}

/* What other software wrote as the name of a service need not be what a tag can be. */
static const char *tagsOf(LoreCall *call, LoreStatement *row){
  const char *why, *tags = loreColumnCopy(row, TAGS);
  return loreTry(call, readTags, (void*)tags, &why) ? tags : loreColumnCopy(row, TAGS_WITHOUT_SERVICE);
}

static void count(LoreCall *call, LoreStatement *row){
  MetricSeries series;
  int64_t hour = loreColumnInt(row, HOUR);
  if( !metricSeriesOf(call, CORRELATIONS_COUNT, tagsOf(call, row), "counter", &series) ) return;
  double value = valueAt(call, series.id, hour) + (double)loreColumnInt(row, ROWS);
  metricWrite(call, series.id, &hour, &value, 1);
}

static void countOld(LoreCall *call){
  LoreStatement *row = loreQuery(call, SQL_CORRELATIONS_COUNTED);
  while( loreNext(row) ) count(call, row);
  loreDone(row);
}

int64_t metricForget(LoreCall *call, int64_t now){
  LoreBuffer ids = { .reallocate = loreReallocate };
  int64_t old = readOld(call, now, &ids);
  if( old > 0 ){
    loreLetText(call, "old_ids", ids.data);
    countOld(call);
    if( loreRun(call, SQL_CORRELATIONS_DELETE)!=old && !loreFailed(call) ){
      loreRefuse(call, LORE_REFUSED, "a row was not deleted: a trigger ignored it");
    }
    loreLetNull(call, "old_ids"); /* which end here */
  }
  sqlite3_free(ids.data);
  return loreFailed(call) ? 0 : old;
}

int metricForgetIsDue(LoreCall *call, int64_t now){
  loreLetInt(call, "now_ms", now);
  loreLetInt(call, "old_most", 1);
  return loreFindInt(call, SQL_CORRELATIONS_OLD)!=0;
}
