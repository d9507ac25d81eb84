-- What has happened: written by verbs, read by time, by level and by trace.

-- ---- writing ----

-- :name log_insert
INSERT INTO main.correlations(correlation_id, correlation_type, status, timestamp, log_level, message, tags, service_type, trace_id,
                              scope, retention_policy, created_at, updated_at)
VALUES (:id, 'log_entry', 'completed', :at, :level, :message, :tags, nullif(:service_type, ''), nullif(:trace_id, ''),
        :scope, :retention_policy, :at, :at);

-- :name log_differs                what of a known id differs from what is given; '' for nothing
SELECT substr(CASE WHEN correlation_type IS NOT 'log_entry' THEN ', correlation_type' ELSE '' END
              || CASE WHEN log_level IS NOT :level THEN ', level' ELSE '' END
              || CASE WHEN message IS NOT :message THEN ', message' ELSE '' END
              || CASE WHEN :tags IS NOT NULL AND tags IS NOT :tags THEN ', tags' ELSE '' END
              || CASE WHEN :service_type IS NOT NULL AND service_type IS NOT nullif(:service_type, '') THEN ', service_type' ELSE '' END
              || CASE WHEN :trace_id IS NOT NULL AND trace_id IS NOT nullif(:trace_id, '') THEN ', trace_id' ELSE '' END
              || CASE WHEN :scope IS NOT NULL AND scope IS NOT :scope THEN ', scope' ELSE '' END
              || CASE WHEN retention_policy IS NOT :retention_policy THEN ', retention_policy' ELSE '' END
              || CASE WHEN coalesce(strftime('%Y-%m-%dT%H:%M:%fZ', timestamp), timestamp, '') <> :given_at THEN ', at' ELSE '' END, 3)
  FROM main.correlations WHERE correlation_id = :id;

-- :name correlation_insert
INSERT INTO main.correlations(correlation_id, correlation_type, service_type, action_type, handler_name, request_data, response_data,
                              tags, status, timestamp, trace_id, span_id, parent_span_id, scope, retention_policy, created_at, updated_at)
VALUES (:id, :correlation_type, :service_type, nullif(:action_type, ''), nullif(:handler_name, ''), :request_data, :response_data,
        :tags, :status, :at, nullif(:trace_id, ''), nullif(:span_id, ''), nullif(:parent_span_id, ''), :scope, :retention_policy,
        :at, :at);

-- :name correlation_differs        one that was pending may have ended since
SELECT substr(CASE WHEN correlation_type IS NOT :correlation_type THEN ', correlation_type' ELSE '' END
              || CASE WHEN service_type IS NOT :service_type THEN ', service_type' ELSE '' END
              || CASE WHEN :action_type IS NOT NULL AND action_type IS NOT nullif(:action_type, '') THEN ', action_type' ELSE '' END
              || CASE WHEN :handler_name IS NOT NULL AND handler_name IS NOT nullif(:handler_name, '') THEN ', handler_name' ELSE '' END
              || CASE WHEN :request_data IS NOT NULL AND request_data IS NOT :request_data THEN ', request_data' ELSE '' END
              || CASE WHEN :response_data IS NOT NULL AND response_data IS NOT :response_data
                           AND NOT (:status = 'pending' AND status IN ('completed', 'failed')) THEN ', response_data' ELSE '' END
              || CASE WHEN :tags IS NOT NULL AND tags IS NOT :tags THEN ', tags' ELSE '' END
              || CASE WHEN status IS NOT :status AND NOT (:status = 'pending' AND coalesce(status, '') IN ('completed', 'failed'))
                      THEN ', status' ELSE '' END
              || CASE WHEN :trace_id IS NOT NULL AND trace_id IS NOT nullif(:trace_id, '') THEN ', trace_id' ELSE '' END
              || CASE WHEN :span_id IS NOT NULL AND span_id IS NOT nullif(:span_id, '') THEN ', span_id' ELSE '' END
              || CASE WHEN :parent_span_id IS NOT NULL AND parent_span_id IS NOT nullif(:parent_span_id, '')
                      THEN ', parent_span_id' ELSE '' END
              || CASE WHEN :scope IS NOT NULL AND scope IS NOT :scope THEN ', scope' ELSE '' END
              || CASE WHEN retention_policy IS NOT :retention_policy THEN ', retention_policy' ELSE '' END
              || CASE WHEN coalesce(strftime('%Y-%m-%dT%H:%M:%fZ', timestamp), timestamp, '') <> :given_at THEN ', at' ELSE '' END, 3)
  FROM main.correlations WHERE correlation_id = :id;

-- :name correlation_status         and whether the response is another than what is given
SELECT lower(status), :response IS NOT NULL AND response_data IS NOT CASE WHEN trim(:response) NOT IN ('', 'null') THEN :response END
  FROM main.correlations WHERE correlation_id = :id;

-- :name correlation_end
UPDATE main.correlations SET
  status = :status,
  response_data = CASE WHEN :response IS NULL THEN response_data WHEN trim(:response) NOT IN ('', 'null') THEN :response END,
  updated_at = :at
 WHERE correlation_id = :id;

-- ---- timeseries_recall ----
--
-- Two parts, each in the order of time, that are merged: rows with times in our form, which an index has in order, and those
-- with times in another form, which may be up to a day away as text. So a limit ends the walk early.
--
-- wanted: the members of `tags`; of a name that is there twice the first counts. A name that nobody writes with escapes is
-- found by its path, as an index of lore_index finds it, any other by walking the tags. What is no JSON has no members;
-- json_valid says 0 also when memory runs out once, so it is asked twice.

-- :name recall_by_time
-- :vtab
WITH wanted AS MATERIALIZED (
  SELECT key, value, CASE WHEN key <> '' AND key NOT GLOB '*[^-A-Za-z0-9_ .:]*' THEN '$."' || key || '"' END AS path, min(id)
    FROM json_each(:tags) GROUP BY key)
SELECT c.timestamp, c.correlation_type, c.metric_name, c.metric_value, c.log_level, c.message, c.tags, c.scope, c.correlation_id, c.rowid
  FROM main.correlations AS c
 WHERE c.timestamp BETWEEN :since AND :until AND c.timestamp GLOB '????-??-??T??:??:??.???Z'
   AND (:types IS NULL OR +c.correlation_type IN (SELECT value FROM json_each(:types)))
   AND (:scope IS NULL OR c.scope = :scope)
   AND NOT EXISTS (SELECT 1 FROM wanted AS w, (SELECT CASE WHEN json_valid(c.tags) OR json_valid(c.tags) THEN c.tags ELSE '{}' END AS tags) AS t
                    WHERE CASE WHEN w.path IS NOT NULL THEN json_extract(t.tags, w.path)
                               ELSE (SELECT h.value FROM json_each(t.tags) AS h WHERE h.key = w.key ORDER BY h.id LIMIT 1) END IS NOT w.value)
UNION ALL
SELECT coalesce(strftime('%Y-%m-%dT%H:%M:%fZ', c.timestamp), c.timestamp), c.correlation_type, c.metric_name, c.metric_value, c.log_level,
       c.message, c.tags, c.scope, c.correlation_id, c.rowid
  FROM main.correlations AS c
 WHERE c.timestamp BETWEEN :first AND :last AND c.timestamp NOT GLOB '????-??-??T??:??:??.???Z'
   AND coalesce(strftime('%Y-%m-%dT%H:%M:%fZ', c.timestamp), c.timestamp) BETWEEN :since AND :until
   AND (:types IS NULL OR +c.correlation_type IN (SELECT value FROM json_each(:types)))
   AND (:scope IS NULL OR c.scope = :scope)
   AND NOT EXISTS (SELECT 1 FROM wanted AS w, (SELECT CASE WHEN json_valid(c.tags) OR json_valid(c.tags) THEN c.tags ELSE '{}' END AS tags) AS t
                    WHERE CASE WHEN w.path IS NOT NULL THEN json_extract(t.tags, w.path)
                               ELSE (SELECT h.value FROM json_each(t.tags) AS h WHERE h.key = w.key ORDER BY h.id LIMIT 1) END IS NOT w.value)
 ORDER BY 1, 10 LIMIT :max_rows;

-- :name recall_by_type             the same for one type
-- :vtab
WITH wanted AS MATERIALIZED (
  SELECT key, value, CASE WHEN key <> '' AND key NOT GLOB '*[^-A-Za-z0-9_ .:]*' THEN '$."' || key || '"' END AS path, min(id)
    FROM json_each(:tags) GROUP BY key)
SELECT c.timestamp, c.correlation_type, c.metric_name, c.metric_value, c.log_level, c.message, c.tags, c.scope, c.correlation_id, c.rowid
  FROM main.correlations AS c
 WHERE c.correlation_type = :type AND c.timestamp BETWEEN :since AND :until AND c.timestamp GLOB '????-??-??T??:??:??.???Z'
   AND (:scope IS NULL OR c.scope = :scope)
   AND NOT EXISTS (SELECT 1 FROM wanted AS w, (SELECT CASE WHEN json_valid(c.tags) OR json_valid(c.tags) THEN c.tags ELSE '{}' END AS tags) AS t
                    WHERE CASE WHEN w.path IS NOT NULL THEN json_extract(t.tags, w.path)
                               ELSE (SELECT h.value FROM json_each(t.tags) AS h WHERE h.key = w.key ORDER BY h.id LIMIT 1) END IS NOT w.value)
UNION ALL
SELECT coalesce(strftime('%Y-%m-%dT%H:%M:%fZ', c.timestamp), c.timestamp), c.correlation_type, c.metric_name, c.metric_value, c.log_level,
       c.message, c.tags, c.scope, c.correlation_id, c.rowid
  FROM main.correlations AS c
 WHERE +c.correlation_type = :type AND c.timestamp BETWEEN :first AND :last AND c.timestamp NOT GLOB '????-??-??T??:??:??.???Z'
   AND coalesce(strftime('%Y-%m-%dT%H:%M:%fZ', c.timestamp), c.timestamp) BETWEEN :since AND :until
   AND (:scope IS NULL OR c.scope = :scope)
   AND NOT EXISTS (SELECT 1 FROM wanted AS w, (SELECT CASE WHEN json_valid(c.tags) OR json_valid(c.tags) THEN c.tags ELSE '{}' END AS tags) AS t
                    WHERE CASE WHEN w.path IS NOT NULL THEN json_extract(t.tags, w.path)
                               ELSE (SELECT h.value FROM json_each(t.tags) AS h WHERE h.key = w.key ORDER BY h.id LIMIT 1) END IS NOT w.value)
 ORDER BY 1, 10 LIMIT :max_rows;

-- :name recall_by_tag_template     where lore_index has made an index for one of the members, the rows that have it
WITH wanted AS MATERIALIZED (
  SELECT key, value, CASE WHEN key <> '' AND key NOT GLOB '*[^-A-Za-z0-9_ .:]*' THEN '$."' || key || '"' END AS path, min(id)
    FROM json_each(:tags) GROUP BY key)
SELECT coalesce(strftime('%%Y-%%m-%%dT%%H:%%M:%%fZ', c.timestamp), c.timestamp), c.correlation_type, c.metric_name, c.metric_value,
       c.log_level, c.message, c.tags, c.scope, c.correlation_id, c.rowid
  FROM main.correlations AS c
 WHERE json_extract(c."%w", %Q) = (SELECT value FROM json_each(:tags) WHERE key = :tag ORDER BY id LIMIT 1)
   AND +c.timestamp BETWEEN :first AND :last
   AND coalesce(strftime('%%Y-%%m-%%dT%%H:%%M:%%fZ', c.timestamp), c.timestamp) BETWEEN :since AND :until
   AND (:types IS NULL OR +c.correlation_type IN (SELECT value FROM json_each(:types)))
   AND (:scope IS NULL OR c.scope = :scope)
   AND NOT EXISTS (SELECT 1 FROM wanted AS w, (SELECT CASE WHEN json_valid(c.tags) OR json_valid(c.tags) THEN c.tags ELSE '{}' END AS tags) AS t
                    WHERE CASE WHEN w.path IS NOT NULL THEN json_extract(t.tags, w.path)
                               ELSE (SELECT h.value FROM json_each(t.tags) AS h WHERE h.key = w.key ORDER BY h.id LIMIT 1) END IS NOT w.value)
 ORDER BY 1, 10 LIMIT :max_rows;

-- :name correlation_index
SELECT count(*) FROM main.sqlite_schema WHERE type = 'index' AND name = :index_name;

-- ---- logs and traces ----

-- :name log_search_by_time         newest first, as above in two parts; other software may write levels in capitals
-- :vtab
SELECT timestamp, log_level, service_type, message, tags, trace_id, scope, correlation_id, rowid
  FROM main.correlations
 WHERE timestamp BETWEEN :since AND :until AND timestamp GLOB '????-??-??T??:??:??.???Z'
   AND +log_level IN (SELECT value FROM json_each(:levels))
   AND (:contains IS NULL OR instr(lower(message), lower(:contains)) > 0) AND (:service_type IS NULL OR service_type = :service_type)
UNION ALL
SELECT coalesce(strftime('%Y-%m-%dT%H:%M:%fZ', timestamp), timestamp), log_level, service_type, message, tags, trace_id, scope,
       correlation_id, rowid
  FROM main.correlations
 WHERE timestamp BETWEEN :first AND :last AND timestamp NOT GLOB '????-??-??T??:??:??.???Z'
   AND coalesce(strftime('%Y-%m-%dT%H:%M:%fZ', timestamp), timestamp) BETWEEN :since AND :until
   AND +log_level IN (SELECT value FROM json_each(:levels))
   AND (:contains IS NULL OR instr(lower(message), lower(:contains)) > 0) AND (:service_type IS NULL OR service_type = :service_type)
 ORDER BY 1 DESC, 9 DESC LIMIT :max_rows;

-- :name log_search_by_level        the same for levels that are rare
-- :vtab
SELECT coalesce(strftime('%Y-%m-%dT%H:%M:%fZ', timestamp), timestamp), log_level, service_type, message, tags, trace_id, scope,
       correlation_id, rowid
  FROM main.correlations
 WHERE log_level IN (SELECT value FROM json_each(:levels)) AND timestamp BETWEEN :first AND :last
   AND coalesce(strftime('%Y-%m-%dT%H:%M:%fZ', timestamp), timestamp) BETWEEN :since AND :until
   AND (:contains IS NULL OR instr(lower(message), lower(:contains)) > 0) AND (:service_type IS NULL OR service_type = :service_type)
 ORDER BY 1 DESC, 9 DESC LIMIT :max_rows;

-- :name trace_rows                 in the order of time. A span has one parent, that of its first row that names one; so what is
--                                  reached from the roots has no circle in it, and what is in one has no depth
WITH RECURSIVE
  spans(span, parent) AS MATERIALIZED (
    SELECT span_id, parent_span_id
      FROM (SELECT span_id, parent_span_id, min(CASE WHEN parent_span_id IS NULL THEN 9223372036854775807 ELSE rowid END)
              FROM main.correlations WHERE trace_id = :trace_id AND span_id IS NOT NULL GROUP BY span_id)),
  tree(span, depth) AS MATERIALIZED (
    SELECT span, 0 FROM spans WHERE parent IS NULL OR parent = span OR parent NOT IN (SELECT span FROM spans)
    UNION ALL
    SELECT s.span, t.depth + 1 FROM tree AS t CROSS JOIN spans AS s ON s.parent = t.span AND s.span <> t.span)
SELECT CASE WHEN c.span_id IS NOT NULL THEN own.depth
            WHEN above.depth IS NOT NULL THEN above.depth + 1
            WHEN c.parent_span_id IS NULL OR c.parent_span_id NOT IN (SELECT span FROM spans) THEN 0 END AS below,
       coalesce(strftime('%Y-%m-%dT%H:%M:%fZ', c.timestamp), c.timestamp) AS time,
       c.correlation_type, c.status, c.service_type, c.handler_name, c.action_type, c.log_level, c.message, c.span_id, c.parent_span_id,
       c.correlation_id
  FROM main.correlations AS c
  LEFT JOIN tree AS own ON own.span = c.span_id
  LEFT JOIN tree AS above ON above.span = c.parent_span_id
 WHERE c.trace_id = :trace_id
 ORDER BY time, below IS NULL, below, c.rowid;

-- ---- figures ----

-- :name metrics_info
SELECT 'metrics.correlations', count(*) FROM main.correlations
UNION ALL
SELECT 'metrics.correlations_other_time', count(*) FROM main.correlations WHERE timestamp NOT GLOB '????-??-??T??:??:??.???Z'
UNION ALL
SELECT 'metrics.series', count(*) FROM main.metric_series
UNION ALL
SELECT 'metrics.recent_points', count(*) FROM main.metric_recent
UNION ALL
SELECT 'metrics.chunks', count(*) FROM main.metric_chunks
UNION ALL
SELECT 'metrics.chunk_points', coalesce(sum(count), 0) FROM main.metric_chunks
UNION ALL
SELECT 'metrics.chunk_bytes', coalesce(sum(length(data)), 0) FROM main.metric_chunks;

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


-- ---- roll-ups ----

-- :name metric_rollup_put
INSERT OR REPLACE INTO main.metric_rollups(tier, series_id, bucket, count, sum, sum_rest, min, max, first, last, first_ts, last_ts, m2,
                                           dropped, dropped_rest, sketch)
VALUES (:tier_name, :series, :bucket, :row_count, :row_sum, :row_sum_rest, :row_min, :row_max, :row_first, :row_last, :row_first_ts,
        :row_last_ts, :row_m2, :row_dropped, :row_dropped_rest, :row_sketch);

-- ---- ranges ----

-- :name metric_range_tiers         the coarsest first
SELECT tier, step FROM main.metric_tiers WHERE step > 0 ORDER BY step DESC, tier;

-- :name metric_range_coverage
SELECT tier, since, until FROM main.metric_coverage WHERE series_id = :range_series;

-- :name metric_range_dirty
SELECT bucket FROM main.metric_dirty
 WHERE series_id = :range_series AND tier = :range_tier AND bucket >= :range_since AND bucket < :range_until ORDER BY bucket;

-- :name metric_range_rollups
SELECT bucket, count, sum, sum_rest, min, max, first, last, first_ts, last_ts, m2, dropped, dropped_rest, sketch
  FROM main.metric_rollups
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
 LIMIT :seal_most;

-- :name correlations_counted       by hour (ms), and as tags: those that are to be counted; :tier_name is the JSON array of their rowids
-- :vtab
WITH counted AS MATERIALIZED (
  SELECT CAST(strftime('%s', timestamp) AS INTEGER) AS at, nullif(lower(log_level), '') AS level,
         nullif(CAST(service_type AS TEXT), '') AS service,
         CASE lower(correlation_type) WHEN 'service_correlation' THEN 'service_interaction' ELSE lower(correlation_type) END AS type
    FROM main.correlations
   WHERE rowid IN (SELECT value FROM json_each(:tier_name))
     AND lower(correlation_type) IN ('log_entry', 'service_interaction', 'service_correlation'))
SELECT (at - (at % 3600 + 3600) % 3600)*1000, json_object('level', level, 'service', service, 'type', type),
       json_object('level', level, 'type', type), count(*)
  FROM counted GROUP BY 1, 2, 3 ORDER BY 1, 2;

-- :name correlations_delete
-- :vtab
DELETE FROM main.correlations WHERE rowid IN (SELECT value FROM json_each(:tier_name));

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
