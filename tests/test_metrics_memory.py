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
