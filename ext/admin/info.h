#ifndef LORE_ADMIN_INFO_H
#define LORE_ADMIN_INFO_H

#include "engine/engine.h"

void infoRows(LoreCall *call); /* rows of lore_info: name, value */

/* 1 when all migrations of a subsystem have been applied: its figures look at tables of the newest version. */
int infoIsMigrated(LoreCall *call, const LoreSubsystem *subsystem);

/* loreAudit of this call, where this file has the tables for it: those may be just what was rolled back, or not yet imported. */
void infoAudit(LoreCall *call, const char *target, const char *payload);

#endif
