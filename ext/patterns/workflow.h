/*
** What detection reads of a workflow document.
*/
#ifndef LORE_PATTERNS_WORKFLOW_H
#define LORE_PATTERNS_WORKFLOW_H

#include "engine/engine.h"
#include "patterns/characteristics.h"
#include "patterns/detect.h"

typedef struct PatternWorkflow {
  PatternText texts[PATTERN_PLACE_COUNT]; /* nl_input, error_message, workflow_template */
  double duration_seconds;                /* 0 when absent */
  long long error_count;                  /* 0 when absent */
} PatternWorkflow;

/* Members are text or a number, which counts as its text, as does a number that is written as text; anything else
** counts as absent. Of a member that is there twice the first counts. The texts live as long as the call; a text ends
** at \u0000. `document` is JSON, checked by the engine, with a NUL behind it. All is zero after an error. */
void patternWorkflowRead(LoreCall *call, const char *document, size_t length, PatternWorkflow *workflow);

#endif
