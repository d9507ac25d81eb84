/*
** What a worker does with a row that it holds: its token says which. And work_resume, for what nobody holds.
**
** The token stays with a row until its next move: so whoever repeats a call hears that it was done, and whoever comes
** after another worker has taken over is refused.
*/
#include <string.h>

#include "work/retry.h"
#include "work/work.h"

enum { TOKEN };
enum { EXTEND_SECONDS = 1 };
enum { COMPLETE_OUTCOME = 1 };
enum { FAIL_REASON = 1 };
enum { DEFER_UNTIL = 1, DEFER_REASON };
enum { REJECT_REASON = 1 };
enum { RESUME_KIND, RESUME_ID, RESUME_REASON };

void workExtend(LoreCall *call){
  WorkRow row;
  if( !workByToken(call, TOKEN, &row) || !workMay(call, &row, row.kind->active, "work_extend") ) return;
  loreLeaseUntil(call, loreInt(call, EXTEND_SECONDS));
  loreLetText(call, "row_id", row.id);
  loreWriteOne(call, row.kind->extend);
  loreResultText(call, loreTimeText(call, loreNow(call) + loreInt(call, EXTEND_SECONDS)*1000));
}

/* Result: 1, or 0 when it was so. */
static void leaveTo(LoreCall *call, WorkRow *row, const char *to, const char *verb, const char *reason){
  int may = workMay(call, row, to, verb);
  if( may ) workMove(call, row, to, row->lease.worker, reason);
  loreResultInt(call, may);
}

void workComplete(LoreCall *call){
  WorkRow row;
  if( !workByToken(call, TOKEN, &row) ) return;
  row.outcome = loreText(call, COMPLETE_OUTCOME);
  leaveTo(call, &row, "completed", "work_complete", NULL);
}

void workFail(LoreCall *call){
  WorkRow row;
  if( !workByToken(call, TOKEN, &row) ) return;
  const char *reason = loreText(call, FAIL_REASON);
  int was_so = strcmp(row.status, "failed")==0; /* a repeated call, whatever the setting is by now */
  if( was_so || row.attempts >= workMaxAttempts(call, &row) ){
    if( workMay(call, &row, "failed", "work_fail") ) workMove(call, &row, "failed", row.lease.worker, reason);
  }else if( workMay(call, &row, "pending", "work_fail") ){
    row.not_before = loreTimeText(call, loreNow(call) + workRetryDelay(row.id, row.attempts));
    workMove(call, &row, "pending", row.lease.worker, reason);
    loreResultText(call, row.not_before);
  }
}

void workDefer(LoreCall *call){
  WorkRow row;
  if( loreGiven(call, DEFER_UNTIL) && loreTime(call, DEFER_UNTIL) <= loreNow(call) ){
    loreRefuse(call, LORE_BAD_ARGUMENT, "until must lie ahead of %s, got %s", loreNowText(call), loreShow(call, DEFER_UNTIL));
  }
  if( !workByToken(call, TOKEN, &row) ) return;
  row.not_before = loreText(call, DEFER_UNTIL);
  leaveTo(call, &row, "deferred", "work_defer", loreText(call, DEFER_REASON));
}

void workRelease(LoreCall *call){
  WorkRow row;
  if( workByToken(call, TOKEN, &row) ) leaveTo(call, &row, "pending", "work_release", "released");
}

void thoughtReject(LoreCall *call){
  WorkRow row;
  if( !workByToken(call, TOKEN, &row) ) return;
  if( row.kind!=&kWorkThought ) loreRefuse(call, LORE_REFUSED, "the token holds task %s, not a thought", row.id);
  leaveTo(call, &row, "rejected", "thought_reject", loreText(call, REJECT_REASON));
}

/* ---- work_resume ---- */

/* A failed task whose unique_key another one has taken up meanwhile stays as it is. */
static void checkUniqueKey(LoreCall *call, const WorkRow *row){
  if( row->kind!=&kWorkTask || loreFailed(call) ) return;
  const char *other = loreFindText(call, SQL_TASK_RIVAL);
  if( other ) loreRefuse(call, LORE_REFUSED, "the unique_key of task %s is live in task %s", row->id, other);
}

void workResume(LoreCall *call){
  WorkRow row;
  if( !workFind(call, workKind(call, RESUME_KIND), RESUME_ID, &row) ) return;
  if( loreLeaseIsLive(call, &row.lease) ){
    loreRefuse(call, LORE_REFUSED, "%s %s is held by %s until %s: its lease must end first", row.kind->word, row.id,
               row.lease.worker ? row.lease.worker : "a worker", row.lease.until);
  }
  int may = workMay(call, &row, "pending", "work_resume");
  if( may ){
    checkUniqueKey(call, &row);
    if( strcmp(row.status, "failed")==0 ) row.attempts = 0;
    row.not_before = NULL;
    workMove(call, &row, "pending", NULL, loreText(call, RESUME_REASON));
  }
  loreResultInt(call, may);
}
