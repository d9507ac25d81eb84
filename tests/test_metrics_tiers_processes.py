"""A process that records and maintains is killed again and again: what is there is what a dictionary of its points says."""
import multiprocessing
import os
import random
import signal
import time

from support import Database
from tiers_model import floor, fold

START = 1_700_002_800_000
MINUTE, HOUR = 60_000, 3_600_000
KILLS, LEAST_BATCHES, NAMES = 40, 300, ("cpu", "disk", "net")
STEPS = {"minutes": MINUTE, "hours": HOUR}


def connect(path):
    db = Database(path, timeout=60)
    db.run("PRAGMA synchronous = OFF")
    return db


def points_of(batch):
    """A minute of points for each series, and one that comes late: by then raw points of its time have been pruned. No time twice."""
    start = START + batch * MINUTE
    points = [(name, start + n * 5000, float((batch * 7 + n * 3) % 50)) for name in NAMES for n in range(12)]
    return points + [(NAMES[batch % 3], start - 150 * MINUTE + 500, float(batch))]


def record_and_maintain(path, seed):
    db, chance = connect(path), random.Random(seed)
    while True:
        db.run("BEGIN IMMEDIATE")
        batch = db.value("SELECT coalesce(max(batch), -1) + 1 FROM done")
        db.connection.executemany("INSERT INTO metric_record(name, value, at) VALUES (?1, ?3, ?2)", points_of(batch))
        db.run("INSERT INTO done VALUES (?)", batch)
        db.run("COMMIT")
        db.run("SELECT lore_clock(?)", (START + (batch + 1) * MINUTE) / 1000)
        db.run("SELECT lore_maintain(?)", chance.choice([None, 0, 1, 1, 2]))
        if chance.random() < 0.1:
            db.run("SELECT metric_seal()")


def kill_again_and_again(path):
    """How often it was killed, until enough was done."""
    context, chance, kills, end = multiprocessing.get_context("fork"), random.Random(11), 0, time.monotonic() + 200
    db = connect(path)
    while (kills < KILLS or db.value("SELECT count(*) FROM done") < LEAST_BATCHES) and time.monotonic() < end:
        child = context.Process(target=record_and_maintain, args=(path, kills))
        child.start()
        time.sleep(0.08 + chance.random() * 0.15)
        os.kill(child.pid, signal.SIGKILL)
        child.join(30)
        kills += 1
    db.close()
    return kills


def rolled(points, step, until):
    buckets = {}
    for ts in sorted(points):
        buckets.setdefault(floor(ts, step), []).append((ts, points[ts]))
    return {bucket: fold(found) for bucket, found in buckets.items() if bucket < until}


def test_what_is_there_after_any_kill_is_what_was_recorded(tmp_path, migrated_image):
    path = tmp_path / "shared.db"
    path.write_bytes(migrated_image)
    db = connect(path)
    db.run("PRAGMA journal_mode = WAL")
    db.run("CREATE TABLE done(batch INTEGER PRIMARY KEY)")
    db.run("SELECT metric_tier('raw', 0, '1h'), metric_tier('minutes', '1m', '30d'), metric_tier('hours', '1h', '90d')")
    db.close()
    kills = kill_again_and_again(str(path))
    db = connect(path)
    batches = db.column("SELECT batch FROM done")
    assert kills >= KILLS and len(batches) >= LEAST_BATCHES and batches == list(range(len(batches)))
    assert db.value("PRAGMA integrity_check") == "ok"
    db.run("SELECT lore_clock(?)", (START + len(batches) * MINUTE) / 1000)
    while db.value("SELECT lore_maintain()"):
        pass
    every = {name: {} for name in NAMES}
    for batch in batches:
        for name, ts, value in points_of(batch):
            every[name][ts] = value
    for name in NAMES:
        check_series(db, name, every[name])
    db.close()


def check_series(db, name, points):
    coverage = {tier: (since, until) for tier, since, until in db.run(
        "SELECT tier, since, until FROM metric_coverage JOIN metric_series USING (series_id) WHERE name = ?", name)}
    horizon = coverage["raw"][0]
    assert horizon > START, "raw points were pruned"
    assert dict(db.run("SELECT ts, value FROM metric_points(?)", name)) == {ts: value for ts, value in points.items() if ts >= horizon}
    for tier, step in STEPS.items():
        want = rolled(points, step, coverage[tier][1])
        got = db.run("""SELECT bucket, count, sum, min, max, first, last, first_ts, last_ts FROM metric_rollups JOIN metric_series USING (series_id)
                         WHERE name = ? AND tier = ?""", name, tier)
        columns = ("count", "sum", "min", "max", "first", "last", "first_ts", "last_ts")
        assert {row[0]: row[1:] for row in got} == {bucket: tuple(row[column] for column in columns) for bucket, row in want.items()}
