/*
** One detection by hand: what a careful C program that keeps no log of transitions, knows no mutes and no
** rules would prepare, on the table and indexes that lore_migrate has made.
**
** The key is made beforehand, and the clock is asked once for all. Nothing is checked.
*/
#ifndef BENCH_UPSERT_H
#define BENCH_UPSERT_H

#include "detections.h"

typedef struct Upsert {
  sqlite3 *db;
  sqlite3_stmt *upsert, *remember;
} Upsert;

Upsert upsertPrepare(sqlite3 *db);
void upsertFinalize(Upsert *upsert);
void upsertApply(Upsert *upsert, const Detection *detection);

/* The same in two statements: first an UPDATE of the columns that no index has. */
typedef struct TwoStep {
  Upsert upsert;
  sqlite3_stmt *repeat;
} TwoStep;

TwoStep twoStepPrepare(sqlite3 *db);
void twoStepFinalize(TwoStep *two);
void twoStepApply(TwoStep *two, const Detection *detection);

/* Once a detection_id: one that is known changes nothing. */
void upsertApplyOnce(Upsert *upsert, const Detection *detection);

#endif
