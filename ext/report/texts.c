/*
** sparkline, text_bar, text_histogram: the drawing is done by glyphs.c.
*/
#include <math.h>
#include <string.h>

#include "report/collect.h"
#include "report/glyphs.h"
#include "report/report.h"

enum { STANDARD_WIDTH = 40 };

static int isAscii(const char *form){
  return form!=NULL && strcmp(form, "ascii")==0;
}

static void answer(LoreCall *call, LoreBuffer *out){
  if( out->failed ){
    sqlite3_free(out->data);
    loreNoMemory(call);
  }else{
    loreResultOwned(call, out->data, out->length, 0);
  }
}

/* ---- sparkline ---- */

enum { SPARK_TS, SPARK_VALUE, SPARK_WIDTH, SPARK_FORM };

/* A width of 0: as many characters as points, up to the standard. */
static void sparkOptions(LoreCall *call, Sparks *sparks){
  int width = loreGiven(call, SPARK_WIDTH) ? (int)loreInt(call, SPARK_WIDTH) : 0, ascii = isAscii(loreText(call, SPARK_FORM));
  if( sparks->is_begun && (width!=sparks->width || ascii!=sparks->ascii) ){
    loreRefuse(call, LORE_BAD_ARGUMENT, "width and form must be the same in all rows");
  }
  sparks->is_begun = 1;
  sparks->width = width;
  sparks->ascii = ascii;
}

static int sparkTime(LoreCall *call, double *at){
  Cell cell = { CELL_TEXT, 0, { loreText(call, SPARK_TS), loreTextLength(call, SPARK_TS) } };
  *at = loreReal(call, SPARK_TS);
  if( loreIsInt(call, SPARK_TS) ) *at = (double)loreInt(call, SPARK_TS);
  if( loreIsNumber(call, SPARK_TS) || (cell.text.bytes && cellTime(&cell, at)) ) return 1;
  loreRefuse(call, LORE_BAD_ARGUMENT, "ts must be a number or an ISO 8601 time, got %s", loreShow(call, SPARK_TS));
  return 0;
}

void sparkStep(LoreCall *call, void *context){
  Sparks *sparks = context;
  GlyphPoint point = { 0, 0 };
  sparkOptions(call, sparks);
  if( loreFailed(call) || !loreGiven(call, SPARK_TS) || !loreGiven(call, SPARK_VALUE) || !sparkTime(call, &point.at) ) return;
  point.value = loreReal(call, SPARK_VALUE);
  GlyphPoint *points = loreGrow(call, sparks->points, sparks->count, &sparks->capacity, sizeof point);
  if( points==NULL ) return;
  sparks->points = points;
  points[sparks->count++] = point;
}

/* Result: TEXT of exactly width characters; NULL for no rows. */
void sparkValue(LoreCall *call, void *context){
  Sparks *sparks = context;
  if( sparks->count==0 ) return;
  size_t width = sparks->width ? (size_t)sparks->width : sparks->count < STANDARD_WIDTH ? (size_t)sparks->count : STANDARD_WIDTH;
  double *sums = loreAllocate(call, width*sizeof *sums);
  size_t *counts = sums ? loreAllocate(call, width*sizeof *counts) : NULL;
  if( counts==NULL ) return;
  LoreBuffer out = { .reallocate = loreReallocate };
  glyphsSpark(&out, sparks->points, (size_t)sparks->count, width, sparks->ascii, sums, counts);
  answer(call, &out);
}

void sparkRelease(void *context){
  sqlite3_free(((Sparks*)context)->points);
}

/* ---- text_bar ---- */

/* Result: TEXT of exactly width characters; NULL when x, lo or hi is. */
void textBar(LoreCall *call){
  enum { X, LO, HI, WIDTH, FORM };
  if( !loreGiven(call, X) || !loreGiven(call, LO) || !loreGiven(call, HI) ) return;
  double lo = loreReal(call, LO), hi = loreReal(call, HI);
  if( lo >= hi || isinf(lo) || isinf(hi) ){
    loreRefuse(call, LORE_BAD_ARGUMENT, "lo must be below hi, and both finite, got %s and %s", loreShow(call, LO),
               loreShow(call, HI));
    return;
  }
  LoreBuffer out = { .reallocate = loreReallocate };
  glyphsBar(&out, loreReal(call, X), lo, hi, (size_t)loreInt(call, WIDTH), isAscii(loreText(call, FORM)));
  answer(call, &out);
}

/* ---- text_histogram ---- */

enum { HISTOGRAM_X, HISTOGRAM_BINS, HISTOGRAM_FORM };

void histogramStep(LoreCall *call, void *context){
  Histogram *histogram = context;
  int bins = (int)loreInt(call, HISTOGRAM_BINS), ascii = isAscii(loreText(call, HISTOGRAM_FORM));
  if( histogram->bins && (bins!=histogram->bins || ascii!=histogram->ascii) ){
    loreRefuse(call, LORE_BAD_ARGUMENT, "bins and form must be the same in all rows");
  }
  histogram->bins = bins;
  histogram->ascii = ascii;
  if( loreFailed(call) || !loreGiven(call, HISTOGRAM_X) ) return;
  double *values = loreGrow(call, histogram->values, histogram->count, &histogram->capacity, sizeof *values);
  if( values==NULL ) return;
  histogram->values = values;
  values[histogram->count++] = loreReal(call, HISTOGRAM_X);
}

/* Result: TEXT of exactly bins characters; NULL for no rows. */
void histogramValue(LoreCall *call, void *context){
  Histogram *histogram = context;
  if( histogram->count==0 ) return;
  size_t *counts = loreAllocate(call, (size_t)histogram->bins*sizeof *counts);
  if( counts==NULL ) return;
  LoreBuffer out = { .reallocate = loreReallocate };
  glyphsHistogram(&out, histogram->values, (size_t)histogram->count, (size_t)histogram->bins, histogram->ascii, counts);
  answer(call, &out);
}

void histogramRelease(void *context){
  sqlite3_free(((Histogram*)context)->values);
}
