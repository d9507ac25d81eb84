#include <string.h>

#include "work/queue.h"
#include "work/transitions.h"
#include "work/work.h"

enum { PENDING_KIND, PENDING_MAX_ROWS };
enum { NEXT_KIND };

/* ---- work_pending ---- */

static void addRow(LoreCall *call, const WorkRow *row, int runnable){
  loreRowText(call, row->kind->word);
  loreRowText(call, row->id);
  loreRowInt(call, row->priority);
  loreRowInt(call, workPlace(call, row).effective);
  loreRowText(call, *row->since ? row->since : NULL);
  loreRowInt(call, runnable);
  loreRowText(call, row->status);
  loreRowInt(call, row->attempts);
}

static void addLater(LoreCall *call, WorkRow *row, void *context){
  (void)context;
  addRow(call, row, 0);
}

static void addKind(LoreCall *call, const WorkKind *kind, int most){
  WorkQueue queue = { .kind = kind, .most = most };
  WorkRow row;
  workQueueReturning(call, &queue);
  workQueueRead(call, &queue);
  for(int i = 0; i < queue.count && !loreFailed(call); i++){
    if( workById(call, kind, queue.rows[i].id, &row) ) addRow(call, &row, 1);
  }
  loreLetInt(call, "row_most", most - queue.count);
  WorkNames later = workNamesOf(call, kind, kind->later);
  workEach(call, &later, addLater, NULL);
  workQueueFree(&queue);
}

void workPending(LoreCall *call){
  int most = (int)loreInt(call, PENDING_MAX_ROWS);
  for(const WorkKind *kind = workKind(call, PENDING_KIND); kind; kind = workNextKind(call, PENDING_KIND, kind)){
    addKind(call, kind, most);
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
