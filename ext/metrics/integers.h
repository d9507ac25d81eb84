/*
** A sequence of whole numbers of 64 bits, read frame by frame. Pure: knows no SQLite.
**
** What is stored are residuals: what is left of each number when a simple rule has foretold it. Regular times and steady
** counters leave nothing at all. With y the numbers relative to the first, divided by what all of them are multiples of:
**
**   LINE      y[i] = step*i                             nothing more is stored
**   SPREAD    y[i] = step*i + r[i]                      times on a grid that come late, levels with noise
**   WALK      y[i] = y[i-1] + r[i]                      delta
**   CURVE     y[i] = 2*y[i-1] - y[i-2] + r[i]           delta of delta
**
** As bytes (varint: bits.h; frame: frame.h; all arithmetic is modulo 2^64; the first number and the count are stored
** by whoever has the sequence):
**
**   1 byte    the rule: 0 LINE, 1 SPREAD, 2 WALK, 3 CURVE
**   varint    unit, not 0: number i is first + unit*y[i]; y[0] is 0
**   varint    step, zigzag; of CURVE y[1]; not there for WALK
**   frames    of r[0], r[1], …, FRAME_POINTS each, the last of what is left; not there for LINE. r[0] of SPREAD is 0;
**             the others say themselves what their first is, so r[0] of WALK, r[0] and r[1] of CURVE may be anything.
**             WALK and CURVE have at least 3 numbers: any 2 are a LINE.
*/
#ifndef LORE_METRICS_INTEGERS_H
#define LORE_METRICS_INTEGERS_H

#include <stddef.h>
#include <stdint.h>

#include "metrics/frame.h"

enum {
  INTEGERS_MOST = 1024, /* numbers of a sequence */
  INTEGERS_BYTES_MOST = 1 + 2*BITS_VARINT_MOST + INTEGERS_MOST/FRAME_POINTS*FRAME_BYTES_MOST
};

/* count is 1 to INTEGERS_MOST. Writes at most INTEGERS_BYTES_MOST; where it ends. */
unsigned char *integersWrite(const int64_t *numbers, int count, unsigned char *to);

typedef struct IntegersReader {
  const unsigned char *at, *end; /* at: NULL once the bytes have turned out to be damaged */
  int rule;
  int index, count;    /* of the next number, of all */
  uint64_t first, unit;
  uint64_t step;        /* times unit */
  uint64_t last, delta; /* the number before the next, and what it was more than the one before it */
} IntegersReader;

/* 0: the bytes are no such sequence. */
int integersBegin(IntegersReader *reader, const unsigned char *from, const unsigned char *end, int64_t first, int count);

/* 1: the numbers are known to ascend, on a line, and end with `last`. */
int integersRiseTo(const IntegersReader *reader, int64_t last);

/* The next FRAME_POINTS numbers, or what is left of them: how many. 0: there are no more, or the bytes are damaged, or do not
** end where the sequence does. */
int integersNext(IntegersReader *reader, int64_t *numbers);

#endif
