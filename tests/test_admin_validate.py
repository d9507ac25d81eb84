"""lore_validate finds what is wrong, says so in words, and its SQL mends it."""
import pytest

from support import Database, examples, raises_sql

ASK = "SELECT severity, object, problem, fix FROM lore_validate"
AT = "'2026-01-01T00:00:00.000Z'"
SIGNAL = f"INSERT INTO signals VALUES (1, 't', 's', 'domain:a.io', NULL, 0.5, '{{}}', {AT}, {AT}, NULL)"
PROCESSING = f"INSERT INTO signal_processing(signal_id, status, created_at, updated_at) VALUES (1, 'pending', {AT}, {AT})"
STATE = "SELECT signal_upsert('a', 'b', 'c', 'low')"
TASK = f"INSERT INTO tasks(task_id, description, status, created_at, updated_at) VALUES ('t', 't', '{{}}', {AT}, {AT})"
THOUGHT = f"INSERT INTO thoughts(thought_id, source_task_id, content, status, created_at, updated_at) VALUES ('h', 't', 'h', '{{}}', {AT}, {AT})"
NODES = "SELECT graph_put_node(value, 'local', 'agent') FROM json_each('[\"a\", \"b\"]')"
EDGE = f"INSERT INTO graph_edges(source, target, scope, relationship, created_at, valid_from, recorded_at) VALUES ('a', 'b', 'local', 'knows', {AT}, {AT}, {AT})"
SNAPSHOT = "SELECT pattern_snapshot_save('p', 'P', 'low', '[\"client:1\"]', '{}')"
EVENT = f"INSERT INTO intelligence_events(event_type, created_at) VALUES ('e', {AT})"
CHUNK = "INSERT INTO metric_chunks(series_id, start_ts, end_ts, count, min, max, first, last, format, data) VALUES (1, {}, {}, 1, 0, 0, 0, 0, 1, x'00')"
SERIES = f"INSERT INTO metric_series VALUES (1, 'm', '{{}}', 'h', 'gauge', {AT})"

# name: statements that plant it; the severity, object and a part of the problem.
FAULTS = {
    "a setting that there is not": (["INSERT INTO lore_settings VALUES ('nonsense', '1')"], "error", "setting nonsense", "no such setting"),
    "a setting of another form": (["INSERT INTO lore_settings VALUES ('suppression_ttl_days', 'soon')"], "error",
                                  "setting suppression_ttl_days", "suppression_ttl_days must be an integer, got 'soon'"),
    "a missing table": (["DROP TABLE signal_log"], "error", "table signal_log", "it is not there"),
    "a missing index": (["DROP INDEX idx_signals_type"], "error", "index idx_signals_type", "it is not there"),
    "another index": (["DROP INDEX idx_signals_type", "CREATE INDEX idx_signals_type ON signals(detected_at)"], "error",
                      "index idx_signals_type", "its definition is not that of the schema"),
    "a missing trigger": (["DROP TRIGGER lore_on_task_update"], "error", "trigger lore_on_task_update", "it is not there"),
    "another trigger": (["DROP TRIGGER lore_on_task_insert", "CREATE TRIGGER lore_on_task_insert AFTER INSERT ON tasks BEGIN SELECT 1; END"],
                        "error", "trigger lore_on_task_insert", "its definition is not that of the schema"),
    "a missing view": (["DROP VIEW signal_state_ages"], "error", "view signal_state_ages", "it is not there"),
    "another view": (["DROP VIEW signal_state_ages", "CREATE VIEW signal_state_ages AS SELECT 1 AS x"], "error",
                     "view signal_state_ages", "its definition is not that of the schema"),
    "a missing column": (["ALTER TABLE cost_snapshots DROP COLUMN data"], "error", "table cost_snapshots", "cost_snapshots lacks column data"),
    "a missing column of ours": (["ALTER TABLE signal_state DROP COLUMN note"], "error", "table signal_state", "lacks column note"),
    "a name that hides ours": (["CREATE TABLE signals_pending(x)"], "error", "main.signals_pending", "it hides the reader signals_pending"),
    "a temporary view that hides ours": (["CREATE TEMP VIEW lore_help AS SELECT 1 AS x"], "error", "temp.lore_help", "it hides the reader lore_help"),
    "processing of no signal": (["PRAGMA foreign_keys = OFF", PROCESSING], "error", "signal_processing", "1 rows are about a signal that is not there, as 1"),
    "a signal without processing": ([SIGNAL], "error", "signals", "1 rows have no row in signal_processing"),
    "an impossible status of processing": ([SIGNAL, PROCESSING.replace("'pending'", "'Done'")], "error", "signal_processing", "a status that there is not, as 'Done'"),
    "claimed by nobody": ([SIGNAL, PROCESSING.replace("'pending'", "'claimed'")], "error", "signal_processing", "claimed by nobody"),
    "too much confidence": ([SIGNAL.replace("0.5", "80"), PROCESSING], "error", "signals", "a confidence outside 0 and 1, as 1"),
    "a suppression that never was": ([f"INSERT INTO suppression_cache VALUES (1, 'domain:a.io', 'p', 's', NULL, {AT}, '2025-01-01T00:00:00.000Z', NULL)"],
                                     "warning", "suppression_cache", "end before they begin"),
    "a status that was not logged": ([SIGNAL, PROCESSING, "SELECT signal_mark_pushed(1, 'p')", "UPDATE signal_processing SET status = 'rejected'"],
                                     "warning", "signal_log", "another status than their last row says"),
    "a time in another form": ([SIGNAL, PROCESSING, "UPDATE signals SET detected_at = '2026-01-01 12:00:00'"], "warning", "signals.detected_at",
                               "1 rows hold a time in another form, as '2026-01-01 12:00:00'"),
    "an impossible state": ([STATE, "UPDATE signal_state SET state = 'gone'", "DELETE FROM signal_transitions"], "error", "signal_state", "a state that there is not"),
    "cleared at no time": ([STATE, "UPDATE signal_state SET state = 'cleared'", "DELETE FROM signal_transitions"], "error", "signal_state", "are cleared at no time"),
    "last before first": ([STATE, "UPDATE signal_state SET last_detected_at = '2020-01-01T00:00:00.000Z'"], "error", "signal_state", "last detected before they were first"),
    "never detected": ([STATE, "UPDATE signal_state SET detection_count = 0"], "error", "signal_state", "were never detected"),
    "a state that was not logged": ([STATE, "UPDATE signal_state SET state = 'escalated'"], "warning", "signal_transitions", "another state than their last row says"),
    "entities of no snapshot": ([f"INSERT INTO pattern_snapshot_entities VALUES ('client', '1', 'none', {AT})"], "error", "pattern_snapshot_entities", "a snapshot that is not there"),
    "a snapshot without its entities": ([SNAPSHOT, "DELETE FROM pattern_snapshot_entities"], "error", "pattern_snapshot_entities", "1 entities of snapshots are not in it"),
    "an event in two places": ([EVENT, f"INSERT INTO intelligence_events_archive(id, event_type, created_at, consumed_at, attempts, archived_at) "
                                f"SELECT id, event_type, created_at, created_at, 0, {AT} FROM intelligence_events"], "error", "intelligence_events", "in the archive and waiting too"),
    "an event leased by nobody": ([EVENT, f"UPDATE intelligence_events SET lease_until = {AT}"], "error", "intelligence_events", "leased by nobody"),
    "an occurrence of no pattern": (["INSERT INTO pattern_occurrences(pattern_id, workflow_id) VALUES (9, 'w')"], "error", "pattern_occurrences", "a pattern that is not there"),
    "a count that is not its log's": (["SELECT pattern_record('a:b:c', '{\"workflow_id\": \"w\"}')", "UPDATE operation_patterns SET occurrence_count = 5"],
                                      "error", "operation_patterns", "count other occurrences than there are, as 'a:b:c'"),
    "two current facts": ([NODES, "DROP INDEX idx_graph_edges_current", EDGE, EDGE], "error", "graph_edges", "1 current facts are there more than once, as 'a' 'knows' 'b'"),
    "a fact about no node": ([EDGE], "error", "graph_edges", "from or to a node that is not there"),
    "a version that was there": ([NODES, "SELECT graph_merge_node('a', 'local', 'user')", "UPDATE graph_nodes SET version = 1"], "error", "graph_nodes", "a version that is in the history"),
    "an impossible status of a task": ([TASK.format("gone")], "error", "tasks", "a status that there is not"),
    "an impossible status of a thought": ([TASK.format("pending"), THOUGHT.format("gone")], "error", "thoughts", "a status that there is not"),
    "a lease of what is over": ([TASK.format("completed"), f"UPDATE tasks SET lease_until = {AT}"], "error", "tasks", "have a lease and are not worked on"),
    "a thought about no task": (["PRAGMA foreign_keys = OFF", THOUGHT.format("pending")], "error", "thoughts", "a task that is not there"),
    "a task under no task": ([TASK.format("pending"), "UPDATE tasks SET parent_task_id = 'none'"], "error", "tasks", "stand under a task that is not there"),
    "another priority": ([TASK.format("pending"), THOUGHT.format("pending"), "DROP TRIGGER lore_on_task_update", "UPDATE tasks SET priority = 9"], "warning", "thoughts", "another priority than their task"),
    "tags of no series": (["INSERT INTO metric_tags VALUES ('k', 'v', 9)"], "error", "metric_tags", "a series that is not there"),
    "a point of no series": (["INSERT INTO metric_recent VALUES (9, 1, 1.0)"], "error", "metric_recent", "a series that is not there"),
    "a chunk of no series": ([CHUNK.format(1, 2)], "error", "metric_chunks", "a series that is not there"),
    "a key that leads on": (["INSERT INTO key_groups VALUES ('a', 'b'), ('b', 'c')"], "error", "key_groups", "lead to one that leads on"),
}

# What only a person can mend: no SQL.
UNMENDED = {
    "a time that is none": ([SIGNAL, PROCESSING, "UPDATE signals SET detected_at = ''"], "warning", "signals.detected_at", "1 rows hold a time in another form, as ''"),
    "a column of another type": (["ALTER TABLE cost_snapshots RENAME COLUMN data TO d", "ALTER TABLE cost_snapshots ADD COLUMN data INTEGER"],
                                 "error", "table cost_snapshots", "cost_snapshots.data is INTEGER, not TEXT"),
    "a constraint that is gone": (["DROP TABLE key_groups", "CREATE TABLE key_groups(alias TEXT NOT NULL PRIMARY KEY, root TEXT NOT NULL) STRICT, WITHOUT ROWID",
                                   "CREATE INDEX idx_key_groups_root ON key_groups(root)"], "warning", "table key_groups", "its definition is not that of the schema"),
    "a migration of another form": (["UPDATE lore_migrations SET checksum = 'x' WHERE subsystem = 'keys'"], "warning", "migration keys 1", "another form"),
    "attributes that are no object": (["INSERT INTO graph_nodes(id, type, scope, attributes) VALUES ('a', 'agent', 'local', '[1]')"], "warning", "graph_nodes", "no JSON object"),
    "chunks that overlap": ([SERIES, CHUNK.format(1, 5), CHUNK.format(3, 9)], "error", "metric_chunks", "1 chunks overlap the one before, as that of series 1 from 3"),
    "an index that is a table": (["DROP INDEX idx_signals_type", "CREATE TABLE idx_signals_type(x)"], "error", "index idx_signals_type", "a table has its name"),
}


@pytest.fixture
def old_indexes(bare):
    bare.script("CREATE TABLE cost_snapshots(id TEXT PRIMARY KEY, computed_at TEXT NOT NULL, snapshot_type TEXT NOT NULL, entity_id TEXT, data TEXT NOT NULL);"
                "CREATE INDEX idx_cost_snapshots_type ON cost_snapshots(snapshot_type)")
    bare.run("SELECT lore_migrate('all')")
    return bare


def planted(db, faults, name):
    """The row of lore_validate about the fault."""
    statements, severity, subject, problem = faults[name]
    for sql in statements:
        db.run(sql)
    found = [row for row in db.run(ASK) if row[0] == severity and row[1] == subject and problem in row[2]]
    assert len(found) == 1, f"{db.run(ASK)}"
    return found[0]


def test_there_are_faults_enough():
    assert len(FAULTS) >= 25


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_found_and_mended(db, name):
    assert db.run(ASK) == []
    planted(db, FAULTS, name)
    for _, _, problem, fix in db.run(ASK):  # a table that was dropped took its index along
        assert fix, problem
        db.script(fix)
    assert db.run(ASK) == []


@pytest.mark.parametrize("name", UNMENDED)
def test_what_a_person_must_decide_has_no_fix(db, name):
    assert planted(db, UNMENDED, name)[3] is None


def test_all_at_once(db):
    """A broken table does not stop the look at the others."""
    for name in ("a missing table", "a key that leads on", "an impossible status of a task", "a setting that there is not"):
        for sql in FAULTS[name][0]:
            db.run(sql)
    objects = {row[1] for row in db.run(ASK)}
    assert {"table signal_log", "key_groups", "tasks", "setting nonsense"} <= objects


def test_nothing_is_wrong_after_all_examples(db):
    for _ in examples(db):
        pass
    assert db.run(ASK) == []


def test_nothing_is_wrong_with_a_file_that_is_new_or_migrated_in_part(bare):
    assert bare.run(ASK) == []
    for subsystem in bare.column("SELECT DISTINCT subsystem FROM lore_migrations_status"):
        bare.run("SELECT lore_migrate(?)", subsystem)
        assert bare.run(ASK) == [], subsystem


def test_what_the_application_adds_is_nobody_s_trouble(db):
    for sql in ("CREATE TABLE own(x)", "CREATE INDEX own_index ON signals(source_api)", "ALTER TABLE key_log ADD COLUMN own TEXT",
                "CREATE TRIGGER own_trigger AFTER INSERT ON signals BEGIN SELECT 1; END", "CREATE VIEW own_view AS SELECT 1 AS x"):
        db.run(sql)
    assert db.run(ASK) == []


def test_an_index_of_a_temporary_table_is_not_taken_for_ours(old_indexes):
    """One that came with the table and has the first of our columns serves; a temporary one of its name does not count."""
    old_indexes.run("CREATE TEMP TABLE own(a)")
    old_indexes.run("CREATE INDEX temp.idx_cost_snapshots_type ON own(a)")
    assert old_indexes.run(ASK) == []


def test_it_reads_only(db):
    db.run("DROP INDEX idx_signals_type")
    reader = Database(f"file:{db.path}?mode=ro", uri=True)
    assert len(reader.run(ASK)) == 1
    reader.close()


def test_a_file_of_a_newer_version_is_not_judged(db):
    db.run("UPDATE lore_migrations SET version = 99, name = '99.0.0' WHERE subsystem = 'lore'")
    other = Database(db.path)
    with raises_sql("this file was written by lore 99.0.0"):
        other.run(ASK)
    other.close()
