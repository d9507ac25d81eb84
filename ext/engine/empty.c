#include "engine/empty.h"

#include <string.h>

int loreEmptyBestIndex(sqlite3_vtab *base, sqlite3_index_info *plan){
  (void)base;
  plan->estimatedCost = 1;
  plan->estimatedRows = 1;
  return SQLITE_OK;
}

int loreEmptyOpen(sqlite3_vtab *base, sqlite3_vtab_cursor **out){
  (void)base;
  *out = sqlite3_malloc64(sizeof **out);
  if( *out==NULL ) return SQLITE_NOMEM;
  memset(*out, 0, sizeof **out);
  return SQLITE_OK;
}

int loreEmptyClose(sqlite3_vtab_cursor *cursor){
  sqlite3_free(cursor);
  return SQLITE_OK;
}

int loreEmptyFilter(sqlite3_vtab_cursor *cursor, int plan, const char *text, int argc, sqlite3_value **argv){
  (void)cursor, (void)plan, (void)text, (void)argc, (void)argv;
  return SQLITE_OK;
}

int loreEmptyNext(sqlite3_vtab_cursor *cursor){
  (void)cursor;
  return SQLITE_OK;
}

int loreEmptyEof(sqlite3_vtab_cursor *cursor){
  (void)cursor;
  return 1;
}

int loreEmptyColumn(sqlite3_vtab_cursor *cursor, sqlite3_context *context, int column){
  (void)cursor, (void)context, (void)column;
  return SQLITE_OK;
}

int loreEmptyRowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *rowid){
  (void)cursor;
  *rowid = 0;
  return SQLITE_OK;
}
