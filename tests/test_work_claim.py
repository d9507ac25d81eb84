"""Claims: in which order, under which token, what comes back, what it costs."""
import json
import re

import pytest

from support import ROOT, assert_same, dump
from work_calls import add, claim, log, notice, pin, status, steps, think, time_of

STATEMENTS = (ROOT / "sql" / "statements" / "work.sql").read_text()


@pytest.fixture(autouse=True)
def clock(db):
    pin(db, "12:00")


# ---- Order ----

def test_the_highest_priority_first_then_who_waits_longer_then_the_id(db):
    add(db, "late", 5, at="2026-01-10T11:59Z")
    add(db, "b", 5, at="2026-01-10T11:58Z")
    add(db, "a", 5, at="2026-01-10T11:58Z")
    add(db, "low", -1, at="2026-01-10T11:01Z")
    add(db, "high", 6, at="2026-01-10T11:59:59Z")
    assert db.column("SELECT id FROM work_pending") == ["high", "a", "b", "late", "low"]
    assert list(claim(db, most=9)) == ["high", "a", "b", "late", "low"]


def test_each_whole_hour_of_waiting_counts_as_one_priority_and_ten_at_most(db):
    add(db, "old", 0, at="2026-01-10T02:00:00.001Z")
    add(db, "new", 9, at="2026-01-10T12:00Z")
    assert db.column("SELECT effective_priority FROM work_pending") == [9, 9], "nine whole hours"
    assert list(claim(db)) == ["old"]
    db.run("SELECT work_release(lease_token) FROM tasks WHERE task_id = 'old'")
    add(db, "newer", 10, at="2026-01-10T12:00Z")
    db.run("SELECT work_complete(?)", claim(db)["newer"])
    pin(db, "2026-03-01")
    add(db, "newest", 11)
    assert db.run("SELECT id, effective_priority FROM work_pending") == [("new", 19), ("newest", 11), ("old", 10)]


@pytest.mark.parametrize("difference, runs", [(0, True), (9, True), (10, True), (11, False)])
def test_up_to_ten_levels_apart_nothing_starves(db, difference, runs):
    """Each hour ten new tasks of a higher priority, and a worker that has time for ten."""
    add(db, "old", 0)
    for hour in range(1, 24):
        pin(db, f"2026-01-{10 + (12 + hour) // 24:02}T{(12 + hour) % 24:02}:00Z")
        for n in range(10):
            add(db, f"{hour:02} {n}", difference)
        done = claim(db, most=10)
        db.run("INSERT INTO work_complete(token) SELECT value FROM json_each(?)", json.dumps(list(done.values())))
        if "old" in done:
            assert runs and hour <= max(1, difference)
            return
    assert not runs


def test_a_row_is_not_runnable_before_its_time(db):
    add(db, "later", 9, not_before="2026-01-10T13:00Z")
    add(db, "now", 1)
    assert list(claim(db, most=9)) == ["now"] and claim(db) == {} and notice(db) == "no task is runnable"
    assert db.value("SELECT work_next_at('task')") == "2026-01-10T12:05:00.000Z", "when the lease of the other one ends"
    db.run("SELECT work_complete(lease_token) FROM tasks WHERE task_id = 'now'")
    assert db.value("SELECT work_next_at('task')") == "2026-01-10T13:00:00.000Z"
    assert db.run("SELECT id, runnable FROM work_pending") == [("later", 0)]
    pin(db, "13:00")
    assert list(claim(db, most=9)) == ["later"]


def test_waiting_counts_from_the_time_at_which_a_row_could_run(db):
    add(db, "put off", 0, at="2026-01-09T12:00Z", not_before="2026-01-10T12:00Z")
    add(db, "fresh", 1)
    assert list(claim(db)) == ["fresh"]


def test_many_priorities_are_merged(db):
    for n in range(300):
        add(db, f"t{n:03}", n * 7919 % 40, at=f"2026-01-10T{n % 12:02}:{n % 60:02}Z")
    expected = db.column("SELECT task_id FROM tasks ORDER BY priority + min(10, (strftime('%s', '2026-01-10T12:00Z') - strftime('%s', created_at)) / 3600) "
                         "DESC, created_at, task_id")
    assert db.column("SELECT id FROM work_pending") == expected
    assert db.column("SELECT id FROM work_pending(NULL, 17)") == expected[:17]
    for ahead, id in enumerate(expected[:60]):
        assert int(db.value("SELECT value FROM work_why('task', ?) WHERE what = 'before it'", id)) == ahead
    taken = []
    while batch := claim(db, most=7):
        taken += batch
    assert taken == expected


def test_many_rows_over_many_priorities_are_taken_in_their_order(db):
    db.run("INSERT INTO task_add(description, priority, id) SELECT 'x', value * 7919 % 3001, printf('t%05d', value) FROM json_each(?)",
           json.dumps(list(range(3001))))
    db.run("UPDATE tasks SET created_at = '2026-01-10T05:30:00.000Z' WHERE priority % 3 = 0")
    expected = db.column("SELECT task_id FROM tasks ORDER BY priority + 6 * (priority % 3 = 0) DESC, created_at, task_id")
    assert db.column("SELECT id FROM work_pending(NULL, 1400)") == expected[:1400]
    assert list(claim(db, most=1400)) == expected[:1400] and list(claim(db, most=1400)) == expected[1400:2800]


def test_before_it_counts_what_the_next_claim_lets_wait_again(db):
    add(db, "high", 9)
    add(db, "due", 8)
    tokens = claim(db, most=2, seconds=60)
    db.run("SELECT work_defer(?, '2026-01-10T12:01Z')", tokens["due"])
    add(db, "t", 1)
    add(db, "used up", 7, max_attempts=1)
    claim(db, seconds=60)
    before = "SELECT value, detail FROM work_why('task', 't') WHERE what = 'before it'"
    assert db.row(before) == ("0", "the next claim takes it")
    pin(db, "12:01")
    assert db.row(before) == ("2", "a claim takes these first")
    assert db.value("SELECT at FROM work_why('task', 't') WHERE what = 'last transition'") is None
    assert list(claim(db, most=9)) == ["high", "due", "t"]


def test_nothing_is_said_to_stand_before_a_thought_that_is_rejected(db):
    add(db, "t")
    think(db, "t", "h")
    db.run("UPDATE tasks SET status = 'completed'")
    why = dict(db.run("SELECT what, detail FROM work_why('thought', 'h')"))
    assert "before it" not in why and why["status"].endswith("the next claim or sweep rejects it")


def test_what_is_pending_and_void_is_not_listed_before_its_time_either(db):
    add(db, "t")
    think(db, "t", "h")
    db.run("UPDATE thoughts SET not_before = '2026-01-11T00:00:00.000Z'")
    assert db.run("SELECT id, runnable FROM work_pending('thought')") == [("h", 0)]
    db.run("UPDATE tasks SET status = 'cancelled'")
    assert db.run("SELECT id FROM work_pending('thought')") == [] and db.value("SELECT work_next_at('thought')") is None


# ---- Tokens and requests ----

def test_a_token_is_new_at_each_acquisition_and_of_one_row(db):
    for id in ("a", "b"):
        add(db, id)
    seen = []
    for _ in range(3):
        seen += claim(db, most=2, request="the same").values()
        for token in seen[-2:]:
            db.run("SELECT work_release(?)", token)
    assert len(set(seen)) == 6 and len({token.split("-")[0] for token in seen}) == 1 and len({token.rsplit("-", 1)[0] for token in seen}) == 3
    assert [int(token.rsplit("-", 1)[1]) for token in seen[:2]] == db.column("SELECT seq FROM work_log WHERE to_status = 'in_progress' LIMIT 2")


def test_the_same_request_gives_the_same_rows(db):
    for n in range(12):
        add(db, f"t{n:02}")
    first = claim(db, most=11, request="r")
    before = dump(db)
    assert claim(db, most=11, request="r") == first and len(first) == 11
    assert_same(before, dump(db))
    assert list(claim(db, most=11, request="r2")) == ["t11"]
    db.run("SELECT work_complete(?)", first.pop("t00"))
    assert claim(db, most=11, request="r") == first, "what it still holds"
    for token in first.values():
        db.run("SELECT work_complete(?)", token)
    assert claim(db, request="r") == {} and notice(db) == "the tasks of this request are dealt with"
    assert claim(db, "thought", request="r") == {} and notice(db) == "no thought is runnable", "of another kind it is another request"


def test_a_request_whose_lease_is_over_takes_what_is_next(db):
    add(db, "t")
    old = claim(db, seconds=60, request="r")["t"]
    pin(db, "12:01")
    new = claim(db, seconds=60, request="r")["t"]
    assert new != old and log(db, "t")[1:] == [("in_progress", "pending", "w1", "the lease of w1 was over"), ("pending", "in_progress", "w1", None)]


# ---- What comes back ----

def test_a_lease_that_is_over_makes_a_row_wait_again_in_its_old_place(db):
    for id in ("a", "b", "c"):
        add(db, id)
    claim(db, most=2, seconds=60)
    pin(db, "12:00:59.999")
    assert list(claim(db, worker="w2")) == ["c"]
    pin(db, "12:01")
    assert db.column("SELECT id FROM work_pending") == ["a", "b"], "as the next claim would find it"
    assert list(claim(db, worker="w2", most=9)) == ["a", "b"]
    assert db.column("SELECT attempts FROM tasks") == [2, 2, 1]


def test_a_crash_at_the_last_of_its_own_attempts_is_a_failure(db):
    add(db, "own", 1, max_attempts=1)
    add(db, "setting")
    db.run("SELECT lore_set('max_attempts', 1)")
    claim(db, most=2, seconds=60)
    pin(db, "12:01")
    assert list(claim(db, most=9)) == ["setting"]
    assert log(db, "own")[-1] == ("in_progress", "failed", "w1", "the lease of w1 was over: attempt 1 of 1")


def test_thoughts_of_ended_tasks_are_not_handed_out(db):
    for id, priority in (("done", 9), ("live", 1), ("gone", 5)):
        add(db, id, priority)
        think(db, id, f"h {id}")
    db.run("UPDATE tasks SET status = 'completed' WHERE task_id = 'done'")
    db.run("PRAGMA foreign_keys = OFF")
    db.run("DELETE FROM tasks WHERE task_id = 'gone'")
    assert db.column("SELECT id FROM work_pending('thought')") == ["h live"]
    assert list(claim(db, "thought")) == ["h live"]
    assert log(db, "h done") == [("pending", "rejected", None, "task done is completed")]
    assert log(db, "h gone") == [("pending", "rejected", None, "task gone is gone")]
    assert claim(db, "thought") == {} and status(db, "h live", "thought") == "processing"
    assert db.value("SELECT work_next_at('thought')") == "2026-01-10T12:05:00.000Z"


def test_more_rows_come_back_than_are_read_at_once(db):
    db.run("INSERT INTO task_add(description) SELECT 'x' FROM json_each(?)", json.dumps(list(range(350))))
    assert len(claim(db, most=1000, seconds=60)) == 350
    pin(db, "12:01")
    assert json.loads(db.value("SELECT work_sweep()"))["expired"] == 350


# ---- What it costs ----

CLAIM = ["level", "waiting", "held", "expired", "due", "lease", "by_id", "by_token", "store", "extend", "orphans"]


@pytest.mark.parametrize("name", [f"{kind}_{step}" for kind in ("task", "thought") for step in CLAIM] + ["work_log_claim", "work_log_last"])
def test_no_step_of_a_claim_is_a_scan(db, name):
    sql = re.search(rf"^-- :name {name}\b.*\n((?:(?!-- ).*\n)*)", STATEMENTS, re.M).group(1)
    plan = [row[3] for row in db.run(f"EXPLAIN QUERY PLAN {sql}", {name: None for name in re.findall(r":([a-z_]+)", sql)})]
    wrong = [line for line in plan if not line.startswith(("SEARCH", "CORRELATED SCALAR SUBQUERY"))]
    if name.endswith("_orphans"):  # of a sweep: what is live, and has a parent
        wrong = [line for line in wrong if "USING COVERING INDEX idx_tasks_live_below" not in line and "idx_thoughts_live" not in line
                 and "idx_tasks_live_below" not in line]
    elif name.endswith("_held"):  # the rows of one request
        wrong = [line for line in wrong if line != "USE TEMP B-TREE FOR ORDER BY"]
    assert not wrong, plan


def test_many_priorities_cost_little_more_than_one(db):
    def cost(priority):
        db.run("DELETE FROM tasks")
        db.run(f"INSERT INTO task_add(description, priority) SELECT 'x', {priority} FROM json_each(?)", json.dumps(list(range(10_000))))
        return time_of(lambda: db.run("SELECT count(*) FROM work_pending('task', 5000)"))

    assert cost("value") < 6 * cost("1")


@pytest.mark.parametrize("kind, active", [("task", "in_progress"), ("thought", "processing")])
def test_a_claim_costs_the_same_however_many_rows_have_ended(db, kind, active):
    def fill(count, state):
        add(db, f"about {state} {count}", 5)
        db.run("INSERT INTO task_add(description, priority) SELECT 'x', value % 5 FROM json_each(?)", json.dumps(list(range(count))))
        db.run("INSERT INTO thought_add(task_id, content) SELECT ?, 'x' FROM json_each(?)", f"about {state} {count}", json.dumps(list(range(count))))
        db.run(f"UPDATE {kind}s SET status = ? WHERE status <> ?", state, active)

    def cost():
        db.run(f"UPDATE {kind}s SET status = 'pending' WHERE rowid IN (SELECT rowid FROM {kind}s LIMIT 20)")
        claim(db, kind)
        counted = steps(db, lambda: claim(db, kind, most=3))
        db.run(f"UPDATE {kind}s SET status = 'completed', lease_until = NULL")
        return counted

    fill(50, "completed")
    few = cost()
    fill(5000, "completed"), fill(2000, "failed")
    assert cost() <= few * 1.1
