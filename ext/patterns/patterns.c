/*
** patterns: which operations repeat.
**
** Storage: sql/schema/patterns. Statements: sql/statements/patterns.sql.
*/
#include "patterns/patterns.h"

static const LoreReader kReaders[] = {
  { "pattern_detect", "workflow:object",
    "position INTEGER, signature TEXT, category TEXT, tool TEXT, target TEXT, found_in TEXT",
    SQL_NONE, "the operations that a workflow shows, and where",
    "'{\"nl_input\": \"Run pytest in app/server\", \"error_message\": \"tsc exited 2\"}'", patternDetectRows },
  { "pattern_rules", "",
    "position INTEGER, id INTEGER, found_in TEXT, words TEXT, beside TEXT, category TEXT, tool TEXT, target TEXT",
    SQL_NONE, "the rules of detection in the order in which they are tried; those with an id are of pattern_rules_custom",
    "", patternRuleRows },
};

static const LoreFunction kFunctions[] = {
  { "pattern_signatures", "workflow:object", patternSignatures, LORE_READS,
    "JSON array of the operations that a workflow shows", "'{\"nl_input\": \"Run pytest in app/server\"}'" },
  { "pattern_characteristics", "workflow:object", patternCharacteristicsOf, LORE_PURE,
    "what a workflow is like: JSON of length, keywords, files, duration, complexity, errors",
    "'{\"nl_input\": \"Fix app/api.py\", \"duration_seconds\": 240}'" },
  { "pattern_signature_valid", "signature:any", patternIsSignature, LORE_PURE,
    "1 when a text has the form category:tool:target with a known category", "'test:pytest:backend'" },
};

const LoreSubsystem kPatterns = {
  .name = "patterns",
  .readers = LORE_TABLE(kReaders),
  .functions = LORE_TABLE(kFunctions),
};
