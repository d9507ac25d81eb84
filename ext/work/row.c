#include <stdlib.h>
#include <string.h>

#include "work/transitions.h"
#include "work/work.h"

const WorkKind kWorkTask = {
  .word = "task", .active = "in_progress", .ended = "cancelled",
  .differs = SQL_TASK_DIFFERS, .by_id = SQL_TASK_BY_ID, .by_token = SQL_TASK_BY_TOKEN, .store = SQL_TASK_STORE,
  .lease = SQL_TASK_LEASE, .extend = SQL_TASK_EXTEND, .level = SQL_TASK_LEVEL, .waiting = SQL_TASK_WAITING,
  .later = SQL_TASK_LATER, .held = SQL_TASK_HELD, .expired = SQL_TASK_EXPIRED, .due = SQL_TASK_DUE,
  .comes_back = SQL_TASK_COMES_BACK, .orphans = SQL_TASK_ORPHANS,
};

const WorkKind kWorkThought = {
  .word = "thought", .active = "processing", .ended = "rejected",
  .differs = SQL_THOUGHT_DIFFERS, .by_id = SQL_THOUGHT_BY_ID, .by_token = SQL_THOUGHT_BY_TOKEN,
  .store = SQL_THOUGHT_STORE, .lease = SQL_THOUGHT_LEASE, .extend = SQL_THOUGHT_EXTEND, .level = SQL_THOUGHT_LEVEL,
  .waiting = SQL_THOUGHT_WAITING, .later = SQL_THOUGHT_LATER, .held = SQL_THOUGHT_HELD, .expired = SQL_THOUGHT_EXPIRED,
  .due = SQL_THOUGHT_DUE, .comes_back = SQL_THOUGHT_COMES_BACK, .orphans = SQL_THOUGHT_ORPHANS,
};

const WorkKind *workKind(LoreCall *call, int argument){
  const char *word = loreText(call, argument);
  return word && strcmp(word, kWorkThought.word)==0 ? &kWorkThought : &kWorkTask;
}

const WorkKind *workNextKind(LoreCall *call, int argument, const WorkKind *kind){
  return loreGiven(call, argument) || kind==&kWorkThought ? NULL : &kWorkThought;
}

/* ---- Reading ---- */

enum { ID, STATUS, ATTEMPTS, MAX_ATTEMPTS, NOT_BEFORE, LEASE, PRIORITY = LEASE + 3, SINCE, BELONGS_TO, BELONGS_TO_STATUS };

static const char *orEmpty(const char *text){
  return text ? text : "";
}

static WorkRow readRow(const WorkKind *kind, LoreStatement *rows){
  return (WorkRow){
    .kind = kind,
    .id = orEmpty(loreColumnCopy(rows, ID)),
    .status = orEmpty(loreColumnCopy(rows, STATUS)),
    .attempts = loreColumnInt(rows, ATTEMPTS),
    .max_attempts = loreColumnInt(rows, MAX_ATTEMPTS),
    .not_before = loreColumnCopy(rows, NOT_BEFORE),
    .lease = loreLeaseRead(rows, LEASE),
    .priority = loreColumnInt(rows, PRIORITY),
    .since = orEmpty(loreColumnCopy(rows, SINCE)),
    .belongs_to = loreColumnCopy(rows, BELONGS_TO),
    .belongs_to_status = loreColumnCopy(rows, BELONGS_TO_STATUS),
  };
}

int workById(LoreCall *call, const WorkKind *kind, const char *id, WorkRow *row){
  loreLetText(call, "row_id", id);
  LoreStatement *rows = loreQuery(call, kind->by_id);
  if( !loreNext(rows) ) return 0;
  *row = readRow(kind, rows);
  loreDone(rows);
  return !loreFailed(call);
}

int workFind(LoreCall *call, const WorkKind *kind, int id, WorkRow *row){
  if( workById(call, kind, loreText(call, id), row) ) return 1;
  loreRefuse(call, LORE_REFUSED, "there is no %s %s", kind->word, loreShow(call, id));
  return 0;
}

int workIsKnown(LoreCall *call, const WorkKind *kind, int id){
  const char *given = loreText(call, id), *different = given ? loreFindText(call, kind->differs) : NULL;
  if( different==NULL ) return 0;
  if( *different ) loreRefuse(call, LORE_REFUSED, "%s %s is there already with another %s", kind->word, given, different);
  else loreNotice(call, "known by its id");
  loreResultText(call, given);
  return 1;
}

sqlite3_int64 workMaxAttempts(LoreCall *call, const WorkRow *row){
  return row->max_attempts > 0 ? row->max_attempts : loreSettingInt(call, "max_attempts");
}

int workIsUsedUp(const WorkRow *row){
  return row->max_attempts > 0 && row->attempts >= row->max_attempts;
}

int workIsVoid(const WorkRow *row){
  const char *task_status = row->belongs_to_status;
  return row->kind==&kWorkThought && (task_status==NULL || workIsEnded("task", task_status));
}

const char *workVoidReason(LoreCall *call, const WorkRow *thought){
  const char *status = thought->belongs_to_status, *task = orEmpty(thought->belongs_to);
  return status ? loreFormat(call, "task %.200s is %s", task, status) : loreFormat(call, "task %.200s is gone", task);
}

/* ---- Tokens ---- */

/* Whose claim had this number: memory of the call, NULL when there was none. */
static const char *claimed(LoreCall *call, sqlite3_int64 seq, const char **kind){
  const char *id = NULL;
  loreLetInt(call, "row_seq", seq);
  LoreStatement *claim = loreQuery(call, SQL_WORK_LOG_CLAIM);
  if( loreNext(claim) ){
    *kind = loreColumnCopy(claim, 0);
    id = loreColumnCopy(claim, 1);
  }
  loreDone(claim);
  loreLetText(call, "row_kind", *kind);
  loreLetText(call, "row_id", id);
  return id;
}

/* A token ends with the number of its claim's line in the log: so it can be said what has become of its row. Where that
** line is the row's last, other software has set the row's status since, or the token is made up. */
static void refuseStale(LoreCall *call, const char *token){
  const char *dash = strrchr(token, '-'), *kind = NULL;
  sqlite3_int64 seq = dash ? strtoll(dash + 1, NULL, 10) : 0;
  const char *id = claimed(call, seq, &kind);
  LoreStatement *last = id ? loreQuery(call, SQL_WORK_LOG_LAST) : NULL;
  if( loreNext(last) && loreColumnInt(last, 5)!=seq ){
    const char *worker = loreColumnText(last, 3), *reason = loreColumnText(last, 4);
    loreRefuse(call, LORE_REFUSED, "the token is stale: %s %s went from %s to %s at %s%s%s%s%.200s", kind, id,
               loreColumnText(last, 1), loreColumnText(last, 2), loreColumnText(last, 0), worker ? " by " : "",
               worker ? worker : "", reason ? ": " : "", reason ? reason : "");
  }else{
    loreRefuse(call, LORE_REFUSED, "the token is stale: nothing is held by it");
  }
  loreDone(last);
}

int workByToken(LoreCall *call, int token, WorkRow *row){
  const WorkKind *kinds[] = { &kWorkTask, &kWorkThought };
  for(int i = 0; i < 2; i++){
    const char *id = loreFindText(call, kinds[i]->by_token);
    if( id && workById(call, kinds[i], id, row) ) return 1;
  }
  if( !loreFailed(call) ) refuseStale(call, loreText(call, token));
  return 0;
}

/* ---- Changing ---- */

int workMay(LoreCall *call, const WorkRow *row, const char *to, const char *verb){
  const char *kind = row->kind->word;
  if( loreFailed(call) ) return 0;
  if( workAllows(kind, row->status, to, verb) ) return 1;
  if( strcmp(row->status, to)==0 ){
    loreNotice(call, "%s %s is %s already", kind, row->id, to);
  }else if( workIsLive(kind, row->status) || workIsEnded(kind, row->status) ){
    loreRefuse(call, LORE_REFUSED, "%s %s can't go from %s to %s", kind, row->id, row->status, to);
  }else{
    loreRefuse(call, LORE_REFUSED, "%s %s can't go from '%.100s' to %s: that is none of %s", kind, row->id, row->status, to,
               workStatuses(kind));
  }
  return 0;
}

sqlite3_int64 workLog(LoreCall *call, const WorkRow *row, const char *to, const char *worker, const char *reason){
  loreLetText(call, "row_kind", row->kind->word);
  loreLetText(call, "row_id", row->id);
  loreLetText(call, "from_status", row->status);
  loreLetText(call, "row_status", to);
  loreLetText(call, "row_worker", worker);
  loreLetText(call, "row_reason", reason);
  return loreInsert(call, SQL_WORK_LOG_INSERT);
}

void workMove(LoreCall *call, WorkRow *row, const char *to, const char *worker, const char *reason){
  int was_active = strcmp(row->status, row->kind->active)==0, waits = strcmp(to, "pending")==0;
  workLog(call, row, to, worker, reason);
  row->status = to;
  row->lease = was_active && !waits ? loreLeaseEnded(&row->lease) : (LoreLease){ NULL, NULL, NULL };
  loreLeaseLet(call, &row->lease);
  loreLetInt(call, "row_attempts", row->attempts);
  loreLetText(call, "row_not_before", row->not_before);
  loreLetText(call, "row_outcome", row->outcome);
  loreWriteOne(call, row->kind->store);
}
