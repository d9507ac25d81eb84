/*
** Finding and making series: see identity.h.
*/
#include "metrics/identity.h"

#include <string.h>

#include "engine/digest.h"

int metricTags(LoreCall *call, const char *text, Tags *tags){
  tags->count = 0;
  const char *first = text ? text + strspn(text, " \t\r\n") : "";
  if( *first==0 || strncmp(first, "null", 4)==0 ) return !loreFailed(call);
  size_t length = strlen(text);
  char *room = loreAllocate(call, 2*length + 1);
  const char *problem = room ? tagsRead(text, length, tags, room) : NULL;
  if( problem ) loreRefuse(call, LORE_BAD_ARGUMENT, "tags %s, got %!.60s", problem, text);
  return !loreFailed(call);
}

/* The tags in their one form; lives as long as the call. NULL after an error. */
static const char *formOf(LoreCall *call, const Tags *tags){
  LoreBuffer out = { .reallocate = loreReallocate };
  tagsWrite(tags, &out);
  char *form = out.failed ? NULL : loreAllocate(call, out.length + 1);
  if( form ) memcpy(form, out.data, out.length + 1);
  else if( !loreFailed(call) ) loreNoMemory(call);
  sqlite3_free(out.data);
  return form;
}

static int find(LoreCall *call, MetricSeries *series){
  LoreStatement *row = loreQuery(call, SQL_METRIC_SERIES_FIND);
  if( !loreNext(row) ) return 0;
  series->id = loreColumnInt(row, 0);
  series->is_counter = (int)loreColumnInt(row, 1);
  series->is_new = 0;
  loreDone(row);
  return 1;
}

typedef struct Making {
  const Tags *tags;
  const char *kind;
  MetricSeries *series;
} Making;

static void make(LoreCall *call, void *context){
  const Making *making = context;
  const Tags *tags = making->tags;
  MetricSeries *series = making->series;
  series->id = loreInsert(call, SQL_METRIC_SERIES_INSERT);
  series->is_counter = strcmp(making->kind, "counter")==0;
  series->is_new = 1;
  loreLetInt(call, "series", series->id);
  for(int i = 0; i < tags->count; i++){
    loreLetText(call, "tag_key", tags->tags[i].key);
    loreLetText(call, "tag_value", tags->tags[i].value);
    loreWriteOne(call, SQL_METRIC_TAG_INSERT);
  }
  if( loreSettingIs(call, "metric_nodes", "on") ) loreRun(call, SQL_METRIC_NODE_INSERT);
}

int metricSeriesOf(LoreCall *call, const char *name, const char *text, const char *kind, MetricSeries *series){
  Tags tags;
  char hash[LORE_DIGEST_SIZE];
  if( !metricTags(call, text, &tags) ) return 0;
  tagsDropNull(&tags);
  const char *form = formOf(call, &tags);
  if( form==NULL ) return 0;
  loreDigest(&form, 1, hash);
  loreLetText(call, "series_name", name);
  loreLetText(call, "series_tags", form);
  loreLetText(call, "series_hash", hash);
  loreLetText(call, "series_kind", kind ? kind : "gauge");
  loreLetText(call, "series_created", loreNowText(call));
  Making making = { &tags, kind ? kind : "gauge", series };
  if( !find(call, series) ) loreInFrame(call, make, &making);
  loreLetNull(call, "series_hash"); /* which ends with this function */
  if( !loreFailed(call) && kind && series->is_counter!=(strcmp(kind, "counter")==0) ){
    loreRefuse(call, LORE_REFUSED, "kind of %!.60s %!.60s is %s, got '%s'", name, form,
               series->is_counter ? "counter" : "gauge", kind);
  }
  return !loreFailed(call);
}
