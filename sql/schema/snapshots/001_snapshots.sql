-- What a detection run has found, what a day has cost, and the events that tell others of it.
--
-- The triggers use built-in functions only: other software that writes the given tables keeps the entities
-- and makes events as the verbs do.

-- up
CREATE TABLE IF NOT EXISTS main.pattern_snapshots (
  id                TEXT PRIMARY KEY,
  detected_at       TEXT NOT NULL,
  pattern_id        TEXT NOT NULL,
  pattern_name      TEXT NOT NULL,
  severity          TEXT NOT NULL,
  entities_involved TEXT NOT NULL,
  evidence          TEXT NOT NULL,
  cycle_id          TEXT
);
CREATE INDEX IF NOT EXISTS main.idx_pattern_snapshots_time ON pattern_snapshots(detected_at DESC);
CREATE INDEX IF NOT EXISTS main.idx_pattern_snapshots_pattern ON pattern_snapshots(pattern_id, detected_at DESC);
CREATE INDEX IF NOT EXISTS main.idx_pattern_snapshots_cycle ON pattern_snapshots(cycle_id);

CREATE TABLE IF NOT EXISTS main.cost_snapshots (
  id            TEXT PRIMARY KEY,
  computed_at   TEXT NOT NULL,
  snapshot_type TEXT NOT NULL,
  entity_id     TEXT,
  data          TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS main.idx_cost_snapshots_time ON cost_snapshots(computed_at DESC);
CREATE INDEX IF NOT EXISTS main.idx_cost_snapshots_entity ON cost_snapshots(entity_id, computed_at DESC);
CREATE INDEX IF NOT EXISTS main.idx_cost_snapshots_type ON cost_snapshots(snapshot_type, computed_at DESC);

-- The elements of each entities_involved. entity_type is '' where none is named, which matches any;
-- entity_id is NULL where the element has none of the forms of docs/snapshots.md.
CREATE VIEW main.pattern_snapshot_elements AS
SELECT snapshot_id, detected_at, position, element,
       CASE WHEN form = 'text' THEN substr(element, 1, max(colon - 1, 0))
            WHEN form = 'object' THEN json_extract(element, type_path) END AS entity_type,
       CASE WHEN form = 'text' AND colon <> 1 THEN nullif(substr(element, colon + 1), '')
            WHEN form = 'object' AND json_type(element, type_path) = 'text' AND json_extract(element, type_path) <> ''
                 AND json_type(element, id_path) IN ('text', 'integer')
            THEN nullif(CAST(json_extract(element, id_path) AS TEXT), '') END AS entity_id
  FROM (SELECT p.id AS snapshot_id, p.detected_at, e.key AS position, e.type AS form, e.value AS element,
               CASE WHEN e.type = 'text' THEN instr(e.value, ':') END AS colon,
               CASE WHEN e.type = 'object' THEN
                 CASE WHEN json_type(e.value, '$.type') IS NULL THEN '$.entity_type' ELSE '$.type' END END AS type_path,
               CASE WHEN e.type = 'object' THEN
                 CASE WHEN json_type(e.value, '$.id') IS NULL THEN '$.entity_id' ELSE '$.id' END END AS id_path
          FROM pattern_snapshots AS p,
               json_each(CASE WHEN json_valid(p.entities_involved) THEN p.entities_involved ELSE '[]' END) AS e);

-- In the order in which an entity's snapshots are read: the newest first, without a sort.
CREATE TABLE main.pattern_snapshot_entities (
  entity_type TEXT NOT NULL,
  entity_id   TEXT NOT NULL CHECK (entity_id <> ''),
  snapshot_id TEXT NOT NULL,
  detected_at TEXT NOT NULL,
  PRIMARY KEY (entity_id, detected_at DESC, snapshot_id DESC, entity_type)
) STRICT, WITHOUT ROWID;
INSERT OR IGNORE INTO main.pattern_snapshot_entities(entity_type, entity_id, snapshot_id, detected_at)
SELECT entity_type, entity_id, snapshot_id, detected_at FROM main.pattern_snapshot_elements
 WHERE entity_id IS NOT NULL AND snapshot_id IS NOT NULL;
CREATE INDEX main.idx_pattern_snapshot_entities_snapshot ON pattern_snapshot_entities(snapshot_id);

-- Claimed, acknowledged, archived. An id is never given twice, also when all events have been archived.
-- No CHECK here calls a function, and one index holds what waits: transitions of signals write events on a hot path, and
-- a function in a CHECK makes SQLite keep a statement journal for each statement that fires a trigger (twice the cost).
CREATE TABLE main.intelligence_events (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  event_type   TEXT NOT NULL,
  severity     TEXT,
  entity_type  TEXT,
  entity_id    TEXT,
  event_data   TEXT,
  created_at   TEXT NOT NULL,
  consumed_at  TEXT,
  consumer     TEXT,
  lease_token  TEXT,
  lease_worker TEXT,
  lease_until  TEXT,
  attempts     INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX main.idx_intelligence_events_waiting ON intelligence_events(event_type)
 WHERE consumed_at IS NULL AND lease_until IS NULL;
CREATE INDEX main.idx_intelligence_events_lease ON intelligence_events(lease_until)
 WHERE consumed_at IS NULL AND lease_until IS NOT NULL;
CREATE INDEX main.idx_intelligence_events_token ON intelligence_events(lease_token) WHERE lease_token IS NOT NULL;
CREATE INDEX main.idx_intelligence_events_consumed ON intelligence_events(consumed_at) WHERE consumed_at IS NOT NULL;

CREATE TABLE main.intelligence_events_archive (
  id           INTEGER PRIMARY KEY,
  event_type   TEXT NOT NULL,
  severity     TEXT,
  entity_type  TEXT,
  entity_id    TEXT,
  event_data   TEXT,
  created_at   TEXT NOT NULL,
  consumed_at  TEXT NOT NULL,
  consumer     TEXT,
  lease_token  TEXT,
  lease_worker TEXT,
  lease_until  TEXT,
  attempts     INTEGER NOT NULL,
  archived_at  TEXT NOT NULL CHECK (archived_at GLOB '????-??-??T??:??:??.???Z')
) STRICT;

-- The first DELETE is for INSERT OR REPLACE, which fires no trigger for the row that it removes.
CREATE TRIGGER main.lore_on_pattern_snapshot_insert AFTER INSERT ON pattern_snapshots BEGIN
  DELETE FROM pattern_snapshot_entities WHERE snapshot_id = NEW.id;
  INSERT OR IGNORE INTO pattern_snapshot_entities(entity_type, entity_id, snapshot_id, detected_at)
  SELECT entity_type, entity_id, snapshot_id, detected_at FROM pattern_snapshot_elements
   WHERE snapshot_id = NEW.id AND entity_id IS NOT NULL;
  INSERT INTO intelligence_events(event_type, severity, event_data, created_at)
  VALUES ('pattern_snapshot', NEW.severity,
          json_object('id', NEW.id, 'pattern_id', NEW.pattern_id, 'pattern_name', NEW.pattern_name, 'cycle_id', NEW.cycle_id,
                      'entities_involved', CASE WHEN json_valid(NEW.entities_involved) THEN json(NEW.entities_involved) END),
          coalesce(strftime('%Y-%m-%dT%H:%M:%fZ', NEW.detected_at), '0000-01-01T00:00:00.000Z'));
END;
CREATE TRIGGER main.lore_on_pattern_snapshot_update AFTER UPDATE OF id, detected_at, entities_involved ON pattern_snapshots BEGIN
  DELETE FROM pattern_snapshot_entities WHERE snapshot_id = OLD.id;
  INSERT OR IGNORE INTO pattern_snapshot_entities(entity_type, entity_id, snapshot_id, detected_at)
  SELECT entity_type, entity_id, snapshot_id, detected_at FROM pattern_snapshot_elements
   WHERE snapshot_id = NEW.id AND entity_id IS NOT NULL;
END;
CREATE TRIGGER main.lore_on_pattern_snapshot_delete AFTER DELETE ON pattern_snapshots BEGIN
  DELETE FROM pattern_snapshot_entities WHERE snapshot_id = OLD.id;
END;
CREATE TRIGGER main.lore_on_cost_snapshot_insert AFTER INSERT ON cost_snapshots BEGIN
  INSERT INTO intelligence_events(event_type, entity_id, event_data, created_at)
  VALUES ('cost_snapshot', NEW.entity_id, json_object('id', NEW.id, 'snapshot_type', NEW.snapshot_type),
          coalesce(strftime('%Y-%m-%dT%H:%M:%fZ', NEW.computed_at), '0000-01-01T00:00:00.000Z'));
END;

-- down
DROP TRIGGER main.lore_on_cost_snapshot_insert;
DROP TRIGGER main.lore_on_pattern_snapshot_delete;
DROP TRIGGER main.lore_on_pattern_snapshot_update;
DROP TRIGGER main.lore_on_pattern_snapshot_insert;
DROP TABLE main.intelligence_events_archive;
DROP TABLE main.intelligence_events;
DROP TABLE main.pattern_snapshot_entities;
DROP VIEW main.pattern_snapshot_elements;
DROP TABLE main.cost_snapshots;
DROP TABLE main.pattern_snapshots;
