/*
** A map of heat: the hours of a day across, days down (the days of the week, when there are too many), and in each cell a
** square whose area tells the sum of its values. Pure: knows no SQLite.
**
** Rows become cells: x is the hour, `place` the day, y the sum.
*/
#include <math.h>

#include "engine/clock.h"
#include "report/frame.h"

enum { MOST_DAYS = 31, HOURS = 24, CELL_HEIGHT = 20, DAYS_WIDTH = 52 };

static long long dayOf(double time){
  return (long long)floor(time/DAY_MS);
}

static int hourOf(double time){
  return (int)((time - (double)dayOf(time)*DAY_MS)/HOUR_MS);
}

/* Monday is 0. */
static int weekdayOf(long long day){
  return (int)(((day + 3) % 7 + 7) % 7);
}

static long long firstDay(const Chart *chart){
  return dayOf(chart->x.lo);
}

static int isByWeek(const Chart *chart){
  return dayOf(chart->x.hi) - dayOf(chart->x.lo) >= MOST_DAYS;
}

static size_t rowsDown(const Chart *chart){
  return isByWeek(chart) ? 7 : (size_t)(dayOf(chart->x.hi) - dayOf(chart->x.lo) + 1);
}

static void toCell(const Chart *chart, ChartRow *row){
  long long day = dayOf(row->x);
  int hour = hourOf(row->x);
  row->place = isByWeek(chart) ? (size_t)weekdayOf(day) : (size_t)(day - firstDay(chart));
  row->x = hour;
}

static int compareCells(const void *a, const void *b){
  const ChartRow *first = a, *second = b;
  if( first->place!=second->place ) return first->place < second->place ? -1 : 1;
  if( first->x!=second->x ) return first->x < second->x ? -1 : 1;
  return (first->y > second->y) - (first->y < second->y);
}

static void addUpCells(Chart *chart){
  size_t kept = 0;
  for(size_t i = 0; i < chart->count; i++) toCell(chart, &chart->rows[i]);
  frameSort(chart->rows, chart->count, sizeof *chart->rows, compareCells);
  for(size_t i = 0; i < chart->count; i++){
    ChartRow *last = kept > 0 ? &chart->rows[kept - 1] : NULL;
    if( last && last->place==chart->rows[i].place && last->x==chart->rows[i].x ) last->y += chart->rows[i].y;
    else chart->rows[kept++] = chart->rows[i];
  }
  chart->count = kept;
}

static int reduceHeat(Chart *chart){
  frameReduceByX(chart);
  chart->x = (Scale){ chart->rows[0].x, chart->rows[chart->count - 1].x, 0, 0 };
  chart->x_ticks.step = DAY_MS;
  addUpCells(chart);
  return 1;
}

static void layHeat(Chart *chart){
  chart->axis = AXIS_NUMBER;
  frameLay(chart, 0);
  chart->axis = AXIS_TIME;
  if( chart->count==0 ){
    chart->height = chart->top + 60;
    return;
  }
  chart->left += DAYS_WIDTH;
  chart->bottom = chart->top + (double)rowsDown(chart)*CELL_HEIGHT;
  chart->height = chart->bottom + 2*TICK_ROOM + LABEL_ROOM;
}

static const ChartRow *mostOf(const Chart *chart){
  const ChartRow *most = chart->rows;
  for(size_t i = 1; i < chart->count; i++) if( fabs(chart->rows[i].y) > fabs(most->y) ) most = &chart->rows[i];
  return most;
}

static void writeDay(Chart *chart, LoreBuffer *out, size_t row){
  static const char *const kDays[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
  int year, month, day;
  if( isByWeek(chart) ){
    markupRaw(out, kDays[row]);
    return;
  }
  loreDateOfDays(firstDay(chart) + (long long)row, &year, &month, &day);
  markupRaw(out, monthName(month));
  loreBufferChar(out, ' ');
  markupInteger(out, day);
}

static void describeHeat(Chart *chart){
  const ChartRow *most = mostOf(chart);
  markupRaw(chart->out, isByWeek(chart) ? "Map of the hours of each day of the week" : "Map of the hours of each day");
  markupRaw(chart->out, ", with ");
  frameWriteCount(chart, chart->shown, "row", "rows");
  markupRaw(chart->out, " from ");
  frameWriteX(chart, chart->x.lo);
  markupRaw(chart->out, " to ");
  frameWriteX(chart, chart->x.hi);
  markupRaw(chart->out, " UTC; the most is ");
  frameWriteNumber(chart->out, most->y);
  markupRaw(chart->out, ", on ");
  writeDay(chart, chart->out, most->place);
  markupRaw(chart->out, " at ");
  SHAPE(chart->out, "@:00.", most->x);
}

static void drawDays(Chart *chart){
  for(size_t row = 0; row < rowsDown(chart); row++){
    double y = chart->top + ((double)row + 0.5)*CELL_HEIGHT;
    SHAPE(chart->out, "<path class=\"r\" d=\"M@ @H@\"/>", chart->left, y + CELL_HEIGHT/2.0, chart->right);
    SHAPE(chart->out, "<text class=\"s e\" x=\"@\" y=\"@\">", chart->left - 8, y + 4);
    writeDay(chart, chart->out, row);
    markupRaw(chart->out, "</text>");
  }
}

static void drawHours(Chart *chart, double across){
  int every = across < 16 ? 6 : 3;
  for(int hour = 0; hour < HOURS; hour += every){
    double x = chart->left + hour*across;
    SHAPE(chart->out, "<path class=\"b\" d=\"M@ @v4\"/>", x, chart->bottom);
    SHAPE(chart->out, "<text class=\"s\" x=\"@\" y=\"@\">", x, chart->bottom + 17);
    SHAPE(chart->out, hour < 10 ? "0@:00</text>" : "@:00</text>", hour);
  }
}

/* What the largest square means, and over which time. */
static void drawKey(Chart *chart, double largest){
  double y = chart->bottom + TICK_ROOM + LABEL_ROOM;
  char room[96];
  LoreBuffer text = markupFixed(room, sizeof room);
  timeWrite(&text, chart->x.lo, DAY_MS);
  markupRaw(&text, " to ");
  timeWrite(&text, chart->x.hi, DAY_MS);
  markupRaw(&text, " UTC");
  ReportText range = { room, text.length };
  frameLabel(chart, chart->right, y, "s e", range, chart->right);
  frameBlock(chart, "f", chart->left, y - 4 - largest/2, largest, largest);
  double from = chart->left + largest + 6, width = chart->right - markupWidth(range) - 12 - from;
  char label[96];
  LoreBuffer key = markupFixed(label, sizeof label);
  markupRaw(&key, "is ");
  frameWriteNumber(&key, mostOf(chart)->y);
  frameLabel(chart, from, y, "s", (ReportText){ label, key.length }, width);
}

static void drawHeat(Chart *chart){
  double across = (chart->right - chart->left)/HOURS, largest = fmin(across, CELL_HEIGHT) - 2, most = fabs(mostOf(chart)->y);
  double edge = chart->options.is_part ? 0 : 12;
  if( chart->options.y_label.length ) frameLabel(chart, edge, chart->top - 8, "s", chart->options.y_label, chart->width - 2*edge);
  drawDays(chart);
  drawHours(chart, across);
  for(size_t i = 0; i < chart->count; i++){
    double share = most > 0 ? fabs(chart->rows[i].y)/most : 0, side = chart->rows[i].y==0 ? 0 : fmax(1.5, largest*sqrt(share));
    double x = chart->left + (chart->rows[i].x + 0.5)*across, y = chart->top + ((double)chart->rows[i].place + 0.5)*CELL_HEIGHT;
    frameBlock(chart, chart->rows[i].y < 0 ? "o" : "f", x - side/2, y - side/2, side, side);
  }
  drawKey(chart, largest);
}

const ChartForm kHeatForm = { reduceHeat, layHeat, describeHeat, drawHeat };
