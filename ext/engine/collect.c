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

int loreCollectIsOpen(const LoreBinding *binding){
  return binding->connection->collection.is_open && binding->connection->collecting==binding;
}

int loreCollectTake(LoreBinding *binding, int count, sqlite3_value **values, sqlite3_int64 *id){
  LoreConnection *connection = binding->connection;
  const LoreCollector *collector = loreBindingSubsystem(binding)->collector;
  if( connection->collection.is_failed || !collector->take(connection->collection.memory, count, values, id) ) return 0;
  loreResultsAddId(binding, *id);
  if( connection->notice ) loreNoticeSet(connection, NULL);
  connection->own_changes++;
  return 1;
}

static void *memoryOf(LoreCall *call){
  LoreCollection *collection = &call->connection->collection;
  if( collection->memory ) return collection->memory;
  size_t size = loreCollectorOf(call->binding)->size;
  collection->memory = sqlite3_malloc64(size);
  if( collection->memory ) memset(collection->memory, 0, size);
  else loreNoMemory(call);
  return collection->memory;
}

static void refuseFailed(LoreCall *call){
  const LoreCollection *collection = &call->connection->collection;
  if( !collection->is_failed ) return;
  loreRefuse(call, LORE_NOT_READY, "rows that were taken before could not be written: roll back (%s)",
             collection->reason ? collection->reason : "out of memory");
}

static void setReason(LoreCollection *collection, char *reason){
  sqlite3_free(collection->reason);
  collection->reason = reason;
}

void loreCollectBegin(LoreCall *call){
  if( call->code || loreCollectorOf(call->binding)==NULL ) return;
  refuseFailed(call);
  call->collects = !call->code && !loreNeedsFrame(call);
}

void *loreCollection(LoreCall *call){
  if( call->code || !call->collects ) return NULL;
  void *memory = memoryOf(call);
  if( memory==NULL ) return NULL;
  call->connection->collection.is_open = 1;
  call->connection->collecting = call->binding;
  return memory;
}

/* ---- Writing ---- */

/* An error is left in the call. Some have ended the transaction: then nothing is left that could be committed. */
static void writeAll(LoreCall *call){
  LoreBinding *binding = call->binding;
  LoreCollection *collection = &binding->connection->collection;
  collection->is_open = 0;
  binding->connection->collecting = NULL; /* what a trigger calls finds nothing to write */
  if( !call->code ) loreBindingSubsystem(binding)->collector->write(call, collection->memory);
  if( call->code && !collection->is_failed ){
    size_t name = strlen(loreBindingName(binding)) + 2; /* "verb: " stands before every message */
    collection->is_failed = sqlite3_txn_state(binding->connection->db, "main")==SQLITE_TXN_WRITE;
    setReason(collection, call->message ? sqlite3_mprintf("%s", call->message + name) : NULL);
  }
  if( !call->code || collection->is_failed ) binding->connection->collecting = binding;
}

/* A statement with triggers may need a journal of its own. Where a statement is about to begin one, it would begin it too early:
** what is written now would be undone with that statement. Triggers that were there before rows were taken let nothing wait. */
static void refuseTriggers(LoreCall *call){
  if( call->connection->collection.is_open && loreNeedsFrame(call) ){
    loreRefuse(call, LORE_NOT_READY, "a trigger was made while rows waited to be written");
  }
}

/* In a call of its own, whose error is handed on. */
static int writeWaiting(LoreBinding *binding, char **error, int before_savepoint){
  LoreCall call;
  if( !binding->connection->collection.is_open && !binding->connection->collection.is_failed ) return SQLITE_OK;
  loreCallBegin(&call, binding, NULL);
  refuseFailed(&call);
  if( before_savepoint ) refuseTriggers(&call);
  sqlite3_int64 last = sqlite3_last_insert_rowid(binding->connection->db);
  writeAll(&call);
  sqlite3_set_last_insert_rowid(binding->connection->db, last);
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
  if( !call->code && call->connection->collection.is_open ) writeAll(call);
}

/* A verb may delete what the collector knows. */
void loreCollectOthers(LoreCall *call){
  char *error = NULL;
  LoreBinding *collecting = call->connection->collecting;
  if( call->code || collecting==NULL || call->collects ) return;
  int code = writeWaiting(collecting, &error, 0);
  if( code ){
    call->code = code;
    sqlite3_free(call->message);
    call->message = error;
  }else if( call->binding->kind==LORE_ROW_VERB ){
    loreCollectForget(call->connection);
  }
}

static void drop(LoreBinding *binding){
  LoreCollection *collection = &binding->connection->collection;
  if( collection->memory ) loreBindingSubsystem(binding)->collector->drop(collection->memory);
  collection->is_open = 0;
  if( !collection->is_failed && binding->connection->collecting==binding ) binding->connection->collecting = NULL;
}

void loreCollectForget(LoreConnection *connection){
  LoreBinding *collecting = connection->collecting;
  if( collecting ) loreBindingSubsystem(collecting)->collector->drop(connection->collection.memory);
}

static const LoreCollector *collectorIn(const LoreConnection *connection){
  int i = 0;
  while( connection->subsystems[i]->collector==NULL ) i++;
  return connection->subsystems[i]->collector;
}

void loreCollectFree(LoreConnection *connection){
  LoreCollection *collection = &connection->collection;
  setReason(collection, NULL);
  if( collection->memory==NULL ) return;
  collectorIn(connection)->release(collection->memory);
  sqlite3_free(collection->memory);
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
  return writeWaiting(bindingOf(base), &base->zErrMsg, 0);
}

static int tableEnd(sqlite3_vtab *base){
  bindingOf(base)->connection->collection.is_failed = 0;
  setReason(&bindingOf(base)->connection->collection, NULL);
  drop(bindingOf(base));
  return SQLITE_OK;
}

static int tableSavepoint(sqlite3_vtab *base, int number){
  (void)number;
  return writeWaiting(bindingOf(base), &base->zErrMsg, 1);
}

static int tableRelease(sqlite3_vtab *base, int number){
  (void)base, (void)number;
  return SQLITE_OK;
}

static int tableRollbackTo(sqlite3_vtab *base, int number){
  (void)number;
  drop(bindingOf(base));
  bindingOf(base)->connection->own_changes = 0;
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
