#include "work/queue.h"

#include <stdlib.h>
#include <string.h>

/* ---- The best so far ---- */

static int compare(const void *left, const void *right){
  return workCompare(&((const WorkCandidate*)left)->place, &((const WorkCandidate*)right)->place);
}

void workQueueSort(WorkQueue *queue){
  if( queue->rows && queue->count > 1 ) qsort(queue->rows, (size_t)queue->count, sizeof *queue->rows, compare);
  if( queue->count > queue->most ) queue->count = queue->most;
}

void workQueueAdd(LoreCall *call, WorkQueue *queue, const WorkPlace *place){
  WorkCandidate *rows = loreGrow(call, queue->rows, queue->count, &queue->capacity, sizeof *rows);
  if( rows==NULL ) return;
  queue->rows = rows;
  rows[queue->count++] = (WorkCandidate){ *place, queue->kind };
}

void workQueueFree(WorkQueue *queue){
  sqlite3_free(queue->rows);
  queue->rows = NULL;
}

/* The worst that is held, once enough are. */
static const WorkPlace *worst(const WorkQueue *queue){
  return queue->count < queue->most ? NULL : &queue->rows[queue->count - 1].place;
}

/* ---- Walking ---- */

enum { ID, SINCE, TASK, TASK_STATUS };

typedef struct Walk {
  const WorkKind *kind;
  sqlite3_int64 level;
  LoreStatement *rows;
  int seen;
} Walk;

/* The next lower priority at which something is pending. */
static int nextLevel(LoreCall *call, Walk *walk){
  if( walk->seen++ ) loreLetInt(call, "level_below", walk->level);
  else loreLetNull(call, "level_below");
  LoreStatement *level = loreQuery(call, walk->kind->level);
  int has = loreNext(level);
  if( has ) walk->level = loreColumnInt(level, 0);
  loreDone(level);
  return has && !loreInterrupted(call);
}

static void openLevel(LoreCall *call, Walk *walk){
  loreLetInt(call, "level", walk->level);
  walk->rows = loreQuery(call, walk->kind->waiting);
}

/* The next row of the level, whatever waits longer first. Its texts are the statement's. */
static int nextRow(LoreCall *call, Walk *walk, WorkPlace *place){
  do{
    if( !loreNext(walk->rows) ) return 0;
    if( ++walk->seen % 1000==0 && loreInterrupted(call) ) return 0;
  }while( !loreColumnGiven(walk->rows, ID) );
  place->id = loreColumnText(walk->rows, ID);
  place->since = loreColumnText(walk->rows, SINCE);
  if( place->id==NULL || place->since==NULL ) return 0;
  place->effective = workEffective(walk->level, place->since, loreNow(call));
  return 1;
}

static int isVoid(const Walk *walk){
  return walk->kind==&kWorkThought && workIsVoid(loreColumnText(walk->rows, TASK_STATUS));
}

static int isRunnable(LoreCall *call, const WorkPlace *place){
  return strcmp(place->since, loreNowText(call)) <= 0;
}

/* ---- The queue ---- */

static void tellOwner(LoreCall *call, WorkQueue *queue, Walk *walk){
  if( queue->owner==NULL ) return;
  WorkRow thought = { .kind = walk->kind, .id = loreColumnCopy(walk->rows, ID), .status = "pending" };
  thought.belongs_to = loreColumnCopy(walk->rows, TASK);
  thought.belongs_to_status = loreColumnCopy(walk->rows, TASK_STATUS);
  queue->owner(call, queue->context, &thought);
}

static void readLevel(LoreCall *call, WorkQueue *queue, Walk *walk){
  const WorkPlace *last = worst(queue);
  WorkPlace bar = last ? *last : (WorkPlace){ 0, NULL, NULL };
  WorkPlace place;
  int taken = 0;
  openLevel(call, walk);
  while( taken < queue->most && nextRow(call, walk, &place) && isRunnable(call, &place) ){
    if( last && workCompare(&place, &bar) > 0 ) break;
    if( isVoid(walk) ){
      tellOwner(call, queue, walk);
      continue;
    }
    place.id = loreColumnCopy(walk->rows, ID);
    place.since = loreColumnCopy(walk->rows, SINCE);
    if( place.id && place.since ) workQueueAdd(call, queue, &place);
    taken++;
  }
  loreDone(walk->rows);
}

void workQueueRead(LoreCall *call, WorkQueue *queue){
  Walk walk = { .kind = queue->kind };
  workQueueSort(queue);
  while( nextLevel(call, &walk) ){
    const WorkPlace *last = worst(queue);
    if( last && workIsBeaten(walk.level, last) ) break;
    readLevel(call, queue, &walk);
    workQueueSort(queue);
  }
}

sqlite3_int64 workAhead(LoreCall *call, const WorkKind *kind, const WorkPlace *mine){
  Walk walk = { .kind = kind };
  WorkPlace place;
  sqlite3_int64 ahead = 0;
  while( nextLevel(call, &walk) && !workIsBeaten(walk.level, mine) ){
    openLevel(call, &walk);
    while( nextRow(call, &walk, &place) && isRunnable(call, &place) && workCompare(&place, mine) < 0 ) ahead += !isVoid(&walk);
    loreDone(walk.rows);
  }
  return ahead;
}

const char *workFirstSince(LoreCall *call, const WorkKind *kind){
  Walk walk = { .kind = kind };
  const char *first = NULL;
  WorkPlace place;
  while( (first==NULL || strcmp(first, loreNowText(call)) > 0) && nextLevel(call, &walk) ){
    int found = 0;
    openLevel(call, &walk);
    while( !found && nextRow(call, &walk, &place) ) found = !isVoid(&walk);
    if( found && (first==NULL || strcmp(place.since, first) < 0) ) first = loreColumnCopy(walk.rows, SINCE);
    loreDone(walk.rows);
  }
  return first;
}
