-- Patterns worth automating: operations that repeat, much the same each time, and cost something; those that save most first.
--
--   sqlite3 -box file.db < sql/reports/patterns_to_automate.sql
--
-- Shows patterns that nobody has decided about (automation_status detected or candidate), seen at least 3 times, with a
-- confidence of at least 70 of 100: up to 40 for how often, 30 for even durations, 30 for no errors and retries. Another bound:
--
--   sqlite3 -box -cmd '.parameter set :min_confidence 80' file.db < …
--
-- seen_days is the time from the first to the newest workflow that the file knows (at least a day), saved_in_30_days what a
-- tool would have saved in it, brought to 30 days. A few days tell little: pattern_savings, with the extension, says how little.
-- Reads operation_patterns, pattern_occurrences and workflow_history; needs no extension.

WITH shown AS (
  SELECT o.pattern_id, coalesce(w.created_at, o.detected_at) AS at
    FROM pattern_occurrences AS o LEFT JOIN workflow_history AS w ON w.workflow_id = o.workflow_id),
observed AS (
  SELECT p.*, max(1.0, coalesce((SELECT julianday(max(at)) FROM shown)
                                - julianday((SELECT min(at) FROM shown WHERE pattern_id = p.id)), 1.0)) AS days
    FROM operation_patterns AS p
   WHERE p.automation_status IN ('detected', 'candidate') AND p.occurrence_count >= 3
     AND p.confidence_score >= coalesce(:min_confidence, 70))
SELECT pattern_signature AS pattern, automation_status AS status, occurrence_count AS seen, round(days, 1) AS seen_days,
       confidence_score AS confidence, avg_tokens_with_llm AS tokens_each, round(avg_cost_with_llm, 4) AS cost_each,
       round(avg_cost_with_tool, 4) AS with_tool,
       round((avg_cost_with_llm - avg_cost_with_tool) * occurrence_count / days * 30, 2) AS saved_in_30_days
  FROM observed
 ORDER BY (avg_cost_with_llm - avg_cost_with_tool) * occurrence_count / days DESC, confidence_score DESC, pattern_signature;
