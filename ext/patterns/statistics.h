/*
** The statistics of the subsystem patterns: the rows of its aggregates, and the bodies of its pure functions.
*/
#ifndef LORE_PATTERNS_STATISTICS_H
#define LORE_PATTERNS_STATISTICS_H

#include "engine/engine.h"

enum { STATISTIC_AGGREGATES = 9 };
extern const LoreAggregate kStatisticAggregates[STATISTIC_AGGREGATES];
#define STATISTIC_SKETCH_EXAMPLE "x'6c71730106000000000000f03f00000000000008400003809904003f001f000091eff30c'" /* of 1, 2, 3 */
#define STATISTIC_COMMON "median|quantile|ewma|variance_pop|stddev_pop" /* names that a host may have itself */

void statisticRunningAverage(LoreCall *call); /* avg n! x */
void statisticWilsonLower(LoreCall *call);    /* successes! n! z! */
void statisticBetaInterval(LoreCall *call);   /* successes! n! level! */
void statisticRateInterval(LoreCall *call);   /* events! seconds! level! */
void statisticSketchAt(LoreCall *call);       /* s q! */

/* ---- sketches.c ---- */

void sketchGroupAdd(LoreCall *call, void *sketch);   /* quantile_sketch: x; `sketch` is a zeroed Sketch */
void sketchGroupMerge(LoreCall *call, void *sketch); /* quantile_merge: s */
void sketchGroupValue(LoreCall *call, void *sketch);
void sketchGroupRelease(void *sketch);

#endif
