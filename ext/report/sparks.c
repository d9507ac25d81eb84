/*
** A line over time for a row of a table: see sparks.h.
**
** Where there are more points than pixels, each column of pixels has a stroke from its least to its most.
*/
#include "report/sparks.h"

#include <math.h>
#include <stdlib.h>

#include "report/frame.h"

enum { WIDTH = 150, HEIGHT = 28, MARGIN = 4, MOST_POINTS = 300 };

static int comparePoints(const void *a, const void *b){
  const GlyphPoint *first = a, *second = b;
  if( first->at!=second->at ) return first->at < second->at ? -1 : 1;
  return (first->value > second->value) - (first->value < second->value);
}

static void boundsOf(const GlyphPoint *points, size_t count, double *lo, double *hi){
  *lo = *hi = points[0].value;
  for(size_t i = 1; i < count; i++){
    *lo = fmin(*lo, points[i].value);
    *hi = fmax(*hi, points[i].value);
  }
}

static void writeEach(LoreBuffer *out, const GlyphPoint *points, size_t count, const Scale *x, const Scale *y){
  for(size_t i = 0; i < count; i++){
    SHAPE(out, i==0 ? "M@ @" : "L@ @", scalePlace(x, points[i].at), scalePlace(y, points[i].value));
  }
}

static void writeColumns(LoreBuffer *out, const GlyphPoint *points, size_t count, const Scale *x, const Scale *y){
  for(size_t i = 0; i < count; ){
    double column = floor(scalePlace(x, points[i].at)), lo, hi;
    size_t end = i;
    while( end < count && floor(scalePlace(x, points[end].at))==column ) end++;
    boundsOf(points + i, end - i, &lo, &hi);
    SHAPE(out, i==0 ? "M@ @V@" : "L@ @V@", column, scalePlace(y, lo), scalePlace(y, hi));
    i = end;
  }
}

void sparksDraw(LoreBuffer *out, GlyphPoint *points, size_t count){
  double lo, hi;
  qsort(points, count, sizeof *points, comparePoints);
  boundsOf(points, count, &lo, &hi);
  const GlyphPoint *last = &points[count - 1];
  Scale x = { points[0].at, last->at, MARGIN, WIDTH - MARGIN }, y = { lo, hi, HEIGHT - MARGIN, MARGIN };
  markupRaw(out, "<svg class=\"lore-chart\" role=\"img\" aria-label=\"");
  markupCount(out, count);
  markupRaw(out, count==1 ? " point, from " : " points, from ");
  frameWriteNumber(out, lo);
  markupRaw(out, " to ");
  frameWriteNumber(out, hi);
  markupRaw(out, ", the last is ");
  frameWriteNumber(out, last->value);
  SHAPE(out, "\" width=\"@\" height=\"@\" viewBox=\"0 0 @ @\"><path class=\"l\" d=\"", WIDTH, HEIGHT, WIDTH, HEIGHT);
  scaleWiden(&x.lo, &x.hi);
  scaleWiden(&y.lo, &y.hi);
  if( count > MOST_POINTS ) writeColumns(out, points, count, &x, &y);
  else writeEach(out, points, count, &x, &y);
  SHAPE(out, "\"/><circle class=\"f\" cx=\"@\" cy=\"@\" r=\"2.5\"/></svg>", scalePlace(&x, last->at), scalePlace(&y, last->value));
}
