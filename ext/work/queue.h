/*
** What waits, best first: read from the index by leaps from priority to priority, no further than something there can
** still count.
*/
#ifndef LORE_WORK_QUEUE_H
#define LORE_WORK_QUEUE_H

#include "work/order.h"
#include "work/work.h"

typedef struct WorkCandidate {
  WorkPlace place; /* texts live as long as the call */
  const WorkKind *kind;
} WorkCandidate;

/* At most `most` rows, the best of those added. `owner` says what to do with a thought whose task is gone or has
** ended, which is no candidate; NULL: nothing. */
typedef struct WorkQueue {
  const WorkKind *kind;
  int most;
  WorkCandidate *rows;
  int count, capacity;
  void (*owner)(LoreCall *call, void *context, const WorkRow *thought);
  void *context;
} WorkQueue;

void workQueueAdd(LoreCall *call, WorkQueue *queue, const WorkPlace *place);
void workQueueRead(LoreCall *call, WorkQueue *queue); /* the runnable rows */
void workQueueSort(WorkQueue *queue);                 /* and keeps the best */
void workQueueFree(WorkQueue *queue);

/* How many runnable rows stand before a place. */
sqlite3_int64 workAhead(LoreCall *call, const WorkKind *kind, const WorkPlace *place);

/* The first moment at which a pending row is runnable, perhaps long ago; NULL when nothing is pending. */
const char *workFirstSince(LoreCall *call, const WorkKind *kind);

#endif
