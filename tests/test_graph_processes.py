"""Two and four writers on one file lose nothing; a walk over a million edges stops when it is told to."""
import json
import multiprocessing
import sqlite3
import threading
import time

import pytest

from graph_calls import attributes_of, call, day, edge, edges, facts_of, merge, node, nodes, pin, read, row_of
from support import INTERRUPT, REFUSED, Database, code_of, raises_sql
from test_processes import JOURNALS, PROCESSES, Shop

CALLS = 120
THINKS = 0.001  # between reading and writing, so that the others come in between


@pytest.fixture
def shop(tmp_path, migrated_image, request):
    return Shop(tmp_path, migrated_image, request.getfixturevalue("journal"))


def is_conflict(error):
    return code_of(error) in (REFUSED, None) and "version" in str(error)


def whole(db):
    assert db.value("PRAGMA integrity_check") == "ok"
    assert db.run("PRAGMA foreign_key_check") == []
    db.close()


# ---- Two writers that have read the same version ----

@JOURNALS
def test_of_two_writers_one_is_told_of_the_conflict(shop, journal):
    first, second = shop.open(), shop.open()
    node(first, "a", attributes={"n": 0})
    seen = row_of(first, "a")["version"], row_of(second, "a")["version"]
    assert seen == (1, 1)
    assert merge(first, "a", {"first": True}, expected_version=seen[0]) == 2
    with raises_sql("graph_merge_node: ", REFUSED):
        merge(second, "a", {"second": True}, expected_version=seen[1])
    assert row_of(second, "a")["attributes"] == {"n": 0, "first": True}
    assert merge(second, "a", {"second": True}, expected_version=2) == 3
    assert row_of(first, "a")["attributes"] == {"n": 0, "first": True, "second": True}
    first.close(), whole(second)


@JOURNALS
def test_two_at_the_same_time_give_one_conflict_a_round_and_no_lost_update(shop, journal):
    """Both read, then both write what they have read and their own, by put, which replaces all. Who is refused reads again."""
    db = shop.open()
    for n in range(CALLS):
        node(db, f"a{n}", attributes={"by": []})
    db.close()
    both_have_read = multiprocessing.get_context("fork").Barrier(2)

    def work(db, number):
        conflicts = 0
        for n in range(CALLS if number < 2 else 0):
            row = row_of(db, f"a{n}")
            both_have_read.wait()
            try:
                node(db, f"a{n}", attributes={"by": row["attributes"]["by"] + [number]}, expected_version=row["version"])
            except sqlite3.Error as error:
                assert is_conflict(error), error
                conflicts, row = conflicts + 1, row_of(db, f"a{n}")
                node(db, f"a{n}", attributes={"by": row["attributes"]["by"] + [number]}, expected_version=row["version"])
        return conflicts

    assert sum(shop.run(work)) == CALLS
    db = shop.open()
    for n in range(CALLS):
        assert sorted(row_of(db, f"a{n}")["attributes"]["by"]) == [0, 1] and row_of(db, f"a{n}")["version"] == 3
    whole(db)


@JOURNALS
def test_four_count_together_by_expected_version(shop, journal):
    db = shop.open()
    node(db, "a", attributes={"n": 0})
    db.close()

    def work(db, number):
        done = conflicts = 0
        while done < CALLS // 2:
            row = row_of(db, "a")
            time.sleep(THINKS)
            try:
                assert node(db, "a", attributes={"n": row["attributes"]["n"] + 1}, expected_version=row["version"]) == row["version"] + 1
                done += 1
            except sqlite3.Error as error:
                assert is_conflict(error), error
                conflicts += 1
        return conflicts

    assert sum(shop.run(work)) > 0
    db = shop.open()
    total = PROCESSES * (CALLS // 2)
    assert (row_of(db, "a")["attributes"], row_of(db, "a")["version"]) == ({"n": total}, total + 1)
    assert db.run("SELECT version, json_extract(attributes, '$.n') FROM graph_history ORDER BY version") == [(n + 1, n) for n in range(total)]
    whole(db)


@JOURNALS
def test_only_one_of_four_makes_a_node_that_was_not_there(shop, journal):
    def work(db, number):
        made = 0
        for n in range(CALLS):
            try:
                node(db, f"a{n}", attributes={"by": number}, expected_version=0)
                made += 1
            except sqlite3.Error as error:
                assert is_conflict(error), error
        return made

    assert sum(shop.run(work)) == CALLS
    db = shop.open()
    assert db.column("SELECT DISTINCT version FROM graph_nodes") == [1] and db.value("SELECT count(*) FROM graph_history") == 0
    whole(db)


# ---- Without expected_version nothing is lost either, where members are merged ----

@JOURNALS
def test_what_four_merge_and_set_and_learn_is_all_there(shop, journal):
    def work(db, number):
        for n in range(CALLS):
            merge(db, "a", {f"{number}-{n}": n})
            call(db, "config_set", kind="filter_config", patch={f"{number}-{n}": n}, reason="r")
            call(db, "config_learn", kind="filter_config", subject="s",
                 observation={"counts": {"all": 1, str(number): 2}, "learned_patterns": ["x", f"p{number}"]})
        return 0

    shop.run(work)
    db = shop.open()
    expected = {f"{number}-{n}": n for number in range(PROCESSES) for n in range(CALLS)}
    assert row_of(db, "a")["attributes"] == json.loads(db.value("SELECT config_get('filter_config')")) == expected
    assert row_of(db, "a")["version"] == PROCESSES * CALLS
    learned = read(attributes_of(db, "config/filter_config/s"))
    assert learned["counts"] == {"all": PROCESSES * CALLS, **{str(number): 2 * CALLS for number in range(PROCESSES)}}
    assert {entry["pattern"]: entry["hits"] for entry in learned["learned_patterns"]} == {"x": PROCESSES * CALLS, **{f"p{n}": CALLS for n in range(PROCESSES)}}
    assert db.column("SELECT version FROM config_history('filter_config')") == list(range(PROCESSES * CALLS, 0, -1))
    whole(db)


@JOURNALS
def test_a_fact_that_four_state_and_end_is_current_at_most_once_and_never_overlaps(shop, journal):
    db = shop.open()
    nodes(db, "ab")
    db.close()

    def work(db, number):
        made = set()
        for n in range(CALLS):
            made.add(edge(db, "a", "b", weight=n % 3))
            if n % 4 == number:
                call(db, "graph_end_edge", source="a", target="b", scope="local", relationship="knows")
        return made

    made = set().union(*shop.run(work))
    db = shop.open()
    rows = facts_of(db, "edge_id, valid_from, valid_to, superseded_at")
    assert {row[0] for row in rows} == made
    held = sorted((begin, end or "9") for _, begin, end, superseded in rows if superseded is None)
    assert all(end <= begin for (_, end), (begin, _) in zip(held, held[1:])), "one after the other"
    assert sum(end == "9" for _, end in held) <= 1
    whole(db)


@JOURNALS
def test_readers_see_whole_calls_only(shop, journal):
    """One deletes and makes anew a node with its edges; the others never see an edge without its nodes."""
    db = shop.open()
    edges(db, "hub>a hub>b c>hub")
    db.close()

    def work(db, number):
        torn = 0
        for n in range(CALLS):
            if number == 0:
                db.run("BEGIN IMMEDIATE")
                call(db, "graph_delete_node", id="hub", scope="local"), edges(db, "hub>a hub>b c>hub", at=day(1))
                db.run("COMMIT")
            else:
                torn += db.column("SELECT node FROM graph_walk('hub', NULL, 3, 'both') ORDER BY 1") != ["a", "b", "c", "hub"]
        return torn

    assert sum(shop.run(work)) == 0
    whole(shop.open())


# ---- A million edges ----

NODES, DEGREE = 100_000, 10
SLOWEST, TRIES = 0.05, 10


@pytest.fixture(scope="module")
def million(tmp_path_factory, migrated_image):
    """Each node leads to ten others, near and far, so that whoever walks on reaches all."""
    path = tmp_path_factory.mktemp("million") / "million.db"
    path.write_bytes(migrated_image)
    db = Database(path, check_same_thread=False)
    for pragma in ("synchronous = OFF", "journal_mode = OFF", "cache_size = -400000", "temp_store = MEMORY"):
        db.run(f"PRAGMA {pragma}")
    pin(db)
    db.run("BEGIN")
    fill_table(db, "graph_nodes", NODES, {"id": "printf('n%06d', i)", "scope": "'local'", "type": "'concept'", "attributes": "'{}'", "version": "1",
                                          "created_at": f"'{day(1)}'", "updated_at": f"'{day(1)}'"})
    fill_table(db, "graph_edges", NODES * DEGREE, {
        "source": f"printf('n%06d', i / {DEGREE})", "target": f"printf('n%06d', (i / {DEGREE} + 1 + 37 * (i % {DEGREE})) % {NODES})", "scope": "'local'",
        "relationship": "'r'", "weight": f"1 + i % {DEGREE}", "attributes": "'{}'",
        "created_at": f"'{day(1)}'", "valid_from": f"'{day(1)}'", "recorded_at": f"'{day(1)}'"})
    db.run("COMMIT")
    yield db
    db.close()


def fill_table(db, table, count, values):
    """By plain SQL: the tables are the interface too."""
    db.run(f"INSERT INTO {table}({', '.join(values)}) WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {count}) "
           f"SELECT {', '.join(values.values())} FROM n")


READERS = {
    "a walk": "SELECT count(*) FROM graph_walk('n000000', NULL, 1000000)",
    "a walk of then": f"SELECT count(*) FROM graph_walk('n000000', 'local', 1000000, 'both', 'r', '{day(2)}')",
    "a path": "SELECT count(*) FROM graph_path('n000001', 'n000000')",
    "a path by weight": "SELECT count(*) FROM graph_path('n000001', 'n000000', NULL, NULL, 'out', NULL, 1)",
    "a path by weight of so many steps": "SELECT count(*) FROM graph_path('n000001', 'n000000', NULL, 400, 'out', NULL, 1)",
    "components": "SELECT count(*) FROM graph_components",
    "ranks": "SELECT count(*) FROM graph_rank",
}


def time_to_stop(db, sql, after):
    """Seconds from the interrupt to the error; None when it was too late."""
    told = []

    def interrupt():
        time.sleep(after)
        told.append(time.perf_counter())
        db.connection.interrupt()

    thread = threading.Thread(target=interrupt)
    thread.start()
    try:
        db.run(sql)
        return None
    except sqlite3.OperationalError as error:
        stopped = time.perf_counter()
        assert "interrupt" in str(error) and (code_of(error) or INTERRUPT) == INTERRUPT, error
        return stopped - told[0]
    finally:
        thread.join()


@pytest.mark.parametrize("reader", READERS)
def test_an_interrupt_stops_it_within_50_ms_at_any_time(million, reader):
    begun = time.perf_counter()
    count = million.value(READERS[reader])
    took = time.perf_counter() - begun
    assert count > 1000 or "path" in reader
    for part in (0.1, 0.4, 0.7):
        times = []
        while len(times) < TRIES and not (times and min(times) <= SLOWEST):
            seconds = time_to_stop(million, READERS[reader], took * part)
            times.append(9 if seconds is None else seconds)
        assert min(times) <= SLOWEST, (reader, took, part, times)
    assert million.value("SELECT count(*) FROM graph_walk('n000000')") > 1, "it can be asked again"


def test_after_an_interrupt_the_answer_is_whole(million):
    assert million.value(READERS["a walk"]) == NODES
    time_to_stop(million, READERS["a walk"], 0.05)
    assert million.value(READERS["a walk"]) == NODES
