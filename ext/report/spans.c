/*
** Spans along a scale: the states of things over time, each lane one thing (or one state), and intervals around a value.
** Pure: knows no SQLite.
**
** States differ by texture, are named in their spans, and in a key below. A lane that is too much is left out, and said so.
*/
#include <math.h>
#include <string.h>

#include "report/frame.h"

enum { SPAN_HEIGHT = 14, MOST_NAME = 60 };

/* ---- Lanes ---- */

static int sameSlice(const Chart *chart, ChartSlice a, ChartSlice b){
  return a.length==b.length && (a.length==0 || memcmp(chart->texts + a.at, chart->texts + b.at, a.length)==0);
}

/* Which of the kept ones a text is, in the order in which they came; *count: a new one there is no place for. */
static size_t findKept(const Chart *chart, ChartSlice text, ChartSlice *kept, size_t *count, size_t most){
  for(size_t i = 0; i < *count; i++) if( sameSlice(chart, kept[i], text) ) return i;
  if( *count < most ) kept[*count] = text;
  return *count < most ? (*count)++ : most;
}

/* `place` becomes the number of the lane; rows of those that are too many go. */
static void numberLanes(Chart *chart){
  size_t most = (size_t)chart->options.bars, kept = 0;
  for(size_t i = 0; i < chart->count; i++){
    size_t lane = findKept(chart, chart->rows[i].name, chart->lanes, &chart->lane_count, most > MOST_LANES ? MOST_LANES : most);
    if( lane >= most || lane >= MOST_LANES ) continue;
    chart->rows[kept] = chart->rows[i];
    chart->rows[kept++].place = lane;
  }
  chart->others = chart->count - kept;
  chart->count = kept;
}

static double laneMiddle(const Chart *chart, size_t lane){
  return chart->top + ((double)lane + 0.5)*ROW_HEIGHT;
}

static void drawLaneNames(Chart *chart){
  double width = chart->left - 10 - (chart->options.is_part ? 0 : 12);
  for(size_t lane = 0; lane < chart->lane_count; lane++){
    frameLabel(chart, chart->left - 10, laneMiddle(chart, lane) + 4, "e", frameText(chart, chart->lanes[lane]), width);
    SHAPE(chart->out, "<path class=\"r\" d=\"M@ @H@\"/>", chart->left, laneMiddle(chart, lane), chart->right);
  }
}

/* Room for the lanes above the axis, and for a key below it. */
static void layLanes(Chart *chart, size_t lanes, double key){
  frameLay(chart, 0);
  double below = TICK_ROOM + (chart->axis==AXIS_TIME || chart->options.x_label.length ? LABEL_ROOM : 0) + 8;
  chart->bottom = chart->top + (double)lanes*ROW_HEIGHT;
  chart->height = chart->bottom + below + key;
}

static void drawCaption(Chart *chart){
  double edge = chart->options.is_part ? 0 : 12;
  if( chart->options.y_label.length ) frameLabel(chart, edge, chart->top - 8, "s", chart->options.y_label, chart->width - 2*edge);
}

/* ---- Timelines ---- */

static int compareSpans(const void *a, const void *b){
  const ChartRow *first = a, *second = b;
  if( first->place!=second->place ) return first->place < second->place ? -1 : 1;
  if( first->x!=second->x ) return first->x < second->x ? -1 : 1;
  return (first->high > second->high) - (first->high < second->high);
}

/* By time; of one time, by numbers made of the states, so that the order of rows makes no difference. */
static int compareStates(const void *a, const void *b){
  const ChartRow *first = a, *second = b;
  if( first->x!=second->x ) return first->x < second->x ? -1 : 1;
  return (first->y > second->y) - (first->y < second->y);
}

/* Rows without a name begin a state that lasts until the next one: so each state is a lane, and nothing else is told. */
static void statesToSpans(Chart *chart){
  size_t kept = 0;
  double until = chart->options.until;
  for(size_t i = 0; i < chart->count; i++) chart->rows[i].y = (double)(frameHash(frameText(chart, chart->rows[i].state)) >> 11);
  frameSort(chart->rows, chart->count, sizeof *chart->rows, compareStates);
  for(size_t i = 0; i < chart->count; i++){
    ChartRow *row = &chart->rows[i];
    row->high = i + 1 < chart->count ? row[1].x : isfinite(until) ? fmax(until, row->x) : row->x;
    ChartRow *before = kept > 0 ? &chart->rows[kept - 1] : NULL;
    if( before && sameSlice(chart, before->name, row->state) ){
      before->high = row->high;
      continue;
    }
    row->name = row->state;
    row->state = (ChartSlice){ 0, 0 };
    chart->rows[kept++] = *row;
  }
  chart->count = kept;
}

/* Spans of a lane that touch on the screen, and are too small to be told apart, become one. */
static void joinSmall(Chart *chart){
  const double small = 1;
  size_t kept = 0;
  for(size_t i = 0; i < chart->count; i++){
    const ChartRow *row = &chart->rows[i];
    ChartRow *before = kept > 0 ? &chart->rows[kept - 1] : NULL;
    double from = scalePlace(&chart->x, row->x), to = scalePlace(&chart->x, row->high);
    int joins = before && before->place==row->place && sameSlice(chart, before->state, row->state) && to - from < small
             && from - scalePlace(&chart->x, before->high) < small;
    if( joins ) before->high = fmax(before->high, row->high);
    else chart->rows[kept++] = *row;
  }
  chart->count = kept;
}

static void boundsOfSpans(const Chart *chart, double *lo, double *hi){
  *lo = INFINITY;
  *hi = -INFINITY;
  for(size_t i = 0; i < chart->count; i++){
    *lo = fmin(*lo, chart->rows[i].x);
    *hi = fmax(*hi, chart->rows[i].high);
  }
}

static int reduceTimeline(Chart *chart){
  if( chart->rows[0].name.length==0 ) statesToSpans(chart);
  numberLanes(chart);
  for(size_t i = 0; i < chart->count; i++){
    if( chart->rows[i].state.length ) findKept(chart, chart->rows[i].state, chart->states, &chart->state_count, MOST_STATES);
  }
  frameSort(chart->rows, chart->count, sizeof *chart->rows, compareSpans);
  return 1;
}

static void layTimeline(Chart *chart){
  double lo, hi;
  chart->axis = AXIS_TIME;
  layLanes(chart, chart->count ? chart->lane_count : 2, chart->state_count ? ROW_HEIGHT : 0);
  if( chart->count==0 ) return;
  boundsOfSpans(chart, &lo, &hi);
  chart->least = lo;
  chart->most = hi;
  frameRange(chart, lo, hi);
  frameWidenX(chart, &lo, &hi);
  chart->left += frameNamesWidth(chart, 0.34) + 12;
  chart->right -= 4;
  frameTicksOfX(chart, lo, hi);
  joinSmall(chart);
}

static void describeTimeline(Chart *chart){
  markupRaw(chart->out, "Timeline of ");
  frameWriteCount(chart, chart->shown, "row", "rows");
  markupRaw(chart->out, " in ");
  frameWriteCount(chart, chart->lane_count, "lane", "lanes");
  markupRaw(chart->out, " (");
  for(size_t lane = 0; lane < chart->lane_count && lane < 12; lane++){
    if( lane > 0 ) markupRaw(chart->out, ", ");
    markupText(chart->out, frameText(chart, chart->lanes[lane]), MOST_NAME);
  }
  markupRaw(chart->out, ") from ");
  timeWrite(chart->out, chart->least, chart->x_ticks.step);
  markupRaw(chart->out, " to ");
  timeWrite(chart->out, chart->most, chart->x_ticks.step);
  markupRaw(chart->out, " UTC.");
  if( chart->others ) markupRaw(chart->out, " Further lanes are left out.");
}

/* Solid, rising lines, dots, lying lines, a grid, and nothing but an outline. */
static const char *const kTextures[] = {
  "<rect width=\"6\" height=\"6\" class=\"f\"/>",
  "<rect width=\"6\" height=\"6\" class=\"w\"/><path class=\"o\" d=\"M-1 1L1-1M-1 7L7-1M5 7L7 5\"/>",
  "<rect width=\"6\" height=\"6\" class=\"w\"/><circle class=\"f\" cx=\"3\" cy=\"3\" r=\"1.4\"/>",
  "<rect width=\"6\" height=\"6\" class=\"w\"/><path class=\"o\" d=\"M0 3H6\"/>",
  "<rect width=\"6\" height=\"6\" class=\"w\"/><path class=\"o\" d=\"M0 3H6M3 0V6\"/>",
  "<rect width=\"6\" height=\"6\" class=\"g\"/>",
};
enum { TEXTURES = sizeof kTextures/sizeof *kTextures };

static void drawTextures(Chart *chart){
  markupRaw(chart->out, "<defs>");
  for(size_t i = 0; i < chart->state_count && i < TEXTURES; i++){
    markupRaw(chart->out, "<pattern id=\"");
    frameWriteId(chart);
    SHAPE(chart->out, "-p@\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\">", (double)i);
    markupRaw(chart->out, kTextures[i]);
    markupRaw(chart->out, "</pattern>");
  }
  markupRaw(chart->out, "</defs>");
}

static void drawBlock(Chart *chart, size_t state, double x, double y, double width, double height){
  if( chart->state_count==0 ){
    frameBlock(chart, "f", x, y, width, height);
    return;
  }
  markupRaw(chart->out, "<rect class=\"v\" fill=\"url(#");
  frameWriteId(chart);
  SHAPE(chart->out, "-p@)\" x=\"@\" y=\"@\" width=\"@\" height=\"@\"/>", (double)(state % TEXTURES), x, y, width, height);
}

static size_t stateOf(const Chart *chart, const ChartRow *row){
  for(size_t i = 0; i < chart->state_count; i++) if( sameSlice(chart, chart->states[i], row->state) ) return i;
  return TEXTURES - 1;
}

static void drawSpan(Chart *chart, const ChartRow *row){
  const double least = 3;
  double from = scalePlace(&chart->x, row->x), to = scalePlace(&chart->x, row->high), y = laneMiddle(chart, row->place);
  double width = fmax(least, to - from), x = fmin(from, chart->right + 4 - width);
  drawBlock(chart, stateOf(chart, row), x, y - SPAN_HEIGHT/2.0, width, SPAN_HEIGHT);
}

/* As many as have room. */
static void drawKey(Chart *chart){
  double x = chart->left, y = chart->height - 10;
  for(size_t i = 0; i < chart->state_count; i++){
    ReportText name = frameText(chart, chart->states[i]);
    double width = fmin(markupWidth(name), 160);
    if( x + 20 + width > chart->right ) return;
    drawBlock(chart, i, x, y - 10, 14, 11);
    frameLabel(chart, x + 20, y, "s", name, width + 1);
    x += width + 36;
  }
}

static void drawTimeline(Chart *chart){
  if( chart->state_count ) drawTextures(chart);
  drawCaption(chart);
  drawLaneNames(chart);
  for(size_t i = 0; i < chart->count; i++) drawSpan(chart, &chart->rows[i]);
  frameTicks(chart);
  drawKey(chart);
}

const ChartForm kTimelineForm = { reduceTimeline, layTimeline, describeTimeline, drawTimeline };

/* ---- Intervals ---- */

static int compareExpected(const void *a, const void *b){
  const ChartRow *first = a, *second = b;
  if( first->y!=second->y ) return first->y < second->y ? 1 : -1;
  return (first->place > second->place) - (first->place < second->place);
}

static int reduceInterval(Chart *chart){
  size_t most = (size_t)chart->options.bars;
  frameSort(chart->rows, chart->count, sizeof *chart->rows, compareExpected);
  chart->others = chart->count > most ? chart->count - most : 0;
  if( chart->others ) chart->count = most;
  return 1;
}

static void layInterval(Chart *chart){
  double lo = 0, hi = 0, room = 0;
  chart->axis = AXIS_NUMBER;
  layLanes(chart, chart->count ? chart->count : 2, 0);
  if( chart->count==0 ) return;
  for(size_t i = 0; i < chart->count; i++){
    lo = fmin(lo, chart->rows[i].low);
    hi = fmax(hi, chart->rows[i].high);
    room = fmax(room, frameNumberWidth(chart->rows[i].y));
  }
  scaleWiden(&lo, &hi);
  chart->left += frameNamesWidth(chart, 0.36) + 12;
  chart->right -= room + 14;
  frameTicksOfX(chart, lo, hi);
}

static void describeInterval(Chart *chart){
  enum { MOST_TOLD = 12 };
  markupRaw(chart->out, "Values with the interval that each lies in: ");
  for(size_t i = 0; i < chart->count && i < MOST_TOLD; i++){
    const ChartRow *row = &chart->rows[i];
    if( i > 0 ) markupRaw(chart->out, "; ");
    markupText(chart->out, frameText(chart, row->name), MOST_NAME);
    markupRaw(chart->out, " ");
    frameWriteNumber(chart->out, row->y);
    markupRaw(chart->out, ", from ");
    frameWriteNumber(chart->out, row->low);
    markupRaw(chart->out, " to ");
    frameWriteNumber(chart->out, row->high);
  }
  markupRaw(chart->out, ".");
}

static void drawOne(Chart *chart, size_t i){
  const ChartRow *row = &chart->rows[i];
  double y = laneMiddle(chart, i), low = scalePlace(&chart->x, row->low), high = scalePlace(&chart->x, row->high);
  double width = chart->left - 12 - (chart->options.is_part ? 0 : 12);
  frameLabel(chart, chart->left - 10, y + 4, "e", frameText(chart, row->name), width);
  SHAPE(chart->out, "<path class=\"l\" d=\"M@ @v10M@ @H@M@ @v10\"/>", low, y - 5, low, y, high, high, y - 5);
  SHAPE(chart->out, "<circle class=\"f\" cx=\"@\" cy=\"@\" r=\"4.5\"/>", scalePlace(&chart->x, row->y), y);
  frameNumber(chart, chart->right + 12, y + 4, "", row->y);
}

static void drawInterval(Chart *chart){
  drawCaption(chart);
  for(int i = 0; i < chart->x_ticks.count; i++){
    double x = scalePlace(&chart->x, chart->x_ticks.at[i].value);
    SHAPE(chart->out, "<path class=\"r\" d=\"M@ @V@\"/>", x, chart->top, chart->bottom);
  }
  for(size_t i = 0; i < chart->count; i++) drawOne(chart, i);
  frameTicks(chart);
}

const ChartForm kIntervalForm = { reduceInterval, layInterval, describeInterval, drawInterval };
