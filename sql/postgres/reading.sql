-- lore_load: the lines of an export, which stand in a temporary table lore_lines(number, line), become rows; all of them, or none.
-- load.sql makes that table and fills it.
--
-- What a table holds already is never touched: only empty tables are filled. The line and the row that can't be taken are named.

-- An error of a load: which line, what is wrong.
CREATE FUNCTION lore_wrong(number bigint, what text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  RAISE 'lore_load: line %: %; nothing was loaded', number, what;
END $$;

-- The first line, which says what follows; an error when this is no export that can be taken here.
CREATE FUNCTION lore_load_header() RETURNS json LANGUAGE plpgsql AS $$
DECLARE
  header json := (SELECT lore_json(line) FROM lore_lines WHERE number = 1);
  newer text;
BEGIN
  IF json_typeof(header) IS DISTINCT FROM 'object' OR header -> 'lore_export' IS NULL
     OR json_typeof(header -> 'tables') IS DISTINCT FROM 'object' THEN
    PERFORM lore_wrong(1, 'this is no header of an export');
  ELSIF header ->> 'lore_export' <> '1' THEN
    PERFORM lore_wrong(1, format('the export has format %s, and not 1', header ->> 'lore_export'));
  ELSIF split_part(header ->> 'version', '.', 1)::integer > split_part(lore_version(), '.', 1)::integer THEN
    PERFORM lore_wrong(1, format('the export is of version %s, and here is %s', header ->> 'version', lore_version()));
  END IF;
  SELECT string_agg(format('%s has migration %s, and here is %s', m.key, m.value, coalesce(here.version, 0)), '; ') INTO newer
    FROM json_each_text(header -> 'migrations') AS m
    LEFT JOIN (SELECT subsystem, max(version) AS version FROM lore_migrations GROUP BY subsystem) AS here ON here.subsystem = m.key
   WHERE m.value::bigint > coalesce(here.version, 0);
  IF newer IS NOT NULL THEN
    PERFORM lore_wrong(1, format('the export is of a newer version, %s: %s', header ->> 'version', newer));
  END IF;
  PERFORM value::bigint FROM json_each_text(header -> 'sequences');
  RETURN header;
EXCEPTION WHEN data_exception THEN
  PERFORM lore_wrong(1, 'this is no header of an export: ' || SQLERRM);
END $$;

-- What the header says of the tables; an error for one that is not here, or not empty, or has other columns.
CREATE FUNCTION lore_load_tables(header json) RETURNS TABLE (name text, count bigint, columns text[]) LANGUAGE plpgsql AS $$
DECLARE
  strange text;
  is_filled boolean;
BEGIN
  FOR name, count, columns IN
    SELECT t.key, (t.value ->> 'rows')::bigint, ARRAY(SELECT json_array_elements_text(t.value -> 'columns'))
      FROM json_each(header -> 'tables') AS t
  LOOP
    IF NOT EXISTS (SELECT FROM lore_tables AS l WHERE l.name = lore_load_tables.name) THEN
      PERFORM lore_wrong(1, format('%s is no table of an export', name));
    END IF;
    SELECT column_name INTO strange FROM unnest(columns) AS column_name
     WHERE column_name NOT IN (SELECT c.name FROM lore_columns AS c WHERE c.table_name = lore_load_tables.name);
    IF strange IS NOT NULL THEN
      PERFORM lore_wrong(1, format('%1$s has no column %2$s here: ALTER TABLE %1$I ADD COLUMN %2$I text', name, strange));
    END IF;
    EXECUTE format('LOCK TABLE %I IN EXCLUSIVE MODE', name);
    EXECUTE format('SELECT EXISTS (SELECT FROM %I)', name) INTO is_filled;
    IF is_filled THEN
      PERFORM lore_wrong(1, format('%s has rows already', name));
    END IF;
    RETURN NEXT;
  END LOOP;
EXCEPTION WHEN data_exception THEN
  PERFORM lore_wrong(1, 'this is no header of an export: ' || SQLERRM);
END $$;

-- The last line must say how many there are.
CREATE FUNCTION lore_load_trailer() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  last bigint := (SELECT max(number) FROM lore_lines WHERE line <> '');
  trailer json := (SELECT lore_json(line) FROM lore_lines WHERE number = last);
  rows bigint := (SELECT count(*) - 2 FROM lore_lines WHERE line <> '');
BEGIN
  IF json_typeof(trailer) IS DISTINCT FROM 'object' OR trailer -> 'lore_export_end' IS NULL THEN
    PERFORM lore_wrong(last, 'the export ends here without its trailer: it was cut off');
  ELSIF trailer ->> 'rows' IS DISTINCT FROM rows::text THEN
    PERFORM lore_wrong(last, format('the trailer says %s rows, and %s came', trailer ->> 'rows', rows));
  END IF;
  DELETE FROM lore_lines WHERE number IN (1, last) OR line = '';
END $$;

-- Why a line is no object of JSON; NULL: it is one.
CREATE FUNCTION lore_load_problem(line text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM json_to_record(line::json) AS r("table" text, "row" json);
  RETURN NULL;
EXCEPTION WHEN OTHERS THEN
  RETURN SQLERRM;
END $$;

-- The lines as rows of lore_rows, by their tables; an error for one that is none.
CREATE FUNCTION lore_load_rows() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  wrong bigint;
BEGIN
  CREATE TEMP TABLE lore_rows ON COMMIT DROP AS
    SELECT number, r.table AS name, r.row FROM lore_lines, json_to_record(line::json) AS r("table" text, "row" json);
  CREATE INDEX ON lore_rows(name, number);
  ANALYZE lore_rows;
EXCEPTION WHEN data_exception THEN
  SELECT min(number) INTO wrong FROM lore_lines WHERE lore_load_problem(line) IS NOT NULL;
  PERFORM lore_wrong(wrong, 'this is no JSON object: ' || lore_load_problem(line)) FROM lore_lines WHERE number = wrong;
  RAISE;
END $$;

-- An error for a row of a table that the header does not list, or with other columns than it says.
CREATE FUNCTION lore_load_check() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  wrong record;
BEGIN
  SELECT l.number, l.name AS said, l.row, t.name INTO wrong
    FROM lore_rows AS l LEFT JOIN lore_loading AS t ON t.name = l.name
   WHERE t.name IS NULL
      OR CASE WHEN json_typeof(l.row) = 'object' THEN ARRAY(SELECT json_object_keys(l.row)) <> t.columns ELSE true END
   ORDER BY l.number LIMIT 1;
  IF NOT FOUND THEN
    RETURN;
  ELSIF wrong.said IS NULL OR json_typeof(wrong.row) IS DISTINCT FROM 'object' THEN
    PERFORM lore_wrong(wrong.number, 'this is no row of an export');
  ELSIF wrong.name IS NULL THEN
    PERFORM lore_wrong(wrong.number, format('the header does not list the table %s', wrong.said));
  END IF;
  PERFORM lore_wrong(wrong.number, format('%s must have the columns that the header lists, in that order', wrong.name));
END $$;

-- The INSERT of one table's rows, of which `which` says more.
CREATE FUNCTION lore_load_statement(of_table text, columns text[], which text) RETURNS text LANGUAGE sql AS $$
  SELECT format('INSERT INTO %I(%s) SELECT %s FROM lore_rows AS l, json_to_record(l.row) AS r(%s) WHERE l.name = %L %s', of_table,
                string_agg(quote_ident(c.name), ', ' ORDER BY given.place), string_agg(c.reads, ', ' ORDER BY given.place),
                string_agg(quote_ident(c.name) || ' json', ', ' ORDER BY given.place), of_table, which)
    FROM unnest(columns) WITH ORDINALITY AS given(name, place)
    JOIN lore_columns AS c ON c.table_name = of_table AND c.name = given.name
$$;

-- Finds the row for which a table's INSERT has failed: they are stored one by one until one can't be.
CREATE FUNCTION lore_load_blame(of_table text, columns text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  statement text := lore_load_statement(of_table, columns, 'AND l.number = $1');
  keys text[] := ARRAY(SELECT c.name FROM lore_columns AS c WHERE c.table_name = of_table AND c.key IS NOT NULL ORDER BY c.key);
  row record;
  detail text;
BEGIN
  FOR row IN SELECT l.number, l.row AS data FROM lore_rows AS l WHERE l.name = of_table ORDER BY l.number LOOP
    BEGIN
      EXECUTE statement USING row.number;
    EXCEPTION WHEN OTHERS THEN
      GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
      PERFORM lore_wrong(row.number, format('%s of %s: %s%s', of_table,
        (SELECT string_agg(key || ' ' || coalesce(row.data ->> key, 'NULL'), ', ') FROM unnest(keys) AS key), SQLERRM,
        CASE WHEN detail LIKE 'Key %' THEN '. ' || rtrim(detail, '.') ELSE '' END));
    END;
  END LOOP;
END $$;

-- Stores a table's rows. Triggers do not run: what they make of a row is in the export too.
CREATE FUNCTION lore_load_table(of_table text, expected bigint, columns text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  stored bigint;
BEGIN
  EXECUTE format('ALTER TABLE %I DISABLE TRIGGER USER', of_table);
  BEGIN
    EXECUTE lore_load_statement(of_table, columns, 'ORDER BY l.number');
    GET DIAGNOSTICS stored = ROW_COUNT;
  EXCEPTION WHEN OTHERS THEN
    PERFORM lore_load_blame(of_table, columns);
    RAISE;
  END;
  EXECUTE format('ALTER TABLE %I ENABLE TRIGGER USER', of_table);
  IF stored IS DISTINCT FROM expected THEN
    PERFORM lore_wrong(1, format('the header says that %s has %s rows, and %s came', of_table,
                                 coalesce(expected::text, 'no number of'), stored));
  END IF;
END $$;

-- New rows get numbers above all that there are, or ever were where an id is never given twice.
CREATE FUNCTION lore_load_sequences(sequences json) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  id record;
  reached bigint;
BEGIN
  FOR id IN SELECT c.table_name, c.name, pg_get_serial_sequence(quote_ident(c.table_name), c.name) AS sequence
              FROM lore_columns AS c JOIN lore_loading AS t ON t.name = c.table_name WHERE c.is_identity
  LOOP
    EXECUTE format('SELECT greatest(max(%I), $1) FROM %I', id.name, id.table_name) INTO reached
      USING (sequences ->> id.table_name)::bigint;
    IF reached >= 1 THEN
      PERFORM setval(id.sequence, reached);
    END IF;
  END LOOP;
END $$;

-- Result: each table of the export that has rows, and how many.
CREATE FUNCTION lore_load() RETURNS TABLE (table_name text, rows bigint) LANGUAGE plpgsql AS $$
DECLARE
  header json := lore_load_header();
  next record;
BEGIN
  CREATE TEMP TABLE lore_loading ON COMMIT DROP AS SELECT * FROM lore_load_tables(header) WITH ORDINALITY;
  PERFORM lore_load_trailer();
  PERFORM lore_load_rows();
  PERFORM lore_load_check();
  FOR next IN SELECT * FROM lore_loading ORDER BY ordinality LOOP
    PERFORM lore_load_table(next.name, next.count, next.columns);
  END LOOP;
  PERFORM lore_load_sequences(header -> 'sequences');
  RETURN QUERY SELECT t.name, t.count FROM lore_loading AS t WHERE t.count > 0 ORDER BY t.ordinality;
END $$;
