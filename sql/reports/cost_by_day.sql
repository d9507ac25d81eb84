-- Cost by day: what each day has cost, the newest first, beside the mean of the seven days that end with it.
--
--   sqlite3 -box file.db < sql/reports/cost_by_day.sql
--
-- A day is a daily_summary of cost_snapshots about no single entity (entity_id IS NULL): its member day, or else the date on
-- which it was computed; of several about one day, the one computed last. Its members total, workflows and tokens are shown, as
-- docs/snapshots.md stores them. A star is a twentieth of the dearest day. mean_7_days counts the days that there are.
-- Reads cost_snapshots; needs no extension.

WITH summary AS (
  SELECT coalesce(json_extract(data, '$.day'), substr(computed_at, 1, 10)) AS day, computed_at, rowid AS place,
         json_extract(data, '$.workflows') AS workflows, json_extract(data, '$.tokens') AS tokens,
         CAST(json_extract(data, '$.total') AS REAL) AS total
    FROM (SELECT rowid, computed_at, CASE WHEN json_valid(data) THEN data ELSE '{}' END AS data
            FROM cost_snapshots WHERE snapshot_type = 'daily_summary' AND entity_id IS NULL)),
latest AS (
  SELECT *, row_number() OVER (PARTITION BY day ORDER BY computed_at DESC, place DESC) AS newest FROM summary)
SELECT day, workflows, tokens, round(total, 2) AS total,
       round(avg(total) OVER (ORDER BY julianday(day) RANGE BETWEEN 6 PRECEDING AND CURRENT ROW), 2) AS mean_7_days,
       substr('********************', 1, CAST(round(20 * total / max(total) OVER ()) AS INTEGER)) AS of_the_dearest
  FROM latest WHERE newest = 1
 ORDER BY day DESC;
