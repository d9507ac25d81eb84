/*
** Count, sum, extremes, moments and the increase of a counter over points, from arrays or out of a chunk. Pure: knows no SQLite.
**
** Sums are kept as two doubles, of which the second holds what rounding took from the first (TwoSum: Knuth; Neumaier 1974), in
** LANES sums side by side, which are added up in their order. The error is some 2^-106 of the sum of magnitudes, so the sum is,
** but for ties nearer than that, the correctly rounded one, in whatever pieces the points came; the same calls over the same points
** give the same bits. Mean and M2, the sum of squared distances from the mean, are computed in two passes over each piece and put
** together as by Chan, Golub and LeVeque (1979).
**
** Infinities are numbers: the sum of those of one sign is infinite, of both it is NaN; mean and M2 are then of no use.
*/
#ifndef LORE_METRICS_AGGREGATE_H
#define LORE_METRICS_AGGREGATE_H

#include "metrics/codec.h"

/* What costs more than counting and adding is computed on demand. */
enum {
  AGGREGATE_MOMENTS = 1, /* mean, m2 */
  AGGREGATE_RESETS = 2   /* codecIncrease */
};

typedef struct CodecSum {
  double high, low;
} CodecSum;

/* With a count of 0 it is no point, and all else but `parts` may be anything. */
typedef struct CodecAggregate {
  int parts;
  int64_t count;
  int64_t first_time, last_time;
  double min, max, first, last;
  CodecSum sum;
  double mean, m2;  /* AGGREGATE_MOMENTS */
  CodecSum dropped; /* AGGREGATE_RESETS: what a counter had reached each time before it fell */
} CodecAggregate;

/* Adds points, in ascending times; later ones than all before. */
void codecAddPoints(CodecAggregate *aggregate, const int64_t *times, const double *values, int count);

/* Adds the points of a range of a chunk, which are later than all before. After a problem the aggregate is of no use. */
const char *codecAddChunk(CodecAggregate *aggregate, const CodecChunk *chunk, CodecRange range);

/* Adds the points of another aggregate with the same parts, which are later than all before. */
void codecAddAggregate(CodecAggregate *aggregate, const CodecAggregate *later);

/* Of an aggregate with a point. */
double codecSum(const CodecAggregate *aggregate);
double codecMean(const CodecAggregate *aggregate);     /* AGGREGATE_MOMENTS, as the next */
double codecVariance(const CodecAggregate *aggregate); /* of the population: m2/count; 0 when all values are the same */
double codecIncrease(const CodecAggregate *aggregate); /* a fall is a reset to 0; whole when all values are */
CodecSum codecIncreaseSum(const CodecAggregate *aggregate); /* that, before it is rounded */

/* As codecAddPoints, for 1 to FRAME_POINTS, which mostly are few. */
void codecAddRun(CodecAggregate *aggregate, const int64_t *times, const double *values, int count);

/* How many of ascending times lie up to one, as at least the first does; found the fastest when the guess is right. */
static inline int codecCountUntil(const int64_t *times, int count, int64_t until, int64_t guess){
  int taken = 1;
  if( guess > count ) guess = count;
  if( guess > 1 && times[guess - 1] <= until ) taken = (int)guess;
  while( taken < count && times[taken] <= until ) taken++;
  return taken;
}

#endif
