/*
** The hot path. One more detection of an open signal is one UPDATE of columns that no index has, a new
** signal is two inserts; each is tried without looking first, the likelier one first, by what the last
** calls met. What is neither is left to the machine.
*/
#include "lifecycle/tables.h"

/* How many of the last calls brought a new signal: 0 (none) to 255 (all). */
static unsigned char *recentNews(LoreCall *call){
  static const char kKey;
  return loreKept(call, &kKey, 1);
}

enum { MANY_NEWS = 192 }; /* three quarters */

/* The transition stands although what it fired has failed: by itself nothing undoes it. */
static void takeBack(LoreCall *call){
  loreLetInt(call, "seq", sqlite3_last_insert_rowid(loreDatabase(call)));
  loreUndo(call, SQL_STATE_UNBEGUN);
  loreUndo(call, SQL_STATE_UNBEGIN);
}

static int begin(SignalBook *book, const SignalRecord *record, const Detection *detection){
  LoreCall *call = book->call;
  Muting muting = { 0, NO_TIME };
  if( record->row.state!=STATE_NONE ) return 0;
  book->methods->muting(book, record, detection->at, &muting);
  if( muting.is_muted || loreFailed(call) ) return 0;
  tablesLetRecord(call, record);
  loreLetText(call, "first_evidence", signalEvidence(detection));
  if( loreRun(call, SQL_STATE_BEGIN)==0 ) return 0;
  loreWriteOne(call, SQL_STATE_BEGUN);
  if( loreFailed(call) ) takeBack(call);
  return 1;
}

/* :most and :oldest are where a rule begins to ask; NULL for a rule that does not. */
static int repeat(SignalBook *book, const SignalRule *rule, const Detection *detection){
  SignalTables *tables = (SignalTables*)book;
  LoreCall *call = book->call;
  if( rule->escalate_after_count > 0 ) loreLetInt(call, "most", rule->escalate_after_count - detection->times);
  else loreLetNull(call, "most");
  tablesLetTime(call, "oldest", rule->escalate_after_ms==NO_TIME ? NO_TIME : detection->at - rule->escalate_after_ms,
                tables->limit);
  return loreRun(call, SQL_STATE_REPEAT)==1;
}

static void letDetection(LoreCall *call, const char *key, const Detection *detection){
  loreLetText(call, "signal_key", key);
  loreLetText(call, "severity", signalSeverityWord(detection->severity));
  loreLetText(call, "evidence", detection->evidence);
  loreLetInt(call, "times", detection->times);
  loreLetInt(call, "rank", signalSeverityRank(detection->severity));
}

int tablesPlain(SignalBook *book, const SignalRecord *record, const SignalRule *rule, const Detection *detection, Outcome *outcome){
  LoreCall *call = book->call;
  unsigned char *news = recentNews(call);
  if( news==NULL ) return 0;
  letDetection(call, record->key, detection);
  int repeat_first = *news < MANY_NEWS;
  int is_repeat = repeat_first && repeat(book, rule, detection);
  int is_new = !is_repeat && !loreFailed(call) && begin(book, record, detection);
  if( !is_repeat && !is_new && !repeat_first && !loreFailed(call) ) is_repeat = repeat(book, rule, detection);
  *news = (unsigned char)(*news - *news/8 + (is_new ? 31 : 0));
  *outcome = is_new ? OUTCOME_NEW : OUTCOME_ONGOING;
  return is_repeat || is_new;
}
