/*
** Bars: of texts they lie, with their name and value beside them, and of what is too much only the sum is told; over
** numbers or times they stand at their place, and where there is no room for each, those in equal steps are added up.
** A histogram counts how many values lie in steps that begin at round numbers. Pure: knows no SQLite.
*/
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/frame.h"

enum { STANDARD_HEIGHT = 260, BAR_HEIGHT = 14 };

/* ---- Sums by text ---- */

static int compareTexts(ReportText a, ReportText b){
  size_t shorter = a.length < b.length ? a.length : b.length;
  int order = shorter ? memcmp(a.bytes, b.bytes, shorter) : 0;
  return order ? order : (a.length > b.length) - (a.length < b.length);
}

/* What qsort compares, with the text beside it, for it hands nothing on. */
typedef struct Named {
  ReportText name;
  ChartRow row;
} Named;

static int byName(const void *a, const void *b){
  const Named *first = a, *second = b;
  return compareTexts(first->name, second->name);
}

static int byValue(const void *a, const void *b){
  const Named *first = a, *second = b;
  if( first->row.y!=second->row.y ) return first->row.y < second->row.y ? 1 : -1;
  return byName(a, b);
}

static int byPlace(const void *a, const void *b){
  const Named *first = a, *second = b;
  return (first->row.place > second->row.place) - (first->row.place < second->row.place);
}

/* A row by a number made of its name: most differ in it, so few texts have to be compared. */
typedef struct Hashed {
  uint64_t hash;
  ReportText name;
  const ChartRow *row;
} Hashed;

/* Of one name by value, so that sums are the same however rows come. */
static int byHash(const void *a, const void *b){
  const Hashed *first = a, *second = b;
  if( first->hash!=second->hash ) return first->hash < second->hash ? -1 : 1;
  int order = first->name.bytes==second->name.bytes ? 0 : compareTexts(first->name, second->name);
  return order ? order : (first->row->y > second->row->y) - (first->row->y < second->row->y);
}

static void addRow(Named *named, const ChartRow *row){
  named->row.y += row->y;
  if( row->place < named->row.place ) named->row.place = row->place;
}

/* Rows of one name become one, at the place of the first. How many there are. */
static size_t addUp(const Hashed *hashed, size_t count, Named *named){
  size_t kept = 0;
  for(size_t i = 0; i < count; i++){
    if( i > 0 && hashed[i].hash==hashed[i - 1].hash && compareTexts(hashed[i].name, hashed[i - 1].name)==0 ){
      addRow(&named[kept - 1], hashed[i].row);
    }else{
      named[kept] = (Named){ hashed[i].name, *hashed[i].row };
      named[kept++].row.x = 0;
    }
  }
  return kept;
}

/* The last row stands for all from there on. */
static void addOthers(Chart *chart){
  size_t most = (size_t)chart->options.bars;
  if( chart->count <= most ) return;
  chart->others = chart->count - (most - 1);
  ChartRow *last = &chart->rows[most - 1];
  for(size_t i = most; i < chart->count; i++) last->y += chart->rows[i].y;
  last->name = (ChartSlice){ 0, 0 };
  chart->count = most;
}

static int sumByName(Chart *chart){
  static int (*const kOrders[])(const void *, const void *) = { byValue, byName, byPlace };
  Hashed *hashed = chart->out->reallocate(NULL, chart->count*sizeof *hashed);
  Named *named = hashed ? chart->out->reallocate(NULL, chart->count*sizeof *named) : NULL;
  for(size_t i = 0; named && i < chart->count; i++){
    ReportText name = frameText(chart, chart->rows[i].name);
    hashed[i] = (Hashed){ frameHash(name), name, &chart->rows[i] };
  }
  if( named ){
    frameSort(hashed, chart->count, sizeof *hashed, byHash);
    chart->count = addUp(hashed, chart->count, named);
    frameSort(named, chart->count, sizeof *named, kOrders[chart->options.order]);
    for(size_t i = 0; i < chart->count; i++) chart->rows[i] = named[i].row;
    addOthers(chart);
  }
  chart->release(hashed);
  chart->release(named);
  return named!=NULL;
}

/* ---- Lying bars ---- */

/* They have no bar: it would dwarf all others. */
static int isOthers(const Chart *chart, size_t i){
  return chart->others && i + 1==chart->count;
}

/* Bars reach from zero; values of both signs, and the numbers beside them, have room. */
static void layLying(Chart *chart){
  double lo = 0, hi = 0, low_room = 0, high_room = 0;
  for(size_t i = 0; i < chart->count; i++){
    double y = chart->rows[i].y, room = frameNumberWidth(y) + 8;
    if( isOthers(chart, i) ) continue;
    lo = fmin(lo, y);
    hi = fmax(hi, y);
    if( y < 0 ) low_room = fmax(low_room, room);
    else high_room = fmax(high_room, room);
  }
  chart->left += fmax(frameNamesWidth(chart, 0.36), chart->others ? 90 : 0) + 10;
  scaleWiden(&lo, &hi);
  if( hi <= 0 || lo >= 0 ) lo = fmin(lo, 0), hi = fmax(hi, 0);
  chart->y = (Scale){ lo, hi, chart->left + low_room, chart->right - high_room };
}

static void layBars(Chart *chart){
  ChartAxis axis = chart->axis;
  chart->axis = AXIS_TEXT;
  frameLay(chart, 0);
  chart->height = chart->top + (double)(chart->count ? chart->count : 2)*ROW_HEIGHT + 8
                + (chart->options.x_label.length ? LABEL_ROOM : 0);
  chart->bottom = chart->height - 8;
  if( chart->count ) layLying(chart);
  chart->axis = axis;
}

static double nameRoom(const Chart *chart){
  return chart->left - 10 - (chart->options.is_part ? 0 : 12);
}

static void drawOthers(Chart *chart, size_t i){
  double y = chart->top + ((double)i + 0.5)*ROW_HEIGHT + 4;
  char room[64];
  LoreBuffer text = markupFixed(room, sizeof room);
  markupCount(&text, chart->others);
  markupRaw(&text, " others");
  frameLabel(chart, chart->left - 8, y, "s e", (ReportText){ room, text.length }, nameRoom(chart));
  frameNumber(chart, scalePlace(&chart->y, 0) + 6, y, "s", chart->rows[i].y);
}

static void drawLyingBar(Chart *chart, size_t i){
  const ChartRow *row = &chart->rows[i];
  double middle = chart->top + ((double)i + 0.5)*ROW_HEIGHT, zero = scalePlace(&chart->y, 0), end = scalePlace(&chart->y, row->y);
  frameLabel(chart, chart->left - 8, middle + 4, "e", frameText(chart, row->name), nameRoom(chart));
  frameBlock(chart, "f", fmin(zero, end), middle - BAR_HEIGHT/2.0, fabs(end - zero), BAR_HEIGHT);
  frameNumber(chart, row->y < 0 ? end - 6 : end + 6, middle + 4, row->y < 0 ? "e" : "", row->y);
}

static void drawLying(Chart *chart){
  double edge = chart->options.is_part ? 0 : 12, zero = scalePlace(&chart->y, 0);
  if( chart->options.y_label.length ) frameLabel(chart, edge, chart->top - 8, "s", chart->options.y_label, chart->width - 2*edge);
  for(size_t i = 0; i < chart->count; i++){
    if( isOthers(chart, i) ) drawOthers(chart, i);
    else drawLyingBar(chart, i);
  }
  SHAPE(chart->out, "<path class=\"b\" d=\"M@ @v@\"/>", zero, chart->top, (double)chart->count*ROW_HEIGHT);
  if( chart->options.x_label.length ){
    frameLabel(chart, chart->left, chart->top + (double)chart->count*ROW_HEIGHT + 16, "s", chart->options.x_label,
               chart->right - chart->left);
  }
}

/* ---- Standing bars ---- */

static void addUpPlaces(Chart *chart){
  size_t kept = 0;
  frameReduceByX(chart);
  for(size_t i = 0; i < chart->count; i++){
    if( kept > 0 && chart->rows[kept - 1].x==chart->rows[i].x ) chart->rows[kept - 1].y += chart->rows[i].y;
    else chart->rows[kept++] = chart->rows[i];
  }
  chart->count = kept;
}

static double leastApart(const Chart *chart){
  double apart = INFINITY;
  for(size_t i = 1; i < chart->count; i++) apart = fmin(apart, chart->rows[i].x - chart->rows[i - 1].x);
  return apart;
}

/* A round step for bars: of times one that divides a day, or whole days. */
static double stepOfBars(ChartAxis axis, double span, double most){
  static const double kTimes[] = { 1, 10, 100, 1000, 5e3, 15e3, 60e3, 300e3, 900e3, 3600e3, 10800e3, 21600e3, 43200e3 };
  if( axis==AXIS_TIME ){
    for(size_t i = 0; i < sizeof kTimes/sizeof *kTimes; i++) if( span/kTimes[i] <= most ) return kTimes[i];
  }
  double unit = axis==AXIS_TIME ? DAY_MS : 1, lo = 0, hi = span/unit;
  Ticks ticks;
  ticksOfNumbers(&ticks, &lo, &hi, (int)most, 0);
  return (axis==AXIS_TIME ? fmax(1, ticks.step) : ticks.step)*unit;
}

/* Adds up what lies in each step; rows then stand so much of it behind its beginning. */
static void bin(Chart *chart, double step, double behind){
  chart->step = step;
  for(size_t i = 0; i < chart->count; i++) chart->rows[i].x = (floor(chart->rows[i].x/step) + behind)*step;
  addUpPlaces(chart);
}

static void boundsOfBars(const Chart *chart, double *lo, double *hi){
  *lo = *hi = 0;
  for(size_t i = 0; i < chart->count; i++){
    *lo = fmin(*lo, chart->rows[i].y);
    *hi = fmax(*hi, chart->rows[i].y);
  }
}

/* Half a bar more at both ends. */
static void spread(Chart *chart, double apart){
  double lo = chart->rows[0].x - apart/2, hi = chart->rows[chart->count - 1].x + apart/2;
  if( hi > lo ) frameTicksOfX(chart, lo, hi);
}

static double barWidth(const Chart *chart, double apart){
  enum { WIDEST = 48 };
  double pixels = apart/(chart->x.hi - chart->x.lo)*(chart->right - chart->left);
  return fmin(WIDEST, isfinite(pixels) ? fmax(1, pixels*0.8) : WIDEST);
}

static void layStanding(Chart *chart){
  enum { NARROWEST = 3 };
  double lo, hi;
  frameLay(chart, STANDARD_HEIGHT);
  if( chart->count==0 ) return;
  frameRange(chart, chart->rows[0].x, chart->rows[chart->count - 1].x);
  double span = chart->rows[chart->count - 1].x - chart->rows[0].x, most = (chart->right - chart->left - 40)/NARROWEST;
  if( chart->count > 1 && span/leastApart(chart) > most ) bin(chart, stepOfBars(chart->axis, span, most/2), 0.5);
  double apart = chart->count > 1 ? leastApart(chart) : chart->step;
  boundsOfBars(chart, &lo, &hi);
  frameScales(chart, lo, hi, 6);
  if( chart->step > 0 && chart->step < apart ) apart = chart->step;
  spread(chart, apart);
}

static void drawStanding(Chart *chart){
  double zero = scalePlace(&chart->y, 0);
  double apart = chart->step > 0 ? chart->step : leastApart(chart), width = barWidth(chart, apart);
  frameRules(chart);
  frameTicks(chart);
  for(size_t i = 0; i < chart->count; i++){
    double y = scalePlace(&chart->y, chart->rows[i].y);
    frameBlock(chart, "f", scalePlace(&chart->x, chart->rows[i].x) - width/2, fmin(y, zero), width, fabs(y - zero));
  }
  SHAPE(chart->out, "<path class=\"b\" d=\"M@ @H@\"/>", chart->left, zero, chart->right);
}

/* ---- Bars of either kind ---- */

static int reduceEither(Chart *chart){
  if( chart->axis==AXIS_TEXT ) return sumByName(chart);
  addUpPlaces(chart);
  return 1;
}

static void layEither(Chart *chart){
  if( chart->axis==AXIS_TEXT ) layBars(chart);
  else layStanding(chart);
}

static void drawEither(Chart *chart){
  if( chart->axis==AXIS_TEXT ) drawLying(chart);
  else drawStanding(chart);
}

static void writeName(Chart *chart, const ChartRow *row){
  enum { MOST_NAME = 60 };
  if( chart->axis!=AXIS_TEXT ) frameWriteX(chart, row->x);
  else markupText(chart->out, frameText(chart, row->name), MOST_NAME);
}

static void describeBars(Chart *chart){
  const ChartRow *largest = chart->rows, *smallest = chart->rows;
  size_t bars = chart->count - (chart->others > 0);
  for(size_t i = 1; i < bars; i++){
    if( chart->rows[i].y > largest->y ) largest = &chart->rows[i];
    if( chart->rows[i].y < smallest->y ) smallest = &chart->rows[i];
  }
  markupRaw(chart->out, "Bar chart of ");
  frameWriteCount(chart, bars, "bar", "bars");
  if( chart->step > 0 ) markupRaw(chart->out, ", each the sum of what lies in its step");
  markupRaw(chart->out, "; the largest is ");
  writeName(chart, largest);
  markupRaw(chart->out, " with ");
  frameWriteNumber(chart->out, largest->y);
  markupRaw(chart->out, ", the smallest ");
  writeName(chart, smallest);
  markupRaw(chart->out, " with ");
  frameWriteNumber(chart->out, smallest->y);
  if( chart->others ){
    markupRaw(chart->out, "; ");
    frameWriteCount(chart, chart->others, "other has", "others have together");
    markupRaw(chart->out, " ");
    frameWriteNumber(chart->out, chart->rows[chart->count - 1].y);
  }
  markupRaw(chart->out, ".");
}

const ChartForm kBarForm = { reduceEither, layEither, describeBars, drawEither };

/* ---- Histogram ---- */

static double stepOfHistogram(const Chart *chart, double span){
  int most = chart->options.bins;
  if( most==0 ) most = (int)fmax(5, fmin(30, sqrt((double)chart->shown)));
  double step = stepOfBars(chart->axis, span, most);
  return chart->axis==AXIS_NUMBER && frameIsWhole(chart) ? fmax(1, step) : step;
}

/* The steps are of the values, whatever the width. */
static int reduceHistogram(Chart *chart){
  frameReduceByX(chart);
  double lo = chart->least = chart->rows[0].x, hi = chart->most = chart->rows[chart->count - 1].x;
  frameRange(chart, lo, hi);
  scaleWiden(&lo, &hi);
  double step = stepOfHistogram(chart, hi - lo);
  int is_each = chart->axis==AXIS_NUMBER && step==1 && frameIsWhole(chart); /* a bar stands over its number */
  bin(chart, step, is_each ? 0 : 0.5);
  return 1;
}

static void layHistogram(Chart *chart){
  double lo, hi;
  frameLay(chart, STANDARD_HEIGHT);
  if( chart->count==0 ) return;
  boundsOfBars(chart, &lo, &hi);
  frameScales(chart, lo, hi*1.08, 6); /* room for the number above the highest */
  spread(chart, chart->step);
}

static void describeHistogram(Chart *chart){
  markupRaw(chart->out, "Histogram of ");
  frameWriteCount(chart, chart->shown, "value", "values");
  markupRaw(chart->out, " from ");
  frameWriteX(chart, chart->least);
  markupRaw(chart->out, " to ");
  frameWriteX(chart, chart->most);
  markupRaw(chart->out, " in steps of ");
  frameWriteNumber(chart->out, chart->axis==AXIS_TIME ? chart->step/HOUR_MS : chart->step);
  markupRaw(chart->out, chart->axis==AXIS_TIME ? " hours" : "");
  const ChartRow *fullest = chart->rows;
  for(size_t i = 1; i < chart->count; i++) if( chart->rows[i].y > fullest->y ) fullest = &chart->rows[i];
  markupRaw(chart->out, "; most lie around ");
  frameWriteX(chart, fullest->x);
  markupRaw(chart->out, ".");
}

/* Bars touch: a thin gap of paper lies between them. */
static void drawHistogram(Chart *chart){
  double zero = scalePlace(&chart->y, 0), half = chart->step/2;
  frameRules(chart);
  frameTicks(chart);
  for(size_t i = 0; i < chart->count; i++){
    double from = scalePlace(&chart->x, chart->rows[i].x - half), to = scalePlace(&chart->x, chart->rows[i].x + half);
    double y = scalePlace(&chart->y, chart->rows[i].y), gap = to - from > 4 ? 1 : 0;
    frameBlock(chart, "f", from + gap/2, fmin(y, zero), to - from - gap, fabs(y - zero));
    if( to - from >= frameNumberWidth(chart->rows[i].y) + 4 && chart->rows[i].y > 0 ){
      frameNumber(chart, (from + to)/2, y - 4, "s m h", chart->rows[i].y);
    }
  }
}

const ChartForm kHistogramForm = { reduceHistogram, layHistogram, describeHistogram, drawHistogram };
