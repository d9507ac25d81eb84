/*
** What the rows of registration need of the ranges.
*/
#ifndef LORE_METRICS_RANGE_H
#define LORE_METRICS_RANGE_H

#include "engine/engine.h"
#include "metrics/range_value.h"

#define RANGE_TAIL "tags:object fn:word(" RANGE_FN_WORDS ")=avg tz:text[0..64]"
#define RANGE_SIGNATURE "name! since:moment until:moment step:text[0..64] " RANGE_TAIL
#define FILL_SIGNATURE "name! since:moment until:moment step:text[0..64]! " RANGE_TAIL " method:word(null|previous|linear)=null " \
                       "max_gap:int[0..]"
#define RANGE_COLUMNS "bucket INTEGER, time TEXT, tags TEXT, value REAL, count INTEGER, resolution TEXT, series_id INTEGER"

void metricRange(LoreCall *call);
void metricFill(LoreCall *call);

#endif
