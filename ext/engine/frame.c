/*
** The frame makes a verb all-or-nothing in whatever statement it stands: the body runs inside
**
**   INSERT INTO main.lore_frame(lore_frame_body) SELECT NULL WHERE lore_body(?1)
**
** which inserts nothing. It is a write on main, so SQLite opens a statement journal there, and an error
** of the body undoes all that the body wrote: in a SELECT, inside BEGIN, inside another INSERT, in a
** trigger and in xUpdate. Outside a transaction the statement is one by itself. A SAVEPOINT would be
** refused inside a running write, and could not be rolled back when memory has run out.
**
** lore_frame is an eponymous table without rows: so the frame needs no table in the file. It also hears of
** the end of a transaction in which it was written, for the caches, and for what a verb keeps for that transaction (LoreWatch).
*/
#include <string.h>

#include "engine/empty.h"
#include "engine/internal.h"

static const char kFramedPointer[] = "LoreFramed";

typedef struct Framed {
  LoreCall *call;
  LorePart *part;
  void *context;
} Framed;

typedef struct FrameTable {
  sqlite3_vtab base;
  LoreConnection *connection;
} FrameTable;

static void runBody(sqlite3_context *context, int count, sqlite3_value **values){
  Framed *framed = count==1 ? sqlite3_value_pointer(values[0], kFramedPointer) : NULL;
  if( framed==NULL ){
    sqlite3_result_error(context, "lore_body: is for the extension itself", -1);
    return;
  }
  LoreCall *call = framed->call;
  framed->part(call, framed->context);
  if( call->code==SQLITE_OK ){
    sqlite3_result_int(context, 0);
  }else{
    sqlite3_result_error(context, call->message ? call->message : "out of memory", -1);
    sqlite3_result_error_code(context, call->code);
  }
}

static void run(LoreSql id, Framed *framed){
  LoreCall *call = framed->call;
  LoreStatement *frame = loreStatementTake(call, id);
  if( frame==NULL ) return;
  int code = sqlite3_bind_pointer(frame->prepared, 1, framed, kFramedPointer, NULL);
  if( code ) loreSqlite(call, code);
  int outside = !call->framed;
  call->framed = 1;
  if( !call->code ) loreStatementStep(frame);
  if( outside ) call->framed = 0;
  loreStatementRelease(frame);
}

void loreInFrame(LoreCall *call, LorePart *part, void *context){
  Framed framed = { call, part, context };
  if( call->framed ) part(call, context);
  else run(SQL_ENGINE_FRAME, &framed);
}

/* ---- Parts of a body ---- */

void loreFramed(LoreCall *call, LorePart *part, void *context){
  Framed framed = { call, part, context };
  run(SQL_ENGINE_INNER_FRAME, &framed);
}

/* The message of an error that the call goes on from; NULL: the error stands. */
static char *forgive(LoreCall *call){
  char *message = call->message;
  if( message==NULL ) return NULL;
  call->code = SQLITE_OK;
  call->message = NULL;
  return message;
}

/* Only what was refused is forgiven, and only while the transaction stands: lost memory or a full disk is not. */
static int isRefusal(const LoreCall *call){
  int code = call->code & 0xff;
  return (code==SQLITE_CONSTRAINT || code==SQLITE_MISMATCH) && sqlite3_txn_state(call->connection->db, "main")==SQLITE_TXN_WRITE;
}

/* What a view may be wrong about: its tables, functions, the form of its values. */
static int isOfSql(const LoreCall *call){
  int code = call->code & 0xff;
  return code==SQLITE_ERROR || code==SQLITE_CONSTRAINT || code==SQLITE_AUTH || code==SQLITE_MISMATCH || code==SQLITE_TOOBIG
      || code==SQLITE_RANGE;
}

static int tryPart(LoreCall *call, LorePart *part, void *context, const char **why, int (*forgives)(const LoreCall *call)){
  LoreBlock *before = call->blocks;
  *why = NULL;
  if( call->code ) return 0;
  part(call, context);
  int done = call->code==SQLITE_OK;
  char *message = !done && forgives(call) ? forgive(call) : NULL;
  loreReleaseSince(call, before);
  size_t name = strlen(loreBindingName(call->binding)) + 2; /* "verb: " stands before every message */
  if( message ) *why = loreFormat(call, "%s", message + name);
  sqlite3_free(message);
  return done;
}

int loreTry(LoreCall *call, LorePart *part, void *context, const char **why){
  return tryPart(call, part, context, why, isRefusal);
}

int loreTryReading(LoreCall *call, LorePart *part, void *context, const char **why){
  return tryPart(call, part, context, why, isOfSql);
}

/* ---- lore_frame ---- */

static int frameConnect(sqlite3 *db, void *aux, int argc, const char *const *argv, sqlite3_vtab **out, char **error){
  (void)argc, (void)argv, (void)error;
  int code = loreOwnDeclare(aux, "CREATE TABLE x(lore_frame_body)");
  if( code ) return code;
  FrameTable *table = sqlite3_malloc64(sizeof *table);
  if( table==NULL ) return SQLITE_NOMEM;
  memset(table, 0, sizeof *table);
  table->connection = aux;
  sqlite3_vtab_config(db, SQLITE_VTAB_DIRECTONLY);
  *out = &table->base;
  return SQLITE_OK;
}

static int frameDisconnect(sqlite3_vtab *table){
  sqlite3_free(table);
  return SQLITE_OK;
}

static int frameUpdate(sqlite3_vtab *table, int argc, sqlite3_value **argv, sqlite3_int64 *rowid){
  (void)argc, (void)argv, (void)rowid;
  table->zErrMsg = sqlite3_mprintf("lore_frame: is for the extension itself");
  return SQLITE_ERROR;
}

/* ---- The transaction that it takes part in ---- */

static int frameBegin(sqlite3_vtab *table){
  ((FrameTable*)table)->connection->enlisted = 1;
  return SQLITE_OK;
}

/* An error here makes SQLite roll the transaction back. */
static int frameSync(sqlite3_vtab *table){
  LoreWatch *watch = ((FrameTable*)table)->connection->watch;
  const char *why = watch ? watch->unfinished(watch) : NULL;
  if( why==NULL ) return SQLITE_OK;
  sqlite3_free(table->zErrMsg);
  table->zErrMsg = sqlite3_mprintf("%s", why);
  return table->zErrMsg ? LORE_REFUSED : SQLITE_NOMEM;
}

static int frameEnd(sqlite3_vtab *table){
  LoreConnection *connection = ((FrameTable*)table)->connection;
  LoreWatch *watch = connection->watch;
  connection->enlisted = 0;
  connection->watch = NULL;
  if( watch ) watch->over(watch);
  loreCacheRolledBack(connection);
  return SQLITE_OK;
}

static int frameSavepoint(sqlite3_vtab *table, int number){
  (void)table, (void)number;
  return SQLITE_OK;
}

static int frameRollbackTo(sqlite3_vtab *table, int number){
  (void)number;
  LoreConnection *connection = ((FrameTable*)table)->connection;
  loreCacheRolledBack(connection);
  if( connection->watch ) connection->watch->undone(connection->watch);
  return SQLITE_OK;
}

static const sqlite3_module kFrameModule = {
  .iVersion = 2,
  .xConnect = frameConnect,
  .xDisconnect = frameDisconnect,
  LORE_EMPTY_CURSOR,
  .xUpdate = frameUpdate,
  .xBegin = frameBegin,
  .xSync = frameSync,
  .xCommit = frameEnd,
  .xRollback = frameEnd,
  .xSavepoint = frameSavepoint,
  .xRelease = frameSavepoint,
  .xRollbackTo = frameRollbackTo,
};

void loreWatch(LoreCall *call, LoreWatch *watch){
  call->connection->watch = watch;
}

int loreRegisterFrame(LoreConnection *connection){
  connection->references++;
  int code = sqlite3_create_function_v2(connection->db, "lore_body", 1, SQLITE_UTF8 | SQLITE_DIRECTONLY, connection, runBody,
                                        NULL, NULL, loreConnectionRelease);
  if( code ) return code;
  connection->references++;
  return sqlite3_create_module_v2(connection->db, "lore_frame", &kFrameModule, connection, loreConnectionRelease);
}
