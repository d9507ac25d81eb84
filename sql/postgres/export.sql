-- Writes an export of the tables of postgres.sql, as lore_export of the extension does:
--
--   psql -X -d lore -f sql/postgres/export.sql > lines.jsonl
--
-- All lines show one state. The trailer's checksum is BLAKE2b-128 of the lines before it, by b2sum of the GNU core utilities.

\set ON_ERROR_STOP on
\set QUIET on
\encoding UTF8
\timing off
\pset format unaligned
\pset tuples_only on
\set file `mktemp`
\setenv LORE_LINES :file
COPY (SELECT line FROM lore_export()) TO STDOUT WITH (FORMAT csv, QUOTE E'\x01', DELIMITER E'\x02', NULL E'\x03') \g :file
\set checksum `b2sum --length 128 < "$LORE_LINES" | cut -c 1-32`
\set lines `wc -l < "$LORE_LINES"`
SELECT lore_export_trailer(:lines, :'checksum') AS trailer \gset
\! cat "$LORE_LINES" && rm "$LORE_LINES"
\echo :trailer
