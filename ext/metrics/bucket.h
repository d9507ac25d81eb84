/*
** Buckets of time: a step as text, and where the bucket of a moment starts and the next one. Pure: knows no SQLite.
**
** Without a zone they are those of UTC: milliseconds to hours, and days, counted from 1970-01-01; weeks from Mondays, the
** first of them 1969-12-29; months and years from the year 0, so that 3 months are a quarter and 10 years a decade.
**
** With a zone the same is done to its wall time:
**
**   days to years  begin when the clocks first show midnight of their first day: after the gap where it is skipped, at the
**                  earlier where it comes twice. So the day of a change has 23 or 25 hours.
**   shorter steps  begin at the multiples of the step, of wall time since 1970-01-01T00:00. Where the clocks are put back by
**                  less than the step, the bucket they fall into is longer; by the step or more, the same wall times are
**                  buckets again, and one that the change cuts short ends there. Where they are put forward, it is shorter.
**
** So start <= t < next always, the next of one is the start of another, and in the zone UTC all are as without a zone.
*/
#ifndef LORE_METRICS_BUCKET_H
#define LORE_METRICS_BUCKET_H

#include <stddef.h>
#include <stdint.h>

#include "metrics/zone.h"

typedef enum BucketUnit { BUCKET_MILLISECONDS, BUCKET_DAYS, BUCKET_WEEKS, BUCKET_MONTHS } BucketUnit;

/* Both above 0; at most 10,000 years. */
typedef struct BucketStep {
  BucketUnit unit;
  int64_t count;
} BucketStep;

/* '90s', '15m', '1h30m', '2d', '1w', '3mo', '1q', '1y'; ISO 8601 as 'PT15M', 'P1D', 'P1Y6M'; '60': seconds.
** Units: ms, s, m, h; d; w; mo, q, y. More than one only of the same kind. 0 when it is no step. */
int bucketStepParse(const char *text, size_t length, BucketStep *step);
int bucketStepOfSeconds(double seconds, BucketStep *step); /* whole milliseconds */

/* t in the years 0000 to 9999. zone may be NULL. A start before the first moment of those is that, a next one after the
** last moment is 1 ms after it. */
int64_t bucketStart(const BucketStep *step, const Zone *zone, int64_t t);
int64_t bucketNext(const BucketStep *step, const Zone *zone, int64_t t);

#endif
