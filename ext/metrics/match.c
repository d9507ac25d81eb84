/*
** The series that are meant: see match.h. They are found by what narrows them most, the id, the name or one of the tags, and
** the rest is looked at series by series.
*/
#include "metrics/match.h"

#include "engine/scan.h"

/* 0: no text of SQLite can hold it, and so no tag. */
static int isText(LoreCall *call, const LoreScanValue *string){
  char *text = string->has_escapes ? loreAllocate(call, string->length + 1) : NULL;
  return text==NULL || loreScanDecode(string, text) >= 0;
}

static void checkTags(LoreCall *call, int argument){
  LoreScanValue tags, name, value;
  if( !loreGiven(call, argument) || !loreScanText(loreText(call, argument), loreTextLength(call, argument), &tags) ) return;
  for(LoreScan scan = loreScanInto(&tags); loreScanNext(&scan, &name, &value) && !loreFailed(call);){
    if( isText(call, &name) && (value.kind!=LORE_SCAN_STRING || isText(call, &value)) ) continue;
    loreRefuse(call, LORE_BAD_ARGUMENT, "tags must not have U+0000 or half a surrogate pair in a name or value, got %s",
               loreShow(call, argument));
  }
}

static void let(LoreCall *call, const char *name, int argument){
  if( argument < 0 ) loreLetNull(call, name);
  else loreLetArgument(call, name, argument);
}

/* Lets where to begin: what of the name (as a tag without a name of its own) and the tags has the fewest series. */
static void chooseNarrowest(LoreCall *call){
  LoreStatement *found = loreQuery(call, SQL_METRIC_MATCH_NARROWEST);
  int is_any = loreNext(found);
  const char *key = is_any ? loreColumnCopy(found, 0) : NULL;
  const char *value = is_any ? loreColumnCopy(found, 1) : NULL;
  loreDone(found);
  loreLetText(call, "match_by_name", key ? NULL : value);
  loreLetText(call, "match_by_key", key);
  loreLetText(call, "match_by_value", value);
  loreLetInt(call, "match_by_none", !is_any);
}

LoreStatement *metricMatch(LoreCall *call, int name_argument, int tags_argument, int series_argument){
  if( tags_argument >= 0 ) checkTags(call, tags_argument);
  let(call, "match_name", name_argument);
  let(call, "match_tags", tags_argument);
  let(call, "match_series", series_argument);
  if( series_argument >= 0 && loreGiven(call, series_argument) ){
    loreLetNull(call, "match_by_name");
    loreLetNull(call, "match_by_key");
    loreLetNull(call, "match_by_value");
    loreLetInt(call, "match_by_none", 0);
  }else{
    chooseNarrowest(call);
  }
  return loreQuery(call, SQL_METRIC_MATCH);
}
