"""Databases of other software are taken over: nothing is lost, every time is the same moment, and nothing is wrong afterwards."""
from datetime import datetime, timezone

import pytest

from support import BAD_ARGUMENT, REFUSED, ROOT, assert_same, dump, raises_sql

GIVEN = (ROOT / "tests" / "given.sql").read_text()
APPLY = "SELECT lore_adopt('apply')"

# What Python layers write: isoformat() with and without a zone, str(datetime), CURRENT_TIMESTAMP, date(), time.time().
FORMS = {
    "2026-01-02T03:04:05.678Z": "2026-01-02T03:04:05.678Z",
    "2026-01-02T03:04:05Z": "2026-01-02T03:04:05.000Z",
    "2026-01-02T03:04:05": "2026-01-02T03:04:05.000Z",
    "2026-01-02 03:04:05": "2026-01-02T03:04:05.000Z",
    "2026-01-02 03:04:05.678901": "2026-01-02T03:04:05.678Z",
    "2026-01-02T03:04:05.678901": "2026-01-02T03:04:05.678Z",
    "2026-01-02T03:04:05.678901+00:00": "2026-01-02T03:04:05.678Z",
    "2026-01-02T05:34:05.5+02:30": "2026-01-02T03:04:05.500Z",
    "2026-01-01T22:04:05-05:00": "2026-01-02T03:04:05.000Z",
    "2026-01-02T03:04:05.123456789Z": "2026-01-02T03:04:05.123Z",
    "2026-01-02": "2026-01-02T00:00:00.000Z",
    "1767323045": "2026-01-02T03:04:05.000Z",
    "1767323045.5": "2026-01-02T03:04:05.500Z",
    "1767323045678": "2026-01-02T03:04:05.678Z",
}

# Statements with :time (a time in some form) and :n (a number), one for each given table that holds times.
ROWS = """
INSERT INTO signals VALUES (:n, 't', 's' || :n, 'domain:a' || :n || '.io', 'A', 0.5, '{"n":9007199254740993}', :time, :time)
INSERT INTO signal_processing VALUES (:n, :n, CASE :n % 2 WHEN 0 THEN 'pending' ELSE 'pushed' END, 'p', :time, NULL, '{}', :time, :time)
INSERT INTO suppression_cache VALUES (:n, 'domain:s' || :n || '.io', 'p', 'Passed', NULL, :time, :time, NULL)
INSERT INTO signal_state VALUES ('b:c:' || :n, 'b', :n, 'c', 'low', :time, :time, NULL, :time, 3, NULL, 'cleared')
INSERT INTO pattern_snapshots VALUES ('p' || :n, :time, 'pattern', 'P', 'low', '["client:1"]', '{}', NULL)
INSERT INTO cost_snapshots VALUES ('c' || :n, :time, 'daily_summary', NULL, '{"total":1.5}')
INSERT INTO operation_patterns(id, pattern_signature, created_at, last_seen) VALUES (:n, 'a:b:' || :n, :time, :time)
INSERT INTO pattern_occurrences VALUES (:n, :n, 'w', 0.5, '{}', :time)
INSERT INTO workflow_history VALUES ('w' || :n, 0, 12, 0, 100, 0.25)
INSERT INTO tasks VALUES ('t' || :n, 'do', 'pending', 3, 'ann', :time, :time)
INSERT INTO thoughts VALUES ('h' || :n, 't' || :n, 'think', 'seed', 'pending', 0, 0, NULL, '{}', NULL, :time, :time)
INSERT INTO correlations(correlation_id, correlation_type, timestamp, created_at, updated_at, tags) VALUES ('l' || :n, 'log_entry', :time, :time, :time, '{}')
""".strip().splitlines()

TIMES = {
    "signals": ["detected_at", "created_at"], "signal_processing": ["processed_at", "created_at", "updated_at"],
    "suppression_cache": ["cached_at", "expires_at"], "signal_state": ["first_detected_at", "last_detected_at", "cleared_at"],
    "pattern_snapshots": ["detected_at"], "cost_snapshots": ["computed_at"], "operation_patterns": ["created_at", "last_seen"],
    "pattern_occurrences": ["detected_at"], "tasks": ["created_at", "updated_at"], "thoughts": ["created_at", "updated_at"],
    "correlations": ["timestamp", "created_at", "updated_at"],
}


@pytest.fixture
def old(bare):
    """A file as other software has left it: each table, each form of a time."""
    bare.script(GIVEN)
    for n, time in enumerate(FORMS, 1):
        for sql in ROWS:
            bare.run(sql, {"n": n, "time": time})
    return bare


def moment(text):
    """Python's own opinion, where it has one; milliseconds."""
    try:
        return int(float(text) * 1000 if float(text) < 1e11 else float(text))
    except ValueError:
        time = datetime.fromisoformat(text)
        time = time if time.tzinfo else time.replace(tzinfo=timezone.utc)
        return int(time.timestamp()) * 1000 + time.microsecond // 1000


def test_the_forms_are_what_python_takes_them_for():
    for text, expected in FORMS.items():
        assert moment(text) == moment(expected), text


def test_adoption_shows_what_would_be_done(old):
    before = dump(old)
    state = dict(old.run("SELECT table_name, state FROM lore_adoption"))
    for table in TIMES:
        assert state[table] == "compatible"
    assert state["workflow_history"] == "compatible" and state["signal_log"] == "missing"
    detail = old.value("SELECT detail FROM lore_adoption WHERE table_name = 'signals'")
    assert "lacks columns source_id" in detail and f"{2 * (len(FORMS) - 1)} times in another form" in detail
    assert_same(before, dump(old))


@pytest.mark.parametrize("form", [APPLY, "INSERT INTO lore_adopt(action) VALUES ('apply')"])
def test_every_old_row_is_the_same_afterwards(old, form):
    columns = {table: old.column("SELECT name FROM pragma_table_info(?)", table) for table in list(TIMES) + ["workflow_history", "graph_nodes"]}
    before = {table: old.named(f"SELECT {', '.join(names)} FROM {table} ORDER BY 1") for table, names in columns.items()}
    old.run(form)
    for table, names in columns.items():
        after = old.named(f"SELECT {', '.join(names)} FROM {table} ORDER BY 1")
        assert len(after) == len(before[table])
        for was, now in zip(before[table], after):
            for name in names:
                if name in TIMES.get(table, []):
                    assert now[name] == FORMS[was[name]], f"{table}.{name}"
                elif (table, name) != ("thoughts", "priority"):
                    assert now[name] == was[name], f"{table}.{name}"
    assert old.run("SELECT * FROM lore_validate") == []
    assert set(old.column("SELECT state FROM lore_adoption")) == {"identical"}
    assert set(old.column("SELECT state FROM lore_migrations_status")) == {"applied"}


def test_what_was_taken_over_works(old):
    old.run(APPLY)
    assert old.value("SELECT count(*) FROM signals_pending()") == len(FORMS) // 2
    assert old.value("SELECT count(*) FROM pattern_snapshots_of_entity('client', '1')") == len(FORMS)
    assert old.value("SELECT json_array_length(work_claim('task', 'w', 100))") == len(FORMS)


def test_the_other_software_may_go_on(old):
    old.run(APPLY)
    for sql in ROWS:
        old.run(sql.replace("INSERT INTO signals VALUES", "INSERT INTO signals(id, signal_type, source_api, canonical_key, company_name, confidence, "
                            "raw_data, detected_at, created_at) VALUES") if "INTO signals " in sql else "SELECT 1", {"n": 99, "time": "2026-02-02 00:00:00"})
    problems = {(row[1], row[3]) for row in old.run("SELECT * FROM lore_validate")}
    assert ("signals.detected_at", APPLY) in problems
    old.run(APPLY)
    assert old.run("SELECT * FROM lore_validate") == []


def test_a_second_time_there_is_nothing_to_do(old):
    old.run(APPLY)
    before = dump(old)
    assert old.value(APPLY) == "nothing to do"
    assert old.value("SELECT lore_notice()") == "nothing to do"
    assert_same(before, dump(old))


def test_rows_that_ours_need_are_made(old):
    old.run("DELETE FROM signal_processing WHERE id > 3")
    assert f"signals: {len(FORMS) - 3} rows made" in old.value(APPLY)
    assert old.value("SELECT count(*) FROM signal_processing") == len(FORMS)


def test_an_empty_file_is_migrated(bare):
    assert set(bare.column("SELECT state FROM lore_adoption")) == {"missing"}
    assert bare.value(APPLY).startswith("migrated admin 1")
    assert bare.run("SELECT * FROM lore_validate") == []


def test_columns_that_a_given_table_lacks_are_added(bare):
    bare.run("CREATE TABLE signals(id INTEGER PRIMARY KEY, signal_type TEXT NOT NULL, source_api TEXT NOT NULL, canonical_key TEXT NOT NULL, "
             "detected_at TEXT NOT NULL, UNIQUE (canonical_key, signal_type, source_api, detected_at))")
    bare.run("INSERT INTO signals VALUES (1, 't', 's', 'domain:a.io', '2026-01-01')")
    with raises_sql("signals lacks column company_name", REFUSED):
        bare.run("SELECT lore_migrate('signals')")
    detail = bare.value("SELECT detail FROM lore_adoption WHERE table_name = 'signals'")
    assert detail.startswith("lacks columns company_name, confidence, raw_data, created_at, source_id")
    bare.run("ALTER TABLE signals ADD COLUMN created_at TEXT NOT NULL DEFAULT '2026-01-01'")
    bare.run(APPLY)
    assert bare.run("SELECT id, detected_at, company_name FROM signals") == [(1, "2026-01-01T00:00:00.000Z", None)]
    assert bare.value("SELECT signal_save('t', 's', 'domain:b.io', 1, '{}')") == 2


@pytest.mark.parametrize("sql, table, text", [
    ("CREATE VIEW signals AS SELECT 1 AS id", "signals", "a view named signals is there"),
    ("CREATE TABLE key_log(x)", "key_log", "a table named key_log is there that is not ours"),
    ("CREATE TABLE cost_snapshots(id TEXT PRIMARY KEY, computed_at INTEGER, snapshot_type TEXT, entity_id TEXT, data TEXT)", "cost_snapshots",
     "cost_snapshots.computed_at is INTEGER, not TEXT"),
    ("CREATE TABLE cost_snapshots(id TEXT, computed_at TEXT, snapshot_type TEXT, entity_id TEXT, data TEXT)", "cost_snapshots",
     "cost_snapshots.id is TEXT, not TEXT PRIMARY KEY"),
    ("CREATE TABLE suppression_cache(id INTEGER PRIMARY KEY, canonical_key TEXT, notion_page_id TEXT, status TEXT, cached_at TEXT, expires_at TEXT)",
     "suppression_cache", "suppression_cache lacks UNIQUE (canonical_key)"),
    ("CREATE TABLE cost_snapshots(id TEXT PRIMARY KEY, computed_at TEXT, snapshot_type TEXT, entity_id TEXT, data TEXT) WITHOUT ROWID", "cost_snapshots",
     "cost_snapshots is WITHOUT ROWID"),
    ("CREATE TABLE workflow_history(workflow_id TEXT PRIMARY KEY, tenant TEXT NOT NULL)", "workflow_history", "workflow_history.tenant is NOT NULL without a default"),
])
def test_what_conflicts_is_named_and_nothing_is_changed(bare, sql, table, text):
    bare.script(GIVEN.split("CREATE TABLE operation_patterns")[0].split("CREATE TABLE pattern_snapshots")[0])
    bare.run(sql)
    before = dump(bare)
    assert bare.run("SELECT state, detail FROM lore_adoption WHERE table_name = ?", table) == [("conflicting", text)]
    for form in (APPLY, "INSERT INTO lore_adopt(action) VALUES ('apply')"):
        with raises_sql(f"lore_adopt: nothing was changed: {text}", REFUSED):
            bare.run(form)
        assert_same(before, dump(bare))


def test_rows_that_a_unique_index_would_refuse_conflict(old):
    old.run("INSERT INTO signal_processing SELECT id + 100, signal_id, status, NULL, NULL, NULL, NULL, created_at, updated_at FROM signal_processing WHERE id <= 3")
    old.run("INSERT INTO pattern_occurrences(pattern_id, workflow_id) VALUES (NULL, 'w'), (NULL, 'w')")
    text = "signal_processing has more than one row for 3 values of (signal_id)"
    assert old.run("SELECT table_name, detail FROM lore_adoption WHERE state = 'conflicting'") == [("signal_processing", text)]
    with raises_sql(f"lore_adopt: nothing was changed: {text}", REFUSED):
        old.run(APPLY)
    old.run("DELETE FROM signal_processing WHERE id > 100")
    old.run(APPLY)


def test_two_rows_of_one_moment_are_named(old):
    """Two forms of one time were two rows; as one they would be the same."""
    for time in ("2027-01-01 00:00:00", "2027-01-01T00:00:00Z"):
        old.run("INSERT INTO signals(signal_type, source_api, canonical_key, confidence, raw_data, detected_at, created_at) "
                "VALUES ('t', 's', 'domain:twice.io', 1, '{}', ?, ?)", time, time)
    before = dump(old)
    with raises_sql("of signals, 2027-01-01T00:00:00.000Z: UNIQUE constraint failed", REFUSED):
        old.run(APPLY)
    assert_same(before, dump(old))


def test_what_is_no_time_stays(old):
    old.run("UPDATE tasks SET updated_at = 'yesterday' WHERE task_id = 't1'")
    old.run(APPLY)
    assert old.value("SELECT updated_at FROM tasks WHERE task_id = 't1'") == "yesterday"
    assert [row[1] for row in old.run("SELECT * FROM lore_validate")] == ["tasks.updated_at"]


def test_only_apply_is_an_action(bare):
    with raises_sql("lore_adopt: action must be apply, got 'look'", BAD_ARGUMENT):
        bare.run("SELECT lore_adopt('look')")


def test_a_rolled_back_adoption_leaves_nothing(old):
    before = dump(old)
    old.run("BEGIN")
    old.run(APPLY)
    old.run("ROLLBACK")
    assert_same(before, dump(old))


def test_a_column_that_is_added_has_its_default_in_old_rows_and_new(bare):
    """A task without a status would never be worked on, nor be found."""
    bare.script("CREATE TABLE tasks(task_id TEXT PRIMARY KEY, description TEXT); INSERT INTO tasks VALUES ('old', 'x');"
                "CREATE TABLE insights(id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL, account_id TEXT, pattern_type TEXT, pattern_data TEXT, confidence REAL, created_at TEXT);"
                "INSERT INTO insights VALUES ('old', 't', 'a', 'p', '{}', 1, '2026-01-01')")
    bare.run(APPLY)
    bare.run("INSERT INTO tasks(task_id) VALUES ('new')")
    assert sorted(bare.column("SELECT id FROM work_pending('task')")) == ["new", "old"]
    bare.run("SELECT tenant_use('t')")
    assert bare.run("SELECT id, severity FROM insight_list('pending')") == [("old", "medium")]
