#!/usr/bin/python3
"""A page of 12 sections, three of which read a table of a million rows, against one reading of that table by plain SQL.

report.py lore.so FOLDER
"""
import os
import sqlite3
import statistics
import sys
import time

ROUNDS = 3
BIG = """
  CREATE TABLE big(at TEXT, value REAL, name TEXT);
  WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 999999)
  INSERT INTO big SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 1767225600 + i * 60, 'unixepoch'), i % 977 / 3.0, 'name ' || (i % 50) FROM n;
  CREATE VIEW big_points AS SELECT at, value FROM big;
  CREATE VIEW big_names AS SELECT name, value FROM big;
  INSERT INTO lore_reports(name, position, title, kind, source) VALUES
    ('today', 1, 'line', 'line', 'big_points'), ('today', 2, 'bar', 'bar', 'big_names'), ('today', 3, 'table', 'table', 'big_points');
"""


def seconds(db, sql):
    taken = []
    for _ in range(ROUNDS):
        start = time.process_time()
        answer = db.execute(sql).fetchone()[0]
        taken.append(time.process_time() - start)
    return statistics.median(taken), answer


def main():
    path = os.path.join(sys.argv[2], "report.db")
    if os.path.exists(path):
        os.remove(path)
    db = sqlite3.connect(path)
    db.enable_load_extension(True)
    db.load_extension(sys.argv[1])
    db.executescript("PRAGMA synchronous = OFF; SELECT lore_migrate('all');" + BIG)
    page, text = seconds(db, "SELECT report_html('today')")
    plain, _ = seconds(db, "SELECT sum(value) + count(at) + count(name) FROM big")
    size = len(text.encode())
    verdict = "met" if size < 500_000 else "MISSED"
    print(f"= report: page of 12 sections over a million rows | below 500 kB | {size / 1000:.0f} kB | {verdict}")
    print(f"= report: that page, in processor time (5 s asked) | (shown) | {page:.1f} s, {page / plain:.1f} x one reading of the table | -")
    db.close()
    os.remove(path)


if __name__ == "__main__":
    main()
