/*
** Sealing: the head of a series becomes chunks.
**
** Points of the head are merged into the chunk in whose time they lie, which is written anew, or become chunks of their own in the
** gap between two; a small chunk beside them is joined. A chunk that is full and has no point of the head in it stays as it is.
*/
#ifndef LORE_METRICS_SEAL_H
#define LORE_METRICS_SEAL_H

#include "engine/engine.h"

/* Seals at most `most` points of one series, the earliest first; how many. Writes by statements that change one row each, but for
** the deletion of the head, which is one statement. */
sqlite3_int64 metricSealSeries(LoreCall *call, sqlite3_int64 series, sqlite3_int64 most);

/* Joins small chunks of a series that are neighbours, where that makes fewer. */
void metricJoinSmall(LoreCall *call, sqlite3_int64 series);

void metricSeal(LoreCall *call); /* verb: points that were sealed */

#endif
