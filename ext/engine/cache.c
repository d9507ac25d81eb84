/*
** The one cache rule. An entry is valid while SQLITE_FCNTL_DATA_VERSION is what it was when the entry
** was built; both are read inside a read transaction. That number moves with every commit, of this
** connection or another. What is built inside a write transaction may hold uncommitted rows: it ends
** with that transaction, or when a part of it is rolled back, of which lore_frame hears (frame.c), or when
** this connection has changed rows between two calls. So plain SQL that changes a cached table takes effect
** with the next call; what a trigger changes inside a call, with the next transaction at the latest.
**
** An entry that is no longer valid is freed when no call is left that may look at it.
*/
#include <string.h>

#include "engine/internal.h"

static void freeList(LoreCacheEntry *list){
  while( list ){
    LoreCacheEntry *entry = list;
    list = entry->next;
    if( entry->value ) entry->release(entry->value);
    sqlite3_free(entry);
  }
}

void loreCacheClear(LoreConnection *connection){
  freeList(connection->caches);
  freeList(connection->withdrawn);
  connection->caches = connection->withdrawn = NULL;
}

void loreCacheEnd(LoreConnection *connection){
  if( connection->withdrawn==NULL || connection->calls > 0 ) return;
  freeList(connection->withdrawn);
  connection->withdrawn = NULL;
}

static LoreCacheEntry **linkTo(LoreConnection *connection, const void *key){
  LoreCacheEntry **link = &connection->caches;
  while( *link && (*link)->key!=key ) link = &(*link)->next;
  return link;
}

static void withdraw(LoreConnection *connection, LoreCacheEntry **link){
  LoreCacheEntry *entry = *link;
  *link = entry->next;
  entry->next = connection->withdrawn;
  connection->withdrawn = entry;
}

void loreCacheDrop(LoreCall *call, const void *key){
  LoreCacheEntry **link = linkTo(call->connection, key);
  if( *link ) withdraw(call->connection, link);
}

void loreCacheRolledBack(LoreConnection *connection){
  LoreCacheEntry **link = &connection->caches;
  while( *link ){
    if( (*link)->uncommitted ) withdraw(connection, link);
    else link = &(*link)->next;
  }
}

static void withdrawAll(LoreConnection *connection){
  LoreCacheEntry **link = &connection->caches;
  while( *link ){
    if( (*link)->is_kept ) link = &(*link)->next;
    else withdraw(connection, link);
  }
}

void loreCacheNotice(LoreConnection *connection){
  int changes = sqlite3_total_changes(connection->db);
  if( changes==connection->seen_changes ) return;
  int is_ours = changes==connection->seen_changes + connection->own_changes;
  connection->seen_changes = changes;
  connection->own_changes = 0;
  if( !is_ours ) withdrawAll(connection);
}

void loreEverythingChanged(LoreCall *call){
  withdrawAll(call->connection);
  loreCollectForget(call->connection);
}

static LoreCacheEntry *addEntry(LoreCall *call, const void *key){
  LoreCacheEntry *entry = sqlite3_malloc64(sizeof *entry);
  if( entry==NULL ){
    loreNoMemory(call);
    return NULL;
  }
  *entry = (LoreCacheEntry){ .next = call->connection->caches, .key = key };
  call->connection->caches = entry;
  return entry;
}

/* Adds what build makes. */
static void *addBuilt(LoreCall *call, const void *key, void *(*build)(LoreCall *), void (*release)(void *), int uncommitted,
                      unsigned version){
  void *value = build(call);
  LoreCacheEntry *entry = call->code ? NULL : addEntry(call, key);
  if( entry==NULL ){
    if( value ) release(value);
    return NULL;
  }
  entry->value = value;
  entry->release = release;
  entry->version = version;
  entry->uncommitted = uncommitted;
  return value;
}

/* The state of main's transaction. One that writes stays, and its version too, as long as the call goes well. */
static int look(LoreCall *call){
  sqlite3 *db = call->connection->db;
  if( call->transaction==SQLITE_TXN_WRITE ) return SQLITE_TXN_WRITE;
  call->transaction = sqlite3_txn_state(db, "main");
  if( call->transaction==SQLITE_TXN_WRITE ) sqlite3_file_control(db, "main", SQLITE_FCNTL_DATA_VERSION, &call->version);
  return call->transaction;
}

/* `writing`: what is built now may hold uncommitted rows. */
static void *refresh(LoreCall *call, const void *key, void *(*build)(LoreCall *), void (*release)(void *), int writing){
  unsigned version = call->version;
  LoreConnection *connection = call->connection;
  if( call->transaction!=SQLITE_TXN_WRITE ){
    sqlite3_file_control(connection->db, "main", SQLITE_FCNTL_DATA_VERSION, &version);
  }
  LoreCacheEntry **link = linkTo(connection, key);
  if( *link && (*link)->version==version ) return (*link)->value;
  if( *link ) withdraw(connection, link);
  if( writing && !connection->enlisted ) loreRun(call, SQL_ENGINE_ENLIST);
  return call->code ? NULL : addBuilt(call, key, build, release, writing, version);
}

void *loreKeptUntil(LoreCall *call, const void *key, size_t bytes, void (*release)(void *)){
  LoreCacheEntry *entry = *linkTo(call->connection, key);
  if( entry ) return entry->value;
  void *memory = sqlite3_malloc64(bytes);
  if( memory ) memset(memory, 0, bytes);
  else loreNoMemory(call);
  entry = memory ? addEntry(call, key) : NULL;
  if( entry==NULL ){
    sqlite3_free(memory);
    return NULL;
  }
  entry->value = memory;
  entry->release = release;
  entry->is_kept = 1;
  return memory;
}

void *loreKept(LoreCall *call, const void *key, size_t bytes){
  return loreKeptUntil(call, key, bytes, sqlite3_free);
}

void *loreCached(LoreCall *call, const void *key, void *(*build)(LoreCall *), void (*release)(void *)){
  if( call->code ) return NULL;
  LoreStatement *hold = NULL;
  int state = look(call);
  if( state==SQLITE_TXN_NONE ){
    hold = loreQuery(call, SQL_ENGINE_HOLD); /* opens the read transaction, without which the version is stale */
    if( hold ) loreStatementStep(hold);
  }
  void *value = call->code ? NULL : refresh(call, key, build, release, state==SQLITE_TXN_WRITE);
  loreDone(hold);
  return value;
}
