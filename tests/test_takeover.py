"""Tables that are there already: given ones are taken over, everything else that is in the way is named."""
import contextlib
import sqlite3

import pytest

from support import NOT_READY, REFUSED, ROOT, Database, assert_same, dump, raises_sql, read_entries

GIVEN = (ROOT / "tests" / "given.sql").read_text()
TABLES = [entry for entry in read_entries() if entry.is_table]

ROWS = """
INSERT INTO signals VALUES (7, 't', 's', 'domain:a.io', NULL, 0.5, '{"a":1}', '2026-01-01T00:00:00+00:00', '2026-01-01 00:00:00');
INSERT INTO signals VALUES (9, 't', 's', 'domain:b.io', 'B', 1, '{}', '2026-01-02T00:00:00.000Z', '2026-01-02T00:00:00.000Z');
INSERT INTO signal_processing VALUES (3, 7, 'pending', NULL, NULL, NULL, NULL, '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z');
INSERT INTO signal_processing VALUES (4, 9, 'pushed', 'page', '2026-01-03', NULL, '{}', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z');
INSERT INTO suppression_cache VALUES (1, 'domain:c.io', 'page', 'Passed', NULL, '2026-01-01T00:00:00.000Z', '2999-01-01T00:00:00.000Z', NULL);
INSERT INTO correlations(correlation_id, correlation_type, timestamp, metric_name, metric_value, tags)
VALUES ('m1', 'metric_datapoint', '2026-01-01 12:00:00', 'cpu', 0.5, '{bad');
INSERT INTO correlations(correlation_id, correlation_type, timestamp, log_level) VALUES ('l1', 'log_entry', '2026-01-01T13:30:00+01:00', 'ERROR');
INSERT INTO schema_migrations VALUES (3, '2025-01-01', 'their own');
"""


def given_statement(table):
    start = GIVEN.index(f"CREATE TABLE {table} (")
    return GIVEN[start:GIVEN.index(";", start) + 1]


@pytest.fixture
def given(bare):
    bare.script(GIVEN + ROWS)
    return bare


@pytest.mark.parametrize("form", ["SELECT lore_migrate('all')", "INSERT INTO lore_migrate DEFAULT VALUES"])
def test_given_tables_are_taken_over_with_their_rows(given, form):
    before = dump(given)["rows"]
    given.run(form)
    after = dump(given)["rows"]
    for table, rows in before.items():
        kept = [row[:len(rows[0])] for row in after[table]] if rows else after[table]
        assert kept == rows, table
    assert given.column("SELECT id FROM signals_pending()") == [7]
    assert given.value("SELECT signal_mark_pushed(7, 'page')") == 1
    assert given.value("SELECT notion_page_id FROM suppression_check('domain:c.io')") == "page"
    assert given.value("SELECT signal_save('t', 's', 'domain:b.io', 1, '{}', NULL, '2026-01-02')") == 9
    assert given.column("SELECT correlation_id FROM timeseries_recall(24, NULL, NULL, NULL, NULL, '2026-01-01T13:00Z')") == ["m1", "l1"]
    assert given.column("SELECT correlation_id FROM log_search('error')") == ["l1"]


def test_a_taken_over_file_still_serves_the_software_that_made_it(given):
    given.run("SELECT lore_migrate('all')")
    given.run("INSERT INTO signals(signal_type, source_api, canonical_key, company_name, confidence, raw_data, detected_at, created_at) "
              "VALUES ('x', 'y', 'domain:d.io', NULL, 1, '{}', 'now', 'now')")
    given.run("INSERT INTO signal_processing(signal_id, status, created_at, updated_at) VALUES (last_insert_rowid(), 'pending', 'now', 'now')")
    assert given.value("SELECT count(*) FROM signals_pending()") == 2


def roll_everything_back(db):
    left = set(db.column("SELECT subsystem FROM lore_migrations_status")) - {"admin"}
    for _ in range(len(left)):
        for subsystem in sorted(left):
            with contextlib.suppress(sqlite3.Error):  # another one may need it still
                db.run("SELECT lore_rollback(?, 0, 'drop-data')", subsystem)
                left.discard(subsystem)
    assert not left
    db.run("SELECT lore_rollback('admin', 0, 'drop-data')")


def test_a_migrations_table_of_others_is_left_alone(given):
    given.run("SELECT lore_migrate('all')")
    assert given.run("SELECT * FROM schema_migrations") == [(3, "2025-01-01", "their own")]
    roll_everything_back(given)
    assert given.run("SELECT * FROM schema_migrations") == [(3, "2025-01-01", "their own")]


@pytest.mark.parametrize("other", ["CREATE TABLE schema_migrations(version TEXT NOT NULL PRIMARY KEY)", "CREATE VIEW schema_migrations AS SELECT 1 AS version"])
def test_a_migrations_table_of_another_form_is_left_alone_too(bare, other):
    bare.run(other)
    bare.run("SELECT lore_migrate('all')")
    assert bare.value("SELECT sql FROM sqlite_schema WHERE name = 'schema_migrations'") == other


def test_where_the_name_is_free_it_shows_our_migrations(db):
    rows = db.named("SELECT * FROM schema_migrations")
    assert rows and set(rows[0]) == {"version", "applied_at", "description"}
    assert len(rows) == db.value("SELECT count(*) FROM lore_migrations_status")


# ---- What is in the way ----

def refused(db, *problems):
    """Both forms refuse with every problem in one message, and write nothing."""
    before = dump(db)
    for form in ("SELECT lore_migrate('all')", "INSERT INTO lore_migrate DEFAULT VALUES"):
        with raises_sql("lore_migrate: nothing was changed: ", REFUSED) as caught:
            db.run(form)
        for problem in problems:
            assert problem in caught.message, f"{problem!r} is not in {caught.message!r}"
        assert_same(before, dump(db))
        assert not db.in_transaction


def test_a_given_table_without_a_given_column(bare):
    bare.run(given_statement("signals").replace("company_name TEXT, ", "").replace("raw_data TEXT NOT NULL, ", ""))
    refused(bare, "signals lacks column company_name", "signals lacks column raw_data")


def test_a_given_table_with_another_type(bare):
    bare.run(given_statement("signals").replace("confidence REAL", "confidence TEXT").replace("company_name TEXT", "company_name"))
    refused(bare, "signals.confidence is TEXT, not REAL", "signals.company_name is untyped, not TEXT")


def test_a_given_table_with_another_primary_key(bare):
    bare.run(given_statement("suppression_cache").replace("id INTEGER PRIMARY KEY", "id INTEGER"))
    refused(bare, "suppression_cache.id is INTEGER, not INTEGER PRIMARY KEY")


def test_a_given_table_that_demands_more(bare):
    bare.run(given_statement("signals").replace("raw_data TEXT", "tenant TEXT NOT NULL, raw_data TEXT"))
    refused(bare, "signals.tenant is NOT NULL without a default")


def test_a_given_table_that_demands_more_with_a_default_is_fine(bare):
    bare.run(given_statement("signals").replace("raw_data TEXT", "tenant TEXT NOT NULL DEFAULT 'me', raw_data TEXT"))
    bare.run("SELECT lore_migrate('all')")
    assert bare.value("SELECT signal_save('t', 's', 'domain:a.io', 1, '{}')") == 1


def test_a_given_table_without_its_unique_key(bare):
    bare.run(given_statement("suppression_cache").replace(" UNIQUE", ""))
    bare.run(given_statement("signals").replace(",\n  UNIQUE (canonical_key, signal_type, source_api, detected_at)", ""))
    refused(bare, "suppression_cache lacks UNIQUE (canonical_key)", "signals lacks UNIQUE (canonical_key, signal_type, source_api, detected_at)")


def test_a_unique_index_serves_as_well_as_a_unique_key(bare):
    bare.run(given_statement("suppression_cache").replace(" UNIQUE", ""))
    bare.run("CREATE UNIQUE INDEX theirs ON suppression_cache(canonical_key)")
    bare.run("SELECT lore_migrate('all')")
    assert bare.value("SELECT suppression_put('domain:a.io', 'p', 's')") == bare.value("SELECT suppression_put('domain:a.io', 'p2', 's')")


def test_rows_that_break_a_unique_index_of_ours_are_an_error(given):
    given.run("INSERT INTO signal_processing SELECT 99, signal_id, status, NULL, NULL, NULL, NULL, created_at, updated_at FROM signal_processing WHERE id = 3")
    before = dump(given)
    for form in ("SELECT lore_migrate('all')", "INSERT INTO lore_migrate DEFAULT VALUES"):
        with raises_sql("lore_migrate: ") as caught:
            given.run(form)
        assert "signal_processing" in caught.message
        assert_same(before, dump(given))


@pytest.mark.parametrize("kind, made", [("table", "TABLE {}(x)"), ("view", "VIEW {} AS SELECT 1 AS x")])
def test_a_foreign_object_of_one_of_our_names(bare, kind, made):
    for name in ("signal_log", "key_groups", "lore_settings"):
        bare.run(f"CREATE {made.format(name)}")
    refused(bare, f"a {kind} named signal_log is there already", f"a {kind} named key_groups is there already",
            f"a {kind} named lore_settings is there already")


def test_a_foreign_index_of_one_of_our_names(bare):
    bare.run("CREATE TABLE own(x)")
    bare.run("CREATE INDEX idx_signal_log_signal ON own(x)")
    bare.run("CREATE INDEX idx_signals_type ON own(x)")
    refused(bare, "an index named idx_signal_log_signal is there already", "an index named idx_signals_type is there already")


def test_a_given_name_that_is_a_view(bare):
    bare.run("CREATE VIEW signals AS SELECT 1 AS id")
    refused(bare, "a view named signals is there already")


def test_a_foreign_lore_migrations(bare):
    bare.run("CREATE TABLE lore_migrations(id INTEGER PRIMARY KEY, subsystem TEXT, extra TEXT NOT NULL)")
    before = dump(bare)
    for form in ("SELECT lore_migrate('all')", "INSERT INTO lore_migrate DEFAULT VALUES"):
        with raises_sql("lore_migrate: ") as caught:
            bare.run(form)
        assert "lore_migrations" in caught.message
        assert_same(before, dump(bare))


def test_all_differences_are_listed_at_once(bare):
    bare.run("CREATE TABLE signals(id INTEGER PRIMARY KEY, confidence TEXT)")
    bare.run("CREATE TABLE key_log(x)")
    bare.run("CREATE TEMP TABLE signals_pending(x)")
    refused(bare, "signals lacks column canonical_key", "signals.confidence is TEXT", "a table named key_log is there", "temp.signals_pending hides")


# ---- Names that hide ours ----

@pytest.mark.parametrize("schema", ["main", "temp", "other"])
@pytest.mark.parametrize("kind", ["TABLE", "VIEW"])
def test_a_name_that_hides_one_of_ours_is_refused(bare, schema, kind):
    bare.run("ATTACH ':memory:' AS other")
    made = "(x)" if kind == "TABLE" else " AS SELECT 1 AS x"
    bare.run(f"CREATE {kind} {schema}.Signals_Pending{made}")
    bare.run(f"CREATE {kind} {schema}.lore_help{made}")
    refused(bare, f"{schema}.Signals_Pending hides the reader signals_pending", f"{schema}.lore_help hides the reader lore_help")


def test_each_of_our_tables_is_looked_for(bare):
    for entry in TABLES:
        if entry.name != "lore_migrate":
            bare.run(f"CREATE TEMP TABLE {entry.name}(x)")
    with raises_sql("lore_migrate: nothing was changed: ", REFUSED) as caught:
        bare.run("SELECT lore_migrate('all')")
    for entry in TABLES:
        assert entry.name == "lore_migrate" or f"temp.{entry.name} hides" in caught.message


def test_a_table_named_like_the_migration_itself(bare):
    bare.run("CREATE TABLE lore_migrate(subsystems)")
    with raises_sql("main.lore_migrate hides the verb lore_migrate", REFUSED):
        bare.run("SELECT lore_migrate('all')")
    assert bare.value("SELECT count(*) FROM sqlite_schema") == 1


# ---- Versions ----

def newer(db):
    major = int(db.value("SELECT lore_version()").split(".")[0]) + 1
    db.run("UPDATE lore_migrations SET version = ?, name = ? WHERE subsystem = 'lore'", major, f"{major}.2.3")
    return f"{major}.2.3"


def test_a_file_of_a_newer_major_version_is_refused(db):
    version = newer(db)
    other = Database(db.path)
    before = dump(other)
    ours = other.value("SELECT lore_version()")
    for sql in ("SELECT signal_save('t', 's', 'domain:a.io', 1, '{}')", "SELECT * FROM signals_pending()", "SELECT lore_migrate('all')",
                "INSERT INTO lore_migrate DEFAULT VALUES", "SELECT lore_set('suppression_ttl_days', 3)", "SELECT lore_rollback('signals', 0)",
                "INSERT INTO suppression_clean DEFAULT VALUES", "SELECT key_merge('domain:a.io', 'domain:b.io', 'x')"):
        for _ in range(2):
            with raises_sql(f"this file was written by lore {version}, this is {ours}", NOT_READY):
                other.run(sql)
    assert_same(before, dump(other))
    other.close()


def test_a_file_of_a_newer_minor_version_is_read_and_written(db):
    major = db.value("SELECT lore_version()").split(".")[0]
    db.run("UPDATE lore_migrations SET name = ? WHERE subsystem = 'lore'", f"{major}.999.0")
    other = Database(db.path)
    assert other.value("SELECT signal_save('t', 's', 'domain:a.io', 1, '{}')") == 1
    assert other.value("SELECT count(*) FROM signals_pending()") == 1
    other.close()


def test_help_and_status_work_on_a_file_of_a_newer_version(db):
    newer(db)
    other = Database(db.path)
    assert other.value("SELECT count(*) FROM lore_help") > 10
    assert other.value("SELECT key_kind('domain:a.io')") == "domain"
    other.close()


def test_a_table_that_was_there_before_us_is_never_dropped(given):
    given.run("SELECT lore_migrate('signals')")
    rows = given.run("SELECT id, canonical_key FROM signals")
    given.run("SELECT lore_rollback('signals', 0, 'drop-data')")
    assert given.run("SELECT id, canonical_key FROM signals") == rows
    assert given.value("SELECT count(*) FROM sqlite_schema WHERE name = 'signal_log'") == 0
    given.run("SELECT lore_migrate('signals')")
    assert given.run("SELECT id, canonical_key FROM signals") == rows
