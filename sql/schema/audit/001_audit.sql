-- A history in which each entry bears the hash of the one before it, and signatures of its head.

-- up
-- Which log this is: made with the first entry, and part of every hash and signature.
CREATE TABLE main.audit_database (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  id  TEXT NOT NULL
) STRICT;

CREATE TABLE main.audit_log (
  sequence_number INTEGER PRIMARY KEY CHECK (sequence_number > 0),
  event_id        TEXT NOT NULL UNIQUE,
  event_timestamp TEXT NOT NULL CHECK (event_timestamp GLOB '????-??-??T??:??:??.???Z'),
  event_type      TEXT NOT NULL,
  originator_id   TEXT NOT NULL,
  target_id       TEXT,
  event_payload   TEXT,
  previous_hash   TEXT NOT NULL, -- entry_hash of the entry before; 64 zeros before the first
  entry_hash      TEXT NOT NULL
) STRICT;

-- The keys that have signed this log, each by the one before it. Their secret halves are never here.
CREATE TABLE main.audit_keys (
  number     INTEGER PRIMARY KEY CHECK (number BETWEEN 1 AND 1000000000),
  key_id     TEXT NOT NULL UNIQUE,
  public_key TEXT NOT NULL,
  created_at TEXT NOT NULL CHECK (created_at GLOB '????-??-??T??:??:??.???Z'),
  retired_at TEXT CHECK (retired_at GLOB '????-??-??T??:??:??.???Z'),
  signed_by  TEXT, -- key_id of the key before; NULL for the first
  signature  TEXT
) STRICT;

-- Each says: at that moment the log had entry_count entries, the last of which has this number and this hash.
CREATE TABLE main.audit_checkpoints (
  sequence_number INTEGER NOT NULL CHECK (sequence_number > 0),
  head_hash       TEXT NOT NULL,
  entry_count     INTEGER NOT NULL, -- all that there ever were, so also what was pruned
  at              TEXT NOT NULL CHECK (at GLOB '????-??-??T??:??:??.???Z'),
  key_id          TEXT NOT NULL,
  signature       TEXT NOT NULL,
  PRIMARY KEY (sequence_number, key_id)
) STRICT, WITHOUT ROWID;

-- Each says: the entries up to that number, the last of which had this hash, were taken away.
CREATE TABLE main.audit_prunes (
  sequence_number INTEGER PRIMARY KEY CHECK (sequence_number > 0),
  first_number    INTEGER NOT NULL, -- of what went this time
  head_hash       TEXT NOT NULL,
  pruned_before   TEXT NOT NULL CHECK (pruned_before GLOB '????-??-??T??:??:??.???Z'),
  at              TEXT NOT NULL CHECK (at GLOB '????-??-??T??:??:??.???Z'),
  key_id          TEXT NOT NULL,
  signature       TEXT NOT NULL
) STRICT;

-- down
DROP TABLE main.audit_prunes;
DROP TABLE main.audit_checkpoints;
DROP TABLE main.audit_keys;
DROP TABLE main.audit_log;
DROP TABLE main.audit_database;
