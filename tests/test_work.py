"""Adding work, the ends of a lease, what is refused and why; test_work_claim.py has the claims, test_work_model.py the whole."""
import json
import re

import pytest

from support import BAD_ARGUMENT, REFUSED, assert_same, dump, raises_sql
from work_calls import CLOCK, add, claim, log, notice, pin, status, take, think


@pytest.fixture(autouse=True)
def clock(db):
    pin(db, "12:00")


# ---- task_add, thought_add ----

def test_a_task_is_kept_as_given(db):
    id = db.value("SELECT task_add('Write', 3, 'ann', '{\"a\": 1.50}', NULL, '2026-01-11', 'key', 4)")
    assert re.fullmatch(r"019ba7c7-1200-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", id), "a UUID, version 7"
    columns = "description, status, priority, created_by, created_at, updated_at, context, not_before, unique_key, max_attempts, attempts"
    assert db.run(f"SELECT {columns} FROM tasks") == [
        ("Write", "pending", 3, "ann", CLOCK, CLOCK, '{"a": 1.50}', "2026-01-11T00:00:00.000Z", "key", 4, 0)]
    assert db.value("SELECT count(*) FROM work_log") == 0, "it has changed no status yet"


def test_the_same_id_again_changes_nothing(db):
    add(db, "t", 3, unique_key="k")
    take(db)
    before = dump(db)
    assert add(db, "t", 3, unique_key="k") == "t" and notice(db) == "known by its id"
    assert add(db, "t", 9, unique_key="k", not_before="2030-01-01") == "t", "what other verbs change is not compared"
    assert_same(before, dump(db))
    for differs, more in (("description", {"description": "another"}), ("unique_key", {"unique_key": "k2"}), ("max_attempts", {"max_attempts": 2}),
                          ("context", {"context": "{}"}), ("created_by", {"created_by": "x"}), ("parent", {"parent": "t"})):
        with raises_sql(f"task_add: task t is there already with another {differs}", REFUSED):
            add(db, "t", 3, **{"unique_key": "k", **more})


@pytest.mark.parametrize("end", ["complete", "cancel", "fail"])
def test_a_unique_key_gives_the_live_task_until_that_has_ended(db, end):
    add(db, "t1", unique_key="k", max_attempts=1)
    assert add(db, "t2", unique_key="k") == "t1" and notice(db) == "a live task has this unique_key"
    token = take(db)
    assert add(db, "t2", unique_key="k") == "t1"
    db.run({"complete": "SELECT work_complete(?)", "cancel": "SELECT work_cancel('task', 't1', ?)", "fail": "SELECT work_fail(?, 'x')"}[end], token)
    assert add(db, "t2", unique_key="k") == "t2"
    assert db.run("SELECT task_id FROM tasks") == [("t1",), ("t2",)]


def test_a_parent_must_be_there_and_not_cancelled(db):
    with raises_sql("task_add: parent: there is no task 'nobody'", REFUSED):
        add(db, "t", parent="nobody")
    add(db, "p")
    assert add(db, "t", parent="p") == "t"
    db.run("SELECT work_cancel('task', 'p', 'x')")
    with raises_sql("task_add: parent: task p is cancelled", REFUSED):
        add(db, "u", parent="p")


def test_a_thought_is_about_a_live_task(db):
    with raises_sql("thought_add: there is no task 'nobody'", REFUSED):
        think(db, "nobody", "h")
    add(db, "t", 4)
    add(db, "u")
    assert think(db, "t", "h1", thought_type="question", context="[1]") == "h1"
    assert think(db, "t", "h2", parent="h1") == "h2"
    with raises_sql("thought_add: parent: there is no thought 'h9'", REFUSED):
        think(db, "t", "h3", parent="h9")
    with raises_sql("thought_add: parent: thought h1 is about task t", REFUSED):
        think(db, "u", "h3", parent="h1")
    with raises_sql("thought h1 is there already with another task_id, thought_type, parent", REFUSED):
        think(db, "u", "h1", parent="h2", thought_type="other")
    assert think(db, "t", "h1") == "h1" and notice(db) == "known by its id"
    db.run("SELECT work_complete(?)", claim(db, most=1)["t"])
    with raises_sql("thought_add: task t is completed: only one that is pending, in_progress or deferred", REFUSED):
        think(db, "t", "h3")
    columns = "thought_id, source_task_id, thought_type, status, escalation_level, ponder_count, parent_thought_id, context, priority"
    assert db.run(f"SELECT {columns} FROM thoughts") == [
        ("h1", "t", "question", "pending", 0, 0, None, "[1]", 4), ("h2", "t", None, "pending", 0, 0, "h1", None, 4)]


@pytest.mark.parametrize("call", ["task_add('x', 'high')", "task_add('')", "task_add('x', 0, NULL, '{')", "task_add('x', 0, NULL, NULL, NULL, 'soon')",
                                  "task_add('x', 0, NULL, NULL, NULL, NULL, NULL, 0)", "thought_add('t')", "work_claim('job', 'w')", "work_claim('task')",
                                  "work_claim('task', 'w', 0)", "work_claim('task', 'w', 1, 0)", "work_extend('x', 0)", "work_fail('x')",
                                  "work_cancel('task', 'x')", "work_defer('x', 'later')"])
def test_bad_arguments_are_named(db, call):
    with raises_sql(f"{call.split('(')[0]}: ", BAD_ARGUMENT):
        db.run(f"SELECT {call}")


# ---- Priorities of thoughts ----

def test_a_thought_waits_with_the_priority_of_its_task_also_by_plain_sql(db):
    add(db, "t", 4)
    think(db, "t", "h1")
    db.run("INSERT INTO thoughts(thought_id, source_task_id, content, created_at, updated_at) VALUES ('h2', 't', 'x', ?1, ?1)", CLOCK)
    assert db.run("SELECT DISTINCT priority FROM thoughts") == [(4,)]
    db.run("UPDATE tasks SET priority = 9")
    assert db.run("SELECT DISTINCT priority FROM thoughts") == [(9,)]
    db.run("INSERT OR REPLACE INTO tasks(task_id, description, priority, created_at, updated_at) VALUES ('t', 'x', 1, ?1, ?1)", CLOCK)
    assert db.run("SELECT DISTINCT priority FROM thoughts") == [(1,)]


# ---- Ends ----

def test_what_is_completed_keeps_its_outcome_and_can_be_completed_again(db):
    add(db, "t")
    token = take(db)
    pin(db, "12:01")
    assert db.value("SELECT work_complete(?, '{\"n\": 1}')", token) == 1
    before = dump(db)
    assert db.value("SELECT work_complete(?, '{\"n\": 2}')", token) == 0 and notice(db) == "task t is completed already"
    assert_same(before, dump(db))
    assert db.row("SELECT status, outcome, lease_token, lease_worker, lease_until, updated_at FROM tasks") == (
        "completed", '{"n": 1}', token, "w1", None, "2026-01-10T12:01:00.000Z")
    assert log(db, "t") == [("pending", "in_progress", "w1", None), ("in_progress", "completed", "w1", None)]


def test_a_failure_is_tried_again_later_and_later_until_no_attempt_is_left(db):
    add(db, "t")
    waited = []
    for attempt in range(1, 5):
        at = db.value("SELECT lore_clock()")
        again = db.value("SELECT work_fail(?, 'oops')", take(db))
        waited.append(db.value("SELECT (julianday(?) - julianday(?)) * 86400", again, at))
        assert 10 * 2 ** attempt - 0.01 < waited[-1] < 11 * 2 ** attempt
        assert db.row("SELECT status, not_before, lease_token, lease_until FROM tasks") == ("pending", again, None, None)
        assert claim(db) == {} and notice(db) == "no task is runnable"
        pin(db, again)
    assert db.value("SELECT work_fail(?, 'oops')", take(db)) is None
    assert status(db, "t") == "failed" and db.value("SELECT attempts FROM tasks") == 5
    assert log(db, "t")[-1] == ("in_progress", "failed", "w1", "oops")


def test_a_task_s_own_number_of_attempts_comes_before_the_setting(db):
    add(db, "own", max_attempts=1)
    assert db.value("SELECT work_fail(?, 'x')", take(db)) is None
    db.run("SELECT lore_set('max_attempts', 2)")
    add(db, "t")
    pin(db, db.value("SELECT work_fail(?, 'x')", take(db)))
    token = take(db)
    assert db.value("SELECT work_fail(?, 'x')", token) is None
    assert db.value("SELECT work_fail(?, 'x')", token) is None and notice(db) == "task t is failed already"


def test_what_is_deferred_comes_back_by_itself_when_its_time_has_come(db):
    add(db, "t")
    token = take(db)
    with raises_sql("work_defer: until must lie ahead of 2026-01-10T12:00:00.000Z, got '2026-01-10T12:00:00.000Z'", BAD_ARGUMENT):
        db.run("SELECT work_defer(?, ?)", token, CLOCK)
    assert db.value("SELECT work_defer(?, '2026-01-10T13:00Z', 'lunch')", token) == 1
    assert db.value("SELECT work_defer(?, '2026-01-10T14:00Z', 'lunch')", token) == 0 and notice(db) == "task t is deferred already"
    pin(db, "12:59:59.999")
    assert claim(db) == {}
    pin(db, "13:00")
    assert db.value("SELECT work_next_at('task')") == "2026-01-10T13:00:00.000Z"
    assert list(claim(db)) == ["t"]
    assert log(db, "t")[1:3] == [("in_progress", "deferred", "w1", "lunch"), ("deferred", "pending", None, "its time has come")]


def test_what_is_deferred_without_a_moment_waits_for_work_resume(db):
    add(db, "t")
    db.run("SELECT work_defer(?)", take(db))
    pin(db, "2999-01-01")
    assert claim(db) == {} and db.value("SELECT work_next_at()") is None
    assert db.value("SELECT work_resume('task', 't', 'now')") == 1
    assert db.value("SELECT work_resume('task', 't', 'now')") == 0 and notice(db) == "task t is pending already"
    assert list(claim(db)) == ["t"]


def test_what_has_failed_is_resumed_with_no_attempt_used(db):
    add(db, "t", max_attempts=1, unique_key="k")
    db.run("SELECT work_fail(?, 'x')", take(db))
    add(db, "u", unique_key="k")
    with raises_sql("work_resume: the unique_key of task t is live in task u", REFUSED):
        db.run("SELECT work_resume('task', 't')")
    db.run("SELECT work_cancel('task', 'u', 'x')")
    assert db.value("SELECT work_resume('task', 't')") == 1
    assert db.row("SELECT status, attempts, not_before FROM tasks WHERE task_id = 't'") == ("pending", 0, None)


def test_what_other_software_left_in_progress_can_be_resumed_but_not_what_is_leased(db):
    add(db, "t")
    take(db)
    with raises_sql("work_resume: task t is held by w1 until 2026-01-10T12:05:00.000Z: its lease must end first", REFUSED):
        db.run("SELECT work_resume('task', 't')")
    db.run("INSERT INTO tasks(task_id, description, status, created_at, updated_at) VALUES ('u', 'x', 'in_progress', ?1, ?1)", CLOCK)
    pin(db, "2030-01-01")
    assert list(claim(db, most=9)) == ["t"], "what has no lease is somebody else's"
    assert db.value("SELECT work_resume('task', 'u', 'its worker is gone')") == 1 and list(claim(db, most=9)) == ["u"]


def test_what_is_released_goes_back_to_its_old_place(db):
    for id in ("a", "b"):
        add(db, id)
    token = take(db)
    assert db.value("SELECT work_release(?)", token) == 1
    with raises_sql("work_release: the token is stale: task a went from in_progress to pending at 2026-01-10T12:00:00.000Z by w1: released", REFUSED):
        db.run("SELECT work_release(?)", token)
    assert list(claim(db, most=2)) == ["a", "b"] and db.run("SELECT attempts FROM tasks") == [(2,), (1,)]


def test_a_lease_can_be_made_longer(db):
    add(db, "t")
    token = take(db)
    pin(db, "12:04:59")
    assert db.value("SELECT work_extend(?, 60)", token) == "2026-01-10T12:05:59.000Z" == db.value("SELECT lease_until FROM tasks")
    pin(db, "12:05:58.999")
    assert claim(db) == {}
    db.run("SELECT work_complete(?)", token)
    with raises_sql("work_extend: task t can't go from completed to in_progress", REFUSED):
        db.run("SELECT work_extend(?, 60)", token)


def test_only_a_thought_is_rejected_or_pondered(db):
    add(db, "t")
    think(db, "t", "h")
    task, thought = take(db), take(db, "thought")
    for call in ("thought_reject(?, 'x')", "thought_ponder(?, 'x')"):
        with raises_sql(f"{call.split('(')[0]}: the token holds task t, not a thought", REFUSED):
            db.run(f"SELECT {call}", task)
    assert db.value("SELECT thought_reject(?, 'beside the point')", thought) == 1
    assert log(db, "h")[-1] == ("processing", "rejected", "w1", "beside the point")


# ---- Tokens ----

def test_a_stale_token_is_refused_by_every_verb_and_says_what_happened(db):
    add(db, "t")
    old = take(db, seconds=60)
    pin(db, "12:01")
    new = take(db, worker="w2")
    for call in ("work_extend(?, 60)", "work_complete(?)", "work_fail(?, 'x')", "work_defer(?)", "work_release(?)", "thought_reject(?, 'x')",
                 "thought_ponder(?, 'x')"):
        before = dump(db)
        with raises_sql(f"{call.split('(')[0]}: the token is stale: task t went from pending to in_progress at 2026-01-10T12:01:00.000Z by w2", REFUSED):
            db.run(f"SELECT {call}", old)
        assert_same(before, dump(db))
        with raises_sql("the token is stale: nothing is held by it", REFUSED):
            db.run(f"SELECT {call}", "made up" if "w" in call else new[:-1] + "x")
    assert db.value("SELECT work_complete(?)", new) == 1


def test_a_late_worker_may_finish_as_long_as_nobody_has_taken_over(db):
    add(db, "t")
    token = take(db, seconds=60)
    pin(db, "15:00")
    assert db.value("SELECT work_complete(?)", token) == 1


# ---- Thoughts ----

def test_pondering_completes_and_goes_on(db):
    add(db, "t", 2)
    think(db, "t", "h", thought_type="question", context="{}")
    token = take(db, "thought")
    assert db.value("SELECT thought_ponder(?, 'why?', 'h2')", token) == "h2"
    before = dump(db)
    assert db.value("SELECT thought_ponder(?, 'why?')", token) == "h2" and notice(db) == "thought h is completed already"
    assert_same(before, dump(db))
    columns = "status, content, source_task_id, thought_type, parent_thought_id, ponder_count, context, priority"
    assert db.row(f"SELECT {columns} FROM thoughts WHERE thought_id = 'h2'") == ("pending", "why?", "t", "question", "h", 1, "{}", 2)
    assert status(db, "h", "thought") == "completed"


def test_what_was_pondered_too_often_is_deferred_and_more_urgent(db):
    db.run("SELECT lore_set('max_ponder', 2)")
    add(db, "t")
    think(db, "t", "h0")
    for n in range(2):
        assert db.value("SELECT thought_ponder(?, 'and?', ?)", take(db, "thought"), f"h{n + 1}") == f"h{n + 1}"
    token = take(db, "thought")
    assert db.value("SELECT thought_ponder(?, 'and?', 'h3')", token) is None
    assert notice(db) == "pondered 2 times: thought h2 is deferred"
    assert db.row("SELECT status, escalation_level, not_before FROM thoughts WHERE thought_id = 'h2'") == ("deferred", 1, None)
    assert db.value("SELECT thought_ponder(?, 'and?', 'h3')", token) is None and db.value("SELECT count(*) FROM thoughts") == 3


def test_a_thought_of_an_ended_task_is_not_pondered_on(db):
    add(db, "t")
    think(db, "t", "h")
    token = take(db, "thought")
    db.run("SELECT work_complete(?)", take(db))
    with raises_sql("thought_ponder: task t is completed", REFUSED):
        db.run("SELECT thought_ponder(?, 'more')", token)
    assert db.value("SELECT work_complete(?)", token) == 1


def test_escalating_raises_the_thought_and_its_task(db):
    add(db, "t", 3)
    think(db, "t", "h")
    think(db, "t", "h2")
    assert db.value("SELECT thought_escalate('h', 'nobody knows')") == 1
    assert db.value("SELECT thought_escalate('h', 'still')") == 2
    assert db.value("SELECT priority FROM tasks") == 5 and db.run("SELECT DISTINCT priority FROM thoughts") == [(5,)]
    assert log(db, "h") == [("pending", "pending", None, "nobody knows"), ("pending", "pending", None, "still")]
    db.run("SELECT thought_reject(?, 'x')", claim(db, "thought")["h"])
    with raises_sql("thought_escalate: thought h is 'rejected': only one that is pending, processing or deferred can be escalated", REFUSED):
        db.run("SELECT thought_escalate('h', 'x')")
    with raises_sql("thought_escalate: there is no thought 'nobody'", REFUSED):
        db.run("SELECT thought_escalate('nobody', 'x')")


def test_the_largest_priority_is_not_raised_further(db):
    add(db, "t", 2**63 - 1)
    think(db, "t", "h")
    db.run("SELECT thought_escalate('h', 'x')")
    assert db.row("SELECT priority, typeof(priority) FROM tasks") == (2**63 - 1, "integer")
    assert list(claim(db)) == ["t"]


# ---- work_cancel, work_sweep ----

def forest(db):
    """a with b and c below, d below b; a thought about each, one below another."""
    for id, parent in (("a", None), ("b", "a"), ("c", "a"), ("d", "b"), ("z", None)):
        add(db, id, parent=parent)
        think(db, id, f"h{id}")
    think(db, "b", "hb2", parent="hb")


def test_a_task_is_cancelled_with_all_that_is_below(db):
    forest(db)
    token = claim(db, most=9)["d"]
    db.run("SELECT work_complete(?)", db.value("SELECT lease_token FROM tasks WHERE task_id = 'c'"))
    assert db.value("SELECT work_cancel('task', 'a', 'no money')") == 8
    assert dict(db.run("SELECT task_id, status FROM tasks")) == {"a": "cancelled", "b": "cancelled", "c": "completed", "d": "cancelled", "z": "in_progress"}
    assert {id for id, s in db.run("SELECT thought_id, status FROM thoughts") if s == "rejected"} == {"ha", "hb", "hb2", "hc", "hd"}
    assert log(db, "d")[-1] == ("in_progress", "cancelled", None, "no money")
    with raises_sql("work_complete: task d can't go from cancelled to completed", REFUSED):
        db.run("SELECT work_complete(?)", token)
    assert db.value("SELECT work_cancel('task', 'a', 'again')") == 0 and notice(db) == "task a is cancelled already"
    with raises_sql("work_cancel: task c can't go from completed to cancelled", REFUSED):
        db.run("SELECT work_cancel('task', 'c', 'x')")
    with raises_sql("work_cancel: there is no task 'nobody'", REFUSED):
        db.run("SELECT work_cancel('task', 'nobody', 'x')")


def test_a_thought_is_called_off_with_those_below_it(db):
    forest(db)
    assert db.value("SELECT work_cancel('thought', 'hb', 'x')") == 2
    assert status(db, "hb2", "thought") == "rejected" and status(db, "b") == "pending"


def test_circles_of_plain_sql_end(db):
    forest(db)
    db.run("UPDATE tasks SET parent_task_id = 'd' WHERE task_id = 'a'")
    db.run("UPDATE thoughts SET parent_thought_id = 'hb2' WHERE thought_id = 'hb'")
    db.run("UPDATE tasks SET parent_task_id = 'z' WHERE task_id = 'z'")
    tree = [(kind, id, depth) for kind, id, _, depth, *_ in db.run("SELECT * FROM task_tree('b')")]
    assert sorted(tree) == [("task", "a", 2), ("task", "b", 0), ("task", "c", 3), ("task", "d", 1), ("thought", "ha", 3), ("thought", "hb", 1),
                            ("thought", "hb2", 1), ("thought", "hc", 4), ("thought", "hd", 2)]
    assert db.value("SELECT count(*) FROM task_tree('z')") == 2
    assert db.value("SELECT work_cancel('task', 'b', 'x')") == 9


def test_a_sweep_counts_what_it_does(db):
    forest(db)
    add(db, "once", max_attempts=1)
    tokens = claim(db, most=9, seconds=60)
    db.run("SELECT work_defer(?, '2026-01-10T12:30Z')", tokens["z"])
    db.run("SELECT work_complete(?)", tokens["a"])
    db.run("PRAGMA foreign_keys = OFF")
    db.run("DELETE FROM tasks WHERE task_id = 'b'")
    pin(db, "13:00")
    assert json.loads(db.value("SELECT work_sweep()")) == {"expired": 1, "woken": 1, "failed": 1, "orphans": 5}
    assert set(json.loads(db.value("SELECT work_sweep()")).values()) == {0}


def test_a_sweep_says_why(db):
    forest(db)
    db.run("PRAGMA foreign_keys = OFF")
    db.run("DELETE FROM tasks WHERE task_id = 'b'")
    db.run("UPDATE tasks SET status = 'completed' WHERE task_id = 'c'")
    assert json.loads(db.value("SELECT work_sweep()"))["orphans"] == 5
    assert log(db, "d") == [("pending", "cancelled", None, "its parent b is gone")]
    assert log(db, "hd") == [("pending", "rejected", None, "task d is cancelled")]
    assert log(db, "hb2") == [("pending", "rejected", None, "task b is gone")]
    assert log(db, "hc") == [("pending", "rejected", None, "task c is completed")]


# ---- The table of transitions, through SQL ----

STATUSES = {"task": ["pending", "in_progress", "deferred", "completed", "failed", "cancelled", "PENDING", "unknown"],
            "thought": ["pending", "processing", "deferred", "completed", "failed", "rejected", "Processing", ""]}
BY_TOKEN = {"work_extend": ("?, 60", ["in_progress", "processing"]), "work_complete": ("?", ["completed"]), "work_fail": ("?, 'x'", ["pending", "failed"]),
            "work_defer": ("?", ["deferred"]), "work_release": ("?", ["pending"]), "thought_reject": ("?, 'x'", ["rejected"]),
            "thought_ponder": ("?, 'x'", ["completed"])}
BY_ID = {"work_cancel": "?1, ?2, 'x'", "work_resume": "?1, ?2, 'x'", "thought_escalate": "?2, 'x'"}


def put(db, kind, before):
    """A row of that status with a token."""
    add(db, "t")
    id = "t" if kind == "task" else think(db, "t", "h")
    db.run(f"UPDATE {kind}s SET status = ?, lease_token = 'token', attempts = 1 WHERE {kind}_id = ?", before, id)
    return id


@pytest.mark.parametrize("kind, before", [(kind, before) for kind in STATUSES for before in STATUSES[kind]])
@pytest.mark.parametrize("verb", [*BY_TOKEN, *BY_ID])
def test_a_verb_changes_what_the_table_allows_and_nothing_else(db, verb, kind, before):
    if verb == "thought_escalate" and kind == "task":
        return
    id = put(db, kind, before)
    allowed = dict(db.run("SELECT to_status, reason FROM work_transitions WHERE kind = ? AND from_status = ? AND verb = ?", kind, before, verb))
    arguments = (BY_TOKEN[verb][0], ["token"]) if verb in BY_TOKEN else (BY_ID[verb], [kind, id])
    was = dump(db)
    try:
        db.run(f"SELECT {verb}({arguments[0]})", *arguments[1])
    except Exception as error:
        assert not allowed, error
        assert re.match(rf"{verb}: ", str(error)) and (before in str(error) or "the token holds task t" in str(error)), error
        assert_same(was, dump(db))
        return
    after = status(db, id, kind)
    if allowed:
        assert after in allowed
        moved = [row[:2] for row in log(db, id)]
        assert moved == ([] if verb == "work_extend" else [(before, after)])
    else:
        assert notice(db).startswith(f"{kind} {id} is {before} already")
        assert_same(was, dump(db))


def test_the_table_knows_no_other_words(bare):
    rows = bare.run("SELECT kind, from_status, to_status, verb FROM work_transitions")
    assert len(rows) == len(set(rows)) == 51
    assert {(kind, word) for kind, before, after, _ in rows for word in (before, after)} == {
        (kind, word) for kind, words in STATUSES.items() for word in words[:6]}
    assert {verb for *_, verb in rows} <= set(bare.column("SELECT name FROM lore_help WHERE subsystem = 'work' AND kind = 'verb'"))


def test_words_of_other_software_are_shown_and_left_alone(db):
    add(db, "t")
    db.run("UPDATE tasks SET status = 'PENDING'")
    assert claim(db) == {} and json.loads(db.value("SELECT work_sweep()")) == {"expired": 0, "woken": 0, "failed": 0, "orphans": 0}
    with raises_sql("work_cancel: task t can't go from 'PENDING' to cancelled: that is none of pending, in_progress, deferred", REFUSED):
        db.run("SELECT work_cancel('task', 't', 'x')")
    with raises_sql("thought_add: task t is 'PENDING', which is none of pending", REFUSED):
        think(db, "t", "h")
    assert db.row("SELECT * FROM work_stats WHERE status = 'PENDING'") == ("task", "PENDING", 1, CLOCK)
    assert "no claim looks at it" in db.row("SELECT detail FROM work_why('task', 't') WHERE what = 'status'")[0]


# ---- Figures ----

def test_the_figures_count_what_waits_and_what_is_held(db):
    for n in range(3):
        add(db, f"t{n}")
    think(db, "t0", "h")
    claim(db)
    assert dict(db.run("SELECT name, value FROM lore_info WHERE name LIKE 'work.%' AND name <> 'work.oldest_pending'")) == {
        "work.tasks_pending": 2, "work.tasks_leased": 1, "work.thoughts_pending": 1, "work.thoughts_leased": 0}


def test_figures_and_transitions_need_no_migration(bare):
    assert bare.run("SELECT * FROM lore_info WHERE name LIKE 'work.%'") == []
    assert bare.value("SELECT count(*) FROM work_transitions") == 51
    with raises_sql("run SELECT lore_migrate('work') first"):
        bare.run("SELECT * FROM work_stats")


def test_stats_have_every_status_with_its_zero(db):
    add(db, "t")
    stats = db.run("SELECT kind, status, count FROM work_stats")
    assert len(stats) == 12 and [row for row in stats if row[2]] == [("task", "pending", 1)]
    assert len(db.run("SELECT * FROM work_stats('thought')")) == 6


def test_why_says_what_a_row_waits_for(db):
    add(db, "t", 3)
    add(db, "u", 5, not_before="2026-01-10T13:00Z", parent="t")
    why = {what: rest for what, *rest in db.run("SELECT * FROM work_why('task', 'u')")}
    assert why["status"] == ["pending", None, "it is not runnable yet"]
    assert why["not before"] == [None, "2026-01-10T13:00:00.000Z", "lies ahead"] and why["parent"] == ["t", None, "pending"]
    pin(db, "14:00")
    why = {what: rest for what, *rest in db.run("SELECT * FROM work_why('task', 't')")}
    assert why["before it"] == ["1", None, "a claim takes these first"] and why["priority"][0] == "5"
    take(db)
    why = {what: rest for what, *rest in db.run("SELECT * FROM work_why('task', 'u')")}
    assert why["lease"] == ["w1", "2026-01-10T14:05:00.000Z", "holds it"]
    assert why["last transition"] == ["pending to in_progress", "2026-01-10T14:00:00.000Z", "w1"]
    assert db.run("SELECT * FROM work_why('task', 'nobody')") == []
