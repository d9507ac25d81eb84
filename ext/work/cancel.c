/*
** What is called off goes with all below it: work_cancel, and the orphans of a sweep. What has ended stays as it is.
*/
#include <string.h>

#include "work/cancel.h"
#include "work/transitions.h"

enum { CANCEL_KIND, CANCEL_ID, CANCEL_REASON };

WorkNames workBelow(LoreCall *call, const WorkKind *kind, const char *id){
  WorkNames names = { NULL, 0, 0 };
  loreLetText(call, "row_kind", kind->word);
  loreLetText(call, "row_id", id);
  LoreStatement *found = loreQuery(call, SQL_WORK_SUBTREE);
  while( loreNext(found) ) workNamesAdd(call, &names, loreColumnInt(found, 1) ? &kWorkThought : &kWorkTask, found, 0);
  loreDone(found);
  return names;
}

WorkNames workTasksBelow(LoreCall *call, const char *id){
  loreLetText(call, "row_id", id);
  return workNamesOf(call, &kWorkTask, SQL_TASK_SUBTREE);
}

void workCallOff(LoreCall *call, WorkRow *row, void *context){
  WorkCallingOff *calling = context;
  const char *to = row->kind->ended;
  if( workIsEnded(row->kind->word, row->status) || !workMay(call, row, to, calling->verb) ) return;
  workMove(call, row, to, NULL, calling->reason);
  calling->count++;
}

void workCancel(LoreCall *call){
  const WorkKind *kind = workKind(call, CANCEL_KIND);
  WorkCallingOff calling = { "work_cancel", loreText(call, CANCEL_REASON), 0 };
  WorkRow top;
  if( !workFind(call, kind, CANCEL_ID, &top) ) return;
  if( strcmp(top.status, kind->ended)!=0 ) workMay(call, &top, kind->ended, calling.verb);
  WorkNames names = workBelow(call, kind, top.id);
  workEach(call, &names, workCallOff, &calling);
  if( calling.count==0 ) loreNotice(call, "%s %s is %s already", kind->word, top.id, top.status);
  loreResultInt(call, calling.count);
}
