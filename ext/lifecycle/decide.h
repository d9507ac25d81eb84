/* What a person or a program decides about a known signal, applied to any book. */
#ifndef LORE_LIFECYCLE_DECIDE_H
#define LORE_LIFECYCLE_DECIDE_H

#include "lifecycle/book.h"

typedef enum DecisionKind { DECIDE_ESCALATE, DECIDE_ACKNOWLEDGE, DECIDE_CLEAR, DECIDE_COOLDOWN, DECIDE_DISMISS } DecisionKind;

typedef struct Decision {
  DecisionKind kind;
  Severity severity; /* escalate; SEVERITY_NONE: one rung up */
  int64_t until;     /* acknowledge, cooldown, dismiss; NO_TIME: none */
  const char *by, *note;
} Decision;

/* What became of it; record is read first, and refuses an unknown key. */
Standing decisionApply(SignalBook *book, const char *key, const Decision *decision, int64_t at, SignalRecord *record);

#endif
