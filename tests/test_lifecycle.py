"""What is wrong right now, since when and how bad: detections, clearing, escalating, acknowledging, importing."""
import pytest

from lifecycle_calls import KEY, causes, day, decide, found, get, last, of, put, set_rule, signal, sweep
from signal_calls import NOW, pin
from support import BAD_ARGUMENT, REFUSED, assert_same, dump, raises_sql

LADDER = ["info", "watch", "warning", "high", "critical"]


@pytest.fixture(autouse=True)
def clock(db):
    pin(db)


# ---- A detection ----

def test_the_first_detection_is_new_and_stored_as_it_was(db):
    evidence = '{ "ms" : 1e3 }'
    assert found(db, "Medium", evidence=evidence) == "new"
    assert get(db) == {
        "signal_key": KEY, "entity_type": "client", "entity_id": "acme", "signal_type": "latency", "severity": "medium",
        "first_detected_at": NOW, "last_detected_at": NOW, "escalated_at": None, "cleared_at": None, "detection_count": 1,
        "cooldown_until": None, "state": "active", "initial_severity": "medium", "peak_severity": "medium", "acknowledged_at": None,
        "acknowledged_by": None, "acknowledged_until": None, "note": None, "clean_runs": 0, "muted_until": None,
        "evidence": evidence}
    assert db.named("SELECT * FROM signal_transitions") == [{
        "seq": 1, "signal_key": KEY, "at": NOW, "from_state": None, "to_state": "active", "from_severity": None,
        "to_severity": "medium", "cause": "detected", "rule": None, "actor": None, "note": None, "evidence": evidence}]


def test_a_repetition_counts_and_moves_the_last_time(db):
    found(db)
    assert found(db, at=day(2)) == "ongoing"
    assert of(db, "detection_count", "first_detected_at", "last_detected_at", "state") == (2, NOW, day(2), "active")
    assert causes(db) == ["detected"]


def test_a_rise_escalates_and_a_fall_is_no_news(db):
    found(db, "low", evidence="[1]")
    assert found(db, "high", evidence="[2]", at=day(2)) == "escalated"
    assert of(db, "state", "severity", "initial_severity", "peak_severity", "escalated_at") \
        == ("escalated", "high", "low", "high", day(2))
    assert last(db, "from_state", "to_state", "from_severity", "to_severity", "cause", "evidence") \
        == ("active", "escalated", "low", "high", "severity_rise", "[2]")
    assert found(db, "info", at=day(3)) == "ongoing"
    assert of(db, "state", "severity", "escalated_at") == ("escalated", "high", day(2))


@pytest.mark.parametrize("there, word", [("watch", "low"), ("low", "watch"), ("warning", "MEDIUM"), ("medium", "warning")])
def test_two_words_of_one_rung_are_no_rise(db, there, word):
    found(db, there)
    assert found(db, word) == "ongoing"
    assert of(db, "severity", "state") == (there, "active")


@pytest.mark.parametrize("above", range(1, len(LADDER)))
def test_each_rung_is_a_rise_over_the_one_below(db, above):
    found(db, LADDER[above - 1])
    assert found(db, LADDER[above].upper()) == "escalated"
    assert of(db, "severity") == (LADDER[above],)


def test_another_word_is_an_error_that_lists_those_there_are(db):
    with raises_sql("signal_upsert: severity", BAD_ARGUMENT) as caught:
        found(db, "severe")
    assert all(word in caught.message for word in ("info", "watch", "low", "warning", "medium", "high", "critical", "severe"))
    assert db.value("SELECT count(*) FROM signal_state") == 0


def test_a_late_detection_counts_but_moves_nothing_backwards(db):
    found(db, evidence='"newer"')
    assert found(db, at="2026-02-01", evidence='"older"') == "ongoing"
    assert of(db, "detection_count", "first_detected_at", "last_detected_at", "evidence") == (2, NOW, NOW, '"newer"')
    found(db, at=day(2))
    assert of(db, "evidence") == ('"newer"',)
    found(db, at=day(2), evidence='"as new"')
    assert of(db, "evidence") == ('"as new"',)
    found(db, at=day(2), evidence="null")
    assert of(db, "evidence") == (None,)


def test_a_detection_id_counts_once_for_its_key(db):
    assert [found(db, detection_id="e1"), found(db, "critical", detection_id="e1")] == ["new", "ongoing"]
    assert db.value("SELECT lore_notice()")
    assert of(db, "detection_count", "severity") == (1, "medium")
    assert found(db, detection_id="e2") == "ongoing" and of(db, "detection_count") == (2,)
    assert found(db, entity_id="other", detection_id="e1") == "new"


def test_without_a_detection_id_every_call_counts_whatever_its_time(db):
    for _ in range(3):
        found(db, at=NOW)
    assert of(db, "detection_count") == (3,)


@pytest.mark.parametrize("seconds, days", [(None, 30), (86_400, 1)])
def test_a_detection_id_is_remembered_as_long_as_the_rule_says(db, seconds, days):
    if seconds:
        set_rule(db, detection_memory_seconds=seconds)
    found(db, detection_id="e1", at=day(1))
    found(db, detection_id="e1", at=day(days, "23:59:59"))
    assert of(db, "detection_count") == (1,)
    found(db, detection_id="e1", at=day(days + 1))
    assert of(db, "detection_count") == (2,)


def test_the_key_is_its_three_parts_with_colons_and_percent_signs_encoded(db):
    found(db, entity_type="ser:ver", entity_id="10%:a", signal_type="x%3A")
    assert db.run("SELECT signal_key, entity_type, entity_id, signal_type FROM signal_state") \
        == [("ser%3Aver:10%25%3Aa:x%253A", "ser:ver", "10%:a", "x%3A")]


def test_parts_that_would_run_together_are_different_keys(db):
    assert found(db, entity_type="a", entity_id="b:c") == found(db, entity_type="a:b", entity_id="c") == "new"


def test_the_insert_form_takes_a_whole_staging_table(db):
    db.run("INSERT INTO signal_upsert(signal_type, entity_type, entity_id, severity) VALUES ('latency','client','acme','low'),"
           "('latency','client','acme','low'), ('latency','client','acme','high')")
    assert db.column("SELECT result FROM lore_results ORDER BY n") [-3:] == ["new", "ongoing", "escalated"]


# ---- By key ----

def test_a_signal_that_exists_may_be_named_by_its_key(db):
    found(db)
    assert decide(db, "detected", at=day(2)) == "ongoing"
    assert decide(db, "detected", severity="high", evidence="[1]", detection_id="e") == "escalated"
    assert decide(db, "detected", severity="critical", detection_id="e") == "ongoing"
    assert of(db, "detection_count", "severity", "evidence") == (3, "high", None)


@pytest.mark.parametrize("verb, more", [("detected", {}), ("escalate", {}), ("acknowledge", {"by": "ann"}), ("clear", {}),
                                        ("cooldown", {}), ("dismiss", {"by": "ann"})])
def test_an_unknown_key_is_an_error(db, verb, more):
    before = dump(db)
    with raises_sql(f"signal_state_{verb}: there is no signal 'client:nobody:latency'", REFUSED):
        decide(db, verb, key="client:nobody:latency", **more)
    assert_same(before, dump(db))


# ---- Clearing, cooldown, reactivation ----

def test_a_cleared_signal_comes_back_as_the_one_it_was(db):
    found(db, "high")
    decide(db, "escalate", at=day(2))
    assert decide(db, "clear", note="fixed", at=day(3)) == 1
    assert of(db, "state", "cleared_at", "escalated_at") == ("cleared", day(3), day(2))
    assert last(db, "cause", "note") == ("cleared", "fixed")
    assert found(db, "low", at=day(4)) == "reactivated"
    assert of(db, "state", "severity", "peak_severity", "first_detected_at", "detection_count", "cleared_at", "escalated_at") \
        == ("active", "low", "critical", NOW, 2, None, None)
    assert causes(db) == ["detected", "escalated", "cleared", "reactivated"]


def test_clearing_twice_changes_nothing(db):
    found(db)
    decide(db, "clear")
    before = dump(db)
    assert decide(db, "clear", at=day(2)) == 0
    assert_same(before, dump(db))


def test_in_its_cooldown_a_cleared_signal_is_counted_and_stays_cleared(db):
    set_rule(db, cooldown_seconds=3600)
    found(db)
    decide(db, "clear")
    assert of(db, "cooldown_until") == (day(1, "13:00:00.000"),)
    assert found(db, "critical", at=day(1, "12:59:59.999")) == "cooldown"
    assert of(db, "state", "severity", "detection_count", "last_detected_at") == ("cleared", "medium", 2, day(1, "12:59:59.999"))
    assert found(db, at=day(1, "13:00:00")) == "reactivated"
    assert of(db, "cooldown_until") == (None,)


def test_a_detection_from_before_the_clearing_brings_nothing_back(db):
    found(db)
    decide(db, "clear", at=day(3))
    assert found(db, "critical", at=day(2)) == "cooldown"
    assert of(db, "state", "detection_count") == ("cleared", 2)


def test_a_later_cooldown_of_ones_own_is_kept_and_may_be_lifted(db):
    set_rule(db, cooldown_seconds=3600)
    found(db)
    assert [decide(db, "cooldown", until=day(5)), decide(db, "cooldown", until="2026-03-05 13:00+01:00")] == [1, 0]
    decide(db, "clear")
    assert of(db, "cooldown_until") == (day(5),)
    assert found(db, at=day(4)) == "cooldown"
    assert [decide(db, "cooldown"), decide(db, "cooldown")] == [1, 0]
    assert found(db, at=day(4)) == "reactivated"


def test_the_rule_of_a_type_goes_before_the_one_of_all(db):
    set_rule(db, "*", cooldown_seconds=60, escalate_after_count=2)
    set_rule(db, cooldown_seconds=120)
    found(db)
    found(db)
    assert last(db, "cause", "rule") == ("escalated_by_count", "*")
    decide(db, "clear")
    assert of(db, "cooldown_until") == (day(1, "12:02:00.000"),)


# ---- Escalation ----

def test_a_rule_by_count_escalates_once(db):
    set_rule(db, escalate_after_count=3)
    assert [found(db) for _ in range(4)] == ["new", "ongoing", "escalated", "ongoing"]
    assert last(db, "cause", "rule", "from_severity", "to_severity") == ("escalated_by_count", "latency", "medium", "medium")


def test_a_rule_by_age_escalates_with_the_next_detection_or_sweep(db):
    set_rule(db, escalate_after_seconds=86_400)
    found(db)
    found(db, entity_id="quiet")
    assert found(db, at=day(2, "11:59:59.999")) == "ongoing"
    assert found(db, at=day(2)) == "escalated"
    assert sweep(db, at=day(2)) == {"escalated": 1}
    assert causes(db) == causes(db, "client:quiet:latency") == ["detected", "escalated_by_age"]
    assert sweep(db, at=day(2)) == {}


@pytest.mark.parametrize("there, above", [("info", "watch"), ("watch", "warning"), ("low", "warning"), ("warning", "high"),
                                          ("medium", "high"), ("high", "critical"), ("critical", "critical")])
def test_escalating_goes_one_rung_up(db, there, above):
    found(db, there)
    assert decide(db, "escalate", at=day(2), note="worse than it looks") == 1
    assert of(db, "severity", "peak_severity", "initial_severity", "state", "escalated_at", "note") \
        == (above, above, there, "escalated", day(2), "worse than it looks")
    assert last(db, "cause", "note") == ("escalated", "worse than it looks")


def test_escalating_to_where_it_is_marks_it_once(db):
    found(db)
    assert [decide(db, "escalate", severity="WARNING", at=day(n)) for n in (2, 3)] == [1, 0]
    assert of(db, "severity", "escalated_at") == ("medium", day(2))
    assert db.value("SELECT lore_notice()") is not None


def test_escalating_downwards_is_refused_and_a_cleared_signal_is_left_alone(db):
    found(db)
    with raises_sql("signal_state_escalate: severity", BAD_ARGUMENT):
        decide(db, "escalate", severity="low")
    decide(db, "clear")
    assert decide(db, "escalate") == 0 and db.value("SELECT lore_notice()")


# ---- Acknowledging ----

def test_an_acknowledgement_survives_unless_the_severity_rises(db):
    set_rule(db, escalate_after_count=2)
    found(db)
    assert decide(db, "acknowledge", by="ann", note="on it") == 1
    assert last(db, "cause", "actor", "note") == ("acknowledged", "ann", "on it")
    assert found(db) == "ongoing"
    assert of(db, "state", "acknowledged_by", "acknowledged_at", "note") == ("acknowledged", "ann", NOW, "on it")
    assert found(db, "high") == "escalated"
    assert of(db, "state", "acknowledged_by", "acknowledged_at") == ("escalated", None, None)


def test_the_same_acknowledgement_again_changes_nothing_and_another_does(db):
    found(db)
    notes = (1, "on it"), (2, "on it"), (3, None)
    assert [decide(db, "acknowledge", by="ann", note=note, at=day(n)) for n, note in notes] == [1, 0, 0]
    assert of(db, "acknowledged_at", "note") == (NOW, "on it")
    assert decide(db, "acknowledge", by="bob", at=day(3)) == 1
    assert of(db, "acknowledged_by", "acknowledged_at") == ("bob", day(3))


def test_an_acknowledgement_may_end(db):
    found(db)
    decide(db, "escalate", at=day(2))
    decide(db, "acknowledge", by="ann", until=day(5), at=day(3))
    assert sweep(db, at=day(4)) == {}
    assert sweep(db, at=day(5)) == {"unacknowledged": 1}
    assert of(db, "state", "acknowledged_until", "escalated_at") == ("escalated", None, day(2))
    assert last(db, "cause", "actor") == ("expired", None)


def test_an_acknowledgement_that_is_over_before_it_begins_is_refused(db):
    found(db)
    with raises_sql("signal_state_acknowledge: until", BAD_ARGUMENT):
        decide(db, "acknowledge", by="ann", until=NOW)


def test_what_is_not_open_cannot_be_acknowledged(db):
    found(db)
    decide(db, "clear")
    assert decide(db, "acknowledge", by="ann") == 0 and db.value("SELECT lore_notice()")


# ---- Imports and repair ----

def test_a_whole_record_is_written_as_given(db):
    record = {"signal_key": "Any key", "entity_type": "client", "entity_id": "acme", "signal_type": "latency", "severity": "HIGH",
              "state": "Cleared", "detection_count": 7, "peak_severity": "critical", "first_detected_at": "2026-01-01",
              "last_detected_at": 1772366400, "cleared_at": "2026-03-01 13:00+01:00", "escalated_at": "2026-02-01T00:00:00.5Z"}
    assert put(db, **record) == 1
    assert get(db, "Any key") == {
        **record, "severity": "high", "state": "cleared", "first_detected_at": "2026-01-01T00:00:00.000Z", "last_detected_at": NOW,
        "cleared_at": NOW, "escalated_at": "2026-02-01T00:00:00.500Z", "initial_severity": "high", "cooldown_until": None,
        "acknowledged_at": None, "acknowledged_by": None, "acknowledged_until": None, "note": None, "clean_runs": 0,
        "muted_until": None, "evidence": None}
    assert last(db, "signal_key", "from_state", "to_state", "to_severity", "cause") \
        == ("Any key", None, "cleared", "high", "imported")


def test_what_a_record_does_not_give_keeps_its_value_or_the_default(db):
    parts = {"entity_type": "client", "entity_id": "acme", "signal_type": "latency"}
    assert put(db, **parts, severity="low") == 1
    assert of(db, "state", "detection_count", "first_detected_at", "peak_severity") == ("active", 1, NOW, "low")
    assert put(db, **parts, detection_count=5) == 1
    assert of(db, "severity", "detection_count") == ("low", 5)
    assert put(db, signal_key=KEY, state="escalated") == 1
    assert last(db, "from_state", "to_state", "cause") == ("active", "escalated", "imported")
    assert found(db) == "escalated"


def test_an_equal_record_changes_nothing(db):
    record = {**signal(), "first_detected_at": "2026-01-01", "detection_count": 3}
    assert put(db, **record) == 1
    before = dump(db)
    assert put(db, **record) == put(db, signal_key=KEY, first_detected_at="2026-01-01T01:00+01:00") == 0
    assert_same(before, dump(db))


@pytest.mark.parametrize("wrong, message", [
    ({"state": "open"}, "open"), ({"severity": "bad"}, "bad"), ({"peak_severity": "bad"}, "bad"), ({"sevrity": "low"}, "sevrity"),
    ({"cleared_at": "soon"}, "soon"), ({"detection_count": "many"}, "detection_count")])
def test_a_record_with_an_error_is_refused(db, wrong, message):
    with raises_sql("signal_state_put: ", BAD_ARGUMENT) as caught:
        put(db, **{**signal(), **wrong})
    assert message in caught.message and db.value("SELECT count(*) FROM signal_state") == 0


@pytest.mark.parametrize("missing", ["entity_type", "entity_id", "signal_type", "severity"])
def test_a_new_record_needs_its_parts_and_severity(db, missing):
    record = {name: value for name, value in signal().items() if name != missing}
    with raises_sql("signal_state_put: ", BAD_ARGUMENT) as caught:
        put(db, signal_key="k", **record)
    assert missing in caught.message
