/*
** work_sweep: what comes back by itself does so now, and what nobody can need any more is called off.
*/
#include "engine/json.h"
#include "work/cancel.h"

/* A task that has lost its parent, with the tasks below it. Their thoughts come next, as those of ended tasks. */
static void callOffTask(LoreCall *call, WorkRow *row, void *context){
  sqlite3_int64 *orphans = context;
  const char *parent = row->belongs_to ? row->belongs_to : "";
  WorkCallingOff calling = { "work_sweep", loreFormat(call, "its parent %.200s is gone", parent), 0 };
  workCallOff(call, row, &calling);
  calling.reason = loreFormat(call, "below task %.200s, whose parent %.200s is gone", row->id, parent);
  WorkNames names = workTasksBelow(call, row->id);
  workEach(call, &names, workCallOff, &calling);
  *orphans += calling.count;
}

static void callOffThought(LoreCall *call, WorkRow *row, void *context){
  sqlite3_int64 *orphans = context;
  WorkCallingOff calling = { "work_sweep", workVoidReason(call, row), 0 };
  workCallOff(call, row, &calling);
  *orphans += calling.count;
}

/* Orphans first: what is called off need not come back. Tasks before thoughts, for these then are of an ended task. */
void workSweep(LoreCall *call){
  WorkWoken woken = { 0, 0, 0 };
  sqlite3_int64 orphans = 0;
  WorkNames names = workNamesOf(call, &kWorkTask, kWorkTask.orphans);
  workEach(call, &names, callOffTask, &orphans);
  workWake(call, &kWorkTask, "work_sweep", &woken);
  names = workNamesOf(call, &kWorkThought, kWorkThought.orphans);
  workEach(call, &names, callOffThought, &orphans);
  workWake(call, &kWorkThought, "work_sweep", &woken);
  LoreJson *counts = loreJsonObject(call);
  loreJsonAddInt(call, counts, "expired", woken.expired);
  loreJsonAddInt(call, counts, "woken", woken.woken);
  loreJsonAddInt(call, counts, "failed", woken.failed);
  loreJsonAddInt(call, counts, "orphans", orphans);
  loreJsonResult(call, counts);
}
