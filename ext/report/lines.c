/*
** Lines, areas and scattered points. Pure: knows no SQLite.
**
** A line of more points than asked for keeps those that show its form (engine/lttb.h). Scattered points, when there are too
** many, become circles on a grid whose areas tell how many lie there.
*/
#include <math.h>

#include "engine/lttb.h"
#include "report/frame.h"

enum { STANDARD_HEIGHT = 260 };

static void findBounds(Chart *chart){
  chart->least = chart->most = chart->rows[0].y;
  for(size_t i = 1; i < chart->count; i++){
    chart->least = fmin(chart->least, chart->rows[i].y);
    chart->most = fmax(chart->most, chart->rows[i].y);
  }
}

/* Places of x in whole numbers, as the choice of points wants them. */
static void asPoints(const Chart *chart, LorePoint *points){
  const double room = 0x1p40, first = chart->rows[0].x;
  double span = chart->rows[chart->count - 1].x - first;
  for(size_t i = 0; i < chart->count; i++){
    points[i] = (LorePoint){ .ts = span > 0 ? (int64_t)((chart->rows[i].x - first)/span*room) : 0, .value.real = chart->rows[i].y };
  }
}

static int thin(Chart *chart){
  size_t keep = (size_t)chart->options.points;
  if( chart->count <= keep ) return 1;
  LorePoint *points = chart->out->reallocate(NULL, chart->count*sizeof *points);
  size_t *chosen = points ? chart->out->reallocate(NULL, keep*sizeof *chosen) : NULL;
  if( chosen ){
    asPoints(chart, points);
    size_t count = loreLttbChoose(points, chart->count, keep, chosen);
    for(size_t i = 0; i < count; i++) chart->rows[i] = chart->rows[chosen[i]];
    chart->count = count;
  }
  chart->release(points);
  chart->release(chosen);
  return chosen!=NULL;
}

/* ---- Lines and areas ---- */

static int reduceLine(Chart *chart){
  frameReduceByX(chart);
  findBounds(chart);
  return thin(chart);
}

static void layLine(Chart *chart){
  double lo = chart->least, hi = chart->most;
  frameLay(chart, STANDARD_HEIGHT);
  if( chart->count==0 ) return;
  if( chart->kind==CHART_AREA || chart->options.from_zero ){
    lo = fmin(lo, 0);
    hi = fmax(hi, 0);
  }
  frameScales(chart, lo, hi, frameNumberWidth(chart->rows[chart->count - 1].y) + 10);
}

static void describeLine(Chart *chart){
  markupRaw(chart->out, chart->kind==CHART_AREA ? "Area chart of " : "Line chart of ");
  frameWriteCount(chart, chart->shown, "point", "points");
  if( chart->count < chart->shown ){
    markupRaw(chart->out, " (drawn through ");
    markupCount(chart->out, chart->count);
    markupRaw(chart->out, " of them)");
  }
  markupRaw(chart->out, " from ");
  frameWriteX(chart, chart->rows[0].x);
  markupRaw(chart->out, " to ");
  frameWriteX(chart, chart->rows[chart->count - 1].x);
  markupRaw(chart->out, "; values from ");
  frameWriteNumber(chart->out, chart->least);
  markupRaw(chart->out, " to ");
  frameWriteNumber(chart->out, chart->most);
  markupRaw(chart->out, ", the last is ");
  frameWriteNumber(chart->out, chart->rows[chart->count - 1].y);
  markupRaw(chart->out, ".");
}

static void writePath(Chart *chart){
  for(size_t i = 0; i < chart->count; i++){
    SHAPE(chart->out, i==0 ? "M@ @" : "L@ @", scalePlace(&chart->x, chart->rows[i].x), scalePlace(&chart->y, chart->rows[i].y));
  }
}

static void drawWash(Chart *chart){
  double zero = scalePlace(&chart->y, 0);
  markupRaw(chart->out, "<path class=\"w\" d=\"");
  writePath(chart);
  SHAPE(chart->out, "V@H@Z\"/>", zero, scalePlace(&chart->x, chart->rows[0].x));
}

static void drawLine(Chart *chart){
  enum { MOST_DOTS = 40 };
  const ChartRow *last = &chart->rows[chart->count - 1];
  double x = scalePlace(&chart->x, last->x), y = scalePlace(&chart->y, last->y);
  frameRules(chart);
  frameTicks(chart);
  if( chart->kind==CHART_AREA ) drawWash(chart);
  markupRaw(chart->out, "<path class=\"l\" d=\"");
  writePath(chart);
  markupRaw(chart->out, "\"/>");
  for(size_t i = 0; chart->count <= MOST_DOTS && i + 1 < chart->count; i++){
    SHAPE(chart->out, "<circle class=\"f\" cx=\"@\" cy=\"@\" r=\"2\"/>", scalePlace(&chart->x, chart->rows[i].x),
          scalePlace(&chart->y, chart->rows[i].y));
  }
  SHAPE(chart->out, "<circle class=\"f\" cx=\"@\" cy=\"@\" r=\"3.5\"/>", x, y);
  frameNumber(chart, x + 8, y + 4, "", last->y);
}

const ChartForm kLineForm = { reduceLine, layLine, describeLine, drawLine };

/* ---- Scattered points ---- */

static int reduceScatter(Chart *chart){
  frameReduceByX(chart);
  findBounds(chart);
  return 1;
}

static void layScatter(Chart *chart){
  frameLay(chart, STANDARD_HEIGHT);
  if( chart->count ) frameScales(chart, chart->least, chart->most, 6);
}

static void describeScatter(Chart *chart){
  markupRaw(chart->out, "Scatter chart of ");
  frameWriteCount(chart, chart->shown, "point", "points");
  if( chart->count > (size_t)chart->options.points ){
    markupRaw(chart->out, ", as circles whose areas tell how many points lie there");
  }
  markupRaw(chart->out, "; across from ");
  frameWriteX(chart, chart->rows[0].x);
  markupRaw(chart->out, " to ");
  frameWriteX(chart, chart->rows[chart->count - 1].x);
  markupRaw(chart->out, ", values from ");
  frameWriteNumber(chart->out, chart->least);
  markupRaw(chart->out, " to ");
  frameWriteNumber(chart->out, chart->most);
  markupRaw(chart->out, ".");
}

enum { CELL = 10 };

/* How many points lie in each cell of a grid over the plot; NULL: no memory. */
static unsigned *countCells(const Chart *chart, size_t across, size_t down){
  unsigned *cells = chart->out->reallocate(NULL, across*down*sizeof *cells);
  for(size_t i = 0; cells && i < across*down; i++) cells[i] = 0;
  for(size_t i = 0; cells && i < chart->count; i++){
    double x = (scalePlace(&chart->x, chart->rows[i].x) - chart->left)/CELL;
    double y = (scalePlace(&chart->y, chart->rows[i].y) - chart->top)/CELL;
    size_t column = (size_t)fmax(0, fmin(x, (double)across - 1)), row = (size_t)fmax(0, fmin(y, (double)down - 1));
    cells[row*across + column]++;
  }
  return cells;
}

static void drawCells(Chart *chart){
  size_t across = (size_t)ceil((chart->right - chart->left)/CELL) + 1, down = (size_t)ceil((chart->bottom - chart->top)/CELL) + 1;
  unsigned *cells = countCells(chart, across, down), most = 1;
  if( cells==NULL ){
    chart->out->failed = 1;
    return;
  }
  for(size_t i = 0; i < across*down; i++) if( cells[i] > most ) most = cells[i];
  for(size_t i = 0; i < across*down; i++){
    if( cells[i]==0 ) continue;
    double radius = fmax(0.8, CELL/2.0*sqrt((double)cells[i]/most));
    size_t column = i % across, row = i/across;
    SHAPE(chart->out, "<circle class=\"f\" cx=\"@\" cy=\"@\" r=\"@\"/>", chart->left + ((double)column + 0.5)*CELL,
          chart->top + ((double)row + 0.5)*CELL, radius);
  }
  chart->release(cells);
}

static void drawScatter(Chart *chart){
  frameRules(chart);
  frameTicks(chart);
  if( chart->count > (size_t)chart->options.points ){
    drawCells(chart);
    return;
  }
  for(size_t i = 0; i < chart->count; i++){
    SHAPE(chart->out, "<circle class=\"c\" cx=\"@\" cy=\"@\" r=\"3\"/>", scalePlace(&chart->x, chart->rows[i].x),
          scalePlace(&chart->y, chart->rows[i].y));
  }
}

const ChartForm kScatterForm = { reduceScatter, layScatter, describeScatter, drawScatter };
