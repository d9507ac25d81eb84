#include "lifecycle/tables.h"

#include <string.h>

#include "engine/text.h"
#include "lifecycle/record.h"

/* Columns of state_row. */
enum {
  ROW_STATE, ROW_SEVERITY, ROW_INITIAL, ROW_PEAK, ROW_FIRST, ROW_LAST, ROW_ESCALATED, ROW_CLEARED, ROW_COOLDOWN, ROW_ACKNOWLEDGED,
  ROW_ACKNOWLEDGED_UNTIL, ROW_MUTED_UNTIL, ROW_COUNT, ROW_CLEAN_RUNS, ROW_ACKNOWLEDGED_BY, ROW_NOTE, ROW_EVIDENCE, ROW_ENTITY_TYPE,
  ROW_ENTITY_ID, ROW_TYPE, ROW_COLUMNS
};

static SignalTables *tablesOf(SignalBook *book){
  return (SignalTables*)book;
}

/* ---- Reading ---- */

static int64_t readTime(SignalBook *book, LoreStatement *row, int column, const char *key){
  LoreTime time = NO_TIME;
  const char *text = loreColumnText(row, column);
  if( text && !loreTimeParse(text, loreColumnLength(row, column), &time) && !tablesOf(book)->is_lenient ){
    loreRefuse(book->call, LORE_REFUSED, "signal '%s' has a time that can't be read: '%s'", key, text);
  }
  return time;
}

/* A word in any case; "" when it is none of ours. */
static const char *wordOf(LoreStatement *row, int column, char word[24]){
  const char *text = loreColumnText(row, column);
  word[0] = 0;
  if( text && strlen(text) < 24 ) loreAsciiLower(word, text, strlen(text));
  return word;
}

static void readWords(SignalBook *book, LoreStatement *row, const char *key, SignalRow *to){
  char word[24];
  to->state = signalStateOf(wordOf(row, ROW_STATE, word));
  to->severity = signalSeverityOf(wordOf(row, ROW_SEVERITY, word));
  to->initial = signalSeverityOf(wordOf(row, ROW_INITIAL, word));
  to->peak = signalSeverityOf(wordOf(row, ROW_PEAK, word));
  if( to->peak==SEVERITY_NONE ) to->peak = to->severity;
  if( to->state==STATE_NONE && tablesOf(book)->is_lenient ) to->state = STATE_ACTIVE;
  if( !tablesOf(book)->is_lenient && (to->state==STATE_NONE || to->severity==SEVERITY_NONE) ){
    loreRefuse(book->call, LORE_REFUSED, "signal '%s' has the state '%s' and severity '%s': repair it with signal_state_put", key,
               loreColumnText(row, ROW_STATE), loreColumnText(row, ROW_SEVERITY));
  }
}

static void readTimes(SignalBook *book, LoreStatement *row, const char *key, SignalRow *to){
  int64_t *const times[ROW_TIMES] = { &to->first, &to->last, &to->escalated, &to->cleared, &to->cooldown, &to->acknowledged,
                                      &to->acknowledged_until, &to->muted_until };
  for(int i = 0; times[i]; i++) *times[i] = readTime(book, row, ROW_FIRST + i, key);
}

/* The texts are copied one behind the other; only then is it known where they stand. */
static void readTexts(SignalBook *book, LoreStatement *row, SignalRecord *record){
  const char **const texts[] = { &record->row.acknowledged_by, &record->row.note, &record->row.evidence, &record->entity_type,
                                 &record->entity_id, &record->type };
  enum { TEXTS = sizeof texts/sizeof *texts };
  size_t places[TEXTS];
  LoreBuffer *buffer = &tablesOf(book)->texts;
  for(int i = 0; i < TEXTS; i++){
    const char *text = loreColumnText(row, ROW_ACKNOWLEDGED_BY + i);
    places[i] = buffer->length;
    if( text ) loreBufferAppend(buffer, text, strlen(text) + 1);
  }
  if( buffer->failed ) loreNoMemory(book->call);
  for(int i = 0; i < TEXTS; i++){
    *texts[i] = !buffer->failed && loreColumnGiven(row, ROW_ACKNOWLEDGED_BY + i) ? buffer->data + places[i] : NULL;
  }
}

static void read(SignalBook *book, const char *key, SignalRecord *record){
  *record = (SignalRecord){ .key = key, .row = { .state = STATE_NONE, .severity = SEVERITY_NONE } };
  loreLetText(book->call, "signal_key", key);
  LoreStatement *row = loreQuery(book->call, SQL_STATE_ROW);
  if( !loreNext(row) ) return;
  loreBufferClear(&tablesOf(book)->texts);
  readWords(book, row, key, &record->row);
  readTimes(book, row, key, &record->row);
  record->row.count = loreColumnGiven(row, ROW_COUNT) ? loreColumnInt(row, ROW_COUNT) : 1;
  record->row.clean_runs = loreColumnInt(row, ROW_CLEAN_RUNS);
  readTexts(book, row, record);
  loreDone(row);
}

/* ---- Writing ---- */

void tablesLetTime(LoreCall *call, const char *name, int64_t time, char *text){
  if( time==NO_TIME ){
    loreLetNull(call, name);
    return;
  }
  loreTimeFormat(time, text);
  loreLetText(call, name, text);
}

static void letTimes(SignalTables *tables, const SignalRow *row){
  static const char *const kNames[] = { "first", "last", "escalated", "cleared", "cooldown", "acknowledged",
                                        "acknowledged_until", "muted_until" };
  const int64_t times[] = { row->first, row->last, row->escalated, row->cleared, row->cooldown, row->acknowledged,
                            row->acknowledged_until, row->muted_until };
  for(int i = 0; i < (int)(sizeof times/sizeof *times); i++){
    tablesLetTime(tables->book.call, kNames[i], times[i], tables->times[i]);
  }
}

void tablesLetRecord(LoreCall *call, const SignalRecord *record){
  loreLetText(call, "signal_key", record->key);
  loreLetText(call, "entity_type", record->entity_type);
  loreLetText(call, "entity_id", record->entity_id);
  loreLetText(call, "signal_type", record->type);
}

static void letRow(SignalTables *tables, const SignalRow *row){
  LoreCall *call = tables->book.call;
  letTimes(tables, row);
  loreLetText(call, "state", signalStateWord(row->state));
  loreLetText(call, "row_severity", signalSeverityWord(row->severity));
  loreLetText(call, "initial", signalSeverityWord(row->initial));
  loreLetText(call, "peak", signalSeverityWord(row->peak));
  loreLetInt(call, "count", row->count);
  loreLetInt(call, "clean_runs", row->clean_runs);
  loreLetText(call, "acknowledged_by", row->acknowledged_by);
  loreLetText(call, "row_note", row->note);
  loreLetText(call, "row_evidence", row->evidence);
}

void tablesLog(SignalTables *tables, const char *key, const SignalTransition *one, LoreSql statement){
  LoreCall *call = tables->book.call;
  loreLetText(call, "signal_key", key);
  tablesLetTime(call, "moved_at", one->at, tables->moved_at);
  loreLetText(call, "from_state", signalStateWord(one->from));
  loreLetText(call, "to_state", signalStateWord(one->to));
  loreLetText(call, "from_severity", signalSeverityWord(one->from_severity));
  loreLetText(call, "to_severity", signalSeverityWord(one->to_severity));
  loreLetText(call, "cause", signalCauseWord(one->cause));
  loreLetText(call, "by_rule", one->rule);
  loreLetText(call, "actor", one->actor);
  loreLetText(call, "why", one->note);
  loreLetText(call, "caused_by", one->evidence);
  loreWriteOne(call, statement);
}

void tablesRestore(SignalTables *tables, const SignalRecord *record, int is_new){
  tablesLetRecord(tables->book.call, record);
  letRow(tables, &record->row);
  loreWriteOne(tables->book.call, is_new ? SQL_STATE_INSERT : SQL_STATE_UPDATE);
  if( !is_new ) loreWriteOne(tables->book.call, SQL_STATE_RENAME);
}

/* Where there is no transition, state and severity are as they were, and no index need be written. */
static void write(SignalBook *book, const SignalRecord *record, int is_new, const SignalChange *change){
  if( !change->changed || loreFailed(book->call) ) return;
  SignalTables *tables = tablesOf(book);
  tablesLetRecord(book->call, record);
  letRow(tables, &record->row);
  loreWriteOne(book->call, is_new ? SQL_STATE_INSERT : change->count ? SQL_STATE_UPDATE : SQL_STATE_TOUCH);
  if( change->renamed && !is_new ) loreWriteOne(book->call, SQL_STATE_RENAME);
  for(int i = 0; i < change->count; i++) tablesLog(tables, record->key, &change->transitions[i], SQL_TRANSITION_INSERT);
}

/* ---- Detection ids ---- */

static int remember(SignalBook *book, const char *key, const char *detection_id, int64_t at, int64_t memory_ms){
  loreLetText(book->call, "signal_key", key);
  loreLetText(book->call, "detection_id", detection_id);
  tablesLetTime(book->call, "forgotten", at - memory_ms, tablesOf(book)->limit);
  if( loreRun(book->call, SQL_DETECTION_REMEMBER)==1 ) return 1;
  if( !loreFailed(book->call) && !loreFindInt(book->call, SQL_DETECTION_KNOWN) ){
    loreRefuse(book->call, LORE_REFUSED, "a row was not stored: a trigger ignored it");
  }
  return 0;
}

static void input(SignalBook *book, const char *verb, const char *key, const char *member, const LoreScanValue *value){
  LoreCall *call = book->call;
  LoreJson *args = loreJsonObject(call);
  loreJsonAddRaw(call, args, member, loreFormat(call, "%.*s", (int)value->length, value->text));
  recordInput(call, verb, key, args);
}

/* ---- Rules, mutes, lists ---- */

static void rule(SignalBook *book, const char *type, SignalRule *rule){
  rulesFind(tablesOf(book)->rules, type, rule);
}

static void muting(SignalBook *book, const SignalRecord *record, int64_t at, Muting *muting){
  Mutes *mutes = mutesOf(book->call);
  if( mutes ) mutesFind(mutes, record, at, muting);
}

static void addAll(LoreCall *call, LoreSql id, const SignalScope *scope, SignalKeys *keys){
  LoreStatement *rows = loreQuery(call, id);
  while( loreNext(rows) ){
    int is_inside = scope==NULL || signalScopeHas(scope, loreColumnText(rows, 1), loreColumnText(rows, 2));
    if( is_inside ) signalKeysAdd(call, keys, loreColumnText(rows, 0));
  }
}

static void list(SignalBook *book, const SignalScope *scope, int64_t at, SignalKeys *keys){
  LoreCall *call = book->call;
  (void)at; /* the call's own */
  loreLetText(call, "of_type", scope->entity_type);
  if( scope->entity_type==NULL ){
    addAll(call, SQL_STATE_OPEN, scope, keys);
  }else if( scope->id_count < 0 ){
    addAll(call, SQL_STATE_OPEN_OF_TYPE, scope, keys);
  }else{
    for(int i = 0; i < scope->id_count; i++){
      loreLetText(call, "of_id", scope->ids[i]);
      addAll(call, SQL_STATE_OPEN_OF_ENTITY, scope, keys);
    }
  }
}

static void due(SignalBook *book, int64_t at, SignalKeys *keys){
  const Rules *rules = tablesOf(book)->rules;
  (void)at;
  loreLetInt(book->call, "has_age_rules", rulesHave(rules, RULE_AGE));
  loreLetInt(book->call, "has_clear_rules", rulesHave(rules, RULE_CLEAR));
  addAll(book->call, SQL_STATE_SWEEPABLE, NULL, keys);
}

void tablesOpen(LoreCall *call, SignalTables *tables){
  static const SignalBookMethods kMethods = {
    .read = read, .write = write, .remember = remember, .rule = rule, .muting = muting, .list = list, .due = due, .input = input,
    .plain = tablesPlain,
  };
  static const Rules kNoRules;
  memset(tables, 0, sizeof *tables);
  tables->book = (SignalBook){ call, &kMethods };
  tables->texts.reallocate = loreReallocate;
  tables->rules = rulesOf(call);
  if( tables->rules==NULL ) tables->rules = &kNoRules;
}

void tablesClose(SignalTables *tables){
  sqlite3_free(tables->texts.data);
}
