/*
** What the hashes and signatures of an audit log are over. Pure: knows no SQLite.
**
** The hash of an entry is loreHash (engine/digest.h) over
**
**   text 'lore audit entry 1', text id of the log, text previous_hash, integer sequence_number, text event_id,
**   text event_timestamp, text event_type, text originator_id, text or NULL target_id, text or NULL event_payload
**
** so each column counts as it is stored, byte for byte. What is signed is the text "lore:audit_checkpoint:" (…_prune:, …_key:)
** and the 64 digits of loreHash over
**
**   checkpoint  'lore audit checkpoint 1', id of the log, sequence_number, head_hash, entry_count, at, key_id
**   prune       'lore audit prune 1', id of the log, sequence_number, first_number, head_hash, pruned_before, at, key_id
**   key         'lore audit key 1', id of the log, number, public_key, created_at, signed_by
*/
#ifndef LORE_AUDIT_CHAIN_H
#define LORE_AUDIT_CHAIN_H

#include <stdint.h>

#include "engine/digest.h"

enum {
  AUDIT_EVENT_ID, AUDIT_TIMESTAMP, AUDIT_TYPE, AUDIT_ORIGINATOR, AUDIT_TARGET, AUDIT_PAYLOAD, AUDIT_PREVIOUS, AUDIT_HASH,
  AUDIT_COLUMNS
};

/* A row of audit_log; texts are borrowed, columns in the order above. */
typedef struct AuditEntry {
  int64_t sequence;
  LoreField columns[AUDIT_COLUMNS];
} AuditEntry;

typedef struct AuditCheckpoint {
  int64_t sequence, count;
  const char *head_hash, *at, *key_id, *signature;
} AuditCheckpoint;

typedef struct AuditPrune {
  int64_t sequence, first;
  const char *head_hash, *before, *at, *key_id, *signature;
} AuditPrune;

typedef struct AuditKey {
  int64_t number;
  const char *key_id, *public_key, *created_at;
  const char *signed_by, *signature; /* NULL for the first */
} AuditKey;

extern const char kAuditNoHash[]; /* the previous_hash of the first entry */

#define AUDIT_LAST (INT64_C(1) << 62) /* the largest number of an entry: whatever a file says, one more is a number too */

void auditEntryHash(const char *log, const AuditEntry *entry, char hex[LORE_HASH_SIZE]);

enum { AUDIT_MESSAGE_SIZE = 96 };
void auditCheckpointMessage(const char *log, const AuditCheckpoint *checkpoint, char message[AUDIT_MESSAGE_SIZE]);
void auditPruneMessage(const char *log, const AuditPrune *prune, char message[AUDIT_MESSAGE_SIZE]);
void auditKeyMessage(const char *log, const AuditKey *key, char message[AUDIT_MESSAGE_SIZE]);

/* The name of a key: a digest of its public half. */
void auditKeyId(const char *public_key, char id[LORE_DIGEST_SIZE]);

#endif
