-- What the tables, views and triggers need of functions.

CREATE FUNCTION lore_version() RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT '0.1.0' $$;

-- This moment, in the one form that all times have.
CREATE FUNCTION lore_now() RETURNS text LANGUAGE sql STABLE AS
$$ SELECT to_char(statement_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') $$;

-- SQLite's julianday: days since the beginning of that calendar. NULL for what is no time; without a zone it is UTC.
CREATE FUNCTION lore_days(at text) RETURNS double precision LANGUAGE plpgsql STABLE STRICT AS $$
DECLARE
  zone text := CASE WHEN at ~ '(Z|[+-][0-9]{2}:[0-9]{2})$' THEN '' ELSE 'Z' END;
BEGIN
  IF at !~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?(Z|[+-][0-9]{2}:[0-9]{2})?)?$' THEN
    RETURN NULL;
  END IF;
  RETURN (trunc(extract(epoch FROM (at || zone)::timestamptz)*1000) + 210866760000000)::double precision/86400000;
EXCEPTION WHEN datetime_field_overflow THEN
  RETURN NULL;
END $$;

-- A text as JSON; NULL when it is none.
CREATE FUNCTION lore_json(document text) RETURNS json LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
  RETURN document::json;
EXCEPTION WHEN invalid_text_representation THEN
  RETURN NULL;
END $$;

-- A text as a JSON array; an empty one when it is none.
CREATE FUNCTION lore_array(document text) RETURNS json LANGUAGE sql IMMUTABLE AS
$$ SELECT CASE WHEN json_typeof(lore_json(document)) = 'array' THEN document::json ELSE '[]' END $$;
