/*
** A growing list of points in memory of a call.
*/
#ifndef LORE_METRICS_POINTS_H
#define LORE_METRICS_POINTS_H

#include "engine/engine.h"

typedef struct MetricPoints {
  int64_t *times;
  double *values;
  int count, capacity;
} MetricPoints;

/* Room for `more` points; 0 and an error in the call when there is none. */
int pointsReserve(LoreCall *call, MetricPoints *points, int more);

/* There must be room. */
static inline void pointsAdd(MetricPoints *points, int64_t time, double value){
  points->times[points->count] = time;
  points->values[points->count++] = value;
}

#endif
