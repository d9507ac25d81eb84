/*
** The user's key: 32 raw bytes, or a passphrase of which Argon2id makes them, with salt and limits that lie beside the data key.
*/
#include <string.h>

#include "vault/vault.h"

enum { PASSPHRASE_LEAST = 8, NEW_OPS = 1, NEW_MEMORY = 2 };

enum { ROW_ID, ROW_WRAPPED, ROW_KDF, ROW_SALT, ROW_OPS, ROW_MEMORY, ROW_CHECK };

/* ---- From the user ---- */

static int derive(LoreCall *call, const char *text, size_t length, const unsigned char *salt, sqlite3_int64 ops,
                  sqlite3_int64 memory, unsigned char key[SEAL_KEY]){
  if( loreFailed(call) ) return 0;
  if( sealDerive(text, length, salt, ops, memory, key) ) return 1;
  loreNoMemory(call); /* the limits were looked at before */
  return 0;
}

int vaultNewKey(LoreCall *call, int argument, VaultSecretKey *key){
  size_t length, size = loreTextLength(call, argument);
  const void *raw = loreBlob(call, argument, &length);
  const char *text = loreText(call, argument);
  if( loreFailed(call) ) return 0;
  *key = (VaultSecretKey){ .kdf = raw ? "raw" : "argon2id" };
  if( raw && length==SEAL_KEY ){
    memcpy(key->key, raw, SEAL_KEY);
    return 1;
  }
  if( sealReadHex(text, size, key->key) ){
    key->kdf = "raw";
    return 1;
  }
  if( text==NULL || size < PASSPHRASE_LEAST || size > SEAL_PASSPHRASE_MOST ){
    loreRefuse(call, LORE_BAD_ARGUMENT, "key must be %d bytes, as a blob or in hexadecimal, or a passphrase of %d to %d bytes",
               SEAL_KEY, PASSPHRASE_LEAST, SEAL_PASSPHRASE_MOST);
    return 0;
  }
  key->ops = loreInt(call, argument + NEW_OPS);
  key->memory_kib = loreInt(call, argument + NEW_MEMORY);
  sealRandom(key->salt, SEAL_SALT);
  return derive(call, text, size, key->salt, key->ops, key->memory_kib, key->key);
}

/* ---- From a row ---- */

/* A file can't ask for so much work that its reader stands still, nor for none. */
static int limitsFit(LoreCall *call, LoreStatement *row, size_t salt){
  sqlite3_int64 ops = loreColumnInt(row, ROW_OPS), memory = loreColumnInt(row, ROW_MEMORY);
  int ops_fit = ops >= SEAL_OPS_LEAST && ops <= SEAL_OPS_MOST;
  if( salt==SEAL_SALT && ops_fit && memory >= SEAL_MEMORY_LEAST && memory <= SEAL_MEMORY_MOST ) return 1;
  loreRefuse(call, LORE_REFUSED, "the file asks for ops %lld, memory_kib %lld, a salt of %lld bytes; "
             "%d to %d, %d to %d, %d are done", ops, memory, (sqlite3_int64)salt, SEAL_OPS_LEAST, SEAL_OPS_MOST,
             SEAL_MEMORY_LEAST, SEAL_MEMORY_MOST, SEAL_SALT);
  return 0;
}

int vaultOldKey(LoreCall *call, LoreStatement *row, const char *text, size_t length, int is_raw, unsigned char key[SEAL_KEY]){
  size_t salt_length;
  const char *kdf = loreColumnText(row, ROW_KDF);
  const unsigned char *salt = loreColumnBlob(row, ROW_SALT, &salt_length);
  int wants_raw = kdf && strcmp(kdf, "raw")==0;
  if( loreFailed(call) ) return 0;
  if( is_raw ? length!=SEAL_KEY : text==NULL || length==0 || length > SEAL_PASSPHRASE_MOST ){
    loreRefuse(call, LORE_BAD_ARGUMENT, "key must be %d bytes, as a blob or in hexadecimal, or a passphrase of at most %d bytes",
               SEAL_KEY, SEAL_PASSPHRASE_MOST);
  }else if( is_raw!=wants_raw ){
    loreRefuse(call, LORE_DENIED, "the key is not the right one: this vault opens by %s",
               wants_raw ? "a raw key of 32 bytes" : "a passphrase");
  }else if( is_raw ){
    memcpy(key, text, SEAL_KEY);
  }else if( limitsFit(call, row, salt_length) ){
    return derive(call, text, length, salt, loreColumnInt(row, ROW_OPS), loreColumnInt(row, ROW_MEMORY), key);
  }
  return !loreFailed(call);
}

int vaultChecks(const char *database, LoreStatement *row, const unsigned char *user_key){
  unsigned char check[SEAL_CHECK];
  size_t length;
  const char *id = loreColumnText(row, ROW_ID);
  const void *stored = loreColumnBlob(row, ROW_CHECK, &length);
  if( id==NULL || stored==NULL || length!=SEAL_CHECK ) return 0;
  sealCheck(user_key, database, id, check);
  return sealSame(check, stored, SEAL_CHECK);
}

/* ---- Data keys ---- */

static SealPlace placeOf(const char *database, const char *key_id){
  return (SealPlace){ database, "vault_keys", key_id, "wrapped_key", key_id };
}

void vaultLetWrapped(LoreCall *call, const char *database, const char *key_id, const unsigned char *data_key,
                     const VaultSecretKey *key){
  SealPlace place = placeOf(database, key_id);
  unsigned char *wrapped = loreAllocate(call, SEAL_WRAPPED), *salt = loreAllocate(call, SEAL_SALT);
  unsigned char *check = loreAllocate(call, SEAL_CHECK);
  if( wrapped==NULL || salt==NULL || check==NULL ) return;
  if( !sealClose(key->key, &place, data_key, SEAL_KEY, wrapped) ){
    loreRefuse(call, LORE_REFUSED, "the key %s has an id that is no UUID", key_id);
    return;
  }
  int is_raw = strcmp(key->kdf, "raw")==0;
  memcpy(salt, key->salt, SEAL_SALT);
  sealCheck(key->key, database, key_id, check);
  loreLetText(call, "vault_key", key_id);
  loreLetBlob(call, "vault_wrapped", wrapped, SEAL_WRAPPED);
  loreLetBlob(call, "vault_check", check, SEAL_CHECK);
  loreLetText(call, "vault_kdf", key->kdf);
  loreLetBlob(call, "vault_salt", salt, SEAL_SALT);
  loreLetInt(call, "vault_ops", key->ops);
  loreLetInt(call, "vault_memory", key->memory_kib);
  if( !is_raw ) return;
  loreLetNull(call, "vault_salt");
  loreLetNull(call, "vault_ops");
  loreLetNull(call, "vault_memory");
}

int vaultUnwrap(LoreCall *call, const char *database, LoreStatement *row, const unsigned char *user_key,
                unsigned char data_key[SEAL_KEY]){
  size_t length;
  const unsigned char *wrapped = loreColumnBlob(row, ROW_WRAPPED, &length);
  const char *id = loreColumnText(row, ROW_ID);
  if( loreFailed(call) || id==NULL ) return 0;
  SealPlace place = placeOf(database, id);
  const char *why = wrapped==NULL || length!=SEAL_WRAPPED ? "is cut off" : sealOpen(user_key, &place, wrapped, length, data_key);
  if( why ) loreRefuse(call, LORE_REFUSED, "the sealed key %s %s", id, why);
  return why==NULL;
}
