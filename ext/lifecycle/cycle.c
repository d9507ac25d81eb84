/*
** A whole detection run: the detections of a signal count as one event with the highest of their
** severities, signals are written in the order of their keys, and what the run looked at and did not find
** gets a clean run.
*/
#include <stdlib.h>
#include <string.h>

#include "engine/json.h"
#include "lifecycle/lifecycle.h"
#include "lifecycle/record.h"
#include "lifecycle/run.h"
#include "lifecycle/tables.h"

enum { CYCLE_SIGNALS, CYCLE_SCOPE, CYCLE_ID };
enum { LOOK_EVERY = 1000 };

/* ---- Applying a run ---- */

static void take(Detection *detection, const Sighting *one){
  detection->times++;
  if( signalSeverityRank(one->severity) > signalSeverityRank(detection->severity) ) detection->severity = one->severity;
  if( one->evidence ) detection->evidence = one->evidence;
}

/* Those of a signal's sightings that were not counted before, as one detection; times is 0 when all were. */
static Detection sum(SignalBook *book, const RunSignal *signal, const SignalRule *rule, int64_t at){
  Detection sum = { SEVERITY_NONE, at, 0, NULL };
  for(const Sighting *one = signal->first; one && !loreFailed(book->call); one = one->next){
    if( one->detection_id && !book->methods->remember(book, signal->key, one->detection_id, at, rule->memory_ms) ) continue;
    take(&sum, one);
  }
  return sum;
}

/* All of a signal's sightings, whatever was counted before. */
static Detection all(const RunSignal *signal, int64_t at){
  Detection all = { SEVERITY_NONE, at, 0, NULL };
  for(const Sighting *one = signal->first; one; one = one->next) take(&all, one);
  return all;
}

static Outcome applySignal(SignalBook *book, const RunSignal *signal, int64_t at){
  SignalRule rule;
  Outcome outcome;
  SignalRecord record = { .key = signal->key, .entity_type = signal->entity_type, .entity_id = signal->entity_id,
                          .type = signal->type, .row = { .state = STATE_NONE } };
  book->methods->rule(book, signal->type, &rule);
  Detection detection = sum(book, signal, &rule, at);
  if( detection.times==0 && signalSeen(book, signal->key, &outcome) ) return outcome;
  if( detection.times==0 ) detection = all(signal, at);
  if( book->methods->plain && book->methods->plain(book, &record, &rule, &detection, &outcome) ) return outcome;
  return signalSee(book, &record, &detection);
}

static int isInRun(const Run *run, const char *key){
  int low = 0, high = run->count;
  while( low < high ){
    int middle = (low + high)/2;
    int order = strcmp(run->signals[middle].key, key);
    if( order==0 ) return 1;
    if( order < 0 ) low = middle + 1;
    else high = middle;
  }
  return 0;
}

static Outcome applyMiss(SignalBook *book, const char *key, int64_t at){
  SignalRecord record;
  SignalRule rule;
  SignalChange change;
  book->methods->read(book, key, &record);
  if( loreFailed(book->call) || record.row.state==STATE_NONE ) return OUTCOME_ONGOING;
  book->methods->rule(book, record.type, &rule);
  signalMiss(&record.row, &rule, at, &change);
  book->methods->write(book, &record, 0, &change);
  return change.outcome;
}

void runApply(SignalBook *book, const Run *run, int64_t at, RunOutcome *outcome){
  SignalKeys open = { NULL, 0, 0 };
  LoreCall *call = book->call;
  memset(outcome, 0, sizeof *outcome);
  for(int i = 0; i < run->count && !loreFailed(call); i++){
    if( i % LOOK_EVERY==LOOK_EVERY - 1 && loreInterrupted(call) ) return;
    Outcome one = applySignal(book, &run->signals[i], at);
    signalKeysBorrow(call, &outcome->keys[one], run->signals[i].key);
  }
  book->methods->list(book, &run->scope, at, &open);
  signalKeysSort(&open);
  for(int i = 0; i < open.count && !loreFailed(call); i++){
    if( i % LOOK_EVERY==LOOK_EVERY - 1 && loreInterrupted(call) ) return;
    if( isInRun(run, open.keys[i]) ) continue;
    if( applyMiss(book, open.keys[i], at)==OUTCOME_CLEARED ) signalKeysBorrow(call, &outcome->keys[OUTCOME_CLEARED], open.keys[i]);
  }
}

/* ---- signal_state_cycle ---- */

/* {"new": […], …}: each outcome with its keys. */
static const char *show(LoreCall *call, const RunOutcome *outcome){
  LoreJson *object = loreJsonObject(call);
  for(Outcome one = 0; one < OUTCOME_COUNT; one++){
    LoreJson *array = loreJsonAddArray(call, object, signalOutcomeWord(one));
    for(int i = 0; i < outcome->keys[one].count; i++) loreJsonAddText(call, array, NULL, outcome->keys[one].keys[i]);
  }
  const char *text = loreJsonPrint(call, object);
  loreJsonFree(object);
  return text;
}

static void recordCycle(LoreCall *call){
  LoreJson *args = loreJsonObject(call);
  loreJsonAddRaw(call, args, "signals", loreText(call, CYCLE_SIGNALS));
  loreJsonAddRaw(call, args, "scope", loreText(call, CYCLE_SCOPE));
  loreJsonAddText(call, args, "cycle_id", loreText(call, CYCLE_ID));
  recordInput(call, "signal_state_cycle", NULL, args);
}

/* A run that finds what it did not look at has a wrong scope, or will never clear what it has found. */
static void noticeOutside(LoreCall *call, const Run *run){
  int outside = 0;
  const char *first = NULL;
  for(int i = 0; i < run->count; i++){
    const RunSignal *signal = &run->signals[i];
    const char *entity_type = run->scope.entity_type;
    if( signalScopeHas(&run->scope, signal->entity_id, signal->type)
     && (entity_type==NULL || strcmp(entity_type, signal->entity_type)==0) ) continue;
    if( outside++==0 ) first = signal->key;
  }
  if( outside ) loreNotice(call, "%d of %d signals are outside the scope, the first is '%s'", outside, run->count, first);
}

static const char *apply(LoreCall *call){
  Run run;
  RunOutcome outcome;
  SignalTables tables;
  LoreScanValue signals, scope;
  loreScanText(loreText(call, CYCLE_SIGNALS), loreTextLength(call, CYCLE_SIGNALS), &signals);
  loreScanText(loreText(call, CYCLE_SCOPE), loreTextLength(call, CYCLE_SCOPE), &scope);
  runRead(call, &signals, &scope, &run);
  tablesOpen(call, &tables);
  runApply(&tables.book, &run, loreNow(call), &outcome);
  tablesClose(&tables);
  noticeOutside(call, &run);
  return loreFailed(call) ? NULL : show(call, &outcome);
}

void signalStateCycle(LoreCall *call){
  if( loreTextLength(call, CYCLE_ID)==0 ) loreSetNull(call, CYCLE_ID);
  const char *result = loreGiven(call, CYCLE_ID) ? loreFindText(call, SQL_CYCLE_RESULT) : NULL;
  if( result ){
    loreNotice(call, "cycle '%s' was counted before", loreText(call, CYCLE_ID));
  }else{
    if( recordIsOn(call) ) recordCycle(call);
    result = apply(call);
    loreLetText(call, "result", result);
    if( loreGiven(call, CYCLE_ID) ) loreWriteOne(call, SQL_CYCLE_REMEMBER);
  }
  loreResultJson(call, result);
}
