/*
** Detections one by one. The plain cases (plain.c) are atomic by themselves; whatever else a detection is
** goes through the machine, in the frame.
*/
#include <string.h>

#include "engine/scan.h"
#include "lifecycle/lifecycle.h"
#include "lifecycle/record.h"
#include "lifecycle/tables.h"

enum { UPSERT_TYPE, UPSERT_ENTITY_TYPE, UPSERT_ENTITY_ID, UPSERT_SEVERITY, UPSERT_EVIDENCE, UPSERT_ID };
enum { DETECTED_KEY, DETECTED_SEVERITY, DETECTED_EVIDENCE, DETECTED_ID };

/* ---- Through the machine ---- */

Outcome signalSee(SignalBook *book, SignalRecord *record, Detection *detection){
  SignalRule rule;
  SignalChange change;
  Muting muting = { 0, NO_TIME };
  SignalRecord known;
  book->methods->read(book, record->key, &known);
  if( loreFailed(book->call) ) return OUTCOME_ONGOING;
  int is_new = known.row.state==STATE_NONE;
  if( is_new ) known = (SignalRecord){ record->key, record->entity_type, record->entity_id, record->type, known.row };
  if( detection->severity==SEVERITY_NONE ) detection->severity = known.row.severity;
  book->methods->rule(book, known.type, &rule);
  if( is_new || known.row.state==STATE_CLEARED ) book->methods->muting(book, &known, detection->at, &muting);
  signalDetect(&known.row, &rule, &muting, detection, &change);
  book->methods->write(book, &known, is_new, &change);
  return change.outcome;
}

int signalSeen(SignalBook *book, const char *key, Outcome *outcome){
  SignalRecord known;
  if( loreFailed(book->call) ) return 1;
  book->methods->read(book, key, &known);
  *outcome = signalStanding(&known.row);
  return loreFailed(book->call) || known.row.state!=STATE_NONE;
}

/* ---- signal_upsert ---- */

typedef struct Upsert {
  SignalTables tables;
  SignalRecord record;
  SignalRule rule;
  Detection detection;
  const char *detection_id;
  Outcome outcome;
} Upsert;

static int isPlain(Upsert *upsert){
  SignalBook *book = &upsert->tables.book;
  return book->methods->plain(book, &upsert->record, &upsert->rule, &upsert->detection, &upsert->outcome);
}

static void seeInFrame(LoreCall *call, void *context){
  Upsert *upsert = context;
  (void)call;
  upsert->outcome = signalSee(&upsert->tables.book, &upsert->record, &upsert->detection);
}

static void see(LoreCall *call, Upsert *upsert){
  SignalBook *book = &upsert->tables.book;
  if( upsert->detection_id
   && !book->methods->remember(book, upsert->record.key, upsert->detection_id, upsert->detection.at, upsert->rule.memory_ms)
   && signalSeen(book, upsert->record.key, &upsert->outcome) ){
    loreNotice(call, "detection '%s' was counted before", upsert->detection_id);
    return;
  }
  if( !loreFailed(call) && !isPlain(upsert) && !loreFailed(call) ) loreInFrame(call, seeInFrame, upsert);
  if( loreFailed(call) && upsert->detection_id ) loreUndo(call, SQL_DETECTION_UNREMEMBER);
}

/* With the input in the log, that is one write more: in the frame. */
static void recordAndSee(LoreCall *call, void *context){
  Upsert *upsert = context;
  recordDetection(call, &upsert->record, &upsert->detection, upsert->detection_id);
  see(call, upsert);
}

static void run(LoreCall *call, Upsert *upsert){
  upsert->tables.book.methods->rule(&upsert->tables.book, upsert->record.type, &upsert->rule);
  if( recordIsOn(call) ) loreInFrame(call, recordAndSee, upsert);
  else if( !loreFailed(call) ) see(call, upsert);
  if( !loreFailed(call) ) loreResultWord(call, signalOutcomeWord(upsert->outcome)); /* after an error there is none */
}

static Detection detectionOf(LoreCall *call, int severity, int evidence){
  const char *text = loreText(call, evidence);
  return (Detection){ signalSeverityOf(loreText(call, severity)), loreNow(call), 1, text };
}

static void dropEmpty(LoreCall *call, int argument){
  if( loreTextLength(call, argument)==0 ) loreSetNull(call, argument);
}

/* Without the blanks around it. JSON null takes the evidence away. */
static void tidyEvidence(LoreCall *call, int argument){
  LoreScanValue value;
  dropEmpty(call, argument);
  if( !loreGiven(call, argument) || !loreScanText(loreText(call, argument), loreTextLength(call, argument), &value) ) return;
  if( value.length < loreTextLength(call, argument) ){
    loreSetText(call, argument, loreFormat(call, "%.*s", (int)value.length, value.text));
  }
}

void signalUpsert(LoreCall *call){
  Upsert upsert = { .outcome = OUTCOME_ONGOING };
  tidyEvidence(call, UPSERT_EVIDENCE);
  dropEmpty(call, UPSERT_ID);
  const char *type = loreText(call, UPSERT_TYPE), *entity_type = loreText(call, UPSERT_ENTITY_TYPE);
  const char *entity_id = loreText(call, UPSERT_ENTITY_ID);
  char *key = loreAllocate(call, 3*(strlen(type) + strlen(entity_type) + strlen(entity_id) + 1));
  if( key==NULL ) return;
  signalKeyMake(entity_type, entity_id, type, key);
  tablesOpen(call, &upsert.tables);
  upsert.record = (SignalRecord){ .key = key, .entity_type = entity_type, .entity_id = entity_id, .type = type,
                                   .row = { .state = STATE_NONE } };
  upsert.detection = detectionOf(call, UPSERT_SEVERITY, UPSERT_EVIDENCE);
  upsert.detection_id = loreText(call, UPSERT_ID);
  run(call, &upsert);
  tablesClose(&upsert.tables);
}

/* ---- signal_state_detected ---- */

static const char *copy(LoreCall *call, const char *text){
  return text ? loreFormat(call, "%s", text) : NULL;
}

void signalDetected(LoreCall *call){
  Upsert upsert = { .outcome = OUTCOME_ONGOING };
  tidyEvidence(call, DETECTED_EVIDENCE);
  dropEmpty(call, DETECTED_ID);
  tablesOpen(call, &upsert.tables);
  signalReadKnown(&upsert.tables.book, loreText(call, DETECTED_KEY), &upsert.record);
  upsert.record.entity_type = copy(call, upsert.record.entity_type);
  upsert.record.entity_id = copy(call, upsert.record.entity_id);
  upsert.record.type = copy(call, upsert.record.type);
  upsert.detection = detectionOf(call, DETECTED_SEVERITY, DETECTED_EVIDENCE);
  upsert.detection_id = loreText(call, DETECTED_ID);
  if( !loreFailed(call) ) run(call, &upsert);
  tablesClose(&upsert.tables);
}
