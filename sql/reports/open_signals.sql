-- Open signals by severity and age: what is wrong now, the worst first, and for how long it has been seen.
--
--   sqlite3 -box file.db < sql/reports/open_signals.sql
--
-- One row a severity. Open is active, escalated or acknowledged. The age is the time from the first to the last detection, so
-- the report depends on no clock: new was detected once, recent is at most 3 days old, ongoing at most 10, chronic older.
-- Time in which a signal was cleared in between counts too.
-- Reads signal_state through its view signal_state_ages; needs no extension.

SELECT severity, count(*) AS signals,
       sum(age_class = 'new') AS new, sum(age_class = 'recent') AS recent, sum(age_class = 'ongoing') AS ongoing,
       sum(age_class = 'chronic') AS chronic, sum(state = 'escalated') AS escalated, sum(state = 'acknowledged') AS acknowledged,
       round(max(age_days), 1) AS oldest_days
  FROM signal_state_ages
 GROUP BY severity
 ORDER BY CASE severity WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'warning' THEN 2 WHEN 'medium' THEN 2
                        WHEN 'watch' THEN 3 WHEN 'low' THEN 3 WHEN 'info' THEN 4 ELSE 5 END, severity;
