/*
** The raw points of one series into a tally. What the columns of a chunk say is taken as it is where the chunk lies in one bucket;
** else it is decoded, a frame at a time.
*/
#ifndef LORE_METRICS_RANGE_RAW_H
#define LORE_METRICS_RANGE_RAW_H

#include "metrics/range_value.h"
#include "metrics/stream.h"
#include "metrics/tally.h"

typedef struct RangeRaw {
  LoreCall *call;
  RangeFn fn;
  Tally *tally;
  int place;        /* of the next point of an array piece; those before are in the tally */
  int has_frames;   /* the chunk of the piece is being decoded */
  CodecPieces frames;
  MetricStream stream;
} RangeRaw;

/* Points from since to before until. */
void rangeRawBegin(RangeRaw *raw, LoreCall *call, RangeFn fn, Tally *tally, sqlite3_int64 series, int64_t since, int64_t until);

/* Adds some points, not more than the tally has room for. 0: there are no more, or an error in the call. */
int rangeRawNext(RangeRaw *raw);

/* As counter_rate has it, of the points from `first` to `last`, for those with infinite ones, for which sums do not do.
** Not-a-number: none. */
double rangeRawRate(LoreCall *call, sqlite3_int64 series, int64_t first, int64_t last);

void rangeRawEnd(RangeRaw *raw); /* may be called early, and again */

#endif
