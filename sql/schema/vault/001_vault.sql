-- Secrets, sealed; the keys that open them, sealed too; who has looked at what.
--
-- ciphertext and wrapped_key have the layout of ext/vault/seal.h. What stands beside a ciphertext is for people and for
-- statements: the value and its sensitivity are inside. fingerprint finds a secret that secret_protect has stored already.

-- up
CREATE TABLE main.vault_database (
  only        INTEGER PRIMARY KEY CHECK (only = 1),
  database_id TEXT NOT NULL CHECK (database_id <> ''),
  created_at  TEXT NOT NULL CHECK (created_at GLOB '????-??-??T??:??:??.???Z')
) STRICT;

CREATE TABLE main.vault_keys (
  key_id      TEXT PRIMARY KEY CHECK (key_id <> ''),
  generation  INTEGER NOT NULL UNIQUE,
  wrapped_key BLOB,
  kdf         TEXT NOT NULL CHECK (kdf IN ('raw', 'argon2id')),
  salt        BLOB,
  ops         INTEGER,
  memory_kib  INTEGER,
  check_value BLOB NOT NULL,
  created_at  TEXT NOT NULL CHECK (created_at GLOB '????-??-??T??:??:??.???Z'),
  retired_at  TEXT CHECK (retired_at GLOB '????-??-??T??:??:??.???Z')
) STRICT;

CREATE TABLE main.secrets (
  secret_uuid      TEXT PRIMARY KEY CHECK (secret_uuid <> ''),
  ciphertext       BLOB NOT NULL,
  key_id           TEXT NOT NULL,
  description      TEXT NOT NULL,
  sensitivity      TEXT NOT NULL CHECK (sensitivity IN ('low', 'medium', 'high', 'critical')),
  detected_pattern TEXT,
  context_hint     TEXT,
  fingerprint      BLOB,
  created_at       TEXT NOT NULL CHECK (created_at GLOB '????-??-??T??:??:??.???Z'),
  last_accessed    TEXT CHECK (last_accessed GLOB '????-??-??T??:??:??.???Z'),
  access_count     INTEGER NOT NULL DEFAULT 0,
  auto_actions     TEXT NOT NULL DEFAULT '[]',
  manual_only      INTEGER NOT NULL DEFAULT 0 CHECK (manual_only IN (0, 1))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX main.idx_secrets_fingerprint ON secrets(fingerprint) WHERE fingerprint IS NOT NULL;
CREATE INDEX main.idx_secrets_key ON secrets(key_id, secret_uuid);

CREATE TABLE main.secret_access_log (
  seq         INTEGER PRIMARY KEY,
  at          TEXT NOT NULL CHECK (at GLOB '????-??-??T??:??:??.???Z'),
  secret_uuid TEXT NOT NULL,
  access      TEXT NOT NULL CHECK (access IN ('store', 'reveal', 'delete', 'rotate', 'denied')),
  accessor    TEXT,
  purpose     TEXT,
  outcome     TEXT NOT NULL
) STRICT;
CREATE INDEX main.idx_secret_access_log_at ON secret_access_log(access, at);
CREATE INDEX main.idx_secret_access_log_secret ON secret_access_log(secret_uuid, seq);
CREATE TRIGGER main.lore_on_secret_access_log_update BEFORE UPDATE ON secret_access_log
 WHEN OLD.seq IS NOT NEW.seq OR OLD.at IS NOT NEW.at OR OLD.secret_uuid IS NOT NEW.secret_uuid OR OLD.access IS NOT NEW.access
   OR OLD.accessor IS NOT NEW.accessor OR OLD.purpose IS NOT NEW.purpose OR OLD.outcome IS NOT NEW.outcome
BEGIN SELECT RAISE(ABORT, 'secret_access_log is only appended to'); END;
CREATE TRIGGER main.lore_on_secret_access_log_delete BEFORE DELETE ON secret_access_log
BEGIN SELECT RAISE(ABORT, 'secret_access_log is only appended to'); END;

-- down
DROP TABLE main.secret_access_log;
DROP TABLE main.secrets;
DROP TABLE main.vault_keys;
DROP TABLE main.vault_database;
