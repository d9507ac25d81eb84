/* What time alone does, to any book. */
#ifndef LORE_LIFECYCLE_SWEEP_H
#define LORE_LIFECYCLE_SWEEP_H

#include "lifecycle/book.h"

typedef struct SweepCounts {
  int escalated, cleared, unmuted, unacknowledged;
} SweepCounts;

void sweepApply(SignalBook *book, int64_t at, SweepCounts *counts);

#endif
