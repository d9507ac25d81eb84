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
