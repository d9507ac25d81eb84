/*
** metric_range: the buckets of series as rows, as many at a time as there are. A value is worked out when it is asked for, a time
** is written then.
*/
#include "metrics/range.h"

#include <math.h>
#include <string.h>

#include "engine/clock.h"
#include "metrics/range_rows.h"

typedef struct Range {
  RangeRows *rows;
  int is_open;                    /* a series */
  sqlite3_int64 first_row, count; /* of the buckets at hand */
  char time[LORE_TIME_SIZE];
} Range;

static int nextRows(LoreCall *call, void *context){
  Range *range = context;
  range->first_row += range->count;
  for(;;){
    range->count = range->is_open ? rangeNextBuckets(range->rows) : 0;
    if( range->count > 0 ) return (int)range->count;
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
  const RangeRows *rows = range->rows;
  const TallyBucket *bucket = rows->bucket + (row - range->first_row);
  switch( column ){
    case BUCKET: loreRowInt(call, rangeBucketStart(rows, bucket)); break;
    case TIME:
      loreTimeFormat(rangeBucketStart(rows, bucket), range->time);
      loreRowBorrowed(call, range->time, LORE_TIME_SIZE - 1);
      break;
    case TAGS: loreRowBorrowed(call, rows->tags, rows->tags_length); break;
    case VALUE: giveReal(call, rangeBucketValue(rows, bucket)); break;
    case COUNT: loreRowInt(call, bucket->aggregate.count); break;
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
  *range = (Range){ .rows = rows };
  loreRowsStream(call, nextRows, rowValue, range, release);
}
