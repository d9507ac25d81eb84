-- Signals: saving, ingesting, processing, suppression, and what readers show of them.

-- ---- saving ----

-- :name signal_insert             no row when the natural key or the source's id is there
INSERT INTO main.signals(signal_type, source_api, canonical_key, company_name, confidence, raw_data, detected_at, created_at, source_id)
VALUES (:signal_type, :source_api, :canonical_key, :company_name, :confidence, :raw_data, :detected_at, :at, :source_id)
ON CONFLICT DO NOTHING;

-- :name signal_processing_insert
INSERT INTO main.signal_processing(signal_id, status, created_at, updated_at) VALUES (:signal_id, 'pending', :at, :at);

-- :name signal_unsave             the row that a failing signal_save has just made
DELETE FROM main.signals WHERE id = :signal_id;

-- :name signal_by_source          and what of it differs from what is given; NULL: nothing, as nearly always
SELECT id, CASE
         WHEN signal_type = :signal_type AND canonical_key = :canonical_key AND confidence = :confidence AND raw_data = :raw_data
              AND (:company_name IS NULL OR company_name IS :company_name) AND (:given_at IS NULL OR detected_at = :given_at)
         THEN NULL
         ELSE ltrim(CASE WHEN signal_type <> :signal_type THEN ', signal_type' ELSE '' END
              || CASE WHEN canonical_key <> :canonical_key THEN ', canonical_key' ELSE '' END
              || CASE WHEN confidence <> :confidence THEN ', confidence' ELSE '' END
              || CASE WHEN raw_data <> :raw_data THEN ', raw_data' ELSE '' END
              || CASE WHEN company_name IS NOT :company_name AND :company_name IS NOT NULL THEN ', company_name' ELSE '' END
              || CASE WHEN :given_at IS NOT NULL AND detected_at <> :given_at THEN ', detected_at' ELSE '' END, ', ') END
  FROM main.signals WHERE source_api = :source_api AND source_id = :source_id;

-- :name signal_by_key             what stands at this moment, and whether it is this very fact
SELECT id, :given_at IS NOT NULL AND (source_id IS NULL OR :source_id IS NULL OR source_id = :source_id)
  FROM main.signals
 WHERE canonical_key = :canonical_key AND signal_type = :signal_type AND source_api = :source_api AND detected_at = :detected_at;

-- :name signal_document_key
SELECT canonical_key(:raw_data);

-- :name signal_document_name
SELECT coalesce(CASE WHEN json_type(:raw_data, '$.company_name') = 'text' THEN nullif(json_extract(:raw_data, '$.company_name'), '') END,
                CASE WHEN json_type(:raw_data, '$.name') = 'text' THEN json_extract(:raw_data, '$.name') END);

-- :name signal_no_key_reason
-- :vtab
SELECT coalesce(group_concat(reference || ': ' || reason, '; '), 'the document has no reference')
  FROM key_explain(:raw_data) WHERE outcome = 'dropped';

-- :name signal_ingest_note
INSERT INTO main.signal_ingest_log(source_api, source_id, at, outcome, canonical_key, reason)
VALUES (:source_api, :source_id, :at, :outcome, :canonical_key, :reason);

-- ---- processing ----

-- :name signal_first_free        times that are taken from a moment on
SELECT detected_at FROM main.signals
 WHERE canonical_key = :canonical_key AND signal_type = :signal_type AND source_api = :source_api
   AND detected_at >= :detected_at AND detected_at <= :last ORDER BY detected_at;

-- :name signal_state
SELECT status, lease_token, lease_worker, lease_until, notion_page_id, error_message, metadata,
       metadata IS nullif(nullif(nullif(coalesce(:metadata, metadata), ''), '{}'), 'null')
  FROM main.signal_processing WHERE signal_id = :id;

-- :name signal_exists
SELECT count(*) FROM main.signals WHERE id = :id;

-- :name signal_candidates         the longest waiting first; a lease that is over makes pending again
SELECT id, status FROM (
  SELECT * FROM (SELECT p.signal_id AS id, p.status FROM main.signal_processing AS p
                  WHERE p.status = 'pending'
                    AND (:signal_type IS NULL OR (SELECT signal_type FROM main.signals WHERE id = p.signal_id) = :signal_type)
                  ORDER BY p.signal_id LIMIT :max_rows)
  UNION ALL
  SELECT * FROM (SELECT p.signal_id, p.status FROM main.signal_processing AS p
                  WHERE p.status = 'claimed' AND coalesce(p.lease_until, '') <= :at
                    AND (:signal_type IS NULL OR (SELECT signal_type FROM main.signals WHERE id = p.signal_id) = :signal_type)
                  ORDER BY p.signal_id LIMIT :max_rows))
 ORDER BY id LIMIT :max_rows;

-- :name signal_leased             by an earlier call with the same request
SELECT signal_id FROM main.signal_processing WHERE lease_token = :lease_token ORDER BY signal_id;

-- :name signal_lease
UPDATE main.signal_processing
   SET status = 'claimed', lease_token = :lease_token, lease_worker = :worker, lease_until = :lease_until,
       attempts = attempts + 1, updated_at = :at
 WHERE signal_id = :id;

-- :name signal_free
UPDATE main.signal_processing
   SET status = 'pending', lease_token = NULL, lease_worker = NULL, lease_until = NULL, updated_at = :at
 WHERE signal_id = :id;

-- :name signal_end                pushed or rejected: what belongs to the other outcome goes
UPDATE main.signal_processing
   SET status = :status, notion_page_id = :page, error_message = :problem, processed_at = :at, updated_at = :at,
       lease_worker = NULL, lease_until = NULL,
       metadata = nullif(nullif(nullif(coalesce(:metadata, metadata), ''), '{}'), 'null')
 WHERE signal_id = :id;

-- :name signal_back
UPDATE main.signal_processing
   SET status = 'pending', notion_page_id = NULL, error_message = NULL, processed_at = NULL, updated_at = :at,
       lease_token = NULL, lease_worker = NULL, lease_until = NULL
 WHERE signal_id = :id;

-- :name signal_log_insert
INSERT INTO main.signal_log(signal_id, at, from_status, to_status, actor, reason)
VALUES (:id, :at, :from_status, :to_status, :actor, :reason);

-- :name signal_ids                of a JSON array of ids, or of what signal_claim gave
-- :vtab
SELECT CASE type WHEN 'integer' THEN value WHEN 'object' THEN json_extract(value, '$.id') END FROM json_each(:ids);

-- ---- suppression ----

-- :name suppression_upsert
INSERT INTO main.suppression_cache(canonical_key, notion_page_id, status, company_name, cached_at, expires_at, metadata)
VALUES (:canonical_key, :notion_page_id, :status, nullif(:company_name, ''), :at, :expires_at,
        nullif(nullif(nullif(:metadata, ''), '{}'), 'null'))
ON CONFLICT (canonical_key) DO UPDATE SET
  notion_page_id = excluded.notion_page_id, status = excluded.status,
  company_name = CASE WHEN :company_name IS NULL THEN company_name ELSE excluded.company_name END,
  cached_at = excluded.cached_at, expires_at = excluded.expires_at,
  metadata = CASE WHEN :metadata IS NULL THEN metadata ELSE excluded.metadata END;

-- :name suppression_id
SELECT id FROM main.suppression_cache WHERE canonical_key = :canonical_key;

-- :name suppression_delete        rows of other software may be in another form of time, up to 14 hours ahead as text
DELETE FROM main.suppression_cache WHERE id IN (
  SELECT id FROM main.suppression_cache
   WHERE expires_at <= coalesce(strftime('%Y-%m-%dT%H:%M:%fZ', :at, '+1 day'), :at) AND coalesce(strftime('%Y-%m-%dT%H:%M:%fZ', expires_at), expires_at) <= :at
   ORDER BY expires_at LIMIT coalesce(:max_rows, -1));

-- :name suppression_of            a fresh entry of the key or one of its aliases, its own first
WITH known(key) AS (SELECT :canonical_key
          UNION ALL SELECT root FROM main.key_groups WHERE alias = :canonical_key
          UNION ALL SELECT alias FROM main.key_groups WHERE root = :canonical_key
          UNION ALL SELECT other.alias FROM main.key_groups AS one JOIN main.key_groups AS other ON other.root = one.root
                     WHERE one.alias = :canonical_key)
SELECT s.id, s.canonical_key, s.notion_page_id, s.status, s.company_name, s.cached_at, s.expires_at, s.metadata
  FROM known CROSS JOIN main.suppression_cache AS s ON s.canonical_key = known.key
 WHERE coalesce(strftime('%Y-%m-%dT%H:%M:%fZ', s.expires_at), s.expires_at) > :at
 LIMIT 1;

-- :name suppression_any           the same for the best of several candidate keys
-- :vtab
SELECT s.id, s.canonical_key, s.notion_page_id, s.status, s.company_name, s.cached_at, s.expires_at, s.metadata, c.canonical_key
  FROM canonical_key_candidates(:refs) AS c
  LEFT JOIN main.key_groups AS g ON g.alias = c.canonical_key
  JOIN main.suppression_cache AS s
    ON s.canonical_key IN (SELECT coalesce(g.root, c.canonical_key)
                           UNION ALL SELECT alias FROM main.key_groups WHERE root = coalesce(g.root, c.canonical_key))
 WHERE coalesce(strftime('%Y-%m-%dT%H:%M:%fZ', s.expires_at), s.expires_at) > :at
 ORDER BY c.priority, s.canonical_key <> c.canonical_key, s.canonical_key LIMIT 1;

-- ---- readers ----

-- :name signal_row
SELECT s.id, s.signal_type, s.source_api, s.canonical_key, s.company_name, s.confidence, s.raw_data, s.detected_at,
       s.created_at, s.source_id, p.status, p.notion_page_id, p.processed_at, p.error_message, p.metadata, p.attempts,
       p.lease_worker, p.lease_until, p.updated_at
  FROM main.signals AS s LEFT JOIN main.signal_processing AS p ON p.signal_id = s.id
 WHERE s.id = :id;

-- :name signal_pending_rows       the same rows in the same order as signal_claim takes them
SELECT s.id, s.signal_type, s.source_api, s.canonical_key, s.company_name, s.confidence, s.raw_data, s.detected_at,
       s.created_at, s.source_id, p.attempts
  FROM (SELECT * FROM (SELECT p.signal_id, p.attempts FROM main.signal_processing AS p
                        WHERE p.status = 'pending'
                          AND (:signal_type IS NULL OR (SELECT signal_type FROM main.signals WHERE id = p.signal_id) = :signal_type)
                        ORDER BY p.signal_id LIMIT coalesce(:max_rows, -1))
        UNION ALL
        SELECT * FROM (SELECT p.signal_id, p.attempts FROM main.signal_processing AS p
                        WHERE p.status = 'claimed' AND coalesce(p.lease_until, '') <= :at
                          AND (:signal_type IS NULL OR (SELECT signal_type FROM main.signals WHERE id = p.signal_id) = :signal_type)
                        ORDER BY p.signal_id LIMIT coalesce(:max_rows, -1))) AS p
  CROSS JOIN main.signals AS s ON s.id = p.signal_id
 ORDER BY p.signal_id LIMIT coalesce(:max_rows, -1);

-- :name signal_rows_for           a company's signals under all of its keys, newest first
WITH root(k) AS (SELECT coalesce((SELECT root FROM main.key_groups WHERE alias = :canonical_key), :canonical_key))
SELECT s.id, s.signal_type, s.source_api, s.canonical_key, s.company_name, s.confidence, s.raw_data, s.detected_at,
       s.created_at, s.source_id, p.status
  FROM main.signals AS s LEFT JOIN main.signal_processing AS p ON p.signal_id = s.id
 WHERE s.canonical_key IN (SELECT k FROM root UNION ALL SELECT alias FROM main.key_groups WHERE root = (SELECT k FROM root))
 ORDER BY s.detected_at DESC, s.id DESC;

-- :name signal_known
WITH root(k) AS (SELECT coalesce((SELECT root FROM main.key_groups WHERE alias = :canonical_key), :canonical_key))
SELECT EXISTS (
  SELECT 1 FROM main.signals
   WHERE canonical_key IN (SELECT k FROM root UNION ALL SELECT alias FROM main.key_groups WHERE root = (SELECT k FROM root))
     AND (:signal_type IS NULL OR signal_type = :signal_type)
     AND (:source_api IS NULL OR source_api = :source_api));

-- :name signal_figures
SELECT 'total_signals', count(*) FROM main.signals
UNION ALL SELECT 'companies', count(DISTINCT coalesce(g.root, s.canonical_key))
            FROM main.signals AS s LEFT JOIN main.key_groups AS g ON g.alias = s.canonical_key
UNION ALL SELECT 'sources', count(DISTINCT source_api) FROM main.signals
UNION ALL SELECT 'active_suppression_entries', count(*) FROM main.suppression_cache
           WHERE coalesce(strftime('%Y-%m-%dT%H:%M:%fZ', expires_at), expires_at) > :at
UNION ALL SELECT * FROM (SELECT 'type ' || signal_type, count(*) FROM main.signals GROUP BY signal_type ORDER BY signal_type);

-- :name signal_processing_figures every status with its zero; a lease that is over makes pending again
WITH found(word, n) AS MATERIALIZED (
  SELECT CASE WHEN status = 'claimed' AND coalesce(lease_until, '') <= :at THEN 'pending' ELSE status END, count(*)
    FROM main.signal_processing GROUP BY 1)
SELECT word.column1, coalesce((SELECT n FROM found WHERE found.word = word.column1), 0)
  FROM (VALUES ('pending'), ('claimed'), ('pushed'), ('rejected')) AS word;

-- :name signal_stats_object     json(): for SQLite 3.54 what a subquery gives is text, no JSON
-- :vtab
SELECT json_object(
  'total_signals', (SELECT count(*) FROM main.signals),
  'signals_by_type', json((SELECT json_group_object(signal_type, n)
                             FROM (SELECT signal_type, count(*) AS n FROM main.signals GROUP BY signal_type ORDER BY signal_type))),
  'processing_status', json((
    SELECT json_object('pending', count(*) FILTER (WHERE word = 'pending'), 'claimed', count(*) FILTER (WHERE word = 'claimed'),
                       'pushed', count(*) FILTER (WHERE word = 'pushed'), 'rejected', count(*) FILTER (WHERE word = 'rejected'))
      FROM (SELECT CASE WHEN status = 'claimed' AND coalesce(lease_until, '') <= :at THEN 'pending' ELSE status END AS word
              FROM main.signal_processing))),
  'active_suppression_entries', (SELECT count(*) FROM main.suppression_cache
                                  WHERE coalesce(strftime('%Y-%m-%dT%H:%M:%fZ', expires_at), expires_at) > :at),
  'oldest_pending_seconds', (SELECT CAST(max((julianday(:at) - julianday(created_at)) * 86400.0 + 0.0005) AS INTEGER)
                               FROM main.signal_processing
                              WHERE status = 'pending' OR (status = 'claimed' AND coalesce(lease_until, '') <= :at)),
  'database_path', (SELECT file FROM pragma_database_list WHERE name = 'main'));

-- ---- gate ----

-- :name gate_weights
SELECT signal_type, weight, half_life_days, multiplier, rejects, conflicts FROM main.signal_weights ORDER BY signal_type;

-- :name gate_verdicts             a company's signals that were not rejected are its evidence
WITH asked(root) AS MATERIALIZED (
       SELECT coalesce((SELECT root FROM main.key_groups WHERE alias = :canonical_key), :canonical_key)),
     company(root) AS MATERIALIZED (
       SELECT DISTINCT coalesce(g.root, s.canonical_key)
         FROM main.signal_processing AS p CROSS JOIN main.signals AS s ON s.id = p.signal_id
         LEFT JOIN main.key_groups AS g ON g.alias = s.canonical_key
        WHERE :canonical_key IS NULL AND p.status IN ('pending', 'claimed')
       UNION ALL
       SELECT root FROM asked WHERE :canonical_key IS NOT NULL),
     member(root, canonical_key) AS (
       SELECT root, root FROM company
       UNION ALL SELECT c.root, g.alias FROM company AS c JOIN main.key_groups AS g ON g.root = c.root),
     evidence AS (
       SELECT m.root, s.*, (SELECT p.status FROM main.signal_processing AS p WHERE p.signal_id = s.id) AS status
         -- BETWEEN: for = SQLite would read all of signals into a Bloom filter first
         FROM member AS m CROSS JOIN main.signals AS s ON s.canonical_key BETWEEN m.canonical_key AND m.canonical_key),
     verdict AS MATERIALIZED (
       SELECT root, max(detected_at || char(31) || company_name) AS named, count(*) AS signals,
              sum(status IN ('pending', 'claimed')) AS pending, max(detected_at) AS newest_at,
              signal_gate(signal_type, source_api, confidence, detected_at, :strict, :at) AS gate
         FROM evidence WHERE status <> 'rejected' GROUP BY root)
SELECT root, substr(named, instr(named, char(31)) + 1), signals, pending, json_extract(gate, '$.breakdown.sources_checked'),
       newest_at, json_extract(gate, '$.decision'),
       json_extract(gate, '$.verification_status'), json_extract(gate, '$.confidence_score'), json_extract(gate, '$.reason'),
       json_extract(gate, '$.suggested_status'), json_extract(gate, '$.breakdown')
  FROM verdict WHERE pending > 0 ORDER BY json_extract(gate, '$.confidence_score') DESC, root;

-- :name signal_reasons            why a signal is where it is
WITH it AS (SELECT s.*, p.status, p.notion_page_id, p.error_message, p.lease_worker, p.lease_until, p.attempts, p.updated_at,
                   coalesce((SELECT root FROM main.key_groups WHERE alias = s.canonical_key), s.canonical_key) AS root
              FROM main.signals AS s LEFT JOIN main.signal_processing AS p ON p.signal_id = s.id WHERE s.id = :id),
     evidence AS (SELECT s.* FROM it CROSS JOIN main.signals AS s
                   WHERE s.canonical_key IN (SELECT it.root UNION ALL SELECT alias FROM main.key_groups WHERE root = it.root)
                     AND (SELECT p.status FROM main.signal_processing AS p WHERE p.signal_id = s.id) <> 'rejected'),
     gate AS (SELECT signal_gate(signal_type, source_api, confidence, detected_at, 0, :at) AS json FROM evidence)
SELECT 'status', CASE WHEN status = 'claimed' AND coalesce(lease_until, '') <= :at THEN 'pending' ELSE coalesce(status, 'unknown') END,
       updated_at,
       CASE status WHEN 'pushed' THEN 'page ' || notion_page_id WHEN 'rejected' THEN error_message
                   WHEN 'claimed' THEN CASE WHEN coalesce(lease_until, '') <= :at THEN 'the lease of ' || coalesce(lease_worker, 'nobody') || ' is over'
                                            ELSE 'being worked on' END
                   WHEN 'pending' THEN 'waits to be claimed' ELSE 'it has no processing row' END
  FROM it
UNION ALL
SELECT * FROM (SELECT 'last transition', from_status || ' to ' || to_status, at,
                      trim(coalesce(reason, '') || coalesce(' (' || actor || ')', ''))
                 FROM main.signal_log WHERE signal_id = :id ORDER BY seq DESC LIMIT 1)
UNION ALL
SELECT 'lease', coalesce(lease_worker, 'a worker without a name'), lease_until, 'attempt ' || attempts FROM it
 WHERE status = 'claimed' AND lease_until > :at
UNION ALL
SELECT * FROM (SELECT 'suppressed by', c.canonical_key, c.expires_at, 'page ' || c.notion_page_id || ', ' || c.status
                 FROM it JOIN main.suppression_cache AS c ON c.canonical_key IN (
                      SELECT it.root UNION ALL SELECT alias FROM main.key_groups WHERE root = it.root)
                WHERE coalesce(strftime('%Y-%m-%dT%H:%M:%fZ', c.expires_at), c.expires_at) > :at
                ORDER BY c.canonical_key LIMIT 1)
UNION ALL
SELECT 'gate', json_extract(json, '$.decision'), NULL, json_extract(json, '$.reason') FROM it, gate;

-- :name signal_info
SELECT 'signals.pending', count(*) FROM main.signal_processing
 WHERE status = 'pending' OR (status = 'claimed' AND coalesce(lease_until, '') <= :at)
UNION ALL
SELECT 'signals.oldest_pending', min(created_at) FROM main.signal_processing
 WHERE status = 'pending' OR (status = 'claimed' AND coalesce(lease_until, '') <= :at);

-- ---- what lore_validate looks for ----

-- :name signal_validate
SELECT 'error', 'signal_processing', count(*) || ' rows are about a signal that is not there, as ' || min(signal_id),
       'DELETE FROM main.signal_processing WHERE NOT EXISTS (SELECT 1 FROM main.signals WHERE id = signal_id)'
  FROM main.signal_processing WHERE NOT EXISTS (SELECT 1 FROM main.signals WHERE id = signal_id) GROUP BY NULL
UNION ALL
SELECT 'error', 'signals', count(*) || ' rows have no row in signal_processing, as ' || min(id),
       'INSERT INTO main.signal_processing(signal_id, status, created_at, updated_at) SELECT id, ''pending'', created_at, created_at '
       || 'FROM main.signals WHERE NOT EXISTS (SELECT 1 FROM main.signal_processing WHERE signal_id = signals.id)'
  FROM main.signals WHERE NOT EXISTS (SELECT 1 FROM main.signal_processing WHERE signal_id = signals.id) GROUP BY NULL
UNION ALL
SELECT 'error', 'signal_processing', count(*) || ' rows have a status that there is not, as ' || quote(min(status)),
       'UPDATE main.signal_processing SET status = CASE WHEN lower(status) IN (''claimed'', ''pushed'', ''rejected'') THEN lower(status) '
       || 'ELSE ''pending'' END WHERE status NOT IN (''pending'', ''claimed'', ''pushed'', ''rejected'')'
  FROM main.signal_processing WHERE status NOT IN ('pending', 'claimed', 'pushed', 'rejected') GROUP BY NULL
UNION ALL
SELECT 'error', 'signal_processing', count(*) || ' rows are claimed by nobody, as that of signal ' || min(signal_id),
       'UPDATE main.signal_processing SET status = ''pending'' WHERE status = ''claimed'' AND lease_token IS NULL'
  FROM main.signal_processing WHERE status = 'claimed' AND lease_token IS NULL GROUP BY NULL
UNION ALL
SELECT 'error', 'signals', count(*) || ' rows have a confidence outside 0 and 1, as ' || min(id),
       'UPDATE main.signals SET confidence = max(0.0, min(1.0, confidence)) WHERE confidence NOT BETWEEN 0 AND 1'
  FROM main.signals WHERE confidence NOT BETWEEN 0 AND 1 GROUP BY NULL
UNION ALL
SELECT 'warning', 'suppression_cache', count(*) || ' rows end before they begin, as ' || quote(min(canonical_key)),
       'DELETE FROM main.suppression_cache WHERE expires_at < cached_at'
  FROM main.suppression_cache WHERE expires_at < cached_at GROUP BY NULL
UNION ALL
SELECT 'warning', 'signal_log', count(*) || ' signals have another status than their last row says, as ' || min(p.signal_id),
       'INSERT INTO main.signal_log(signal_id, at, from_status, to_status, reason) '
       || 'SELECT p.signal_id, strftime(''%Y-%m-%dT%H:%M:%fZ'', ''now''), l.to_status, p.status, ''it was not logged'' '
       || 'FROM main.signal_processing AS p JOIN main.signal_log AS l ON l.seq = '
       || '(SELECT max(seq) FROM main.signal_log WHERE signal_id = p.signal_id) WHERE l.to_status <> p.status'
  FROM main.signal_processing AS p JOIN main.signal_log AS l
    ON l.seq = (SELECT max(seq) FROM main.signal_log WHERE signal_id = p.signal_id)
 WHERE l.to_status <> p.status GROUP BY NULL;

-- ---- what lore_adopt adds ----

-- :name signal_adopt_processing    a signal without it would never be looked at
INSERT INTO main.signal_processing(signal_id, status, created_at, updated_at)
SELECT id, 'pending', created_at, created_at FROM main.signals
 WHERE NOT EXISTS (SELECT 1 FROM main.signal_processing WHERE signal_id = signals.id);

-- ---- what lore_alerts looks at ----

-- :name signal_alert_pending
SELECT count(*) FROM main.signal_processing WHERE status = 'pending' OR (status = 'claimed' AND coalesce(lease_until, '') <= :at);

-- :name signal_alert_oldest        in days
SELECT CAST(julianday(:at) - julianday(min(created_at)) AS INTEGER) FROM main.signal_processing
 WHERE status = 'pending' OR (status = 'claimed' AND coalesce(lease_until, '') <= :at);

-- :name signal_alert_suppressions  NULL when the cache is not used
SELECT CASE WHEN count(*) > 0 THEN sum(coalesce(strftime('%Y-%m-%dT%H:%M:%fZ', expires_at), expires_at) > :at) END FROM main.suppression_cache;

-- :name signal_alert_leases
SELECT count(*) FROM main.signal_processing WHERE status = 'claimed' AND coalesce(lease_until, '') <= :at;
