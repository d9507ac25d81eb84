"""Events: one row a snapshot, leased to one consumer, ended by it, archived; none lost, none for two."""
import json
import multiprocessing
import os
import signal
import sqlite3

import pytest

from support import BAD_ARGUMENT, REFUSED, Database, assert_same, dump, raises_sql

CLOCK = "2026-01-10T12:00:00.000Z"


@pytest.fixture(autouse=True)
def clock(db):
    db.run("SELECT lore_clock(?)", CLOCK)


def pin(db, time):
    db.run("SELECT lore_clock(?)", f"2026-01-10T{time}Z")


def publish(db, count=1, event_type="t", severity=None):
    return [db.value("SELECT event_publish(?, ?)", event_type, severity) for _ in range(count)]


def claim(db, consumer="c1", max_rows=None, event_type=None, severity=None, seconds=None, request=None):
    return json.loads(db.value("SELECT events_claim(?, ?, ?, ?, ?, ?)", consumer, max_rows, event_type, severity, seconds, request))


def ids(events):
    return [event["id"] for event in events]


def ack(db, events):
    return db.value("SELECT events_ack(?)", events if isinstance(events, str) else events[0]["token"])


def notice(db):
    return db.value("SELECT lore_notice()")


# ---- What makes an event ----

def test_each_snapshot_is_an_event(db):
    db.run("SELECT pattern_snapshot_save('late', 'Late', 'high', '[\"client:acme\"]', '{}', 'c1', 's1', '2026-01-09')")
    db.run("SELECT cost_snapshot_save('daily_summary', '{}', 'acme', 'k1')")
    db.run("SELECT cost_snapshot_save('daily_summary', '{}', 'acme', 'k1')")  # known: not told again
    columns = "id, event_type, severity, entity_type, entity_id, created_at, consumed_at, consumer, attempts"
    assert db.run(f"SELECT {columns} FROM intelligence_events") == [
        (1, "pattern_snapshot", "high", None, None, "2026-01-09T00:00:00.000Z", None, None, 0),
        (2, "cost_snapshot", None, None, "acme", CLOCK, None, None, 0)]
    assert [json.loads(data) for data in db.column("SELECT event_data FROM intelligence_events")] == [
        {"id": "s1", "pattern_id": "late", "pattern_name": "Late", "cycle_id": "c1", "entities_involved": ["client:acme"]},
        {"id": "k1", "snapshot_type": "daily_summary"}]


def test_a_snapshot_that_is_refused_is_no_event(db):
    with raises_sql("entities_involved[0]", BAD_ARGUMENT):
        db.run("SELECT pattern_snapshot_save('late', 'Late', 'high', '[1]', '{}')")
    assert db.value("SELECT count(*) FROM intelligence_events") == 0


def test_one_s_own_event_is_kept_as_given(db):
    assert db.value("SELECT event_publish('done', 'Info', 'client', 'acme', '{\"a\": 1.50}')") == 1 == db.value("SELECT last_insert_rowid()")
    db.run("SELECT event_publish('done', NULL, '', '', '')")
    columns = "event_type, severity, entity_type, entity_id, event_data, created_at"
    assert db.run(f"SELECT {columns} FROM intelligence_events") == [
        ("done", "info", "client", "acme", '{"a": 1.50}', CLOCK), ("done", None, None, None, None, CLOCK)]


# ---- events_claim ----

def test_a_claim_gives_whole_events_the_longest_waiting_first(db):
    db.run("SELECT event_publish('done', 'high', 'client', 'acme', '{\"n\": 9007199254740993}')")
    publish(db, 3)
    first = claim(db, "c1", 2)
    assert list(first[0]) == ["id", "token", "event_type", "severity", "entity_type", "entity_id", "event_data", "created_at"]
    assert list(first[0].values())[2:] == ["done", "high", "client", "acme", {"n": 9007199254740993}, CLOCK]
    assert ids(first) == [1, 2] and first[0]["token"] == first[1]["token"]
    assert ids(claim(db, "c2")) == [3, 4] and claim(db, "c3") == [] and notice(db) == "nothing is waiting"


def test_a_claim_can_ask_for_a_type_and_a_severity(db):
    publish(db, 1, "a", "low"), publish(db, 1, "b", "high"), publish(db, 1, "a", "high"), publish(db, 1, "a")
    assert ids(claim(db, event_type="a", severity="HIGH")) == [3]
    assert ids(claim(db, severity="high")) == [2]
    assert ids(claim(db, event_type="c")) == []
    assert ids(claim(db, event_type="a")) == [1, 4]


def test_fifty_events_are_leased_for_five_minutes_unless_told_otherwise(db):
    publish(db, 51)
    assert len(claim(db)) == 50
    assert db.row("SELECT lease_worker, lease_until, attempts FROM intelligence_events WHERE id = 1") == ("c1", "2026-01-10T12:05:00.000Z", 1)


@pytest.mark.parametrize("event_type", [None, "t"])
def test_a_lease_that_is_over_makes_an_event_wait_again_in_its_old_place(db, event_type):
    publish(db, 4)
    old = claim(db, "c1", 2, event_type, seconds=60)
    pin(db, "12:00:59.999")
    assert ids(claim(db, "c2", 1, event_type)) == [3]
    pin(db, "12:01:00")
    assert ids(claim(db, "c2", 2, event_type)) == [1, 2]
    assert db.value("SELECT attempts FROM intelligence_events WHERE id = 1") == 2
    with raises_sql("events_ack: the token is stale", REFUSED):
        ack(db, old)
    assert ids(claim(db, "c3", event_type=event_type)) == [4]


def test_the_same_request_gives_the_same_events(db):
    publish(db, 4)
    first = claim(db, "c1", 2, request="r1")
    before = dump(db)
    assert claim(db, "c1", 2, request="r1") == first
    assert_same(before, dump(db))
    assert ids(claim(db, "c2", 2, request="r1")) == [3, 4], "of another consumer it is another request"


def test_the_same_request_takes_its_events_up_again_when_its_lease_is_over(db):
    publish(db, 2)
    first = claim(db, "c1", 1, seconds=60, request="r1")
    pin(db, "13:00")
    assert claim(db, "c1", 1, seconds=60, request="r1") == first
    assert db.row("SELECT attempts, lease_until FROM intelligence_events WHERE id = 1") == (2, "2026-01-10T13:01:00.000Z")
    assert ids(claim(db, "c2")) == [2]


def test_a_request_whose_events_are_consumed_gives_none_and_takes_no_others(db):
    publish(db, 4)
    ack(db, claim(db, "c1", 2, request="r1"))
    assert claim(db, "c1", 2, request="r1") == [] and notice(db) == "the events of this request are consumed"
    assert ids(claim(db, "c1", 2, request="r2")) == [3, 4]


@pytest.mark.parametrize("wrong", ["NULL", "''", "'c', 0", "'c', 10001", "'c', 1, NULL, 'bad'", "'c', 1, NULL, NULL, 0", "'c', 1, NULL, NULL, 604801"])
def test_a_claim_has_bounds(db, wrong):
    with raises_sql("events_claim: ", BAD_ARGUMENT):
        db.run(f"SELECT events_claim({wrong})")


# ---- events_ack ----

def test_an_acknowledgement_ends_all_events_of_its_token(db):
    publish(db, 3)
    mine, other = claim(db, "c1", 2), claim(db, "c2", 1)
    assert db.value("SELECT events_ack(?, '2026-01-10T12:00:30Z')", mine[0]["token"]) == 2
    assert db.run("SELECT consumed_at, consumer, lease_worker, lease_until FROM intelligence_events WHERE id < 3") \
        == [("2026-01-10T12:00:30.000Z", "c1", None, None)] * 2
    before = dump(db)
    assert ack(db, mine) == 0 and notice(db) == "its events are consumed already"
    assert_same(before, dump(db))
    pin(db, "23:00")
    assert ids(claim(db, "c3")) == ids(other)


def test_a_late_acknowledgement_counts_as_long_as_nobody_has_taken_the_events(db):
    publish(db, 2)
    mine = claim(db, seconds=60)
    pin(db, "13:00")
    assert ids(claim(db, "c2", 1)) == [1]
    assert ack(db, mine) == 1, "what is left of it"


def test_a_token_that_nobody_holds_is_stale(db):
    with raises_sql("events_ack: the token is stale", REFUSED):
        ack(db, "made up")


# ---- events_archive ----

def test_what_was_consumed_before_a_moment_is_archived(db):
    publish(db, 4)
    for time in ("12:00", "12:01", "12:02"):
        pin(db, time)
        ack(db, claim(db, "c1", 1))
    kept = db.run("SELECT * FROM intelligence_events WHERE id > 1")
    assert db.value("SELECT events_archive('2026-01-10T12:01:00Z')") == 1, "that moment itself is not before it"
    assert db.run("SELECT * FROM intelligence_events") == kept
    row = db.row("SELECT * FROM intelligence_events_archive")
    assert row[0:2] == (1, "t") and row[7:9] == (CLOCK, "c1") and row[-1] == "2026-01-10T12:02:00.000Z"
    assert db.value("SELECT events_archive('2999-01-01')") == 2 and db.value("SELECT events_archive('2999-01-01')") == 0
    assert ids(claim(db)) == [4]


def test_an_id_is_never_given_twice(db):
    publish(db, 3)
    ack(db, claim(db))
    db.run("SELECT events_archive('2999-01-01')")
    assert publish(db) == [4]


def test_the_figures_count_what_waits(db):
    assert dict(db.run("SELECT name, value FROM lore_info WHERE name LIKE 'snapshots.%'")) \
        == {"snapshots.events_waiting": 0, "snapshots.oldest_event": None}
    publish(db, 3)
    claim(db, "c1", 2, seconds=60)
    pin(db, "12:00:30")
    assert db.value("SELECT value FROM lore_info WHERE name = 'snapshots.events_waiting'") == 1
    pin(db, "12:01")
    assert dict(db.run("SELECT name, value FROM lore_info WHERE name LIKE 'snapshots.%'")) \
        == {"snapshots.events_waiting": 3, "snapshots.oldest_event": CLOCK}


def test_figures_need_no_migration(bare):
    assert bare.run("SELECT * FROM lore_info WHERE name LIKE 'snapshots.%'") == []


# ---- Several processes ----

CONSUMERS, EVENTS = 3, 300


def consume(path, name, gate, answers):
    """Takes seven at a time until nothing is left."""
    db = Database(path, timeout=60)
    taken = []
    gate.wait()
    try:
        while events := claim(db, name, 7):
            taken += ids(events)
            ack(db, events)
        answers.put(taken)
    except sqlite3.Error as error:  # the parent must hear of it
        answers.put(repr(error))
    db.close()


@pytest.mark.parametrize("journal", ["DELETE", "WAL"])
def test_two_consumers_never_get_the_same_event(db, journal):
    db.run(f"PRAGMA journal_mode = {journal}")
    db.run("INSERT INTO event_publish(event_type) SELECT 't' FROM json_each(?)", json.dumps(list(range(EVENTS))))
    context = multiprocessing.get_context("fork")
    gate, answers = context.Barrier(CONSUMERS), context.Queue()
    workers = [context.Process(target=consume, args=(db.path, f"c{n}", gate, answers)) for n in range(CONSUMERS)]
    for worker in workers:
        worker.start()
    said = [answers.get(timeout=100) for _ in workers]
    for worker in workers:
        worker.join(30)
    assert not [text for text in said if isinstance(text, str)], said
    assert sorted(sum(said, [])) == list(range(1, EVENTS + 1))
    assert db.value("SELECT count(*) FROM intelligence_events WHERE consumed_at IS NULL OR attempts <> 1") == 0


def claim_and_hang(path, answers):
    db = Database(path, timeout=60)
    answers.put(claim(db, "doomed", 5, seconds=60))
    signal.pause()


def test_a_consumer_that_is_killed_loses_no_event(db):
    publish(db, 8)
    context = multiprocessing.get_context("fork")
    answers = context.Queue()
    doomed = context.Process(target=claim_and_hang, args=(db.path, answers))
    doomed.start()
    taken = ids(answers.get(timeout=60))
    os.kill(doomed.pid, signal.SIGKILL)
    doomed.join(30)
    assert taken == [1, 2, 3, 4, 5]
    db.run("SELECT lore_clock('2999-01-01')")
    assert ids(claim(db, "next")) == [1, 2, 3, 4, 5, 6, 7, 8]
    assert db.value("PRAGMA integrity_check") == "ok"


def test_data_that_is_no_json_is_given_as_text(db):
    for data in ("not json", "", '{"a": 1}'):
        db.run("INSERT INTO intelligence_events(event_type, event_data, created_at) VALUES ('x', ?, '2026-01-01T00:00:00.000Z')", data)
    claimed = json.loads(db.value("SELECT events_claim('w')"))
    assert [event["event_data"] for event in claimed] == ["not json", "", {"a": 1}]
