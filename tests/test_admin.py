"""Migrations in every form and place, settings, and what the extension says of a file."""
import multiprocessing
import sqlite3

import pytest

from support import BAD_ARGUMENT, BUSY, NOT_READY, REFUSED, ROOT, THOROUGH, Database, assert_same, dump, examples, raises_sql

GIVEN = (ROOT / "tests" / "given.sql").read_text()
SELECT, INSERT = "SELECT lore_migrate('all')", "INSERT INTO lore_migrate(subsystems) VALUES ('all')"
STATES = "SELECT subsystem, state FROM lore_migrations_status"


def schema(db):
    """But sqlite_sequence, which SQLite makes for AUTOINCREMENT and never drops."""
    return db.run("SELECT type, name, tbl_name, sql FROM main.sqlite_schema WHERE name <> 'sqlite_sequence' ORDER BY type, name")


def states(db):
    return set(db.column("SELECT state FROM lore_migrations_status"))


@pytest.fixture
def fresh_schema(db):
    return schema(db)


# ---- Applying ----

@pytest.mark.parametrize("form", [SELECT, INSERT])
def test_a_migration_makes_everything_once(bare, form, fresh_schema):
    assert states(bare) == {"pending"}
    bare.run(form)
    assert states(bare) == {"applied"}
    assert schema(bare) == fresh_schema
    before = dump(bare)
    bare.run(form)
    assert_same(before, dump(bare))
    assert bare.value("SELECT lore_notice()") == "nothing to apply"
    assert not bare.in_transaction


def test_both_forms_say_what_was_applied(bare, db):
    bare.run(INSERT)
    done = bare.value("SELECT lore_result()")
    other = Database(":memory:")
    assert other.value(SELECT) == done
    assert done.split(", ") == [f"{subsystem} {version}" for subsystem, version in
                                db.run("SELECT subsystem, version FROM lore_migrations WHERE subsystem <> 'lore' ORDER BY applied_at, "
                                       "instr(?, subsystem || ' ' || version)", done)]


@pytest.mark.parametrize("form", [SELECT, INSERT])
@pytest.mark.parametrize("journal", ["DELETE", "WAL"])
def test_a_migration_belongs_to_the_host_s_transaction(bare, form, journal, fresh_schema):
    bare.run(f"PRAGMA journal_mode = {journal}")
    bare.run("BEGIN")
    bare.run("CREATE TABLE own(x)")
    bare.run(form)
    assert bare.in_transaction and states(bare) == {"applied"}
    bare.run("ROLLBACK")
    assert schema(bare) == [] and states(bare) == {"pending"}
    bare.run("BEGIN")
    bare.run(form)
    bare.run("COMMIT")
    assert schema(bare) == fresh_schema


@pytest.mark.parametrize("form", [SELECT, INSERT])
def test_a_migration_inside_a_savepoint_of_the_host(bare, form):
    bare.run("SAVEPOINT host")
    bare.run(form)
    bare.run("ROLLBACK TO host")
    bare.run("RELEASE host")
    assert schema(bare) == [] and not bare.in_transaction


def test_one_subsystem_brings_what_it_needs(bare):
    done = bare.value("SELECT lore_migrate('signals')")
    assert {"admin", "keys", "signals"} <= {piece.split()[0] for piece in done.split(", ")}
    assert bare.value("SELECT lore_migrate('keys, signals')") == "nothing to apply"


def test_an_unknown_subsystem_is_named(bare):
    for form in ("SELECT lore_migrate('signals nonsense')", "INSERT INTO lore_migrate(subsystems) VALUES ('nonsense')"):
        with raises_sql("lore_migrate: subsystems: there is no 'nonsense'", BAD_ARGUMENT):
            bare.run(form)
        assert schema(bare) == []


def test_a_migration_during_a_scan_of_the_same_connection(bare):
    bare.run("CREATE TABLE own AS SELECT value AS n FROM json_each('[1, 2, 3]')")
    cursor = bare.connection.execute("SELECT n FROM own")
    cursor.fetchone()
    bare.run(SELECT)
    assert cursor.fetchall() == [(2,), (3,)]
    assert not bare.in_transaction and states(bare) == {"applied"}


def test_a_migration_that_finds_the_file_locked_leaves_no_transaction_open(bare):
    bare.run("PRAGMA busy_timeout = 0")
    other = Database(bare.path)
    other.run("BEGIN IMMEDIATE")
    for form in (SELECT, INSERT):
        with raises_sql("database is locked", BUSY):
            bare.run(form)
        assert not bare.in_transaction
    other.run("COMMIT")
    other.close()
    bare.run(SELECT)


def test_a_commit_that_is_busy_leaves_no_transaction_open(bare):
    """In rollback-journal mode a reader stops the commit, not the writes."""
    bare.run("PRAGMA busy_timeout = 0")
    bare.run("CREATE TABLE own AS SELECT 1 AS n UNION ALL SELECT 2")
    other = Database(bare.path, load=False)
    cursor = other.connection.execute("SELECT n FROM own")
    cursor.fetchone()
    before = dump(bare)
    for form in (SELECT, INSERT):
        with raises_sql("locked"):
            bare.run(form)
        assert not bare.in_transaction
    cursor.fetchall()
    other.close()
    assert_same(before, dump(bare))
    bare.run(SELECT)
    assert states(bare) == {"applied"}


# ---- Status ----

def test_a_changed_checksum_shows(db):
    db.run("UPDATE lore_migrations SET checksum = 'edited' WHERE subsystem = 'keys'")
    assert dict(db.run(STATES))["keys"] == "changed"
    assert db.value("SELECT checksum FROM lore_migrations_status WHERE subsystem = 'keys'") == "edited"
    assert db.value(SELECT) == "nothing to apply"


def test_the_status_shows_when_and_what(db):
    for row in db.named("SELECT * FROM lore_migrations_status"):
        assert row["applied_at"] and len(row["applied_at"]) == 24 and row["checksum"] and row["name"]
    assert len(db.run("SELECT * FROM lore_migrations_status")) == db.value("SELECT count(*) FROM lore_migrations WHERE subsystem <> 'lore'")


def test_at_is_the_time_of_the_migration(bare):
    bare.run("INSERT INTO lore_migrate(subsystems, at) VALUES ('all', '2026-02-03')")
    assert set(bare.column("SELECT applied_at FROM lore_migrations")) == {"2026-02-03T00:00:00.000Z"}


# ---- Two at once ----

def migrate_at_once(path, form, gate, answers):
    db = Database(path, timeout=20)
    gate.wait()
    try:
        answers.put(str(db.run(form)))
    except sqlite3.Error as error:
        answers.put(f"error: {error}")
    db.close()


@pytest.mark.parametrize("journal", ["DELETE", "WAL"])
def test_two_processes_at_once_both_succeed(tmp_path, journal, fresh_schema):
    context = multiprocessing.get_context("fork")
    for turn in range(20):
        path = str(tmp_path / f"{turn}.db")
        db = Database(path, load=False)
        db.run(f"PRAGMA journal_mode = {journal}")
        db.close()
        gate, answers = context.Barrier(2), context.Queue()
        pair = [context.Process(target=migrate_at_once, args=(path, form, gate, answers)) for form in (SELECT, SELECT if turn % 2 else INSERT)]
        for process in pair:
            process.start()
        said = [answers.get(timeout=60) for _ in pair]
        for process in pair:
            process.join(60)
        assert not [text for text in said if text.startswith("error")], said
        db = Database(path)
        assert schema(db) == fresh_schema and states(db) == {"applied"}
        db.close()


# ---- Rolling back ----

def rolled_back(db, subsystem):
    """Whether nothing stood in the way that needs it."""
    try:
        db.run("SELECT lore_rollback(?, 0, 'drop-data')", subsystem)
    except sqlite3.IntegrityError as error:
        assert "roll it back first" in str(error)
        return False
    return True


def test_up_down_up_gives_the_same_schema(db):
    before = dump(db)["schema"]
    waiting = set(db.column("SELECT subsystem FROM lore_migrations_status"))
    while waiting:
        done = {subsystem for subsystem in sorted(waiting) if rolled_back(db, subsystem)}
        assert done, f"each of {waiting} needs another"
        waiting -= done
    assert schema(db) == []
    db.run(SELECT)
    assert dump(db)["schema"] == before


def drop_what_needs_signals(db):
    db.run("SELECT lore_rollback('tenants', 0, 'drop-data')")


def test_rows_are_lost_only_on_the_word(db):
    drop_what_needs_signals(db)
    db.run("SELECT signal_save('t', 's', 'domain:a.io', 1, '{}')")
    before = dump(db)
    with raises_sql("signals has 1 rows", REFUSED) as caught:
        db.run("SELECT lore_rollback('signals', 0)")
    assert "signal_processing has 1 rows" in caught.message and "drop-data" in caught.message
    with raises_sql("lore_rollback: confirm must be drop-data, got 'yes'", BAD_ARGUMENT):
        db.run("SELECT lore_rollback('signals', 0, 'yes')")
    assert_same(before, dump(db))
    assert db.value("SELECT lore_rollback('signals', 0, 'Drop-Data')") == "signals 1"
    assert dict(db.run(STATES))["signals"] == "pending"


def test_without_rows_a_rollback_needs_no_word(db):
    drop_what_needs_signals(db)
    db.run("DELETE FROM signal_weights")
    assert db.value("SELECT lore_rollback('signals', 0)") == "signals 1"
    assert db.value("SELECT lore_rollback('keys', 0)") == "keys 1"
    assert db.value("SELECT lore_rollback('keys', 0)") == "nothing to roll back"
    assert db.value("SELECT lore_rollback('admin', 9)") == "nothing to roll back"


def test_what_others_need_stays(db):
    before = dump(db)
    with raises_sql("lore_rollback: signals needs keys", REFUSED):
        db.run("SELECT lore_rollback('keys', 0, 'drop-data')")
    with raises_sql("needs admin", REFUSED):
        db.run("SELECT lore_rollback('admin', 0, 'drop-data')")
    assert_same(before, dump(db))


def test_a_rollback_names_what_it_does_not_know(db, bare):
    with raises_sql("lore_rollback: there is no subsystem 'nonsense'", BAD_ARGUMENT):
        db.run("SELECT lore_rollback('nonsense', 0)")
    with raises_sql("lore_rollback: to_version", BAD_ARGUMENT):
        db.run("SELECT lore_rollback('signals', -1)")
    with raises_sql("lore_rollback: ", NOT_READY):
        bare.run("SELECT lore_rollback('signals', 0)")


def test_nothing_is_dropped_while_a_write_runs(db):
    db.run("CREATE TABLE own(x)")
    before = dump(db)
    with raises_sql("lore_rollback: ", REFUSED):
        db.run("INSERT INTO own VALUES (lore_rollback('signals', 0))")
    assert_same(before, dump(db))


def test_a_rollback_belongs_to_the_host_s_transaction(db):
    drop_what_needs_signals(db)
    before = dump(db)
    db.run("BEGIN")
    db.run("SELECT lore_rollback('signals', 0, 'drop-data')")
    assert db.in_transaction
    db.run("ROLLBACK")
    assert_same(before, dump(db))
    assert db.value("SELECT signal_save('t', 's', 'domain:a.io', 1, '{}')") == 1


# ---- Failure at each statement ----

WRITES = {getattr(sqlite3, name) for name in dir(sqlite3)
          if name.startswith(("SQLITE_CREATE_", "SQLITE_DROP_")) or name in
          ("SQLITE_INSERT", "SQLITE_UPDATE", "SQLITE_DELETE", "SQLITE_ALTER_TABLE", "SQLITE_REINDEX")}


def deny_nth(db, n, actions):
    """The N-th of these actions is not authorised; how many there were."""
    count = [0]

    def authorize(action, *_):
        count[0] += action in actions
        return sqlite3.SQLITE_DENY if action in actions and count[0] == n else sqlite3.SQLITE_OK

    db.connection.set_authorizer(authorize)
    return count


def fail_at_each(db, form, begin, actions, step=1):
    db.run(begin)
    before = dump(db)
    n = 1
    while True:
        count = deny_nth(db, n, actions)
        try:
            db.run(form)
            failed = False
        except sqlite3.Error:
            failed = True
        db.connection.set_authorizer(None)
        if count[0] < n:
            assert not failed
            break
        assert failed, f"action {n} was denied and nobody noticed"
        assert db.in_transaction == (begin == "BEGIN"), f"action {n}: in a transaction: {db.in_transaction}"
        assert_same(before, dump(db), f"action {n}")
        n += step
    if begin == "BEGIN":
        db.run("COMMIT")
    return n


def subsystems_with_migrations():
    db = Database(":memory:")
    names = db.column("SELECT DISTINCT subsystem FROM lore_migrations_status")
    db.close()
    return names


SUBSYSTEMS = subsystems_with_migrations()
FORMS = [(SELECT, "SELECT 1"), (SELECT, "BEGIN"), (INSERT, "SELECT 1"), (INSERT, "BEGIN")]


@pytest.mark.parametrize("form, begin", FORMS)
@pytest.mark.parametrize("subsystem", SUBSYSTEMS)
def test_a_migration_that_fails_at_any_statement_leaves_nothing(bare, subsystem, form, begin):
    bare.run("PRAGMA synchronous = OFF")
    bare.run("CREATE TABLE own AS SELECT 1 AS n")
    assert fail_at_each(bare, form.replace("all", subsystem), begin, WRITES) > 10
    assert dict(bare.run(STATES))[subsystem] == "applied"


@pytest.mark.parametrize("form, begin", FORMS)
def test_a_migration_of_all_that_fails_leaves_nothing_of_any(bare, form, begin, fresh_schema):
    """Not at each statement, unless thorough: each is failed at in its own subsystem, above."""
    bare.run("PRAGMA synchronous = OFF")
    bare.run("CREATE TABLE own AS SELECT 1 AS n")
    assert fail_at_each(bare, form, begin, WRITES, step=1 if THOROUGH else 37) > 25
    bare.run("DROP TABLE own")
    assert schema(bare) == fresh_schema


@pytest.mark.parametrize("begin", ["SELECT 1", "BEGIN"])
@pytest.mark.parametrize("subsystem", SUBSYSTEMS)
def test_a_migration_of_given_tables_that_fails_leaves_them(bare, subsystem, begin):
    bare.run("PRAGMA synchronous = OFF")
    bare.script(GIVEN)
    fail_at_each(bare, SELECT.replace("all", subsystem), begin, WRITES)
    assert dict(bare.run(STATES))[subsystem] == "applied"


@pytest.mark.parametrize("begin", ["SELECT 1", "BEGIN"])
def test_a_rollback_that_fails_at_any_statement_leaves_everything(db, begin):
    drop_what_needs_signals(db)
    db.run("SELECT signal_save('t', 's', 'domain:a.io', 1, '{}')")
    assert fail_at_each(db, "SELECT lore_rollback('signals', 0, 'drop-data')", begin, WRITES) > 10
    assert dict(db.run(STATES))["signals"] == "pending"


@pytest.mark.parametrize("action", ["SQLITE_TRANSACTION", "SQLITE_SAVEPOINT"])
@pytest.mark.parametrize("form, begin", FORMS)
def test_a_host_that_forbids_transactions_gets_an_error_and_no_open_one(bare, form, begin, action):
    bare.run("CREATE TABLE own AS SELECT 1 AS n")
    fail_at_each(bare, form, begin, {getattr(sqlite3, action)})


# ---- Settings, index ----

def test_a_setting_has_a_standard_and_a_row_only_when_it_differs(db):
    assert db.value("SELECT lore_set('suppression_ttl_days', 9)") == "9"
    assert db.run("SELECT name, value FROM lore_settings") == [("suppression_ttl_days", "9")]
    assert db.value("SELECT value FROM lore_settings_all WHERE name = 'suppression_ttl_days'") == "9"
    for standard in ("7", "''", "NULL"):
        db.run("SELECT lore_set('suppression_ttl_days', 9)")
        assert db.value(f"SELECT lore_set('suppression_ttl_days', {standard})") == "7"
        assert db.run("SELECT * FROM lore_settings") == []


@pytest.mark.parametrize("wrong", ["0", "-1", "'abc'", "1.5e300", "x'00'", "'7 days'"])
def test_a_setting_is_checked(db, wrong):
    with raises_sql("lore_set: suppression_ttl_days must be ", BAD_ARGUMENT):
        db.run(f"SELECT lore_set('suppression_ttl_days', {wrong})")
    assert db.run("SELECT * FROM lore_settings") == []


def test_an_unknown_setting_is_named(db):
    with raises_sql("lore_set: there is no setting 'nonsense'", BAD_ARGUMENT):
        db.run("SELECT lore_set('nonsense', 1)")


def test_settings_can_be_read_before_any_migration(bare):
    assert bare.value("SELECT value = default_value FROM lore_settings_all WHERE name = 'suppression_ttl_days'") == 1
    with raises_sql("run SELECT lore_migrate('admin') first", NOT_READY):
        bare.run("SELECT lore_set('suppression_ttl_days', 9)")


def test_an_index_is_for_searchable_tables(db):
    for table in ("signals", "nonsense", "sqlite_schema", "lore_migrations; DROP TABLE signals"):
        with raises_sql("lore_index: table_name must be ", BAD_ARGUMENT) as caught:
            db.run("SELECT lore_index(?, '$.a')", table)
        assert "one of ," not in caught.message


# ---- What it says of a file ----

def test_lore_info_works_before_and_after(bare):
    for _ in range(2):
        info = dict(bare.run("SELECT name, value FROM lore_info"))
        assert info["lore.version"] == (ROOT / "VERSION").read_text().strip() == bare.value("SELECT lore_version()")
        assert info["sqlite.version"] == sqlite3.sqlite_version
        assert info["file.pages"] == bare.value("PRAGMA page_count") and info["file.page_size"] == bare.value("PRAGMA page_size")
        bare.run(SELECT)


def test_info_counts_no_row_twice(stages):
    db = stages.open()
    names = db.column("SELECT name FROM lore_info")
    assert len(names) == len(set(names))
    db.close()


def test_every_example_works_on_given_tables_too(bare):
    bare.script(GIVEN)
    bare.run(SELECT)
    for _ in examples(bare):
        pass
    assert bare.value("PRAGMA integrity_check") == "ok"
