#!/usr/bin/python3
"""signal_save from Python against hand-written SQL from Python (module sqlite3), by processor and by wall time.

saving.py lore.so FOLDER

Each way stores the same new signals in a fresh file database, WAL with synchronous = NORMAL. Nothing was asked of
these figures; they show what a program gains or loses by calling us.
"""
import json
import os
import sqlite3
import statistics
import sys
import time

ROUNDS = 3
ROWS = 4000
NOW = "2026-02-01T00:00:00.000Z"

INSERT_SIGNAL = """INSERT INTO signals(signal_type, source_api, canonical_key, confidence, raw_data, company_name, detected_at,
                       source_id, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"""
INSERT_PROCESSING = "INSERT INTO signal_processing(signal_id, status, created_at, updated_at) VALUES (?, 'pending', ?, ?)"
INSERT_MISSING = """INSERT INTO signal_processing(signal_id, status, created_at, updated_at)
                    SELECT id, 'pending', created_at, created_at FROM signals AS s
                     WHERE NOT EXISTS (SELECT 1 FROM signal_processing WHERE signal_id = s.id)"""
OUR_INSERT = """INSERT INTO signal_save(signal_type, source_api, canonical_key, confidence, raw_data, company_name, detected_at,
                    source_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"""
OUR_CALL = "SELECT signal_save(?, ?, ?, ?, ?, ?, ?, ?)"


def facts():
    for n in range(ROWS):
        document = json.dumps({"company_name": f"Company {n}", "website": f"https://www.company-{n}.io/about", "stars": n})
        yield ("github_spike", "github", f"domain:company-{n * 7919 % 100_003}.io", 0.8, document, f"Company {n}",
               f"2026-01-{1 + n % 28:02}T00:00:00.000Z", f"event-{n}")


def save(db, row):
    cursor = db.execute(INSERT_SIGNAL, (*row, NOW))
    if cursor.rowcount:
        db.execute(INSERT_PROCESSING, (cursor.lastrowid, NOW, NOW))


def python_commit_each(db, rows):
    for row in rows:
        with db:
            save(db, row)


def python_one_transaction(db, rows):
    with db:
        for row in rows:
            save(db, row)


def python_executemany(db, rows):
    with db:
        db.executemany(INSERT_SIGNAL, [(*row, NOW) for row in rows])
        db.execute(INSERT_MISSING)


def ours_commit_each(db, rows):
    for row in rows:
        db.execute(OUR_CALL, row).fetchone()


def ours_one_transaction(db, rows):
    db.execute("BEGIN")
    for row in rows:
        db.execute(OUR_CALL, row).fetchone()
    db.commit()


def ours_executemany(db, rows):
    with db:
        db.executemany(OUR_INSERT, rows)


WAYS = [
    ("Python, two statements, committing per call", python_commit_each, None),
    ("ours, SELECT signal_save, committing per call", ours_commit_each, 0),
    ("Python, two statements, one transaction", python_one_transaction, None),
    ("ours, SELECT signal_save, one transaction", ours_one_transaction, 2),
    ("Python, executemany and one INSERT SELECT", python_executemany, None),
    ("ours, executemany INSERT INTO signal_save", ours_executemany, 4),
]


def measure(extension, path, work, rows):
    for ending in ("", "-wal", "-shm"):
        if os.path.exists(path + ending):
            os.remove(path + ending)
    db = sqlite3.connect(path)
    db.enable_load_extension(True)
    db.load_extension(extension)
    db.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; SELECT lore_migrate('all');")
    wall, start = time.perf_counter(), time.process_time()
    work(db, rows)
    seconds = time.process_time() - start, time.perf_counter() - wall
    stored = db.execute("SELECT count(*) FROM signals JOIN signal_processing ON signal_id = signals.id").fetchone()[0]
    db.close()
    if stored != ROWS:
        sys.exit(f"saving.py: {work.__name__} stored {stored} of {ROWS}")
    return seconds


def main():
    path = os.path.join(sys.argv[2], "saving.db")
    rows = list(facts())
    taken = [[measure(sys.argv[1], path, work, rows) for _, work, _ in WAYS] for _ in range(ROUNDS)]
    print(f"\nsignal_save from Python, {ROWS} new signals: us a signal, processor and wall (median of {ROUNDS} rounds)")
    for w, (name, _, rival) in enumerate(WAYS):
        cpu, wall = (statistics.median(r[w][k] for r in taken) / ROWS * 1e6 for k in (0, 1))
        text = f"  {name:<48} {cpu:7.1f} {wall:7.1f}"
        if rival is not None:
            ratios = [statistics.median(r[w][k] / r[rival][k] for r in taken) for k in (0, 1)]
            text += f"   {ratios[0]:.2f} x and {ratios[1]:.2f} x the one above"
            print(f"= {name}, against Python's own SQL | (shown) | {ratios[0]:.2f} x processor, {ratios[1]:.2f} x wall | -")
        print(text)
    os.remove(path)


if __name__ == "__main__":
    main()
