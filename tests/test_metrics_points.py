"""Raw points as rows: metric_points, metric_latest, metric_series_list; which series are meant, and what a condition spares to read."""
import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support import BAD_ARGUMENT, NOT_READY, Database, raises_sql

T0 = 1767225600000  # 2026-01-01


def record(db, name, points, **tags):
    """Points as {seconds after T0: value}; the id of the series."""
    rows = [(name, value, json.dumps(tags), T0 + round(seconds * 1000)) for seconds, value in points.items()]
    db.run("BEGIN")
    db.connection.executemany("INSERT INTO metric_record(name, value, tags, at) VALUES (?, ?, ?, ?)", rows)
    db.run("COMMIT")
    return db.value("SELECT lore_result()")


def points(db, columns="(ts - 1767225600000)/1000.0, value", where="", arguments=()):
    return db.run(f"SELECT {columns} FROM metric_points {where}", *arguments)


@pytest.fixture
def two(db):
    """Two series of one name and one of another; cpu of a1 has chunks and a head."""
    record(db, "cpu", {0: 1, 1: 2, 2: 3}, host="a1", env="prod")
    record(db, "cpu", {0: 10, 2: 30}, host="b2", env="prod")
    record(db, "mem", {1: 7.5})
    db.run("SELECT metric_seal()")
    record(db, "cpu", {3: 4, 1: 20}, host="a1", env="prod")
    return db


# ---- metric_points ----

def test_points_come_by_name_tags_and_time_from_chunks_and_head(two):
    ids = dict(two.run("SELECT tags, series_id FROM metric_series"))
    a1, b2 = '{"env":"prod","host":"a1"}', '{"env":"prod","host":"b2"}'
    assert two.run("SELECT * FROM metric_points") == [
        ("cpu", a1, T0, "2026-01-01T00:00:00.000Z", 1.0, ids[a1]),
        ("cpu", a1, T0 + 1000, "2026-01-01T00:00:01.000Z", 20.0, ids[a1]),
        ("cpu", a1, T0 + 2000, "2026-01-01T00:00:02.000Z", 3.0, ids[a1]),
        ("cpu", a1, T0 + 3000, "2026-01-01T00:00:03.000Z", 4.0, ids[a1]),
        ("cpu", b2, T0, "2026-01-01T00:00:00.000Z", 10.0, ids[b2]),
        ("cpu", b2, T0 + 2000, "2026-01-01T00:00:02.000Z", 30.0, ids[b2]),
        ("mem", "{}", T0 + 1000, "2026-01-01T00:00:01.000Z", 7.5, ids["{}"])]


def test_columns_have_their_declared_types(two):
    assert two.run("SELECT DISTINCT typeof(name), typeof(tags), typeof(ts), typeof(time), typeof(value), typeof(series_id) FROM metric_points") == [
        ("text", "text", "integer", "text", "real", "integer")]


def test_since_belongs_to_the_window_and_until_does_not(two):
    for since, until, expected in [("2026-01-01T00:00:01Z", "2026-01-01T00:00:03Z", [1, 2]), (None, "2026-01-01T00:00:01Z", [0]),
                                   ("2026-01-01T00:00:02Z", None, [2, 3]), (T0 + 1000, T0 + 1001, [1]), (T0 + 1000, T0 + 1000, []),
                                   (T0 / 1000 + 3, None, [3]), ("2027-01-01", None, [])]:
        assert [ts for ts, in points(two, "(ts - 1767225600000)/1000", "(?, ?, ?, ?)", ("cpu", since, until, '{"host": "a1"}'))] == expected
    with raises_sql("metric_points: until must not lie before 2026-01-02T00:00:00.000Z, got 2026-01-01T00:00:00.000Z", BAD_ARGUMENT):
        points(two, where="('cpu', '2026-01-02', '2026-01-01')")


def test_what_is_not_there_gives_no_row(two, db):
    for where in ("('disk')", "('')", "WHERE name = 'disk'", "WHERE series_id = 99", "WHERE in_series_id = -1", "('cpu', NULL, NULL, '{\"host\": \"c3\"}')",
                  "WHERE ts > 9e18", "WHERE ts < 0", "WHERE name = 'CPU'", "WHERE series_id = 'x'", "WHERE tags = '{'"):
        assert points(two, where=where) == []


def test_an_empty_store_gives_no_row(db):
    for reader in ("metric_points", "metric_latest", "metric_series_list"):
        assert db.run(f"SELECT * FROM {reader}") == []


@pytest.mark.parametrize("arguments, message", [
    ("'cpu', 'soon'", "since must be"), ("'cpu', NULL, x'00'", "until must be"), ("'cpu', NULL, NULL, '[1]'", "tags must be a JSON object, got '[1]'"),
    ("'cpu', NULL, NULL, '{'", "tags must be a JSON object"), ("'cpu', NULL, NULL, NULL, 'x'", "series_id must be an integer, got 'x'"), ("x'00'", "name must be text")])
def test_a_wrong_argument_is_named(two, arguments, message):
    with raises_sql(f"metric_points: {message}", BAD_ARGUMENT):
        points(two, where=f"({arguments})")


def test_points_are_joined_with_a_table_of_series(two):
    two.run("CREATE TABLE chosen(id INTEGER PRIMARY KEY, label TEXT)")
    two.run("INSERT INTO chosen SELECT series_id, 'the ' || name FROM metric_series WHERE tags LIKE '%b2%' OR name = 'mem'")
    expected = [("the cpu", 10.0), ("the cpu", 30.0), ("the mem", 7.5)]
    for sql in ("SELECT label, value FROM chosen JOIN metric_points AS p ON p.series_id = id", "SELECT label, value FROM metric_points AS p, chosen WHERE id = p.series_id",
                "SELECT label, value FROM chosen, metric_points(NULL, NULL, NULL, NULL, id)"):
        assert two.run(sql + " ORDER BY 1, 2") == expected
    plan = [row[3] for row in two.run("EXPLAIN QUERY PLAN SELECT label, value FROM metric_points AS p, chosen WHERE id = p.series_id")]
    assert plan[0] == "SCAN chosen" and plan[1].startswith("SCAN p VIRTUAL TABLE INDEX 1:")


def test_points_are_joined_with_points(two):
    two.run("SELECT metric_seal()")
    assert two.run("SELECT a.value, b.value FROM metric_points AS a JOIN metric_points AS b ON b.ts = a.ts WHERE a.in_tags = '{\"host\": \"a1\"}' "
                   "AND b.in_tags = '{\"host\": \"b2\"}'") == [(1.0, 10.0), (3.0, 30.0)]
    assert two.value("SELECT count(*) FROM metric_points AS a, metric_points AS b, metric_points AS c") == 343


def test_a_value_outlives_its_row(two):
    """min and max keep the row's texts while the reader has gone on to another series."""
    assert two.row("SELECT min(name), max(tags), max(time) FROM metric_points") == ("cpu", "{}", "2026-01-01T00:00:03.000Z")
    assert two.run("SELECT name, min(value) FROM metric_points GROUP BY name ORDER BY name DESC") == [("mem", 7.5), ("cpu", 1.0)]
    assert two.column("SELECT DISTINCT name FROM metric_points ORDER BY name DESC") == ["mem", "cpu"]


def test_every_double_and_every_time_comes_back(db):
    values = [0.0, -0.0, 5e-324, -1.7976931348623157e308, math.inf, -math.inf, 0.1, 1e15 + 0.5]
    record(db, "odd", dict(enumerate(values)))
    db.run("SELECT metric_record('odd', 1, NULL, NULL, '1969-07-20T20:17:40.001Z'), metric_record('odd', 2, NULL, NULL, '0000-01-01'), "
           "metric_record('odd', 3, NULL, NULL, '9999-12-31T23:59:59.999Z')")
    for _ in range(2):
        rows = db.run("SELECT time, value FROM metric_points('odd')")
        assert rows[0] == ("0000-01-01T00:00:00.000Z", 2.0) and rows[1] == ("1969-07-20T20:17:40.001Z", 1.0) and rows[-1] == ("9999-12-31T23:59:59.999Z", 3.0)
        assert [(value, math.copysign(1, value)) for _, value in rows[2:-1]] == [(value, math.copysign(1, value)) for value in values]
        db.run("SELECT metric_seal()")


# ---- Which series ----

TAGS = [('{}', True), (None, True), ('null', True), ('{"host": "a1"}', True), ('{"host": "A1"}', False), ('{"port": 80}', True), ('{"port": "80"}', True),
        ('{"port": 80.0}', False), ('{"up": true}', True), ('{"up": "true"}', True), ('{"up": 1}', False), ('{"host": null}', False), ('{"none": null}', True),
        ('{"host": "a1", "port": 80}', True), ('{"host": "a1", "port": 81}', False), ('{"host": "a1", "none": null}', True), ('{"q\\"\\u00e9": "x\\\\y"}', True),
        ('{"qé": 1}', False), ('{"host": "a1", "host": "a1"}', True), ('{"host": "a1", "host": "b"}', False), ('{"host": ["a1"]}', False), ('{"host": {}}', False),
        ('{"": null}', True), ('{"": 1}', False), ('{"a\\u0000": null}', True), ('{"a\\u0000": 1}', False), ('{"host": "a1\\u0000"}', False), ('{"r": 1e2}', True),
        ('{"r": 100}', False), ('{"host": "a1\\ud800"}', False), (json.dumps({f"m{i}": None for i in range(200)}), True), (' { "empty" : "" } ', True)]


@pytest.mark.parametrize("tags, matches", TAGS)
def test_a_series_matches_when_it_has_all_tags(db, tags, matches):
    db.run("""SELECT metric_record('cpu', 1, '{"host": "a1", "port": 80, "up": true, "q\\"é": "x\\\\y", "r": 1e2, "empty": ""}', NULL, 1)""")
    db.run("SELECT metric_record('cpu', 2, '{\"other\": \"x\"}', NULL, 1)")
    for name in (None, "cpu"):
        assert ((1.0,) in db.run("SELECT value FROM metric_points(?, NULL, NULL, ?)", name, tags)) == matches
        assert ((1.0,) in db.run("SELECT value FROM metric_latest(?, ?)", name, tags)) == matches
    assert db.run("SELECT value FROM metric_points('mem', NULL, NULL, ?)", tags) == []


def test_the_tags_of_a_series_find_it(db):
    db.run("SELECT metric_record('cpu', 1, '{\"port\": 80, \"host\": \"a1\"}', NULL, 1), metric_record('cpu', 2, '{\"host\": \"a1\"}', NULL, 1)")
    for tags, value in db.run("SELECT tags, value FROM metric_points"):
        assert db.run("SELECT value FROM metric_points WHERE tags = ?", tags) == [(value,)]


def ticks(db, sql, *arguments):
    """How much SQLite does for a query, in its steps."""
    count = [0]
    db.connection.set_progress_handler(lambda: count.__setitem__(0, count[0] + 1), 1)
    db.run(sql, *arguments)
    db.connection.set_progress_handler(None, 0)
    return count[0]


def test_the_narrower_of_name_and_tags_is_looked_for_first(db):
    db.run("INSERT INTO metric_record(name, value, tags, at) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) "
           "SELECT CASE WHEN i = 7 THEN 'rare' ELSE 'often' END, i, json_object('id', i, 'env', 'prod'), 1 FROM n")
    everything = ticks(db, "SELECT * FROM metric_latest('often', '{\"env\": \"prod\"}')")
    for name, tags in (("often", '{"id": 9, "env": "prod"}'), ("often", '{"env": "prod", "id": 9}'), (None, '{"id": 9}'), ("rare", '{"env": "prod"}'), ("rare", None)):
        assert len(db.run("SELECT * FROM metric_latest(?, ?)", name, tags)) == 1
        assert ticks(db, "SELECT * FROM metric_latest(?, ?)", name, tags) < everything / 20


# ---- What a condition spares ----

@pytest.fixture
def long(db):
    """One series of 20 chunks and a head, and 50 of a chunk each."""
    record(db, "long", {i: i for i in range(20 * 1024)})
    for number in range(50):
        record(db, "short", {i: i for i in range(20)}, number=number)
    db.run("SELECT metric_seal()")
    record(db, "long", {i + 0.5: i for i in range(20 * 1024 - 100, 20 * 1024)})
    return db


def letters(db, sql):
    return [row[3].split("INDEX ")[1] for row in db.run(f"EXPLAIN QUERY PLAN {sql}") if "VIRTUAL TABLE" in row[3]]


@pytest.mark.parametrize("where, plan", [
    ("ts >= 5", "1:f"), ("ts > 5", "1:f"), ("ts <= 5", "1:g"), ("ts < 5", "1:g"), ("ts = 5", "1:f+g"), ("ts BETWEEN 5 AND 6", "2:fg"), ("5 <= ts", "1:f"),
    ("ts >= 5 AND ts > 6", "1:f"), ("ts > 5 AND ts = 6", "2:fg"), ("ts >= 5 AND in_ts_from = 7", "1:F"), ("name = 'a' AND series_id = 1 AND ts > 5", "3:aef"),
    ("ts IN (5, 6)", "1:f+g"), ("ts <> 5", "0:"), ("ts IS 5", "0:"), ("value > 5", "0:"), ("ts + 0 > 5", "0:"), ("name > 'a'", "0:"), ("ts LIKE '5'", "0:"),
    ("ts >= '5' COLLATE NOCASE", "0:"), ("in_ts_from > 5", "0:")])
def test_comparisons_of_a_column_become_bounds(db, where, plan):
    assert letters(db, f"SELECT * FROM metric_points WHERE {where}") == [plan]


BOUNDS = ["5", "5.5", "-1", "20479", "'5'", "' 7 '", "'x'", "NULL", "x'35'", "9e99", "-9e99", "9223372036854775807", "-9223372036854775808", "20478.5", "'1e1'"]


@pytest.mark.parametrize("bound", BOUNDS)
def test_a_condition_means_what_it_means_for_a_table(long, bound):
    shifted = f"(CASE WHEN typeof({bound}) IN ('integer', 'real') AND abs({bound} + 0.0) < 1e6 THEN {T0} + 1000*{bound} ELSE {bound} END)"
    long.run("CREATE TEMP TABLE IF NOT EXISTS plain AS SELECT * FROM metric_points('long')")
    for operator in ("=", "<", "<=", ">", ">=", "<>", "IS"):
        where = f"ts {operator} {shifted}"
        for more in ("", f" AND ts > {T0 + 7000}", f" AND ts <= {T0 + 20000000}"):
            sql = f"SELECT count(*), sum(value), min(ts), max(ts) FROM {{}} WHERE name = 'long' AND {where}{more}"
            assert long.run(sql.format("metric_points")) == long.run(sql.format("plain")), where + more


def test_a_range_opens_no_chunk_outside_of_it(long):
    """Of damaged chunks only those that are opened are an error."""
    start, end = T0 + 10 * 1024000, T0 + 11 * 1024000
    long.run("UPDATE metric_chunks SET data = zeroblob(30) WHERE series_id = 1 AND start_ts NOT BETWEEN ? AND ? - 1", start, end)
    inside = f"SELECT count(*) FROM metric_points('long') WHERE ts >= {start} AND ts < {end - 1000} + 1"
    assert long.value(inside) == 1024
    assert long.value(f"SELECT count(*) FROM metric_points('long', {start}, {end})") == 1024
    assert long.value(f"SELECT value FROM metric_points WHERE name = 'long' AND ts = {start + 5000}") == 10 * 1024 + 5
    with raises_sql("metric_points: chunk 12 of series 1 is no chunk, or a damaged one", NOT_READY):
        long.value(f"SELECT count(*) FROM metric_points('long') WHERE ts >= {start} AND ts <= {end}")


def test_conditions_spare_steps(long):
    everything = ticks(long, "SELECT value FROM metric_points")
    for where in ("series_id = 30", "name = 'long' AND ts < 1767225610000", f"name = 'long' AND ts = {T0 + 5000}", f"name = 'long' AND ts > {T0 + 20000000} AND ts < {T0 + 20100000}"):
        assert ticks(long, f"SELECT value FROM metric_points WHERE {where}") < everything / 20


def test_reading_ends_with_the_limit(long):
    assert ticks(long, "SELECT value FROM metric_points('long') LIMIT 10") < 500


# ---- Damage and writes ----

@pytest.mark.parametrize("change, message", [
    ("data = x''", "is no chunk, or a damaged one"), ("data = zeroblob(100)", "is no chunk, or a damaged one"), ("data = substr(data, 1, 20)", "is no chunk, or a damaged one"),
    ("data = CAST(substr(data, 1, 30) || x'ff' || substr(data, 32) AS BLOB)", "is no chunk, or a damaged one"), ("count = 2", "has other points than its columns say"),
    ("start_ts = start_ts + 1", "has other points than its columns say"), ("data = CAST(x'02' || substr(data, 2) AS BLOB)", "is no chunk, or a damaged one")])
def test_a_damaged_chunk_is_an_error_that_names_it(two, change, message):
    two.run("INSERT INTO metric_record(name, value, at) VALUES ('zzz', 1, ?)", T0)
    chunk, series = two.row("SELECT chunk_id, series_id FROM metric_chunks JOIN metric_series USING (series_id) WHERE name = 'cpu' ORDER BY tags LIMIT 1")
    two.run(f"UPDATE metric_chunks SET {change} WHERE chunk_id = {chunk}")
    with raises_sql(f"metric_points: chunk {chunk} of series {series} {message}", NOT_READY):
        points(two)
    assert points(two, where="('mem')") == [(1.0, 7.5)]
    with raises_sql(f"chunk {chunk} of series {series}", NOT_READY):
        points(two, where="('cpu')")


def test_writes_while_points_are_read_go_through(long):
    """Whether the new points are seen is not promised; a copy first is safe."""
    before = long.value("SELECT count(*) FROM metric_points('long')")
    reader = long.connection.execute("SELECT ts, value FROM metric_points('long')")
    read = [reader.fetchone() for _ in range(1000)]
    long.run("INSERT INTO metric_record(name, value, at) VALUES ('long', -1, '2025-01-01'), ('long', -1, '2027-01-01')")
    long.run("SELECT metric_record('long', -1, NULL, NULL, '2025-01-02'), metric_seal()")
    read += reader.fetchall()
    times = [ts for ts, _ in read]
    assert times == sorted(times) and set(range(20 * 1024)) <= {int(value) for _, value in read}
    assert long.value("SELECT count(*) FROM metric_points('long')") == before + 3
    long.run("INSERT INTO metric_record(name, value, tags, at) WITH old AS MATERIALIZED (SELECT * FROM metric_points('long')) "
             "SELECT name, 2*value, '{\"doubled\": true}', ts FROM old")
    assert long.row("SELECT count(*), sum(value) FROM metric_points('long', NULL, NULL, '{\"doubled\": null}')") == (
        before + 3, long.value("SELECT sum(value)/2 FROM metric_points('long', NULL, NULL, '{\"doubled\": true}')"))


@pytest.mark.parametrize("read", [0, 5, 1030, 1100, 1150])
@pytest.mark.parametrize("write", [
    "SELECT metric_seal()",
    "INSERT INTO metric_record(name, value, at) WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 200) "
    "SELECT 'm', i, 1800000000 + i FROM n",
    "INSERT INTO metric_record(name, value, at) WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 1200) "
    "SELECT 'm', -1, 1700000000.5 + i FROM n"], ids=["a seal", "a run that is joined", "late points that are sealed"])
def test_what_moves_to_other_chunks_while_it_is_read_comes_once(db, read, write):
    many = "INSERT INTO metric_record(name, value, at) WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {}) " \
           "SELECT '{}', i, {} + i FROM n"
    for name in "mn":  # the chunks of n lie behind those of m, so that a new chunk of m has another id
        db.run(many.format(1123, name, 1700000000))
    for start in range(0, 140, 10):
        db.run(many.format(9, "m", 1700002000 + start))
    before = db.column("SELECT ts FROM metric_points('m')")
    reader = db.connection.execute("SELECT ts, value FROM metric_points('m')")
    rows = [reader.fetchone() for _ in range(read)]
    db.run(write)
    rows += reader.fetchall()
    got = [ts for ts, _ in rows]
    assert got == sorted(set(got)) and set(before) <= set(got)


def test_another_connection_reads_one_state(long):
    other = Database(long.path)
    long.run("PRAGMA journal_mode = WAL")
    total = long.value("SELECT count(*) FROM metric_points")
    reader = other.connection.execute("SELECT name, value FROM metric_points")
    reader.fetchone()
    long.run("INSERT INTO metric_record(name, value, tags, at) SELECT 'zzz', 1, NULL, series_id FROM metric_series")
    long.run("DELETE FROM metric_chunks")
    assert len(reader.fetchall()) == total - 1
    other.close()


def test_what_insert_has_taken_is_read(db):
    db.run("BEGIN")
    db.run("INSERT INTO metric_record(name, value, at) VALUES ('a', 1, 1), ('a', 2, 2)")
    assert db.run("SELECT value FROM metric_points") == [(1.0,), (2.0,)]
    db.run("INSERT INTO metric_record(name, value, at) VALUES ('a', 3, 3)")
    assert db.run("SELECT value FROM metric_latest") == [(3.0,)]
    db.run("INSERT INTO metric_record(name, value, at) VALUES ('a', 4, 4)")
    assert db.run("SELECT points, first_ts, last_ts FROM metric_series_list") == [(4, 1000, 4000)]
    db.run("ROLLBACK")
    assert points(db) == []


# ---- metric_latest, metric_series_list ----

def test_the_newest_point_is_that_of_the_head_or_of_the_last_chunk(two):
    columns = "name, tags, (ts - 1767225600000)/1000, time, value, kind"
    a1, b2 = '{"env":"prod","host":"a1"}', '{"env":"prod","host":"b2"}'
    assert two.run(f"SELECT {columns} FROM metric_latest") == [
        ("cpu", a1, 3, "2026-01-01T00:00:03.000Z", 4.0, "gauge"), ("cpu", b2, 2, "2026-01-01T00:00:02.000Z", 30.0, "gauge"),
        ("mem", "{}", 1, "2026-01-01T00:00:01.000Z", 7.5, "gauge")]
    two.run("SELECT metric_seal()")
    record(two, "cpu", {3: 44, 2: 33}, host="a1", env="prod")
    record(two, "cpu", {1: 22}, host="b2", env="prod")
    assert two.run("SELECT value, series_id FROM metric_latest('cpu')") == [(44.0, 1), (30.0, 2)]
    assert two.run("SELECT value FROM metric_latest WHERE name = 'mem'") == [(7.5,)]
    two.run("DELETE FROM metric_chunks WHERE series_id = 2")
    two.run("DELETE FROM metric_recent WHERE series_id = 2")
    assert two.column("SELECT value FROM metric_latest('cpu')") == [44.0]


def test_the_list_of_series_tells_what_they_hold(two):
    rows = two.named("SELECT * FROM metric_series_list('cpu')")
    assert [row["tags"] for row in rows] == ['{"env":"prod","host":"a1"}', '{"env":"prod","host":"b2"}']
    bytes_of = dict(two.run("SELECT series_id, length(data) FROM metric_chunks"))
    created = two.value("SELECT created_at FROM metric_series WHERE series_id = 1")
    assert rows[0] == {"series_id": 1, "name": "cpu", "tags": '{"env":"prod","host":"a1"}', "kind": "gauge", "points": 5, "first_ts": T0, "last_ts": T0 + 3000,
                       "since": "2026-01-01T00:00:00.000Z", "until": "2026-01-01T00:00:03.000Z", "chunks": 1, "recent": 2, "bytes": bytes_of[1], "created_at": created}
    two.run("DELETE FROM metric_chunks")
    assert two.run("SELECT name, points, first_ts, until, chunks, recent, bytes FROM metric_series_list") == [
        ("cpu", 2, T0 + 1000, "2026-01-01T00:00:03.000Z", 0, 2, 0), ("cpu", 0, None, None, 0, 0, 0), ("mem", 0, None, None, 0, 0, 0)]
    assert two.run("SELECT * FROM metric_series_list('disk')") == []


def test_the_figures_tell_how_much_there_is(two):
    assert dict(two.run("SELECT name, value FROM lore_info WHERE name LIKE 'metrics.%' AND name NOT LIKE '%correlations%'")) == {
        "metrics.series": 3, "metrics.recent_points": 2, "metrics.chunks": 3, "metrics.chunk_points": 6,
        "metrics.chunk_bytes": two.value("SELECT sum(length(data)) FROM metric_chunks")}


def test_a_file_without_the_tables_of_points_says_what_to_run(bare):
    """As it was before there were series."""
    bare.run("SELECT lore_migrate('metrics')")
    bare.run("SELECT lore_rollback('metrics', 1, 'drop-data')")
    for sql in ("SELECT * FROM metric_points", "SELECT * FROM metric_latest", "SELECT * FROM metric_series_list", "SELECT * FROM timeseries_recall"):
        with raises_sql("run SELECT lore_migrate('metrics') first", NOT_READY):
            bare.run(sql)
    assert bare.run("SELECT * FROM timeseries_recall(1, 'log_entry')") == []
    assert bare.value("SELECT count(*) FROM lore_info WHERE name LIKE 'metrics.%'") == 0
    bare.run("SELECT lore_migrate('metrics')")
    assert bare.value("SELECT value FROM lore_info WHERE name = 'metrics.series'") == 0


# ---- A model ----

POINTS = st.dictionaries(st.integers(-3, 60), st.floats(allow_nan=False), max_size=30)
STEPS = st.lists(st.tuples(st.sampled_from(["a", "b"]), st.sampled_from([{}, {"x": "1"}, {"x": "2", "y": "1"}]), POINTS, st.sampled_from([None, 1, 5, 10000])), max_size=5)
LIMITS = st.none() | st.integers(-5, 62) | st.integers(-5, 62).map(lambda n: n + 0.25)
ASKED = st.fixed_dictionaries({"name": st.sampled_from([None, "a", "b", "c"]), "tags": st.sampled_from([None, {}, {"x": "1"}, {"y": None}, {"x": "2", "y": "1"}]),
                               "since": st.none() | st.integers(0, 62), "until": st.none() | st.integers(0, 62), "least": LIMITS, "most": LIMITS})


@pytest.fixture(scope="module")
def model():
    db = Database(":memory:")
    db.run("SELECT lore_migrate('metrics')")
    yield db
    db.close()


@settings(max_examples=150, deadline=None)
@given(steps=STEPS, asked=ASKED)
def test_points_are_what_the_model_has(model, steps, asked):
    for table in ("series", "tags", "recent", "chunks", "dirty"):
        model.run(f"DELETE FROM metric_{table}")
    known = {}
    for name, tags, values, sealed in steps:
        if values:
            record(model, name, values, **tags)
            known.setdefault((name, json.dumps(tags, separators=(",", ":"))), {}).update(values)
        if sealed:
            model.run("SELECT metric_seal(?)", sealed)
    if asked["since"] is not None and asked["until"] is not None and asked["since"] > asked["until"]:
        asked["until"] = None
    expected = [(name, tags, at, value) for (name, tags), values in sorted(known.items()) for at, value in sorted(values.items())
                if asked["name"] in (None, name) and all(json.loads(tags).get(key) == value for key, value in (asked["tags"] or {}).items())
                and (asked["since"] is None or at >= asked["since"]) and (asked["until"] is None or at < asked["until"])
                and (asked["least"] is None or at > asked["least"]) and (asked["most"] is None or at <= asked["most"])]
    moment = {key: None if asked[key] is None else T0 + round(1000 * asked[key]) for key in ("since", "until", "least", "most")}
    where = "".join([" AND ts > :least" if moment["least"] is not None else "", " AND ts <= :most" if moment["most"] is not None else ""])
    rows = model.run(f"SELECT name, tags, (ts - {T0})/1000, value FROM metric_points(:name, :since, :until, :tags) WHERE 1{where}",
                     {**moment, "name": asked["name"], "tags": None if asked["tags"] is None else json.dumps(asked["tags"])})
    assert rows == expected
    assert [math.copysign(1, row[3]) for row in rows] == [math.copysign(1, row[3]) for row in expected]
    newest = {key: max(values) for key, values in known.items()}
    assert model.run(f"SELECT name, tags, (ts - {T0})/1000, value FROM metric_latest") == [
        (*key, newest[key], known[key][newest[key]]) for key in sorted(known)]
