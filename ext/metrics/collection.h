/*
** Points that INSERT INTO metric_record has taken and not written: what stands behind LoreCollector (engine.h).
**
** Points are listed as they come. A series is known by the very texts of name and tags that it was asked for with, so a row costs
** no look into the database and no parsing; what is new goes to the verb's body, which tells of it (collectionKnow). When points
** are written they are put in order by series and time; of several of one time the one that came last stays.
*/
#ifndef LORE_METRICS_COLLECTION_H
#define LORE_METRICS_COLLECTION_H

#include "engine/engine.h"
#include "metrics/identity.h"

extern const LoreCollector kMetricCollector;

/* Makes room for a point of the series that these texts (tags NULL: none) name; writes what is there, when it is full. In a call of
** metric_record that has a collection. 0: an error in the call. */
int collectionReady(LoreCall *call, void *collection, const char *name, const char *tags);

/* Adds a point of that series: nothing can go wrong. */
void collectionAdd(void *collection, const MetricSeries *series, int64_t time, double value);

/* A value as a point holds it; 0 for an integer that no double is equal to. */
int collectionValue(sqlite3_int64 integer, double *value);

#endif
