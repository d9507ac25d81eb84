/*
** The values of a chunk: see values.h.
*/
#include "metrics/values.h"

enum { CHANGES = 4, HEAD = 5 };

/* ---- Writing ---- */

static int findChanges(const double *values, int count, int64_t *places, double *changed){
  int changes = 0;
  for(int i = 0; i < count; i++){
    if( i > 0 && bitsOfReal(values[i])==bitsOfReal(values[i - 1]) ) continue;
    places[changes] = i;
    changed[changes++] = values[i];
  }
  return changes;
}

/* Writes at most HEAD + INTEGERS_BYTES_MOST + FORMS_BYTES_MOST; where it ends. */
static unsigned char *writeChanges(const int64_t *places, const double *changed, int changes, unsigned char *to){
  unsigned char *end = integersWrite(places, changes, to + HEAD);
  int bytes = (int)(end - to) - HEAD;
  to[0] = CHANGES;
  to[1] = (unsigned char)(changes & 0xff);
  to[2] = (unsigned char)(changes >> 8);
  to[3] = (unsigned char)(bytes & 0xff);
  to[4] = (unsigned char)(bytes >> 8);
  return formsWrite(changed, changes, end);
}

/* Changes are tried where a quarter of the values or more are repeated: a place costs more than what fewer would save. */
unsigned char *valuesWrite(const double *values, int count, unsigned char *to){
  int64_t places[INTEGERS_MOST];
  double changed[INTEGERS_MOST];
  unsigned char trial[HEAD + INTEGERS_BYTES_MOST + FORMS_BYTES_MOST];
  unsigned char *end = formsWrite(values, count, to);
  int changes = findChanges(values, count, places, changed);
  if( changes==1 || changes > count - count/4 ) return end;
  size_t length = (size_t)(writeChanges(places, changed, changes, trial) - trial);
  if( length >= (size_t)(end - to) ) return end;
  memcpy(to, trial, length);
  return to + length;
}

/* ---- Reading ---- */

static int load(const unsigned char *from){
  return from[0] | from[1] << 8;
}

int valuesBegin(ValuesReader *reader, const unsigned char *from, const unsigned char *end, int count){
  reader->has_changes = from < end && *from==CHANGES;
  if( !reader->has_changes ) return formsBegin(&reader->forms, from, end, count);
  if( end - from < HEAD ) return 0;
  int changes = load(from + 1), bytes = load(from + 3);
  from += HEAD;
  if( changes < 1 || changes > count || end - from < bytes ) return 0;
  reader->index = 0;
  reader->count = count;
  reader->last = 0;
  reader->changes.at = reader->changes.held = 0;
  reader->changes.left = changes;
  return integersBegin(&reader->changes.place_reader, from, from + bytes, 0, changes)
      && formsBegin(&reader->forms, from + bytes, end, changes);
}

/* Makes sure that the next change is at hand. 0: there is none, or the bytes are damaged. */
static int haveChange(ValuesReader *reader){
  ChangesReader *changes = &reader->changes;
  if( changes->at < changes->held ) return 1;
  if( changes->left <= 0 ) return 0;
  changes->at = 0;
  changes->held = integersNext(&changes->place_reader, changes->places);
  int is_sound = changes->held > 0 && formsNext(&reader->forms, changes->values)==changes->held;
  changes->left = is_sound ? changes->left - changes->held : -1;
  return is_sound;
}

/* The changes before `end`: is_change of each place from the present one, and the values. 0: the bytes are damaged. */
static int takeChanges(ValuesReader *reader, int end, unsigned char *is_change, double *changed){
  ChangesReader *changes = &reader->changes;
  int taken = 0;
  for(int64_t next = reader->index; haveChange(reader) && changes->places[changes->at] < end; changes->at++){
    int64_t place = changes->places[changes->at];
    if( place < next ) return 0;
    is_change[place - reader->index] = 1;
    changed[taken++] = changes->values[changes->at];
    next = place + 1;
  }
  return changes->left >= 0;
}

/* No branch in the loop: which values change can't be foretold. */
static void spread(const unsigned char *is_change, const double *changed, int count, double *values){
  int taken = 0;
  for(int i = 0; i < count; i++){
    taken += is_change[i];
    values[i] = changed[taken];
  }
}

static int nextOfChanges(ValuesReader *reader, double *values){
  unsigned char is_change[FRAME_POINTS] = { 0 };
  double changed[FRAME_POINTS + 1], skipped[FRAME_POINTS];
  int left = reader->count - reader->index, count = left < FRAME_POINTS ? left : FRAME_POINTS;
  ChangesReader *changes = &reader->changes;
  changed[0] = reader->last;
  if( !takeChanges(reader, reader->index + count, is_change, changed + 1) ) return 0;
  if( count==left && (changes->at < changes->held || changes->left > 0) ) return 0;
  if( values==NULL ) values = skipped;
  spread(is_change, changed, count, values);
  reader->index += count;
  if( count > 0 ) reader->last = values[count - 1];
  return count;
}

int valuesNext(ValuesReader *reader, double *values){
  return reader->has_changes ? nextOfChanges(reader, values) : formsNext(&reader->forms, values);
}
