"""After the load PostgreSQL is alive: triggers, views and reports say what SQLite's say, and the verbs of docs/postgres.md hold with
four sessions that write at once. `make test-postgres`."""
import json
import random
import re
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from postgres_server import database, export_of, full, migrated, server  # noqa: F401
from support import ROOT
from test_reports import REPORTS, run_report

PAGE = (ROOT / "docs" / "postgres.md").read_text()
VERBS = "\n".join(re.findall(r"^```postgres\n(.*?)^```", PAGE, re.M | re.S))
SESSIONS = 4


@pytest.fixture
def with_verbs(server, database):
    """The tables with the functions that the page shows."""
    assert VERBS.count("CREATE FUNCTION") == 5
    server.psql(database, VERBS)
    return database


def lines_of(data, *tables):
    """The rows of some tables in an export, as a set of lines."""
    return {line for line in data.decode().splitlines() if re.match(rf'\{{"table":"(?:{"|".join(tables)})"', line)}


# ---- Triggers ----

SNAPSHOT = "INSERT INTO pattern_snapshots(id, detected_at, pattern_id, pattern_name, severity, entities_involved, evidence, cycle_id) VALUES"
ELEMENTS = ["client:1", ":2", "3", "client:", "a:b:c", 4, 5.5, None, True, ["x"], {"type": "client", "id": 6}, {"type": "client", "id": "7"},
            {"entity_type": "client", "entity_id": 8}, {"id": 9}, {"type": "", "id": 9}, {"type": "client", "id": 1.5}, {"type": 5, "id": 5}]
WRITES = [
    "INSERT INTO tasks(task_id, description, priority, created_at, updated_at) VALUES ('new', 'd', 7, '2026-01-10T09:00:00.000Z', 'x')",
    "INSERT INTO thoughts(thought_id, source_task_id, content, created_at, updated_at) VALUES ('of new', 'new', 'c', 'yesterday', 'x')",
    "INSERT INTO thoughts(thought_id, source_task_id, content, status, priority, created_at, updated_at) VALUES ('done', 'new', 'c', 'completed', 3, 'x', 'x')",
    "UPDATE tasks SET priority = 9 WHERE task_id = 'new'",
    "UPDATE thoughts SET priority = 1 WHERE thought_id = 'of new'",
    "UPDATE thoughts SET status = 'pending' WHERE thought_id = 'done'",
    "UPDATE tasks SET status = 'in_progress', lease_token = 't', lease_worker = 'w', lease_until = '2026-01-10T10:00:00.000Z' WHERE task_id = 'new'",
    "UPDATE tasks SET status = 'completed' WHERE task_id = 'new'",
    "UPDATE thoughts SET status = 'processing', lease_token = 't', lease_until = 'u' WHERE thought_id = 'of new'",
    "UPDATE thoughts SET status = 'pending', lease_token = 't2' WHERE thought_id = 'of new'",
    "UPDATE thoughts SET status = 'failed' WHERE thought_id = 'of new'",
    "UPDATE tasks SET not_before = '2099-01-01T00:00:00.000Z' WHERE task_id = 'new'",
    "UPDATE workflow_history SET learned_at = '2026-01-10T09:00:00.000Z'",
    "UPDATE workflow_history SET created_at = '2026-01-10T09:00:00.000Z'",
    "INSERT INTO workflow_history(workflow_id, total_tokens, learned_at) VALUES ('again', 5, 'x'), ('same', 5, 'x')",
    "UPDATE workflow_history SET total_tokens = 6 WHERE workflow_id = 'again'",
    "UPDATE workflow_history SET total_tokens = 5 WHERE workflow_id = 'same'",
    "INSERT INTO signal_transitions(signal_key, at, to_state, to_severity, cause) SELECT min(signal_key), '2026-01-10T09:00:00.000Z', 'active',"
    " 'high', 'detected' FROM signal_state",
    "INSERT INTO signal_transitions(signal_key, at, to_state, to_severity, cause) VALUES ('nobody', '2026-01-10T09:00:00.000Z', 'cleared', 'low', 'c')",
    f"{SNAPSHOT} ('s1', '2026-01-10T09:00:00.000Z', 'p', 'n', 'high', '{json.dumps(ELEMENTS, separators=(',', ':'))}', '{{}}', NULL)",
    f"{SNAPSHOT} ('s2', '2026-01-10 10:00:00+01:00', 'p', 'n', 'high', 'no JSON', '{{}}', 'c')",
    f"{SNAPSHOT} ('s3', 'some day', 'p', 'n', 'high', '[\"client:10\",\"client:10\"]', '{{}}', 'c')",
    "UPDATE pattern_snapshots SET entities_involved = '[\"client:11\"]' WHERE id = 's3'",
    "UPDATE pattern_snapshots SET detected_at = '2026-01-11T09:00:00.000Z' WHERE id = 's1'",
    f"{SNAPSHOT} ('s4', '2026-01-10', 'p', 'n', 'high', '[\"client:12\"]', '{{}}', 'c')",
    "DELETE FROM pattern_snapshots WHERE id = 's4'",
    "INSERT INTO cost_snapshots(id, computed_at, snapshot_type, entity_id, data) VALUES ('c1', '2026-01-10T09:00', 'daily_summary', 'e', '{}')",
]


def test_triggers_do_on_both_sides_the_same(server, database, full):
    db = migrated()
    full.connection.backup(db.connection)
    db.run("PRAGMA foreign_keys = ON")
    server.load(database, export_of(db))
    for write in WRITES:
        db.run(write)
    server.psql(database, ";\n".join(WRITES))
    assert server.export(database) == export_of(db)
    db.close()


@pytest.mark.parametrize("change", ["UPDATE secret_access_log SET outcome = 'x'", "DELETE FROM secret_access_log", "TRUNCATE secret_access_log"])
def test_the_access_log_is_only_appended_to(server, database, full, change):
    server.load(database, export_of(full))
    before = server.export(database)
    answer = server.psql(database, f"DO $$ BEGIN {change}; EXCEPTION WHEN OTHERS THEN RAISE 'refused: %', SQLERRM; END $$",
                         options=("-v", "ON_ERROR_STOP=0"))
    assert answer == b"" and server.export(database) == before
    server.psql(database, "INSERT INTO secret_access_log(at, secret_uuid, access, outcome) VALUES (lore_now(), 's', 'reveal', 'o')")


# ---- Views and reports ----

def same_rows(ours, theirs):
    """Rows of both as lists of dictionaries: a number may be written in either way."""
    def plain(rows):
        return [{name: float(value) if isinstance(value, (int, float)) or re.fullmatch(r"-?\d+(\.\d+)?", str(value)) else value
                 for name, value in row.items()} for row in rows]
    assert plain(theirs) == plain(ours)


def view(server, database, name):
    return [json.loads(line) for line in server.psql(database, f"SELECT row_to_json(v) FROM {name} AS v").decode().splitlines()]


@pytest.fixture(scope="module")
def eventful(tmp_path_factory):
    """A file in which every report has something to show."""
    db = migrated(tmp_path_factory.mktemp("eventful") / "eventful.db")
    chance = random.Random(3)
    for day in range(1, 29):
        for client in range(6):
            severity = chance.choice(("info", "watch", "warning", "high", "critical"))
            db.run("SELECT signal_upsert('overdue', 'client', ?, ?, NULL, NULL, ?)", client % day, severity, f"2026-01-{day:02}T{client:02}:30:00Z")
        if day % 9 == 0:
            db.run("SELECT signal_state_clear('client:1:overdue', NULL, ?)", f"2026-01-{day:02}T12:00:00Z")
            db.run("SELECT signal_state_acknowledge('client:2:overdue', 'ann', 'mine', NULL, ?)", f"2026-01-{day:02}T12:00:00Z")
        db.run("INSERT INTO cost_snapshots(id, computed_at, snapshot_type, data) VALUES (?, ?, 'daily_summary', ?)", f"c{day}",
               f"2026-01-{day:02}T23:00:00.000Z", json.dumps({"total": day*1.25, "workflows": day, "tokens": 1000*day}) if day % 5 else "no JSON")
        db.run("SELECT signal_save('funding_event', ?, ?, 0.5, '{}', NULL, ?, NULL, ?)", f"source{day % 3}", f"domain:c{day}.io", f"2026-01-{day:02}",
               f"2026-01-{day:02}T08:00:00Z")
        db.run("INSERT INTO signal_ingest_log(source_api, at, outcome, reason) VALUES (?, ?, ?, 'r')", f"source{day % 4}", f"2026-01-{day:02}T08:00:00.000Z",
               chance.choice(("duplicate", "suppressed", "no_key")))
    db.run("UPDATE signal_processing SET status = 'claimed' WHERE signal_id % 4 = 0")
    db.run("UPDATE signal_processing SET status = 'pushed', updated_at = '2026-01-28T08:00:00.000Z' WHERE signal_id % 5 = 0")
    for number in range(12):
        db.run("SELECT pattern_process(?, ?)", json.dumps({"workflow_id": f"w{number}", "nl_input": "Run pytest in tests/", "duration_seconds": 95 + number % 2,
                                                         "total_tokens": 9000, "actual_cost_total": 0.25}), f"2026-01-{number + 1:02}")
        db.run("SELECT task_add(?, ?)", f"task {number}", number)
    db.run("SELECT work_fail(value ->> 'token', 'no connection') FROM json_each(work_claim('task', 'w', 4))")
    db.run("SELECT work_complete(value ->> 'token') FROM json_each(work_claim('task', 'w', 2))")
    db.run("SELECT work_claim('task', 'w', 2)")
    yield db
    db.close()


def test_each_report_shows_the_same(server, database, eventful):
    server.load(database, export_of(eventful))
    shown = {}
    for report in REPORTS:
        shown[report.stem] = run_report(eventful.path, report.stem)
        same_rows(shown[report.stem], view(server, database, report.stem))
    assert [name for name, rows in shown.items() if not rows] == []


@pytest.mark.parametrize("name", ["signal_rule_inputs", "signal_mute_inputs", "signal_states_by_severity", "signal_state_ages"])
def test_each_view_shows_the_same(server, database, eventful, full, name):
    db = full if name.endswith("inputs") else eventful
    server.load(database, export_of(db))
    rows = db.named(f"SELECT * FROM {name}")
    assert rows
    same_rows(sorted(rows, key=str), sorted(view(server, database, name), key=str))


def test_the_elements_of_a_snapshot_are_the_same(server, database):
    db = migrated()
    db.run(f"{SNAPSHOT} ('s1', 'd', 'p', 'n', 'high', ?, '{{}}', NULL)", json.dumps(ELEMENTS, separators=(",", ":")))
    server.load(database, export_of(db))
    select = "SELECT position, entity_type, entity_id FROM pattern_snapshot_elements ORDER BY position"
    ours = [["" if value is None else str(value) for value in row] for row in db.run(select)]
    assert len(ours) == len(ELEMENTS) and server.rows(database, select) == ours
    db.close()


# ---- The verbs of the page ----

def test_detections_do_what_the_verb_does(server, with_verbs, tmp_path):
    db = migrated(tmp_path / "life.db")
    for number in range(7):
        db.run("SELECT signal_upsert('over:due', 'client', ?, 'warning', NULL, NULL, '2026-01-01')", number)
    key = "client:{}:over%3Adue"
    db.run("SELECT signal_state_escalate(?, 'high', NULL, '2026-01-02')", key.format(1))
    db.run("SELECT signal_state_acknowledge(?, 'ann', NULL, NULL, '2026-01-02')", key.format(2))
    db.run("SELECT signal_state_clear(?, NULL, '2026-01-02')", key.format(3))
    db.run("SELECT signal_state_clear(?, NULL, '2026-01-02')", key.format(4))
    db.run("SELECT signal_state_cooldown(?, '2026-01-20', '2026-01-02')", key.format(4))
    db.run("UPDATE signal_state SET state = 'suppressed', muted_until = '2099-01-01T00:00:00.000Z' WHERE signal_key = ?", key.format(6))
    db.run("UPDATE signal_state SET state = 'suppressed', severity = 'critical', peak_severity = 'critical', muted_until = '2099-01-01T00:00:00.000Z' WHERE signal_key = ?", key.format(5))
    server.load(with_verbs, export_of(db))
    chance = random.Random(11)
    calls = [(chance.randrange(9), chance.choice(("info", "watch", "low", "warning", "medium", "high", "critical")),
              f"2026-01-{max(1, 3 + number // 20 - chance.choice((0, 0, 0, 3))):02}T{number % 20:02}:00:00.000Z") for number in range(500)]
    ours = [db.value("SELECT signal_upsert('over:due', 'client', ?, ?, NULL, NULL, ?)", *call) for call in calls]
    script = "".join("SELECT signal_upsert('over:due', 'client', '{}', '{}', '{}');\n".format(*call) for call in calls)
    assert server.psql(with_verbs, script).decode().split() == ours
    assert set(ours) == {"new", "ongoing", "escalated", "reactivated", "suppressed", "cooldown"}
    assert set(server.export(with_verbs).splitlines()) ^ set(export_of(db).splitlines()) == set()
    db.close()


def at_once(server, database, scripts):
    """What each of several sessions writes; they run at the same time."""
    running = [subprocess.Popen(server.command(database), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                env=server.environment(), text=True) for _ in scripts]
    begin = f"DO $$ BEGIN PERFORM pg_sleep({time.time() + 1} - extract(epoch FROM clock_timestamp())); END $$;\n"
    with ThreadPoolExecutor(len(scripts)) as threads:
        outputs = list(threads.map(lambda process, script: process.communicate(begin + script, timeout=300), running, scripts))
    assert [(process.returncode, error) for process, (_, error) in zip(running, outputs)] == [(0, "")]*len(scripts)
    return [[word for word in output.split() if word != "DO"] for output, _ in outputs]


def test_signals_that_four_sessions_save_at_once_are_stored_once(server, with_verbs):
    def script(session):
        keys = list(range(300))
        random.Random(session).shuffle(keys)
        return "".join(f"SELECT coalesce(signal_save('funding_event', 'sec', 'domain:c{key}.io', 0.5, '{{}}', '2026-01-10T00:00:00.000Z'), 0);\n" for key in keys)
    outputs = at_once(server, with_verbs, [script(session) for session in range(SESSIONS)])
    ids = [value for output in outputs for value in output if value != "0"]
    assert len(ids) == len(set(ids)) == 300 and sum(map(len, outputs)) == 300*SESSIONS
    assert sum("0" in output for output in outputs) == SESSIONS  # all of them have met others
    assert server.rows(with_verbs, "SELECT count(*), count(DISTINCT signal_id) FROM signal_processing") == [["300", "300"]]


def test_detections_of_four_sessions_at_once_are_all_counted_and_begin_and_rise_once(server, with_verbs):
    def script(session):
        chance = random.Random(session)
        calls = [(key, severity) for severity in ("warning", "high") for key in chance.sample(range(40), 40) for _ in range(5)]
        return "".join(f"SELECT signal_upsert('overdue', 'client', '{key}', '{severity}');\n" for key, severity in calls)
    outputs = at_once(server, with_verbs, [script(session) for session in range(SESSIONS)])
    said = [word for output in outputs for word in output]
    assert (said.count("new"), said.count("escalated"), len(said)) == (40, 40, 400*SESSIONS)
    assert server.rows(with_verbs, "SELECT count(*), min(detection_count), max(detection_count), min(severity) FROM signal_state") == [["40", "40", "40", "high"]]
    assert server.rows(with_verbs, "SELECT cause, count(*), count(DISTINCT signal_key) FROM signal_transitions GROUP BY 1 ORDER BY 1") == [
        ["detected", "40", "40"], ["severity_rise", "40", "40"]]
    assert server.value(with_verbs, "SELECT count(DISTINCT event_data) FROM intelligence_events") == "80"


def test_tasks_that_four_sessions_claim_at_once_are_done_once(server, with_verbs):
    db = migrated()
    for number in range(400):
        db.run("SELECT task_add(?, ?)", f"task {number}", number % 7)
    db.run("UPDATE tasks SET not_before = '2099-01-01T00:00:00.000Z' WHERE task_id = (SELECT max(task_id) FROM tasks)")
    server.load(with_verbs, export_of(db))
    work = """DO $$ DECLARE held record; BEGIN
                FOR held IN SELECT * FROM task_claim('worker {0}', 3, 60) LOOP
                  IF task_complete(held.token, '{{"by": {0}}}') <> 1 THEN RAISE 'lost %', held.id; END IF;
                END LOOP; END $$;\n"""
    at_once(server, with_verbs, [work.format(session)*130 for session in range(SESSIONS)])
    assert server.rows(with_verbs, "SELECT status, count(*), max(attempts) FROM tasks GROUP BY 1 ORDER BY 1") == [["completed", "399", "1"], ["pending", "1", "0"]]
    assert server.rows(with_verbs, "SELECT to_status, count(*), count(DISTINCT id) FROM work_log WHERE kind = 'task' GROUP BY 1 ORDER BY 1") == [
        ["completed", "399", "399"], ["in_progress", "399", "399"]]
    assert server.value(with_verbs, "SELECT count(DISTINCT lease_worker) FROM tasks") == str(SESSIONS)
    again = migrated()
    again.run("SELECT lore_import(?, 'replace')", server.export(with_verbs))
    assert again.run("SELECT status, count FROM work_stats('task') WHERE count ORDER BY 1") == [("completed", 399), ("pending", 1)]
    assert again.run("SELECT * FROM lore_validate WHERE severity = 'error'") == []
    for one in (db, again):
        one.close()


def test_the_best_task_is_claimed_first_and_a_stale_token_ends_nothing(server, with_verbs):
    db = migrated()
    for name, priority in (("low", 1), ("high", 9), ("middle", 5)):
        db.run("SELECT task_add(?, ?, NULL, NULL, NULL, NULL, NULL, NULL, ?)", name, priority, name)
    server.load(with_verbs, export_of(db))
    assert [row[0] for row in server.rows(with_verbs, "SELECT * FROM task_claim('w', 1, 60)")] == ["high"]
    token = server.rows(with_verbs, "SELECT * FROM task_claim('w', 1, 60)")[0][1]
    assert re.fullmatch(r"[0-9a-f]{32}-\d+", token)
    server.psql(with_verbs, "UPDATE tasks SET status = 'pending' WHERE task_id = 'middle'")
    assert server.value(with_verbs, f"SELECT task_complete('{token}', NULL)") == "0"
    db.close()


def test_the_task_of_a_dead_worker_is_claimed_again(server, with_verbs):
    db = migrated()
    db.run("SELECT task_add('a task')")
    server.load(with_verbs, export_of(db))
    first = server.rows(with_verbs, "SELECT * FROM task_claim('w', 1, -1)")[0]
    assert server.rows(with_verbs, "SELECT * FROM task_claim('other', 1, 60)") == []
    server.psql(with_verbs, re.search(r"`(UPDATE tasks SET [^`]*)`", PAGE).group(1))
    again = server.rows(with_verbs, "SELECT * FROM task_claim('other', 1, 60)")[0]
    assert again[0] == first[0] and again[1] != first[1]
    assert server.rows(with_verbs, "SELECT status, attempts, lease_worker FROM tasks") == [["in_progress", "2", "other"]]
    db.close()


def test_row_level_security_as_the_page_has_it_shows_a_tenant_its_own(server, database, full):
    server.load(database, export_of(full))
    server.psql(database, re.search(r"`(ALTER TABLE insights [^`]*)`", PAGE).group(1) + "; GRANT SELECT ON insights TO PUBLIC")
    server.psql(database, "INSERT INTO insights(id, tenant_id, account_id, pattern_type, created_at) VALUES ('i', 'them', 'a', 'p', 'c')")
    seen = "CREATE ROLE agent; SET ROLE agent; SET lore.tenant = 'them'; SELECT id FROM insights"
    assert server.psql(database, seen).decode().split("\n")[3:-1] == ["i"]
