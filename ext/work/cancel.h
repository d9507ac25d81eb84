/*
** Calling rows off, with all below them.
*/
#ifndef LORE_WORK_CANCEL_H
#define LORE_WORK_CANCEL_H

#include "work/names.h"

typedef struct WorkCallingOff {
  const char *verb, *reason;
  sqlite3_int64 count; /* of those that were live */
} WorkCallingOff;

/* A row and all below it, each once. */
WorkNames workBelow(LoreCall *call, const WorkKind *kind, const char *id);
WorkNames workTasksBelow(LoreCall *call, const char *id); /* only what is live, and no thoughts */

/* A WorkStep; context: a WorkCallingOff. */
void workCallOff(LoreCall *call, WorkRow *row, void *context);

#endif
