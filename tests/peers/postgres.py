"""sql/postgres.sql in PostgreSQL: the same tables, and the same checks as SQLite's. `make test-postgres`.

Names and shapes are compared by the catalogs of both. What a constraint or a default means is compared by trying: the same values
are written into the same rows on both sides, and both must take or refuse them.
"""
import functools
import re
import sqlite3

import pytest

from postgres_server import database, export_of, full, migrated, refused, server  # noqa: F401
from support import ROOT, Database
from test_postgres import NOT_THERE, NUMBERS, TYPES

TABLES = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"


@pytest.fixture(scope="module")
def lite():
    db = migrated()
    yield db
    db.close()


# ---- Shapes ----

@functools.lru_cache(None)
def columns_of_lite(db, table):
    """Name, type, NOT NULL, default, place in the primary key, is it computed."""
    found = []
    is_rowid = "WITHOUT ROWID" not in db.value("SELECT sql FROM sqlite_schema WHERE name = ?", table)
    rows = db.run("SELECT name, type, \"notnull\", dflt_value, pk, hidden FROM pragma_table_xinfo(?) ORDER BY cid", table)
    for name, kind, must, default, key, hidden in rows:
        counts = kind == "INTEGER" and key and is_rowid and sum(row[4] > 0 for row in rows) == 1
        found.append((name, "numeric" if (table, name) in NUMBERS else TYPES[kind.replace(" GENERATED ALWAYS", "")],
                      bool(must or key), plain_default(default), key, bool(hidden), bool(counts)))
    return found


def plain_default(text):
    """Both write the same default in their own ways."""
    text = re.sub(r"::[a-z ]+", "", text or "").strip("()")
    return "now" if "strftime" in text or "lore_now" in text else str(float(text)) if re.fullmatch(r"-?[\d.]+", text) else text


COLUMNS = """
SELECT a.attname, format_type(a.atttypid, NULL), a.attnotnull, CASE a.attgenerated WHEN '' THEN pg_get_expr(d.adbin, d.adrelid) END,
       coalesce(array_position(k.conkey, a.attnum), 0), a.attgenerated <> '', a.attidentity <> ''
  FROM pg_attribute AS a LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  LEFT JOIN pg_constraint AS k ON k.conrelid = a.attrelid AND k.contype = 'p'
 WHERE a.attrelid = '{}'::regclass AND a.attnum > 0 ORDER BY a.attnum"""

# One row at most, and its number is 1: that has a default.
SINGLE = {("audit_database", "one"), ("vault_database", "only")}


def test_every_column_is_the_same(server, lite):
    for table in lite.column(TABLES):
        theirs = [(name, kind, must == "t", plain_default(default), int(key), computed == "t", counts == "t")
                  for name, kind, must, default, key, computed, counts in server.rows("shipped", COLUMNS.format(table))]
        ours = [column if (table, column[0]) not in SINGLE else (*column[:3], "1.0", *column[4:6], False)
                for column in columns_of_lite(lite, table)]
        assert theirs == ours, table


INDEXES = """
SELECT c.relname, i.indisunique, i.indpred IS NOT NULL,
       (SELECT string_agg(coalesce(a.attname, '-') || CASE WHEN i.indoption[n - 1] & 1 = 1 THEN ' DESC' ELSE '' END, ',' ORDER BY n)
          FROM generate_series(1, i.indnkeyatts) AS n LEFT JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[n - 1]
               AND a.attnum > 0)
  FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid
 WHERE i.indrelid = '{}'::regclass AND NOT i.indisprimary AND c.relname LIKE 'idx%' ORDER BY 1"""

# Where theirs has an expression and SQLite a column: an entry there has at most 2,704 bytes; they have no NOCASE.
EXPRESSIONS = {"idx_graph_approvals_pending": "verb,-", "idx_correlations_retention": "-,timestamp"}


def test_every_index_is_the_same(server, lite):
    for table in lite.column(TABLES):
        ours = []
        for name, unique, partial in lite.run("SELECT name, \"unique\", partial FROM pragma_index_list(?) WHERE origin = 'c' ORDER BY name", table):
            columns = lite.run("SELECT coalesce(name, '-'), \"desc\" FROM pragma_index_xinfo(?) WHERE key ORDER BY seqno", name)
            shape = ",".join(column + (" DESC" if down else "") for column, down in columns)
            ours.append([name, "t" if unique else "f", "t" if partial else "f", EXPRESSIONS.get(name, shape)])
        assert server.rows("shipped", INDEXES.format(table)) == ours, table


def plain_condition(text):
    """A condition of an index without what the two write differently."""
    text = re.sub(r"::[a-z]+(\[\])?| COLLATE BINARY|[()\[\]]", "", text)
    for theirs, our in ((" = ANY ARRAY", " IN "), ("!~~", "NOT LIKE"), ("~~", "LIKE"), ("<>", "IS NOT"), ("IS DISTINCT FROM", "IS NOT"),
                        ("GLOB '????-??-??T??:??:??.???Z'", "LIKE '____-__-__T__:__:__.___Z'")):
        text = text.replace(theirs, our)
    text = re.sub(r"^NOT (\S+) LIKE", r"\1 NOT LIKE", " ".join(text.split()).replace('"', ""))
    return text.replace(", ", ",").replace("lore_", "")


def test_the_condition_of_each_partial_index_is_the_same(server, lite):
    theirs = dict(server.rows("shipped", "SELECT c.relname, pg_get_expr(i.indpred, i.indrelid) FROM pg_index AS i JOIN pg_class AS c"
                              " ON c.oid = i.indexrelid WHERE i.indpred IS NOT NULL AND c.relname LIKE 'idx%'"))
    ours = {name: sql.split(" WHERE ")[1] for name, sql in lite.run("SELECT name, sql FROM sqlite_schema WHERE sql LIKE 'CREATE%INDEX%'")
            for sql in [" ".join(sql.split())] if " WHERE " in sql}
    assert len(ours) > 20
    assert {name: plain_condition(text) for name, text in theirs.items()} == {name: plain_condition(text) for name, text in ours.items()}


def test_every_unique_and_foreign_key_is_the_same(server, lite):
    keys = """SELECT (SELECT string_agg(a.attname, ',' ORDER BY n) FROM unnest(conkey) WITH ORDINALITY AS k(num, n)
                        JOIN pg_attribute AS a ON a.attrelid = conrelid AND a.attnum = k.num),
                     coalesce(confrelid::regclass::text, '-'), confdeltype::text
                FROM pg_constraint WHERE conrelid = '{}'::regclass AND contype IN ('u', 'f') ORDER BY 1, 2"""
    for table in lite.column(TABLES):
        ours = [[",".join(lite.column("SELECT name FROM pragma_index_info(?) ORDER BY seqno", name)), "-", " "]
                for name in lite.column("SELECT name FROM pragma_index_list(?) WHERE origin = 'u'", table)]
        ours += [[column, to, {"CASCADE": "c", "NO ACTION": "a"}[gone]]
                 for to, column, gone in lite.run("SELECT \"table\", \"from\", on_delete FROM pragma_foreign_key_list(?)", table)]
        assert server.rows("shipped", keys.format(table)) == sorted(ours), table


def test_every_view_has_the_same_columns(server, lite):
    for view in lite.column("SELECT name FROM sqlite_schema WHERE type = 'view'"):
        ours = lite.column("SELECT name FROM pragma_table_info(?) ORDER BY cid", view)
        theirs = [name for name, in server.rows("shipped", f"SELECT attname FROM pg_attribute WHERE attrelid = '{view}'::regclass AND attnum > 0 ORDER BY attnum")]
        assert theirs == ours, view


def test_every_trigger_is_there_that_should_be(server, lite):
    ours = lite.run("SELECT name, tbl_name FROM sqlite_schema WHERE type = 'trigger'")
    theirs = server.rows("shipped", "SELECT tgname, tgrelid::regclass FROM pg_trigger WHERE NOT tgisinternal")
    assert {tuple(row) for row in theirs} - set(ours) == {("lore_on_secret_access_log_truncate", "secret_access_log")}
    assert {name for name, _ in set(ours) - {tuple(row) for row in theirs}} == NOT_THERE


# ---- What they take ----

MOMENTS = ["2026-01-10T09:00:00.000Z", "2026-01-10 09:00:00", "2026-01-10T09:00:00Z", "9999-12-31T23:59:59.999Z", "x026-01-10T09:00:00.000Z"]
TEXTS = ["", "x", "{}", "{", "{\n}", "[]", "a|b", "a |b", "|a", "a-b", "ab_9", "A.b", "é", "a\tb", "a\nb", "x" * 61, "x" * 1001, "a/b", "-a", "'", *MOMENTS]
INTEGERS = [-2**63, -1, 0, 1, 2, 3, 30, 90, 365, 1023, 1024, 1025, 10**9, 10**9 + 1, 3153600000, 3153600001, 2**63 - 1]
REALS = [-9e999, -1e300, -1.000001, -1.0, -0.5, 0.0, 5e-324, 0.5, 1.0, 1.000001, 2.0, 1e300, 9e999]
BLOBS = [b"", b"\x00", b"\xff\x00"]


def values_for(kind, sql):
    """Values to try in a column; of texts also all that its table's CHECKs name."""
    kind = kind.replace(" GENERATED ALWAYS", "")
    if kind == "TEXT":
        words = re.findall(r"'([^'%?*\n]{1,40})'", sql)
        return [None, *dict.fromkeys(TEXTS + words + [word.upper() for word in words])]
    return [None, *{"INTEGER": INTEGERS, "REAL": REALS, "ANY": REALS, "BLOB": BLOBS}[kind]]


def literal(value):
    """As PostgreSQL reads it."""
    if value is None:
        return "NULL"
    if isinstance(value, bytes):
        return f"'\\x{value.hex()}'"
    return "'" + str(value).replace("'", "''") + "'"


def tries(db):
    """Each value in each column of one row of each table: table, column, value."""
    for table in db.column(TABLES):
        sql = db.value("SELECT sql FROM sqlite_schema WHERE name = ?", table)
        for name, kind, hidden in db.run("SELECT name, type, hidden FROM pragma_table_xinfo(?) ORDER BY cid", table):
            if table != "lore_migrations" and not hidden:
                yield from ((table, name, value) for value in values_for(kind, sql))


@functools.lru_cache(None)
def first_row(db, table):
    """A condition for the row with the least key."""
    key = ", ".join(f'"{name}"' for name in db.column("SELECT name FROM pragma_table_info(?) WHERE pk ORDER BY pk", table))
    return f"({key}) = (SELECT {key} FROM {table} ORDER BY {key} LIMIT 1)"


def is_taken(db, table, column, value):
    db.run("SAVEPOINT one")
    try:
        db.run(f"UPDATE {table} SET \"{column}\" = ? WHERE {first_row(db, table)}", value)
        return True
    except sqlite3.IntegrityError:
        return False
    finally:
        db.run("ROLLBACK TO one")
        db.run("RELEASE one")


TRY = """
CREATE FUNCTION try(statement text, given text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE statement USING given;
  RAISE 'taken' USING ERRCODE = 'P0099';
EXCEPTION WHEN SQLSTATE 'P0099' THEN RETURN true;
          WHEN integrity_constraint_violation THEN RETURN false;
END $$;
"""


def try_there(db, table, column, value):
    """A SELECT that says whether PostgreSQL takes it, in the same row."""
    kind = dict((name, kind) for name, kind, *_ in columns_of_lite(db, table))[column]
    statement = f"UPDATE {table} SET \"{column}\" = $1::{kind} WHERE {first_row(db, table)}"
    return f"SELECT try({literal(statement)}, {literal(value)});\n"


def test_both_take_and_refuse_the_same_values_in_every_column(server, database, full):
    """CHECKs, NOT NULLs, uniques, foreign keys: what they mean, and not how they are written."""
    server.load(database, export_of(full))
    copy = Database(":memory:", load=False)
    full.connection.backup(copy.connection)
    copy.run("PRAGMA foreign_keys = ON")
    wanted = list(tries(copy))
    script = TRY + "".join(try_there(copy, *one) for one in wanted)
    theirs = [line == "t" for line in server.psql(database, script).decode().splitlines() if line in "tf"]
    for index in copy.column("SELECT name FROM sqlite_schema WHERE type = 'index' AND name LIKE 'lore_index%'"):
        copy.run(f"DROP INDEX \"{index}\"")  # lore_index has made it: it takes JSON only
    ours = [is_taken(copy, *one) for one in wanted]
    assert len(theirs) == len(ours) > 10000 and ours.count(False) > 1000
    differ = [one for one, our, their in zip(wanted, ours, theirs) if our != their]
    # SQLite lets a primary key of texts be NULL in a table with rowids; PostgreSQL none.
    null_keys = {(table, column) for table in copy.column(TABLES)
                 for column, in copy.run("SELECT name FROM pragma_table_info(?) WHERE pk AND NOT \"notnull\" AND type = 'TEXT'", table)}
    assert [one for one in differ if not (one[2] is None and one[:2] in null_keys)] == []
    copy.close()


# ---- Where it may be made ----

@pytest.mark.parametrize("encoding, locale", [("UTF8", "C.UTF-8"), ("SQL_ASCII", "C"), ("LATIN1", "C")])
def test_a_database_that_compares_texts_otherwise_is_refused_and_stays_empty(server, encoding, locale):
    name = f"other_{encoding}_{locale}".lower().replace(".", "_").replace("-", "_")
    server.empty(name, encoding, locale)
    refused(lambda: server.psql(name, file=ROOT / "sql" / "postgres.sql"),
            "postgres.sql: the database must have the encoding UTF8 and the locale C\nHINT:  createdb -T template0 -E UTF8")
    assert server.value(name, "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace") == "0"


def test_a_second_time_is_refused_and_changes_nothing(server, database):
    refused(lambda: server.psql(database, file=ROOT / "sql" / "postgres.sql"), "already exists")
    assert server.value(database, "SELECT count(*) FROM lore_tables") == "65"
