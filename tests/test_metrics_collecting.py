"""Points that INSERT INTO metric_record has taken and not written: what else happens in their transaction."""
import sqlite3
import time

import pytest

from support import NOT_READY, example_width, raises_sql, read_entries

VERBS = [entry for entry in read_entries() if entry.kind == "verb" and entry.is_table and entry.example is not None]


@pytest.fixture
def db(db):
    db.run("SELECT lore_clock('2026-01-31T12:00:00Z')")
    return db


def insert(db, *rows):
    """(name, value, seconds) each; one statement."""
    values = ", ".join(["(?, ?, ?)"] * len(rows))
    db.run(f"INSERT INTO metric_record(name, value, at) VALUES {values}", *(value for row in rows for value in row))


def points(db):
    return db.run("SELECT name, ts / 1000, value FROM metric_points")


# ---- Series that another verb deletes ----

def test_a_series_that_was_deleted_in_between_begins_anew(db):
    db.run("BEGIN")
    insert(db, ("m", 1, 1), ("k", 1, 1))
    db.run("SELECT metric_delete('m')")
    insert(db, ("m", 2, 2))
    insert(db, ("m", 3, 3))
    db.run("COMMIT")
    assert points(db) == [("k", 1, 1), ("m", 2, 2), ("m", 3, 3)]


def test_the_id_of_a_deleted_series_gives_no_point_to_the_one_that_has_it_next(db):
    db.run("BEGIN")
    insert(db, ("m", 1, 1))
    db.run("INSERT INTO metric_delete(name) VALUES ('m')")
    insert(db, ("n", 2, 2))
    insert(db, ("m", 3, 3))
    db.run("COMMIT")
    assert points(db) == [("m", 3, 3), ("n", 2, 2)]


def test_nor_does_the_id_of_one_that_plain_sql_deleted(db):
    db.run("BEGIN")
    insert(db, ("m", 1, 1))
    assert points(db) == [("m", 1, 1)]
    db.run("DELETE FROM metric_series")
    db.run("DELETE FROM metric_recent")
    insert(db, ("n", 2, 2))
    insert(db, ("m", 3, 3))
    db.run("COMMIT")
    assert points(db) == [("m", 3, 3), ("n", 2, 2)]


# ---- Writing that fails ----

def test_an_interrupt_while_points_are_written_ends_with_its_transaction(db):
    """SQLite gives the transaction up in some places and not in others; the next one starts clean in any case."""
    insert(db, ("m", 0, 0))
    ended = set()
    for n in range(1, 400, 3):
        steps = iter(range(1, 10**6))
        db.run("BEGIN")
        for i in range(20):
            insert(db, ("m", n, i))
        db.connection.set_progress_handler(lambda: next(steps) == n, 1)
        try:
            db.run("SAVEPOINT a")
        except sqlite3.OperationalError:
            ended.add(not db.in_transaction)
        db.connection.set_progress_handler(None, 0)
        if db.in_transaction:
            db.run("ROLLBACK")
        insert(db, ("m", n, 0))
        assert points(db) == [("m", 0, n)]
    assert ended == {True, False}


def test_after_points_could_not_be_written_nothing_of_ours_goes_on(db):
    db.run("BEGIN")
    insert(db, ("m", 1, 1))
    db.run("DELETE FROM metric_series")
    with raises_sql(""):
        db.run("SAVEPOINT a")
    for sql in ("SELECT * FROM metric_points", "SELECT metric_record('m', 1)", "INSERT INTO metric_record(name, value) VALUES ('m', 1)", "COMMIT"):
        with raises_sql("metric_record: rows that were taken before could not be written: roll back (series 1 is gone)", NOT_READY):
            db.run(sql)
    assert not db.in_transaction
    insert(db, ("m", 1, 1))
    assert points(db) == [("m", 1, 1)]


# ---- Triggers that are made in between ----

TRIGGER = "CREATE {}TRIGGER look AFTER INSERT ON main.metric_recent BEGIN SELECT RAISE(ABORT, 'no') WHERE NEW.value = 99; END"


@pytest.mark.parametrize("temp", ["", "TEMP "])
def test_a_trigger_made_while_points_wait_never_loses_them(db, temp):
    db.run("CREATE TABLE app(x UNIQUE)")
    insert(db, ("m", 0, 0))
    db.run("BEGIN")
    insert(db, ("m", 1, 1))
    db.run(TRIGGER.format(temp).replace("main.", "main." if temp else ""))
    with raises_sql(""):
        db.run("INSERT INTO app VALUES (1), (1)")
    with raises_sql("metric_record: rows that were taken before could not be written: roll back (a trigger was made while", NOT_READY):
        db.run("COMMIT")
    assert points(db) == [("m", 0, 0)], "told, and all of the transaction is undone"


@pytest.mark.parametrize("temp", ["", "TEMP "])
def test_a_trigger_made_while_points_wait_sees_them_at_commit(db, temp):
    insert(db, ("m", 0, 0))
    db.run("BEGIN")
    insert(db, ("m", 1, 1))
    db.run(TRIGGER.format(temp).replace("main.", "main." if temp else ""))
    insert(db, ("m", 2, 2))
    insert(db, ("n", 3, 3))
    db.run("COMMIT")
    assert points(db) == [("m", 0, 0), ("m", 1, 1), ("m", 2, 2), ("n", 3, 3)]
    db.run("BEGIN")
    insert(db, ("m", 4, 4))
    with raises_sql("no"):
        insert(db, ("m", 5, 5), ("m", 99, 6))
    db.run("COMMIT")
    assert points(db)[-2:] == [("m", 4, 4), ("n", 3, 3)]


# ---- What it costs ----

def seconds(db, sql):
    start = time.process_time()
    db.run(sql)
    return time.process_time() - start


def steps(db, sql):
    """How many instructions of SQLite's machine it takes, nested statements too."""
    count = [0]
    db.connection.set_progress_handler(lambda: count.__setitem__(0, count[0] + 1), 1)
    db.run(sql)
    db.connection.set_progress_handler(None, 0)
    return count[0]


def test_a_new_series_costs_the_same_however_many_are_new(db):
    """Each has the points before it written; what is only known must not be looked at for that."""
    some = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000) "
    one_by_one = seconds(db, some + "SELECT count(metric_record('a' || i, i, NULL, NULL, i)) FROM n")
    assert seconds(db, "INSERT INTO metric_record(name, value, at) " + some + "SELECT 'b' || i, i, i FROM n") < 4 * one_by_one
    assert db.row("SELECT count(*), count(DISTINCT series_id), sum(value) FROM metric_points") == (20000, 20000, 2 * sum(range(10001)))


def test_a_counter_without_a_time_does_not_try_all_times_before(db):
    some = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500) SELECT count(metric_record({})) FROM n"
    with_time = steps(db, some.format("'a', i, NULL, 'counter', i"))
    assert steps(db, some.format("'b', i, NULL, 'counter'")) < 20 * with_time
    assert db.column("SELECT count(*) FROM metric_points GROUP BY name") == [1500, 1500]


@pytest.mark.parametrize("entry", VERBS, ids=repr)
def test_a_row_for_another_verb_is_not_taken_for_a_point(stages, entry):
    """While points wait in memory, every INSERT asks whether its row is one of them."""
    db = stages.open(entry.name)
    db.run("SELECT lore_clock('2026-01-02T12:00:00Z')")
    point = "INSERT INTO metric_record(name, value, at) VALUES ('waits', 1, ?)"
    db.run("BEGIN")
    db.run(point, "2026-01-02T10:00Z")
    db.run(entry.insert(example_width(db, entry), f"VALUES ({entry.example})" if entry.example else ""))
    assert db.value("SELECT verb FROM lore_results ORDER BY n DESC LIMIT 1") == entry.name
    db.run(point, "2026-01-02T11:00Z")
    db.run("COMMIT")
    assert db.value("SELECT count(*) FROM metric_points('waits')") == 2
    db.close()
