/*
** The log of inputs, signal_state_events, while lore_settings.record_events is 'on': what each verb was
** given, so that replay can give it again.
*/
#ifndef LORE_LIFECYCLE_RECORD_H
#define LORE_LIFECYCLE_RECORD_H

#include "engine/json.h"
#include "lifecycle/book.h"

int recordIsOn(LoreCall *call);

/* Appends one input, when recording is on. args is freed; NULL: none. */
void recordInput(LoreCall *call, const char *verb, const char *key, LoreJson *args);
void recordDetection(LoreCall *call, const SignalRecord *record, const Detection *detection, const char *detection_id);

#endif
