#!/usr/bin/python3
"""A tenant's table against the plain one with the tenant in WHERE, and a value inside JSON with and without an index.

tenants.py lore.so FOLDER

1,000,000 insights of 100 tenants, whose rows lie side by side in time. All is summed up inside SQLite: so what Python takes for a
row is no part of it. Of the two ways each round measures both, in turn, by the time of this process.

The page cache has SQLite's own size (2 MB), and the system has the file in memory. With one that holds the whole file a row of the
plain table is found in less than half the time, and what SQLite takes to hand a row on from one statement to another counts for
more: that is shown too.

A line that starts with "= " is a row of the table of verdicts.
"""
import os
import sqlite3
import statistics
import sys
import time

ROWS, TENANTS = 1_000_000, 100
ROUNDS, RANGES, POINTS = 15, 40, 4_000
ASKED_RANGE, ASKED_POINT, ASKED_INDEX = 1.3, 2.5, 500

FILL = """INSERT INTO insights(id, tenant_id, account_id, pattern_type, pattern_data, confidence, severity, status, created_at)
          WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ?1 - 1)
          SELECT printf('i-%08d', i), 'tenant-' || (i % ?2), 'account-' || (i % 5003), 'buying_signal',
                 printf('{"score": %d, "serial": %d, "note": "what was seen, and where"}', i % 97, i / ?2), (i % 101)/100.0,
                 CASE i % 4 WHEN 0 THEN 'low' WHEN 1 THEN 'medium' WHEN 2 THEN 'high' ELSE 'critical' END,
                 CASE i / ?2 % 3 WHEN 0 THEN 'acted' ELSE 'pending' END,
                 strftime('%Y-%m-%dT%H:%M:%fZ', 1767225600 + i / 10, 'unixepoch') FROM n"""
COLUMNS = "count(*), sum(length(account_id)), sum(confidence), max(severity)"
RANGE = "SELECT {columns} FROM {table} WHERE {tenant} status = 'pending' AND created_at >= ? AND created_at < ?"
POINT = "SELECT sum(length(i.pattern_data)) FROM temp.wanted AS w CROSS JOIN {table} AS i ON {tenant} i.id = w.id"
EACH = "SELECT pattern_data FROM {table} WHERE {tenant} id = ?"
VALUE = "SELECT count(*) FROM insights_where('$.serial', ?)"


def connect(path, extension):
    db = sqlite3.connect(path, isolation_level=None)
    db.enable_load_extension(True)
    db.load_extension(extension)
    return db


def prepare(folder, extension):
    path = os.path.join(folder, "tenants.db")
    for ending in ("", "-wal", "-shm", "-journal"):
        if os.path.exists(path + ending):
            os.remove(path + ending)
    db = connect(path, extension)
    db.execute("PRAGMA journal_mode = OFF")
    db.execute("PRAGMA synchronous = OFF")
    db.execute("SELECT lore_migrate('tenants')").fetchall()
    db.execute(FILL, (ROWS, TENANTS))
    db.execute("SELECT tenant_use('tenant-42')").fetchall()
    db.execute("CREATE TEMP TABLE wanted(id)")
    ids = db.execute("SELECT id FROM insights WHERE tenant_id = 'tenant-42' ORDER BY id LIMIT ?", (POINTS,)).fetchall()
    db.executemany("INSERT INTO temp.wanted VALUES (?)", ids)
    return db, [row[0] for row in ids]


def ways(sql, **more):
    tenants = sql.format(table="tenant_insights", tenant="", **more)
    plain = sql.format(table="insights", tenant="tenant_id = 'tenant-42' AND", **more)
    return tenants, plain


def seconds(work):
    start = time.process_time()
    answer = work()
    return time.process_time() - start, answer


def compared(first, second):
    """The median over the rounds of how much longer the first takes, and its seconds."""
    ratios, times = [], []
    for number in range(ROUNDS):
        order = (first, second) if number % 2 else (second, first)
        taken = {work: seconds(work) for work in order}
        assert taken[first][1] == taken[second][1], "the two ways do not find the same"
        ratios.append(taken[first][0] / taken[second][0])
        times.append(taken[first][0])
    return statistics.median(ratios), statistics.median(times)


def verdict(what, asked, reached, is_met):
    print(f"= {what} | {asked} | {reached} | {'met' if is_met else 'MISSED'}")


def ranges(db):
    starts = db.execute("SELECT created_at FROM insights WHERE tenant_id = 'tenant-42' AND status = 'pending' ORDER BY created_at LIMIT 5000").fetchall()
    windows = [(starts[i * 100][0], starts[i * 100 + 1000][0]) for i in range(RANGES)]
    tenants, plain = ways(RANGE, columns=COLUMNS)

    def all_of(sql):
        return lambda: [db.execute(sql, window).fetchone() for window in windows]
    ratio, taken = compared(all_of(tenants), all_of(plain))
    db.execute("PRAGMA cache_size = -400000")
    cached, taken_cached = compared(all_of(tenants), all_of(plain))
    db.execute("PRAGMA cache_size = -2000")
    verdict("a range of a tenant's table, 1,000 rows: times the plain query", f"<= {ASKED_RANGE} x", f"{ratio:.2f} x", ratio <= ASKED_RANGE)
    print(f"a range: {taken / RANGES * 1e6:,.0f} us for 1,000 rows; with the whole file in the page cache {cached:.2f} x and "
          f"{taken_cached / RANGES * 1e6:,.0f} us")


def points(db, ids):
    def joined(sql):
        return lambda: db.execute(sql).fetchone()

    def each(sql):
        return lambda: [db.execute(sql, (one,)).fetchone() for one in ids]
    inside, taken = compared(*(joined(sql) for sql in ways(POINT)))
    apart, taken_apart = compared(*(each(sql) for sql in ways(EACH)))
    worse = max(inside, apart)
    verdict("a row of a tenant's table by its id: times the plain query", f"<= {ASKED_POINT} x", f"{worse:.2f} x", worse <= ASKED_POINT)
    print(f"points: {inside:.2f} x and {taken / POINTS * 1e6:.2f} us inside one statement, {apart:.2f} x and {taken_apart / POINTS * 1e6:.2f} us "
          "as statements of their own, from Python")


def values(db):
    scan, found = seconds(lambda: [db.execute(VALUE, (serial,)).fetchone() for serial in (1, 5000, 9999)])
    db.execute("SELECT lore_index('insights', '$.serial')").fetchall()
    db.execute(VALUE, (7,)).fetchall()
    indexed, again = seconds(lambda: [db.execute(VALUE, (serial,)).fetchone() for serial in (1, 5000, 9999)])
    whole, rows = seconds(lambda: db.execute("SELECT count(*) FROM insights WHERE json_extract(pattern_data, '$.note') IS 'x'").fetchone())
    assert found == again and rows == (0,)
    times = whole / (indexed / 3)
    verdict("insights_where with lore_index: times faster than a scan of the table", f">= {ASKED_INDEX} x", f"{times:,.0f} x", times >= ASKED_INDEX)
    print(f"insights_where: {indexed / 3 * 1e6:,.0f} us with its index, {scan / 3 * 1e3:,.1f} ms without (the tenant's 10,000 rows), "
          f"{whole * 1e3:,.0f} ms for a scan of all tenants' rows")


def main():
    extension, folder = sys.argv[1:3]
    db, ids = prepare(folder, extension)
    ranges(db)
    points(db, ids)
    values(db)
    db.close()


main()
