/*
** Sequences of whole numbers: see integers.h.
*/
#include "metrics/integers.h"

enum { LINE, SPREAD, WALK, CURVE };

/* ---- Writing ---- */

/* A sequence to write: y of each number, as integers.h has it. */
typedef struct Sequence {
  uint64_t y[INTEGERS_MOST];
  uint64_t unit;
  int count;
} Sequence;

static uint64_t commonDivisor(uint64_t a, uint64_t b){
  while( b ){
    uint64_t rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

static uint64_t magnitude(uint64_t x){
  return x >> 63 ? UINT64_C(0) - x : x;
}

/* What all numbers are apart by a multiple of; 1 when they are all the same. */
static uint64_t unitOf(const uint64_t *differences, int count){
  uint64_t unit = 0;
  for(int i = 1; i < count && unit!=1; i++) unit = commonDivisor(magnitude(differences[i]), unit);
  return unit ? unit : 1;
}

/* INT64_MIN is its own magnitude, 2^63, and divides nothing but itself and 0: the quotient is right modulo 2^64 as well. */
static uint64_t divided(uint64_t x, uint64_t unit){
  uint64_t quotient = magnitude(x)/unit;
  return x >> 63 ? UINT64_C(0) - quotient : quotient;
}

static void relate(Sequence *sequence, const int64_t *numbers, int count){
  sequence->count = count;
  for(int i = 0; i < count; i++) sequence->y[i] = (uint64_t)numbers[i] - (uint64_t)numbers[0];
  sequence->unit = unitOf(sequence->y, count);
  for(int i = 0; i < count && sequence->unit > 1; i++) sequence->y[i] = divided(sequence->y[i], sequence->unit);
}

static int isLine(const Sequence *sequence){
  const uint64_t *y = sequence->y;
  for(int i = 2; i < sequence->count; i++) if( y[i] - y[i - 1]!=y[1] ) return 0;
  return 1;
}

/* The step that leads from the first number to the last, rounded. */
static uint64_t slopeOf(const Sequence *sequence){
  uint64_t rise = sequence->y[sequence->count - 1], steps = (uint64_t)sequence->count - 1;
  uint64_t slope = magnitude(rise)/steps + (magnitude(rise) % steps >= steps - steps/2);
  return rise >> 63 ? UINT64_C(0) - slope : slope;
}

/* r by one of the rules. What may be anything is as its neighbour, so that it widens no frame. */
static void residuals(const Sequence *sequence, int rule, uint64_t step, uint64_t *r){
  const uint64_t *y = sequence->y;
  int count = sequence->count;
  if( rule==SPREAD ) for(int i = 0; i < count; i++) r[i] = y[i] - step*(uint64_t)i;
  if( rule==WALK ) for(int i = 1; i < count; i++) r[i] = y[i] - y[i - 1];
  if( rule==CURVE ) for(int i = 2; i < count; i++) r[i] = y[i] - 2*y[i - 1] + y[i - 2];
  if( rule==CURVE ) r[1] = r[2];
  if( rule!=SPREAD ) r[0] = r[1];
}

/* The frames of a sequence by one rule. */
typedef struct Frames {
  int rule, bits;
  uint64_t step;
  uint64_t r[INTEGERS_MOST];
  FramePlan plans[INTEGERS_MOST/FRAME_POINTS];
} Frames;

static int frameCount(int count, int at){
  return count - at < FRAME_POINTS ? count - at : FRAME_POINTS;
}

static void planFrames(const Sequence *sequence, int rule, Frames *frames){
  frames->rule = rule;
  frames->step = rule==SPREAD ? slopeOf(sequence) : sequence->y[1];
  frames->bits = 0;
  residuals(sequence, rule, frames->step, frames->r);
  for(int i = 0; i < sequence->count; i += FRAME_POINTS){
    FramePlan *plan = &frames->plans[i/FRAME_POINTS];
    *plan = framePlan(frames->r + i, frameCount(sequence->count, i));
    frames->bits += plan->bits;
  }
}

static unsigned char *writeHead(const Sequence *sequence, int rule, uint64_t step, unsigned char *to){
  *to++ = (unsigned char)rule;
  to = bitsWriteVarint(to, sequence->unit);
  return rule==WALK ? to : bitsWriteVarint(to, bitsZigzag(step));
}

static unsigned char *writeFrames(const Sequence *sequence, const Frames *frames, unsigned char *to){
  to = writeHead(sequence, frames->rule, frames->step, to);
  for(int i = 0; i < sequence->count; i += FRAME_POINTS){
    to = frameWrite(&frames->plans[i/FRAME_POINTS], frames->r + i, frameCount(sequence->count, i), to);
  }
  return to;
}

unsigned char *integersWrite(const int64_t *numbers, int count, unsigned char *to){
  Sequence sequence;
  Frames frames[2], *best = &frames[0], *trial = &frames[1];
  relate(&sequence, numbers, count);
  if( isLine(&sequence) ) return writeHead(&sequence, LINE, count > 1 ? sequence.y[1] : 0, to);
  planFrames(&sequence, SPREAD, best);
  for(int rule = WALK; rule <= CURVE; rule++){
    planFrames(&sequence, rule, trial);
    if( trial->bits >= best->bits ) break; /* where differences are no smaller, theirs are not either */
    Frames *shorter = trial;
    trial = best;
    best = shorter;
  }
  return writeFrames(&sequence, best, to);
}

/* ---- Reading ---- */

int integersBegin(IntegersReader *reader, const unsigned char *from, const unsigned char *end, int64_t first, int count){
  uint64_t step = 0;
  if( from==end || *from > CURVE ) return 0;
  *reader = (IntegersReader){ .rule = *from, .end = end, .first = (uint64_t)first, .count = count };
  from = bitsReadVarint(from + 1, end, &reader->unit);
  if( from && reader->rule!=WALK ) from = bitsReadVarint(from, end, &step);
  reader->at = from;
  reader->step = reader->unit*bitsUnzigzag(step);
  return from!=NULL && reader->unit > 0 && (reader->rule <= SPREAD || count > 2);
}

/* The rise is compared by division, which does not go around as a product may. */
int integersRiseTo(const IntegersReader *reader, int64_t last){
  uint64_t rise = (uint64_t)last - (uint64_t)reader->first, steps = (uint64_t)reader->count - 1;
  if( reader->rule!=LINE || last <= (int64_t)reader->first || steps==0 ) return 0;
  return rise % steps==0 && rise/steps==reader->step;
}

/* Numbers on a line, of which the first is `line`. */
static inline void restoreLine(uint64_t *numbers, int count, uint64_t line, uint64_t step){
  for(int i = 0; i < count; i++, line += step) numbers[i] = line;
}

/* The same, but for what the numbers are apart from it. */
static inline void restoreSpread(uint64_t *numbers, int count, uint64_t line, uint64_t step, uint64_t unit){
  for(int i = 0; i < count; i++, line += step) numbers[i] = line + unit*numbers[i];
}

static inline uint64_t restoreWalk(uint64_t *numbers, int count, uint64_t last, uint64_t reference, uint64_t unit){
  for(int i = 0; i < count; i++) numbers[i] = last += reference + unit*numbers[i];
  return last;
}

/* Sets what stands before the first number such that the residuals lead to it, and with CURVE by the step to the next. */
static void beforeFirst(IntegersReader *reader, const uint64_t *r, uint64_t reference){
  uint64_t step0 = reference + reader->unit*r[0], step1 = reference + reader->unit*r[1];
  if( reader->rule==CURVE ){
    reader->delta = reader->step - step1 - step0;
    reader->last = reader->first + step1 - reader->step;
  }else{
    reader->last = reader->first - step0;
  }
}

/* From the residuals of a frame, less the reference, to its numbers. Inlined for a whole frame and for the rest. */
static inline void restore(IntegersReader *reader, uint64_t *numbers, int count, uint64_t reference){
  uint64_t line = reader->first + reader->step*(uint64_t)reader->index;
  reference *= reader->unit;
  if( reader->rule==LINE ){
    restoreLine(numbers, count, line, reader->step);
    return;
  }
  if( reader->rule==SPREAD ){
    restoreSpread(numbers, count, line + reference, reader->step, reader->unit);
    return;
  }
  if( reader->index==0 ) beforeFirst(reader, numbers, reference);
  if( reader->rule==CURVE ){
    reader->delta = restoreWalk(numbers, count, reader->delta, reference, reader->unit);
    reader->last = restoreWalk(numbers, count, reader->last, 0, 1);
  }else{
    reader->last = restoreWalk(numbers, count, reader->last, reference, reader->unit);
  }
}

int integersNext(IntegersReader *reader, int64_t *numbers){
  uint64_t *r = (uint64_t*)numbers, reference = 0;
  int left = reader->count - reader->index, count = left < FRAME_POINTS ? left : FRAME_POINTS;
  if( left==0 || reader->at==NULL ) return 0;
  if( reader->rule!=LINE ) reader->at = frameRead(reader->at, reader->end, count, r, &reference);
  if( reader->at==NULL || (count==left && reader->at!=reader->end) ) return 0;
  if( reader->rule==SPREAD && reader->index==0 && r[0] + reference!=0 ) return 0;
  if( count==FRAME_POINTS ) restore(reader, r, FRAME_POINTS, reference);
  else restore(reader, r, count, reference);
  reader->index += count;
  return count;
}
