/*
** The values of a chunk. Where many are as the one before, only the changes are stored. Pure: knows no SQLite.
**
** As bytes, either a form (forms.h) of all values, or
**
**   1 byte    4
**   2 bytes   changes, little-endian: values that differ from the one before, and the first
**   2 bytes   bytes of the next part, little-endian
**   sequence  the places of the changes (integers.h), rising; the first is 0
**   form      of the values at these places
*/
#ifndef LORE_METRICS_VALUES_H
#define LORE_METRICS_VALUES_H

#include "metrics/forms.h"

enum { VALUES_BYTES_MOST = FORMS_BYTES_MOST };

/* count is 1 to INTEGERS_MOST; the values are numbers. Writes at most VALUES_BYTES_MOST; where it ends. */
unsigned char *valuesWrite(const double *values, int count, unsigned char *to);

/* The changes that are still to come. */
typedef struct ChangesReader {
  IntegersReader place_reader;
  int64_t places[FRAME_POINTS]; /* those read last; `at` is the next, of `held` */
  double values[FRAME_POINTS];  /* the values there */
  int at, held, left;           /* left: in frames not read yet; -1 once the bytes have turned out to be damaged */
} ChangesReader;

typedef struct ValuesReader {
  int has_changes;
  int index, count;  /* of the next value, of all; only when has_changes */
  double last;       /* the value before */
  FormsReader forms;
  ChangesReader changes;
} ValuesReader;

/* 0: the bytes are no `count` values. */
int valuesBegin(ValuesReader *reader, const unsigned char *from, const unsigned char *end, int count);

/* As integersNext; without values (NULL) they are skipped. */
int valuesNext(ValuesReader *reader, double *values);

#endif
