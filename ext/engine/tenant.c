/*
** The tenant of a connection. Every statement's parameter :tenant is bound to it by statement.c, and a row of the tenant rule
** "tenant" refuses to run without one (call.c): so neither a body nor an argument can say another.
*/
#include <string.h>

#include "engine/internal.h"

const char *loreTenant(LoreCall *call){
  return call->connection->tenant;
}

void loreTenantSet(LoreCall *call, const char *tenant){
  if( call->code ) return;
  char *copy = tenant ? sqlite3_mprintf("%s", tenant) : NULL;
  if( tenant && copy==NULL ){
    loreNoMemory(call);
    return;
  }
  sqlite3_free(call->connection->tenant);
  call->connection->tenant = copy;
}

void loreTenantUse(LoreCall *call, const char *tenant){
  const char *old = call->connection->tenant;
  int is_other = old==NULL || tenant==NULL || strcmp(old, tenant)!=0;
  loreTenantSet(call, tenant);
  if( call->code || !is_other ) return;
  loreNoticeSet(call->connection, NULL);
  loreResultsFree(call->connection);
  call->connection->result_count = 0;
}

static void addRow(sqlite3_str *rows, sqlite3_stmt *statement){
  for(int i = 0; i < sqlite3_column_count(statement); i++){
    const char *value = (const char*)sqlite3_column_text(statement, i);
    sqlite3_str_appendf(rows, "%s ", value ? value : "NULL");
  }
}

/* Runs the first statement of *sql, and moves to the next. */
static int runFirst(sqlite3 *db, const char **sql, const char *const values[2], sqlite3_str *rows){
  sqlite3_stmt *statement = NULL;
  int code = sqlite3_prepare_v2(db, *sql, -1, &statement, sql);
  for(int i = 0; i < 2 && i < sqlite3_bind_parameter_count(statement) && code==SQLITE_OK; i++){
    code = sqlite3_bind_text(statement, i + 1, values[i], -1, SQLITE_STATIC);
  }
  while( code==SQLITE_OK && statement && (code = sqlite3_step(statement))==SQLITE_ROW ){
    addRow(rows, statement);
    code = SQLITE_OK;
  }
  sqlite3_finalize(statement);
  return code==SQLITE_DONE ? SQLITE_OK : code;
}

char *loreRunForeign(LoreCall *call, const char *sql, const char *const values[2], int *code, char **message){
  LoreConnection *connection = call->connection;
  const char *outer = connection->own;
  sqlite3_str *rows = sqlite3_str_new(NULL);
  connection->own = NULL;
  *code = SQLITE_OK;
  while( *sql && *code==SQLITE_OK ) *code = runFirst(connection->db, &sql, values, rows);
  *message = *code ? sqlite3_mprintf("%s", sqlite3_errmsg(connection->db)) : NULL;
  connection->own = outer;
  sqlite3_str_appendall(rows, " ");
  return sqlite3_str_finish(rows);
}
