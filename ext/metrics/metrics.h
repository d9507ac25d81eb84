/*
** What the files of the subsystem metrics share.
*/
#ifndef LORE_METRICS_H
#define LORE_METRICS_H

#include "engine/engine.h"

/* ---- aggregates.c ---- */

enum { SERIES_AGGREGATES = 5 };
extern const LoreAggregate kSeriesAggregates[SERIES_AGGREGATES];

#endif
