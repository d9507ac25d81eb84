-- Time series: points, and numbers by bucket.

-- ---- series: chunks and head ----

-- :name metric_stream_chunks       those with a point in the range, and perhaps one before it
SELECT chunk_id, start_ts, end_ts, count, min, max, sum, sum_rest, first, last, data
  FROM main.metric_chunks
 WHERE series_id = :stream_series AND start_ts <= :stream_until
   AND start_ts >= coalesce((SELECT max(start_ts) FROM main.metric_chunks WHERE series_id = :stream_series AND start_ts <= :stream_since),
                            :stream_since)
 ORDER BY start_ts;

-- :name metric_stream_head
SELECT ts, value FROM main.metric_recent WHERE series_id = :stream_series AND ts BETWEEN :stream_since AND :stream_until ORDER BY ts;

-- :name metric_tables              an error when one is not there
SELECT EXISTS (SELECT 1 FROM main.metric_recent) + EXISTS (SELECT 1 FROM main.metric_chunks) + EXISTS (SELECT 1 FROM main.metric_tiers)
     + EXISTS (SELECT 1 FROM main.metric_dirty) + EXISTS (SELECT 1 FROM main.metric_coverage);

-- ---- series: which ones ----
--
-- match_tags: an object of texts, and of null for what must not be there.

-- :name metric_match_narrowest     key (NULL: the name) and value of what has the fewest series; no row when nothing is asked for
-- :vtab
SELECT key, value FROM (
  SELECT w.key, w.value,
         (SELECT count(*) FROM (SELECT 1 FROM main.metric_tags AS t WHERE t.key = w.key AND t.value = w.value LIMIT 64)) AS series
    FROM json_each(:match_tags) AS w WHERE w.type <> 'null'
  UNION ALL
  SELECT NULL, :match_name, (SELECT count(*) FROM (SELECT 1 FROM main.metric_series WHERE name = :match_name LIMIT 64))
   WHERE :match_name IS NOT NULL)
 ORDER BY series, key LIMIT 1;

-- :name metric_match
-- :vtab
WITH wanted AS MATERIALIZED (SELECT key, value FROM json_each(:match_tags)),
found AS (
  SELECT :match_series AS series_id
  UNION ALL
  SELECT series_id FROM main.metric_series WHERE name = :match_by_name
  UNION ALL
  SELECT series_id FROM main.metric_tags WHERE key = :match_by_key AND value = :match_by_value
  UNION ALL
  SELECT series_id FROM main.metric_series WHERE :match_by_none)
SELECT s.series_id, s.name, s.tags, s.kind
  FROM found AS f CROSS JOIN main.metric_series AS s ON s.series_id = f.series_id
 WHERE (:match_name IS NULL OR +s.name = :match_name)
   AND NOT EXISTS (SELECT 1 FROM wanted AS w
                    WHERE CASE WHEN w.value IS NULL
                               THEN EXISTS (SELECT 1 FROM main.metric_tags AS t WHERE t.series_id = s.series_id AND t.key = w.key)
                               ELSE NOT EXISTS (SELECT 1 FROM main.metric_tags AS t
                                                 WHERE t.key = w.key AND t.value = w.value AND t.series_id = s.series_id) END)
 ORDER BY s.name, s.tags;

-- :name metric_latest              the newest point of a series
SELECT ts, value FROM (
  SELECT * FROM (SELECT ts, value, 0 AS place FROM main.metric_recent WHERE series_id = :latest_series ORDER BY ts DESC LIMIT 1)
  UNION ALL
  SELECT * FROM (SELECT end_ts, last, 1 FROM main.metric_chunks WHERE series_id = :latest_series ORDER BY start_ts DESC LIMIT 1))
 ORDER BY ts DESC, place LIMIT 1;

-- :name metric_series_rows         a point of the head that lies over one of a chunk is counted with both
WITH meant AS (
  SELECT series_id FROM main.metric_series WHERE name = :name
  UNION ALL
  SELECT series_id FROM main.metric_series WHERE :name IS NULL),
figures AS (
  SELECT s.series_id, s.name, s.tags, s.kind, s.created_at,
         (SELECT count(*) FROM main.metric_recent AS r WHERE r.series_id = s.series_id) AS recent,
         (SELECT min(ts) FROM main.metric_recent AS r WHERE r.series_id = s.series_id) AS recent_first,
         (SELECT max(ts) FROM main.metric_recent AS r WHERE r.series_id = s.series_id) AS recent_last,
         count(c.chunk_id) AS chunks, coalesce(sum(c.count), 0) AS chunk_points, coalesce(sum(length(c.data)), 0) AS bytes,
         min(c.start_ts) AS chunk_first, max(c.end_ts) AS chunk_last
    FROM meant AS m CROSS JOIN main.metric_series AS s ON s.series_id = m.series_id
    LEFT JOIN main.metric_chunks AS c ON c.series_id = s.series_id
   GROUP BY s.series_id),
spans AS (
  SELECT *, coalesce(min(recent_first, chunk_first), recent_first, chunk_first) AS first_ts,
         coalesce(max(recent_last, chunk_last), recent_last, chunk_last) AS last_ts
    FROM figures)
SELECT series_id, name, tags, kind, chunk_points + recent AS points, first_ts, last_ts,
       strftime('%Y-%m-%dT%H:%M:%fZ', first_ts/1000.0, 'unixepoch') AS since,
       strftime('%Y-%m-%dT%H:%M:%fZ', last_ts/1000.0, 'unixepoch') AS until, chunks, recent, bytes, created_at
  FROM spans ORDER BY name, tags;

-- :name metric_series_find
SELECT series_id, kind = 'counter' FROM main.metric_series WHERE name = :series_name AND tag_hash = :series_hash;

-- :name metric_series_insert
INSERT INTO main.metric_series(name, tags, tag_hash, kind, created_at)
VALUES (:series_name, :series_tags, :series_hash, :series_kind, :series_created);

-- :name metric_tag_insert
INSERT INTO main.metric_tags(key, value, series_id) VALUES (:tag_key, :tag_value, :series);

-- :name metric_node_insert         a metric is no node of the graph, but may have one: the setting metric_nodes
INSERT INTO main.graph_nodes(id, scope, type, attributes, version, created_at, updated_at)
VALUES ('metric/' || :series_name, 'local', 'tsdb_data', json_object('metric', :series_name), 1, :series_created, :series_created)
ON CONFLICT DO NOTHING;

-- :name metric_write_state         no row: the series is gone
SELECT (SELECT max(until) FROM main.metric_coverage WHERE series_id = s.series_id AND tier <> 'raw'), c.chunk_id, c.start_ts, c.end_ts, c.count
  FROM main.metric_series AS s
  LEFT JOIN main.metric_chunks AS c
    ON c.chunk_id = (SELECT chunk_id FROM main.metric_chunks WHERE series_id = s.series_id ORDER BY start_ts DESC LIMIT 1)
 WHERE s.series_id = :series;

-- :name metric_tiers_after         tiers that have rolled up beyond a time
SELECT c.tier, c.until, t.step
  FROM main.metric_coverage AS c JOIN main.metric_tiers AS t ON t.tier = c.tier
 WHERE c.series_id = :series AND c.until > :first_ts AND t.step > 0;

-- :name metric_dirty_insert
INSERT OR IGNORE INTO main.metric_dirty(tier, series_id, bucket) VALUES (:tier_name, :series, :bucket);

-- :name metric_point_put
INSERT INTO main.metric_recent(series_id, ts, value) VALUES (:series, :point_ts, :point_value)
ON CONFLICT(series_id, ts) DO UPDATE SET value = excluded.value;

-- :name metric_head_count          up to a chunk
SELECT count(*) FROM (SELECT 1 FROM main.metric_recent WHERE series_id = :series LIMIT 1024);

-- :name metric_head_after
SELECT ts, value FROM main.metric_recent WHERE series_id = :series AND ts > :chunk_end ORDER BY ts;

-- :name metric_head_delete_after
DELETE FROM main.metric_recent WHERE series_id = :series AND ts > :chunk_end;

-- :name metric_head_first
SELECT ts, value FROM main.metric_recent WHERE series_id = :series ORDER BY ts LIMIT :seal_most;

-- :name metric_head_delete
DELETE FROM main.metric_recent WHERE series_id = :series AND ts BETWEEN :first_ts AND :last_ts;

-- :name metric_head_series         the next one that has a head
SELECT series_id FROM main.metric_recent WHERE series_id > :series ORDER BY series_id LIMIT 1;

-- :name metric_chunk_at
SELECT chunk_id, start_ts, end_ts, count FROM main.metric_chunks WHERE series_id = :series AND start_ts <= :chunk_ts ORDER BY start_ts DESC LIMIT 1;

-- :name metric_chunk_after
SELECT chunk_id, start_ts, end_ts, count FROM main.metric_chunks WHERE series_id = :series AND start_ts > :chunk_ts ORDER BY start_ts LIMIT 1;

-- :name metric_small_after
SELECT chunk_id, start_ts, end_ts, count FROM main.metric_chunks WHERE series_id = :series AND start_ts > :chunk_ts AND count < 1024
 ORDER BY start_ts LIMIT 1;

-- :name metric_small_series        the next one that has several
SELECT series_id FROM main.metric_chunks WHERE series_id > :series AND count < 1024 GROUP BY series_id HAVING count(*) > 1
 ORDER BY series_id LIMIT 1;

-- :name metric_chunk_data
SELECT data FROM main.metric_chunks WHERE chunk_id = :chunk_id;

-- :name metric_chunk_delete
DELETE FROM main.metric_chunks WHERE chunk_id = :chunk_id;

-- :name metric_chunk_insert
INSERT INTO main.metric_chunks(series_id, start_ts, end_ts, count, min, max, sum, sum_rest, first, last, format, data)
VALUES (:series, :chunk_start, :chunk_end, :chunk_count, :chunk_min, :chunk_max, :chunk_sum, :chunk_sum_rest, :chunk_first, :chunk_last,
        :chunk_format, :chunk_data);

-- ---- ranges ----

-- :name metric_range_tiers         the coarsest first; of steps that metric_tier takes (366 days)
SELECT tier, step FROM main.metric_tiers WHERE tier <> 'raw' AND step BETWEEN 1 AND 31622400000 ORDER BY step DESC, tier;

-- :name metric_range_coverage
SELECT tier, since, until FROM main.metric_coverage WHERE series_id = :range_series;

-- :name metric_range_dirty
SELECT bucket FROM main.metric_dirty
 WHERE series_id = :range_series AND tier = :range_tier AND bucket >= :range_since AND bucket < :range_until ORDER BY bucket;

-- :name metric_range_rollups       by the primary key, where a series' rows lie side by side; SQLite would rather look up each by the
--                                  index on series_id
SELECT bucket, count, sum, sum_rest, min, max, first, last, first_ts, last_ts, m2, dropped, dropped_rest, sketch
  FROM main.metric_rollups INDEXED BY sqlite_autoindex_metric_rollups_1
 WHERE tier = :range_tier AND series_id = :range_series AND bucket >= :range_since AND bucket < :range_until ORDER BY bucket;

-- :name metric_range_extent        the first and the last time at which a series has something
SELECT min(first), max(last) FROM (
  SELECT (SELECT min(ts) FROM main.metric_recent WHERE series_id = :range_series) AS first,
         (SELECT max(ts) FROM main.metric_recent WHERE series_id = :range_series) AS last
  UNION ALL
  SELECT (SELECT min(start_ts) FROM main.metric_chunks WHERE series_id = :range_series),
         (SELECT end_ts FROM main.metric_chunks WHERE series_id = :range_series ORDER BY start_ts DESC LIMIT 1)
  UNION ALL
  SELECT (SELECT min(bucket) FROM main.metric_rollups AS r WHERE r.tier = t.tier AND r.series_id = :range_series),
         (SELECT max(bucket) FROM main.metric_rollups AS r WHERE r.tier = t.tier AND r.series_id = :range_series) + t.step - 1
    FROM main.metric_tiers AS t WHERE t.step > 0);

-- :name metric_range_next          the first time from one on at which it has something
SELECT min(time) FROM (
  SELECT min(ts) AS time FROM main.metric_recent WHERE series_id = :range_series AND ts >= :range_since
  UNION ALL
  SELECT CASE WHEN end_ts >= :range_since THEN :range_since END
    FROM (SELECT end_ts FROM main.metric_chunks WHERE series_id = :range_series AND start_ts < :range_since ORDER BY start_ts DESC LIMIT 1)
  UNION ALL
  SELECT min(start_ts) FROM main.metric_chunks WHERE series_id = :range_series AND start_ts >= :range_since
  UNION ALL
  SELECT (SELECT min(bucket) FROM main.metric_rollups AS r
           WHERE r.tier = t.tier AND r.series_id = :range_series AND r.bucket >= :range_since)
    FROM main.metric_tiers AS t WHERE t.step > 0);
