/*
** Tiers: how long raw points are kept, and in which roll-ups they live on.
**
** The step of each tier divides that of every coarser one, a coarser tier is kept at least as long as a finer one, and each at
** least as long as a bucket of the coarsest. So what is pruned can end where a bucket of every tier does.
*/
#ifndef LORE_METRICS_TIERS_H
#define LORE_METRICS_TIERS_H

#include "engine/engine.h"

#define TIER_RAW "raw"

enum { TIERS_MOST = 16 };

/* Times in ms. */
typedef struct Tier {
  const char *name;
  int64_t step, keep_for;
} Tier;

typedef struct Tiers {
  int count;
  Tier tiers[TIERS_MOST]; /* roll-ups, from the finest on */
  int64_t raw_keep;       /* 0: raw is not declared */
  int64_t coarsest;       /* the longest step; 1 when there is no roll-up */
} Tiers;

/* The rows of metric_tiers, whose texts live as long as the call. 0: an error in the call. */
int tiersRead(LoreCall *call, Tiers *tiers);

int64_t tierFloor(int64_t time, int64_t step);   /* start of the bucket in which a time lies */
int64_t tierCeiling(int64_t time, int64_t step); /* first start of a bucket that is not before it */

void metricTier(LoreCall *call);         /* 1, or 0 when it was so already */
void metricTierDrop(LoreCall *call);     /* 1, or 0 when there is none */
void metricTiersDefault(LoreCall *call); /* how many were declared */

#endif
