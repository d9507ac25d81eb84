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

-- :name engine_has_settings
SELECT count(*) FROM main.sqlite_schema WHERE name = 'lore_settings';

-- :name engine_settings
SELECT name, value FROM main.lore_settings;
