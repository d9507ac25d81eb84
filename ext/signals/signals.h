/*
** What the files of signals/ share: the bodies of its verbs and functions.
*/
#ifndef LORE_SIGNALS_H
#define LORE_SIGNALS_H

#include "engine/engine.h"

/* save.c */
void signalSave(LoreCall *call);   /* id */
void signalIngest(LoreCall *call); /* JSON {outcome, id, canonical_key, reason} */

/* processing.c */
void signalClaim(LoreCall *call);        /* JSON array of {id, token} */
void signalRelease(LoreCall *call);      /* how many went back */
void signalMarkPushed(LoreCall *call);   /* 1, or 0 when it was so */
void signalMarkRejected(LoreCall *call); /* 1, or 0 when it was so */
void signalReopen(LoreCall *call);       /* 1, or 0 when it was so */

/* suppression.c */
void suppressionPut(LoreCall *call);   /* id */
void suppressionClean(LoreCall *call); /* rows deleted */

/* verdict.c: signal_gate */
extern const LoreAggregate kSignalGate;

#endif
