#!/usr/bin/python3
"""A detection run from Python: the persistence layer that lifecycle replaces, against signal_state_cycle, by wall time.

lifecycle.py lore.so FOLDER

The layer is the ordinary one: a connection a call, SELECT the row, decide in Python, UPDATE or INSERT, one row for the
log, commit. Its database has the given table and its indexes and no extension; ours is used as its page says: one call for the run, one
commit. Both in SQLite's default journal. Each round is three runs that find the same signals.
"""
import json
import os
import sqlite3
import statistics
import sys
import time
from datetime import datetime, timezone

ROUNDS = 3
SIGNALS = 1000
RUNS = 3
ASKED = 25
LADDER = ["info", "watch", "warning", "high", "critical"]
SCOPE = json.dumps({"signal_types": ["reply_late"]})

SCHEMA = """
CREATE TABLE signal_state (
  signal_key TEXT PRIMARY KEY, entity_type TEXT NOT NULL, entity_id TEXT NOT NULL, signal_type TEXT NOT NULL,
  severity TEXT NOT NULL, first_detected_at TEXT NOT NULL, last_detected_at TEXT NOT NULL, escalated_at TEXT,
  cleared_at TEXT, detection_count INTEGER DEFAULT 1, cooldown_until TEXT, state TEXT NOT NULL DEFAULT 'active');
CREATE INDEX idx_signal_state_entity ON signal_state(entity_type, entity_id);
CREATE INDEX idx_signal_state_active ON signal_state(state, severity);
CREATE TABLE signal_log (id INTEGER PRIMARY KEY, signal_key TEXT NOT NULL, at TEXT NOT NULL, what TEXT NOT NULL);
"""


# ---- The layer in Python ----

class SignalStore:
    def __init__(self, path):
        self.path = path

    def detected(self, signal_type, entity_type, entity_id, severity):
        now = datetime.now(timezone.utc).isoformat(timespec="milliseconds")
        key = f"{entity_type}:{entity_id}:{signal_type}"
        db = sqlite3.connect(self.path)
        db.row_factory = sqlite3.Row
        try:
            row = db.execute("SELECT * FROM signal_state WHERE signal_key = ?", (key,)).fetchone()
            if row is None:
                what = "new"
                db.execute("""INSERT INTO signal_state(signal_key, entity_type, entity_id, signal_type, severity, first_detected_at,
                                  last_detected_at) VALUES (?, ?, ?, ?, ?, ?, ?)""",
                           (key, entity_type, entity_id, signal_type, severity, now, now))
            else:
                what = self.decide(row, severity, now)
                if what != "cooldown":
                    self.update(db, row, severity, now, what)
            db.execute("INSERT INTO signal_log(signal_key, at, what) VALUES (?, ?, ?)", (key, now, what))
            db.commit()
            return what
        finally:
            db.close()

    @staticmethod
    def decide(row, severity, now):
        if row["state"] == "cleared":
            return "cooldown" if row["cooldown_until"] and now < row["cooldown_until"] else "reactivated"
        return "escalated" if LADDER.index(severity) > LADDER.index(row["severity"]) else "ongoing"

    @staticmethod
    def update(db, row, severity, now, what):
        if what == "escalated":
            db.execute("UPDATE signal_state SET severity = ?, state = 'escalated', escalated_at = ? WHERE signal_key = ?",
                       (severity, now, row["signal_key"]))
        elif what == "reactivated":
            db.execute("UPDATE signal_state SET state = 'active', cleared_at = NULL, escalated_at = NULL WHERE signal_key = ?",
                       (row["signal_key"],))
        db.execute("UPDATE signal_state SET detection_count = detection_count + 1, last_detected_at = ? WHERE signal_key = ?",
                   (now, row["signal_key"]))


def by_layer(extension, path, signals):
    db = sqlite3.connect(path)
    db.executescript(SCHEMA)
    db.close()
    store = SignalStore(path)
    start = time.perf_counter()
    for _ in range(RUNS):
        for signal in signals:
            store.detected(*signal)
    return time.perf_counter() - start


# ---- Ours ----

def by_cycle(extension, path, signals):
    db = sqlite3.connect(path)
    db.enable_load_extension(True)
    db.load_extension(extension)
    db.execute("SELECT lore_migrate('all')").fetchone()
    start = time.perf_counter()
    for _ in range(RUNS):
        document = json.dumps([{"signal_type": t, "entity_type": e, "entity_id": i, "severity": s} for t, e, i, s in signals])
        json.loads(db.execute("SELECT signal_state_cycle(?, ?)", (document, SCOPE)).fetchone()[0])
        db.commit()
    seconds = time.perf_counter() - start
    db.close()
    return seconds


# ---- Measuring ----

def measure(work, extension, path, signals):
    for ending in ("", "-wal", "-shm", "-journal"):
        if os.path.exists(path + ending):
            os.remove(path + ending)
    seconds = work(extension, path, signals)
    db = sqlite3.connect(path)
    counted = db.execute("SELECT count(*), sum(detection_count) FROM signal_state").fetchone()
    db.close()
    os.remove(path)
    if counted != (SIGNALS, SIGNALS * RUNS):
        sys.exit(f"lifecycle.py: {work.__name__} left {counted}, not {SIGNALS} signals with {SIGNALS * RUNS} detections")
    return seconds


def main():
    path = os.path.join(sys.argv[2], "lifecycle-python.db")
    signals = [("reply_late", "client", f"c-{n * 7919 % 100_003}", LADDER[1 + n % 3]) for n in range(SIGNALS)]
    taken = [(measure(by_layer, sys.argv[1], path, signals), measure(by_cycle, sys.argv[1], path, signals)) for _ in range(ROUNDS)]
    layer, ours = (statistics.median(column) / (SIGNALS * RUNS) * 1e6 for column in zip(*taken))
    ratio = statistics.median(one / other for one, other in taken)
    print(f"\n{RUNS} runs of {SIGNALS} detections from Python: us a detection, wall (median of {ROUNDS} rounds)")
    print(f"  a connection, a SELECT, two writes and a commit each  {layer:8.1f}")
    print(f"  one signal_state_cycle and one commit a run           {ours:8.1f}   {ratio:.0f} times faster")
    verdict = "met" if ratio >= ASKED else "MISSED"
    print(f"= signal_state_cycle, against the Python layer it replaces | at least {ASKED} times | {ratio:.0f} times | {verdict}")


if __name__ == "__main__":
    main()
