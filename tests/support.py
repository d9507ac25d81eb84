"""What every suite uses: a connection with the extension, and a look at all that a database holds.

The generic suites need no line per verb: lore_help says what there is, and its examples are calls that
work one after the other.
"""
import contextlib
import itertools
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LORE = os.environ.get("LORE", str(ROOT / "build" / "lore.so"))
THOROUGH = "LORE_THOROUGH" in os.environ  # `make test-thorough`: what `make test` thins out to end in time is done in full

BAD_ARGUMENT = 1043  # SQLITE_CONSTRAINT_FUNCTION
REFUSED = 2323       # SQLITE_CONSTRAINT_VTAB
DENIED = 23          # SQLITE_AUTH
NOT_READY = 1        # SQLITE_ERROR
TOO_BIG = 18
BUSY = 5
READONLY = 8
INTERRUPT = 9


class Database:
    """A connection without Python's own transactions, and short ways to ask."""

    def __init__(self, path, load=True, **options):
        options.setdefault("isolation_level", None)
        self.path = str(path)
        self.connection = sqlite3.connect(self.path, **options)
        self.connection.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
        self.dumped = None, None
        if load:
            self.load()

    def load(self):
        self.connection.enable_load_extension(True)
        self.connection.load_extension(LORE)

    def run(self, sql, *args):
        """All rows, as tuples: a statement is stepped to its end."""
        return self.connection.execute(sql, args[0] if len(args) == 1 and isinstance(args[0], dict) else args).fetchall()

    rows = run

    def row(self, sql, *args):
        rows = self.run(sql, *args)
        return rows[0] if rows else None

    def value(self, sql, *args):
        row = self.row(sql, *args)
        return row[0] if row else None

    def column(self, sql, *args):
        return [row[0] for row in self.run(sql, *args)]

    def named(self, sql, *args):
        """Rows as dictionaries."""
        cursor = self.connection.execute(sql, args)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row)) for row in cursor.fetchall()]

    def script(self, sql):
        self.connection.executescript(sql)

    def close(self):
        self.connection.close()

    @property
    def in_transaction(self):
        return self.connection.in_transaction


def is_locked_for_others(path):
    """Whether another process can't begin to write."""
    begin = f"import sqlite3; sqlite3.connect({str(path)!r}, timeout=0, isolation_level=None).execute('BEGIN IMMEDIATE')"
    return "database is locked" in subprocess.run([sys.executable, "-c", begin], capture_output=True, text=True).stderr


def image_of(connection):
    """The bytes of its file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "image.db"
        target = sqlite3.connect(path)
        target.execute("PRAGMA synchronous = OFF")
        connection.backup(target)
        target.close()
        return path.read_bytes()


def code_of(error):
    """Its extended code; None before Python 3.11, which has no name for it."""
    return getattr(error, "sqlite_errorcode", None)


@contextlib.contextmanager
def raises_sql(text, code=None):
    """The block ends with an error of SQLite whose message contains the text."""
    caught = type("Caught", (), {"message": None, "code": None})()
    try:
        yield caught
    except sqlite3.Error as error:
        caught.message, caught.code = str(error), code_of(error)
        assert text in caught.message, f"{caught.message!r} does not contain {text!r}"
        assert code is None or caught.code in (code, None), f"{caught.message!r} has code {caught.code}, not {code}"
        return
    raise AssertionError(f"no error; expected {text!r}")


def _connection(db):
    return db.connection if isinstance(db, Database) else db


def dump(db):
    """All of main: the schema and every row, rowids included. Two dumps are equal when nothing changed.

    Pages that are to the byte what they were at the last dump of this connection are not read again.
    """
    connection = _connection(db)
    pages = _pages(connection) if isinstance(db, Database) and hasattr(connection, "serialize") else None  # Python 3.11
    if pages is None or db.dumped[0] != pages:
        made = _dump(connection)
        if pages is None:
            return made
        db.dumped = pages, made
    return {**db.dumped[1], "rows": dict(db.dumped[1]["rows"])}


def _pages(connection):
    """Without the header's counters of changes, which count up also when all is as before."""
    if connection.execute("PRAGMA main.page_count").fetchone()[0] == 0:
        return b""
    pages = connection.serialize()
    return pages[:24] + pages[28:92] + pages[96:]


def _dump(connection):
    schema = connection.execute("SELECT type, name, tbl_name, sql FROM main.sqlite_schema ORDER BY type, name").fetchall()
    content = {}
    for kind, name, _, sql in schema:
        if kind == "table" and not re.match(r"\s*CREATE\s+VIRTUAL", sql or "", re.I):
            content[name] = _rows_of(connection, name)
    marks = [connection.execute(f"PRAGMA main.{mark}").fetchone()[0] for mark in ("user_version", "application_id")]
    return {"schema": schema, "rows": content, "marks": marks}


def _rows_of(connection, table):
    quoted = '"' + table.replace('"', '""') + '"'
    try:
        rows = connection.execute(f"SELECT rowid, * FROM main.{quoted}").fetchall()
    except sqlite3.OperationalError:  # WITHOUT ROWID
        rows = connection.execute(f"SELECT * FROM main.{quoted}").fetchall()
    return sorted(rows, key=repr)


def difference(before, after):
    """What differs between two dumps, for a message that a person can read."""
    found = [f"schema: {sorted(set(before['schema']) ^ set(after['schema']), key=repr)}"] if before["schema"] != after["schema"] else []
    for table in sorted(set(before["rows"]) | set(after["rows"])):
        old, new = before["rows"].get(table, []), after["rows"].get(table, [])
        if old != new:
            found.append(f"{table}: -{[r for r in old if r not in new]} +{[r for r in new if r not in old]}")
    return "; ".join(found)


def assert_same(before, after, what=""):
    assert before == after, f"{what}: {difference(before, after)}"


# ---- lore_help ----

# Verbs without an insertable table: their result is a secret, which must not lie in lore_results.
ONLY_ANSWER = {"secret_get", "secret_reveal"}


class Entry:
    """One row of lore_help."""

    def __init__(self, row):
        self.__dict__.update(row)
        self.argument_names = [re.split("[:=!?]", piece)[0] for piece in self.arguments.split()]
        if self.kind == "verb" and "at" not in self.argument_names:
            self.argument_names.append("at")
        self.tables = (self.writes or "").split()
        self.is_table = self.kind in ("reader", "table") or (self.kind == "verb" and self.name not in ONLY_ANSWER)

    def call(self, arguments):
        return f"SELECT * FROM {self.name}({arguments})" if self.kind in ("reader", "table") else f"SELECT {self.name}({arguments})"

    def insert(self, count, rows, verb="INSERT"):
        """Into the verb's table: its first arguments, by name; `rows` is a VALUES list or a SELECT."""
        names = ", ".join(self.argument_names[:count])
        return f"{verb} INTO {self.name}({names}) {rows}" if names else f"{verb} INTO {self.name} DEFAULT VALUES"

    def __repr__(self):
        return self.name


def help_entries(db):
    return [Entry(row) for row in db.named("SELECT * FROM lore_help")]


def read_entries():
    """The rows of lore_help, for parametrize."""
    db = Database(":memory:")
    entries = help_entries(db)
    db.close()
    return entries


def _run_part(db, title):
    part = re.search(rf"^-- {title}\n((?:[^-\n].*\n)*)", (ROOT / "tests" / "before_examples.sql").read_text(), re.M)
    for sql in part.group(1).splitlines() if part else []:
        db.run(sql)


def prepare(db, entry):
    """Runs what tests/before_examples.sql says for this example."""
    _run_part(db, f"before {entry.name}")


def connect(db, subsystem):
    """Runs what it says for a new connection on which an example of the subsystem is to run."""
    _run_part(db, f"connect {subsystem}")


def prepare_connection(db):
    """Runs what tests/before_examples.sql says for each connection that examples run on: what no file keeps."""
    _run_part(db, "on each connection")


def examples(db):
    """Yields each row of lore_help after its example, if it has one, has run."""
    prepare_connection(db)
    for entry in help_entries(db):
        if entry.example is not None:
            prepare(db, entry)
            db.run(entry.call(entry.example))
        yield entry


def used_file(path):
    """A file in which each example has run."""
    db = Database(path)
    db.run("SELECT lore_migrate('all')")
    for _ in examples(db):
        pass
    return db


def example_width(db, entry):
    """How many arguments the example gives."""
    return len(db.connection.execute(f"SELECT {entry.example}").description) if entry.example else 0


def example_values(db, entry):
    return list(db.row(f"SELECT {entry.example}")) if entry.example else []


class Stages:
    """The database as it is just before each example of lore_help runs: bytes, made once a session."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.numbers = itertools.count()
        self.images = {}
        self.subsystems = {}
        self._make()

    def _make(self):
        db = Database(":memory:")
        db.run("SELECT lore_migrate('all')")
        prepare_connection(db)
        for entry in help_entries(db):
            prepare(db, entry)
            self.images[entry.name] = image_of(db.connection)
            self.subsystems[entry.name] = entry.subsystem
            if entry.example is not None:
                with contextlib.suppress(sqlite3.Error):  # test_registration reports an example that fails
                    db.run(entry.call(entry.example))
        self.images[None] = image_of(db.connection)
        db.close()

    def path(self, name=None):
        """A new file: as before the example of `name`, or with all examples run."""
        path = self.folder / f"stage{next(self.numbers)}.db"
        path.write_bytes(self.images[name])
        return path

    def open(self, name=None, journal=None):
        db = Database(self.path(name))
        db.run("PRAGMA synchronous = OFF")
        prepare_connection(db)
        if journal:
            db.run(f"PRAGMA journal_mode = {journal}")
        connect(db, self.subsystems.get(name))
        return db
