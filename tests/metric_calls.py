"""Calls that the suites of metrics share, around one moment."""
import json

NOW = "2026-01-31T12:00:00.000Z"
NOW_MS = 1769860800000
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000


def clock(db, ms):
    db.run("SELECT lore_clock(?)", ms / 1000)


def put(db, points, name="m"):
    db.run("INSERT INTO metric_record(name, value, at) SELECT ?, json_extract(value, '$[1]'), json_extract(value, '$[0]') FROM json_each(?)",
           name, json.dumps(points))


def points(db, name="m"):
    return db.run("SELECT ts, value FROM metric_points(?)", name)
