-- What has been migrated, and the settings that differ from their standard.

-- up
CREATE TABLE IF NOT EXISTS main.lore_migrations (
  subsystem  TEXT NOT NULL,
  version    INTEGER NOT NULL,
  name       TEXT NOT NULL,
  checksum   TEXT NOT NULL,
  applied_at TEXT NOT NULL CHECK (applied_at GLOB '????-??-??T??:??:??.???Z'),
  PRIMARY KEY (subsystem, version)
) STRICT, WITHOUT ROWID;
CREATE TABLE main.lore_settings (
  name  TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE VIEW IF NOT EXISTS main.schema_migrations AS
  SELECT version, applied_at, name AS description FROM lore_migrations WHERE subsystem NOT IN ('lore', 'taken');

-- down
DROP VIEW main.schema_migrations;
DROP TABLE main.lore_settings;
DROP TABLE main.lore_migrations;
