/*
** The points of series among what has happened.
*/
#ifndef LORE_METRICS_RECALL_POINTS_H
#define LORE_METRICS_RECALL_POINTS_H

#include "engine/engine.h"

#define METRIC_DATAPOINT "metric_datapoint"

/* Gives the call as its rows those of a query of timeseries_recall, merged in the order of time with the points from since to
** until, both included, of the series that have the tags of an argument: the oldest `most` of all. */
void recallWithPoints(LoreCall *call, LoreStatement *rows, int tags_argument, LoreTime since, LoreTime until, sqlite3_int64 most);

#endif
