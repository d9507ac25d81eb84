-- Chronic signals: open ones that have been detected over more than 10 days, the worst first, then the oldest.
--
--   sqlite3 -box file.db < sql/reports/chronic_signals.sql
--
-- times is how often each was detected; acknowledged_by is who looks after it. The age is the time from the first to the last
-- detection, so the report depends on no clock; time in which it was cleared in between counts too.
-- Reads signal_state, directly and through its view signal_state_ages; needs no extension.

SELECT signal_key, severity, state, round(age_days, 1) AS days, detection_count AS times,
       substr(first_detected_at, 1, 10) AS since, s.acknowledged_by
  FROM signal_state_ages JOIN (SELECT signal_key, acknowledged_by FROM signal_state) AS s USING (signal_key)
 WHERE age_class = 'chronic'
 ORDER BY CASE severity WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'warning' THEN 2 WHEN 'medium' THEN 2
                        WHEN 'watch' THEN 3 WHEN 'low' THEN 3 WHEN 'info' THEN 4 ELSE 5 END,
          first_detected_at, signal_key;
