/*
** A line over time, small enough for a row of a table. Pure: knows no SQLite.
*/
#ifndef LORE_REPORT_SPARKS_H
#define LORE_REPORT_SPARKS_H

#include "report/glyphs.h"

/* Appends the picture; the points become ordered, count is at least 1, values are finite. It tells its least, most and last. */
void sparksDraw(LoreBuffer *out, GlyphPoint *points, size_t count);

#endif
