"""A PostgreSQL server of the tests' own: a cluster in a temporary folder, on a Unix socket only, stopped at the end.

PostgreSQL refuses to run as root: then it runs as the user postgres, or nobody.
"""
import contextlib
import itertools
import os
import pwd
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from support import ROOT, Database, used_file

PAGES = ROOT / "sql" / "postgres"
BIN = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), default=Path("/nonexistent"))


class Failed(Exception):
    """What psql has said."""


def _user():
    """Who runs the server: None for whoever we are."""
    if os.geteuid() != 0:
        return None
    names = {user.pw_name for user in pwd.getpwall()}
    return pwd.getpwnam("postgres" if "postgres" in names else "nobody")


class Server:
    def __init__(self):
        for program in (BIN / "postgres", BIN / "initdb"):
            if not program.exists():
                pytest.skip("skipped: postgresql is not installed (its program postgres)")
        if shutil.which("psql") is None:
            pytest.skip("skipped: postgresql-client is not installed (its program psql)")
        self.folder = Path(tempfile.mkdtemp(prefix="lore-postgres-"))
        self.user = _user()
        self.numbers = itertools.count()
        if self.user:
            os.chown(self.folder, self.user.pw_uid, self.user.pw_gid)
        self._run("initdb", "--pgdata", self.folder / "data", "--username", "lore", "--auth", "trust", "--encoding", "UTF8",
                  "--locale", "C", "--no-sync")
        self._run("pg_ctl", "--pgdata", self.folder / "data", "--wait", "--log", self.folder / "log", "--options",
                  f"-c listen_addresses='' -c unix_socket_directories={self.folder} -c fsync=off -c jit=off", "start")
        self.empty("shipped")
        self.psql("shipped", file=ROOT / "sql" / "postgres.sql")

    def _run(self, program, *arguments):
        command = [BIN / program, *arguments]
        if self.user:
            command = ["setpriv", f"--reuid={self.user.pw_uid}", f"--regid={self.user.pw_gid}", "--clear-groups", *command]
        run = subprocess.run(command, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                             text=True, timeout=120)
        if run.returncode:
            raise Failed(run.stderr)

    def stop(self):
        with contextlib.suppress(Failed):
            self._run("pg_ctl", "--pgdata", self.folder / "data", "--mode", "immediate", "--wait", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def environment(self):
        return {**os.environ, "PGHOST": str(self.folder), "PGUSER": "lore", "PGCLIENTENCODING": "UTF8", "PGOPTIONS": "", "PGDATABASE": ""}

    def command(self, database, *options):
        return ["psql", "-X", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", database, *map(str, options)]

    def psql(self, database, script="", file=None, options=()):
        """What a script, or a file with the script as its input, writes; bytes. Failed with what it has said."""
        options = [*options, *(["-f", file] if file else [])]
        data = script if isinstance(script, bytes) else script.encode()
        run = subprocess.run(self.command(database, *options), input=data, env=self.environment(), capture_output=True, timeout=600)
        if run.returncode:
            raise Failed(run.stderr.decode())
        return run.stdout

    def rows(self, database, query):
        """Rows as lists of texts; NULL is ''."""
        text = self.psql(database, query, options=("-F", "\x1f", "-R", "\x1e")).decode()
        return [row.split("\x1f") for row in text.rstrip("\n").split("\x1e")] if text.strip("\n") else []

    def value(self, database, query):
        return self.psql(database, query).decode().rstrip("\n")

    # ---- databases ----

    def empty(self, name, encoding="UTF8", locale="C"):
        self.psql("postgres", f"CREATE DATABASE {name} TEMPLATE template0 ENCODING '{encoding}' LOCALE '{locale}'")
        return name

    def shipped(self):
        """A new database with the tables of sql/postgres.sql."""
        name = f"lore{next(self.numbers)}"
        self.psql("postgres", f"CREATE DATABASE {name} TEMPLATE shipped")
        return name

    def load(self, database, lines):
        """Bytes of an export, or its lines."""
        data = lines if isinstance(lines, bytes) else "".join(line + "\n" for line in lines).encode()
        return self.psql(database, data, file=PAGES / "load.sql")

    def export(self, database):
        return self.psql(database, file=PAGES / "export.sql")


@pytest.fixture(scope="module")
def server():
    server = Server()
    yield server
    server.stop()


@pytest.fixture
def database(server):
    return server.shipped()


def refused(action, text):
    """The action fails with a message that contains the text; the message."""
    try:
        action()
    except Failed as failure:
        message = str(failure)
        assert text in message, f"{message!r} does not contain {text!r}"
        return message
    raise AssertionError(f"nothing was refused; expected {text!r}")


def export_of(db):
    """The bytes of lore_export."""
    return "".join(line + "\n" for line in db.column("SELECT line FROM lore_export")).encode("utf-8", "surrogateescape")


# Rows for the tables that the examples leave empty.
FILL = """
INSERT INTO lore_settings(name, value) VALUES ('record_events', 'off');
INSERT INTO audit_keys(number, key_id, public_key, created_at) VALUES (1, 'k', 'p', '2026-01-10T09:00:00.000Z');
INSERT INTO audit_checkpoints VALUES (1, 'h', 1, '2026-01-10T09:00:00.000Z', 'k', 's');
INSERT INTO audit_prunes VALUES (1, 1, 'h', '2026-01-10T09:00:00.000Z', '2026-01-10T09:00:00.000Z', 'k', 's');
INSERT INTO graph_history VALUES ('n', 'local', 1, 'concept', '{}', NULL, NULL, NULL, '2026-01-10T09:00:00.000Z');
INSERT INTO key_groups VALUES ('domain:a.io', 'domain:b.io');
INSERT INTO signal_rules(signal_type, cooldown_seconds) VALUES ('*', 60);
INSERT INTO signal_detections VALUES ('k', 'd', '2026-01-10T09:00:00.000Z');
INSERT INTO signal_cycles VALUES ('c', '2026-01-10T09:00:00.000Z', '{}');
INSERT INTO signal_state_events(at, verb, args) VALUES ('2026-01-10T09:00:00.000Z', 'x', '{}');
INSERT INTO signal_state_before VALUES ('k');
INSERT INTO metric_recent VALUES (1, 1, -0.0), (1, 2, 9e999), (1, 3, 5e-324), (1, 4, 0.1);
INSERT INTO metric_rollups VALUES ('minute', 1, 0, 1, 1.0, NULL, 1.0, 1.0, 1.0, 1.0, 0, 0, NULL, NULL, NULL, x'00ff');
INSERT INTO metric_dirty VALUES ('minute', 1, 0);
INSERT INTO pattern_rules_custom(words, beside, category, tool, target) VALUES ('run tests', 'ci', 'test', 'pytest', 'tests');
INSERT INTO lore_reports VALUES ('today', 1, 'title', 'table', 'signals', NULL);
INSERT INTO signal_ingest_log(source_api, at, outcome, reason) VALUES ('s', '2026-01-10T09:00:00.000Z', 'no_key', 'r');
INSERT INTO tenant_accounts VALUES ('t', 'a', 'domain:a.io', NULL);
"""


@pytest.fixture(scope="module")
def full(tmp_path_factory):
    """A file in which each example has run and every table has rows."""
    db = used_file(tmp_path_factory.mktemp("full") / "full.db")
    db.script(FILL)
    names = re.findall(r'"([a-z_]+)":\{"rows":0', db.value("SELECT line FROM lore_export LIMIT 1"))
    assert names == [], "these tables have no rows"
    yield db
    db.close()


def migrated(path=":memory:"):
    db = Database(path)
    db.run("SELECT lore_migrate('all')")
    return db
