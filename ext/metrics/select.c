/*
** Quantiles by rank: see select.h.
*/
#include "metrics/select.h"

#include <stdint.h>
#include <string.h>

#include "engine/quantile.h"

enum {
  FEW = 24,        /* numbers that are sorted */
  MANY = 1 << 16,  /* that are worth a sample */
  PART_BITS = 12,  /* log2 of parts, at most: so many counters stay in the fastest memory */
  LEAST_PART_BITS = 6
};

/* ---- Numbers as integers ---- */

static inline uint64_t keyOf(double x){
  uint64_t bits;
  x += 0.0;
  memcpy(&bits, &x, sizeof bits);
  return bits ^ ((bits >> 63) ? UINT64_MAX : UINT64_C(1) << 63);
}

static inline double numberOf(uint64_t key){
  double x;
  uint64_t bits = key >> 63 ? key ^ (UINT64_C(1) << 63) : ~key;
  memcpy(&x, &bits, sizeof x);
  return x;
}

/* ---- One turn ---- */

typedef struct Span {
  uint64_t low;
  int shift; /* (key - low) >> shift is the part of a key */
  int bits;
} Span;

static int bitsFor(size_t count){
  int bits = LEAST_PART_BITS;
  while( bits < PART_BITS && (size_t)4 << bits < count ) bits++;
  return bits;
}

/* Four at a time, so that one comparison need not wait for another. */
static void extremes(const double *numbers, size_t count, double *least, double *greatest){
  enum { LANES = 4 };
  double low[LANES], high[LANES];
  size_t i = 0;
  for(int l = 0; l < LANES; l++) low[l] = high[l] = numbers[0];
  for(; i + LANES <= count; i += LANES){
    for(int l = 0; l < LANES; l++){
      double x = numbers[i + (size_t)l];
      low[l] = x < low[l] ? x : low[l];
      high[l] = x > high[l] ? x : high[l];
    }
  }
  for(; i < count; i++){
    low[0] = numbers[i] < low[0] ? numbers[i] : low[0];
    high[0] = numbers[i] > high[0] ? numbers[i] : high[0];
  }
  *least = low[0];
  *greatest = high[0];
  for(int l = 1; l < LANES; l++){
    if( low[l] < *least ) *least = low[l];
    if( high[l] > *greatest ) *greatest = high[l];
  }
}

static Span spanOf(uint64_t low, uint64_t high, size_t count){
  Span span = { .low = low, .bits = bitsFor(count) };
  while( (high - low) >> span.shift >> span.bits ) span.shift++;
  return span;
}

/* The part that holds the rank, which becomes the rank within it; and how many numbers are in it. */
static uint64_t findPart(const double *numbers, size_t count, Span span, size_t *rank, size_t *held){
  uint32_t counts[1 << PART_BITS];
  uint64_t part = 0;
  memset(counts, 0, sizeof counts[0] << span.bits);
  for(size_t i = 0; i < count; i++) counts[(keyOf(numbers[i]) - span.low) >> span.shift]++;
  for(; *rank >= counts[part]; part++) *rank -= counts[part];
  *held = counts[part];
  return part;
}

/* Moves the numbers from low to high to the front; how many. All stay: those that were there go where these were. */
static size_t keep(double *numbers, size_t count, double low, double high, size_t *below){
  size_t kept = 0, less = 0;
  for(size_t i = 0; i < count; i++){
    double x = numbers[i];
    less += (size_t)(x < low);
    if( x >= low && x <= high ){
      numbers[i] = numbers[kept];
      numbers[kept++] = x;
    }
  }
  *below = less;
  return kept;
}

static double leastAbove(const double *numbers, size_t count, double bound){
  double least = INFINITY;
  for(size_t i = 0; i < count; i++) least = ((numbers[i] > bound) & (numbers[i] < least)) ? numbers[i] : least;
  return least;
}

/* What is left of the numbers when it is known between which the one of a rank lies. */
typedef struct Selection {
  double *numbers;
  size_t count, rank;
  double above; /* the least beyond those left, when the rank is the last of them */
} Selection;

static void turn(Selection *left, double least, double greatest){
  Span span = spanOf(keyOf(least), keyOf(greatest), left->count);
  size_t held, below;
  uint64_t part = findPart(left->numbers, left->count, span, &left->rank, &held);
  uint64_t first = span.low + (part << span.shift), width = (UINT64_C(1) << span.shift) - 1;
  double low = numberOf(first), high = width < keyOf(greatest) - first ? numberOf(first + width) : greatest;
  if( left->rank + 1==held && high < greatest ) left->above = leastAbove(left->numbers, left->count, high);
  left->count = keep(left->numbers, left->count, low, high, &below);
}

/* ---- Many numbers ---- */

/* A sample says between which numbers the rank most likely lies: where it does, one look at each number does. */
static void narrow(Selection *left){
  enum { SAMPLE = 1024 };
  static const double kMargin = 0.04;
  double lower[SAMPLE], upper[SAMPLE], place = (double)left->rank/(double)(left->count - 1);
  size_t below;
  for(size_t i = 0; i < SAMPLE; i++) lower[i] = upper[i] = left->numbers[i*(left->count/SAMPLE)];
  double low = place > kMargin ? selectQuantile(lower, SAMPLE, place - kMargin) : -INFINITY;
  double high = place < 1 - kMargin ? selectQuantile(upper, SAMPLE, place + kMargin) : INFINITY;
  size_t kept = keep(left->numbers, left->count, low, high, &below);
  if( left->rank < below || left->rank + 1 >= below + kept ) return;
  left->rank -= below;
  left->count = kept;
}

/* ---- All ---- */

static void sortFew(double *numbers, size_t count){
  for(size_t i = 1; i < count; i++){
    double x = numbers[i];
    size_t at = i;
    for(; at > 0 && numbers[at - 1] > x; at--) numbers[at] = numbers[at - 1];
    numbers[at] = x;
  }
}

double selectQuantile(double *numbers, size_t count, double q){
  double place = q*(double)(count - 1), least, greatest;
  Selection left = { numbers, count, (size_t)place, INFINITY };
  double fraction = place - (double)left.rank;
  if( count >= MANY ) narrow(&left);
  while( left.count > FEW ){
    extremes(numbers, left.count, &least, &greatest);
    if( least==greatest ) break;
    turn(&left, least, greatest);
  }
  if( left.count <= FEW ) sortFew(numbers, left.count);
  double low = numbers[left.rank] + 0.0;
  double high = left.rank + 1 < left.count ? numbers[left.rank + 1] : left.above;
  return quantileBetween(low, high + 0.0, fraction);
}
