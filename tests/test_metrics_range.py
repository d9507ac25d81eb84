"""metric_range against SQL over metric_points, and against a model that knows what each tier holds; metric_fill against its rule."""
import math
from bisect import bisect_left
from datetime import datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support import BAD_ARGUMENT, INTERRUPT, Database, raises_sql

START = 1_700_006_400_000  # a full day, UTC
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
INF = math.inf

# What metric_range says, by our aggregates. Sum and increase, which SQLite's sum() rounds at each step, are Python's.
SQL = {"avg": "running_avg(value)", "min": "min(value)", "max": "max(value)", "count": "count(*)", "first": "first_at(value, ts)",
       "last": "last_at(value, ts)", "rate": "counter_rate(ts, value)", "stddev": "stddev_pop(value)", "p50": "quantile(value, 0.5)",
       "p90": "quantile(value, 0.9)", "p95": "quantile(value, 0.95)", "p99": "quantile(value, 0.99)"}
FNS = [*SQL, "sum", "increase"]
EXACT = {"min", "max", "count", "first", "last", "p50", "p90", "p95", "p99"}  # the others are sums in twice the digits of a double


def new_database():
    db = Database(":memory:")
    db.run("SELECT lore_migrate('metrics')")
    return db


def record(db, points, name="cpu", tags=None):
    db.connection.executemany("INSERT INTO metric_record(name, value, tags, at) VALUES (?, ?, ?, ?)",
                              [(name, value, tags, ts) for ts, value in points])


def ask(db, fn="avg", step=None, since=None, until=None, tz=None, name="cpu", tags=None, columns="bucket, value, count, resolution"):
    return db.rows(f"SELECT {columns} FROM metric_range(?, ?, ?, ?, ?, ?, ?)", name, since, until, step, tags, fn, tz)


def iso(ms):
    return (datetime(1970, 1, 1) + timedelta(milliseconds=ms)).isoformat(timespec="milliseconds") + "Z"


def exact_sum(values):
    infinite = {value for value in values if math.isinf(value)}
    if infinite:
        return infinite.pop() if len(infinite) == 1 else None
    return float(sum(map(Fraction, values), Fraction(0)))


def is_near(found, expected, values, relative):
    """In the digits of a double, or in twice these of what was added up; a deviation in those of the values."""
    if found is None or expected is None:
        return found is expected
    largest = max(map(abs, values))
    return math.isclose(found, expected, rel_tol=relative, abs_tol=largest * (1e-28 if relative < 1e-15 else 1e-12))


def increase_of(values):
    total = sum((Fraction(after) - (Fraction(before) if after >= before else 0) for before, after in zip(values, values[1:])), Fraction(0))
    return float(total)


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


# ---- Tiers ----

TIERS = {"hours": HOUR, "minutes": MINUTE}  # the coarsest first


def roll_up(db, tier, step, points, series=1):
    """Rows of metric_rollups, as maintenance makes them."""
    buckets = {}
    for ts, value in sorted(points):
        buckets.setdefault(ts // step * step, []).append((ts, value))
    for bucket, inside in buckets.items():
        values = [value for _, value in inside]
        mean = Fraction(sum(map(Fraction, values))) / len(values)
        dropped = exact_sum([before for before, after in zip(values, values[1:]) if after < before])
        db.run("INSERT INTO metric_rollups VALUES (?, ?, ?, ?, ?, NULL, ?, ?, ?, ?, ?, ?, ?, ?, NULL, ?)", tier, series, bucket, len(values),
               exact_sum(values), min(values), max(values), values[0], values[-1], inside[0][0], inside[-1][0],
               float(sum((Fraction(value) - mean) ** 2 for value in values)), dropped,
               sketch_of(db, values) if len(values) > 2 and min(values) != max(values) else None)


def sketch_of(db, values):
    return db.value(f"SELECT quantile_sketch(column1) FROM (VALUES {', '.join(['(?)'] * len(values))})", *values)


def declare(db, coverage=None, horizon=None, tiers=TIERS):
    """coverage: tier to (since, until)."""
    db.run("INSERT INTO metric_tiers VALUES ('raw', 0, 1)")
    for tier, step in tiers.items():
        db.run("INSERT INTO metric_tiers VALUES (?, ?, 1)", tier, step)
    for tier, (since, until) in (coverage or {}).items():
        db.run("INSERT INTO metric_coverage VALUES (1, ?, ?, ?)", tier, since, until)
    if horizon is not None:
        db.run("INSERT INTO metric_coverage VALUES (1, 'raw', ?, NULL)", horizon)


def every_minute(count, start=START):
    return [(start + i * 20_000, float(i % 7)) for i in range(count * 3)]


@pytest.fixture
def tiered(db):
    """Four hours of points and both tiers of them; the roll-ups are told from the points by 1000, of hours, and 100, of minutes."""
    points = every_minute(240)
    record(db, points)
    roll_up(db, "hours", HOUR, [(ts, value + 1000) for ts, value in points])
    roll_up(db, "minutes", MINUTE, [(ts, value + 100) for ts, value in points])
    return db


def resolutions(db, *arguments, **named):
    return [row[3] for row in ask(db, *arguments, **named)]


def test_the_coarsest_tier_that_is_exact_answers(tiered):
    declare(tiered, {"hours": (None, None), "minutes": (None, None)})
    assert ask(tiered, "min", "2h") == [(START, 1000.0, 360, "hours"), (START + 2 * HOUR, 1000.0, 360, "hours")]
    assert ask(tiered, "min", "30m")[0] == (START, 100.0, 90, "minutes")
    assert ask(tiered, "min", "30s")[0] == (START, 0.0, 2, "raw")
    assert ask(tiered, "min") == [(START, 1000.0, 720, "hours")]
    assert resolutions(tiered, "p50", "1h") == ["raw"] * 4


def test_an_edge_that_cuts_a_tiers_bucket_is_answered_by_a_finer_one(tiered):
    declare(tiered, {"hours": (None, None), "minutes": (None, None)})
    assert resolutions(tiered, "min", "1h", START + MINUTE, START + 3 * HOUR + 1) == ["minutes", "hours", "hours", "raw"]
    assert resolutions(tiered, "min", None, START + MINUTE) == ["minutes"]
    assert resolutions(tiered, "min", None, START + 1) == ["raw"]


def test_what_a_tier_does_not_hold_the_raw_points_answer(tiered):
    declare(tiered, {"hours": (START + HOUR, START + 3 * HOUR)})
    assert resolutions(tiered, "min", "1h") == ["raw", "hours", "hours", "raw"]
    assert resolutions(tiered, "min", "2h") == ["raw", "raw"]
    assert resolutions(tiered, "min") == ["raw"]


def test_a_tier_without_a_line_of_coverage_holds_nothing(tiered):
    declare(tiered)
    assert resolutions(tiered, "min", "1h") == ["raw"] * 4


def test_a_bucket_that_is_out_of_date_is_answered_by_what_is_not(tiered):
    declare(tiered, {"hours": (None, None), "minutes": (None, None)})
    tiered.run("INSERT INTO metric_dirty VALUES ('hours', 1, ?), ('minutes', 1, ?)", START + HOUR, START + HOUR + 5 * MINUTE)
    assert resolutions(tiered, "min", "1h") == ["hours", "raw", "hours", "hours"]
    tiered.run("DELETE FROM metric_dirty WHERE tier = 'minutes'")
    assert resolutions(tiered, "min", "1h") == ["hours", "minutes", "hours", "hours"]
    assert resolutions(tiered, "min") == ["minutes"]


def prune(db, horizon):
    db.run("DELETE FROM metric_recent WHERE ts < ?", horizon)


def test_where_raw_points_are_gone_quantiles_come_from_sketches(db):
    points = every_minute(240)
    record(db, points)
    roll_up(db, "hours", HOUR, points)
    declare(db, {"hours": (None, None)}, horizon=START + 2 * HOUR)
    prune(db, START + 2 * HOUR)
    found = ask(db, "p90", "1h")
    assert [row[3] for row in found] == ["hours", "hours", "raw", "raw"]
    assert [row[2] for row in found] == [180] * 4
    for _, value, _, _ in found:
        assert value == pytest.approx(6, rel=0.01)
    assert ask(db, "p90", None)[0][1] == pytest.approx(6, rel=0.01)


def test_what_came_late_where_raw_points_are_gone_is_merged_with_the_rollups(db):
    points = every_minute(240)
    record(db, points)
    roll_up(db, "hours", HOUR, points)
    declare(db, {"hours": (None, None)}, horizon=START + 2 * HOUR)
    prune(db, START + 2 * HOUR)
    late = [(START - 5, 50.0), (START + 7, 60.0), (START + HOUR - 1, 70.0)]
    record(db, late)
    db.run("INSERT INTO metric_dirty VALUES ('hours', 1, ?)", START)
    in_first = [value for ts, value in points if ts < START + HOUR] + [60.0, 70.0]
    expected = {"count": 182, "sum": sum(in_first), "max": 70, "min": 0, "first": 0, "last": 70, "avg": sum(in_first) / 182}
    for fn, value in expected.items():
        before, first, second = ask(db, fn, "1h")[:3]
        assert before[2:] == (1, "hours") and before[1] == (1 if fn == "count" else 50)
        assert first == (START, value, 182, "hours")
        assert second[2:] == (180, "hours")
    mean = sum(in_first) / 182
    assert ask(db, "stddev", "1h")[1][1] == pytest.approx(math.sqrt(sum((value - mean) ** 2 for value in in_first) / 182), rel=1e-12)
    assert ask(db, "p95", "1h")[1][1] == pytest.approx(6, rel=0.01)


def test_where_nothing_is_exact_the_rollups_that_begin_in_a_bucket_answer(db):
    points = every_minute(240)
    record(db, points)
    roll_up(db, "hours", HOUR, points)
    declare(db, {"hours": (None, None)}, horizon=START + 2 * HOUR)
    prune(db, START + 2 * HOUR)
    half = ask(db, "count", "30m")
    assert half == [(START, 180.0, 180, "hours"), (START + HOUR, 180.0, 180, "hours")] + [
        (START + 2 * HOUR + i * 30 * MINUTE, 90.0, 90, "raw") for i in range(4)]
    assert ask(db, "count", None, START + MINUTE) == [(START + MINUTE, 540.0, 540, "hours")]
    assert ask(db, "count", "90m")[1] == (START + 90 * MINUTE, 180.0, 180, "hours")


def test_of_several_tiers_where_nothing_is_exact_the_finest_that_holds_it_answers(db):
    points = every_minute(240)
    record(db, points)
    for tier, step in TIERS.items():
        roll_up(db, tier, step, points)
    declare(db, {"hours": (None, None), "minutes": (START + HOUR, None)}, horizon=START + 3 * HOUR)
    prune(db, START + 3 * HOUR)
    db.run("DELETE FROM metric_rollups WHERE tier = 'minutes' AND bucket < ?", START + HOUR)
    assert resolutions(db, "count", "90s", START + HOUR, START + HOUR + 180_000) == ["minutes", "minutes"]
    assert resolutions(db, "count", "90s", START, START + 180_000) == ["hours"]


def test_raw_points_that_were_pruned_without_any_tier_leave_those_that_are_there(db):
    record(db, every_minute(10))
    declare(db, horizon=START + DAY, tiers={"hours": HOUR})
    assert ask(db, "count") == [(START, 30.0, 30, "raw")]


def test_increase_and_rate_go_on_from_roll_up_to_roll_up(db):
    points = [(START + i * 60_000, float(i * 37 % 1000)) for i in range(600)]
    record(db, points)
    raw = {fn: ask(db, fn, "4h") for fn in ("increase", "rate", "avg", "sum")}
    roll_up(db, "hours", HOUR, points)
    declare(db, {"hours": (None, None)})
    for fn, rows in raw.items():
        assert [row[:3] for row in ask(db, fn, "4h")] == [row[:3] for row in rows]
        assert resolutions(db, fn, "4h") == ["hours", "hours", "hours"]


def test_a_damaged_sketch_is_told_with_its_bucket(db):
    points = every_minute(60)
    record(db, points)
    roll_up(db, "hours", HOUR, points)
    declare(db, {"hours": (None, None)}, horizon=START + HOUR)
    db.run("UPDATE metric_rollups SET sketch = x'0102'")
    with raises_sql(f"metric_range: the sketch of bucket {START} of series 1 in tier 'hours' is no sketch, or a damaged one"):
        ask(db, "p50", "1h")


def source_of(a, b, tiers, horizon, first):
    """Which tier answers a bucket, None for raw points, and whether exactly: the rule, bucket by bucket of the tier."""
    for tier, (since, until, dirty) in tiers.items():
        step = TIERS[tier]
        held = (since is None or since <= max(a, first)) and (until is None or b <= until)
        current = not any(a <= bucket < b and bucket >= (horizon or 0) for bucket in dirty)
        if a % step == 0 and b % step == 0 and held and current:
            return tier, True
    if horizon is None or a >= horizon or not tiers:
        return None, True
    for tier, (since, until, _) in reversed(tiers.items()):
        if (since is None or since <= max(a, first)) and (until is None or min(b, horizon) <= until):
            return tier, False
    return "any", False


@settings(max_examples=80, deadline=None)
@given(data=st.data(), step=st.sampled_from(["30s", "1m", "7m", "30m", "1h", "90m", "2h"]), has_tiers=st.sampled_from([(), ("hours",), ("hours", "minutes")]))
def test_any_mixture_of_tiers_gives_what_the_rule_says(data, step, has_tiers):
    db = new_database()
    hours = st.integers(0, 6).map(lambda n: START + n * HOUR)
    points = [(START + i * 50_000 + i % 3, float(i * 31 % 100)) for i in range(0, 430, data.draw(st.sampled_from([1, 1, 5, 100])))]
    horizon = data.draw(st.none() | hours)
    tiers = {tier: (data.draw(st.none() | hours), data.draw(st.none() | hours), data.draw(st.sets(
        st.integers(0, 6 * HOUR // TIERS[tier]).map(lambda n, size=TIERS[tier]: START + n * size), max_size=5))) for tier in has_tiers}
    late = {START + n: 500.0 + n % 10 for n in data.draw(st.lists(st.integers(0, 6 * HOUR), max_size=10)) if START + n < (horizon or 0)}
    since, until = data.draw(st.none() | st.integers(START, START + 6 * HOUR)), data.draw(st.none() | st.integers(START + 6 * HOUR, START + 7 * HOUR))
    record(db, points)
    rolled = {}
    for tier, (_, _, dirty) in tiers.items():
        stale = {bucket for bucket in dirty if bucket >= (horizon or 0)}
        rolled[tier] = [(ts, -1.0 if ts // TIERS[tier] * TIERS[tier] in stale else value) for ts, value in points]
        roll_up(db, tier, TIERS[tier], rolled[tier])
        db.connection.executemany("INSERT INTO metric_dirty VALUES (?, 1, ?)", [(tier, bucket) for bucket in dirty])
    declare(db, {tier: held[:2] for tier, held in tiers.items()}, horizon)
    prune(db, horizon or 0)
    record(db, list(late.items()))
    raw = dict(db.rows("SELECT ts, value FROM metric_points('cpu')"))

    size = {"30s": 30_000, "1m": MINUTE, "7m": 7 * MINUTE, "30m": 30 * MINUTE, "1h": HOUR, "90m": 90 * MINUTE, "2h": 2 * HOUR}[step]
    first = min([*raw, *(ts // TIERS[tier] * TIERS[tier] for tier in tiers for ts, _ in points)], default=0)
    expected = []
    for start in range(START // size * size - size, START + 8 * HOUR, size):
        a, b = max(start, since or 0), min(start + size, until or start + size)
        if a >= b:
            continue
        tier, is_exact = source_of(a, b, tiers, horizon, first)
        if tier == "any":
            return  # which one is not told by the rule
        if tier is None:
            inside = [(ts, value) for ts, value in raw.items() if a <= ts < b]
        else:
            of_rows = b if is_exact else min(b, horizon)
            inside = [point for point in rolled[tier] if a <= point[0] // TIERS[tier] * TIERS[tier] < of_rows]
            inside += [(ts, value) for ts, value in raw.items() if a <= ts < (min(b, horizon or 0) if is_exact else b)]
        if inside:
            expected.append((start, sorted(inside), tier or "raw"))

    def check(fn, of):
        assert ask(db, fn, step, since, until) == [(start, of([value for _, value in inside]), len(inside), tier) for start, inside, tier in expected]

    check("count", lambda values: float(len(values)))
    check("sum", exact_sum)
    check("min", min)
    check("max", max)
    for fn, place in (("first", 0), ("last", -1)):
        times = {start: {value for ts, value in inside if ts == inside[place][0]} for start, inside, _ in expected}
        assert all(row[1] in times[row[0]] for row in ask(db, fn, step, since, until))
    for (start, inside, _), row in zip(expected, ask(db, "stddev", step, since, until)):
        mean = sum(value for _, value in inside) / len(inside)
        assert row[1] == pytest.approx(math.sqrt(sum((value - mean) ** 2 for _, value in inside) / len(inside)), rel=1e-9, abs=1e-9)
    db.close()


@pytest.mark.parametrize("step", ["1d", "1mo"])
def test_buckets_by_the_calendar_are_answered_by_tiers_too(db, step):
    points = [(START + i * 6 * HOUR, float(i)) for i in range(400)] + [(START + 4000 * DAY, 5.0)]
    record(db, points)
    raw = ask(db, "sum", step, tz="Europe/Berlin")
    roll_up(db, "hours", HOUR, points)
    declare(db, {"hours": (None, None)})
    tiers = ask(db, "sum", step, tz="Europe/Berlin")
    assert [row[:3] for row in tiers] == [row[:3] for row in raw]
    assert {row[3] for row in tiers} == {"hours"}


def test_small_buckets_of_a_zone_over_many_years_are_found_where_there_is_something(db):
    points = [(START + i * 1000 * DAY, float(i)) for i in range(20)]
    record(db, points)
    roll_up(db, "hours", HOUR, points)
    declare(db, {"hours": (None, None)}, horizon=START + 9000 * DAY)
    prune(db, START + 9000 * DAY)
    record(db, [(START + 500 * DAY, 7.0)])
    found = ask(db, "last", "1s", tz="America/St_Johns")
    assert [row[0] for row in found] == sorted([ts for ts, _ in points] + [START + 500 * DAY])


# ---- What maintenance keeps ----

def test_maintenance_changes_the_source_and_not_the_answer(db):
    db.run("SELECT lore_clock(?)", iso(START))
    db.run("SELECT metric_tier('raw', 0, '1d'), metric_tier('minutes', '1m', '3d'), metric_tier('hours', '1h', '1y')")
    record(db, [(START - 10 * DAY + i * 41_000, round(50 + 40 * math.sin(i / 500), 2)) for i in range(21_000)])
    whole = {fn: ask(db, fn, "1h") for fn in FNS}
    while db.value("SELECT lore_maintain()"):
        pass
    assert 0 < db.value("SELECT count(*) FROM metric_points('cpu')") < 3000

    for fn, before in whole.items():
        after = ask(db, fn, "1h")
        assert [(row[0], row[2]) for row in after] == [(row[0], row[2]) for row in before]
        near = 0.01 if fn in ("p50", "p90", "p95", "p99") else 1e-12
        assert all(a[1] == pytest.approx(b[1], rel=near) for a, b in zip(after, before)), fn
        assert {row[3] for row in after[:200]} == {"hours"}
    assert {row[3] for row in ask(db, "max", "10m", START - 2 * DAY, START)} == {"minutes"}
    assert {row[3] for row in ask(db, "max", "10m", START - 9 * DAY, START - 8 * DAY)} == {"hours"}

    record(db, [(START - 9 * DAY + 1, 1000.0), (START - 1, 2000.0)])
    late = {row[0]: row for row in ask(db, "max", "1h")}
    assert late[START - 9 * DAY][1] == 1000.0 and late[START - 9 * DAY][3] == "hours"
    assert late[START - HOUR][1] == 2000.0
    while db.value("SELECT lore_maintain()"):
        pass
    assert {row[0]: row[:3] for row in ask(db, "max", "1h")} == {start: row[:3] for start, row in late.items()}


# ---- metric_fill ----

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


# ---- What is refused, and what takes long ----

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


@pytest.mark.parametrize("arguments, message", [
    ("'cpu', NULL, NULL, '1m', NULL, 'avg', NULL, 'spline'", "method must be one of null previous linear, got 'spline'"),
    ("'cpu', NULL, NULL, '1m', NULL, 'avg', NULL, 'null', -1", "max_gap must be"),
])
def test_wrong_arguments_of_a_fill_are_named(db, arguments, message):
    with raises_sql(f"metric_fill: {message}", BAD_ARGUMENT):
        db.run(f"SELECT * FROM metric_fill({arguments})")


def test_words_are_taken_in_any_case(db):
    record(db, [(START, 1)])
    assert ask(db, "P99") == ask(db, "p99")


def test_a_huge_range_with_small_buckets_costs_what_its_points_cost(db):
    record(db, [(START, 1), (START + 4000 * DAY, 2)])
    whole = ("0000-01-01", "9999-12-31T23:59:59.999Z")
    assert [row[0] for row in ask(db, "avg", "1ms", *whole)] == [START, START + 4000 * DAY]
    assert [row[0] for row in ask(db, "avg", "1s", *whole, tz="Europe/Berlin")] == [START, START + 4000 * DAY]
    declare(db, {"hours": (None, None)})
    assert [row[0] for row in ask(db, "avg", "1ms", *whole)] == [START, START + 4000 * DAY]


def test_a_huge_fill_gives_its_first_rows_at_once_and_can_be_interrupted(db):
    record(db, [(START, 1), (START + 4000 * DAY, 2)])
    assert len(db.rows("SELECT * FROM metric_fill('cpu', '0000-01-01', NULL, '1ms') LIMIT 5")) == 5
    db.connection.set_progress_handler(lambda: 1, 1_000_000)
    with raises_sql("interrupted", INTERRUPT):
        db.run("SELECT count(*) FROM metric_fill('cpu', '0000-01-01', NULL, '1ms')")
    db.connection.set_progress_handler(None, 0)
    assert ask(db, "count")[0][1] == 2.0


def test_ranges_can_be_joined_with_each_other(db):
    record(db, [(START + i * MINUTE, i) for i in range(5)])
    record(db, [(START + i * MINUTE, 10 * i) for i in range(3)], name="disk")
    rows = db.rows("""SELECT a.bucket, a.value, b.value FROM metric_range('cpu', NULL, NULL, '1m') AS a
                      JOIN metric_range('disk', NULL, NULL, '1m') AS b ON b.bucket = a.bucket""")
    assert rows == [(START + i * MINUTE, float(i), 10.0 * i) for i in range(3)]
    nested = db.rows("SELECT s.name, r.value FROM metric_series_list() AS s, metric_range(s.name) AS r ORDER BY s.name")
    assert nested == [("cpu", 2.0), ("disk", 10.0)]
