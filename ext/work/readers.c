#include <string.h>

#include "work/queue.h"
#include "work/transitions.h"
#include "work/work.h"

enum { PENDING_KIND, PENDING_MAX_ROWS };
enum { NEXT_KIND };

/* ---- work_pending ---- */

static void addRow(LoreCall *call, const WorkKind *kind, const char *id, int runnable){
  WorkRow row;
  if( !workById(call, kind, id, &row) ) return;
  loreRowText(call, kind->word);
  loreRowText(call, row.id);
  loreRowInt(call, row.priority);
  loreRowInt(call, workEffective(row.priority, row.since, loreNow(call)));
  loreRowText(call, *row.since ? row.since : NULL);
  loreRowInt(call, runnable);
  loreRowText(call, row.status);
  loreRowInt(call, row.attempts);
}

/* What the next claim would let wait again. */
static void addComingBack(LoreCall *call, WorkQueue *queue, LoreSql query){
  WorkRow row;
  loreLetInt(call, "row_most", -1);
  LoreStatement *rows = loreQuery(call, query);
  while( workNext(queue->kind, rows, &row) ){
    int fails = query==queue->kind->expired && row.max_attempts > 0 && row.attempts >= row.max_attempts;
    if( fails || (queue->kind==&kWorkThought && workIsVoid(row.belongs_to_status)) ) continue;
    WorkPlace place = { workEffective(row.priority, row.since, loreNow(call)), row.since, row.id };
    workQueueAdd(call, queue, &place);
  }
}

static void addLater(LoreCall *call, const WorkKind *kind, int most){
  int count = 0, capacity = 0;
  const char **ids = NULL;
  loreLetInt(call, "row_most", most);
  LoreStatement *rows = loreQuery(call, kind->later);
  while( loreNext(rows) ){
    const char **more = loreGrow(call, ids, count, &capacity, sizeof *ids);
    if( more==NULL ) break;
    ids = more;
    if( (ids[count] = loreColumnCopy(rows, 0))!=NULL ) count++;
  }
  loreDone(rows);
  for(int i = 0; i < count; i++) addRow(call, kind, ids[i], 0);
  sqlite3_free(ids);
}

void workPending(LoreCall *call){
  int most = (int)loreInt(call, PENDING_MAX_ROWS);
  for(const WorkKind *kind = workKind(call, PENDING_KIND); kind; kind = workNextKind(call, PENDING_KIND, kind)){
    WorkQueue queue = { .kind = kind, .most = most };
    addComingBack(call, &queue, kind->expired);
    addComingBack(call, &queue, kind->due);
    workQueueRead(call, &queue);
    for(int i = 0; i < queue.count && !loreFailed(call); i++) addRow(call, kind, queue.rows[i].place.id, 1);
    if( queue.count < most ) addLater(call, kind, most - queue.count);
    workQueueFree(&queue);
  }
}

/* ---- work_next_at ---- */

void workNextAt(LoreCall *call){
  const char *first = NULL;
  for(const WorkKind *kind = workKind(call, NEXT_KIND); kind; kind = workNextKind(call, NEXT_KIND, kind)){
    const char *moments[] = { workFirstSince(call, kind), loreFindText(call, kind->comes_back) };
    for(int i = 0; i < 2; i++) if( moments[i] && (first==NULL || strcmp(moments[i], first) < 0) ) first = moments[i];
  }
  if( first && strcmp(first, loreNowText(call)) < 0 ) first = loreNowText(call);
  loreResultText(call, first);
}

/* ---- work_transitions ---- */

void workTransitionRows(LoreCall *call){
  for(int i = 0; i < kWorkTransitionCount; i++){
    const WorkTransition *one = &kWorkTransitions[i];
    loreRowText(call, one->kind);
    loreRowText(call, one->from);
    loreRowText(call, one->to);
    loreRowText(call, one->verb);
    loreRowText(call, one->when);
  }
}
