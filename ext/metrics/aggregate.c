/*
** Aggregates: see aggregate.h. Loops run over LANES values a turn, which the compiler makes vectors of.
*/
#include "metrics/aggregate.h"

#include <math.h>

enum { LANES = 8 };

/* ---- Sums ---- */

/* What rounding takes from a sum goes into low. */
static inline void addTo(CodecSum *sum, double x){
  double high = sum->high + x, part = high - sum->high;
  sum->low += (sum->high - (high - part)) + (x - part);
  sum->high = high;
}

static void addSum(CodecSum *sum, const CodecSum *more){
  addTo(sum, more->high);
  sum->low += more->low;
}

static double sumOf(const CodecSum *sum){
  return isfinite(sum->high) ? sum->high + sum->low : sum->high;
}

static CodecSum sumRun(const double *values, int count){
  CodecSum sum = { 0, 0 };
  double high[LANES] = { 0 }, low[LANES] = { 0 };
  int i = 0;
  for(; i + LANES <= count; i += LANES){
    for(int l = 0; l < LANES; l++){
      double x = values[i + l], next = high[l] + x, part = next - high[l];
      low[l] += (high[l] - (next - part)) + (x - part);
      high[l] = next;
    }
  }
  for(int l = 0; l < LANES; l++) addSum(&sum, &(CodecSum){ high[l], low[l] });
  for(; i < count; i++) addTo(&sum, values[i]);
  return sum;
}

/* ---- Extremes ---- */

static void widenBy(CodecAggregate *aggregate, double x){
  aggregate->min = x < aggregate->min ? x : aggregate->min;
  aggregate->max = x > aggregate->max ? x : aggregate->max;
}

static void widen(CodecAggregate *aggregate, const double *values, int count){
  double least[LANES], most[LANES];
  int i = 0;
  for(int l = 0; l < LANES; l++) least[l] = aggregate->min, most[l] = aggregate->max;
  for(; i + LANES <= count; i += LANES){
    for(int l = 0; l < LANES; l++){
      double x = values[i + l];
      least[l] = x < least[l] ? x : least[l];
      most[l] = x > most[l] ? x : most[l];
    }
  }
  for(; i < count; i++) widenBy(aggregate, values[i]);
  for(int l = 0; l < LANES; l++){
    widenBy(aggregate, least[l]);
    widenBy(aggregate, most[l]);
  }
}

/* ---- Moments ---- */

static double squaresAround(double mean, const double *values, int count){
  double squares[LANES] = { 0 }, sum = 0;
  int i = 0;
  for(; i + LANES <= count; i += LANES){
    for(int l = 0; l < LANES; l++){
      double distance = values[i + l] - mean, square = distance*distance;
      squares[l] += square;
    }
  }
  for(int l = 0; i < count; i++, l++){
    double distance = values[i] - mean, square = distance*distance;
    squares[l] += square;
  }
  for(int l = 0; l < LANES; l++) sum += squares[l];
  return sum;
}

static void addMoments(CodecAggregate *aggregate, int64_t count, double mean, double m2){
  double mine = (double)aggregate->count, others = (double)count, all = mine + others;
  double distance = mean - aggregate->mean, square = distance*distance;
  double between = square*(mine*others/all), shift = distance*(others/all);
  aggregate->m2 += m2;
  aggregate->m2 += between;
  aggregate->mean = aggregate->count==0 ? mean : aggregate->mean + shift;
}

/* ---- Resets of a counter ---- */

static void addDrops(CodecAggregate *aggregate, const double *values, int count){
  int falls = 0;
  if( aggregate->count > 0 && values[0] < aggregate->last ) addTo(&aggregate->dropped, aggregate->last);
  for(int i = 1; i < count; i++) falls += values[i] < values[i - 1];
  if( falls==0 ) return;
  for(int i = 1; i < count; i++) if( values[i] < values[i - 1] ) addTo(&aggregate->dropped, values[i - 1]);
}

/* ---- Together ---- */

/* The first point of an aggregate. */
static void begin(CodecAggregate *aggregate, int64_t time, double value){
  aggregate->first_time = time;
  aggregate->first = aggregate->min = aggregate->max = value;
}

/* All of a run of up to FRAME_POINTS values but its extremes. */
static void addRun(CodecAggregate *aggregate, CodecSum sum, int64_t last_time, const double *values, int count){
  if( aggregate->parts & AGGREGATE_MOMENTS ){
    double mean = sumOf(&sum)/count;
    addMoments(aggregate, count, mean, squaresAround(mean, values, count));
  }
  if( aggregate->parts & AGGREGATE_RESETS ) addDrops(aggregate, values, count);
  addSum(&aggregate->sum, &sum);
  aggregate->count += count;
  aggregate->last_time = last_time;
  aggregate->last = values[count - 1];
}

static void addMany(CodecAggregate *aggregate, int64_t first_time, int64_t last_time, const double *values, int count){
  if( aggregate->count==0 ) begin(aggregate, first_time, values[0]);
  widen(aggregate, values, count);
  addRun(aggregate, sumRun(values, count), last_time, values, count);
}

/* For a few values lanes are not worth their beginning and end, and whether the next is still one of them is a guess that is
** better made once than for each part. A bucket may have no more. */
static int addFew(CodecAggregate *aggregate, const int64_t *times, const double *values, int count, int64_t until){
  CodecSum sum = { 0, 0 };
  int taken = 0;
  if( aggregate->count==0 ) begin(aggregate, times[0], values[0]);
  double least = aggregate->min, most = aggregate->max;
  for(; taken < count && times[taken] <= until; taken++){
    double x = values[taken];
    addTo(&sum, x);
    least = x < least ? x : least;
    most = x > most ? x : most;
  }
  aggregate->min = least;
  aggregate->max = most;
  addRun(aggregate, sum, times[taken - 1], values, taken);
  return taken;
}

int codecAddUntil(CodecAggregate *aggregate, const int64_t *times, const double *values, int count, int64_t until){
  int taken = 2*LANES;
  if( count < taken || times[taken - 1] > until ) return addFew(aggregate, times, values, count, until);
  while( taken < count && times[taken] <= until ) taken++;
  addMany(aggregate, times[0], times[taken - 1], values, taken);
  return taken;
}

void codecAddPoints(CodecAggregate *aggregate, const int64_t *times, const double *values, int count){
  for(int i = 0; i < count; i += FRAME_POINTS){
    int run = count - i < FRAME_POINTS ? count - i : FRAME_POINTS;
    addMany(aggregate, times[i], times[i + run - 1], values + i, run);
  }
}

const char *codecAddChunk(CodecAggregate *aggregate, const CodecChunk *chunk, CodecRange range){
  CodecPieces pieces;
  codecPiecesBegin(&pieces, chunk, range, 0);
  while( codecPiecesNext(&pieces) ){
    addMany(aggregate, pieces.first_time, pieces.last_time, pieces.values + pieces.from, pieces.to - pieces.from);
  }
  return pieces.problem;
}

void codecAddAggregate(CodecAggregate *aggregate, const CodecAggregate *later){
  if( later->count==0 ) return;
  if( aggregate->count==0 ){
    *aggregate = *later;
    return;
  }
  if( aggregate->parts & AGGREGATE_MOMENTS ) addMoments(aggregate, later->count, later->mean, later->m2);
  if( aggregate->parts & AGGREGATE_RESETS ){
    if( later->first < aggregate->last ) addTo(&aggregate->dropped, aggregate->last);
    addSum(&aggregate->dropped, &later->dropped);
  }
  addSum(&aggregate->sum, &later->sum);
  aggregate->min = later->min < aggregate->min ? later->min : aggregate->min;
  aggregate->max = later->max > aggregate->max ? later->max : aggregate->max;
  aggregate->count += later->count;
  aggregate->last_time = later->last_time;
  aggregate->last = later->last;
}

double codecSum(const CodecAggregate *aggregate){
  return sumOf(&aggregate->sum);
}

/* The mean of equal values may be off by a last digit, and they then seem to vary. */
double codecMean(const CodecAggregate *aggregate){
  return aggregate->min==aggregate->max ? aggregate->min : aggregate->mean;
}

double codecVariance(const CodecAggregate *aggregate){
  return aggregate->min==aggregate->max ? 0 : aggregate->m2/(double)aggregate->count;
}

CodecSum codecIncreaseSum(const CodecAggregate *aggregate){
  CodecSum increase = aggregate->dropped;
  addTo(&increase, aggregate->last);
  addTo(&increase, -aggregate->first);
  return increase;
}

double codecIncrease(const CodecAggregate *aggregate){
  CodecSum increase = codecIncreaseSum(aggregate);
  return sumOf(&increase);
}
