/*
** Writing points of one series.
**
** Few points go to the head, metric_recent. A run of many that are later than all chunks becomes chunks at once: what the head
** has after the last chunk is joined to it, and so is a small last chunk, when it has no more points than the run. So a chunk that
** grows by runs of the same length is written anew a few times only (as a binary counter carries), and few small chunks are left.
**
** A point before the time to which a tier has rolled up marks its bucket dirty.
*/
#ifndef LORE_METRICS_WRITE_H
#define LORE_METRICS_WRITE_H

#include "metrics/points.h"

/* Points of a series in ascending times, ms; they replace those of the same times. Writes by statements that change one row
** each, or delete. */
void metricWrite(LoreCall *call, sqlite3_int64 series, const int64_t *times, const double *values, int count);

#endif
