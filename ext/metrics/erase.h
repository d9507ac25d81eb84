/*
** Deleting raw points of one series: from the head, and from chunks, of which those that reach beyond are written anew.
*/
#ifndef LORE_METRICS_ERASE_H
#define LORE_METRICS_ERASE_H

#include "engine/engine.h"
#include "metrics/codec.h"

/* Those of a range; how many. */
int64_t metricErase(LoreCall *call, sqlite3_int64 series, CodecRange range);

#endif
