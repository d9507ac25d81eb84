/*
** A frame: up to FRAME_POINTS whole numbers of 64 bits that lie near each other but for a few. Pure: knows no SQLite.
**
** Most are a reference and a few bits more, all of one width; what lies outside, above or below, is an exception and is
** given in full, so that a reset or a gap does not widen its neighbours (patched frame of reference: Zukowski, Heman, Nes,
** Boncz: "Super-scalar RAM-CPU cache compression", 2006).
**
** As bytes (varint and packed bits: bits.h; all arithmetic is modulo 2^64):
**
**   1 byte    width, 0 to 64; with bit 7 set when there are exceptions
**   varint    the reference, zigzag
**   if there are exceptions:
**     1 byte  how many, 1 to the number of values
**     bytes   the place of each, rising, from 0
**     varints of each: number - reference, zigzag
**   bytes     number - reference of each, packed; 0 for an exception
*/
#ifndef LORE_METRICS_FRAME_H
#define LORE_METRICS_FRAME_H

#include <stdint.h>

#include "metrics/bits.h"

enum {
  FRAME_POINTS = BITS_BLOCK,
  FRAME_EXCEPTIONS_MOST = 16, /* that framePlan makes */
  FRAME_BYTES_MOST = 1 + BITS_VARINT_MOST + 1 + FRAME_EXCEPTIONS_MOST*(1 + BITS_VARINT_MOST) + 8*FRAME_POINTS
};

/* What a frame packs: the numbers from low to high. bits: of the whole frame, but for a few that exceptions may add or save. */
typedef struct FramePlan {
  int64_t low, high;
  int bits;
} FramePlan;

/* count is 1 to FRAME_POINTS. */
FramePlan framePlan(const uint64_t *numbers, int count);

/* Writes the numbers of the plan, at most FRAME_BYTES_MOST; where it ends. */
unsigned char *frameWrite(const FramePlan *plan, const uint64_t *numbers, int count, unsigned char *to);

/* The numbers without the reference, which whoever sums them up can add on the way. Where the frame ends; NULL when there is none
** of so many numbers before `end`. */
const unsigned char *frameRead(const unsigned char *from, const unsigned char *end, int count, uint64_t *numbers,
                               uint64_t *reference);

#endif
