/*
** Buckets that fill: see tally.h.
*/
#include "metrics/tally.h"

#include <math.h>
#include <string.h>

#include "engine/quantile.h"
#include "metrics/select.h"

enum { FIRST_ROOM = 2*CODEC_POINTS_MOST };

void tallyBegin(Tally *tally, const Grid *grid, int parts, double q, void *(*reallocate)(void *old, size_t bytes)){
  memset(tally, 0, offsetof(Tally, buckets));
  tally->grid = grid;
  tally->parts = parts;
  tally->q = q;
  tally->reallocate = reallocate;
  tally->sketch.reallocate = reallocate;
}

void tallyFree(Tally *tally, void (*release)(void *)){
  release(tally->values);
  sketchFree(&tally->sketch, release);
  tally->values = NULL;
  tally->sketch = (Sketch){ .reallocate = tally->reallocate };
}

static TallyBucket *openOf(Tally *tally){
  return &tally->buckets[tally->count];
}

CodecAggregate *tallyOpen(Tally *tally){
  return &openOf(tally)->aggregate;
}

void tallyClear(Tally *tally){
  if( tally->is_open && tally->count > 0 ) tally->buckets[0] = *openOf(tally);
  tally->count = 0;
}

/* ---- Quantiles ---- */

static int isQuantile(const Tally *tally){
  return tally->q >= 0;
}

double *tallyRoom(Tally *tally, size_t count){
  size_t needed = tally->value_count + count;
  if( needed > tally->value_room ){
    size_t room = 2*tally->value_room > needed ? 2*tally->value_room : needed + FIRST_ROOM;
    double *values = needed < SELECT_MOST ? tally->reallocate(tally->values, room*sizeof *values) : NULL;
    if( values==NULL ){
      tally->failed = 1;
      return NULL;
    }
    tally->values = values;
    tally->value_room = room;
  }
  return tally->values + tally->value_count;
}

/* Without the values. */
static void widen(CodecAggregate *aggregate, int64_t first_time, int64_t last_time, int64_t count){
  if( aggregate->count==0 || first_time < aggregate->first_time ) aggregate->first_time = first_time;
  if( aggregate->count==0 || last_time > aggregate->last_time ) aggregate->last_time = last_time;
  aggregate->count += count;
}

void tallyCount(Tally *tally, int64_t first_time, int64_t last_time, int64_t count){
  widen(tallyOpen(tally), first_time, last_time, count);
  tally->value_count += (size_t)count;
}

static void keepValues(Tally *tally, const int64_t *times, const double *values, int count){
  double *room = tallyRoom(tally, (size_t)count);
  if( room==NULL ) return;
  memcpy(room, values, (size_t)count*sizeof *values);
  tallyCount(tally, times[0], times[count - 1], count);
}

/* Infinite numbers are in no sketch. */
static const char *addTimes(Tally *tally, double value, uint64_t times){
  if( isinf(value) ){
    *(value < 0 ? &tally->lowest : &tally->highest) += times;
    return NULL;
  }
  return times ? sketchAddMany(&tally->sketch, value, times) : NULL;
}

/* What the sketch of a roll-up lacks; which of them are of which sign is not known when both are there. */
static const char *addMissing(Tally *tally, const CodecAggregate *aggregate, uint64_t times){
  double infinite = isinf(aggregate->min) ? aggregate->min : aggregate->max;
  if( times > 0 && isinf(aggregate->min) && isinf(aggregate->max) ) tally->is_unknown = 1;
  return addTimes(tally, infinite, isinf(infinite) ? times : 0);
}

/* Few values are known, and stay exact as long as no sketch comes. */
static void keepEnds(Tally *tally, const CodecAggregate *aggregate){
  double *room = tallyRoom(tally, 2);
  if( room==NULL ) return;
  room[0] = aggregate->min;
  room[1] = aggregate->max;
  tally->value_count += (size_t)aggregate->count;
}

const char *tallySketch(Tally *tally, const CodecAggregate *aggregate, const unsigned char *sketch, size_t length){
  uint64_t before = tally->sketch.count, count = (uint64_t)aggregate->count;
  const char *why = NULL;
  widen(tallyOpen(tally), aggregate->first_time, aggregate->last_time, aggregate->count);
  if( aggregate->count <= 2 ){
    keepEnds(tally, aggregate);
  }else if( aggregate->min==aggregate->max ){
    why = addTimes(tally, aggregate->min, count);
  }else{
    if( length > 0 ) why = sketchMerge(&tally->sketch, sketch, length);
    uint64_t held = tally->sketch.count - before;
    if( why==NULL ) why = addMissing(tally, aggregate, count > held ? count - held : 0);
  }
  if( why!=kSketchNoMemory ) return why;
  tally->failed = 1;
  return NULL;
}

/* The number at a rank, of the sketch and the infinite ones on both sides of it. */
static double numberAt(const Tally *tally, uint64_t rank){
  uint64_t held = tally->sketch.count;
  if( rank < tally->lowest ) return -INFINITY;
  if( rank - tally->lowest >= held ) return INFINITY;
  return sketchQuantile(&tally->sketch, held > 1 ? (double)(rank - tally->lowest)/(double)(held - 1) : 0);
}

static double ofSketch(Tally *tally){
  const char *why = NULL;
  for(size_t i = 0; i < tally->value_count && why==NULL; i++) why = addTimes(tally, tally->values[i], 1);
  if( why ) tally->failed = 1;
  if( tally->failed ) return NAN;
  if( tally->lowest==0 && tally->highest==0 ) return sketchQuantile(&tally->sketch, tally->q);
  double place = tally->q*(double)(tally->lowest + tally->sketch.count + tally->highest - 1);
  uint64_t rank = (uint64_t)place;
  return quantileBetween(numberAt(tally, rank), numberAt(tally, rank + 1), place - (double)rank);
}

static double ofAll(Tally *tally){
  uint64_t in_sketch = tally->lowest + tally->sketch.count + tally->highest;
  if( tally->is_unknown || tally->value_count + in_sketch==0 ) return NAN; /* nothing: after an error */
  return in_sketch ? ofSketch(tally) : selectQuantile(tally->values, tally->value_count, tally->q);
}

static void closeQuantile(Tally *tally){
  openOf(tally)->quantile = ofAll(tally);
  sketchClear(&tally->sketch);
  tally->value_count = 0;
  tally->lowest = tally->highest = 0;
  tally->is_unknown = 0;
}

/* ---- Buckets ---- */

static void closeBucket(Tally *tally){
  int64_t points = tally->is_open ? openOf(tally)->aggregate.count : 0;
  if( points > 0 ){
    if( isQuantile(tally) ) closeQuantile(tally);
    tally->usual = points;
    tally->count++;
  }
  tally->is_open = 0;
}

/* Most often it is the one after the last, which needs no division. */
static void openBucket(Tally *tally, int64_t time){
  const Grid *grid = tally->grid;
  TallyBucket *bucket = openOf(tally);
  bucket->aggregate.parts = tally->parts;
  bucket->aggregate.count = 0;
  tally->is_open = 1;
  if( tally->count > 0 && time > tally->last && time - tally->last <= grid->period ){
    bucket->start = tally->last + 1;
    tally->last += grid->period;
  }else{
    bucket->start = gridStart(grid, time);
    tally->last = gridNext(grid, time) - 1;
  }
}

static void moveTo(Tally *tally, int64_t time){
  if( tally->is_open && time <= tally->last ) return;
  closeBucket(tally);
  openBucket(tally, time);
}

int tallyFits(Tally *tally, int64_t first, int64_t last){
  moveTo(tally, first);
  return last <= tally->last;
}

void tallyEnd(Tally *tally){
  closeBucket(tally);
}

/* ---- What comes ---- */

/* Both have a point, and the times of one lie among those of the other. */
static void mergeAmong(CodecAggregate *into, const CodecAggregate *other){
  CodecAggregate before = *into;
  into->parts &= ~AGGREGATE_RESETS;
  codecAddAggregate(into, other);
  into->parts = before.parts;
  into->dropped.high += other->dropped.high;
  into->dropped.low += other->dropped.low;
  if( other->first_time < before.first_time ){
    into->first_time = other->first_time;
    into->first = other->first;
  }
  if( other->last_time < before.last_time ){
    into->last_time = before.last_time;
    into->last = before.last;
  }
}

void tallyMerge(Tally *tally, const CodecAggregate *aggregate){
  CodecAggregate *open = tallyOpen(tally);
  if( open->count==0 || aggregate->first_time > open->last_time ) codecAddAggregate(open, aggregate);
  else mergeAmong(open, aggregate);
}

static void addAmong(Tally *tally, int64_t time, double value){
  if( isQuantile(tally) ){
    keepValues(tally, &time, &value, 1);
    return;
  }
  CodecAggregate one = { .parts = tally->parts };
  codecAddPoints(&one, &time, &value, 1);
  tallyMerge(tally, &one);
}

static void addRun(Tally *tally, const int64_t *times, const double *values, int count){
  if( isQuantile(tally) ) keepValues(tally, times, values, count);
  else codecAddRun(tallyOpen(tally), times, values, count);
}

/* Only the first can lie before what is there. */
int tallyPoints(Tally *tally, const int64_t *times, const double *values, int count){
  moveTo(tally, times[0]);
  if( tallyOpen(tally)->count > 0 && times[0] <= tallyOpen(tally)->last_time ){
    addAmong(tally, times[0], values[0]);
    return 1;
  }
  for(int i = 0; i < count && !tally->failed; ){
    moveTo(tally, times[i]);
    int taken = codecCountUntil(times + i, count - i, tally->last, tally->usual - tallyOpen(tally)->count);
    addRun(tally, times + i, values + i, taken);
    i += taken;
  }
  return count;
}
