/*
** metric_record: one point of a series.
*/
#ifndef LORE_METRICS_RECORD_H
#define LORE_METRICS_RECORD_H

#include "engine/engine.h"

void metricRecord(LoreCall *call); /* verb: id of the series */

#endif
