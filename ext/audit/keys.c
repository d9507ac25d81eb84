/*
** Keys: the secret half comes from a file and stays in the memory of the connection; the public halves stand in audit_keys, each
** signed by the one before.
*/
#include "audit/keys.h"

#include <string.h>

#include "audit/keyfile.h"
#include "engine/json.h"

enum { FILE_PATH };

static void closePair(void *memory){
  loreWipe(memory, sizeof(AuditPair));
  sqlite3_free(memory);
}

static AuditPair *pairOf(LoreCall *call){
  static const char kKey;
  return loreKeptUntil(call, &kKey, sizeof(AuditPair), closePair);
}

/* 0, and an error in the call: the file is none that may be used. */
static int readPair(LoreCall *call, const char *path, AuditPair *pair){
  const char *why = auditKeyFileRead(path, pair->public_key, pair->secret);
  if( why ){
    loreRefuse(call, LORE_DENIED, "the key file %s %s", loreShow(call, FILE_PATH), why);
    return 0;
  }
  loreHex(pair->public_key, sizeof pair->public_key, pair->public_hex);
  auditKeyId(pair->public_hex, pair->id);
  pair->is_open = 1;
  return 1;
}

void auditKeyFile(LoreCall *call){
  AuditPair *pair = pairOf(call), read = { .is_open = 0 };
  if( pair==NULL ) return;
  if( loreTextLength(call, FILE_PATH)==0 ){
    loreWipe(pair, sizeof *pair);
  }else if( readPair(call, loreText(call, FILE_PATH), &read) ){
    *pair = read;
    loreResultText(call, pair->public_hex);
  }
  loreWipe(&read, sizeof read);
}

/* ---- Signing ---- */

const char *auditSign(LoreCall *call, const AuditPair *pair, const char *message){
  unsigned char signature[LORE_SIGNATURE_BYTES];
  char *hex = loreAllocate(call, 2*sizeof signature + 1);
  if( hex==NULL ) return NULL;
  loreSign(message, strlen(message), pair->secret, signature);
  loreHex(signature, sizeof signature, hex);
  return hex;
}

static void insertKey(LoreCall *call, const AuditKey *key){
  loreLetInt(call, "number", key->number);
  loreLetText(call, "key_id", key->key_id);
  loreLetText(call, "public_key", key->public_key);
  loreLetText(call, "signed_by", key->signed_by);
  loreLetText(call, "signature", key->signature);
  loreWriteOne(call, SQL_AUDIT_KEY_INSERT);
}

/* The newest key of the log: its number, 0 for none, and its id. */
static sqlite3_int64 currentKey(LoreCall *call, const char **id){
  const sqlite3_int64 most = 1000000000; /* as the schema says, which somebody may have changed */
  sqlite3_int64 number = 0;
  LoreStatement *row = loreQuery(call, SQL_AUDIT_KEY_CURRENT);
  *id = NULL;
  if( loreNext(row) ){
    number = loreColumnInt(row, 0) < most ? loreColumnInt(row, 0) : most;
    *id = loreColumnCopy(row, 1);
  }
  loreDone(row);
  return number;
}

const AuditPair *auditSigner(LoreCall *call){
  const char *current;
  const AuditPair *pair = pairOf(call);
  sqlite3_int64 number = currentKey(call, &current);
  if( pair==NULL || loreFailed(call) ) return NULL;
  if( !pair->is_open ){
    loreRefuse(call, LORE_DENIED, "this connection has no key; SELECT audit_key_file('…') first");
  }else if( number==0 ){
    AuditKey first = { .number = 1, .key_id = pair->id, .public_key = pair->public_hex };
    insertKey(call, &first);
  }else if( current==NULL || strcmp(current, pair->id)!=0 ){
    loreRefuse(call, LORE_DENIED, "the key of this connection, %s, is not the log's, which is %s", pair->id, current);
  }
  return loreFailed(call) ? NULL : pair;
}

/* ---- audit_rotate_key ---- */

/* 1: a prune that the old key has signed is now the new one's, too, so that it counts for who trusts only that one. One that was
** changed stays what it is. */
static int signPruneAnew(LoreCall *call, const AuditPair *old, const AuditPair *next, const char *log, sqlite3_int64 *after){
  char message[AUDIT_MESSAGE_SIZE];
  unsigned char signature[LORE_SIGNATURE_BYTES];
  loreLetInt(call, "audit_after", *after);
  LoreStatement *row = loreQuery(call, SQL_AUDIT_PRUNE_NEXT);
  if( !loreNext(row) ) return 0;
  AuditPrune prune = { loreColumnInt(row, 0), loreColumnInt(row, 1), loreColumnCopy(row, 2), loreColumnCopy(row, 3),
                       loreColumnCopy(row, 4), old->id, loreColumnCopy(row, 5) };
  loreDone(row);
  if( loreFailed(call) ) return 0;
  *after = prune.sequence;
  auditPruneMessage(log, &prune, message);
  int is_right = prune.signature && loreBytesRead(prune.signature, strlen(prune.signature), signature, sizeof signature)
              && loreSigned(message, strlen(message), old->public_key, signature);
  if( !is_right ) return 1;
  prune.key_id = next->id;
  auditPruneMessage(log, &prune, message);
  loreLetInt(call, "audit_number", prune.sequence);
  loreLetText(call, "signature", auditSign(call, next, message));
  loreWriteOne(call, SQL_AUDIT_PRUNE_SIGN);
  return !loreFailed(call);
}

static void signPrunesAnew(LoreCall *call, const AuditPair *old, const AuditPair *next, const char *log){
  sqlite3_int64 after = 0;
  while( signPruneAnew(call, old, next, log, &after) ){}
}

static void rotate(LoreCall *call, const AuditPair *old, const AuditPair *next, const char *log){
  const char *current;
  char message[AUDIT_MESSAGE_SIZE];
  AuditKey key = { .number = currentKey(call, &current) + 1, .key_id = next->id, .public_key = next->public_hex,
                   .created_at = loreNowText(call), .signed_by = old->id };
  auditKeyMessage(log, &key, message);
  key.signature = auditSign(call, old, message);
  loreLetText(call, "key_id", next->id);
  if( loreFindInt(call, SQL_AUDIT_KEY_EXISTS) ) loreRefuse(call, LORE_REFUSED, "the log has had the key %s already", next->id);
  insertKey(call, &key);
  loreWriteOne(call, SQL_AUDIT_KEY_RETIRE);
  signPrunesAnew(call, old, next, log);
  loreAudit(call, loreCallName(call), next->id, loreFormat(call, "{\"key_id\":\"%s\",\"signed_by\":\"%s\"}", next->id, old->id));
}

/* The connection goes on with the new key only when all was written: its last step. */
void auditRotateKey(LoreCall *call){
  AuditPair next = { .is_open = 0 }, *own = pairOf(call);
  AuditHead head = auditHead(call);
  const AuditPair *old = auditSigner(call);
  if( old && head.log==NULL ) loreRefuse(call, LORE_REFUSED, "the log is empty: the key of its first checkpoint is its first key");
  if( !loreFailed(call) && readPair(call, loreText(call, FILE_PATH), &next) ) rotate(call, old, &next, head.log);
  loreResultText(call, next.id);
  if( !loreFailed(call) ) *own = next;
  loreWipe(&next, sizeof next);
}
