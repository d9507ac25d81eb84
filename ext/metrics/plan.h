/*
** What answers a range of one series: its raw points or the roll-ups of a tier, for each run of buckets. Pure: knows no SQLite.
**
** A bucket is answered by the coarsest tier that does so exactly: the bucket is made of whole buckets of the tier, the tier
** holds them all, and none of them is out of date. Else by the raw points, when none of them has been pruned. Else, for the raw
** points are gone and nothing is exact, by the finest tier that holds it: by its roll-ups that begin in the bucket. Where raw
** points were pruned, those that are there all the same came late and are in no roll-up: they are added.
**
** Quantiles of roll-ups are not exact, so raw points go before them where they are all there.
*/
#ifndef LORE_METRICS_PLAN_H
#define LORE_METRICS_PLAN_H

#include "metrics/grid.h"

/* What a tier holds of the series. */
typedef struct PlanTier {
  int64_t step;           /* its buckets begin at the multiples */
  int64_t since, until;   /* complete from since to before until; INT64_MIN and INT64_MAX: whatever there is */
  const int64_t *dirty;   /* buckets that are out of date, rising; those before the horizon don't count */
  int dirty_count;
} PlanTier;

enum { PLAN_RAW = -1 };

typedef struct Plan {
  const Grid *grid;
  const PlanTier *tiers;  /* the coarsest first */
  int tier_count;
  int64_t horizon;        /* raw points before it have been pruned; INT64_MIN: none */
  int64_t first, last;    /* times of the series' first and last data, or outside of them */
  int open_since, open_until; /* the range's end is that of the data: it cuts nothing off */
  int prefers_raw;        /* for quantiles */
} Plan;

/* A run of buckets with one source. Its roll-ups are those that begin from `since` to before rows_until; they are merged with the
** raw points from `since` to before points_until. Either may be empty. */
typedef struct PlanSegment {
  int64_t since, until;
  int tier;               /* its place in tiers, or PLAN_RAW */
  int64_t rows_until, points_until;
} PlanSegment;

/* The run that begins with the bucket of t, a time of the range; it need not be the longest. */
PlanSegment planSegment(const Plan *plan, int64_t t);

#endif
