/*
** What comes back by itself: rows whose lease is over, and deferred rows whose time has come. Each is touched once for
** each lease or deferral, so a claim that does this first costs no more in the mean.
*/
#include <string.h>

#include "work/names.h"
#include "work/work.h"

typedef struct Waking {
  const char *verb;
  WorkWoken *counts;
} Waking;

/* One that has used up its own max_attempts fails: whoever has set them wants no more than that. */
static void takeBack(LoreCall *call, WorkRow *row, void *context){
  const Waking *waking = context;
  if( strcmp(row->status, row->kind->active)!=0 ) return;
  int fails = workIsUsedUp(row);
  const char *worker = row->lease.worker;
  const char *whose = worker ? loreFormat(call, "the lease of %s was over", worker) : "the lease was over";
  const char *reason = fails ? loreFormat(call, "%s: attempt %lld of %lld", whose, row->attempts, row->max_attempts) : whose;
  if( !workMay(call, row, fails ? "failed" : "pending", waking->verb) ) return;
  workMove(call, row, fails ? "failed" : "pending", worker, reason);
  if( fails ) waking->counts->failed++;
  else waking->counts->expired++;
}

static void rouse(LoreCall *call, WorkRow *row, void *context){
  const Waking *waking = context;
  if( strcmp(row->status, "deferred")!=0 || !workMay(call, row, "pending", waking->verb) ) return;
  workMove(call, row, "pending", NULL, "its time has come");
  waking->counts->woken++;
}

void workWake(LoreCall *call, const WorkKind *kind, const char *verb, WorkWoken *counts){
  Waking waking = { verb, counts };
  WorkNames names = workNamesOf(call, kind, kind->expired);
  workEach(call, &names, takeBack, &waking);
  names = workNamesOf(call, kind, kind->due);
  workEach(call, &names, rouse, &waking);
}
