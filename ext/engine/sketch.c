/*
** The quantile sketch: see sketch.h.
*/
#include "engine/sketch.h"

#include <math.h>
#include <string.h>

#include "engine/quantile.h"

enum {
  VERSION = 1,
  BUCKET_BITS = 6,
  LOWEST = -51*64,           /* index of the smallest denormal */
  HIGHEST = 2047*64 - 1,     /* and of the largest double */
  HEAD = 5,
  CHECKSUM = 4,
  FIRST_ROOM = 32
};

static const char kName[3] = { 'l', 'q', 's' };
const char kSketchNoMemory[] = "no memory";
static const char kBroken[] = "is no sketch, or a damaged one";
static const char kTooMany[] = "has more than 2^63 numbers";

/* ---- Buckets ---- */

static uint64_t bitsOf(double x){
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

static double realOf(uint64_t bits){
  double x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

static int32_t indexOf(double magnitude){
  uint64_t bits = bitsOf(magnitude);
  int32_t down = 0;
  if( bits >> 52 ) return (int32_t)(bits >> (52 - BUCKET_BITS));
  while( bits >> 52==0 ) bits <<= 1, down++; /* a denormal: its leading digit becomes the hidden one */
  return (int32_t)(bits >> (52 - BUCKET_BITS)) - (down << BUCKET_BITS);
}

/* The middle of a bucket; of denormals, where a bucket may be narrower than their distance, its lower end. */
static double middleOf(int32_t index){
  int exponent = (index - LOWEST)/64 + LOWEST/64;
  uint64_t part = (uint64_t)(index - exponent*64);
  uint64_t mantissa = (((UINT64_C(64) + part) << 1) + 1) << (51 - BUCKET_BITS);
  if( exponent < 1 ) return realOf(mantissa >> (1 - exponent));
  return realOf((uint64_t)exponent << 52 | (mantissa & ((UINT64_C(1) << 52) - 1)));
}

/* Where index is, or belongs. */
static int placeOf(const SketchSide *side, int32_t index){
  int low = 0, high = side->count;
  while( low < high ){
    int middle = (low + high)/2;
    if( side->buckets[middle].index < index ) low = middle + 1;
    else high = middle;
  }
  return low;
}

static int makeRoom(const Sketch *sketch, SketchSide *side){
  if( side->count < side->room ) return 1;
  int room = side->room ? 2*side->room : FIRST_ROOM;
  SketchBucket *buckets = sketch->reallocate(side->buckets, (size_t)room*sizeof *buckets);
  if( buckets==NULL ) return 0;
  side->buckets = buckets;
  side->room = room;
  return 1;
}

static const char *sideAdd(const Sketch *sketch, SketchSide *side, int32_t index, uint64_t count){
  int at = placeOf(side, index);
  if( at < side->count && side->buckets[at].index==index ){
    side->buckets[at].count += count;
    return NULL;
  }
  if( side->count==SKETCH_BUCKETS ){ /* the lowest gives way: the new one, or the one that was it */
    if( at==0 ){
      side->buckets[0].count += count;
      return NULL;
    }
    uint64_t folded = side->buckets[0].count;
    memmove(side->buckets, side->buckets + 1, (size_t)(at - 1)*sizeof *side->buckets);
    side->buckets[at - 1] = (SketchBucket){ index, count };
    side->buckets[0].count += folded;
    return NULL;
  }
  if( !makeRoom(sketch, side) ) return kSketchNoMemory;
  memmove(side->buckets + at + 1, side->buckets + at, (size_t)(side->count - at)*sizeof *side->buckets);
  side->buckets[at] = (SketchBucket){ index, count };
  side->count++;
  return NULL;
}

static void widen(Sketch *sketch, double least, double most){
  if( sketch->count==0 || least < sketch->least ) sketch->least = least;
  if( sketch->count==0 || most > sketch->most ) sketch->most = most;
}

const char *sketchAddMany(Sketch *sketch, double x, uint64_t count){
  const char *why = NULL;
  x += 0.0; /* -0 is 0 */
  if( count > (uint64_t)INT64_MAX - sketch->count ) return kTooMany;
  if( x > 0 ) why = sideAdd(sketch, &sketch->positive, indexOf(x), count);
  else if( x < 0 ) why = sideAdd(sketch, &sketch->negative, indexOf(-x), count);
  else sketch->zeros += count;
  if( why ) return why;
  widen(sketch, x, x);
  sketch->count += count;
  return NULL;
}

const char *sketchAdd(Sketch *sketch, double x){
  return sketchAddMany(sketch, x, 1);
}

void sketchClear(Sketch *sketch){
  sketch->positive.count = sketch->negative.count = 0;
  sketch->zeros = sketch->count = 0;
}

/* ---- Bytes ---- */

/* CRC-32 of zlib, four bits at a time. */
static uint32_t checksum(const unsigned char *bytes, size_t length){
  static const uint32_t kTable[16] = {
    0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
    0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c, 0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
  };
  uint32_t sum = 0xffffffff;
  for(size_t i = 0; i < length; i++){
    sum ^= bytes[i];
    sum = kTable[sum & 15] ^ sum >> 4;
    sum = kTable[sum & 15] ^ sum >> 4;
  }
  return ~sum;
}

static void writeNumber(LoreBuffer *out, uint64_t value, int bytes){
  for(int i = 0; i < bytes; i++) loreBufferChar(out, (char)(value >> 8*i & 0xff));
}

static void writeVarint(LoreBuffer *out, uint64_t value){
  for(; value >= 0x80; value >>= 7) loreBufferChar(out, (char)((value & 0x7f) | 0x80));
  loreBufferChar(out, (char)value);
}

static void writeSide(LoreBuffer *out, const SketchSide *side){
  int32_t next = LOWEST;
  writeVarint(out, (uint64_t)side->count);
  for(int i = 0; i < side->count; i++){
    writeVarint(out, (uint64_t)(side->buckets[i].index - next));
    writeVarint(out, side->buckets[i].count - 1);
    next = side->buckets[i].index + 1;
  }
}

void sketchWrite(const Sketch *sketch, LoreBuffer *out){
  size_t start = out->length;
  loreBufferAppend(out, kName, sizeof kName);
  loreBufferChar(out, VERSION);
  loreBufferChar(out, BUCKET_BITS);
  writeNumber(out, bitsOf(sketch->least), 8);
  writeNumber(out, bitsOf(sketch->most), 8);
  writeVarint(out, sketch->zeros);
  writeSide(out, &sketch->positive);
  writeSide(out, &sketch->negative);
  if( !out->failed ) writeNumber(out, checksum((unsigned char*)out->data + start, out->length - start), CHECKSUM);
}

/* What is left to read; `broken` once it is not as it must be. */
typedef struct Reader {
  const unsigned char *at, *end;
  int broken;
} Reader;

static uint64_t readNumber(Reader *reader, int bytes){
  uint64_t value = 0;
  if( reader->end - reader->at < bytes ){
    reader->broken = 1;
    return 0;
  }
  for(int i = 0; i < bytes; i++) value |= (uint64_t)reader->at[i] << 8*i;
  reader->at += bytes;
  return value;
}

static uint64_t readVarint(Reader *reader){
  uint64_t value = 0;
  for(int shift = 0; shift < 64 && reader->at < reader->end; shift += 7){
    unsigned char byte = *reader->at++;
    value |= (uint64_t)(byte & 0x7f) << shift;
    if( byte & 0x80 ) continue;
    if( (byte==0 && shift > 0) || (shift==63 && byte > 1) ) break; /* longer than needed, or than 64 bits */
    return value;
  }
  reader->broken = 1;
  return 0;
}

/* What a walk over the bytes has seen of one side. */
typedef struct Extent {
  int count;
  int32_t lowest, highest;
} Extent;

static void countIn(Reader *reader, uint64_t *total, uint64_t more){
  if( more > (uint64_t)INT64_MAX - *total ) reader->broken = 1;
  else *total += more;
}

/* Adds the buckets of a side to `side`, when there is one: of `into`. */
static const char *readSide(Reader *reader, Extent *extent, uint64_t *total, const Sketch *into, SketchSide *side){
  uint64_t count = readVarint(reader);
  int64_t next = LOWEST;
  const char *why = NULL;
  *extent = (Extent){ (int)count, 0, 0 };
  if( count > SKETCH_BUCKETS ) reader->broken = 1;
  for(uint64_t i = 0; i < count && !reader->broken && why==NULL; i++){
    uint64_t gap = readVarint(reader), held = readVarint(reader);
    if( gap > (uint64_t)(HIGHEST - next) || held >= INT64_MAX ) reader->broken = 1;
    if( reader->broken ) break;
    int32_t index = (int32_t)(next + (int64_t)gap);
    countIn(reader, total, held + 1);
    if( i==0 ) extent->lowest = index;
    extent->highest = index;
    next = (int64_t)index + 1;
    if( next > HIGHEST && i + 1 < count ) reader->broken = 1;
    if( side ) why = sideAdd(into, side, index, held + 1);
  }
  return why;
}

/* Whether x can be the number nearest to 0, or farthest from it, of a side. */
static int isNearest(double magnitude, const Extent *side){
  if( !(magnitude > 0) ) return 0;
  int32_t index = indexOf(magnitude);
  return index==side->lowest || (side->count==SKETCH_BUCKETS && index < side->lowest);
}

static int isFarthest(double magnitude, const Extent *side){
  return magnitude > 0 && indexOf(magnitude)==side->highest;
}

static int extremesFit(double least, double most, const Extent *positive, const Extent *negative, uint64_t zeros){
  if( !isfinite(least) || !isfinite(most) || least > most ) return 0;
  int low = negative->count ? isFarthest(-least, negative) : zeros ? bitsOf(least)==0 : isNearest(least, positive);
  int high = positive->count ? isFarthest(most, positive) : zeros ? bitsOf(most)==0 : isNearest(-most, negative);
  return low && high;
}

/* Looks at every byte; with `into` it adds what they say, which has been looked at before. */
static const char *walk(const unsigned char *bytes, size_t length, Sketch *into){
  Reader reader = { bytes + HEAD, bytes + length - CHECKSUM, 0 };
  Extent positive, negative;
  uint64_t total = 0;
  double least = realOf(readNumber(&reader, 8)), most = realOf(readNumber(&reader, 8));
  uint64_t zeros = readVarint(&reader);
  countIn(&reader, &total, zeros);
  const char *why = readSide(&reader, &positive, &total, into, into ? &into->positive : NULL);
  if( why==NULL ) why = readSide(&reader, &negative, &total, into, into ? &into->negative : NULL);
  if( why ) return why;
  if( reader.broken || reader.at!=reader.end || total==0 ) return kBroken;
  if( !extremesFit(least, most, &positive, &negative, zeros) ) return kBroken;
  if( into ){
    widen(into, least, most);
    into->zeros += zeros;
    into->count += total;
  }
  return NULL;
}

/* Numbers of a sketch that walk has found sound. */
static uint64_t countOf(const unsigned char *bytes, size_t length){
  Reader reader = { bytes + HEAD + 16, bytes + length - CHECKSUM, 0 };
  Extent side;
  uint64_t total = readVarint(&reader);
  readSide(&reader, &side, &total, NULL, NULL);
  readSide(&reader, &side, &total, NULL, NULL);
  return total;
}

const char *sketchMerge(Sketch *sketch, const unsigned char *bytes, size_t length){
  if( length < HEAD + CHECKSUM || memcmp(bytes, kName, sizeof kName)!=0 ) return kBroken;
  Reader tail = { bytes + length - CHECKSUM, bytes + length, 0 };
  if( checksum(bytes, length - CHECKSUM)!=readNumber(&tail, CHECKSUM) ) return kBroken;
  if( bytes[3]!=VERSION || bytes[4]!=BUCKET_BITS ) return "is a sketch of another version";
  const char *why = walk(bytes, length, NULL);
  if( why==NULL && countOf(bytes, length) > (uint64_t)INT64_MAX - sketch->count ) why = kTooMany;
  return why ? why : walk(bytes, length, sketch);
}

/* ---- Quantiles ---- */

/* The middle of the bucket of the number at this rank, from 0. */
static double valueAt(const Sketch *sketch, uint64_t rank){
  if( rank==0 ) return sketch->least;
  if( rank >= sketch->count - 1 ) return sketch->most;
  double x = 0;
  uint64_t seen = 0;
  int found = 0;
  for(int i = sketch->negative.count - 1; i >= 0 && !found; i--){
    seen += sketch->negative.buckets[i].count;
    found = rank < seen;
    if( found ) x = -middleOf(sketch->negative.buckets[i].index);
  }
  if( !found ) seen += sketch->zeros, found = rank < seen;
  for(int i = 0; i < sketch->positive.count && !found; i++){
    seen += sketch->positive.buckets[i].count;
    found = rank < seen;
    if( found ) x = middleOf(sketch->positive.buckets[i].index);
  }
  return x < sketch->least ? sketch->least : x > sketch->most ? sketch->most : x;
}

double sketchQuantile(const Sketch *sketch, double q){
  double place = q*(double)(sketch->count - 1);
  uint64_t rank = (uint64_t)place;
  double low = valueAt(sketch, rank);
  return quantileBetween(low, valueAt(sketch, rank + 1), place - (double)rank);
}

void sketchFree(Sketch *sketch, void (*release)(void *)){
  release(sketch->positive.buckets);
  release(sketch->negative.buckets);
}
