/*
** What a workflow is like, in a few figures that patterns are compared by. Pure: knows no SQLite.
*/
#ifndef LORE_PATTERNS_CHARACTERISTICS_H
#define LORE_PATTERNS_CHARACTERISTICS_H

#include "engine/buffer.h"
#include "patterns/words.h"

typedef struct PatternTraits {
  PatternText request;     /* absent: as if empty */
  double duration_seconds; /* 0 when unknown */
  long long error_count;
} PatternTraits;

/* Appends a JSON object: input_length (characters), keywords, files_mentioned, duration_range, complexity,
** error_count. Takes time linear in the request, but for the sorting of the files. When memory runs out,
** out->failed is set. Memory of its own is of out->reallocate, and given back with `release`. */
void patternTraitsWrite(const PatternTraits *traits, LoreBuffer *out, void (*release)(void *));

#endif
