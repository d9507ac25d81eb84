/*
** Deleting points: see erase.h.
*/
#include "metrics/erase.h"

#include "metrics/chunks.h"
#include "metrics/stream.h"

/* A chunk that lies in the range is not decoded for it. */
static int64_t countPoints(LoreCall *call, sqlite3_int64 series, CodecRange range){
  MetricStream stream;
  int64_t count = 0;
  streamBegin(call, &stream, series, range);
  while( streamNext(&stream) && !loreInterrupted(call) ){
    int is_whole = stream.is_chunk && stream.facts.start >= range.since && stream.facts.end <= range.until;
    count += is_whole ? stream.facts.count : streamPoints(&stream);
  }
  streamEnd(&stream);
  return count;
}

/* Writes a chunk anew without its points of the range. */
static void cut(LoreCall *call, sqlite3_int64 series, const MetricChunk *chunk, CodecRange range){
  MetricPoints points = { .count = 0 };
  int kept = 0;
  metricChunkTake(call, series, chunk, &points);
  for(int i = 0; i < points.count; i++){
    if( points.times[i] >= range.since && points.times[i] <= range.until ) continue;
    points.times[kept] = points.times[i];
    points.values[kept++] = points.values[i];
  }
  if( kept > 0 && !loreFailed(call) ) metricChunksWrite(call, series, points.times, points.values, kept, 0);
}

/* One that begins before the range or ends after it, and reaches into it; `time` is the end of the range in question. */
static void cutAt(LoreCall *call, sqlite3_int64 series, int64_t time, CodecRange range){
  MetricChunk chunk;
  if( !metricChunkAt(call, series, time, &chunk) || chunk.end < range.since ) return;
  if( chunk.start < range.since || chunk.end > range.until ) cut(call, series, &chunk, range);
}

static void letRange(LoreCall *call, sqlite3_int64 series, CodecRange range){
  loreLetInt(call, "series", series);
  loreLetInt(call, "first_ts", range.since);
  loreLetInt(call, "last_ts", range.until);
}

int64_t metricErase(LoreCall *call, sqlite3_int64 series, CodecRange range){
  int64_t count = range.since <= range.until ? countPoints(call, series, range) : 0;
  if( count==0 || loreFailed(call) ) return 0;
  cutAt(call, series, range.since, range);
  cutAt(call, series, range.until, range);
  letRange(call, series, range);
  loreRun(call, SQL_METRIC_HEAD_ERASE);
  loreRun(call, SQL_METRIC_CHUNKS_ERASE);
  if( loreFindInt(call, SQL_METRIC_ERASE_LEFT) ) loreRefuse(call, LORE_REFUSED, "a row was not deleted: a trigger ignored it");
  return count;
}
