-- workflows.sql: 200 requests to agents: which operations repeat, how reliably, what a tool would save, what each day cost.
-- Runs after lifecycle.sql, in the same shell, in the folder that holds the file `workflows`: JSON lines of
-- docs/demo/workflows.sample, which are made up: two weeks of January 2026. label is
-- the signature that a person gives the request, null for none.

CREATE TEMP TABLE line(document);
.import --ascii workflows line
CREATE TEMP TABLE workflow AS
  SELECT json_extract(document, '$.label') AS label, json_extract(document, '$.workflow') AS document FROM line;

-- A workflow is stored once; what has changed since is learned from. Nothing on a second run.
INSERT INTO workflow_save(workflow) SELECT document FROM workflow;
CREATE TEMP TABLE learned AS SELECT pattern_process_pending() AS result;

-- What each day has cost, all days in one statement: computed at the end of the day, and stored once by its id.
INSERT INTO cost_snapshot_save(snapshot_type, data, id, at)
WITH day AS MATERIALIZED (
  SELECT substr(created_at, 1, 10) AS day, count(*) AS workflows, sum(total_tokens) AS tokens,
         round(sum(actual_cost_total), 6) AS total
    FROM workflow_history WHERE workflow_id GLOB 'sample-*' GROUP BY 1)
SELECT 'daily_summary', json_object('day', day, 'workflows', workflows, 'tokens', tokens, 'total', total),
       'day ' || day, date(day, '+1 day')
  FROM day;

CREATE TEMP TABLE judged AS
  SELECT json_extract(document, '$.nl_input') AS request, label,
         (SELECT signature FROM pattern_detect(workflow.document) WHERE position = 1) AS detected
    FROM workflow;

.mode list
.headers off
.print
SELECT '16. Which operation is it? The rules say what a person says in ' || sum(label IS detected) || ' of ' || count(*)
       || ' requests (docs/demo/workflows.sample)' FROM judged;
.mode box
.headers on
SELECT substr(label, 1, instr(label, ':') - 1) AS operation, count(*) AS requests, sum(label IS detected) AS "the same",
       sum(detected IS NULL) AS "not seen", sum(detected IS NOT NULL AND detected <> label) AS "taken for another"
  FROM judged WHERE label IS NOT NULL GROUP BY 1
UNION ALL
SELECT '(none)', count(*), sum(detected IS NULL), 0, sum(detected IS NOT NULL) FROM judged WHERE label IS NULL;
.print '   Where they differ, the rules know words only (rows of pattern_rules_custom add some):'
WITH differ AS (
  SELECT *, row_number() OVER (PARTITION BY label IS NULL, detected IS NULL ORDER BY request) AS place
    FROM judged WHERE label IS NOT detected)
SELECT substr(request, 1, 40) || substr('…', 1, length(request) > 40) AS request, coalesce(label, 'none') AS "a person says",
       coalesce(detected, 'none') AS "the rules say"
  FROM differ WHERE place <= 2 ORDER BY label IS NULL, detected IS NULL, place;

.print
.print '17. What is worth automating? (sql/reports/patterns_to_automate.sql; dollars)'
.read reports/patterns_to_automate.sql
.print '   How sure is that? (pattern_savings: what 30 days would bring, with nine chances of ten; in_at = the end of the sample)'
SELECT pattern_signature AS pattern, events AS seen, round(window_days, 1) AS days, round(low, 2) AS low,
       round(expected, 2) AS expected, round(high, 2) AS high
  FROM pattern_savings(NULL, 0.9, '2026-01-19') ORDER BY expected DESC LIMIT 5;

.print
.print '18. What has each day cost? (cost_snapshot_save in workflows.sql; sql/reports/cost_by_day.sql; dollars)'
.read reports/cost_by_day.sql
