/*
** Made-up series: see series.h.
*/
#include "series.h"

#include <math.h>

const char *const kSeriesNames[SERIES_KINDS] = { "gauges", "counters", "integers", "full doubles" };

/* splitmix64 (Steele, Lea, Flood 2014). */
static uint64_t next(uint64_t *state){
  uint64_t x = *state += UINT64_C(0x9e3779b97f4a7c15);
  x = (x ^ x >> 30)*UINT64_C(0xbf58476d1ce4e5b9);
  x = (x ^ x >> 27)*UINT64_C(0x94d049bb133111eb);
  return x ^ x >> 31;
}

static double between(uint64_t *state, double least, double most){
  return least + (most - least)*((double)(next(state) >> 11)*0x1p-53);
}

/* As likely between 1 and 10 as between 10 and 100. */
static double betweenMagnitudes(uint64_t *state, double least, double most){
  return exp(between(state, log(least), log(most)));
}

SeriesKind seriesKindOf(int number){
  static const SeriesKind kTurn[12] = {
    SERIES_GAUGE, SERIES_COUNTER, SERIES_INTEGER, SERIES_GAUGE, SERIES_COUNTER, SERIES_INTEGER,
    SERIES_GAUGE, SERIES_COUNTER, SERIES_INTEGER, SERIES_GAUGE, SERIES_COUNTER, SERIES_FULL
  };
  return kTurn[number % 12];
}

void seriesTimes(int number, int has_jitter, int count, int64_t *times){
  uint64_t state = (uint64_t)number*2 + 1;
  for(int i = 0; i < count; i++){
    times[i] = SERIES_START + (int64_t)i*SERIES_STEP;
    if( has_jitter ) times[i] += (int64_t)(next(&state) % (2*SERIES_JITTER + 1)) - SERIES_JITTER;
  }
}

static void gauge(uint64_t *state, int count, double *values){
  double x = between(state, 20, 80), most = betweenMagnitudes(state, 0.05, 1);
  for(int i = 0; i < count; i++){
    x = fabs(x + between(state, -most, most));
    if( x > 100 ) x = 200 - x;
    values[i] = round(x*100)/100;
  }
}

static void counter(uint64_t *state, int count, double *values){
  double x = floor(between(state, 0, 1e6)), rate = betweenMagnitudes(state, 1, 1000);
  for(int i = 0; i < count; i++){
    values[i] = x;
    x += round(between(state, 0.75*rate, 1.25*rate));
    if( next(state) % 5000==0 ) x = 0;
  }
}

static void integer(uint64_t *state, int count, double *values){
  double level = betweenMagnitudes(state, 10, 1000), x = level;
  for(int i = 0; i < count; i++){
    x += 0.2*(level - x) + between(state, -0.1*level, 0.1*level);
    values[i] = round(x);
  }
}

static void full(uint64_t *state, int count, double *values){
  double x = betweenMagnitudes(state, 0.1, 1000);
  for(int i = 0; i < count; i++) values[i] = x *= between(state, 0.99, 1/0.99);
}

void seriesValues(int number, int count, double *values){
  static void (*const kMakers[SERIES_KINDS])(uint64_t *, int, double *) = { gauge, counter, integer, full };
  uint64_t state = (uint64_t)number*2;
  kMakers[seriesKindOf(number)](&state, count, values);
}
