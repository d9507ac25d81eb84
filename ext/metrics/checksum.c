/*
** XXH32: see checksum.h. The names of the primes are those of its specification.
*/
#include "metrics/checksum.h"

#define PRIME_1 UINT32_C(0x9e3779b1)
#define PRIME_2 UINT32_C(0x85ebca77)
#define PRIME_3 UINT32_C(0xc2b2ae3d)
#define PRIME_4 UINT32_C(0x27d4eb2f)
#define PRIME_5 UINT32_C(0x165667b1)

enum { LANES = 4, WORD = 4, STRIPE = WORD*LANES }; /* bytes of a word and of a turn */

static uint32_t load(const unsigned char *from){
  return (uint32_t)from[0] | (uint32_t)from[1] << 8 | (uint32_t)from[2] << 16 | (uint32_t)from[3] << 24;
}

static uint32_t rotate(uint32_t x, int bits){
  return x << bits | x >> (32 - bits);
}

/* Four lanes that do not wait for each other take in 16 bytes a turn. */
static uint32_t sumStripes(const unsigned char *bytes, size_t stripes){
  uint32_t lanes[LANES] = { PRIME_1 + PRIME_2, PRIME_2, 0, UINT32_C(0) - PRIME_1 };
  for(; stripes > 0; stripes--, bytes += STRIPE){
    for(size_t l = 0; l < LANES; l++) lanes[l] = rotate(lanes[l] + load(bytes + WORD*l)*PRIME_2, 13)*PRIME_1;
  }
  return rotate(lanes[0], 1) + rotate(lanes[1], 7) + rotate(lanes[2], 12) + rotate(lanes[3], 18);
}

uint32_t checksumOf(const unsigned char *bytes, size_t length){
  size_t stripes = length/STRIPE;
  const unsigned char *end = bytes + length;
  uint32_t sum = stripes ? sumStripes(bytes, stripes) : PRIME_5;
  sum += (uint32_t)length;
  bytes += stripes*STRIPE;
  for(; end - bytes >= WORD; bytes += WORD) sum = rotate(sum + load(bytes)*PRIME_3, 17)*PRIME_4;
  for(; bytes < end; bytes++) sum = rotate(sum + *bytes*PRIME_5, 11)*PRIME_1;
  sum = (sum ^ sum >> 15)*PRIME_2;
  sum = (sum ^ sum >> 13)*PRIME_3;
  return sum ^ sum >> 16;
}
