/*
** What is signed: the head, and what was taken away.
*/
#ifndef LORE_AUDIT_CHECKPOINT_H
#define LORE_AUDIT_CHECKPOINT_H

#include "engine/engine.h"

void auditCheckpoint(LoreCall *call); /* the number that is signed; 0: there is nothing to sign */
void auditPruneBefore(LoreCall *call); /* entries that went */

#endif
