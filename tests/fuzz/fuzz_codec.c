/*
** libFuzzer over the chunk codec, both directions. Bytes are taken as points, which must come back; and as a chunk, as they are
** and with a right checksum, or they would never get past it. What is decoded keeps what a chunk promises, in whatever range and
** whatever way it is read, and can be encoded again.
*/
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "metrics/checksum.h"
#include "metrics/fold.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(condition) do{ if( !(condition) ) abort(); }while( 0 )

enum { MOST = CODEC_POINTS_MOST };

typedef struct Points {
  int count;
  int64_t times[MOST];
  double values[MOST];
} Points;

static int isSame(const Points *a, const Points *b){
  size_t bytes = (size_t)a->count*8;
  return a->count==b->count && memcmp(a->times, b->times, bytes)==0 && memcmp(a->values, b->values, bytes)==0;
}

static void expectRoundTrip(const Points *points){
  static unsigned char bytes[CODEC_BYTES_MOST];
  static Points back;
  CodecChunk chunk;
  size_t length;
  MUST(codecEncode(points->times, points->values, points->count, bytes, &length)==NULL);
  MUST(length <= sizeof bytes);
  MUST(codecOpen(&chunk, bytes, length)==NULL && chunk.count==points->count);
  MUST(codecDecode(&chunk, codecAll(), back.times, back.values, &back.count)==NULL);
  MUST(isSame(points, &back));
}

/* ---- Bytes as points ---- */

typedef struct Source {
  const uint8_t *at, *end;
} Source;

static uint64_t take(Source *source, int bytes){
  uint64_t number = 0;
  for(; bytes > 0 && source->at < source->end; bytes--) number = number << 8 | *source->at++;
  return number;
}

/* By the first byte of each value: bits, a decimal, a small change, a whole number, the same again. */
static double nextValue(Source *source, double last){
  uint64_t kind = take(source, 1);
  double x = last;
  switch( kind % 5 ){
    case 0: x = bitsToReal(take(source, 8)); break;
    case 1: x = (double)(int64_t)take(source, 3)/100; break;
    case 2: x = bitsToReal(bitsOfReal(last) + take(source, 2)); break;
    case 3: x = last + (double)(kind/5); break;
    default: break;
  }
  return x==x ? x : last;
}

static void tryPoints(const uint8_t *data, size_t size){
  static Points points;
  Source source = { data, data + size };
  int repeat = 1 + (int)(take(&source, 1) % 8); /* points from the bytes of one */
  int64_t time = (int64_t)take(&source, 8);
  double value = 0;
  points.count = 0;
  while( source.at < source.end && points.count < MOST ){
    int width = *source.at % 8 >= 6 ? 8 : 2; /* bytes */
    int64_t step = (int64_t)(take(&source, width) >> 2) + 1;
    value = nextValue(&source, value);
    for(int i = 0; i < repeat && points.count < MOST && time < INT64_MAX - step; i++, time += step){
      points.times[points.count] = time;
      points.values[points.count++] = value;
    }
  }
  if( points.count > 0 ) expectRoundTrip(&points);
}

/* ---- Bytes as a chunk ---- */

static int countPoints(CodecFold *fold, int64_t bucket, const CodecAggregate *aggregate){
  MUST(bucket <= aggregate->first_time && aggregate->first_time <= aggregate->last_time);
  *(int64_t*)fold->context += aggregate->count;
  return 0;
}

static void expectPromises(const CodecChunk *chunk, const Points *points){
  MUST(points->count==chunk->count);
  MUST(points->times[0]==chunk->first && points->times[points->count - 1]==chunk->last);
  for(int i = 0; i < points->count; i++){
    MUST(points->values[i]==points->values[i]);
    MUST(i==0 || points->times[i] > points->times[i - 1]);
  }
}

/* A part is that part of the whole, unless it is damaged. */
static void tryRange(const CodecChunk *chunk, const Points *points, const char *problem, CodecRange range){
  static Points part;
  CodecAggregate aggregate = { .parts = AGGREGATE_MOMENTS | AGGREGATE_RESETS };
  int64_t folded = 0;
  CodecFold fold = { .step = 60000, .each = countPoints, .context = &folded };
  const char *own = codecDecode(chunk, range, part.times, part.values, &part.count);
  MUST(problem || own==NULL);
  const char *added = codecAddChunk(&aggregate, chunk, range), *in_buckets = codecFoldChunk(&fold, chunk, range);
  codecFoldEnd(&fold);
  if( problem ) return;
  MUST(added==NULL && in_buckets==NULL && aggregate.count==part.count && folded==part.count);
  int from = 0;
  while( from < points->count && points->times[from] < range.since ) from++;
  MUST(from + part.count <= points->count);
  MUST(memcmp(part.times, points->times + from, (size_t)part.count*8)==0);
  MUST(memcmp(part.values, points->values + from, (size_t)part.count*8)==0);
  MUST(part.count==0 || part.times[part.count - 1] <= range.until);
  MUST(from + part.count==points->count || range.since > range.until || points->times[from + part.count] > range.until);
}

static void tryChunk(const uint8_t *bytes, size_t size){
  static Points points;
  CodecChunk chunk;
  if( codecOpen(&chunk, bytes, size) ) return;
  const char *problem = codecDecode(&chunk, codecAll(), points.times, points.values, &points.count);
  if( problem==NULL ) expectPromises(&chunk, &points);
  tryRange(&chunk, &points, problem, codecAll());
  int64_t middle = chunk.first/2 + chunk.last/2;
  tryRange(&chunk, &points, problem, (CodecRange){ middle, chunk.last });
  tryRange(&chunk, &points, problem, (CodecRange){ chunk.first, middle });
  if( problem==NULL ) expectRoundTrip(&points);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size){
  tryPoints(data, size);
  tryChunk(data, size);
  if( size < 26 ) return 0;
  uint8_t *copy = malloc(size);
  MUST(copy!=NULL);
  memcpy(copy, data, size);
  copy[0] = 1, copy[1] = 0;
  uint32_t sum = checksumOf(copy, size - 4);
  for(int i = 0; i < 4; i++) copy[size - 4 + (size_t)i] = (uint8_t)(sum >> 8*i);
  tryChunk(copy, size);
  free(copy);
  return 0;
}
