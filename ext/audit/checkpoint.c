/*
** audit_checkpoint and audit_prune: neither signs what is not consistent, for a signature would hide what was done to it.
*/
#include "audit/checkpoint.h"

#include "audit/keys.h"
#include "audit/tables.h"
#include "engine/json.h"

enum { PRUNE_BEFORE };

/* An error in the call when a problem was found. */
static void mustBeGood(LoreCall *call, AuditVerifier *verifier){
  if( verifier->problem[0] && verifier->bad ){
    loreRefuse(call, LORE_REFUSED, "nothing is signed: %s (sequence_number %lld)", verifier->problem, (sqlite3_int64)verifier->bad);
  }else if( verifier->problem[0] ){
    loreRefuse(call, LORE_REFUSED, "nothing is signed: %s", verifier->problem);
  }
  sqlite3_free(verifier->keys);
}

static void letSigned(LoreCall *call, sqlite3_int64 sequence, const char *hash, const char *key_id){
  loreLetInt(call, "sequence", sequence);
  loreLetText(call, "head_hash", hash);
  loreLetText(call, "key_id", key_id);
}

/* ---- audit_checkpoint ---- */

static void signHead(LoreCall *call, const AuditHead *head, const AuditPair *pair){
  char message[AUDIT_MESSAGE_SIZE];
  AuditVerifier verifier;
  AuditCheckpoint checkpoint = { .sequence = head->sequence, .count = head->sequence, .head_hash = head->hash,
                                 .at = loreNowText(call), .key_id = pair->id };
  auditVerifyNew(call, &verifier);
  mustBeGood(call, &verifier);
  if( loreFailed(call) ) return;
  auditCheckpointMessage(head->log, &checkpoint, message);
  loreLetText(call, "signature", auditSign(call, pair, message));
  loreWriteOne(call, SQL_AUDIT_CHECKPOINT_INSERT);
}

void auditCheckpoint(LoreCall *call){
  AuditHead head = auditHead(call);
  if( loreFailed(call) ) return;
  loreResultInt(call, head.sequence);
  if( head.sequence==0 ){
    loreNotice(call, "the log is empty");
    return;
  }
  const AuditPair *pair = auditSigner(call);
  if( pair==NULL ) return;
  letSigned(call, head.sequence, head.hash, pair->id);
  if( loreFindInt(call, SQL_AUDIT_CHECKPOINT_EXISTS) ) loreNotice(call, "signed already");
  else signHead(call, &head, pair);
}

/* ---- audit_prune ---- */

/* The last entry that may go: all up to it are older, and the head stays. */
static sqlite3_int64 lastToGo(LoreCall *call, const AuditHead *head){
  sqlite3_int64 stays = loreFindInt(call, SQL_AUDIT_FIRST_SINCE);
  return (stays ? stays : head->sequence) - 1;
}

static void verifyUpTo(LoreCall *call, sqlite3_int64 last){
  const AuditAnchor none = { .count = 0 };
  AuditVerifier verifier;
  auditVerifyTables(call, &none, last, &verifier);
  mustBeGood(call, &verifier);
}

static void prune(LoreCall *call, const AuditHead *head, sqlite3_int64 first, sqlite3_int64 last){
  char message[AUDIT_MESSAGE_SIZE];
  const AuditPair *pair = auditSigner(call);
  verifyUpTo(call, last);
  if( pair==NULL || loreFailed(call) ) return;
  loreLetInt(call, "audit_number", last);
  AuditPrune record = { .sequence = last, .first = first, .head_hash = loreFindText(call, SQL_AUDIT_HASH_OF),
                        .before = loreText(call, PRUNE_BEFORE), .at = loreNowText(call), .key_id = pair->id };
  if( loreFailed(call) ) return;
  auditPruneMessage(head->log, &record, message);
  letSigned(call, last, record.head_hash, pair->id);
  loreLetInt(call, "first_number", first);
  loreLetText(call, "signature", auditSign(call, pair, message));
  loreWriteOne(call, SQL_AUDIT_PRUNE_INSERT);
  if( loreRun(call, SQL_AUDIT_PRUNE_DELETE)!=last - first + 1 && !loreFailed(call) ){
    loreRefuse(call, LORE_REFUSED, "a row was not deleted: a trigger ignored it");
  }
  loreResultInt(call, last - first + 1);
  loreAudit(call, loreCallName(call), NULL,
            loreFormat(call, "{\"first\":%lld,\"last\":%lld,\"hash\":\"%s\"}", first, last, record.head_hash));
}

void auditPruneBefore(LoreCall *call){
  AuditHead head = auditHead(call);
  sqlite3_int64 pruned = loreFindInt(call, SQL_AUDIT_PRUNED_TO), last = head.sequence ? lastToGo(call, &head) : 0;
  loreResultInt(call, 0);
  if( last > pruned ) prune(call, &head, pruned + 1, last);
  else loreNotice(call, "no entry before %s may go", loreShow(call, PRUNE_BEFORE));
}
