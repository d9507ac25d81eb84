-- The values of an export's lines (ext/admin/lines.h): as JSON into columns, and back, exactly.
--
--   bigint            12
--   double precision  0.5, 1.0, -0.0, 1e+300: always with a point or an exponent; {"real":"Infinity"}, {"real":"-Infinity"}
--   numeric           as the one or the other: a column that holds both
--   text              "..."; what has a NUL in it or is no UTF-8 comes as {"text":"<hexadecimal>"}, which no text here can be
--   bytea             {"blob":"<hexadecimal>"}

-- Which tables an export has, in the order in which they can be filled; counts: an id is never given twice (AUTOINCREMENT).
CREATE VIEW lore_tables AS
SELECT subsystem, name, row_number() OVER (ORDER BY subsystem, number) AS position,
       name IN ('graph_approvals', 'intelligence_events', 'work_log') AS counts
  FROM (VALUES
    ('admin', 'lore_settings'),
    ('audit', 'audit_database audit_log audit_keys audit_checkpoints audit_prunes'),
    ('graph', 'graph_nodes graph_history graph_edges graph_approvals authorities'),
    ('keys', 'key_groups key_log'),
    ('lifecycle', 'signal_state signal_transitions signal_rules signal_mutes signal_detections signal_cycles signal_state_events'
                  ' signal_state_before'),
    ('metrics', 'correlations metric_series metric_tags metric_recent metric_chunks metric_tiers metric_rollups metric_dirty'
                ' metric_coverage'),
    ('patterns', 'pattern_rules_custom operation_patterns pattern_occurrences workflow_history'),
    ('report', 'lore_reports'),
    ('signals', 'signals signal_processing suppression_cache signal_log signal_ingest_log signal_weights'),
    ('snapshots', 'pattern_snapshots cost_snapshots pattern_snapshot_entities intelligence_events intelligence_events_archive'),
    ('tenants', 'agent_clones insights goals autonomous_actions alert_feedback interactions alerts tenant_accounts'
                ' persona_previews customer_summaries guardrail_rules geographic_profiles'),
    ('vault', 'vault_database vault_keys secrets secret_access_log'),
    ('work', 'tasks thoughts work_log')) AS list(subsystem, names), string_to_table(names, ' ') WITH ORDINALITY AS n(name, number);

-- ---- A value of a line into a column. `what` names the column, for the message ----

CREATE FUNCTION lore_refuse(what text, wanted text, value json) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  IF wanted = 'text' AND json_typeof(value) = 'object' AND value ->> 'text' IS NOT NULL THEN
    RAISE '% has a NUL or is no UTF-8, which PostgreSQL can''t store as text: %', what, left(value ->> 'text', 60)
      USING ERRCODE = 'data_exception';
  END IF;
  RAISE '% must be %, and is %', what, wanted, left(value::text, 60) USING ERRCODE = 'data_exception';
END $$;

CREATE FUNCTION lore_read_text(value json, what text) RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT CASE WHEN value IS NULL OR json_typeof(value) = 'string' THEN value #>> '{}' ELSE lore_refuse(what, 'text', value) END $$;

CREATE FUNCTION lore_read_blob(value json, what text) RETURNS bytea LANGUAGE sql IMMUTABLE AS
$$ SELECT CASE WHEN value IS NULL THEN NULL WHEN json_typeof(value) = 'object' AND value ->> 'blob' IS NOT NULL
               THEN decode(value ->> 'blob', 'hex') ELSE lore_refuse(what, 'a blob', value)::bytea END $$;

CREATE FUNCTION lore_read_integer(value json, what text) RETURNS bigint LANGUAGE sql IMMUTABLE AS
$$ SELECT CASE WHEN value IS NULL OR (json_typeof(value) = 'number' AND value::text !~ '[.eE]') THEN value::text::bigint
               ELSE lore_refuse(what, 'an integer', value)::bigint END $$;

-- A double has room for whole numbers of 53 bits.
CREATE FUNCTION lore_read_real(value json, what text) RETURNS double precision LANGUAGE sql IMMUTABLE AS
$$ SELECT CASE WHEN value IS NULL OR (json_typeof(value) = 'number' AND (value::text ~ '[.eE]' OR length(value::text) < 16))
               THEN value::text::double precision
               WHEN json_typeof(value) = 'object' AND value ->> 'real' IN ('Infinity', '-Infinity')
               THEN (value ->> 'real')::double precision
               ELSE lore_refuse(what, 'a real number', value)::double precision END $$;

-- Adding 0.0 gives a real number a digit after its point, by which lore_line_number knows it.
CREATE FUNCTION lore_read_number(value json, what text) RETURNS numeric LANGUAGE sql IMMUTABLE AS
$$ SELECT CASE WHEN value IS NULL OR (json_typeof(value) = 'number' AND value::text !~ '[.eE]') THEN value::text::numeric
               WHEN json_typeof(value) = 'number' THEN value::text::numeric + 0.0
               WHEN json_typeof(value) = 'object' AND value ->> 'real' IN ('Infinity', '-Infinity') THEN (value ->> 'real')::numeric
               ELSE lore_refuse(what, 'a number', value)::numeric END $$;

-- ---- A column into a value of a line ----

-- JSON has many ways to write a control character: this is the one of ext/engine/buffer.c.
CREATE FUNCTION lore_line_controls(value text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
  value := replace(replace(value, '\', '\\'), '"', '\"');
  FOR code IN 1..31 LOOP
    value := replace(value, chr(code), '\u00' || lpad(to_hex(code), 2, '0'));
  END LOOP;
  RETURN '"' || value || '"';
END $$;

CREATE FUNCTION lore_line_text(value text) RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT CASE WHEN value ~ '[\x01-\x1f]' THEN lore_line_controls(value) ELSE to_json(value)::text END $$;

-- All decimal digits of a finite double: it is 0.<digits> × 10^places.
CREATE FUNCTION lore_digits(value double precision, OUT digits numeric, OUT places integer) LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  bits bigint := ('x' || encode(float8send(abs(value)), 'hex'))::bit(64)::bigint;
  exponent integer := greatest((bits >> 52)::integer, 1) - 1075;
BEGIN
  digits := bits & 4503599627370495;
  IF bits >> 52 > 0 THEN
    digits := digits + 4503599627370496;
  END IF;
  digits := trunc(digits*power(CASE WHEN exponent < 0 THEN 5 ELSE 2 END::numeric, abs(exponent)));
  places := length(digits::text) + least(exponent, 0);
END $$;

-- Digits with their point, or with an exponent, as printf's %.<many>g has them, but 1.0 for 1.
CREATE FUNCTION lore_point(digits text, places integer, many integer) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  IF places < -3 OR places > many THEN
    RETURN rtrim(rtrim(left(digits, 1) || '.' || substr(digits, 2), '0'), '.')
           || CASE WHEN places > 0 THEN 'e+' ELSE 'e-' END || to_char(abs(places - 1), 'FM900');
  ELSIF places <= 0 THEN
    RETURN '0.' || repeat('0', -places) || rtrim(digits, '0');
  END IF;
  RETURN left(digits, places) || '.' || coalesce(nullif(rtrim(substr(digits, places + 1), '0'), ''), '0');
END $$;

-- A finite double with so many digits, 16 or 17: the nearest ones, and of two as near the even one.
CREATE FUNCTION lore_printf(value double precision, many integer) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  exact record := lore_digits(value);
  cut numeric := power(10::numeric, greatest(length(exact.digits::text) - many, 0));
  digits numeric := div(exact.digits, cut);
  rest numeric := mod(exact.digits, cut)*2;
BEGIN
  IF rest > cut OR (rest = cut AND mod(digits, 2) = 1) THEN
    digits := digits + 1;
  END IF;
  IF digits = power(10::numeric, many) THEN
    exact.places := exact.places + 1;
  END IF;
  RETURN CASE WHEN value < 0 THEN '-' ELSE '' END || lore_point(rpad(left(digits::text, many), many, '0'), exact.places, many);
END $$;

-- Whether digits are that number; those of the largest ones may be beyond all of them.
CREATE FUNCTION lore_is(digits text, value double precision) RETURNS boolean LANGUAGE sql IMMUTABLE AS
$$ SELECT CASE WHEN abs(value) > 1.79e308 AND abs(digits::numeric) >= 1.7976931348623158e308 THEN false
               ELSE digits::double precision = value END $$;

-- The shortest of 15 to 17 digits that is the same number again. Without extra digits PostgreSQL writes %.15g.
CREATE FUNCTION lore_line_double(value double precision) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT
SET extra_float_digits = 0 AS $$
DECLARE
  digits text := value;
BEGIN
  IF digits LIKE '%Infinity' THEN
    RETURN '{"real":"' || digits || '"}';
  ELSIF NOT lore_is(digits, value) THEN
    digits := lore_printf(value, 16);
    RETURN CASE WHEN lore_is(digits, value) THEN digits ELSE lore_printf(value, 17) END;
  END IF;
  RETURN CASE WHEN digits ~ '[.e]' THEN digits ELSE digits || '.0' END;
END $$;

-- Most numbers are short: those PostgreSQL writes alike.
CREATE FUNCTION lore_line_real(value double precision) RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT CASE WHEN value::text ~ '^-?[0-9]{1,7}[.][0-9]{1,7}$' THEN value::text
               WHEN value::text ~ '^-?[0-9]{1,15}$' THEN value::text || '.0' ELSE lore_line_double(value) END $$;

CREATE FUNCTION lore_line_number(value numeric) RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT CASE WHEN scale(value) = 0 THEN value::text ELSE lore_line_double(value::double precision) END $$;

-- ---- The columns that a line has, in their order, with how they are read and written ----

-- key: its place in the primary key. A column that somebody has given another type is read and written as text.
CREATE VIEW lore_columns AS
SELECT t.name AS table_name, a.attname::text AS name, a.attnum AS position, array_position(k.conkey, a.attnum) AS key,
       a.attidentity <> '' AS is_identity,
       format(CASE a.atttypid::regtype::text WHEN 'bigint' THEN 'lore_read_integer(r.%1$I, %2$L)'
                                             WHEN 'double precision' THEN 'lore_read_real(r.%1$I, %2$L)'
                                             WHEN 'numeric' THEN 'lore_read_number(r.%1$I, %2$L)'
                                             WHEN 'bytea' THEN 'lore_read_blob(r.%1$I, %2$L)'
                                             WHEN 'text' THEN 'lore_read_text(r.%1$I, %2$L)'
                                             ELSE 'lore_read_text(r.%1$I, %2$L)::%3$s' END,
              a.attname, t.name || '.' || a.attname, a.atttypid::regtype) AS reads,
       format(CASE a.atttypid::regtype::text WHEN 'bigint' THEN '%1$I::text'
                                             WHEN 'double precision' THEN 'lore_line_real(%1$I)'
                                             WHEN 'numeric' THEN 'lore_line_number(%1$I)'
                                             WHEN 'bytea' THEN '''{"blob":"'' || encode(%1$I, ''hex'') || ''"}'''
                                             WHEN 'text' THEN 'lore_line_text(%1$I)'
                                             ELSE 'lore_line_text(%1$I::text)' END, a.attname) AS writes
  FROM lore_tables AS t
  JOIN pg_attribute AS a ON a.attrelid = to_regclass(quote_ident(t.name)) AND a.attnum > 0 AND NOT a.attisdropped
                        AND a.attgenerated = ''
  LEFT JOIN pg_constraint AS k ON k.conrelid = a.attrelid AND k.contype = 'p';
