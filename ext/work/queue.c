#include "work/queue.h"

#include <stdlib.h>
#include <string.h>

/* ---- The best so far ---- */

static int compare(const void *left, const void *right){
  return workCompare(left, right);
}

static void sort(WorkQueue *queue){
  if( queue->rows==NULL ) return;
  qsort(queue->rows, (size_t)queue->count, sizeof *queue->rows, compare);
  if( queue->count < queue->most ) return;
  queue->count = queue->most;
  queue->worst = queue->rows[queue->most - 1];
}

/* Then only when as many are held again: so many priorities cost no more than one. */
static void sortNowAndThen(WorkQueue *queue){
  int first = queue->worst.id==NULL;
  if( queue->count >= (first ? queue->most : 2*queue->most) ) sort(queue);
}

static void add(LoreCall *call, WorkQueue *queue, const WorkPlace *place){
  WorkPlace *rows = loreGrow(call, queue->rows, queue->count, &queue->capacity, sizeof *rows);
  if( rows==NULL ) return;
  queue->rows = rows;
  rows[queue->count++] = *place;
}

void workQueueFree(WorkQueue *queue){
  sqlite3_free(queue->rows);
  queue->rows = NULL;
}

WorkPlace workPlace(LoreCall *call, const WorkRow *row){
  return (WorkPlace){ workEffective(row->priority, row->since, loreNow(call)), row->since, row->id };
}

/* ---- Walking ---- */

enum { ID, SINCE, IS_VOID };

typedef struct Walk {
  const WorkKind *kind;
  sqlite3_int64 level;
  int has_level;
  LoreStatement *rows; /* of the level */
  int rows_read;
} Walk;

/* The next lower priority at which something is pending. */
static int nextLevel(LoreCall *call, Walk *walk){
  if( walk->has_level ) loreLetInt(call, "level_below", walk->level);
  else loreLetNull(call, "level_below");
  LoreStatement *level = loreQuery(call, walk->kind->level);
  walk->has_level = loreNext(level);
  if( walk->has_level ) walk->level = loreColumnInt(level, 0);
  loreDone(level);
  return walk->has_level && !loreInterrupted(call);
}

static void openLevel(LoreCall *call, Walk *walk){
  loreLetInt(call, "level", walk->level);
  walk->rows = loreQuery(call, walk->kind->waiting);
}

/* The next row of the level, whatever waits longer first. Its texts are the statement's. */
static int nextRow(LoreCall *call, Walk *walk, WorkPlace *place){
  do{
    if( !loreNext(walk->rows) ) return 0;
    if( ++walk->rows_read % 1000==0 && loreInterrupted(call) ) return 0;
    place->id = loreColumnId(walk->rows, ID);
  }while( place->id==NULL && !loreFailed(call) );
  const char *since = loreColumnText(walk->rows, SINCE);
  place->since = since ? since : "";
  place->effective = workEffective(walk->level, place->since, loreNow(call));
  return !loreFailed(call);
}

static int isVoid(const Walk *walk){
  return loreColumnInt(walk->rows, IS_VOID)!=0;
}

static int isRunnable(LoreCall *call, const char *since){
  return strcmp(since, loreNowText(call)) <= 0;
}

/* ---- What comes back ---- */

static int returns(LoreCall *call, const WorkRow *row){
  int fails = strcmp(row->status, row->kind->active)==0 && workIsUsedUp(row);
  return !fails && !workIsVoid(row) && isRunnable(call, row->since);
}

static void addReturning(LoreCall *call, WorkRow *row, void *context){
  WorkPlace place = workPlace(call, row);
  if( returns(call, row) ) add(call, context, &place);
}

void workQueueReturning(LoreCall *call, WorkQueue *queue){
  WorkNames names = workNamesOf(call, queue->kind, queue->kind->expired);
  workEach(call, &names, addReturning, queue);
  names = workNamesOf(call, queue->kind, queue->kind->due);
  workEach(call, &names, addReturning, queue);
}

/* ---- The queue ---- */

static void readLevel(LoreCall *call, WorkQueue *queue, Walk *walk){
  WorkPlace place;
  int taken = 0;
  openLevel(call, walk);
  while( taken < queue->most && nextRow(call, walk, &place) && isRunnable(call, place.since) ){
    if( queue->worst.id && workCompare(&place, &queue->worst) > 0 ) break;
    if( isVoid(walk) ){
      if( queue->void_thoughts ) workNamesAdd(call, queue->void_thoughts, walk->kind, walk->rows, ID);
      continue;
    }
    place.id = loreColumnCopy(walk->rows, ID);
    place.since = loreColumnCopy(walk->rows, SINCE);
    if( place.id && place.since ) add(call, queue, &place);
    taken++;
  }
  loreDone(walk->rows);
}

void workQueueRead(LoreCall *call, WorkQueue *queue){
  Walk walk = { .kind = queue->kind };
  sortNowAndThen(queue);
  while( nextLevel(call, &walk) ){
    if( queue->worst.id && workIsBeaten(walk.level, &queue->worst) ) break;
    readLevel(call, queue, &walk);
    sortNowAndThen(queue);
  }
  sort(queue);
}

sqlite3_int64 workAhead(LoreCall *call, const WorkKind *kind, const WorkPlace *mine){
  WorkQueue queue = { .kind = kind };
  Walk walk = { .kind = kind };
  WorkPlace place;
  sqlite3_int64 ahead = 0;
  workQueueReturning(call, &queue);
  for(int i = 0; i < queue.count; i++) ahead += workCompare(&queue.rows[i], mine) < 0;
  workQueueFree(&queue);
  while( nextLevel(call, &walk) && !workIsBeaten(walk.level, mine) ){
    openLevel(call, &walk);
    while( nextRow(call, &walk, &place) && isRunnable(call, place.since) && workCompare(&place, mine) < 0 ) ahead += !isVoid(&walk);
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
