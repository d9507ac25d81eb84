/*
** signal_state_put: a record as another program had it, or as somebody repairs it. What is not given
** stays as it is, or has its standard.
*/
#include "lifecycle/put.h"

#include <stdlib.h>
#include <string.h>

#include "engine/clock.h"
#include "engine/text.h"
#include "lifecycle/lifecycle.h"
#include "lifecycle/tables.h"

enum { PUT_RECORD };

typedef enum PutKind { PUT_TEXT, PUT_TIME, PUT_STATE, PUT_SEVERITY, PUT_COUNT, PUT_JSON } PutKind;

/* A member: where it goes in a SignalRecord. */
typedef struct Member {
  const char *name;
  size_t place;
  PutKind kind;
  int is_nullable;
} Member;

#define PLACE(field) offsetof(SignalRecord, field)

static const Member kMembers[] = {
  { "signal_key", PLACE(key), PUT_TEXT, 0 },
  { "entity_type", PLACE(entity_type), PUT_TEXT, 0 },
  { "entity_id", PLACE(entity_id), PUT_TEXT, 0 },
  { "signal_type", PLACE(type), PUT_TEXT, 0 },
  { "severity", PLACE(row.severity), PUT_SEVERITY, 0 },
  { "first_detected_at", PLACE(row.first), PUT_TIME, 0 },
  { "last_detected_at", PLACE(row.last), PUT_TIME, 0 },
  { "escalated_at", PLACE(row.escalated), PUT_TIME, 1 },
  { "cleared_at", PLACE(row.cleared), PUT_TIME, 1 },
  { "detection_count", PLACE(row.count), PUT_COUNT, 0 },
  { "cooldown_until", PLACE(row.cooldown), PUT_TIME, 1 },
  { "state", PLACE(row.state), PUT_STATE, 0 },
  { "initial_severity", PLACE(row.initial), PUT_SEVERITY, 1 },
  { "peak_severity", PLACE(row.peak), PUT_SEVERITY, 1 },
  { "acknowledged_at", PLACE(row.acknowledged), PUT_TIME, 1 },
  { "acknowledged_by", PLACE(row.acknowledged_by), PUT_TEXT, 1 },
  { "acknowledged_until", PLACE(row.acknowledged_until), PUT_TIME, 1 },
  { "note", PLACE(row.note), PUT_TEXT, 1 },
  { "clean_runs", PLACE(row.clean_runs), PUT_COUNT, 0 },
  { "muted_until", PLACE(row.muted_until), PUT_TIME, 1 },
  { "evidence", PLACE(row.evidence), PUT_JSON, 1 },
};
enum { MEMBERS = sizeof kMembers/sizeof *kMembers };

/* What the record gives; value.text NULL: not given. */
typedef struct Given {
  LoreScanValue values[MEMBERS];
} Given;

static int memberOf(const LoreScanValue *name){
  int i = 0;
  while( i < MEMBERS && !loreScanIs(name, kMembers[i].name) ) i++;
  return i;
}

static void refuse(LoreCall *call, const Member *member, const char *rule, const LoreScanValue *got){
  int cut = got->length > 60, shown = cut ? 57 : (int)got->length;
  loreRefuse(call, LORE_BAD_ARGUMENT, "record.%s must be %s, got %.*s%s", member->name, rule, shown, got->text, cut ? "…" : "");
}

static void readGiven(LoreCall *call, const LoreScanValue *object, Given *given){
  LoreScan scan = loreScanInto(object);
  LoreScanValue name, value;
  memset(given, 0, sizeof *given);
  while( loreScanNext(&scan, &name, &value) && !loreFailed(call) ){
    int member = memberOf(&name);
    if( member==MEMBERS ){
      loreRefuse(call, LORE_BAD_ARGUMENT, "record has no such member: %.*s", name.length > 60 ? 60 : (int)name.length,
                 name.text);
    }else if( given->values[member].text ){
      loreRefuse(call, LORE_BAD_ARGUMENT, "record has a member twice: %s", kMembers[member].name);
    }else if( value.kind!=LORE_SCAN_NULL || kMembers[member].is_nullable ){
      given->values[member] = value;
    }
  }
}

/* ---- Values ---- */

/* A string's text, a number's digits; NULL after an error. */
static char *textOf(LoreCall *call, const Member *member, const LoreScanValue *value){
  if( value->kind!=LORE_SCAN_STRING && value->kind!=LORE_SCAN_NUMBER ){
    refuse(call, member, "text", value);
    return NULL;
  }
  char *text = loreAllocate(call, value->length + 1);
  if( text==NULL ) return NULL;
  long length = (long)value->length;
  if( value->kind==LORE_SCAN_STRING ) length = loreScanDecode(value, text);
  else memcpy(text, value->text, value->length), text[length] = 0;
  if( length >= 0 && (length > 0 || member->is_nullable) ) return text;
  refuse(call, member, length==0 ? "not empty" : "text without NUL", value);
  return NULL;
}

static int64_t timeOf(LoreCall *call, const Member *member, const LoreScanValue *value){
  int type;
  long long integer;
  double real;
  LoreTime time = NO_TIME;
  if( value->kind==LORE_SCAN_NULL ) return NO_TIME;
  char *text = textOf(call, member, value);
  if( text==NULL || loreTimeParse(text, strlen(text), &time) ) return time;
  int is_number = value->kind==LORE_SCAN_NUMBER && loreNumberParse(text, strlen(text), &type, &integer, &real);
  if( !is_number || !loreTimeOfSeconds(type==1 ? (double)integer : real, &time) ){
    refuse(call, member, "an ISO 8601 time or unix seconds", value);
  }
  return time;
}

static int64_t countOf(LoreCall *call, const Member *member, const LoreScanValue *value){
  int type = 0;
  long long integer = 0;
  double real;
  int is_number = value->kind==LORE_SCAN_NUMBER && loreNumberParse(value->text, value->length, &type, &integer, &real);
  if( !is_number || type!=1 || integer < 0 ) refuse(call, member, "an integer of at least 0", value);
  return integer;
}

/* The word in lower case: "" when it is none. */
static void wordOf(LoreCall *call, const Member *member, const LoreScanValue *value, char word[24]){
  word[0] = 0;
  char *text = textOf(call, member, value);
  if( text && strlen(text) < 24 ) loreAsciiLower(word, text, strlen(text));
}

/* A nested value as it stands; a string holds JSON text. */
static const char *evidenceOf(LoreCall *call, const Member *member, const LoreScanValue *value){
  if( value->kind==LORE_SCAN_NULL ) return NULL;
  if( value->kind!=LORE_SCAN_STRING ) return loreFormat(call, "%.*s", (int)value->length, value->text);
  char *text = textOf(call, member, value);
  if( text==NULL || *text==0 || strcmp(text, NO_EVIDENCE)==0 ) return NULL;
  loreLetText(call, "json", text);
  if( loreFindInt(call, SQL_STATE_JSON_VALID)==0 ) refuse(call, member, "JSON", value);
  return text;
}

static void set(LoreCall *call, const Member *member, const LoreScanValue *value, SignalRecord *record){
  char word[24];
  void *place = (char*)record + member->place;
  int is_null = value->kind==LORE_SCAN_NULL;
  switch( member->kind ){
    case PUT_TEXT: *(const char**)place = is_null ? NULL : textOf(call, member, value); break;
    case PUT_TIME: *(int64_t*)place = timeOf(call, member, value); break;
    case PUT_COUNT: *(int64_t*)place = countOf(call, member, value); break;
    case PUT_JSON: *(const char**)place = evidenceOf(call, member, value); break;
    case PUT_STATE:
      wordOf(call, member, value, word);
      *(SignalState*)place = signalStateOf(word);
      if( signalStateOf(word)==STATE_NONE ) refuse(call, member, "one of " STATE_LIST, value);
      break;
    case PUT_SEVERITY:
      if( !is_null ) wordOf(call, member, value, word);
      *(Severity*)place = is_null ? SEVERITY_NONE : signalSeverityOf(word);
      if( !is_null && signalSeverityOf(word)==SEVERITY_NONE ) refuse(call, member, "one of " SEVERITY_LIST, value);
      break;
  }
}

/* ---- The record ---- */

static int isSameText(const char *a, const char *b){
  return a==b || (a && b && strcmp(a, b)==0);
}

static int isSame(const SignalRecord *a, const SignalRecord *b){
  for(int i = 0; i < MEMBERS; i++){
    const void *left = (const char*)a + kMembers[i].place, *right = (const char*)b + kMembers[i].place;
    switch( kMembers[i].kind ){
      case PUT_TEXT: case PUT_JSON: if( !isSameText(*(const char*const*)left, *(const char*const*)right) ) return 0; break;
      case PUT_TIME: case PUT_COUNT: if( *(const int64_t*)left!=*(const int64_t*)right ) return 0; break;
      case PUT_STATE: if( *(const SignalState*)left!=*(const SignalState*)right ) return 0; break;
      case PUT_SEVERITY: if( *(const Severity*)left!=*(const Severity*)right ) return 0; break;
    }
  }
  return 1;
}

static const LoreScanValue *given(const Given *all, const char *name){
  for(int i = 0; i < MEMBERS; i++) if( strcmp(kMembers[i].name, name)==0 ) return &all->values[i];
  return NULL;
}

static const char *keyOf(LoreCall *call, const Given *all){
  SignalRecord parts = { .key = NULL };
  for(int i = 0; i < 4; i++) if( all->values[i].text ) set(call, &kMembers[i], &all->values[i], &parts);
  if( parts.key ) return parts.key;
  for(int i = 1; i < 4; i++){
    if( all->values[i].text==NULL ) loreRefuse(call, LORE_BAD_ARGUMENT, "record.%s is missing", kMembers[i].name);
  }
  if( loreFailed(call) ) return NULL;
  char *key = loreAllocate(call, 3*(strlen(parts.entity_type) + strlen(parts.entity_id) + strlen(parts.type)) + 3);
  if( key ) signalKeyMake(parts.entity_type, parts.entity_id, parts.type, key);
  return key;
}

/* What a new record has where nothing is given. */
static void standards(LoreCall *call, const Given *all, int64_t at, SignalRecord *record){
  static const char *const kRequired[] = { "entity_type", "entity_id", "signal_type", "severity" };
  for(int i = 0; i < 4; i++){
    if( given(all, kRequired[i])->text==NULL ) loreRefuse(call, LORE_BAD_ARGUMENT, "record.%s is missing", kRequired[i]);
  }
  record->row = (SignalRow){ .state = STATE_ACTIVE, .severity = SEVERITY_NONE, .initial = SEVERITY_NONE, .peak = SEVERITY_NONE,
                             .first = at, .last = NO_TIME, .escalated = NO_TIME, .cleared = NO_TIME, .cooldown = NO_TIME,
                             .acknowledged = NO_TIME, .acknowledged_until = NO_TIME, .muted_until = NO_TIME, .count = 1 };
}

/* What could not be read in the row must be given. */
static void requireReadable(LoreCall *call, const SignalRow *row){
  if( row->severity==SEVERITY_NONE ) loreRefuse(call, LORE_BAD_ARGUMENT, "record.severity is missing");
  if( row->first==NO_TIME ) loreRefuse(call, LORE_BAD_ARGUMENT, "record.first_detected_at is missing");
}

static void complete(const Given *all, SignalRow *row){
  if( given(all, "initial_severity")->text==NULL ) row->initial = row->severity;
  if( given(all, "peak_severity")->text==NULL ) row->peak = row->severity;
}

int putApply(SignalBook *book, const LoreScanValue *object, int64_t at, const char **key){
  Given all;
  SignalRecord before, after;
  LoreCall *call = book->call;
  readGiven(call, object, &all);
  *key = loreFailed(call) ? NULL : keyOf(call, &all);
  if( *key==NULL ) return 0;
  if( book->methods->input ) book->methods->input(book, "signal_state_put", *key, "record", object);
  book->methods->read(book, *key, &before);
  int is_new = before.row.state==STATE_NONE;
  after = before;
  if( is_new ) standards(call, &all, at, &after);
  for(int i = 1; i < MEMBERS && !loreFailed(call); i++){
    if( all.values[i].text ) set(call, &kMembers[i], &all.values[i], &after);
  }
  if( !loreFailed(call) ) requireReadable(call, &after.row);
  if( loreFailed(call) ) return 0;
  if( is_new ) complete(&all, &after.row);
  if( after.row.last==NO_TIME ) after.row.last = after.row.first;
  if( !is_new && isSame(&before, &after) ) return 0;
  SignalChange change = { .changed = 1, .renamed = 1, .count = 1 };
  change.transitions[0] = (SignalTransition){ .at = at, .from = before.row.state, .to = after.row.state, .cause = CAUSE_IMPORTED,
                                              .from_severity = before.row.severity, .to_severity = after.row.severity };
  if( given(&all, "evidence")->text ) change.transitions[0].evidence = after.row.evidence;
  book->methods->write(book, &after, is_new, &change);
  return 1;
}

/* Result: 1, or 0 when the record is there just so. */
void signalStatePut(LoreCall *call){
  SignalTables tables;
  LoreScanValue object;
  const char *key = NULL;
  loreScanText(loreText(call, PUT_RECORD), loreTextLength(call, PUT_RECORD), &object);
  tablesOpen(call, &tables);
  tables.is_lenient = 1;
  int is_changed = putApply(&tables.book, &object, loreNow(call), &key);
  tablesClose(&tables);
  if( !loreFailed(call) && !is_changed ) loreNotice(call, "'%s' is so already", key);
  loreResultInt(call, is_changed);
}
