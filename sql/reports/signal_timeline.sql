-- Signals day by day: what became of each open signal in the last 30 days, one character a day, the worst first.
--
--   sqlite3 -box file.db < sql/reports/signal_timeline.sql
--
-- # is active, ! escalated, a acknowledged, . cleared or dismissed, a blank: not known yet; each as it was when the day ended (UTC).
-- The last character is the day of the newest transition in the file, not today: so the report depends on no clock.
-- :max_rows limits the signals (30).
-- Reads signal_state and signal_transitions; needs no extension.

WITH RECURSIVE day(number, date) AS (
  SELECT 29, date(max(at)) FROM signal_transitions HAVING max(at) IS NOT NULL
  UNION ALL
  SELECT number - 1, date(date, '-1 day') FROM day WHERE number > 0),
shown AS MATERIALIZED (
  SELECT signal_key, severity, first_detected_at FROM signal_state
   WHERE state IN ('active', 'escalated', 'acknowledged')
   ORDER BY CASE severity WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'warning' THEN 2 WHEN 'medium' THEN 2
                          WHEN 'watch' THEN 3 WHEN 'low' THEN 3 WHEN 'info' THEN 4 ELSE 5 END, first_detected_at, signal_key
   LIMIT coalesce(:max_rows, 30)),
cell AS (
  SELECT signal_key, severity, first_detected_at, number,
         coalesce((SELECT CASE to_state WHEN 'active' THEN '#' WHEN 'escalated' THEN '!' WHEN 'acknowledged' THEN 'a' ELSE '.' END
                     FROM signal_transitions AS t
                    WHERE t.signal_key = shown.signal_key AND t.at < date(day.date, '+1 day')
                    ORDER BY t.seq DESC LIMIT 1), ' ') AS mark
    FROM shown, day)
SELECT signal_key AS signal, severity, group_concat(mark, '') AS last_30_days
  FROM (SELECT * FROM cell ORDER BY signal_key, number)
 GROUP BY signal_key
 ORDER BY CASE severity WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'warning' THEN 2 WHEN 'medium' THEN 2
                        WHEN 'watch' THEN 3 WHEN 'low' THEN 3 WHEN 'info' THEN 4 ELSE 5 END, first_detected_at, signal_key;
