/*
** Values that are decimals of few digits, as whole numbers: v = d/10^e with one e for all (ALP: Afroozeh, Kuffo, Boncz: "ALP:
** Adaptive Lossless floating-Point Compression", 2023). Pure: knows no SQLite.
**
** d/10^e is divided, not multiplied by 10^-e as there: the quotient of two exact numbers is the double nearest to the decimal,
** which is what reading "12.34" gives, so hardly a decimal needs to be an exception. A value is taken as d (up to 2^53, with e = 0
** up to 2^62) only when d gives back its very bits; others, as -0.0, infinities, 1/3, are exceptions.
**
** As bytes (varint: bits.h):
**
**   1 byte     e, 0 to 18
**   2 bytes    exceptions, little-endian, fewer than there are values
**   2 bytes    of each exception its place, rising, from 0, little-endian
**   8 bytes    of each exception its bits (IEEE 754, little-endian)
**   varint     d of the first value, zigzag
**   sequence   d of each value (integers.h); an exception's is anything
*/
#ifndef LORE_METRICS_DECIMALS_H
#define LORE_METRICS_DECIMALS_H

#include "metrics/integers.h"

enum {
  DECIMALS_EXCEPTIONS_MOST = INTEGERS_MOST/8, /* that decimalsWrite makes; more of them make another form shorter */
  DECIMALS_BYTES_MOST = 3 + 10*DECIMALS_EXCEPTIONS_MOST + BITS_VARINT_MOST + INTEGERS_BYTES_MOST
};

/* The shortest form found; count is 1 to INTEGERS_MOST. Writes at most DECIMALS_BYTES_MOST; where it ends, NULL when too many
** of the values are no decimals. */
unsigned char *decimalsWrite(const double *values, int count, unsigned char *to);

typedef struct DecimalsReader {
  IntegersReader integers;
  double scale;                         /* 10^e */
  const unsigned char *places, *exceptions; /* of the exceptions to come */
  ptrdiff_t exceptions_left;
} DecimalsReader;

/* 0: the bytes are no `count` decimals. */
int decimalsBegin(DecimalsReader *reader, const unsigned char *from, const unsigned char *end, int count);

/* As integersNext; without values (NULL) they are skipped. */
int decimalsNext(DecimalsReader *reader, double *values);

#endif
