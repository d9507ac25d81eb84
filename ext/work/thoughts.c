#include <string.h>

#include "engine/uuid.h"
#include "work/transitions.h"
#include "work/work.h"

enum { ADD_TASK, ADD_PARENT = 3, ADD_ID = 5 };
enum { ESCALATE_ID, ESCALATE_REASON };
enum { PONDER_TOKEN, PONDER_FOLLOW_UP, PONDER_ID };

/* A thought is about a task that still waits for something. */
static void checkTask(LoreCall *call, const char *task){
  loreLetText(call, "row_parent", task);
  const char *status = loreFindText(call, SQL_TASK_STATUS);
  if( status==NULL ){
    loreRefuse(call, LORE_REFUSED, "there is no task '%.200s'", task ? task : "");
  }else if( workIsEnded("task", status) ){
    loreRefuse(call, LORE_REFUSED, "task %s is %s: only one that is pending, in_progress or deferred has thoughts added", task,
               status);
  }else if( !workIsLive("task", status) ){
    loreRefuse(call, LORE_REFUSED, "task %s is '%.100s', which is none of %s", task, status, workStatuses("task"));
  }
}

/* ---- thought_add ---- */

static void checkParent(LoreCall *call){
  if( !loreGiven(call, ADD_PARENT) ) return;
  loreLetArgument(call, "row_parent", ADD_PARENT);
  const char *task = loreFindText(call, SQL_THOUGHT_TASK);
  if( task==NULL ){
    loreRefuse(call, LORE_REFUSED, "parent: there is no thought %s", loreShow(call, ADD_PARENT));
  }else if( strcmp(task, loreText(call, ADD_TASK))!=0 ){
    loreRefuse(call, LORE_REFUSED, "parent: thought %s is about task %.200s", loreText(call, ADD_PARENT), task);
  }
}

/* One insert, as taskAdd. */
void thoughtAdd(LoreCall *call){
  if( workIsKnown(call, &kWorkThought, ADD_ID) ) return;
  checkTask(call, loreText(call, ADD_TASK));
  checkParent(call);
  if( !loreGiven(call, ADD_ID) ) loreSetText(call, ADD_ID, loreUuid(call));
  loreResultText(call, loreText(call, ADD_ID));
  loreWriteOne(call, SQL_THOUGHT_INSERT);
}

/* ---- thought_escalate ---- */

typedef struct Figures {
  sqlite3_int64 escalation_level, ponder_count;
} Figures;

static Figures readFigures(LoreCall *call, const char *id){
  Figures figures = { 0, 0 };
  loreLetText(call, "row_id", id);
  LoreStatement *row = loreQuery(call, SQL_THOUGHT_FIGURES);
  if( loreNext(row) ) figures = (Figures){ loreColumnInt(row, 0), loreColumnInt(row, 1) };
  loreDone(row);
  return figures;
}

void thoughtEscalate(LoreCall *call){
  WorkRow row;
  if( !workFind(call, &kWorkThought, ESCALATE_ID, &row) ) return;
  if( !workAllows("thought", row.status, row.status, "thought_escalate") ){
    loreRefuse(call, LORE_REFUSED, "thought %s is '%.100s': only one that is pending, processing or deferred can be escalated",
               row.id, row.status);
  }
  workLog(call, &row, row.status, NULL, loreText(call, ESCALATE_REASON));
  loreWriteOne(call, SQL_THOUGHT_RAISE);
  if( row.belongs_to_status && workIsLive("task", row.belongs_to_status) ) loreWriteOne(call, SQL_TASK_RAISE);
  loreResultInt(call, readFigures(call, row.id).escalation_level);
}

/* ---- thought_ponder ---- */

static const char *whyPutOff(LoreCall *call, sqlite3_int64 count){
  return loreFormat(call, "pondered %lld times", count);
}

/* 1: the last that was done to it is putOff, so the call is repeated, whatever max_ponder is by now. */
static int isPutOff(LoreCall *call, const WorkRow *row, sqlite3_int64 count){
  if( strcmp(row->status, "deferred")!=0 ) return 0;
  loreLetText(call, "row_kind", row->kind->word);
  loreLetText(call, "row_id", row->id);
  const char *last = loreFindText(call, SQL_WORK_LOG_REASON), *why = whyPutOff(call, count);
  return last && why && strcmp(last, why)==0;
}

/* It has been pondered often enough: somebody else must look. */
static void putOff(LoreCall *call, WorkRow *row, sqlite3_int64 count){
  if( !workMay(call, row, "deferred", "thought_ponder") ) return;
  row->not_before = NULL;
  workMove(call, row, "deferred", row->lease.worker, whyPutOff(call, count));
  loreWriteOne(call, SQL_THOUGHT_RAISE);
  loreNotice(call, "pondered %lld times: thought %s is deferred", count, row->id);
}

static void followUp(LoreCall *call, WorkRow *row){
  if( !workMay(call, row, "completed", "thought_ponder") ){
    if( !loreFailed(call) ) loreResultText(call, loreFindText(call, SQL_THOUGHT_FOLLOWED)); /* a repeated call */
    return;
  }
  loreLetText(call, "row_parent", row->id);
  checkTask(call, loreFindText(call, SQL_THOUGHT_TASK));
  if( loreGiven(call, PONDER_ID) && loreFindInt(call, SQL_THOUGHT_EXISTS) ){
    loreRefuse(call, LORE_REFUSED, "thought %s is there already", loreText(call, PONDER_ID));
  }
  if( !loreGiven(call, PONDER_ID) ) loreSetText(call, PONDER_ID, loreUuid(call));
  workMove(call, row, "completed", row->lease.worker, "pondered");
  loreWriteOne(call, SQL_THOUGHT_FOLLOW_UP);
  loreResultText(call, loreText(call, PONDER_ID));
}

void thoughtPonder(LoreCall *call){
  WorkRow row;
  if( !workByToken(call, PONDER_TOKEN, &row) ) return;
  if( row.kind!=&kWorkThought ){
    loreRefuse(call, LORE_REFUSED, "the token holds task %s, not a thought", row.id);
    return;
  }
  sqlite3_int64 count = readFigures(call, row.id).ponder_count;
  int is_active = strcmp(row.status, row.kind->active)==0;
  if( is_active ? count >= loreSettingInt(call, "max_ponder") : isPutOff(call, &row, count) ) putOff(call, &row, count);
  else followUp(call, &row);
}
