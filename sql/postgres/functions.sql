-- What the tables, views and triggers need of functions.

CREATE FUNCTION lore_version() RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT '0.1.0' $$;

-- A moment in the one form that all times have.
CREATE FUNCTION lore_moment(at timestamptz) RETURNS text LANGUAGE sql STABLE AS
$$ SELECT to_char(date_trunc('milliseconds', at) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') $$;

CREATE FUNCTION lore_now() RETURNS text LANGUAGE sql STABLE AS $$ SELECT lore_moment(statement_timestamp()) $$;

-- A text in one of the forms of ISO 8601 as a time, without a zone in UTC; NULL when it is none.
CREATE FUNCTION lore_time(at text) RETURNS timestamptz LANGUAGE plpgsql STABLE STRICT AS $$
DECLARE
  zone text := CASE WHEN at ~ '(Z|[+-][0-9]{2}:[0-9]{2})$' THEN '' ELSE 'Z' END;
BEGIN
  IF at ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?(Z|[+-][0-9]{2}:[0-9]{2})?)?$' THEN
    RETURN (at || zone)::timestamptz;
  END IF;
  RETURN NULL;
EXCEPTION WHEN datetime_field_overflow OR invalid_time_zone_displacement_value THEN
  RETURN NULL;
END $$;

-- SQLite's julianday: days since the beginning of that calendar, as a double; NULL for what is no time.
CREATE FUNCTION lore_days(at text) RETURNS double precision LANGUAGE sql STABLE AS
$$ SELECT (trunc(extract(epoch FROM lore_time(at))*1000) + 210866760000000)::double precision/86400000 $$;

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
