-- Loads an export into the tables of postgres.sql:
--
--   psql -X -d lore -f sql/postgres/load.sql < lines.jsonl
--
-- COPY takes each line as it is: as a field of CSV whose separators can't be in JSON.

\set ON_ERROR_STOP on
\set QUIET on
\encoding UTF8
BEGIN;
CREATE TEMP TABLE lore_lines (number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, line text NOT NULL) ON COMMIT DROP;
\copy lore_lines(line) FROM pstdin WITH (FORMAT csv, QUOTE E'\x01', DELIMITER E'\x02', NULL E'\x03')
SELECT * FROM lore_load();
COMMIT;
ANALYZE;
