/*
** Whole numbers of one width, bit after bit, and the variable-length ones. Pure: knows no SQLite.
**
** All is little-endian: value i of a width w has the bits i*w to i*w + w - 1, bit 0 being the lowest of the first byte. Bits
** that are left over in the last byte are 0.
*/
#ifndef LORE_METRICS_BITS_H
#define LORE_METRICS_BITS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum {
  BITS_BLOCK = 128,     /* so many are unpacked the fastest */
  BITS_SLACK = 8,       /* bytes after the packed ones that bitsUnpack may read */
  BITS_VARINT_MOST = 10 /* bytes */
};

static inline uint64_t bitsLoad(const unsigned char *from){
  uint64_t word;
  memcpy(&word, from, sizeof word);
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  word = __builtin_bswap64(word);
#endif
  return word;
}

static inline void bitsStore(unsigned char *to, uint64_t word){
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  word = __builtin_bswap64(word);
#endif
  memcpy(to, &word, sizeof word);
}

static inline uint64_t bitsOfReal(double x){
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

static inline double bitsToReal(uint64_t bits){
  double x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

/* Bits that x needs; 0 for 0. */
static inline int bitsWidth(uint64_t x){
  return x ? 64 - __builtin_clzll(x) : 0;
}

/* Small magnitudes of either sign as small numbers: 0, -1, 1, -2 are 0, 1, 2, 3. */
static inline uint64_t bitsZigzag(uint64_t x){
  return x << 1 ^ (UINT64_C(0) - (x >> 63));
}

static inline uint64_t bitsUnzigzag(uint64_t x){
  return x >> 1 ^ (UINT64_C(0) - (x & 1));
}

/* Bytes of `count` values of a width. */
static inline size_t bitsBytes(int width, int count){
  return ((size_t)width*(size_t)count + 7)/8;
}

/* width is 0 to 64, and no value has more bits. Writes bitsBytes. */
void bitsPack(const uint64_t *values, int count, int width, unsigned char *to);

/* width is 0 to 64. Reads at most bitsBytes + BITS_SLACK, and no byte when width is 0. */
void bitsUnpack(const unsigned char *from, int count, int width, uint64_t *values);

/* LEB128: 7 bits a byte, lowest first, the high bit says that more follow, no longer than needed. Where it ends. */
unsigned char *bitsWriteVarint(unsigned char *to, uint64_t value);
static inline int bitsVarintBytes(uint64_t value){
  return value ? (bitsWidth(value) + 6)/7 : 1;
}

/* Where it ends; NULL when there is none before `end`. */
const unsigned char *bitsReadVarint(const unsigned char *from, const unsigned char *end, uint64_t *value);

#endif
