/*
** The verification gate: is the evidence about one company enough to act on? Pure: knows no SQLite.
**
** Each positive type gives its best contribution, weight x 0.5^(age / half-life) x confidence, rounded
** to 4 decimals; the base is their sum times every negative signal's multiplier; several sources and
** several types raise it, up to 1. The order in which signals come does not matter.
*/
#ifndef LORE_SIGNALS_GATE_H
#define LORE_SIGNALS_GATE_H

/* What a type weighs. Exactly one of: weight with half_life, multiplier (below 0: none), rejects. */
typedef struct GateWeight {
  double weight;
  double half_life;  /* days, above 0 */
  double multiplier; /* 0..1; below 0: a positive type */
  int rejects;       /* rejects at once */
  int conflicts;     /* together with a positive type: a person must look */
} GateWeight;

typedef struct GateSignal {
  const char *type;
  const char *source;
  const GateWeight *weight;
  double confidence;   /* 0..1 */
  long long age_days;  /* whole days; below 0 counts as 0 */
  /* filled in by gateJudge: */
  double decay;
  double contribution; /* rounded; of positive types */
  int counts;          /* 1: the best of its type, or a negative one */
} GateSignal;

typedef struct GateVerdict {
  const char *decision;            /* auto_push, needs_review, hold, reject */
  const char *verification_status; /* unverified, single_source, multi_source, conflicting */
  const char *suggested_status;    /* Source, Tracking or '' */
  char reason[160];
  double score;                    /* 0..1 */
  double base;
  double source_boost, type_boost;
  int contributing;                /* positive types */
  int sources;
} GateVerdict;

/* Sorts and fills in the signals, and judges them. */
void gateJudge(GateSignal *signals, int count, int strict, GateVerdict *verdict);

/* x rounded to so many decimals, as printed in decimal: ties by the exact binary value. */
double gateRound(double x, int decimals);

#endif
