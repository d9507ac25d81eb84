"""Who is told what: readers, views, the recorded events, and counts that stay exact and cheap."""
import json
import os
from collections import Counter
from datetime import datetime, timedelta, timezone

import pytest

from lifecycle_calls import KEY, cycle, day, decide, found, mute, put, set_rule, signal, sweep
from signal_calls import NOW, pin
from support import assert_same, dump
from test_processes import JOURNALS, PROCESSES, shop  # noqa: F401


@pytest.fixture(autouse=True)
def clock(db):
    pin(db)


def active(db, *arguments):
    marks = ", ".join("?" * len(arguments))
    return db.column(f"SELECT signal_key FROM signal_states_active({marks})", *arguments)


# ---- Readers ----

def test_what_is_open_is_listed_worst_and_oldest_first(db):
    there = (("a", "low", 3), ("b", "critical", 3), ("c", "watch", 2), ("d", "critical", 2), ("e", "high", 1), ("f", "high", 1))
    for id, severity, first in there:
        found(db, severity, id, at=day(first))
    decide(db, "acknowledge", key="client:a:latency", by="ann", at=day(4))
    decide(db, "clear", key="client:e:latency", at=day(4))
    decide(db, "dismiss", key="client:f:latency", by="ann", at=day(4))
    assert active(db) == [f"client:{id}:latency" for id in "dbca"]


def test_what_is_open_may_be_asked_for_an_entity_type_and_an_entity(db):
    for entity_type, id in (("client", "a"), ("client", "b"), ("server", "a")):
        found(db, entity_type=entity_type, entity_id=id)
    assert active(db, "client") == ["client:a:latency", "client:b:latency"]
    assert active(db, "client", "a") == ["client:a:latency"]
    assert active(db, None, "a") == ["client:a:latency", "server:a:latency"]
    assert active(db, "client", "nobody") == []


def test_an_unknown_key_has_no_row_in_any_reader(db):
    for reader in ("signal_state_get", "signal_state_history", "signal_state_why"):
        assert db.run(f"SELECT * FROM {reader}('client:nobody:latency')") == []


def test_the_history_is_what_happened_in_its_order(db):
    found(db)
    found(db, entity_id="other")
    decide(db, "acknowledge", by="ann", note="on it", at=day(2))
    decide(db, "clear", at=day(3))
    assert db.run("SELECT at, from_state, to_state, cause, actor, note FROM signal_state_history(?) ORDER BY seq", KEY) == [
        (NOW, None, "active", "detected", None, None), (day(2), "active", "acknowledged", "acknowledged", "ann", "on it"),
        (day(3), "acknowledged", "cleared", "cleared", None, None)]


def why(db):
    """All that it says, as one text."""
    rows = db.run("SELECT * FROM signal_state_why(?)", KEY)
    assert rows
    return json.dumps(rows)


def test_why_names_the_state_the_rule_and_its_number(db):
    set_rule(db, escalate_after_count=2, clear_after_seconds=86_400)
    found(db)
    found(db)
    said = why(db)
    assert "escalated" in said and "escalated_by_count" in said and "latency" in said
    assert day(2) in said, "when it will be cleared"


def test_why_says_when_silence_ends(db):
    found(db)
    decide(db, "dismiss", by="ann", reason="noise")
    said = why(db)
    assert "suppressed" in said and day(8) in said


def flapping(db):
    return db.column("SELECT signal_key FROM signal_states_flapping")


def come_and_go(db, times, entity_id="acme"):
    for n in range(times):
        found(db, entity_id=entity_id, at=day(1, f"12:{2 * n:02d}:00.000"))
        decide(db, "clear", key=f"client:{entity_id}:latency", at=day(1, f"12:{2 * n + 1:02d}:00.000"))
    pin(db, day(1, "12:59:00.000"))


def test_what_comes_and_goes_often_within_its_window_flaps(db):
    found(db, entity_id="calm")
    come_and_go(db, 4)
    come_and_go(db, 3, entity_id="less")
    assert flapping(db) == [KEY]
    pin(db, day(2, "12:06:00.000"))
    assert flapping(db) == []


def test_a_rule_says_how_often_is_often(db):
    set_rule(db, flap_count=5)
    come_and_go(db, 4)
    assert flapping(db) == []
    db.run("UPDATE signal_rules SET flap_count = 2")
    assert flapping(db) == [KEY]


# ---- Views ----

def test_the_open_ones_are_counted_by_severity(db):
    for id, severity in (("a", "low"), ("b", "high"), ("c", "high"), ("d", "critical")):
        found(db, severity, id)
    decide(db, "clear", key="client:d:latency")
    rows = db.named("SELECT * FROM signal_states_by_severity")
    assert [(row["severity"], row["signals"]) for row in rows] == [("high", 2), ("low", 1)]


def test_the_age_of_an_open_signal_has_a_class(db):
    now = datetime.now(timezone.utc)

    def ago(days):
        return (now - timedelta(days=days)).isoformat()

    for days, again in ((20, False), (2.9, True), (3.1, True), (9.9, True), (10.1, True)):
        found(db, entity_id=f"{days}", at=ago(days))
        if again:
            found(db, entity_id=f"{days}", at=ago(0))
    found(db, entity_id="gone", at=ago(0))
    decide(db, "clear", key="client:gone:latency", at=ago(0))
    assert dict(db.run("SELECT signal_key, age_class FROM signal_state_ages")) == {
        "client:20:latency": "new", "client:2.9:latency": "recent", "client:3.1:latency": "ongoing",
        "client:9.9:latency": "ongoing", "client:10.1:latency": "chronic"}


# ---- Recorded events ----

def story(db):
    """Something of everything."""
    set_rule(db, escalate_after_count=3, cooldown_seconds=60)
    found(db, evidence='{ "as" : "given" }', detection_id="e1")
    cycle(db, [signal(), signal("b", "low", evidence={"n": 1}), signal("b", "low")], {"signal_types": ["latency"]}, cycle_id="run")
    mute(db, entity_id="c", expires_at=day(3))
    found(db, entity_id="c", at=day(2))
    decide(db, "acknowledge", by="ann", until=day(4), note="on it", at=day(2))
    decide(db, "dismiss", key="client:b:latency", by="bob", reason="noise", at=day(2))
    db.run("UPDATE signal_rules SET clear_after_seconds = 86400")
    db.run("DELETE FROM signal_mutes WHERE entity_id = 'c'")
    sweep(db, at=day(4))
    put(db, **signal("d", "high"), signal_key="D", detection_count=4)
    decide(db, "escalate", key="D", at=day(5))
    decide(db, "cooldown", key="D", until=day(9), at=day(5))
    decide(db, "clear", key="D", at=day(6))
    decide(db, "detected", key="D", at=day(10))


def test_events_are_recorded_when_the_setting_says_so(db):
    story(db)
    assert db.value("SELECT count(*) FROM signal_state_events") == 0
    db.run("SELECT lore_set('record_events', 'on')")
    found(db, entity_id="e", at=day(11))
    assert (day(11), "signal_upsert", "client:e:latency") in db.run("SELECT at, verb, signal_key FROM signal_state_events")


def test_a_replay_of_the_recorded_events_gives_the_same_bytes(db):
    db.run("SELECT lore_set('record_events', 'on')")
    story(db)
    before = dump(db)["rows"]
    assert db.run("SELECT * FROM signal_state_backtest(NULL)") == []
    for _ in range(2):
        db.run("SELECT signal_state_replay()")
        after = dump(db)["rows"]
        for table in ("signal_state", "signal_transitions", "signal_state_events", "signal_rules", "signal_mutes"):
            assert after[table] == before[table], table


@pytest.mark.parametrize("off", ["'record_events', 'off'", "'record_events'"])
def test_what_came_after_recording_was_switched_off_is_not_undone(db, off):
    db.run("SELECT lore_set('record_events', 'on')")
    found(db)
    db.run(f"SELECT lore_set({off})")
    found(db, "critical")
    found(db, entity_id="later")
    before = dump(db)
    assert json.loads(db.value("SELECT signal_state_replay()"))["changed_signals"] == 0
    assert "switched off" in db.value("SELECT lore_notice()")
    assert_same(before, dump(db))
    assert db.run("SELECT * FROM signal_state_backtest(NULL)") == []
    db.run("SELECT lore_set('record_events', 'on')")
    assert json.loads(db.value("SELECT signal_state_replay()"))["unknown_keys"] == [KEY, "client:later:latency"]


SPOILT = {
    "changed": ["UPDATE signal_state SET severity = 'info', state = 'active', note = NULL, detection_count = 9, cleared_at = NULL",
                "UPDATE signal_transitions SET actor = 'nobody', at = '2020-01-01T00:00:00.000Z', to_state = 'active'"],
    "cut off": ["DELETE FROM signal_transitions WHERE seq > (SELECT max(seq) - 3 FROM signal_transitions)"],
    "lost": ["DELETE FROM signal_state", "DELETE FROM signal_transitions"],
    "added to": ["INSERT INTO signal_transitions(signal_key, at, to_state, to_severity, cause) "
                 "SELECT signal_key, at, to_state, to_severity, cause FROM signal_transitions"],
}


@pytest.mark.parametrize("how", SPOILT)
def test_a_replay_mends_what_plain_sql_has_spoilt(db, how):
    db.run("SELECT lore_set('record_events', 'on')")
    story(db)
    before = dump(db)["rows"]
    for statement in SPOILT[how]:
        db.run(statement)
    assert dump(db)["rows"] != before
    db.run("SELECT signal_state_replay()")
    after = dump(db)["rows"]
    assert (after["signal_state"], after["signal_transitions"]) == (before["signal_state"], before["signal_transitions"])


def test_a_call_that_fails_records_nothing(db):
    db.run("SELECT lore_set('record_events', 'on')")
    before = dump(db)
    with pytest.raises(Exception, match="severity"):
        found(db, "bad")
    assert_same(before, dump(db))


# ---- Exact and cheap ----

@JOURNALS
def test_four_processes_detect_the_same_thousand_signals_and_each_is_counted(shop, journal):  # noqa: F811
    def work(db, number):
        upsert = "SELECT signal_upsert('latency', 'client', 'c' || ?, 'low', NULL, ?)"
        return Counter(db.value(upsert, i, f"once-{i}" if i < 100 else None) for i in range(1000))

    outcomes = sum(shop.run(work), Counter())
    assert outcomes == {"new": 1000, "ongoing": (PROCESSES - 1) * 1000}
    db = shop.open()
    assert db.run("SELECT detection_count, count(*) FROM signal_state GROUP BY 1 ORDER BY 1") == [(1, 100), (PROCESSES, 900)]
    assert db.run("SELECT cause, count(*) FROM signal_transitions GROUP BY 1") == [("detected", 1000)]
    assert db.value("PRAGMA integrity_check") == "ok"
    db.close()


@JOURNALS
def test_four_processes_run_the_same_cycle_and_one_of_them_counts(shop, journal):  # noqa: F811
    def work(db, number):
        return [cycle(db, [signal(f"c{i}") for i in range(100)], cycle_id=f"run-{n}") for n in range(5)]

    said = shop.run(work)
    assert all(one == said[0] for one in said)
    db = shop.open()
    assert db.run("SELECT DISTINCT detection_count, state FROM signal_state") == [(5, "active")]
    db.close()


def test_a_repeated_detection_writes_one_page_and_no_index(db):
    db.run("PRAGMA journal_mode = WAL")
    db.run("PRAGMA wal_autocheckpoint = 0")
    db.run("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) INSERT INTO signal_upsert(signal_type, "
           "entity_type, entity_id, severity) SELECT 'latency', 'client', 'c' || i, 'low' FROM n")
    page, log = db.value("PRAGMA page_size"), f"{db.path}-wal"
    for n in (2, 3):  # a row grows when it is counted for the second time: 1 takes no byte
        before = os.path.getsize(log)
        assert {found(db, "low", f"c{i}", at=day(n)) for i in range(1, 5001, 100)} == {"ongoing"}
    assert (os.path.getsize(log) - before) / (page + 24) == 50
