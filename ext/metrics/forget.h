/*
** Correlations that are older than the tier of their retention_policy keeps them: counted, and deleted.
*/
#ifndef LORE_METRICS_FORGET_H
#define LORE_METRICS_FORGET_H

#include "engine/engine.h"

enum { FORGET_AT_ONCE = 1000 };

/* Deletes up to FORGET_AT_ONCE of them; how many. */
int64_t metricForget(LoreCall *call, int64_t now);

int metricForgetIsDue(LoreCall *call, int64_t now);

#endif
