/*
** Charts of one line of text, of block characters or of ASCII. Pure: knows no SQLite.
**
** Each is as many characters wide as was asked for, blanks included, so that they line up below each other.
*/
#ifndef LORE_REPORT_GLYPHS_H
#define LORE_REPORT_GLYPHS_H

#include <stddef.h>

#include "engine/buffer.h"

typedef struct GlyphPoint {
  double at, value;
} GlyphPoint;

/* Means of values in `width` equal steps from the first to the last point, each at the step that is nearest; blank where
** there is none. The points are put in order. Infinite values are at an end. `sums` and `counts` have room for width. */
void glyphsSpark(LoreBuffer *out, GlyphPoint *points, size_t count, size_t width, int ascii, double *sums, size_t *counts);

/* How much of the way from lo to hi x has gone, lo < hi. What is above lo shows. */
void glyphsBar(LoreBuffer *out, double x, double lo, double hi, size_t width, int ascii);

/* How many values lie in each of `bins` equal steps from the least to the largest; blank: none. `counts` has room for bins. */
void glyphsHistogram(LoreBuffer *out, const double *values, size_t count, size_t bins, int ascii, size_t *counts);

#endif
