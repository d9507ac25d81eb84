/*
** Saving a fact once. Its natural key is the collector's own id of the event (source_api, source_id);
** without one it is (canonical_key, signal_type, source_api, detected_at).
**
** The insert comes first and decides: two collectors at once can't both miss the other's row. Only when
** it stores nothing is the row looked for that stood in the way.
*/
#include <string.h>

#include "engine/json.h"
#include "signals/signals.h"

/* The last three stand alike in both verbs. */
enum { SAVE_COMPANY = 5, SAVE_DETECTED, SAVE_SOURCE_ID };
enum { INGEST_KEY = 4 };

enum { MOST_SHIFTS = 999 }; /* milliseconds */

/* The row with this source's id. *notice: what differs there. */
static sqlite3_int64 findBySource(LoreCall *call, const char **notice){
  sqlite3_int64 id = 0;
  *notice = NULL;
  if( loreTextLength(call, SAVE_SOURCE_ID)==0 ) return 0;
  LoreStatement *row = loreQuery(call, SQL_SIGNAL_BY_SOURCE);
  if( loreNext(row) ){
    id = loreColumnInt(row, 0);
    const char *differs = loreColumnText(row, 1);
    if( differs && *differs ) *notice = loreFormat(call, "known by its source_id; kept as it was: %s", differs);
  }
  loreDone(row);
  return id;
}

/* Looks at the row that stands at this moment: 0 when there is none. *same: its id, when it is this very fact. */
static int isTaken(LoreCall *call, sqlite3_int64 *same){
  LoreStatement *row = loreQuery(call, SQL_SIGNAL_BY_KEY);
  int taken = loreNext(row);
  *same = taken && loreColumnInt(row, 1) ? loreColumnInt(row, 0) : 0;
  loreDone(row);
  return taken;
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

/* Another event of the same moment is stored a little later, so that it is not lost. */
static sqlite3_int64 insertLater(LoreCall *call){
  LoreTime first = loreTime(call, SAVE_DETECTED);
  sqlite3_int64 id = 0, same;
  for(int shift = 1; id==0 && isTaken(call, &same) && shift <= MOST_SHIFTS; shift++){
    loreSetTime(call, SAVE_DETECTED, first + shift);
    id = insert(call);
    if( id ) loreNotice(call, "stored %d ms later: another event of that moment is there", shift);
  }
  if( id || loreFailed(call) ) return id;
  if( isTaken(call, &same) ){
    loreRefuse(call, LORE_REFUSED, "%d events of this key, type and source stand at and after %s", MOST_SHIFTS + 1,
               loreTimeText(call, first));
  }else{
    loreRefuse(call, LORE_REFUSED, "a row was not stored: a trigger ignored it");
  }
  return 0;
}

/* The signal's id; *is_new says whether this call has stored it. */
static sqlite3_int64 store(LoreCall *call, int *is_new){
  const char *notice;
  loreLetArgument(call, "given_at", SAVE_DETECTED);
  if( !loreGiven(call, SAVE_DETECTED) ) loreSetText(call, SAVE_DETECTED, loreNowText(call));
  sqlite3_int64 id = insert(call);
  *is_new = id!=0;
  if( id || loreFailed(call) ) return id;
  id = findBySource(call, &notice);
  if( id==0 ) isTaken(call, &id);
  if( notice ) loreNotice(call, "%s", notice);
  if( id ) return id;
  *is_new = 1;
  return insertLater(call);
}

void signalSave(LoreCall *call){
  int is_new;
  sqlite3_int64 id = store(call, &is_new);
  loreResultId(call, id);
}

/* ---- signal_ingest ---- */

/* Fills in the key and the name that the document itself gives. */
static void readDocument(LoreCall *call){
  LoreStatement *row = loreQuery(call, SQL_SIGNAL_DOCUMENT);
  if( !loreNext(row) ) return;
  const char *key = loreColumnText(row, 0), *name = loreColumnText(row, 1);
  key = key ? loreFormat(call, "%s", key) : NULL;
  name = name ? loreFormat(call, "%s", name) : NULL;
  loreDone(row);
  loreSetText(call, INGEST_KEY, key);
  loreSetText(call, SAVE_COMPANY, name);
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

/* What was not stored is noted, with the reason. */
static void answer(LoreCall *call, const char *outcome, sqlite3_int64 id, const char *reason){
  if( strcmp(outcome, "new")!=0 ){
    loreLetText(call, "outcome", outcome);
    loreLetText(call, "reason", reason);
    loreWriteOne(call, SQL_SIGNAL_INGEST_NOTE);
  }
  LoreJson *json = loreJsonObject(call);
  loreJsonAddText(call, json, "outcome", outcome);
  if( id ) loreJsonAddInt(call, json, "id", id);
  else loreJsonAddText(call, json, "id", NULL);
  loreJsonAddText(call, json, "canonical_key", loreText(call, INGEST_KEY));
  loreJsonAddText(call, json, "reason", reason);
  loreJsonResult(call, json);
}

void signalIngest(LoreCall *call){
  int is_new;
  readDocument(call);
  if( loreFailed(call) ) return;
  if( !loreGiven(call, INGEST_KEY) ){
    answer(call, "no_key", 0, loreFindText(call, SQL_SIGNAL_NO_KEY_REASON));
    return;
  }
  const char *suppressed = suppressedBy(call);
  if( suppressed ){
    answer(call, "suppressed", 0, suppressed);
    return;
  }
  sqlite3_int64 id = store(call, &is_new);
  const char *notice = loreNoticeOf(call);
  answer(call, is_new ? "new" : "duplicate", id, is_new ? notice : notice ? notice : "this fact is stored already");
}
