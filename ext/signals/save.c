/*
** Saving a fact once. Its natural key is the collector's own id of the event (source_api, source_id);
** without one it is (canonical_key, signal_type, source_api, detected_at).
**
** The insert comes first and decides: two collectors at once can't both miss the other's row. Only when
** it stores nothing is the row looked for that stood in the way.
*/
#include <string.h>

#include "engine/json.h"
#include "keys/document.h"
#include "signals/signals.h"

/* The last three stand alike in both verbs. */
enum { SAVE_COMPANY = 5, SAVE_DETECTED, SAVE_SOURCE_ID };
enum { INGEST_RAW = 2, INGEST_KEY = 4 };

enum {
  MOST_SHIFTS = 999, /* milliseconds */
  MOST_NOTICE = 80   /* characters of the notice about them */
};

/* The row with this source's id; a notice says what differs there. */
static sqlite3_int64 findBySource(LoreCall *call){
  sqlite3_int64 id = 0;
  if( !loreGiven(call, SAVE_SOURCE_ID) ) return 0;
  LoreStatement *row = loreQuery(call, SQL_SIGNAL_BY_SOURCE);
  if( loreNext(row) ){
    id = loreColumnInt(row, 0);
    const char *differs = loreColumnText(row, 1);
    if( differs && *differs ) loreNotice(call, "known by its source_id; kept as it was: %s", differs);
  }
  loreDone(row);
  return id;
}

/* The row at this moment, when it is this very fact. */
static sqlite3_int64 findByKey(LoreCall *call){
  sqlite3_int64 id = 0;
  LoreStatement *row = loreQuery(call, SQL_SIGNAL_BY_KEY);
  if( loreNext(row) && loreColumnInt(row, 1) ){
    id = loreColumnInt(row, 0);
    loreNotice(call, "known by its key, type, source and detected_at");
  }
  loreDone(row);
  return id;
}

/* A signal and its pending row; 0 when the natural key is there. */
static sqlite3_int64 insert(LoreCall *call){
  if( loreRun(call, SQL_SIGNAL_INSERT)==0 ) return 0;
  sqlite3_int64 id = sqlite3_last_insert_rowid(loreDatabase(call));
  loreLetInt(call, "signal_id", id);
  loreWriteOne(call, SQL_SIGNAL_PROCESSING_INSERT);
  if( loreFailed(call) ) loreUndo(call, SQL_SIGNAL_UNSAVE);
  return id;
}

/* Milliseconds from a moment to the first that no event of this key, type and source has. */
static int firstFree(LoreCall *call, LoreTime first){
  int shift = 0;
  loreLetTime(call, "last", first + MOST_SHIFTS);
  LoreStatement *taken = loreQuery(call, SQL_SIGNAL_FIRST_FREE);
  while( loreNext(taken) ){
    if( strcmp(loreColumnText(taken, 0), loreTimeText(call, first + shift))!=0 ) break;
    shift++;
  }
  loreDone(taken);
  return shift;
}

/* Another event of the same moment is stored a little later, so that it is not lost. */
static sqlite3_int64 insertLater(LoreCall *call){
  LoreTime first = loreTime(call, SAVE_DETECTED);
  int shift = firstFree(call, first);
  if( shift > 0 && shift <= MOST_SHIFTS ){
    loreSetTime(call, SAVE_DETECTED, first + shift);
    loreNotice(call, "stored %d ms later: another event of that moment is there", shift); /* nothing may fail after insert */
    sqlite3_int64 id = insert(call);
    if( id || loreFailed(call) ) return id;
    shift = 0;
  }
  if( shift > MOST_SHIFTS ){
    loreRefuse(call, LORE_REFUSED, "%d events of this key, type and source stand at and after %s", MOST_SHIFTS + 1,
               loreTimeText(call, first));
  }else{
    loreRefuse(call, LORE_REFUSED, "a row was not stored: a trigger ignored it");
  }
  return 0;
}

/* How many of the last calls found what they brought: 0 (none) to 255 (all). A collector that brings the same again
** is served by one look; one that brings news by one insert. */
static unsigned char *recentHits(LoreCall *call){
  static const char kKey;
  return loreKept(call, &kKey, 1);
}

enum { MANY_HITS = 64 }; /* a quarter */

/* The signal's id; *is_new says whether this call has stored it. */
static sqlite3_int64 findOrInsert(LoreCall *call, int look_first, int *is_new){
  sqlite3_int64 id = look_first ? findBySource(call) : 0;
  if( id || loreFailed(call) ) return id;
  id = insert(call);
  *is_new = id!=0;
  if( id || loreFailed(call) ) return id;
  if( !look_first ) id = findBySource(call);
  if( id==0 ) id = findByKey(call);
  if( id ) return id;
  *is_new = 1;
  return insertLater(call);
}

/* '' is as good as absent. */
static void dropEmpty(LoreCall *call, int argument){
  if( loreTextLength(call, argument)==0 ) loreSetNull(call, argument);
}

static sqlite3_int64 store(LoreCall *call, int *is_new){
  unsigned char *hits = recentHits(call);
  *is_new = 0;
  if( hits==NULL ) return 0;
  dropEmpty(call, SAVE_COMPANY);
  dropEmpty(call, SAVE_SOURCE_ID);
  loreLetArgument(call, "given_at", SAVE_DETECTED);
  if( !loreGiven(call, SAVE_DETECTED) ) loreSetText(call, SAVE_DETECTED, loreNowText(call));
  sqlite3_int64 id = findOrInsert(call, *hits >= MANY_HITS, is_new);
  *hits = (unsigned char)(*hits - *hits/8 + (*is_new ? 0 : 31));
  return id;
}

void signalSave(LoreCall *call){
  int is_new;
  sqlite3_int64 id = store(call, &is_new);
  loreResultId(call, id);
}

/* ---- signal_ingest ---- */

/* The name that the document gives, when it gives one as text. */
static const char *nameIn(LoreCall *call, LoreJson *document){
  if( document==NULL ) return loreFindText(call, SQL_SIGNAL_DOCUMENT_NAME);
  const char *name = loreJsonText(loreJsonMember(document, "company_name"));
  if( name==NULL || *name==0 ) name = loreJsonText(loreJsonMember(document, "name"));
  return name ? loreFormat(call, "%s", name) : NULL;
}

static const char *keyIn(LoreCall *call, LoreJson *document){
  KeyText references[KEY_REFERENCE_COUNT];
  int exact = keyDocumentReferences(document, loreText(call, INGEST_RAW), references);
  return exact ? keyDocumentBest(call, references) : loreFindText(call, SQL_SIGNAL_DOCUMENT_KEY);
}

/* Fills in the key and the name that the document itself gives. */
static void readDocument(LoreCall *call){
  if( loreFailed(call) ) return;
  LoreJson *document = loreJsonParse(loreText(call, INGEST_RAW), loreTextLength(call, INGEST_RAW));
  if( !loreGiven(call, SAVE_COMPANY) ) loreSetText(call, SAVE_COMPANY, nameIn(call, document));
  if( !loreGiven(call, INGEST_KEY) ) loreSetText(call, INGEST_KEY, keyIn(call, document));
  loreJsonFree(document);
}

static const char *suppressedBy(LoreCall *call){
  const char *reason = NULL;
  LoreStatement *row = loreQuery(call, SQL_SUPPRESSION_OF);
  if( loreNext(row) ){
    reason = loreFormat(call, "page %s has %s until %s", loreColumnText(row, 2), loreColumnText(row, 1), loreColumnText(row, 6));
  }
  loreDone(row);
  return reason;
}

/* The answer has its room before anything is written: nothing may fail after that. */
typedef struct Answer {
  const char *key; /* as JSON */
  char *text;      /* sqlite3_malloc64 */
  int size;
} Answer;

static void makeRoom(LoreCall *call, Answer *answer, size_t reason){
  answer->key = loreJsonQuoted(call, loreText(call, INGEST_KEY));
  answer->size = loreFailed(call) ? 0 : (int)(strlen(answer->key) + 6*reason + 200);
  answer->text = loreFailed(call) ? NULL : sqlite3_malloc64((sqlite3_uint64)answer->size);
  if( answer->text==NULL ) loreNoMemory(call);
}

/* Hands over the answer; `reason` is JSON. */
static void give(LoreCall *call, Answer *answer, const char *outcome, const char *id, const char *reason){
  if( loreFailed(call) || answer->text==NULL ){
    sqlite3_free(answer->text);
    return;
  }
  sqlite3_snprintf(answer->size, answer->text, "{\"outcome\":\"%s\",\"id\":%s,\"canonical_key\":%s,\"reason\":%s}", outcome, id,
                   answer->key, reason);
  loreResultOwned(call, answer->text, strlen(answer->text), 1);
}

/* What is not stored is noted, with the reason. */
static void refuse(LoreCall *call, const char *outcome, sqlite3_int64 id, const char *reason){
  Answer answer;
  char number[24] = "null";
  const char *quoted = loreJsonQuoted(call, reason);
  makeRoom(call, &answer, reason ? strlen(reason) : 0);
  if( id ) sqlite3_snprintf(sizeof number, number, "%lld", id);
  loreLetText(call, "outcome", outcome);
  loreLetText(call, "reason", reason);
  loreWriteOne(call, SQL_SIGNAL_INGEST_NOTE);
  give(call, &answer, outcome, number, quoted);
}

static void storeIt(LoreCall *call){
  int is_new;
  char number[24], reason[MOST_NOTICE + 3];
  Answer answer;
  makeRoom(call, &answer, MOST_NOTICE);
  sqlite3_int64 id = store(call, &is_new);
  const char *notice = loreFailed(call) ? NULL : loreNoticeText(call);
  if( loreFailed(call) || is_new ){
    sqlite3_snprintf(sizeof number, number, "%lld", id);
    sqlite3_snprintf(sizeof reason, reason, notice ? "\"%s\"" : "null", notice);
    give(call, &answer, "new", number, reason);
  }else{
    sqlite3_free(answer.text);
    refuse(call, "duplicate", id, notice ? loreFormat(call, "%s", notice) : "this fact is stored already");
  }
}

void signalIngest(LoreCall *call){
  readDocument(call);
  dropEmpty(call, SAVE_SOURCE_ID);
  if( loreFailed(call) ) return;
  const char *suppressed = loreGiven(call, INGEST_KEY) ? suppressedBy(call) : NULL;
  if( !loreGiven(call, INGEST_KEY) ){
    refuse(call, "no_key", 0, loreFindText(call, SQL_SIGNAL_NO_KEY_REASON));
  }else if( suppressed ){
    refuse(call, "suppressed", 0, suppressed);
  }else{
    storeIt(call);
  }
}
