"""Series against a dictionary: any order of inserts, late points, seals, savepoints and roll-backs reads back the same points, to the
bit."""
import struct

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from support import Database

START = 1_700_000_000_000
NAMES = ("cpu", "disk")
TAGS = (None, '{"host":"a"}', '{"host":"b","n":1}')
TIMES = st.integers(0, 60).map(lambda n: START + n * 1000) | st.integers(0, 4000).map(lambda n: START + n * 10) | st.integers(-10**9, 10**9).map(
    lambda n: START + n)
VALUES = st.floats(allow_nan=False) | st.integers(-500, 500).map(lambda n: n / 4) | st.sampled_from([0.0, -0.0, float("inf"), 1e308, 5e-324])
SERIES = st.tuples(st.sampled_from(NAMES), st.sampled_from(TAGS))


def bits(value):
    return struct.pack("<d", value)


class Series(RuleBasedStateMachine):
    """`model` holds {(name, tags): {ts: bits}}; `undo` a copy for each savepoint that is open, the first for BEGIN."""

    @initialize()
    def start(self):
        self.db = Database(":memory:")
        self.db.run("SELECT lore_migrate('metrics')")
        self.model = {}
        self.undo = []

    def copy(self):
        return {series: dict(points) for series, points in self.model.items()}

    def put(self, series, ts, value):
        self.model.setdefault((series[0], series[1] or "{}"), {})[ts] = bits(value)

    @rule(rows=st.lists(st.tuples(SERIES, TIMES, VALUES), min_size=1, max_size=30))
    def insert_some(self, rows):
        self.db.connection.executemany("INSERT INTO metric_record(name, value, tags, at) VALUES (?, ?, ?, ?)",
                                       [(series[0], value, series[1], ts) for series, ts, value in rows])
        for series, ts, value in rows:
            self.put(series, ts, value)

    @rule(series=SERIES, first=TIMES, step=st.sampled_from([1, 10, 1000]), count=st.integers(1, 1500), value=VALUES, backwards=st.booleans())
    def insert_a_run(self, series, first, step, count, value, backwards):
        self.db.run("""INSERT INTO metric_record(name, value, tags, at)
                       WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ?1 - 1)
                       SELECT ?2, ?3, ?4, ?5 + i * ?6 FROM n""", count, series[0], value, series[1],
                    first + (step * (count - 1) if backwards else 0), -step if backwards else step)
        for i in range(count):
            self.put(series, first + i * step, value)

    @rule(series=SERIES, ts=TIMES, value=VALUES)
    def record_one(self, series, ts, value):
        self.db.run("SELECT metric_record(?, ?, ?, NULL, ?)", series[0], value, series[1], ts)
        self.put(series, ts, value)

    @rule(most=st.sampled_from([1, 7, 1000, None]))
    def seal(self, most):
        self.db.run("SELECT metric_seal(?)", most)

    @precondition(lambda self: not self.undo)
    @rule()
    def begin(self):
        self.db.run("BEGIN")
        self.undo = [self.copy()]

    @precondition(lambda self: self.undo)
    @rule()
    def savepoint(self):
        self.db.run(f"SAVEPOINT s{len(self.undo)}")
        self.undo.append(self.copy())

    @precondition(lambda self: len(self.undo) > 1)
    @rule()
    def roll_back_to_savepoint(self):
        self.db.run(f"ROLLBACK TO s{len(self.undo) - 1}")
        self.model = {series: dict(points) for series, points in self.undo[-1].items()}

    @precondition(lambda self: len(self.undo) > 1)
    @rule()
    def release(self):
        self.undo.pop()
        self.db.run(f"RELEASE s{len(self.undo)}")

    @precondition(lambda self: self.undo)
    @rule()
    def commit(self):
        self.db.run("COMMIT")
        self.undo = []

    @precondition(lambda self: self.undo)
    @rule()
    def roll_back(self):
        self.db.run("ROLLBACK")
        self.model, self.undo = self.undo[0], []

    @rule(series=SERIES, first=TIMES, length=st.integers(0, 5000))
    def part_of_one_is_read(self, series, first, length):
        got = self.db.run("SELECT ts, value FROM metric_points(?, ?, ?) WHERE tags = ?", series[0], str_time(self.db, first),
                          str_time(self.db, first + length), series[1] or "{}")
        points = self.model.get((series[0], series[1] or "{}"), {})
        assert [(ts, bits(value)) for ts, value in got] == [(ts, points[ts]) for ts in sorted(points) if first <= ts < first + length]

    @rule()
    def all_is_read(self):
        got = {}
        for name, tags, ts, value in self.db.run("SELECT name, tags, ts, value FROM metric_points"):
            points = got.setdefault((name, tags), {})
            assert not points or ts > max(points), "sorted, and each time once"
            points[ts] = bits(value)
        assert got == {series: points for series, points in self.model.items() if points}

    @rule()
    def the_newest_are_read(self):
        got = {(name, tags): ts for name, tags, ts in self.db.run("SELECT name, tags, ts FROM metric_latest")}
        assert got == {series: max(points) for series, points in self.model.items() if points}

    @invariant()
    def chunks_do_not_overlap(self):
        if hasattr(self, "db"):
            assert self.db.run("""SELECT * FROM (SELECT start_ts, lag(end_ts) OVER (PARTITION BY series_id ORDER BY start_ts) AS before
                                                   FROM metric_chunks) WHERE start_ts <= before""") == []

    def teardown(self):
        if hasattr(self, "db"):
            self.db.close()


def str_time(db, ts):
    return db.value("SELECT strftime('%Y-%m-%dT%H:%M:%fZ', ?1/1000, 'unixepoch')", ts)[:20] + f"{ts % 1000:03}Z"


TestSeries = Series.TestCase
TestSeries.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
