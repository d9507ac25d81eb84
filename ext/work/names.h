/*
** Rows by name: found by a query first, then read and changed one by one, for a row can't be changed while it is read.
*/
#ifndef LORE_WORK_NAMES_H
#define LORE_WORK_NAMES_H

#include "work/work.h"

typedef struct WorkName {
  const WorkKind *kind;
  const char *id;
} WorkName;

typedef struct WorkNames {
  WorkName *rows;
  int count, capacity;
} WorkNames;

/* A column of the row that stands there, copied. What is no id is left out: no verb could find its row again. */
void workNamesAdd(LoreCall *call, WorkNames *names, const WorkKind *kind, LoreStatement *rows, int column);

/* What a query finds: ids in its first column. */
WorkNames workNamesOf(LoreCall *call, const WorkKind *kind, LoreSql query);

/* The row of each that is still there, as it stands then. Frees the names. */
typedef void WorkStep(LoreCall *call, WorkRow *row, void *context);
void workEach(LoreCall *call, WorkNames *names, WorkStep *step, void *context);

#endif
