"""Writing many series, or into many chunks, takes memory for one at a time. SQLite's limit is one of the process, hence one of its own."""
import subprocess
import sys
from pathlib import Path

import pytest

COUNT = "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {} - 1) "
RECORD = "INSERT INTO metric_record(name, value, at) " + COUNT + "SELECT 'm' || (i % {}), i, {} FROM n"

SCRIPT = """
from support import Database
before, sql = {!r}
db = Database("")
db.run("SELECT lore_migrate('metrics')")
for statement in before:
    db.run(statement)
points = db.value("SELECT sum(points) FROM metric_series_list")
db.run("PRAGMA hard_heap_limit = 41943040")
db.run(sql)
print(points, db.value("SELECT sum(points) FROM metric_series_list"))
"""


@pytest.mark.parametrize("before, sql, points", [
    ([], RECORD.format(2000 * 20, 2000, "1700000000 + i"), (None, 40000)),
    ([RECORD.format(2000 * 5, 2000, "1700000000 + i")], "SELECT metric_seal()", (10000, 10000)),
    ([RECORD.format(1100 * 1024, 1, "1700000000 + i")],
     RECORD.format(1100, 1, "1700000000500 + i * 1024000"), (1126400, 1127500)),
], ids=["runs of many series", "heads of many series", "late points in many chunks"])
def test_memory_is_taken_for_one_at_a_time(before, sql, points):
    script = SCRIPT.format((before, sql))
    run = subprocess.run([sys.executable, "-c", script], cwd=Path(__file__).parent, text=True, capture_output=True, timeout=120)
    assert run.stdout.split() == [str(count) for count in points], run.stderr


def test_rates_of_infinite_counters_keep_no_memory():
    """33 KB were kept for each bucket: 66 MB here."""
    infinite = "CASE WHEN i % 2 THEN 9e999 ELSE i END, '{}', 1700000000 + i/2.0 FROM n"
    script = SCRIPT.format(([COUNT.join(["INSERT INTO metric_record(name, value, tags, at) ", "SELECT 'm', "]).format(4000) + infinite], "SELECT 1"))
    script = script.replace("41943040", "16000000").replace("print(points, ", "print(db.value(\"SELECT count(*) FROM "
                            "metric_fill('m', NULL, NULL, '1s', NULL, 'rate')\"), ")
    run = subprocess.run([sys.executable, "-c", script], cwd=Path(__file__).parent, text=True, capture_output=True, timeout=120)
    assert run.stdout.split() == ["2000", "4000"], run.stderr
