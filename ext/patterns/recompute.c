/*
** pattern_recompute: the statistics again from the occurrences. On a file that only our verbs have written
** it changes nothing.
*/
#include "patterns/record.h"

enum { RECOMPUTE_PATTERN };

static int recompute(LoreCall *call, sqlite3_int64 id){
  PatternRow pattern;
  return patternRowById(call, id, &pattern) && patternRowRebuild(call, &pattern);
}

/* Result: how many patterns were not as their occurrences say. */
void patternRecompute(LoreCall *call){
  sqlite3_int64 changed = 0, id;
  if( loreGiven(call, RECOMPUTE_PATTERN) ){
    id = patternIdOf(call, RECOMPUTE_PATTERN);
    if( id==0 ) loreRefuse(call, LORE_REFUSED, "there is no pattern %s", loreShow(call, RECOMPUTE_PATTERN));
    changed = recompute(call, id);
  }else{
    loreLetInt(call, "pattern_id", INT64_MIN);
    while( (id = loreFindInt(call, SQL_PATTERN_NEXT))!=0 ) changed += recompute(call, id);
  }
  loreResultInt(call, changed);
}
