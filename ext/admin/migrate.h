#ifndef LORE_MIGRATE_H
#define LORE_MIGRATE_H

#include "engine/engine.h"

void migrateRun(LoreCall *call);      /* lore_migrate(subsystems='all'): text, what was applied */
void migrateRollback(LoreCall *call); /* lore_rollback(subsystem!, to_version!, confirm): text, what was undone */
void migrateStatus(LoreCall *call);   /* rows of lore_migrations_status */

/* Applies what is missing of the subsystems in a list ("all") and of what they need: what was applied, or "". In the frame. */
const char *migrateApply(LoreCall *call, const char *list);
int migrateIsApplied(LoreCall *call, const LoreMigration *migration);
void migrateChecksum(const LoreMigration *migration, char *hex); /* LORE_DIGEST_SIZE bytes */

#endif
