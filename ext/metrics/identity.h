/*
** Which series a name with tags is.
*/
#ifndef LORE_METRICS_IDENTITY_H
#define LORE_METRICS_IDENTITY_H

#include "engine/engine.h"
#include "metrics/tags.h"

typedef struct MetricSeries {
  sqlite3_int64 id;
  int is_counter;
  int is_new; /* it was made just now */
} MetricSeries;

/* The series of a name and of tags, a JSON object or NULL; made, in the frame, as a gauge or as `kind` says, when there is none.
** kind NULL: any. 0: an error in the call, which names the argument tags or kind. */
int metricSeriesOf(LoreCall *call, const char *name, const char *tags, const char *kind, MetricSeries *series);

/* Reads a JSON object of tags; NULL stands for none. Their texts live as long as the call. 0: an error that shows `argument`. */
int metricTags(LoreCall *call, const char *text, Tags *tags);

#endif
