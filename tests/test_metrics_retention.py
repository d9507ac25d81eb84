"""What goes: correlations that are too old, of which a count stays, and points by metric_delete."""
import json

import pytest

from metric_calls import DAY, HOUR, MINUTE, NOW, NOW_MS, clock, points, put
from support import BAD_ARGUMENT, raises_sql


@pytest.fixture
def db(db):
    db.run("SELECT lore_clock(?)", NOW)
    return db


def maintain(db, *args):
    return db.row(f"SELECT lore_maintain({', '.join('?' * len(args))}), lore_notice()", *args)


def rollups(db, tier):
    return db.run("SELECT bucket, count, sum FROM metric_rollups WHERE tier = ? ORDER BY series_id, bucket", tier)


# ---- Correlations ----

def logs(db, rows):
    db.connection.executemany("INSERT INTO log_record(level, message, service_type, retention_policy, id, at) VALUES (?, 'm', ?, ?, ?, ?)", rows)


def counts(db):
    return {(tags, ts): value for tags, ts, value in db.run("SELECT tags, ts, value FROM metric_points('correlations.count')")}


def test_correlations_go_by_their_policy_and_leave_their_count(db):
    db.run("SELECT metric_tiers_default()")
    old = (NOW_MS - 2 * DAY) / 1000
    logs(db, [("info", "mail", "raw", "1", old), ("info", "mail", "raw", "2", old + 60), ("error", None, "raw", "3", old + 3600),
              ("info", "mail", "aggregated", "kept", old), ("info", "mail", "raw", "young", NOW_MS / 1000 - 3600)])
    db.run("SELECT correlation_record('service_interaction', 'llm', NULL, NULL, NULL, NULL, NULL, 'completed', NULL, NULL, NULL, NULL, 'raw', '4', ?)", old)
    db.run("SELECT correlation_record('trace_span', 'llm', NULL, NULL, NULL, NULL, NULL, 'completed', NULL, NULL, NULL, NULL, 'raw', '5', ?)", old)
    db.run("SELECT correlation_record('audit_event', 'llm', NULL, NULL, NULL, NULL, NULL, 'completed', NULL, NULL, NULL, NULL, 'raw', 'audit', ?)", old)
    left, notice = maintain(db)
    assert left == 0 and notice.endswith("pruned 5 correlations")
    assert db.column("SELECT correlation_id FROM correlations ORDER BY 1") == ["audit", "kept", "young"]
    hour = NOW_MS - 2 * DAY
    assert counts(db) == {('{"level":"info","service":"mail","type":"log_entry"}', hour): 2,
                          ('{"level":"error","type":"log_entry"}', hour + HOUR): 1,
                          ('{"service":"llm","type":"service_interaction"}', hour): 1}
    assert db.column("SELECT DISTINCT kind FROM metric_series") == ["counter"]
    assert maintain(db) == (0, "there is nothing to do")


def test_a_later_prune_of_an_hour_adds_to_its_count(db):
    db.run("SELECT metric_tier('raw', 0, '1d')")
    for round in (1, 2, 3):
        logs(db, [("info", None, "raw", f"{round} {n}", NOW_MS / 1000 - 2 * 86400 + n) for n in range(5)])
        maintain(db)
        assert counts(db) == {('{"level":"info","type":"log_entry"}', NOW_MS - 2 * DAY): 5 * round}, "without a roll-up it stays raw"


def test_the_counts_stay_as_long_as_the_coarsest_tier(db):
    db.run("SELECT metric_tiers_default()")
    logs(db, [("info", None, "raw", "1", NOW_MS / 1000 - 2 * 86400)])
    maintain(db)
    clock(db, NOW_MS + 300 * DAY)
    maintain(db)
    assert list(counts(db).values()) == [1]
    clock(db, NOW_MS + 400 * DAY)
    maintain(db)
    assert counts(db) == {}


def test_times_in_another_form_are_read_and_what_has_none_stays(db):
    db.run("SELECT metric_tier('raw', 0, '1d')")
    rows = {"old": "2026-01-30 11:59:59", "zone": "2026-01-30T13:30:00+02:00", "young": "2026-01-30 12:00:01", "young zone": "2026-01-30T11:30:00-01:00",
            "none": None, "word": "yesterday", "clock": "12:00", "number": "1700000000", "like ours": "2026-13-30T11:00:00.000Z", "ours": "2026-01-30T11:59:59.999Z"}
    db.connection.executemany("INSERT INTO correlations(correlation_id, correlation_type, timestamp) VALUES (?, 'LOG_ENTRY', ?)", rows.items())
    maintain(db)
    assert set(rows) - set(db.column("SELECT correlation_id FROM correlations")) == {"old", "zone", "ours"}
    assert sum(counts(db).values()) == 3


def test_a_policy_without_a_tier_is_kept_and_none_is_raw(db):
    db.run("SELECT metric_tier('raw', 0, '1d')")
    policies = {"a": None, "b": "RAW", "c": "aggregated", "d": "other", "e": ""}
    db.connection.executemany("INSERT INTO correlations(correlation_id, correlation_type, timestamp, retention_policy) "
                              "VALUES (?, 'trace_span', '2026-01-01T00:00:00.000Z', ?)", policies.items())
    assert maintain(db) == (0, "pruned 2 correlations")
    assert db.column("SELECT correlation_id FROM correlations ORDER BY 1") == ["c", "d", "e"]


def test_more_correlations_than_a_unit_has_all_go(db):
    db.run("SELECT metric_tier('raw', 0, '1d')")
    logs(db, [("info", None, "raw", str(n), NOW_MS / 1000 - 2 * 86400 + n) for n in range(2500)])
    assert db.value("SELECT lore_maintain(0)") == 1
    assert maintain(db) == (0, "pruned 2500 correlations") and sum(counts(db).values()) == 2500


def test_services_that_are_no_text_are_counted_without_their_name(db):
    db.run("SELECT metric_tier('raw', 0, '1d')")
    db.run("INSERT INTO correlations(correlation_id, correlation_type, timestamp, service_type) "
           "VALUES ('a', 'service_correlation', '2026-01-01T00:00:00.000Z', x'ff'), ('b', 'log_entry', '2026-01-01T00:00:00.000Z', 7)")
    maintain(db)
    assert sorted(json.loads(tags)["type"] for tags, _ in counts(db)) == ["log_entry", "service_interaction"]
    assert sum(counts(db).values()) == 2


# ---- Deleting ----

def test_deleted_points_are_gone_from_head_and_chunks(db):
    put(db, [(NOW_MS + n * 1000, n) for n in range(100)])
    db.run("SELECT metric_seal()")
    put(db, [(NOW_MS + n * 1000, -n) for n in range(40, 60)])
    assert db.value("SELECT metric_delete('m', NULL, ?, ?)", NOW_MS + 30_000, NOW_MS + 50_000) == 20
    assert points(db) == [(NOW_MS + n * 1000, -n if 40 <= n < 60 else n) for n in range(100) if not 30 <= n < 50]
    assert db.row("SELECT metric_delete('m', NULL, ?, ?), lore_notice()", NOW_MS + 30_000, NOW_MS + 50_000) == (0, "there is no such point")


def test_only_series_that_match_lose_points(db):
    for host in "ab":
        db.run("SELECT metric_record('m', 1, json_object('host', ?))", host)
    assert db.value("SELECT metric_delete('m', '{\"host\": \"a\"}')") == 1
    assert db.column("SELECT tags FROM metric_series") == ['{"host":"b"}']
    assert db.value("SELECT metric_delete('other')") == 0


def test_a_bucket_that_is_touched_is_made_anew_from_the_rest(db):
    db.run("SELECT metric_tiers_default()")
    put(db, [(NOW_MS - HOUR + n * 10_000, n) for n in range(360)])
    maintain(db)
    assert db.value("SELECT metric_delete('m', NULL, ?, ?)", NOW_MS - HOUR + 30_000, NOW_MS - HOUR + 150_000) == 12
    assert db.run("SELECT tier, bucket FROM metric_dirty ORDER BY 1, 2") == [
        ("aggregated", NOW_MS - HOUR), ("aggregated", NOW_MS - HOUR + 2 * MINUTE), ("downsampled", NOW_MS - HOUR)]
    maintain(db)
    assert rollups(db, "aggregated")[:2] == [(NOW_MS - HOUR, 3, 3), (NOW_MS - HOUR + 2 * MINUTE, 3, 15 + 16 + 17)]
    assert [(count, total) for _, count, total in rollups(db, "downsampled")] == [(348, sum(range(360)) - sum(range(3, 15)))]


def test_where_raw_points_are_gone_the_whole_bucket_goes(db):
    db.run("SELECT metric_tiers_default()")
    put(db, [(NOW_MS - 3 * DAY + n * 10_000, n) for n in range(720)])
    maintain(db)
    assert db.value("SELECT metric_delete('m', NULL, ?, ?)", NOW_MS - 3 * DAY + 30_000, NOW_MS - 3 * DAY + 90_000) == 12
    assert [(NOW_MS - 3 * DAY + HOUR, 360)] == [row[:2] for row in rollups(db, "downsampled")]
    assert rollups(db, "aggregated")[0][0] == NOW_MS - 3 * DAY + 2 * MINUTE
    assert maintain(db) == (0, "there is nothing to do")


def test_a_series_without_points_goes_with_all_it_has(db):
    db.run("SELECT metric_tiers_default()")
    put(db, [(NOW_MS - 3 * DAY, 1), (NOW_MS - 40 * DAY, 2), (NOW_MS, 3)])
    maintain(db)
    put(db, [(NOW_MS - 3 * DAY + 1, 1)])
    assert db.value("SELECT metric_delete('m')") == 4, "each point once, in whatever tier it was left"
    for table in ("series", "tags", "coverage", "dirty", "rollups", "recent", "chunks"):
        assert db.value(f"SELECT count(*) FROM metric_{table}") == 0, table


def test_until_before_since_is_refused(db):
    with raises_sql("metric_delete: until must not lie before 2026-01-02T00:00:00.000Z, got '2026-01-01T00:00:00.000Z'", BAD_ARGUMENT):
        db.run("SELECT metric_delete('m', NULL, '2026-01-02', '2026-01-01')")
    db.run("SELECT metric_record('m', 1)")
    assert db.value("SELECT metric_delete('m', NULL, ?, ?)", NOW, NOW) == 0
