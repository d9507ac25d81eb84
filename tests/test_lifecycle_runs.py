"""Whole detection runs, what time alone does, and what nobody wants to hear of: cycles, sweeps, dismissals, mutes."""
import pytest

from lifecycle_calls import KEY, causes, cycle, day, decide, found, last, mute, of, set_rule, signal, state, sweep
from signal_calls import NOW, call, pin
from support import BAD_ARGUMENT, assert_same, dump, raises_sql


@pytest.fixture(autouse=True)
def clock(db):
    pin(db)


# ---- Dismissing and mutes ----

def test_dismissing_silences_for_a_week_and_from_the_third_time_for_thirty_days(db):
    found(db)
    ends = []
    for n, first in enumerate((1, 9, 17), 1):
        assert decide(db, "dismiss", by="ann", reason="noise", at=day(first)) == 1
        assert decide(db, "dismiss", by="ann", reason="noise", at=day(first + 1)) == 0
        assert found(db, at=day(first + 1)) == "suppressed"
        ends.append(of(db, "muted_until")[0])
        sweep(db, at=day(first + 7))
    assert ends == [day(8), day(16), "2026-04-16T12:00:00.000Z"]
    assert state(db) == "suppressed"
    assert db.run('SELECT signal_key, reason, "by", dismiss_count, expires_at FROM signal_mutes') \
        == [(KEY, "noise", "ann", 3, ends[-1])]


def test_a_dismissal_that_is_over_is_no_repetition(db):
    found(db)
    assert [decide(db, "dismiss", by="ann", at=day(n)) for n in (1, 8)] == [1, 1]
    assert of(db, "state", "muted_until") == ("suppressed", day(15))


def test_what_was_dismissed_comes_back_as_it_was_when_its_time_is_over(db):
    found(db)
    decide(db, "escalate")
    decide(db, "dismiss", by="ann")
    assert found(db, at=day(8, "11:59:59")) == "suppressed"
    assert found(db, at=day(8)) == "ongoing"
    assert of(db, "state", "detection_count", "muted_until") == ("escalated", 3, None)
    assert causes(db)[-2:] == ["suppressed", "expired"]


def test_what_was_dismissed_comes_back_when_it_gets_worse(db):
    found(db)
    decide(db, "dismiss", by="ann")
    assert found(db, "critical") == "escalated"
    assert of(db, "state", "muted_until") == ("escalated", None)


@pytest.mark.parametrize("who", [{"signal_key": KEY}, {"entity_type": "client"}, {"entity_id": "acme", "signal_type": "latency"},
                                 {}])
def test_a_mute_silences_what_it_names_from_the_first_detection(db, who):
    mute(db, **who, expires_at=day(4))
    assert found(db) == "suppressed"
    assert of(db, "state", "detection_count", "muted_until") == ("suppressed", 1, day(4))
    assert causes(db) == ["suppressed"]
    assert db.run("SELECT * FROM signal_states_active") == []


@pytest.mark.parametrize("who", [{"signal_key": "client:acm_:latency"}, {"entity_type": "client", "entity_id": "other"},
                                 {"signal_type": "lat%"}, {"signal_key": KEY, "expires_at": NOW}])
def test_a_mute_has_no_patterns_and_ends(db, who):
    mute(db, **who)
    assert found(db) == "new"


def test_of_several_mutes_the_last_to_end_counts(db):
    mute(db, signal_key=KEY, expires_at=day(4))
    mute(db, entity_type="client", expires_at=day(6))
    found(db)
    assert of(db, "muted_until") == (day(6),)


def test_a_mute_without_end_is_the_longest(db):
    mute(db, signal_key=KEY, expires_at=day(4))
    mute(db, signal_type="latency")
    found(db)
    assert of(db, "muted_until") == (None,)
    assert found(db, at="2031-01-01") == "suppressed"


def test_what_comes_back_may_be_muted_by_then(db):
    found(db)
    decide(db, "clear")
    mute(db, signal_key=KEY, expires_at=day(4))
    assert found(db, at=day(2)) == "suppressed"
    assert of(db, "state", "cleared_at", "detection_count") == ("suppressed", None, 2)


# ---- A whole run ----

def test_a_run_says_what_became_of_each_signal(db):
    set_rule(db, "slow", cooldown_seconds=86_400)
    for id in ("c", "d", "e"):
        found(db, entity_id=id)
    found(db, entity_id="f", signal_type="slow")
    decide(db, "clear", key="client:d:latency")
    decide(db, "clear", key="client:f:slow")
    mute(db, entity_id="b")
    run = [signal("f", signal_type="slow"), signal("e", "high"), signal("d"), signal("c"), signal("b"), signal("a")]
    found(db, entity_id="g")
    assert cycle(db, run, at=day(2, "11:00")) == {
        "new": ["client:a:latency"], "ongoing": ["client:c:latency"], "escalated": ["client:e:latency"],
        "reactivated": ["client:d:latency"], "suppressed": ["client:b:latency"], "cooldown": ["client:f:slow"],
        "cleared": ["client:g:latency"]}


def test_an_empty_run_is_the_all_clear_of_its_scope(db):
    for id in ("a", "b"):
        found(db, entity_id=id)
        found(db, entity_id=id, signal_type="cost")
    found(db, entity_type="server")
    narrow = {"signal_types": ["latency"], "entity_type": "client", "entity_ids": ["b", "c"]}
    assert cycle(db, [], narrow) == {"cleared": ["client:b:latency"]}
    assert last(db, "cause", "rule") == ("auto_cleared", None)
    assert cycle(db, [], {"signal_types": ["cost"]}) == {"cleared": ["client:a:cost", "client:b:cost"]}
    assert cycle(db, [], {"entity_type": None}) == {"cleared": ["client:a:latency", "server:acme:latency"]}
    assert cycle(db, []) == {}


def test_a_rule_may_ask_for_more_than_one_clean_run_in_a_row(db):
    set_rule(db, "*", clean_runs_to_clear=2)
    found(db)
    assert cycle(db, [], at=day(2)) == {} and of(db, "clean_runs") == (1,)
    assert cycle(db, [signal()], at=day(3)) == {"ongoing": [KEY]} and of(db, "clean_runs") == (0,)
    cycle(db, [], at=day(4))
    assert cycle(db, [], at=day(5)) == {"cleared": [KEY]}
    assert last(db, "cause", "rule", "at") == ("auto_cleared", "*", day(5)) and of(db, "clean_runs") == (0,)


def test_a_run_from_before_the_last_detection_misses_nothing(db):
    found(db, at=day(3))
    assert cycle(db, [], at=day(2)) == {} and state(db) == "active"


def test_the_detections_of_one_key_are_one_with_the_highest_severity_and_the_last_evidence(db):
    high = signal(severity="high", detection_id="x")
    run = [signal(severity="low", evidence={"n": 1}), high, high, signal(severity="info", evidence={"n": 2})]
    assert cycle(db, run) == {"new": [KEY]}
    assert of(db, "detection_count", "severity", "initial_severity", "evidence") == (3, "high", "high", '{"n": 2}')
    assert causes(db) == ["detected"]


def test_a_run_of_known_detections_is_no_clean_run(db):
    found(db, detection_id="e1")
    assert cycle(db, [signal(severity="critical", detection_id="e1")]) == {"ongoing": [KEY]}
    assert of(db, "detection_count", "clean_runs", "severity") == (1, 0, "medium")


def test_the_same_cycle_id_again_changes_nothing_and_answers_the_same(db):
    first = cycle(db, [signal()], cycle_id="run-1")
    before = dump(db)["rows"]["signal_state"]
    assert cycle(db, [signal(severity="critical")], cycle_id="run-1", at=day(2)) == first == {"new": [KEY]}
    assert dump(db)["rows"]["signal_state"] == before
    assert cycle(db, [signal()], cycle_id="run-2") == {"ongoing": [KEY]}


@pytest.mark.parametrize("signals, scope, message", [
    ([], {"signal_type": "latency"}, "signal_type"), ([{"signal_type": "x"}], {}, "signals"), ([1], {}, "signals"),
    ([signal(severity="bad")], {}, "bad"), ([signal(), signal("b", severty="low")], {}, "severty")])
def test_a_run_with_an_error_in_it_does_nothing(db, signals, scope, message):
    before = dump(db)
    with raises_sql("signal_state_cycle: ", BAD_ARGUMENT) as caught:
        cycle(db, signals, scope)
    assert message in caught.message
    assert_same(before, dump(db))


# ---- What time alone does ----

def test_the_sweep_clears_what_was_not_seen_for_long(db):
    set_rule(db, clear_after_seconds=86_400)
    found(db)
    assert sweep(db, at=day(2, "11:59:59.999")) == {}
    assert sweep(db, at=day(2)) == {"cleared": 1}
    assert last(db, "cause", "rule") == ("auto_cleared", "latency") and of(db, "cleared_at") == (day(2),)


def test_the_sweep_ends_mutes_and_forgets_old_detections(db):
    found(db, detection_id="e1")
    cycle(db, [signal()], {"signal_types": []}, cycle_id="run")
    decide(db, "dismiss", by="ann")
    assert sweep(db, at=day(8)) == {"unmuted": 1}
    assert sweep(db, at=day(31)) == {"forgotten": 2}
    assert db.value("SELECT (SELECT count(*) FROM signal_detections) + (SELECT count(*) FROM signal_cycles)") == 0


def test_detections_that_count_as_one_reach_the_rule_by_count_together(db):
    set_rule(db, "latency", escalate_after_count=4)
    assert cycle(db, [signal(), signal()]) == {"new": [KEY]}
    assert cycle(db, [signal(), signal()]) == {"escalated": [KEY]}
    assert of(db, "detection_count", "state") == (4, "escalated")


# ---- Replay of what once went wrong ----

def replayed(db):
    """Whether a replay leaves all as it is."""
    before = dump(db)
    call(db, "signal_state_replay")
    assert_same(before, dump(db))


def test_what_a_sweep_has_forgotten_is_forgotten_in_a_replay(db):
    db.run("SELECT lore_set('record_events', 'on')")
    set_rule(db, "*", detection_memory_seconds=3600)
    found(db, detection_id="x", at=day(1))
    sweep(db, at=day(1, "13:00:00"))
    db.run("UPDATE signal_rules SET detection_memory_seconds = NULL")
    found(db, detection_id="x", at=day(1, "13:00:00"))
    assert of(db, "detection_count") == (2,)
    replayed(db)


def test_a_dismissal_that_changed_nothing_changes_nothing_in_a_replay(db):
    db.run("SELECT lore_set('record_events', 'on')")
    found(db)
    decide(db, "dismiss", by="ann")
    db.run("UPDATE signal_mutes SET expires_at = '2026-04-01T00:00:00.000Z'")
    assert decide(db, "dismiss", by="ann") == 0
    replayed(db)


def test_a_run_that_finds_what_it_did_not_look_at_says_so(db):
    assert cycle(db, [signal(), signal("b", signal_type="cost")], {"signal_types": ["cost"]})["new"] == [KEY, "client:b:cost"]
    assert db.value("SELECT lore_notice()") == f"1 of 2 signals are outside the scope, the first is '{KEY}'"
    cycle(db, [signal()], {"signal_types": ["latency"], "entity_type": "client", "entity_ids": ["acme"]})
    assert db.value("SELECT lore_notice()") is None


def test_a_cooldown_ends_in_the_time_to_come(db):
    found(db)
    with raises_sql("until must be later than", BAD_ARGUMENT):
        decide(db, "cooldown", until=3600)
