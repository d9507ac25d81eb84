/* Bodies of the lifecycle verbs and readers, by file. */
#ifndef LORE_LIFECYCLE_H
#define LORE_LIFECYCLE_H

#include "engine/engine.h"

void signalUpsert(LoreCall *call); /* detect.c */
void signalDetected(LoreCall *call);
void signalStateCycle(LoreCall *call); /* cycle.c */
void signalStateSweep(LoreCall *call); /* sweep.c */
void signalStateEscalate(LoreCall *call); /* decide.c */
void signalStateAcknowledge(LoreCall *call);
void signalStateClear(LoreCall *call);
void signalStateCooldown(LoreCall *call);
void signalStateDismiss(LoreCall *call);
void signalStatePut(LoreCall *call); /* put.c */
void signalStateReplay(LoreCall *call); /* replay.c */
void signalStateBacktest(LoreCall *call); /* backtest.c */
void signalStateWhy(LoreCall *call); /* why.c */

#endif
