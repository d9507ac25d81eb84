-- lore_export: all rows as lines, which lore_import and lore_load read, byte for byte as the extension writes them; but not the
-- trailer, whose checksum is made outside of PostgreSQL, which has no BLAKE2b of 128 bits. export.sql writes all of it.

-- A JSON object of parts that are JSON members already.
CREATE FUNCTION lore_members(members text[]) RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT '{' || array_to_string(members, ',') || '}' $$;

CREATE FUNCTION lore_export_table(of_table text) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
  rows bigint;
BEGIN
  EXECUTE format('SELECT count(*) FROM %I', of_table) INTO rows;
  RETURN format('%s:{"rows":%s,"columns":[%s]}', to_json(of_table), rows,
    (SELECT string_agg(to_json(c.name)::text, ',' ORDER BY c.position) FROM lore_columns AS c WHERE c.table_name = of_table));
END $$;

-- What the ids have reached that are never given twice.
CREATE FUNCTION lore_export_sequence(of_table text) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
  reached bigint;
BEGIN
  EXECUTE format('SELECT last_value FROM %s WHERE is_called',
    (SELECT pg_get_serial_sequence(quote_ident(of_table), c.name) FROM lore_columns AS c
      WHERE c.table_name = of_table AND c.is_identity)) INTO reached;
  RETURN to_json(of_table) || ':' || reached;
END $$;

CREATE FUNCTION lore_export_header(of_subsystem text) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT format('{"lore_export":1,"version":%s,"migrations":%s,"tables":%s,"sequences":%s}', to_json(lore_version()),
    lore_members(ARRAY(SELECT to_json(subsystem) || ':' || max(version) FROM lore_migrations
                        WHERE subsystem NOT IN ('lore', 'taken', 'app') GROUP BY subsystem ORDER BY subsystem)),
    lore_members(ARRAY(SELECT lore_export_table(name) FROM lore_tables
                        WHERE of_subsystem IS NULL OR subsystem = of_subsystem ORDER BY position)),
    lore_members(array_remove(ARRAY(SELECT lore_export_sequence(name) FROM lore_tables
                                     WHERE counts AND (of_subsystem IS NULL OR subsystem = of_subsystem) ORDER BY name), NULL)))
$$;

-- A SELECT that makes the lines of a table, in the order of its primary key.
CREATE FUNCTION lore_export_statement(of_table text) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT format('SELECT %L || %s || ''}}'' FROM %I ORDER BY %s', '{"table":' || to_json(of_table) || ',"row":{',
                string_agg(format('%L || coalesce(%s, ''null'')', to_json(c.name) || ':', c.writes), ' || '','' || '
                           ORDER BY c.position),
                of_table, string_agg(quote_ident(c.name), ', ' ORDER BY c.key) FILTER (WHERE c.key IS NOT NULL))
    FROM lore_columns AS c WHERE c.table_name = of_table
$$;

-- The header and the rows of one subsystem, or of all.
CREATE FUNCTION lore_export(of_subsystem text DEFAULT NULL) RETURNS TABLE (line text) LANGUAGE plpgsql STABLE AS $$
DECLARE
  next record;
BEGIN
  IF of_subsystem NOT IN (SELECT subsystem FROM lore_tables) THEN
    RAISE 'lore_export: there is no subsystem %', quote_literal(of_subsystem);
  END IF;
  RETURN QUERY SELECT lore_export_header(of_subsystem);
  FOR next IN SELECT name FROM lore_tables WHERE of_subsystem IS NULL OR subsystem = of_subsystem ORDER BY position LOOP
    RETURN QUERY EXECUTE lore_export_statement(next.name);
  END LOOP;
END $$;

-- The trailer of so many lines with that checksum.
CREATE FUNCTION lore_export_trailer(lines bigint, checksum text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  IF checksum !~ '^[0-9a-f]{32}$' THEN
    RAISE 'export.sql: there is no checksum: it needs b2sum of the GNU core utilities';
  END IF;
  RETURN format('{"lore_export_end":1,"rows":%s,"checksum":"%s"}', lines - 1, checksum);
END $$;
