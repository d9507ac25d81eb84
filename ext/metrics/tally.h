/*
** The buckets of one series as they fill: points, aggregates and sketches come in the order of time, and a bucket is done when
** something of a later one comes. Pure: knows no SQLite.
**
** Done buckets wait in an array until they are taken; what one call adds never makes more than that holds. For quantiles the
** values of the open bucket are kept, or, once a sketch comes, put into one with it.
*/
#ifndef LORE_METRICS_TALLY_H
#define LORE_METRICS_TALLY_H

#include "engine/sketch.h"
#include "metrics/aggregate.h"
#include "metrics/grid.h"

enum { TALLY_MOST = FRAME_POINTS + 1 };

typedef struct TallyBucket {
  int64_t start;
  CodecAggregate aggregate; /* of a quantile only count and times */
  double quantile;          /* not-a-number: none can be told */
} TallyBucket;

typedef struct Tally {
  /* Set before the first point. */
  const Grid *grid;
  int parts;
  double q;                /* the quantile, 0..1; below 0: none */
  void *(*reallocate)(void *old, size_t bytes); /* like realloc, never called with 0 bytes */

  int count;               /* of the done buckets */
  int is_open;
  int64_t last;            /* ms of the open one */
  int64_t usual;           /* points of the one before it */
  double *values;          /* of the open one, for a quantile */
  size_t value_count, value_room;
  Sketch sketch;
  uint64_t lowest, highest; /* infinite numbers beside it */
  int is_unknown;          /* of which sign some are is not known */
  int failed;              /* no memory */
  TallyBucket buckets[TALLY_MOST + 1]; /* those done, and behind them the one that is open */
} Tally;

void tallyBegin(Tally *tally, const Grid *grid, int parts, double q, void *(*reallocate)(void *old, size_t bytes));

/* The done ones have been taken: room for what the next call adds. */
void tallyClear(Tally *tally);

/* 1 to FRAME_POINTS points in ascending times, of buckets not before the open one. A point may lie before the last one of that:
** how many were taken; at least one, all when none does. */
int tallyPoints(Tally *tally, const int64_t *times, const double *values, int count);

/* Opens the bucket of `first`, unless it is. 1: it holds `last` too. */
int tallyFits(Tally *tally, int64_t first, int64_t last);

/* These add to the open bucket. Without a quantile: */
CodecAggregate *tallyOpen(Tally *tally); /* for points that are later than all before */
/* Of any times: where they lie among those of before, an increase is the sum of both. */
void tallyMerge(Tally *tally, const CodecAggregate *aggregate);

/* For a quantile: room for values, which the caller fills and then counts with their times. NULL: no memory. */
double *tallyRoom(Tally *tally, size_t count);
void tallyCount(Tally *tally, int64_t first_time, int64_t last_time, int64_t count);
/* A roll-up with its sketch, which holds its finite numbers; without one (length 0) it has up to two points, or all are equal, or
** none is finite. NULL, or why not. */
const char *tallySketch(Tally *tally, const CodecAggregate *aggregate, const unsigned char *sketch, size_t length);

void tallyEnd(Tally *tally); /* the open one is done */
void tallyFree(Tally *tally, void (*release)(void *));

#endif
