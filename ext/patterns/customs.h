/*
** The rules in force: those of pattern_rules_custom, then the built-in ones.
*/
#ifndef LORE_PATTERNS_CUSTOMS_H
#define LORE_PATTERNS_CUSTOMS_H

#include "engine/engine.h"
#include "patterns/detect.h"

/* The rows of pattern_rules_custom by id; count 0 before the migration. */
typedef struct PatternCustoms {
  int count, capacity;
  sqlite3_int64 *ids;
  PatternRule *rules;  /* `count` of them; once ready, the built-in ones stand behind them */
  char **texts;        /* what each row's texts lie in */
  PatternRules *ready; /* NULL while count is 0 */
} PatternCustoms;

/* Both read under the cache rule, and valid until one of them is called again; NULL after an error. */
const PatternCustoms *patternCustoms(LoreCall *call);
const PatternRules *patternRulesInForce(LoreCall *call);

#endif
