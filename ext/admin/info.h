#ifndef LORE_ADMIN_INFO_H
#define LORE_ADMIN_INFO_H

#include "engine/engine.h"

void infoRows(LoreCall *call); /* rows of lore_info: name, value */

/* 1 when all migrations of a subsystem have been applied: its figures look at tables of the newest version. */
int infoIsMigrated(LoreCall *call, const LoreSubsystem *subsystem);

#endif
