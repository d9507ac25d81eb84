#!/usr/bin/python3
"""Claim and complete, against a layer in Python that selects and then updates; and the cost of a claim with 1,000 and with
1,000,000 finished tasks.

work.py lore.so FOLDER

The page cache has SQLite's own size (2 MB). With one that holds the whole file SQLite itself pays at each commit after a
b-tree was balanced: it looks through its page cache (measured: 1 ms at 80,000 pages, one commit in ten), whoever wrote.

A line that starts with "= " is a row of the table of verdicts.
"""
import json
import os
import sqlite3
import statistics
import sys
import time

TASKS, BATCH = 2_000, 100
FEW, MANY = 1_000, 1_000_000
ROUNDS, CLAIMS = 15, 100
ASKED_SPEED, ASKED_GROWTH = 20, 1.3

GIVEN = """CREATE TABLE tasks (task_id TEXT PRIMARY KEY, description TEXT NOT NULL, status TEXT NOT NULL DEFAULT 'pending', priority INTEGER DEFAULT 0,
             created_by TEXT, created_at TEXT NOT NULL, updated_at TEXT NOT NULL);
           CREATE INDEX idx_tasks_status ON tasks(status, priority DESC, created_at);"""
FILL = """INSERT INTO tasks(task_id, description, status, priority, created_at, updated_at)
          WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?2)
          SELECT printf('%s-%08d', ?1, i), 'A task of the bench', ?1, i % 7, strftime('%Y-%m-%dT%H:%M:%fZ', 1767225600 + i % 3600, 'unixepoch'),
                 '2026-01-01T00:00:00.000Z' FROM n"""
LOG = """INSERT INTO work_log(kind, id, at, from_status, to_status, worker)
         SELECT 'task', t.task_id, t.updated_at, s.value, CASE s.value WHEN 'pending' THEN 'in_progress' ELSE 'completed' END, 'worker'
           FROM tasks AS t, json_each('["pending", "in_progress"]') AS s WHERE t.status = 'completed'"""
TOKENS = "UPDATE tasks SET lease_token = 'token-' || rowid, lease_worker = 'worker', attempts = 1 WHERE status = 'completed'"
COMPLETE = "INSERT INTO work_complete(token, outcome) SELECT json_extract(value, '$.token'), '{\"ok\": true}' FROM json_each(?)"


def fresh(folder, name):
    path = os.path.join(folder, name)
    for ending in ("", "-wal", "-shm", "-journal"):
        if os.path.exists(path + ending):
            os.remove(path + ending)
    return path


def connect(path, extension):
    db = sqlite3.connect(path, isolation_level=None)
    db.enable_load_extension(True)
    db.load_extension(extension)
    return db


# ---- Against the layer in Python ----

def call(path, settings, work):
    db = sqlite3.connect(path)
    db.executescript(settings)
    answer = work(db)
    db.commit()
    db.close()
    return answer


def select_then_update(db):
    row = db.execute("SELECT task_id, description FROM tasks WHERE status = 'pending' ORDER BY priority DESC, created_at LIMIT 1").fetchone()
    if row:
        db.execute("UPDATE tasks SET status = 'in_progress', updated_at = ? WHERE task_id = ?", ("2026-01-02T00:00:00.000Z", row[0]))
    return row


def update_later(task):
    return lambda db: db.execute("UPDATE tasks SET status = 'completed', updated_at = ? WHERE task_id = ?", ("2026-01-02T00:00:00.000Z", task))


def python_layer(path, settings, journal):
    db = sqlite3.connect(path)
    db.executescript(journal + GIVEN)
    db.execute(FILL, ("pending", TASKS))
    db.commit()
    db.close()
    start = time.perf_counter()
    done = 0
    while row := call(path, settings, select_then_update):
        call(path, settings, update_later(row[0]))
        done += 1
    assert done == TASKS
    return (time.perf_counter() - start) / TASKS


def ours(extension, path, settings, journal, batch):
    """Claims of a batch, completed by one statement, each a commit, as docs/work.md recommends."""
    db = connect(path, extension)
    db.executescript(journal + settings + "PRAGMA temp_store = MEMORY; SELECT lore_migrate('work')")
    db.execute(FILL, ("pending", TASKS))
    start = time.perf_counter()
    while (claimed := db.execute("SELECT work_claim('task', 'worker', ?)", (batch,)).fetchone()[0]) != "[]":
        db.execute(COMPLETE, (claimed,))
    taken = (time.perf_counter() - start) / TASKS
    assert db.execute("SELECT count(*) FROM tasks WHERE status = 'completed'").fetchone() == (TASKS,)
    assert db.execute("SELECT count(*) FROM work_log").fetchone() == (2 * TASKS,)
    db.close()
    return taken


# ---- What has ended ----

def filled(extension, path, finished):
    db = connect(path, extension)
    db.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA temp_store = MEMORY; SELECT lore_migrate('work')")
    db.execute("BEGIN")
    db.execute(FILL, ("completed", finished))
    db.execute(TOKENS)
    db.execute(LOG)
    db.execute(FILL, ("pending", 2 * ROUNDS * CLAIMS))
    db.execute("COMMIT")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return db


def claims(db):
    """One row each, completed; processor time of a claim, and of both."""
    taken = both = 0
    for _ in range(CLAIMS):
        start = time.process_time()
        claimed = db.execute("SELECT work_claim('task', 'worker')").fetchone()[0]
        middle = time.process_time()
        db.execute("SELECT work_complete(?)", (json.loads(claimed)[0]["token"],)).fetchone()
        taken += middle - start
        both += time.process_time() - start
    return taken / CLAIMS, both / CLAIMS


def instructions(db):
    """Of SQLite's machine, for one claim: the same on every computer."""
    count = [0]
    db.set_progress_handler(lambda: count.__setitem__(0, count[0] + 1), 1)
    db.execute("SELECT work_claim('task', 'worker')").fetchone()
    db.set_progress_handler(None, 0)
    return count[0]


def growth(extension, folder):
    databases = [filled(extension, fresh(folder, name), finished) for name, finished in (("few.db", FEW), ("many.db", MANY))]
    for db in databases:
        claims(db)
    rounds = [[claims(db) for db in (databases if n % 2 else databases[::-1])][::1 if n % 2 else -1] for n in range(ROUNDS)]
    counted = [instructions(db) for db in databases]
    for db in databases:
        db.close()
    for name in ("few.db", "many.db"):
        fresh(folder, name)
    return rounds, counted


def main():
    extension, folder = sys.argv[1:3]
    print(f"\n{TASKS} tasks, claimed and completed: wall time a task, us")
    reached = None
    for what, settings, journal in (("default journal and synchronous", "", ""),
                                    ("WAL, synchronous = NORMAL", "PRAGMA synchronous = NORMAL;", "PRAGMA journal_mode = WAL;")):
        rounds = []
        for _ in range(3):
            python = python_layer(fresh(folder, "work.db"), settings, journal)
            rounds.append((python, *(ours(extension, fresh(folder, "work.db"), settings, journal, batch) for batch in (BATCH, 1))))
        python, batched, single = (statistics.median(row[k] for row in rounds) for k in range(3))
        ratio = statistics.median(row[0] / row[1] for row in rounds)
        reached = ratio if reached is None else min(reached, ratio)
        print(f"  {what}: Python, a connection and a commit a call {python * 1e6:.0f}; ours by {BATCH} {batched * 1e6:.1f} ({ratio:.0f} x); "
              f"ours one by one {single * 1e6:.0f} ({python / single:.1f} x)")
    fresh(folder, "work.db")
    rounds, counted = growth(extension, folder)
    few, many = (statistics.median(row[k][0] for row in rounds) for k in range(2))
    ratio = statistics.median(row[1][0] / row[0][0] for row in rounds)
    both = statistics.median(row[1][1] / row[0][1] for row in rounds)
    print(f"one claim of one task, processor time: with {FEW} finished {few * 1e6:.1f} us, with {MANY} finished {many * 1e6:.1f} us, ratio {ratio:.2f}; "
          f"with its completion {both:.2f}")
    print(f"  instructions of SQLite's machine for a claim: {counted[0]} and {counted[1]}")
    print(f"= work_claim and work_complete by {BATCH}, against select-then-update in Python, a commit a call | at least {ASKED_SPEED} x as fast | "
          f"{reached:.0f} x | {'met' if reached >= ASKED_SPEED else 'MISSED'}")
    print(f"= work_claim with 1,000,000 finished tasks against 1,000 | at most {ASKED_GROWTH} x | {ratio:.2f} x | "
          f"{'met' if ratio <= ASKED_GROWTH else 'MISSED'}")


if __name__ == "__main__":
    main()
