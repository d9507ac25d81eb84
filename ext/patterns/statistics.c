/*
** Statistics as aggregates and window functions, and pure functions beside them. The mathematics is in engine/moments.c
** and sketch.c, ranks.c, intervals.c and confidence.c, which know no SQLite.
**
** NULLs are skipped, and over nothing the answer is NULL. Not-a-number can't come: SQLite makes it NULL. Infinite
** numbers count as such: the mean of some is infinite, and what would be infinite minus infinite is NULL.
*/
#include "patterns/statistics.h"

#include <math.h>

#include "engine/json.h"
#include "engine/moments.h"
#include "engine/sketch.h"
#include "patterns/confidence.h"
#include "patterns/intervals.h"
#include "patterns/ranks.h"

/* ---- running_avg ---- */

static void averageStep(LoreCall *call, void *context){
  if( loreIsInt(call, 0) ) loreSumAddInt(context, loreInt(call, 0));
  else if( loreGiven(call, 0) ) loreSumAddReal(context, loreReal(call, 0));
}

static void averageInverse(LoreCall *call, void *context){
  if( loreIsInt(call, 0) ) loreSumRemoveInt(context, loreInt(call, 0));
  else if( loreGiven(call, 0) ) loreSumRemoveReal(context, loreReal(call, 0));
}

static void averageValue(LoreCall *call, void *context){
  double mean;
  if( loreSumMean(context, &mean) ) loreResultReal(call, mean);
}

/* Result: REAL, the average of n numbers, x the last of them and avg that of those before; avg when x is NULL. */
void statisticRunningAverage(LoreCall *call){
  enum { AVG, N, X };
  double n = loreReal(call, N), avg = loreReal(call, AVG), x = loreReal(call, X);
  if( !loreGiven(call, X) ){
    if( loreGiven(call, AVG) ) loreResultReal(call, avg);
  }else if( n==1 ){
    loreResultReal(call, x);
  }else if( !loreGiven(call, AVG) ){
    loreRefuse(call, LORE_BAD_ARGUMENT, "avg is missing, and n is %lld", loreInt(call, N));
  }else{
    double next = (avg*(n - 1) + x)/n;
    loreResultReal(call, isinf(next) && !isinf(avg) && !isinf(x) ? avg*((n - 1)/n) + x/n : next);
  }
}

/* ---- variance_pop, stddev_pop ---- */

static void momentsStep(LoreCall *call, void *context){
  if( loreIsInt(call, 0) ) loreMomentsAddInt(context, loreInt(call, 0));
  else if( loreGiven(call, 0) ) loreMomentsAddReal(context, loreReal(call, 0));
}

static void momentsInverse(LoreCall *call, void *context){
  if( loreIsInt(call, 0) ) loreMomentsRemoveInt(context, loreInt(call, 0));
  else if( loreGiven(call, 0) ) loreMomentsRemoveReal(context, loreReal(call, 0));
}

static void varianceValue(LoreCall *call, void *context){
  double variance;
  if( loreMomentsVariance(context, &variance) ) loreResultReal(call, variance);
}

static void deviationValue(LoreCall *call, void *context){
  double deviation;
  if( loreMomentsDeviation(context, &deviation) ) loreResultReal(call, deviation);
}

/* ---- ewma ---- */

typedef struct Smooth {
  int started;
  double level;
} Smooth;

/* The first number as it is; then alpha of each and the rest of what was. */
static void smoothStep(LoreCall *call, void *context){
  Smooth *smooth = context;
  double x = loreReal(call, 0), alpha = loreReal(call, 1);
  if( alpha==0 ) loreRefuse(call, LORE_BAD_ARGUMENT, "alpha must be more than 0, got 0");
  if( loreFailed(call) || !loreGiven(call, 0) ) return;
  if( !smooth->started || alpha==1 ) smooth->level = x;
  else smooth->level = alpha*x + (1 - alpha)*smooth->level;
  smooth->started = 1;
}

static void smoothValue(LoreCall *call, void *context){
  const Smooth *smooth = context;
  if( smooth->started ) loreResultReal(call, smooth->level);
}

/* ---- quantile, median ---- */

typedef struct Quantile {
  Ranks ranks;
  int has_q;
  double q;
} Quantile;

static void quantileChange(LoreCall *call, Quantile *quantile, double q, int (*change)(Ranks*, double)){
  quantile->ranks.reallocate = loreReallocate;
  if( quantile->has_q && quantile->q!=q ){
    loreRefuse(call, LORE_BAD_ARGUMENT, "q must be the same in all rows, got %s", loreShow(call, 1));
    return;
  }
  quantile->has_q = 1;
  quantile->q = q;
  if( !loreGiven(call, 0) || change(&quantile->ranks, loreReal(call, 0)) ) return;
  if( ranksCount(&quantile->ranks) < RANKS_MOST ) loreNoMemory(call);
  else loreRefuse(call, LORE_BAD_ARGUMENT, "takes at most %d numbers at once", (int)RANKS_MOST);
}

static void quantileStep(LoreCall *call, void *context){
  quantileChange(call, context, loreReal(call, 1), ranksAdd);
}

static void quantileInverse(LoreCall *call, void *context){
  quantileChange(call, context, loreReal(call, 1), ranksRemove);
}

static void medianStep(LoreCall *call, void *context){
  quantileChange(call, context, 0.5, ranksAdd);
}

static void medianInverse(LoreCall *call, void *context){
  quantileChange(call, context, 0.5, ranksRemove);
}

static void quantileValue(LoreCall *call, void *context){
  Quantile *quantile = context;
  double value;
  if( ranksQuantile(&quantile->ranks, quantile->q, &value) ) loreResultReal(call, value);
}

static void quantileRelease(void *context){
  ranksFree(&((Quantile*)context)->ranks, sqlite3_free);
}

/* ---- confidence_score ---- */

typedef struct Confidence {
  ConfidenceSums sums;
  int64_t steps[CONFIDENCE_STEPS]; /* rows by the frequency of their occurrence_count: the highest counts */
} Confidence;

static ConfidenceRow confidenceRow(LoreCall *call){
  enum { DURATION = 1, ERRORS, RETRIES };
  return (ConfidenceRow){ .duration_ms = confidenceMilliseconds(loreReal(call, DURATION)),
                          .has_errors = loreGiven(call, ERRORS), .errors = loreInt(call, ERRORS),
                          .retries = loreInt(call, RETRIES) };
}

static int64_t *stepOf(LoreCall *call, Confidence *confidence){
  int step = 0;
  while( loreInt(call, 0) < kConfidenceSteps[step] ) step++;
  return &confidence->steps[step];
}

static void confidenceStep(LoreCall *call, void *context){
  ConfidenceRow row = confidenceRow(call);
  confidenceAdd(&((Confidence*)context)->sums, &row);
  ++*stepOf(call, context);
}

static void confidenceInverse(LoreCall *call, void *context){
  ConfidenceRow row = confidenceRow(call);
  confidenceRemove(&((Confidence*)context)->sums, &row);
  --*stepOf(call, context);
}

static void confidenceValue(LoreCall *call, void *context){
  const Confidence *confidence = context;
  int step = 0;
  while( step < CONFIDENCE_STEPS - 1 && confidence->steps[step]==0 ) step++;
  loreResultReal(call, confidenceScore(kConfidenceSteps[step], &confidence->sums));
}

/* ---- Intervals ---- */

/* 1 when the first argument, successes, is at most the second, n. */
static int areShare(LoreCall *call){
  int fits = loreInt(call, 0) <= loreInt(call, 1);
  if( !fits ){
    loreRefuse(call, LORE_BAD_ARGUMENT, "successes must be at most n, got %lld of %lld", loreInt(call, 0), loreInt(call, 1));
  }
  return fits;
}

static int isLevel(LoreCall *call, int argument){
  int fits = loreReal(call, argument) < 1;
  if( !fits ) loreRefuse(call, LORE_BAD_ARGUMENT, "level must be less than 1, got 1");
  return fits;
}

static void answerInterval(LoreCall *call, Interval interval){
  LoreJson *json = loreJsonObject(call);
  loreJsonAddReal(call, json, "low", interval.low);
  loreJsonAddReal(call, json, "expected", interval.expected);
  loreJsonAddReal(call, json, "high", interval.high);
  loreJsonResult(call, json);
}

/* Result: REAL, what the share successes/n is at least. */
void statisticWilsonLower(LoreCall *call){
  if( areShare(call) ) loreResultReal(call, wilsonLower(loreReal(call, 0), loreReal(call, 1), loreReal(call, 2)));
}

/* Result: JSON object {low, expected, high} of the share. */
void statisticBetaInterval(LoreCall *call){
  if( !areShare(call) || !isLevel(call, 2) ) return;
  answerInterval(call, betaInterval(loreReal(call, 0), loreReal(call, 1), loreReal(call, 2)));
}

/* Result: JSON object {low, expected, high}, events a second. */
void statisticRateInterval(LoreCall *call){
  if( isLevel(call, 2) ) answerInterval(call, rateInterval(loreReal(call, 0), loreReal(call, 1), loreReal(call, 2)));
}

/* ---- Rows ---- */

#define TEXT_OF(number) #number
#define BOUND(number) TEXT_OF(number)
#define COUNT_TYPE ":int[0.." BOUND(CONFIDENCE_MOST_COUNT) "]?"

const LoreAggregate kStatisticAggregates[STATISTIC_AGGREGATES] = {
  { "running_avg", "x:number?", LORE_PURE, sizeof(LoreSum), averageStep, averageInverse, averageValue, NULL,
    "average, exactly rounded", "2.5" },
  { "confidence_score",
    "occurrence_count:int[0..]! duration_seconds:real[-" BOUND(CONFIDENCE_MOST_SECONDS) ".." BOUND(CONFIDENCE_MOST_SECONDS) "]? "
    "error_count" COUNT_TYPE " retry_count" COUNT_TYPE,
    LORE_PURE, sizeof(Confidence), confidenceStep, confidenceInverse, confidenceValue, NULL,
    "how far a pattern can be relied on, 0 to 100", "10, 120.5, 0, 1" },
  { "variance_pop", "x:number?", LORE_PURE, sizeof(LoreMoments), momentsStep, momentsInverse, varianceValue, NULL,
    "population variance, exactly rounded", "2.5" },
  { "stddev_pop", "x:number?", LORE_PURE, sizeof(LoreMoments), momentsStep, momentsInverse, deviationValue, NULL,
    "population standard deviation", "2.5" },
  { "ewma", "x:number? alpha:real[0..1]!", LORE_PURE, sizeof(Smooth), smoothStep, loreKeepsAll, smoothValue, NULL,
    "exponentially weighted average in the order of the rows", "2.5, 0.3" },
  { "quantile", "x:number? q:real[0..1]!", LORE_PURE, sizeof(Quantile), quantileStep, quantileInverse, quantileValue,
    quantileRelease, "exact quantile, interpolated between neighbours", "2.5, 0.95" },
  { "median", "x:number?", LORE_PURE, sizeof(Quantile), medianStep, medianInverse, quantileValue, quantileRelease,
    "exact median", "2.5" },
  { "quantile_sketch", "x:real?", LORE_PURE, sizeof(Sketch), sketchGroupAdd, loreKeepsAll, sketchGroupValue, sketchGroupRelease,
    "a small mergeable sketch of many numbers, for quantile_at", "2.5" },
  { "quantile_merge", "s:blob?", LORE_PURE, sizeof(Sketch), sketchGroupMerge, loreKeepsAll, sketchGroupValue, sketchGroupRelease,
    "one sketch of all the numbers of many", STATISTIC_SKETCH_EXAMPLE },
};
