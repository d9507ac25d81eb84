/*
** Aggregates: see aggregate.h. Loops run over LANES values a turn, which the compiler makes vectors of.
*/
#include "metrics/aggregate.h"

#include <math.h>

enum { LANES = 8, MANY = 2*LANES };

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

/* ---- Runs ---- */

/* Up to FRAME_POINTS values, at least one. */
typedef struct Run {
  CodecSum sum;
  double min, max;
} Run;

static double lesser(double a, double b){
  return a < b ? a : b;
}

static double greater(double a, double b){
  return a > b ? a : b;
}

static Run runOfMany(const double *values, int count){
  Run run = { .sum = sumRun(values, count), .min = values[0], .max = values[0] };
  double least[LANES], most[LANES];
  int i = 0;
  for(int l = 0; l < LANES; l++) least[l] = most[l] = values[0];
  for(; i + LANES <= count; i += LANES){
    for(int l = 0; l < LANES; l++){
      least[l] = lesser(values[i + l], least[l]);
      most[l] = greater(values[i + l], most[l]);
    }
  }
  for(; i < count; i++){
    run.min = lesser(values[i], run.min);
    run.max = greater(values[i], run.max);
  }
  for(int l = 0; l < LANES; l++){
    run.min = lesser(least[l], run.min);
    run.max = greater(most[l], run.max);
  }
  return run;
}

/* For a few values lanes are not worth their beginning and end. A bucket may have no more. */
static inline Run runOfFew(const double *values, int count){
  Run run = { { 0, 0 }, values[0], values[0] };
  for(int i = 0; i < count; i++){
    addTo(&run.sum, values[i]);
    run.min = lesser(values[i], run.min);
    run.max = greater(values[i], run.max);
  }
  return run;
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

/* The first points of an aggregate. */
static void begin(CodecAggregate *aggregate, const Run *run, int64_t first_time, double first){
  aggregate->first_time = first_time;
  aggregate->first = first;
  aggregate->min = run->min;
  aggregate->max = run->max;
  aggregate->sum = run->sum;
  aggregate->mean = aggregate->m2 = 0;
  aggregate->dropped = (CodecSum){ 0, 0 };
}

/* All of a run but its end. */
static void join(CodecAggregate *aggregate, const Run *run, int64_t first_time, double first){
  if( aggregate->count==0 ){
    begin(aggregate, run, first_time, first);
    return;
  }
  addSum(&aggregate->sum, &run->sum);
  aggregate->min = lesser(run->min, aggregate->min);
  aggregate->max = greater(run->max, aggregate->max);
}

static void end(CodecAggregate *aggregate, int count, int64_t last_time, double last){
  aggregate->count += count;
  aggregate->last_time = last_time;
  aggregate->last = last;
}

static void addRun(CodecAggregate *aggregate, Run run, int64_t first_time, int64_t last_time, const double *values, int count){
  join(aggregate, &run, first_time, values[0]);
  if( aggregate->parts & AGGREGATE_MOMENTS ){
    double mean = sumOf(&run.sum)/count;
    addMoments(aggregate, count, mean, squaresAround(mean, values, count));
  }
  if( aggregate->parts & AGGREGATE_RESETS ) addDrops(aggregate, values, count);
  end(aggregate, count, last_time, values[count - 1]);
}

static void addMany(CodecAggregate *aggregate, int64_t first_time, int64_t last_time, const double *values, int count){
  addRun(aggregate, runOfMany(values, count), first_time, last_time, values, count);
}

/* Most buckets of a fine step are a few points without any parts, and take the short way. */
void codecAddRun(CodecAggregate *aggregate, const int64_t *times, const double *values, int count){
  int64_t first_time = times[0], last_time = times[count - 1];
  if( count >= MANY ){
    addMany(aggregate, first_time, last_time, values, count);
    return;
  }
  Run run = runOfFew(values, count);
  if( aggregate->parts ){
    addRun(aggregate, run, first_time, last_time, values, count);
  }else{
    join(aggregate, &run, first_time, values[0]);
    end(aggregate, count, last_time, values[count - 1]);
  }
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
