/*
** signal_gate: the gate (gate.h) as an aggregate over one company's signals. The weights are the rows
** of signal_weights, read under the cache rule; '*' weighs every type that has no row.
*/
#include <stdlib.h>
#include <string.h>

#include "engine/json.h"
#include "signals/gate.h"
#include "signals/signals.h"

enum { GATE_TYPE, GATE_SOURCE, GATE_CONFIDENCE, GATE_DETECTED, GATE_STRICT, GATE_AT };

#define DAY_MS 86400000LL

/* ---- Weights ---- */

typedef struct WeightRow {
  char *type; /* sqlite3_malloc */
  GateWeight weight;
} WeightRow;

/* Sorted by type. */
typedef struct Weights {
  int count, capacity;
  WeightRow *rows;
} Weights;

static const char kWeightsKey;

static void releaseWeights(void *value){
  Weights *weights = value;
  for(int i = 0; i < weights->count; i++) sqlite3_free(weights->rows[i].type);
  sqlite3_free(weights->rows);
  sqlite3_free(weights);
}

static void addWeight(LoreCall *call, Weights *weights, LoreStatement *rows){
  WeightRow *more = loreGrow(call, weights->rows, weights->count, &weights->capacity, sizeof *more);
  if( more==NULL ) return;
  weights->rows = more;
  char *type = sqlite3_mprintf("%s", loreColumnText(rows, 0));
  if( type==NULL ){
    loreNoMemory(call);
    return;
  }
  double multiplier = loreColumnGiven(rows, 3) ? loreColumnReal(rows, 3) : -1;
  weights->rows[weights->count++] = (WeightRow){ type, { loreColumnReal(rows, 1), loreColumnReal(rows, 2), multiplier,
                                                         (int)loreColumnInt(rows, 4), (int)loreColumnInt(rows, 5) } };
}

static void *buildWeights(LoreCall *call){
  Weights *weights = sqlite3_malloc64(sizeof *weights);
  if( weights==NULL ){
    loreNoMemory(call);
    return NULL;
  }
  *weights = (Weights){ 0, 0, NULL };
  LoreStatement *rows = loreQuery(call, SQL_GATE_WEIGHTS);
  while( loreNext(rows) ) addWeight(call, weights, rows);
  return weights;
}

static int compareType(const void *type, const void *row){
  return strcmp(type, ((const WeightRow*)row)->type);
}

static const GateWeight *findWeight(const Weights *weights, const char *type){
  static const GateWeight kNothing = { 0, 1, -1, 0, 0 }; /* somebody has deleted '*' */
  if( weights->count==0 ) return &kNothing;
  const WeightRow *row = bsearch(type, weights->rows, (size_t)weights->count, sizeof *row, compareType);
  if( row==NULL ) row = bsearch("*", weights->rows, (size_t)weights->count, sizeof *row, compareType);
  return row ? &row->weight : &kNothing;
}

/* ---- A group ---- */

typedef struct Evidence {
  char *type;   /* source stands behind it, in the same block */
  char *source;
  double confidence;
  long long age_days;
} Evidence;

/* A moving frame takes from the front what it once put at the back. */
typedef struct Group {
  Evidence *signals;
  int first, count, capacity;
  int strict;
} Group;

static Evidence *newEvidence(LoreCall *call, Group *group){
  if( group->count==group->capacity ){
    int live = group->count - group->first;
    int capacity = live < 8 ? 16 : 2*live;
    Evidence *signals = sqlite3_malloc64((sqlite3_uint64)capacity*sizeof *signals);
    if( signals==NULL ){
      loreNoMemory(call);
      return NULL;
    }
    if( live ) memcpy(signals, group->signals + group->first, (size_t)live*sizeof *signals);
    sqlite3_free(group->signals);
    *group = (Group){ signals, 0, live, capacity, group->strict };
  }
  return &group->signals[group->count];
}

static int isComplete(LoreCall *call){
  static const char *const kNames[] = { "signal_type", "source_api", "confidence", "detected_at" };
  if( !loreGiven(call, GATE_TYPE) ) return 0; /* as avg() passes over NULL */
  for(int i = GATE_SOURCE; i <= GATE_DETECTED; i++){
    if( !loreGiven(call, i) ) loreRefuse(call, LORE_BAD_ARGUMENT, "%s is missing", kNames[i]);
  }
  return !loreFailed(call);
}

static long long daysBetween(LoreTime from, LoreTime to){
  return to <= from ? 0 : (to - from)/DAY_MS;
}

static void step(LoreCall *call, void *context){
  Group *group = context;
  if( !isComplete(call) ) return;
  Evidence *evidence = newEvidence(call, group);
  if( evidence==NULL ) return;
  size_t type = loreTextLength(call, GATE_TYPE) + 1, source = loreTextLength(call, GATE_SOURCE) + 1;
  evidence->type = sqlite3_malloc64(type + source);
  if( evidence->type==NULL ){
    loreNoMemory(call);
    return;
  }
  evidence->source = evidence->type + type;
  memcpy(evidence->type, loreText(call, GATE_TYPE), type);
  memcpy(evidence->source, loreText(call, GATE_SOURCE), source);
  evidence->confidence = loreReal(call, GATE_CONFIDENCE);
  evidence->age_days = daysBetween(loreTime(call, GATE_DETECTED), loreNow(call));
  group->strict = loreInt(call, GATE_STRICT)!=0;
  group->count++;
}

static void inverse(LoreCall *call, void *context){
  Group *group = context;
  if( isComplete(call) && group->first < group->count ) sqlite3_free(group->signals[group->first++].type);
}

static void release(void *context){
  Group *group = context;
  for(int i = group->first; i < group->count; i++) sqlite3_free(group->signals[i].type);
  sqlite3_free(group->signals);
}

/* ---- The verdict as JSON ---- */

static void addDetails(LoreCall *call, LoreJson *breakdown, const GateSignal *signals, int count){
  LoreJson *details = loreJsonAddArray(call, breakdown, "signal_details");
  for(int i = 0; i < count && !loreFailed(call); i++){
    const GateSignal *signal = &signals[i];
    if( !signal->counts ) continue;
    LoreJson *detail = loreJsonAddObject(call, details, NULL);
    loreJsonAddText(call, detail, "signal_type", signal->type);
    loreJsonAddText(call, detail, "source_api", signal->source);
    if( signal->weight->multiplier >= 0 || signal->weight->rejects ){
      loreJsonAddReal(call, detail, "multiplier", signal->weight->rejects ? 0 : signal->weight->multiplier);
      continue;
    }
    loreJsonAddReal(call, detail, "weight", signal->weight->weight);
    loreJsonAddReal(call, detail, "decay_factor", gateRound(signal->decay, 4));
    loreJsonAddReal(call, detail, "confidence", signal->confidence);
    loreJsonAddReal(call, detail, "contribution", signal->contribution);
    loreJsonAddInt(call, detail, "age_days", signal->age_days);
  }
}

static int compareTexts(const void *left, const void *right){
  return strcmp(*(const char *const*)left, *(const char *const*)right);
}

static void addSources(LoreCall *call, LoreJson *breakdown, const GateSignal *signals, int count){
  LoreJson *sources = loreJsonAddArray(call, breakdown, "sources");
  const char **names = loreAllocate(call, sizeof *names*(size_t)(count + 1));
  if( names==NULL ) return;
  for(int i = 0; i < count; i++) names[i] = signals[i].source;
  if( count ) qsort(names, (size_t)count, sizeof *names, compareTexts);
  for(int i = 0; i < count; i++){
    if( i==0 || strcmp(names[i], names[i - 1])!=0 ) loreJsonAddText(call, sources, NULL, names[i]);
  }
}

static void answer(LoreCall *call, const GateVerdict *verdict, const GateSignal *signals, int count){
  LoreJson *json = loreJsonObject(call);
  loreJsonAddText(call, json, "decision", verdict->decision);
  loreJsonAddText(call, json, "verification_status", verdict->verification_status);
  loreJsonAddReal(call, json, "confidence_score", verdict->score);
  loreJsonAddText(call, json, "reason", verdict->reason);
  loreJsonAddText(call, json, "suggested_status", verdict->suggested_status);
  LoreJson *breakdown = loreJsonAddObject(call, json, "breakdown");
  loreJsonAddReal(call, breakdown, "overall", verdict->score);
  loreJsonAddReal(call, breakdown, "base_score", gateRound(verdict->base, 3));
  loreJsonAddReal(call, breakdown, "multi_source_boost", gateRound(verdict->source_boost, 2));
  loreJsonAddReal(call, breakdown, "convergence_boost", gateRound(verdict->type_boost, 2));
  loreJsonAddInt(call, breakdown, "signals_contributing", verdict->contributing);
  loreJsonAddInt(call, breakdown, "sources_checked", verdict->sources);
  addSources(call, breakdown, signals, count);
  addDetails(call, breakdown, signals, count);
  loreJsonResult(call, json);
}

static void value(LoreCall *call, void *context){
  const Group *group = context;
  int count = group->count - group->first;
  const Weights *weights = loreCached(call, &kWeightsKey, buildWeights, releaseWeights);
  GateSignal *signals = loreAllocate(call, sizeof *signals*(size_t)(count + 1));
  GateVerdict verdict;
  if( loreFailed(call) ) return;
  for(int i = 0; i < count; i++){
    const Evidence *evidence = &group->signals[group->first + i];
    signals[i] = (GateSignal){ .type = evidence->type, .source = evidence->source, .weight = findWeight(weights, evidence->type),
                               .confidence = evidence->confidence, .age_days = evidence->age_days };
  }
  gateJudge(signals, count, group->strict, &verdict);
  answer(call, &verdict, signals, count);
}

const LoreAggregate kSignalGate = {
  "signal_gate", "signal_type source_api confidence:real[0..1] detected_at:time strict:int[0..1]=0 at:time", LORE_READS,
  sizeof(Group), step, inverse, value, release,
  "is the evidence about one company enough: decision, score and reasons as JSON",
  "'incorporation', 'companies_house', 0.9, '2026-01-01'",
};
