/*
** What is the same in all charts: see frame.h.
*/
#include "report/frame.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { SIGNIFICANT = 4, DIGITS_ROOM = 64 };

/* Subdued text has a contrast of at least 4.5 : 1 on its paper in both schemes. */
const char kChartStyle[] =
  ".lore-chart{--ink:#1c2024;--soft:#59626d;--rule:#dfe3e8;--mark:#2458c5;--wash:#2458c526;--paper:#fff;"
  "font:12px system-ui,-apple-system,\"Segoe UI\",Roboto,\"DejaVu Sans\",sans-serif;font-variant-numeric:tabular-nums}"
  "@media(prefers-color-scheme:dark){.lore-chart{--ink:#e6e9ed;--soft:#a3acb8;--rule:#343a42;--mark:#8ab2ff;--wash:#8ab2ff30;"
  "--paper:#16191d}}"
  "@media print{.lore-chart{--ink:#000;--soft:#444;--rule:#ccc;--mark:#2458c5;--wash:#2458c526;--paper:#fff}}"
  ".lore-chart text{fill:var(--ink)}.lore-chart .s{fill:var(--soft)}.lore-chart .m{text-anchor:middle}"
  ".lore-chart .e{text-anchor:end}.lore-chart .t{font-size:15px;font-weight:600}"
  ".lore-chart .h{paint-order:stroke;stroke:var(--paper);stroke-width:4px;stroke-linejoin:round}"
  ".lore-chart .r{stroke:var(--rule);fill:none}.lore-chart .b{stroke:var(--soft);fill:none}"
  ".lore-chart .l{stroke:var(--mark);stroke-width:1.75;fill:none;stroke-linejoin:round;stroke-linecap:round}"
  ".lore-chart .w{fill:var(--wash)}.lore-chart .f{fill:var(--mark)}.lore-chart .o{fill:none;stroke:var(--mark)}"
  ".lore-chart .c{fill:var(--wash);stroke:var(--mark)}.lore-chart .g{fill:var(--paper)}"
  ".lore-chart .v{stroke:var(--mark)}";

/* ---- Words and numbers ---- */

ReportText frameText(const Chart *chart, ChartSlice slice){
  return (ReportText){ slice.length ? chart->texts + slice.at : "", slice.length };
}

void frameWriteNumber(LoreBuffer *out, double value){
  decimalWrite(out, decimalOf(value, SIGNIFICANT));
}

void frameWriteX(Chart *chart, double x){
  if( chart->axis==AXIS_TIME ) timeWrite(chart->out, x, chart->x_ticks.step);
  else frameWriteNumber(chart->out, x);
}

void frameWriteCount(Chart *chart, size_t count, const char *one, const char *many){
  markupCount(chart->out, count);
  loreBufferChar(chart->out, ' ');
  markupRaw(chart->out, count==1 ? one : many);
}

void frameLabel(Chart *chart, double x, double y, const char *classes, ReportText text, double width){
  SHAPE(chart->out, "<text x=\"@\" y=\"@\"", x, y);
  if( *classes ){
    markupRaw(chart->out, " class=\"");
    markupRaw(chart->out, classes);
    markupRaw(chart->out, "\"");
  }
  markupRaw(chart->out, ">");
  markupFitted(chart->out, text, width);
  markupRaw(chart->out, "</text>");
}

static ReportText numberText(double value, char room[DIGITS_ROOM]){
  LoreBuffer text = markupFixed(room, DIGITS_ROOM);
  frameWriteNumber(&text, value);
  return (ReportText){ room, text.length };
}

void frameNumber(Chart *chart, double x, double y, const char *classes, double value){
  char room[DIGITS_ROOM];
  frameLabel(chart, x, y, classes, numberText(value, room), chart->width);
}

double frameNumberWidth(double value){
  char room[DIGITS_ROOM];
  return markupWidth(numberText(value, room));
}

void frameBlock(Chart *chart, const char *class, double x, double y, double width, double height){
  markupRaw(chart->out, "<rect class=\"");
  markupRaw(chart->out, class);
  SHAPE(chart->out, "\" x=\"@\" y=\"@\" width=\"@\" height=\"@\"/>", x, y, width, height);
}

double frameNamesWidth(const Chart *chart, double part){
  double widest = 0;
  for(size_t i = 0; i < chart->count; i++) widest = fmax(widest, markupWidth(frameText(chart, chart->rows[i].name)));
  return fmin(widest, chart->width*part);
}

/* ---- Order ---- */

static int compareReals(double a, double b){
  return (a > b) - (a < b);
}

int frameCompareX(const void *a, const void *b){
  const ChartRow *first = a, *second = b;
  int order = compareReals(first->x, second->x);
  if( order==0 ) order = compareReals(first->y, second->y);
  return order ? order : (first->place > second->place) - (first->place < second->place);
}

void frameSort(void *rows, size_t count, size_t size, int (*compare)(const void *, const void *)){
  const char *bytes = rows;
  size_t sorted = 1;
  while( sorted < count && compare(bytes + (sorted - 1)*size, bytes + sorted*size) <= 0 ) sorted++;
  if( sorted < count ) qsort(rows, count, size, compare);
}

int frameReduceByX(Chart *chart){
  frameSort(chart->rows, chart->count, sizeof *chart->rows, frameCompareX);
  return 1;
}

/* ---- Beginning and end ---- */

#define HASH_BEGIN 14695981039346656037u

/* FNV-1a. */
static uint64_t mixBytes(uint64_t hash, const void *bytes, size_t length){
  const unsigned char *at = bytes;
  for(size_t i = 0; i < length; i++) hash = (hash ^ at[i])*1099511628211u;
  return hash;
}

uint64_t frameHash(ReportText text){
  return mixBytes(HASH_BEGIN, text.bytes, text.length);
}

/* Two pictures in one document have different ids. */
static uint64_t hashOf(const Chart *chart){
  uint64_t hash = mixBytes(HASH_BEGIN, &chart->kind, sizeof chart->kind);
  ReportText texts[] = { chart->options.title, chart->options.description, chart->options.x_label, chart->options.y_label };
  for(size_t i = 0; i < sizeof texts/sizeof *texts; i++) hash = mixBytes(hash, texts[i].bytes, texts[i].length);
  for(size_t i = 0; i < chart->count; i++){
    const ChartRow *row = &chart->rows[i];
    double numbers[] = { row->x, row->y, row->low, row->high };
    hash = mixBytes(hash, numbers, sizeof numbers);
    hash = mixBytes(hash, frameText(chart, row->name).bytes, row->name.length);
    hash = mixBytes(hash, frameText(chart, row->state).bytes, row->state.length);
  }
  return hash;
}

void frameWriteId(Chart *chart){
  static const char kDigits[] = "0123456789abcdef";
  if( chart->options.id.length ){
    loreBufferAppend(chart->out, chart->options.id.bytes, chart->options.id.length);
    return;
  }
  loreBufferChar(chart->out, 'c');
  for(int shift = 60; shift >= 0; shift -= 4) loreBufferChar(chart->out, kDigits[chart->hash >> shift & 15]);
}

static void writeNames(Chart *chart, const ChartForm *form){
  enum { MOST_TITLE = 300, MOST_DESCRIPTION = 2000 };
  LoreBuffer *out = chart->out;
  markupRaw(out, "<title id=\"");
  frameWriteId(chart);
  markupRaw(out, "-t\">");
  if( chart->options.title.length ) markupText(out, chart->options.title, MOST_TITLE);
  else markupRaw(out, kChartNames[chart->kind]);
  markupRaw(out, "</title><desc id=\"");
  frameWriteId(chart);
  markupRaw(out, "-d\">");
  if( chart->options.description.length ){
    markupText(out, chart->options.description, MOST_DESCRIPTION);
    markupRaw(out, ". ");
  }
  if( chart->count ) form->describe(chart);
  else markupRaw(out, "Nothing to show.");
  if( chart->left_out ){
    markupRaw(out, " Left out: ");
    frameWriteCount(chart, chart->left_out, "row without a place on the scale.", "rows without a place on the scale.");
  }
  markupRaw(out, "</desc>");
}

void frameBegin(Chart *chart, const ChartForm *form){
  LoreBuffer *out = chart->out;
  chart->hash = hashOf(chart);
  markupRaw(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"lore-chart\" role=\"img\" aria-labelledby=\"");
  frameWriteId(chart);
  markupRaw(out, "-t ");
  frameWriteId(chart);
  SHAPE(out, "-d\" width=\"@\" height=\"@\" viewBox=\"0 0 @ @\">", chart->width, chart->height, chart->width, chart->height);
  writeNames(chart, form);
  if( !chart->options.is_part ){
    markupRaw(out, "<style>");
    markupRaw(out, kChartStyle);
    markupRaw(out, "</style><rect width=\"100%\" height=\"100%\" class=\"g\"/>");
    double room = (chart->width - 24)*12/15*0.9; /* of the larger, bolder letters */
    if( chart->options.title.length ) frameLabel(chart, 12, 24, "t", chart->options.title, room);
  }
  if( chart->count==0 ) frameLabel(chart, chart->width/2, chart->height/2, "s m", REPORT_TEXT("nothing to show"), chart->width);
}

void frameEnd(Chart *chart){
  markupRaw(chart->out, "</svg>");
}

/* ---- Where things lie ---- */

void frameLay(Chart *chart, double height){
  double edge = chart->options.is_part ? 0 : 12;
  int has_caption = chart->axis==AXIS_TIME || chart->options.x_label.length > 0;
  chart->width = chart->options.width;
  chart->height = chart->options.height > 0 ? chart->options.height : height;
  chart->left = edge;
  chart->right = chart->width - edge;
  chart->top = (chart->options.is_part ? 8 : 14) + (!chart->options.is_part && chart->options.title.length ? 24 : 0)
             + (chart->options.y_label.length ? LABEL_ROOM : 0);
  chart->bottom = chart->height - (chart->options.is_part ? 0 : 6) - TICK_ROOM - (has_caption ? LABEL_ROOM : 0);
  if( chart->bottom < chart->top + ROW_HEIGHT ){
    chart->height += chart->top + ROW_HEIGHT - chart->bottom;
    chart->bottom = chart->top + ROW_HEIGHT;
  }
}

static double widestTick(const Ticks *ticks){
  double widest = 0;
  for(int i = 0; i < ticks->count; i++) widest = fmax(widest, tickWidth(ticks, i));
  return widest;
}

void frameTicksOfX(Chart *chart, double lo, double hi){
  enum { LEAST_ROOM = 40, APART = 14 };
  double pixels = chart->right - chart->left;
  chart->x = (Scale){ lo, hi, chart->left, chart->right };
  if( chart->axis==AXIS_TIME ){
    ticksOfTimes(&chart->x_ticks, lo, hi, pixels);
    return;
  }
  int finest = (int)fmin(pixels/LEAST_ROOM, MOST_TICKS - 1);
  int is_whole = chart->kind!=CHART_INTERVAL && frameIsWhole(chart); /* then there are no ticks between whole numbers */
  if( is_whole && hi - lo < finest ) finest = (int)fmax(1, hi - lo);
  for(int most = finest; ; most--){
    ticksOfNumbers(&chart->x_ticks, &lo, &hi, most, 0);
    double apart = chart->x_ticks.step/(hi - lo)*pixels;
    if( most <= 1 || apart >= widestTick(&chart->x_ticks) + APART ) return;
  }
}

void frameRange(Chart *chart, double first, double last){
  if( !isnan(chart->first) ) return;
  chart->first = first;
  chart->last = last;
}

int frameIsWhole(const Chart *chart){
  for(size_t i = 0; i < chart->count; i++) if( chart->rows[i].x!=floor(chart->rows[i].x) ) return 0;
  return 1;
}

void frameWidenX(const Chart *chart, double *lo, double *hi){
  if( chart->axis!=AXIS_TIME ){
    scaleWiden(lo, hi);
  }else if( *hi - *lo < 1 ){
    *lo -= DAY_MS/2.0;
    *hi += DAY_MS/2.0;
  }
}

void frameScales(Chart *chart, double lo, double hi, double ends){
  enum { RULES_APART = 40 };
  double x_lo = chart->rows[0].x, x_hi = chart->rows[chart->count - 1].x;
  int most = (int)fmin((chart->bottom - chart->top)/RULES_APART, MOST_TICKS - 2);
  scaleWiden(&lo, &hi);
  ticksOfNumbers(&chart->y_ticks, &lo, &hi, most, 1);
  chart->y = (Scale){ lo, hi, chart->bottom, chart->top };
  chart->left += widestTick(&chart->y_ticks) + 10;
  chart->right -= ends;
  frameRange(chart, x_lo, x_hi);
  frameWidenX(chart, &x_lo, &x_hi);
  frameTicksOfX(chart, x_lo, x_hi);
}

/* ---- Axes ---- */

void frameRules(Chart *chart){
  LoreBuffer *out = chart->out;
  if( chart->options.y_label.length ){
    double start = chart->options.is_part ? 0 : 12;
    frameLabel(chart, start, chart->top - 10, "s", chart->options.y_label, chart->width - 2*start);
  }
  for(int i = 0; i < chart->y_ticks.count; i++){
    double y = scalePlace(&chart->y, chart->y_ticks.at[i].value);
    SHAPE(out, "<path class=\"r\" d=\"M@ @H@\"/>", chart->left, y, chart->right);
    SHAPE(out, "<text x=\"@\" y=\"@\" class=\"s e\">", chart->left - 8, y + 4);
    tickWrite(out, &chart->y_ticks, i);
    markupRaw(out, "</text>");
  }
}

/* In its place under its tick, but inside of the picture. */
static void tickLabel(Chart *chart, int i){
  double half = tickWidth(&chart->x_ticks, i)/2;
  double x = scalePlace(&chart->x, chart->x_ticks.at[i].value);
  SHAPE(chart->out, "<path class=\"b\" d=\"M@ @v4\"/><text x=\"@\" y=\"@\" class=\"s m\">", x, chart->bottom,
        fmax(half + 2, fmin(x, chart->width - half - 2)), chart->bottom + 17);
  tickWrite(chart->out, &chart->x_ticks, i);
  markupRaw(chart->out, "</text>");
}

/* "2026-01-05 to 2026-01-19 UTC", at the right end; its width. */
static double rangeLabel(Chart *chart, double y){
  char room[DIGITS_ROOM];
  LoreBuffer text = markupFixed(room, DIGITS_ROOM);
  double step = chart->x_ticks.step;
  timeWrite(&text, chart->first, step);
  markupRaw(&text, " to ");
  timeWrite(&text, chart->last, step);
  markupRaw(&text, " UTC");
  ReportText range = { room, text.length };
  frameLabel(chart, chart->right, y, "s e", range, chart->right);
  return markupWidth(range);
}

void frameTicks(Chart *chart){
  double y = chart->bottom + TICK_ROOM + 13, used = 0;
  SHAPE(chart->out, "<path class=\"b\" d=\"M@ @H@\"/>", chart->left, chart->bottom, chart->right);
  for(int i = 0; i < chart->x_ticks.count; i++) tickLabel(chart, i);
  if( chart->axis==AXIS_TIME ) used = rangeLabel(chart, y) + 16;
  double room = chart->right - chart->left - used;
  if( chart->options.x_label.length && room > 30 ) frameLabel(chart, chart->left, y, "s", chart->options.x_label, room);
}
