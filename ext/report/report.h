/*
** What the files of report/ that know SQLite share: the bodies of its rows, and what their groups hold.
*/
#ifndef LORE_REPORT_H
#define LORE_REPORT_H

#include "engine/engine.h"
#include "report/collect.h"
#include "report/glyphs.h"

/* ---- texts.c ---- */

typedef struct Sparks {
  GlyphPoint *points;
  int count, capacity;
  int width, ascii, is_begun;
} Sparks;

typedef struct Histogram {
  double *values;
  int count, capacity;
  int bins, ascii;
} Histogram;

void sparkStep(LoreCall *call, void *context);
void sparkValue(LoreCall *call, void *context);
void sparkRelease(void *context);
void textBar(LoreCall *call);
void histogramStep(LoreCall *call, void *context);
void histogramValue(LoreCall *call, void *context);
void histogramRelease(void *context);

/* ---- charts.c ---- */

typedef struct ChartGroup {
  Collection collection;
  char *options; /* of the first row; NULL: none were given */
  size_t options_length;
  int is_begun;
} ChartGroup;

void chartStep(LoreCall *call, void *context);
void chartValue(LoreCall *call, void *context);
void chartRelease(void *context);

#endif
