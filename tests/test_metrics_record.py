"""metric_record and metric_seal: every point is stored once, to the bit, whoever comes late, and rolls back with its statement."""
import json
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support import BAD_ARGUMENT, REFUSED, Database, assert_same, dump, raises_sql

NOW = "2026-01-31T12:00:00.000Z"
NOW_MS = 1769860800000
FIRST, LAST = -62167219200000, 253402300799999  # years 0000 and 9999


@pytest.fixture
def db(db):
    db.run("SELECT lore_clock(?)", NOW)
    return db


def bits(value):
    return struct.pack("<d", value)


def points(db, name="m"):
    """{(tags, ts): bits of the value}"""
    return {(tags, ts): bits(value) for tags, ts, value in db.run("SELECT tags, ts, value FROM metric_points(?)", name)}


def put(db, rows, name="m"):
    """(ts, value) pairs in one statement."""
    db.run("INSERT INTO metric_record(name, value, at) SELECT ?, value ->> 1, value ->> 0 FROM json_each(?)"
           .replace("value ->> 1", "json_extract(value, '$[1]')").replace("value ->> 0", "json_extract(value, '$[0]')"),
           name, json.dumps(rows))


def series_of(db):
    return db.run("SELECT name, tags, kind FROM metric_series ORDER BY series_id")


# ---- Which series ----

def test_a_point_makes_its_series_and_tags(db):
    id = db.value("""SELECT metric_record('cpu', 0.5, '{"zone": 3, "host": "a\\u0031", "on": true, "none": null}', 'counter')""")
    assert db.run("SELECT series_id, name, tags, kind, created_at FROM metric_series") == [
        (id, "cpu", '{"host":"a1","on":true,"zone":3}', "counter", NOW)]
    assert db.run("SELECT key, value, series_id FROM metric_tags ORDER BY key") == [("host", "a1", id), ("on", "true", id), ("zone", "3", id)]
    assert db.run("SELECT series_id, ts, value FROM metric_recent") == [(id, NOW_MS, 0.5)]


def test_tags_that_say_the_same_are_one_series(db):
    ways = ['{"a":"x","b":1}', '{ "b" : 1, "a" : "x" }', '{"b":1,"a":"\\u0078"}', '{"a":"x","c":null,"b":1}']
    assert len({db.value("SELECT metric_record('m', 1, ?)", tags) for tags in ways}) == 1
    db.run("INSERT INTO metric_record(name, value, tags, at) SELECT 'm', key, value, 1000 + key FROM json_each(?)", json.dumps(ways))
    assert len(series_of(db)) == 1
    assert db.value("SELECT metric_record('m', 1, '{\"a\":\"x\",\"b\":\"1\"}')") == 2, "a number is no text"
    assert db.value("SELECT metric_record('m', 1)") == db.value("SELECT metric_record('m', 1, '{}')") == 3


@pytest.mark.parametrize("tags, why", [
    ('{"a": [1]}', "must not hold an array or an object"), ('{"a": {}}', "must not hold an array or an object"),
    ('{"a": 1, "a": 2}', "must not have a member twice"), ('{"": 1}', "must not have a member without a name"),
    ('{"a": "\\u0000"}', "must not hold U+0000 or half a surrogate pair"), ("[1]", "must be a JSON object"), ("{", "must be a JSON object"),
    (json.dumps({str(i): i for i in range(65)}), "must not have more than 64 members")])
def test_tags_that_are_none_are_refused_with_the_reason(db, tags, why):
    before = dump(db)
    for sql in ("SELECT metric_record('m', 1, ?)", "INSERT INTO metric_record(name, value, tags) VALUES ('m', 1, ?)"):
        with raises_sql("metric_record: tags " + why, BAD_ARGUMENT):
            db.run(sql, tags)
    assert_same(before, dump(db))


def test_the_kind_of_a_series_stays(db):
    db.run("SELECT metric_record('m', 1, NULL, 'counter')")
    db.run("SELECT metric_record('m', 2, NULL, 'COUNTER')")
    db.run("SELECT metric_record('m', 3)")
    for sql in ("SELECT metric_record('m', 4, NULL, 'gauge')", "INSERT INTO metric_record(name, value, kind) VALUES ('m', 4, 'gauge')",
                "INSERT INTO metric_record(name, value, kind, at) VALUES ('m', 4, NULL, 1), ('m', 4, 'gauge', 2)"):
        with raises_sql("metric_record: kind of m {} is counter, got 'gauge'", REFUSED):
            db.run(sql)
    assert len(points(db)) == 3


def test_the_first_point_makes_a_node_where_that_is_set(db):
    db.run("SELECT metric_record('before', 1)")
    db.run("SELECT lore_set('metric_nodes', 'on')")
    db.run("SELECT metric_record('m', 1, '{\"a\": 1}'), metric_record('m', 1, '{\"a\": 2}')")
    db.run("INSERT INTO metric_record(name, value) VALUES ('n', 1), ('n', 2)")
    assert db.run("SELECT id, scope, type FROM graph_nodes ORDER BY id") == [
        ("metric/m", "local", "tsdb_data"), ("metric/n", "local", "tsdb_data")]


# ---- Times and values ----

@pytest.mark.parametrize("at, ts", [
    ("2026-01-31T12:00:00Z", NOW_MS), ("2026-01-31T13:00:00.25+01:00", NOW_MS + 250), (1769860800, NOW_MS), (1769860800.5, NOW_MS + 500),
    (1769860800123, NOW_MS + 123), (253402300800, 253402300800), (253402300799, LAST - 999), (-62167219200, FIRST), (FIRST, FIRST), (LAST, LAST),
    (0, 0)])
def test_a_time_is_a_text_or_seconds_or_milliseconds(db, at, ts):
    db.run("SELECT metric_record('a', 1, NULL, NULL, ?)", at)
    db.run("INSERT INTO metric_record(name, value, at) VALUES ('b', 1, ?), ('b', 2, ?)", at, at)
    assert db.run("SELECT name, ts, value FROM metric_points ORDER BY name") == [("a", ts, 1), ("b", ts, 2)]


@pytest.mark.parametrize("at", [LAST + 1, FIRST - 1, 9e15, "tomorrow", b"x"])
def test_a_time_outside_the_calendar_is_refused(db, at):
    with raises_sql("metric_record: at must be an ISO 8601 time, unix seconds or milliseconds, got", BAD_ARGUMENT):
        db.run("INSERT INTO metric_record(name, value, at) VALUES ('m', 1, 5), ('m', 1, ?)", at)
    assert series_of(db) == []


def test_an_integer_that_no_double_equals_is_refused_and_any_other_stored(db):
    for value in (2**53 + 1, 2**63 - 1):
        for sql in ("SELECT metric_record('m', ?)", "INSERT INTO metric_record(name, value) VALUES ('m', ?)"):
            with raises_sql(f"metric_record: value must be a number that a double is equal to, got {value}", BAD_ARGUMENT):
                db.run(sql, value)
    db.run("INSERT INTO metric_record(name, value, at) VALUES ('m', ?, 1), ('m', ?, 2), ('m', '1.5', 3)", 2**53 + 2, -2**63)
    assert [value for _, value in db.run("SELECT ts, value FROM metric_points")] == [2.0**53 + 2, -2.0**63, 1.5]


DOUBLES = st.binary(min_size=8, max_size=8).map(lambda raw: struct.unpack("<d", raw)[0]).filter(lambda x: x == x) \
    | st.floats(allow_nan=False) | st.integers(-10**6, 10**6).map(lambda n: n / 100) | st.sampled_from([0.0, -0.0, float("inf"), float("-inf"), 5e-324])
TIMES = st.integers(FIRST, LAST) | st.integers(0, 50).map(lambda n: NOW_MS + n * 1000)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(TIMES, DOUBLES), min_size=1, max_size=60), st.booleans(), st.integers(1, 80))
def test_every_double_at_every_time_reads_back_to_the_bit(rows, one_by_one, most):
    db = Database(":memory:")
    db.run("SELECT lore_migrate('metrics')")
    rows = [(ts, value) for ts, value in rows if not -62167219200 <= ts <= 253402300799]  # those count seconds
    if one_by_one:
        for row in rows:
            db.run("SELECT metric_record('m', ?2, NULL, NULL, ?1)", *row)
    else:
        db.connection.execute("BEGIN")
        db.connection.executemany("INSERT INTO metric_record(name, value, at) VALUES ('m', ?2, ?1)", rows)
        db.connection.execute("COMMIT")
    model = {("{}", ts): bits(value) for ts, value in rows}
    assert points(db) == model
    db.run("SELECT metric_seal(?)", most)
    assert points(db) == model
    db.run("SELECT metric_seal()")
    assert points(db) == model and db.value("SELECT count(*) FROM metric_recent") == 0
    db.close()


def test_what_comes_again_replaces_the_value_wherever_it_lies(db):
    put(db, [(NOW_MS + i, i) for i in range(3000)])
    put(db, [(NOW_MS + 5, -5)])                                            # over a chunk
    put(db, [(NOW_MS + i, -i) for i in range(2990, 3010)])                 # across its end
    db.run("SELECT metric_record('m', -7, NULL, NULL, ?)", NOW_MS + 7)
    put(db, [(NOW_MS + 4000, 1), (NOW_MS + 4000, 2), (NOW_MS + 3999, 0)])  # the last of a statement
    model = {i: i for i in range(3010)} | {5: -5, 7: -7, 4000: 2, 3999: 0} | {i: -i for i in range(2990, 3010)}
    for _ in range(2):
        assert {ts - NOW_MS: value for (_, ts), value in points(db).items()} == {i: bits(value) for i, value in model.items()}
        db.run("SELECT metric_seal()")


def test_a_counter_without_a_time_finds_its_own(db):
    for value in (1, 2, 3):
        db.run("SELECT metric_record('m', ?, NULL, 'counter')", value)
    db.run("INSERT INTO metric_record(name, value) VALUES ('m', 4), ('m', 5)")
    db.run("SELECT metric_seal()")
    db.run("INSERT INTO metric_record(name, value) VALUES ('m', 6)")
    db.run("INSERT INTO metric_record(name, value, at) VALUES ('m', 9, ?)", NOW)
    assert [(ts - NOW_MS, value) for ts, value in db.run("SELECT ts, value FROM metric_points")] == [
        (0, 9), (1, 2), (2, 3), (3, 4), (4, 5), (5, 6)]
    db.run("INSERT INTO metric_record(name, value) VALUES ('g', 1), ('g', 2)")
    assert db.run("SELECT ts, value FROM metric_points('g')") == [(NOW_MS, 2)], "a gauge has one value a moment"


@pytest.mark.parametrize("taken", [
    range(1500), [*range(700), *range(701, 1500)], [*range(-500, 1024), *range(1024, 1100)], [*range(1100), 1101], [-1, 1, 2]])
@pytest.mark.parametrize("late", [[], [0], [5, 1023, 1024]])
def test_a_counter_without_a_time_finds_the_first_that_is_free(db, taken, late):
    db.run("INSERT INTO metric_record(name, value, kind, at) VALUES ('m', 0, 'counter', ?)", NOW_MS - 10**6)
    put(db, [(NOW_MS + i, i) for i in taken])
    put(db, [(NOW_MS + i, i) for i in late])
    model = {*taken, *late}
    for sql in ("SELECT metric_record('m', 1)", "INSERT INTO metric_record(name, value) VALUES ('m', 1)") * 2:
        model.add(next(i for i in range(10**4) if i not in model))
        db.run(sql)
    assert {ts - NOW_MS for _, ts in points(db)} - {-10**6} == model


def test_a_counter_without_a_time_never_leaves_the_calendar(db):
    db.run("SELECT lore_clock('9999-12-31T23:59:59.999Z')")
    for sql in ("SELECT metric_record('m', 1, NULL, 'counter')", "INSERT INTO metric_record(name, value, kind) VALUES ('n', 1, 'counter')"):
        db.run(sql)
        with raises_sql("metric_record: no time from 9999-12-31T23:59:59.999Z on is free", REFUSED):
            db.run(sql)
    assert db.run("SELECT ts FROM metric_points") == [(LAST,), (LAST,)]


# ---- Collecting ----

def test_what_waits_is_written_before_anything_of_ours_reads(db):
    db.run("BEGIN")
    db.run("INSERT INTO metric_record(name, value, at) VALUES ('m', 1, 1000)")
    db.run("INSERT INTO metric_record(name, value, at) VALUES ('m', 2, 2000)")
    assert db.value("SELECT count(*) FROM metric_recent") == 0, "plain SQL sees the tables as they were last written"
    assert db.run("SELECT ts, value FROM metric_points") == [(1000000, 1), (2000000, 2)]
    db.run("INSERT INTO metric_record(name, value, at) VALUES ('m', 3, 1000)")
    db.run("SELECT metric_record('m', 4, NULL, NULL, 1000)")
    assert db.run("SELECT ts, value FROM metric_points") == [(1000000, 4), (2000000, 2)]
    db.run("COMMIT")
    assert db.run("SELECT ts, value FROM metric_recent") == [(1000000, 4), (2000000, 2)]


def test_savepoints_and_statements_take_their_points_back(db):
    def insert(value, rest=""):
        db.run(f"INSERT INTO metric_record(name, value, tags, at) VALUES ('m', {value}, '{{\"v\": {value}}}', {value}){rest}")

    def values():
        return db.column("SELECT value FROM metric_points ORDER BY value")

    db.run("BEGIN")
    insert(1)
    db.run("SAVEPOINT a")
    insert(2)
    db.run("SAVEPOINT b")
    insert(3)
    db.run("ROLLBACK TO b")
    insert(4)
    with raises_sql("metric_record: value"):
        insert(5, ", ('m', 6, NULL, 6), ('m', 'x', NULL, 7)")
    with raises_sql("metric_record: value"):
        db.run("INSERT INTO metric_record(name, value, at) VALUES ('m', 'x', 7)")
    insert(8)
    db.run("RELEASE b")
    assert values() == [1, 2, 4, 8]
    db.run("ROLLBACK TO a")
    insert(9)
    db.run("INSERT OR IGNORE INTO metric_record(name, value, at) VALUES ('m', 10, 10), ('m', 'x', 11), ('m', 12, 12)")
    db.run("COMMIT")
    assert values() == [1, 9, 10, 12]
    assert len(series_of(db)) == 3
    db.run("BEGIN")
    insert(13)
    db.run("ROLLBACK")
    assert values() == [1, 9, 10, 12] and len(series_of(db)) == 3


def test_results_are_the_ids_of_the_series(db):
    db.run("INSERT INTO metric_record(name, value, at) VALUES ('a', 1, 1), ('b', 1, 1), ('a', 2, 2), ('b', 2, 2)")
    assert db.column("SELECT result FROM lore_results ORDER BY n") == [1, 2, 1, 2]
    assert db.value("SELECT lore_result()") == 2 and db.value("SELECT last_insert_rowid()") == 2
    assert db.value("SELECT metric_record('a', 3)") == 1 and db.value("SELECT last_insert_rowid()") == 1


def test_where_the_application_has_triggers_rows_are_written_at_once(db):
    db.run("CREATE TEMP TABLE seen(ts)")
    db.run("CREATE TEMP TRIGGER look AFTER INSERT ON main.metric_recent BEGIN INSERT INTO seen VALUES (NEW.ts); END")
    db.run("BEGIN")
    db.run("INSERT INTO metric_record(name, value, at) VALUES ('m', 1, 1), ('m', 2, 2)")
    assert db.column("SELECT ts FROM seen") == [1000, 2000]
    db.run("COMMIT")


def test_more_points_than_memory_holds_are_written_on_the_way(db):
    count = 300_000
    db.run("BEGIN")
    db.run("WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ?1 - 1) "
           "INSERT INTO metric_record(name, value, at) SELECT 'm' || (i % 7), i % 100 / 4.0, 1700000000000 + i FROM n", count)
    assert db.value("SELECT sum(count) FROM metric_chunks") > 0
    db.run("COMMIT")
    assert db.row("SELECT count(*), count(DISTINCT ts), sum(value) FROM metric_points") == (count, count, sum(i % 100 / 4 for i in range(count)))


def test_a_series_that_plain_sql_has_deleted_in_between_is_told(db):
    db.run("BEGIN")
    db.run("INSERT INTO metric_record(name, value, at) VALUES ('m', 1, 1)")
    db.run("DELETE FROM metric_series")
    with raises_sql("metric_record: series 1 is gone"):
        db.run("COMMIT")
    assert not db.in_transaction
    db.run("INSERT INTO metric_record(name, value, at) VALUES ('m', 1, 1)")
    assert len(points(db)) == 1


# ---- Chunks ----

def chunks(db):
    return db.run("SELECT start_ts, end_ts, count FROM metric_chunks ORDER BY series_id, start_ts")


def assert_chunks_are_true(db):
    """No two overlap, and the columns say what is in them."""
    for id, name, tags in db.run("SELECT series_id, name, tags FROM metric_series"):
        last = None
        for start, end, count, low, high, total, rest, first, last_value in db.run(
                "SELECT start_ts, end_ts, count, min, max, sum, sum_rest, first, last FROM metric_chunks WHERE series_id = ? ORDER BY start_ts", id):
            assert last is None or start > last
            last = end
            inside = [value for ts, value in db.run("SELECT ts, value FROM metric_points WHERE series_id = ? AND ts BETWEEN ? AND ?", id, start, end)]
            head = db.value("SELECT count(*) FROM metric_recent WHERE series_id = ? AND ts BETWEEN ? AND ?", id, start, end)
            if head == 0:
                assert (count, low, high, first, last_value) == (len(inside), min(inside), max(inside), inside[0], inside[-1])
                assert total + (rest or 0) == pytest.approx(sum(inside))


def test_a_long_run_becomes_full_chunks_at_once(db):
    put(db, [(NOW_MS + 10 * i, i % 7) for i in range(2500)])
    assert [count for _, _, count in chunks(db)] == [1024, 1024, 452]
    assert db.value("SELECT count(*) FROM metric_recent") == 0
    assert_chunks_are_true(db)


def test_runs_of_the_same_length_leave_few_small_chunks(db):
    for run in range(41):
        put(db, [(NOW_MS + 1000 * run + i, i) for i in range(100)])
    counts = [count for _, _, count in chunks(db)]
    assert sum(counts) == 4100 and sum(count < 1024 for count in counts) <= 8
    assert db.value("SELECT metric_seal()") == 0
    assert [count for _, _, count in chunks(db)] == [1024] * 4 + [4]
    assert_chunks_are_true(db)


def test_a_head_that_reaches_a_chunk_is_sealed_by_itself(db):
    for i in range(1024 + 64 * 8):
        db.run("SELECT metric_record('m', ?, NULL, NULL, ?)", i, NOW_MS + 1000 * i)
    assert db.value("SELECT sum(count) FROM metric_chunks") >= 1024
    assert len(points(db)) == 1024 + 64 * 8
    assert_chunks_are_true(db)


def test_late_points_are_merged_where_they_belong_and_full_chunks_stay(db):
    put(db, [(NOW_MS + 10 * i, i) for i in range(4096)])
    before = db.run("SELECT chunk_id, data FROM metric_chunks ORDER BY start_ts")
    late = [(NOW_MS + 10 * 1500 + 5, -1), (NOW_MS - 50, -2), (NOW_MS + 10 * 1500, -3)]
    put(db, late)
    assert db.value("SELECT metric_seal()") == 3
    after = db.run("SELECT chunk_id, data FROM metric_chunks ORDER BY start_ts")
    assert set(before) - set(after) == {before[1]}
    model = {NOW_MS + 10 * i: float(i) for i in range(4096)} | {ts: float(value) for ts, value in late}
    assert points(db) == {("{}", ts): bits(value) for ts, value in model.items()}
    assert_chunks_are_true(db)


def test_a_run_that_fills_the_head_replaces_what_the_head_has_after_the_last_chunk(db):
    """Late points of the run bring the head to a chunk, so it is sealed; its point after the last chunk is one of the run's times."""
    put(db, [(NOW_MS + n * 1000, n) for n in range(331)])
    put(db, [(NOW_MS + 480_000, 1)])
    put(db, [(NOW_MS - (n + 1) * 1000, n) for n in range(1000)])
    put(db, [(NOW_MS + n * 1000, -n) for n in range(481)])
    got = points(db)
    assert [got["{}", NOW_MS + n * 1000] for n in range(481)] == [bits(-n) for n in range(481)]
    assert db.run("SELECT * FROM metric_chunks AS a JOIN metric_chunks AS b ON b.start_ts BETWEEN a.start_ts AND a.end_ts "
                  "AND b.chunk_id <> a.chunk_id") == []


def test_sealing_goes_on_where_it_stopped(db):
    put(db, [(NOW_MS + 1000 * i, i) for i in range(15)])
    for name in ("a", "b"):
        put(db, [(NOW_MS + 1000 * i, i) for i in range(10)], name)
    assert [db.value("SELECT metric_seal(?)", most) for most in (4, 20, 20, 1)] == [4, 20, 11, 0]
    assert db.value("SELECT lore_notice()") == "the head is empty"
    assert [db.value("SELECT count(*) FROM metric_points(?)", name) for name in ("m", "a", "b")] == [15, 10, 10]
    assert_chunks_are_true(db)


def test_a_damaged_chunk_stops_with_series_and_chunk(db):
    put(db, [(NOW_MS + i, i) for i in range(100)])
    data = bytearray(db.value("SELECT data FROM metric_chunks"))
    data[len(data) // 2] ^= 255
    db.run("UPDATE metric_chunks SET data = ?", bytes(data))
    before = dump(db)
    put(db, [(NOW_MS + 5, 0)])
    for sql in ("SELECT metric_seal()", "SELECT * FROM metric_points"):
        with raises_sql("chunk 1 of series 1 is no chunk, or a damaged one"):
            db.run(sql)
    db.run("DELETE FROM metric_recent")
    assert_same(before, dump(db))
