-- The reports of sql/reports as views of their names: SELECT * FROM open_signals. Each says there what it shows.
--
-- Where a report takes a moment or a number of rows, the view goes by the standard: the newest row, thirty signals.

-- How bad a severity is, the worst first.
CREATE FUNCTION lore_badness(severity text) RETURNS integer LANGUAGE sql IMMUTABLE AS
$$ SELECT CASE severity WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'warning' THEN 2 WHEN 'medium' THEN 2
                        WHEN 'watch' THEN 3 WHEN 'low' THEN 3 WHEN 'info' THEN 4 ELSE 5 END $$;

-- A double with so many digits behind its point, as SQLite's round.
CREATE FUNCTION lore_round(value double precision, digits integer) RETURNS numeric LANGUAGE sql IMMUTABLE AS
$$ SELECT round(value::numeric, digits) $$;

-- The same time some days later, in the one form.
CREATE FUNCTION lore_days_later(at text, days integer) RETURNS text LANGUAGE sql STABLE AS
$$ SELECT lore_moment(lore_time(at) + days*interval '24 hours') $$;

CREATE VIEW backlog_age AS
WITH moment AS (SELECT max(updated_at) AS at FROM signal_processing),
waiting AS (
  SELECT s.source_api, p.status, p.created_at, lore_days(moment.at) - lore_days(p.created_at) AS days
    FROM moment, signal_processing AS p JOIN signals AS s ON s.id = p.signal_id
   WHERE p.status IN ('pending', 'claimed') AND p.created_at <= moment.at)
SELECT source_api AS source, count(*) AS waiting, count(*) FILTER (WHERE status = 'claimed') AS claimed,
       count(*) FILTER (WHERE days < 0.25) AS under_6_hours, count(*) FILTER (WHERE days >= 0.25 AND days < 1) AS under_a_day,
       count(*) FILTER (WHERE days >= 1 AND days < 3) AS under_3_days,
       count(*) FILTER (WHERE days >= 3 AND days < 7) AS under_a_week, count(*) FILTER (WHERE days >= 7) AS longer,
       substr(min(created_at), 1, 16) AS oldest
  FROM waiting
 GROUP BY source_api
 ORDER BY min(created_at), source_api;

CREATE VIEW chronic_signals AS
SELECT a.signal_key, a.severity, a.state, lore_round(a.age_days, 1) AS days, a.detection_count AS times,
       substr(a.first_detected_at, 1, 10) AS since, s.acknowledged_by
  FROM signal_state_ages AS a JOIN signal_state AS s USING (signal_key)
 WHERE a.age_class = 'chronic'
 ORDER BY lore_badness(a.severity), a.first_detected_at, a.signal_key;

CREATE VIEW cost_by_day AS
WITH summary AS (
  SELECT coalesce(data ->> 'day', substr(computed_at, 1, 10)) AS day, computed_at, id, data ->> 'workflows' AS workflows,
         data ->> 'tokens' AS tokens,
         CASE json_typeof(data -> 'total') WHEN 'number' THEN (data ->> 'total')::double precision END AS total
    FROM (SELECT id, computed_at, coalesce(lore_json(data), '{}') AS data
            FROM cost_snapshots WHERE snapshot_type = 'daily_summary' AND entity_id IS NULL) AS daily),
latest AS (
  SELECT *, row_number() OVER (PARTITION BY day ORDER BY computed_at DESC, id DESC) AS newest FROM summary)
SELECT day, workflows, tokens, lore_round(total, 2) AS total,
       lore_round(avg(total) OVER (ORDER BY lore_time(day) RANGE BETWEEN interval '6 days' PRECEDING AND CURRENT ROW),
                  2) AS mean_7_days,
       repeat('*', round((20*total/nullif(max(total) OVER (), 0))::numeric)::integer) AS of_the_dearest
  FROM latest WHERE newest = 1
 ORDER BY day DESC;

CREATE VIEW ingest_outcomes AS
WITH moment AS (
  SELECT max(at) AS until, lore_days_later(max(at), -7) AS since
    FROM (SELECT max(created_at) AS at FROM signals UNION ALL SELECT max(at) FROM signal_ingest_log) AS newest),
seen AS (
  SELECT source_api, 'stored' AS outcome FROM signals, moment WHERE created_at <= until AND created_at > since
  UNION ALL
  SELECT source_api, outcome FROM signal_ingest_log, moment WHERE at <= until AND at > since)
SELECT source_api AS source, count(*) FILTER (WHERE outcome = 'stored') AS stored,
       count(*) FILTER (WHERE outcome = 'duplicate') AS duplicate, count(*) FILTER (WHERE outcome = 'suppressed') AS suppressed,
       count(*) FILTER (WHERE outcome = 'no_key') AS no_key,
       round(100.0*count(*) FILTER (WHERE outcome = 'stored')/count(*), 1) AS stored_share
  FROM seen
 GROUP BY source_api
 ORDER BY stored_share, source_api;

CREATE VIEW open_signals AS
SELECT severity, count(*) AS signals, count(*) FILTER (WHERE age_class = 'new') AS new,
       count(*) FILTER (WHERE age_class = 'recent') AS recent, count(*) FILTER (WHERE age_class = 'ongoing') AS ongoing,
       count(*) FILTER (WHERE age_class = 'chronic') AS chronic, count(*) FILTER (WHERE state = 'escalated') AS escalated,
       count(*) FILTER (WHERE state = 'acknowledged') AS acknowledged, lore_round(max(age_days), 1) AS oldest_days
  FROM signal_state_ages
 GROUP BY severity
 ORDER BY lore_badness(severity), severity;

CREATE VIEW patterns_to_automate AS
WITH shown AS (
  SELECT o.pattern_id, coalesce(w.created_at, o.detected_at) AS at
    FROM pattern_occurrences AS o LEFT JOIN workflow_history AS w ON w.workflow_id = o.workflow_id),
observed AS (
  SELECT p.*, greatest(1, coalesce((SELECT lore_days(max(at)) FROM shown)
                                   - lore_days((SELECT min(at) FROM shown WHERE pattern_id = p.id)), 1)) AS days
    FROM operation_patterns AS p
   WHERE p.automation_status IN ('detected', 'candidate') AND p.occurrence_count >= 3 AND p.confidence_score >= 70)
SELECT pattern_signature AS pattern, automation_status AS status, occurrence_count AS seen, lore_round(days, 1) AS seen_days,
       confidence_score AS confidence, avg_tokens_with_llm AS tokens_each, lore_round(avg_cost_with_llm, 4) AS cost_each,
       lore_round(avg_cost_with_tool, 4) AS with_tool,
       lore_round((avg_cost_with_llm - avg_cost_with_tool)*occurrence_count/days*30, 2) AS saved_in_30_days
  FROM observed
 ORDER BY (avg_cost_with_llm - avg_cost_with_tool)*occurrence_count/days DESC NULLS LAST, confidence_score DESC, pattern_signature;

CREATE VIEW queue_health AS
WITH moment AS (SELECT coalesce(max(at), '') AS at FROM work_log),
work AS (
  SELECT 'task' AS kind, status, created_at, lease_until FROM tasks
  UNION ALL
  SELECT 'thought', CASE status WHEN 'processing' THEN 'in_progress' ELSE status END, created_at, lease_until FROM thoughts)
SELECT kind, count(*) FILTER (WHERE status = 'pending') AS waiting, count(*) FILTER (WHERE status = 'in_progress') AS running,
       count(*) FILTER (WHERE status = 'in_progress' AND coalesce(lease_until, '') <= moment.at) AS lease_over,
       count(*) FILTER (WHERE status = 'deferred') AS deferred, count(*) FILTER (WHERE status = 'completed') AS done,
       count(*) FILTER (WHERE status = 'failed') AS failed,
       substr(min(created_at) FILTER (WHERE status = 'pending'), 1, 16) AS oldest_waiting
  FROM work, moment
 GROUP BY kind
 ORDER BY kind;

CREATE VIEW signal_timeline AS
WITH day AS (
  SELECT number, substr(lore_days_later(last.at, 1 - number), 1, 10) AS after
    FROM (SELECT max(at) AS at FROM signal_transitions) AS last, generate_series(0, 29) AS number),
shown AS MATERIALIZED (
  SELECT signal_key, severity, first_detected_at FROM signal_state
   WHERE state IN ('active', 'escalated', 'acknowledged')
   ORDER BY lore_badness(severity), first_detected_at, signal_key LIMIT 30)
SELECT signal_key AS signal, severity,
       string_agg(coalesce((SELECT CASE to_state WHEN 'active' THEN '#' WHEN 'escalated' THEN '!' WHEN 'acknowledged' THEN 'a'
                                                 ELSE '.' END
                              FROM signal_transitions AS t WHERE t.signal_key = shown.signal_key AND t.at < day.after
                             ORDER BY t.seq DESC LIMIT 1), ' '), '' ORDER BY number DESC) AS last_30_days
  FROM shown, day
 GROUP BY signal_key, severity, first_detected_at
 ORDER BY lore_badness(severity), first_detected_at, signal_key;

CREATE VIEW transitions_last_day AS
SELECT substr(t.at, 1, 19) AS at, signal_key, to_state AS state,
       CASE WHEN from_severity IS NULL OR from_severity = to_severity THEN to_severity
            ELSE from_severity || ' to ' || to_severity END AS severity,
       cause, coalesce(actor, 'rule ' || rule) AS decided_by, note
  FROM signal_transitions AS t, (SELECT max(at) AS until FROM signal_transitions) AS moment
 WHERE t.at > lore_days_later(until, -1)
 ORDER BY t.at DESC, seq DESC;

CREATE VIEW work_failures AS
SELECT kind, coalesce(reason, '(none)') AS reason, count(*) FILTER (WHERE to_status IN ('pending', 'deferred')) AS tried_again,
       count(*) FILTER (WHERE to_status = 'failed') AS given_up, count(DISTINCT id) AS of_rows, substr(max(at), 1, 16) AS last_at
  FROM work_log
 WHERE to_status = 'failed' OR (from_status IN ('in_progress', 'processing') AND to_status IN ('pending', 'deferred'))
 GROUP BY kind, reason
 ORDER BY count(*) DESC, kind, reason;
