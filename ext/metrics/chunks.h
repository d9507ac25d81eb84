/*
** Rows of metric_chunks: written from points, and read back into them.
*/
#ifndef LORE_METRICS_CHUNKS_H
#define LORE_METRICS_CHUNKS_H

#include "metrics/codec.h"
#include "metrics/points.h"

/* A chunk as found; id 0: none. Times in ms. */
typedef struct MetricChunk {
  sqlite3_int64 id;
  int64_t start, end;
  int count;
} MetricChunk;

/* The last chunk that begins at or before a time, the first that begins after it. 1 when there is one. */
int metricChunkAt(LoreCall *call, sqlite3_int64 series, int64_t time, MetricChunk *chunk);
int metricChunkAfter(LoreCall *call, sqlite3_int64 series, int64_t time, MetricChunk *chunk);

/* Adds the points of a chunk to a list and deletes its row. */
void metricChunkTake(LoreCall *call, sqlite3_int64 series, const MetricChunk *chunk, MetricPoints *to);

/* Writes points, in ascending times, as chunks of up to 1,024: full ones and a rest, or, with is_even, all of one size. No other
** chunk of the series may reach into their times. */
void metricChunksWrite(LoreCall *call, sqlite3_int64 series, const int64_t *times, const double *values, int count, int is_even);

#endif
