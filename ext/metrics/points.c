#include "metrics/points.h"

#include <string.h>

int pointsReserve(LoreCall *call, MetricPoints *points, int more){
  if( points->count + more <= points->capacity ) return !loreFailed(call);
  int capacity = points->capacity ? points->capacity : 2048;
  while( capacity < points->count + more ) capacity *= 2;
  int64_t *times = loreAllocate(call, (size_t)capacity*sizeof *times);
  double *values = loreAllocate(call, (size_t)capacity*sizeof *values);
  if( loreFailed(call) ) return 0;
  if( points->count > 0 ){
    memcpy(times, points->times, (size_t)points->count*sizeof *times);
    memcpy(values, points->values, (size_t)points->count*sizeof *values);
  }
  *points = (MetricPoints){ .times = times, .values = values, .count = points->count, .capacity = capacity };
  return 1;
}
