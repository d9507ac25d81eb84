"""Replay and back-test of logs that something has happened to, and rows that other software has left."""
import pytest

from lifecycle_calls import KEY, call, cycle, day, decide, found, get, of, put, set_rule, signal, state
from signal_calls import pin
from support import BAD_ARGUMENT, assert_same, dump, raises_sql


@pytest.fixture(autouse=True)
def clock(db):
    pin(db)


def record(db):
    db.run("SELECT lore_set('record_events', 'on')")


def transitions(db):
    return db.run("SELECT * FROM signal_transitions ORDER BY seq")


def replay(db):
    return call(db, "signal_state_replay")


# ---- What the log knows, and what it does not ----

def test_a_signal_from_before_the_log_is_left_alone_also_when_its_old_transitions_are_gone(db):
    found(db, "low", at=day(1))
    record(db)
    found(db, "high", at=day(5))
    db.run("DELETE FROM signal_transitions WHERE at < ?", day(3))
    before = get(db)
    assert replay(db)["unknown_keys"] == [KEY]
    assert get(db) == before


@pytest.mark.parametrize("gone", ["seq = 1", "seq = 3", "seq IN (2, 3, 4)", "seq = 6", "seq < 6", "1"])
def test_deleted_transitions_come_back_at_their_numbers(db, gone):
    record(db)
    for entity in "abcd":
        found(db, entity_id=entity)
    found(db, "critical", entity_id="b")
    decide(db, "clear", key="client:a:latency")
    before = transitions(db)
    assert len(before) == 6
    db.run(f"DELETE FROM signal_transitions WHERE {gone}")
    replay(db)
    assert transitions(db) == before


def test_a_changed_and_an_added_transition_are_mended_in_place(db):
    record(db)
    for entity in "abc":
        found(db, entity_id=entity)
    before = transitions(db)
    db.run("UPDATE signal_transitions SET note = 'x' WHERE seq = 2")
    db.run("INSERT INTO signal_transitions(signal_key, at, to_state, to_severity, cause) VALUES ('client:a:latency', ?, 'active', 'low', 'detected')",
           day(9))
    assert replay(db)["changed_transitions"] == 2
    assert transitions(db) == before


def test_a_verb_that_a_trigger_calls_is_logged_after_its_cause(db):
    record(db)
    found(db)
    db.run("CREATE TEMP TRIGGER bot AFTER INSERT ON main.signal_transitions WHEN NEW.to_state = 'escalated' "
           "BEGIN SELECT signal_state_acknowledge(NEW.signal_key, 'bot'); END")
    decide(db, "escalate")
    assert state(db) == "acknowledged"
    db.run("DROP TRIGGER temp.bot")
    before = dump(db)
    replay(db)
    assert_same(before, dump(db))


def test_evidence_is_kept_without_the_blanks_around_it(db):
    record(db)
    db.run("SELECT signal_upsert('latency', 'client', 'acme', 'low', ?)", ' {"a": 1}\n')
    assert of(db, "evidence") == ('{"a": 1}',)
    assert replay(db)["changed_signals"] == 0


def test_rules_changed_in_a_transaction_count_at_once_and_in_a_replay(db):
    record(db)
    db.run("BEGIN")
    found(db)
    set_rule(db, escalate_after_count=2)
    assert found(db) == "escalated"
    db.run("COMMIT")
    assert db.run("SELECT * FROM signal_state_backtest") == []


def test_recording_that_plain_sql_switches_on_in_a_transaction_counts_at_once(db):
    db.run("BEGIN")
    found(db)
    db.run("INSERT INTO lore_settings(name, value) VALUES ('record_events', 'on')")
    found(db, entity_id="b")
    db.run("COMMIT")
    before = transitions(db)
    replay(db)
    assert transitions(db) == before


# ---- Rules of a back-test ----

@pytest.mark.parametrize("rules, said", [
    ('[["a"]]', 'rules must hold JSON objects, got ["a"]'),
    ('[{"signal_type": "x"}, 1]', "rules must hold JSON objects, got 1"),
    ('[{"cooldown_seconds": 1}]', "signal_type is missing"),
    ('[{"signal_type": "x", "cooldown": 1}]', 'there is no column "cooldown"'),
    ('[{"signal_type": "x", "cooldown_seconds": -1}]', "must be an integer between 0 and 3153600000, got -1"),
    ('[{"signal_type": "x", "cooldown_seconds": 9223372036854775807}]', "must be an integer between"),
    ('[{"signal_type": "x", "cooldown_seconds": 2.5}]', "must be an integer between"),
])
def test_a_rule_of_another_form_is_named(db, rules, said):
    record(db)
    found(db)
    with raises_sql(said, BAD_ARGUMENT):
        db.run("SELECT * FROM signal_state_backtest(?)", rules)


def test_a_log_that_holds_nonsense_is_passed_over(db):
    record(db)
    found(db)
    for verb, args in (("signal_state_put", '{"record":["x"]}'), ("signal_state_cycle", '{"signals":[],"scope":["x"]}'),
                       ("signal_state_cycle", '{"signals":{},"scope":{}}'), ("signal_upsert", '{}')):
        db.run("INSERT INTO signal_state_events(at, verb, signal_key, args) VALUES (?, ?, ?, ?)", day(9), verb,
               None if "cycle" in verb else KEY, args)
    assert replay(db)["changed_signals"] == 0


# ---- Once each ----

def test_an_id_that_a_scope_names_twice_is_one_clean_run(db):
    set_rule(db, "*", clean_runs_to_clear=2)
    found(db)
    assert cycle(db, [], {"entity_type": "client", "entity_ids": ["acme", "acme"]}) == {}
    assert of(db, "state", "clean_runs") == ("active", 1)


@pytest.mark.parametrize("again", [lambda db: found(db, detection_id="d1"),
                                   lambda db: cycle(db, [signal(detection_id="d1")])])
def test_a_detection_of_a_signal_whose_row_is_gone_is_a_new_one(db, again):
    found(db, detection_id="d1")
    db.run("DELETE FROM signal_state")
    assert again(db) in ("new", {"new": [KEY]})
    assert of(db, "detection_count") == (1,)


# ---- Rows that other software has left ----

def test_put_repairs_a_row_that_nothing_else_can_read(db):
    db.run("INSERT INTO signal_state(signal_key, entity_type, entity_id, signal_type, severity, first_detected_at, last_detected_at, state) "
           "VALUES (?, 'client', 'acme', 'latency', 'moderate', 'yesterday', '', 'open')", KEY)
    with raises_sql("repair it with signal_state_put"):
        found(db)
    with raises_sql("record.severity is missing", BAD_ARGUMENT):
        put(db, signal_key=KEY)
    assert put(db, signal_key=KEY, severity="high", state="active", first_detected_at=day(1), last_detected_at=day(1)) == 1
    assert found(db) == "ongoing"


def test_words_in_capitals_are_read(db):
    db.run("INSERT INTO signal_state(signal_key, entity_type, entity_id, signal_type, severity, first_detected_at, last_detected_at, state) "
           "VALUES (?, 'client', 'acme', 'latency', 'HIGH', ?, ?, 'Active')", KEY, day(1), day(1))
    assert found(db, "high", at=day(2)) == "ongoing"
    assert of(db, "detection_count") == (2,)


@pytest.mark.parametrize("last", ["2026-03-05 20:00:00.000Z", "2026-03-05T10:00:00-0800", "2026-03-05T22:00:00+02:00"])
def test_a_late_detection_moves_nothing_backwards_whatever_form_the_time_has(db, last):
    db.run("INSERT INTO signal_state(signal_key, entity_type, entity_id, signal_type, severity, first_detected_at, last_detected_at, evidence) "
           "VALUES (?, 'client', 'acme', 'latency', 'high', ?, ?, '1')", KEY, day(1), last)
    found(db, "high", evidence="2", at=day(5, "11:00:00"))
    assert of(db, "evidence", "detection_count") == ("1", 2)


def test_a_run_sees_rows_whose_times_have_another_form(db):
    db.run("INSERT INTO signal_state(signal_key, entity_type, entity_id, signal_type, severity, first_detected_at, last_detected_at) "
           "VALUES (?, 'client', 'acme', 'latency', 'high', ?, '2026-03-05T10:00:00+02:00')", KEY, day(1))
    assert cycle(db, [], at=day(5, "09:00:00")) == {"cleared": [KEY]}


# ---- The largest numbers ----

def test_the_largest_counts_stay_what_they_are(db):
    most = 2**63 - 1
    set_rule(db, "*", clean_runs_to_clear=5, escalate_after_count=most)
    put(db, entity_type="client", entity_id="acme", signal_type="latency", severity="high", detection_count=most, clean_runs=most)
    found(db, "high")
    assert db.row("SELECT detection_count, typeof(detection_count) FROM signal_state") == (most, "integer")
    put(db, signal_key=KEY, clean_runs=most)
    cycle(db, [])
    assert state(db) == "cleared"


def test_evidence_that_is_json_null_is_none(db):
    found(db, evidence="{}")
    put(db, signal_key=KEY, evidence="null")
    assert of(db, "evidence") == (None,)
