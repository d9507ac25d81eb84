/*
** Parts of a virtual table without rows: what the insertable tables and lore_connection share.
*/
#ifndef LORE_EMPTY_H
#define LORE_EMPTY_H

#include "engine/host.h"

int loreEmptyBestIndex(sqlite3_vtab *table, sqlite3_index_info *plan);
int loreEmptyOpen(sqlite3_vtab *table, sqlite3_vtab_cursor **out);
int loreEmptyClose(sqlite3_vtab_cursor *cursor);
int loreEmptyFilter(sqlite3_vtab_cursor *cursor, int plan, const char *text, int argc, sqlite3_value **argv);
int loreEmptyNext(sqlite3_vtab_cursor *cursor);
int loreEmptyEof(sqlite3_vtab_cursor *cursor);
int loreEmptyColumn(sqlite3_vtab_cursor *cursor, sqlite3_context *context, int column);
int loreEmptyRowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *rowid);

#define LORE_EMPTY_CURSOR                                                                        \
  .xBestIndex = loreEmptyBestIndex, .xOpen = loreEmptyOpen, .xClose = loreEmptyClose,            \
  .xFilter = loreEmptyFilter, .xNext = loreEmptyNext, .xEof = loreEmptyEof,                      \
  .xColumn = loreEmptyColumn, .xRowid = loreEmptyRowid

#endif
