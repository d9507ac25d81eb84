-- metrics.sql: when packages were installed, and how large they are, as time series.
-- Runs after work.sql, in the same shell; the packages are those of ingest.sql.

-- One point a package: its size at the time of its installation. What was installed in one second is told apart by milliseconds.
CREATE TEMP TABLE installed AS
  SELECT CASE WHEN section LIKE '%lib%' THEN 'library' WHEN section LIKE '%doc%' OR section = 'fonts' THEN 'data' ELSE 'program' END AS kind,
         1000*CAST(installed_at AS INTEGER) + row_number() OVER (PARTITION BY installed_at ORDER BY name, architecture) - 1 AS ts,
         CAST(installed_kb AS REAL) AS kb
    FROM package WHERE installed_at <> '';
INSERT INTO metric_record(name, value, tags, at) SELECT 'package.kb', kb, json_object('kind', kind), ts FROM installed;

-- The same points as other software keeps them: a row each. A repetition of the run stores none twice.
INSERT OR IGNORE INTO correlations(correlation_id, service_type, correlation_type, status, timestamp, metric_name, metric_value, tags, scope,
                                   retention_policy, created_at, updated_at)
  SELECT 'package.kb/' || kind || '/' || ts, 'dpkg', 'metric_datapoint', 'completed', at, 'package.kb', kb, json_object('kind', kind), 'local',
         'raw', at, at
    FROM (SELECT *, strftime('%Y-%m-%dT%H:%M:%fZ', ts/1000.0, 'unixepoch') AS at FROM installed);
INSERT INTO metric_seal DEFAULT VALUES;

.print
.print '25. When were packages installed? (metric_fill: by month, also those without any; the last twelve)'
WITH month AS (
  SELECT substr(time, 1, 7) AS month, bucket, sum(count) AS installs, sum(value) AS kb
    FROM metric_fill('package.kb', (SELECT min(ts) FROM installed), (SELECT max(ts) + 1 FROM installed), '1mo', NULL, 'sum')
   GROUP BY bucket ORDER BY bucket DESC LIMIT 12)
SELECT month, installs, CAST(round(coalesce(kb, 0)/1024) AS INTEGER) AS MB,
       substr('██████████████████████████████', 1, (29 + 30*installs)/(SELECT max(installs) FROM month)) AS ""
  FROM month ORDER BY bucket;
.print '   By kind (metric_range over all of the time; tags tell the series apart):'
SELECT json_extract(tags, '$.kind') AS kind, count AS packages, CAST(value AS INTEGER) AS "median kB", substr(time, 1, 10) AS "since"
  FROM metric_range('package.kb') WHERE in_fn = 'p50';

.print
.print '26. What do these points take on disk?'
SELECT stored, points, bytes, round(1.0*bytes/points, 1) AS "bytes a point"
  FROM (SELECT 'rows of correlations' AS stored, (SELECT count(*) FROM correlations WHERE metric_name = 'package.kb') AS points,
               (SELECT sum(pgsize) FROM dbstat WHERE name LIKE '%correlations%') AS bytes
         UNION ALL
        SELECT 'series', (SELECT sum(points) FROM metric_series_list('package.kb')),
               (SELECT sum(pgsize) FROM dbstat WHERE name IN ('metric_recent', 'metric_chunks', 'idx_metric_chunks_series', 'idx_metric_chunks_small')));
