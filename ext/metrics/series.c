/*
** Values in the order of their time: see series.h.
*/
#include "metrics/series.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 16 };

static int compare(const Point *a, const Point *b){
  if( a->ts!=b->ts ) return a->ts < b->ts ? -1 : 1;
  int values = loreNumberCompare(a->value, b->value);
  if( values ) return values;
  if( a->value.is_int!=b->value.is_int ) return a->value.is_int - b->value.is_int;
  return a->mark - b->mark;
}

static int comparePoints(const void *a, const void *b){
  return compare(a, b);
}

/* The place of the first point that is not before this one; nearly always it is the end, or the first. */
static size_t placeOf(const Series *series, const Point *point){
  const Point *points = series->points + series->head;
  size_t low = 0, high = series->count;
  if( high > 0 && compare(&points[high - 1], point) < 0 ) return high;
  if( high > 0 && compare(&points[0], point) >= 0 ) return 0;
  while( low < high ){
    size_t middle = low + (high - low)/2;
    if( compare(&points[middle], point) < 0 ) low = middle + 1;
    else high = middle;
  }
  return low;
}

/* Room for one more behind the last: what left at the front is used again when it is half of all. */
static int makeRoom(Series *series){
  if( series->head + series->count < series->room ) return 1;
  if( series->head > series->count ){
    memmove(series->points, series->points + series->head, series->count*sizeof *series->points);
    series->head = 0;
    return 1;
  }
  size_t room = series->room ? 2*series->room : FIRST_ROOM;
  Point *points = series->reallocate(series->points, room*sizeof *points);
  if( points==NULL ) return 0;
  series->points = points;
  series->room = room;
  return 1;
}

/* Tells of what is between the neighbours of a place: with a point there, two pairs in place of one. */
static void tell(const Series *series, size_t place, int goes, SeriesPair *pair, void *context){
  const Point *at = series->points + series->head + place;
  int has_before = place > 0, has_after = place + 1 < series->count;
  if( pair==NULL ) return;
  if( has_before && has_after ) pair(context, at - 1, at + 1, !goes);
  if( has_before ) pair(context, at - 1, at, goes);
  if( has_after ) pair(context, at, at + 1, goes);
}

int seriesAdd(Series *series, Point point, SeriesPair *pair, void *context){
  if( !makeRoom(series) ) return 0;
  size_t place = series->asked && series->count ? placeOf(series, &point) : series->count;
  Point *at = series->points + series->head + place;
  memmove(at + 1, at, (series->count - place)*sizeof *at);
  *at = point;
  series->count++;
  if( series->asked ) tell(series, place, 0, pair, context);
  return 1;
}

void seriesRemove(Series *series, Point point, SeriesPair *pair, void *context){
  if( seriesAsk(series, pair, context)==NULL ) return;
  size_t place = placeOf(series, &point);
  if( place==series->count ) return;
  tell(series, place, 1, pair, context);
  series->count--;
  Point *at = series->points + series->head + place;
  if( place==0 ) series->head++;
  else memmove(at, at + 1, (series->count - place)*sizeof *at);
}

static int isInOrder(const Point *points, size_t count){
  size_t i = 1;
  while( i < count && compare(&points[i - 1], &points[i]) <= 0 ) i++;
  return i >= count;
}

const Point *seriesAsk(Series *series, SeriesPair *pair, void *context){
  if( series->count==0 ) return NULL;
  Point *points = series->points + series->head;
  if( series->asked ) return points;
  if( !isInOrder(points, series->count) ) qsort(points, series->count, sizeof *points, comparePoints);
  series->asked = 1;
  for(size_t i = 1; i < series->count && pair; i++) pair(context, &points[i - 1], &points[i], 0);
  return points;
}

void seriesFree(Series *series, void (*release)(void *)){
  release(series->points);
}
