"""Every aggregate of lore_help that is a window function: over moving frames it says what it says as a plain aggregate
over the rows of the frame. The arguments are those of the example, varied; no aggregate is named here."""
import sqlite3

import pytest

from support import Database, example_values, read_entries

AGGREGATES = [entry for entry in read_entries() if entry.kind == "aggregate" and entry.example is not None]
GROWS_ONLY = "takes only frames that start at UNBOUNDED PRECEDING"
ROWS = 23

# (SQL of the frame, the rows in the frame of row i)
MOVING = [
    ("ROWS BETWEEN 2 PRECEDING AND CURRENT ROW", lambda i: range(i - 2, i + 1)),
    ("ROWS BETWEEN 3 PRECEDING AND 2 FOLLOWING", lambda i: range(i - 3, i + 3)),
    ("ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING", lambda i: range(i, ROWS)),
    ("ROWS BETWEEN 1 FOLLOWING AND 4 FOLLOWING", lambda i: range(i + 1, i + 5)),
    ("ROWS BETWEEN 5 PRECEDING AND 3 PRECEDING", lambda i: range(i - 5, i - 2)),
    ("ROWS BETWEEN CURRENT ROW AND CURRENT ROW", lambda i: range(i, i + 1)),
    ("RANGE BETWEEN 4 PRECEDING AND 1 FOLLOWING", lambda i: range(i - 4, i + 2)),
    ("GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING", lambda i: range(i - 1, i + 2)),
]
GROWING = [
    ("ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW", lambda i: range(0, i + 1)),
    ("ROWS BETWEEN UNBOUNDED PRECEDING AND 2 FOLLOWING", lambda i: range(0, i + 3)),
    ("ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING", lambda i: range(0, ROWS)),
]
EXCLUDING = [
    ("ROWS BETWEEN 2 PRECEDING AND 2 FOLLOWING EXCLUDE CURRENT ROW", lambda i: [k for k in range(i - 2, i + 3) if k != i]),
    ("ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING EXCLUDE TIES", lambda i: range(0, ROWS)),
]


def variants(value):
    """Values like this one, some of them NULL."""
    if isinstance(value, (int, float)):
        return [value, None, value * 3, 0, value * 1e6, value + 1, value, 0.001 * value]
    return [value, None, value]


def varied_rows(db, entry):
    """ROWS rows of arguments: each argument varies in which the plain aggregate takes different values, NULL among them."""
    values = example_values(db, entry)
    columns = []
    for position, value in enumerate(values):
        usable = [value]
        for other in variants(value)[1:]:
            pair = [values, values[:position] + [other] + values[position + 1:]]
            if takes(db, entry, pair):
                usable.append(other)
        columns.append([usable[i * (position + 2) % len(usable)] for i in range(ROWS)])
    return [list(row) for row in zip(*columns)]


def fill(db, name, rows):
    width = len(rows[0]) if rows else 0
    db.run(f"DROP TABLE IF EXISTS temp.{name}")
    db.run(f"CREATE TEMP TABLE {name}(n INTEGER PRIMARY KEY{''.join(f', a{i}' for i in range(width))})")
    for n, row in enumerate(rows):
        db.run(f"INSERT INTO {name} VALUES (?{', ?' * width})", n, *row)
    return ", ".join(f"a{i}" for i in range(width))


def takes(db, entry, rows):
    arguments = fill(db, "trial", rows)
    try:
        db.run(f"SELECT {entry.name}({arguments}) FROM trial")
        return True
    except sqlite3.Error:
        return False



@pytest.fixture
def ready(stages):
    db = stages.open()
    yield db
    db.close()


def windows(db):
    return set(db.column("SELECT name FROM pragma_function_list WHERE type = 'w'"))


def expected(db, entry, arguments, frames):
    asked = {}
    for i in range(ROWS):
        rows = tuple(k for k in frames(i) if 0 <= k < ROWS)
        if rows not in asked:
            picked = ", ".join(map(str, rows)) or "NULL"
            # the subquery keeps the order, which an ordered average depends on
            asked[rows] = db.value(f"SELECT {entry.name}({arguments}) FROM (SELECT * FROM rows_of WHERE n IN ({picked}) ORDER BY n)")
        yield asked[rows]


@pytest.mark.parametrize("entry", AGGREGATES, ids=repr)
def test_over_a_frame_it_is_the_aggregate_of_the_frame_s_rows(ready, entry):
    if entry.name not in windows(ready):
        pytest.skip("no window function")
    arguments = fill(ready, "rows_of", varied_rows(ready, entry))
    refused = 0
    for frame, frames in MOVING + GROWING + EXCLUDING:
        sql = f"SELECT {entry.name}({arguments}) OVER (ORDER BY n {frame}) FROM rows_of ORDER BY n"
        try:
            got = ready.column(sql)
        except sqlite3.Error as error:
            assert GROWS_ONLY in str(error), f"{frame}: {error}"
            assert "UNBOUNDED PRECEDING" not in frame and "EXCLUDE" not in frame
            refused += 1
            continue
        assert got == list(expected(ready, entry, arguments, frames)), frame
    assert refused in (0, len(MOVING))


@pytest.mark.parametrize("entry", AGGREGATES, ids=repr)
def test_the_rows_of_that_test_vary(ready, entry):
    rows = varied_rows(ready, entry)
    assert len(rows) == ROWS and len({repr(row) for row in rows}) > 1


@pytest.mark.parametrize("entry", AGGREGATES, ids=repr)
def test_grouped_it_is_the_aggregate_of_each_group(ready, entry):
    arguments = fill(ready, "rows_of", varied_rows(ready, entry))
    got = ready.column(f"SELECT {entry.name}({arguments}) FROM rows_of GROUP BY n % 4 ORDER BY n % 4")
    alone = [ready.value(f"SELECT {entry.name}({arguments}) FROM (SELECT * FROM rows_of WHERE n % 4 = ? ORDER BY n)", rest) for rest in range(4)]
    assert got == alone


# ---- Names that the host has ----

class TheirMedian:
    def step(self, x):
        pass

    def finalize(self):
        return "theirs"


@pytest.mark.parametrize("arity", [-1, 1])
def test_a_name_that_the_host_has_is_the_host_s(arity):
    db = Database(":memory:", load=False)
    db.connection.create_aggregate("MEDIAN", arity, TheirMedian)
    db.load()
    assert db.value("SELECT median(1)") == "theirs"
    assert db.value("SELECT quantile(1, 0.5)") == 1.0
    assert db.column("SELECT name FROM lore_help WHERE name IN ('median', 'quantile')") == ["quantile"]
    db.load()
    assert db.value("SELECT median(1)") == "theirs"
    db.close()
