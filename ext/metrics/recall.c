/*
** timeseries_recall: what has happened in a window of time, oldest first. The body chooses the query by what narrows it most: a
** tag that lore_index has an index for, one type, or the time alone. recall_points.c adds the points of series.
*/
#include "metrics/correlations.h"

#include <string.h>

#include "engine/clock.h"
#include "engine/scan.h"
#include "engine/text.h"
#include "metrics/recall_points.h"

enum { RECALL_HOURS, RECALL_TYPES, RECALL_SCOPE, RECALL_TAGS, RECALL_SINCE, RECALL_UNTIL, RECALL_ROWS };

#define HOUR_MS 3600000.0
#define DAY_MS 86400000LL

void correlationWindow(LoreCall *call, int argument, LoreTime since, LoreTime until){
  if( since > until ){
    loreRefuse(call, LORE_BAD_ARGUMENT, "until must not lie before %s, got %s", loreTimeText(call, since),
               loreTimeText(call, until));
  }
  loreSetTime(call, argument, since);
  loreSetTime(call, argument + 1, until);
  loreLetTime(call, "first", since - DAY_MS);
  loreLetTime(call, "last", until + DAY_MS);
}

static void setWindow(LoreCall *call){
  LoreTime until = loreGiven(call, RECALL_UNTIL) ? loreTime(call, RECALL_UNTIL) : loreNow(call);
  LoreTime since = loreGiven(call, RECALL_SINCE) ? loreTime(call, RECALL_SINCE)
                                                 : until - (LoreTime)(loreReal(call, RECALL_HOURS)*HOUR_MS);
  correlationWindow(call, RECALL_SINCE, since, until);
}

/* ---- Types ---- */

static const char *const kTypes[] = { SERVICE_INTERACTION, METRIC_DATAPOINT, "log_entry", "trace_span", "audit_event" };
enum { TYPES = sizeof kTypes / sizeof kTypes[0], TYPE_INTERACTION = 1, TYPE_POINT = 2 }; /* the latter two as bits */

/* The place of a name in kTypes; -1. */
static int typeOf(LoreCall *call, const char *name, size_t length){
  char *word = loreAllocate(call, length + 1);
  if( word==NULL ) return -1;
  loreAsciiLower(word, name, length);
  if( strcmp(word, SERVICE_CORRELATION)==0 ) return 0;
  for(int i = 0; i < TYPES; i++) if( strcmp(word, kTypes[i])==0 ) return i;
  return -1;
}

/* The types of a JSON array as bits; 0 when it is none, or has anything else in it. */
static unsigned typesOfArray(LoreCall *call, const char *text, size_t length){
  LoreScanValue array, element;
  unsigned types = 0;
  if( !loreScanIsPlain(text, length) || !loreScanText(text, length, &array) ) return 0;
  for(LoreScan scan = loreScanInto(&array); loreScanNext(&scan, NULL, &element);){
    int is_word = element.kind==LORE_SCAN_STRING && !element.has_escapes;
    int type = is_word ? typeOf(call, element.text + 1, element.length - 2) : -1;
    if( type < 0 ) return 0;
    types |= 1u << type;
  }
  return types;
}

static unsigned typesAsked(LoreCall *call){
  const char *text = loreText(call, RECALL_TYPES);
  size_t length = loreTextLength(call, RECALL_TYPES);
  unsigned types = 0;
  if( text==NULL || loreFailed(call) ) return 0;
  if( text[strspn(text, " \t\r\n")]=='[' ){
    types = typesOfArray(call, text, length);
  }else{
    int type = typeOf(call, text, length);
    if( type >= 0 ) types = 1u << type;
  }
  if( types==0 ){
    loreRefuse(call, LORE_BAD_ARGUMENT, "types must be service_interaction, metric_datapoint, log_entry, trace_span or "
               "audit_event, or a JSON array of them, got %s", loreShow(call, RECALL_TYPES));
  }
  return types;
}

/* Sets the argument to a JSON array, and lets :type; the types as bits, 0 for all. What other software stored as
** service_correlation is a service interaction too. */
static unsigned setTypes(LoreCall *call){
  unsigned types = typesAsked(call);
  const char *list = "", *only = NULL;
  int count = 0;
  for(int i = 0; i < TYPES && list; i++){
    if( (types >> i & 1)==0 ) continue;
    list = loreFormat(call, "%s%s\"%s\"", list, count ? "," : "", kTypes[i]);
    only = kTypes[i];
    count++;
  }
  if( count==0 || list==NULL ) return 0;
  loreSetText(call, RECALL_TYPES, loreFormat(call, "[%s%s]", list, types & TYPE_INTERACTION ? ",\"" SERVICE_CORRELATION "\"" : ""));
  loreLetText(call, "type", only);
  return types;
}

/* ---- Tags ---- */

enum { TAG_NAME_MOST = 200, TAGS_TRIED = 16 };

/* Names as in `wanted` (sql/statements/metrics.sql) that have a path. */
static int hasPath(const char *name){
  static const char kPlain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_ .:";
  size_t length = strlen(name);
  return length > 0 && length <= TAG_NAME_MOST && strspn(name, kPlain)==length;
}

static int isIndexed(LoreCall *call, const char *path){
  if( path==NULL ) return 0;
  loreLetText(call, "index_name", loreIndexName(call, "correlations", path));
  return loreFindInt(call, SQL_CORRELATION_INDEX) > 0;
}

/* The path, of both ways to write it, that lore_index has made an index for; NULL. */
static const char *indexedPath(LoreCall *call, const char *name){
  const char *bare = strchr(name, '.') ? NULL : loreFormat(call, "$.%s", name);
  if( isIndexed(call, bare) ) return bare;
  const char *quoted = loreFormat(call, "$.\"%s\"", name);
  return isIndexed(call, quoted) ? quoted : NULL;
}

static const char *tagName(LoreCall *call, const LoreScanValue *name){
  char *text = loreAllocate(call, name->length + 1);
  if( text && loreScanDecode(name, text) < 0 ){
    loreRefuse(call, LORE_BAD_ARGUMENT, "tags must not have a name with U+0000 or half a surrogate pair, got %s",
               loreShow(call, RECALL_TAGS));
    return NULL;
  }
  return text;
}

/* Looks at every name; the path of the first member with an index, which is let as :tag. */
static const char *chooseTag(LoreCall *call){
  LoreScanValue tags, name, value;
  const char *path = NULL, *text = loreText(call, RECALL_TAGS);
  int tried = 0;
  if( text==NULL || !loreScanText(text, loreTextLength(call, RECALL_TAGS), &tags) ) return NULL;
  for(LoreScan scan = loreScanInto(&tags); loreScanNext(&scan, &name, &value) && !loreFailed(call);){
    const char *tag = tagName(call, &name);
    int may = tag && value.kind!=LORE_SCAN_NULL && value.kind!=LORE_SCAN_OBJECT && value.kind!=LORE_SCAN_ARRAY && hasPath(tag);
    if( path || !may || tried++ >= TAGS_TRIED ) continue;
    path = indexedPath(call, tag);
    if( path ) loreLetText(call, "tag", tag);
  }
  return path;
}

void timeseriesRecall(LoreCall *call){
  setWindow(call);
  correlationClearNull(call, RECALL_TAGS);
  unsigned types = setTypes(call);
  int one_type = types!=TYPE_INTERACTION && (types & (types - 1))==0 && types!=0;
  const char *path = chooseTag(call);
  if( loreFailed(call) ) return;
  LoreStatement *rows = path ? loreTemplate(call, SQL_RECALL_BY_TAG_TEMPLATE, "tags", path)
                             : loreQuery(call, one_type ? SQL_RECALL_BY_TYPE : SQL_RECALL_BY_TIME);
  if( loreGiven(call, RECALL_SCOPE) || (types && (types & TYPE_POINT)==0) ){
    loreRowsOf(call, rows); /* points have no scope */
  }else{
    recallWithPoints(call, rows, RECALL_TAGS, loreTime(call, RECALL_SINCE), loreTime(call, RECALL_UNTIL),
                     loreInt(call, RECALL_ROWS));
  }
}
