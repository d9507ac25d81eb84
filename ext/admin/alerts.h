/*
** lore_alerts: each figure that is beyond its bound (LoreSubsystem.alerts); no row when all is well.
*/
#ifndef LORE_ADMIN_ALERTS_H
#define LORE_ADMIN_ALERTS_H

#include "engine/engine.h"

void alertRows(LoreCall *call); /* rows (name, value, bound, severity, message) */

#endif
