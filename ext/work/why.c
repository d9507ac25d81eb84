/*
** work_why: why a row is not being worked on, or by whom it is.
*/
#include <string.h>

#include "work/queue.h"
#include "work/transitions.h"
#include "work/work.h"

enum { WHY_KIND, WHY_ID };

static void add(LoreCall *call, const char *what, const char *value, const char *at, const char *detail){
  loreRowText(call, what);
  loreRowText(call, value);
  loreRowText(call, at);
  loreRowText(call, detail);
}

static int is(const char *text, const char *word){
  return strcmp(text, word)==0;
}

static const char *number(LoreCall *call, sqlite3_int64 value){
  return loreFormat(call, "%lld", value);
}

static int comesAfterNow(LoreCall *call, const char *time){
  return time && strcmp(time, loreNowText(call)) > 0;
}

/* ---- In one line ---- */

static const char *ofActive(LoreCall *call, const WorkRow *row){
  if( row->lease.token==NULL || row->lease.until==NULL ){
    return "other software has set this status: it has no lease; work_resume lets it wait again";
  }
  if( loreLeaseIsLive(call, &row->lease) ) return "it is being worked on";
  return workIsUsedUp(row) ? "its lease is over: the next claim or sweep lets it fail"
                           : "its lease is over: the next claim or sweep lets it wait again";
}

static const char *ofDeferred(LoreCall *call, const WorkRow *row){
  if( row->not_before==NULL ) return "it is put off until work_resume";
  return comesAfterNow(call, row->not_before) ? "it is put off" : "its time has come: the next claim or sweep lets it wait again";
}

static const char *answer(LoreCall *call, const WorkRow *row){
  const char *kind = row->kind->word;
  if( workIsLive(kind, row->status) && workIsVoid(row) ){
    return "its task is gone or has ended: the next claim or sweep rejects it";
  }
  if( is(row->status, row->kind->active) ) return ofActive(call, row);
  if( is(row->status, "deferred") ) return ofDeferred(call, row);
  if( is(row->status, "failed") ) return "it has ended; work_resume lets it wait again";
  if( workIsEnded(kind, row->status) ) return "it has ended";
  if( !is(row->status, "pending") ) return loreFormat(call, "this is none of %s: no claim looks at it", workStatuses(kind));
  return comesAfterNow(call, row->since) ? "it is not runnable yet" : "it is runnable";
}

/* ---- The figures ---- */

static void addLease(LoreCall *call, const WorkRow *row){
  if( row->lease.worker==NULL && row->lease.until==NULL ) return;
  const char *detail = loreLeaseIsLive(call, &row->lease) ? "holds it" : "held it";
  add(call, "lease", row->lease.worker, row->lease.until, detail);
}

static void addPlace(LoreCall *call, const WorkRow *row){
  if( !is(row->status, "pending") ) return;
  WorkPlace place = workPlace(call, row);
  add(call, "priority", number(call, place.effective), *row->since ? row->since : NULL,
      loreFormat(call, "%lld, and %lld for waiting", row->priority, place.effective - row->priority));
  if( comesAfterNow(call, row->since) || workIsVoid(row) ) return;
  sqlite3_int64 ahead = workAhead(call, row->kind, &place);
  add(call, "before it", number(call, ahead), NULL, ahead==0 ? "the next claim takes it" : "a claim takes these first");
}

static void addAttempts(LoreCall *call, const WorkRow *row){
  add(call, "attempts", number(call, row->attempts), NULL,
      loreFormat(call, "of %lld, %s", workMaxAttempts(call, row), row->max_attempts > 0 ? "its own" : "the setting max_attempts"));
}

static void addLast(LoreCall *call, const WorkRow *row){
  loreLetText(call, "row_kind", row->kind->word);
  loreLetText(call, "row_id", row->id);
  LoreStatement *last = loreQuery(call, SQL_WORK_LOG_LAST);
  if( loreNext(last) ){
    const char *worker = loreColumnText(last, 3), *reason = loreColumnText(last, 4);
    const char *by = worker ? loreFormat(call, "%s%s", worker, reason ? ": " : "") : "";
    add(call, "last transition", loreFormat(call, "%s to %s", loreColumnText(last, 1), loreColumnText(last, 2)),
        loreColumnText(last, 0), worker || reason ? loreFormat(call, "%s%s", by, reason ? reason : "") : NULL);
  }
  loreDone(last);
}

void workWhy(LoreCall *call){
  WorkRow row;
  if( !workById(call, workKind(call, WHY_KIND), loreText(call, WHY_ID), &row) ) return;
  add(call, "status", *row.status ? row.status : NULL, NULL, answer(call, &row));
  addLease(call, &row);
  if( row.not_before ){
    add(call, "not before", NULL, row.not_before, comesAfterNow(call, row.not_before) ? "lies ahead" : "has passed");
  }
  addPlace(call, &row);
  addAttempts(call, &row);
  if( row.belongs_to ){
    const char *its = row.kind==&kWorkTask ? "parent" : "task";
    add(call, its, row.belongs_to, NULL, row.belongs_to_status ? row.belongs_to_status : "is gone");
  }
  addLast(call, &row);
}
