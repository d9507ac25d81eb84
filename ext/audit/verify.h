/*
** Goes through an audit log in the order of its entries and says how far it can be believed. Pure: knows no SQLite; the rows
** come from tables (readers.c) or from lines that were exported (lines.c).
**
** Order of calls: auditVerifyBegin, the keys by number, the prunes by number, auditVerifyStart; then the entries by number, each
** checkpoint after the entry that it signs, or before the first entry when that was pruned; auditVerifyEnd, auditVerifyFree. After
** the first problem every call does nothing.
*/
#ifndef LORE_AUDIT_VERIFY_H
#define LORE_AUDIT_VERIFY_H

#include "audit/chain.h"
#include "engine/ed25519.h"

/* What the caller knows from elsewhere. */
typedef struct AuditAnchor {
  int64_t count;                /* 0 for none */
  const char *hash;
  const unsigned char *trusted; /* public key; NULL for none */
} AuditAnchor;

typedef struct AuditKnownKey {
  char id[LORE_DIGEST_SIZE];
  unsigned char public_key[LORE_PUBLIC_BYTES];
  int is_trusted; /* it is the caller's, or signed by one that is trusted */
} AuditKnownKey;

typedef struct AuditVerifier {
  const char *log; /* its id; NULL: there is none */
  AuditAnchor anchor;
  int64_t pruned;     /* the last number that was pruned, 0 */
  int64_t consistent; /* the last number that was found good; pruned at the beginning */
  int64_t signed_to, anchored_to; /* 0: not at all */
  char last_hash[LORE_HASH_SIZE];
  AuditKnownKey *keys;
  int key_count, key_capacity;
  void *(*reallocate)(void *old, size_t bytes); /* like realloc; whoever began frees `keys` */
  int is_out_of_memory;
  int64_t bad;        /* the number that is wrong */
  char problem[200];  /* what is wrong; "": nothing so far */
} AuditVerifier;

void auditVerifyBegin(AuditVerifier *verifier, const char *log, const AuditAnchor *anchor,
                      void *(*reallocate)(void *old, size_t bytes));
void auditVerifyKey(AuditVerifier *verifier, const AuditKey *key);
void auditVerifyPrune(AuditVerifier *verifier, const AuditPrune *prune);
void auditVerifyStart(AuditVerifier *verifier);

/* In place of the prunes and auditVerifyStart: believes a checkpoint whose signature is right, and goes on after its entry;
** entry_hash is what that has now, NULL: it is not there. */
void auditVerifyResume(AuditVerifier *verifier, const AuditCheckpoint *checkpoint, const char *entry_hash);

void auditVerifyEntry(AuditVerifier *verifier, const AuditEntry *entry);
void auditVerifyCheckpoint(AuditVerifier *verifier, const AuditCheckpoint *checkpoint);
void auditVerifyEnd(AuditVerifier *verifier);

int auditVerifyIsOver(const AuditVerifier *verifier); /* a problem was found, or memory has run out */

/* "consistent up to 7, signed up to 5, anchored up to 3", and what that does not mean. */
enum { AUDIT_STATEMENT_SIZE = 320 };
void auditVerifyStatement(const AuditVerifier *verifier, char text[AUDIT_STATEMENT_SIZE]);

#endif
