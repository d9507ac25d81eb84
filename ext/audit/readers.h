/*
** audit_verify and audit_verify_lines: one row.
*/
#ifndef LORE_AUDIT_READERS_H
#define LORE_AUDIT_READERS_H

#include "engine/engine.h"

void auditVerify(LoreCall *call);
void auditVerifyLines(LoreCall *call);

#endif
