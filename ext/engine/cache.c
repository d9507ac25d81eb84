/*
** The one cache rule. An entry is valid while SQLITE_FCNTL_DATA_VERSION is what it was when the entry
** was built; both are read inside a read transaction. That number moves with every commit, of this
** connection or another. What is built inside a write transaction may hold uncommitted rows: it lives
** as long as the call. So plain SQL that changes a cached table takes effect with the next transaction
** at the latest.
*/
#include <string.h>

#include "engine/internal.h"

static LoreCacheEntry *find(LoreConnection *connection, const void *key){
  LoreCacheEntry *entry = connection->caches;
  while( entry && entry->key!=key ) entry = entry->next;
  return entry;
}

static void drop(LoreCacheEntry *entry){
  if( entry->value ) entry->release(entry->value);
  entry->value = NULL;
}

void loreCacheClear(LoreConnection *connection){
  while( connection->caches ){
    LoreCacheEntry *entry = connection->caches;
    connection->caches = entry->next;
    drop(entry);
    sqlite3_free(entry);
  }
}

void loreCacheDrop(LoreCall *call, const void *key){
  LoreCacheEntry *entry = find(call->connection, key);
  if( entry ) drop(entry);
}

static LoreCacheEntry *findOrMake(LoreCall *call, LoreCacheEntry **list, const void *key){
  LoreCacheEntry *entry = *list;
  while( entry && entry->key!=key ) entry = entry->next;
  if( entry ) return entry;
  entry = sqlite3_malloc64(sizeof *entry);
  if( entry==NULL ){
    loreNoMemory(call);
    return NULL;
  }
  *entry = (LoreCacheEntry){ .next = *list, .key = key };
  *list = entry;
  return entry;
}

/* `writing`: what is built now may hold uncommitted rows. */
static void *refresh(LoreCall *call, const void *key, void *(*build)(LoreCall *), void (*release)(void *), int writing){
  unsigned version = 0;
  sqlite3 *db = call->connection->db;
  sqlite3_file_control(db, "main", SQLITE_FCNTL_DATA_VERSION, &version);
  LoreCacheEntry *entry = find(call->connection, key);
  if( entry && entry->value && entry->version==version ) return entry->value;
  entry = findOrMake(call, writing ? &call->caches : &call->connection->caches, key);
  if( entry==NULL || (writing && entry->value) ) return entry ? entry->value : NULL;
  drop(entry);
  void *value = build(call);
  if( call->code && value ){
    release(value);
    value = NULL;
  }
  entry->release = release;
  entry->version = version;
  entry->value = value;
  return value;
}

void loreCacheEnd(LoreCall *call){
  while( call->caches ){
    LoreCacheEntry *entry = call->caches;
    call->caches = entry->next;
    drop(entry);
    sqlite3_free(entry);
  }
}

void *loreKept(LoreCall *call, const void *key, size_t bytes){
  LoreCacheEntry *entry = findOrMake(call, &call->connection->caches, key);
  if( entry==NULL || entry->value ) return entry ? entry->value : NULL;
  entry->value = sqlite3_malloc64(bytes);
  entry->release = sqlite3_free;
  if( entry->value ) memset(entry->value, 0, bytes);
  else loreNoMemory(call);
  return entry->value;
}

void *loreCachedSchema(LoreCall *call, const void *key, void *(*build)(LoreCall *), void (*release)(void *)){
  return call->code ? NULL : refresh(call, key, build, release, 0);
}

void *loreCached(LoreCall *call, const void *key, void *(*build)(LoreCall *), void (*release)(void *)){
  if( call->code ) return NULL;
  LoreStatement *hold = NULL;
  int state = sqlite3_txn_state(call->connection->db, "main");
  if( state==SQLITE_TXN_NONE ){
    hold = loreQuery(call, SQL_ENGINE_HOLD); /* opens the read transaction, without which the version is stale */
    if( hold ) loreStatementStep(hold);
  }
  void *value = call->code ? NULL : refresh(call, key, build, release, state==SQLITE_TXN_WRITE);
  loreDone(hold);
  return value;
}
