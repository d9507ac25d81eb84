/*
** The recorded inputs, applied to a book in memory in the order in which they were recorded.
*/
#include <stdlib.h>
#include <string.h>

#include "engine/clock.h"
#include "engine/scan.h"
#include "engine/text.h"
#include "lifecycle/decide.h"
#include "lifecycle/memory.h"
#include "lifecycle/put.h"
#include "lifecycle/run.h"
#include "lifecycle/sweep.h"

/* One row of the log. Texts live until the next. */
typedef struct Input {
  const char *verb, *key;
  int64_t at;
  LoreScanValue args;
} Input;

/* ---- Members of the arguments ---- */

/* A member's text in memory of the call; NULL: null or not there. */
static const char *textOf(LoreCall *call, const Input *input, const char *name){
  LoreScanValue value;
  if( !loreScanMember(&input->args, name, &value) || value.kind!=LORE_SCAN_STRING ) return NULL;
  char *text = loreAllocate(call, value.length);
  return text && loreScanDecode(&value, text) >= 0 ? text : NULL;
}

/* A member just as it is written; NULL: not there. */
static const char *rawOf(LoreCall *call, const Input *input, const char *name){
  LoreScanValue value;
  if( !loreScanMember(&input->args, name, &value) ) return NULL;
  return loreFormat(call, "%.*s", (int)value.length, value.text);
}

static int64_t timeOf(LoreCall *call, const Input *input, const char *name){
  LoreTime time = NO_TIME;
  const char *text = textOf(call, input, name);
  if( text ) loreTimeParse(text, strlen(text), &time);
  return time;
}

static int64_t numberOf(const LoreScanValue *object, const char *name){
  LoreScanValue value;
  int type;
  long long integer;
  double real;
  if( !loreScanMember(object, name, &value) || value.kind!=LORE_SCAN_NUMBER ) return NO_TIME;
  return loreNumberParse(value.text, value.length, &type, &integer, &real) && type==1 ? integer : NO_TIME;
}

/* ---- Rules and mutes ---- */

static void putRule(MemoryBook *memory, const Input *input){
  int64_t numbers[RULE_NUMBERS];
  const char *type = textOf(memory->book.call, input, "signal_type");
  for(int i = 0; i < RULE_NUMBERS; i++) numbers[i] = numberOf(&input->args, kRuleNumbers[i]);
  if( type && !rulesPut(&memory->rules, type, numbers) ) loreNoMemory(memory->book.call);
}

void memoryPutRule(MemoryBook *memory, const char *args, size_t length){
  Input input = { .verb = "rule_put" };
  if( loreScanText(args, length, &input.args) ) putRule(memory, &input);
}

static void removeRule(MemoryBook *memory, const Input *input){
  const char *type = textOf(memory->book.call, input, "signal_type");
  if( type ) rulesRemove(&memory->rules, type);
}

static void putMute(MemoryBook *memory, const Input *input){
  static const char *const kNames[4] = { "signal_key", "entity_type", "entity_id", "signal_type" };
  LoreCall *call = memory->book.call;
  const char *columns[4];
  for(int i = 0; i < 4; i++) columns[i] = textOf(call, input, kNames[i]);
  if( !mutesPut(&memory->mutes, numberOf(&input->args, "id"), columns, timeOf(call, input, "expires_at")) ) loreNoMemory(call);
}

/* ---- Verbs ---- */

static void detect(MemoryBook *memory, const Input *input){
  SignalRule rule;
  LoreCall *call = memory->book.call;
  SignalRecord record = { .key = input->key, .entity_type = textOf(call, input, "entity_type"),
                          .entity_id = textOf(call, input, "entity_id"), .type = textOf(call, input, "signal_type") };
  Detection detection = { signalSeverityOf(textOf(call, input, "severity")), input->at, 1, rawOf(call, input, "evidence") };
  const char *id = textOf(call, input, "detection_id");
  if( record.type==NULL || record.entity_type==NULL || record.entity_id==NULL ) return;
  memory->book.methods->rule(&memory->book, record.type, &rule);
  Outcome outcome;
  if( id && !memory->book.methods->remember(&memory->book, record.key, id, input->at, rule.memory_ms)
   && signalSeen(&memory->book, record.key, &outcome) ) return;
  signalSee(&memory->book, &record, &detection);
}

/* Signals that were there before the log are left out of a run. */
static void removeForeign(const MemoryBook *memory, Run *run){
  int kept = 0;
  for(int i = 0; i < run->count; i++){
    if( !memoryIsForeign(memory, run->signals[i].key) ) run->signals[kept++] = run->signals[i];
  }
  run->count = kept;
}

static void applyCycle(MemoryBook *memory, const Input *input){
  Run run;
  RunOutcome outcome;
  LoreScanValue signals, scope;
  if( !loreScanMember(&input->args, "signals", &signals) || signals.kind!=LORE_SCAN_ARRAY ) return;
  if( !loreScanMember(&input->args, "scope", &scope) || scope.kind!=LORE_SCAN_OBJECT ) return;
  runRead(memory->book.call, &signals, &scope, &run);
  removeForeign(memory, &run);
  runApply(&memory->book, &run, input->at, &outcome);
}

static void decide(MemoryBook *memory, const Input *input, DecisionKind kind){
  SignalRecord record;
  LoreCall *call = memory->book.call;
  Decision decision = { kind, signalSeverityOf(textOf(call, input, "severity")), timeOf(call, input, "until"),
                        textOf(call, input, "by"), textOf(call, input, "note"), timeOf(call, input, "dismissed_until") };
  memory->book.methods->read(&memory->book, input->key, &record);
  if( record.row.state!=STATE_NONE ) decisionApply(&memory->book, input->key, &decision, input->at, &record);
}

static void put(MemoryBook *memory, const Input *input){
  const char *key;
  LoreScanValue record;
  int is_there = loreScanMember(&input->args, "record", &record) && record.kind==LORE_SCAN_OBJECT;
  if( is_there ) putApply(&memory->book, &record, input->at, &key);
}

static int is(const Input *input, const char *verb){
  return strcmp(input->verb, verb)==0;
}

static void sweep(MemoryBook *memory, const Input *input){
  SweepCounts counts;
  sweepApply(&memory->book, input->at, &counts);
  memoryForget(memory, input->at);
}

static void applyToAll(MemoryBook *memory, const Input *input){
  if( is(input, "signal_state_cycle") ) applyCycle(memory, input);
  else if( is(input, "signal_state_sweep") ) sweep(memory, input);
  else if( is(input, "mute_put") ) putMute(memory, input);
  else if( is(input, "mute_delete") ) mutesRemove(&memory->mutes, numberOf(&input->args, "id"));
  else if( memory->rules_are_fixed ) return;
  else if( is(input, "rule_put") ) putRule(memory, input);
  else if( is(input, "rule_delete") ) removeRule(memory, input);
}

static void applyToOne(MemoryBook *memory, const Input *input){
  if( is(input, "signal_upsert") ) detect(memory, input);
  else if( is(input, "signal_state_put") ) put(memory, input);
  else if( is(input, "signal_state_escalate") ) decide(memory, input, DECIDE_ESCALATE);
  else if( is(input, "signal_state_acknowledge") ) decide(memory, input, DECIDE_ACKNOWLEDGE);
  else if( is(input, "signal_state_clear") ) decide(memory, input, DECIDE_CLEAR);
  else if( is(input, "signal_state_cooldown") ) decide(memory, input, DECIDE_COOLDOWN);
  else if( is(input, "signal_state_dismiss") ) decide(memory, input, DECIDE_DISMISS);
}

/* ---- The log ---- */

static void readForeign(MemoryBook *memory){
  LoreCall *call = memory->book.call;
  LoreStatement *rows = loreQuery(call, SQL_EVENT_FOREIGN);
  while( loreNext(rows) ) signalKeysAdd(call, &memory->foreign, loreColumnText(rows, 0));
  signalKeysSort(&memory->foreign);
}

static void applyRow(MemoryBook *memory, LoreStatement *rows){
  LoreTime at = 0;
  Input input = { .verb = loreColumnText(rows, 2), .key = loreColumnText(rows, 3) };
  const char *time = loreColumnText(rows, 1), *args = loreColumnText(rows, 4);
  if( input.verb==NULL || time==NULL || args==NULL || !loreScanText(args, strlen(args), &input.args) ) return;
  loreTimeParse(time, strlen(time), &at);
  input.at = at;
  int is_of_one = input.key && strncmp(input.verb, "mute_", 5)!=0;
  if( is_of_one && !memoryIsForeign(memory, input.key) ) applyToOne(memory, &input);
  else if( !is_of_one ) applyToAll(memory, &input);
  memory->events++;
}

int memoryReplay(MemoryBook *memory){
  LoreCall *call = memory->book.call;
  sqlite3_int64 start = 0;
  LoreStatement *rows = loreQuery(call, SQL_EVENT_START);
  loreLetNull(call, "last_transition");
  if( loreNext(rows) ){
    start = loreColumnInt(rows, 0);
    memory->first_transition = loreColumnInt(rows, 1);
    memory->is_over = loreColumnGiven(rows, 2);
    if( memory->is_over ) loreLetInt(call, "last_transition", loreColumnInt(rows, 2));
  }
  loreDone(rows);
  loreLetInt(call, "start", start);
  loreLetInt(call, "first_transition", memory->first_transition);
  readForeign(memory);
  if( start==0 || loreFailed(call) ) return 0;
  rows = loreQuery(call, SQL_EVENT_ROWS);
  while( loreNext(rows) ) applyRow(memory, rows);
  return !loreFailed(call);
}
