/*
** What the files of patterns/ share: what a workflow document shows, and the bodies of the verbs, readers
** and functions.
*/
#ifndef LORE_PATTERNS_H
#define LORE_PATTERNS_H

#include "engine/engine.h"
#include "patterns/detect.h"

/* ---- detection.c ---- */

/* The signatures that a workflow document (a JSON object, checked by the engine) shows, each once: those of
** its request, its error message, its template, in this order. Rules of pattern_rules_custom go first; without
** that table the built-in ones are all. Returns how many; 0 after an error. */
int patternDetect(LoreCall *call, const char *workflow, size_t length, PatternFound found[PATTERN_MOST]);

/* The characteristics of a workflow document as JSON, in memory of the call; NULL after an error. */
const char *patternCharacteristics(LoreCall *call, const char *workflow, size_t length);

#endif
