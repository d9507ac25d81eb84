/*
** Exact sums of numbers and of their squares, from which rows can be taken away again. Pure: knows no SQLite.
**
** A sum is a fixed-point integer that is wide enough for every double (a superaccumulator: Kulisch, Computer Arithmetic
** and Validity, 2008), so nothing is ever rounded before the result: 1e300 added and removed again leaves the rest as
** it was, the order of rows makes no difference, and mean and variance are the correctly rounded ones. 64-bit integers
** count with all their bits. Infinities are counted beside the sums; not-a-number must not come. Rows may have weights,
** for integrals over time.
*/
#ifndef LORE_ENGINE_MOMENTS_H
#define LORE_ENGINE_MOMENTS_H

#include <stdint.h>

enum {
  LORE_SUM_WORDS = 34,    /* bits of 2^-1074 to 2^1024, and room for 2^63 rows with sign */
  LORE_SQUARES_WORDS = 67 /* the same of the squares */
};

/* Zeroed memory is no row. */
typedef struct LoreSum {
  int64_t count;           /* rows, infinite ones too */
  int64_t positive, negative; /* infinite rows */
  uint64_t words[LORE_SUM_WORDS]; /* two's complement, least significant first, in units of 2^-1074 */
} LoreSum;

typedef struct LoreMoments {
  LoreSum sum;
  uint64_t squares[LORE_SQUARES_WORDS]; /* of the finite rows, in units of 2^-2148 */
} LoreMoments;

void loreSumAddReal(LoreSum *sum, double x);
void loreSumAddInt(LoreSum *sum, int64_t x);
void loreSumRemoveReal(LoreSum *sum, double x); /* of a row that was added */
void loreSumRemoveInt(LoreSum *sum, int64_t x);

/* An integer or a real, as SQLite has them. */
typedef struct LoreNumber {
  int is_int;
  union {
    int64_t integer;
    double real;
  };
} LoreNumber;

double loreNumberReal(LoreNumber x);
int loreNumberCompare(LoreNumber a, LoreNumber b); /* below 0, 0 or above, with all bits of an integer */

/* x counts `weight` times, 0 to 2^60 and all weights together at most 2^63; with `take` it is taken away again. Not for
** loreSumMean: the row is not counted. */
void loreSumWeigh(LoreSum *sum, LoreNumber x, int64_t weight, int take);

/* The sum divided by a number above 0; 0 when there are infinities of both signs. */
int loreSumOver(const LoreSum *sum, int64_t divisor, double *quotient);

void loreMomentsAddReal(LoreMoments *moments, double x);
void loreMomentsAddInt(LoreMoments *moments, int64_t x);
void loreMomentsRemoveReal(LoreMoments *moments, double x);
void loreMomentsRemoveInt(LoreMoments *moments, int64_t x);

/* 0 when there is none: no row; infinities of both signs, and for the last two any infinity. The mean of infinities of
** one sign is infinite, so is a variance beyond the largest double. The deviation is off by at most one last digit. */
int loreSumMean(const LoreSum *sum, double *mean);
int loreMomentsVariance(const LoreMoments *moments, double *variance);   /* of the population: divided by n */
int loreMomentsDeviation(const LoreMoments *moments, double *deviation); /* its square root */

#endif
