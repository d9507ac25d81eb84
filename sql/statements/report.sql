-- The page that report_html makes: what it asks about the file, and the sections that are shipped.
--
-- Of a section the first columns are read as its kind wants them (docs/report.md); all are shown as a table. `:at` is the
-- moment of the report. What is there is asked before a section runs, so each names only tables that its row of
-- ext/report/sections.c names.

-- :name report_has_object
SELECT count(*) FROM main.sqlite_schema WHERE type IN ('table', 'view') AND name = :wanted COLLATE NOCASE;

-- :name report_sections
SELECT position, title, kind, source, note FROM main.lore_reports WHERE name = :name ORDER BY position;

-- :name report_source_template
SELECT * FROM main."%w";

-- ---- today: at a glance ----

-- :name report_now_signals
SELECT 'open signals' AS label, count(*) AS value,
       coalesce(sum(severity IN ('critical', 'high')), 0) || ' critical or high' AS note
  FROM main.signal_state WHERE state IN ('active', 'escalated', 'acknowledged');

-- :name report_now_backlog
SELECT 'signals to process' AS label, count(*) AS value, 'since ' || substr(min(created_at), 1, 10) AS note
  FROM main.signal_processing WHERE status IN ('pending', 'claimed');

-- :name report_now_work
SELECT 'work to do' AS label, sum(waiting) AS value, sum(running) || ' being done' AS note
  FROM (SELECT count(*) AS waiting, sum(status = 'in_progress') AS running
          FROM main.tasks WHERE status COLLATE BINARY IN ('pending', 'in_progress')
        UNION ALL
        SELECT count(*), sum(status = 'processing') FROM main.thoughts WHERE status COLLATE BINARY IN ('pending', 'processing'));

-- :name report_now_cost
SELECT 'cost of the last day' AS label, round(CAST(json_extract(data, '$.total') AS REAL), 2) AS value,
       coalesce(json_extract(data, '$.day'), substr(computed_at, 1, 10)) AS note
  FROM main.cost_snapshots
 WHERE snapshot_type = 'daily_summary' AND entity_id IS NULL AND computed_at <= :at AND json_valid(data)
 ORDER BY coalesce(json_extract(data, '$.day'), substr(computed_at, 1, 10)) DESC, computed_at DESC LIMIT 1;

-- ---- today: signals ----

-- :name report_open_signals
SELECT severity, count(*) AS signals, sum(age_class = 'new') AS new, sum(age_class = 'recent') AS recent,
       sum(age_class = 'ongoing') AS ongoing, sum(age_class = 'chronic') AS chronic, CAST(max(age_days) AS INTEGER) AS oldest_days
  FROM main.signal_state_ages
 GROUP BY severity
 ORDER BY CASE severity WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'warning' THEN 2 WHEN 'medium' THEN 2
                        WHEN 'watch' THEN 3 WHEN 'low' THEN 3 WHEN 'info' THEN 4 ELSE 5 END, severity;

-- :name report_signal_timeline     the worst and oldest open ones, with all their states in the last 60 days
WITH shown AS MATERIALIZED (
       SELECT signal_key, entity_id || ': ' || signal_type AS name, row_number() OVER (
                ORDER BY CASE severity WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'warning' THEN 2 WHEN 'medium' THEN 2
                                       WHEN 'watch' THEN 3 WHEN 'low' THEN 3 WHEN 'info' THEN 4 ELSE 5 END,
                         first_detected_at, signal_key) AS place
         FROM main.signal_state WHERE state IN ('active', 'escalated', 'acknowledged')
        ORDER BY place LIMIT 12),
     span AS (
       SELECT s.place, s.name, t.to_state, t.at AS since,
              coalesce(lead(t.at) OVER (PARTITION BY t.signal_key ORDER BY t.seq), :at) AS until
         FROM shown AS s JOIN main.signal_transitions AS t ON t.signal_key = s.signal_key
        WHERE t.at <= :at)
SELECT name AS signal, max(since, strftime('%Y-%m-%dT%H:%M:%fZ', :at, '-60 days')) AS since, until, to_state AS state
  FROM span WHERE until > strftime('%Y-%m-%dT%H:%M:%fZ', :at, '-60 days') AND to_state <> 'cleared'
 ORDER BY place, since;

-- :name report_backlog
SELECT age, count(*) AS signals
  FROM (SELECT CASE WHEN days < 1/24.0 THEN 'under an hour' WHEN days < 0.25 THEN '1 to 6 hours' WHEN days < 1 THEN '6 to 24 hours'
                    WHEN days < 3 THEN '1 to 3 days' WHEN days < 7 THEN '3 to 7 days' ELSE 'over 7 days' END AS age, days
          FROM (SELECT coalesce(julianday(:at) - julianday(created_at), 1e9) AS days
                  FROM main.signal_processing WHERE status IN ('pending', 'claimed')))
 GROUP BY age ORDER BY min(days);

-- :name report_verdicts
-- :vtab
SELECT coalesce(nullif(company_name, ''), canonical_key) AS company, decision, round(confidence_score, 2) AS score, signals, sources,
       newest_at AS newest, reason
  FROM signal_verdicts(NULL, 0, :at) LIMIT 12;

-- ---- today: what things cost ----

-- :name report_candidates
-- :vtab
SELECT s.pattern_signature AS pattern, s.low, s.expected, s.high, s.events, CAST(s.window_days AS INTEGER) AS seen_days
  FROM pattern_savings(NULL, 0.9, :at) AS s JOIN main.operation_patterns AS p ON p.id = s.pattern_id
 WHERE p.automation_status IN ('detected', 'candidate') AND s.expected > 0
 ORDER BY s.expected DESC, s.pattern_signature LIMIT 12;

-- :name report_cost_by_day
WITH summary AS (
  SELECT coalesce(json_extract(data, '$.day'), substr(computed_at, 1, 10)) AS day, computed_at, rowid AS place,
         CAST(json_extract(data, '$.total') AS REAL) AS total
    FROM (SELECT rowid, computed_at, CASE WHEN json_valid(data) THEN data ELSE '{}' END AS data
            FROM main.cost_snapshots
           WHERE snapshot_type = 'daily_summary' AND entity_id IS NULL
             AND computed_at BETWEEN strftime('%Y-%m-%dT%H:%M:%fZ', :at, '-40 days') AND :at)),
latest AS (
  SELECT *, row_number() OVER (PARTITION BY day ORDER BY computed_at DESC, place DESC) AS newest FROM summary)
SELECT day, round(total, 2) AS cost FROM latest
 WHERE newest = 1 AND total IS NOT NULL AND julianday(day) > julianday(:at, '-31 days')
 ORDER BY day;

-- ---- today: work and metrics ----

-- :name report_queues
SELECT 'tasks' AS queue, count(*) AS rows_in_all, count(*) FILTER (WHERE status = 'pending') AS pending,
       count(*) FILTER (WHERE status = 'in_progress') AS running,
       count(*) FILTER (WHERE status = 'in_progress' AND coalesce(lease_until, '') <= :at) AS lease_over,
       count(*) FILTER (WHERE status = 'deferred') AS deferred, count(*) FILTER (WHERE status = 'failed') AS failed,
       min(created_at) FILTER (WHERE status = 'pending') AS oldest_pending
  FROM main.tasks
UNION ALL
SELECT 'thoughts', count(*), count(*) FILTER (WHERE status = 'pending'), count(*) FILTER (WHERE status = 'processing'),
       count(*) FILTER (WHERE status = 'processing' AND coalesce(lease_until, '') <= :at),
       count(*) FILTER (WHERE status = 'deferred'), count(*) FILTER (WHERE status = 'failed'),
       min(created_at) FILTER (WHERE status = 'pending')
  FROM main.thoughts;

-- :name report_metrics          a day of the series that were made last
-- :vtab
SELECT s.name || coalesce(' ' || (SELECT group_concat(key || '=' || value, ' ') FROM json_each(r.tags)), '') AS series, r.bucket AS at, r.value
  FROM (SELECT name FROM main.metric_series GROUP BY name ORDER BY max(series_id) DESC LIMIT 12) AS s,
       metric_range(s.name, strftime('%Y-%m-%dT%H:%M:%fZ', :at, '-1 day'), :at, '15m') AS r
 WHERE r.value IS NOT NULL
 ORDER BY series, at;

-- ---- today: goals of the tenant that the connection uses ----

-- :name report_goals
SELECT g.goal_type AS goal, c.clone_name AS clone, g.target_value AS target, g.current_value AS reached,
       CASE WHEN g.direction = 'up' AND g.target_value <> 0
            THEN CAST(round(100 * g.current_value / g.target_value) AS INTEGER) || ' %' END AS share,
       CASE WHEN g.status = 'active' AND g.period_end < :at THEN 'overdue' ELSE g.status END AS status, substr(g.period_end, 1, 10) AS until
  FROM main.goals AS g LEFT JOIN main.agent_clones AS c ON c.tenant_id = :tenant AND c.id = g.clone_id
 WHERE g.tenant_id = :tenant AND g.period_start <= :at
   AND (g.status = 'active' OR g.period_end > strftime('%Y-%m-%dT%H:%M:%fZ', :at, '-30 days'))
 ORDER BY g.status <> 'active', g.period_end, g.goal_type, g.id LIMIT 50;

-- ---- today: audit ----

-- :name report_audit              not audit_verify, which reads the whole log
WITH head AS (SELECT count(*) AS entries, max(sequence_number) AS last FROM main.audit_log),
     signed AS (SELECT sequence_number AS to_number, at FROM main.audit_checkpoints ORDER BY sequence_number DESC, at DESC LIMIT 1)
SELECT 'entries' AS label, entries AS value,
       'newest of ' || (SELECT substr(event_timestamp, 1, 10) || ' ' || substr(event_timestamp, 12, 5) FROM main.audit_log WHERE sequence_number = last) AS note
  FROM head WHERE entries > 0
UNION ALL
SELECT 'not signed yet', last - coalesce((SELECT to_number FROM signed), 0),
       coalesce((SELECT 'signed up to ' || to_number || ' on ' || substr(at, 1, 10) FROM signed), 'never signed')
  FROM head WHERE entries > 0;
