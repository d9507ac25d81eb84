/*
** Readers of raw points.
*/
#ifndef LORE_METRICS_READERS_H
#define LORE_METRICS_READERS_H

#include "engine/engine.h"

void metricPoints(LoreCall *call); /* all points of the series that are meant */
void metricLatest(LoreCall *call); /* the newest point of each */

#endif
