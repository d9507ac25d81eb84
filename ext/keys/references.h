/*
** A JSON document as the references that it holds.
*/
#ifndef LORE_KEYS_REFERENCES_H
#define LORE_KEYS_REFERENCES_H

#include "engine/engine.h"
#include "keys/key.h"

typedef struct References {
  KeyText texts[KEY_REFERENCE_COUNT]; /* live as long as the call */
  const char **unused;                /* members that are no references, in their order */
  int unused_count;
} References;

/* Reads the argument named `refs`, which has been checked to be an object. */
void referencesRead(LoreCall *call, References *references);

/* Calls back with each step of the walk (key.h); errors go to the call. */
void referencesWalk(LoreCall *call, const References *references, KeyStepCallback *callback, void *context);

/* The canonical value of one reference: owned by the call. NULL: there is none, and *reason says why. */
const char *referenceValue(LoreCall *call, int kind, const char *text, size_t length, const char **reason);

#endif
