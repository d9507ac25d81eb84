/*
** Points folded into buckets of equal length, straight out of chunks. Pure: knows no SQLite.
*/
#ifndef LORE_METRICS_FOLD_H
#define LORE_METRICS_FOLD_H

#include "metrics/aggregate.h"

typedef struct CodecFold CodecFold;
struct CodecFold {
  int64_t step, origin; /* a bucket begins at each origin + k*step; step is positive, in milliseconds */
  int parts;            /* of the aggregates */
  /* Gets each bucket that has a point, in order, when it is over. Not 0: the fold ends, and what follows is not decoded. */
  int (*each)(CodecFold *fold, int64_t bucket, const CodecAggregate *aggregate);
  void *context;        /* the caller's */

  int stopped;          /* `each` said so */
  int64_t bucket, end;  /* first and last millisecond of the bucket that is open; none is while its aggregate has no point */
  int64_t usual;        /* points of the bucket before */
  CodecAggregate aggregate;
};

/* The bucket of a time: bucket <= time < bucket + step. INT64_MIN for what would begin before it. */
int64_t codecBucket(int64_t time, int64_t step, int64_t origin);

/* A fold begins with step, origin, parts, each and context set and all else 0. Chunks and points come in ascending times;
** a bucket may go on from one to the next. */
const char *codecFoldChunk(CodecFold *fold, const CodecChunk *chunk, CodecRange range);
void codecFoldPoints(CodecFold *fold, const int64_t *times, const double *values, int count);
void codecFoldEnd(CodecFold *fold); /* hands out the last bucket */

#endif
