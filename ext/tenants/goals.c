/*
** Goals: a value that shall rise to its target, or fall to it, within a period.
*/
#include <string.h>

#include "tenants/tenants.h"

enum { CREATE_TYPE, CREATE_TARGET, CREATE_START, CREATE_END, CREATE_CLONE, CREATE_DIRECTION, CREATE_ID };
enum { PROGRESS_ID, PROGRESS_VALUE, PROGRESS_DELTA };

void goalCreate(LoreCall *call){
  if( !loreFailed(call) && !(loreReal(call, CREATE_TARGET) > 0) ){
    loreRefuse(call, LORE_BAD_ARGUMENT, "target_value must be more than 0, got %s", loreShow(call, CREATE_TARGET));
  }
  if( !loreFailed(call) && loreTime(call, CREATE_END) <= loreTime(call, CREATE_START) ){
    loreRefuse(call, LORE_BAD_ARGUMENT, "period_end must come after period_start");
  }
  if( loreTextLength(call, CREATE_CLONE)==0 ) loreSetNull(call, CREATE_CLONE);
  if( tenantsIsKnown(call, CREATE_ID, SQL_GOAL_DIFFERS) ) return;
  loreWriteOne(call, SQL_GOAL_INSERT);
}

/* A goal as it stands. */
typedef struct Goal {
  char status[20];
  int has_value;
  double value, target;
  int falls;
} Goal;

static int findGoal(LoreCall *call, Goal *goal){
  LoreStatement *row = loreQuery(call, SQL_GOAL_STATE);
  int found = loreNext(row);
  if( found ){
    const char *status = loreColumnText(row, 0), *direction = loreColumnText(row, 3);
    sqlite3_snprintf(sizeof goal->status, goal->status, "%s", status ? status : "");
    goal->has_value = loreColumnGiven(row, 1);
    goal->value = loreColumnReal(row, 1);
    goal->target = loreColumnReal(row, 2);
    goal->falls = direction && strcmp(direction, "down")==0;
  }
  loreDone(row);
  if( !found ) loreRefuse(call, LORE_REFUSED, "there is no goal %s", loreShow(call, PROGRESS_ID));
  return found && !loreFailed(call);
}

/* The value that the call gives the goal. */
static double newValue(LoreCall *call, const Goal *goal){
  if( loreGiven(call, PROGRESS_VALUE) ) return loreReal(call, PROGRESS_VALUE);
  if( !goal->has_value ) loreRefuse(call, LORE_REFUSED, "delta: goal %s has no value yet: give value", loreText(call, PROGRESS_ID));
  return goal->value + loreReal(call, PROGRESS_DELTA);
}

static int isReached(const Goal *goal, double value){
  return goal->falls ? value <= goal->target : value >= goal->target;
}

static void move(LoreCall *call, const Goal *goal, double value){
  loreLetReal(call, "new_value", value);
  loreWriteOne(call, SQL_GOAL_STORE);
  if( isReached(goal, value) ) loreNotice(call, "the target is reached: it is completed");
  loreResultInt(call, 1);
}

void goalProgress(LoreCall *call){
  Goal goal = { .status = "" };
  if( !loreFailed(call) && loreGiven(call, PROGRESS_VALUE)==loreGiven(call, PROGRESS_DELTA) ){
    loreRefuse(call, LORE_BAD_ARGUMENT, "takes value or delta, one of them");
  }
  if( !findGoal(call, &goal) ) return;
  double value = newValue(call, &goal);
  if( loreFailed(call) ) return;
  int is_active = strcmp(goal.status, "active")==0;
  if( goal.has_value && value==goal.value && !(is_active && isReached(&goal, value)) ){
    loreNotice(call, "nothing changes");
    loreResultInt(call, 0);
  }else if( !is_active ){
    loreRefuse(call, LORE_REFUSED, "goal %s is '%s': only an active one makes progress", loreText(call, PROGRESS_ID), goal.status);
  }else if( !(value >= -1e308 && value <= 1e308) ){
    loreRefuse(call, LORE_BAD_ARGUMENT, "delta makes the value too large");
  }else{
    move(call, &goal, value);
  }
}

/* Result: INTEGER, how many active goals whose period is over are missed now. */
void goalSweep(LoreCall *call){
  sqlite3_int64 overdue = loreFindInt(call, SQL_GOAL_OVERDUE);
  if( overdue > 0 && loreRun(call, SQL_GOAL_MISS)!=overdue ){
    loreRefuse(call, LORE_REFUSED, "a row was not stored: a trigger ignored it");
  }
  loreResultInt(call, overdue);
}
