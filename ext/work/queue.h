/*
** What waits, best first: read from the index by leaps from priority to priority, no further than something there can
** still count.
*/
#ifndef LORE_WORK_QUEUE_H
#define LORE_WORK_QUEUE_H

#include "work/order.h"
#include "work/names.h"

/* The best `most` of the rows added. */
typedef struct WorkQueue {
  const WorkKind *kind;
  int most;
  WorkPlace *rows; /* texts live as long as the call */
  int count, capacity;
  WorkPlace worst; /* of the best `most` so far; id NULL: not so many were there when it was last sorted */
  WorkNames *void_thoughts; /* gets the runnable thoughts that it meets whose task is gone or has ended; may be NULL */
} WorkQueue;

void workQueueRead(LoreCall *call, WorkQueue *queue);      /* the runnable rows, best first */
void workQueueReturning(LoreCall *call, WorkQueue *queue); /* before that: those that the next claim lets wait again */
void workQueueFree(WorkQueue *queue);

WorkPlace workPlace(LoreCall *call, const WorkRow *row);

/* How many rows stand before a place in the next claim. */
sqlite3_int64 workAhead(LoreCall *call, const WorkKind *kind, const WorkPlace *place);

/* The first moment at which a pending row is runnable, perhaps long ago; NULL when nothing is pending. */
const char *workFirstSince(LoreCall *call, const WorkKind *kind);

#endif
