/*
** Roll-ups: a row of metric_rollups, and what it is made of.
**
** Infinite points are in no sketch; where there are any, it has fewer numbers than the row has points.
*/
#ifndef LORE_METRICS_ROLLUPS_H
#define LORE_METRICS_ROLLUPS_H

#include "engine/engine.h"
#include "engine/sketch.h"
#include "metrics/aggregate.h"

/* Queries give these columns in this order: count, sum, sum_rest, min, max, first, last, first_ts, last_ts, m2, dropped,
** dropped_rest, sketch. */
enum { ROLLUP_COLUMNS = 13, ROLLUP_PARTS = AGGREGATE_MOMENTS | AGGREGATE_RESETS };

/* All of the row at hand but its sketch, as an aggregate with ROLLUP_PARTS. 0: it is damaged, an error in the call. */
int rollupRead(LoreCall *call, LoreStatement *row, int first_column, CodecAggregate *aggregate);

/* Adds the finite numbers of the row to a sketch, also where the row needs none of its own; aggregate is what was read of it. NULL,
** or why not, as sketchMerge. */
const char *rollupSketch(LoreStatement *row, int first_column, const CodecAggregate *aggregate, Sketch *sketch);

/* ---- Making one ---- */

typedef struct Rollup {
  LoreCall *call;
  CodecAggregate aggregate;
  Sketch sketch;
  LoreBuffer bytes; /* of the sketch, while it is written */
} Rollup;

void rollupBegin(LoreCall *call, Rollup *rollup);
void rollupClear(Rollup *rollup); /* no point any more */
void rollupAddPoints(Rollup *rollup, const int64_t *times, const double *values, int count); /* later ones than all before */
void rollupAddRow(Rollup *rollup, LoreStatement *row, int first_column);                     /* later points than all before */

/* Points that came late, in ascending times: they may lie among those that are there already. All is as if they had been there from
** the beginning, but for `dropped`, of which only those before the first and after the last can tell. A time that is there
** already counts once more. */
void rollupAddLate(Rollup *rollup, const int64_t *times, const double *values, int count);

/* Writes it, when it has a point, as the row of a bucket, in place of one that is there. 1 when it did. */
int rollupWrite(Rollup *rollup, sqlite3_int64 series, const char *tier, int64_t bucket);
void rollupEnd(Rollup *rollup);

#endif
