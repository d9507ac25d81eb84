/*
** Rows for a chart: see collect.h.
*/
#include "report/collect.h"

#include <math.h>
#include <string.h>

#include "engine/clock.h"
#include "engine/text.h"

int cellTime(const Cell *cell, double *time){
  long long moment;
  int good = cell->kind==CELL_TEXT ? loreTimeParse(cell->text.bytes, cell->text.length, &moment)
           : cell->kind==CELL_NUMBER && loreTimeOfSeconds(cell->number, &moment);
  if( !good && cell->kind==CELL_NUMBER && fabs(cell->number) <= (double)LORE_TIME_LAST && cell->number >= (double)LORE_TIME_FIRST ){
    moment = (long long)floor(cell->number);
    good = 1;
  }
  if( good ) *time = (double)moment;
  return good;
}

/* A text that is a number counts as one. */
static int cellNumber(const Cell *cell, double *number){
  int type;
  long long integer;
  if( cell->kind==CELL_NUMBER ) *number = cell->number;
  if( cell->kind!=CELL_TEXT ) return cell->kind==CELL_NUMBER;
  if( !loreNumberParse(cell->text.bytes, cell->text.length, &type, &integer, number) ) return 0;
  if( type==1 ) *number = (double)integer;
  return 1;
}

static void refuse(LoreCall *call, const char *column, const char *rule, const Cell *cell){
  enum { MOST = 60 };
  char room[6*MOST];
  LoreBuffer shown = markupFixed(room, sizeof room);
  markupPlain(&shown, cell->text, MOST);
  loreRefuse(call, LORE_BAD_ARGUMENT, "%s must be %s, got '%s'", column, rule, shown.length ? room : "");
}

static int needNumber(LoreCall *call, const char *column, const Cell *cell, double *number){
  if( cell->kind==CELL_NULL ) return 0;
  if( cellNumber(cell, number) ) return 1;
  refuse(call, column, "a number", cell);
  return 0;
}

static int needTime(LoreCall *call, const char *column, const Cell *cell, double *time){
  if( cell->kind==CELL_NULL ) return 0;
  if( cellTime(cell, time) ) return 1;
  refuse(call, column, "a time", cell);
  return 0;
}

static ChartSlice keepText(Collection *collection, const Cell *cell){
  ChartSlice slice = { collection->texts.length, cell->text.length };
  loreBufferAppend(&collection->texts, cell->text.bytes ? cell->text.bytes : "", cell->text.length);
  return slice;
}

static void keep(LoreCall *call, Collection *collection, ChartRow row){
  if( !chartTakes(row.x) || !chartTakes(row.y) || !chartTakes(row.low) || !chartTakes(row.high) ){
    collection->left_out++;
    return;
  }
  ChartRow *rows = loreGrow(call, collection->rows, collection->count, &collection->capacity, sizeof row);
  if( rows==NULL ) return;
  if( collection->texts.failed ) loreNoMemory(call);
  collection->rows = rows;
  row.place = (size_t)collection->count;
  collection->rows[collection->count++] = row;
}

/* ---- The kinds ---- */

/* x is what it looks like until all rows are there: its text is kept where it may name a bar. */
static void readX(Collection *collection, const Cell *cell, ChartRow *row){
  double time;
  if( cell->kind==CELL_NUMBER ){
    collection->numbers++;
    row->x = cell->number;
  }else if( cellTime(cell, &time) ){
    collection->times++;
    row->x = time;
  }else{
    collection->words++;
  }
}

static void collectPlain(LoreCall *call, Collection *collection, const Cell *cells){
  ChartRow row = { .y = 1 };
  int has_weight = collection->kind!=CHART_HISTOGRAM || cells[1].kind!=CELL_NULL;
  if( cells[0].kind==CELL_NULL || (has_weight && !needNumber(call, "y", &cells[1], &row.y)) ) return;
  readX(collection, &cells[0], &row);
  if( collection->kind==CHART_BAR ) row.name = keepText(collection, &cells[0]);
  else if( collection->words ) refuse(call, "x", "a number or a time of ISO 8601", &cells[0]);
  keep(call, collection, row);
}

static void collectHeat(LoreCall *call, Collection *collection, const Cell *cells){
  ChartRow row = { .y = 0 };
  if( needTime(call, "x", &cells[0], &row.x) && needNumber(call, "y", &cells[1], &row.y) ) keep(call, collection, row);
}

static void collectState(LoreCall *call, Collection *collection, const Cell *cells){
  ChartRow row = { .y = 0 };
  if( cells[1].kind==CELL_NULL || !needTime(call, "x", &cells[0], &row.x) ) return;
  row.state = keepText(collection, &cells[1]);
  keep(call, collection, row);
}

static void collectSpan(LoreCall *call, Collection *collection, const Cell *cells){
  ChartRow row = { .y = 0 };
  if( cells[0].kind==CELL_NULL || !needTime(call, "the second column", &cells[1], &row.x) ) return;
  if( !needTime(call, "the third column", &cells[2], &row.high) ) row.high = row.x;
  row.high = fmax(row.x, row.high);
  row.name = keepText(collection, &cells[0]);
  if( cells[3].kind!=CELL_NULL ) row.state = keepText(collection, &cells[3]);
  keep(call, collection, row);
}

static void collectInterval(LoreCall *call, Collection *collection, const Cell *cells){
  ChartRow row = { .y = 0 };
  if( cells[0].kind==CELL_NULL || !needNumber(call, "the second column", &cells[1], &row.low) ) return;
  if( !needNumber(call, "the third column", &cells[2], &row.y) ) return;
  if( !needNumber(call, "the fourth column", &cells[3], &row.high) ) return;
  row.name = keepText(collection, &cells[0]);
  keep(call, collection, row);
}

void collectRow(LoreCall *call, Collection *collection, const Cell *cells){
  collection->texts.reallocate = loreReallocate;
  switch( collection->kind ){
    case CHART_HEAT: collectHeat(call, collection, cells); break;
    case CHART_INTERVAL: collectInterval(call, collection, cells); break;
    case CHART_TIMELINE: collectSpan(call, collection, cells); break;
    default: collectPlain(call, collection, cells);
  }
}

void collectStateRow(LoreCall *call, Collection *collection, const Cell *cells){
  collection->texts.reallocate = loreReallocate;
  collectState(call, collection, cells);
}

/* ---- What x is ---- */

static ChartAxis axisOf(const Collection *collection, int wanted){
  if( collection->kind==CHART_HEAT || collection->kind==CHART_TIMELINE ) return AXIS_TIME;
  if( wanted >= 0 ) return (ChartAxis)wanted;
  if( collection->words || (collection->numbers && collection->times) ) return AXIS_TEXT;
  return collection->times ? AXIS_TIME : AXIS_NUMBER;
}

/* Numbers that are to be times: seconds, or milliseconds. */
static void numbersToTimes(Chart *chart){
  size_t kept = 0;
  for(size_t i = 0; i < chart->count; i++){
    Cell cell = { CELL_NUMBER, chart->rows[i].x, { NULL, 0 } };
    ChartRow row = chart->rows[i];
    if( cellTime(&cell, &row.x) ) chart->rows[kept++] = row;
  }
  chart->left_out += chart->count - kept;
  chart->count = kept;
}

static void checkAxis(LoreCall *call, const Collection *collection, ChartAxis axis){
  int is_bar = collection->kind==CHART_BAR, is_mixed = collection->numbers && collection->times;
  if( axis==AXIS_TEXT && !is_bar && collection->count ) loreRefuse(call, LORE_BAD_ARGUMENT, "x must be all numbers or all times");
  if( axis!=AXIS_TEXT && is_bar && (collection->words || is_mixed) ){
    loreRefuse(call, LORE_BAD_ARGUMENT, "x must be all numbers or all times, for bars that stand at their places");
  }
}

void collectChart(LoreCall *call, const Collection *collection, int wanted, Chart *chart){
  ChartAxis axis = axisOf(collection, wanted);
  size_t count = (size_t)collection->count;
  checkAxis(call, collection, axis);
  chart->rows = loreAllocate(call, (count + 1)*sizeof *chart->rows);
  if( loreFailed(call) ) return;
  if( count ) memcpy(chart->rows, collection->rows, count*sizeof *chart->rows);
  chart->kind = collection->kind;
  chart->axis = collection->kind==CHART_INTERVAL ? AXIS_NUMBER : axis;
  chart->count = count;
  chart->left_out = collection->left_out;
  chart->texts = collection->texts.data;
  chart->release = sqlite3_free;
  if( axis==AXIS_TIME && collection->numbers ) numbersToTimes(chart);
}

void collectFree(Collection *collection){
  sqlite3_free(collection->rows);
  sqlite3_free(collection->texts.data);
}
