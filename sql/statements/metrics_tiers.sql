-- Time series: roll-ups, retention, deletion, maintenance.

-- ---- roll-ups ----

-- :name metric_rollup_put
INSERT OR REPLACE INTO main.metric_rollups(tier, series_id, bucket, count, sum, sum_rest, min, max, first, last, first_ts, last_ts, m2,
                                           dropped, dropped_rest, sketch)
VALUES (:tier_name, :series, :bucket, :row_count, :row_sum, :row_sum_rest, :row_min, :row_max, :row_first, :row_last, :row_first_ts,
        :row_last_ts, :row_m2, :row_dropped, :row_dropped_rest, :row_sketch);

-- ---- tiers ----

-- :name metric_tiers
SELECT tier, step, keep_for FROM main.metric_tiers ORDER BY step, tier;

-- :name metric_tier_find
SELECT step, keep_for FROM main.metric_tiers WHERE tier = :tier_name;

-- :name metric_tier_put
INSERT INTO main.metric_tiers(tier, step, keep_for) VALUES (:tier_name, :tier_step, :tier_keep_for)
ON CONFLICT (tier) DO UPDATE SET step = excluded.step, keep_for = excluded.keep_for;

-- :name metric_tier_delete
DELETE FROM main.metric_tiers WHERE tier = :tier_name;

-- :name metric_tier_rollups_delete
DELETE FROM main.metric_rollups WHERE tier = :tier_name;

-- :name metric_tier_dirty_delete
DELETE FROM main.metric_dirty WHERE tier = :tier_name;

-- :name metric_tier_coverage_delete
DELETE FROM main.metric_coverage WHERE tier = :tier_name;

-- :name metric_tier_left
SELECT EXISTS (SELECT 1 FROM main.metric_rollups WHERE tier = :tier_name)
    OR EXISTS (SELECT 1 FROM main.metric_dirty WHERE tier = :tier_name)
    OR EXISTS (SELECT 1 FROM main.metric_coverage WHERE tier = :tier_name);

-- :name metric_tier_only_here      whether the tier has of a series what neither raw points nor a tier finer than :tier_step have
SELECT EXISTS (
  SELECT 1 FROM main.metric_coverage AS c JOIN main.metric_coverage AS r ON r.series_id = c.series_id AND r.tier = 'raw'
   WHERE c.tier = :tier_name AND (c.since IS NULL OR c.since < r.since)
     AND NOT EXISTS (SELECT 1 FROM main.metric_coverage AS f JOIN main.metric_tiers AS t ON t.tier = f.tier
                      WHERE f.series_id = c.series_id AND t.tier <> :tier_name AND t.step > 0 AND t.step < :tier_step
                        AND f.until >= r.since AND (f.since IS NULL OR f.since <= c.since)));

-- :name metric_tier_needed_by      a coarser tier with a bucket of which raw points have been pruned in part, when no other finer tier
--                                  has that part
SELECT t.tier FROM main.metric_tiers AS t JOIN main.metric_coverage AS c ON c.tier = t.tier
  JOIN main.metric_coverage AS r ON r.series_id = c.series_id AND r.tier = 'raw'
 WHERE t.step > :tier_step AND r.since % t.step <> 0 AND (c.since IS NULL OR c.since < r.since)
   AND EXISTS (SELECT 1 FROM main.metric_coverage AS own WHERE own.series_id = c.series_id AND own.tier = :tier_name)
   AND NOT EXISTS (SELECT 1 FROM main.metric_coverage AS f JOIN main.metric_tiers AS g ON g.tier = f.tier
                    WHERE f.series_id = c.series_id AND g.tier <> :tier_name AND g.step > 0 AND g.step < t.step
                      AND (f.since IS NULL OR f.since <= r.since - (r.since % t.step + t.step) % t.step))
 LIMIT 1;

-- :name metric_cover_series        whether it has the counts of correlations, and its last point
SELECT s.name = 'correlations.count',
       (SELECT max(at) FROM (SELECT (SELECT max(ts) FROM main.metric_recent WHERE series_id = s.series_id) AS at
                             UNION ALL
                             SELECT (SELECT end_ts FROM main.metric_chunks WHERE series_id = s.series_id ORDER BY start_ts DESC LIMIT 1)))
  FROM main.metric_series AS s WHERE s.series_id = :series;

-- :name metric_cover
SELECT tier, since, until FROM main.metric_coverage WHERE series_id = :series;

-- :name metric_cover_put
INSERT INTO main.metric_coverage(series_id, tier, since, until) VALUES (:series, :tier_name, :first_ts, :last_ts)
ON CONFLICT (series_id, tier) DO UPDATE SET since = excluded.since, until = excluded.until;

-- :name metric_rollups_between
SELECT bucket, count, sum, sum_rest, min, max, first, last, first_ts, last_ts, m2, dropped, dropped_rest, sketch
  FROM main.metric_rollups
 WHERE tier = :tier_name AND series_id = :series AND bucket BETWEEN :first_ts AND :last_ts ORDER BY bucket;

-- :name metric_rollups_are_there
SELECT EXISTS (SELECT 1 FROM main.metric_rollups
                WHERE tier = :tier_name AND series_id = :series AND bucket BETWEEN :first_ts AND :last_ts);

-- :name metric_rollups_count       of those that begin at :bucket or before
SELECT coalesce(sum(count), 0) FROM main.metric_rollups
 WHERE tier = :tier_name AND series_id = :series AND bucket BETWEEN :first_ts AND min(:last_ts, :bucket);

-- :name metric_rollups_delete
DELETE FROM main.metric_rollups WHERE tier = :tier_name AND series_id = :series AND bucket BETWEEN :first_ts AND :last_ts;

-- :name metric_dirty_first
SELECT bucket FROM main.metric_dirty WHERE series_id = :series AND tier = :tier_name ORDER BY bucket;

-- :name metric_dirty_is_there
SELECT EXISTS (SELECT 1 FROM main.metric_dirty WHERE series_id = :series AND tier = :tier_name);

-- :name metric_dirty_earliest
SELECT min(bucket) FROM main.metric_dirty WHERE series_id = :series AND tier IN (SELECT tier FROM main.metric_tiers WHERE step > 0);

-- :name metric_dirty_delete        up to :last_ts
DELETE FROM main.metric_dirty WHERE series_id = :series AND tier = :tier_name AND bucket <= :last_ts;

-- :name metric_dirty_rollup        of a row that is there
INSERT OR IGNORE INTO main.metric_dirty(tier, series_id, bucket)
SELECT tier, series_id, bucket FROM main.metric_rollups WHERE tier = :tier_name AND series_id = :series AND bucket = :bucket;

-- ---- deleting points ----

-- :name metric_head_erase
DELETE FROM main.metric_recent WHERE series_id = :series AND ts BETWEEN :first_ts AND :last_ts;

-- :name metric_chunks_erase        none of them reaches beyond
DELETE FROM main.metric_chunks WHERE series_id = :series AND start_ts BETWEEN :first_ts AND :last_ts AND end_ts <= :last_ts;

-- :name metric_erase_left
SELECT EXISTS (SELECT 1 FROM main.metric_recent WHERE series_id = :series AND ts BETWEEN :first_ts AND :last_ts)
    OR EXISTS (SELECT 1 FROM main.metric_chunks WHERE series_id = :series AND start_ts BETWEEN :first_ts AND :last_ts);

-- :name metric_points_before       whether there is one up to :last_ts
SELECT EXISTS (SELECT 1 FROM main.metric_recent WHERE series_id = :series AND ts <= :last_ts)
    OR EXISTS (SELECT 1 FROM main.metric_chunks WHERE series_id = :series AND start_ts <= :last_ts);

-- :name metric_series_is_empty
SELECT NOT EXISTS (SELECT 1 FROM main.metric_recent WHERE series_id = :series)
   AND NOT EXISTS (SELECT 1 FROM main.metric_chunks WHERE series_id = :series)
   AND NOT EXISTS (SELECT 1 FROM main.metric_rollups WHERE series_id = :series);

-- :name metric_series_tags_delete
DELETE FROM main.metric_tags WHERE series_id = :series;

-- :name metric_series_coverage_delete
DELETE FROM main.metric_coverage WHERE series_id = :series;

-- :name metric_series_dirty_delete
DELETE FROM main.metric_dirty WHERE series_id = :series;

-- :name metric_series_delete
DELETE FROM main.metric_series WHERE series_id = :series;

-- ---- maintenance: which series have work ----

-- :name maintain_correlations      one row, when there is any tier
SELECT 0, 0 FROM main.metric_tiers LIMIT 1;

-- :name maintain_heads             of 256 points or more
SELECT series_id, 0 FROM main.metric_series AS s
 WHERE EXISTS (SELECT 1 FROM main.metric_recent WHERE series_id = s.series_id LIMIT 1 OFFSET 255);

-- :name maintain_rollups           a tier that has nothing yet, or is behind, or has dirty buckets
WITH ends AS MATERIALIZED (
  SELECT s.series_id, (SELECT max(at) FROM (SELECT (SELECT max(ts) FROM main.metric_recent WHERE series_id = s.series_id) AS at
                                            UNION ALL
                                            SELECT (SELECT end_ts FROM main.metric_chunks WHERE series_id = s.series_id
                                                     ORDER BY start_ts DESC LIMIT 1))) AS last
    FROM main.metric_series AS s)
SELECT e.series_id, t.step
  FROM ends AS e CROSS JOIN main.metric_tiers AS t LEFT JOIN main.metric_coverage AS c ON c.series_id = e.series_id AND c.tier = t.tier
 WHERE t.step > 0
   AND (c.series_id IS NULL
        OR (e.last >= coalesce(c.until, e.last)
            AND coalesce(c.until < max(e.last, :now_ms) - (max(e.last, :now_ms) % t.step + t.step) % t.step, 1))
        OR EXISTS (SELECT 1 FROM main.metric_dirty AS d WHERE d.series_id = e.series_id AND d.tier = t.tier))
 ORDER BY e.series_id, t.step;

-- :name maintain_old               what may have late points, or something older than it is kept, which prune.c looks at closely
WITH shape(coarsest) AS MATERIALIZED (SELECT coalesce(max(1, max(step)), 1) FROM main.metric_tiers),
  bounds(tier, step, bound) AS MATERIALIZED (
    SELECT tier, step, :now_ms - keep_for - ((:now_ms - keep_for) % coarsest + coarsest) % coarsest FROM main.metric_tiers, shape),
  begins AS MATERIALIZED (
    SELECT s.series_id, (SELECT min(at) FROM (SELECT (SELECT min(ts) FROM main.metric_recent WHERE series_id = s.series_id) AS at
                                              UNION ALL
                                              SELECT (SELECT min(start_ts) FROM main.metric_chunks WHERE series_id = s.series_id))) AS first
      FROM main.metric_series AS s)
SELECT b.series_id, 0
  FROM begins AS b
 WHERE b.first < (SELECT bound FROM bounds WHERE tier = 'raw')
    OR (b.first < (SELECT since FROM main.metric_coverage WHERE series_id = b.series_id AND tier = 'raw')
        AND EXISTS (SELECT 1 FROM bounds WHERE step > 0))
    OR EXISTS (SELECT 1 FROM bounds AS t CROSS JOIN main.metric_rollups AS r
                WHERE t.step > 0 AND r.tier = t.tier AND r.series_id = b.series_id AND r.bucket < t.bound)
 ORDER BY b.series_id;

-- ---- maintenance: correlations ----

-- :name correlations_old           older than their tier keeps them: in our form of time by the index, in another form one by one; a
--                                  time that can't be read is not old
WITH bounds(tier, before, before_other) AS MATERIALIZED (
  SELECT tier, strftime('%Y-%m-%dT%H:%M:%fZ', (:now_ms - keep_for)/1000.0, 'unixepoch'),
         strftime('%Y-%m-%dT%H:%M:%fZ', (:now_ms - keep_for + 86400000)/1000.0, 'unixepoch')
    FROM main.metric_tiers)
SELECT id FROM (
  SELECT c.rowid AS id FROM bounds AS b CROSS JOIN main.correlations AS c
   WHERE c.retention_policy COLLATE NOCASE = b.tier AND c.timestamp < b.before AND c.timestamp GLOB '????-??-??T??:??:??.???Z'
     AND lower(c.correlation_type) IS NOT 'audit_event' AND strftime('%s', c.timestamp) IS NOT NULL
  UNION ALL
  SELECT c.rowid FROM bounds AS b CROSS JOIN main.correlations AS c
   WHERE b.tier = 'raw' AND c.retention_policy COLLATE NOCASE IS NULL AND c.timestamp < b.before
     AND c.timestamp GLOB '????-??-??T??:??:??.???Z'
     AND lower(c.correlation_type) IS NOT 'audit_event' AND strftime('%s', c.timestamp) IS NOT NULL
  UNION ALL
  SELECT c.rowid FROM bounds AS b CROSS JOIN main.correlations AS c
   WHERE coalesce(c.retention_policy, 'raw') COLLATE NOCASE = b.tier AND c.timestamp < b.before_other
     AND c.timestamp NOT GLOB '????-??-??T??:??:??.???Z' AND c.timestamp GLOB '[0-9][0-9][0-9][0-9]-*'
     AND strftime('%Y-%m-%dT%H:%M:%fZ', c.timestamp) < b.before AND lower(c.correlation_type) IS NOT 'audit_event')
 LIMIT :old_most;

-- :name correlations_counted       by hour (ms), and as tags: those that are to be counted; :old_ids is the JSON array of their rowids
-- :vtab
WITH counted AS MATERIALIZED (
  SELECT CAST(strftime('%s', timestamp) AS INTEGER) AS at, nullif(lower(log_level), '') AS level,
         nullif(CAST(service_type AS TEXT), '') AS service,
         CASE lower(correlation_type) WHEN 'service_correlation' THEN 'service_interaction' ELSE lower(correlation_type) END AS type
    FROM main.correlations
   WHERE rowid IN (SELECT value FROM json_each(:old_ids))
     AND lower(correlation_type) IN ('log_entry', 'service_interaction', 'service_correlation'))
SELECT (at - (at % 3600 + 3600) % 3600)*1000, json_object('level', level, 'service', service, 'type', type),
       json_object('level', level, 'type', type), count(*)
  FROM counted GROUP BY 1, 2, 3 ORDER BY 1, 2;

-- :name correlations_delete
-- :vtab
DELETE FROM main.correlations WHERE rowid IN (SELECT value FROM json_each(:old_ids));

-- ---- what lore_validate looks for ----

-- :name metric_validate
SELECT 'error', 'metric_chunks', count(*) || ' chunks overlap the one before, as that of series ' || min(series_id) || ' from ' || min(start_ts), NULL
  FROM (SELECT series_id, start_ts, max(end_ts) OVER (PARTITION BY series_id ORDER BY start_ts
               ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before_ts FROM main.metric_chunks)
 WHERE before_ts >= start_ts GROUP BY NULL
UNION ALL
SELECT 'error', 'metric_tags', count(*) || ' rows are of a series that is not there, as ' || min(series_id),
       'DELETE FROM main.metric_tags WHERE series_id NOT IN (SELECT series_id FROM main.metric_series)'
  FROM main.metric_tags WHERE series_id NOT IN (SELECT series_id FROM main.metric_series) GROUP BY NULL
UNION ALL
SELECT 'error', 'metric_recent', count(*) || ' points are of a series that is not there, as ' || min(series_id),
       'DELETE FROM main.metric_recent WHERE series_id NOT IN (SELECT series_id FROM main.metric_series)'
  FROM main.metric_recent WHERE series_id NOT IN (SELECT series_id FROM main.metric_series) GROUP BY NULL
UNION ALL
SELECT 'error', 'metric_chunks', count(*) || ' chunks are of a series that is not there, as ' || min(series_id),
       'DELETE FROM main.metric_chunks WHERE series_id NOT IN (SELECT series_id FROM main.metric_series)'
  FROM main.metric_chunks WHERE series_id NOT IN (SELECT series_id FROM main.metric_series) GROUP BY NULL
UNION ALL
SELECT 'error', 'metric_rollups', count(*) || ' rows are of a series that is not there, as ' || min(series_id),
       'DELETE FROM main.metric_rollups WHERE series_id NOT IN (SELECT series_id FROM main.metric_series)'
  FROM main.metric_rollups WHERE series_id NOT IN (SELECT series_id FROM main.metric_series) GROUP BY NULL;

-- ---- what lore_alerts looks at ----

-- :name metric_alert_maintenance    hours between the newest point of a series and what a tier holds of it, at most
SELECT max(newest - held)/3600000
  FROM (SELECT (SELECT max(ts) FROM main.metric_recent AS r WHERE r.series_id = s.series_id) AS newest,
               coalesce(c.until, (SELECT min(start_ts) FROM main.metric_chunks AS k WHERE k.series_id = s.series_id),
                        (SELECT min(ts) FROM main.metric_recent AS r WHERE r.series_id = s.series_id)) AS held
          FROM main.metric_series AS s JOIN main.metric_tiers AS t ON t.step > 0
          LEFT JOIN main.metric_coverage AS c ON c.series_id = s.series_id AND c.tier = t.tier);
