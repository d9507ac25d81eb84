/*
** Appending to the log: the verb, and what other verbs' events become.
*/
#ifndef LORE_AUDIT_APPEND_H
#define LORE_AUDIT_APPEND_H

#include "engine/engine.h"

typedef struct AuditHead {
  sqlite3_int64 sequence; /* 0: the log is empty */
  const char *hash;       /* kAuditNoHash then; lives as long as the call */
  const char *log;        /* the id of the log; NULL: it has none yet */
} AuditHead;

AuditHead auditHead(LoreCall *call);

void auditAppend(LoreCall *call);                           /* sequence_number */
void auditKeep(LoreCall *call, const LoreEvent *event); /* LoreSubsystem.audits */

#endif
