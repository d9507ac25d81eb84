/*
** metric_range: the buckets of series as rows. A value is worked out when it is asked for, a time is written then.
*/
#include "metrics/range.h"

#include <math.h>
#include <string.h>

#include "engine/clock.h"
#include "metrics/range_rows.h"

typedef struct Range {
  RangeRows *rows;
  int is_open; /* a series */
  char time[LORE_TIME_SIZE];
} Range;

static int nextRow(LoreCall *call, void *context){
  Range *range = context;
  for(;;){
    if( range->is_open && rangeNextBucket(range->rows) ) return 1;
    range->is_open = !loreFailed(call) && rangeNextSeries(range->rows);
    if( !range->is_open ) return 0;
  }
}

static void giveReal(LoreCall *call, double value){
  if( !isnan(value) ) loreRowReal(call, value);
}

static void rowValue(LoreCall *call, void *context, sqlite3_int64 row, int column){
  enum { BUCKET, TIME, TAGS, VALUE, COUNT, RESOLUTION, SERIES };
  Range *range = context;
  RangeRows *rows = range->rows;
  (void)row;
  switch( column ){
    case BUCKET: loreRowInt(call, rows->start); break;
    case TIME:
      loreTimeFormat(rows->start, range->time);
      loreRowBorrowed(call, range->time, LORE_TIME_SIZE - 1);
      break;
    case TAGS: loreRowBorrowed(call, rows->tags, rows->tags_length); break;
    case VALUE: giveReal(call, rangeBucketValue(rows)); break;
    case COUNT: loreRowInt(call, rows->bucket->aggregate.count); break;
    case RESOLUTION: loreRowBorrowed(call, rows->resolution, strlen(rows->resolution)); break;
    default: loreRowInt(call, rows->series); break;
  }
}

static void release(void *context){
  rangeRowsEnd(((Range*)context)->rows);
}

void metricRange(LoreCall *call){
  Range *range = loreAllocate(call, sizeof *range);
  RangeRows *rows = range ? rangeRowsBegin(call) : NULL;
  if( rows==NULL ) return;
  range->rows = rows;
  range->is_open = 0;
  loreRowsStream(call, nextRow, rowValue, range, release);
}
