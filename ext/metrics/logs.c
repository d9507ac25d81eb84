/*
** log_search: lines of logs from a level on, newest first. Errors are rare, so they are found by their level; all lines by
** their time.
*/
#include "metrics/correlations.h"

#include <string.h>

#include "engine/clock.h"

enum { SEARCH_LEVEL, SEARCH_SINCE = 2, SEARCH_UNTIL };

typedef struct Level {
  const char *word;
  const char *levels; /* it and those above, also in capitals, as other software may write them */
  LoreSql statement;
} Level;

#define CRITICAL "\"critical\",\"CRITICAL\"]"
#define ERROR "\"error\",\"ERROR\"," CRITICAL
#define WARNING "\"warning\",\"WARNING\"," ERROR
#define INFO "\"info\",\"INFO\"," WARNING

static const Level kLevels[] = {
  { "debug", "[\"debug\",\"DEBUG\"," INFO, SQL_LOG_SEARCH_BY_TIME },
  { "info", "[" INFO, SQL_LOG_SEARCH_BY_TIME },
  { "warning", "[" WARNING, SQL_LOG_SEARCH_BY_LEVEL },
  { "error", "[" ERROR, SQL_LOG_SEARCH_BY_LEVEL },
  { "critical", "[" CRITICAL, SQL_LOG_SEARCH_BY_LEVEL },
};

static const Level *levelAsked(LoreCall *call){
  const char *word = loreText(call, SEARCH_LEVEL);
  size_t i = 0;
  while( word && i < sizeof kLevels/sizeof kLevels[0] - 1 && strcmp(kLevels[i].word, word)!=0 ) i++;
  return &kLevels[i];
}

void logSearch(LoreCall *call){
  const Level *level = levelAsked(call);
  LoreTime since = loreGiven(call, SEARCH_SINCE) ? loreTime(call, SEARCH_SINCE) : LORE_TIME_FIRST;
  LoreTime until = loreGiven(call, SEARCH_UNTIL) ? loreTime(call, SEARCH_UNTIL) : LORE_TIME_LAST;
  correlationWindow(call, SEARCH_SINCE, since, until);
  loreLetText(call, "levels", level->levels);
  if( loreFailed(call) ) return;
  loreRowsOf(call, loreQuery(call, level->statement));
}
