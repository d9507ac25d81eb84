/*
** The tables of the log, read for the verifier.
*/
#ifndef LORE_AUDIT_TABLES_H
#define LORE_AUDIT_TABLES_H

#include "audit/verify.h"
#include "engine/engine.h"

/* Verifies all entries up to a number (INT64_MAX: to the end) with their checkpoints. Free verifier->keys with sqlite3_free. */
void auditVerifyTables(LoreCall *call, const AuditAnchor *anchor, sqlite3_int64 until, AuditVerifier *verifier);

/* Only what came after the newest checkpoint, which is believed when its signature is right. */
void auditVerifyNew(LoreCall *call, AuditVerifier *verifier);

#endif
