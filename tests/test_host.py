"""What depends on the SQLite that loads us: what it does in its own way (host_differences.py), and how little it may allow."""
import re
import sqlite3
import subprocess

import pytest

from host_differences import DIFFERENCES, differs
from support import ROOT, Database, examples, help_entries, raises_sql, used_file

# Of sqlite3_limit and SQLITE_MAX_…: what the extension needs, with something to spare.
LIMITS = {"COLUMN": 50, "VARIABLE_NUMBER": 40, "EXPR_DEPTH": 50, "COMPOUND_SELECT": 20, "FUNCTION_ARG": 30, "TRIGGER_DEPTH": 5, "ATTACHED": 0,
          "SQL_LENGTH": 20000, "LIKE_PATTERN_LENGTH": 100, "VDBE_OP": 25000, "WORKER_THREADS": 0}


def test_a_check_that_calls_a_verb_is_refused_where_the_host_can(db):
    sql = "CREATE TABLE own(x CHECK (lore_set('suppression_ttl_days', 9) IS NOT NULL))"
    if not differs("checks call verbs"):
        with raises_sql("unsafe use of lore_set()"):
            db.run(sql)
        return
    db.run(sql)
    db.run("INSERT INTO own VALUES (1)")
    assert db.value("SELECT value FROM lore_settings WHERE name = 'suppression_ttl_days'") == "9"


def test_an_insert_into_a_plain_table_that_fails_keeps_what_the_host_keeps(db):
    db.run("CREATE TABLE own(x)")
    db.run("BEGIN")
    with raises_sql("suppression_ttl_days must be an integer"):
        db.run("INSERT INTO own SELECT lore_set('suppression_ttl_days', value) FROM (SELECT 9 AS value UNION ALL SELECT 'x')")
    assert db.value("SELECT count(*) FROM lore_settings WHERE name = 'suppression_ttl_days'") == int(differs("earlier rows stay"))
    db.run("COMMIT")


def test_points_of_an_insert_become_chunks_at_once_where_the_host_lets_them(db):
    db.run("INSERT INTO metric_record(name, value, at) WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n LIMIT 100) "
           "SELECT 'load', value, 1769774400 + value FROM n")
    assert (db.value("SELECT count(*) FROM metric_chunks") == 0) == differs("always in the frame")
    assert db.value("SELECT count(*) FROM metric_points('load')") == 100


def test_loading_again_works_on_a_file_that_another_has_locked(db):
    owner = Database(db.path, load=False)
    owner.run("BEGIN EXCLUSIVE")
    late = Database(db.path, load=False, timeout=0)
    late.load()
    late.load()
    if differs("a SELECT looks at the file"):
        with raises_sql("database is locked"):
            late.run("SELECT 1")
    else:
        assert late.value("SELECT 1") == 1
    owner.run("ROLLBACK")
    assert late.value("SELECT lore_version()") == db.value("SELECT lore_version()")
    owner.close()
    late.close()


def test_a_number_is_shown_as_the_host_shows_it(db):
    assert db.value("SELECT CAST(484.4500000000001 AS TEXT)") == ("484.4500000000001" if differs("longer numbers") else "484.45")


@pytest.mark.parametrize("options", ["foreign_keys = ON", "recursive_triggers = ON", "cell_size_check = ON", "reverse_unordered_selects = ON"])
def test_every_example_runs_whatever_the_host_sets(tmp_path, options):
    db = Database(tmp_path / "x.db")
    db.run(f"PRAGMA {options}")
    db.run("SELECT lore_migrate('all')")
    assert sum(1 for _ in examples(db)) > 200
    db.close()


def test_every_example_runs_within_small_limits(tmp_path):
    db = Database(tmp_path / "x.db")
    for name, most in LIMITS.items():
        db.connection.setlimit(getattr(sqlite3, f"SQLITE_LIMIT_{name}"), most)
    db.run("SELECT lore_migrate('all')")
    assert sum(1 for _ in examples(db)) > 200
    db.close()


def test_a_reader_may_be_ended_after_its_connection_was_closed(tmp_path):
    """Python closes with sqlite3_close_v2 and ends the statement afterwards; the host "-debug" would see a misuse."""
    used = used_file(tmp_path / "x.db")
    readers = [entry for entry in help_entries(used) if entry.kind == "reader" and entry.subsystem not in ("vault", "tenants")]
    used.close()
    rows = 0
    for entry in readers:
        db = Database(tmp_path / "x.db")
        cursor = db.connection.execute(entry.call(entry.example or ""))
        rows += cursor.fetchone() is not None
        db.close()
        del cursor
    assert rows > 40


def test_no_routine_newer_than_the_oldest_host_is_called():
    """Those of sqlite3_api_routines that its header says came with 3.38 or later."""
    folder = subprocess.run(["pkg-config", "--variable=includedir", "sqlite3"], text=True, capture_output=True, check=True).stdout.strip()
    with open(f"{folder}/sqlite3ext.h", encoding="utf-8") as header:
        fields = header.read().split("};")[0]
    newer = set(re.findall(r"\(\*(\w+)\)\(", fields[fields.index("/* Version 3.38.0 and later */"):]))
    assert "vtab_in" in newer and "txn_state" not in newer
    sources = "\n".join(path.read_text() for path in ROOT.glob("ext/**/*.[ch]"))
    assert {name for name in newer if re.search(rf"\bsqlite3_{name}\b", sources)} == set()


def test_each_difference_says_where_it_is():
    assert {found.range for found in DIFFERENCES.values()} == {"before 3.40", "before 3.52", "3.49 and newer", "3.52 and newer"}
    assert [found.applies((3, 39, 4)) for found in DIFFERENCES.values() if found.before == (3, 40)] == [True] * 4
