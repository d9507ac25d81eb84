"""Tables that other software has made, and what it writes into them: ids that are none, its indexes, columns and collations."""
import json
import re

import pytest

from support import REFUSED, ROOT, Database, raises_sql
from work_calls import CLOCK, add, claim, log, notice, pin, status, take, think

STATEMENTS = (ROOT / "sql" / "statements" / "work.sql").read_text()
TASKS = "CREATE TABLE tasks(task_id TEXT PRIMARY KEY, description TEXT, status TEXT, priority INTEGER, created_by TEXT, created_at TEXT, updated_at TEXT{})"
THOUGHTS = ("CREATE TABLE thoughts(thought_id TEXT PRIMARY KEY, source_task_id TEXT, content TEXT, thought_type TEXT, status TEXT, escalation_level INTEGER, "
            "ponder_count INTEGER, parent_thought_id TEXT, context TEXT, final_action TEXT, created_at TEXT, updated_at TEXT{})")


@pytest.fixture(autouse=True)
def clock(db):
    pin(db, "12:00")


def put(db, id, **more):
    """A task by plain SQL."""
    given = {"task_id": id, "description": "x", "status": "pending", "created_at": CLOCK, "updated_at": CLOCK, **more}
    db.run(f"INSERT INTO tasks({', '.join(given)}) VALUES ({', '.join('?' * len(given))})", *given.values())


def put_thought(db, id, task, **more):
    given = {"thought_id": id, "source_task_id": task, "content": "x", "status": "pending", "created_at": CLOCK, "updated_at": CLOCK, **more}
    db.run(f"INSERT INTO thoughts({', '.join(given)}) VALUES ({', '.join('?' * len(given))})", *given.values())


def taken_over(bare, tasks="", thoughts=None):
    bare.run(TASKS.format(tasks))
    if thoughts is not None:
        bare.run(THOUGHTS.format(thoughts))
    pin(bare, "12:00")
    return bare


def why(db, kind, id):
    return {what: rest for what, *rest in db.run("SELECT * FROM work_why(?, ?)", kind, id)}


# ---- What is taken over ----

def test_other_software_s_tables_are_taken_over(bare):
    bare.run("CREATE TABLE tasks(task_id TEXT PRIMARY KEY, description TEXT, status TEXT, priority INTEGER, created_by TEXT, created_at TEXT, updated_at TEXT)")
    rows = [("no time", "pending", None, "now"), ("odd priority", "pending", "high", "2026-01-10 11:00:00"), ("no created_at", "pending", 0, None),
            ("other zone", "pending", 1, "2026-01-10T13:00:00+02:00"), (None, "pending", 5, CLOCK), ("done", "completed", 0, CLOCK)]
    for id, state, priority, created in rows:
        bare.run("INSERT INTO tasks VALUES (?, 'x', ?, ?, NULL, ?, NULL)", id, state, priority, created)
    pin(bare, "2026-01-11T12:00Z")
    bare.run("SELECT lore_migrate('work')")
    assert set(claim(bare, most=9)) == {"no time", "odd priority", "no created_at", "other zone"}
    other = Database(bare.path, load=False)
    other.run("INSERT INTO tasks(task_id, description, status, priority, created_at) VALUES ('new', 'x', 'pending', 1, 'now')")
    other.close()
    assert list(claim(bare, most=9)) == ["new"]


def test_a_column_of_other_software_named_waiting_since_is_its_own(bare):
    taken_over(bare, ", waiting_since TEXT", ", waiting_since INTEGER")
    bare.run("SELECT lore_migrate('work')")
    put(bare, "t", waiting_since=None)
    put(bare, "u", waiting_since="never")
    put_thought(bare, "h", "t")
    assert why(bare, "task", "t")["before it"] == ["0", None, "the next claim takes it"]
    assert list(claim(bare, most=9)) == ["t", "u"] and list(claim(bare, "thought")) == ["h"]


def test_attempts_that_may_be_null_count_from_nothing(bare):
    taken_over(bare, ", attempts INTEGER").run("SELECT lore_migrate('work')")
    put(bare, "t", max_attempts=1)
    assert list(claim(bare, seconds=60)) == ["t"] and bare.value("SELECT attempts FROM tasks") == 1
    assert bare.value("SELECT work_next_at('task')") is None, "it has no attempt left"
    pin(bare, "12:01")
    assert claim(bare) == {} and status(bare, "t") == "failed"


def test_a_priority_of_its_own_gives_way_to_the_task_s(bare):
    taken_over(bare, "", ", priority INTEGER DEFAULT 5")
    bare.run("INSERT INTO tasks VALUES ('t', 'x', 'pending', 2, NULL, ?1, ?1)", CLOCK)
    put_thought(bare, "before", "t")
    bare.run("SELECT lore_migrate('work')")
    put_thought(bare, "after", "t")
    assert think(bare, "t", "ours") == "ours"
    assert bare.run("SELECT DISTINCT priority FROM thoughts") == [(2,)]
    bare.run("UPDATE thoughts SET priority = 9")
    assert bare.run("SELECT DISTINCT priority FROM thoughts") == [(2,)]


def test_a_status_is_compared_byte_by_byte_whatever_its_collation(bare):
    taken_over(bare).run("DROP TABLE tasks")
    bare.run(TASKS.replace("status TEXT", "status TEXT COLLATE NOCASE").format(""))
    bare.run("SELECT lore_migrate('work')")
    put(bare, "odd", status="In_Progress", lease_until="2026-01-01T00:00:00.000Z", parent_task_id="nobody", unique_key="k")
    put(bare, "shout", status="PENDING", priority=9, parent_task_id="nobody")
    put(bare, "late", status="Deferred", not_before="2026-01-01")
    add(bare, "t", unique_key="k")
    assert bare.value("SELECT work_next_at()") == CLOCK and bare.column("SELECT id FROM work_pending") == ["t"]
    assert list(claim(bare, most=9)) == ["t"]
    assert set(json.loads(bare.value("SELECT work_sweep()")).values()) == {0}
    assert dict(bare.run("SELECT name, value FROM lore_info WHERE name LIKE 'work.tasks%'")) == {"work.tasks_pending": 0, "work.tasks_leased": 1}


@pytest.mark.parametrize("created, runs", [("soon-or-later", True), ("2026-01-10 11:00:00", True), ("2026-01-10 13:00:00", True),
                                           ("2026-01-11 00:00:00", False), ("2026-01-10T13:00:00", False)])
def test_only_what_begins_with_a_date_is_a_time(db, created, runs):
    put(db, "t", created_at=created)
    assert (list(claim(db)) == ["t"]) is runs


# ---- Ids that are none ----

BAD = ["CAST('a' AS BLOB)", "x'00ff'", "'a' || char(0) || 'b'", "char(0)", "CAST(x'61ff' AS TEXT)", "NULL"]


@pytest.mark.parametrize("bad", BAD)
def test_a_task_whose_id_could_not_be_found_again_is_left_alone(db, bad):
    db.run(f"INSERT INTO tasks(task_id, description, status, priority, created_at, updated_at) VALUES ({bad}, 'x', 'pending', 9, ?1, ?1)", CLOCK)
    add(db, "a")
    assert db.column("SELECT id FROM work_pending") == ["a"]
    claimed = json.loads(db.value("SELECT work_claim('task', 'w', 10)"))
    assert [one["id"] for one in claimed] == ["a"] and db.value("SELECT count(*) FROM work_log") == 1
    for state in ("status = 'in_progress', lease_until = '2026-01-10'", "status = 'deferred', lease_until = NULL, not_before = '2026-01-10'",
                  "status = 'pending', not_before = NULL, parent_task_id = 'nobody'"):
        db.run(f"UPDATE tasks SET {state} WHERE task_id IS NOT 'a'")
        assert claim(db) == {}
        assert set(json.loads(db.value("SELECT work_sweep()")).values()) == {0}
    db.run("UPDATE tasks SET parent_task_id = 'a' WHERE task_id IS NOT 'a'")
    assert db.value("SELECT work_cancel('task', 'a', 'x')") == 1
    assert db.value("SELECT count(*) FROM tasks WHERE status = 'pending'") == 1


@pytest.mark.parametrize("bad", BAD)
def test_so_is_a_thought(db, bad):
    add(db, "t", 3)
    db.run(f"INSERT INTO thoughts(thought_id, source_task_id, content, created_at, updated_at) VALUES ({bad}, 't', 'x', ?1, ?1)", CLOCK)
    think(db, "t", "a")
    assert list(claim(db, "thought", most=9)) == ["a"]
    db.run("UPDATE tasks SET status = 'completed'")
    assert json.loads(db.value("SELECT work_sweep()"))["orphans"] == 1


def test_a_thought_of_a_task_with_such_an_id_is_escalated(db):
    db.run("PRAGMA foreign_keys = OFF")
    put(db, b"a", priority=1)
    put_thought(db, "h", b"a")
    assert db.value("SELECT thought_escalate('h', 'x')") == 1
    assert db.value("SELECT priority FROM tasks") == 2 == db.value("SELECT priority FROM thoughts")


def test_an_odd_level_is_raised_as_a_number(db):
    add(db, "t")
    put_thought(db, "h", "t", escalation_level="high")
    assert db.value("SELECT thought_escalate('h', 'x')") == 1


# ---- Its indexes ----

INDEXES = ["status", "status, priority", "status, created_at", "status, priority DESC, created_at", "status, {}_id"]
PATH = ["level", "waiting", "later", "held", "expired", "due", "comes_back", "orphans", "lease", "by_id", "by_token"]


@pytest.mark.parametrize("name", [f"{kind}_{step}" for kind in ("task", "thought") for step in PATH] + ["task_of_unique_key", "task_rival"])
def test_indexes_of_the_application_lead_no_step_of_a_claim_astray(db, name):
    sql = re.search(rf"^-- :name {name}\b.*\n((?:(?!-- ).*\n)*)", STATEMENTS, re.M).group(1)
    explain = (f"EXPLAIN QUERY PLAN {sql}", dict.fromkeys(re.findall(r":([a-z_]+)", sql)))
    plan = [row[3] for row in db.run(*explain)]
    for kind in ("task", "thought"):
        for n, columns in enumerate(INDEXES):
            db.run(f"CREATE INDEX theirs_{kind}_{n} ON {kind}s({columns.format(kind)})")
    assert [row[3] for row in db.run(*explain)] == plan


# ---- What it writes ----

def test_a_thought_follows_its_task_wherever_that_goes(db):
    add(db, "t", 4)
    add(db, "u", 7)
    think(db, "t", "h")
    db.run("UPDATE thoughts SET source_task_id = 'u'")
    assert db.value("SELECT priority FROM thoughts") == 7
    db.run("PRAGMA foreign_keys = OFF")
    db.run("UPDATE thoughts SET source_task_id = 'later'")
    db.run("UPDATE tasks SET task_id = 'later' WHERE task_id = 't'")
    assert db.value("SELECT priority FROM thoughts") == 4


def test_what_has_ended_is_not_rewritten_when_a_task_becomes_more_urgent(db):
    add(db, "t", 1)
    for id in ("done", "live"):
        think(db, "t", id)
    db.run("UPDATE thoughts SET status = 'failed' WHERE thought_id = 'done'")
    assert db.value("SELECT thought_escalate('live', 'x')") == 1
    assert dict(db.run("SELECT thought_id, priority FROM thoughts")) == {"done": 1, "live": 2}
    assert db.value("SELECT work_resume('thought', 'done')") == 1
    assert db.run("SELECT DISTINCT priority FROM thoughts") == [(2,)], "live again, it follows again"


@pytest.mark.parametrize("kind, active", [("task", "in_progress"), ("thought", "processing")])
def test_a_status_that_other_software_sets_ends_our_lease(db, kind, active):
    add(db, "t")
    think(db, "t", "h")
    token = take(db, kind, seconds=60)
    db.run(f"UPDATE {kind}s SET status = 'pending'")
    db.run(f"UPDATE {kind}s SET status = ?", active)
    assert db.row(f"SELECT lease_token, lease_worker, lease_until FROM {kind}s") == (None, None, None)
    pin(db, "2030-01-01")
    assert claim(db, kind) == {} and status(db, "t" if kind == "task" else "h", kind) == active
    with raises_sql("work_complete: the token is stale: nothing is held by it", REFUSED):
        db.run("SELECT work_complete(?)", token)


def test_what_other_software_takes_up_again_is_not_completed_by_the_old_token(db):
    add(db, "t")
    token = take(db)
    db.run("SELECT work_complete(?)", token)
    assert db.value("SELECT work_complete(?)", token) == 0, "ours keeps the token"
    db.run("UPDATE tasks SET status = 'in_progress'")
    with raises_sql("work_complete: the token is stale", REFUSED):
        db.run("SELECT work_complete(?)", token)
    assert status(db, "t") == "in_progress"


def test_a_heartbeat_of_other_software_that_changes_no_status_leaves_the_lease(db):
    add(db, "t")
    token = take(db)
    db.run("UPDATE tasks SET status = 'in_progress', updated_at = 'now'")
    assert db.value("SELECT work_complete(?)", token) == 1


@pytest.mark.parametrize("own", [0, -1, None])
def test_a_max_attempts_of_nothing_means_the_setting_everywhere(db, own):
    add(db, "t")
    db.run("UPDATE tasks SET max_attempts = ?", own)
    claim(db, seconds=60)
    assert db.value("SELECT work_next_at('task')") == "2026-01-10T12:01:00.000Z"
    assert why(db, "task", "t")["attempts"] == ["1", None, "of 5, the setting max_attempts"]
    pin(db, "12:01")
    assert list(claim(db)) == ["t"] and log(db, "t")[1][:2] == ("in_progress", "pending")
    assert notice(db) is None
