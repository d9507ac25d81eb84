#include <stdlib.h>
#include <string.h>

#include "work/transitions.h"
#include "work/work.h"

const WorkKind kWorkTask = {
  .word = "task", .active = "in_progress", .ended = "cancelled",
  .by_id = SQL_TASK_BY_ID, .by_token = SQL_TASK_BY_TOKEN, .store = SQL_TASK_STORE, .lease = SQL_TASK_LEASE,
  .extend = SQL_TASK_EXTEND, .level = SQL_TASK_LEVEL, .waiting = SQL_TASK_WAITING, .later = SQL_TASK_LATER,
  .held = SQL_TASK_HELD, .expired = SQL_TASK_EXPIRED, .due = SQL_TASK_DUE, .comes_back = SQL_TASK_COMES_BACK,
  .orphans = SQL_TASK_ORPHANS,
};

const WorkKind kWorkThought = {
  .word = "thought", .active = "processing", .ended = "rejected",
  .by_id = SQL_THOUGHT_BY_ID, .by_token = SQL_THOUGHT_BY_TOKEN, .store = SQL_THOUGHT_STORE, .lease = SQL_THOUGHT_LEASE,
  .extend = SQL_THOUGHT_EXTEND, .level = SQL_THOUGHT_LEVEL, .waiting = SQL_THOUGHT_WAITING, .later = SQL_THOUGHT_LATER,
  .held = SQL_THOUGHT_HELD, .expired = SQL_THOUGHT_EXPIRED, .due = SQL_THOUGHT_DUE, .comes_back = SQL_THOUGHT_COMES_BACK,
  .orphans = SQL_THOUGHT_ORPHANS,
};

const WorkKind *workKind(LoreCall *call, int argument){
  const char *word = loreText(call, argument);
  return word && strcmp(word, kWorkThought.word)==0 ? &kWorkThought : &kWorkTask;
}

const WorkKind *workNextKind(LoreCall *call, int argument, const WorkKind *kind){
  return loreGiven(call, argument) || kind==&kWorkThought ? NULL : &kWorkThought;
}

/* ---- Reading ---- */

enum { AT_ONCE = 100 };

enum { ID, STATUS, ATTEMPTS, MAX_ATTEMPTS, NOT_BEFORE, LEASE, PRIORITY = LEASE + 3, SINCE, BELONGS_TO, BELONGS_TO_STATUS };

/* What every query has; those by a token have no more. */
static void readRow(const WorkKind *kind, LoreStatement *rows, WorkRow *row){
  memset(row, 0, sizeof *row);
  row->kind = kind;
  row->id = loreColumnCopy(rows, ID);
  row->status = loreColumnCopy(rows, STATUS);
  row->attempts = loreColumnInt(rows, ATTEMPTS);
  row->max_attempts = loreColumnInt(rows, MAX_ATTEMPTS);
  row->not_before = loreColumnCopy(rows, NOT_BEFORE);
  row->lease = loreLeaseRead(rows, LEASE);
}

static void readPlace(LoreStatement *rows, WorkRow *row){
  row->priority = loreColumnInt(rows, PRIORITY);
  row->since = loreColumnCopy(rows, SINCE);
  row->belongs_to = loreColumnCopy(rows, BELONGS_TO);
  row->belongs_to_status = loreColumnCopy(rows, BELONGS_TO_STATUS);
}

int workById(LoreCall *call, const WorkKind *kind, const char *id, WorkRow *row){
  loreLetText(call, "row_id", id);
  LoreStatement *rows = loreQuery(call, kind->by_id);
  if( !loreNext(rows) ) return 0;
  readRow(kind, rows, row);
  readPlace(rows, row);
  loreDone(rows);
  return !loreFailed(call);
}

int workFind(LoreCall *call, const WorkKind *kind, int id, WorkRow *row){
  if( workById(call, kind, loreText(call, id), row) ) return 1;
  loreRefuse(call, LORE_REFUSED, "there is no %s %s", kind->word, loreShow(call, id));
  return 0;
}

int workNext(const WorkKind *kind, LoreStatement *rows, WorkRow *row){
  do{
    if( !loreNext(rows) ) return 0;
    readRow(kind, rows, row);
    readPlace(rows, row);
  }while( row->id==NULL );
  return 1;
}

/* All are read before one is changed. */
static int readSome(LoreCall *call, const WorkKind *kind, LoreSql query, WorkRow *rows){
  int count = 0;
  loreLetInt(call, "row_most", AT_ONCE);
  LoreStatement *found = loreQuery(call, query);
  while( count < AT_ONCE && workNext(kind, found, &rows[count]) ) count++;
  loreDone(found);
  return loreFailed(call) ? 0 : count;
}

void workEach(LoreCall *call, const WorkKind *kind, LoreSql query, WorkStep *step, void *context){
  WorkRow few[AT_ONCE];
  int count;
  do{
    count = loreInterrupted(call) ? 0 : readSome(call, kind, query, few);
    for(int i = 0; i < count && !loreFailed(call); i++) step(call, &few[i], context);
  }while( count==AT_ONCE && !loreFailed(call) );
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
** line is the row's last, the token is made up. */
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
    LoreStatement *rows = loreQuery(call, kinds[i]->by_token);
    if( !loreNext(rows) ) continue;
    readRow(kinds[i], rows, row);
    loreDone(rows);
    return !loreFailed(call);
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
  int waits = strcmp(to, "pending")==0;
  workLog(call, row, to, worker, reason);
  row->status = to;
  row->lease = waits ? (LoreLease){ NULL, NULL, NULL } : loreLeaseEnded(&row->lease);
  loreLeaseLet(call, &row->lease);
  loreLetInt(call, "row_attempts", row->attempts);
  loreLetText(call, "row_not_before", row->not_before);
  loreLetText(call, "row_outcome", row->outcome);
  loreWriteOne(call, row->kind->store);
}

int workIsVoid(const char *task_status){
  return task_status==NULL || workIsEnded("task", task_status);
}

const char *workVoidReason(LoreCall *call, const WorkRow *thought){
  const char *status = thought->belongs_to_status, *task = thought->belongs_to ? thought->belongs_to : "";
  return status ? loreFormat(call, "task %.200s is %s", task, status) : loreFormat(call, "task %.200s is gone", task);
}
