/*
** The rows of a range: series by series the buckets that have a point, as they are asked for. A plan says for each run of buckets
** what answers it; nothing is asked of SQL for a single bucket.
*/
#ifndef LORE_METRICS_RANGE_ROWS_H
#define LORE_METRICS_RANGE_ROWS_H

#include "metrics/plan.h"
#include "metrics/range_raw.h"
#include "metrics/range_tier.h"

/* Arguments of metric_range, and the first ones of metric_fill. */
enum { RANGE_NAME, RANGE_SINCE, RANGE_UNTIL, RANGE_STEP, RANGE_TAGS, RANGE_FN, RANGE_TZ, RANGE_ARGUMENTS };

/* A tier of the file, with what it holds of the series at hand. */
typedef struct RangeSource {
  const char *name;
  int64_t step;
} RangeSource;

typedef struct RangeRows {
  /* The series at hand, and its bucket. */
  sqlite3_int64 series;
  const char *tags;
  size_t tags_length;
  const TallyBucket *bucket;   /* until the next one */
  const char *resolution;      /* what it was answered by */

  Grid grid;
  int has_since, has_until;
  RangeFn fn;

  LoreCall *call;
  LoreStatement *match;
  RangeSource *sources;        /* the coarsest first */
  int source_count, source_room;

  Plan plan;                   /* of the series */
  PlanTier *tiers;             /* those of sources that hold something of it */
  const char **tier_names;
  int64_t *dirty;              /* of all of them */
  int dirty_count, dirty_room;
  int64_t at;                  /* where the next segment begins, if there is one */

  enum { RANGE_NOTHING, RANGE_FROM_RAW, RANGE_FROM_TIER } reading;
  int taken;                   /* of the tally's done buckets */
  unsigned turns;
  Tally tally;
  union {
    RangeRaw raw;
    RangeTier tier;
  } from;                      /* what is read */
} RangeRows;

/* Reads the arguments. Memory of the call; NULL after an error. */
RangeRows *rangeRowsBegin(LoreCall *call);

int rangeNextSeries(RangeRows *rows); /* 0: no more, or an error in the call */
int rangeNextBucket(RangeRows *rows); /* of the series; 0 alike */
int rangeNextBuckets(RangeRows *rows); /* from `bucket` on, in an array; how many */

int64_t rangeBucketStart(const RangeRows *rows, const TallyBucket *bucket);
double rangeBucketValue(const RangeRows *rows, const TallyBucket *bucket); /* not-a-number: none */

void rangeRowsEnd(RangeRows *rows);

#endif
