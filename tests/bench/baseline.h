/*
** The same work as signal_save and signal_ingest in C with hand-written prepared statements, on the
** tables and indexes that lore_migrate has made.
**
** Nothing is checked, no time is parsed, no clock is asked, no JSON is looked at and no answer is
** made: it is the least that a careful C program can do.
*/
#ifndef BENCH_BASELINE_H
#define BENCH_BASELINE_H

#include "batch.h"

void baselineSave(sqlite3 *db, const Batch *batch);       /* from memory, in one transaction */
void baselineSaveStaged(sqlite3 *db, const Batch *batch); /* from temp.staging */
void baselineIngest(sqlite3 *db, const Batch *batch);

#endif
