-- What collectors bring: of each source, how much was stored in seven days, and how much was not, and why.
--
--   sqlite3 -box file.db < sql/reports/ingest_outcomes.sql
--
-- The seven days end with the newest row of the file, not now: so the report depends on no clock. Days that end at another moment:
--
--   sqlite3 -box -cmd '.parameter set :at 2026-01-10T09:00:00.000Z' file.db < …
--
-- duplicate was stored before, suppressed is known downstream, no_key names no company. stored_share is in percent of all.
-- Reads signals and signal_ingest_log; needs no extension.

WITH moment AS (
  SELECT coalesce(:at, max(at)) AS until FROM (
    SELECT max(created_at) AS at FROM signals UNION ALL SELECT max(at) FROM signal_ingest_log)),
seen AS (
  SELECT source_api, 'stored' AS outcome FROM signals, moment
   WHERE created_at <= until AND created_at > strftime('%Y-%m-%dT%H:%M:%fZ', until, '-7 days')
  UNION ALL
  SELECT source_api, outcome FROM signal_ingest_log, moment
   WHERE at <= until AND at > strftime('%Y-%m-%dT%H:%M:%fZ', until, '-7 days'))
SELECT source_api AS source, sum(outcome = 'stored') AS stored, sum(outcome = 'duplicate') AS duplicate,
       sum(outcome = 'suppressed') AS suppressed, sum(outcome = 'no_key') AS no_key,
       round(100.0 * sum(outcome = 'stored') / count(*), 1) AS stored_share
  FROM seen
 GROUP BY source_api
 ORDER BY stored_share, source_api;
