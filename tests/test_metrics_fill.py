"""metric_fill against its rule: which buckets have a row, and what stands in those without points."""
import math
from bisect import bisect_left
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from range_calls import DAY, HOUR, INF, MINUTE, START, ask, new_database, record
from support import BAD_ARGUMENT, INTERRUPT, raises_sql

def fill(db, step, since=None, until=None, method="null", max_gap=None, tz=None, fn="avg", name="cpu"):
    return db.rows("SELECT bucket, value, count, resolution FROM metric_fill(?, ?, ?, ?, NULL, ?, ?, ?, ?)", name, since, until, step, fn, tz,
                   method, max_gap)


def bounds_of(step, tz, since, until):
    """Starts of buckets from the one of `since` on, as Python's calendar has them."""
    if step == "1d" and tz:
        zone = ZoneInfo(tz)
        day = datetime.fromtimestamp(since / 1000, zone).date()
        while (start := int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp() * 1000)) < until:
            yield start
            day += timedelta(days=1)
    elif step == "1mo":
        at = datetime(1970, 1, 1) + timedelta(milliseconds=since)
        year, month = at.year, at.month
        while (start := int((datetime(year, month, 1) - datetime(1970, 1, 1)).total_seconds() * 1000)) < until:
            yield start
            year, month = year + month // 12, month % 12 + 1
    else:
        size = {"1m": MINUTE, "1h": HOUR, "1d": DAY}[step]
        yield from range(since // size * size, until, size)


def filled(rows, bounds, method, max_gap):
    there = {row[0]: row for row in rows}
    starts = sorted(there)
    for bound in bounds:
        if bound in there:
            yield there[bound]
            continue
        place = bisect_left(starts, bound)
        before = there[starts[place - 1]] if place else None
        after = there[starts[place]] if place < len(starts) else None
        gap = [other for other in bounds if (before is None or other > before[0]) and (after is None or other < after[0])]
        value = None
        if before and len(gap) <= max_gap:
            if method == "previous":
                value = before[1]
            elif method == "linear" and after and None not in (before[1], after[1]):
                value = before[1] + (after[1] - before[1]) * ((bound - before[0]) / (after[0] - before[0]))
        yield bound, value, 0, None


@settings(max_examples=80, deadline=None)
@given(minutes=st.lists(st.integers(0, 300), min_size=1, max_size=12, unique=True), scale=st.sampled_from([1, 60, 1440]),
       way=st.sampled_from([("1m", None), ("1h", None), ("1d", None), ("1d", "Europe/Berlin"), ("1mo", None)]),
       method=st.sampled_from(["null", "previous", "linear"]), max_gap=st.none() | st.integers(0, 8), has_since=st.booleans(),
       has_until=st.booleans())
def test_filled_rows_are_what_the_method_says(minutes, scale, way, method, max_gap, has_since, has_until):
    db = new_database()
    step, tz = way
    record(db, [(START + n * scale * MINUTE + 17, float(n % 13)) for n in minutes])
    since, until = START - 3 * scale * MINUTE if has_since else None, START + 310 * scale * MINUTE if has_until else None
    rows = ask(db, "avg", step, since, until, tz)
    bounds = list(bounds_of(step, tz, since if has_since else rows[0][0], until if has_until else rows[-1][0] + 1))
    if len(bounds) > 3000:
        return
    expected = list(filled(rows, bounds, method, math.inf if max_gap is None else max_gap))
    assert fill(db, step, since, until, method, max_gap, tz) == expected
    db.close()


def test_every_series_is_filled_by_itself_also_one_without_a_point_in_the_range(db):
    record(db, [(START, 1), (START + 2 * MINUTE, 3)], tags='{"host": "a"}')
    record(db, [(START - DAY, 9)], tags='{"host": "b"}')
    until = START + 3 * MINUTE
    rows = db.rows("SELECT tags, bucket, value FROM metric_fill('cpu', ?, ?, '1m', NULL, 'avg', NULL, 'previous')", START, until)
    assert rows == [('{"host":"a"}', START, 1.0), ('{"host":"a"}', START + MINUTE, 1.0), ('{"host":"a"}', START + 2 * MINUTE, 3.0)] + [
        ('{"host":"b"}', START + n * MINUTE, None) for n in range(3)]
    assert fill(db, "1m", START + 5 * MINUTE) == []
    assert fill(db, "1m", START, START) == []


def test_a_neighbour_without_a_value_gives_none(db):
    record(db, [(START, 1), (START + 2 * MINUTE, 3), (START + 2 * MINUTE + 1000, 5)])
    assert fill(db, "1m", method="previous", fn="rate") == [(START, None, 1, "raw"), (START + MINUTE, None, 0, None),
                                                            (START + 2 * MINUTE, 2.0, 2, "raw")]


@pytest.mark.parametrize("values, between", [((-1.7e308, 1.7e308), 0.0), ((INF, 5.0), INF), ((5.0, INF), INF), ((INF, -INF), None)])
def test_between_the_largest_and_infinite_values_lies_what_can(db, values, between):
    record(db, [(START, values[0]), (START + 2 * MINUTE, values[1])])
    assert fill(db, "1m", method="linear")[1][1] == between


def test_a_fill_needs_a_step(db):
    with raises_sql("metric_fill: step is missing", BAD_ARGUMENT):
        db.run("SELECT * FROM metric_fill('cpu')")


@pytest.mark.parametrize("arguments, message", [
    ("'cpu', NULL, NULL, '1m', NULL, 'avg', NULL, 'spline'", "method must be one of null previous linear, got 'spline'"),
    ("'cpu', NULL, NULL, '1m', NULL, 'avg', NULL, 'null', -1", "max_gap must be"),
])
def test_wrong_arguments_of_a_fill_are_named(db, arguments, message):
    with raises_sql(f"metric_fill: {message}", BAD_ARGUMENT):
        db.run(f"SELECT * FROM metric_fill({arguments})")


def test_a_huge_fill_gives_its_first_rows_at_once_and_can_be_interrupted(db):
    record(db, [(START, 1), (START + 4000 * DAY, 2)])
    assert len(db.rows("SELECT * FROM metric_fill('cpu', '0000-01-01', NULL, '1ms') LIMIT 5")) == 5
    db.connection.set_progress_handler(lambda: 1, 1_000_000)
    with raises_sql("interrupted", INTERRUPT):
        db.run("SELECT count(*) FROM metric_fill('cpu', '0000-01-01', NULL, '1ms')")
    db.connection.set_progress_handler(None, 0)
    assert ask(db, "count")[0][1] == 2.0
