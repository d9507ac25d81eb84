/*
** Values each for itself: see forms.h.
*/
#include "metrics/forms.h"

enum { CONSTANT, DECIMAL, BITS, RAW };

enum { DECIMAL_SHORT = 4 }; /* bytes a value: decimals that are shorter are hardly ever beaten by bits, which are not tried */

/* ---- Writing ---- */

static uint64_t rotatedLeft(uint64_t bits){
  return bits << 1 | bits >> 63;
}

static uint64_t rotatedRight(uint64_t bits){
  return bits >> 1 | bits << 63;
}

static int isConstant(const double *values, int count){
  for(int i = 1; i < count; i++) if( bitsOfReal(values[i])!=bitsOfReal(values[0]) ) return 0;
  return 1;
}

static unsigned char *writeRaw(const double *values, int count, unsigned char *to){
  for(int i = 0; i < count; i++, to += 8) bitsStore(to, bitsOfReal(values[i]));
  return to;
}

static unsigned char *writeBits(const double *values, int count, unsigned char *to){
  int64_t numbers[INTEGERS_MOST];
  for(int i = 0; i < count; i++) numbers[i] = (int64_t)rotatedLeft(bitsOfReal(values[i]));
  bitsStore(to, bitsOfReal(values[0]));
  return integersWrite(numbers, count, to + 8);
}

/* Takes over what a form wrote when it is shorter than what was chosen before; where the chosen one ends. */
static unsigned char *takeShorter(unsigned char *to, unsigned char *end, int form, const unsigned char *trial,
                                  const unsigned char *trial_end){
  if( trial_end - trial >= end - to - 1 ) return end;
  *to = (unsigned char)form;
  memcpy(to + 1, trial, (size_t)(trial_end - trial));
  return to + 1 + (trial_end - trial);
}

_Static_assert(8 + INTEGERS_BYTES_MOST <= DECIMALS_BYTES_MOST, "bits are tried where decimals were");

/* Raw is there before anything else is tried: it is never too long. */
unsigned char *formsWrite(const double *values, int count, unsigned char *to){
  unsigned char trial[DECIMALS_BYTES_MOST];
  int is_constant = isConstant(values, count);
  *to = is_constant ? CONSTANT : RAW;
  unsigned char *end = writeRaw(values, is_constant ? 1 : count, to + 1);
  if( is_constant ) return end;
  unsigned char *decimal = decimalsWrite(values, count, trial);
  if( decimal ) end = takeShorter(to, end, DECIMAL, trial, decimal);
  if( decimal && (decimal - trial)/count < DECIMAL_SHORT ) return end;
  return takeShorter(to, end, BITS, trial, writeBits(values, count, trial));
}

/* ---- Reading ---- */

int formsBegin(FormsReader *reader, const unsigned char *from, const unsigned char *end, int count){
  if( end - from < 1 + 8 && (from==end || *from!=DECIMAL) ) return 0;
  reader->form = *from++;
  reader->left = count;
  reader->at = from;
  switch( reader->form ){
    case CONSTANT: return end - from==8;
    case DECIMAL: return decimalsBegin(&reader->decimals, from, end, count);
    case BITS: return integersBegin(&reader->integers, from + 8, end, (int64_t)rotatedLeft(bitsLoad(from)), count);
    case RAW: return end - from==(ptrdiff_t)8*count;
    default: return 0;
  }
}

static int nextOfBits(FormsReader *reader, double *values){
  int64_t numbers[FRAME_POINTS];
  int count = integersNext(&reader->integers, numbers);
  for(int i = 0; i < count && values; i++) values[i] = bitsToReal(rotatedRight((uint64_t)numbers[i]));
  return count;
}

/* CONSTANT and RAW, where the next value begins `width` bytes after the one before. */
static int nextPlain(FormsReader *reader, double *values, ptrdiff_t width){
  int count = reader->left < FRAME_POINTS ? reader->left : FRAME_POINTS;
  for(int i = 0; i < count && values; i++) values[i] = bitsToReal(bitsLoad(reader->at + width*i));
  reader->at += width*count;
  reader->left -= count;
  return count;
}

/* Decimals are numbers by their making. */
static int areNumbers(const double *values, int count){
  int faults = 0;
  for(int i = 0; i < count; i++) faults += values[i]!=values[i];
  return faults==0;
}

static int next(FormsReader *reader, double *values){
  switch( reader->form ){
    case CONSTANT: return nextPlain(reader, values, 0);
    case DECIMAL: return decimalsNext(&reader->decimals, values);
    case BITS: return nextOfBits(reader, values);
    default: return nextPlain(reader, values, 8);
  }
}

int formsNext(FormsReader *reader, double *values){
  int count = next(reader, values);
  return values==NULL || reader->form==DECIMAL || areNumbers(values, count) ? count : 0;
}
