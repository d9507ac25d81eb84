/*
** Values of buckets: see range_value.h.
*/
#include "metrics/range_value.h"

#include <math.h>
#include <string.h>

RangeFn rangeFnOf(const char *word){
  static const char kWords[] = RANGE_FN_WORDS;
  int fn = 0;
  size_t length = strlen(word);
  for(const char *p = kWords; strncmp(p, word, length)!=0 || (p[length] && p[length]!='|'); p++, fn++) p = strchr(p, '|');
  return (RangeFn)fn;
}

int rangeParts(RangeFn fn){
  if( fn==RANGE_STDDEV ) return AGGREGATE_MOMENTS;
  return fn==RANGE_RATE || fn==RANGE_INCREASE ? AGGREGATE_RESETS : 0;
}

int rangeNeedsSum(RangeFn fn){
  return fn==RANGE_AVG || fn==RANGE_SUM;
}

int rangeNeedsPoints(RangeFn fn){
  return fn >= RANGE_RATE;
}

double rangeQuantile(RangeFn fn){
  switch( fn ){
    case RANGE_P50: return 0.5;
    case RANGE_P90: return 0.9;
    case RANGE_P95: return 0.95;
    case RANGE_P99: return 0.99;
    default: return -1;
  }
}

/* Rounded once: what the first quotient leaves counts too. The two divisions need not wait for each other. */
static double divide(CodecSum sum, double divisor){
  double quotient = sum.high/divisor, share = 1/divisor;
  if( sum.low==0 || !isfinite(quotient) ) return quotient;
  return quotient + (fma(-quotient, divisor, sum.high) + sum.low)*share;
}

/* A second, between the first and the last point; times are milliseconds. */
static double rateOf(const CodecAggregate *aggregate){
  enum { SECOND = 1000 };
  CodecSum increase = codecIncreaseSum(aggregate);
  double span = (double)(aggregate->last_time - aggregate->first_time), high = increase.high*SECOND;
  if( span==0 ) return NAN;
  return divide((CodecSum){ high, fma(increase.high, SECOND, -high) + increase.low*SECOND }, span);
}

/* Not-a-number for what is infinite though no point is: a sum or a square on the way was beyond the largest double. */
static double unlessBeyond(const CodecAggregate *aggregate, double value){
  return isinf(value) && isfinite(aggregate->min) && isfinite(aggregate->max) ? NAN : value;
}

static double deviationOf(const CodecAggregate *aggregate){
  return isfinite(aggregate->min) && isfinite(aggregate->max) ? sqrt(codecVariance(aggregate)) : NAN;
}

double rangeValue(RangeFn fn, const CodecAggregate *aggregate){
  switch( fn ){
    case RANGE_AVG: return unlessBeyond(aggregate, divide(aggregate->sum, (double)aggregate->count));
    case RANGE_MIN: return aggregate->min;
    case RANGE_MAX: return aggregate->max;
    case RANGE_SUM: return codecSum(aggregate);
    case RANGE_COUNT: return (double)aggregate->count;
    case RANGE_FIRST: return aggregate->first;
    case RANGE_LAST: return aggregate->last;
    case RANGE_RATE: return rateOf(aggregate);
    case RANGE_INCREASE: return codecIncrease(aggregate);
    case RANGE_STDDEV: return unlessBeyond(aggregate, deviationOf(aggregate));
    default: return NAN;
  }
}
