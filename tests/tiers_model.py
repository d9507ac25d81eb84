"""What tiers must do, over plain dictionaries: the points that a series has, and those that each tier has of what was pruned."""
import math

MS = {"1m": 60_000, "5m": 300_000, "20m": 1_200_000, "10m": 600_000, "30m": 1_800_000, "1h": 3_600_000, "2h": 7_200_000, "3h": 10_800_000}


def floor(time, step):
    return time // step * step


def fold(points):
    """The columns of a roll-up; points are (time, value) in the order of time, of one time the newest last."""
    values = [value for _, value in points]
    first = [value for time, value in points if time == points[0][0]][-1]
    mean = math.fsum(values) / len(values)
    return {"count": len(values), "sum": math.fsum(values), "min": min(values), "max": max(values), "first": first, "last": values[-1],
            "first_ts": points[0][0], "last_ts": points[-1][0], "m2": math.fsum((value - mean) ** 2 for value in values),
            "dropped": math.fsum(a for a, b in zip(values, values[1:]) if b < a)}


class SeriesModel:
    """`raw`: {time: value} of what raw has, late points too. `pruned`: {tier: [(time, value)]} of what a tier has of pruned times, in
    the order in which it came there. `late`: times that came late into roll-ups. The horizon is read from the database, and
    checked against what it may be."""

    def __init__(self):
        self.raw, self.pruned, self.late, self.horizon, self.since = {}, {}, set(), None, {}

    # ---- What happens ----

    def freeze(self, horizon):
        """Raw points before the horizon go; each tier keeps them."""
        gone = sorted((time, value) for time, value in self.raw.items() if time < horizon)
        for time, value in gone:
            del self.raw[time]
            for points in self.pruned.values():
                points.append((time, value))
        self.horizon = horizon

    def merge_late(self, times):
        for time in sorted(times):
            value = self.raw.pop(time)
            for tier, points in self.pruned.items():
                if self.since[tier] is None or floor(time, self.steps[tier]) >= self.since[tier]:
                    points.append((time, value))
            self.late.add(time)

    def source(self, tier, start):
        """The finer tier that it is made from, before the horizon."""
        found = None
        for finer in sorted((t for t in self.pruned if self.steps[t] < self.steps[tier]), key=self.steps.get):
            has = self.since[finer]
            if found is None or (self.since[found] is not None and (has is None or has < self.since[found])):
                found = finer
                if has is None or (start is not None and has <= start):
                    break
        return found

    def begin(self, tier, coarsest):
        """The first roll-up of a tier: from a finer one before the horizon, which the very first one moves to where a bucket begins."""
        if not self.pruned and self.horizon is not None:
            self.horizon = floor(self.horizon, coarsest)
        source = self.source(tier, None)
        since = self.since[source] if source and self.horizon is not None else self.horizon
        self.pruned[tier] = list(self.pruned[source]) if source else []
        self.since[tier] = None if since is None else floor(since, self.steps[tier])

    def prune(self, tier, since):
        self.since[tier] = since
        self.pruned[tier] = [(time, value) for time, value in self.pruned[tier] if floor(time, self.steps[tier]) >= since]

    def delete(self, since, until):
        """Points that are gone for good: of the pruned ones each counts in the finest tier that had it."""
        count = len([self.raw.pop(time) for time in list(self.raw) if since <= time < until])
        limit = self.horizon
        for tier in sorted(self.pruned, key=self.steps.get):
            step = self.steps[tier]
            touched = [point for point in self.pruned[tier] if floor(since, step) <= floor(point[0], step) <= floor(until - 1, step)]
            count += sum(floor(time, step) + step <= limit for time, _ in touched)
            self.pruned[tier] = [point for point in self.pruned[tier] if point not in touched]
            self.late -= {time for time, _ in touched if floor(time, step) + step > limit}
            limit = -math.inf if self.since[tier] is None else min(limit, self.since[tier])
        return count

    # ---- What must be there ----

    def rows(self, tier, until, with_late=False):
        """{bucket: points in the order of time} of the tier, of buckets before `until`."""
        has_all = with_late or self.horizon is None
        points = list(self.pruned[tier]) + [(time, value) for time, value in self.raw.items() if has_all or time >= self.horizon]
        found = {}
        for time, value in sorted(points, key=lambda point: point[0]):
            bucket = floor(time, self.steps[tier])
            if bucket < until and (self.since[tier] is None or bucket >= self.since[tier]):
                found.setdefault(bucket, []).append((time, value))
        return found
