/*
** Recording that a workflow showed a pattern, once. A record touches one row of operation_patterns and one
** of pattern_occurrences, however long the pattern's history is.
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
  if( !old.is_there ) loreRefuse(call, LORE_REFUSED, "a row was not stored: a trigger ignored it");
  int same = sameMetrics(&old.metrics, metrics);
  if( loreFailed(call) || (same && old.same_characteristics) ) return;
  loreWriteOne(call, SQL_OCCURRENCE_UPDATE);
  if( same || loreFailed(call) ) return;
  if( !patternSumsRemove(&pattern->sums, &old.metrics) || !patternSumsAdd(&pattern->sums, metrics) ) refuseSum(call, pattern);
  patternRowStore(call, pattern, NULL);
}

static void store(LoreCall *call, PatternRow *pattern, const PatternMetrics *metrics){
  if( !patternSumsAdd(&pattern->sums, metrics) ) refuseSum(call, pattern);
  if( !patternRowStore(call, pattern, loreNowText(call)) && !loreFailed(call) ){
    loreRefuse(call, LORE_REFUSED, "a row was not stored: a trigger ignored it");
  }
}

PatternRecorded patternRecordOne(LoreCall *call, const char *signature, PatternEvidence *workflow){
  PatternRow pattern;
  PatternRecorded recorded = { 0 };
  loreLetText(call, "characteristics", patternDescribe(call, workflow));
  if( !patternRowFind(call, signature, &pattern) && !loreFailed(call) ){
    pattern.id = loreInsert(call, SQL_PATTERN_INSERT);
    recorded.is_new = 1;
  }else if( !pattern.is_known && !loreFailed(call) ){
    patternRowRebuild(call, &pattern);
  }
  recorded.id = pattern.id;
  loreLetInt(call, "pattern_id", pattern.id);
  loreLetText(call, "workflow_id", workflow->id);
  letMetrics(call, &workflow->metrics);
  recorded.occurrence_is_new = loreRun(call, SQL_OCCURRENCE_INSERT)==1;
  if( loreFailed(call) ) return recorded;
  if( recorded.occurrence_is_new ) store(call, &pattern, &workflow->metrics);
  else replace(call, &pattern, &workflow->metrics);
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
