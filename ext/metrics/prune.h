/*
** Pruning one series: late points go into the roll-ups that have their time, and what is older than its tier keeps it is deleted.
*/
#ifndef LORE_METRICS_PRUNE_H
#define LORE_METRICS_PRUNE_H

#include "metrics/cover.h"

typedef struct Pruned {
  int64_t late, points, rollups;
} Pruned;

/* Adds to what was done. Many late points are merged in several calls. */
void metricPrune(LoreCall *call, const Tiers *tiers, Cover *cover, int64_t now, Pruned *pruned);

/* 1 when there is something to do. */
int metricPruneIsDue(LoreCall *call, const Tiers *tiers, const Cover *cover, int64_t now);

#endif
