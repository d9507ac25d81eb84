/*
** One detection run: what it found, grouped by signal, and what it looked at.
*/
#ifndef LORE_LIFECYCLE_RUN_H
#define LORE_LIFECYCLE_RUN_H

#include "engine/scan.h"
#include "lifecycle/book.h"

typedef struct Sighting {
  struct Sighting *next; /* of the same signal, in the order of the run */
  Severity severity;
  const char *evidence, *detection_id; /* NULL: none */
} Sighting;

/* A signal of the run. Texts live as long as the call. */
typedef struct RunSignal {
  const char *key, *entity_type, *entity_id, *type;
  Sighting *first, *last;
  uint32_t hash;
} RunSignal;

typedef struct Run {
  RunSignal *signals; /* sorted by key, each once */
  int count;
  SignalScope scope;
} Run;

/* Keys by what became of their signals. */
typedef struct RunOutcome {
  SignalKeys keys[OUTCOME_COUNT];
} RunOutcome;

/* Reads the two arguments of signal_state_cycle; an error in the call says what is wrong where. */
void runRead(LoreCall *call, const LoreScanValue *signals, const LoreScanValue *scope, Run *run);

/* Applies a run to a book. */
void runApply(SignalBook *book, const Run *run, int64_t at, RunOutcome *outcome);

#endif
