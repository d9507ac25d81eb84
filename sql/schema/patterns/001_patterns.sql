-- Which operations repeat: rules of one's own for finding them, in which workflows they were seen, what was learned.

-- up
CREATE TABLE main.pattern_rules_custom (
  id       INTEGER PRIMARY KEY,
  found_in TEXT NOT NULL DEFAULT 'request' CHECK (found_in IN ('request', 'error', 'template')),
  words    TEXT NOT NULL CONSTRAINT "words are separated by | and start and end with a letter, a digit or _"
           CHECK (length(words) BETWEEN 1 AND 1000
             AND '|' || words || '|' NOT GLOB '*|[ -/:-@[-^`{-~]*' AND '|' || words || '|' NOT GLOB '*[ -/:-@[-^`{-~]|*'
             AND words NOT GLOB '*[' || char(1) || '-' || char(31) || ']*'),
  beside   TEXT CONSTRAINT "beside: words are separated by | and start and end with a letter, a digit or _"
           CHECK (length(beside) BETWEEN 1 AND 1000
             AND '|' || beside || '|' NOT GLOB '*|[ -/:-@[-^`{-~]*' AND '|' || beside || '|' NOT GLOB '*[ -/:-@[-^`{-~]|*'
             AND beside NOT GLOB '*[' || char(1) || '-' || char(31) || ']*'),
  category TEXT CHECK (category IN ('test', 'build', 'format', 'git', 'deps', 'docs', 'sdlc', 'patch', 'deploy', 'review')),
  tool     TEXT CHECK (length(tool) BETWEEN 1 AND 60 AND tool NOT GLOB '*[^a-z0-9_.-]*'),
  target   TEXT CHECK (length(target) BETWEEN 1 AND 60 AND target NOT GLOB '*[^a-z0-9_.-]*'),
  CONSTRAINT "category and tool come together" CHECK ((category IS NULL) = (tool IS NULL)),
  CONSTRAINT "a rule for error messages has a category" CHECK (found_in <> 'error' OR category IS NOT NULL)
) STRICT;

CREATE TABLE IF NOT EXISTS main.operation_patterns (
  id                        INTEGER PRIMARY KEY,
  pattern_signature         TEXT UNIQUE,
  pattern_type              TEXT,
  occurrence_count          INTEGER DEFAULT 1,
  avg_tokens_with_llm       INTEGER DEFAULT 0,
  avg_cost_with_llm         REAL DEFAULT 0.0,
  avg_tokens_with_tool      INTEGER DEFAULT 0,
  avg_cost_with_tool        REAL DEFAULT 0.0,
  typical_input_pattern     TEXT,
  automation_status         TEXT DEFAULT 'detected',
  confidence_score          REAL DEFAULT 10.0,
  potential_monthly_savings REAL DEFAULT 0.0,
  created_at                TEXT,
  last_seen                 TEXT
);
-- The sufficient statistics, exact (ext/patterns/sums.h). tokens_sum is NULL in a pattern of other software that has
-- not been looked at yet; brought_… is what such a pattern brought along and no occurrence explains.
ALTER TABLE main.operation_patterns ADD COLUMN first_seen TEXT;
ALTER TABLE main.operation_patterns ADD COLUMN tokens_sum INTEGER;
ALTER TABLE main.operation_patterns ADD COLUMN cost_nano_sum INTEGER;
ALTER TABLE main.operation_patterns ADD COLUMN duration_count INTEGER;
ALTER TABLE main.operation_patterns ADD COLUMN duration_ms_sum INTEGER;
ALTER TABLE main.operation_patterns ADD COLUMN duration_squares_e18 INTEGER;
ALTER TABLE main.operation_patterns ADD COLUMN duration_squares_rest INTEGER;
ALTER TABLE main.operation_patterns ADD COLUMN error_count INTEGER;
ALTER TABLE main.operation_patterns ADD COLUMN error_sum INTEGER;
ALTER TABLE main.operation_patterns ADD COLUMN retry_count INTEGER;
ALTER TABLE main.operation_patterns ADD COLUMN retry_sum INTEGER;
ALTER TABLE main.operation_patterns ADD COLUMN brought_count INTEGER NOT NULL DEFAULT 0;
ALTER TABLE main.operation_patterns ADD COLUMN brought_tokens INTEGER NOT NULL DEFAULT 0;
ALTER TABLE main.operation_patterns ADD COLUMN brought_cost_nano INTEGER NOT NULL DEFAULT 0;
CREATE INDEX IF NOT EXISTS main.idx_operation_patterns_status ON operation_patterns(automation_status);

CREATE TABLE IF NOT EXISTS main.pattern_occurrences (
  id                      INTEGER PRIMARY KEY,
  pattern_id              INTEGER,
  workflow_id             TEXT,
  similarity_score        REAL,
  matched_characteristics TEXT,
  detected_at             TEXT
);
-- What the occurrence contributed; tokens is NULL when it has not.
ALTER TABLE main.pattern_occurrences ADD COLUMN tokens INTEGER;
ALTER TABLE main.pattern_occurrences ADD COLUMN cost_nano INTEGER;
ALTER TABLE main.pattern_occurrences ADD COLUMN duration_ms INTEGER;
ALTER TABLE main.pattern_occurrences ADD COLUMN error_count INTEGER;
ALTER TABLE main.pattern_occurrences ADD COLUMN retry_count INTEGER;
CREATE UNIQUE INDEX IF NOT EXISTS main.idx_pattern_occurrences_pair ON pattern_occurrences(pattern_id, workflow_id);

CREATE TABLE IF NOT EXISTS main.workflow_history (
  workflow_id       TEXT PRIMARY KEY,
  error_count       INTEGER,
  duration_seconds  INTEGER,
  retry_count       INTEGER,
  total_tokens      INTEGER,
  actual_cost_total REAL
);
ALTER TABLE main.workflow_history ADD COLUMN nl_input TEXT;
ALTER TABLE main.workflow_history ADD COLUMN workflow_template TEXT;
ALTER TABLE main.workflow_history ADD COLUMN error_message TEXT;
ALTER TABLE main.workflow_history ADD COLUMN created_at TEXT;
ALTER TABLE main.workflow_history ADD COLUMN learned_at TEXT;
CREATE INDEX IF NOT EXISTS main.idx_workflow_history_pending
    ON workflow_history(coalesce(created_at, ''), workflow_id) WHERE learned_at IS NULL;
-- A plain UPDATE makes a workflow pending again, as workflow_save does by itself.
CREATE TRIGGER IF NOT EXISTS main.lore_on_workflow_change
AFTER UPDATE OF nl_input, workflow_template, error_message, error_count, duration_seconds, retry_count, total_tokens,
                actual_cost_total ON workflow_history
WHEN new.learned_at IS NOT NULL
 AND (old.nl_input, old.workflow_template, old.error_message, old.error_count, old.duration_seconds, old.retry_count,
      old.total_tokens, old.actual_cost_total)
     IS NOT (new.nl_input, new.workflow_template, new.error_message, new.error_count, new.duration_seconds, new.retry_count,
             new.total_tokens, new.actual_cost_total)
BEGIN
  UPDATE workflow_history SET learned_at = NULL WHERE workflow_id = new.workflow_id;
END;

-- down
DROP TRIGGER main.lore_on_workflow_change;
DROP TABLE main.workflow_history;
DROP TABLE main.pattern_occurrences;
DROP TABLE main.operation_patterns;
DROP TABLE main.pattern_rules_custom;
