/*
** Making roll-ups of one series and tier, from raw points and, where these have been pruned, from those of a finer tier.
*/
#ifndef LORE_METRICS_REMAKE_H
#define LORE_METRICS_REMAKE_H

#include "metrics/cover.h"

/* Rolls up what is new, or a good part of it, and then what was changed since. How many buckets were written. */
int64_t metricRemake(LoreCall *call, const Tiers *tiers, Cover *cover, int tier, int64_t now);

/* 1 when there is more to do. */
int metricRemakeIsDue(LoreCall *call, const Tiers *tiers, const Cover *cover, int tier, int64_t now);

#endif
