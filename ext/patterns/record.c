/*
** Recording that a workflow showed a pattern, once. A record touches one row of operation_patterns and one
** of pattern_occurrences, however long the pattern's history is. As nearly always the pattern is known and
** the occurrence is new, that way does without a frame: its one step back is to delete the occurrence.
*/
#include <string.h>

#include "engine/json.h"
#include "patterns/record.h"

enum { RECORD_SIGNATURE, RECORD_WORKFLOW };

static void letMetrics(LoreCall *call, const PatternMetrics *m){
  loreLetInt(call, "tokens", m->tokens);
  loreLetInt(call, "cost_nano", m->cost_nano);
  if( m->has_duration ) loreLetInt(call, "duration_ms", m->duration_ms);
  else loreLetNull(call, "duration_ms");
  loreLetInt(call, "errors", m->errors);
  if( m->has_retries ) loreLetInt(call, "retries", m->retries);
  else loreLetNull(call, "retries");
}

static int sameMetrics(const PatternMetrics *a, const PatternMetrics *b){
  return a->tokens==b->tokens && a->cost_nano==b->cost_nano && a->duration_ms==b->duration_ms && a->errors==b->errors
      && a->retries==b->retries && a->has_duration==b->has_duration && a->has_errors==b->has_errors
      && a->has_retries==b->has_retries;
}

static void refuseSum(LoreCall *call, const PatternRow *pattern){
  loreRefuse(call, LORE_REFUSED, "the sums of pattern %lld can't hold this workflow; if they were changed by hand, "
             "run SELECT pattern_recompute(%lld)", pattern->id, pattern->id);
}

/* An occurrence as it stands. */
typedef struct Occurrence {
  int is_there, has_contributed, same_characteristics;
  PatternMetrics metrics;
} Occurrence;

static Occurrence find(LoreCall *call){
  Occurrence occurrence = { 0 };
  LoreStatement *row = loreQuery(call, SQL_OCCURRENCE_FIND);
  if( loreNext(row) ){
    occurrence.is_there = 1;
    occurrence.metrics = patternMetricsOf(row, 0);
    occurrence.has_contributed = loreColumnGiven(row, 0);
    occurrence.same_characteristics = loreColumnInt(row, 5)!=0;
  }
  loreDone(row);
  return occurrence;
}

/* The new contribution takes the place of the old one. */
static void replace(LoreCall *call, PatternRow *pattern, const PatternMetrics *metrics){
  Occurrence old = find(call);
  if( old.is_there && !old.has_contributed ){ /* other software has made it beside us */
    patternRowRebuild(call, pattern);
    old = find(call);
  }
  if( !old.is_there ) patternRefuseSwallowed(call);
  int same = sameMetrics(&old.metrics, metrics);
  if( loreFailed(call) || (same && old.same_characteristics) ) return;
  loreWriteOne(call, SQL_OCCURRENCE_UPDATE);
  if( same || loreFailed(call) ) return;
  if( !patternSumsRemove(&pattern->sums, &old.metrics) || !patternSumsAdd(&pattern->sums, metrics) ) refuseSum(call, pattern);
  patternRowStore(call, pattern, NULL);
}

/* 1: a new occurrence of a pattern that is known, or one that stands there just like this; when it fails it leaves nothing
** behind. 0: nothing was done; there is more to do. */
static int recordKnown(LoreCall *call, PatternRow *pattern, const PatternMetrics *metrics, PatternRecorded *recorded){
  PatternRow wider = *pattern;
  recorded->id = pattern->id;
  if( !patternSumsAdd(&wider.sums, metrics) ) return 0;
  recorded->occurrence_is_new = loreRun(call, SQL_OCCURRENCE_INSERT)==1;
  if( loreFailed(call) ) return 1;
  if( !recorded->occurrence_is_new ){
    Occurrence old = find(call);
    return old.has_contributed && old.same_characteristics && sameMetrics(&old.metrics, metrics);
  }
  patternRowStore(call, &wider, loreNowText(call));
  if( loreFailed(call) ) loreUndo(call, SQL_OCCURRENCE_UNDO);
  return 1;
}

typedef struct Task {
  PatternRow *pattern;
  const PatternMetrics *metrics;
  PatternRecorded *recorded;
} Task;

/* The same in general: several rows may change. */
static void recordAny(LoreCall *call, void *context){
  Task *task = context;
  PatternRow *pattern = task->pattern;
  PatternRecorded *recorded = task->recorded;
  if( pattern->id==0 ){
    pattern->id = loreInsert(call, SQL_PATTERN_INSERT);
    recorded->is_new = 1;
  }else if( !pattern->is_known ){
    patternRowRebuild(call, pattern);
  }
  recorded->id = pattern->id;
  loreLetInt(call, "pattern_id", pattern->id);
  recorded->occurrence_is_new = loreRun(call, SQL_OCCURRENCE_INSERT)==1;
  if( loreFailed(call) ) return;
  if( !recorded->occurrence_is_new ){
    replace(call, pattern, task->metrics);
  }else if( !patternSumsAdd(&pattern->sums, task->metrics) ){
    refuseSum(call, pattern);
  }else{
    patternRowStore(call, pattern, loreNowText(call));
  }
}

PatternRecorded patternRecordOne(LoreCall *call, const char *signature, PatternEvidence *workflow){
  PatternRow pattern;
  PatternRecorded recorded = { 0 };
  const PatternMetrics *metrics = &workflow->metrics;
  loreLetText(call, "characteristics", patternDescribe(call, workflow));
  patternRowFind(call, signature, &pattern);
  loreLetInt(call, "pattern_id", pattern.id);
  loreLetText(call, "workflow_id", workflow->id);
  letMetrics(call, metrics);
  if( loreFailed(call) || (pattern.is_known && recordKnown(call, &pattern, metrics, &recorded)) ) return recorded;
  Task task = { &pattern, metrics, &recorded };
  loreFramed(call, recordAny, &task);
  return recorded;
}

/* ---- pattern_record, pattern_record_json ---- */

/* The id is 0 when the workflow has none, or after an error. */
static PatternRecorded record(LoreCall *call){
  PatternEvidence workflow;
  PatternRecorded nothing = { 0 };
  patternEvidenceRead(call, loreText(call, RECORD_WORKFLOW), &workflow);
  if( loreFailed(call) ) return nothing;
  if( workflow.id ) return patternRecordOne(call, loreText(call, RECORD_SIGNATURE), &workflow);
  loreNotice(call, "the workflow has no workflow_id");
  return nothing;
}

void patternRecord(LoreCall *call){
  PatternRecorded recorded = record(call);
  if( recorded.id && !loreFailed(call) ) loreResultId(call, recorded.id);
}

void patternRecordJson(LoreCall *call){
  PatternRecorded recorded = record(call);
  if( recorded.id==0 || loreFailed(call) ) return;
  LoreJson *json = loreJsonObject(call);
  loreJsonAddInt(call, json, "pattern_id", recorded.id);
  loreJsonAddRaw(call, json, "is_new", recorded.is_new ? "true" : "false");
  loreJsonAddRaw(call, json, "occurrence_is_new", recorded.occurrence_is_new ? "true" : "false");
  loreJsonResult(call, json);
}
