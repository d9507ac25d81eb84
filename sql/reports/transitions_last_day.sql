-- Transitions of the last day: what began, ended, came back or was decided about signals, the newest first.
--
--   sqlite3 -box file.db < sql/reports/transitions_last_day.sql
--
-- The last day is the 24 hours up to the newest transition, not up to now: a file that nobody has written for a week still
-- shows its last day. For the 24 hours up to another moment, or for some rows only:
--
--   sqlite3 -box -cmd '.parameter set :at 2026-01-10T09:00:00.000Z' -cmd '.parameter set :max_rows 20' file.db < …
--
-- state and severity are those after it. cause says why (detected, escalated_by_age, auto_cleared …), decided_by which person, or
-- the signal_type of which row of signal_rules.
-- Reads signal_transitions; needs no extension.

SELECT substr(t.at, 1, 19) AS at, signal_key, to_state AS state,
       CASE WHEN from_severity IS NULL OR from_severity = to_severity THEN to_severity
            ELSE from_severity || ' to ' || to_severity END AS severity,
       cause, coalesce(actor, 'rule ' || rule) AS decided_by, note
  FROM signal_transitions AS t
  JOIN (SELECT strftime('%Y-%m-%dT%H:%M:%fZ', coalesce(:at, max(at))) AS until FROM signal_transitions)
 WHERE t.at <= until AND t.at > strftime('%Y-%m-%dT%H:%M:%fZ', until, '-1 day')
 ORDER BY t.at DESC, seq DESC
 LIMIT coalesce(:max_rows, -1);
