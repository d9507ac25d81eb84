"""What the suites of metric_range share: points, questions, and sums as Python has them."""
import math
from datetime import datetime, timedelta
from fractions import Fraction

from support import Database

START = 1_700_006_400_000  # a full day, UTC
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
INF = math.inf

# What metric_range says, by our aggregates. Sum and increase, which SQLite's sum() rounds at each step, are Python's.
SQL = {"avg": "running_avg(value)", "min": "min(value)", "max": "max(value)", "count": "count(*)", "first": "first_at(value, ts)",
       "last": "last_at(value, ts)", "rate": "counter_rate(ts, value)", "stddev": "stddev_pop(value)", "p50": "quantile(value, 0.5)",
       "p90": "quantile(value, 0.9)", "p95": "quantile(value, 0.95)", "p99": "quantile(value, 0.99)"}
FNS = [*SQL, "sum", "increase"]
EXACT = {"min", "max", "count", "first", "last", "p50", "p90", "p95", "p99"}  # the others are sums in twice the digits of a double


def new_database():
    db = Database(":memory:")
    db.run("SELECT lore_migrate('metrics')")
    return db


def record(db, points, name="cpu", tags=None):
    db.connection.executemany("INSERT INTO metric_record(name, value, tags, at) VALUES (?, ?, ?, ?)",
                              [(name, value, tags, ts) for ts, value in points])


def ask(db, fn="avg", step=None, since=None, until=None, tz=None, name="cpu", tags=None, columns="bucket, value, count, resolution"):
    return db.rows(f"SELECT {columns} FROM metric_range(?, ?, ?, ?, ?, ?, ?)", name, since, until, step, tags, fn, tz)


def iso(ms):
    return (datetime(1970, 1, 1) + timedelta(milliseconds=ms)).isoformat(timespec="milliseconds") + "Z"


def exact_sum(values):
    infinite = {value for value in values if math.isinf(value)}
    if infinite:
        return infinite.pop() if len(infinite) == 1 else None
    return float(sum(map(Fraction, values), Fraction(0)))


def is_near(found, expected, values, relative):
    """In the digits of a double, or in twice these of what was added up; a deviation in those of the values."""
    if found is None or expected is None:
        return found is expected
    largest = max(map(abs, values))
    return math.isclose(found, expected, rel_tol=relative, abs_tol=largest * (1e-28 if relative < 1e-15 else 1e-12))


def increase_of(values):
    total = sum((Fraction(after) - (Fraction(before) if after >= before else 0) for before, after in zip(values, values[1:])), Fraction(0))
    return float(total)
