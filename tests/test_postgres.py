"""sql/postgres.sql, without a server: its pages have every table, column, index and trigger of the migrations.

tests/peers/postgres.py compares what PostgreSQL makes of them, in much more detail.
"""
import re
import subprocess

import pytest

from support import ROOT

PAGES = sorted((ROOT / "sql" / "postgres").glob("*.sql"))
TEXT = "\n".join(re.sub(r"--.*", "", page.read_text()) for page in [ROOT / "sql" / "postgres.sql", *PAGES])
TYPES = {"INTEGER": "bigint", "REAL": "double precision", "TEXT": "text", "BLOB": "bytea", "ANY": "double precision"}

# INSERT OR REPLACE is not there; the inputs of a replay are not recorded there.
NOT_THERE = {"lore_on_task_insert"} | {f"lore_on_{what}_{change}" for what in ("record_events", "rule", "mute")
                                       for change in ("insert", "update", "delete")} | {"lore_on_record_on"}
# A column of INTEGER in which SQLite keeps 12.5 too.
NUMBERS = {("workflow_history", name) for name in ("error_count", "duration_seconds", "retry_count", "total_tokens")}


def made(pattern):
    return re.findall(pattern, TEXT)


def columns_of(table):
    """(name, type) of each column, as the page has them."""
    body = re.search(rf"^CREATE TABLE {table} \(\n(.*?)^\);", TEXT, re.M | re.S).group(1)
    return [(name.strip('"'), kind) for name, kind in re.findall(r'^  ("?[a-z_]\w*"?) +(bigint|text|double precision|bytea|numeric)\b', body, re.M)]


@pytest.mark.parametrize("kind, known", [("table", set()), ("index", set()), ("view", set()), ("trigger", NOT_THERE)])
def test_all_that_the_migrations_make_is_there(db, kind, known):
    ours = db.column("SELECT name FROM sqlite_schema WHERE type = ? AND name NOT LIKE 'sqlite_%'", kind)
    theirs = made(rf"CREATE (?:UNIQUE )?{kind.upper()} (\w+)")
    assert len(theirs) == len(set(theirs))
    assert set(ours) - set(theirs) == known, f"sql/postgres lacks a {kind}"


def test_each_column_is_there_in_its_place_with_its_type(db):
    for table in db.column("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"):
        ours = [(name, "numeric" if (table, name) in NUMBERS else TYPES[kind.replace(" GENERATED ALWAYS", "")])
                for name, kind in db.run("SELECT name, type FROM pragma_table_xinfo(?) ORDER BY cid", table)]
        assert columns_of(table) == ours, table


def test_an_export_has_just_these_tables_in_this_order(db):
    header = db.value("SELECT line FROM lore_export LIMIT 1")
    view = re.search(r"CREATE VIEW lore_tables AS(.*?);", TEXT, re.S).group(1)
    listed = re.sub(r"'\s*\n\s*'", "", view)
    rows = re.findall(r"\('(\w+)', '([\w ]+)'\)", listed)
    assert [subsystem for subsystem, _ in rows] == sorted(subsystem for subsystem, _ in rows)
    assert " ".join(names for _, names in rows).split() == re.findall(r'"(\w+)":\{"rows"', header)
    assert set(re.search(r"IN \((.*?)\) AS counts", view).group(1).replace("'", "").split(", ")) == set(
        db.column("SELECT name FROM sqlite_schema WHERE sql LIKE '%AUTOINCREMENT%'"))


def test_it_says_which_migrations_it_has_and_which_version_it_is(db):
    text = (ROOT / "sql" / "postgres.sql").read_text()
    said = [(subsystem, int(version), name) for subsystem, version, name in re.findall(r"\('(\w+)', (\d+), '(\w+)'\)", text)]
    assert said == db.run("SELECT subsystem, version, name FROM lore_migrations WHERE subsystem NOT IN ('lore', 'taken') ORDER BY 1, 2")
    assert f"lore_version() RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT '{(ROOT / 'VERSION').read_text().strip()}' $$" in TEXT


def test_each_page_is_read_by_the_first(db):
    included = made(r"\\ir postgres/(\w+\.sql)")
    assert sorted(included + ["load.sql", "export.sql"]) == [page.name for page in PAGES]


def test_each_report_is_a_view():
    assert {path.stem for path in (ROOT / "sql" / "reports").glob("*.sql")} <= set(made(r"CREATE VIEW (\w+)"))


def test_lines_fit_a_page():
    for page in [ROOT / "sql" / "postgres.sql", *PAGES]:
        assert max(map(len, page.read_text().splitlines())) <= 132, page.name


def test_the_pages_are_installed_as_they_stand_here(tmp_path):
    subprocess.run(["make", "-s", "install", f"DESTDIR={tmp_path}", "PREFIX=/here"], cwd=ROOT, check=True, timeout=300, stdout=subprocess.DEVNULL)
    share = tmp_path / "here" / "share" / "sqlite-lore"
    assert (share / "postgres.sql").read_text() == (ROOT / "sql" / "postgres.sql").read_text()
    assert sorted(path.name for path in (share / "postgres").iterdir()) == [page.name for page in PAGES]
