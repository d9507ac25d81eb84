/*
** Buckets: see fold.h.
*/
#include "metrics/fold.h"

/* How far x is above the nearest multiple of step that is not above it. */
static int64_t rest(int64_t x, int64_t step){
  int64_t signed_rest = x % step;
  return signed_rest < 0 ? signed_rest + step : signed_rest;
}

/* How far into its bucket a time is. */
static int64_t intoBucket(int64_t time, int64_t step, int64_t origin){
  int64_t into = rest(time, step) - rest(origin, step);
  return into < 0 ? into + step : into;
}

static int64_t startOf(int64_t time, int64_t into){
  return time < INT64_MIN + into ? INT64_MIN : time - into;
}

int64_t codecBucket(int64_t time, int64_t step, int64_t origin){
  return startOf(time, intoBucket(time, step, origin));
}

/* Most often it is the one after the last, which needs no division. */
static void openBucket(CodecFold *fold, int64_t time){
  if( fold->aggregate.count > 0 && fold->end < INT64_MAX - fold->step && time <= fold->end + fold->step ){
    fold->bucket = fold->end + 1;
    fold->end += fold->step;
  }else{
    int64_t into = intoBucket(time, fold->step, fold->origin), left = fold->step - 1 - into;
    fold->bucket = startOf(time, into);
    fold->end = time > INT64_MAX - left ? INT64_MAX : time + left;
  }
  fold->usual = fold->aggregate.count;
  fold->aggregate.count = 0;
  fold->aggregate.parts = fold->parts;
}

static void closeBucket(CodecFold *fold){
  if( fold->aggregate.count > 0 && !fold->stopped ) fold->stopped = fold->each(fold, fold->bucket, &fold->aggregate)!=0;
}

void codecFoldPoints(CodecFold *fold, const int64_t *times, const double *values, int count){
  for(int i = 0; i < count && !fold->stopped; ){
    if( fold->aggregate.count==0 || times[i] > fold->end ){
      closeBucket(fold);
      openBucket(fold, times[i]);
    }
    if( fold->stopped ) return;
    int left = count - i < FRAME_POINTS ? count - i : FRAME_POINTS;
    int taken = codecCountUntil(times + i, left, fold->end, fold->usual - fold->aggregate.count);
    codecAddRun(&fold->aggregate, times + i, values + i, taken);
    i += taken;
  }
}

const char *codecFoldChunk(CodecFold *fold, const CodecChunk *chunk, CodecRange range){
  CodecPieces pieces;
  codecPiecesBegin(&pieces, chunk, range, 1);
  while( !fold->stopped && codecPiecesNext(&pieces) ){
    codecFoldPoints(fold, pieces.times + pieces.from, pieces.values + pieces.from, pieces.to - pieces.from);
  }
  return pieces.problem;
}

void codecFoldEnd(CodecFold *fold){
  closeBucket(fold);
  fold->aggregate.count = 0;
}
