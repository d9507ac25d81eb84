/*
** The roll-ups of a tier of one series into a tally, merged with raw points: where raw points were pruned, those that came late;
** or, after the horizon, all.
*/
#ifndef LORE_METRICS_RANGE_TIER_H
#define LORE_METRICS_RANGE_TIER_H

#include "metrics/plan.h"
#include "metrics/range_value.h"
#include "metrics/stream.h"
#include "metrics/tally.h"

typedef struct RangeTier {
  LoreCall *call;
  RangeFn fn;
  Tally *tally;
  sqlite3_int64 series;
  const char *name;
  LoreStatement *rows;
  int has_row;
  int64_t bucket;       /* of the row */
  CodecAggregate row;
  int has_stream, has_points; /* has_points: the stream is not at its end */
  int place, count;           /* of the points that it gave out last */
  MetricStream stream;
} RangeTier;

/* What a segment of the tier of this name says. */
void rangeTierBegin(RangeTier *tier, LoreCall *call, RangeFn fn, Tally *tally, sqlite3_int64 series, const char *name,
                    const PlanSegment *segment);

/* Adds a roll-up or some points, not more than the tally has room for. 0: there are no more, or an error in the call. */
int rangeTierNext(RangeTier *tier);

void rangeTierEnd(RangeTier *tier); /* may be called early, and again */

#endif
