"""Runs a scenario and looks at what it says and leaves.

A scenario's last line is `close`: the database is closed, and it waits for the end of its input. Then the runner looks whether the
process, or a child of it, still has a file of the database open or mapped.
"""
import os
import re
import signal
import sqlite3
import subprocess
import threading
from pathlib import Path

VERSION = (Path(__file__).resolve().parents[2] / "VERSION").read_text().strip()
LIMIT = 120  # seconds

# What each step must say, as a regular expression of the whole value.
EXPECTED = {
    "load": re.escape(VERSION),
    "load again": re.escape(VERSION),
    "sqlite": r"\d+\.\d+\.\d+",
    "migrate": r"admin \d.*, keys \d.*, lifecycle \d.*, signals \d.*, work \d.*",
    "ingest": "new new new duplicate",
    "lifecycle": "new escalated",
    "window": r"0\.75 0\.625 0\.375",
    "join": "domain:acme.ai=hold domain:bolt.dev=hold companies_house:00123456=hold",
    "insert": "9007199254740993",
    "read": "[3-6]",  # how often a verb is called in a SELECT of three rows that are all read: PHP and Lua do the first again
    "error": r".*signal_save: confidence must be between 0 and 1, got 1\.7.*",
    "kept": "3",
    "close": "closed",
}
# What not every driver can say.
ASIDE = {
    "unread": "[0-3]",  # the same, when no row is read
    "code": ".+",       # of the error
}


class Result:
    """What came out: the steps, and what is wrong with them, a line a fault."""

    def __init__(self):
        self.steps, self.faults = {}, []

    def check(self, right, fault):
        if not right:
            self.faults.append(fault)


def run(driver, extension, folder):
    """The Result of a driver's scenario on a new database in the folder."""
    result, path = Result(), Path(folder) / "drivers.db"
    try:
        command, environment = driver.command(extension), {**os.environ, **driver.environment(extension)}
    except RuntimeError as error:
        result.faults.append(str(error))
        return result
    with open(Path(folder) / "errors", "w+") as errors:
        with subprocess.Popen([*command, str(extension), str(path)], env=environment, cwd=folder, text=True,
                              start_new_session=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors) as process:
            alarm = threading.Timer(LIMIT, os.killpg, (process.pid, signal.SIGKILL))
            alarm.start()
            follow(process, path, result)
        alarm.cancel()  # the end of its input has ended it
        errors.seek(0)
        result.check(process.returncode == 0, f"it ended with status {process.returncode}: {errors.read()[-1000:].strip()}")
    check_steps(result)
    if not result.faults:
        check_file(result, path)
    return result


def follow(process, path, result):
    for line in process.stdout:
        step, _, value = line.rstrip("\n").partition("\t")
        result.steps[step] = value
        if step == "close":
            left = open_files(process.pid, path)
            result.check(not left, f"still open after close: {', '.join(left)}")
            return


def open_files(session, path):
    """Files whose names begin with the path that processes of the session have open or mapped."""
    found = set()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if int((process / "stat").read_text().rpartition(")")[2].split()[3]) != session:
                continue
            names = [os.readlink(descriptor) for descriptor in (process / "fd").iterdir()]
            names += [line.split(maxsplit=5)[-1].strip() for line in (process / "maps").read_text().splitlines()]
        except OSError:  # it has ended meanwhile
            continue
        found.update(name for name in names if name.startswith(str(path)))
    return sorted(found)


def check_steps(result):
    for step, pattern in {**EXPECTED, **ASIDE}.items():
        value = result.steps.get(step)
        if value is None:
            result.check(step in ASIDE, f"{step}: nothing was said")
        else:
            result.check(re.fullmatch(pattern, value), f"{step}: {value!r} instead of {pattern!r}")
    for step in set(result.steps) - set(EXPECTED) - set(ASIDE):
        result.faults.append(f"{step}: not a step")


def check_file(result, path):
    """The closed file, without the extension."""
    left = sorted(str(file.name) for file in path.parent.glob(path.name + "-*"))
    result.check(not left, f"left beside the file: {', '.join(left)}")
    connection = sqlite3.connect(path)
    for what, sql, expected in (
            ("journal mode", "PRAGMA journal_mode", "wal"),
            ("integrity", "PRAGMA integrity_check", "ok"),
            ("signals", "SELECT count(*) FROM signals", 3),
            ("states", "SELECT group_concat(state) FROM signal_state WHERE signal_type = 'overdue'", "escalated"),
            ("tasks", "SELECT group_concat(priority) FROM tasks", "9007199254740993")):
        found = connection.execute(sql).fetchone()[0]
        result.check(found == expected, f"{what} in the closed file: {found!r} instead of {expected!r}")
    connection.close()
