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

/* The values of one row, joined by blanks; NULL when there is no memory. */
static char *rowText(sqlite3_stmt *statement){
  sqlite3_str *text = sqlite3_str_new(NULL);
  for(int i = 0; i < sqlite3_column_count(statement); i++){
    const char *value = (const char*)sqlite3_column_text(statement, i);
    sqlite3_str_appendf(text, "%s ", value ? value : "NULL");
  }
  return sqlite3_str_finish(text);
}

int loreRunForeign(LoreCall *call, const char *sql, const char *const values[3], void (*row)(void *context, const char *text),
                   void *context){
  LoreConnection *connection = call->connection;
  const char *outer = connection->own;
  sqlite3_stmt *statement = NULL;
  connection->own = NULL;
  int code = sqlite3_prepare_v2(connection->db, sql, -1, &statement, NULL);
  for(int i = 0; i < 3 && i < sqlite3_bind_parameter_count(statement) && code==SQLITE_OK; i++){
    code = sqlite3_bind_text(statement, i + 1, values[i], -1, SQLITE_STATIC);
  }
  while( code==SQLITE_OK && statement && (code = sqlite3_step(statement))==SQLITE_ROW ){
    char *text = rowText(statement);
    code = text ? SQLITE_OK : SQLITE_NOMEM;
    if( text ) row(context, text);
    sqlite3_free(text);
  }
  sqlite3_finalize(statement);
  connection->own = outer;
  return code==SQLITE_DONE ? SQLITE_OK : code;
}
