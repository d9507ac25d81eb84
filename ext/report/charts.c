/*
** chart_svg: rows of a group are kept until it is over, then chart.c draws them.
*/
#include <string.h>

#include "report/options.h"
#include "report/report.h"

enum { KIND, X, Y, OPTIONS };

static ChartKind kindOf(const char *word){
  int kind = CHART_LINE;
  while( kind + 1 < CHART_KINDS && strcmp(word, kChartNames[kind])!=0 ) kind++;
  return (ChartKind)kind;
}

static void begin(LoreCall *call, ChartGroup *group){
  group->is_begun = 1;
  group->collection.kind = kindOf(loreText(call, KIND));
  if( !loreGiven(call, OPTIONS) ) return;
  group->options_length = loreTextLength(call, OPTIONS);
  group->options = sqlite3_malloc64(group->options_length + 1);
  if( group->options==NULL ) loreNoMemory(call);
  else memcpy(group->options, loreText(call, OPTIONS), group->options_length + 1);
}

/* A picture has one kind, and one set of options. */
static void compare(LoreCall *call, const ChartGroup *group){
  size_t length = loreGiven(call, OPTIONS) ? loreTextLength(call, OPTIONS) : 0;
  if( kindOf(loreText(call, KIND))!=group->collection.kind ){
    loreRefuse(call, LORE_BAD_ARGUMENT, "kind must be the same in all rows, got %s", loreShow(call, KIND));
  }
  if( length!=group->options_length || (length && memcmp(group->options, loreText(call, OPTIONS), length)!=0) ){
    loreRefuse(call, LORE_BAD_ARGUMENT, "options must be the same in all rows, got %s", loreShow(call, OPTIONS));
  }
}

static Cell cellOf(LoreCall *call, int argument){
  Cell cell = { CELL_NULL, 0, { NULL, 0 } };
  if( !loreGiven(call, argument) ) return cell;
  if( loreIsNumber(call, argument) ){
    cell.kind = CELL_NUMBER;
    cell.number = loreIsInt(call, argument) ? (double)loreInt(call, argument) : loreReal(call, argument);
    loreNumberAsText(call, argument);
  }else{
    cell.kind = CELL_TEXT;
  }
  cell.text = (ReportText){ loreText(call, argument), loreTextLength(call, argument) };
  if( !loreFailed(call) && cell.text.bytes==NULL ){
    loreRefuse(call, LORE_BAD_ARGUMENT, "%s must be a number or text, got a blob", argument==X ? "x" : "y");
  }
  return cell;
}

void chartStep(LoreCall *call, void *context){
  ChartGroup *group = context;
  if( group->is_begun ) compare(call, group);
  else begin(call, group);
  Cell cells[2];
  for(int i = 0; i < 2; i++) cells[i] = cellOf(call, X + i);
  if( loreFailed(call) ) return;
  if( group->collection.kind==CHART_TIMELINE ) collectStateRow(call, &group->collection, cells);
  else collectRow(call, &group->collection, cells);
}

/* Result: TEXT, one SVG document; NULL for no rows at all. */
void chartValue(LoreCall *call, void *context){
  ChartGroup *group = context;
  Chart *chart = group->is_begun ? loreAllocate(call, sizeof *chart) : NULL;
  LoreBuffer out = { .reallocate = loreReallocate };
  int axis;
  if( chart==NULL ) return;
  memset(chart, 0, sizeof *chart);
  optionsRead(call, group->options, group->options_length, &chart->options, &axis);
  collectChart(call, &group->collection, axis, chart);
  if( loreFailed(call) ) return;
  chart->out = &out;
  if( chartDraw(chart) ){
    loreResultOwned(call, out.data, out.length, 0);
  }else{
    sqlite3_free(out.data);
    loreNoMemory(call);
  }
}

void chartRelease(void *context){
  ChartGroup *group = context;
  collectFree(&group->collection);
  sqlite3_free(group->options);
}
