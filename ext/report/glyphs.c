/*
** Charts of one line of text: see glyphs.h.
*/
#include "report/glyphs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LEVELS = 8 };

/* Level 0 to 7: from the lowest block to a full one. */
static void appendLevel(LoreBuffer *out, int level, int ascii){
  static const char kAscii[] = "_.:-=+*#";
  const char block[] = { (char)0xE2, (char)0x96, (char)(0x81 + level) };
  if( ascii ) loreBufferChar(out, kAscii[level]);
  else loreBufferAppend(out, block, sizeof block);
}

static void appendBlanks(LoreBuffer *out, size_t count){
  for(size_t i = 0; i < count; i++) loreBufferChar(out, ' ');
}

/* From 0 to 1, without overflow; a half where there is no span. */
static double shareOf(double value, double lo, double hi){
  if( hi<=lo ) return 0.5;
  return fmax(0, fmin(1, (value/2 - lo/2)/(hi/2 - lo/2)));
}

static int levelOf(double share){
  return (int)fmin(LEVELS - 1, floor(share*LEVELS));
}

/* ---- Sparkline ---- */

static int comparePoints(const void *a, const void *b){
  const GlyphPoint *first = a, *second = b;
  if( first->at!=second->at ) return first->at < second->at ? -1 : 1;
  return (first->value > second->value) - (first->value < second->value);
}

static double bounded(double value){
  const double most = 1e300;
  return fmax(-most, fmin(most, value));
}

static void findMeans(const GlyphPoint *points, size_t count, size_t width, double *sums, size_t *counts){
  double first = points[0].at, last = points[count - 1].at;
  for(size_t i = 0; i < width; i++) sums[i] = 0, counts[i] = 0;
  for(size_t i = 0; i < count; i++){
    double share = last > first ? shareOf(points[i].at, first, last) : 0;
    size_t step = (size_t)floor(share*(double)(width - 1) + 0.5);
    sums[step] += (bounded(points[i].value) - sums[step])/(double)++counts[step];
  }
}

void glyphsSpark(LoreBuffer *out, GlyphPoint *points, size_t count, size_t width, int ascii, double *sums, size_t *counts){
  double lo = INFINITY, hi = -INFINITY;
  qsort(points, count, sizeof *points, comparePoints);
  findMeans(points, count, width, sums, counts);
  for(size_t i = 0; i < width; i++){
    if( counts[i]==0 ) continue;
    lo = fmin(lo, sums[i]);
    hi = fmax(hi, sums[i]);
  }
  for(size_t i = 0; i < width; i++){
    if( counts[i]==0 ) appendBlanks(out, 1);
    else appendLevel(out, levelOf(shareOf(sums[i], lo, hi)), ascii);
  }
}

/* ---- Bar ---- */

/* A left part of a character: 1 to 7 eighths. */
static void appendEighths(LoreBuffer *out, int eighths){
  const char block[] = { (char)0xE2, (char)0x96, (char)(0x90 - eighths) };
  loreBufferAppend(out, block, sizeof block);
}

void glyphsBar(LoreBuffer *out, double x, double lo, double hi, size_t width, int ascii){
  const size_t parts = ascii ? 1 : 8;
  size_t filled = (size_t)floor(shareOf(x, lo, hi)*(double)(width*parts) + 0.5);
  if( filled==0 && x > lo ) filled = 1;
  for(size_t i = 0; i < filled/parts; i++){
    if( ascii ) loreBufferChar(out, '#');
    else appendLevel(out, LEVELS - 1, 0);
  }
  if( filled % parts ) appendEighths(out, (int)(filled % parts));
  appendBlanks(out, width - (filled + parts - 1)/parts);
}

/* ---- Histogram ---- */

void glyphsHistogram(LoreBuffer *out, const double *values, size_t count, size_t bins, int ascii, size_t *counts){
  double lo = INFINITY, hi = -INFINITY;
  size_t most = 1;
  for(size_t i = 0; i < count; i++){
    lo = fmin(lo, bounded(values[i]));
    hi = fmax(hi, bounded(values[i]));
  }
  for(size_t i = 0; i < bins; i++) counts[i] = 0;
  for(size_t i = 0; i < count; i++){
    size_t bin = (size_t)fmin((double)bins - 1, floor(shareOf(bounded(values[i]), lo, hi)*(double)bins));
    if( ++counts[bin] > most ) most = counts[bin];
  }
  for(size_t i = 0; i < bins; i++){
    if( counts[i]==0 ) appendBlanks(out, 1);
    else appendLevel(out, (int)fmin(LEVELS - 1, floor((double)counts[i]*LEVELS/(double)(most + 1))), ascii);
  }
}
