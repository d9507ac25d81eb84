-- What has been migrated, and the settings that differ from their standard.
CREATE TABLE lore_migrations (
  subsystem  text NOT NULL,
  version    bigint NOT NULL,
  name       text NOT NULL,
  checksum   text NOT NULL,
  applied_at text NOT NULL CHECK (applied_at LIKE '____-__-__T__:__:__.___Z'),
  PRIMARY KEY (subsystem, version)
);
CREATE TABLE lore_settings (
  name  text PRIMARY KEY,
  value text NOT NULL
);
CREATE VIEW schema_migrations AS
  SELECT version, applied_at, name AS description FROM lore_migrations WHERE subsystem NOT IN ('lore', 'taken');
