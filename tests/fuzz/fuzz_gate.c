/*
** libFuzzer over the gate: a score in 0..1, one of the four decisions, which follows from the score; the order
** of the signals makes no difference; one more negative signal never raises the score.
*/
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "signals/gate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(condition) do{ if( !(condition) ) abort(); }while( 0 )

enum { MOST = 40, BYTES = 6 };

static const char *const kNames[] = { "a", "b", "c", "d", "e", "f", "", "\xc3\xa9" };

/* 6 bytes a signal: weight (of its type, so the same for the same type), source, confidence, age. */
static GateWeight weightOf(unsigned type){
  GateWeight weight = { 0, 1, -1, 0, 0 };
  if( type%8 < 5 ) weight.weight = (double)type/100, weight.half_life = 1 + (double)type*3;
  else if( type%8==5 ) weight.multiplier = (double)(type%11)/10;
  else if( type%8==6 ) weight.multiplier = 0.1, weight.conflicts = 1;
  else weight.rejects = type%16==15;
  return weight;
}

static int readSignals(const uint8_t *data, size_t size, GateSignal *signals, GateWeight *weights){
  static char types[256][2];
  int count = 0;
  for(; size >= BYTES && count < MOST; data += BYTES, size -= BYTES, count++){
    types[data[0]][0] = (char)(data[0] ? data[0] : 1);
    weights[count] = weightOf((unsigned char)types[data[0]][0]);
    int age = ((int)data[3] << 16 | data[4] << 8 | data[5]) - 100000;
    signals[count] = (GateSignal){ .type = types[data[0]], .source = kNames[data[1]%8], .weight = &weights[count],
                                   .confidence = (double)data[2]/255, .age_days = age };
  }
  return count;
}

static int isOne(const char *word, const char *a, const char *b, const char *c, const char *d){
  return !strcmp(word, a) || !strcmp(word, b) || !strcmp(word, c) || !strcmp(word, d);
}

static void checkVerdict(const GateVerdict *v, const GateSignal *signals, int count){
  int positive = 0;
  MUST(v->score >= 0 && v->score <= 1 && v->base >= 0);
  MUST(isOne(v->decision, "auto_push", "needs_review", "hold", "reject"));
  MUST(isOne(v->verification_status, "unverified", "single_source", "multi_source", "conflicting"));
  MUST(isOne(v->suggested_status, "Source", "Tracking", "", ""));
  MUST(v->reason[0]!=0 && strlen(v->reason) < sizeof v->reason);
  MUST(v->sources <= count && v->contributing <= count && v->sources <= 8);
  if( !strcmp(v->decision, "auto_push") ) MUST(v->score >= 0.7);
  if( !strcmp(v->decision, "hold") ) MUST(v->score > 0 && v->score < 0.4);
  for(int i = 0; i < count; i++) positive += signals[i].counts && signals[i].weight->multiplier < 0 && !signals[i].weight->rejects;
  MUST(positive==v->contributing);
}

static void expectSame(const GateVerdict *a, const GateVerdict *b){
  MUST(a->score==b->score && a->base==b->base && a->sources==b->sources && a->contributing==b->contributing);
  MUST(!strcmp(a->decision, b->decision) && !strcmp(a->reason, b->reason));
  MUST(!strcmp(a->verification_status, b->verification_status) && !strcmp(a->suggested_status, b->suggested_status));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size){
  static const GateWeight worse = { 0, 1, 0.5, 0, 0 };
  GateSignal signals[MOST + 1], reversed[MOST + 1];
  GateWeight weights[MOST];
  GateVerdict verdict, other;
  int strict = size > 0 && data[0] & 1;
  int count = size > 0 ? readSignals(data + 1, size - 1, signals, weights) : 0;
  for(int i = 0; i < count; i++) reversed[i] = signals[count - 1 - i];

  gateJudge(signals, count, strict, &verdict);
  checkVerdict(&verdict, signals, count);
  gateJudge(reversed, count, strict, &other);
  expectSame(&verdict, &other);
  if( count==0 ) return 0;

  reversed[count] = (GateSignal){ .type = "worse", .source = reversed[0].source, .weight = &worse, .confidence = 1 };
  gateJudge(reversed, count + 1, strict, &other);
  MUST(other.score <= verdict.score);
  return 0;
}
