/*
** Chunks and head as one: see stream.h.
*/
#include "metrics/stream.h"

#include <math.h>
#include <string.h>

enum { CHUNK_ID, CHUNK_START, CHUNK_END, CHUNK_COUNT, CHUNK_MIN, CHUNK_MAX, CHUNK_SUM, CHUNK_REST, CHUNK_FIRST, CHUNK_LAST,
       CHUNK_DATA };

/* ---- Where both stand ---- */

static void nextPoint(MetricStream *stream){
  stream->has_point = loreNext(stream->head);
  if( !stream->has_point ){
    stream->head = NULL; /* another call may have it by now */
    return;
  }
  stream->point_time = loreColumnInt(stream->head, 0);
  stream->point_value = loreColumnReal(stream->head, 1);
}

static void readFacts(LoreStatement *row, ChunkFacts *facts){
  *facts = (ChunkFacts){
    .id = loreColumnInt(row, CHUNK_ID), .start = loreColumnInt(row, CHUNK_START), .end = loreColumnInt(row, CHUNK_END),
    .count = (int)loreColumnInt(row, CHUNK_COUNT), .min = loreColumnReal(row, CHUNK_MIN), .max = loreColumnReal(row, CHUNK_MAX),
    .first = loreColumnReal(row, CHUNK_FIRST), .last = loreColumnReal(row, CHUNK_LAST),
    .sum = { loreColumnGiven(row, CHUNK_SUM) ? loreColumnReal(row, CHUNK_SUM) : NAN, loreColumnReal(row, CHUNK_REST) }
  };
}

/* The first that is asked for begins at or before the range, and may end before it. One that is written anew while the stream is
** read, which the query then finds once more, gives only what is later than all before. */
static void nextChunk(MetricStream *stream){
  stream->decoded = 0;
  if( stream->has_chunk && stream->facts.end >= stream->range.since && stream->facts.end < INT64_MAX ){
    stream->range.since = stream->facts.end + 1;
  }
  do{
    stream->has_chunk = loreNext(stream->chunks);
    if( stream->has_chunk ) readFacts(stream->chunks, &stream->facts);
  }while( stream->has_chunk && stream->facts.end < stream->range.since );
  if( !stream->has_chunk ) stream->chunks = NULL;
}

void streamBegin(LoreCall *call, MetricStream *stream, sqlite3_int64 series, CodecRange range){
  memset(stream, 0, offsetof(MetricStream, chunk_times));
  stream->call = call;
  stream->series = series;
  stream->range = range;
  stream->changes = sqlite3_total_changes(loreDatabase(call));
  loreLetInt(call, "stream_series", series);
  loreLetInt(call, "stream_since", range.since);
  loreLetInt(call, "stream_until", range.until);
  stream->chunks = loreQuery(call, SQL_METRIC_STREAM_CHUNKS);
  stream->head = loreQuery(call, SQL_METRIC_STREAM_HEAD);
  nextChunk(stream);
  nextPoint(stream);
}

void streamEnd(MetricStream *stream){
  loreDone(stream->chunks);
  loreDone(stream->head);
  stream->chunks = stream->head = NULL;
  stream->has_chunk = stream->has_point = 0;
}

/* ---- Chunks ---- */

void streamDamaged(LoreCall *call, sqlite3_int64 series, sqlite3_int64 chunk, const char *problem){
  loreRefuse(call, LORE_NOT_READY, "chunk %lld of series %lld %s", chunk, series, problem);
}

int streamOpen(MetricStream *stream, CodecChunk *chunk){
  size_t length;
  const void *data = loreColumnBlob(stream->chunks, CHUNK_DATA, &length);
  if( loreFailed(stream->call) ) return 0;
  const ChunkFacts *facts = &stream->facts;
  const char *problem = codecOpen(chunk, data ? data : "", length);
  int agrees = problem || (chunk->count==facts->count && chunk->first==facts->start && chunk->last==facts->end);
  if( !agrees ) problem = "has other points than its columns say";
  if( problem ) streamDamaged(stream->call, stream->series, facts->id, problem);
  return problem==NULL;
}

/* Into arrays, of which the points outside of the range are left out. */
static int decode(MetricStream *stream, int64_t *times, double *values){
  CodecChunk chunk;
  int count = 0;
  if( !streamOpen(stream, &chunk) ) return 0;
  const char *problem = codecDecode(&chunk, stream->range, times, values, &count);
  if( problem ) streamDamaged(stream->call, stream->series, stream->facts.id, problem);
  return problem ? 0 : count;
}

int streamPoints(MetricStream *stream){
  if( !stream->is_chunk ) return stream->count;
  stream->times = stream->piece_times;
  stream->values = stream->piece_values;
  return stream->count = decode(stream, stream->piece_times, stream->piece_values);
}

/* ---- Pieces ---- */

static void add(MetricStream *stream, int64_t time, double value){
  stream->piece_times[stream->count] = time;
  stream->piece_values[stream->count++] = value;
}

static void addPoint(MetricStream *stream){
  add(stream, stream->point_time, stream->point_value);
  nextPoint(stream);
}

/* The next of the decoded chunk and of the points that lie in it; of two with the same time that of the head. */
static void addMerged(MetricStream *stream){
  int64_t time = stream->chunk_times[stream->place];
  int head_first = stream->has_point && stream->point_time <= time;
  if( head_first && stream->point_time==time ) stream->place++;
  if( head_first ){
    addPoint(stream);
  }else{
    add(stream, time, stream->chunk_values[stream->place++]);
  }
}

/* Fills the arrays from the decoded chunk and the head up to its end. */
static void merge(MetricStream *stream){
  int64_t end = stream->facts.end;
  while( stream->count < CODEC_POINTS_MOST && stream->place < stream->decoded ) addMerged(stream);
  while( stream->count < CODEC_POINTS_MOST && stream->has_point && stream->point_time <= end ) addPoint(stream);
  if( stream->place==stream->decoded && !(stream->has_point && stream->point_time <= end) ) nextChunk(stream);
}

static int startMerging(MetricStream *stream){
  stream->place = 0;
  stream->decoded = decode(stream, stream->chunk_times, stream->chunk_values);
  if( stream->decoded==0 && !loreFailed(stream->call) ) nextChunk(stream); /* only its edges reach into the range */
  return stream->decoded > 0;
}

static int arraysPiece(MetricStream *stream){
  stream->times = stream->piece_times;
  stream->values = stream->piece_values;
  return stream->count > 0 && !loreFailed(stream->call);
}

/* Points of the head that lie before the next chunk. */
static int headPiece(MetricStream *stream){
  while( stream->count < CODEC_POINTS_MOST && stream->has_point
         && (!stream->has_chunk || stream->point_time < stream->facts.start) ){
    addPoint(stream);
  }
  return arraysPiece(stream);
}

/* From behind the piece that was given out last. */
static void startAnew(MetricStream *stream){
  CodecRange rest = stream->range;
  int64_t last = stream->is_chunk ? stream->facts.end : stream->count > 0 ? stream->piece_times[stream->count - 1] : INT64_MAX;
  if( last < INT64_MAX ) rest.since = last + 1;
  streamEnd(stream);
  streamBegin(stream->call, stream, stream->series, rest);
}

int streamNext(MetricStream *stream){
  int is_over = !stream->has_chunk && !stream->has_point;
  if( !is_over && stream->changes!=sqlite3_total_changes(loreDatabase(stream->call)) ) startAnew(stream);
  if( stream->is_chunk ) nextChunk(stream);
  stream->is_chunk = 0;
  stream->count = 0;
  while( (stream->has_chunk || stream->has_point) && !loreFailed(stream->call) ){
    if( stream->decoded ){
      merge(stream);
      if( stream->count > 0 ) return arraysPiece(stream);
    }else if( !stream->has_chunk || (stream->has_point && stream->point_time < stream->facts.start) ){
      return headPiece(stream);
    }else if( stream->has_point && stream->point_time <= stream->facts.end ){
      startMerging(stream);
    }else{
      return stream->is_chunk = 1;
    }
  }
  return 0;
}
