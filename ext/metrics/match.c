/*
** The series that are meant: see match.h. They are found by what narrows them most, the id, the name or one of the tags, and
** the rest is looked at series by series.
*/
#include "metrics/match.h"

#include "engine/buffer.h"
#include "engine/scan.h"

/* 0: U+0000 or half a surrogate pair is in it, so no tag is called so or has such a value. */
static int isText(LoreCall *call, const LoreScanValue *string){
  char *text = string->has_escapes ? loreAllocate(call, string->length + 1) : NULL;
  return text==NULL || loreScanDecode(string, text) >= 0;
}

/* Adds a member as SQL compares it: any value but null as text. 0: no series has it. */
static int addMember(LoreCall *call, const LoreScanValue *name, const LoreScanValue *value, LoreBuffer *members){
  int may_be = isText(call, name) && (value->kind!=LORE_SCAN_STRING || isText(call, value));
  if( value->kind==LORE_SCAN_NULL && !may_be ) return 1;
  if( value->kind==LORE_SCAN_ARRAY || value->kind==LORE_SCAN_OBJECT || !may_be ) return 0;
  int is_scalar = value->kind!=LORE_SCAN_STRING && value->kind!=LORE_SCAN_NULL;
  loreBufferAppend(members, members->length ? "," : "{", 1);
  loreBufferAppend(members, name->text, name->length);
  loreBufferChar(members, ':');
  if( is_scalar ) loreBufferChar(members, '"');
  loreBufferAppend(members, value->text, value->length);
  if( is_scalar ) loreBufferChar(members, '"');
  return 1;
}

/* Lets :match_tags, the tags that are asked for. 0: no series has them. */
static int letTags(LoreCall *call, int argument){
  LoreBuffer members = { .reallocate = loreReallocate };
  LoreScanValue tags, name, value;
  int may_be = 1;
  loreLetNull(call, "match_tags");
  if( argument < 0 || !loreGiven(call, argument) ) return 1;
  if( !loreScanText(loreText(call, argument), loreTextLength(call, argument), &tags) ) return 1;
  for(LoreScan scan = loreScanInto(&tags); may_be && loreScanNext(&scan, &name, &value);){
    may_be = addMember(call, &name, &value, &members);
  }
  if( members.length ) loreBufferChar(&members, '}');
  if( members.failed ) loreNoMemory(call);
  else if( members.length ) loreLetText(call, "match_tags", loreFormat(call, "%s", members.data));
  sqlite3_free(members.data);
  return may_be;
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
  static const char *const kFound[] = { "match_name", "match_series", "match_by_name", "match_by_key", "match_by_value",
                                        "match_by_none" };
  for(size_t i = 0; i < sizeof kFound/sizeof kFound[0]; i++) loreLetNull(call, kFound[i]); /* by which nothing is found */
  if( !letTags(call, tags_argument) ) return loreQuery(call, SQL_METRIC_MATCH);
  if( name_argument >= 0 ) loreLetArgument(call, "match_name", name_argument);
  if( series_argument >= 0 ) loreLetArgument(call, "match_series", series_argument);
  if( series_argument < 0 || !loreGiven(call, series_argument) ) chooseNarrowest(call);
  return loreQuery(call, SQL_METRIC_MATCH);
}
