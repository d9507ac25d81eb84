/*
** Exact sums of numbers and of their squares, from which rows can be taken away again. Pure: knows no SQLite.
**
** A sum is a fixed-point integer that is wide enough for every double (a superaccumulator: Kulisch, Computer Arithmetic
** and Validity, 2008), so nothing is ever rounded before the result: 1e300 added and removed again leaves the rest as
** it was, the order of rows makes no difference, and mean and variance are the correctly rounded ones. 64-bit integers
** count with all their bits. Infinities are counted beside the sums; not-a-number must not come.
*/
#ifndef LORE_PATTERNS_MOMENTS_H
#define LORE_PATTERNS_MOMENTS_H

#include <stdint.h>

enum {
  SUM_WORDS = 34,    /* bits of 2^-1074 to 2^1024, and room for 2^63 rows with sign */
  SQUARES_WORDS = 67 /* the same of the squares */
};

/* Zeroed memory is no row. */
typedef struct Sum {
  int64_t count;           /* rows, infinite ones too */
  int64_t positive, negative; /* infinite rows */
  uint64_t words[SUM_WORDS]; /* two's complement, least significant first, in units of 2^-1074 */
} Sum;

typedef struct Moments {
  Sum sum;
  uint64_t squares[SQUARES_WORDS]; /* of the finite rows, in units of 2^-2148 */
} Moments;

void sumAddReal(Sum *sum, double x);
void sumAddInt(Sum *sum, int64_t x);
void sumRemoveReal(Sum *sum, double x); /* of a row that was added */
void sumRemoveInt(Sum *sum, int64_t x);

void momentsAddReal(Moments *moments, double x);
void momentsAddInt(Moments *moments, int64_t x);
void momentsRemoveReal(Moments *moments, double x);
void momentsRemoveInt(Moments *moments, int64_t x);

/* 0 when there is none: no row; infinities of both signs, and for the last two any infinity. The mean of infinities of
** one sign is infinite, so is a variance beyond the largest double. The deviation is off by at most one last digit. */
int sumMean(const Sum *sum, double *mean);
int momentsVariance(const Moments *moments, double *variance);   /* of the population: divided by n */
int momentsDeviation(const Moments *moments, double *deviation); /* its square root */

#endif
