/*
** One secret in the tables: sealed, read, found again, and the log of who did what with it.
**
** What is sealed is one byte of sensitivity and the text: so whoever changes the column can make a secret stricter, not laxer.
*/
#include <string.h>

#include "engine/json.h"
#include "engine/uuid.h"
#include "vault/reference.h"
#include "vault/vault.h"

enum { READ_CIPHERTEXT, READ_KEY, READ_SENSITIVITY, READ_DESCRIPTION, READ_MANUAL, READ_ACTIONS, READ_CONTEXT };

enum { MINUTE = 60000 };

static SealPlace placeOf(const char *database, const char *uuid, const char *key_id){
  return (SealPlace){ database, "secrets", uuid, "ciphertext", key_id };
}

static const char *actionsOf(SecretSensitivity sensitivity){
  static const char *const kActions[] = { "[\"tool\",\"speak\",\"memorize\"]", "[\"tool\",\"speak\"]", "[\"tool\"]", "[]" };
  return kActions[sensitivity];
}

SecretSensitivity vaultSensitivity(const char *word){
  for(int i = SECRET_LOW; word && i < SECRET_CRITICAL; i++){
    if( strcmp(word, secretSensitivityName((SecretSensitivity)i))==0 ) return (SecretSensitivity)i;
  }
  return SECRET_CRITICAL;
}

/* ---- Reading ---- */

void vaultWipe(VaultSecret *secret){
  if( secret->text ) sealWipe(secret->text, secret->length);
  secret->text = NULL;
}

/* Opens what the row has sealed. */
static void openRow(LoreCall *call, const unsigned char *sealed, size_t length, const char *key_id, VaultSecret *secret){
  unsigned char key[SEAL_KEY];
  char id[VAULT_ID_SIZE];
  const char *database = vaultDatabase(call);
  unsigned char *text = loreAllocate(call, length + 1);
  if( text==NULL || database==NULL || !vaultKey(call, key_id, id, key) ) return;
  SealPlace place = placeOf(database, secret->uuid, key_id);
  const char *why = sealOpen(key, &place, sealed, length, text);
  sealWipe(key, sizeof key);
  if( why==NULL && (length < SEAL_OVERHEAD + 1 || text[0] > SECRET_CRITICAL) ) why = "holds no secret";
  if( why ){
    loreRefuse(call, LORE_REFUSED, "the sealed value of secret %s %s", secret->uuid, why);
    return;
  }
  if( (SecretSensitivity)text[0] > secret->sensitivity ) secret->sensitivity = (SecretSensitivity)text[0];
  secret->text = (char*)text + 1;
  secret->length = length - SEAL_OVERHEAD - 1;
  text[length - SEAL_OVERHEAD] = 0;
}

int vaultRead(LoreCall *call, const char *uuid, VaultSecret *secret){
  size_t length;
  memset(secret, 0, sizeof *secret);
  loreLetText(call, "secret_uuid", uuid);
  LoreStatement *row = loreQuery(call, SQL_SECRET_READ);
  if( !loreNext(row) ) return 0;
  const void *stored = loreColumnBlob(row, READ_CIPHERTEXT, &length);
  unsigned char *sealed = loreAllocate(call, length + 1);
  if( sealed && length ) memcpy(sealed, stored, length);
  const char *key_id = loreColumnCopy(row, READ_KEY);
  secret->uuid = uuid;
  secret->sensitivity = vaultSensitivity(loreColumnText(row, READ_SENSITIVITY));
  secret->description = loreColumnCopy(row, READ_DESCRIPTION);
  secret->manual_only = loreColumnInt(row, READ_MANUAL)!=0;
  secret->actions = loreColumnCopy(row, READ_ACTIONS);
  secret->context = loreColumnCopy(row, READ_CONTEXT);
  loreDone(row);
  if( sealed && key_id ) openRow(call, sealed, length, key_id, secret);
  return secret->text!=NULL;
}

/* ---- Writing ---- */

/* Seals with the newest key, and lets what the row gets of it. pattern NULL: without a fingerprint. */
static void letSealed(LoreCall *call, const char *uuid, const char *text, size_t length, SecretSensitivity sensitivity,
                      const char *pattern){
  unsigned char key[SEAL_KEY];
  char id[VAULT_ID_SIZE];
  const char *database = vaultDatabase(call);
  if( database==NULL || !vaultKey(call, NULL, id, key) ) return;
  const char *key_id = loreFormat(call, "%s", id);
  unsigned char *fingerprint = loreAllocate(call, SEAL_KEY), *sealed = loreAllocate(call, length + 1 + SEAL_OVERHEAD);
  char *plain = loreAllocate(call, length + 1);
  if( plain ){
    SealPlace place = placeOf(database, uuid, key_id);
    plain[0] = (char)sensitivity;
    memcpy(plain + 1, text, length);
    if( !sealClose(key, &place, plain, length + 1, sealed) ){
      loreRefuse(call, LORE_REFUSED, "the key %s has an id that is no UUID", key_id);
    }
    sealFingerprint(key, pattern ? pattern : "", text, length, fingerprint);
    sealWipe(plain, length + 1);
  }
  sealWipe(key, sizeof key);
  loreLetText(call, "secret_uuid", uuid);
  loreLetText(call, "vault_key", key_id);
  loreLetBlob(call, "secret_ciphertext", sealed, length + 1 + SEAL_OVERHEAD);
  if( pattern ) loreLetBlob(call, "secret_fingerprint", fingerprint, SEAL_KEY);
  else loreLetNull(call, "secret_fingerprint");
}

/* The secret that the same pattern has found in the same text before; during a rotation it may have been under the older key. */
static const char *storedBefore(LoreCall *call, const VaultNew *secret){
  const char *uuid = NULL;
  unsigned char key[SEAL_KEY], fingerprint[SEAL_KEY];
  char id[VAULT_ID_SIZE];
  LoreStatement *live = secret->pattern ? loreQuery(call, SQL_VAULT_KEYS_LIVE) : NULL;
  while( uuid==NULL && loreNext(live) ){
    const char *key_id = loreColumnCopy(live, 0);
    if( key_id==NULL || !vaultKey(call, key_id, id, key) ) continue;
    sealFingerprint(key, secret->pattern, secret->text, secret->length, fingerprint);
    loreLetBlob(call, "secret_fingerprint", fingerprint, SEAL_KEY);
    uuid = loreFindText(call, SQL_SECRET_OF_FINGERPRINT);
  }
  loreDone(live);
  sealWipe(key, sizeof key);
  return uuid;
}

const char *vaultStore(LoreCall *call, const VaultNew *secret){
  const char *known = storedBefore(call, secret);
  if( known || loreFailed(call) ) return known;
  const char *uuid = secret->uuid ? secret->uuid : loreUuid(call);
  if( uuid ) letSealed(call, uuid, secret->text, secret->length, secret->sensitivity, secret->pattern);
  loreLetText(call, "secret_description", secret->description);
  loreLetText(call, "secret_sensitivity", secretSensitivityName(secret->sensitivity));
  loreLetText(call, "secret_pattern", secret->pattern);
  loreLetText(call, "secret_context", secret->context);
  loreLetText(call, "secret_actions", actionsOf(secret->sensitivity));
  loreLetInt(call, "secret_manual", secret->sensitivity==SECRET_CRITICAL);
  loreWriteOne(call, SQL_SECRET_INSERT);
  vaultLog(call, uuid, "store", secret->accessor, NULL, "ok");
  return loreFailed(call) ? NULL : uuid;
}

void vaultReseal(LoreCall *call, const VaultSecret *secret, const char *pattern){
  letSealed(call, secret->uuid, secret->text, secret->length, secret->sensitivity, pattern);
  loreWriteOne(call, SQL_SECRET_RESEAL);
}

const char *vaultReference(LoreCall *call, const char *uuid, const char *description){
  LoreBuffer text = { .reallocate = loreReallocate };
  secretReferenceWrite(uuid, description, &text);
  const char *reference = text.failed ? NULL : loreFormat(call, "%s", text.data);
  if( text.failed ) loreNoMemory(call);
  sqlite3_free(text.data);
  return reference;
}

/* ---- The log ---- */

void vaultLog(LoreCall *call, const char *uuid, const char *access, const char *accessor, const char *purpose, const char *outcome){
  loreLetText(call, "secret_uuid", uuid);
  loreLetText(call, "secret_access", access);
  loreLetText(call, "secret_accessor", accessor);
  loreLetText(call, "secret_purpose", purpose);
  loreLetText(call, "secret_outcome", outcome);
  loreWriteOne(call, SQL_SECRET_LOG);
}

int vaultIsOverRate(LoreCall *call){
  sqlite3_int64 most = loreSettingInt(call, "secret_reveals_per_minute");
  loreLetTime(call, "secret_since", loreNow(call) - MINUTE);
  loreLetInt(call, "secret_most", most);
  return loreFindInt(call, SQL_SECRET_REVEALS) >= most;
}

static void auditReveal(LoreCall *call, const char *uuid, const char *purpose){
  loreAudit(call, "secret_reveal", uuid, loreFormat(call, "{\"purpose\":%s}", loreJsonQuoted(call, purpose)));
}

void vaultGave(LoreCall *call, const char *uuid, const char *accessor, const char *purpose){
  loreLetText(call, "secret_uuid", uuid);
  loreWriteOne(call, SQL_SECRET_TOUCH);
  vaultLog(call, uuid, "reveal", accessor, purpose, "ok");
  auditReveal(call, uuid, purpose);
}

void vaultDenied(LoreCall *call, const char *uuid, const char *accessor, const char *purpose, const char *why){
  vaultLog(call, uuid, "denied", accessor, purpose, why);
}
