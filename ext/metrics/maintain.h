/*
** lore_maintain: seals, rolls up and prunes, in units that are small, so that a call can end when its time is over.
*/
#ifndef LORE_METRICS_MAINTAIN_H
#define LORE_METRICS_MAINTAIN_H

#include "engine/engine.h"

void loreMaintain(LoreCall *call); /* units that are left */
void metricDelete(LoreCall *call); /* points that were deleted (delete.c) */

#endif
