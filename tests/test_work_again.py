"""Calls that are repeated, requests, and what resumes: the second time does no more than the first, whatever was set meanwhile."""
import pytest

from support import REFUSED, assert_same, dump, raises_sql
from work_calls import add, claim, log, notice, pin, status, take, think


@pytest.fixture(autouse=True)
def clock(db):
    pin(db, "12:00")


# ---- Settings that change meanwhile ----

def test_a_failure_may_be_repeated_though_more_attempts_are_allowed_by_now(db):
    db.run("SELECT lore_set('max_attempts', 1)")
    add(db, "t")
    token = take(db)
    assert db.value("SELECT work_fail(?, 'x')", token) is None
    db.run("SELECT lore_set('max_attempts', 9)")
    before = dump(db)
    assert db.value("SELECT work_fail(?, 'x')", token) is None and notice(db) == "task t is failed already"
    assert_same(before, dump(db))


def test_a_ponder_that_was_put_off_may_be_repeated_though_more_are_allowed_by_now(db):
    db.run("SELECT lore_set('max_ponder', 0)")
    add(db, "t")
    think(db, "t", "h")
    token = take(db, "thought")
    assert db.value("SELECT thought_ponder(?, 'and?')", token) is None
    db.run("SELECT lore_set('max_ponder', 9)")
    before = dump(db)
    assert db.value("SELECT thought_ponder(?, 'and?')", token) is None and notice(db) == "thought h is deferred already"
    assert_same(before, dump(db))


def test_what_was_deferred_otherwise_is_not_pondered(db):
    add(db, "t")
    think(db, "t", "h")
    token = take(db, "thought")
    db.run("SELECT work_defer(?)", token)
    with raises_sql("thought_ponder: thought h can't go from deferred to completed", REFUSED):
        db.run("SELECT thought_ponder(?, 'and?')", token)


# ---- Resuming ----

def test_what_is_held_no_longer_can_be_resumed_before_any_claim(db):
    add(db, "t")
    token = take(db, seconds=60)
    with raises_sql("work_resume: task t is held by w1 until 2026-01-10T12:01:00.000Z: its lease must end first", REFUSED):
        db.run("SELECT work_resume('task', 't')")
    pin(db, "12:01")
    assert db.value("SELECT work_resume('task', 't', 'w1 is gone')") == 1
    assert log(db, "t")[-1] == ("in_progress", "pending", None, "w1 is gone")
    with raises_sql("work_complete: the token is stale: task t went from in_progress to pending", REFUSED):
        db.run("SELECT work_complete(?)", token)


# ---- Requests ----

def test_the_same_request_of_another_worker_is_another_request(db):
    for id in ("a", "b"):
        add(db, id)
    first = claim(db, worker="w1", request="r")
    second = claim(db, worker="w2", request="r")
    assert list(first) == ["a"] and list(second) == ["b"]
    assert claim(db, worker="w1", request="r") == first and claim(db, worker="w2", request="r") == second


def test_a_row_of_a_request_that_waits_again_is_no_longer_its_row(db):
    for id in ("a", "b"):
        add(db, id)
    first = claim(db, most=2, request="r")
    db.run("SELECT work_release(?)", first.pop("a"))
    assert claim(db, most=2, request="r") == first


@pytest.mark.parametrize("request_id", ["r", None])
def test_a_token_that_was_rolled_back_is_not_given_again(db, request_id):
    for id in ("a", "b"):
        add(db, id)
    db.run("BEGIN")
    rolled_back = claim(db, request=request_id)["a"]
    db.run("ROLLBACK")
    db.run("UPDATE tasks SET priority = 9 WHERE task_id = 'b'")
    given = claim(db, request=request_id)["b"]
    assert given.rsplit("-", 1)[1] == rolled_back.rsplit("-", 1)[1] and given != rolled_back
    with raises_sql("work_complete: the token is stale", REFUSED):
        db.run("SELECT work_complete(?)", rolled_back)
    assert status(db, "b") == "in_progress"


# ---- Who did it ----

def test_the_log_names_a_worker_only_where_it_is_known(db):
    add(db, "t")
    think(db, "t", "h")
    take(db, "thought")
    db.run("SELECT thought_escalate('h', 'somebody')")
    take(db)
    db.run("SELECT work_cancel('task', 't', 'somebody')")
    assert log(db, "h")[1:] == [("processing", "processing", None, "somebody"), ("processing", "rejected", None, "somebody")]
    assert log(db, "t")[1:] == [("in_progress", "cancelled", None, "somebody")]
