#include "signals/gate.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What printf and strtod agree on is the correctly rounded decimal, in whatever locale. */
double gateRound(double x, int decimals){
  char text[64];
  snprintf(text, sizeof text, "%.*f", decimals, x);
  return strtod(text, NULL);
}

/* "0.98": the score in a reason always has a point. */
static void formatReason(char *to, size_t size, const char *before, double score, const char *after){
  char number[32];
  snprintf(number, sizeof number, "%.2f", score);
  for(char *p = number; *p; p++) if( *p < '0' || *p > '9' ) *p = '.';
  snprintf(to, size, "%s (%s)%s", before, number, after);
}

/* The heaviest type first, and the best of its signals. */
static int compareSignals(const void *left, const void *right){
  const GateSignal *a = left, *b = right;
  int order = (a->weight->weight < b->weight->weight) - (a->weight->weight > b->weight->weight);
  if( order==0 ) order = strcmp(a->type, b->type);
  if( order==0 ) order = (a->contribution < b->contribution) - (a->contribution > b->contribution);
  if( order==0 ) order = strcmp(a->source, b->source);
  if( order==0 ) order = (a->age_days > b->age_days) - (a->age_days < b->age_days);
  if( order==0 ) order = (a->confidence > b->confidence) - (a->confidence < b->confidence);
  return order;
}

static int isPositive(const GateSignal *signal){
  return !signal->weight->rejects && signal->weight->multiplier < 0;
}

static void weigh(GateSignal *signal){
  if( signal->age_days < 0 ) signal->age_days = 0;
  signal->decay = isPositive(signal) ? pow(0.5, (double)signal->age_days/signal->weight->half_life) : 1;
  signal->contribution = isPositive(signal) ? gateRound(signal->weight->weight*signal->decay*signal->confidence, 4) : 0;
}

static int compareSources(const void *left, const void *right){
  const GateSignal *a = left, *b = right;
  return strcmp(a->source, b->source);
}

/* Sorts by source, which is as good an order as any before the real one. */
static int countSources(GateSignal *signals, int count){
  int sources = 0;
  if( count ) qsort(signals, (size_t)count, sizeof *signals, compareSources);
  for(int i = 0; i < count; i++) sources += i==0 || strcmp(signals[i - 1].source, signals[i].source)!=0;
  return sources;
}

/* The signals are sorted, so the sum is the same to the last bit whatever order they came in. */
static void add(GateSignal *signals, int count, GateVerdict *verdict){
  double sum = 0, factor = 1;
  for(int i = 0; i < count; i++){
    GateSignal *signal = &signals[i];
    if( isPositive(signal) ){
      signal->counts = i==0 || strcmp(signals[i - 1].type, signal->type)!=0;
      if( signal->counts ) sum += signal->contribution;
      verdict->contributing += signal->counts;
    }else{
      signal->counts = 1;
      if( !signal->weight->rejects ) factor *= signal->weight->multiplier;
    }
  }
  verdict->base = sum*factor;
}

static double boost(int count, double two, double three){
  return count >= 3 ? three : count==2 ? two : 1;
}

static void decide(GateVerdict *v, const char *decision, const char *suggested){
  v->decision = decision;
  v->suggested_status = suggested;
}

static void judgeScore(GateVerdict *v, int strict){
  char after[48];
  if( v->score >= 0.7 && v->sources >= 2 ){
    decide(v, "auto_push", "Source");
    snprintf(after, sizeof after, " with %d sources", v->sources);
    formatReason(v->reason, sizeof v->reason, "High confidence", v->score, after);
  }else if( v->score >= 0.7 && !strict ){
    decide(v, "auto_push", "Source");
    formatReason(v->reason, sizeof v->reason, "High confidence", v->score, " from single authoritative source");
  }else if( v->score >= 0.4 ){
    decide(v, "needs_review", "Tracking");
    formatReason(v->reason, sizeof v->reason, "Medium confidence", v->score, " - requires verification");
  }else if( v->score > 0 ){
    decide(v, "hold", "");
    formatReason(v->reason, sizeof v->reason, "Low confidence", v->score, " - waiting for more signals");
  }else{
    decide(v, "reject", "");
    snprintf(v->reason, sizeof v->reason, "Insufficient evidence");
  }
}

/* A type may be any text: a long one is cut, at a character. */
static void rejectAtOnce(GateVerdict *v, const char *before, const char *type){
  decide(v, "reject", "");
  v->verification_status = "unverified";
  v->score = 0;
  size_t length = (size_t)snprintf(v->reason, sizeof v->reason, "%s%s", before, type);
  if( length < sizeof v->reason ) return;
  length = sizeof v->reason - 4;
  while( length > 0 && (v->reason[length] & 0xc0)==0x80 ) length--;
  v->reason[length] = 0;
}

void gateJudge(GateSignal *signals, int count, int strict, GateVerdict *verdict){
  const char *rejects = NULL;
  int conflicts = 0;
  memset(verdict, 0, sizeof *verdict);
  for(int i = 0; i < count; i++){
    weigh(&signals[i]);
    conflicts |= signals[i].weight->conflicts;
    if( signals[i].weight->rejects && (rejects==NULL || strcmp(signals[i].type, rejects) < 0) ) rejects = signals[i].type;
  }
  verdict->sources = countSources(signals, count);
  if( count ) qsort(signals, (size_t)count, sizeof *signals, compareSignals);
  add(signals, count, verdict);
  verdict->source_boost = boost(verdict->sources, 1.15, 1.3);
  verdict->type_boost = boost(verdict->contributing, 1.2, 1.5);
  verdict->score = fmin(verdict->base*verdict->source_boost*verdict->type_boost, 1);
  verdict->verification_status = verdict->sources >= 2 ? "multi_source" : "single_source";
  if( count==0 ){
    rejectAtOnce(verdict, "No signals provided", "");
  }else if( rejects ){
    rejectAtOnce(verdict, "Hard kill signal: ", rejects);
  }else if( conflicts && verdict->contributing > 0 ){
    decide(verdict, "needs_review", "Tracking");
    verdict->verification_status = "conflicting";
    snprintf(verdict->reason, sizeof verdict->reason, "Conflicting signals detected - requires human review");
  }else{
    judgeScore(verdict, strict);
  }
}
