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

/* ---- record.c, process.c, history.c, recompute.c ---- */

void patternRecord(LoreCall *call);         /* id of the pattern; NULL when the workflow has no id */
void patternRecordJson(LoreCall *call);     /* JSON {pattern_id, is_new, occurrence_is_new}; NULL likewise */
void patternProcess(LoreCall *call);        /* JSON {patterns_detected, new_patterns, pattern_ids} */
void patternProcessBatch(LoreCall *call);   /* JSON {total_workflows, processed, total_patterns, new_patterns, errors} */
void patternProcessPending(LoreCall *call); /* the same */
void workflowSave(LoreCall *call);          /* 1, or 0 when it was so */
void patternRecompute(LoreCall *call);      /* how many patterns were changed */

/* ---- readers.c ---- */

void patternConfidence(LoreCall *call);  /* 0 to 100; 0 for an unknown pattern */
void patternChoose(LoreCall *call);      /* prepares readers whose first argument names a pattern */
void patternSavingsRows(LoreCall *call); /* a row for each pattern */

#endif
