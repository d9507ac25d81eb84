/*
** Verifying: see verify.h.
*/
#include "audit/verify.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

int auditVerifyIsOver(const AuditVerifier *verifier){
  return verifier->problem[0]!=0 || verifier->is_out_of_memory;
}

static void wrong(AuditVerifier *verifier, int64_t sequence, const char *what){
  snprintf(verifier->problem, sizeof verifier->problem, "%s", what);
  verifier->bad = sequence;
}

/* The same, with a number in it; `after` may be NULL. */
static void wrongOf(AuditVerifier *verifier, int64_t sequence, const char *before, int64_t number, const char *after){
  const char *blank = after ? " " : "";
  snprintf(verifier->problem, sizeof verifier->problem, "%s %" PRId64 "%s%s", before, number, blank, after ? after : "");
  verifier->bad = sequence;
}

static int isText(const LoreField *field, const char *text){
  size_t length = strlen(text);
  return field->kind==LORE_FIELD_TEXT && field->length==length && memcmp(field->bytes, text, length)==0;
}

static int isSame(const char *a, const char *b){
  return a && b && strcmp(a, b)==0;
}

/* ---- Keys ---- */

static const AuditKnownKey *findKey(const AuditVerifier *verifier, const char *id){
  for(int i = 0; i < verifier->key_count; i++) if( isSame(verifier->keys[i].id, id) ) return &verifier->keys[i];
  return NULL;
}

static int isSignedBy(const AuditKnownKey *key, const char *message, const char *signature){
  unsigned char bytes[LORE_SIGNATURE_BYTES];
  return signature && loreBytesRead(signature, strlen(signature), bytes, sizeof bytes)
      && loreSigned(message, strlen(message), key->public_key, bytes);
}

/* Where a key that was found good is kept; NULL: no memory. */
static AuditKnownKey *newKey(AuditVerifier *verifier){
  if( verifier->key_count==verifier->key_capacity ){
    int capacity = verifier->key_capacity ? 2*verifier->key_capacity : 8;
    AuditKnownKey *keys = verifier->reallocate(verifier->keys, (size_t)capacity*sizeof *keys);
    if( keys==NULL ){
      verifier->is_out_of_memory = 1;
      return NULL;
    }
    verifier->keys = keys;
    verifier->key_capacity = capacity;
  }
  return &verifier->keys[verifier->key_count++];
}

/* The first key stands by itself; the key before must have signed any other one. */
static const char *keyProblem(const AuditVerifier *verifier, const AuditKey *key, const AuditKnownKey *read){
  char message[AUDIT_MESSAGE_SIZE];
  const AuditKnownKey *before = verifier->key_count ? &verifier->keys[verifier->key_count - 1] : NULL;
  if( !isSame(key->key_id, read->id) ) return "has a key_id that is not that of its public_key";
  if( key->number!=verifier->key_count + 1 ) return "does not follow the key before it";
  if( before==NULL ) return key->signed_by ? "is the first, but says that it was signed" : NULL;
  if( !isSame(key->signed_by, before->id) ) return "is not signed by the key before it";
  auditKeyMessage(verifier->log ? verifier->log : "", key, message);
  return isSignedBy(before, message, key->signature) ? NULL : "has a signature that is not that of the key before it";
}

static int isTrusted(const AuditVerifier *verifier, const AuditKnownKey *key){
  const unsigned char *trusted = verifier->anchor.trusted;
  if( trusted==NULL || memcmp(trusted, key->public_key, LORE_PUBLIC_BYTES)==0 ) return 1;
  return verifier->key_count > 0 && verifier->keys[verifier->key_count - 1].is_trusted;
}

void auditVerifyKey(AuditVerifier *verifier, const AuditKey *key){
  AuditKnownKey read;
  if( auditVerifyIsOver(verifier) ) return;
  if( key->public_key==NULL || !loreBytesRead(key->public_key, strlen(key->public_key), read.public_key, LORE_PUBLIC_BYTES) ){
    wrongOf(verifier, 0, "key", key->number, "has a public_key that is none");
    return;
  }
  auditKeyId(key->public_key, read.id);
  const char *problem = keyProblem(verifier, key, &read);
  if( problem ){
    wrongOf(verifier, 0, "key", key->number, problem);
    return;
  }
  read.is_trusted = isTrusted(verifier, &read);
  AuditKnownKey *kept = newKey(verifier);
  if( kept ) *kept = read;
}

/* NULL, and a problem: `what` is not signed by a key of the log. */
static const AuditKnownKey *signerOf(AuditVerifier *verifier, const char *what, int64_t sequence, const char *key_id,
                                     const char *message, const char *signature){
  const AuditKnownKey *key = findKey(verifier, key_id);
  if( key==NULL ){
    wrongOf(verifier, sequence, what, sequence, "is signed by a key that the log does not have");
  }else if( !isSignedBy(key, message, signature) ){
    wrongOf(verifier, sequence, what, sequence, "is not what was signed");
  }
  return auditVerifyIsOver(verifier) ? NULL : key;
}

/* ---- The beginning ---- */

void auditVerifyBegin(AuditVerifier *verifier, const char *log, const AuditAnchor *anchor,
                      void *(*reallocate)(void *old, size_t bytes)){
  memset(verifier, 0, sizeof *verifier);
  verifier->log = log;
  verifier->anchor = *anchor;
  verifier->reallocate = reallocate;
  strcpy(verifier->last_hash, kAuditNoHash);
}

static void setLast(AuditVerifier *verifier, int64_t sequence, const char *hash){
  verifier->consistent = sequence;
  snprintf(verifier->last_hash, sizeof verifier->last_hash, "%s", hash);
}

/* The caller's anchor, when it is at the entry that was just found good. */
static void compareAnchor(AuditVerifier *verifier){
  if( verifier->anchor.count==0 || verifier->anchor.count!=verifier->consistent ) return;
  if( isSame(verifier->anchor.hash, verifier->last_hash) ) verifier->anchored_to = verifier->consistent;
  else wrong(verifier, verifier->consistent, "the entry is not the one of the anchor: its hash is another");
}

void auditVerifyPrune(AuditVerifier *verifier, const AuditPrune *prune){
  char message[AUDIT_MESSAGE_SIZE];
  if( auditVerifyIsOver(verifier) ) return;
  auditPruneMessage(verifier->log ? verifier->log : "", prune, message);
  const AuditKnownKey *key = signerOf(verifier, "the prune of", prune->sequence, prune->key_id, message, prune->signature);
  if( key==NULL ) return;
  int is_next = prune->first==verifier->pruned + 1 && prune->sequence >= prune->first && prune->sequence <= AUDIT_LAST;
  if( !is_next || prune->head_hash==NULL ){
    wrongOf(verifier, verifier->pruned + 1, "the entry is missing: the prune of", prune->sequence, "is another");
    return;
  }
  if( !key->is_trusted ){ /* whoever can write the file can put a key of his own before the one that is trusted */
    wrongOf(verifier, prune->first, "the entry is missing: the prune of", prune->sequence,
            "is not signed by public_key, nor by a key that it has signed");
    return;
  }
  verifier->pruned = verifier->signed_to = prune->sequence;
  setLast(verifier, prune->sequence, prune->head_hash);
  compareAnchor(verifier);
}

/* The key that the caller trusts must be one of the log's. */
void auditVerifyStart(AuditVerifier *verifier){
  if( auditVerifyIsOver(verifier) ) return;
  int is_known = verifier->anchor.trusted==NULL;
  for(int i = 0; i < verifier->key_count; i++) is_known |= verifier->keys[i].is_trusted;
  if( !is_known ) wrong(verifier, 0, "public_key is no key of this log");
}

/* ---- Entries and checkpoints ---- */

void auditVerifyEntry(AuditVerifier *verifier, const AuditEntry *entry){
  char hash[LORE_HASH_SIZE];
  int64_t expected = verifier->consistent + 1;
  if( auditVerifyIsOver(verifier) ) return;
  if( entry->sequence > expected ){
    wrong(verifier, expected, "the entry is missing");
  }else if( entry->sequence < expected ){
    wrongOf(verifier, entry->sequence, "the entry has no place: the log begins with", verifier->pruned + 1, NULL);
  }else if( verifier->log==NULL ){
    wrong(verifier, expected, "audit_database has no id, without which no hash can be right");
  }else if( !isText(&entry->columns[AUDIT_PREVIOUS], verifier->last_hash) ){
    wrong(verifier, expected, "previous_hash is not the hash of the entry before");
  }else{
    auditEntryHash(verifier->log, entry, hash);
    if( !isText(&entry->columns[AUDIT_HASH], hash) ){
      wrong(verifier, expected, "entry_hash is not the hash of the entry's columns");
      return;
    }
    verifier->consistent = expected;
    memcpy(verifier->last_hash, hash, sizeof hash);
    compareAnchor(verifier);
  }
}

/* Right after its entry; of an entry that was pruned, before all others. */
static int isInPlace(const AuditVerifier *verifier, int64_t sequence){
  return sequence >= verifier->consistent || (sequence <= verifier->pruned && verifier->consistent==verifier->pruned);
}

static void compareCheckpoint(AuditVerifier *verifier, const AuditCheckpoint *checkpoint, const AuditKnownKey *key){
  int64_t sequence = checkpoint->sequence;
  int is_anchor = sequence==verifier->anchor.count && isSame(checkpoint->head_hash, verifier->anchor.hash);
  int is_vouched_for = verifier->anchor.trusted && key->is_trusted; /* not only by somebody who knows the anchor too */
  if( sequence < verifier->consistent ){
    if( is_anchor && is_vouched_for ) verifier->anchored_to = sequence; /* the entry has gone, but its hash was signed */
  }else if( !isSame(checkpoint->head_hash, verifier->last_hash) ){
    wrong(verifier, sequence, "the entry is not the one that the checkpoint has signed: its hash is another");
  }else if( key->is_trusted ){
    verifier->signed_to = sequence;
  }
}

void auditVerifyCheckpoint(AuditVerifier *verifier, const AuditCheckpoint *checkpoint){
  char message[AUDIT_MESSAGE_SIZE];
  int64_t sequence = checkpoint->sequence;
  if( auditVerifyIsOver(verifier) ) return;
  auditCheckpointMessage(verifier->log ? verifier->log : "", checkpoint, message);
  const AuditKnownKey *key = signerOf(verifier, "the checkpoint of", sequence, checkpoint->key_id, message, checkpoint->signature);
  if( key==NULL ) return;
  if( sequence > verifier->consistent ){
    wrongOf(verifier, verifier->consistent + 1, "the entry is missing: a checkpoint signs", sequence, NULL);
  }else if( !isInPlace(verifier, sequence) ){
    wrongOf(verifier, sequence, "the checkpoint of", sequence, "does not stand after its entry");
  }else{
    compareCheckpoint(verifier, checkpoint, key);
  }
}

void auditVerifyResume(AuditVerifier *verifier, const AuditCheckpoint *checkpoint, const char *entry_hash){
  if( auditVerifyIsOver(verifier) ) return;
  verifier->pruned = checkpoint->sequence;
  setLast(verifier, checkpoint->sequence, entry_hash ? entry_hash : "");
  auditVerifyCheckpoint(verifier, checkpoint);
}

void auditVerifyEnd(AuditVerifier *verifier){
  if( auditVerifyIsOver(verifier) || verifier->anchor.count <= verifier->consistent ) return;
  wrongOf(verifier, verifier->consistent + 1, "the entry is missing: the anchor counts", verifier->anchor.count, NULL);
}

/* ---- What it says ---- */

static const char *signedNote(const AuditVerifier *verifier){
  return verifier->anchor.trusted ? "" : " (by whom? give public_key)";
}

void auditVerifyStatement(const AuditVerifier *verifier, char text[AUDIT_STATEMENT_SIZE]){
  char from[40] = "", signature[96] = "not signed", anchor[96] = "no anchor";
  if( verifier->pruned ) snprintf(from, sizeof from, "from %" PRId64 " ", verifier->pruned + 1);
  if( verifier->signed_to ){
    snprintf(signature, sizeof signature, "signed up to %" PRId64 "%s", verifier->signed_to, signedNote(verifier));
  }
  if( verifier->anchored_to ){
    snprintf(anchor, sizeof anchor, "anchored up to %" PRId64, verifier->anchored_to);
  }else if( verifier->anchor.count ){
    snprintf(anchor, sizeof anchor, "the anchor's entry %" PRId64 " was pruned", verifier->anchor.count);
  }
  snprintf(text, AUDIT_STATEMENT_SIZE, "consistent %sup to %" PRId64 ", %s, %s", from, verifier->consistent, signature, anchor);
}
