-- Pattern and cost snapshots, what readers show of them, and the events that consumers lease.

-- ---- saving ----

-- :name pattern_snapshot_insert   its triggers store the entities and the event
INSERT INTO main.pattern_snapshots(id, detected_at, pattern_id, pattern_name, severity, entities_involved, evidence, cycle_id)
VALUES (:id, :at, :pattern_id, :pattern_name, :severity, :entities_involved, :evidence, nullif(:cycle_id, ''));

-- :name pattern_snapshot_stored   how many entities it has, and the first element that is none: position, element
-- :vtab
SELECT (SELECT count(*) FROM (SELECT DISTINCT entity_type, entity_id FROM main.pattern_snapshot_elements
                               WHERE snapshot_id = :id AND entity_id IS NOT NULL)),
       bad.position, substr(coalesce(bad.element, 'null'), 1, 60)
  FROM (SELECT 1) LEFT JOIN (SELECT position, element FROM main.pattern_snapshot_elements
                              WHERE snapshot_id = :id AND entity_id IS NULL ORDER BY position LIMIT 1) AS bad;

-- :name pattern_snapshot_differs  what of a known id differs from what is given; '' for nothing
SELECT substr(CASE WHEN pattern_id <> :pattern_id THEN ', pattern_id' ELSE '' END
              || CASE WHEN pattern_name <> :pattern_name THEN ', pattern_name' ELSE '' END
              || CASE WHEN severity <> :severity THEN ', severity' ELSE '' END
              || CASE WHEN entities_involved <> :entities_involved THEN ', entities_involved' ELSE '' END
              || CASE WHEN evidence <> :evidence THEN ', evidence' ELSE '' END
              || CASE WHEN :cycle_id IS NOT NULL AND coalesce(cycle_id, '') <> :cycle_id THEN ', cycle_id' ELSE '' END
              || CASE WHEN coalesce(strftime('%Y-%m-%dT%H:%M:%fZ', detected_at), detected_at) <> :given_at THEN ', at' ELSE '' END, 3)
  FROM main.pattern_snapshots WHERE id = :id;

-- :name cost_snapshot_insert      its trigger stores the event
INSERT INTO main.cost_snapshots(id, computed_at, snapshot_type, entity_id, data)
VALUES (:id, :at, :snapshot_type, nullif(:entity_id, ''), :data);

-- :name cost_snapshot_differs
SELECT substr(CASE WHEN snapshot_type <> :snapshot_type THEN ', snapshot_type' ELSE '' END
              || CASE WHEN data <> :data THEN ', data' ELSE '' END
              || CASE WHEN :entity_id IS NOT NULL AND coalesce(entity_id, '') <> :entity_id THEN ', entity_id' ELSE '' END
              || CASE WHEN coalesce(strftime('%Y-%m-%dT%H:%M:%fZ', computed_at), computed_at) <> :given_at THEN ', at' ELSE '' END, 3)
  FROM main.cost_snapshots WHERE id = :id;

-- ---- readers of patterns: of one moment, what was stored last comes first ----

-- :name pattern_snapshots_of_one_entity   an entity without a type matches any that is asked for; each snapshot once:
--                                          rows of the type itself need no look at those beside them
SELECT p.id, p.detected_at, p.pattern_id, p.pattern_name, p.severity, p.entities_involved, p.evidence, p.cycle_id
  FROM main.pattern_snapshot_entities AS e CROSS JOIN main.pattern_snapshots AS p ON p.id = e.snapshot_id
 WHERE e.entity_id = :entity_id
   AND (e.entity_type = :entity_type
        OR ((e.entity_type = '' OR :entity_type IS NULL)
            AND NOT EXISTS (SELECT 1 FROM main.pattern_snapshot_entities AS x
                             WHERE x.entity_id = :entity_id AND x.detected_at = e.detected_at AND x.snapshot_id = e.snapshot_id
                               AND CASE WHEN :entity_type IS NULL THEN x.entity_type < e.entity_type
                                        ELSE x.entity_type = :entity_type END)))
 ORDER BY e.detected_at DESC, e.snapshot_id DESC;

-- :name pattern_snapshots_of_cycle        worst first; the words for patterns stand beside the rungs of the ladder
SELECT id, detected_at, pattern_id, pattern_name, severity, entities_involved, evidence, cycle_id
  FROM main.pattern_snapshots WHERE cycle_id = :cycle_id
 ORDER BY CASE lower(severity) WHEN 'critical' THEN 5 WHEN 'high' THEN 4 WHEN 'structural' THEN 4
                               WHEN 'warning' THEN 3 WHEN 'medium' THEN 3 WHEN 'operational' THEN 3
                               WHEN 'watch' THEN 2 WHEN 'low' THEN 2 WHEN 'info' THEN 1 WHEN 'informational' THEN 1
                               ELSE 0 END DESC, detected_at DESC, rowid DESC;

-- :name pattern_snapshots_since           other software may write times in another form, up to a day away as text
SELECT id, detected_at, pattern_id, pattern_name, severity, entities_involved, evidence, cycle_id
  FROM main.pattern_snapshots
 WHERE detected_at BETWEEN :first AND :last
   AND coalesce(strftime('%Y-%m-%dT%H:%M:%fZ', detected_at), detected_at) BETWEEN :since AND :at
 ORDER BY detected_at DESC, rowid DESC;

-- :name pattern_snapshots_of_pattern
SELECT id, detected_at, pattern_id, pattern_name, severity, entities_involved, evidence, cycle_id
  FROM main.pattern_snapshots WHERE pattern_id = :pattern_id ORDER BY detected_at DESC, rowid DESC LIMIT :max_rows;

-- :name pattern_snapshot_sizes            of a pattern, newest first; evidence: the sum of its numbers. json_valid says 0
--                                         also when memory runs out once, so it is asked twice
-- :vtab
SELECT (SELECT count(*) FROM main.pattern_snapshot_entities WHERE snapshot_id = p.id),
       (SELECT sum(CAST(value AS REAL))
          FROM json_each(CASE WHEN json_valid(p.evidence) OR json_valid(p.evidence) THEN p.evidence ELSE '{}' END)
         WHERE type IN ('integer', 'real')),
       p.detected_at
  FROM main.pattern_snapshots AS p WHERE p.pattern_id = :pattern_id AND p.detected_at <= :at
 ORDER BY p.detected_at DESC, p.rowid DESC LIMIT :most;

-- :name pattern_snapshot_first
SELECT min(detected_at) FROM main.pattern_snapshots WHERE pattern_id = :pattern_id;

-- :name pattern_snapshot_runs             newest first, a row a snapshot: run, moment, whether it is of the pattern
SELECT coalesce(cycle_id, detected_at), detected_at, pattern_id = :pattern_id
  FROM main.pattern_snapshots WHERE detected_at <= :at ORDER BY detected_at DESC, rowid DESC;

-- ---- readers of costs ----

-- :name cost_snapshot_latest
SELECT id, computed_at, snapshot_type, entity_id, data FROM main.cost_snapshots
 WHERE snapshot_type = :snapshot_type AND computed_at <= :at ORDER BY computed_at DESC, rowid DESC LIMIT 1;

-- :name cost_snapshots_of_entity
SELECT id, computed_at, snapshot_type, entity_id, data FROM main.cost_snapshots
 WHERE entity_id = :entity_id AND computed_at BETWEEN :first AND :last
   AND coalesce(strftime('%Y-%m-%dT%H:%M:%fZ', computed_at), computed_at) BETWEEN :since AND :at
 ORDER BY computed_at DESC, rowid DESC;

-- :name cost_snapshots_of_days
SELECT id, computed_at, snapshot_type, entity_id, data FROM main.cost_snapshots
 WHERE snapshot_type = 'daily_summary' AND computed_at BETWEEN :first AND :last
   AND coalesce(strftime('%Y-%m-%dT%H:%M:%fZ', computed_at), computed_at) BETWEEN :since AND :at
 ORDER BY computed_at DESC, rowid DESC;

-- ---- events ----

-- :name intelligence_event_insert
INSERT INTO main.intelligence_events(event_type, severity, entity_type, entity_id, event_data, created_at)
VALUES (:event_type, :severity, nullif(:entity_type, ''), nullif(:entity_id, ''), nullif(:data, ''), :at);

-- :name intelligence_event_candidates   the longest waiting first: those of each type, whose words are read by leaps through
--                                  the index. A lease that is over makes waiting again; +id: else SQLite reads all
WITH RECURSIVE kind(word) AS (
  SELECT * FROM (SELECT event_type FROM main.intelligence_events WHERE consumed_at IS NULL AND lease_until IS NULL
                  ORDER BY event_type LIMIT 1)
  UNION ALL
  SELECT (SELECT event_type FROM main.intelligence_events
           WHERE consumed_at IS NULL AND lease_until IS NULL AND event_type > kind.word ORDER BY event_type LIMIT 1)
    FROM kind WHERE kind.word IS NOT NULL)
SELECT id FROM (
  SELECT e.id FROM kind CROSS JOIN main.intelligence_events AS e
   WHERE e.id IN (SELECT id FROM main.intelligence_events
                   WHERE consumed_at IS NULL AND lease_until IS NULL AND event_type = kind.word
                     AND (:severity IS NULL OR severity = :severity)
                   ORDER BY id LIMIT :max_rows)
  UNION ALL
  SELECT * FROM (SELECT id FROM main.intelligence_events
                  WHERE consumed_at IS NULL AND lease_until <= :at AND (:severity IS NULL OR severity = :severity)
                  ORDER BY +id LIMIT :max_rows))
 ORDER BY id LIMIT :max_rows;

-- :name intelligence_event_candidates_of_type
SELECT id FROM (
  SELECT * FROM (SELECT id FROM main.intelligence_events
                  WHERE consumed_at IS NULL AND lease_until IS NULL AND event_type = :event_type
                    AND (:severity IS NULL OR severity = :severity)
                  ORDER BY id LIMIT :max_rows)
  UNION ALL
  SELECT * FROM (SELECT id FROM main.intelligence_events
                  WHERE consumed_at IS NULL AND lease_until <= :at AND event_type = :event_type
                    AND (:severity IS NULL OR severity = :severity)
                  ORDER BY +id LIMIT :max_rows))
 ORDER BY id LIMIT :max_rows;

-- :name intelligence_event_lease
UPDATE main.intelligence_events
   SET lease_token = :lease_token, lease_worker = :consumer, lease_until = :lease_until, attempts = attempts + 1
 WHERE id = :id;

-- :name intelligence_event_leases_over   of a token whose lease is over and that nobody has taken
SELECT id FROM main.intelligence_events
 WHERE lease_token = :lease_token AND consumed_at IS NULL AND lease_until <= :at ORDER BY id;

-- :name intelligence_event_leased   what a token holds
SELECT id, event_type, severity, entity_type, entity_id, event_data, created_at FROM main.intelligence_events
 WHERE lease_token = :lease_token AND consumed_at IS NULL ORDER BY id;

-- :name intelligence_event_token   of a token: events it holds, events it has ended
SELECT count(*) FILTER (WHERE consumed_at IS NULL), count(*) FILTER (WHERE consumed_at IS NOT NULL)
  FROM main.intelligence_events WHERE lease_token = :lease_token;

-- :name intelligence_event_end
UPDATE main.intelligence_events
   SET consumed_at = :at, consumer = lease_worker, lease_worker = NULL, lease_until = NULL
 WHERE lease_token = :lease_token AND consumed_at IS NULL;

-- :name intelligence_event_archive_copy
INSERT INTO main.intelligence_events_archive(id, event_type, severity, entity_type, entity_id, event_data, created_at,
       consumed_at, consumer, lease_token, lease_worker, lease_until, attempts, archived_at)
SELECT id, event_type, severity, entity_type, entity_id, event_data, created_at,
       consumed_at, consumer, lease_token, lease_worker, lease_until, attempts, :at
  FROM main.intelligence_events WHERE consumed_at < :before;

-- :name intelligence_event_archive_count
SELECT count(*) FROM main.intelligence_events WHERE consumed_at < :before;

-- :name intelligence_event_archive_delete
DELETE FROM main.intelligence_events WHERE consumed_at < :before;

-- ---- figures ----

-- :name snapshot_info             what waits, and since when; a lease that is over makes waiting again
WITH waiting(created_at) AS MATERIALIZED (
  SELECT created_at FROM main.intelligence_events WHERE consumed_at IS NULL AND lease_until IS NULL
  UNION ALL
  SELECT created_at FROM main.intelligence_events WHERE consumed_at IS NULL AND lease_until <= :at)
SELECT 'snapshots.events_waiting', count(*) FROM waiting
UNION ALL
SELECT 'snapshots.oldest_event', min(created_at) FROM waiting;

-- ---- what lore_validate looks for ----

-- :name snapshot_validate
-- :vtab
SELECT 'error', 'pattern_snapshot_entities', count(*) || ' rows are about a snapshot that is not there, as ' || quote(min(snapshot_id)),
       'DELETE FROM main.pattern_snapshot_entities WHERE NOT EXISTS (SELECT 1 FROM main.pattern_snapshots WHERE id = snapshot_id)'
  FROM main.pattern_snapshot_entities WHERE NOT EXISTS (SELECT 1 FROM main.pattern_snapshots WHERE id = snapshot_id) GROUP BY NULL
UNION ALL
SELECT 'error', 'pattern_snapshot_entities', count(*) || ' entities of snapshots are not in it, as one of ' || quote(min(snapshot_id)),
       'INSERT OR IGNORE INTO main.pattern_snapshot_entities(entity_type, entity_id, snapshot_id, detected_at) '
       || 'SELECT entity_type, entity_id, snapshot_id, detected_at FROM main.pattern_snapshot_elements '
       || 'WHERE entity_id IS NOT NULL AND snapshot_id IS NOT NULL'
  FROM main.pattern_snapshot_elements AS e
 WHERE entity_id IS NOT NULL AND snapshot_id IS NOT NULL
   AND NOT EXISTS (SELECT 1 FROM main.pattern_snapshot_entities
                    WHERE snapshot_id = e.snapshot_id AND entity_id = e.entity_id AND entity_type = e.entity_type) GROUP BY NULL
UNION ALL
SELECT 'error', 'intelligence_events', count(*) || ' events are in the archive and waiting too, as ' || min(id),
       'DELETE FROM main.intelligence_events WHERE id IN (SELECT id FROM main.intelligence_events_archive)'
  FROM main.intelligence_events WHERE id IN (SELECT id FROM main.intelligence_events_archive) GROUP BY NULL
UNION ALL
SELECT 'error', 'intelligence_events', count(*) || ' events are leased by nobody, as ' || min(id),
       'UPDATE main.intelligence_events SET lease_until = NULL WHERE lease_until IS NOT NULL AND lease_token IS NULL'
  FROM main.intelligence_events WHERE lease_until IS NOT NULL AND lease_token IS NULL GROUP BY NULL;

-- ---- what lore_alerts looks at ----

-- :name snapshot_alert_leases
SELECT count(*) FROM main.intelligence_events WHERE consumed_at IS NULL AND lease_until IS NOT NULL AND lease_until <= :at;
