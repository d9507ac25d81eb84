#!/usr/bin/python3
"""The patterns of one entity among 100,000 snapshots, against the LIKE scan over the same rows; saving a snapshot,
against a Python layer that commits each.

snapshots.py lore.so FOLDER

A line that starts with "= " is a row of the table of verdicts.
"""
import json
import os
import sqlite3
import statistics
import sys
import time
import uuid

ROUNDS = 5
SNAPSHOTS = 100_000
CLIENTS = 40_000  # so one client is part of about five snapshots
SAVED = 1000
ASKED_SEARCH, ASKED_SAVING = 1000, 25

# What such layers do: it finds the id of whatever type, and misses "type:id".
COLUMNS = "id, detected_at, pattern_id, pattern_name, severity, entities_involved, evidence, cycle_id"
SCAN = f"""SELECT {COLUMNS} FROM pattern_snapshots WHERE entities_involved LIKE '%"' || ? || '"%' ORDER BY detected_at DESC"""
OURS = "SELECT * FROM pattern_snapshots_of_entity('client', ?)"
ALL = "sum(" + " + ".join(f"length(p.{column})" for column in COLUMNS.split(", ")) + ")"
SCAN_INSIDE = """few CROSS JOIN pattern_snapshots AS p ON p.entities_involved LIKE '%"' || few.id || '"%'"""
OURS_INSIDE = "asked CROSS JOIN pattern_snapshots_of_entity('client', asked.id) AS p"
INSERT = """INSERT INTO pattern_snapshots(id, detected_at, pattern_id, pattern_name, severity, entities_involved, evidence, cycle_id)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)"""
GIVEN = """CREATE TABLE pattern_snapshots (id TEXT PRIMARY KEY, detected_at TEXT NOT NULL, pattern_id TEXT NOT NULL,
             pattern_name TEXT NOT NULL, severity TEXT NOT NULL, entities_involved TEXT NOT NULL, evidence TEXT NOT NULL, cycle_id TEXT);
           CREATE INDEX idx_pattern_snapshots_time ON pattern_snapshots(detected_at DESC);
           CREATE INDEX idx_pattern_snapshots_pattern ON pattern_snapshots(pattern_id);"""
FILL = """INSERT INTO pattern_snapshot_save(pattern_id, pattern_name, severity, entities_involved, evidence, cycle_id, at)
          WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ?1 - 1)
          SELECT 'pattern' || (i % 50), 'A pattern of the bench', 'medium',
                 json_array(json_object('type', 'client', 'id', 'client-' || (i * 7919 % ?2)), json_object('type', 'client', 'id', 'client-' || (i * 104729 % ?2))),
                 json_object('amount', i), 'cycle' || (i / 50), 1767225600 + i * 60 FROM n"""


def connect(path, extension):
    db = sqlite3.connect(path, isolation_level=None)
    if extension:
        db.enable_load_extension(True)
        db.load_extension(extension)
    return db


def seconds(work):
    """By the processor."""
    start = time.process_time()
    work()
    return time.process_time() - start


def search(extension, path):
    db = connect(path, extension)
    db.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -200000; PRAGMA temp_store = MEMORY; SELECT lore_migrate('snapshots')")
    db.execute(FILL, (SNAPSHOTS, CLIENTS))
    db.execute("CREATE TEMP TABLE asked AS SELECT 'client-' || (n.value * 997 % ?) AS id FROM json_each(?) AS n", (CLIENTS, json.dumps(list(range(200)))))
    db.execute("CREATE TEMP TABLE few AS SELECT * FROM asked LIMIT 3")
    ids = [row[0] for row in db.execute("SELECT id FROM asked")]
    found = {id: sorted(row[0] for row in db.execute(OURS, (id,))) for id in ids}
    for id in ids[:5]:
        if not found[id] or sorted(row[0] for row in db.execute(SCAN, (id,))) != found[id]:
            sys.exit(f"snapshots.py: the scan and the search find different snapshots of {id}")
    rounds = []
    for _ in range(ROUNDS):
        inside = [seconds(lambda: db.execute(f"SELECT {ALL} FROM {asked}").fetchall()) / count
                  for asked, count in ((SCAN_INSIDE, 3), (OURS_INSIDE, len(ids)))]
        outside = [seconds(lambda: [db.execute(sql, (id,)).fetchall() for id in ids[:count]]) / count
                   for sql, count in ((SCAN, 3), (OURS, len(ids)))]
        rounds.append((*inside, *outside))
    db.close()
    return rounds, sum(map(len, found.values())) / len(ids)


def python_layer(path):
    """As such layers do: a connection a call, the default journal, a commit each."""
    db = connect(path, None)
    db.executescript(GIVEN)
    db.close()
    start = time.perf_counter()
    for n in range(SAVED):
        db = sqlite3.connect(path)
        db.execute(INSERT, (str(uuid.uuid4()), f"2026-01-01T00:{n // 60 % 60:02}:{n % 60:02}.000Z", f"pattern{n % 50}", "A pattern", "medium",
                            json.dumps([{"type": "client", "id": f"client-{n}"}]), json.dumps({"amount": n}), f"cycle{n // 50}"))
        db.commit()
        db.close()
    return (time.perf_counter() - start) / SAVED


def our_batches(extension, path):
    """A run's patterns by one INSERT SELECT, committing a run of 50, as docs/snapshots.md recommends."""
    db = connect(path, extension)
    db.executescript("PRAGMA temp_store = MEMORY; SELECT lore_migrate('snapshots'); CREATE TEMP TABLE found(n)")
    db.executemany("INSERT INTO found VALUES (?)", [(n,) for n in range(SAVED)])
    start = time.perf_counter()
    for first in range(0, SAVED, 50):
        db.execute("""INSERT INTO pattern_snapshot_save(pattern_id, pattern_name, severity, entities_involved, evidence, cycle_id)
                      SELECT 'pattern' || (n % 50), 'A pattern', 'medium', json_array('client:client-' || n), json_object('amount', n), 'cycle' || (n / 50)
                        FROM found WHERE n >= ? AND n < ? + 50""", (first, first))
    taken = (time.perf_counter() - start) / SAVED
    db.close()
    return taken


def fresh(folder, name):
    path = os.path.join(folder, name)
    for ending in ("", "-wal", "-shm", "-journal"):
        if os.path.exists(path + ending):
            os.remove(path + ending)
    return path


def main():
    extension, folder = sys.argv[1:3]
    rounds, each = search(extension, fresh(folder, "patterns.db"))
    ratio = statistics.median(scan / ours for scan, ours, _, _ in rounds)
    outside = statistics.median(scan / ours for _, _, scan, ours in rounds)
    saving = [(python_layer(fresh(folder, "patterns.db")), our_batches(extension, fresh(folder, "patterns.db"))) for _ in range(3)]
    faster = statistics.median(python / ours for python, ours in saving)
    fresh(folder, "patterns.db")
    print(f"\npatterns of one entity among {SNAPSHOTS} snapshots, {each:.1f} of them its own: us a search, inside SQLite and from Python")
    for name, inside in (("LIKE '%\"id\"%' over the table", 0), ("pattern_snapshots_of_entity", 1)):
        print(f"  {name:<40}" + "".join(f" {statistics.median(r[k] for r in rounds) * 1e6:9.1f}" for k in (inside, inside + 2)))
    print(f"  {ratio:.0f} x inside SQLite, {outside:.0f} x from Python, which makes the same objects of the rows in both")
    print(f"saving {SAVED} snapshots, wall time a snapshot, default journal and synchronous: us")
    print(f"  Python, a connection and a commit each   {statistics.median(python for python, _ in saving) * 1e6:9.1f}")
    print(f"  ours, a commit a run of 50               {statistics.median(ours for _, ours in saving) * 1e6:9.1f}")
    for what, asked, reached in (("patterns of an entity among 100,000 snapshots, against the LIKE scan", ASKED_SEARCH, ratio),
                                 ("pattern_snapshot_save of whole runs, against a Python layer that commits each", ASKED_SAVING, faster)):
        print(f"= {what} | at least {asked} x as fast | {reached:.0f} x | {'met' if reached >= asked else 'MISSED'}")


if __name__ == "__main__":
    main()
