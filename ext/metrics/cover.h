/*
** What is known of one series: which of its raw points have been pruned, and what each tier has rolled up.
*/
#ifndef LORE_METRICS_COVER_H
#define LORE_METRICS_COVER_H

#include "metrics/tiers.h"

/* The counts of pruned correlations, which stay as long as the coarsest roll-up. */
#define CORRELATIONS_COUNT "correlations.count"

#define COVER_ALL INT64_MIN /* a beginning: from the first point on */

typedef struct Covered {
  int is_known; /* 0: nothing was rolled up yet */
  int64_t since, until;
} Covered;

typedef struct Cover {
  sqlite3_int64 series;
  int is_counts;               /* its name is CORRELATIONS_COUNT */
  int64_t horizon;             /* raw points before it have been pruned; COVER_ALL: none */
  int64_t last;                /* time of the last raw point; INT64_MIN: there is none */
  Covered tiers[TIERS_MOST];   /* as in Tiers */
} Cover;

/* 0: an error in the call, or no such series. */
int coverRead(LoreCall *call, const Tiers *tiers, sqlite3_int64 series, Cover *cover);

/* Write what a tier has, and the horizon, here and in the table. */
void coverSet(LoreCall *call, const Tiers *tiers, Cover *cover, int tier, int64_t since, int64_t until);
void coverSetHorizon(LoreCall *call, Cover *cover, int64_t horizon);

/* Up to where a tier can have rolled up at a moment: the start of the bucket that holds it, or the last point. */
int64_t coverLimit(const Cover *cover, const Tier *tier, int64_t now);

#endif
