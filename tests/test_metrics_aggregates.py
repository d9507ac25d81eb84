"""The aggregates over time against plain Python and fractions, as such and over moving frames."""
import json
import math
from datetime import datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support import BAD_ARGUMENT, Database, raises_sql

PATIENT = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
NUMBERS = st.one_of(
    st.none(), st.integers(-3, 3), st.integers(-3, 3).map(float), st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False),
    st.sampled_from([0.1, -0.0, 5e-324, 1e300, -1e300, 1.7e308, math.inf, -math.inf, 2**53 + 1, float(2**53), 2**63 - 1, float(2**63)]))
COUNTS = st.one_of(st.none(), st.integers(0, 20), st.integers(0, 20).map(float), st.floats(0, 1e9), st.sampled_from([math.inf, 2**62 + 1, 0.1]))
TIMES = st.one_of(st.none(), st.integers(0, 12), st.integers(-62167219200000, 253402300799999), st.integers(1700000000000, 1700000000009))
ROWS = st.lists(st.tuples(TIMES, NUMBERS), max_size=22)
COUNTER_ROWS = st.lists(st.tuples(TIMES, COUNTS), max_size=22)


@pytest.fixture(scope="module")
def plain():
    db = Database(":memory:")
    db.run("CREATE TABLE t(n INTEGER PRIMARY KEY, ts, v)")
    yield db
    db.close()


def fill(db, rows):
    db.run("DELETE FROM t")
    db.connection.executemany("INSERT INTO t VALUES (?, ?, ?)", [(n, *row) for n, row in enumerate(rows)])


# ---- The references ----

def key_of(value):
    """SQLite's order: numbers, text, blobs; an integer before its equal real."""
    if isinstance(value, (int, float)):
        return (0, value, isinstance(value, float))
    return (1, value.encode()) if isinstance(value, str) else (2, value)


def in_order(rows):
    """Rows that count, by time and then by value."""
    return sorted((row for row in rows if None not in row), key=lambda row: (row[0], *key_of(row[1])))


def is_infinite(x):
    return isinstance(x, float) and math.isinf(x)


def rounded(fraction):
    try:
        return float(fraction)
    except OverflowError:
        return math.inf if fraction > 0 else -math.inf


def quotient(terms, divisor):
    """The exact sum divided; infinite where terms of one sign are; None for both."""
    infinite = {term for term in terms if is_infinite(term)}
    if infinite:
        return infinite.pop() if len(infinite) == 1 else None
    return rounded(sum(map(Fraction, terms), Fraction(0)) / divisor)


def held_average(rows):
    points = in_order(rows)
    if not points or points[-1][0] == points[0][0]:
        return float(points[-1][1]) if points else None
    pairs = [(v, after - at) for (at, v), (after, _) in zip(points, points[1:]) if after > at]
    return quotient([v if is_infinite(v) else Fraction(v) * held for v, held in pairs], points[-1][0] - points[0][0])


def rate(rows):
    points = in_order(rows)
    if len(points) < 2 or points[-1][0] == points[0][0]:
        return None
    rises = []
    for (_, before), (_, after) in zip(points, points[1:]):
        if after > before:
            rises.append(math.inf if is_infinite(before) or is_infinite(after) else Fraction(after) - Fraction(before))
        elif after < before:
            rises.append(after)  # it has begun again at 0
    return quotient([r if is_infinite(r) else Fraction(r) * 1000 for r in rises], points[-1][0] - points[0][0])


def first_value(rows):
    points = in_order(rows)
    return points[0][1] if points else None


def last_value(rows):
    points = in_order(rows)
    return points[-1][1] if points else None


CALLS = {"time_weighted_avg(ts, v)": held_average, "first_at(v, ts)": first_value, "last_at(v, ts)": last_value, "counter_rate(ts, v)": rate}


def same(got, expected):
    return got == expected and type(got) is type(expected)


# ---- Whole tables, and frames ----

@PATIENT
@given(rows=st.one_of(ROWS, COUNTER_ROWS))
def test_an_aggregate_is_what_exact_arithmetic_says(plain, rows):
    fill(plain, rows)
    for call, reference in CALLS.items():
        got, expected = plain.value(f"SELECT {call} FROM t"), reference(rows)
        assert same(got, expected), (call, got, expected)


@PATIENT
@given(rows=ROWS, before=st.integers(0, 6), after=st.integers(-2, 6), order=st.sampled_from(["n", "ts, n", "ts DESC, n"]),
       exclude=st.sampled_from(["", "EXCLUDE CURRENT ROW", "EXCLUDE GROUP", "EXCLUDE TIES"]))
def test_over_a_moving_frame_nothing_is_left_of_rows_that_have_gone(plain, rows, before, after, order, exclude):
    fill(plain, rows)
    ordered = [(ts, v) for ts, v in plain.run(f"SELECT ts, v FROM t ORDER BY {order}")]
    end = f"{after} FOLLOWING" if after >= 0 else f"{-after} PRECEDING"
    excluding = exclude in ("EXCLUDE CURRENT ROW", "EXCLUDE GROUP")
    for call, reference in CALLS.items():
        got = plain.column(f"SELECT {call} OVER (ORDER BY {order} ROWS BETWEEN {before} PRECEDING AND {end} {exclude}) FROM t ORDER BY {order}")
        for i, value in enumerate(got):
            frame = [row for k, row in enumerate(ordered) if i - before <= k <= i + after and not (excluding and k == i)]
            assert same(value, reference(frame)), (call, i, frame)


@PATIENT
@given(rows=ROWS, data=st.data())
def test_the_order_of_rows_makes_no_difference(plain, rows, data):
    fill(plain, rows)
    calls = ", ".join(list(CALLS) + ["lttb(ts, v, 4)"])
    before = plain.row(f"SELECT {calls} FROM t")
    fill(plain, data.draw(st.permutations(rows)))
    assert plain.row(f"SELECT {calls} FROM t") == before


@PATIENT
@given(rows=st.lists(st.tuples(st.integers(0, 5), st.one_of(st.none(), st.text("aB\u00e4", max_size=3), st.binary(max_size=3), st.integers(-2, 2),
                                                          st.integers(-2, 2).map(float))), max_size=15),
       before=st.integers(0, 5))
def test_first_and_last_are_values_of_any_type(plain, rows, before):
    fill(plain, rows)
    assert same(plain.value("SELECT first_at(v, ts) FROM t"), first_value(rows))
    assert same(plain.value("SELECT last_at(v, ts) FROM t"), last_value(rows))
    got = plain.run(f"SELECT first_at(v, ts) OVER w, last_at(v, ts) OVER w FROM t WINDOW w AS (ORDER BY n ROWS {before} PRECEDING)")
    for i, (first, last) in enumerate(got):
        frame = rows[max(0, i - before):i + 1]
        assert same(first, first_value(frame)) and same(last, last_value(frame))


# ---- Small examples ----

def test_each_value_holds_until_the_next(plain):
    fill(plain, [(0, 10), (1000, 20), (4000, 999)])
    assert plain.value("SELECT time_weighted_avg(ts, v) FROM t") == (10 * 1 + 20 * 3) / 4
    fill(plain, [(5000, 7)])
    assert plain.value("SELECT time_weighted_avg(ts, v) FROM t") == 7.0
    fill(plain, [(5000, 7), (5000, 9), (5000, 8)])
    assert plain.value("SELECT time_weighted_avg(ts, v) FROM t") == 9.0


def test_a_counter_s_fall_is_a_reset(plain):
    fill(plain, [(0, 100), (10000, 160), (20000, 5), (30000, 25)])
    assert plain.value("SELECT counter_rate(ts, v) FROM t") == (60 + 5 + 20) / 30
    fill(plain, [(0, 2**53), (1000, 2**53 + 1)])
    assert plain.value("SELECT counter_rate(ts, v) FROM t") == 1.0
    for rows in ([(0, 100)], [(0, 100), (0, 200)], []):
        fill(plain, rows)
        assert plain.value("SELECT counter_rate(ts, v) FROM t") is None


def test_infinite_values(plain):
    fill(plain, [(0, math.inf), (1000, 1)])
    assert plain.row("SELECT time_weighted_avg(ts, v), counter_rate(ts, v), last_at(v, ts) FROM t") == (math.inf, 1.0, 1)
    fill(plain, [(0, math.inf), (1000, -math.inf), (2000, 0)])
    assert plain.row("SELECT time_weighted_avg(ts, v), counter_rate(ts, v) FROM t") == (None, None)
    fill(plain, [(0, 1), (1000, math.inf)])
    assert plain.row("SELECT time_weighted_avg(ts, v), counter_rate(ts, v) FROM t") == (1.0, math.inf)


# ---- lttb ----

LINES = st.lists(st.tuples(st.integers(0, 60), st.one_of(st.integers(-50, 50), st.floats(-1e6, 1e6))), min_size=1, max_size=40)


def area(a, b, c):
    (ax, ay), (bx, by), (cx, cy) = [(Fraction(x), Fraction(y)) for x, y in (a, b, c)]
    return abs((ax - cx) * (by - ay) - (ax - bx) * (cy - ay))


def check_thinned(points, n, got):
    """Each chosen point spans the largest triangle of its bucket, but for what doubles round away."""
    if len(points) <= n:
        assert got == points
        return
    assert len(got) == n and got[0] == points[0] and got[-1] == points[-1]
    edges = [i * (len(points) - 2) // (n - 2) + 1 for i in range(n - 1)] + [len(points)] if n > 2 else []
    for i in range(n - 2):
        bucket, following = points[edges[i]:edges[i + 1]], points[edges[i + 1]:edges[i + 2]]
        mean = [sum(Fraction(point[axis]) for point in following) / len(following) for axis in (0, 1)]
        assert got[i + 1] in bucket
        most = max(area(got[i], point, mean) for point in bucket)
        scale = 60 * max(abs(Fraction(v)) for _, v in points)
        assert area(got[i], got[i + 1], mean) >= most - Fraction(scale) / 10**13


@PATIENT
@given(rows=LINES, n=st.integers(2, 45))
def test_lttb_keeps_the_largest_triangles(plain, rows, n):
    fill(plain, rows)
    got = [tuple(point) for point in json.loads(plain.value("SELECT lttb(ts, v, ?) FROM t", n))]
    check_thinned(in_order(rows), n, got)


@PATIENT
@given(rows=LINES, n=st.integers(2, 6), before=st.integers(0, 12))
def test_lttb_over_a_moving_frame(plain, rows, n, before):
    fill(plain, rows)
    got = plain.column(f"SELECT lttb(ts, v, {n}) OVER (ORDER BY n ROWS {before} PRECEDING) FROM t")
    for i, text in enumerate(got):
        check_thinned(in_order(rows[max(0, i - before):i + 1]), n, [tuple(point) for point in json.loads(text)])


def test_lttb_gives_times_and_values_as_they_came(plain):
    fill(plain, [("2026-01-31T01:00:00+01:00", 2**63 - 1), (1769817600001, 0.1), ("2026-01-31", -math.inf)])
    text = plain.value("SELECT lttb(ts, v, 9) FROM t")
    assert text == '[["2026-01-31T00:00:00.000Z",-9e999],["2026-01-31T00:00:00.000Z",9223372036854775807],[1769817600001,0.1]]'
    assert json.loads(text)[0][1] == -math.inf
    assert plain.value("SELECT json_type(lttb(ts, v, 9), '$[1][1]') FROM t") == "integer"


def test_lttb_s_n_is_the_same_in_all_rows_and_at_least_2(plain):
    with raises_sql("lttb: n must be the same in all rows, got 4", BAD_ARGUMENT):
        plain.value("SELECT lttb(1, 1, n) FROM (SELECT 3 AS n UNION ALL SELECT 4)")
    with raises_sql("lttb: n must be at least 2, got 1", BAD_ARGUMENT):
        plain.value("SELECT lttb(1, 1, 1)")
    with raises_sql("lttb: n is missing", BAD_ARGUMENT):
        plain.value("SELECT lttb(1, 1, NULL)")


# ---- Arguments ----

TIMED = ["lttb({}, 1, 2)", "counter_rate({}, 1)", "time_weighted_avg({}, 1)", "first_at(1, {})", "last_at(1, {})"]


@pytest.mark.parametrize("call", TIMED)
@pytest.mark.parametrize("ts, shown", [("1.5", "1.5"), ("1700000000000.0", "1700000000000.0"), ("'1700000000'", "'1700000000'"), ("x'00'", "a blob"),
                                       ("'soon'", "'soon'"), ("9e999", "Inf"), ("253402300800000", "253402300800000"), ("-62167219200001", "-62167219200001")])
def test_what_is_no_time_is_named(plain, call, ts, shown):
    name = call.split("(")[0]
    with raises_sql(f"{name}: ts must be whole milliseconds since 1970 or an ISO 8601 time, in the years 0000 to 9999, got {shown}", BAD_ARGUMENT):
        plain.value(f"SELECT {call.format(ts)}")


@pytest.mark.parametrize("call", ["lttb(1, {}, 2)", "counter_rate(1, {})", "time_weighted_avg(1, {})"])
def test_what_is_no_number_is_named(plain, call):
    with raises_sql(f"{call.split('(')[0]}: value must be a number, got 'x'", BAD_ARGUMENT):
        plain.value(f"SELECT {call.format(repr('x'))}")


@pytest.mark.parametrize("call", list(CALLS) + ["lttb(ts, v, 3)"])
def test_over_nothing_the_answer_is_null(plain, call):
    for rows in ([], [(None, 1), (1, None), (None, None), ("", 1)]):
        fill(plain, rows)
        assert plain.value(f"SELECT {call} FROM t") is None
        assert plain.column(f"SELECT {call} OVER (ORDER BY n ROWS 1 PRECEDING) FROM t") == [None] * len(rows)


def test_text_and_milliseconds_are_the_same_times(plain):
    start = datetime(2026, 1, 31)
    rows = [(1769817600000 + 500 * i, i * i % 7) for i in range(50)]
    fill(plain, rows)
    expected = plain.row(f"SELECT {', '.join(CALLS)} FROM t")
    fill(plain, [((start + timedelta(milliseconds=500 * i)).isoformat(" "), v) if i % 3 else (ts, v) for i, (ts, v) in enumerate(rows)])
    assert plain.row(f"SELECT {', '.join(CALLS)} FROM t") == expected


def test_a_long_window_is_quick(plain):
    """In the order of time each row costs the same, however wide the frame is."""
    fill(plain, [(i * 1000, i % 97) for i in range(40000)])
    for call, reference in CALLS.items():
        got = plain.column(f"SELECT {call} OVER (ORDER BY ts) FROM t")
        assert same(got[-1], reference([(i * 1000, i % 97) for i in range(40000)]))
