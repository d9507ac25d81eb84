/*
** Hashes and messages: see chain.h.
*/
#include "audit/chain.h"

#include <stdio.h>

const char kAuditNoHash[] = "0000000000000000000000000000000000000000000000000000000000000000";

#define COUNT(fields) ((int)(sizeof(fields)/sizeof *(fields)))

void auditEntryHash(const char *log, const AuditEntry *entry, char hex[LORE_HASH_SIZE]){
  enum { HEAD = 4 };
  LoreField fields[HEAD + AUDIT_PREVIOUS] = { loreFieldText("lore audit entry 1"), loreFieldText(log),
                                              entry->columns[AUDIT_PREVIOUS], loreFieldInteger(entry->sequence) };
  for(int i = 0; i < AUDIT_PREVIOUS; i++) fields[HEAD + i] = entry->columns[i];
  loreHash(fields, COUNT(fields), hex);
}

static void message(const char *what, const LoreField *fields, int count, char to[AUDIT_MESSAGE_SIZE]){
  char hex[LORE_HASH_SIZE];
  loreHash(fields, count, hex);
  snprintf(to, AUDIT_MESSAGE_SIZE, "lore:%s:%s", what, hex);
}

void auditCheckpointMessage(const char *log, const AuditCheckpoint *checkpoint, char to[AUDIT_MESSAGE_SIZE]){
  const LoreField fields[] = { loreFieldText("lore audit checkpoint 1"), loreFieldText(log), loreFieldInteger(checkpoint->sequence),
                               loreFieldText(checkpoint->head_hash), loreFieldInteger(checkpoint->count),
                               loreFieldText(checkpoint->at), loreFieldText(checkpoint->key_id) };
  message("audit_checkpoint", fields, COUNT(fields), to);
}

void auditPruneMessage(const char *log, const AuditPrune *prune, char to[AUDIT_MESSAGE_SIZE]){
  const LoreField fields[] = { loreFieldText("lore audit prune 1"), loreFieldText(log), loreFieldInteger(prune->sequence),
                               loreFieldInteger(prune->first), loreFieldText(prune->head_hash), loreFieldText(prune->before),
                               loreFieldText(prune->at), loreFieldText(prune->key_id) };
  message("audit_prune", fields, COUNT(fields), to);
}

void auditKeyMessage(const char *log, const AuditKey *key, char to[AUDIT_MESSAGE_SIZE]){
  const LoreField fields[] = { loreFieldText("lore audit key 1"), loreFieldText(log), loreFieldInteger(key->number),
                               loreFieldText(key->public_key), loreFieldText(key->created_at), loreFieldText(key->signed_by) };
  message("audit_key", fields, COUNT(fields), to);
}

void auditKeyId(const char *public_key, char id[LORE_DIGEST_SIZE]){
  const char *const parts[] = { public_key };
  loreDigest(parts, 1, id);
}
