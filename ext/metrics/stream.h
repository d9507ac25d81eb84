/*
** The raw points of one series, read in pieces in the order of time: its chunks, with the head laid over them.
**
** A piece is a chunk, which no point of the head lies in, or points in arrays. A chunk is opened only when asked for, so who can
** do with its count, sum and extremes does not read it.
**
** What the same connection writes between two pieces may move points from the head into chunks, and join chunks: then both are
** asked for anew from the next time on, so that no point is missed or comes twice.
*/
#ifndef LORE_METRICS_STREAM_H
#define LORE_METRICS_STREAM_H

#include "engine/engine.h"
#include "metrics/aggregate.h"

/* What the columns of a chunk say. first and last are values; times are in ms. */
typedef struct ChunkFacts {
  sqlite3_int64 id;
  int64_t start, end;
  int count;
  double min, max, first, last;
  CodecSum sum;
} ChunkFacts;

typedef struct MetricStream {
  /* The piece, until the next one. */
  int is_chunk;
  ChunkFacts facts;        /* when is_chunk; some of its points may lie outside of `range` */
  const int64_t *times;    /* when not: `count` points in arrays */
  const double *values;
  int count;

  /* Of the stream itself. */
  CodecRange range;        /* of what is still to come, both ends included */
  LoreCall *call;
  sqlite3_int64 series;
  int changes;             /* rows that the connection had written when both were asked for */
  LoreStatement *chunks, *head;
  int has_chunk;           /* `chunks` stands at one that was not given out, or not all of it */
  int has_point;           /* `head` stands at one that was not given out */
  int64_t point_time;
  double point_value;
  int decoded, place;      /* points of the chunk in chunk_times; the next of them. decoded 0: not decoded */
  int64_t chunk_times[CODEC_POINTS_MOST], piece_times[CODEC_POINTS_MOST];
  double chunk_values[CODEC_POINTS_MOST], piece_values[CODEC_POINTS_MOST];
} MetricStream;

/* Points with since <= time <= until. 32 KB large: on the stack, or in memory of the caller's. */
void streamBegin(LoreCall *call, MetricStream *stream, sqlite3_int64 series, CodecRange range);

/* 1 and the next piece, later than all before; 0 at the end, and after an error in the call. */
int streamNext(MetricStream *stream);

/* The chunk of a piece, valid until the next one. 0: it is damaged, an error in the call that names series and chunk. */
int streamOpen(MetricStream *stream, CodecChunk *chunk);

/* The points of the piece in arrays in any case: decodes a chunk. How many; 0 after an error, or when none is in the range. */
int streamPoints(MetricStream *stream);

void streamEnd(MetricStream *stream); /* may be called early, and again */

/* Says in the call that a chunk is damaged, and why. */
void streamDamaged(LoreCall *call, sqlite3_int64 series, sqlite3_int64 chunk, const char *problem);

#endif
