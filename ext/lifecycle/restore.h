/* Makes signal_transitions what the log says. */
#ifndef LORE_LIFECYCLE_RESTORE_H
#define LORE_LIFECYCLE_RESTORE_H

#include "lifecycle/memory.h"
#include "lifecycle/tables.h"

/* How many rows were changed, added or deleted. */
int restoreTransitions(MemoryBook *memory, SignalTables *tables);

#endif
