/*
** metric_fill: the rows of metric_range, and one for each empty bucket between them. Nothing is kept but the rows on both sides of
** a gap, so a range may be as long as it likes.
*/
#include <math.h>
#include <string.h>

#include "engine/clock.h"
#include "metrics/range.h"
#include "metrics/range_rows.h"

enum { FILL_METHOD = RANGE_ARGUMENTS, FILL_MAX_GAP };
enum { STEPS_BETWEEN_LOOKS = 4096 }; /* at sqlite3_interrupt */

typedef enum FillMethod { FILL_NULL, FILL_PREVIOUS, FILL_LINEAR } FillMethod;

/* A bucket with points, beside a gap. */
typedef struct Neighbour {
  int is_there;
  int64_t start;
  double value; /* not-a-number: none */
} Neighbour;

typedef struct Fill {
  RangeRows *rows;
  FillMethod method;
  int64_t max_gap;       /* INT64_MAX: any */
  int is_open;           /* a series */
  int is_row;            /* the row at hand is one of the range */
  int64_t at;            /* the bucket of the row at hand */
  Neighbour before, after;
  int is_gap, is_filled; /* the row is in a gap, which is short enough */
  char time[LORE_TIME_SIZE];
} Fill;

/* ---- Rows ---- */

static void readAfter(Fill *fill){
  fill->after = (Neighbour){ .is_there = rangeNextBucket(fill->rows) };
  if( !fill->after.is_there ) return;
  fill->after.start = rangeBucketStart(fill->rows, fill->rows->bucket);
  fill->after.value = rangeBucketValue(fill->rows, fill->rows->bucket);
}

/* Whether a gap from `at` to before `end` has at most max_gap buckets. */
static int isShort(LoreCall *call, const Fill *fill, int64_t end){
  const Grid *grid = &fill->rows->grid;
  int64_t start = fill->at, count = 0;
  if( fill->max_gap==INT64_MAX ) return 1;
  if( grid->period > 0 ) return (end - start + grid->period - 1)/grid->period <= fill->max_gap;
  for(; start < end && count <= fill->max_gap; count++){
    start = gridNext(grid, start);
    if( count%STEPS_BETWEEN_LOOKS==STEPS_BETWEEN_LOOKS - 1 && loreInterrupted(call) ) return 0;
  }
  return count <= fill->max_gap;
}

/* 0: the series has none. */
static int beginSeries(LoreCall *call, Fill *fill){
  RangeRows *rows = fill->rows;
  const Grid *grid = &rows->grid;
  if( !rangeNextSeries(rows) ) return fill->is_open = 0;
  fill->is_open = 1;
  fill->before.is_there = fill->is_row = fill->is_gap = 0;
  readAfter(fill);
  fill->at = rows->has_since ? gridStart(grid, grid->since) : fill->after.start;
  return !loreFailed(call) && (fill->after.is_there || (rows->has_since && rows->has_until && grid->since < grid->until));
}

/* After the row at hand. 0: it was the last one. */
static int stepOn(Fill *fill){
  if( fill->is_row ){
    fill->before = fill->after;
    fill->is_gap = 0;
    readAfter(fill);
  }
  fill->at = gridNext(&fill->rows->grid, fill->at);
  return fill->after.is_there || (fill->rows->has_until && fill->at < fill->rows->grid.until);
}

static int nextRow(LoreCall *call, void *context){
  Fill *fill = context;
  int is_there = fill->is_open && stepOn(fill);
  while( !is_there ){
    if( loreFailed(call) ) return 0;
    is_there = beginSeries(call, fill);
    if( !fill->is_open ) return 0;
  }
  fill->is_row = fill->after.is_there && fill->at==fill->after.start;
  if( !fill->is_row && !fill->is_gap ){
    fill->is_gap = 1;
    fill->is_filled = isShort(call, fill, fill->after.is_there ? fill->after.start : fill->rows->grid.until);
  }
  return !loreFailed(call);
}

/* ---- Values ---- */

static double between(const Neighbour *before, const Neighbour *after, int64_t at){
  double share = (double)(at - before->start)/(double)(after->start - before->start), rise = after->value - before->value;
  if( isfinite(rise) ) return before->value + rise*share;
  return before->value*(1 - share) + after->value*share;
}

static double valueOf(const Fill *fill){
  if( fill->is_row ) return fill->after.value;
  if( !fill->is_filled || !fill->before.is_there ) return NAN;
  if( fill->method==FILL_PREVIOUS ) return fill->before.value;
  return fill->method==FILL_LINEAR && fill->after.is_there ? between(&fill->before, &fill->after, fill->at) : NAN;
}

static void rowValue(LoreCall *call, void *context, sqlite3_int64 row, int column){
  enum { BUCKET, TIME, TAGS, VALUE, COUNT, RESOLUTION, SERIES };
  Fill *fill = context;
  const RangeRows *rows = fill->rows;
  double value;
  (void)row;
  switch( column ){
    case BUCKET: loreRowInt(call, fill->at); break;
    case TIME:
      loreTimeFormat(fill->at, fill->time);
      loreRowBorrowed(call, fill->time, LORE_TIME_SIZE - 1);
      break;
    case TAGS: loreRowBorrowed(call, rows->tags, rows->tags_length); break;
    case VALUE:
      value = valueOf(fill);
      if( !isnan(value) ) loreRowReal(call, value);
      break;
    case COUNT: loreRowInt(call, fill->is_row ? rows->bucket->aggregate.count : 0); break;
    case RESOLUTION: if( fill->is_row ) loreRowBorrowed(call, rows->resolution, strlen(rows->resolution)); break;
    default: loreRowInt(call, rows->series); break;
  }
}

static void release(void *context){
  rangeRowsEnd(((Fill*)context)->rows);
}

void metricFill(LoreCall *call){
  Fill *fill = loreAllocate(call, sizeof *fill);
  RangeRows *rows = fill ? rangeRowsBegin(call) : NULL;
  if( rows==NULL ) return;
  memset(fill, 0, sizeof *fill);
  fill->rows = rows;
  fill->max_gap = loreGiven(call, FILL_MAX_GAP) ? loreInt(call, FILL_MAX_GAP) : INT64_MAX;
  fill->method = strcmp(loreText(call, FILL_METHOD), "previous")==0 ? FILL_PREVIOUS
               : strcmp(loreText(call, FILL_METHOD), "linear")==0 ? FILL_LINEAR : FILL_NULL;
  loreRowsStream(call, nextRow, rowValue, fill, release);
}
