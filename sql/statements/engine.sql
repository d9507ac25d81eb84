-- What the engine itself runs.

-- :name engine_connect        brings lore_connection into being
-- :vtab
SELECT 1 FROM main.lore_connection;

-- :name engine_frame           inserts nothing; its statement journal undoes a body that fails
-- :vtab
INSERT INTO main.lore_frame(lore_frame_body) SELECT NULL WHERE lore_body(?1);

-- :name engine_enlist         writes nothing, but lore_frame hears of this transaction's end
-- :vtab
INSERT INTO main.lore_frame(lore_frame_body) SELECT NULL WHERE 0;

-- :name engine_inner_frame     for a part of a body
-- :vtab
INSERT INTO main.lore_frame(lore_frame_body) SELECT NULL WHERE lore_body(?1);

-- :name engine_hold           opens a read transaction; or, prepared, tells SQLite of lost memory (call.c)
SELECT 1 FROM main.sqlite_schema LIMIT 1;

-- :name engine_schema         reads nothing, but is prepared anew when the schema has changed
SELECT 1 FROM main.sqlite_schema LIMIT 0;

-- :name engine_triggers       of the application, in the file: ours write nothing that a body could not undo
SELECT count(*) FROM main.sqlite_schema WHERE type = 'trigger' AND name NOT GLOB 'lore_on_*';

-- :name engine_temp_triggers
SELECT count(*) FROM temp.sqlite_schema WHERE type = 'trigger';

-- :name engine_tick           lets SQLite notice an interrupt
SELECT 1;

-- :name engine_loaded          names of all modules; the table of them would read the schema and wait for its lock
PRAGMA module_list;

-- :name engine_functions       names of all functions, likewise
PRAGMA function_list;

-- :name engine_version
SELECT lore_version();

-- :name engine_file_version   the newest major version that has written this file
SELECT name FROM main.lore_migrations WHERE subsystem = 'lore' ORDER BY version DESC LIMIT 1;

-- :name engine_has_migrations   ours, not somebody else's of that name
SELECT count(*) FROM main.sqlite_schema
 WHERE type = 'table' AND name = 'lore_migrations' AND sql GLOB '*subsystem*version*name*checksum*applied_at*';

-- :name engine_json_valid
SELECT json_valid(:json);

-- :name engine_path_valid     an error when it is no path
SELECT json_type('{}', :path);

-- :name engine_has_settings     ours, likewise: asked before a file is migrated too
SELECT count(*) FROM main.sqlite_schema WHERE type = 'table' AND name = 'lore_settings' AND sql GLOB '*name*value*';

-- :name engine_settings
SELECT name, value FROM main.lore_settings;

-- :name engine_hiding          a table or view, of any schema, that bears the name of one of ours
-- :vtab
SELECT schema || '.' || name FROM pragma_table_list WHERE name = :name COLLATE NOCASE AND type IN ('table', 'view') LIMIT 1;

-- :name engine_json_is_safe     for a schema that is not trusted: the flag SQLITE_INNOCUOUS
-- :vtab
SELECT count(*) FROM pragma_function_list WHERE name = 'json_extract' AND flags & 0x200000;

-- :name engine_schema_has_json
SELECT count(*) FROM main.sqlite_schema WHERE lower(sql) GLOB '*json_*' OR sql GLOB '*->*';

-- ---- Tables of which each tenant sees its own rows (filtered.c): %w is a name of a registered row, ?1 the tenant ----

-- :name filtered_rows            columns, table, tenant's column, conditions and order
SELECT %s FROM main."%w" WHERE "%w" = ?1%s

-- :name filtered_name
"%w"

-- :name filtered_value
?%d

-- :name filtered_equal
 AND "%w" = ?%d

-- :name filtered_is
 AND "%w" IS ?%d

-- :name filtered_more
 AND "%w" > ?%d

-- :name filtered_from
 AND "%w" >= ?%d

-- :name filtered_less
 AND "%w" < ?%d

-- :name filtered_to
 AND "%w" <= ?%d

-- :name filtered_first           order
 ORDER BY "%w"

-- :name filtered_then
, "%w"

-- :name filtered_down
 DESC

-- :name filtered_insert          names, values
INSERT INTO main."%w"("%w"%s) VALUES (?1%s)

-- :name filtered_update          what is set
UPDATE main."%w" SET %s WHERE "%w" = ?1 AND "id" = ?2

-- :name filtered_set
"%w" = ?%d

-- :name filtered_delete          conditions
DELETE FROM main."%w" WHERE "%w" = ?1%s
