/*
** The key of this connection, and the keys of the log.
*/
#ifndef LORE_AUDIT_KEYS_H
#define LORE_AUDIT_KEYS_H

#include "audit/append.h"
#include "audit/chain.h"
#include "engine/ed25519.h"

/* Kept with the connection until it closes, then wiped. */
typedef struct AuditPair {
  int is_open;
  unsigned char public_key[LORE_PUBLIC_BYTES];
  unsigned char secret[LORE_SECRET_BYTES];
  char public_hex[2*LORE_PUBLIC_BYTES + 1];
  char id[LORE_DIGEST_SIZE];
} AuditPair;

/* The key, which is the log's newest or becomes its first; an error in the call when there is none, or it is another. */
const AuditPair *auditSigner(LoreCall *call);

/* The signature as hexadecimal text; lives as long as the call. */
const char *auditSign(LoreCall *call, const AuditPair *pair, const char *message);

void auditKeyFile(LoreCall *call);   /* the public key; NULL: it was forgotten */
void auditRotateKey(LoreCall *call); /* key_id of the new one */

#endif
