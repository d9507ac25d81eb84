/*
** Raw points of a range: see range_raw.h.
*/
#include "metrics/range_raw.h"

#include <math.h>

#include "engine/moments.h"

void rangeRawBegin(RangeRaw *raw, LoreCall *call, RangeFn fn, Tally *tally, sqlite3_int64 series, int64_t since, int64_t until){
  raw->call = call;
  raw->fn = fn;
  raw->tally = tally;
  raw->place = raw->has_frames = 0;
  streamBegin(call, &raw->stream, series, (CodecRange){ since, until - 1 });
  raw->stream.count = 0;
}

void rangeRawEnd(RangeRaw *raw){
  streamEnd(&raw->stream);
}

/* ---- Chunks ---- */

static void takeFacts(RangeRaw *raw){
  const ChunkFacts *facts = &raw->stream.facts;
  tallyMerge(raw->tally, &(CodecAggregate){
    .parts = raw->tally->parts, .count = facts->count, .first_time = facts->start, .last_time = facts->end,
    .min = facts->min, .max = facts->max, .first = facts->first, .last = facts->last, .sum = facts->sum
  });
}

static void takeValues(RangeRaw *raw, const CodecChunk *chunk){
  int count = 0;
  double *room = tallyRoom(raw->tally, (size_t)chunk->count);
  if( room==NULL ) return;
  const char *problem = codecDecode(chunk, codecAll(), NULL, room, &count);
  if( problem ) streamDamaged(raw->call, raw->stream.series, raw->stream.facts.id, problem);
  else tallyCount(raw->tally, chunk->first, chunk->last, count);
}

/* All of a chunk, which lies in the open bucket. */
static void takeChunk(RangeRaw *raw){
  CodecChunk chunk;
  if( !rangeNeedsPoints(raw->fn) && !(rangeNeedsSum(raw->fn) && isnan(raw->stream.facts.sum.high)) ){
    takeFacts(raw);
  }else if( streamOpen(&raw->stream, &chunk) ){
    if( rangeIsQuantile(raw->fn) ){
      takeValues(raw, &chunk);
      return;
    }
    const char *problem = codecAddChunk(tallyOpen(raw->tally), &chunk, codecAll());
    if( problem ) streamDamaged(raw->call, raw->stream.series, raw->stream.facts.id, problem);
  }
}

static void beginChunk(RangeRaw *raw){
  const ChunkFacts *facts = &raw->stream.facts;
  const CodecRange *range = &raw->stream.range;
  CodecChunk chunk;
  int is_within = facts->start >= range->since && facts->end <= range->until;
  if( is_within && tallyFits(raw->tally, facts->start, facts->end) ){
    takeChunk(raw);
  }else if( streamOpen(&raw->stream, &chunk) ){
    codecPiecesBegin(&raw->frames, &chunk, *range, 1);
    raw->has_frames = 1;
  }
}

static void takeFrame(RangeRaw *raw){
  CodecPieces *frames = &raw->frames;
  raw->has_frames = codecPiecesNext(frames);
  if( raw->has_frames ){
    tallyPoints(raw->tally, frames->times + frames->from, frames->values + frames->from, frames->to - frames->from);
  }else if( frames->problem ){
    streamDamaged(raw->call, raw->stream.series, raw->stream.facts.id, frames->problem);
  }
}

/* ---- All ---- */

static void takeArray(RangeRaw *raw){
  const MetricStream *stream = &raw->stream;
  int left = stream->count - raw->place, run = left < FRAME_POINTS ? left : FRAME_POINTS;
  raw->place += tallyPoints(raw->tally, stream->times + raw->place, stream->values + raw->place, run);
}

int rangeRawNext(RangeRaw *raw){
  MetricStream *stream = &raw->stream;
  if( raw->has_frames ){
    takeFrame(raw);
  }else if( raw->place < stream->count ){
    takeArray(raw);
  }else{
    if( !streamNext(stream) ) return 0;
    raw->place = 0;
    if( stream->is_chunk ) beginChunk(raw);
  }
  if( raw->tally->failed ) loreNoMemory(raw->call);
  return !loreFailed(raw->call);
}

/* ---- Infinite counters ---- */

static void addRise(LoreSum *sum, double before, double after){
  enum { SECOND = 1000 };
  int rises_from_below = after > before && isinf(before), rises_to_infinity = after > before && isinf(after);
  if( after==before ) return;
  loreSumWeigh(sum, (LoreNumber){ .real = rises_from_below ? INFINITY : after }, SECOND, 0);
  if( after > before && !rises_from_below && !rises_to_infinity ) loreSumWeigh(sum, (LoreNumber){ .real = before }, SECOND, 1);
}

double rangeRawRate(LoreCall *call, sqlite3_int64 series, int64_t first, int64_t last){
  MetricStream stream; /* no memory of the call's, which would stay for each bucket of metric_fill */
  LoreSum sum = { 0 };
  double before = NAN, rate;
  if( first==last ) return NAN;
  streamBegin(call, &stream, series, (CodecRange){ first, last });
  while( streamNext(&stream) ){
    int count = streamPoints(&stream);
    for(int i = 0; i < count; before = stream.values[i++]) if( !isnan(before) ) addRise(&sum, before, stream.values[i]);
  }
  streamEnd(&stream);
  return loreSumOver(&sum, last - first, &rate) ? rate : NAN;
}
