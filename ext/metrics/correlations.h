/*
** What has happened: the bodies that write and read the table correlations.
*/
#ifndef LORE_METRICS_CORRELATIONS_H
#define LORE_METRICS_CORRELATIONS_H

#include "engine/engine.h"

#define LOG_LEVELS "debug|info|warning|error|critical"
#define CORRELATION_TYPES "service_interaction|metric_datapoint|log_entry|trace_span|audit_event"
#define SERVICE_INTERACTION "service_interaction"
#define SERVICE_CORRELATION "service_correlation" /* another word for it */

/* correlations.c */
void logRecord(LoreCall *call);         /* id */
void correlationRecord(LoreCall *call); /* id */
void correlationUpdate(LoreCall *call); /* 1, or 0 when it was so already */

void correlationClearNull(LoreCall *call, int argument); /* JSON null, or an empty text, is no value */

/* recall.c */
void timeseriesRecall(LoreCall *call);

/* logs.c */
void logSearch(LoreCall *call);

/* Sets the arguments `since` and `until`, which is the one after it, and lets :first and :last, a day wider on both sides, for
** times in another form. Refuses a window that ends before it begins. */
void correlationWindow(LoreCall *call, int argument, LoreTime since, LoreTime until);

#endif
