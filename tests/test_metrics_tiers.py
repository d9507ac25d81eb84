"""metric_tier and lore_maintain: the rules, what each says, and what is kept. test_metrics_tiers_model.py has the rest."""
import json

import pytest

from metric_calls import DAY, HOUR, MINUTE, NOW, NOW_MS, clock, points, put
from support import BAD_ARGUMENT, NOT_READY, REFUSED, assert_same, dump, raises_sql


@pytest.fixture
def db(db):
    db.run("SELECT lore_clock(?)", NOW)
    return db


def tiers(db):
    return db.run("SELECT tier, step, keep_for FROM metric_tiers ORDER BY step")


def maintain(db, *args):
    return db.row(f"SELECT lore_maintain({', '.join('?' * len(args))}), lore_notice()", *args)


def rollups(db, tier):
    return db.run("SELECT bucket, count, sum FROM metric_rollups WHERE tier = ? ORDER BY series_id, bucket", tier)


# ---- Declaring ----

def test_a_tier_is_declared_once(db):
    assert db.row("SELECT metric_tier('RAW', 0, '24h'), lore_notice()") == (1, None)
    assert db.row("SELECT metric_tier('raw', '0', '1d'), lore_notice()") == (0, "it is declared so already")
    assert db.value("SELECT metric_tier('Half_Hour', '30m', '6mo')") == 1
    assert tiers(db) == [("raw", 0, DAY), ("half_hour", 30 * MINUTE, 180 * DAY)]
    assert db.value("SELECT metric_tier('raw', 0, '2d')") == 1 and tiers(db)[0] == ("raw", 0, 2 * DAY)


@pytest.mark.parametrize("text, days", [("1y", 365), ("12mo", 365), ("6mo", 180), ("18mo", 545), ("2w", 14), ("30d", 30), ("P1Y", 365), ("86400", 1)])
def test_a_year_is_kept_365_days_and_a_month_30(db, text, days):
    db.run("SELECT metric_tier('raw', 0, ?)", text)
    assert tiers(db) == [("raw", 0, days * DAY)]


@pytest.mark.parametrize("text, ms", [("1ms", 1), ("90s", 90_000), ("1h30m", 90 * MINUTE), ("60", MINUTE), ("366d", 366 * DAY), ("PT5M", 5 * MINUTE)])
def test_a_step_is_a_fixed_time(db, text, ms):
    db.run("SELECT metric_tier('t', ?, '10y')", text)
    assert tiers(db) == [("t", ms, 3650 * DAY)]


@pytest.mark.parametrize("arguments, message", [
    ("'a-b', '1m', '1d'", "tier must be of letters, digits and _, got 'a-b'"),
    ("'tägl', '1m', '1d'", "tier must be of letters, digits and _, got 'tägl'"),
    ("'raw', '1m', '1d'", "step must be 0 for the tier raw, and for no other, got '1m'"),
    ("'t', 0, '1d'", "step must be 0 for the tier raw, and for no other, got"),
    *((f"'t', '{step}', '1y'", f"step must be a fixed time as '90s', '15m', '1h' or '1d', of at most 366 days, got '{step}'")
      for step in ("1w", "1mo", "1y", "367d", "9000h", "x", "-1m", "0s")),
    *((f"'raw', 0, '{keep}'", f"keep_for must be a time as '24h', '30d', '6mo' or '1y', of at most 10000 years, got '{keep}'")
      for keep in ("0d", "x", "-1d", "10001y")),
])
def test_what_is_no_tier_is_refused(db, arguments, message):
    with raises_sql("metric_tier: " + message, BAD_ARGUMENT):
        db.run(f"SELECT metric_tier({arguments})")
    assert tiers(db) == []


@pytest.mark.parametrize("arguments, message", [
    ("'x', '90s', '30d'", "step must be a multiple of that of every finer tier: x has 90s, minutes has 1m"),
    ("'x', '7m', '90d'", "step must be a multiple of that of every finer tier: hours has 1h, x has 7m"),
    ("'x', '60m', '90d'", "step must be another one for each tier: hours and x have 1h"),
    ("'x', '2h', '89d'", "keep_for must not be longer than that of a coarser tier: hours is kept 90d, x 89d"),
    ("'raw', 0, '31d'", "keep_for must not be longer than that of a coarser tier: raw is kept 31d, minutes 30d"),
    ("'raw', 0, '30m'", "keep_for must be at least one bucket of the coarsest tier: raw is kept 30m, hours has buckets of 1h"),
    ("'x', '2d', '90d'", "keep_for must be at least one bucket of the coarsest tier: raw is kept 1d, x has buckets of 2d"),
])
def test_tiers_fit_each_other(db, arguments, message):
    db.run("SELECT metric_tier('raw', 0, '1d'), metric_tier('minutes', '1m', '30d'), metric_tier('hours', '1h', '90d')")
    before = dump(db)
    with raises_sql("metric_tier: " + message, REFUSED):
        db.run(f"SELECT metric_tier({arguments})")
    assert_same(before, dump(db))


def test_there_are_at_most_16_rollups(db):
    for n in range(16):
        db.run("SELECT metric_tier('t' || ?1, (1 << ?1) || 'm', '300d')", n)
    with raises_sql("metric_tier: there may be at most 16 tiers", REFUSED):
        db.run("SELECT metric_tier('more', '366d', '2y')")


def test_the_default_tiers_leave_those_that_are_there(db):
    db.run("SELECT metric_tier('raw', 0, '7d')")
    assert db.row("SELECT metric_tiers_default(), lore_notice()") == (2, None)
    assert tiers(db) == [("raw", 0, 7 * DAY), ("aggregated", MINUTE, 30 * DAY), ("downsampled", HOUR, 365 * DAY)]
    assert db.row("SELECT metric_tiers_default(), lore_notice()") == (0, "all are declared already")


def test_default_tiers_that_do_not_fit_are_refused_as_a_whole(db):
    db.run("SELECT metric_tier('raw', 0, '60d')")
    with raises_sql("metric_tiers_default: keep_for must not be longer than that of a coarser tier: raw is kept 60d, aggregated 30d", REFUSED):
        db.run("SELECT metric_tiers_default()")
    assert tiers(db) == [("raw", 0, 60 * DAY)]


def test_rules_that_plain_sql_has_broken_are_told(db):
    db.run("INSERT INTO metric_tiers VALUES ('a', 7, 1000), ('b', 10, 1000)")
    with raises_sql("lore_maintain: step must be a multiple of that of every finer tier: b has 10ms, a has 7ms", NOT_READY):
        db.run("SELECT lore_maintain()")


def test_a_tier_that_is_dropped_takes_its_rollups_along(db):
    db.run("SELECT metric_tiers_default()")
    put(db, [(NOW_MS - 5 * MINUTE, 1)])
    maintain(db)
    put(db, [(NOW_MS - 5 * MINUTE, 2)])
    assert db.row("SELECT metric_tier_drop('Aggregated'), lore_notice()") == (1, None)
    for table in ("metric_tiers", "metric_rollups", "metric_dirty", "metric_coverage"):
        assert db.value(f"SELECT count(*) FROM {table} WHERE tier = 'aggregated'") == 0
    assert db.row("SELECT metric_tier_drop('aggregated'), lore_notice()") == (0, "there is no tier aggregated")
    assert maintain(db) == (0, "rolled up 1 bucket") and db.column("SELECT tier FROM metric_coverage") == ["downsampled"]


def test_without_raw_nothing_raw_is_pruned(db):
    db.run("SELECT metric_tier('minutes', '1m', '1h')")
    put(db, [(NOW_MS - 90 * DAY, 1), (NOW_MS - MINUTE, 2)])
    assert maintain(db) == (0, "rolled up 2 buckets, pruned 1 roll-up")
    assert [value for _, value in points(db)] == [1, 2]
    assert db.run("SELECT tier, since FROM metric_coverage") == [("minutes", NOW_MS - HOUR)]


# ---- A step that changes ----

def test_another_step_rolls_up_anew_while_raw_points_are_there(db):
    db.run("SELECT metric_tier('minutes', '1m', '30d')")
    put(db, [(NOW_MS - MINUTE * n, n) for n in range(1, 11)])
    maintain(db)
    assert len(rollups(db, "minutes")) == 10
    assert db.value("SELECT metric_tier('minutes', '5m', '30d')") == 1
    assert rollups(db, "minutes") == []
    assert maintain(db) == (0, "rolled up 2 buckets")
    assert rollups(db, "minutes") == [(NOW_MS - 10 * MINUTE, 5, 40), (NOW_MS - 5 * MINUTE, 5, 15)]


def test_another_step_is_refused_when_only_its_rollups_have_the_past(db):
    db.run("SELECT metric_tiers_default()")
    put(db, [(NOW_MS - 2 * DAY, 1), (NOW_MS, 2)])
    maintain(db)
    before = dump(db)
    with raises_sql("metric_tier: step of tier aggregated must stay 1m: the points of its roll-ups have been pruned", REFUSED):
        db.run("SELECT metric_tier('aggregated', '5m', '30d')")
    assert_same(before, dump(db))
    assert db.value("SELECT metric_tier('downsampled', '2h', '365d')") == 1, "the finer tier has it all"
    assert maintain(db) == (0, "rolled up 1 bucket") and rollups(db, "downsampled") == [(NOW_MS - 2 * DAY, 1, 1)]


def test_a_tier_whose_rows_another_may_need_again_stays(db):
    db.run("SELECT metric_tier('raw', 0, '1h'), metric_tier('minutes', '1m', '30d')")
    put(db, [(NOW_MS - 90 * MINUTE, 1), (NOW_MS - 45 * MINUTE, 2)])
    clock(db, NOW_MS + 30 * MINUTE)
    maintain(db)
    db.run("SELECT metric_tier('hours', '1h', '30d')")
    clock(db, NOW_MS + 30 * MINUTE + 1)
    maintain(db)
    assert rollups(db, "hours")[0] == (NOW_MS - 2 * HOUR, 1, 1)
    db.run("UPDATE metric_coverage SET since = since + 60000 WHERE tier = 'raw'")
    with raises_sql("metric_tier_drop: tier minutes is what a bucket of hours is made from until raw points have been pruned to its end", REFUSED):
        db.run("SELECT metric_tier_drop('minutes')")
    clock(db, NOW_MS + DAY)
    put(db, [(NOW_MS, 3)])
    maintain(db)
    assert db.value("SELECT metric_tier_drop('minutes')") == 1


def test_a_coarser_tier_is_made_from_a_finer_one_where_raw_points_are_gone(db):
    db.run("SELECT metric_tier('raw', 0, '1h'), metric_tier('minutes', '1m', '30d')")
    values = [(NOW_MS - n * 10_000, n % 7) for n in range(1, 3000)]
    put(db, values)
    maintain(db)
    db.run("SELECT metric_tier('hours', '1h', '60d')")
    maintain(db)
    want = {}
    for ts, value in values:
        want.setdefault(ts // HOUR * HOUR, []).append(value)
    assert rollups(db, "hours") == [(bucket, len(found), sum(found)) for bucket, found in sorted(want.items())]
    for bucket, sketch in db.run("SELECT bucket, sketch FROM metric_rollups WHERE tier = 'hours' AND count > 2"):
        assert sketch == db.value("SELECT quantile_sketch(value) FROM json_each(?)", json.dumps(want[bucket])), "as if made from the points"


# ---- Rolling up ----

def test_infinite_values_are_rolled_up(db):
    db.run("SELECT metric_tier('hours', '1h', '30d')")
    start = NOW_MS - HOUR
    db.connection.executemany("INSERT INTO metric_record(name, value, at) VALUES (?, ?, ?)",
                              [("up", value, start + n) for n, value in enumerate([1, float("inf"), 2])]
                              + [("both", value, start + n) for n, value in enumerate([float("-inf"), float("inf"), float("inf")])])
    maintain(db)
    read = "SELECT count, sum, min, max, m2, quantile_at(sketch, 1) FROM metric_rollups JOIN metric_series USING (series_id) WHERE name = ?"
    assert db.row(read, "up") == (3, float("inf"), 1, float("inf"), None, 2)
    assert db.row(read, "both") == (3, None, float("-inf"), float("inf"), None, None)


def test_a_counter_keeps_what_it_had_when_it_fell(db):
    db.run("SELECT metric_tier('hours', '1h', '30d')")
    put(db, [(NOW_MS - HOUR + n * 1000, value) for n, value in enumerate([10, 20, 5, 7, 3, 4])])
    maintain(db)
    assert db.row("SELECT dropped, dropped_rest, first, last FROM metric_rollups") == (27, None, 10, 4)


def test_a_late_point_is_merged_into_what_is_left_of_its_time(db):
    db.run("SELECT metric_tier('raw', 0, '1h'), metric_tier('minutes', '1m', '1d'), metric_tier('hours', '1h', '30d')")
    put(db, [(NOW_MS - 2 * DAY + n * 1000, n) for n in range(10, 20)])
    put(db, [(NOW_MS - 6 * HOUR + n * 1000, n) for n in range(10, 20)])
    maintain(db)
    assert points(db) == [] and len(rollups(db, "minutes")) == 1 and len(rollups(db, "hours")) == 2
    late = [(NOW_MS - 2 * DAY + 5000, 100), (NOW_MS - 6 * HOUR + 15_500, 200), (NOW_MS - 6 * HOUR + 40_000, 300), (NOW_MS - 3 * HOUR, 400)]
    put(db, late)
    assert points(db) == late
    assert maintain(db) == (0, "merged 4 late points") and points(db) == []
    assert db.value("SELECT count(*) FROM metric_dirty") == 0
    row = "SELECT count, sum, min, max, first, last, first_ts, last_ts FROM metric_rollups WHERE tier = ? AND bucket = ?"
    assert db.row(row, "hours", NOW_MS - 2 * DAY) == (11, 245, 10, 100, 100, 19, NOW_MS - 2 * DAY + 5000, NOW_MS - 2 * DAY + 19_000)
    assert db.row(row, "minutes", NOW_MS - 6 * HOUR) == (12, 645, 10, 300, 10, 300, NOW_MS - 6 * HOUR + 10_000, NOW_MS - 6 * HOUR + 40_000)
    assert db.row(row, "minutes", NOW_MS - 3 * HOUR)[:2] == (1, 400)
    assert db.row(row, "minutes", NOW_MS - 2 * DAY) is None, "what the tier has pruned does not come back"


# ---- Pruning ----

def test_raw_alone_prunes_by_its_time(db):
    db.run("SELECT metric_tier('raw', 0, '1h')")
    put(db, [(NOW_MS - HOUR - 1, 1), (NOW_MS - HOUR, 2)])
    assert maintain(db) == (0, "pruned 1 point")
    assert points(db) == [(NOW_MS - HOUR, 2)]


def test_a_chunk_across_the_edge_is_written_anew(db):
    db.run("SELECT metric_tier('raw', 0, '1h')")
    put(db, [(NOW_MS - 2 * HOUR + n * 10_000, n) for n in range(720)])
    db.run("SELECT metric_seal()")
    assert maintain(db) == (0, "pruned 360 points")
    assert points(db) == [(NOW_MS - HOUR + n * 10_000, 360 + n) for n in range(360)]
    assert db.row("SELECT count(*), sum(count), min(start_ts) FROM metric_chunks") == (1, 360, NOW_MS - HOUR)


def test_rollups_go_when_their_time_is_over(db):
    db.run("SELECT metric_tiers_default()")
    put(db, [(NOW_MS - n * DAY, n) for n in (400, 200, 40, 20, 2, 0)])
    assert maintain(db) == (0, "rolled up 10 buckets, pruned 5 points, pruned 4 roll-ups")
    assert [(NOW_MS - bucket) // DAY for bucket, *_ in rollups(db, "aggregated")] == [20, 2]
    assert [(NOW_MS - bucket) // DAY for bucket, *_ in rollups(db, "downsampled")] == [200, 40, 20, 2]
    assert db.run("SELECT tier, since FROM metric_coverage ORDER BY tier") == [
        ("aggregated", NOW_MS - 30 * DAY), ("downsampled", NOW_MS - 365 * DAY), ("raw", NOW_MS - DAY)]


def test_a_series_without_new_points_is_pruned_to_its_end(db):
    db.run("SELECT metric_tiers_default()")
    put(db, [(NOW_MS + 10 * MINUTE, 1)])
    clock(db, NOW_MS + 20 * MINUTE)
    assert maintain(db) == (0, "rolled up 1 bucket") and rollups(db, "downsampled") == [], "the hour is not over"
    clock(db, NOW_MS + 2 * DAY)
    assert maintain(db) == (0, "rolled up 1 bucket, pruned 1 point")
    clock(db, NOW_MS + 400 * DAY)
    assert maintain(db) == (0, "pruned 2 roll-ups")
    assert db.value("SELECT count(*) FROM metric_rollups") == 0


def test_a_damaged_chunk_is_named_and_nothing_is_pruned(db):
    db.run("SELECT metric_tiers_default()")
    put(db, [(NOW_MS - 2 * DAY + n, n) for n in range(100)])
    db.run("SELECT metric_seal()")
    db.run("UPDATE metric_chunks SET data = zeroblob(50)")
    before = dump(db)
    with raises_sql("lore_maintain: chunk 1 of series 1 is no chunk, or a damaged one"):
        db.run("SELECT lore_maintain()")
    assert_same(before, dump(db))


# ---- The budget ----

def test_a_budget_of_nothing_tells_what_is_left(db):
    db.run("SELECT metric_tiers_default()")
    for name in "abc":
        put(db, [(NOW_MS - 10 * MINUTE, 1)], name)
    before = dump(db)
    assert maintain(db, 0) == (6, "nothing was done yet")
    assert_same(before, dump(db))


def test_a_little_time_does_one_unit_at_least(db):
    db.run("SELECT metric_tiers_default()")
    for n in range(200):
        put(db, [(NOW_MS - 2 * DAY + k * 1000, k) for k in range(300)], f"m{n}")
    left, calls = db.value("SELECT lore_maintain(0)"), 0
    assert left == 200 * 2
    while left:
        now = db.value("SELECT lore_maintain(1)")
        assert now < left + 200, "pruning comes after rolling up"
        left, calls = now, calls + 1
        assert calls < 2000
    assert calls > 1 and maintain(db) == (0, "there is nothing to do")
    assert db.value("SELECT sum(count) FROM metric_rollups WHERE tier = 'downsampled'") == 200 * 300


def test_a_head_of_256_points_is_sealed(db):
    for name, count in (("few", 255), ("many", 256)):
        db.run("INSERT INTO metric_series(name, tags, tag_hash, kind, created_at) VALUES (?1, '{}', ?1, 'gauge', ?2)", name, NOW)
        db.run("""INSERT INTO metric_recent WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?2)
                  SELECT series_id, i, i FROM n, metric_series WHERE name = ?1""", name, count)
    assert maintain(db) == (0, "sealed 1 head")
    assert db.run("SELECT name, count(*) FROM metric_recent JOIN metric_series USING (series_id)") == [("few", 255)]


def test_a_series_with_many_points_is_rolled_up_in_pieces(db):
    db.run("SELECT metric_tier('seconds', '1s', '30d')")
    db.run("""INSERT INTO metric_record(name, value, at) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000)
              SELECT 'm', i % 100, ? - i * 100 FROM n""", NOW_MS)
    done = []
    while db.value("SELECT lore_maintain(1)"):
        done.append(db.value("SELECT until FROM metric_coverage"))
    assert done == sorted(done) and len(set(done)) >= 2, "each call goes on where the last one ended"
    assert db.row("SELECT count(*), sum(count), min(count), max(count) FROM metric_rollups") == (20_000, 200_000, 10, 10)


def test_a_thousand_idle_series_cost_little(db):
    db.run("SELECT metric_tiers_default()")
    db.run("""INSERT INTO metric_record(name, value, tags, at)
              WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 20000 - 1)
              SELECT 'm', i, json_object('n', i % 1000), ? - i * 4000 FROM n""", NOW_MS)
    maintain(db)
    changes = db.connection.total_changes
    steps = []
    db.connection.set_progress_handler(lambda: steps.append(1) and None, 1000)
    assert maintain(db) == (0, "there is nothing to do")
    db.connection.set_progress_handler(None, 0)
    assert db.connection.total_changes == changes
    assert len(steps) < 1000, "less than 1,000 steps of SQLite's machine a series"


# ---- As a verb ----

def test_maintenance_between_others_statements_is_one_unit(db):
    db.run("SELECT metric_tiers_default()")
    put(db, [(NOW_MS - 2 * DAY, 1), (NOW_MS - 5 * MINUTE, 1)])
    before = dump(db)
    db.run("BEGIN")
    db.run("INSERT INTO lore_maintain DEFAULT VALUES")
    assert db.row("SELECT verb, result FROM lore_results ORDER BY n DESC") == ("lore_maintain", 0)
    db.run("ROLLBACK")
    assert_same(before, dump(db))


def test_a_trigger_that_keeps_a_row_is_told(db):
    db.run("SELECT metric_tier('raw', 0, '1h')")
    put(db, [(NOW_MS - 2 * HOUR, 1)])
    db.run("CREATE TEMP TRIGGER keep BEFORE DELETE ON main.metric_recent BEGIN SELECT RAISE(IGNORE); END")
    with raises_sql("lore_maintain: a row was not deleted: a trigger ignored it", REFUSED):
        db.run("SELECT lore_maintain()")
    assert len(points(db)) == 1
