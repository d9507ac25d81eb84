/*
** Rows of metric_chunks: see chunks.h.
*/
#include "metrics/chunks.h"

#include "metrics/aggregate.h"
#include "metrics/stream.h"

/* ---- Finding and reading ---- */

static int findChunk(LoreCall *call, LoreSql statement, sqlite3_int64 series, int64_t time, MetricChunk *chunk){
  *chunk = (MetricChunk){ .id = 0 };
  loreLetInt(call, "series", series);
  loreLetInt(call, "chunk_ts", time);
  LoreStatement *row = loreQuery(call, statement);
  if( !loreNext(row) ) return 0;
  *chunk = (MetricChunk){ .id = loreColumnInt(row, 0), .start = loreColumnInt(row, 1), .end = loreColumnInt(row, 2),
                          .count = (int)loreColumnInt(row, 3) };
  loreDone(row);
  return 1;
}

int metricChunkAt(LoreCall *call, sqlite3_int64 series, int64_t time, MetricChunk *chunk){
  return findChunk(call, SQL_METRIC_CHUNK_AT, series, time, chunk);
}

int metricChunkAfter(LoreCall *call, sqlite3_int64 series, int64_t time, MetricChunk *chunk){
  return findChunk(call, SQL_METRIC_CHUNK_AFTER, series, time, chunk);
}

static const char *decode(const void *data, size_t length, MetricPoints *to){
  CodecChunk chunk;
  int count = 0;
  const char *problem = codecOpen(&chunk, data ? data : "", length);
  if( problem==NULL ) problem = codecDecode(&chunk, codecAll(), to->times + to->count, to->values + to->count, &count);
  if( problem==NULL ) to->count += count;
  return problem;
}

void metricChunkTake(LoreCall *call, sqlite3_int64 series, const MetricChunk *chunk, MetricPoints *to){
  size_t length;
  if( !pointsReserve(call, to, CODEC_POINTS_MOST) ) return;
  loreLetInt(call, "chunk_id", chunk->id);
  LoreStatement *row = loreQuery(call, SQL_METRIC_CHUNK_DATA);
  if( !loreNext(row) ) return;
  const void *data = loreColumnBlob(row, 0, &length);
  const char *problem = loreFailed(call) ? NULL : decode(data, length, to);
  if( problem ) streamDamaged(call, series, chunk->id, problem);
  loreDone(row);
  loreWriteOne(call, SQL_METRIC_CHUNK_DELETE);
}

/* ---- Writing ---- */

static void letFacts(LoreCall *call, const int64_t *times, const double *values, int count){
  CodecAggregate all = { .parts = 0 };
  codecAddPoints(&all, times, values, count);
  loreLetInt(call, "chunk_start", times[0]);
  loreLetInt(call, "chunk_end", times[count - 1]);
  loreLetInt(call, "chunk_count", count);
  loreLetReal(call, "chunk_min", all.min);
  loreLetReal(call, "chunk_max", all.max);
  loreLetReal(call, "chunk_first", values[0]);
  loreLetReal(call, "chunk_last", values[count - 1]);
  loreLetReal(call, "chunk_sum", all.sum.high); /* not-a-number becomes NULL */
  if( all.sum.low!=0 ) loreLetReal(call, "chunk_sum_rest", all.sum.low);
  else loreLetNull(call, "chunk_sum_rest");
}

static void writeChunk(LoreCall *call, const int64_t *times, const double *values, int count){
  unsigned char data[CODEC_BYTES_MOST];
  size_t length = 0;
  const char *problem = codecEncode(times, values, count, data, &length);
  if( problem ) loreRefuse(call, LORE_NOT_READY, "a chunk %s", problem);
  if( loreFailed(call) ) return;
  letFacts(call, times, values, count);
  loreLetInt(call, "chunk_format", data[0]);
  loreLetBlob(call, "chunk_data", data, length);
  loreWriteOne(call, SQL_METRIC_CHUNK_INSERT);
  loreLetNull(call, "chunk_data"); /* which ends with this function */
}

void metricChunksWrite(LoreCall *call, sqlite3_int64 series, const int64_t *times, const double *values, int count, int is_even){
  int pieces = (count + CODEC_POINTS_MOST - 1)/CODEC_POINTS_MOST;
  loreLetInt(call, "series", series);
  for(int at = 0; pieces > 0 && !loreFailed(call); pieces--){
    int left = count - at, most = is_even ? (left + pieces - 1)/pieces : CODEC_POINTS_MOST;
    int piece = left < most ? left : most;
    writeChunk(call, times + at, values + at, piece);
    at += piece;
  }
}
