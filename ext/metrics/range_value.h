/*
** What metric_range can say of the points of a bucket, each as SQL says it with our aggregates over the same points. Pure: knows
** no SQLite.
*/
#ifndef LORE_METRICS_RANGE_VALUE_H
#define LORE_METRICS_RANGE_VALUE_H

#include "metrics/aggregate.h"

#define RANGE_FN_WORDS "avg|min|max|sum|count|first|last|rate|increase|stddev|p50|p90|p95|p99"

/* In the order of the words. */
typedef enum RangeFn {
  RANGE_AVG, RANGE_MIN, RANGE_MAX, RANGE_SUM, RANGE_COUNT, RANGE_FIRST, RANGE_LAST, RANGE_RATE, RANGE_INCREASE, RANGE_STDDEV,
  RANGE_P50, RANGE_P90, RANGE_P95, RANGE_P99
} RangeFn;

RangeFn rangeFnOf(const char *word); /* one of the words */

int rangeParts(RangeFn fn);       /* of the aggregate */
int rangeNeedsSum(RangeFn fn);
int rangeNeedsPoints(RangeFn fn); /* count, sum, extremes, first and last do not say it */
double rangeQuantile(RangeFn fn); /* 0..1; -1: it is none */

static inline int rangeIsQuantile(RangeFn fn){
  return fn >= RANGE_P50;
}

/* Not for quantiles. The aggregate has a point. Not-a-number: there is no answer. */
double rangeValue(RangeFn fn, const CodecAggregate *aggregate);

#endif
