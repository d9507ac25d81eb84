/*
** Reading what was learned: one pattern's confidence, and what automating it would save.
**
** potential_monthly_savings multiplies by all occurrences ever, as its specification says. pattern_savings
** is the honest figure beside it: occurrences a day over the time in which they could have been seen, with
** an interval for how little a short time tells.
*/
#include <string.h>

#include "engine/clock.h"
#include "patterns/intervals.h"
#include "patterns/record.h"

enum { PATTERN };
enum { SAVINGS_PATTERN, SAVINGS_LEVEL };
enum { OBSERVED_ID, OBSERVED_SIGNATURE, OBSERVED_COUNT, OBSERVED_SAVING, OBSERVED_MONTHLY, OBSERVED_SINCE }; /* pattern_observed */

#define DAY_MS 86400000LL
#define MONTH_DAYS 30

void patternConfidence(LoreCall *call){
  PatternRow pattern;
  if( !loreGiven(call, PATTERN) ) return;
  sqlite3_int64 id = patternIdOf(call, PATTERN);
  double score = 0;
  if( id && patternRowById(call, id, &pattern) ) score = patternFigures(&pattern.sums).confidence;
  loreResultReal(call, score);
}

void patternChoose(LoreCall *call){
  loreLetInt(call, "pattern_id", patternIdOf(call, PATTERN));
}

/* ---- Savings ---- */

/* The time in which a pattern could have been seen. */
typedef struct Window {
  LoreTime from, until;
  double days; /* at least 1; 0 when nobody knows since when */
} Window;

static Window windowOf(LoreCall *call, const char *since){
  Window window = { 0, loreNow(call), 0 };
  if( since==NULL || !loreTimeParse(since, strlen(since), &window.from) ) return window;
  window.days = (double)(window.until - window.from)/DAY_MS;
  if( window.days < 1 ) window.days = 1;
  return window;
}

static void savingsRow(LoreCall *call, LoreStatement *row){
  Window window = windowOf(call, loreColumnText(row, OBSERVED_SINCE));
  double events = (double)loreColumnInt(row, OBSERVED_COUNT), saving = loreColumnReal(row, OBSERVED_SAVING);
  for(int column = OBSERVED_ID; column <= OBSERVED_COUNT; column++) loreRowColumn(call, row, column);
  if( window.days > 0 && events >= 0 ){
    Interval a_day = rateInterval(events, window.days, loreReal(call, SAVINGS_LEVEL));
    loreRowText(call, loreTimeText(call, window.from));
    loreRowText(call, loreTimeText(call, window.until));
    loreRowReal(call, window.days);
    loreRowReal(call, events/window.days*MONTH_DAYS);
    loreRowReal(call, saving);
    loreRowReal(call, a_day.low*MONTH_DAYS*saving);
    loreRowReal(call, a_day.expected*MONTH_DAYS*saving);
    loreRowReal(call, a_day.high*MONTH_DAYS*saving);
  }else{
    for(int column = 0; column < 8; column++) loreRowText(call, NULL);
  }
  loreRowColumn(call, row, OBSERVED_MONTHLY);
}

void patternSavingsRows(LoreCall *call){
  sqlite3_int64 id = 0;
  int is_one = loreGiven(call, SAVINGS_PATTERN);
  if( is_one && (id = patternIdOf(call, SAVINGS_PATTERN))==0 ) return;
  loreLetInt(call, "first", is_one ? id : INT64_MIN);
  loreLetInt(call, "last", is_one ? id : INT64_MAX);
  LoreStatement *rows = loreQuery(call, SQL_PATTERN_OBSERVED);
  while( loreNext(rows) ) savingsRow(call, rows);
}
