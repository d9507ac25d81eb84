/*
** Collecting: a verb whose INSERT takes rows into memory and writes them together (LoreCollector in engine.h).
**
** SQLite tells the verb's table what happens to the transaction, as it tells a full-text index: xSync before it is committed,
** xSavepoint before a savepoint or a statement that may be undone alone, xRollbackTo and xRollback when it was. What waits is
** written at the first two and dropped at the others, so that memory and tables are always undone alike. In xSync no virtual
** table can be enlisted any more, hence no frame: the collector writes by plain statements, and when one fails it is
** remembered, and the transaction can't be committed.
*/
#include <string.h>

#include "engine/empty.h"
#include "engine/internal.h"

const LoreCollector *loreCollectorOf(const LoreBinding *binding){
  const LoreCollector *collector = loreBindingSubsystem(binding)->collector;
  if( binding->kind!=LORE_ROW_VERB || collector==NULL ) return NULL;
  return strcmp(collector->verb, loreBindingName(binding))==0 ? collector : NULL;
}

/* ---- Rows ---- */

static const LoreCollector *collectorIn(const LoreConnection *connection){
  int i = 0;
  while( connection->subsystems[i]->collector==NULL ) i++;
  return connection->subsystems[i]->collector;
}

int loreCollectTake(LoreBinding *binding, int count, sqlite3_value **values, sqlite3_int64 *id){
  LoreConnection *connection = binding->connection;
  if( !loreBindingSubsystem(binding)->collector->take(connection->collection, count, values, id) ) return 0;
  loreResultsAddId(binding, *id);
  if( connection->notice ) loreNoticeSet(connection, NULL);
  connection->own_changes++;
  return 1;
}

static void *memoryOf(LoreCall *call){
  LoreConnection *connection = call->connection;
  if( connection->collection ) return connection->collection;
  size_t size = loreCollectorOf(call->binding)->size;
  connection->collection = sqlite3_malloc64(size);
  if( connection->collection ) memset(connection->collection, 0, size);
  else loreNoMemory(call);
  return connection->collection;
}

static void refuseFailed(LoreCall *call){
  if( call->connection->collection_failed ){
    loreRefuse(call, LORE_NOT_READY, "rows that were taken before could not be written: roll back");
  }
}

void loreCollectBegin(LoreCall *call){
  if( call->code || loreCollectorOf(call->binding)==NULL ) return;
  refuseFailed(call);
  call->collects = !call->code && (call->connection->collecting || !loreNeedsFrame(call));
}

void *loreCollection(LoreCall *call){
  if( call->code || !call->collects ) return NULL;
  void *memory = memoryOf(call);
  if( memory ) call->connection->collecting = call->binding;
  return memory;
}

/* ---- Writing ---- */

/* An error is left in the call. */
static void writeAll(LoreCall *call){
  LoreConnection *connection = call->connection;
  connection->collecting = NULL;
  if( !call->code ) loreBindingSubsystem(call->binding)->collector->write(call, connection->collection);
  if( call->code ) connection->collection_failed = 1;
}

/* In a call of its own, whose error is handed on. */
static int writeWaiting(LoreBinding *binding, char **error){
  LoreCall call;
  LoreConnection *connection = binding->connection;
  if( connection->collecting==NULL && !connection->collection_failed ) return SQLITE_OK;
  loreCallBegin(&call, binding, NULL);
  refuseFailed(&call);
  sqlite3_int64 last = sqlite3_last_insert_rowid(connection->db);
  writeAll(&call);
  sqlite3_set_last_insert_rowid(connection->db, last);
  int code = call.code;
  if( code && call.message ){
    sqlite3_free(*error);
    *error = call.message;
    call.message = NULL;
  }
  loreCallEnd(&call);
  return code;
}

void loreCollectionWrite(LoreCall *call){
  if( !call->code && call->connection->collecting ) writeAll(call);
}

void loreCollectOthers(LoreCall *call){
  char *error = NULL;
  LoreBinding *collecting = call->connection->collecting;
  if( call->code || collecting==NULL || call->collects ) return;
  int code = writeWaiting(collecting, &error);
  if( code ){
    call->code = code;
    sqlite3_free(call->message);
    call->message = error;
  }
}

static void drop(LoreConnection *connection){
  if( connection->collection ) collectorIn(connection)->drop(connection->collection);
  connection->collecting = NULL;
}

void loreCollectForget(LoreConnection *connection){
  drop(connection);
}

void loreCollectFree(LoreConnection *connection){
  if( connection->collection==NULL ) return;
  collectorIn(connection)->release(connection->collection);
  sqlite3_free(connection->collection);
}

/* ---- What SQLite tells the table ---- */

static LoreBinding *bindingOf(sqlite3_vtab *base){
  return ((LoreVerbTable*)base)->binding;
}

static int tableBegin(sqlite3_vtab *base){
  (void)base;
  return SQLITE_OK;
}

static int tableSync(sqlite3_vtab *base){
  return writeWaiting(bindingOf(base), &base->zErrMsg);
}

static int tableEnd(sqlite3_vtab *base){
  drop(bindingOf(base)->connection);
  bindingOf(base)->connection->collection_failed = 0;
  return SQLITE_OK;
}

static int tableSavepoint(sqlite3_vtab *base, int number){
  (void)number;
  return writeWaiting(bindingOf(base), &base->zErrMsg);
}

static int tableRelease(sqlite3_vtab *base, int number){
  (void)base, (void)number;
  return SQLITE_OK;
}

static int tableRollbackTo(sqlite3_vtab *base, int number){
  (void)number;
  drop(bindingOf(base)->connection);
  return SQLITE_OK;
}

const sqlite3_module kLoreCollectingModule = {
  .iVersion = 2,
  .xConnect = loreVerbConnect,
  .xDisconnect = loreVerbDisconnect,
  LORE_EMPTY_CURSOR,
  .xUpdate = loreVerbUpdate,
  .xBegin = tableBegin,
  .xSync = tableSync,
  .xCommit = tableEnd,
  .xRollback = tableEnd,
  .xSavepoint = tableSavepoint,
  .xRelease = tableRelease,
  .xRollbackTo = tableRollbackTo,
};
