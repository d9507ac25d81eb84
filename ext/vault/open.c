/*
** The open vault of a connection: the user's key, in memory of its own, and the id of the database that it is for.
**
** After vault_rekey the keys before are kept too, some of them: when the caller rolls back, one of them is the right one again.
** All is wiped by vault_close and when the connection closes.
*/
#include "vault/open.h"

#include <string.h>

#include "vault/vault.h"

enum { OPEN_KEY, KEYS = 4 };

enum { ROW_ID, ROW_WRAPPED, ROW_KDF, ROW_SALT, ROW_OPS, ROW_MEMORY };

typedef struct VaultState {
  unsigned char *keys; /* of the user, the one that was used last first; NULL: closed */
  int count;
  char database[VAULT_ID_SIZE];
} VaultState;

/* ---- State ---- */

static void closeState(VaultState *state){
  if( state->keys ) sealFree(state->keys);
  memset(state, 0, sizeof *state);
}

static void releaseState(void *value){
  closeState(value);
  sqlite3_free(value);
}

static VaultState *stateOf(LoreCall *call){
  static const char kKey;
  return loreFailed(call) ? NULL : loreKeptUntil(call, &kKey, sizeof(VaultState), releaseState);
}

/* The key at `index` comes first, those before it move on. */
static void bringForward(VaultState *state, int index){
  unsigned char key[SEAL_KEY];
  memcpy(key, state->keys + (size_t)index*SEAL_KEY, SEAL_KEY);
  memmove(state->keys + SEAL_KEY, state->keys, (size_t)index*SEAL_KEY);
  memcpy(state->keys, key, SEAL_KEY);
  sealWipe(key, sizeof key);
}

static int indexOf(const VaultState *state, const unsigned char key[SEAL_KEY]){
  int i = 0;
  while( i < state->count && !sealSame(state->keys + (size_t)i*SEAL_KEY, key, SEAL_KEY) ) i++;
  return i;
}

void vaultAdopt(LoreCall *call, const char *database, const unsigned char key[SEAL_KEY]){
  VaultState *state = stateOf(call);
  if( state==NULL ) return;
  if( state->keys && strcmp(state->database, database)!=0 ) closeState(state);
  if( state->keys==NULL ) state->keys = sealAllocate((size_t)KEYS*SEAL_KEY);
  if( state->keys==NULL ){
    loreNoMemory(call);
    return;
  }
  int index = indexOf(state, key);
  if( index==state->count && state->count < KEYS ) state->count++;
  bringForward(state, index < KEYS ? index : KEYS - 1);
  memcpy(state->keys, key, SEAL_KEY);
  sqlite3_snprintf(VAULT_ID_SIZE, state->database, "%s", database);
}

/* ---- What others ask ---- */

const char *vaultDatabase(LoreCall *call){
  return loreFindText(call, SQL_VAULT_DATABASE_ID);
}

static int isOpenFor(LoreCall *call, const char *database){
  VaultState *state = stateOf(call);
  return state && state->keys && database && strcmp(state->database, database)==0;
}

int vaultLooksOpen(LoreCall *call){
  return isOpenFor(call, vaultDatabase(call));
}

int vaultIsOpen(LoreCall *call, const char **database){
  *database = vaultDatabase(call);
  if( loreFailed(call) ) return 0;
  if( isOpenFor(call, *database) ) return 1;
  if( *database ) loreRefuse(call, LORE_DENIED, "vault is closed");
  else loreRefuse(call, LORE_DENIED, "vault is closed: this file has none yet, SELECT vault_init(…)");
  return 0;
}

/* The user's key that this row of vault_keys is sealed with; an error when it is none that we have. */
static const unsigned char *keyFor(LoreCall *call, const char *database, LoreStatement *row){
  VaultState *state = stateOf(call);
  for(int i = 0; state && i < state->count; i++){
    if( !vaultChecks(database, row, state->keys + (size_t)i*SEAL_KEY) ) continue;
    bringForward(state, i);
    return state->keys;
  }
  loreRefuse(call, LORE_DENIED, "vault is closed: its key is another one by now, open it again");
  return NULL;
}

int vaultKey(LoreCall *call, const char *key_id, char id[VAULT_ID_SIZE], unsigned char key[SEAL_KEY]){
  const char *database;
  if( !vaultIsOpen(call, &database) ) return 0;
  if( key_id ) loreLetText(call, "vault_key", key_id);
  LoreStatement *row = loreQuery(call, key_id ? SQL_VAULT_KEY_OF : SQL_VAULT_KEY_CURRENT);
  int is_there = loreNext(row), is_open = 0;
  if( is_there && !loreColumnGiven(row, ROW_WRAPPED) ){
    loreRefuse(call, LORE_REFUSED, "the key %s is retired", key_id ? key_id : "of the vault");
  }else if( is_there ){
    const unsigned char *user_key = keyFor(call, database, row);
    is_open = user_key && vaultUnwrap(call, database, row, user_key, key);
    if( is_open ) sqlite3_snprintf(VAULT_ID_SIZE, id, "%s", loreColumnText(row, ROW_ID));
  }
  loreDone(row);
  if( !is_there ) loreRefuse(call, LORE_REFUSED, "there is no key %s", key_id ? key_id : "in the vault");
  return is_open && !loreFailed(call);
}

int vaultUserKey(LoreCall *call, VaultSecretKey *key){
  const char *database;
  if( !vaultIsOpen(call, &database) ) return 0;
  LoreStatement *row = loreQuery(call, SQL_VAULT_KEY_CURRENT);
  const unsigned char *user_key = loreNext(row) ? keyFor(call, database, row) : NULL;
  if( user_key ){
    size_t length;
    const char *kdf = loreColumnText(row, ROW_KDF);
    const void *salt = loreColumnBlob(row, ROW_SALT, &length);
    *key = (VaultSecretKey){ .kdf = kdf && strcmp(kdf, "raw")==0 ? "raw" : "argon2id", .ops = loreColumnInt(row, ROW_OPS),
                             .memory_kib = loreColumnInt(row, ROW_MEMORY) };
    memcpy(key->key, user_key, SEAL_KEY);
    if( salt && length==SEAL_SALT ) memcpy(key->salt, salt, SEAL_SALT);
  }
  loreDone(row);
  return user_key && !loreFailed(call);
}

/* ---- Who calls ---- */

static void refuseCaller(LoreCall *call, const char *schema, LoreStatement *rows){
  if( loreNext(rows) ){
    loreRefuse(call, LORE_DENIED, "the %s of the file %s names this call or lore_call, and could call it in your name",
               loreColumnText(rows, 0), schema);
  }
  loreDone(rows);
}

int vaultIsCalledByUser(LoreCall *call){
  loreLetText(call, "vault_call", loreCallName(call));
  refuseCaller(call, "main", loreQuery(call, SQL_VAULT_CALLERS));
  LoreStatement *attached = loreQuery(call, SQL_VAULT_ATTACHED);
  while( loreNext(attached) ){
    const char *name = loreColumnCopy(attached, 0);
    if( name ) refuseCaller(call, name, loreTemplate(call, SQL_VAULT_CALLERS_TEMPLATE, name));
  }
  loreDone(attached);
  return !loreFailed(call);
}

/* ---- vault_open, vault_close, vault_status ---- */

void vaultOpenWith(LoreCall *call, const char *text, size_t length, int is_raw){
  unsigned char user_key[SEAL_KEY] = { 0 }, data_key[SEAL_KEY] = { 0 };
  const char *database = vaultIsCalledByUser(call) ? vaultDatabase(call) : NULL;
  LoreStatement *row = loreQuery(call, SQL_VAULT_KEY_CURRENT);
  if( !sealReady() ) loreRefuse(call, LORE_NOT_READY, "libsodium could not be set up");
  if( database==NULL || !loreNext(row) ){
    loreRefuse(call, LORE_REFUSED, "this file has no vault yet, SELECT vault_init(…)");
  }else if( vaultOldKey(call, row, text, length, is_raw, user_key) ){
    if( !vaultChecks(database, row, user_key) ){
      loreRefuse(call, LORE_DENIED, "the key is not the right one");
    }else if( vaultUnwrap(call, database, row, user_key, data_key) ){
      loreResultText(call, loreColumnText(row, ROW_ID));
      vaultAdopt(call, database, user_key);
    }
  }
  loreDone(row);
  sealWipe(user_key, sizeof user_key);
  sealWipe(data_key, sizeof data_key);
}

void vaultOpenByArgument(LoreCall *call, int argument){
  unsigned char key[SEAL_KEY];
  size_t length, size = loreTextLength(call, argument);
  const char *raw = loreBlob(call, argument, &length), *text = loreText(call, argument);
  if( raw ) vaultOpenWith(call, raw, length, 1);
  else if( sealReadHex(text, size, key) ) vaultOpenWith(call, (const char*)key, SEAL_KEY, 1);
  else vaultOpenWith(call, text, size, 0);
  sealWipe(key, sizeof key);
}

/* Result: TEXT, the id of the current data key. */
void vaultOpen(LoreCall *call){
  vaultOpenByArgument(call, OPEN_KEY);
}

/* Result: INTEGER, 1. */
void vaultClose(LoreCall *call){
  VaultState *state = stateOf(call);
  if( state ) closeState(state);
  loreResultInt(call, 1);
}

void vaultStatus(LoreCall *call){
  loreLetInt(call, "vault_is_open", vaultLooksOpen(call));
}
