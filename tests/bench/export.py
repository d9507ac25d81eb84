#!/usr/bin/python3
"""lore_export and lore_import of a million rows: how long they take, against the shell's .dump and its reading back, and how much
memory they hold more than for a tenth of the rows.

export.py lore.so FOLDER [ROWS]

Each part runs in a process of its own, which tells its peak memory. A line that starts with "= " is a row of the table of verdicts.
"""
import json
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import time

ROWS = 1_000_000
ASKED_MORE_MB = 16

FILL = """WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
INSERT INTO signals(id, signal_type, source_api, canonical_key, company_name, confidence, raw_data, detected_at, created_at)
SELECT i, 'github_spike', 'github', printf('domain:company-%d.io', i), 'Company ' || i, (i % 1000)/999.0,
       json_object('stars', i, 'website', 'https://www.company-' || i || '.io/about'),
       strftime('%Y-%m-%dT%H:%M:%fZ', 1767225600 + i, 'unixepoch'), '2026-01-01T00:00:00.000Z' FROM n"""
PROCESS = """INSERT INTO signal_processing(signal_id, status, created_at, updated_at)
SELECT id, 'pending', created_at, created_at FROM signals"""


def connect(lore, path):
    db = sqlite3.connect(path, isolation_level=None)
    db.enable_load_extension(True)
    db.load_extension(lore)
    db.execute("PRAGMA synchronous = OFF")
    db.execute("SELECT lore_migrate('signals')").fetchall()
    return db


def fill(lore, path, rows):
    db = connect(lore, path)
    db.execute("BEGIN")
    db.execute(FILL, (rows // 2,))
    db.execute(PROCESS)
    db.execute("COMMIT")
    db.close()


def write_lines(lore, path, target):
    """Line by line to a file: nothing is held."""
    db = connect(lore, path)
    with open(target, "w", encoding="utf-8") as file:
        for (line,) in db.execute("SELECT line FROM lore_export('signals')"):
            file.write(line + "\n")
    db.close()


def read_lines(lore, path, source):
    db = connect(lore, path)

    def lines():
        with open(source, encoding="utf-8") as file:
            for line in file:
                yield (line.rstrip("\n"),)

    db.execute("BEGIN")
    db.executemany("INSERT INTO lore_import(line, mode) VALUES (?, 'replace')", lines())
    db.execute("COMMIT")
    print(db.execute("SELECT lore_result()").fetchone()[0], file=sys.stderr)
    db.close()


def part(*arguments):
    """Seconds and peak MB of a part in a process of its own."""
    started = time.perf_counter()
    run = subprocess.run([sys.executable, __file__, "--part", *map(str, arguments)], check=True, stdout=subprocess.PIPE, text=True,
                         stderr=subprocess.DEVNULL)
    return time.perf_counter() - started, json.loads(run.stdout)


def shell(command, **options):
    started = time.perf_counter()
    subprocess.run(command, check=True, **options)
    return time.perf_counter() - started


def measure(lore, folder, rows):
    names = [os.path.join(folder, f"export_{rows}.{end}") for end in ("db", "jsonl", "copy.db", "sql", "restored.db")]
    for name in names:
        if os.path.exists(name):
            os.remove(name)
    source, lines, copy, dumped, restored = names
    fill(lore, source, rows)
    out = part("write_lines", lore, source, lines)
    back = part("read_lines", lore, copy, lines)
    with open(dumped, "w", encoding="utf-8") as file:
        dump = shell(["sqlite3", source, ".dump"], stdout=file)
    with open(dumped, encoding="utf-8") as file:
        restore = shell(["sqlite3", restored], stdin=file)
    same = part("write_lines", lore, copy, lines + ".again")
    assert same[1] > 0
    with open(lines, "rb") as first, open(lines + ".again", "rb") as second:
        identical = all(a == b for a, b in zip(first, second, strict=True))
    sizes = [os.path.getsize(name) for name in (source, lines, dumped)]
    for name in names + [lines + ".again"]:
        os.remove(name)
    return {"out": out, "back": back, "dump": dump, "restore": restore, "identical": identical, "sizes": sizes}


def main(lore, folder, rows=ROWS):
    if shutil.which("sqlite3") is None:
        sys.exit("the shell sqlite3 is not there")
    rows = int(rows)
    few, many = measure(lore, folder, rows // 10), measure(lore, folder, rows)
    for name, what in (("out", "lore_export"), ("back", "lore_import")):
        more = many[name][1] - few[name][1]
        verdict = "reached" if more <= ASKED_MORE_MB else "missed"
        print(f"= memory of {what}, {rows:,} rows against {rows // 10:,} | at most {ASKED_MORE_MB} MB more | {more:.1f} MB more | {verdict}")
    print(f"= export, import, export again, {rows:,} rows | the same bytes | {'the same' if many['identical'] else 'they differ'} | "
          f"{'reached' if many['identical'] else 'missed'}")
    print(f"\nlore_export and lore_import, {rows:,} rows of signals and their processing, from Python, wall time")
    for name, what, other, than in (("out", "lore_export", "dump", ".dump"), ("back", "lore_import", "restore", "reading the dump")):
        seconds, peak = many[name]
        print(f"  {what}: {seconds:.1f} s, {rows / seconds:,.0f} rows a second, {seconds / many[other]:.2f} times {than} by the shell "
              f"({many[other]:.1f} s); peak {peak:.0f} MB")
    print("  file {:.0f} MB, export {:.0f} MB, dump {:.0f} MB".format(*(size / 1e6 for size in many["sizes"])))


if __name__ == "__main__":
    if sys.argv[1] == "--part":
        {"write_lines": write_lines, "read_lines": read_lines}[sys.argv[2]](*sys.argv[3:])
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    else:
        main(*sys.argv[1:])
