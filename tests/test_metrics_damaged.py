"""Rows of tiers that plain SQL has changed: an error or a right answer, never a crash or a wait without end."""
import pytest

from range_calls import FNS, START
from support import NOT_READY, raises_sql

MOST = (1 << 63) - 1


@pytest.fixture
def rolled(db):
    """100 points, one a minute, rolled up in two tiers, and none of them pruned."""
    db.run("PRAGMA ignore_check_constraints = ON")
    db.run("SELECT lore_clock(?)", (START + 6_000_000) / 1000)
    db.run("SELECT metric_tier('hours', '1h', '1y'), metric_tier('minutes', '1m', '1y')")
    db.connection.executemany("INSERT INTO metric_record(name, value, at) VALUES ('cpu', ?, ?)", [(i % 7, START + 60_000 * i) for i in range(100)])
    assert db.value("SELECT lore_maintain()") == 0
    return db


@pytest.mark.parametrize("fn", FNS)
@pytest.mark.parametrize("count", [0, -1, -5, -MOST - 1, MOST])
def test_a_roll_up_of_no_point_or_too_many_is_an_error(rolled, fn, count):
    rolled.run("UPDATE metric_rollups SET count = ? WHERE bucket >= ?", count, START + 600_000)
    rolled.run("INSERT INTO metric_coverage(series_id, tier, since) VALUES (1, 'raw', ?)", START + 3_600_000)
    rolled.run("DELETE FROM metric_recent WHERE ts < ?", START + 3_600_000)
    with raises_sql(f"metric_range: a roll-up is damaged: it has {count} points", NOT_READY):
        rolled.run("SELECT * FROM metric_range('cpu', NULL, NULL, '30m', NULL, ?)", fn)


@pytest.mark.parametrize("change", ["first_ts = last_ts + 1", "first_ts = -9223372036854775807", "last_ts = 9223372036854775807"])
def test_a_roll_up_of_impossible_times_is_an_error(rolled, change):
    rolled.run(f"UPDATE metric_rollups SET {change} WHERE tier = 'minutes'")
    with raises_sql("metric_range: a roll-up is damaged: it has 1 points from ", NOT_READY):
        rolled.run("SELECT * FROM metric_range('cpu', NULL, NULL, '10m', NULL, 'rate')")


def test_a_roll_up_of_no_point_is_an_error_of_maintenance(rolled):
    rolled.run("UPDATE metric_rollups SET count = 0")
    rolled.run("INSERT INTO metric_coverage(series_id, tier, since) VALUES (1, 'raw', ?)", START + 3_600_000)
    rolled.run("SELECT metric_tier('halves', '30m', '1y')")
    with raises_sql("lore_maintain: a roll-up is damaged: it has 0 points", NOT_READY):
        rolled.run("SELECT lore_maintain()")


@pytest.mark.parametrize("tier, step, keep_for", [
    ("odd", 0, 86_400_000_000), ("odd", -60_000, 86_400_000_000), ("odd", MOST, MOST), ("odd", 60_000, 0), ("odd", 60_000, MOST),
    ("raw", 60_000, 86_400_000), ("raw", -1, 86_400_000), ("raw", 0, -1), ("raw", 0, MOST)])
@pytest.mark.parametrize("verb", ["lore_maintain", "metric_delete", "metric_tier"])
def test_a_tier_that_cannot_be_is_named_and_can_be_dropped(rolled, tier, step, keep_for, verb):
    rolled.run("DELETE FROM metric_tiers")
    rolled.run("INSERT INTO metric_tiers(tier, step, keep_for) VALUES (?, ?, ?)", tier, step, keep_for)
    call = {"lore_maintain": "lore_maintain()", "metric_delete": "metric_delete('cpu')", "metric_tier": "metric_tier('other', '1h', '1y')"}[verb]
    with raises_sql(f"{verb}: tier {tier} is damaged: its step is {step} ms, and it is kept {keep_for} ms", NOT_READY):
        rolled.run("SELECT " + call)
    assert rolled.value("SELECT metric_tier_drop(?)", tier) == 1
    assert rolled.run("SELECT " + call)


@pytest.mark.parametrize("step", [1, 60_000, MOST])
def test_raw_points_are_no_tier_of_roll_ups(rolled, step):
    rolled.run("UPDATE metric_tiers SET step = ? WHERE tier = 'minutes'", step)
    rolled.run("UPDATE metric_tiers SET tier = 'raw' WHERE tier = 'minutes'")
    rolled.run("INSERT INTO metric_coverage(series_id, tier, since) VALUES (1, 'raw', ?)", START)
    assert rolled.value("SELECT sum(count) FROM metric_range('cpu', NULL, NULL, '10m')") == 100


@pytest.mark.parametrize("since", [-MOST - 1, -MOST, 0, MOST])
@pytest.mark.parametrize("until", [-MOST - 1, MOST])
def test_coverage_of_all_times_and_none_ends_in_an_answer(rolled, since, until):
    rolled.run("SELECT metric_tier('raw', 0, '1h')")
    rolled.run("INSERT OR REPLACE INTO metric_coverage(series_id, tier, since, until) VALUES (1, 'raw', ?1, ?2), (1, 'minutes', ?1, ?2), "
               "(1, 'hours', NULL, ?2)", since, until)
    rolled.run("INSERT INTO metric_recent(series_id, ts, value) VALUES (1, ?, 1.0)", MOST - 5)
    for call in ("metric_range('cpu', NULL, NULL, '1h')", "metric_range('cpu', NULL, NULL, '1h', NULL, 'p50')", "metric_points"):
        assert rolled.value(f"SELECT count(*) FROM {call}") >= 0
    assert rolled.value("SELECT lore_maintain()") >= 0
    assert rolled.value("SELECT metric_delete('cpu', NULL, '2020-01-01', '2030-01-01')") >= 0
