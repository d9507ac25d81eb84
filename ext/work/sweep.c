/*
** work_sweep: what comes back by itself does so now, and what nobody can need any more is called off.
*/
#include "engine/json.h"
#include "work/work.h"

static void callOff(LoreCall *call, WorkRow *row, void *context){
  sqlite3_int64 *count = context;
  const char *reason = row->kind==&kWorkTask ? loreFormat(call, "its parent %.200s is gone", row->belongs_to)
                                             : workVoidReason(call, row);
  if( !workMay(call, row, row->kind->ended, "work_sweep") ) return;
  workMove(call, row, row->kind->ended, row->lease.worker, reason);
  ++*count;
}

/* Orphans first: what is called off need not come back. Tasks before thoughts, for these then are of an ended task. */
void workSweep(LoreCall *call){
  WorkWoken woken = { 0, 0, 0 };
  sqlite3_int64 orphans = 0;
  workEach(call, &kWorkTask, kWorkTask.orphans, callOff, &orphans);
  workWake(call, &kWorkTask, "work_sweep", &woken);
  workEach(call, &kWorkThought, kWorkThought.orphans, callOff, &orphans);
  workWake(call, &kWorkThought, "work_sweep", &woken);
  LoreJson *counts = loreJsonObject(call);
  loreJsonAddInt(call, counts, "expired", woken.expired);
  loreJsonAddInt(call, counts, "woken", woken.woken);
  loreJsonAddInt(call, counts, "failed", woken.failed);
  loreJsonAddInt(call, counts, "orphans", orphans);
  loreJsonResult(call, counts);
}
