/*
** What people say of insights, what was spoken with an account, and what is known of it by all of that.
*/
#include <string.h>

#include "tenants/tenants.h"

enum { FEEDBACK_INSIGHT, FEEDBACK_WORD, FEEDBACK_BY, FEEDBACK_COMMENT, FEEDBACK_ID };
enum { RECORD_SENTIMENT = 4, RECORD_SOURCE = 6, RECORD_ID };
enum { PUT_ACCOUNT, PUT_WINDOW };
enum { DIGEST_DAY };

static const LoreTime kDay = 86400000;

/* ---- feedback_record ---- */

/* The word that this person has given before: its id, NULL for none. *is_same: it is the very same. */
static const char *findWord(LoreCall *call, int *is_same){
  const char *known = NULL;
  LoreStatement *row = loreQuery(call, SQL_FEEDBACK_FIND);
  if( loreNext(row) ){
    const char *word = loreColumnText(row, 1), *comment = loreColumnText(row, 2), *given = loreText(call, FEEDBACK_COMMENT);
    *is_same = word && strcmp(word, loreText(call, FEEDBACK_WORD))==0 && strcmp(comment ? comment : "", given ? given : "")==0;
    known = loreColumnCopy(row, 0);
  }
  loreDone(row);
  return loreFailed(call) ? NULL : known;
}

static void replaceWord(LoreCall *call, const char *known, int is_same){
  loreLetText(call, "known_id", known);
  if( is_same ) loreNotice(call, "nothing changes");
  else loreWriteOne(call, SQL_FEEDBACK_REPLACE);
  loreResultText(call, known);
}

void feedbackRecord(LoreCall *call){
  int is_same = 0;
  if( !loreFailed(call) && loreFindInt(call, SQL_INSIGHT_EXISTS)==0 ){
    loreRefuse(call, LORE_REFUSED, "there is no insight %s", loreShow(call, FEEDBACK_INSIGHT));
  }
  if( loreTextLength(call, FEEDBACK_COMMENT)==0 ) loreSetNull(call, FEEDBACK_COMMENT);
  const char *known = loreFailed(call) ? NULL : findWord(call, &is_same);
  if( known ) replaceWord(call, known, is_same);
  else if( !tenantsIsKnown(call, FEEDBACK_ID, SQL_FEEDBACK_DIFFERS) ) loreWriteOne(call, SQL_FEEDBACK_INSERT);
}

/* ---- interaction_record ---- */

/* A number from -1 to 1, or a word for one. */
static void letMood(LoreCall *call){
  static const struct { const char *word; double mood; } kMoods[] = { { "positive", 1 }, { "neutral", 0 }, { "negative", -1 } };
  const char *word = loreText(call, RECORD_SENTIMENT);
  loreLetNull(call, "mood");
  if( !loreGiven(call, RECORD_SENTIMENT) || (word && *word==0) ) return;
  for(int i = 0; i < 3 && word; i++){
    if( sqlite3_stricmp(word, kMoods[i].word)!=0 || strlen(word)!=loreTextLength(call, RECORD_SENTIMENT) ) continue;
    loreLetReal(call, "mood", kMoods[i].mood);
    return;
  }
  double mood = loreReal(call, RECORD_SENTIMENT);
  if( loreIsNumber(call, RECORD_SENTIMENT) && mood >= -1 && mood <= 1 ) loreLetReal(call, "mood", mood);
  else loreRefuse(call, LORE_BAD_ARGUMENT, "sentiment must be from -1 to 1, or positive, neutral or negative, got %s",
                  loreShow(call, RECORD_SENTIMENT));
}

void interactionRecord(LoreCall *call){
  if( !loreFailed(call) ) letMood(call);
  if( loreTextLength(call, RECORD_SOURCE)==0 ) loreSetNull(call, RECORD_SOURCE);
  const char *known = loreGiven(call, RECORD_SOURCE) ? loreFindText(call, SQL_INTERACTION_OF_SOURCE) : NULL;
  if( known ){
    loreNotice(call, "known by its source_id");
    loreResultText(call, known);
  }else if( !tenantsIsKnown(call, RECORD_ID, SQL_INTERACTION_DIFFERS) ){
    loreWriteOne(call, SQL_INTERACTION_INSERT);
  }
}

/* ---- What is known ---- */

void customerSummaryPut(LoreCall *call){
  sqlite3_int64 days = loreInt(call, PUT_WINDOW);
  if( !loreFailed(call) && days!=30 && days!=90 && days!=365 ){
    loreRefuse(call, LORE_BAD_ARGUMENT, "window_days must be 30, 90 or 365, got %s", loreShow(call, PUT_WINDOW));
  }
  int is_so = loreFindInt(call, SQL_SUMMARY_IS)!=0;
  if( is_so ) loreNotice(call, "nothing changes");
  else loreWriteOne(call, SQL_SUMMARY_PUT);
  loreResultInt(call, !is_so);
}

void customerView(LoreCall *call){
  loreLetTime(call, "recent", loreNow(call) - 30*kDay);
}

/* Until the end of the day, in UTC. */
void dailyDigest(LoreCall *call){
  LoreTime day = loreGiven(call, DIGEST_DAY) ? loreTime(call, DIGEST_DAY) : loreNow(call);
  LoreTime start = day - ((day % kDay) + kDay) % kDay;
  loreLetTime(call, "day_end", start + kDay);
}
