/*
** Connections, statements and fingerprints for the fault programs.
*/
#include "harness.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void stop(const char *what, const char *why){
  fprintf(stderr, "%s: %s\n", what, why);
  exit(2);
}

/* ---- Connections ---- */

sqlite3 *openPlain(const char *path, const char *vfs){
  sqlite3 *db = NULL;
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  if( sqlite3_open_v2(path, &db, flags, vfs)!=SQLITE_OK ) stop(path, sqlite3_errmsg(db));
  sqlite3_extended_result_codes(db, 1);
  sqlite3_enable_load_extension(db, 1);
  return db;
}

int loadLore(sqlite3 *db, const char *extension, char **error){
  return sqlite3_load_extension(db, extension, NULL, error);
}

sqlite3 *openLoaded(const char *path, const char *vfs, const char *extension){
  sqlite3 *db = openPlain(path, vfs);
  char *error = NULL;
  if( loadLore(db, extension, &error)!=SQLITE_OK ) stop(extension, error ? error : "cannot be loaded");
  return db;
}

sqlite3_int64 memoryLeft(void){
  static sqlite3_int64 last;
  sqlite3_int64 now = sqlite3_memory_used(), more = now - last;
  last = now;
  return more;
}

/* ---- Statements ---- */

static sqlite3_uint64 mix(sqlite3_uint64 digest, const void *bytes, int length){
  const unsigned char *p = bytes;
  for(int i = 0; i < length; i++) digest = (digest ^ p[i])*0x100000001b3u;
  return digest;
}

static const sqlite3_uint64 kSeed = 0xcbf29ce484222325u;

/* 1 when there was no memory to read the value with. */
static int mixColumn(sqlite3_stmt *statement, int column, sqlite3_uint64 *digest){
  int type = sqlite3_column_type(statement, column);
  const void *bytes = type==SQLITE_BLOB ? sqlite3_column_blob(statement, column) : sqlite3_column_text(statement, column);
  int length = sqlite3_column_bytes(statement, column);
  if( bytes==NULL && type!=SQLITE_NULL && (length > 0 || type!=SQLITE_BLOB) ) return 1;
  *digest = mix(*digest, &type, (int)sizeof type);
  *digest = mix(*digest, bytes, bytes ? length : 0);
  return 0;
}

Outcome runSql(sqlite3 *db, const char *sql){
  Outcome outcome = { .value = kSeed };
  sqlite3_stmt *statement = NULL;
  outcome.code = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
  if( outcome.code==SQLITE_OK ){
    while( (outcome.code = sqlite3_step(statement))==SQLITE_ROW ){
      outcome.rows++;
      for(int i = 0; i < sqlite3_column_count(statement); i++) outcome.unread |= mixColumn(statement, i, &outcome.value);
    }
    if( outcome.code==SQLITE_DONE ) outcome.code = SQLITE_OK;
  }
  if( outcome.code ) snprintf(outcome.message, sizeof outcome.message, "%s", sqlite3_errmsg(db));
  int end = sqlite3_finalize(statement);
  if( outcome.code==SQLITE_OK && end!=SQLITE_OK ) outcome.code = end;
  return outcome;
}

void mustRun(sqlite3 *db, const char *sql){
  Outcome outcome = runSql(db, sql);
  if( outcome.code ) stop(sql, outcome.message);
}

static sqlite3_stmt *firstRow(sqlite3 *db, const char *sql, va_list arguments){
  sqlite3_stmt *statement = NULL;
  char *text = sqlite3_vmprintf(sql, arguments);
  if( text==NULL || sqlite3_prepare_v2(db, text, -1, &statement, NULL)!=SQLITE_OK ) stop(sql, sqlite3_errmsg(db));
  sqlite3_free(text);
  if( sqlite3_step(statement)==SQLITE_ROW ) return statement;
  sqlite3_finalize(statement);
  return NULL;
}

char *textOf(sqlite3 *db, const char *sql, ...){
  va_list arguments;
  va_start(arguments, sql);
  sqlite3_stmt *row = firstRow(db, sql, arguments);
  va_end(arguments);
  const char *text = row ? (const char*)sqlite3_column_text(row, 0) : NULL;
  char *copy = text ? malloc(strlen(text) + 1) : NULL;
  if( copy ) strcpy(copy, text);
  sqlite3_finalize(row);
  return copy;
}

sqlite3_int64 intOf(sqlite3 *db, const char *sql, ...){
  va_list arguments;
  va_start(arguments, sql);
  sqlite3_stmt *row = firstRow(db, sql, arguments);
  va_end(arguments);
  sqlite3_int64 value = row ? sqlite3_column_int64(row, 0) : -1;
  sqlite3_finalize(row);
  return value;
}

/* ---- Fingerprints ---- */

static sqlite3_uint64 *addPart(Fingerprint *out){
  if( out->count==MOST_PARTS ) stop("fingerprint", "more columns than MOST_PARTS");
  out->parts[out->count] = 0;
  return &out->parts[out->count++];
}

/* Sums, so that the order of the rows does not matter. */
static void addRows(sqlite3 *db, const char *sql, Fingerprint *out){
  sqlite3_stmt *rows = NULL;
  if( sqlite3_prepare_v2(db, sql, -1, &rows, NULL)!=SQLITE_OK ) stop(sql, sqlite3_errmsg(db));
  sqlite3_uint64 *count = addPart(out), *whole = addPart(out);
  int width = sqlite3_column_count(rows), first = out->count;
  for(int i = 0; i < width; i++) addPart(out);
  while( sqlite3_step(rows)==SQLITE_ROW ){
    sqlite3_uint64 row = kSeed;
    for(int i = 0; i < width; i++){
      sqlite3_uint64 value = kSeed;
      mixColumn(rows, i, &value);
      row = mix(row, &value, (int)sizeof value);
      out->parts[first + i] += value;
    }
    *whole += row;
    *count += 1;
  }
  if( sqlite3_finalize(rows)!=SQLITE_OK ) stop(sql, sqlite3_errmsg(db));
}

void fingerprint(sqlite3 *db, Fingerprint *out){
  static const char kSchema[] = "SELECT type, name, tbl_name, sql FROM main.sqlite_schema WHERE name <> 'fault_marker'";
  static const char kTables[] = "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name <> 'fault_marker' ORDER BY name";
  out->count = 0;
  addRows(db, kSchema, out);
  sqlite3_stmt *tables = NULL;
  if( sqlite3_prepare_v2(db, kTables, -1, &tables, NULL)!=SQLITE_OK ) stop(kTables, sqlite3_errmsg(db));
  while( sqlite3_step(tables)==SQLITE_ROW ){
    char sql[512];
    sqlite3_snprintf((int)sizeof sql, sql, "SELECT * FROM main.\"%w\"", sqlite3_column_text(tables, 0));
    addRows(db, sql, out);
  }
  sqlite3_finalize(tables);
}

int sameContent(const Fingerprint *a, const Fingerprint *b){
  return a->count==b->count && memcmp(a->parts, b->parts, (size_t)a->count*sizeof a->parts[0])==0;
}

int sameBut(const Fingerprint *a, const Fingerprint *b, const Fingerprint *first, const Fingerprint *second){
  if( a->count!=b->count || first->count!=second->count || a->count!=first->count ) return 0;
  for(int i = 0; i < a->count; i++){
    if( first->parts[i]==second->parts[i] && a->parts[i]!=b->parts[i] ) return 0;
  }
  return 1;
}

int isIntact(sqlite3 *db){
  char *answer = textOf(db, "PRAGMA main.integrity_check");
  int intact = answer && strcmp(answer, "ok")==0;
  free(answer);
  return intact;
}
