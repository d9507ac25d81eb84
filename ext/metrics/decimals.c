/*
** Decimals as whole numbers: see decimals.h.
*/
#include "metrics/decimals.h"

enum { EXPONENT_MOST = 18, SAMPLE = 64, PLACE_BYTES = 2, REAL_BYTES = 8 };

/* Every one of them is a double. */
static const double kPowers[EXPONENT_MOST + 1] = {
  1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18
};

/* ---- Writing ---- */

/* 1: v = d/10^e, to the bit. Whole numbers have up to 63 bits; of others d must be a double itself, or any would do. */
static int decimalOf(double v, int exponent, int64_t *d){
  double scaled = v*kPowers[exponent], most = exponent==0 ? 0x1p62 : 0x1p53;
  if( !(scaled >= -most && scaled <= most) ) return 0;
  *d = (int64_t)(exponent==0 ? scaled : scaled < 0 ? scaled - 0.5 : scaled + 0.5);
  return bitsOfReal((double)*d/kPowers[exponent])==bitsOfReal(v);
}

/* The least exponent that gives v; EXPONENT_MOST + 1 when none does. */
static int exponentOf(double v){
  int64_t d;
  int exponent = 0;
  while( exponent <= EXPONENT_MOST && !decimalOf(v, exponent, &d) ) exponent++;
  return exponent;
}

/* The least exponent that is enough for so many of a sample, or for as many as any is. -1: for hardly one. */
static int chooseExponent(const int *histogram, int wanted){
  int reached = 0, best = -1;
  for(int e = 0; e <= EXPONENT_MOST && reached < wanted; e++){
    if( histogram[e]==0 ) continue;
    reached += histogram[e];
    best = e;
  }
  return best;
}

static int sampleExponents(const double *values, int count, int histogram[EXPONENT_MOST + 2]){
  int sampled = 0;
  memset(histogram, 0, (EXPONENT_MOST + 2)*sizeof *histogram);
  for(int i = 0; i < count; i += 1 + count/SAMPLE, sampled++) histogram[exponentOf(values[i])]++;
  return sampled;
}

/* All values with one exponent. */
typedef struct Decimals {
  int64_t d[INTEGERS_MOST];
  int exceptions;
  uint16_t places[DECIMALS_EXCEPTIONS_MOST];
} Decimals;

/* 0: too many exceptions. The d of an exception is that of the value before, which costs the least. */
static int decimalsOf(const double *values, int count, int exponent, Decimals *decimals){
  int regular = 0;
  int64_t d = 0;
  decimals->exceptions = 0;
  while( regular < count && !decimalOf(values[regular], exponent, &d) ) regular++;
  for(int i = 0; i < count; i++){
    int64_t own;
    if( decimalOf(values[i], exponent, &own) ) d = own;
    else if( decimals->exceptions==DECIMALS_EXCEPTIONS_MOST ) return 0;
    else decimals->places[decimals->exceptions++] = (uint16_t)i;
    decimals->d[i] = d;
  }
  return regular < count;
}

static unsigned char *writeExceptions(const double *values, const Decimals *decimals, unsigned char *to){
  for(int i = 0; i < decimals->exceptions; i++){
    *to++ = (unsigned char)(decimals->places[i] & 0xff);
    *to++ = (unsigned char)(decimals->places[i] >> 8);
  }
  for(int i = 0; i < decimals->exceptions; i++, to += 8) bitsStore(to, bitsOfReal(values[decimals->places[i]]));
  return to;
}

static unsigned char *writeWith(const double *values, int count, int exponent, unsigned char *to){
  Decimals decimals;
  if( !decimalsOf(values, count, exponent, &decimals) ) return NULL;
  *to++ = (unsigned char)exponent;
  *to++ = (unsigned char)(decimals.exceptions & 0xff);
  *to++ = (unsigned char)(decimals.exceptions >> 8);
  to = writeExceptions(values, &decimals, to);
  to = bitsWriteVarint(to, bitsZigzag((uint64_t)decimals.d[0]));
  return integersWrite(decimals.d, count, to);
}

/* Two exponents are tried: the one for all that are decimals, and, when a few have more digits than the others, the one for
** the others. */
unsigned char *decimalsWrite(const double *values, int count, unsigned char *to){
  int histogram[EXPONENT_MOST + 2];
  unsigned char trial[DECIMALS_BYTES_MOST];
  int sampled = sampleExponents(values, count, histogram);
  int for_all = chooseExponent(histogram, sampled), for_most = chooseExponent(histogram, sampled - sampled/10);
  if( for_all < 0 ) return NULL;
  unsigned char *end = writeWith(values, count, for_all, to);
  if( for_most==for_all ) return end;
  unsigned char *trial_end = writeWith(values, count, for_most, trial);
  if( trial_end==NULL || (end && trial_end - trial >= end - to) ) return end;
  memcpy(to, trial, (size_t)(trial_end - trial));
  return to + (trial_end - trial);
}

/* ---- Reading ---- */

static int loadPlace(const unsigned char *from){
  return from[0] | from[1] << 8;
}

static int exceptionsAreSound(const DecimalsReader *reader, int count){
  int next = 0;
  for(ptrdiff_t i = 0; i < reader->exceptions_left; i++){
    int place = loadPlace(reader->places + PLACE_BYTES*i);
    double value = bitsToReal(bitsLoad(reader->exceptions + REAL_BYTES*i));
    if( place < next || place >= count || value!=value ) return 0;
    next = place + 1;
  }
  return 1;
}

int decimalsBegin(DecimalsReader *reader, const unsigned char *from, const unsigned char *end, int count){
  uint64_t first;
  if( end - from < 3 || *from > EXPONENT_MOST ) return 0;
  reader->scale = kPowers[*from];
  ptrdiff_t exceptions = loadPlace(from + 1);
  reader->exceptions_left = exceptions;
  reader->places = from + 3;
  if( exceptions >= count || end - reader->places < (PLACE_BYTES + REAL_BYTES)*exceptions ) return 0;
  reader->exceptions = reader->places + PLACE_BYTES*exceptions;
  if( !exceptionsAreSound(reader, count) ) return 0;
  from = bitsReadVarint(reader->exceptions + REAL_BYTES*exceptions, end, &first);
  return from!=NULL && integersBegin(&reader->integers, from, end, (int64_t)bitsUnzigzag(first), count);
}

/* Inlined for a whole frame and for the rest. */
static inline void divide(const int64_t *d, int count, double scale, double *values){
  for(int i = 0; i < count; i++) values[i] = (double)d[i];
  if( scale > 1 ) for(int i = 0; i < count; i++) values[i] /= scale;
}

/* Puts the exceptions before `end` in place; values[0] is the one at `start`. */
static void putExceptions(DecimalsReader *reader, double *values, int start, int end){
  while( reader->exceptions_left > 0 && loadPlace(reader->places) < end ){
    if( values ) values[loadPlace(reader->places) - start] = bitsToReal(bitsLoad(reader->exceptions));
    reader->places += PLACE_BYTES;
    reader->exceptions += REAL_BYTES;
    reader->exceptions_left--;
  }
}

int decimalsNext(DecimalsReader *reader, double *values){
  int64_t d[FRAME_POINTS];
  int start = reader->integers.index, count = integersNext(&reader->integers, d);
  if( values && count==FRAME_POINTS ) divide(d, FRAME_POINTS, reader->scale, values);
  else if( values ) divide(d, count, reader->scale, values);
  putExceptions(reader, values, start, start + count);
  return count;
}
