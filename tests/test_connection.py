"""The connection: loading, closing, caches, re-entrancy, other schemas, triggers of the host, interrupts."""
import ctypes
import ctypes.util

import pytest

from support import INTERRUPT, LORE, NOT_READY, READONLY, REFUSED, Database, assert_same, dump, examples, raises_sql

SAVE = "SELECT signal_save('github_spike', 'github', ?, 0.5, '{}')"
TTL = "SELECT CAST(value AS INTEGER) FROM lore_settings_all WHERE name = 'suppression_ttl_days'"


# ---- Loading and closing ----

def test_loading_twice_is_fine(db):
    db.load()
    assert db.value(SAVE, "domain:a.io") == 1
    db.load()
    assert db.value("SELECT count(*) FROM signals") == 1


def test_loading_while_a_statement_runs(db):
    cursor = db.connection.execute("SELECT name FROM lore_help")
    cursor.fetchone()
    db.load()
    assert len(cursor.fetchall()) > 10
    plain = Database(":memory:", load=False)
    cursor = plain.connection.execute("SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3")
    cursor.fetchone()
    plain.load()
    assert cursor.fetchall() == [(2,), (3,)]
    assert plain.value("SELECT lore_migrate('all')")


def test_loading_inside_a_transaction(tmp_path):
    db = Database(tmp_path / "x.db", load=False)
    db.run("BEGIN")
    db.run("CREATE TABLE own(x)")
    db.load()
    db.run("SELECT lore_migrate('all')")
    db.run("ROLLBACK")
    assert db.value("SELECT count(*) FROM sqlite_schema") == 0
    db.close()


def test_two_connections_each_have_their_own_state(db):
    other = Database(db.path)
    db.run("INSERT INTO signal_save(signal_type, source_api, canonical_key, confidence, raw_data) VALUES ('t', 's', 'domain:a.io', 1, '{}')")
    assert other.value("SELECT lore_result()") is None
    assert other.value("SELECT count(*) FROM signals_pending()") == 1
    other.run(SAVE, "domain:b.io")
    assert db.value("SELECT count(*) FROM signals_pending()") == 2
    other.close()


def test_closing_raises_nothing_whatever_is_open(tmp_path):
    for name in ("a", "b"):
        db = Database(tmp_path / f"{name}.db")
        db.run("SELECT lore_migrate('all')")
        cursor = db.connection.execute("SELECT * FROM lore_help")
        cursor.fetchone()
        if name == "b":
            db.run("BEGIN")
            db.run(SAVE, "domain:a.io")
        db.close()
    db = Database(tmp_path / "b.db")
    assert db.value("SELECT count(*) FROM signals") == 0
    db.close()


class Library:
    """SQLite's own API, for what Python's driver hides."""

    def __init__(self, path):
        self.lib = ctypes.CDLL(ctypes.util.find_library("sqlite3"))
        self.lib.sqlite3_errmsg.restype = ctypes.c_char_p
        self.db = ctypes.c_void_p()
        assert self.lib.sqlite3_open(str(path).encode(), ctypes.byref(self.db)) == 0
        self.lib.sqlite3_enable_load_extension(self.db, 1)

    def run(self, sql):
        return self.lib.sqlite3_exec(self.db, sql.encode(), None, None, None)

    def load(self):
        return self.lib.sqlite3_load_extension(self.db, LORE.encode(), None, None)

    def why_not(self):
        """The message of a load that fails."""
        message = ctypes.c_char_p()
        assert self.lib.sqlite3_load_extension(self.db, LORE.encode(), None, ctypes.byref(message)) == ERROR
        text = message.value.decode()
        self.lib.sqlite3_free(message)
        return text

    def prepare(self, sql):
        statement = ctypes.c_void_p()
        assert self.lib.sqlite3_prepare_v2(self.db, sql.encode(), -1, ctypes.byref(statement), None) == 0
        return statement

    def step(self, statement):
        return self.lib.sqlite3_step(statement)

    def finalize(self, statement):
        return self.lib.sqlite3_finalize(statement)

    def close(self):
        return self.lib.sqlite3_close(self.db)


OK, ERROR, BUSY, ROW = 0, 1, 5, 100


def test_the_strict_close_is_ok_after_use(tmp_path):
    host = Library(tmp_path / "x.db")
    assert host.load() == OK
    assert host.run("SELECT lore_migrate('all')") == OK
    assert host.run("BEGIN; SELECT signal_save('t', 's', 'domain:a.io', 1, '{}'); SELECT * FROM signals_pending()") == OK
    assert host.load() == OK
    assert host.close() == OK


def test_the_strict_close_is_ok_inside_a_transaction_that_cached_a_setting(tmp_path):
    host = Library(tmp_path / "x.db")
    assert host.load() == OK
    assert host.run("SELECT lore_migrate('all')") == OK
    assert host.run("BEGIN; SELECT lore_set('suppression_ttl_days', 9); SELECT * FROM lore_settings_all") == OK
    assert host.close() == OK


def test_another_version_beside_is_refused_and_both_are_named(tmp_path):
    """What of the other one is looked at: a module, and a function."""
    host = Library(tmp_path / "x.db")
    module = (ctypes.c_void_p * 40)()
    assert host.lib.sqlite3_create_module_v2(host.db, b"lore_connection", ctypes.byref(module), None, None) == OK
    assert "lore (unknown) is loaded already, this is " in host.why_not()
    answer = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)(
        lambda context, count, values: host.lib.sqlite3_result_text(ctypes.c_void_p(context), b"9.9.9", -1, None))
    assert host.lib.sqlite3_create_function_v2(host.db, b"lore_version", 0, 1, None, answer, None, None, None) == OK
    assert "lore 9.9.9 is loaded already, this is " in host.why_not()
    assert host.close() == OK


def test_a_second_load_that_is_denied_says_so(tmp_path):
    """The lock switches loading off; who switches it on again hears of the authorizer."""
    host = Library(tmp_path / "x.db")
    assert host.load() == OK
    assert host.run("SELECT lore_migrate('all'); SELECT tenant_use('acme'); SELECT tenant_lock()") == OK
    host.lib.sqlite3_enable_load_extension(host.db, 1)
    assert host.why_not().endswith("could not be loaded: authorization denied")
    assert host.close() == OK


def test_the_strict_close_is_ok_without_use(tmp_path):
    host = Library(tmp_path / "x.db")
    assert host.load() == OK
    assert host.close() == OK


def test_a_close_that_fails_leaves_the_verbs_working(tmp_path):
    host = Library(tmp_path / "x.db")
    assert host.load() == OK
    assert host.run("SELECT lore_migrate('all')") == OK
    assert host.run("SELECT signal_save('t', 's', 'domain:a.io', 1, '{}')") == OK
    open_one = host.prepare("SELECT * FROM signals_pending()")
    assert host.step(open_one) == ROW
    assert host.close() == BUSY
    assert host.run("SELECT signal_save('t', 's', 'domain:b.io', 1, '{}')") == OK
    assert host.finalize(open_one) == OK
    assert host.close() == OK


def test_closing_does_not_run_the_open_transaction_of_a_verb(tmp_path):
    host = Library(tmp_path / "x.db")
    host.load()
    host.run("SELECT lore_migrate('all')")
    scan = host.prepare("SELECT signal_save('t', 's', 'domain:' || value || '.io', 1, '{}') FROM json_each('[1, 2, 3]')")
    assert host.step(scan) == ROW
    assert host.close() == BUSY
    assert host.step(scan) == ROW
    host.finalize(scan)
    assert host.close() == OK
    db = Database(tmp_path / "x.db")
    assert db.value("SELECT count(*) FROM signals") == 2
    db.close()


@pytest.mark.parametrize("kind", ["TABLE lore_connection(x)", "TEMP TABLE lore_connection(x)", "VIEW lore_connection AS SELECT 1"])
def test_a_table_named_lore_connection_is_an_error_that_names_it(bare, kind):
    bare.run(f"CREATE {kind}")
    with raises_sql("lore_migrate: ") as caught:
        bare.run("SELECT lore_migrate('all')")
    assert "lore_connection" in caught.message
    assert bare.value("SELECT count(*) FROM main.sqlite_schema WHERE name <> 'lore_connection'") == 0


def test_a_table_named_lore_connection_that_comes_later_does_no_harm(db):
    db.run(SAVE, "domain:a.io")
    db.run("CREATE TABLE lore_connection(x)")
    db.run(SAVE, "domain:b.io")
    db.close()


def test_reading_lore_connection_before_anything_else_does_no_harm(bare):
    assert bare.run("SELECT * FROM lore_connection") == []
    bare.run("DELETE FROM lore_connection")
    with raises_sql("lore_connection: is for the extension itself"):
        bare.run("INSERT INTO lore_connection VALUES (1)")
    bare.run("SELECT lore_migrate('all')")
    assert bare.value(SAVE, "domain:a.io") == 1


# ---- The file ----

def test_a_utf16_database_works(tmp_path):
    db = Database(tmp_path / "x.db")
    db.run("PRAGMA encoding = 'UTF-16le'")
    db.run("SELECT lore_migrate('all')")
    for _ in examples(db):
        pass
    db.run("SELECT signal_save('t', 's', 'domain:ä.io', 1, '{\"n\":\"čšž 😀\"}', 'Zoë 😀')")
    assert db.row("SELECT company_name, raw_data FROM signals WHERE canonical_key = 'domain:ä.io'") == ("Zoë 😀", '{"n":"čšž 😀"}')
    assert db.value("SELECT company_name FROM signals_for('domain:ä.io')") == "Zoë 😀"
    assert db.value("PRAGMA integrity_check") == "ok"
    db.close()


def test_a_read_only_database_can_be_read(db):
    db.run(SAVE, "domain:a.io")
    reader = Database(f"file:{db.path}?mode=ro", uri=True)
    assert reader.value("SELECT count(*) FROM signals_pending()") == 1
    assert reader.value("SELECT count(*) FROM signals_for('domain:a.io')") == 1
    with raises_sql("signal_save: attempt to write a readonly database", READONLY):
        reader.run(SAVE, "domain:b.io")
    reader.close()


def test_an_immutable_empty_file_gets_a_clear_error(tmp_path):
    (tmp_path / "x.db").write_bytes(b"")
    reader = Database(f"file:{tmp_path / 'x.db'}?mode=ro", uri=True)
    with raises_sql("lore_migrate: "):
        reader.run("SELECT lore_migrate('all')")
    assert reader.value("SELECT state FROM lore_migrations_status") == "pending"
    reader.close()


def test_tables_of_our_names_elsewhere_do_not_divert_a_write(db):
    db.run("ATTACH ':memory:' AS other")
    for schema in ("temp", "other"):
        db.run(f"CREATE TABLE {schema}.signals(id INTEGER PRIMARY KEY, canonical_key, foreign_data)")
        db.run(f"CREATE TABLE {schema}.lore_migrations(subsystem, version, name, checksum, applied_at)")
        db.run(f"CREATE TABLE {schema}.lore_settings(name, value)")
    db.run(SAVE, "domain:a.io")
    db.run("SELECT lore_set('suppression_ttl_days', 9)")
    assert db.value("SELECT count(*) FROM main.signals") == 1
    assert db.column("SELECT canonical_key FROM signals_pending()") == ["domain:a.io"]
    for schema in ("temp", "other"):
        for table in ("signals", "lore_migrations", "lore_settings"):
            assert db.value(f"SELECT count(*) FROM {schema}.{table}") == 0


def test_a_read_on_an_attached_file_is_a_read_of_main(db):
    db.run("ATTACH ':memory:' AS other")
    db.run("CREATE TABLE other.own AS SELECT 'domain:a.io' AS k")
    db.run("SELECT signal_save('t', 's', k, 1, '{}') FROM other.own")
    assert db.value("SELECT count(*) FROM main.signals") == 1


# ---- Triggers of the host ----

def test_a_trigger_may_call_a_verb_inside_a_verb(db):
    db.run("CREATE TEMP TRIGGER note AFTER INSERT ON main.signals BEGIN "
           "SELECT suppression_put(NEW.canonical_key, 'page', 'seen'); END")
    db.run(SAVE, "domain:a.io")
    assert db.column("SELECT canonical_key FROM suppression_cache") == ["domain:a.io"]


def test_a_verb_may_call_itself_through_a_trigger(db):
    db.run("CREATE TEMP TRIGGER again AFTER INSERT ON main.signals WHEN NEW.source_api <> 'echo' BEGIN "
           "SELECT signal_save('echo', 'echo', NEW.canonical_key, 1, '{}'); END")
    assert db.value(SAVE, "domain:a.io") == db.value("SELECT id FROM signals WHERE source_api = 'github'")
    assert db.value("SELECT count(*) FROM signals") == db.value("SELECT count(*) FROM signal_processing") == 2
    db.run("SELECT signal_ingest('t', 's', '{\"domain\": \"b.io\"}', 1)")
    assert db.value("SELECT count(*) FROM signals WHERE canonical_key = 'domain:b.io'") == 2


def test_a_failing_inner_verb_undoes_the_outer_one(db):
    db.run("CREATE TEMP TRIGGER bad AFTER INSERT ON main.signal_processing BEGIN SELECT signal_mark_pushed(99, 'p'); END")
    db.run("BEGIN")
    before = dump(db)
    with raises_sql("signal_mark_pushed: ", REFUSED):
        db.run(SAVE, "domain:a.io")
    assert_same(before, dump(db))
    db.run("COMMIT")


def test_a_row_that_a_trigger_swallows_is_noticed(db):
    db.run("CREATE TEMP TRIGGER swallow BEFORE INSERT ON main.signals BEGIN SELECT RAISE(IGNORE); END")
    before = dump(db)
    with raises_sql("signal_save: a row was not stored: a trigger ignored it", REFUSED):
        db.run(SAVE, "domain:a.io")
    assert_same(before, dump(db))


# ---- Interrupts ----

def big_insert(count):
    return ("INSERT INTO signal_save(signal_type, source_api, canonical_key, confidence, raw_data) "
            f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) "
            "SELECT 't', 's', 'domain:a' || i || '.io', 1, '{}' FROM n")


def test_an_interrupt_ends_a_verb_and_leaves_nothing(db):
    before = dump(db)
    calls = []
    db.connection.set_progress_handler(lambda: calls.append(1) or len(calls) > 50, 1000)
    with raises_sql("interrupted", INTERRUPT):
        db.run(big_insert(100000))
    db.connection.set_progress_handler(None, 0)
    assert_same(before, dump(db))
    db.run(big_insert(10))
    assert db.value("SELECT count(*) FROM signals") == 10


def test_an_interrupt_ends_a_reader(db):
    db.run(big_insert(2000))
    db.connection.set_progress_handler(lambda: 1, 100)
    with raises_sql("interrupted", INTERRUPT):
        db.run("SELECT * FROM signals_pending()")
    db.connection.set_progress_handler(None, 0)
    assert len(db.run("SELECT * FROM signals_pending()")) == 2000


# ---- The one cache rule ----

@pytest.mark.parametrize("failing", [
    "INSERT INTO metric_record(name, value, at) VALUES ('m', 1, 1), ('m', 'x', 1)",
    "INSERT INTO metric_record(name, value, at) SELECT 'm', 1, value FROM json_each('[1]') UNION ALL SELECT 'm', 1, json('{')",
    "INSERT INTO log_record(level, message) VALUES ('info', 'a'), ('bad', 'b')"])
def test_rows_of_an_insert_that_failed_do_not_hide_what_plain_sql_changes(db, failing):
    """One row was taken and undone; one is changed after it."""
    db.run("SELECT lore_set('metric_nodes', 'on')")
    db.run("SELECT * FROM lore_settings_all")
    db.run("BEGIN")
    with raises_sql(""):
        db.run(failing)
    db.run("UPDATE lore_settings SET value = 'off' WHERE name = 'metric_nodes'")
    db.run("SELECT metric_record('n', 1)")
    assert db.value("SELECT count(*) FROM graph_nodes") == 0


def standard(db):
    return db.value("SELECT CAST(default_value AS INTEGER) FROM lore_settings_all WHERE name = 'suppression_ttl_days'")


def put_setting(db, days):
    db.run("INSERT INTO main.lore_settings VALUES ('suppression_ttl_days', ?) ON CONFLICT DO UPDATE SET value = excluded.value", str(days))


def test_plain_sql_changes_a_setting_with_the_next_transaction(db):
    assert db.value(TTL) == standard(db) == 7
    put_setting(db, 3)
    assert db.value(TTL) == 3
    db.run("BEGIN")
    put_setting(db, 4)
    db.run("COMMIT")
    assert db.value(TTL) == 4
    db.run("DELETE FROM lore_settings")
    assert db.value(TTL) == 7


def test_another_connection_s_change_is_seen(db):
    other = Database(db.path)
    assert db.value(TTL) == other.value(TTL) == 7
    other.run("SELECT lore_set('suppression_ttl_days', 5)")
    assert db.value(TTL) == 5
    db.run("BEGIN")
    assert db.value(TTL) == 5
    other.run("PRAGMA journal_mode")
    db.run("COMMIT")
    other.run("SELECT lore_set('suppression_ttl_days', 6)")
    assert db.value(TTL) == 6
    other.close()


def test_a_verb_s_own_change_is_seen_at_once(db):
    db.run("BEGIN")
    assert db.value(TTL) == 7
    db.run("SELECT lore_set('suppression_ttl_days', 9)")
    assert db.value(TTL) == 9
    db.run("COMMIT")
    assert db.value(TTL) == 9


@pytest.mark.parametrize("change", ["SELECT lore_set('suppression_ttl_days', 9)", "INSERT INTO lore_settings VALUES ('suppression_ttl_days', '9')"])
def test_rollback_forgets_what_the_transaction_changed(db, change):
    for read_before in (False, True):
        if read_before:
            assert db.value(TTL) == 7
        db.run("BEGIN")
        db.run(change)
        db.value(TTL)
        db.run("ROLLBACK")
        assert db.value(TTL) == 7
        db.run("BEGIN IMMEDIATE")
        assert db.value(TTL) == 7
        db.run("COMMIT")


def test_a_setting_may_be_the_first_thing_read_in_a_write(db):
    db.run("BEGIN")
    db.run("INSERT INTO lore_settings VALUES ('suppression_ttl_days', '9')")
    assert db.value(TTL) == 9
    db.run("COMMIT")
    assert db.value(TTL) == 9


@pytest.mark.parametrize("change", ["SELECT lore_set('suppression_ttl_days', 9)", "INSERT INTO lore_settings VALUES ('suppression_ttl_days', '9')"])
def test_rollback_to_a_savepoint_forgets_too(db, change):
    for first in ("SELECT 1", SAVE.replace("?", "'domain:a.io'"), TTL):
        db.run("BEGIN IMMEDIATE")
        db.run(first)
        db.run("SAVEPOINT s")
        db.run(change)
        assert db.value(TTL) in (7, 9)
        db.run("ROLLBACK TO s")
        assert db.value(TTL) == 7
        db.run("COMMIT")
        assert db.value(TTL) == 7


def test_a_statement_that_is_undone_is_forgotten_too(db):
    db.run("CREATE TABLE own(x NOT NULL)")  # 3.37 keeps no journal for a table without any constraint
    for begin, end in (("BEGIN", "COMMIT"), ("SELECT 1", "SELECT 1")):
        db.run(begin)
        with raises_sql("signal_mark_pushed: "):
            db.run("INSERT INTO own SELECT CASE column1 WHEN 1 THEN lore_set('suppression_ttl_days', 9) "
                   "WHEN 2 THEN suppression_put('domain:a.io', 'p', 's') ELSE signal_mark_pushed(99, 'p') END FROM (VALUES (1), (2), (3))")
        assert db.value("SELECT count(*) FROM lore_settings") == 0
        assert db.value(TTL) == 7
        db.run(end)
        assert db.value(TTL) == 7


def test_a_rolled_back_migration_is_forgotten(bare):
    bare.run("BEGIN")
    bare.run("SELECT lore_migrate('all')")
    bare.run(SAVE, "domain:a.io")
    bare.run("ROLLBACK")
    with raises_sql("run SELECT lore_migrate('signals') first", NOT_READY):
        bare.run(SAVE, "domain:a.io")
    bare.run("SELECT lore_migrate('all')")
    assert bare.value(SAVE, "domain:a.io") == 1


@pytest.mark.parametrize("where", ["temp", "main", "other"])
@pytest.mark.parametrize("name", ["lore_frame", "lore_connection", "lore_body"])
def test_a_table_of_an_internal_name_that_comes_later_costs_no_atomicity(tmp_path, migrated_image, where, name):
    """In a new connection, which has not prepared anything yet. The second write of the verb fails, without a trigger."""
    path = tmp_path / "x.db"
    path.write_bytes(migrated_image)
    db = Database(path)
    db.run("ATTACH ':memory:' AS other")
    db.run(f"CREATE TABLE {where}.{name}(body)")
    db.run("INSERT INTO signals VALUES (1, 't', 's', 'domain:a.io', NULL, 1, '{}', 'x', 'x', NULL)")
    db.run("INSERT INTO signal_processing(signal_id, status, created_at, updated_at) VALUES (1, 'pending', 'x', 'x')")
    db.run("DROP TABLE signal_log")
    db.run("BEGIN")
    before = dump(db)
    with raises_sql("signal_mark_pushed: "):
        db.run("SELECT signal_mark_pushed(1, 'page')")
    assert_same(before, dump(db))
    db.run("ROLLBACK")
    db.close()
