-- The tables of sqlite-lore in PostgreSQL 15 or newer: for whoever has outgrown one machine. docs/postgres.md leads through it.
--
--   createdb -T template0 -E UTF8 --locale-provider=libc --locale=C lore
--   psql -X -d lore -f sql/postgres.sql
--   lore export file.db | psql -X -d lore -f sql/postgres/load.sql
--
-- The same tables, columns, checks, keys, indexes, views and triggers as those of sql/schema, each subsystem on a page of its
-- name; the reports as views; lore_load, which reads the lines of lore_export, and lore_export, which writes them again. Nothing
-- is changed when one of it can't be made. tests/peers/postgres.py holds every column, check and index to those of SQLite.
--
-- INTEGER is bigint, REAL double precision, TEXT text, BLOB bytea; times are text as they were. Text is compared byte by byte, as
-- SQLite does: that is the locale C. A primary key that SQLite counts up is an identity.

\set ON_ERROR_STOP on
\set QUIET on
\encoding UTF8
BEGIN;

DO $$ BEGIN
  IF current_setting('server_version_num')::integer < 150000 THEN
    RAISE 'postgres.sql: PostgreSQL must be 15 or newer, this is %', current_setting('server_version');
  ELSIF (SELECT pg_encoding_to_char(encoding) <> 'UTF8' OR datcollate NOT IN ('C', 'POSIX') OR datctype NOT IN ('C', 'POSIX')
                OR datlocprovider <> 'c' FROM pg_database WHERE datname = current_database()) THEN
    RAISE 'postgres.sql: the database must have the encoding UTF8 and the locale C'
      USING HINT = 'createdb -T template0 -E UTF8 --locale-provider=libc --locale=C <name>';
  END IF;
END $$;

\ir postgres/functions.sql
\ir postgres/admin.sql
\ir postgres/audit.sql
\ir postgres/graph.sql
\ir postgres/keys.sql
\ir postgres/lifecycle.sql
\ir postgres/metrics.sql
\ir postgres/patterns.sql
\ir postgres/report.sql
\ir postgres/signals.sql
\ir postgres/snapshots.sql
\ir postgres/tenants.sql
\ir postgres/vault.sql
\ir postgres/work.sql
\ir postgres/reports.sql
\ir postgres/lines.sql
\ir postgres/reading.sql
\ir postgres/writing.sql

-- What of sql/schema these pages have: an export of a newer version is refused. It came from no migration, so it has no checksum.
INSERT INTO lore_migrations(subsystem, version, name, checksum, applied_at)
SELECT subsystem, version, name, 'postgres.sql', lore_now() FROM (VALUES
  ('admin', 1, 'admin'), ('audit', 1, 'audit'), ('graph', 1, 'graph'), ('graph', 2, 'approvals'), ('keys', 1, 'keys'),
  ('lifecycle', 1, 'lifecycle'), ('metrics', 1, 'correlations'), ('metrics', 2, 'series'), ('metrics', 3, 'retention'),
  ('patterns', 1, 'patterns'), ('report', 1, 'report'), ('signals', 1, 'signals'), ('snapshots', 1, 'snapshots'),
  ('snapshots', 2, 'transition_events'), ('tenants', 1, 'tenants'), ('vault', 1, 'vault'), ('work', 1, 'work')
) AS migration(subsystem, version, name);

COMMIT;
