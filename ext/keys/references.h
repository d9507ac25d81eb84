/*
** A JSON argument as the references that it holds, exactly.
*/
#ifndef LORE_KEYS_REFERENCES_H
#define LORE_KEYS_REFERENCES_H

#include "keys/document.h"

typedef struct References {
  KeyText texts[KEY_REFERENCE_COUNT]; /* live until referencesFree */
  const char **unused;                /* members that are no references, in their order */
  int unused_count;
  LoreJson *document;
} References;

/* Reads an argument that has been checked to be an object; All: what is unused too. */
void referencesRead(LoreCall *call, int argument, References *references);
void referencesReadAll(LoreCall *call, int argument, References *references);
void referencesFree(References *references);

/* The key of an argument as one reference becomes the result; NULL when there is none. */
void referenceKey(LoreCall *call, int kind, int argument);

/* The registrable domain of an argument becomes the result. */
void referenceDomain(LoreCall *call, int argument);

#endif
