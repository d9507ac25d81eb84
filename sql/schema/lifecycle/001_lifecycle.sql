-- What is wrong now, since when, how bad; every change of it; the rules and mutes that decide.
-- needs: admin

-- up
CREATE TABLE IF NOT EXISTS main.signal_state (
  signal_key        TEXT PRIMARY KEY,
  entity_type       TEXT NOT NULL,
  entity_id         TEXT NOT NULL,
  signal_type       TEXT NOT NULL,
  severity          TEXT NOT NULL,
  first_detected_at TEXT NOT NULL,
  last_detected_at  TEXT NOT NULL,
  escalated_at      TEXT,
  cleared_at        TEXT,
  detection_count   INTEGER DEFAULT 1,
  cooldown_until    TEXT,
  state             TEXT NOT NULL DEFAULT 'active'
);
ALTER TABLE main.signal_state ADD COLUMN initial_severity TEXT;
ALTER TABLE main.signal_state ADD COLUMN peak_severity TEXT;
ALTER TABLE main.signal_state ADD COLUMN acknowledged_at TEXT;
ALTER TABLE main.signal_state ADD COLUMN acknowledged_by TEXT;
ALTER TABLE main.signal_state ADD COLUMN acknowledged_until TEXT;
ALTER TABLE main.signal_state ADD COLUMN note TEXT;
ALTER TABLE main.signal_state ADD COLUMN clean_runs INTEGER NOT NULL DEFAULT 0;
ALTER TABLE main.signal_state ADD COLUMN muted_until TEXT;
ALTER TABLE main.signal_state ADD COLUMN evidence TEXT;
CREATE INDEX IF NOT EXISTS main.idx_signal_state_entity ON signal_state(entity_type, entity_id);
CREATE INDEX IF NOT EXISTS main.idx_signal_state_active ON signal_state(state, severity);

-- Its CHECK calls no function: with one, SQLite keeps a statement journal for each row that fires a trigger (2 us).
CREATE TABLE main.signal_transitions (
  seq           INTEGER PRIMARY KEY,
  signal_key    TEXT NOT NULL,
  at            TEXT NOT NULL CHECK (at BETWEEN '0000-01-01T00:00:00.000Z' AND '9999-12-31T23:59:59.999Z'),
  from_state    TEXT,
  to_state      TEXT NOT NULL,
  from_severity TEXT,
  to_severity   TEXT NOT NULL,
  cause         TEXT NOT NULL,
  rule          TEXT,
  actor         TEXT,
  note          TEXT,
  evidence      TEXT
) STRICT;
CREATE INDEX main.idx_signal_transitions_key ON signal_transitions(signal_key);

CREATE TABLE main.signal_rules (
  signal_type              TEXT NOT NULL PRIMARY KEY,
  cooldown_seconds         INTEGER CHECK (cooldown_seconds BETWEEN 0 AND 3153600000),
  escalate_after_seconds   INTEGER CHECK (escalate_after_seconds BETWEEN 0 AND 3153600000),
  escalate_after_count     INTEGER CHECK (escalate_after_count >= 1),
  clear_after_seconds      INTEGER CHECK (clear_after_seconds BETWEEN 0 AND 3153600000),
  clean_runs_to_clear      INTEGER CHECK (clean_runs_to_clear >= 1),
  flap_window_seconds      INTEGER CHECK (flap_window_seconds BETWEEN 1 AND 3153600000),
  flap_count               INTEGER CHECK (flap_count >= 1),
  detection_memory_seconds INTEGER CHECK (detection_memory_seconds BETWEEN 0 AND 3153600000)
) STRICT, WITHOUT ROWID;

CREATE TABLE main.signal_mutes (
  id            INTEGER PRIMARY KEY,
  signal_key    TEXT,
  entity_type   TEXT,
  entity_id     TEXT,
  signal_type   TEXT,
  reason        TEXT,
  by            TEXT,
  at            TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) CHECK (at GLOB '????-??-??T??:??:??.???Z'),
  expires_at    TEXT CHECK (expires_at GLOB '????-??-??T??:??:??.???Z'),
  dismiss_count INTEGER NOT NULL DEFAULT 0 CHECK (dismiss_count >= 0)
) STRICT;
CREATE INDEX main.idx_signal_mutes_key ON signal_mutes(signal_key) WHERE dismiss_count > 0;

CREATE TABLE main.signal_detections (
  signal_key   TEXT NOT NULL,
  detection_id TEXT NOT NULL,
  at           TEXT NOT NULL CHECK (at GLOB '????-??-??T??:??:??.???Z'),
  PRIMARY KEY (signal_key, detection_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX main.idx_signal_detections_time ON signal_detections(at);

CREATE TABLE main.signal_cycles (
  cycle_id TEXT NOT NULL PRIMARY KEY,
  at       TEXT NOT NULL CHECK (at GLOB '????-??-??T??:??:??.???Z'),
  result   TEXT NOT NULL CHECK (result GLOB '{*}')
) STRICT, WITHOUT ROWID;

CREATE TABLE main.signal_state_events (
  seq        INTEGER PRIMARY KEY,
  at         TEXT NOT NULL CHECK (at GLOB '????-??-??T??:??:??.???Z'),
  verb       TEXT NOT NULL,
  signal_key TEXT,
  args       TEXT NOT NULL CHECK (args GLOB '{*}')
) STRICT;

-- The signals that were there when the log began: what it does to them, replay can't know.
CREATE TABLE main.signal_state_before (
  signal_key TEXT NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- What plain SQL does to rules and mutes is an input too. The log begins where recording is switched on, with the rules and
-- mutes of that moment.
CREATE VIEW main.signal_rule_inputs AS
  SELECT signal_type, json_object(
    'signal_type', signal_type, 'cooldown_seconds', cooldown_seconds, 'escalate_after_seconds', escalate_after_seconds,
    'escalate_after_count', escalate_after_count, 'clear_after_seconds', clear_after_seconds,
    'clean_runs_to_clear', clean_runs_to_clear, 'detection_memory_seconds', detection_memory_seconds) AS args
    FROM signal_rules;
CREATE VIEW main.signal_mute_inputs AS
  SELECT id, signal_key, json_object(
    'id', id, 'signal_key', signal_key, 'entity_type', entity_type, 'entity_id', entity_id, 'signal_type', signal_type,
    'expires_at', expires_at, 'dismiss_count', dismiss_count) AS args
    FROM signal_mutes;
CREATE TRIGGER main.lore_on_record_events_insert AFTER INSERT ON lore_settings WHEN NEW.name = 'record_events'
BEGIN
  INSERT INTO signal_state_events(at, verb, args)
  SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'record_' || NEW.value,
         json_object('transitions', (SELECT coalesce(max(seq), 0) FROM signal_transitions));
END;
CREATE TRIGGER main.lore_on_record_events_update AFTER UPDATE ON lore_settings
WHEN NEW.name = 'record_events' AND NEW.value IS NOT OLD.value
BEGIN
  INSERT INTO signal_state_events(at, verb, args)
  SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'record_' || NEW.value,
         json_object('transitions', (SELECT coalesce(max(seq), 0) FROM signal_transitions));
END;
CREATE TRIGGER main.lore_on_record_events_delete AFTER DELETE ON lore_settings WHEN OLD.name = 'record_events'
BEGIN
  INSERT INTO signal_state_events(at, verb, args)
  SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'record_off',
         json_object('transitions', (SELECT coalesce(max(seq), 0) FROM signal_transitions));
END;
CREATE TRIGGER main.lore_on_record_on AFTER INSERT ON signal_state_events WHEN NEW.verb = 'record_on'
BEGIN
  DELETE FROM signal_state_before;
  INSERT INTO signal_state_before(signal_key) SELECT signal_key FROM signal_state WHERE signal_key IS NOT NULL;
  INSERT INTO signal_state_events(at, verb, args) SELECT NEW.at, 'rule_put', args FROM signal_rule_inputs ORDER BY signal_type;
  INSERT INTO signal_state_events(at, verb, signal_key, args)
  SELECT NEW.at, 'mute_put', signal_key, args FROM signal_mute_inputs ORDER BY id;
END;
CREATE TRIGGER main.lore_on_rule_insert AFTER INSERT ON signal_rules
WHEN (SELECT value FROM lore_settings WHERE name = 'record_events') = 'on'
BEGIN
  INSERT INTO signal_state_events(at, verb, args)
  SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'rule_put', args FROM signal_rule_inputs WHERE signal_type = NEW.signal_type;
END;
CREATE TRIGGER main.lore_on_rule_update AFTER UPDATE ON signal_rules
WHEN (SELECT value FROM lore_settings WHERE name = 'record_events') = 'on'
BEGIN
  INSERT INTO signal_state_events(at, verb, args)
  SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'rule_delete', json_object('signal_type', OLD.signal_type) WHERE OLD.signal_type <> NEW.signal_type;
  INSERT INTO signal_state_events(at, verb, args)
  SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'rule_put', args FROM signal_rule_inputs WHERE signal_type = NEW.signal_type;
END;
CREATE TRIGGER main.lore_on_rule_delete AFTER DELETE ON signal_rules
WHEN (SELECT value FROM lore_settings WHERE name = 'record_events') = 'on'
BEGIN
  INSERT INTO signal_state_events(at, verb, args)
  SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'rule_delete', json_object('signal_type', OLD.signal_type);
END;
CREATE TRIGGER main.lore_on_mute_insert AFTER INSERT ON signal_mutes
WHEN (SELECT value FROM lore_settings WHERE name = 'record_events') = 'on'
BEGIN
  INSERT INTO signal_state_events(at, verb, signal_key, args)
  SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'mute_put', signal_key, args FROM signal_mute_inputs WHERE id = NEW.id;
END;
CREATE TRIGGER main.lore_on_mute_update AFTER UPDATE ON signal_mutes
WHEN (SELECT value FROM lore_settings WHERE name = 'record_events') = 'on'
BEGIN
  INSERT INTO signal_state_events(at, verb, signal_key, args)
  SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'mute_delete', OLD.signal_key, json_object('id', OLD.id) WHERE OLD.id <> NEW.id;
  INSERT INTO signal_state_events(at, verb, signal_key, args)
  SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'mute_put', signal_key, args FROM signal_mute_inputs WHERE id = NEW.id;
END;
CREATE TRIGGER main.lore_on_mute_delete AFTER DELETE ON signal_mutes
WHEN (SELECT value FROM lore_settings WHERE name = 'record_events') = 'on'
BEGIN
  INSERT INTO signal_state_events(at, verb, signal_key, args)
  SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'mute_delete', OLD.signal_key, json_object('id', OLD.id);
END;

-- Open signals by severity, worst first.
CREATE VIEW main.signal_states_by_severity AS
  SELECT severity, count(*) AS signals, sum(state = 'active') AS active, sum(state = 'escalated') AS escalated,
         sum(state = 'acknowledged') AS acknowledged, min(first_detected_at) AS oldest_at
    FROM signal_state WHERE state IN ('active', 'escalated', 'acknowledged')
   GROUP BY severity
   ORDER BY CASE severity WHEN 'info' THEN 0 WHEN 'watch' THEN 1 WHEN 'low' THEN 1 WHEN 'warning' THEN 2 WHEN 'medium' THEN 2
                          WHEN 'high' THEN 3 WHEN 'critical' THEN 4 END DESC, severity;

-- How long each open signal has been seen, from its first to its last detection.
CREATE VIEW main.signal_state_ages AS
  SELECT signal_key, entity_type, entity_id, signal_type, severity, state, detection_count, first_detected_at, last_detected_at,
         julianday(last_detected_at) - julianday(first_detected_at) AS age_days,
         CASE WHEN coalesce(detection_count, 1) <= 1 THEN 'new'
              WHEN julianday(last_detected_at) - julianday(first_detected_at) <= 3 THEN 'recent'
              WHEN julianday(last_detected_at) - julianday(first_detected_at) <= 10 THEN 'ongoing'
              ELSE 'chronic' END AS age_class
    FROM signal_state WHERE state IN ('active', 'escalated', 'acknowledged');

-- down
DROP VIEW main.signal_state_ages;
DROP VIEW main.signal_states_by_severity;
DROP TRIGGER main.lore_on_record_events_delete;
DROP TRIGGER main.lore_on_record_events_update;
DROP TRIGGER main.lore_on_record_events_insert;
DROP VIEW main.signal_mute_inputs;
DROP VIEW main.signal_rule_inputs;
DROP TABLE main.signal_state_before;
DROP TABLE main.signal_state_events;
DROP TABLE main.signal_cycles;
DROP TABLE main.signal_detections;
DROP TABLE main.signal_mutes;
DROP TABLE main.signal_rules;
DROP TABLE main.signal_transitions;
DROP TABLE main.signal_state;
