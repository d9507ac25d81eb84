/*
** The frame makes a verb all-or-nothing in whatever statement it stands: the body runs inside
**
**   INSERT INTO main.lore_migrations(…) SELECT … WHERE lore_body(?1)
**
** which inserts nothing. SQLite opens a statement journal for it, so an error of the body undoes all
** that the body wrote: in a SELECT, inside BEGIN, inside another INSERT, in a trigger and in xUpdate.
** A SAVEPOINT would be refused inside a running write.
*/
#include "engine/directory.h"
#include "engine/internal.h"

static const char kCallPointer[] = "LoreCall";

static void runBody(sqlite3_context *context, int count, sqlite3_value **values){
  LoreCall *call = count==1 ? sqlite3_value_pointer(values[0], kCallPointer) : NULL;
  if( call==NULL ){
    sqlite3_result_error(context, "lore_body: is for the extension itself", -1);
    return;
  }
  call->body(call);
  if( call->code==SQLITE_OK ){
    sqlite3_result_int(context, 0);
  }else{
    sqlite3_result_error(context, call->message ? call->message : "out of memory", -1);
    sqlite3_result_error_code(context, call->code);
  }
}

static void runFrame(LoreCall *call, LoreStatement *frame){
  if( frame==NULL ) return;
  int code = sqlite3_bind_pointer(frame->prepared, 1, call, kCallPointer, NULL);
  if( code ) loreSqlite(call, code);
  if( !call->code ) loreStatementStep(frame);
  loreStatementRelease(frame);
}

void loreFrameRun(LoreCall *call){
  runFrame(call, loreStatementTake(call, SQL_ENGINE_FRAME));
}

void loreInFrame(LoreCall *call, LoreBody *body, const char *table, const char *column){
  LoreBody *own = call->body;
  call->body = body;
  runFrame(call, table ? loreTemplate(call, SQL_ENGINE_FRAME_TEMPLATE, table, column) : loreStatementTake(call, SQL_ENGINE_FRAME));
  call->body = own;
}

int loreRegisterFrame(LoreConnection *connection){
  connection->references++;
  return sqlite3_create_function_v2(connection->db, "lore_body", 1, SQLITE_UTF8 | SQLITE_DIRECTONLY, connection, runBody,
                                    NULL, NULL, loreConnectionRelease);
}
