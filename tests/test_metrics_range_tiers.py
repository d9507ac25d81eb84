"""metric_range over tiers: hand-made roll-ups, a model that knows what each tier holds, and what maintenance has made of points."""
import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from range_calls import DAY, FNS, HOUR, MINUTE, START, ask, exact_sum, iso, new_database, record
from support import raises_sql

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


def test_a_huge_range_with_small_buckets_costs_what_its_points_cost(db):
    record(db, [(START, 1), (START + 4000 * DAY, 2)])
    whole = ("0000-01-01", "9999-12-31T23:59:59.999Z")
    assert [row[0] for row in ask(db, "avg", "1ms", *whole)] == [START, START + 4000 * DAY]
    assert [row[0] for row in ask(db, "avg", "1s", *whole, tz="Europe/Berlin")] == [START, START + 4000 * DAY]
    declare(db, {"hours": (None, None)})
    assert [row[0] for row in ask(db, "avg", "1ms", *whole)] == [START, START + 4000 * DAY]


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
