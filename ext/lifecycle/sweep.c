/*
** What time alone does: mutes and acknowledgements end, quiet signals are cleared, old ones escalate,
** and what was counted long ago is forgotten.
*/
#include "engine/json.h"
#include "lifecycle/lifecycle.h"
#include "lifecycle/record.h"
#include "lifecycle/sweep.h"
#include "lifecycle/tables.h"

enum { LOOK_EVERY = 1000 };

static void countOne(const SignalChange *change, SweepCounts *counts){
  for(int i = 0; i < change->count; i++){
    const SignalTransition *one = &change->transitions[i];
    if( one->cause==CAUSE_EXPIRED && one->from==STATE_SUPPRESSED ) counts->unmuted++;
    if( one->cause==CAUSE_EXPIRED && one->from==STATE_ACKNOWLEDGED ) counts->unacknowledged++;
    counts->cleared += one->to==STATE_CLEARED;
    counts->escalated += one->cause==CAUSE_BY_AGE;
  }
}

void sweepApply(SignalBook *book, int64_t at, SweepCounts *counts){
  SignalKeys due = { NULL, 0, 0 };
  *counts = (SweepCounts){ 0, 0, 0, 0 };
  book->methods->due(book, at, &due);
  signalKeysSort(&due);
  for(int i = 0; i < due.count && !loreFailed(book->call); i++){
    SignalRecord record;
    SignalRule rule;
    SignalChange change;
    if( i % LOOK_EVERY==LOOK_EVERY - 1 && loreInterrupted(book->call) ) return;
    book->methods->read(book, due.keys[i], &record);
    if( loreFailed(book->call) ) return;
    book->methods->rule(book, record.type, &rule);
    signalSweep(&record.row, &rule, at, &change);
    book->methods->write(book, &record, 0, &change);
    countOne(&change, counts);
  }
}

/* Ids of detections and runs that the rules no longer remember. */
static sqlite3_int64 forget(LoreCall *call, SignalTables *tables){
  SignalRule any;
  rulesFind(tables->rules, "*", &any);
  tablesLetTime(call, "newest_forgotten", loreNow(call) - rulesLeast(tables->rules, RULE_MEMORY)*1000, tables->limit);
  loreLetInt(call, "standard_memory", rulesStandard(RULE_MEMORY));
  sqlite3_int64 forgotten = loreRun(call, SQL_DETECTION_OLD);
  tablesLetTime(call, "forgotten", loreNow(call) - any.memory_ms, tables->limit);
  return forgotten + loreRun(call, SQL_CYCLE_OLD);
}

/* Result: JSON counts. */
void signalStateSweep(LoreCall *call){
  SignalTables tables;
  SweepCounts counts;
  recordInput(call, "signal_state_sweep", NULL, NULL);
  tablesOpen(call, &tables);
  sweepApply(&tables.book, loreNow(call), &counts);
  sqlite3_int64 forgotten = forget(call, &tables);
  tablesClose(&tables);
  LoreJson *result = loreJsonObject(call);
  loreJsonAddInt(call, result, "escalated", counts.escalated);
  loreJsonAddInt(call, result, "cleared", counts.cleared);
  loreJsonAddInt(call, result, "unmuted", counts.unmuted);
  loreJsonAddInt(call, result, "unacknowledged", counts.unacknowledged);
  loreJsonAddInt(call, result, "forgotten", forgotten);
  loreJsonResult(call, result);
}
