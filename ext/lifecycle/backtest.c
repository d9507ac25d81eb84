/*
** signal_state_backtest: the recorded inputs under other rules, and in what the transitions would differ
** from those that were.
*/
#include <stdlib.h>
#include <string.h>

#include "engine/clock.h"
#include "engine/scan.h"
#include "engine/text.h"
#include "lifecycle/lifecycle.h"
#include "lifecycle/memory.h"

enum { BACKTEST_RULES, BACKTEST_SINCE, BACKTEST_UNTIL };

/* One transition, either one that was, or one that these rules make. */
typedef struct Entry {
  const char *key, *at, *from, *to, *from_severity, *to_severity, *cause, *rule;
  int is_recorded;
} Entry;

typedef struct Entries {
  Entry *list; /* sqlite3_malloc */
  int count, capacity;
} Entries;

static void add(LoreCall *call, Entries *entries, const Entry *entry){
  if( loreFailed(call) || entry->key==NULL || entry->at==NULL ) return;
  if( (loreGiven(call, BACKTEST_SINCE) && strcmp(entry->at, loreText(call, BACKTEST_SINCE)) < 0)
   || (loreGiven(call, BACKTEST_UNTIL) && strcmp(entry->at, loreText(call, BACKTEST_UNTIL)) > 0) ) return;
  Entry *list = loreGrow(call, entries->list, entries->count, &entries->capacity, sizeof *list);
  if( list==NULL ) return;
  entries->list = list;
  entries->list[entries->count++] = *entry;
}

static const char *column(LoreCall *call, LoreStatement *rows, int i){
  const char *text = loreColumnText(rows, i);
  return text ? loreFormat(call, "%s", text) : NULL;
}

static void addRecorded(LoreCall *call, const MemoryBook *memory, Entries *entries){
  LoreStatement *rows = loreQuery(call, SQL_TRANSITION_ROWS);
  while( loreNext(rows) ){
    if( memoryIsForeign(memory, loreColumnText(rows, 1)) ) continue;
    Entry entry = { column(call, rows, 1), column(call, rows, 2), column(call, rows, 3), column(call, rows, 4),
                    column(call, rows, 5), column(call, rows, 6), column(call, rows, 7), column(call, rows, 8), 1 };
    add(call, entries, &entry);
  }
}

static void addMade(LoreCall *call, const MemoryBook *memory, Entries *entries){
  for(int i = 0; i < memory->log_count; i++){
    const SignalTransition *one = &memory->log[i].transition;
    Entry entry = { memory->log[i].key, loreTimeText(call, one->at), signalStateWord(one->from), signalStateWord(one->to),
                    signalSeverityWord(one->from_severity), signalSeverityWord(one->to_severity), signalCauseWord(one->cause),
                    one->rule, 0 };
    add(call, entries, &entry);
  }
}

static int compareTexts(const char *a, const char *b){
  return a && b ? strcmp(a, b) : (a!=NULL) - (b!=NULL);
}

/* By time, then by what it is: the name of the rule does not make it another. */
static int compareEntries(const void *left, const void *right){
  const Entry *a = left, *b = right;
  int order = strcmp(a->at, b->at);
  if( order==0 ) order = strcmp(a->key, b->key);
  if( order==0 ) order = compareTexts(a->from, b->from);
  if( order==0 ) order = compareTexts(a->to, b->to);
  if( order==0 ) order = compareTexts(a->from_severity, b->from_severity);
  if( order==0 ) order = compareTexts(a->to_severity, b->to_severity);
  return order ? order : compareTexts(a->cause, b->cause);
}

static void addRow(LoreCall *call, const Entry *entry){
  loreRowText(call, entry->is_recorded ? "gone" : "new");
  loreRowText(call, entry->key);
  loreRowText(call, entry->at);
  loreRowText(call, entry->from);
  loreRowText(call, entry->to);
  loreRowText(call, entry->from_severity);
  loreRowText(call, entry->to_severity);
  loreRowText(call, entry->cause);
  loreRowText(call, entry->rule);
}

/* Rows for what only one of the two has. */
static void showDifference(LoreCall *call, Entries *was, Entries *made){
  int i = 0, k = 0;
  if( was->count ) qsort(was->list, (size_t)was->count, sizeof *was->list, compareEntries);
  if( made->count ) qsort(made->list, (size_t)made->count, sizeof *made->list, compareEntries);
  while( (i < was->count || k < made->count) && !loreFailed(call) ){
    int order = i==was->count ? 1 : k==made->count ? -1 : compareEntries(&was->list[i], &made->list[k]);
    if( order < 0 ) addRow(call, &was->list[i]);
    else if( order > 0 ) addRow(call, &made->list[k]);
    i += order <= 0;
    k += order >= 0;
  }
}

/* ---- The rules ---- */

/* How much of a value a message shows. */
static int shown(const LoreScanValue *value){
  return value->length > 60 ? 60 : (int)value->length;
}

#define MOST_SECONDS 3153600000LL /* as the CHECKs of signal_rules have it */

static int isRuleNumber(const LoreScanValue *value){
  int type;
  long long integer;
  double real;
  if( value->kind==LORE_SCAN_NULL ) return 1;
  if( value->kind!=LORE_SCAN_NUMBER || !loreNumberParse(value->text, value->length, &type, &integer, &real) ) return 0;
  return type==1 && integer >= 0 && integer <= MOST_SECONDS;
}

static void checkRule(LoreCall *call, const LoreScanValue *rule){
  static const char *const kOthers[] = { "signal_type", "flap_window_seconds", "flap_count" };
  LoreScan scan = loreScanInto(rule);
  LoreScanValue name, value;
  int has_type = 0;
  if( rule->kind!=LORE_SCAN_OBJECT ){
    loreRefuse(call, LORE_BAD_ARGUMENT, "rules must hold JSON objects, got %.*s", shown(rule), rule->text);
  }
  while( loreScanNext(&scan, &name, &value) && !loreFailed(call) ){
    int known = 0;
    for(int i = 0; i < RULE_NUMBERS; i++) known |= loreScanIs(&name, kRuleNumbers[i]);
    for(int i = 0; i < 3; i++) known |= loreScanIs(&name, kOthers[i]);
    int is_type = loreScanIs(&name, "signal_type");
    has_type |= is_type && value.kind==LORE_SCAN_STRING;
    if( !known ) loreRefuse(call, LORE_BAD_ARGUMENT, "rules: there is no column %.*s", shown(&name), name.text);
    if( known && !is_type && !isRuleNumber(&value) ){
      loreRefuse(call, LORE_BAD_ARGUMENT, "rules: %.*s must be an integer between 0 and %lld, got %.*s", shown(&name), name.text,
                 MOST_SECONDS, shown(&value), value.text);
    }
  }
  if( !has_type ) loreRefuse(call, LORE_BAD_ARGUMENT, "rules: signal_type is missing in %.*s", shown(rule), rule->text);
}

static void readRules(LoreCall *call, MemoryBook *memory){
  LoreScanValue rules, rule;
  if( !loreGiven(call, BACKTEST_RULES) ) return;
  loreScanText(loreText(call, BACKTEST_RULES), loreTextLength(call, BACKTEST_RULES), &rules);
  memory->rules_are_fixed = 1;
  LoreScan scan = loreScanInto(&rules);
  while( loreScanNext(&scan, NULL, &rule) && !loreFailed(call) ){
    checkRule(call, &rule);
    if( !loreFailed(call) ) memoryPutRule(memory, rule.text, rule.length);
  }
}

void signalStateBacktest(LoreCall *call){
  MemoryBook memory;
  Entries was = { NULL, 0, 0 }, made = { NULL, 0, 0 };
  memoryOpen(call, &memory);
  readRules(call, &memory);
  if( !loreFailed(call) && memoryReplay(&memory) ){
    addRecorded(call, &memory, &was);
    addMade(call, &memory, &made);
    showDifference(call, &was, &made);
  }
  sqlite3_free(was.list);
  sqlite3_free(made.list);
  memoryClose(&memory);
}
