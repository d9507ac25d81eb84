/*
** patterns: which operations repeat, how reliably, and what automating them would save.
*/
#include "patterns/statistics.h"

static const LoreFunction kFunctions[] = {
  { "running_avg", "avg:number n:int[1..]! x:number", statisticRunningAverage, LORE_PURE,
    "the next average: of n numbers, x the last and avg that of the others", "2.0, 3, 5.0" },
  { "wilson_lower", "successes:int[0..]! n:int[0..]! z:real[0..1000]=1.96", statisticWilsonLower, LORE_PURE,
    "what a share is at least: lower end of Wilson's interval", "8, 10" },
  { "beta_interval", "successes:int[0..]! n:int[0..]! level:real[0..1]=0.95", statisticBetaInterval, LORE_PURE,
    "a share with its interval as JSON: low, expected, high", "8, 10, 0.9" },
  { "rate_interval", "events:int[0..]! seconds:real[0.000001..1000000000000000]! level:real[0..1]=0.95", statisticRateInterval,
    LORE_PURE, "events a second with their interval as JSON: low, expected, high", "12, 86400" },
  { "quantile_at", "s:blob q:real[0..1]!", statisticSketchAt, LORE_PURE, "quantile of a sketch, off by at most 1 %",
    STATISTIC_SKETCH_EXAMPLE ", 0.5" },
};

const LoreSubsystem kPatterns = {
  .name = "patterns",
  .functions = LORE_TABLE(kFunctions),
  .aggregates = { kStatisticAggregates, STATISTIC_AGGREGATES },
  .common = STATISTIC_COMMON,
};
