-- Why work fails: the reasons for which tasks and thoughts went back or were given up, the most frequent first.
--
--   sqlite3 -box file.db < sql/reports/work_failures.sql
--
-- tried_again counts attempts after which the row waits again, given_up those that were the last. of_rows is how many different
-- rows that were, last_at when it happened last. What has no reason is shown as (none).
-- Reads work_log; needs no extension.

SELECT kind, coalesce(reason, '(none)') AS reason, sum(to_status IN ('pending', 'deferred')) AS tried_again,
       sum(to_status = 'failed') AS given_up, count(DISTINCT id) AS of_rows, substr(max(at), 1, 16) AS last_at
  FROM work_log
 WHERE to_status = 'failed' OR (from_status IN ('in_progress', 'processing') AND to_status IN ('pending', 'deferred'))
 GROUP BY kind, reason
 ORDER BY count(*) DESC, kind, reason;
