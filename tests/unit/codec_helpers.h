/*
** What the tests of the chunk codec share: series of every kind, and chunks of them.
*/
#ifndef LORE_CODEC_HELPERS_H
#define LORE_CODEC_HELPERS_H

#include "helpers.h"

#include <math.h>

#include "metrics/codec.h"

enum { MOST = CODEC_POINTS_MOST };

typedef struct Points {
  int count;
  int64_t times[MOST];
  double values[MOST];
} Points;

typedef struct Bytes {
  size_t length;
  unsigned char bytes[CODEC_BYTES_MOST];
} Bytes;

static inline uint64_t random64(uint64_t *seed){
  uint64_t high = nextRandom(seed);
  return high << 32 | nextRandom(seed);
}

/* From 0 to 1. */
static inline double randomPart(uint64_t *seed){
  return (double)(random64(seed) >> 11)*0x1p-53;
}

/* ---- Times ---- */

typedef enum TimeKind { REGULAR, JITTER, WANDERING, SECONDS, GAPS, SLOWING, SCATTERED, TIME_KINDS } TimeKind;

static inline int64_t stepOf(TimeKind kind, int i, uint64_t *seed){
  switch( kind ){
    case WANDERING: return 9950 + nextRandom(seed) % 101;
    case SECONDS: return 1000*(1 + (int64_t)(nextRandom(seed) % 5));
    case GAPS: return nextRandom(seed) % 40==0 ? 10000*(int64_t)(1 + nextRandom(seed) % 1000) : 10000;
    case SLOWING: return 1000 + 7*i;
    case SCATTERED: return 1 + (int64_t)(random64(seed) >> (11 + nextRandom(seed) % 50));
    default: return 10000;
  }
}

static inline void makeTimes(Points *points, TimeKind kind, uint64_t *seed){
  int64_t time = INT64_C(1700000000000);
  for(int i = 0; i < points->count; i++, time += stepOf(kind, i, seed)){
    points->times[i] = time;
    if( kind==JITTER ) points->times[i] += (int64_t)(nextRandom(seed) % 101) - 50;
  }
}

/* ---- Values ---- */

typedef enum ValueKind {
  CONSTANTS, GAUGE, COUNTER, RESETTING, WHOLE, HUGE_WHOLE, FULL, AROUND_ZERO, SINGLE, REPEATED, MIXED, ANY_BITS, VALUE_KINDS
} ValueKind;

static inline double anyNumber(uint64_t *seed){
  for(;;){
    double x = bitsToReal(random64(seed));
    if( x==x ) return x;
  }
}

static inline double nextValue(ValueKind kind, double x, uint64_t *seed){
  double part = randomPart(seed), noise = part - 0.5;
  switch( kind ){
    case CONSTANTS: return x;
    case GAUGE: return round(x*100 + 200*noise)/100;
    case COUNTER: return floor(x) + floor(200*part);
    case RESETTING: return nextRandom(seed) % 50==0 ? 0 : floor(x) + floor(1e6*part);
    case WHOLE: return floor(1000*noise);
    case HUGE_WHOLE: return 9007199254740992.0 + 4096*floor(1e9*part);
    case FULL: return x*(1 + 0.02*noise);
    case AROUND_ZERO: return noise;
    case SINGLE: return (double)(float)(x*(1 + 0.02*noise));
    case REPEATED: return nextRandom(seed) % 4==0 ? noise : x;
    case MIXED: return nextRandom(seed) % 20==0 ? noise/3 : round(1000*noise)/10;
    default: return anyNumber(seed);
  }
}

static inline void makeValues(Points *points, ValueKind kind, uint64_t *seed){
  double x = 50.25;
  for(int i = 0; i < points->count; i++) points->values[i] = x = nextValue(kind, x, seed);
}

static inline Points makePoints(int count, TimeKind times, ValueKind values, uint64_t seed){
  Points points = { .count = count };
  makeTimes(&points, times, &seed);
  makeValues(&points, values, &seed);
  return points;
}

/* ---- Chunks ---- */

static inline Bytes encode(const Points *points){
  Bytes bytes;
  assert_null(codecEncode(points->times, points->values, points->count, bytes.bytes, &bytes.length));
  assert_true(bytes.length <= sizeof bytes.bytes);
  return bytes;
}

static inline CodecChunk openChunk(const Bytes *bytes){
  CodecChunk chunk;
  assert_null(codecOpen(&chunk, bytes->bytes, bytes->length));
  return chunk;
}

/* The bits count: -0.0 is not 0. */
static inline void expectPoints(const Points *got, const Points *expected){
  assert_int_equal(got->count, expected->count);
  assert_memory_equal(got->times, expected->times, (size_t)expected->count*sizeof *expected->times);
  assert_memory_equal(got->values, expected->values, (size_t)expected->count*sizeof *expected->values);
}

/* Encodes, and decodes from memory of exactly the size of the bytes. */
static inline void expectRoundTrip(const Points *points){
  Bytes bytes = encode(points);
  unsigned char *copy = (unsigned char*)exactCopy((const char*)bytes.bytes, bytes.length);
  CodecChunk chunk;
  Points back;
  assert_null(codecOpen(&chunk, copy, bytes.length));
  assert_int_equal(chunk.count, points->count);
  assert_true(chunk.first==points->times[0] && chunk.last==points->times[points->count - 1]);
  assert_null(codecDecode(&chunk, codecAll(), back.times, back.values, &back.count));
  expectPoints(&back, points);
  free(copy);
}

#endif
