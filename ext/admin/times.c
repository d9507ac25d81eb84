#include "admin/times.h"

#include <string.h>

#include "engine/clock.h"
#include "engine/directory.h"
#include "engine/text.h"

int timesNext(LoreCall *call, const char **list, TimeColumn *column){
  while( *list && **list && !loreFailed(call) ){
    size_t length = strcspn(*list, "|"), dot = strcspn(*list, ".");
    column->table = loreFormat(call, "%.*s", (int)dot, *list);
    column->column = loreFormat(call, "%.*s", (int)(length - dot - 1), *list + dot + 1);
    *list += length + ((*list)[length]=='|');
    loreLetText(call, "name", column->table);
    loreLetText(call, "column", column->column);
    if( loreFindInt(call, SQL_ADMIN_HAS_COLUMN) ) return 1;
  }
  return 0;
}

sqlite3_int64 timesCount(LoreCall *call, const char *table){
  sqlite3_int64 count = 0;
  TimeColumn column;
  for(int i = 0; loreSubsystem(call, i); i++){
    for(const char *list = loreSubsystem(call, i)->times; timesNext(call, &list, &column); ){
      if( strcmp(column.table, table)!=0 ) continue;
      LoreStatement *rows = loreTemplate(call, SQL_ADMIN_OTHER_TIMES_TEMPLATE, column.column, table, column.column);
      if( loreNext(rows) ) count += loreColumnInt(rows, 0);
      loreDone(rows);
    }
  }
  return count;
}

/* ---- Rewriting ---- */

/* A number is seconds, or milliseconds where it is too large for them. */
static int ofNumber(double number, LoreTime *time){
  return loreTimeOfSeconds(number, time) || loreTimeOfMilliseconds((long long)number, time);
}

static int readTime(LoreStatement *rows, int column, LoreTime *time){
  int type = loreColumnType(rows, column);
  if( type==SQLITE_INTEGER || type==SQLITE_FLOAT ) return ofNumber(loreColumnReal(rows, column), time);
  if( type!=SQLITE_TEXT ) return 0;
  size_t length;
  const char *text = loreColumnSpan(rows, column, &length);
  int kind;
  long long integer;
  double real;
  if( text==NULL ) return 0;
  if( loreTimeParse(text, length, time) ) return 1;
  return loreNumberParse(text, length, &kind, &integer, &real) && ofNumber(kind==1 ? (double)integer : real, time);
}

int timesReadable(LoreCall *call, const TimeColumn *column){
  LoreTime time;
  int is_readable = 0;
  LoreStatement *rows = loreTemplate(call, SQL_ADMIN_TIME_VALUES_TEMPLATE, column->column, column->table, column->column);
  while( !is_readable && loreNext(rows) ) is_readable = readTime(rows, 0, &time);
  loreDone(rows);
  return is_readable;
}

/* One row of one column. */
typedef struct Rewrite {
  LoreStatement *update;
  sqlite3_int64 changed;
} Rewrite;

static void updateRow(LoreCall *call, void *context){
  Rewrite *rewrite = context;
  if( loreRunBound(rewrite->update)==1 || loreFailed(call) ) return;
  loreRefuse(call, LORE_REFUSED, "a row was not stored: a trigger ignored it");
}

static void rewriteRow(LoreCall *call, Rewrite *rewrite, const TimeColumn *column, LoreStatement *rows){
  LoreTime time;
  char text[LORE_TIME_SIZE];
  const char *why;
  if( !readTime(rows, 1, &time) || loreFailed(call) ) return;
  sqlite3_int64 rowid = loreColumnInt(rows, 0);
  loreTimeFormat(time, text);
  loreBindText(rewrite->update, 1, text, strlen(text));
  loreBindInt(rewrite->update, 2, rowid);
  if( loreTry(call, updateRow, rewrite, &why) ) rewrite->changed++;
  else if( why ) loreRefuse(call, LORE_REFUSED, "nothing was changed: row %lld of %s, %s: %s", rowid, column->table, text, why);
}

static void rewriteColumn(LoreCall *call, const TimeColumn *column, const char **done){
  Rewrite rewrite = { .changed = 0 };
  rewrite.update = loreTemplate(call, SQL_ADMIN_TIME_UPDATE_TEMPLATE, column->table, column->column);
  LoreStatement *rows = loreTemplate(call, SQL_ADMIN_TIMES_TEMPLATE, column->column, column->table, column->column);
  while( loreNext(rows) ) rewriteRow(call, &rewrite, column, rows);
  loreDone(rewrite.update);
  if( loreFailed(call) || rewrite.changed==0 ) return;
  *done = loreFormat(call, "%s%s%s: %lld times of %s", *done, **done ? "; " : "", column->table, rewrite.changed, column->column);
}

void timesRewrite(LoreCall *call, const char **done){
  TimeColumn column;
  for(int i = 0; loreSubsystem(call, i); i++){
    for(const char *list = loreSubsystem(call, i)->times; timesNext(call, &list, &column); ) rewriteColumn(call, &column, done);
  }
}
