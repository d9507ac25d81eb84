"""metric_range against SQL over metric_points, and what it refuses. test_metrics_range_tiers.py has what answers where points are gone."""
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from range_calls import DAY, EXACT, FNS, HOUR, INF, MINUTE, SQL, START, ask, exact_sum, increase_of, iso, is_near, new_database, record
from support import BAD_ARGUMENT, raises_sql


# ---- Against SQL ----

VALUES = {
    "gauge": st.integers(0, 10000).map(lambda n: n / 100),
    "counter": st.integers(0, 2**40),
    "any": st.floats(-1e150, 1e150).map(lambda x: x if abs(x) > 1e-150 else 0.0),  # squares that are doubles
    "few": st.sampled_from([0.0, -0.0, 1.0, 7.5]),
}


@st.composite
def series_points(draw):
    """Runs of points, regular or not, with gaps between them."""
    values = VALUES[draw(st.sampled_from(sorted(VALUES)))]
    points, at = {}, START + draw(st.integers(0, 3 * DAY))
    for _ in range(draw(st.integers(1, 3))):
        step, jitter = draw(st.sampled_from([1, 1000, 10_000, 600_000])), draw(st.sampled_from([0, 3]))
        pattern = draw(st.lists(values, min_size=1, max_size=12))
        for i in range(draw(st.sampled_from([1, 2, 30, 300, 1500]))):
            points[at + (i * 7919 % (jitter + 1))] = float(pattern[(i * i + i // 5) % len(pattern)])
            at += step + jitter
        at += draw(st.sampled_from([0, HOUR, 40 * DAY]))
    return sorted(points.items())


@settings(max_examples=100, deadline=None)
@given(points=series_points(), late=st.lists(st.integers(0, 10**6), max_size=20), seals=st.sampled_from(["never", "first", "all"]),
       step=st.sampled_from([None, "1s", "1m", "7m", "1h", "1d", "1w", "1mo", "90"]), tz=st.sampled_from([None, None, "Europe/Berlin", "UTC"]),
       cut=st.tuples(st.none() | st.floats(0, 1), st.none() | st.floats(0, 1)))
def test_each_word_says_what_sql_says_over_the_points(points, late, seals, step, tz, cut):
    db = new_database()
    late_points = {points[n % len(points)][0] + n % 3: float(n % 50) for n in late}
    record(db, [point for point in points if point[0] not in late_points])
    if seals == "first":
        db.run("SELECT metric_seal()")
    record(db, sorted(late_points.items(), reverse=True))
    if seals == "all":
        db.run("SELECT metric_seal()")
    record(db, [(START + DAY, 1e9)], tags='{"host": "b"}')

    first, last = db.row("SELECT min(ts), max(ts) FROM metric_points('cpu')")
    since, until = sorted((None if share is None else int(first + share * (last - first)) for share in cut), key=lambda x: (x is None, x or 0))
    db.run("CREATE TEMP TABLE p AS SELECT series_id, ts, value FROM metric_points('cpu', ?, ?)", since, until)
    start = "time_bucket(:step, ts, :tz)" if step else "strftime('%Y-%m-%dT%H:%M:%fZ', coalesce(:since, min(ts))/1000.0, 'unixepoch')"
    inside = {}
    for series, bucket, value in db.rows(f"SELECT series_id, {start.replace('min(ts)', 'min(ts) OVER (PARTITION BY series_id)')}, value FROM p "
                                         "ORDER BY series_id DESC, ts", {"step": step, "tz": tz, "since": since}):
        inside.setdefault((series, bucket), []).append(value)
    group = f"GROUP BY series_id{', time_bucket(:step, ts, :tz)' if step else ''} ORDER BY series_id DESC, min(ts)"
    given = {"step": step, "tz": tz, "since": since}

    for fn in FNS:
        found = ask(db, fn, step, since, until, tz, columns="series_id, time, value, count")
        if fn in SQL:
            expected = db.rows(f"SELECT series_id, {start}, {SQL[fn]}, count(*) FROM p {group}", given)
        else:
            expected = [(*bucket, exact_sum(values) if fn == "sum" else increase_of(values), len(values)) for bucket, values in inside.items()]
        if fn in EXACT:
            assert found == expected, fn
        else:
            assert [row[:2] + row[3:] for row in found] == [row[:2] + row[3:] for row in expected], fn
            for row, other, values in zip(found, expected, inside.values()):
                assert is_near(row[2], other[2], values, 1e-7 if fn == "stddev" else 3e-16), fn
    db.close()


@settings(max_examples=60, deadline=None)
@given(values=st.lists(VALUES["gauge"], min_size=1, max_size=3000) | st.lists(VALUES["counter"], min_size=1, max_size=300), seal=st.booleans())
def test_sums_of_what_monitors_measure_are_rounded_once(values, seal):
    db = new_database()
    record(db, [(START + i * 1000 + i % 7, float(value)) for i, value in enumerate(values)])
    if seal:
        db.run("SELECT metric_seal()")
    for fn in ("avg", "rate"):
        assert ask(db, fn)[0][1] == db.value(f"SELECT {SQL[fn]} FROM metric_points('cpu')"), fn
    assert (ask(db, "sum")[0][1], ask(db, "increase")[0][1]) == (exact_sum(values), increase_of(values))
    db.close()


def test_rows_come_by_tags_then_bucket_with_all_columns(db):
    record(db, [(START, 1), (START + MINUTE, 2)], tags='{"host": "b"}')
    record(db, [(START, 3)], tags='{"host": "a", "n": 1}')
    record(db, [(START, 9)], name="disk")
    columns = "bucket, time, tags, value, count, resolution, series_id"
    assert ask(db, step="1m", columns=columns) == [
        (START, iso(START), '{"host":"a","n":1}', 3.0, 1, "raw", 2), (START, iso(START), '{"host":"b"}', 1.0, 1, "raw", 1),
        (START + MINUTE, iso(START + MINUTE), '{"host":"b"}', 2.0, 1, "raw", 1)]
    assert [row[1] for row in ask(db, tags='{"host": "b"}')] == [1.5]
    assert db.value("SELECT value FROM metric_range('cpu') WHERE tags = '{\"host\":\"b\"}'") == 1.5
    assert ask(db, name="none") == []


def test_since_belongs_to_the_range_and_until_does_not(db):
    record(db, [(START + i * 1000, i) for i in range(10)])
    assert ask(db, "count", None, START + 2000, START + 5000) == [(START + 2000, 3.0, 3, "raw")]
    assert ask(db, "count", "1m", START + 2000, START + 2000) == []
    assert ask(db, "count", "1m", START + 2000, START + 2001) == [(START, 1.0, 1, "raw")]
    assert ask(db, "count", None, iso(START + 9000)) == [(START + 9000, 1.0, 1, "raw")]
    assert ask(db, "count", None, None, START + 1) == [(START, 1.0, 1, "raw")]


def test_without_a_step_a_bucket_begins_at_since_or_else_at_the_first_point(db):
    record(db, [(START + 5, 1), (START + DAY, 2)])
    assert ask(db) == [(START + 5, 1.5, 2, "raw")]
    assert ask(db, since=START - 7) == [(START - 7, 1.5, 2, "raw")]


def test_points_outside_of_the_years_of_the_calendar_are_in_no_bucket(db):
    record(db, [(START, 1)])
    db.run("INSERT INTO metric_recent VALUES (1, -9000000000000000000, 5), (1, 9000000000000000000, 5), (1, 253402300799999, 7)")
    assert ask(db, "sum") == [(START, 8.0, 2, "raw")]
    assert ask(db, "sum", "1s", tz="Europe/Berlin") == [(START, 1.0, 1, "raw"), (253402300799000, 7.0, 1, "raw")]


def test_the_step_of_a_zone_is_its_calendars(db):
    day = datetime(2026, 3, 28, 12)
    record(db, [(int((day + timedelta(hours=i) - datetime(1970, 1, 1)).total_seconds() * 1000), 1) for i in range(72)])
    days = ask(db, "count", "1d", tz="Europe/Berlin", columns="time, value")
    assert days == [("2026-03-27T23:00:00.000Z", 11.0), ("2026-03-28T23:00:00.000Z", 23.0), ("2026-03-29T22:00:00.000Z", 24.0),
                    ("2026-03-30T22:00:00.000Z", 14.0)]


# ---- Infinities, and answers that are none ----

@settings(max_examples=60, deadline=None)
@given(values=st.lists(st.sampled_from([INF, -INF, 0.0, 5.0, 7.5, -3.0]), min_size=1, max_size=8), seal=st.booleans())
def test_infinite_values_count_as_the_aggregates_count_them(values, seal):
    db = new_database()
    record(db, [(START + i * 1000, value) for i, value in enumerate(values)])
    if seal:
        db.run("SELECT metric_seal()")
    for fn, sql in SQL.items():
        expected = db.value(f"SELECT {sql} FROM metric_points('cpu')")
        found = ask(db, fn)[0][1]
        assert found == (None if expected is None else pytest.approx(expected, rel=1e-12)), fn
    assert ask(db, "sum")[0][1] == exact_sum(values)
    db.close()


def test_what_is_beyond_the_largest_double_is_infinite_or_no_answer(db):
    record(db, [(START, 1.5e308), (START + 1000, 1.7e308)])
    assert [ask(db, fn)[0][1] for fn in ("sum", "avg", "stddev", "max")] == [INF, None, None, 1.7e308]


def test_one_point_has_an_increase_and_a_deviation_but_no_rate(db):
    record(db, [(START, 7)])
    assert [ask(db, fn)[0][1] for fn in ("increase", "stddev", "rate", "p99")] == [0.0, 0.0, None, 7.0]


def test_a_whole_counter_rises_by_a_whole_number(db):
    record(db, [(START + i * 1000, value) for i, value in enumerate([2**52, 2**52 + 1, 3, 2**52, 1])])
    assert ask(db, "increase")[0][1] == 1 + 3 + (2**52 - 3) + 1


# ---- What chunks say ----

def test_the_columns_of_a_chunk_answer_without_it_where_they_can(db):
    record(db, [(START + i * 1000, i) for i in range(3000)])
    db.run("SELECT metric_seal()")
    db.run("UPDATE metric_chunks SET data = x'00'")
    assert ask(db, "sum") == [(START, 2999 * 1500.0, 3000, "raw")]
    assert [ask(db, fn)[0][1] for fn in ("avg", "min", "max", "count", "first", "last")] == [1499.5, 0, 2999, 3000, 0, 2999]
    for fn in ("rate", "increase", "stddev", "p50"):
        with raises_sql("metric_range: chunk 1 of series 1 is no chunk, or a damaged one"):
            ask(db, fn)
    with raises_sql("metric_range: chunk 1 of series 1"):
        ask(db, "avg", "1m")
    with raises_sql("metric_range: chunk 1 of series 1"):
        ask(db, "avg", None, START + 1)
    db.run("UPDATE metric_chunks SET sum = NULL")
    assert ask(db, "max")[0][1] == 2999
    with raises_sql("metric_range: chunk 1 of series 1"):
        ask(db, "sum")


# ---- What is refused, and joins ----

@pytest.mark.parametrize("arguments, message", [
    ("'cpu', NULL, NULL, '1x'", "step must be one as '15m', '1d' or '3mo', or seconds, of at most 10000 years, got '1x'"),
    ("'cpu', NULL, NULL, NULL, NULL, 'median'", "fn must be one of avg min max sum count first last rate increase stddev p50 p90 p95 p99, got 'median'"),
    ("'cpu', NULL, NULL, '1d', NULL, 'avg', 'Europe/Atlantis'", "tz must be a time zone of this system, as 'Europe/Berlin', got 'Europe/Atlantis'"),
    ("'cpu', '2026-01-02', '2026-01-01'", "until must not lie before 2026-01-02T00:00:00.000Z, got 2026-01-01T00:00:00.000Z"),
    ("'cpu', 'yesterday'", "since must be an ISO 8601 time, unix seconds or milliseconds, got 'yesterday'"),
    ("NULL", "name is missing"),
])
def test_wrong_arguments_are_named(db, arguments, message):
    with raises_sql(f"metric_range: {message}", BAD_ARGUMENT):
        db.run(f"SELECT * FROM metric_range({arguments})")


def test_words_are_taken_in_any_case(db):
    record(db, [(START, 1)])
    assert ask(db, "P99") == ask(db, "p99")


def test_ranges_can_be_joined_with_each_other(db):
    record(db, [(START + i * MINUTE, i) for i in range(5)])
    record(db, [(START + i * MINUTE, 10 * i) for i in range(3)], name="disk")
    rows = db.rows("""SELECT a.bucket, a.value, b.value FROM metric_range('cpu', NULL, NULL, '1m') AS a
                      JOIN metric_range('disk', NULL, NULL, '1m') AS b ON b.bucket = a.bucket""")
    assert rows == [(START + i * MINUTE, float(i), 10.0 * i) for i in range(3)]
    nested = db.rows("SELECT s.name, r.value FROM metric_series_list() AS s, metric_range(s.name) AS r ORDER BY s.name")
    assert nested == [("cpu", 2.0), ("disk", 10.0)]


def test_a_rate_of_values_near_the_largest_double_is_that_of_sql():
    db = new_database()
    record(db, [(START, 1e308), (START + 1000, 1e308), (START + 2000, -1.5e308)])
    assert ask(db, "rate", "1d", columns="value") == db.rows("SELECT counter_rate(ts, value) FROM metric_points('cpu')") == [(-7.5e307,)]
