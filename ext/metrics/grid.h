/*
** The buckets that a range of time is asked for in: those of a step by the calendar, of which the first and the last may be cut
** by the range's ends, or one for all of the range. Pure: knows no SQLite.
*/
#ifndef LORE_METRICS_GRID_H
#define LORE_METRICS_GRID_H

#include "metrics/bucket.h"

typedef struct Grid {
  BucketStep step;       /* count 0: one bucket for all */
  const Zone *zone;
  int64_t since, until;  /* of the range; in the years 0000 to 9999, until at most 1 ms after them */
  int64_t period;        /* all buckets are so long and begin at origin + k*period; 0: by the calendar, or one for all */
  int64_t origin;
} Grid;

/* step NULL: one bucket for all. */
Grid gridMake(const BucketStep *step, const Zone *zone, int64_t since, int64_t until);

/* Where the bucket of a time of the range begins, which may be before it; of one for all at `since`. */
int64_t gridStart(const Grid *grid, int64_t t);
int64_t gridNext(const Grid *grid, int64_t t); /* and the next one, which may be after it; of one for all at `until` */

#endif
