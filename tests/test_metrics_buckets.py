"""time_bucket against Python's zoneinfo, in every zone of the system, and against a clock that is read minute by minute."""
import hashlib
import os
import random
import shutil
import struct
from datetime import datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import TZPATH, ZoneInfo, available_timezones

import pytest

from support import BAD_ARGUMENT, Database, raises_sql

EPOCH = datetime(1970, 1, 1)
FOLDER = next((Path(folder) for folder in TZPATH if (Path(folder) / "Europe/Berlin").exists()), None)
ZONES = sorted(name for name in available_timezones() if FOLDER and (FOLDER / name).is_file() and "." not in name)
SHARES = 8
STEPS = ["1s", "90s", "15m", "20m", "45m", "1h", "2h", "6h", "7h", "24h", "100h", "1d", "2d", "10d", "1w", "2w", "1mo", "1q", "5mo", "1y", "10y"]
MIDNIGHT_STEPS = ["1d", "1w", "1mo", "1q", "1y"]
YEAR_1, YEAR_10000 = -62135596800000, 253402300800000  # what Python has


def milliseconds(moment):
    return (moment.replace(tzinfo=None) - EPOCH) // timedelta(milliseconds=1)


def moment_of(ms):
    return EPOCH + timedelta(milliseconds=ms)


def iso(ms):
    return moment_of(ms).isoformat(timespec="milliseconds") + "Z"


def local(zone, ms):
    """Wall time, in milliseconds."""
    moment = moment_of(ms).replace(tzinfo=timezone.utc)
    return milliseconds(moment.astimezone(zone))


def distinct_zones():
    """One name of those that share a file's bytes."""
    return sorted({hashlib.sha256((FOLDER / name).read_bytes()).digest(): name for name in reversed(ZONES)}.values()) if FOLDER else []


DISTINCT = distinct_zones()


def changes_of(name):
    """The listed changes of clocks, in ms: read here, so that moments next to them are tried."""
    data = (FOLDER / name).read_bytes()

    def header(at):
        return struct.unpack(">6l", data[at + 20:at + 44])

    ut, standard, leaps, times, types, characters = header(0)
    second = 44 + times * 5 + types * 6 + characters + leaps * 8 + standard + ut
    count = header(second)[3]
    listed = struct.unpack(f">{count}q", data[second + 44:second + 44 + 8 * count])
    return [at * 1000 for at in listed if YEAR_1 < at * 1000 - 864e5 and at * 1000 + 864e5 < YEAR_10000]


def moments_for(name):
    """Next to each change and its midnights, at random from 1900 to 2037, beyond, and at the ends."""
    source = random.Random(name)
    found = {YEAR_1, YEAR_10000 - 1}
    for at in changes_of(name):
        found |= {at - 1, at, at + source.randrange(1, 7200000)}
    found |= {source.randrange(-2208988800000, 2145916800000) for _ in range(40)}
    found |= {source.randrange(2145916800000, YEAR_10000) for _ in range(20)}
    return sorted(found)


@pytest.fixture(scope="module")
def plain():
    db = Database(":memory:")
    db.run("CREATE TABLE t(at TEXT)")
    yield db
    db.close()


def buckets(db, step, moments, zone):
    db.run("DELETE FROM t")
    db.connection.executemany("INSERT INTO t VALUES (?)", [(iso(ms),) for ms in moments])
    return db.column("SELECT time_bucket(?, at, ?) FROM t ORDER BY rowid", step, zone)


# ---- In every zone ----

def test_there_are_zones_to_test():
    assert len(ZONES) > 400, "the tests need the package tzdata"


def test_every_zone_of_the_system_can_be_read(plain):
    for name in ZONES:
        assert plain.value("SELECT time_bucket('1y', '2026-07-01', ?)", name)[:4] in ("2025", "2026")


@pytest.mark.parametrize("share", range(SHARES))
def test_a_moment_lies_in_its_bucket_and_buckets_do_not_overlap(plain, share):
    for name in DISTINCT[share::SHARES]:
        moments = moments_for(name)
        texts = [iso(ms) for ms in moments]
        for step in STEPS:
            starts = buckets(plain, step, moments, name)
            assert all(start <= text for start, text in zip(starts, texts)), (name, step)
            for i in range(1, len(starts)):
                assert starts[i] == starts[i - 1] or starts[i] > texts[i - 1], (name, step, texts[i], starts[i])
            distinct = sorted(set(starts))
            again = plain.column("SELECT time_bucket(?, value, ?) FROM json_each(?)", step, name, '["' + '","'.join(distinct) + '"]')
            assert again == distinct, (name, step)


def first_shown(zone, wall):
    """When the clocks first show a wall time or a later one, in ms: by zoneinfo."""
    moment = moment_of(wall).replace(tzinfo=zone)
    found = milliseconds(moment.replace(fold=0).astimezone(timezone.utc))
    if local(zone, found) == wall:
        return found
    low, high = found - 2 * 86400000, found + 2 * 86400000  # a gap: where it begins
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if local(zone, middle) >= wall else (middle, high)
    return high


def midnight_of(step, ms):
    """Of the first day of the step's bucket in which a wall time lies."""
    day = moment_of(ms).replace(hour=0, minute=0, second=0, microsecond=0)
    if step == "1w":
        day -= timedelta(days=day.weekday())
    elif step != "1d":
        day = day.replace(day=1, month={"1mo": day.month, "1q": (day.month - 1) // 3 * 3 + 1, "1y": 1}[step])
    return milliseconds(day)


@pytest.mark.parametrize("share", range(SHARES))
def test_days_begin_where_zoneinfo_says(plain, share):
    for name in DISTINCT[share::SHARES]:
        zone = ZoneInfo(name)
        near = [at + days * 86400000 for at in changes_of(name) for days in (-1, 0, 1)]
        moments = [ms for ms in moments_for(name) + near if YEAR_1 + 4e10 < ms < YEAR_10000 - 4e10]
        walls = [local(zone, ms) for ms in moments]
        for step in MIDNIGHT_STEPS:
            begins = [first_shown(zone, midnight) for midnight in {midnight_of(step, wall) for wall in walls}]
            assert buckets(plain, step, begins, name) == [iso(begin) for begin in begins], (name, step)
            before = buckets(plain, step, [begin - 1 for begin in begins], name)
            assert all(start < iso(begin) for start, begin in zip(before, begins)), (name, step)


# ---- Steps of less than a day: a clock read minute by minute ----

# (zone, a change of clocks of every kind: by an hour, by half of one, at midnight, of a whole day)
CHANGES = [
    ("Europe/Berlin", "2026-03-29T01:00"), ("Europe/Berlin", "2026-10-25T01:00"), ("America/New_York", "2026-11-01T06:00"),
    ("Australia/Lord_Howe", "2026-04-04T15:00"), ("Australia/Lord_Howe", "2026-10-03T15:30"), ("America/St_Johns", "2006-10-29T02:31"),
    ("America/St_Johns", "2006-04-02T03:31"), ("America/Sao_Paulo", "2018-02-18T02:00"), ("America/Sao_Paulo", "2018-11-04T03:00"),
    ("America/Havana", "2026-11-01T05:00"), ("Pacific/Apia", "2011-12-30T10:00"), ("Asia/Kathmandu", "1985-12-31T18:30"),
    ("Antarctica/Troll", "2026-10-25T01:00"), ("Europe/Dublin", "2026-10-25T01:00"), ("Pacific/Kwajalein", "1993-08-21T12:00"),
    ("Europe/Berlin", "8000-10-29T01:00"), ("Africa/Casablanca", "2026-02-15T02:00"), ("Asia/Pyongyang", "2018-05-04T15:00"),
]
MINUTE = 60000


def read_minutes(zone, step, begin, end):
    """{minute: start of its bucket} by the rule of docs/metrics.md."""
    starts, start, latest, shown, cell = {}, begin, local(zone, begin), local(zone, begin), None
    for minute in range(begin, end, MINUTE):
        wall = local(zone, minute)
        if shown + MINUTE - wall >= step:
            latest, cell = wall, None  # put back by the step: a new beginning
        latest, shown = max(latest, wall), wall
        if latest // step != cell:
            cell, start = latest // step, minute
        starts[minute] = start
    return starts


@pytest.mark.parametrize("name, change", CHANGES)
def test_hours_are_those_of_the_clock_on_the_wall(plain, name, change):
    assert name in ZONES
    zone, at = ZoneInfo(name), milliseconds(datetime.fromisoformat(change))
    assert local(zone, at) - local(zone, at - 1) != 1, "no change of clocks"
    for minutes in (1, 15, 20, 30, 45, 60, 120, 180, 360, 420, 720):
        expected = read_minutes(zone, minutes * MINUTE, at - 3 * 86400000, at + 2 * 86400000)
        asked = [minute for minute in expected if minute >= at - 86400000]
        got = buckets(plain, f"{minutes}m", asked, name)
        assert got == [iso(expected[minute]) for minute in asked], (name, minutes)


def test_a_day_of_a_change_has_23_or_25_hours(plain):
    for day, hours in (("2026-03-29", 23), ("2026-10-25", 25), ("2026-10-26", 24)):
        noon = milliseconds(datetime.fromisoformat(day)) + 12 * 3600000
        around = range(noon - 86400000, noon + 86400000, 900000)
        days = buckets(plain, "1d", around, "Europe/Berlin")
        mine = [ms for ms, start in zip(around, days) if start == days[96]]
        assert len(mine) == 4 * hours
        assert len(set(buckets(plain, "1h", mine, "Europe/Berlin"))) == hours


def test_in_utc_buckets_are_as_without_a_zone(plain):
    moments = moments_for("Europe/Berlin")
    for step in STEPS:
        assert buckets(plain, step, moments, "UTC") == buckets(plain, step, moments, None)


# ---- Arguments ----

def test_a_time_comes_in_any_form_of_the_engine(plain):
    for at in ("'2026-01-31T12:34:56Z'", "'2026-01-31 13:34:56+01:00'", "1769862896", "1769862896.0", "'1769862896'"):
        assert plain.value(f"SELECT time_bucket('1h', {at})") == "2026-01-31T12:00:00.000Z"
    assert plain.value("SELECT time_bucket('1mo', '2026-01-31')") == "2026-01-01T00:00:00.000Z"


def test_a_step_may_be_seconds_or_iso_8601(plain):
    for step in (900, 900.0, "900", "15m", "PT15M", "900s", "900000ms"):
        assert plain.value("SELECT time_bucket(?, '2026-01-31T12:34:56Z')", step) == "2026-01-31T12:30:00.000Z"
    assert plain.value("SELECT time_bucket(0.5, '2026-01-31T12:34:56.789Z')") == "2026-01-31T12:34:56.500Z"


@pytest.mark.parametrize("call, message", [
    ("time_bucket()", "step is missing"),
    ("time_bucket('1h')", "at is missing"),
    ("time_bucket('1h', NULL)", "at is missing"),
    ("time_bucket('1M', 0)", "step must be one as '15m', '1d' or '3mo', or seconds, of at most 10000 years, got '1M'"),
    ("time_bucket('1d12h', 0)", "got '1d12h'"),
    ("time_bucket(0, 0)", "got '0'"),
    ("time_bucket(-60, 0)", "got '-60'"),
    ("time_bucket('20000y', 0)", "got '20000y'"),
    ("time_bucket('1h', 253402300800000)", "at must be an ISO 8601 time, unix seconds or milliseconds, got 253402300800000"),
    ("time_bucket('1h', 0, 'Mars/Base')", "tz must be a time zone of this system, as 'Europe/Berlin', got 'Mars/Base'"),
    ("time_bucket('1h', 0, '../zoneinfo/UTC')", "got '../zoneinfo/UTC'"),
    ("time_bucket('1h', 0, '/etc/localtime')", "got '/etc/localtime'"),
    ("time_bucket('1h', 0, '')", "got ''"),
    ("time_bucket('1h', 0, 'Europe')", "got 'Europe'"),
    ("time_bucket('1h', 0, 'zone.tab')", "got 'zone.tab'"),
    ("time_bucket('1h', 0, printf('%065d', 0))", "tz must be at most 64 characters long, got 65"),
])
def test_what_is_wrong_is_named(plain, call, message):
    with raises_sql(message, BAD_ARGUMENT):
        plain.value(f"SELECT {call}")


def test_it_is_not_for_an_index(plain):
    plain.run("CREATE TABLE IF NOT EXISTS own(at)")
    with raises_sql("non-deterministic functions prohibited in index expressions"):
        plain.run("CREATE INDEX own_day ON own(time_bucket('1d', at, 'UTC'))")


# ---- The system's files ----

@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("TZDIR", str(tmp_path))
    return tmp_path


def test_TZDIR_says_where_zones_are(folder):
    shutil.copy(FOLDER / "Asia/Kathmandu", folder / "Mine")
    db = Database(":memory:")
    assert db.value("SELECT time_bucket('1d', '2026-01-31', 'Mine')") == "2026-01-30T18:15:00.000Z"
    with raises_sql("got 'Asia/Kathmandu'", BAD_ARGUMENT):
        db.value("SELECT time_bucket('1d', '2026-01-31', 'Asia/Kathmandu')")
    os.remove(folder / "Mine")  # each zone is read once a connection
    assert db.value("SELECT time_bucket('1d', '2026-01-31', 'Mine')") == "2026-01-30T18:15:00.000Z"
    db.close()


def test_utc_needs_no_file(folder):
    db = Database(":memory:")
    assert db.value("SELECT time_bucket('1d', '2026-01-31T12:00:00Z', 'UTC')") == "2026-01-31T00:00:00.000Z"
    db.close()


def test_a_damaged_file_is_an_error_that_says_how(folder):
    whole = (FOLDER / "Europe/Berlin").read_bytes()
    files = {"Empty": (b"", "it is no TZif file"), "Text": (b"# text", "it is no TZif file"), "Cut": (whole[:-1], "its footer is missing"),
             "Large": (whole + bytes(70000), "it is too large"), "Leaps": (whole[:23], "it is no TZif file")}
    db = Database(":memory:")
    for name, (data, why) in files.items():
        (folder / name).write_bytes(data)
        with raises_sql(f"time_bucket: tz names a file that is no time zone ({why}), got '{name}'", BAD_ARGUMENT):
            db.value("SELECT time_bucket('1d', 0, ?)", name)
    (folder / "Folder").mkdir()
    os.mkfifo(folder / "Pipe")
    for name in ("Folder", "Pipe"):
        with raises_sql(f"tz must be a time zone of this system, as 'Europe/Berlin', got '{name}'", BAD_ARGUMENT):
            db.value("SELECT time_bucket('1d', 0, ?)", name)
    db.close()
