"""Every version of every schema goes down and up again, and files of released versions are brought up to date."""
import contextlib
import sqlite3
import subprocess

import pytest

from support import ROOT, Database, assert_same, dump, used_file

GOLDEN = sorted((ROOT / "tests" / "golden").glob("*.sql"))


def versions():
    db = Database(":memory:")
    found = db.run("SELECT subsystem, version FROM lore_migrations_status ORDER BY subsystem, version")
    db.close()
    return found


@pytest.fixture
def used(tmp_path):
    db = used_file(tmp_path / "used.db")
    yield db
    db.close()


def schema(db):
    """Each object with its definition, whatever its place; a table by its columns, for ALTER TABLE adds them one by one."""
    found = {}
    ours = "name NOT LIKE 'sqlite_%' AND name NOT LIKE 'lore_index_%'"  # those of lore_index are the caller's
    for kind, name, sql in db.run(f"SELECT type, name, sql FROM sqlite_schema WHERE {ours}"):
        found[name] = (kind, sql, db.run("SELECT name, type, \"notnull\", dflt_value, pk, hidden FROM pragma_table_xinfo(?)", name))
    return found


def roll_back(db, subsystem, version):
    """Takes along what stands on it."""
    for _ in range(20):
        try:
            return db.run("SELECT lore_rollback(?, ?, 'drop-data')", subsystem, version)
        except sqlite3.IntegrityError as error:
            assert "roll it back first" in str(error)
            roll_back(db, str(error).split()[1], 0)
    raise AssertionError(f"{subsystem} can't be rolled back")


def rows_by_name(db):
    """Each row of each table as a dictionary of its columns."""
    tables = db.column("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT IN ('lore_migrations', 'sqlite_sequence')")
    return {table: db.named(f'SELECT * FROM "{table}"') for table in tables}


def narrowed(rows, columns):
    return sorted(([row[column] for column in columns] for row in rows), key=repr)


@pytest.mark.parametrize("subsystem, version", versions())
def test_a_version_goes_down_and_up_again(used, subsystem, version):
    before = rows_by_name(used)
    made = schema(used)
    roll_back(used, subsystem, version - 1)
    states = used.run("SELECT version, state FROM lore_migrations_status WHERE subsystem = ?", subsystem)
    assert {number for number, state in states if state == "applied"} == {number for number, _ in states if number < version}
    kept = rows_by_name(used)
    used.run("SELECT lore_migrate('all')")
    assert schema(used) == made
    after = rows_by_name(used)
    for table, rows in kept.items():
        columns = rows[0].keys() if rows else []
        assert narrowed(before[table], columns) == narrowed(rows, columns) == narrowed(after[table], columns), f"{table} has other rows"
    assert used.run("SELECT * FROM lore_validate WHERE severity = 'error' AND (object LIKE 'table %' OR object LIKE 'index %')") == []


def test_all_versions_down_and_up_give_what_a_new_file_has(used):
    new = Database(":memory:")
    new.run("SELECT lore_migrate('all')")
    for subsystem in {subsystem for subsystem, _ in versions()} - {"admin"}:
        with contextlib.suppress(sqlite3.Error):
            roll_back(used, subsystem, 0)
    used.run("SELECT lore_migrate('all')")
    assert schema(used) == schema(new)
    rows, fresh = dump(used)["rows"], dump(new)["rows"]
    for table in set(fresh) - {"lore_migrations", "sqlite_sequence", "lore_settings"}:
        assert_same({"schema": [], "rows": {table: fresh[table]}}, {"schema": [], "rows": {table: rows[table]}}, table)
    new.close()


def restored(path, tmp_path):
    target = tmp_path / "golden.db"
    subprocess.run(["sqlite3", "-batch", "-bail", "-init", "/dev/null", str(target)], input=path.read_text(), text=True, check=True, timeout=60)
    return Database(target)


def test_there_is_a_file_of_this_version():
    assert (ROOT / "tests" / "golden" / f"{(ROOT / 'VERSION').read_text().strip()}.sql") in GOLDEN, "make golden"


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_a_file_of_a_released_version_is_brought_up_to_date(path, tmp_path):
    db = restored(path, tmp_path)
    columns = {name: db.column("SELECT name FROM pragma_table_info(?)", name)
               for name in db.column("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")}

    def rows():
        return {name: sorted(db.run("SELECT {} FROM {}".format(", ".join(f'"{column}"' for column in names), name)), key=repr)
                for name, names in columns.items() if name != "lore_migrations"}

    before = rows()
    assert sum(map(len, before.values())) > 50
    changed = db.run("SELECT subsystem, version FROM lore_migrations_status WHERE state = 'changed'")
    assert changed == [], f"{path.name} was made with other migrations; if they were not released yet: make golden"
    db.run("SELECT lore_migrate('all')")
    assert rows() == before
    assert set(db.column("SELECT state FROM lore_migrations_status")) == {"applied"}
    assert db.run("SELECT * FROM lore_validate") == []
    new = Database(":memory:")
    new.run("SELECT lore_migrate('all')")
    assert set(schema(db)) == set(schema(new))
    new.close()
    db.close()
