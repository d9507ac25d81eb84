"""What is below a row: shown by task_tree, called off by a sweep."""
import json

import pytest

from work_calls import CLOCK, add, log, pin, status, steps, think, time_of

COUNT = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {}) "
TASK = "INSERT INTO tasks(task_id, description, created_at, updated_at, parent_task_id) "
THOUGHT = "INSERT INTO thoughts(thought_id, source_task_id, content, created_at, updated_at, parent_thought_id) "


@pytest.fixture(autouse=True)
def clock(db):
    pin(db, "12:00")


def tree(db, id):
    return db.run("SELECT kind, id, parent, depth FROM task_tree(?)", id)


# ---- task_tree ----

def test_a_tree_is_shown_depth_first(db):
    for id, parent in (("a", None), ("b", "a"), ("c", "a"), ("d", "b")):
        add(db, id, parent=parent)
        think(db, id, f"h{id}")
    think(db, "b", "hb2", parent="hb")
    assert tree(db, "a") == [
        ("task", "a", None, 0), ("thought", "ha", "a", 1), ("task", "b", "a", 1), ("thought", "hb", "b", 2), ("thought", "hb2", "hb", 3),
        ("task", "d", "b", 2), ("thought", "hd", "d", 3), ("task", "c", "a", 1), ("thought", "hc", "c", 2)]
    assert tree(db, "d") == [("task", "d", "b", 0), ("thought", "hd", "d", 1)]


def test_a_deep_tree_is_shown_whole_and_right(db):
    add(db, "t0")
    db.run(TASK + COUNT.format(1500) + "SELECT 't' || i, 'x', ?1, ?1, 't' || (i - 1) FROM n", CLOCK)
    db.run(THOUGHT + COUNT.format(1500) + "SELECT 'h' || i, 't1', 'x', ?1, ?1, CASE WHEN i > 1 THEN 'h' || (i - 1) END FROM n", CLOCK)
    think(db, "t1500", "last")
    rows = tree(db, "t0")
    assert len(rows) == len(set(rows)) == 1501 + 1500 + 1
    assert all(depth == (int(id[1:]) if kind == "task" else int(id[1:]) + 1) for kind, id, _, depth in rows if id != "last")
    assert ("thought", "last", "t1500", 1501) in rows and ("thought", "h1500", "h1499", 1501) in rows


def test_a_row_without_an_id_hides_no_circle(db):
    add(db, "t")
    think(db, "t", "h1")
    think(db, "t", "h2", parent="h1")
    db.run("UPDATE thoughts SET parent_thought_id = 'h2' WHERE thought_id = 'h1'")
    db.run(THOUGHT + "VALUES (NULL, 't', 'x', ?1, ?1, NULL)", CLOCK)
    assert tree(db, "t") == [("task", "t", None, 0), ("thought", None, "t", 1), ("thought", "h1", "t", 1), ("thought", "h2", "t", 1)]


def test_a_circle_of_tasks_ends_at_the_top(db):
    for id, parent in (("a", None), ("b", "a"), ("c", "b")):
        add(db, id, parent=parent)
    db.run("UPDATE tasks SET parent_task_id = 'c' WHERE task_id = 'a'")
    assert tree(db, "b") == [("task", "b", "a", 0), ("task", "c", "b", 1), ("task", "a", "c", 2)]


def test_a_row_costs_no_more_when_it_lies_deep(db):
    add(db, "flat")
    db.run(TASK + COUNT.format(3000) + "SELECT printf('f%036d', i), 'x', ?1, ?1, 'flat' FROM n", CLOCK)
    add(db, "deep")
    db.run(TASK + COUNT.format(1000) + "SELECT printf('t%036d', i), 'x', ?1, ?1, iif(i = 1, 'deep', printf('t%036d', i - 1)) FROM n", CLOCK)
    db.run(THOUGHT + COUNT.format(2000) + "SELECT printf('h%036d', i), printf('t%036d', 990), 'x', ?1, ?1, NULL FROM n", CLOCK)
    deep, flat = (time_of(lambda: db.run("SELECT count(*), sum(length(id)) FROM task_tree(?)", id)) for id in ("deep", "flat"))
    assert deep < 8 * flat


# ---- Sweeps ----

def test_an_orphan_is_called_off_with_the_tasks_below_it(db):
    for id, parent in (("a", None), ("b", "a"), ("c", "b"), ("d", "c"), ("e", "d")):
        add(db, id, parent=parent)
    think(db, "d", "h")
    db.run("UPDATE tasks SET status = 'completed' WHERE task_id = 'c'")
    db.run("UPDATE tasks SET status = 'Strange' WHERE task_id = 'e'")
    db.run("PRAGMA foreign_keys = OFF")
    db.run("DELETE FROM tasks WHERE task_id = 'a'")
    assert json.loads(db.value("SELECT work_sweep()"))["orphans"] == 3
    assert [status(db, id) for id in "bcde"] == ["cancelled", "completed", "cancelled", "Strange"]
    assert log(db, "b") == [("pending", "cancelled", None, "its parent a is gone")]
    assert log(db, "d") == [("pending", "cancelled", None, "below task b, whose parent a is gone")]
    assert log(db, "h") == [("pending", "rejected", None, "task d is cancelled")]


def test_a_sweep_reads_what_is_live_once_however_many_orphans_there_are(db):
    def cost(orphans):
        db.run(TASK + COUNT.format(500) + "SELECT printf('o%05d', i), 'x', ?1, ?1, 'zzz' FROM n WHERE ?2", CLOCK, orphans)
        counted = steps(db, lambda: db.run("SELECT work_sweep()"))
        db.run("DELETE FROM tasks WHERE parent_task_id = 'zzz'")
        return counted

    few = cost(True) - cost(False)
    add(db, "p")
    db.run(TASK + COUNT.format(5000) + "SELECT 't' || i, 'x', ?1, ?1, 'p' FROM n", CLOCK)
    assert cost(True) - cost(False) < 1.5 * few
