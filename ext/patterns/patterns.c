/*
** patterns: which operations repeat, how reliably, and what automating them would save.
**
** Storage: sql/schema/patterns. Statements: sql/statements/patterns.sql.
*/
#include "patterns/patterns.h"
#include "patterns/statistics.h"

#define A_WORKFLOW                                                                                         \
  "'{\"workflow_id\": \"w1\", \"nl_input\": \"Run pytest\", \"total_tokens\": 900, \"actual_cost_total\": 0.02, " \
  "\"duration_seconds\": 95}'"

static const LoreVerb kVerbs[] = {
  { "pattern_record", "signature:text[1..200]! workflow:object!", patternRecord,
    WRITES_BY_ITSELF("operation_patterns pattern_occurrences"),
    "a workflow showed an operation; id of the pattern, NULL when the workflow has no workflow_id",
    "'test:pytest:backend', " A_WORKFLOW },
  { "pattern_record_json", "signature:text[1..200]! workflow:object!", patternRecordJson,
    WRITES("operation_patterns pattern_occurrences"), "the same; JSON {pattern_id, is_new, occurrence_is_new}",
    "'build:generic:all', " A_WORKFLOW },
  { "pattern_process", "workflow:object!", patternProcess, WRITES("operation_patterns pattern_occurrences"),
    "detect and record all that a workflow shows; JSON {patterns_detected, new_patterns, pattern_ids}",
    "'{\"workflow_id\": \"w2\", \"nl_input\": \"Run vitest\", \"duration_seconds\": 40}'" },
  { "pattern_process_batch", "workflows:array!", patternProcessBatch, WRITES("operation_patterns pattern_occurrences"),
    "the same for each of many; JSON totals, and a list of those that failed",
    "'[{\"workflow_id\": \"w3\", \"nl_input\": \"Format with black\", \"duration_seconds\": 5}]'" },
  { "workflow_save", "workflow:object!", workflowSave, WRITES("workflow_history"),
    "store a workflow to learn from later; 1, or 0 when it was so already",
    "'{\"workflow_id\": \"w4\", \"nl_input\": \"Run eslint\", \"duration_seconds\": 12.5, \"retry_count\": 1}'" },
  { "pattern_process_pending", "max_rows:int[1..]=1000", patternProcessPending,
    WRITES("operation_patterns pattern_occurrences workflow_history"),
    "learn from stored workflows that have changed since, oldest first; totals as pattern_process_batch", "10" },
  { "pattern_recompute", "pattern:any", patternRecompute, WRITES("operation_patterns pattern_occurrences"),
    "statistics again from the occurrences, of one pattern or all; how many were changed", "" },
};

static const LoreReader kReaders[] = {
  { "pattern_detect", "workflow:object",
    "position INTEGER, signature TEXT, category TEXT, tool TEXT, target TEXT, found_in TEXT",
    SQL_NONE, "the operations that a workflow shows, and where",
    "'{\"nl_input\": \"Run pytest in app/server\", \"error_message\": \"tsc exited 2\"}'", patternDetectRows },
  { "pattern_rules", "",
    "position INTEGER, id INTEGER, found_in TEXT, words TEXT, beside TEXT, category TEXT, tool TEXT, target TEXT",
    SQL_NONE, "the rules of detection in the order in which they are tried; those with an id are of pattern_rules_custom",
    "", patternRuleRows },
  { "pattern_get", "pattern:any!",
    "id INTEGER, pattern_signature TEXT, pattern_type TEXT, occurrence_count INTEGER, confidence_score REAL, "
    "automation_status TEXT, avg_tokens_with_llm INTEGER, avg_cost_with_llm REAL, avg_tokens_with_tool INTEGER, "
    "avg_cost_with_tool REAL, potential_monthly_savings REAL, typical_input_pattern TEXT, created_at TEXT, first_seen TEXT, "
    "last_seen TEXT",
    SQL_PATTERN_ROW, "one pattern by id or signature", "1", patternChoose },
  { "patterns_top", "max_rows:int[1..]=20 automation_status",
    "id INTEGER, pattern_signature TEXT, occurrence_count INTEGER, confidence_score REAL, automation_status TEXT, "
    "avg_tokens_with_llm INTEGER, avg_cost_with_llm REAL, potential_monthly_savings REAL, last_seen TEXT",
    SQL_PATTERN_RANKED, "patterns by what automating them saves, then by confidence", "5, 'detected'", NULL },
  { "pattern_occurrences_of", "pattern:any! max_rows:int[1..]=100",
    "id INTEGER, pattern_id INTEGER, workflow_id TEXT, similarity_score REAL, matched_characteristics TEXT, detected_at TEXT, "
    "tokens INTEGER, cost REAL, duration_seconds REAL, error_count INTEGER, retry_count INTEGER",
    SQL_PATTERN_OCCURRENCE_ROWS, "workflows that showed a pattern and what each contributed, newest first",
    "'test:pytest:backend', 5", patternChoose },
  { "pattern_savings", "pattern:any level:real[0.5..0.999999]=0.95 at:time",
    "pattern_id INTEGER, pattern_signature TEXT, events INTEGER, window_from TEXT, window_until TEXT, window_days REAL, "
    "events_per_month REAL, saving_per_event REAL, low REAL, expected REAL, high REAL, potential_monthly_savings REAL",
    SQL_NONE, "what automating a pattern, or each, would save in 30 days, with an interval and the time it rests on", "1, 0.9",
    patternSavingsRows },
};

static const LoreFunction kFunctions[] = {
  { "pattern_signatures", "workflow:object", patternSignatures, LORE_READS,
    "JSON array of the operations that a workflow shows", "'{\"nl_input\": \"Run pytest in app/server\"}'" },
  { "pattern_characteristics", "workflow:object", patternCharacteristicsOf, LORE_PURE,
    "what a workflow is like: JSON of length, keywords, files, duration, complexity, errors",
    "'{\"nl_input\": \"Fix app/api.py\", \"duration_seconds\": 240}'" },
  { "pattern_signature_valid", "signature:any", patternIsSignature, LORE_PURE,
    "1 when a text has the form category:tool:target with a known category", "'test:pytest:backend'" },
  { "confidence_score", "pattern:any", patternConfidence, LORE_READS,
    "confidence in a pattern by id or signature, 0 to 100; 0 for an unknown one", "'test:pytest:backend'" },
  { "running_avg", "avg:number n:int[1..]! x:number", statisticRunningAverage, LORE_PURE,
    "the next average: of n numbers, x the last and avg that of the others", "2.0, 3, 5.0" },
  { "wilson_lower", "successes:int[0..]! n:int[0..]! z:real[0..1000]=1.96", statisticWilsonLower, LORE_PURE,
    "what a share is at least: lower end of Wilson's interval", "8, 10" },
  { "beta_interval", "successes:int[0..]! n:int[0..]! level:real[0..1]=0.95", statisticBetaInterval, LORE_PURE,
    "a share with its interval as JSON: low, expected, high", "8, 10, 0.9" },
  { "rate_interval", "events:int[0..]! seconds:real[0.000001..1000000000000000]! level:real[0..1]=0.95", statisticRateInterval,
    LORE_PURE, "events a second with their interval as JSON: low, expected, high", "12, 86400" },
  { "quantile_at", "s:blob q:real[0..1]!", statisticSketchAt, LORE_PURE, "quantile of a sketch, off by at most 1 %",
    STATISTIC_SKETCH_EXAMPLE ", 0.5" },
};

const LoreSubsystem kPatterns = {
  .name = "patterns",
  .tenant_rule = "denied",
  .verbs = LORE_TABLE(kVerbs),
  .readers = LORE_TABLE(kReaders),
  .functions = LORE_TABLE(kFunctions),
  .aggregates = { kStatisticAggregates, STATISTIC_AGGREGATES },
  .common = STATISTIC_COMMON,
  .figures = SQL_PATTERN_INFO,
  .validate = SQL_PATTERN_VALIDATE,
  .times = "operation_patterns.created_at|operation_patterns.last_seen|pattern_occurrences.detected_at",
};
