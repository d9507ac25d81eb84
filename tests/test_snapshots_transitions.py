"""Each transition of a signal is an event, by a trigger that calls no function."""
import json
import re

from support import ROOT

TRIGGER = (ROOT / "sql" / "schema" / "snapshots" / "002_transition_events.sql").read_text()


def write(db, key, to_state, severity):
    db.run("INSERT INTO signal_transitions(signal_key, at, from_state, to_state, from_severity, to_severity, cause) "
           "VALUES (?, '2026-01-10T12:00:00.000Z', NULL, ?, NULL, ?, 'detected')", key, to_state, severity)
    return db.value("SELECT last_insert_rowid()")


def test_a_transition_is_an_event_about_the_signal_s_entity(db):
    db.run("INSERT INTO signal_state(signal_key, entity_type, entity_id, signal_type, severity, first_detected_at, last_detected_at) "
           "VALUES ('client:acme:late', 'client', 'acme', 'late', 'high', '2026-01-10T12:00:00.000Z', '2026-01-10T12:00:00.000Z')")
    seq = write(db, "client:acme:late", "escalated", "critical")
    write(db, "unknown", "active", "low")
    events = json.loads(db.value("SELECT events_claim('c')"))
    assert [(e["event_type"], e["severity"], e["entity_type"], e["entity_id"], e["created_at"]) for e in events] == [
        ("signal_escalated", "critical", "client", "acme", "2026-01-10T12:00:00.000Z"),
        ("signal_active", "low", None, None, "2026-01-10T12:00:00.000Z")]
    assert events[0]["event_data"] == {"seq": seq}


def test_the_trigger_calls_no_function():
    body = re.sub(r"^\s*--.*$", "", TRIGGER, flags=re.M)
    assert set(re.findall(r"\b([a-z_]+)\(", body)) == {"intelligence_events"}
