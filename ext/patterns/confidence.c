/*
** Confidence from integer sums: see confidence.h.
*/
#include "patterns/confidence.h"

#include <math.h>

__extension__ typedef unsigned __int128 Wide;

/* 256 bits, least significant first. */
typedef struct Wider {
  uint64_t words[4];
} Wider;

static Wider multiply(Wide a, Wide b){
  const uint64_t left[2] = { (uint64_t)a, (uint64_t)(a >> 64) }, right[2] = { (uint64_t)b, (uint64_t)(b >> 64) };
  Wider product = { { 0, 0, 0, 0 } };
  for(int i = 0; i < 2; i++){
    Wide carry = 0;
    for(int k = 0; k < 2; k++){
      carry += (Wide)left[i]*right[k] + product.words[i + k];
      product.words[i + k] = (uint64_t)carry;
      carry >>= 64;
    }
    product.words[i + 2] = (uint64_t)carry;
  }
  return product;
}

static Wider add(Wider a, Wider b){
  Wide carry = 0;
  for(int i = 0; i < 4; i++){
    carry += (Wide)a.words[i] + b.words[i];
    a.words[i] = (uint64_t)carry;
    carry >>= 64;
  }
  return a;
}

static int isLess(Wider a, Wider b){
  for(int i = 3; i >= 0; i--) if( a.words[i]!=b.words[i] ) return a.words[i] < b.words[i];
  return 0;
}

static uint64_t magnitude(int64_t value){
  return value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
}

/* ---- Sums ---- */

int64_t confidenceMilliseconds(double seconds){
  return llround(seconds*1000);
}

static void setSquares(ConfidenceSums *sums, Wide squares){
  sums->duration_squares_high = (uint64_t)(squares >> 64);
  sums->duration_squares_low = (uint64_t)squares;
}

static Wide squaresOf(const ConfidenceSums *sums){
  return (Wide)sums->duration_squares_high << 64 | sums->duration_squares_low;
}

static Wide squareOf(int64_t value){
  return (Wide)magnitude(value)*magnitude(value);
}

void confidenceAdd(ConfidenceSums *sums, const ConfidenceRow *row){
  sums->rows++;
  sums->durations += row->duration_ms!=0;
  sums->duration_sum += row->duration_ms;
  setSquares(sums, squaresOf(sums) + squareOf(row->duration_ms));
  sums->error_rows += row->has_errors;
  sums->error_sum += row->has_errors ? row->errors : 0;
  sums->retry_sum += row->retries;
}

void confidenceRemove(ConfidenceSums *sums, const ConfidenceRow *row){
  sums->rows--;
  sums->durations -= row->duration_ms!=0;
  sums->duration_sum -= row->duration_ms;
  setSquares(sums, squaresOf(sums) - squareOf(row->duration_ms));
  sums->error_rows -= row->has_errors;
  sums->error_sum -= row->has_errors ? row->errors : 0;
  sums->retry_sum -= row->retries;
}

/* ---- The score ---- */

/* variance < limit (seconds squared), that is n*sum(x*x) < sum(x)*sum(x) + limit*n*n in milliseconds. */
static int variesLess(const ConfidenceSums *sums, uint64_t limit){
  uint64_t n = (uint64_t)sums->durations;
  Wider right = add(multiply(squareOf(sums->duration_sum), 1), multiply((Wide)(limit*1000000)*n, n));
  return isLess(multiply(squaresOf(sums), n), right);
}

const int kConfidenceSteps[CONFIDENCE_STEPS] = { 10, 5, 3, 0 };

static int frequency(int64_t occurrences){
  int step = 0;
  while( step < CONFIDENCE_STEPS - 1 && occurrences < kConfidenceSteps[step] ) step++;
  return 10*(CONFIDENCE_STEPS - step);
}

static int consistency(const ConfidenceSums *sums){
  if( sums->durations < 2 ) return 15;
  return variesLess(sums, 100) ? 30 : variesLess(sums, 1000) ? 20 : 10;
}

/* sum < factor*count, so that no mean is rounded; no row has the mean 0. */
static int meanBelow(int64_t sum, int64_t count, int factor){
  return sum==0 || (Wide)(uint64_t)sum < (Wide)(uint64_t)count*(unsigned)factor;
}

static int success(const ConfidenceSums *sums){
  if( sums->error_sum==0 && sums->retry_sum==0 ) return 30;
  if( meanBelow(sums->error_sum, sums->error_rows, 1) && meanBelow(sums->retry_sum, sums->rows, 2) ) return 20;
  return meanBelow(sums->error_sum, sums->error_rows, 3) ? 10 : 5;
}

double confidenceScore(int64_t occurrences, const ConfidenceSums *sums){
  if( sums->rows==0 ) return 10;
  return frequency(occurrences) + consistency(sums) + success(sums);
}
