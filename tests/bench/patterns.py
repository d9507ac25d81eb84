#!/usr/bin/python3
"""pattern_record: the 100,000th record of one pattern against the 100th, and 4,000 records against a layer in Python.

patterns.py lore.so FOLDER

The layer in Python works as such layers do, on tables as they make them: at each record it reads the workflows of all
occurrences of the pattern again, into dictionaries, works out averages and confidence, writes the pattern's row and commits. So
it is quadratic, and takes most of the time here. File databases, WAL with synchronous = NORMAL; processor time, for the
machine may be shared. A line that starts with "= " is a row of the table of verdicts.
"""
import json
import os
import sqlite3
import statistics
import sys
import time

HISTORY = 100_000
BLOCK = 100
ROUNDS = 15
RECORDS = 4_000
MOST_RATIO, LEAST_SPEEDUP = 1.2, 500
GIVEN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "given.sql")
SIGNATURE = "test:pytest:backend"
NOW = "2026-02-01T00:00:00.000Z"
OUR_CALL = "SELECT pattern_record(?, ?)"
OUR_INSERT = "INSERT INTO pattern_record(signature, workflow) VALUES (?, ?)"


def workflow(n, in_order=True):
    number = n if in_order else n * 7919 % 1_000_003
    return {"workflow_id": f"adw-{number:08x}", "nl_input": "Run the backend tests with pytest in app/server",
            "workflow_template": "adw_test_iso", "duration_seconds": 100 + n % 50, "error_count": int(n % 7 == 0), "retry_count": 0,
            "total_tokens": 9000 + n % 1000, "actual_cost_total": 0.4 + n % 100 / 1000}


def remove(path):
    for ending in ("", "-wal", "-shm"):
        if os.path.exists(path + ending):
            os.remove(path + ending)


def database(extension, path):
    remove(path)
    db = sqlite3.connect(path, isolation_level=None)
    db.enable_load_extension(True)
    db.load_extension(extension)
    db.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; SELECT lore_migrate('patterns');")
    return db


# ---- The layer in Python ----

def confidence(rows):
    if not rows:
        return 10.0
    count = len(rows)
    score = 40.0 if count >= 10 else 30.0 if count >= 5 else 20.0 if count >= 3 else 10.0
    durations = [row["duration_seconds"] for row in rows if row["duration_seconds"]]
    if len(durations) >= 2:
        mean = sum(durations) / len(durations)
        variance = sum((d - mean) ** 2 for d in durations) / len(durations)
        score += 30.0 if variance < 100 else 20.0 if variance < 1000 else 10.0
    else:
        score += 15.0
    errors = [row["error_count"] for row in rows if row["error_count"] is not None]
    mean_errors = sum(errors) / len(errors) if errors else 0
    mean_retries = sum(row["retry_count"] or 0 for row in rows) / count
    if mean_errors == 0 and mean_retries == 0:
        return score + 30.0
    return score + (20.0 if mean_errors < 1 and mean_retries < 2 else 10.0 if mean_errors < 3 else 5.0)


def update_statistics(db, pattern):
    cursor = db.execute("""SELECT w.total_tokens, w.actual_cost_total, w.duration_seconds, w.error_count, w.retry_count
                             FROM pattern_occurrences AS o JOIN workflow_history AS w ON w.workflow_id = o.workflow_id
                            WHERE o.pattern_id = ?""", (pattern,))
    rows = [dict(row) for row in cursor.fetchall()]
    tokens = sum(row["total_tokens"] or 0 for row in rows) / len(rows)
    cost = sum(row["actual_cost_total"] or 0.0 for row in rows) / len(rows)
    db.execute("""UPDATE operation_patterns SET occurrence_count = ?, avg_tokens_with_llm = ?, avg_cost_with_llm = ?,
                      avg_tokens_with_tool = ?, avg_cost_with_tool = ?, confidence_score = ?, potential_monthly_savings = ?,
                      last_seen = ? WHERE id = ?""",
               (len(rows), int(tokens), cost, int(tokens * 0.05), cost * 0.05, confidence(rows), cost * 0.95 * len(rows), NOW, pattern))


def record_in_python(db, document):
    found = db.execute("SELECT id FROM operation_patterns WHERE pattern_signature = ?", (SIGNATURE,)).fetchone()
    pattern = found["id"] if found else db.execute(
        "INSERT INTO operation_patterns(pattern_signature, pattern_type, created_at, last_seen) VALUES (?, ?, ?, ?)",
        (SIGNATURE, SIGNATURE.split(":")[0], NOW, NOW)).lastrowid
    known = db.execute("SELECT id FROM pattern_occurrences WHERE pattern_id = ? AND workflow_id = ?", (pattern, document["workflow_id"])).fetchone()
    if known is None:
        db.execute("INSERT INTO pattern_occurrences(pattern_id, workflow_id, similarity_score, matched_characteristics, detected_at) "
                   "VALUES (?, ?, 100.0, ?, ?)", (pattern, document["workflow_id"], json.dumps({"input_length": len(document["nl_input"])}), NOW))
    update_statistics(db, pattern)
    db.commit()


def python_seconds(path, documents):
    remove(path)
    db = sqlite3.connect(path)
    with open(GIVEN, encoding="utf-8") as given:
        db.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;" + given.read())
    db.row_factory = sqlite3.Row
    db.executemany("INSERT INTO workflow_history(workflow_id, total_tokens, actual_cost_total, duration_seconds, error_count, retry_count) "
                   "VALUES (:workflow_id, :total_tokens, :actual_cost_total, :duration_seconds, :error_count, :retry_count)", documents)
    db.commit()
    start = time.process_time()
    for document in documents:
        record_in_python(db, document)
    seconds = time.process_time() - start
    return seconds, result(db)


# ---- Ours ----

def our_seconds(extension, path, texts, commit_each):
    db = database(extension, path)
    start = time.process_time()
    if commit_each:
        for text in texts:
            db.execute(OUR_CALL, (SIGNATURE, text)).fetchone()
    else:
        db.execute("BEGIN")
        db.executemany(OUR_INSERT, [(SIGNATURE, text) for text in texts])
        db.execute("COMMIT")
    return time.process_time() - start, result(db)


def result(db):
    row = tuple(db.execute("SELECT occurrence_count, confidence_score, round(avg_cost_with_llm, 9) FROM operation_patterns").fetchone())
    db.close()
    return row


def versus_python(extension, path):
    documents = [workflow(n) for n in range(RECORDS)]
    texts = [json.dumps(document) for document in documents]
    python, expected = python_seconds(path, documents)
    print(f"\n{RECORDS} records of one pattern, from Python, processor time")
    print(f"  {'Python, reading all occurrences at each record':<58} {python:8.2f} s")
    for name, commit_each in (("ours, one transaction", False), ("ours, committing each", True)):
        taken = [our_seconds(extension, path, texts, commit_each) for _ in range(5)]
        if any(row != expected for _, row in taken):
            sys.exit(f"patterns.py: {name}: {taken[0][1]}, Python has {expected}")
        seconds = statistics.median(seconds for seconds, _ in taken)
        print(f"  {name:<58} {seconds:8.3f} s   {python / seconds:6.0f} x")
        asked = "(shown)" if commit_each else f"at least {LEAST_SPEEDUP} x as fast"
        verdict = "-" if commit_each else "met" if python / seconds >= LEAST_SPEEDUP else "MISSED"
        print(f"= {RECORDS} records of one pattern against Python re-reading its occurrences; {name} | {asked} | {python / seconds:.0f} x | {verdict}")


# ---- At any history ----

def block_seconds(db, documents):
    """Of a record, inside a transaction that is given up."""
    db.execute("BEGIN")
    start = time.process_time()
    db.executemany(OUR_INSERT, documents)
    seconds = time.process_time() - start
    db.execute("ROLLBACK")
    return seconds / len(documents)


def rows_of(first, count, in_order):
    return [(SIGNATURE, json.dumps(workflow(n, in_order))) for n in range(first, first + count)]


def with_history(extension, path, count, in_order):
    db = database(extension, path)
    db.execute("BEGIN")
    db.executemany(OUR_INSERT, rows_of(0, count, in_order))
    db.execute("COMMIT")
    return db


def at_any_history(extension, path, in_order, name):
    marks = (BLOCK, HISTORY)
    files = [with_history(extension, f"{path}.{mark}", mark - BLOCK // 2, in_order) for mark in marks]
    blocks = [rows_of(mark, BLOCK, in_order) for mark in marks]
    rounds = [[block_seconds(db, block) for db, block in zip(files, blocks)] for _ in range(ROUNDS + 1)][1:]
    early, late = (statistics.median(r[k] for r in rounds) for k in (0, 1))
    ratio = statistics.median(after / before for before, after in rounds)
    print(f"\npattern_record, {name}: around the {BLOCK}th {early * 1e6:.1f} us, around the {HISTORY}th {late * 1e6:.1f} us, processor time")
    verdict = "met" if ratio <= MOST_RATIO else "MISSED"
    print(f"= the {HISTORY}th record of a pattern against the {BLOCK}th, {name} | at most {MOST_RATIO} x | {ratio:.2f} x | {verdict}")
    for db, mark in zip(files, marks):
        db.close()
        remove(f"{path}.{mark}")


def main():
    extension, path = sys.argv[1], os.path.join(sys.argv[2], "patterns.db")
    at_any_history(extension, path, True, "ids in order")
    at_any_history(extension, path, False, "ids in no order")
    versus_python(extension, path)
    remove(path)


if __name__ == "__main__":
    main()
