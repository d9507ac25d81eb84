/*
** Values in the order of their time, for aggregates over all rows or over a moving window. Pure: knows no SQLite.
**
** While nothing but adding happens points are only listed; the first question puts them in order. From then on they stay
** in order: a point that comes with the latest time, or goes with the earliest, as in a window over time, costs O(1), any
** other O(n), for those behind it move up.
**
** Points of one time are in the order of their values: so nothing depends on the order of rows.
*/
#ifndef LORE_METRICS_SERIES_H
#define LORE_METRICS_SERIES_H

#include <stddef.h>
#include <stdint.h>

#include "engine/lttb.h"

typedef LorePoint Point; /* mark: no part of the order, but points with different ones are different */

/* Zeroed memory is no point; set `reallocate` (like realloc, never called with 0 bytes) before the first one. */
typedef struct Series {
  void *(*reallocate)(void *old, size_t bytes);
  Point *points; /* room for `room`; those in use begin at `head` */
  size_t head, count, room;
  int asked;     /* in order, and kept so */
} Series;

/* Only with a series that was asked; told of each two neighbours that begin or cease (`take`) to be such. May be NULL. */
typedef void SeriesPair(void *context, const Point *before, const Point *after, int take);

int seriesAdd(Series *series, Point point, SeriesPair *pair, void *context);     /* 0: no memory; nothing has changed */
void seriesRemove(Series *series, Point point, SeriesPair *pair, void *context); /* one that was added */

/* Puts them in order and returns the first; NULL: there is none. The first time, all neighbours are told to `pair`. */
const Point *seriesAsk(Series *series, SeriesPair *pair, void *context);

void seriesFree(Series *series, void (*release)(void *));

#endif
