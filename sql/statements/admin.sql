-- Migrations, settings, help and figures of the file.

-- :name admin_applied              0, or 1 when this migration has been applied
SELECT count(*) FROM main.lore_migrations WHERE subsystem = :module AND version = :number;

-- :name admin_record
INSERT INTO main.lore_migrations(subsystem, version, name, checksum, applied_at)
VALUES (:module, :number, :title, :checksum, :at);

-- :name admin_unrecord
DELETE FROM main.lore_migrations WHERE subsystem = :module AND version = :number;

-- :name admin_stamp                which version of the extension has written here
INSERT INTO main.lore_migrations(subsystem, version, name, checksum, applied_at)
SELECT 'lore', :number, :title, '', :at
 WHERE NOT EXISTS (SELECT 1 FROM main.lore_migrations WHERE subsystem = 'lore' AND version = :number AND name = :title)
ON CONFLICT (subsystem, version) DO UPDATE SET name = excluded.name, applied_at = excluded.applied_at
WHERE name <> excluded.name;

-- :name admin_taken                a table that was there before us, and is not ours to drop
SELECT count(*) FROM main.lore_migrations WHERE subsystem = 'taken' AND name = :name;

-- :name admin_take
INSERT INTO main.lore_migrations(subsystem, version, name, checksum, applied_at)
SELECT 'taken', (SELECT coalesce(max(version), 0) + 1 FROM main.lore_migrations WHERE subsystem = 'taken'), :name, '', :at
 WHERE NOT EXISTS (SELECT 1 FROM main.lore_migrations WHERE subsystem = 'taken' AND name = :name);

-- :name admin_newest_file
SELECT coalesce(max(version), -1) FROM main.lore_migrations WHERE subsystem = 'lore';

-- :name admin_migration_rows
SELECT checksum, applied_at FROM main.lore_migrations WHERE subsystem = :module AND version = :number;

-- :name admin_savepoint
SAVEPOINT lore;

-- :name admin_release
RELEASE lore;

-- :name admin_rollback_to
ROLLBACK TO lore;

-- :name admin_begin
BEGIN IMMEDIATE;

-- :name admin_commit
COMMIT;

-- :name admin_rollback
ROLLBACK;

-- :name admin_hiding               tables and views, of any schema, that bear one of our names, and what ends it
-- :vtab
SELECT schema || '.' || name, name,
       CASE type WHEN 'view' THEN 'DROP VIEW "' || replace(schema, '"', '""') || '"."' || replace(name, '"', '""') || '"'
            ELSE 'ALTER TABLE "' || replace(schema, '"', '""') || '"."' || replace(name, '"', '""')
                 || '" RENAME TO "' || replace(name, '"', '""') || '_renamed"' END
  FROM pragma_table_list WHERE type <> 'shadow' AND instr(:names, '|' || lower(name) || '|') > 0;

-- :name admin_object               what main has of that name
SELECT type, tbl_name FROM main.sqlite_schema WHERE name = :name COLLATE NOCASE;

-- :name admin_made                 objects that the scratch database has gained
SELECT type, name, tbl_name FROM main.sqlite_schema
 WHERE rowid > ?1 AND name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY rowid;

-- :name admin_last_object
SELECT coalesce(max(rowid), 0) FROM main.sqlite_schema;

-- :name admin_tables               tables and views of the scratch database, one text
SELECT coalesce(group_concat(type || ' ' || name, '|'), '') || '|' FROM (
  SELECT type, name FROM main.sqlite_schema WHERE type IN ('table', 'view') ORDER BY rowid);

-- :name admin_columns              of a table of the scratch database; how one is added, with a default that is a literal
-- :vtab
SELECT name, type, pk,
       type || CASE WHEN dflt_value GLOB '[''0-9+-]*'
                    THEN CASE WHEN "notnull" THEN ' NOT NULL' ELSE '' END || ' DEFAULT ' || dflt_value ELSE '' END
  FROM pragma_table_xinfo(?1);

-- :name admin_unique_keys          of a table of the scratch database, each as a list of columns
-- :vtab
SELECT (SELECT group_concat(name, ', ') FROM (SELECT name FROM pragma_index_info(list.name) ORDER BY seqno))
  FROM pragma_index_list(?1) AS list WHERE list.origin = 'u';

-- :name admin_column_problem       NULL when main's table has this column as it is given; a tenant's table may have id alone as its key
-- :vtab
SELECT CASE
    WHEN (SELECT count(*) FROM pragma_table_xinfo(:name, 'main') WHERE name = :column COLLATE NOCASE) = 0
    THEN :name || ' lacks column ' || :column
    ELSE (SELECT :name || '.' || :column || ' is ' || coalesce(nullif(type, ''), 'untyped')
                 || CASE WHEN pk > 0 THEN ' PRIMARY KEY' ELSE '' END
                 || ', not ' || :type || CASE WHEN :pk > 0 THEN ' PRIMARY KEY' ELSE '' END
            FROM pragma_table_xinfo(:name, 'main')
           WHERE name = :column COLLATE NOCASE
             AND (type <> :type COLLATE NOCASE OR ((pk > 0) <> (:pk > 0) AND (:column <> 'tenant_id' OR pk > 0))))
  END;

-- :name admin_has_column
-- :vtab
SELECT count(*) FROM pragma_table_xinfo(:name, 'main') WHERE name = :column COLLATE NOCASE;

-- :name admin_demanding_column     a column that is not ours and that our inserts would leave NULL
-- :vtab
SELECT name FROM pragma_table_xinfo(:name, 'main')
 WHERE "notnull" AND dflt_value IS NULL AND pk = 0 AND hidden = 0 AND instr(:columns, '|' || lower(name) || '|') = 0 LIMIT 1;

-- :name admin_lacks_rowid        1: a table WITHOUT ROWID
-- :vtab
SELECT wr FROM pragma_table_list WHERE schema = 'main' AND name = :name COLLATE NOCASE;

-- :name admin_has_unique_key
-- :vtab
SELECT count(*) FROM pragma_index_list(:name, 'main') AS list
 WHERE list."unique" AND NOT list.partial
   AND (SELECT group_concat(name, ', ') FROM (SELECT name FROM pragma_index_info(list.name, 'main') ORDER BY seqno))
       = :columns COLLATE NOCASE;

-- :name admin_usage_read           as lore_help shows it: name, arguments
SELECT * FROM %w(%s)

-- :name admin_usage_call
SELECT %w(%s)

-- :name admin_count_template       rows of a table named by a migration
SELECT count(*) FROM main."%w";

-- :name admin_setting_put
INSERT INTO main.lore_settings(name, value) VALUES (:name, :value)
ON CONFLICT (name) DO UPDATE SET value = excluded.value;

-- :name admin_setting_drop
DELETE FROM main.lore_settings WHERE name = :name;

-- :name admin_index_exists
SELECT count(*) FROM main.sqlite_schema WHERE type = 'index' AND name = :index_name;

-- :name admin_index_template     of the rows that have the path: so it is used also where few do, whatever ANALYZE says
CREATE INDEX main."%w" ON "%w"(json_extract("%w", %Q)) WHERE json_extract("%w", %Q) IS NOT NULL;

-- :name admin_led_index_template
CREATE INDEX main."%w" ON "%w"("%w", json_extract("%w", %Q)) WHERE json_extract("%w", %Q) IS NOT NULL;

-- :name admin_pages                of the file
-- :vtab
SELECT pages, size, free, pages*size
  FROM (SELECT (SELECT page_count FROM pragma_page_count) AS pages, (SELECT page_size FROM pragma_page_size) AS size,
               (SELECT freelist_count FROM pragma_freelist_count) AS free);

-- :name admin_free_percent         NULL for a file without pages
-- :vtab
SELECT (SELECT freelist_count FROM pragma_freelist_count)*100/nullif((SELECT page_count FROM pragma_page_count), 0);

-- :name admin_app_rows             migrations of the application's own
SELECT version, name, subsystem, 'applied', applied_at, checksum FROM main.lore_migrations WHERE subsystem = 'app' ORDER BY version;

-- :name admin_own_tables           that the file has
SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name = :name;

-- ---- export and import ----

-- :name admin_hold                 stepped once, it keeps the file as it is for this connection
SELECT 1 FROM main.sqlite_schema UNION ALL SELECT 2;

-- :name admin_column_count         of columns that are stored
-- :vtab
SELECT count(*) FROM pragma_table_xinfo(:table, 'main') WHERE hidden = 0;

-- :name admin_stored_columns
-- :vtab
SELECT name FROM pragma_table_xinfo(:table, 'main') WHERE hidden = 0 ORDER BY cid;

-- :name admin_key_columns          of the primary key, in its order
-- :vtab
SELECT name FROM pragma_table_xinfo(:table, 'main') WHERE pk > 0 ORDER BY pk;

-- :name admin_newest_applied       of each subsystem
SELECT subsystem, max(version) FROM main.lore_migrations WHERE subsystem NOT IN ('lore', 'taken', 'app') GROUP BY subsystem ORDER BY subsystem;

-- :name admin_has_sequences
SELECT count(*) FROM main.sqlite_schema WHERE name = 'sqlite_sequence';

-- :name admin_sequences
SELECT name, seq FROM main.sqlite_sequence ORDER BY name;

-- :name admin_rows_template        columns, table, order
SELECT %s FROM main."%w" ORDER BY %s;

-- :name admin_has_stored_column
-- :vtab
SELECT count(*) FROM pragma_table_xinfo(:table, 'main') WHERE name = :column AND hidden = 0;

-- :name admin_is_key_column
-- :vtab
SELECT count(*) FROM pragma_table_xinfo(:table, 'main') WHERE name = :column AND pk > 0;

-- :name admin_add_template         table, columns, parameters
INSERT INTO main."%w"(%s) VALUES (%s);

-- :name admin_skip_template
INSERT INTO main."%w"(%s) VALUES (%s) ON CONFLICT DO NOTHING;

-- :name admin_merge_template       and the key, the other columns, their new values, theirs of before, the new ones again
INSERT INTO main."%w"(%s) VALUES (%s)
ON CONFLICT (%s) DO UPDATE SET (%s) = (%s) WHERE (%s) IS NOT (%s);

-- :name admin_empty_template
DELETE FROM main."%w";

-- :name admin_has_triggers         of the file
SELECT count(*) FROM main.sqlite_schema WHERE type = 'trigger' AND tbl_name = :table COLLATE NOCASE;

-- :name admin_sequence_set         what AUTOINCREMENT has reached
UPDATE main.sqlite_sequence SET seq = CASE WHEN :exactly THEN :number ELSE max(seq, :number) END WHERE name = :table;

-- :name admin_sequence_add
INSERT INTO main.sqlite_sequence(name, seq) VALUES (:table, :number);

-- ---- the database in which lines wait for their trailer ----

-- :name admin_waiting_begin_template
PRAGMA journal_mode = OFF;
BEGIN;
CREATE TABLE main."%w"(number INTEGER PRIMARY KEY, line TEXT NOT NULL);

-- :name admin_waiting_put_template
INSERT INTO main."%w"(number, line) VALUES (?1, ?2);

-- :name admin_waiting_lines_template
SELECT number, line FROM main."%w" ORDER BY number;

-- ---- validation ----

-- :name admin_all_made             objects that the scratch database has gained, with their definitions
SELECT type, name, tbl_name, sql FROM main.sqlite_schema
 WHERE rowid > ?1 AND name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY rowid;

-- :name admin_definition           what main has of that name
SELECT type, sql FROM main.sqlite_schema WHERE name = :name COLLATE NOCASE;

-- :name admin_table_width          columns of a table
-- :vtab
SELECT count(*) FROM pragma_table_xinfo(:name, 'main');

-- :name admin_index_columns
-- :vtab
SELECT group_concat(coalesce(name, ''), ', ') FROM (SELECT name FROM pragma_index_info(:index_name, 'main') ORDER BY seqno);

-- :name admin_setting_rows         what is set, and the SQL that takes it back
SELECT name, value, 'DELETE FROM main.lore_settings WHERE name = ' || quote(name) FROM main.lore_settings;

-- :name admin_other_times_template column, table, column; and the SQL that mends it
SELECT count(*), quote(min("%w")), 'SELECT lore_adopt(''apply'')' FROM main."%w" WHERE "%w" NOT GLOB '????-??-??T??:??:??.???Z';

-- ---- adoption ----

-- :name admin_unique_indexes       of a table of the scratch database that are of all its rows: their columns
-- :vtab
SELECT (SELECT group_concat(name, ', ') FROM (SELECT name FROM pragma_index_info(list.name) ORDER BY seqno))
  FROM pragma_index_list(?1) AS list WHERE list."unique" AND list.origin = 'c' AND NOT list.partial;

-- :name admin_shared_template      columns, table, columns three times: values that more than one row has, none of them NULL
SELECT count(*) FROM (SELECT count(*) AS rows_of_it, %s FROM main."%w" GROUP BY %s) WHERE rows_of_it > 1 AND (%s) = (%s);

-- :name admin_add_column_template  table, column, type
ALTER TABLE main."%w" ADD COLUMN "%w" %s;

-- :name admin_times_template       column, table, column: a scan that an update does not move
SELECT rowid, "%w" FROM main."%w" NOT INDEXED WHERE "%w" NOT GLOB '????-??-??T??:??:??.???Z';

-- :name admin_time_values_template column, table, column
SELECT "%w" FROM main."%w" WHERE "%w" NOT GLOB '????-??-??T??:??:??.???Z';

-- :name admin_time_update_template table, column
UPDATE main."%w" SET "%w" = ?1 WHERE rowid = ?2;
