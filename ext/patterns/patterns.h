/*
** What the files of patterns/ share: what a workflow document shows, and the bodies of the verbs, readers
** and functions.
*/
#ifndef LORE_PATTERNS_H
#define LORE_PATTERNS_H

#include "engine/engine.h"
#include "patterns/detect.h"

/* ---- detection.c ---- */

/* A workflow document is a JSON object, checked by the engine; `length` in bytes, and a NUL behind it. */

/* The signatures that it shows, each once: those of its request, its error message, its template, in this order.
** Rules of pattern_rules_custom go first; without that table the built-in ones are all. Returns how many; 0 after
** an error. */
int patternDetect(LoreCall *call, const char *workflow, size_t length, PatternFound found[PATTERN_MOST]);

/* Its characteristics as JSON, which live as long as the call; NULL after an error. */
const char *patternCharacteristics(LoreCall *call, const char *workflow, size_t length);

void patternSignatures(LoreCall *call);        /* JSON array of signatures; NULL for no document */
void patternCharacteristicsOf(LoreCall *call); /* JSON object; NULL for no document */
void patternIsSignature(LoreCall *call);       /* 1 or 0 */
void patternDetectRows(LoreCall *call);        /* a row for each signature */
void patternRuleRows(LoreCall *call);          /* a row for each rule, in the order in which they are tried */

#endif
