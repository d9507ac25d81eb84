/*
** Rows of a query as HTML: see table.h.
*/
#include "report/table.h"

#include <math.h>
#include <string.h>

#include "engine/clock.h"
#include "report/collect.h"
#include "report/frame.h"
#include "report/glyphs.h"
#include "report/sparks.h"

enum { MOST_TEXT = 300, MOST_NUMBERS = 64 };

/* ---- Values ---- */

void tableName(LoreBuffer *out, const char *column){
  enum { MOST_NAME = 64 };
  char name[MOST_NAME];
  size_t whole = strlen(column), length = whole < sizeof name ? whole : sizeof name;
  for(size_t i = 0; i < length; i++) name[i] = (char)(column[i]=='_' ? ' ' : column[i]);
  markupText(out, (ReportText){ name, length }, sizeof name);
}

/* As money and measures are written: two decimals, so that those of a column line up, but four digits of what is small. */
static void writeReal(LoreBuffer *out, double value){
  const double large = 1e15, small = 0.01;
  char digits[32];
  if( fabs(value) >= large || (fabs(value) < small && value!=0) || isnan(value) ){
    if( isinf(value) ) markupRaw(out, value > 0 ? "\xE2\x88\x9E" : "\xE2\x88\x92\xE2\x88\x9E");
    else frameWriteNumber(out, value);
    return;
  }
  sqlite3_snprintf(sizeof digits, digits, "%.2f", value);
  markupRaw(out, digits);
}

/* A stored time reads as 2026-01-10 09:00, and says the rest to machines. */
static int writeTime(LoreBuffer *out, const char *text, size_t length){
  long long time;
  if( length!=LORE_TIME_SIZE - 1 || text[length - 1]!='Z' || text[10]!='T' || !loreTimeParse(text, length, &time) ) return 0;
  markupRaw(out, "<time datetime=\"");
  loreBufferAppend(out, text, length);
  markupRaw(out, "\">");
  loreBufferAppend(out, text, 10);
  loreBufferChar(out, ' ');
  loreBufferAppend(out, text + 11, 5);
  markupRaw(out, "</time>");
  return 1;
}

static void writeText(LoreBuffer *out, LoreStatement *rows, int column){
  size_t length;
  const char *text = loreColumnSpan(rows, column, &length);
  if( text && !writeTime(out, text, length) ) markupText(out, (ReportText){ text, length }, MOST_TEXT);
}

static void writeValue(LoreBuffer *out, LoreStatement *rows, int column){
  switch( loreColumnType(rows, column) ){
    case SQLITE_NULL: markupRaw(out, "<span class=\"none\">\xE2\x80\x93</span>"); break;
    case SQLITE_INTEGER: markupInteger(out, loreColumnInt(rows, column)); break;
    case SQLITE_FLOAT: writeReal(out, loreColumnReal(rows, column)); break;
    case SQLITE_BLOB: markupRaw(out, "<span class=\"none\">bytes</span>"); break;
    default: writeText(out, rows, column);
  }
}

static int isNumber(LoreStatement *rows, int column){
  int type = loreColumnType(rows, column);
  return type==SQLITE_INTEGER || type==SQLITE_FLOAT;
}

/* ---- Tables ---- */

static void beginScroll(LoreBuffer *out, int heading){
  markupRaw(out, "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-labelledby=\"s");
  markupInteger(out, heading);
  markupRaw(out, "\"><table>");
}

static void writeHead(Table *table, LoreStatement *rows){
  beginScroll(table->out, table->heading);
  markupRaw(table->out, "<thead><tr>");
  for(int i = 0; i < loreColumnCount(rows); i++){
    const char *name = loreColumnName(rows, i);
    if( isNumber(rows, i) && i < MOST_NUMBERS ) table->numbers |= 1ull << i;
    markupRaw(table->out, isNumber(rows, i) ? "<th scope=\"col\" class=\"n\">" : "<th scope=\"col\">");
    tableName(table->out, name ? name : "");
    markupRaw(table->out, "</th>");
  }
  markupRaw(table->out, "</tr></thead><tbody>");
}

void tableRow(Table *table, LoreStatement *rows){
  if( table->rows==0 ) writeHead(table, rows);
  if( table->rows++ >= table->max_rows ) return;
  markupRaw(table->out, "<tr>");
  for(int i = 0; i < loreColumnCount(rows); i++){
    int is_empty = loreColumnType(rows, i)==SQLITE_NULL && i < MOST_NUMBERS && (table->numbers >> i & 1);
    markupRaw(table->out, isNumber(rows, i) || is_empty ? "<td class=\"n\">" : "<td dir=\"auto\">");
    writeValue(table->out, rows, i);
    markupRaw(table->out, "</td>");
  }
  markupRaw(table->out, "</tr>");
}

void tableMore(LoreBuffer *out, int most, long long count, const char *of_what){
  if( count <= most ) return;
  markupRaw(out, "<p class=\"more\">The first ");
  markupCount(out, (unsigned long long)most);
  markupRaw(out, " of ");
  markupCount(out, (unsigned long long)count);
  markupRaw(out, of_what);
  markupRaw(out, ".</p>");
}

void tableEnd(Table *table){
  if( table->rows==0 ) return;
  markupRaw(table->out, "</tbody></table></div>");
  tableMore(table->out, table->max_rows, table->rows, " rows");
}

/* ---- Figures ---- */

static void writeFigure(LoreBuffer *out, LoreStatement *rows){
  int columns = loreColumnCount(rows);
  markupRaw(out, "<div><dt dir=\"auto\">");
  writeValue(out, rows, 0);
  markupRaw(out, "</dt><dd class=\"figure\" dir=\"auto\">");
  if( columns > 1 ) writeValue(out, rows, 1);
  markupRaw(out, "</dd>");
  if( columns > 2 && loreColumnGiven(rows, 2) ){
    markupRaw(out, "<dd dir=\"auto\">");
    writeValue(out, rows, 2);
    markupRaw(out, "</dd>");
  }
  markupRaw(out, "</div>");
}

long long tableFigures(LoreBuffer *out, int most, LoreStatement *rows){
  long long count = 0;
  while( loreNext(rows) ) if( count++ < most ) writeFigure(out, rows);
  return count;
}

/* ---- Lines of series ---- */

typedef struct Line {
  LoreBuffer label;
  GlyphPoint *points;
  int count, capacity;
} Line;

static void writeLine(LoreBuffer *out, const Line *line){
  double lo = INFINITY, hi = -INFINITY;
  for(int i = 0; i < line->count; i++){
    lo = fmin(lo, line->points[i].value);
    hi = fmax(hi, line->points[i].value);
  }
  markupRaw(out, "<tr><th scope=\"row\" dir=\"auto\">");
  markupText(out, (ReportText){ line->label.data, line->label.length }, MOST_TEXT);
  markupRaw(out, "</th><td>");
  sparksDraw(out, line->points, (size_t)line->count);
  double values[] = { line->points[line->count - 1].value, lo, hi };
  for(int i = 0; i < 3; i++){
    markupRaw(out, "</td><td class=\"n\">");
    writeReal(out, values[i]);
  }
  markupRaw(out, "</td></tr>");
}

static void beginLines(LoreBuffer *out, int heading){
  beginScroll(out, heading);
  markupRaw(out, "<thead><tr><th scope=\"col\">series</th><th scope=\"col\">course</th>"
                 "<th scope=\"col\" class=\"n\">last</th><th scope=\"col\" class=\"n\">least</th>"
                 "<th scope=\"col\" class=\"n\">most</th></tr></thead><tbody>");
}

/* A line is complete; one without points is none. Which one it is. */
static long long endLine(LoreBuffer *out, int heading, int most, Line *line, long long lines){
  if( line->count==0 ) return lines;
  if( lines==0 ) beginLines(out, heading);
  if( lines < most ) writeLine(out, line);
  line->count = 0;
  return lines + 1;
}

static int isOfLine(const Line *line, const char *label, size_t length){
  return line->count > 0 && line->label.length==length && memcmp(line->label.data, label, length)==0;
}

static void addToLine(LoreCall *call, Line *line, LoreStatement *rows){
  Cell cell = { CELL_NUMBER, loreColumnReal(rows, 1), { NULL, 0 } };
  GlyphPoint point = { cell.number, loreColumnReal(rows, 2) };
  if( loreColumnType(rows, 1)==SQLITE_TEXT ){
    cell.kind = CELL_TEXT;
    cell.text.bytes = loreColumnSpan(rows, 1, &cell.text.length);
    if( !loreFailed(call) && !cellTime(&cell, &point.at) ) loreRefuse(call, LORE_BAD_ARGUMENT, "the second column must be a time");
  }
  if( !chartTakes(point.value) || !chartTakes(point.at) ) return;
  GlyphPoint *points = loreGrow(call, line->points, line->count, &line->capacity, sizeof point);
  if( points==NULL ) return;
  line->points = points;
  points[line->count++] = point;
}

long long tableSparks(LoreCall *call, LoreBuffer *out, int heading, int most, LoreStatement *rows){
  Line line = { .label = { .reallocate = loreReallocate } };
  long long lines = 0;
  if( rows && loreColumnCount(rows) < 3 ) loreRefuse(call, LORE_BAD_ARGUMENT, "sparklines need three columns: label, time, value");
  while( loreNext(rows) ){
    size_t length;
    const char *label = loreColumnSpan(rows, 0, &length);
    if( label==NULL || !loreColumnGiven(rows, 1) || !isNumber(rows, 2) ) continue;
    if( !isOfLine(&line, label, length) ){
      lines = endLine(out, heading, most, &line, lines);
      loreBufferClear(&line.label);
      loreBufferAppend(&line.label, label, length);
      if( line.label.failed ) loreNoMemory(call);
    }
    addToLine(call, &line, rows);
  }
  if( !loreFailed(call) ) lines = endLine(out, heading, most, &line, lines);
  if( lines > 0 ) markupRaw(out, "</tbody></table></div>");
  tableMore(out, most, lines, " lines");
  sqlite3_free(line.label.data);
  sqlite3_free(line.points);
  return lines;
}
