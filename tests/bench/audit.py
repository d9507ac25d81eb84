#!/usr/bin/python3
"""Appending, against a layer in Python that reads the head, hashes with hashlib and inserts; and how fast a log is verified.

audit.py lore.so FOLDER

Like is shown beside like too: both with a commit a call, both in one transaction.

A line that starts with "= " is a row of the table of verdicts.
"""
import hashlib
import json
import os
import sqlite3
import statistics
import sys
import time
import uuid

EACH, MANY = 500, 20_000
ENTRIES, ROUNDS = 300_000, 5
ASKED_APPEND, ASKED_VERIFY = 50, 200_000

GIVEN = """CREATE TABLE audit_log (sequence_number INTEGER PRIMARY KEY, event_id TEXT NOT NULL UNIQUE, event_timestamp TEXT NOT NULL,
             event_type TEXT NOT NULL, originator_id TEXT NOT NULL, target_id TEXT, event_payload TEXT, previous_hash TEXT NOT NULL, entry_hash TEXT NOT NULL);"""
PAYLOAD = {"action": "speak", "channel": "ops", "outcome": "ok", "thought": "a thought of an agent, of the usual length", "round": 1}
NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
INSERT = f"INSERT INTO audit_append(event_type, originator_id, payload, target_id) {NUMBERS} SELECT 'action', 'agent-1', ?, 'channel-' || i FROM n"
JOURNALS = (("default journal and synchronous", ""), ("WAL, synchronous = NORMAL", "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"))


def fresh(folder):
    path = os.path.join(folder, "audit.db")
    for ending in ("", "-wal", "-shm", "-journal"):
        if os.path.exists(path + ending):
            os.remove(path + ending)
    return path


def ours(extension, path, journal):
    db = sqlite3.connect(path, isolation_level=None)
    db.enable_load_extension(True)
    db.load_extension(extension)
    db.executescript(journal + "SELECT lore_migrate('audit')")
    return db


# ---- The layer in Python ----

def append(db, number):
    row = db.execute("SELECT sequence_number, entry_hash FROM audit_log ORDER BY sequence_number DESC LIMIT 1").fetchone()
    sequence, previous = (row[0] + 1, row[1]) if row else (1, "genesis")
    entry = {"sequence_number": sequence, "event_id": str(uuid.uuid4()), "event_timestamp": "2026-01-01T00:00:00.000Z", "event_type": "action",
             "originator_id": "agent-1", "target_id": f"channel-{number}", "event_payload": json.dumps(PAYLOAD, sort_keys=True), "previous_hash": previous}
    entry["entry_hash"] = hashlib.sha256(json.dumps(entry, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
    db.execute("INSERT INTO audit_log VALUES (:sequence_number, :event_id, :event_timestamp, :event_type, :originator_id, :target_id, :event_payload,"
               " :previous_hash, :entry_hash)", entry)


def python_connecting(path, journal, count):
    for number in range(count):
        db = sqlite3.connect(path)
        db.executescript(journal.replace("PRAGMA journal_mode = WAL;", ""))
        append(db, number)
        db.commit()
        db.close()


def python_on_one(path, journal, count, commits_each):
    db = sqlite3.connect(path)
    db.executescript(journal)
    for number in range(count):
        append(db, number)
        if commits_each:
            db.commit()
    db.commit()
    db.close()


def python_committing(path, journal, count):
    python_on_one(path, journal, count, True)


def python_in_one(path, journal, count):
    python_on_one(path, journal, count, False)


def python(way, folder, journal, count):
    path = fresh(folder)
    db = sqlite3.connect(path)
    db.executescript(journal + GIVEN)
    db.close()
    start = time.perf_counter()
    way(path, journal, count)
    return (time.perf_counter() - start) / count


# ---- Ours ----

def ours_committing(extension, folder, journal, count):
    db = ours(extension, fresh(folder), journal)
    payload = json.dumps(PAYLOAD)
    start = time.perf_counter()
    for number in range(count):
        db.execute("SELECT audit_append('action', 'agent-1', ?, ?)", (payload, f"channel-{number}")).fetchone()
    taken = (time.perf_counter() - start) / count
    db.close()
    return taken


def ours_in_one(extension, folder, journal, count):
    db = ours(extension, fresh(folder), journal)
    start = time.perf_counter()
    db.execute(INSERT, (count, json.dumps(PAYLOAD)))
    taken = (time.perf_counter() - start) / count
    assert db.execute("SELECT statement FROM audit_verify()").fetchone()[0].startswith(f"consistent up to {count},")
    db.close()
    return taken


def ours_calling_in_one(extension, folder, journal, count):
    db = ours(extension, fresh(folder), journal)
    payload = json.dumps(PAYLOAD)
    start = time.perf_counter()
    db.execute("BEGIN")
    for number in range(count):
        db.execute("SELECT audit_append('action', 'agent-1', ?, ?)", (payload, f"channel-{number}")).fetchone()
    db.execute("COMMIT")
    taken = (time.perf_counter() - start) / count
    db.close()
    return taken


# ---- Verifying ----

def rates(extension, folder):
    """Entries a second: of the tables, of an export, and of writing that."""
    db = ours(extension, fresh(folder), "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;")
    db.execute(INSERT, (ENTRIES, json.dumps(PAYLOAD)))
    answers = []
    for _ in range(ROUNDS):
        start = time.process_time()
        said = db.execute("SELECT statement FROM audit_verify()").fetchone()[0]
        answers.append(ENTRIES / (time.process_time() - start))
        assert said == f"consistent up to {ENTRIES}, not signed, no anchor"
    start = time.process_time()
    lines = "\n".join(line for line, in db.execute("SELECT line FROM audit_export"))
    exported = ENTRIES / (time.process_time() - start)
    start = time.process_time()
    said = db.execute("SELECT statement FROM audit_verify_lines(?)", (lines,)).fetchone()[0]
    of_lines = ENTRIES / (time.process_time() - start)
    assert said == f"consistent up to {ENTRIES}, not signed, no anchor"
    db.close()
    fresh(folder)
    return statistics.median(answers), of_lines, exported


def verdict(what, ratio):
    print(f"= {what} | at least {ASKED_APPEND} x as fast | {ratio:.0f} x | {'met' if ratio >= ASKED_APPEND else 'MISSED'}")


def main():
    extension, folder = sys.argv[1:3]
    print("\nappending an entry: wall time, us")
    against_commits, against_connections = [], []
    for what, journal in JOURNALS:
        rows = []
        for _ in range(3):
            rows.append((python(python_connecting, folder, journal, EACH), python(python_committing, folder, journal, EACH),
                         python(python_in_one, folder, journal, MANY), ours_committing(extension, folder, journal, EACH),
                         ours_calling_in_one(extension, folder, journal, MANY), ours_in_one(extension, folder, journal, MANY)))
        connecting, committing, in_one, own_committing, own_calling, own = (statistics.median(row[k] for row in rows) for k in range(6))
        against_commits.append(committing / own)
        against_connections.append(connecting / own)
        print(f"  {what}: Python, a connection and a commit a call {connecting * 1e6:.0f}, a commit a call {committing * 1e6:.0f}, "
              f"one transaction {in_one * 1e6:.1f}; ours, a commit a call {own_committing * 1e6:.0f}, a call in one transaction {own_calling * 1e6:.1f}, "
              f"INSERT ... SELECT {own * 1e6:.1f}")
        print(f"    like beside like: a commit a call {committing / own_committing:.1f} x, one transaction {in_one / own_calling:.1f} x, "
              f"as one statement {in_one / own:.1f} x")
    verify, lines, exported = rates(extension, folder)
    print(f"of {ENTRIES} entries, a second of processor time: verified {verify:,.0f}, exported {exported:,.0f}, verified from the export {lines:,.0f}")
    verdict("audit_append by INSERT ... SELECT, against Python, a connection and a commit a call", min(against_connections))
    for (what, _), ratio in zip(JOURNALS, against_commits):
        verdict(f"the same, against Python, one connection, a commit a call; {what}", ratio)
    print(f"= audit_verify | at least {ASKED_VERIFY:,} entries a second | {verify:,.0f} | {'met' if verify >= ASKED_VERIFY else 'MISSED'}")


if __name__ == "__main__":
    main()
