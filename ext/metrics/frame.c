/*
** Frames of whole numbers: see frame.h.
*/
#include "metrics/frame.h"

enum { HAS_EXCEPTIONS = 0x80, WIDTH = 0x7f };

enum {
  PART_BITS = 4, PARTS = 1 << PART_BITS, /* of a range, see mayHaveExceptions */
  EXCEPTION_LEAST = 16                   /* bits: a place and a varint */
};

/* ---- Planning ---- */

/* A shell sort: for 128 numbers it needs no memory and no calls. */
static void sortNumbers(int64_t *numbers, int count){
  static const int kGaps[] = { 57, 23, 10, 4, 1 };
  for(size_t g = 0; g < sizeof kGaps/sizeof kGaps[0]; g++){
    int gap = kGaps[g];
    for(int i = gap; i < count; i++){
      int64_t moved = numbers[i];
      int at = i;
      for(; at >= gap && numbers[at - gap] > moved; at -= gap) numbers[at] = numbers[at - gap];
      numbers[at] = moved;
    }
  }
}

static int packedBits(int64_t low, int64_t high, int count){
  return count*bitsWidth((uint64_t)high - (uint64_t)low);
}

/* Bits of the cheapest 0, 1, … FRAME_EXCEPTIONS_MOST exceptions at one end; the middle stands for the reference. */
static void sumExceptions(const int64_t *sorted, int count, int from_above, int *bits){
  uint64_t middle = (uint64_t)sorted[count/2];
  bits[0] = 0;
  for(int i = 0; i < FRAME_EXCEPTIONS_MOST && i < count; i++){
    uint64_t number = (uint64_t)sorted[from_above ? count - 1 - i : i];
    bits[i + 1] = bits[i] + 8*(1 + bitsVarintBytes(bitsZigzag(number - middle)));
  }
}

/* The best of all plans that leave out a few numbers at the ends. */
static FramePlan planWithExceptions(const uint64_t *numbers, int count, FramePlan best){
  int64_t sorted[FRAME_POINTS];
  int below[FRAME_EXCEPTIONS_MOST + 1], above[FRAME_EXCEPTIONS_MOST + 1];
  int most = count/2 < FRAME_EXCEPTIONS_MOST ? count/2 : FRAME_EXCEPTIONS_MOST;
  memcpy(sorted, numbers, (size_t)count*sizeof *sorted);
  sortNumbers(sorted, count);
  sumExceptions(sorted, count, 0, below);
  sumExceptions(sorted, count, 1, above);
  for(int l = 0; l <= most; l++){
    for(int h = l==0; h + l <= most; h++){
      int bits = 8 + below[l] + above[h] + packedBits(sorted[l], sorted[count - 1 - h], count);
      if( bits < best.bits ) best = (FramePlan){ sorted[l], sorted[count - 1 - h], bits };
    }
  }
  return best;
}

/* How many numbers the fullest window of so many parts does not hold. */
static int outsideOf(const int *parts, int count, int window){
  int inside = 0, most;
  for(int p = 0; p < window; p++) inside += parts[p];
  most = inside;
  for(int p = window; p < PARTS; p++){
    inside += parts[p] - parts[p - window];
    if( inside > most ) most = inside;
  }
  return count - most;
}

/* Whether exceptions can pay, which saves most of the sorts: few enough must lie outside a window of half the width for the bit
** that this takes off each number, or outside one of a quarter for two bits or more. Counts by sixteenths of the range; windows
** have one more than their share, since they need not begin where a sixteenth does. */
static int mayHaveExceptions(const uint64_t *numbers, int count, uint64_t low, int width){
  int parts[PARTS] = { 0 };
  if( width < 2 ) return 0;
  for(int i = 0; i < count; i++) parts[width > PART_BITS ? (numbers[i] - low) >> (width - PART_BITS) : numbers[i] - low]++;
  return outsideOf(parts, count, PARTS/2 + 1)*EXCEPTION_LEAST <= count
      || outsideOf(parts, count, PARTS/4 + 1) <= FRAME_EXCEPTIONS_MOST;
}

FramePlan framePlan(const uint64_t *numbers, int count){
  int64_t low = (int64_t)numbers[0], high = low;
  for(int i = 1; i < count; i++){
    int64_t number = (int64_t)numbers[i];
    low = number < low ? number : low;
    high = number > high ? number : high;
  }
  FramePlan plan = { low, high, packedBits(low, high, count) };
  int width = bitsWidth((uint64_t)high - (uint64_t)low);
  if( mayHaveExceptions(numbers, count, (uint64_t)low, width) ) plan = planWithExceptions(numbers, count, plan);
  plan.bits += 8 + 8*bitsVarintBytes(bitsZigzag((uint64_t)plan.low));
  return plan;
}

/* ---- Writing ---- */

/* The numbers of the plan relative to its lower end, which is the reference; the places of the others. How many these are. */
static int splitNumbers(const FramePlan *plan, const uint64_t *numbers, int count, uint64_t *inside, unsigned char *outside){
  int exceptions = 0;
  for(int i = 0; i < count; i++){
    int is_inside = (int64_t)numbers[i] >= plan->low && (int64_t)numbers[i] <= plan->high;
    inside[i] = is_inside ? numbers[i] - (uint64_t)plan->low : 0;
    if( !is_inside ) outside[exceptions++] = (unsigned char)i;
  }
  return exceptions;
}

unsigned char *frameWrite(const FramePlan *plan, const uint64_t *numbers, int count, unsigned char *to){
  uint64_t inside[FRAME_POINTS], reference = (uint64_t)plan->low;
  unsigned char outside[FRAME_POINTS];
  int width = bitsWidth((uint64_t)plan->high - reference);
  int exceptions = splitNumbers(plan, numbers, count, inside, outside);

  *to++ = (unsigned char)(width | (exceptions ? HAS_EXCEPTIONS : 0));
  to = bitsWriteVarint(to, bitsZigzag(reference));
  if( exceptions ){
    *to++ = (unsigned char)exceptions;
    memcpy(to, outside, (size_t)exceptions);
    to += exceptions;
    for(int i = 0; i < exceptions; i++) to = bitsWriteVarint(to, bitsZigzag(numbers[outside[i]] - reference));
  }
  bitsPack(inside, count, width, to);
  return to + bitsBytes(width, count);
}

/* ---- Reading ---- */

typedef struct Exceptions {
  int count;
  const unsigned char *places;
  uint64_t numbers[FRAME_POINTS]; /* relative to the reference */
} Exceptions;

static const unsigned char *readExceptions(const unsigned char *from, const unsigned char *end, int count, Exceptions *exceptions){
  if( from==end || *from==0 || *from > count || end - from - 1 < *from ) return NULL;
  exceptions->count = *from++;
  exceptions->places = from;
  for(int i = 0, next = 0; i < exceptions->count; i++){
    if( from[i] < next || from[i] >= count ) return NULL;
    next = from[i] + 1;
  }
  from += exceptions->count;
  for(int i = 0; i < exceptions->count && from; i++){
    uint64_t number;
    from = bitsReadVarint(from, end, &number);
    exceptions->numbers[i] = bitsUnzigzag(number);
  }
  return from;
}

/* Unpacks, from a copy where the slack that bitsUnpack wants would lie beyond the end. NULL: the bytes are not all there. */
static const unsigned char *readPacked(const unsigned char *from, const unsigned char *end, int count, int width,
                                       uint64_t *numbers){
  size_t bytes = bitsBytes(width, count), left = (size_t)(end - from);
  if( bytes > left ) return NULL;
  if( left - bytes >= BITS_SLACK ){
    bitsUnpack(from, count, width, numbers);
  }else{
    unsigned char copy[8*FRAME_POINTS + BITS_SLACK];
    memcpy(copy, from, bytes);
    memset(copy + bytes, 0, BITS_SLACK);
    bitsUnpack(copy, count, width, numbers);
  }
  return from + bytes;
}

const unsigned char *frameRead(const unsigned char *from, const unsigned char *end, int count, uint64_t *numbers,
                               uint64_t *reference){
  Exceptions exceptions;
  exceptions.count = 0, exceptions.places = NULL;
  if( from==end || (*from & WIDTH) > 64 ) return NULL;
  int width = *from & WIDTH, has_exceptions = *from & HAS_EXCEPTIONS;
  from = bitsReadVarint(from + 1, end, reference);
  *reference = bitsUnzigzag(*reference);
  if( from && has_exceptions ) from = readExceptions(from, end, count, &exceptions);
  if( from ) from = readPacked(from, end, count, width, numbers);
  if( from==NULL ) return NULL;
  for(int i = 0; i < exceptions.count; i++) numbers[exceptions.places[i]] = exceptions.numbers[i];
  return from;
}
