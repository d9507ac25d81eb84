/*
** Every statement that runs, runs here: prepared once a connection from the embedded sql/statements,
** bound by the names of its parameters, reset and unbound on every path. A cached statement that is
** busy (a trigger that calls a verb inside a verb) falls back to a temporary one.
*/
#include <stdlib.h>
#include <string.h>

#include "engine/directory.h"
#include "engine/internal.h"
#include "engine/text.h"

/* ---- Preparing and stepping: `own` says to the lock whose statement it is ---- */

int loreOwnPrepare(LoreConnection *connection, const char *sql, int length, unsigned flags, sqlite3_stmt **prepared,
                   const char **rest){
  const char *outer = connection->own;
  connection->own = sql;
  int code = sqlite3_prepare_v3(connection->db, sql, length, flags, prepared, rest);
  connection->own = outer;
  return code;
}

int loreOwnStep(LoreConnection *connection, sqlite3_stmt *prepared){
  const char *outer = connection->own;
  connection->own = sqlite3_sql(prepared);
  int code = sqlite3_step(prepared);
  connection->own = outer;
  return code;
}

static int prepare(LoreCall *call, LoreStatement *statement){
  const LoreSqlText *sql = &kLoreSql[statement->id];
  unsigned flags = statement->temporary ? 0 : SQLITE_PREPARE_PERSISTENT;
  if( !sql->uses_virtual_tables ) flags |= SQLITE_PREPARE_NO_VTAB;
  int code = loreOwnPrepare(call->connection, sql->text, sql->length + 1, flags, &statement->prepared, NULL);
  if( code ) loreSqlite(call, code);
  return code==SQLITE_OK;
}

int loreOwnDeclare(LoreConnection *connection, const char *sql){
  const char *outer = connection->own;
  connection->own = sql;
  int code = sqlite3_declare_vtab(connection->db, sql);
  connection->own = outer;
  return code;
}

/* Parameters bear the names of arguments; `:at` is the moment of the call, `:tenant` the connection's tenant, whatever
** arguments and values there are; others are loreLet's. */
static void mapParameters(LoreCall *call, LoreStatement *statement){
  int count = sqlite3_bind_parameter_count(statement->prepared);
  for(int i = 0; i < count; i++){
    const char *name = sqlite3_bind_parameter_name(statement->prepared, i + 1);
    int argument = loreSignatureFind(call->signature, name + 1);
    if( argument < 0 ) argument = *name=='?' ? LORE_MAP_LATE : LORE_MAP_LOCAL;
    if( strcmp(name, ":at")==0 ) argument = LORE_MAP_AT;
    else if( strcmp(name, ":tenant")==0 ) argument = LORE_MAP_TENANT;
    statement->map[i] = (signed char)argument;
  }
  statement->mapped = call->signature;
}

/* The tenant as a copy: a statement that is still stepped would look at it after another tenant_use. */
static int bindTenant(sqlite3_stmt *prepared, int index, const LoreValue *tenant){
  if( tenant->text==NULL ) return SQLITE_OK;
  return sqlite3_bind_text64(prepared, index, tenant->text, tenant->length, SQLITE_TRANSIENT, SQLITE_UTF8);
}

static int bindValue(sqlite3_stmt *prepared, int index, const LoreValue *value){
  switch( value->type ){
    case SQLITE_INTEGER: return sqlite3_bind_int64(prepared, index, value->integer);
    case SQLITE_FLOAT: return sqlite3_bind_double(prepared, index, value->real);
    case SQLITE_TEXT: return sqlite3_bind_text64(prepared, index, value->text, value->length, SQLITE_STATIC, SQLITE_UTF8);
    case SQLITE_BLOB: return sqlite3_bind_blob64(prepared, index, value->text ? value->text : "", value->length, SQLITE_STATIC);
    default: return SQLITE_OK; /* NULL: as it stands after unbinding */
  }
}

static void bindAll(LoreCall *call, LoreStatement *statement){
  int count = sqlite3_bind_parameter_count(statement->prepared);
  if( count > LORE_MAX_PARAMETERS ) return; /* the columns of a table, ?1 and on: bound by who takes it */
  if( statement->mapped!=call->signature ) mapParameters(call, statement);
  for(int i = 0; i < count; i++){
    const LoreValue *value = loreCallValue(call, statement, i);
    int is_tenant = statement->map[i]==LORE_MAP_TENANT;
    int code = is_tenant ? bindTenant(statement->prepared, i + 1, value) : bindValue(statement->prepared, i + 1, value);
    if( code ) loreSqlite(call, code);
  }
}

/* A file that a newer major version has written is not ours to read: looked at once a connection. */
static void checkFile(LoreCall *call){
  LoreConnection *connection = call->connection;
  connection->checked_file = 1; /* first, for the statements below come here too */
  if( loreFindInt(call, SQL_ENGINE_HAS_MIGRATIONS)==0 ){
    connection->checked_file = 0;
    return;
  }
  const char *version = loreFindText(call, SQL_ENGINE_FILE_VERSION);
  if( version && atoi(version) > atoi(LORE_VERSION) ){
    connection->checked_file = 0;
    loreRefuse(call, LORE_NOT_READY, "this file was written by lore %s, this is %s", version, LORE_VERSION);
  }
}

/* ---- Taking and giving back ---- */

static LoreStatement *choose(LoreCall *call, LoreSql id){
  LoreStatement *statement = &call->connection->statements[id];
  if( !statement->busy ) return statement;
  statement = loreAllocate(call, sizeof *statement); /* lives as long as the call, so loreDone may come late */
  if( statement==NULL ) return NULL;
  memset(statement, 0, sizeof *statement);
  statement->temporary = 1;
  return statement;
}

LoreStatement *loreStatementTake(LoreCall *call, LoreSql id){
  if( call->code ) return NULL;
  int code = loreConnect(call->connection);
  if( code==SQLITE_MISUSE ){
    loreRefuse(call, LORE_NOT_READY, "a table or view named lore_connection hides the extension's");
  }else if( code ){
    loreSqlite(call, code);
  }
  if( code ) return NULL;
  if( !call->connection->checked_file && !kLoreSql[id].is_engine ) checkFile(call);
  LoreStatement *statement = call->code ? NULL : choose(call, id);
  if( statement==NULL ) return NULL;
  statement->connection = call->connection;
  statement->call = call;
  statement->id = (int)id;
  statement->busy = 1;
  call->statements++;
  if( statement->prepared==NULL ){
    statement->mapped = NULL;
    prepare(call, statement);
  }
  if( !call->code ) bindAll(call, statement);
  if( !call->code ) return statement;
  loreStatementRelease(statement);
  return NULL;
}

int loreStatementStep(LoreStatement *statement){
  int code = loreOwnStep(statement->connection, statement->prepared);
  if( code!=SQLITE_ROW && code!=SQLITE_DONE ) loreSqlite(statement->call, code);
  return code;
}

void loreStatementRelease(LoreStatement *statement){
  if( statement->prepared ){
    sqlite3_reset(statement->prepared);
    sqlite3_clear_bindings(statement->prepared);
  }
  statement->busy = 0;
  statement->call->statements--;
  statement->call = NULL;
  /* lore_connection went away while this one was stepped: nobody else will finalise it. */
  if( statement->temporary || !statement->connection->connected ){
    sqlite3_finalize(statement->prepared);
    statement->prepared = NULL;
  }
}

void loreStatementsFinalize(LoreConnection *connection){
  for(int id = 0; connection->statements && id < SQL_COUNT; id++){
    LoreStatement *statement = &connection->statements[id];
    if( statement->busy ) continue;
    sqlite3_finalize(statement->prepared);
    statement->prepared = NULL;
  }
}

void loreStatementsReleaseOf(LoreCall *call){
  LoreStatement *statements = call->connection->statements;
  for(int id = 0; statements && id < SQL_COUNT; id++){
    if( statements[id].busy && statements[id].call==call ) loreStatementRelease(&statements[id]);
  }
}

/* ---- Texts that are not in the list of statements ---- */

static LoreStatement *prepareText(LoreCall *call, const char *sql, const char **rest){
  LoreStatement *statement = loreAllocate(call, sizeof *statement);
  if( statement==NULL ) return NULL;
  memset(statement, 0, sizeof *statement);
  statement->connection = call->connection;
  statement->call = call;
  statement->temporary = 1;
  statement->busy = 1;
  call->statements++;
  int code = loreOwnPrepare(call->connection, sql, -1, 0, &statement->prepared, rest);
  if( code==SQLITE_OK ) return statement;
  loreSqlite(call, code);
  loreStatementRelease(statement);
  return NULL;
}

const char *loreRunEmbedded(LoreCall *call, const char *sql){
  const char *rest = "";
  LoreStatement *statement = prepareText(call, sql, &rest);
  if( statement==NULL ) return NULL;
  if( statement->prepared ) while( loreStatementStep(statement)==SQLITE_ROW ){}
  loreStatementRelease(statement);
  return call->code ? NULL : rest + strspn(rest, " \n");
}

LoreStatement *loreTemplate(LoreCall *call, LoreSql template, ...){
  va_list names;
  va_start(names, template);
  char *sql = sqlite3_vmprintf(kLoreSql[template].text, names);
  va_end(names);
  if( sql==NULL ) loreNoMemory(call);
  LoreStatement *statement = sql ? prepareText(call, sql, NULL) : NULL;
  sqlite3_free(sql);
  if( statement ) bindAll(call, statement);
  if( statement==NULL || !call->code ) return statement;
  loreStatementRelease(statement);
  return NULL;
}

const char *loreNameList(LoreCall *call, const char *const *names, int count, const char *before){
  sqlite3_str *text = sqlite3_str_new(call->connection->db);
  for(int i = 0; i < count; i++) sqlite3_str_appendf(text, "%s%s\"%w\"", i ? ", " : "", before, names[i]);
  char *list = sqlite3_str_finish(text);
  const char *copy = list ? loreFormat(call, "%s", list) : NULL;
  if( list==NULL ) loreNoMemory(call);
  sqlite3_free(list);
  return copy;
}

/* ---- A template's parameters, by number ---- */

static void bound(LoreStatement *statement, int code){
  if( code ) loreSqlite(statement->call, code);
}

void loreBindInt(LoreStatement *statement, int parameter, sqlite3_int64 value){
  bound(statement, sqlite3_bind_int64(statement->prepared, parameter, value));
}

void loreBindReal(LoreStatement *statement, int parameter, double value){
  bound(statement, sqlite3_bind_double(statement->prepared, parameter, value));
}

void loreBindText(LoreStatement *statement, int parameter, const char *text, size_t length){
  bound(statement, sqlite3_bind_text64(statement->prepared, parameter, text, length, SQLITE_STATIC, SQLITE_UTF8));
}

void loreBindBlob(LoreStatement *statement, int parameter, const void *bytes, size_t length){
  bound(statement, sqlite3_bind_blob64(statement->prepared, parameter, bytes, length, SQLITE_STATIC));
}

void loreBindNull(LoreStatement *statement, int parameter){
  bound(statement, sqlite3_bind_null(statement->prepared, parameter));
}

sqlite3_int64 loreRunBound(LoreStatement *statement){
  int code;
  if( statement==NULL || statement->call->code ) return 0;
  while( (code = loreStatementStep(statement))==SQLITE_ROW ){}
  sqlite3_int64 changes = code==SQLITE_DONE ? sqlite3_changes(statement->connection->db) : 0;
  sqlite3_reset(statement->prepared);
  return changes;
}

/* ---- What bodies use ---- */

sqlite3_int64 loreRun(LoreCall *call, LoreSql id){
  LoreStatement *statement = loreStatementTake(call, id);
  if( statement==NULL ) return 0;
  int code;
  while( (code = loreStatementStep(statement))==SQLITE_ROW ){}
  sqlite3_int64 changes = code==SQLITE_DONE ? sqlite3_changes(call->connection->db) : 0;
  loreStatementRelease(statement);
  return changes;
}

/* IOERR, FULL, NOMEM, INTERRUPT or a trigger's RAISE(ROLLBACK) may have undone the whole transaction already: then the
** id may be somebody else's by now. */
void loreUndo(LoreCall *call, LoreSql id){
  if( sqlite3_txn_state(call->connection->db, "main")!=SQLITE_TXN_WRITE ) return;
  int code = call->code;
  char *message = call->message;
  call->code = SQLITE_OK;
  call->message = NULL;
  loreRun(call, id);
  sqlite3_free(call->message);
  call->code = code;
  call->message = message;
}

/* A BEFORE trigger with RAISE(IGNORE) lets a row vanish without a word. */
void loreWriteOne(LoreCall *call, LoreSql id){
  if( loreRun(call, id)!=1 && !call->code ) loreRefuse(call, LORE_REFUSED, "a row was not stored: a trigger ignored it");
}

sqlite3_int64 loreInsert(LoreCall *call, LoreSql id){
  loreWriteOne(call, id);
  return call->code ? 0 : sqlite3_last_insert_rowid(call->connection->db);
}

sqlite3_int64 loreFindInt(LoreCall *call, LoreSql id){
  LoreStatement *rows = loreQuery(call, id);
  sqlite3_int64 value = loreNext(rows) ? loreColumnInt(rows, 0) : 0;
  loreDone(rows);
  return call->code ? 0 : value;
}

const char *loreFindText(LoreCall *call, LoreSql id){
  LoreStatement *rows = loreQuery(call, id);
  if( !loreNext(rows) ) return NULL;
  const char *text = loreColumnText(rows, 0);
  if( text ) text = loreFormat(call, "%s", text);
  loreDone(rows);
  return text;
}

LoreStatement *loreQuery(LoreCall *call, LoreSql id){
  return loreStatementTake(call, id);
}

int loreNext(LoreStatement *rows){
  if( rows==NULL || !rows->busy ) return 0;
  if( !rows->call->code && loreStatementStep(rows)==SQLITE_ROW ) return 1;
  loreStatementRelease(rows);
  return 0;
}

void loreDone(LoreStatement *rows){
  if( rows && rows->busy ) loreStatementRelease(rows);
}

void loreRestart(LoreStatement *rows, const char *text, size_t length){
  if( rows==NULL || rows->call->code ) return;
  sqlite3_reset(rows->prepared);
  int code = sqlite3_bind_text64(rows->prepared, 1, text, length, SQLITE_STATIC, SQLITE_UTF8);
  if( code ) loreSqlite(rows->call, code);
}

int loreNextKept(LoreStatement *rows){
  return rows && !rows->call->code && loreStatementStep(rows)==SQLITE_ROW;
}

int loreColumnCount(LoreStatement *rows){
  return sqlite3_column_count(rows->prepared);
}

const char *loreColumnName(LoreStatement *rows, int column){
  const char *name = sqlite3_column_name(rows->prepared, column);
  if( name==NULL ) loreNoMemory(rows->call);
  return name ? name : "";
}

int loreColumnType(LoreStatement *rows, int column){
  return sqlite3_column_type(rows->prepared, column);
}

int loreColumnGiven(LoreStatement *rows, int column){
  return sqlite3_column_type(rows->prepared, column)!=SQLITE_NULL;
}

sqlite3_int64 loreColumnInt(LoreStatement *rows, int column){
  return sqlite3_column_int64(rows->prepared, column);
}

double loreColumnReal(LoreStatement *rows, int column){
  return sqlite3_column_double(rows->prepared, column);
}

const char *loreColumnText(LoreStatement *rows, int column){
  if( !loreColumnGiven(rows, column) ) return NULL; /* asked first: a text that found no memory looks like NULL */
  const char *text = (const char*)sqlite3_column_text(rows->prepared, column);
  if( text==NULL ) loreNoMemory(rows->call);
  return text;
}

/* SQLite locks its connection for each look at a column: here once for both. */
const char *loreColumnSpan(LoreStatement *rows, int column, size_t *length){
  sqlite3_value *value = sqlite3_column_value(rows->prepared, column);
  int is_given = sqlite3_value_type(value)!=SQLITE_NULL;
  const char *text = is_given ? (const char*)sqlite3_value_text(value) : NULL;
  if( is_given && text==NULL ) loreNoMemory(rows->call);
  *length = text ? (size_t)sqlite3_value_bytes(value) : 0;
  return text;
}

const void *loreColumnBlob(LoreStatement *rows, int column, size_t *length){
  sqlite3_value *value = sqlite3_column_value(rows->prepared, column);
  *length = 0;
  if( sqlite3_value_type(value)!=SQLITE_BLOB ) return NULL;
  const void *bytes = sqlite3_value_blob(value);
  *length = (size_t)sqlite3_value_bytes(value);
  if( bytes==NULL && *length > 0 ) loreNoMemory(rows->call);
  return bytes;
}

const char *loreColumnCopy(LoreStatement *rows, int column){
  const char *text = loreColumnText(rows, column);
  char *copy = text ? loreAllocate(rows->call, loreColumnLength(rows, column) + 1) : NULL;
  if( copy ) memcpy(copy, text, loreColumnLength(rows, column) + 1);
  return copy;
}

const char *loreColumnId(LoreStatement *rows, int column){
  size_t length;
  if( sqlite3_column_type(rows->prepared, column)!=SQLITE_TEXT ) return NULL;
  const char *text = loreColumnSpan(rows, column, &length);
  return text && strlen(text)==length && loreUtf8Valid(text, length) ? text : NULL;
}

size_t loreColumnLength(LoreStatement *rows, int column){
  return (size_t)sqlite3_column_bytes(rows->prepared, column);
}
