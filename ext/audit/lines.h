/*
** An exported log, verified from its lines alone. Pure: knows no SQLite.
**
** Each line is a JSON object with a member `kind`: first `log` (format, id, last: the number of the last entry), then `key`,
** `prune`, `entry` and `checkpoint`, each with the columns of its table, in the order of audit_export.
*/
#ifndef LORE_AUDIT_LINES_H
#define LORE_AUDIT_LINES_H

#include "audit/verify.h"
#include "engine/buffer.h"

typedef struct AuditLines {
  AuditVerifier verifier; /* its id of the log lies in `log` */
  LoreBuffer log;         /* whoever calls frees log.data, line.data and verifier.keys */
  LoreBuffer line;        /* the texts of one line */
  const char *text, *end; /* what has not been read */
  int64_t number;         /* of the line that is next */
  int64_t last;           /* the number that the first line announces */
  int stage;
} AuditLines;

/* Begin, then read line by line while auditLinesRead is 1, then end. What is no line of an export is a problem of its number. The
** text is borrowed. */
void auditLinesBegin(AuditLines *lines, const char *text, size_t length, const AuditAnchor *anchor,
                     void *(*reallocate)(void *old, size_t bytes));
int auditLinesRead(AuditLines *lines);
void auditLinesEnd(AuditLines *lines);

#endif
