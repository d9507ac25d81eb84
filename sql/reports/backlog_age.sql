-- Age of the backlog: how long signals wait to be pushed or rejected, one row a source, the one with the oldest first.
--
--   sqlite3 -box file.db < sql/reports/backlog_age.sql
--
-- Ages are counted up to the newest change of any signal, not up to now: so the report depends on no clock. Up to another moment:
--
--   sqlite3 -box -cmd '.parameter set :at 2026-01-10T09:00:00.000Z' file.db < …
--
-- claimed counts those that a worker has taken; they are among the waiting ones.
-- Reads signals and signal_processing; needs no extension.

WITH moment AS (SELECT coalesce(:at, max(updated_at)) AS at FROM signal_processing),
waiting AS (
  SELECT s.source_api, p.status, p.created_at, julianday(moment.at) - julianday(p.created_at) AS days
    FROM moment, signal_processing AS p JOIN signals AS s ON s.id = p.signal_id
   WHERE p.status IN ('pending', 'claimed') AND p.created_at <= moment.at)
SELECT source_api AS source, count(*) AS waiting, sum(status = 'claimed') AS claimed, sum(days < 0.25) AS under_6_hours,
       sum(days >= 0.25 AND days < 1) AS under_a_day, sum(days >= 1 AND days < 3) AS under_3_days,
       sum(days >= 3 AND days < 7) AS under_a_week, sum(days >= 7) AS longer, substr(min(created_at), 1, 16) AS oldest
  FROM waiting
 GROUP BY source_api
 ORDER BY min(created_at), source_api;
