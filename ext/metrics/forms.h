/*
** Values each for itself: which form is the shortest, and reading them frame by frame. Pure: knows no SQLite.
**
** As bytes: one byte for the form, then what the form has, to the end:
**
**   0 CONSTANT   8 bytes: the bits of every value
**   1 DECIMAL    decimals.h
**   2 BITS       8 bytes: the bits of the first value; a sequence (integers.h) of the bits of each, rotated to the left by one.
**                The sign so becomes the lowest bit, and values of like magnitude lie near each other, whatever their sign
**   3 RAW        8 bytes a value: its bits
**
** Bits of a value are those of IEEE 754, little-endian.
*/
#ifndef LORE_METRICS_FORMS_H
#define LORE_METRICS_FORMS_H

#include "metrics/decimals.h"

enum { FORMS_BYTES_MOST = 1 + 8*INTEGERS_MOST };

/* count is 1 to INTEGERS_MOST; the values are numbers. Writes at most FORMS_BYTES_MOST; where it ends. */
unsigned char *formsWrite(const double *values, int count, unsigned char *to);

typedef struct FormsReader {
  int form;
  int left;                 /* CONSTANT, RAW: values to come */
  const unsigned char *at;  /* CONSTANT, RAW: the next one */
  DecimalsReader decimals;
  IntegersReader integers;  /* BITS */
} FormsReader;

/* 0: the bytes are no `count` values. */
int formsBegin(FormsReader *reader, const unsigned char *from, const unsigned char *end, int count);

/* As integersNext; without values (NULL) they are skipped, and not looked at. */
int formsNext(FormsReader *reader, double *values);

#endif
