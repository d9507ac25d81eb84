"""Tiers against dictionaries: whatever is recorded, comes late, is sealed, deleted or maintained in small pieces, raw points go only when
every tier has them, and roll-ups are those of all points."""
import itertools
import json

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from support import Database
from tiers_model import MS, SeriesModel, floor, fold

START = 1_700_000_400_000
SERIES = ("cpu", "disk")
TIERS = {"minutes": ("1m", "1h"), "fives": ("5m", "2h"), "twenties": ("20m", "3h")}
RAW_KEEP = "30m"
VALUES = st.integers(-40, 40).map(lambda n: n / 4)
OFFSETS = st.integers(-1600, 20).map(lambda n: n * 7_000) | st.integers(-30, 1).map(lambda n: n * 60_000)
COLUMNS = ("count", "sum", "sum_rest", "min", "max", "first", "last", "first_ts", "last_ts", "m2", "dropped", "dropped_rest", "sketch")


class Tiers(RuleBasedStateMachine):
    @initialize(tiers=st.sets(st.sampled_from(sorted(TIERS)), min_size=0))
    def start(self, tiers):
        self.db = Database(":memory:")
        self.db.run("SELECT lore_migrate('metrics')")
        self.now = START
        self.set_clock()
        self.tiers = {}
        self.model = {name: SeriesModel() for name in SERIES}
        for model in self.model.values():
            model.steps = self.steps
        for tier in tiers:
            self.declare(tier)
        self.db.run("SELECT metric_tier('raw', 0, ?)", RAW_KEEP)

    @property
    def steps(self):
        return {name: MS[step] for name, (step, _) in TIERS.items()}

    def set_clock(self):
        self.db.run("SELECT lore_clock(?)", self.now / 1000)

    def declare(self, tier):
        self.db.run("SELECT metric_tier(?, ?, ?)", tier, *TIERS[tier])
        self.tiers[tier] = MS[TIERS[tier][0]]

    # ---- What happens ----

    @rule(name=st.sampled_from(SERIES), points=st.lists(st.tuples(OFFSETS, VALUES), min_size=1, max_size=20))
    def record(self, name, points):
        self.db.run("""INSERT INTO metric_record(name, value, at) SELECT ?, json_extract(value, '$[1]'), json_extract(value, '$[0]')
                         FROM json_each(?)""", name, json.dumps([(self.now + offset, value) for offset, value in points]))
        for offset, value in points:
            self.model[name].raw[self.now + offset] = value

    @rule(name=st.sampled_from(SERIES), offset=OFFSETS, step=st.sampled_from([1000, 10_000]), count=st.integers(20, 1500), value=VALUES)
    def record_a_run(self, name, offset, step, count, value):
        first = self.now + offset
        self.db.run("""INSERT INTO metric_record(name, value, at) WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ?1 - 1)
                       SELECT ?2, ?3 + i % 5, ?4 + i * ?5 FROM n""", count, name, value, first, step)
        for i in range(count):
            self.model[name].raw[first + i * step] = value + i % 5

    @rule()
    def seal(self):
        self.db.run("SELECT metric_seal()")

    @rule(minutes=st.sampled_from([1, 7, 40, 200]))
    def time_passes(self, minutes):
        self.now += minutes * 60_000
        self.set_clock()

    @rule(tier=st.sampled_from(sorted(TIERS)))
    def another_tier(self, tier):
        self.declare(tier)

    @rule(budget=st.sampled_from([0, 1]))
    def maintain_a_little(self, budget):
        before = self.db.run("SELECT * FROM metric_rollups") if budget == 0 else None
        left = self.db.value("SELECT lore_maintain(?)", budget)
        assert left >= 0 and (budget or before == self.db.run("SELECT * FROM metric_rollups"))
        self.follow()

    @rule()
    def maintain(self):
        assert self.db.value("SELECT lore_maintain()") == 0
        self.follow()
        changes = self.db.connection.total_changes
        assert self.db.run("SELECT lore_maintain(), lore_notice()") == [(0, "there is nothing to do")]
        assert self.db.connection.total_changes == changes
        self.all_is_rolled_up()

    @rule(name=st.sampled_from(SERIES), offset=OFFSETS, length=st.integers(1, 400))
    def delete(self, name, offset, length):
        since, until = self.now + offset, self.now + offset + length * 9_000
        got = self.db.value("SELECT metric_delete(?, NULL, ?, ?)", name, since, until)
        model = self.model[name]
        self.copy_straddling(name, model, since, until)
        if model.horizon is None:
            model.horizon = -1 << 62
        assert got == model.delete(since, until)
        if model.horizon == -1 << 62:
            model.horizon = None
        self.again_for_sources(model)
        if not self.exists(name):
            assert not model.raw
            self.model[name] = SeriesModel()
            self.model[name].steps = self.steps

    @rule(fn=st.sampled_from(["sum", "count", "min", "max", "first", "last"]))
    def ranges_are_read(self, fn):
        """metric_range gives what raw points, roll-ups and late points make together, maintained or not."""
        for name in SERIES:
            coverage, model = self.coverage(name), self.model[name]
            for tier in model.pruned:
                since, until = coverage[tier]
                if model.horizon is None or until >= model.horizon:
                    got = self.db.run("SELECT bucket, value, count FROM metric_range(?, ?, NULL, ?, NULL, ?)", name, since, TIERS[tier][0], fn)
                    want = model.rows(tier, 1 << 62, with_late=True)
                    assert {bucket: (value, count) for bucket, value, count in got} == {
                        bucket: (fold(points)[fn], len(points)) for bucket, points in want.items()}

    # ---- The model goes along ----

    def exists(self, name):
        return self.db.value("SELECT EXISTS (SELECT 1 FROM metric_series WHERE name = ?)", name)

    def copy_straddling(self, name, model, since, until):
        self.straddling = []
        for tier in sorted(model.pruned, key=self.steps.get):
            step = self.steps[tier]
            if model.horizon is None or model.horizon % step == 0:
                continue
            bucket = floor(model.horizon, step)
            if floor(since, step) <= bucket <= floor(until - 1, step) and not since <= bucket < bucket + step <= until:
                self.straddling.append((tier, bucket))

    def again_for_sources(self, model):
        """A bucket of which raw points have been pruned in part is made anew from a finer tier."""
        for tier, bucket in self.straddling:
            source = model.source(tier, bucket)
            model.pruned[tier] += [point for point in model.pruned[source] if point[0] >= bucket] if source else []

    def coverage(self, name):
        return {tier: (since, until) for tier, since, until in self.db.run(
            "SELECT tier, since, until FROM metric_coverage JOIN metric_series USING (series_id) WHERE name = ?", name)}

    def follow(self):
        """What maintenance did, and whether it was allowed to."""
        for name in SERIES:
            if self.exists(name):
                self.follow_series(self.model[name], self.coverage(name), self.visible(name))

    def visible(self, name):
        return dict(self.db.run("SELECT ts, value FROM metric_points(?)", name))

    def follow_series(self, model, coverage, visible):
        horizon = coverage.pop("raw", (None, None))[0]
        for tier in sorted(set(coverage) - set(model.pruned), key=self.steps.get):
            model.begin(tier, max(self.tiers.values()))
        gone = set(model.raw) - set(visible)
        late = {time for time in gone if model.horizon is not None and time < model.horizon}
        covered = {time for time in late if any(model.since[tier] is None or floor(time, self.steps[tier]) >= model.since[tier] for tier in model.pruned)}
        for time in late - covered:
            assert time < self.now - MS[RAW_KEEP], "what no tier has is kept as long as raw is"
            del model.raw[time]
        model.merge_late(covered)
        if horizon is not None and horizon != model.horizon:
            self.may_be_pruned(model, horizon, coverage, visible)
            model.freeze(horizon)
        for tier, (since, _) in coverage.items():
            if since != model.since[tier]:
                assert since <= self.now - MS[TIERS[tier][1]] and all(since % step == 0 for step in self.tiers.values())
                model.prune(tier, since)
        assert visible == model.raw, "raw points are those that were recorded and not pruned"

    def may_be_pruned(self, model, horizon, coverage, visible):
        assert (model.horizon or horizon) <= horizon <= self.now - MS[RAW_KEEP]
        assert set(coverage) == set(self.tiers), "every tier has the series"
        for tier, (_, until) in coverage.items():
            assert horizon % self.tiers[tier] == 0 and horizon <= until

    # ---- What must be there ----

    def all_is_rolled_up(self):
        for name in SERIES:
            if not self.exists(name):
                continue
            assert self.db.value("SELECT count(*) FROM metric_dirty") == 0
            coverage = self.coverage(name)
            last = max(self.model[name].raw, default=-1 << 62)
            for tier, step in self.tiers.items():
                since, until = coverage[tier]
                assert until % step == 0 and (since is None or since % step == 0)
                assert until >= floor(max(last, self.now), step) or last < until, "all up to now is rolled up"
                self.rows_are_as_folded(name, tier, until)

    def rows_are_as_folded(self, name, tier, until):
        model = self.model[name]
        expected = model.rows(tier, until)
        got = {row[0]: dict(zip(COLUMNS, row[1:])) for row in self.db.run(
            f"SELECT bucket, {', '.join('r.' + column for column in COLUMNS)} FROM metric_rollups AS r JOIN metric_series USING (series_id) "
            "WHERE name = ? AND tier = ?", name, tier)}
        assert sorted(got) == sorted(expected)
        for bucket, points in expected.items():
            has_late = any(bucket <= time < bucket + self.steps[tier] for time in model.late)
            self.row_is_as_folded(got[bucket], points, has_late)

    def row_is_as_folded(self, row, points, has_late):
        want = fold(points)
        for column in ("count", "min", "max", "first", "last", "first_ts", "last_ts"):
            assert row[column] == want[column], column
        assert row["sum"] + (row["sum_rest"] or 0) == want["sum"]
        assert row["m2"] == pytest.approx(want["m2"], rel=1e-9, abs=1e-9)
        if not has_late:
            assert (row["dropped"] or 0) + (row["dropped_rest"] or 0) == want["dropped"]
        needs_sketch = want["count"] > 2 and want["min"] != want["max"]
        assert row["sketch"] == (self.sketch([value for _, value in points]) if needs_sketch else None)

    def sketch(self, values):
        return self.db.value("SELECT quantile_sketch(value) FROM json_each(?)", json.dumps(values))

    @invariant()
    def raw_points_are_there(self):
        if hasattr(self, "db"):
            for name in SERIES:
                assert self.visible(name) == self.model[name].raw

    @invariant()
    def nothing_is_counted_twice_or_lost(self):
        """At any moment a bucket before the horizon has, as a row and as late points, what was pruned and what came late."""
        for name in SERIES if hasattr(self, "db") else ():
            model = self.model[name]
            for tier in model.pruned:
                expected = {bucket: len(list(points)) for bucket, points in itertools.groupby(
                    sorted(floor(time, self.steps[tier]) for time, _ in model.pruned[tier]
                           if floor(time, self.steps[tier]) + self.steps[tier] <= (model.horizon or 0)))}
                got = dict(self.db.run("SELECT bucket, count FROM metric_rollups JOIN metric_series USING (series_id) "
                                       "WHERE name = ? AND tier = ? AND bucket + ? <= ?", name, tier, self.steps[tier], model.horizon or 0))
                until = self.coverage(name)[tier][1]
                assert got == {bucket: count for bucket, count in expected.items() if bucket < until}

    def teardown(self):
        if hasattr(self, "db"):
            self.db.close()


TestTiers = Tiers.TestCase
TestTiers.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
