"""The setting `replicated`: a verb's SELECT is refused, its INSERT is not."""
import pytest

from support import ONLY_ANSWER, REFUSED, Database, assert_same, dump, example_width, raises_sql, read_entries

ENTRIES = read_entries()
VERBS = [entry for entry in ENTRIES if entry.kind == "verb" and entry.example is not None]
OTHERS = [entry for entry in ENTRIES if entry.kind not in ("verb", "table") and entry.example is not None]
LOST = "replicated is on: a write in a SELECT is lost on replicas"
SAVE = "'github_spike', 'github', 'domain:acme.ai', 0.5, '{}'"
COLUMNS = "signal_type, source_api, canonical_key, confidence, raw_data"


def switch(db, value):
    db.run("INSERT INTO lore_set(name, value) VALUES ('replicated', ?)", value)


@pytest.fixture
def replicated(db):
    switch(db, "on")
    return db


@pytest.mark.parametrize("entry", VERBS, ids=repr)
def test_a_select_of_a_verb_is_refused_and_writes_nothing(stages, entry):
    db = stages.open(entry.name)
    switch(db, "on")
    before = dump(db)
    form = "and this has no INSERT form" if entry.name in ONLY_ANSWER else f"use INSERT INTO {entry.name}(…)"
    with raises_sql(f"{entry.name}: {LOST}", REFUSED) as caught:
        db.run(entry.call(entry.example))
    assert caught.message.endswith(form)
    assert_same(before, dump(db))
    db.close()


@pytest.mark.parametrize("entry", [entry for entry in VERBS if entry.is_table], ids=repr)
def test_an_insert_does_what_the_select_does_without_the_setting(stages, entry):
    db = stages.open(entry.name)
    switch(db, "on")
    values = f"VALUES ({entry.example})" if entry.example else ""
    db.run(entry.insert(example_width(db, entry), values))
    assert db.value("SELECT verb FROM lore_results ORDER BY n DESC LIMIT 1") == entry.name
    db.close()


@pytest.mark.parametrize("entry", OTHERS, ids=repr)
def test_nothing_but_a_verb_writes(stages, entry):
    """So nothing else need be refused: it runs where no file can be written."""
    db = stages.open(entry.name)
    switch(db, "on")
    db.run("PRAGMA query_only = ON")
    db.run(entry.call(entry.example))
    db.close()


def test_what_undoes_migrations_has_no_other_form(replicated):
    before = dump(replicated)
    with raises_sql(f"lore_rollback: {LOST}, and this has no INSERT form", REFUSED):
        replicated.run("SELECT lore_rollback('metrics', 0, 'drop-data')")
    assert_same(before, dump(replicated))


def test_a_lock_is_refused_where_it_would_write_its_event(replicated):
    replicated.run("SELECT tenant_use('acme')")
    replicated.run("INSERT INTO lore_set(name, value) VALUES ('audit', 'on')")
    with raises_sql(f"tenant_lock: {LOST}, and this has no INSERT form", REFUSED):
        replicated.run("SELECT tenant_lock()")
    assert replicated.value("SELECT count(*) FROM audit_log") == 0
    replicated.run("INSERT INTO lore_set(name, value) VALUES ('audit', 'off')")
    assert replicated.value("SELECT tenant_lock()") == "acme"


@pytest.mark.parametrize("around", ["INSERT INTO own VALUES ({})", "INSERT INTO own SELECT {}", "UPDATE own SET x = {}",
                                    "SELECT count({}) FROM own"])
def test_a_call_as_a_function_is_refused_in_any_statement(replicated, around):
    """A write of one's own may reach the replicas, but whether it does is not to be seen from inside."""
    replicated.script("CREATE TABLE own(x); INSERT INTO own VALUES (1)")
    with raises_sql(f"signal_save: {LOST}", REFUSED):
        replicated.run(around.format(f"signal_save({SAVE})"))
    assert replicated.value("SELECT count(*) FROM signals") == 0


def test_a_temp_trigger_is_refused_too(replicated):
    """It belongs to one connection of one node: on another the row would come without what it adds."""
    replicated.run("CREATE TABLE own(x)")
    replicated.run(f"CREATE TEMP TRIGGER fire AFTER INSERT ON main.own BEGIN SELECT signal_save({SAVE}); END")
    with raises_sql(f"signal_save: {LOST}", REFUSED):
        replicated.run("INSERT INTO own VALUES (1)")
    assert replicated.value("SELECT count(*) FROM own") == 0


def test_a_wrong_argument_is_told_first(replicated):
    with raises_sql("signal_save: source_api is missing"):
        replicated.run("SELECT signal_save('x')")


# ---- On and off ----

def test_it_is_switched_off_by_an_insert_alone(replicated):
    with raises_sql("lore_set: replicated is on: a write in a SELECT is lost on replicas; use INSERT INTO lore_set(…)", REFUSED):
        replicated.run("SELECT lore_set('replicated', 'off')")
    switch(replicated, "off")
    assert replicated.value(f"SELECT signal_save({SAVE})") == 1


def test_it_counts_at_once_on_every_connection(db):
    other = Database(db.path)
    other.run(f"SELECT signal_save({SAVE})")
    switch(db, "on")
    with raises_sql(LOST):
        other.run(f"SELECT signal_save({SAVE})")
    switch(db, "off")
    other.run(f"SELECT signal_save({SAVE})")
    db.run("INSERT INTO main.lore_settings(name, value) VALUES ('replicated', 'on')")
    for one in (db, other):
        with raises_sql(LOST):
            one.run(f"SELECT signal_save({SAVE})")
    other.close()


@pytest.mark.parametrize("begin, undo", [("BEGIN", "ROLLBACK"), ("SAVEPOINT s", "ROLLBACK TO s")])
def test_a_switch_that_is_rolled_back_was_never_made(db, begin, undo):
    db.run(begin)
    switch(db, "on")
    with raises_sql(LOST):
        db.run(f"SELECT signal_save({SAVE})")
    db.run(undo)
    assert db.value(f"SELECT signal_save({SAVE})") == 1


def test_before_the_first_migration_it_is_off(bare):
    bare.run("SELECT lore_migrate('admin')")
    assert bare.value("SELECT value FROM lore_settings_all WHERE name = 'replicated'") == "off"


def test_all_can_be_made_by_inserts_alone(tmp_path):
    """As a replicated database is made: the first statement migrates, the second switches it on."""
    db = Database(tmp_path / "new.db")
    db.run("INSERT INTO lore_migrate(subsystems) VALUES ('all')")
    switch(db, "on")
    db.run(f"INSERT INTO signal_save({COLUMNS}) VALUES ({SAVE})")
    assert db.row("SELECT lore_result(), (SELECT count(*) FROM signals)") == (1, 1)
    db.close()


# ---- lore_call ----

def test_lore_call_has_an_insert_form(replicated):
    arguments = '{"signal_type": "t", "source_api": "s", "canonical_key": "domain:a.io", "confidence": 1, "raw_data": {}}'
    with raises_sql(f"lore_call: {LOST}", REFUSED):
        replicated.run("SELECT lore_call('signal_save', ?)", arguments)
    replicated.run("INSERT INTO lore_call(verb, arguments, at) VALUES ('signal_save', ?, '2026-01-02')", arguments)
    assert replicated.rows("SELECT verb, result FROM lore_results")[-1] == ("lore_call", 1)
    assert replicated.value("SELECT detected_at FROM signals") == "2026-01-02T00:00:00.000Z"


def test_lore_call_s_time_is_for_calls_that_say_none(db):
    for said, at in (("", "2026-01-02T00:00:00.000Z"), (', "at": "2025-03-04"', "2025-03-04T00:00:00.000Z")):
        db.run("INSERT INTO lore_call(verb, arguments, at) VALUES ('lore_migrate_app', ?, '2026-01-02')",
               f'{{"version": {1 + len(said)}, "name": "n", "checksum": "c"{said}}}')
        assert db.value("SELECT applied_at FROM lore_migrations WHERE subsystem = 'app' ORDER BY version DESC") == at


def test_many_calls_of_several_verbs_are_one_atomic_insert(db):
    before = dump(db)
    calls = "VALUES ('lore_set', '{\"name\": \"audit\"}'), ('task_add', '{\"description\": \"t\", \"id\": \"a\"}'), ('task_add', ?)"
    with raises_sql("task_add: has no argument 'kind'"):
        db.run(f"INSERT INTO lore_call(verb, arguments) {calls}", '{"kind": "t"}')
    assert_same(before, dump(db))
    db.run(f"INSERT INTO lore_call(verb, arguments) {calls}", '{"description": "t", "id": "b"}')
    assert db.column("SELECT task_id FROM tasks ORDER BY task_id") == ["a", "b"]


def test_lore_call_does_not_call_itself(db):
    with raises_sql("lore_call: there is no verb 'lore_call'"):
        db.run("INSERT INTO lore_call(verb, arguments) VALUES ('lore_call', '{}')")
