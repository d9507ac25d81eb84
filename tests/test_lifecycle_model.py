"""Each verb in each state, and any order of verbs, clock moves and changed rules, against lifecycle_model.py."""
import json
import pickle
import sqlite3
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from lifecycle_model import BUILT_IN, Lifecycle
from lifecycle_records import (COLUMNS, DAY, RANK, SECOND, STATES, BadArgument, Refusal, UnknownKey, key_of, moment_of, stored,
                               text_of)
from support import BAD_ARGUMENT, REFUSED, Database, assert_same, code_of, dump

START = moment_of("2026-03-01T12:00:00.000Z")
HOUR = 3600 * SECOND
VERBS = {"upsert": "signal_upsert", **{name: f"signal_state_{name}" for name in (
    "detected", "put", "cycle", "escalate", "acknowledge", "clear", "cooldown", "dismiss", "sweep")}}
CODES = {BadArgument: BAD_ARGUMENT, UnknownKey: REFUSED}
ORDER = {"signal_state": "signal_key", "signal_transitions": "seq", "signal_mutes": "id",
         "signal_detections": "signal_key, detection_id", "signal_cycles": "cycle_id"}


def nested(record):
    """The evidence of a record is JSON in JSON."""
    return {name: json.loads(value) if name == "evidence" and value is not None else value for name, value in record.items()}


def present(arguments):
    return {name: value for name, value in arguments.items() if value is not None}


class Pair:
    """The extension and the model, which do the same."""

    def __init__(self, db, model=None):
        self.db, self.model = db, model or Lifecycle()

    def do(self, verb, at, **arguments):
        expected, got = self._of_model(verb, at, arguments), self._of_extension(verb, at, arguments)
        is_same = got == expected or (got is None and expected in CODES.values())
        assert is_same, f"{verb} at {text_of(at)} {arguments}: {got}, not {expected}"

    def _of_model(self, verb, at, arguments):
        try:
            return getattr(self.model, verb)(at, **arguments)
        except Refusal as refusal:
            return CODES[type(refusal)]

    def _of_extension(self, verb, at, arguments):
        given = present(arguments)
        if "signals" in given:
            given["signals"] = [nested(signal) for signal in given["signals"]]
        if "record" in given:
            given["record"] = nested(given["record"])
        try:
            return self.db.value("SELECT lore_call(?, ?)", VERBS[verb],
                                 json.dumps({**given, "at": text_of(at)}, separators=(",", ":")))
        except sqlite3.Error as error:
            return code_of(error)

    def compare(self):
        for table, expected in self.model.tables().items():
            assert self.db.run(f"SELECT * FROM {table} ORDER BY {ORDER[table]}") == expected, table

    def set_rule(self, name, columns):
        self.model.rules[name] = dict(columns)
        names = ", ".join(["signal_type", *columns])
        self.db.run(f"INSERT OR REPLACE INTO signal_rules({names}) VALUES (?{', ?' * len(columns)})", name, *columns.values())

    def drop_rule(self, name):
        self.model.rules.pop(name, None)
        self.db.run("DELETE FROM signal_rules WHERE signal_type = ?", name)

    def add_mute(self, **columns):
        columns = {"by": "ann", "at": START, **columns}
        row = stored(self.model.add_mute(**columns))
        self.db.run(f"INSERT INTO signal_mutes VALUES (?{', ?' * (len(row) - 1)})", *row)


# ---- Every event in every state ----

PARTS = {"signal_type": "latency", "entity_type": "client", "entity_id": "acme"}
OTHER = {**PARTS, "signal_type": "cost", "severity": "low"}
KEY = "client:acme:latency"


def hours(n):
    return START + n * HOUR


def found(severity="medium", at=0, **more):
    return ("upsert", hours(at), {**PARTS, "severity": severity, **more})


def decide(verb, at=1, **arguments):
    return (verb, hours(at), {"key": KEY, **arguments})


def imported(**columns):
    return ("put", hours(0), {"record": {**PARTS, "severity": "medium", **columns}})


FOUND = found(evidence='{"ms":1}', detection_id="first")
ESCALATED = [FOUND, decide("escalate", note="look")]
ACKNOWLEDGED_FOR_HOURS = decide("acknowledge", by="ann", until=text_of(hours(3)))
SITUATIONS = {
    "nothing": [],
    "active": [FOUND],
    "active, found twice": [FOUND, found("info", at=1, evidence="[2]")],
    "active, missed once": [FOUND, ("cycle", hours(1), {"signals": [], "scope": {}})],
    "active with a cooldown set": [FOUND, decide("cooldown", until=text_of(hours(30)))],
    "active again": [FOUND, decide("clear"), found("low", at=2)],
    "escalated": ESCALATED,
    "escalated where it is": [FOUND, decide("escalate", severity="warning")],
    "escalated to the top": [FOUND, found("critical", at=1)],
    "acknowledged": [FOUND, decide("acknowledge", by="ann", note="mine")],
    "acknowledged for hours": [FOUND, ACKNOWLEDGED_FOR_HOURS],
    "escalated, acknowledged for hours": [*ESCALATED, ACKNOWLEDGED_FOR_HOURS],
    "cleared": [FOUND, decide("clear", note="gone")],
    "cleared, was escalated": [*ESCALATED, decide("clear")],
    "cleared with a cooldown set": [FOUND, decide("clear"), decide("cooldown", until=text_of(hours(30)))],
    "cleared and dismissed": [FOUND, decide("clear"), decide("dismiss", by="ann")],
    "dismissed": [FOUND, decide("dismiss", by="ann", reason="noise")],
    "dismissed, was escalated": [*ESCALATED, decide("dismiss", by="ann")],
    "dismissed twice": [FOUND, decide("dismiss", at=-200, by="ann", reason="noise"), decide("dismiss", by="bob")],
    "dismissed and risen": [FOUND, decide("dismiss", by="ann"), found("high", at=1)],
    "imported as suppressed for hours": [imported(state="Suppressed", muted_until="2026-03-01T15:00:00Z", detection_count=2)],
    "imported as suppressed for ever": [imported(state="suppressed", evidence='{"old":true}')],
    "imported as cleared": [imported(state="cleared", cleared_at=text_of(hours(1)), cooldown_until=text_of(hours(2)))],
    "imported with a key of its own": [imported(signal_key="A-17", severity="High"), FOUND],
}
COUNTED = {"latency": {"escalate_after_count": 3, "cooldown_seconds": 5 * 3600, "clean_runs_to_clear": 3}}
AGED = {"*": {"escalate_after_seconds": 2 * 3600, "clear_after_seconds": 2 * 86_400, "clean_runs_to_clear": 9},
        "latency": {"clean_runs_to_clear": 2, "escalate_after_seconds": None}}
FORGETFUL = {"*": {"detection_memory_seconds": 3600, "escalate_after_count": 2, "escalate_after_seconds": 0},
             "cost": {"cooldown_seconds": 60}}
FOR_DAYS = {"entity_type": "client", "entity_id": "acme", "expires_at": START + 3 * DAY}
CONDITIONS = {
    "no rules": ({}, []),
    "a rule by count": (COUNTED, []),
    "rules by age": (AGED, []),
    "short memory": (FORGETFUL, []),
    "a mute for days": (COUNTED, [FOR_DAYS, {"signal_key": "client:acme"}, {"signal_type": "cost"}]),
    "a mute without end": (AGED, [FOR_DAYS, {"signal_key": KEY}, {"signal_type": "latency", "expires_at": START - DAY}]),
    "a mute for hours": ({}, [{"signal_type": "latency", "expires_at": hours(3)}]),
}
MOMENTS = [-30, 2, 4, 24 * 9, 24 * 40]


def events(at):
    """Everything that may happen to KEY."""
    later, past = text_of(at + HOUR), text_of(at)
    for severity in ("info", "low", "Warning", "medium", "high", "critical", "bad"):
        yield "upsert", {**PARTS, "severity": severity, "evidence": '{"ms":2}'}
        yield "escalate", {"key": KEY, "severity": severity, "note": "up"}
    for id in ("first", "second"):
        yield "upsert", {**PARTS, "severity": "critical", "evidence": '{"ms":3}', "detection_id": id}
    yield "detected", {"key": KEY}
    yield "detected", {"key": KEY, "severity": "high", "evidence": "[]", "detection_id": "first"}
    yield "escalate", {"key": KEY}
    yield "acknowledge", {"key": KEY, "by": "ann"}
    yield "acknowledge", {"key": KEY, "by": "ann", "note": "seen", "until": later}
    yield "acknowledge", {"key": KEY, "by": "ann", "until": past}
    yield "clear", {"key": KEY, "note": "fixed"}
    yield "cooldown", {"key": KEY, "until": later}
    yield "cooldown", {"key": KEY}
    yield "dismiss", {"key": KEY, "by": "bob", "reason": "known"}
    yield "dismiss", {"key": KEY, "by": "bob"}
    yield "sweep", {}
    yield from cycles()
    yield from imports()


def cycles():
    here = {"signal_types": ["latency", "x"], "entity_type": "client", "entity_ids": ["acme"]}
    elsewhere = ({"signal_types": ["cost"]}, {"signal_types": None, "entity_type": "server"}, {"entity_ids": []})
    for scope in ({}, here, *elsewhere, {"signal_type": "latency"}):
        yield "cycle", {"signals": [], "scope": scope}
    this = {**PARTS, "severity": "low"}
    first, second = {**this, "detection_id": "first"}, {**this, "detection_id": "second"}
    worse = {**this, "severity": "HIGH", "evidence": '{"a":1}'}
    for signals in ([OTHER], [this, OTHER], [this, worse, {**this, "evidence": "[1]"}], [first],
                    [second, second, {**first, "severity": "critical"}], [this, {**OTHER, "severity": "bad"}]):
        yield "cycle", {"signals": signals, "scope": {}, "cycle_id": "run"}


def imports():
    for columns in ({"state": "cleared"}, {"severity": "critical", "note": "by hand"}, {"evidence": "{}", "peak_severity": "Info"},
                    {"detection_count": 9, "first_detected_at": "2026-02-01T00:00:00Z"}, {},
                    {"state": "odd"}, {"severity": "odd"}, {"odd": 1}):
        yield "put", {"record": {**PARTS, "severity": "medium", **columns}}
    yield "put", {"record": {"signal_key": KEY, "state": "active"}}


def test_the_columns_are_those_of_the_model(db):
    assert [row[1] for row in db.run("PRAGMA table_info(signal_state)")] == COLUMNS


@pytest.mark.parametrize("condition", CONDITIONS)
@pytest.mark.parametrize("situation", SITUATIONS)
def test_each_event_does_in_each_state_what_the_model_says(db, situation, condition):
    pair = Pair(db)
    rules, mutes = CONDITIONS[condition]
    for name, columns in rules.items():
        pair.set_rule(name, columns)
    for mute in mutes:
        pair.add_mute(**mute)
    db.run("BEGIN")
    for verb, at, arguments in SITUATIONS[situation]:
        pair.do(verb, at, **arguments)
        pair.compare()
    before = pickle.dumps(pair.model)
    for at in map(hours, MOMENTS):
        for verb, arguments in events(at):
            once_and_again(db, pickle.loads(before), verb, at, arguments)


def once_and_again(db, model, verb, at, arguments):
    db.run("SAVEPOINT before")
    pair = Pair(db, model)
    for turn in ("first", "second"):
        pair.do(verb, at, **arguments)
        try:
            pair.compare()
        except AssertionError as error:
            raise AssertionError(f"{turn} {verb} at {text_of(at)} {arguments}: {error}") from None
    db.run("ROLLBACK TO before")
    db.run("RELEASE before")


# ---- Any order of events ----

KEYS = [key_of("client", id, type) for id in ("a", "b:c") for type in ("cost", "latency")]
ANY_KEY = st.sampled_from([*KEYS, *KEYS, "A-17"])
ANY_SEVERITY = st.sampled_from(sorted(RANK))
MAYBE = {"evidence": st.sampled_from([None, '{"n":1}', "[2]"]), "detection_id": st.sampled_from([None, None, "x", "y"])}
ANY_PARTS = st.builds(lambda id, type: {"entity_type": "client", "entity_id": id, "signal_type": type},
                      st.sampled_from(["a", "b:c"]), st.sampled_from(["cost", "latency"]))
ANY_SIGNAL = st.builds(lambda parts, severity, more: present({**parts, "severity": severity, **more}),
                       ANY_PARTS, ANY_SEVERITY, st.fixed_dictionaries(MAYBE))
LATE = st.sampled_from([0, 0, 0, 0, 1, 7200, 86_400])
TEXT = st.sampled_from([None, "one", "two"])
UNTIL = st.sampled_from([None, 0, 3600, 86_400])
NUMBERS = {"cooldown_seconds": [0, 3600], "escalate_after_seconds": [7200, 86_400], "escalate_after_count": [2, 4],
           "clear_after_seconds": [86_400], "clean_runs_to_clear": [1, 2], "detection_memory_seconds": [3600, 86_400]}
ANY_RULE = st.fixed_dictionaries({name: st.sampled_from([None, None, *numbers]) for name, numbers in NUMBERS.items()})
ANY_TYPE = st.sampled_from(["*", "cost", "latency"])


ANY_SCOPE = st.fixed_dictionaries({}, optional={
    "signal_types": st.sampled_from([None, ["cost"], ["cost", "latency"]]), "entity_type": st.sampled_from(["client", "server"]),
    "entity_ids": st.sampled_from([["a"], ["b:c", "a"]])})
ANY_IMPORT = st.fixed_dictionaries({"severity": ANY_SEVERITY}, optional={
    "state": st.sampled_from(STATES), "detection_count": st.integers(1, 5), "clean_runs": st.integers(0, 2),
    "note": st.just("by hand"), "evidence": st.just('{"put":1}'), "muted_until": st.just(text_of(START + DAY)),
    "escalated_at": st.just(text_of(START - DAY))})
ANYBODY = st.sampled_from(["ann", "bob"])
SOME = st.sampled_from([{"signal_key": KEYS[0]}, {"entity_id": "b:c"}, {"signal_type": "cost", "entity_type": "client"}, {}])


class AnyOrder(RuleBasedStateMachine):
    @initialize(rules=st.dictionaries(ANY_TYPE, ANY_RULE))
    def open(self, rules):
        self.folder = tempfile.TemporaryDirectory()
        self.db = Database(Path(self.folder.name) / "model.db")
        self.db.run("PRAGMA synchronous = OFF")
        self.db.run("SELECT lore_migrate('lifecycle')")
        self.db.run("SELECT lore_set('record_events', 'on')")
        self.pair, self.now, self.rules_changed, self.is_agreed = Pair(self.db), START, False, True
        for name, columns in rules.items():
            self.pair.set_rule(name, columns)

    def teardown(self):
        if not hasattr(self, "db"):
            return
        try:
            if self.is_agreed:
                self.the_recorded_events_say_it_all()
        finally:
            self.db.close()
            self.folder.cleanup()

    def the_recorded_events_say_it_all(self):
        before = dump(self.db)["rows"]
        self.db.run("SELECT signal_state_replay()")
        after = dump(self.db)["rows"]
        assert (after["signal_state"], after["signal_transitions"]) == (before["signal_state"], before["signal_transitions"])
        self.pair.compare()
        assert self.db.run("SELECT * FROM signal_state_backtest(NULL)") == []
        if not self.rules_changed:
            assert self.db.run("SELECT * FROM signal_state_backtest(?)", rules_of(self.db)) == []

    def do(self, verb, late=0, **arguments):
        self.is_agreed = False
        self.pair.do(verb, self.now - late * SECOND, **arguments)

    def after(self, seconds):
        return None if seconds is None else text_of(self.now + seconds * SECOND)

    @rule(seconds=st.sampled_from([0, 1, 1800, 3600, 86_400, 8 * 86_400, 31 * 86_400]))
    def tick(self, seconds):
        self.now += seconds * SECOND

    @rule(signal=ANY_SIGNAL, late=LATE)
    def upsert(self, signal, late):
        self.do("upsert", late, **signal)

    @rule(key=ANY_KEY, severity=st.one_of(st.none(), ANY_SEVERITY), late=LATE, evidence=MAYBE["evidence"], id=MAYBE["detection_id"])
    def detected(self, key, severity, late, evidence, id):
        self.do("detected", late, key=key, severity=severity, evidence=evidence, detection_id=id)

    @rule(signals=st.lists(ANY_SIGNAL, max_size=4), late=LATE, id=st.sampled_from([None, None, "r1", "r2"]), scope=ANY_SCOPE)
    def cycle(self, signals, late, id, scope):
        self.do("cycle", late, signals=signals, scope=scope, cycle_id=id)

    @rule(key=ANY_KEY, severity=st.one_of(st.none(), ANY_SEVERITY), note=TEXT, late=LATE)
    def escalate(self, key, severity, note, late):
        self.do("escalate", late, key=key, severity=severity, note=note)

    @rule(key=ANY_KEY, by=ANYBODY, note=TEXT, until=UNTIL)
    def acknowledge(self, key, by, note, until):
        self.do("acknowledge", key=key, by=by, note=note, until=self.after(until))

    @rule(key=ANY_KEY, note=TEXT, late=LATE)
    def clear(self, key, note, late):
        self.do("clear", late, key=key, note=note)

    @rule(key=ANY_KEY, until=UNTIL)
    def cooldown(self, key, until):
        self.do("cooldown", key=key, until=self.after(until))

    @rule(key=ANY_KEY, by=ANYBODY, reason=TEXT)
    def dismiss(self, key, by, reason):
        self.do("dismiss", key=key, by=by, reason=reason)

    @rule(late=LATE)
    def sweep(self, late):
        self.do("sweep", late)

    @rule(key=st.sampled_from([None, None, "A-17"]), parts=ANY_PARTS, columns=ANY_IMPORT)
    def put(self, key, parts, columns):
        self.do("put", record=present({"signal_key": key, **parts, **columns}))

    @rule(name=ANY_TYPE, columns=ANY_RULE)
    def change_a_rule(self, name, columns):
        self.pair.set_rule(name, columns)
        self.rules_changed = True

    @rule(name=ANY_TYPE)
    def drop_a_rule(self, name):
        self.pair.drop_rule(name)
        self.rules_changed = True

    @rule(who=SOME, until=UNTIL)
    def mute(self, who, until):
        self.pair.add_mute(**who, expires_at=None if until is None else self.now + until * SECOND)

    @rule(number=st.integers(0, 3))
    def end_a_mute(self, number):
        if number < len(self.pair.model.mutes):
            mute = self.pair.model.mutes.pop(number)
            self.db.run("DELETE FROM signal_mutes WHERE id = ?", mute.id)

    @invariant()
    def the_tables_say_what_the_model_says(self):
        if hasattr(self, "pair"):
            self.is_agreed = False
            self.pair.compare()
            self.is_agreed = True


AnyOrder.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None, derandomize=True, database=None)
TestAnyOrderOfEventsGivesTheTablesOfTheModelAndIsReplayed = AnyOrder.TestCase


# ---- What other rules would have done ----

def rules_of(db):
    members = ", ".join(f"'{name}', {name}" for name in ("signal_type", *BUILT_IN))
    return db.value(f"SELECT json_group_array(json_object({members})) FROM signal_rules")


def test_other_rules_show_the_transitions_they_would_have_made(db):
    db.run("SELECT lore_set('record_events', 'on')")
    pair = Pair(db)
    for hour in range(4):
        pair.do(*found(at=hour)[:2], **found()[2])
    before = dump(db)
    assert db.run("SELECT * FROM signal_state_backtest('[]')") == []
    others = json.dumps([{"signal_type": "latency", "escalate_after_count": 3}])
    differences = db.named("SELECT * FROM signal_state_backtest(?)", others)
    assert len(differences) == 1
    assert {KEY, "escalated_by_count", text_of(hours(2))} <= set(differences[0].values())
    assert_same(before, dump(db))
