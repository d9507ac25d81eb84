/*
** vault_init, vault_rekey, vault_rotate: the data keys and what seals them.
**
** Every live data key is sealed with the one key of the user. A rotation makes a new data key and seals the secrets anew, some a
** call; an old key is retired, and its sealed form forgotten, when no secret uses it.
*/
#include "engine/uuid.h"
#include "vault/open.h"

enum { KEY_KEY };
enum { ROTATE_MAX_ROWS };

/* ---- vault_init ---- */

/* A new data key in the tables; its id. */
static const char *addKey(LoreCall *call, const char *database, const VaultSecretKey *user_key){
  unsigned char data_key[SEAL_KEY];
  const char *id = loreUuid(call);
  if( id==NULL ) return NULL;
  sealRandom(data_key, SEAL_KEY);
  loreLetInt(call, "vault_generation", loreFindInt(call, SQL_VAULT_GENERATION) + 1);
  vaultLetWrapped(call, database, id, data_key, user_key);
  sealWipe(data_key, sizeof data_key);
  loreWriteOne(call, SQL_VAULT_KEY_INSERT);
  return loreFailed(call) ? NULL : id;
}

static void initAgain(LoreCall *call){
  vaultOpenByArgument(call, KEY_KEY);
  loreNotice(call, "the vault is there already");
}

/* Result: TEXT, the id of the data key; of the current one when there was a vault and the key opens it. */
void vaultInit(LoreCall *call){
  VaultSecretKey key;
  if( !vaultIsCalledByUser(call) ) return;
  if( !sealReady() ) loreRefuse(call, LORE_NOT_READY, "libsodium could not be set up");
  if( vaultDatabase(call) ){
    initAgain(call);
    return;
  }
  if( vaultNewKey(call, KEY_KEY, &key) ){
    const char *database = loreUuid(call);
    loreLetText(call, "vault_database", database);
    loreWriteOne(call, SQL_VAULT_DATABASE_INSERT);
    const char *id = database ? addKey(call, database, &key) : NULL;
    loreResultText(call, id);
    loreAudit(call, loreCallName(call), id, NULL);
    if( !loreFailed(call) ) vaultAdopt(call, database, key.key);
  }
  sealWipe(&key, sizeof key);
}

/* ---- vault_rekey ---- */

static void rewrap(LoreCall *call, const char *database, const VaultSecretKey *key){
  unsigned char data_key[SEAL_KEY];
  char id[VAULT_ID_SIZE];
  LoreStatement *live = loreQuery(call, SQL_VAULT_KEYS_LIVE);
  while( loreNext(live) ){
    const char *key_id = loreColumnCopy(live, 0);
    if( key_id && vaultKey(call, key_id, id, data_key) ) vaultLetWrapped(call, database, key_id, data_key, key);
    loreWriteOne(call, SQL_VAULT_KEY_BLANK);
    loreWriteOne(call, SQL_VAULT_KEY_REWRAP);
  }
  sealWipe(data_key, sizeof data_key);
}

/* Result: INTEGER, 1. From now on the vault opens with the new key. */
void vaultRekey(LoreCall *call){
  const char *database;
  VaultSecretKey key;
  if( !vaultIsCalledByUser(call) || !vaultIsOpen(call, &database) ) return;
  if( vaultNewKey(call, KEY_KEY, &key) ){
    rewrap(call, database, &key);
    loreResultInt(call, 1);
    loreAudit(call, loreCallName(call), database, NULL);
    if( !loreFailed(call) ) vaultAdopt(call, database, key.key);
  }
  sealWipe(&key, sizeof key);
}

/* ---- vault_rotate ---- */

/* A new data key, when no rotation is under way; the newest. */
static const char *beginRotation(LoreCall *call, const char *database){
  VaultSecretKey user_key = { .kdf = "raw" };
  const char *newest = NULL;
  if( loreFindInt(call, SQL_VAULT_OLD_SECRETS)==0 ){
    if( vaultUserKey(call, &user_key) ) newest = addKey(call, database, &user_key);
  }else{
    newest = loreFindText(call, SQL_VAULT_KEYS_LIVE);
  }
  sealWipe(&user_key, sizeof user_key);
  return newest;
}

/* 1: one secret was sealed anew. */
static int resealNext(LoreCall *call){
  VaultSecret secret;
  LoreStatement *next = loreQuery(call, SQL_VAULT_NEXT_SECRET);
  if( !loreNext(next) ) return 0;
  const char *uuid = loreColumnCopy(next, 0), *pattern = loreColumnCopy(next, 1);
  loreDone(next);
  if( uuid==NULL || !vaultRead(call, uuid, &secret) ) return 0;
  vaultReseal(call, &secret, pattern);
  vaultWipe(&secret);
  vaultLog(call, uuid, "rotate", NULL, NULL, "ok");
  return !loreInterrupted(call);
}

static void retireUnused(LoreCall *call){
  const char *id;
  while( (id = loreFindText(call, SQL_VAULT_KEY_UNUSED))!=NULL && !loreFailed(call) ){
    loreLetText(call, "vault_key", id);
    loreWriteOne(call, SQL_VAULT_KEY_BLANK);
    loreWriteOne(call, SQL_VAULT_KEY_RETIRE);
  }
}

/* Result: INTEGER, how many secrets still wait for the new key. */
void vaultRotate(LoreCall *call){
  const char *database;
  if( !vaultIsCalledByUser(call) || !vaultIsOpen(call, &database) ) return;
  const char *newest = beginRotation(call, database);
  for(sqlite3_int64 i = 0; newest && i < loreInt(call, ROTATE_MAX_ROWS) && resealNext(call); i++){}
  sqlite3_int64 left = loreFindInt(call, SQL_VAULT_OLD_SECRETS);
  if( !loreFailed(call) ) retireUnused(call);
  loreResultInt(call, left);
  loreAudit(call, loreCallName(call), newest, loreFormat(call, "{\"waiting\":%lld}", left));
}
