/*
** report_html: see page.h.
**
** Each section's query runs once: its rows go into a table and, for a chart, into a collection, which is drawn twice, for
** wide and for narrow screens; the style shows one of the two. A section whose query fails says so, and the page goes on.
*/
#include "report/page.h"

#include <string.h>

#include "engine/clock.h"
#include "engine/scan.h"
#include "engine/text.h"
#include "report/collect.h"
#include "report/sections.h"
#include "report/table.h"

enum { NAME, OPTIONS };

typedef struct Page {
  LoreBuffer nav, body, absent; /* links to the sections, the sections, what is left out */
  int count;     /* of sections */
  int max_rows;  /* of a table */
  int points;    /* of a line */
  ReportText title;
} Page;

/* What a part that may fail alone works on. */
typedef struct Work {
  Page *page;
  const Section *section;
  long long rows;
} Work;

static ReportText textOf(const char *text){
  return (ReportText){ text ? text : "", text ? strlen(text) : 0 };
}

/* ---- Options ---- */

static void readCount(LoreCall *call, const LoreScanValue *value, const char *name, int least, int most, int *to){
  int type = 0;
  long long integer = 0;
  double real;
  int is_number = value->kind==LORE_SCAN_NUMBER && loreNumberParse(value->text, value->length, &type, &integer, &real);
  if( is_number && type==1 && integer >= least && integer <= most ) *to = (int)integer;
  else loreRefuse(call, LORE_BAD_ARGUMENT, "options.%s must be a whole number from %d to %d", name, least, most);
}

static void readTitle(LoreCall *call, const LoreScanValue *value, Page *page){
  char *title = loreAllocate(call, value->length + 1);
  long length = title && value->kind==LORE_SCAN_STRING ? loreScanDecode(value, title) : -1;
  if( length < 0 ) loreRefuse(call, LORE_BAD_ARGUMENT, "options.title must be text without U+0000");
  else page->title = (ReportText){ title, (size_t)length };
}

static void readOptions(LoreCall *call, Page *page){
  LoreScanValue whole, name, value;
  if( !loreGiven(call, OPTIONS) || !loreScanText(loreText(call, OPTIONS), loreTextLength(call, OPTIONS), &whole) ) return;
  LoreScan scan = loreScanInto(&whole);
  while( !loreFailed(call) && loreScanNext(&scan, &name, &value) ){
    if( loreScanIs(&name, "title") ) readTitle(call, &value, page);
    else if( loreScanIs(&name, "max_rows") ) readCount(call, &value, "max_rows", 1, 1000, &page->max_rows);
    else if( loreScanIs(&name, "points") ) readCount(call, &value, "points", 2, 2000, &page->points);
    else loreRefuse(call, LORE_BAD_ARGUMENT, "options may be title, max_rows and points, got %s", loreShow(call, OPTIONS));
  }
}

/* ---- Charts ---- */

/* -1: no chart. */
static int chartKind(const char *kind){
  for(int i = 0; i < CHART_KINDS; i++) if( strcmp(kind, kChartNames[i])==0 ) return i;
  return -1;
}

static Cell cellOf(LoreStatement *rows, int column){
  Cell cell = { CELL_NULL, 0, { "", 0 } };
  int type = column < loreColumnCount(rows) ? loreColumnType(rows, column) : SQLITE_NULL;
  if( type==SQLITE_NULL || type==SQLITE_BLOB ) return cell;
  cell.kind = type==SQLITE_TEXT ? CELL_TEXT : CELL_NUMBER;
  if( cell.kind==CELL_NUMBER ) cell.number = loreColumnReal(rows, column);
  cell.text.bytes = loreColumnSpan(rows, column, &cell.text.length);
  if( cell.text.bytes==NULL ) cell.kind = CELL_NULL;
  return cell;
}

static void collectFrom(LoreCall *call, Collection *collection, LoreStatement *rows){
  Cell cells[4];
  for(int i = 0; i < 4; i++) cells[i] = cellOf(rows, i);
  collectRow(call, collection, cells);
}

/* "s3w": the third section's wide picture. */
static ReportText idOf(int section, char size, char room[24]){
  sqlite3_snprintf(24, room, "s%d%c", section, size);
  return textOf(room);
}

/* The memory of a chart is sorted and thinned by drawing: so each picture is drawn from a copy. */
static int drawOne(LoreCall *call, Work *work, const Chart *chart, char size){
  char id[24];
  LoreBuffer *out = &work->page->body;
  size_t count = chart->count;
  ChartRow *copy = loreAllocate(call, (count + 1)*sizeof *copy);
  Chart *one = copy ? loreAllocate(call, sizeof *one) : NULL;
  if( one==NULL ) return 0;
  memcpy(one, chart, sizeof *one);
  memcpy(copy, chart->rows, count*sizeof *copy);
  one->rows = copy;
  one->out = out;
  one->options.width = size=='w' ? 720 : 358;
  one->options.id = idOf(work->page->count, size, id);
  markupRaw(out, size=='w' ? "<div class=\"wide\">" : "<div class=\"narrow\">");
  int drawn = chartDraw(one);
  markupRaw(out, "</div>");
  return drawn;
}

/* Labels are the names of the columns, where the section has none; bars that lie have theirs below. */
static void labelChart(const Section *section, Chart *chart, const char *x_name, const char *y_name){
  int is_lying = chart->kind==CHART_BAR && chart->axis==AXIS_TEXT, has_two = chart->kind <= CHART_SCATTER && !is_lying;
  chart->options.title = textOf(section->title);
  chart->options.description = textOf(section->note);
  chart->options.x_label = textOf(section->x_label ? section->x_label : is_lying ? y_name : chart->axis==AXIS_TIME ? NULL : x_name);
  chart->options.y_label = textOf(section->y_label ? section->y_label : has_two ? y_name : NULL);
  if( chart->kind==CHART_TIMELINE || chart->kind==CHART_HEAT ) chart->options.x_label = textOf(section->x_label);
}

static char *nameCopy(LoreCall *call, LoreStatement *rows, int column){
  const char *name = column < loreColumnCount(rows) ? loreColumnName(rows, column) : "";
  char *copy = loreFormat(call, "%s", name ? name : "");
  for(char *c = copy; c && *c; c++) if( *c=='_' ) *c = ' ';
  return copy;
}

static void drawBoth(LoreCall *call, Work *work, Collection *collection, const char *x_name, const char *y_name){
  Chart *chart = loreAllocate(call, sizeof *chart);
  if( chart==NULL ) return;
  memset(chart, 0, sizeof *chart);
  chartStandards(&chart->options);
  collectChart(call, collection, -1, chart);
  if( loreFailed(call) ) return;
  chart->options.is_part = 1;
  chart->options.points = work->page->points;
  chart->options.order = ORDER_GIVEN;
  labelChart(work->section, chart, x_name, y_name);
  chart->out = &work->page->body;
  markupRaw(&work->page->body, "<figure>");
  if( !chartReduce(chart) || !drawOne(call, work, chart, 'w') || !drawOne(call, work, chart, 'n') ) loreNoMemory(call);
  markupRaw(&work->page->body, "</figure>");
}

/* ---- Sections ---- */

static LoreStatement *queryOf(LoreCall *call, const Section *section, int part){
  if( section->source ) return loreTemplate(call, SQL_REPORT_SOURCE_TEMPLATE, section->source);
  return loreQuery(call, section->parts[part].statement);
}

static void chartSection(LoreCall *call, Work *work, int kind){
  Page *page = work->page;
  Collection collection = { .kind = (ChartKind)kind };
  LoreBuffer rows_html = { .reallocate = loreReallocate };
  Table table = { .out = &rows_html, .heading = page->count, .max_rows = page->max_rows };
  LoreStatement *rows = queryOf(call, work->section, 0);
  char *x_name = rows ? nameCopy(call, rows, 0) : NULL, *y_name = rows ? nameCopy(call, rows, 1) : NULL;
  while( loreNext(rows) ){
    collectFrom(call, &collection, rows);
    tableRow(&table, rows);
  }
  tableEnd(&table);
  work->rows = table.rows;
  if( table.rows > 0 && !loreFailed(call) ){
    drawBoth(call, work, &collection, x_name, y_name);
    markupRaw(&page->body, "<details><summary>The numbers</summary>");
    loreBufferAppend(&page->body, rows_html.data ? rows_html.data : "", rows_html.length);
    markupRaw(&page->body, "</details>");
  }
  if( rows_html.failed ) loreNoMemory(call);
  sqlite3_free(rows_html.data);
  collectFree(&collection);
}

static void tableSection(LoreCall *call, Work *work){
  Table table = { .out = &work->page->body, .heading = work->page->count, .max_rows = work->page->max_rows };
  LoreStatement *rows = queryOf(call, work->section, 0);
  while( loreNext(rows) ) tableRow(&table, rows);
  tableEnd(&table);
  work->rows = table.rows;
}

/* Those of a list of tables that the file has not: the first of them; NULL: it has all. */
static const char *missing(LoreCall *call, const char *needs){
  while( needs && *needs ){
    size_t length = strcspn(needs, "|");
    char *table = loreFormat(call, "%.*s", (int)length, needs);
    if( table && !sectionsHas(call, table) ) return table;
    needs += length + (needs[length]=='|');
  }
  return NULL;
}

static void figuresSection(LoreCall *call, Work *work){
  LoreBuffer *out = &work->page->body;
  size_t start = out->length;
  markupRaw(out, "<dl class=\"figures\">");
  for(int i = 0; i < SECTION_PARTS; i++){
    if( i > 0 && (work->section->source || work->section->parts[i].statement==SQL_NONE) ) break;
    if( missing(call, work->section->parts[i].needs) ) continue;
    work->rows += tableFigures(out, work->page->max_rows, queryOf(call, work->section, i));
  }
  markupRaw(out, "</dl>");
  tableMore(out, work->page->max_rows, work->rows, " figures");
  if( work->rows==0 && !out->failed ) loreBufferCut(out, start);
}

/* A part that may fail alone. */
static void runSection(LoreCall *call, void *context){
  Work *work = context;
  int kind = chartKind(work->section->kind);
  if( kind >= 0 ) chartSection(call, work, kind);
  else if( strcmp(work->section->kind, "figures")==0 ) figuresSection(call, work);
  else if( strcmp(work->section->kind, "sparklines")==0 ){
    work->rows = tableSparks(call, &work->page->body, work->page->count, work->page->max_rows, queryOf(call, work->section, 0));
  }
  else tableSection(call, work);
}

static void beginSection(Page *page, const Section *section){
  page->count++;
  markupRaw(&page->nav, "<li><a href=\"#s");
  markupInteger(&page->nav, page->count);
  markupRaw(&page->nav, "\" dir=\"auto\">");
  markupText(&page->nav, textOf(section->title), 80);
  markupRaw(&page->nav, "</a></li>");
  markupRaw(&page->body, "<section aria-labelledby=\"s");
  markupInteger(&page->body, page->count);
  markupRaw(&page->body, "\"><h2 id=\"s");
  markupInteger(&page->body, page->count);
  markupRaw(&page->body, "\" dir=\"auto\">");
  markupText(&page->body, textOf(section->title), 200);
  markupRaw(&page->body, "</h2>");
  if( section->note==NULL || *section->note=='\0' ) return;
  markupRaw(&page->body, "<p class=\"note\" dir=\"auto\">");
  markupText(&page->body, textOf(section->note), 1000);
  markupRaw(&page->body, "</p>");
}

static void leaveOut(Page *page, const Section *section, const char *table){
  markupRaw(&page->absent, page->absent.length ? "; " : "");
  markupText(&page->absent, textOf(section->title), 200);
  markupRaw(&page->absent, " (there is no ");
  markupText(&page->absent, textOf(table), 200);
  markupRaw(&page->absent, ")");
}

/* Of figures any part will do. */
static const char *missingFor(LoreCall *call, const Section *section){
  const char *first = NULL;
  if( section->source ) return sectionsHas(call, section->source) ? NULL : section->source;
  for(int i = 0; i < SECTION_PARTS && section->parts[i].statement!=SQL_NONE; i++){
    const char *table = missing(call, section->parts[i].needs);
    if( table==NULL ) return NULL;
    if( first==NULL ) first = table;
  }
  return first;
}

static void addSection(LoreCall *call, Page *page, const Section *section){
  const char *table = missingFor(call, section), *why;
  if( loreFailed(call) ) return;
  if( table ){
    leaveOut(page, section, table);
    return;
  }
  beginSection(page, section);
  size_t start = page->body.length;
  Work work = { page, section, 0 };
  int done = loreTryReading(call, runSection, &work, &why);
  if( !done && why && !page->body.failed ){
    loreBufferCut(&page->body, start);
    markupRaw(&page->body, "<p class=\"wrong\">This section could not be read: ");
    markupText(&page->body, textOf(why), 300);
    markupRaw(&page->body, "</p>");
  }else if( done && work.rows==0 ){
    markupRaw(&page->body, "<p class=\"empty\">");
    markupRaw(&page->body, section->empty);
    markupRaw(&page->body, "</p>");
  }
  markupRaw(&page->body, "</section>");
}

/* ---- The whole page ---- */

/* "Saturday, 28 November 2026, 07:06 UTC" */
static void writeMoment(LoreCall *call, LoreBuffer *out){
  static const char *const kDays[] = { "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday" };
  static const char *const kMonths[] = { "January", "February", "March", "April", "May", "June", "July", "August", "September",
                                         "October", "November", "December" };
  char text[LORE_TIME_SIZE];
  int year, month, day;
  LoreTime now = loreNow(call);
  long long days = now/DAY_MS - (now % DAY_MS < 0);
  loreTimeFormat(now, text);
  loreDateOfDays(days, &year, &month, &day);
  markupRaw(out, "<time datetime=\"");
  markupRaw(out, text);
  markupRaw(out, "\">");
  markupRaw(out, kDays[((days + 3) % 7 + 7) % 7]);
  markupRaw(out, ", ");
  markupInteger(out, day);
  markupRaw(out, " ");
  markupRaw(out, kMonths[month - 1]);
  markupRaw(out, " ");
  loreBufferAppend(out, text, 4);
  markupRaw(out, ", ");
  loreBufferAppend(out, text + 11, 5);
  markupRaw(out, " UTC</time>");
}

static void writeHead(LoreBuffer *out, const Page *page){
  markupRaw(out, "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                 "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
                 "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
                 "<meta name=\"color-scheme\" content=\"light dark\"><title>");
  markupText(out, page->title, 200);
  markupRaw(out, "</title><style>");
  markupRaw(out, kChartStyle);
  markupRaw(out, kPageStyle);
  markupRaw(out, "</style></head><body class=\"lore-chart\"><main><header><h1 dir=\"auto\">");
  markupText(out, page->title, 200);
  markupRaw(out, "</h1>");
}

static void writePage(LoreCall *call, LoreBuffer *out, const Page *page){
  writeHead(out, page);
  markupRaw(out, "<p>");
  writeMoment(call, out);
  markupRaw(out, "</p>");
  if( page->count > 1 ){
    markupRaw(out, "<nav aria-label=\"Sections\"><ol>");
    loreBufferAppend(out, page->nav.data, page->nav.length);
    markupRaw(out, "</ol></nav>");
  }
  markupRaw(out, "</header>");
  if( page->body.length ) loreBufferAppend(out, page->body.data, page->body.length);
  markupRaw(out, "<footer><p>");
  if( page->absent.length ){
    markupRaw(out, "Left out: ");
    loreBufferAppend(out, page->absent.data, page->absent.length);
    markupRaw(out, ".</p><p>");
  }
  markupRaw(out, "All times are UTC. Made by sqlite-lore " LORE_VERSION ".</p></footer></main></body></html>\n");
}

/* Result: TEXT, a whole HTML document. */
void reportPage(LoreCall *call){
  Page page = { .nav = { .reallocate = loreReallocate }, .body = { .reallocate = loreReallocate },
                .absent = { .reallocate = loreReallocate }, .max_rows = 50, .points = 500 };
  LoreBuffer out = { .reallocate = loreReallocate };
  int is_today = !loreFailed(call) && strcmp(loreText(call, NAME), "today")==0;
  page.title = is_today ? textOf("Today") : (ReportText){ loreText(call, NAME), loreTextLength(call, NAME) };
  readOptions(call, &page);
  Sections sections = sectionsOf(call, loreText(call, NAME));
  for(int i = 0; i < sections.count && !loreFailed(call); i++) addSection(call, &page, &sections.at[i]);
  if( !loreFailed(call) ) writePage(call, &out, &page);
  if( out.failed || page.nav.failed || page.body.failed || page.absent.failed ) loreNoMemory(call);
  sqlite3_free(page.nav.data);
  sqlite3_free(page.body.data);
  sqlite3_free(page.absent.data);
  if( loreFailed(call) ) sqlite3_free(out.data);
  else loreResultOwned(call, out.data, out.length, 0);
}
