/*
** Packing of whole numbers: see bits.h.
*/
#include "metrics/bits.h"

/* Of values up to this width a load of 64 bits from the byte where one begins has all of it, or all of four. */
enum { ONE_LOAD = 57, FOUR_A_LOAD = 14 };

void bitsPack(const uint64_t *values, int count, int width, unsigned char *to){
  uint64_t pending = 0; /* bits not written yet, fewer than 64 */
  int held = 0;
  if( width==0 ) return;
  for(int i = 0; i < count; i++){
    pending |= values[i] << held;
    held += width;
    if( held < 64 ) continue;
    bitsStore(to, pending);
    to += 8;
    held -= 64;
    pending = held > 0 ? values[i] >> (width - held) : 0;
  }
  for(; held > 0; held -= 8, pending >>= 8) *to++ = (unsigned char)pending;
}

/* 8 values of a width fill whole bytes, so the place of each within its 8 is the same all over. */
static void unpackNarrow(const unsigned char *from, int count, int width, uint64_t *values){
  uint64_t mask = (UINT64_C(1) << width) - 1;
  unsigned bit = 0;
  for(int i = 0; i < count; i++, bit += (unsigned)width) values[i] = bitsLoad(from + bit/8) >> bit%8 & mask;
}

/* A whole block, which is a multiple of four. */
static void unpackFours(const unsigned char *from, int width, uint64_t *values){
  uint64_t mask = (UINT64_C(1) << width) - 1;
  unsigned bit = 0;
  for(int i = 0; i < BITS_BLOCK; i += 4, bit += 4*(unsigned)width){
    uint64_t four = bitsLoad(from + bit/8) >> bit%8;
    values[i] = four & mask;
    four >>= width;
    values[i + 1] = four & mask;
    four >>= width;
    values[i + 2] = four & mask;
    four >>= width;
    values[i + 3] = four & mask;
  }
}

static void unpackWide(const unsigned char *from, int count, int width, uint64_t *values){
  uint64_t mask = UINT64_MAX >> (64 - width);
  unsigned bit = 0;
  for(int i = 0; i < count; i++, bit += (unsigned)width){
    const unsigned char *at = from + bit/8;
    values[i] = (bitsLoad(at) >> bit%8 | (uint64_t)at[8] << 1 << (63 - bit%8)) & mask;
  }
}

void bitsUnpack(const unsigned char *from, int count, int width, uint64_t *values){
  if( width==0 ) memset(values, 0, (size_t)count*sizeof *values);
  else if( width > ONE_LOAD ) unpackWide(from, count, width, values);
  else if( width <= FOUR_A_LOAD && count==BITS_BLOCK ) unpackFours(from, width, values);
  else unpackNarrow(from, count, width, values);
}

unsigned char *bitsWriteVarint(unsigned char *to, uint64_t value){
  for(; value >= 0x80; value >>= 7) *to++ = (unsigned char)((value & 0x7f) | 0x80);
  *to++ = (unsigned char)value;
  return to;
}

const unsigned char *bitsReadVarint(const unsigned char *from, const unsigned char *end, uint64_t *value){
  *value = 0;
  for(int shift = 0; shift < 64 && from < end; shift += 7){
    unsigned char byte = *from++;
    *value |= (uint64_t)(byte & 0x7f) << shift;
    if( byte & 0x80 ) continue;
    if( (byte==0 && shift > 0) || (shift==63 && byte > 1) ) break; /* longer than needed, or than 64 bits */
    return from;
  }
  return NULL;
}
