-- Health of the queues: what waits, what is being worked on, and what was left by a worker whose lease is over.
--
--   sqlite3 -box file.db < sql/reports/queue_health.sql
--
-- A lease is over when it ends before the newest row of work_log, not before now: so the report depends on no clock. Before
-- another moment:
--
--   sqlite3 -box -cmd '.parameter set :at 2026-01-10T09:00:00.000Z' file.db < …
--
-- oldest_waiting is when the longest waiting row was made. done and failed count all that are in the file.
-- Reads tasks, thoughts and work_log; needs no extension.

WITH moment AS (SELECT coalesce(:at, max(at), '') AS at FROM work_log),
work AS (
  SELECT 'task' AS kind, status, created_at, lease_until FROM tasks
  UNION ALL
  SELECT 'thought', CASE status WHEN 'processing' THEN 'in_progress' ELSE status END, created_at, lease_until FROM thoughts)
SELECT kind, sum(status = 'pending') AS waiting, sum(status = 'in_progress') AS running,
       sum(status = 'in_progress' AND coalesce(lease_until, '') <= moment.at) AS lease_over, sum(status = 'deferred') AS deferred,
       sum(status = 'completed') AS done, sum(status = 'failed') AS failed,
       substr(min(CASE WHEN status = 'pending' THEN created_at END), 1, 16) AS oldest_waiting
  FROM work, moment
 GROUP BY kind
 ORDER BY kind;
