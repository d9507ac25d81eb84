"""What is registered, with which flags, under which names: read back from SQLite and from lore_help."""
import re
from collections import Counter

import pytest

from host_differences import differs
from support import ONLY_ANSWER, ROOT, Database, examples, help_entries, raises_sql, read_entries

ENTRIES = read_entries()
TABLES = [entry for entry in ENTRIES if entry.is_table]
CALLS = [entry for entry in ENTRIES if entry.kind not in ("reader", "table")]

# The engine's own: they refuse everybody else.
MARK = f"lore_version {(ROOT / 'VERSION').read_text().strip()}"
INTERNAL = {"lore_body", "lore_connection", "lore_frame", MARK}

DETERMINISTIC, DIRECTONLY, INNOCUOUS = 0x800, 0x80000, 0x200000
FLAGS = {"pure": DETERMINISTIC | INNOCUOUS, "reads": INNOCUOUS, "direct": DIRECTONLY}

# Rows that have no example, and why.
WITHOUT_EXAMPLE = {
    "vault_open_file": "needs a file with a key",
    "vault_open_fd": "needs a descriptor with a key",
    "lore_rollback": "would drop what the examples after it need",
    "audit_checkpoint": "needs a key in a file",
    "audit_prune": "needs a key in a file",
    "audit_rotate_key": "needs a key in a file",
    "tenant_lock": "would deny what the examples after it need",
    "tenant_selftest": "needs the lock",
}


def is_scalar_form(entry):
    """Whether an aggregate has its name too."""
    return entry.kind == "function" and any(other.name == entry.name and other.kind == "aggregate" for other in ENTRIES)


@pytest.mark.parametrize("entry", CALLS, ids=repr)
def test_a_function_has_the_flags_of_its_kind(bare, entry):
    types = ("w", "a") if entry.kind == "aggregate" else ("s", "s")
    found = bare.run("SELECT narg, flags FROM pragma_function_list WHERE name = ? AND builtin = 0 AND type IN (?, ?)", entry.name, *types)
    assert found, f"{entry.name} is not a function"
    for arity, flags in found:
        assert flags & (DETERMINISTIC | DIRECTONLY | INNOCUOUS) == FLAGS[entry.flags]
        assert arity == (len(entry.argument_names) if is_scalar_form(entry) else -1)


def test_verbs_are_direct_only():
    assert {entry.flags for entry in ENTRIES if entry.kind == "verb"} == {"direct"}


@pytest.mark.parametrize("entry", ENTRIES, ids=repr)
def test_what_administers_is_direct_only(entry):
    depends_on_its_arguments_only = entry.flags == "pure" or entry.name == "secret_scan"
    if entry.subsystem in ("admin", "vault", "audit", "report") and not depends_on_its_arguments_only:
        assert entry.flags == "direct"


def test_the_body_function_is_direct_only_and_refuses_everyone(bare):
    assert bare.value("SELECT flags & ? FROM pragma_function_list WHERE name = 'lore_body'", DIRECTONLY) == DIRECTONLY
    for argument in ("NULL", "1", "x'00'", "'LoreCall'"):
        with raises_sql("lore_body: is for the extension itself"):
            bare.run(f"SELECT lore_body({argument})")
    with raises_sql("unsafe use of lore_body"):
        bare.script("CREATE TABLE t(x); CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT lore_body(1); END; INSERT INTO t VALUES(1)")


def test_the_mark_of_the_version_is_nothing_to_read(bare):
    assert bare.value("SELECT count(*) FROM pragma_module_list WHERE name = ?", MARK) == 1
    with raises_sql("it is for the extension itself"):
        bare.run(f'SELECT * FROM "{MARK}"')


def test_nothing_is_registered_that_lore_help_does_not_name():
    plain, loaded = Database(":memory:", load=False), Database(":memory:")
    names = {entry.name for entry in ENTRIES} | INTERNAL
    for source in ("pragma_function_list", "pragma_module_list"):
        gained = set(loaded.column(f"SELECT name FROM {source}")) - set(plain.column(f"SELECT name FROM {source}"))
        assert gained - names == set()


@pytest.mark.parametrize("name", [entry.name for entry in TABLES] + ["lore_connection", "lore_frame"])
def test_a_module_is_eponymous_only(bare, name):
    with raises_sql(f"no such module: {name}"):
        bare.run(f"CREATE VIRTUAL TABLE mine USING {name}")
    assert bare.value("SELECT count(*) FROM sqlite_schema") == 0


def select_of(entry):
    """A SELECT that needs no argument to be prepared."""
    return f"SELECT * FROM {entry.name}({', '.join(['NULL'] * len(entry.argument_names))})" if entry.kind in ("reader", "table") else f"SELECT * FROM {entry.name}"


TRUST = pytest.mark.parametrize("trusted", ["ON", "OFF"])


@TRUST
@pytest.mark.parametrize("entry", TABLES, ids=repr)
def test_only_tables_that_merely_read_work_in_a_view(db, entry, trusted):
    db.run(f"PRAGMA trusted_schema = {trusted}")
    db.run(f"CREATE VIEW v AS {select_of(entry)}")
    if entry.flags == "direct":
        with raises_sql(f'unsafe use of virtual table "{entry.name}"'):
            db.connection.execute("SELECT * FROM v")
    else:
        db.connection.execute("EXPLAIN SELECT * FROM v")


@TRUST
@pytest.mark.parametrize("entry", CALLS, ids=repr)
def test_only_functions_that_change_nothing_work_in_a_view(db, entry, trusted):
    db.run(f"PRAGMA trusted_schema = {trusted}")
    db.run(f"CREATE VIEW v AS SELECT {entry.name}({entry.example or ''}) AS x")
    if entry.flags == "direct":
        with raises_sql(f"unsafe use of {entry.name}()"):
            db.connection.execute("SELECT * FROM v")
    else:
        db.connection.execute("EXPLAIN SELECT * FROM v")


@TRUST
@pytest.mark.parametrize("entry", [e for e in TABLES if e.kind == "verb"], ids=repr)
def test_a_verb_s_table_is_not_for_triggers(db, entry, trusted):
    db.run("CREATE TABLE own(x)")
    db.run(f"CREATE TRIGGER own_insert AFTER INSERT ON own BEGIN INSERT INTO {entry.name}({entry.argument_names[0]}) VALUES (1); END")
    db.run(f"PRAGMA trusted_schema = {trusted}")
    if differs("triggers write our tables"):
        db.connection.execute("EXPLAIN INSERT INTO own VALUES (1)")
        return
    with raises_sql("unsafe use of virtual table"):
        db.run("INSERT INTO own VALUES (1)")


@pytest.mark.parametrize("name", sorted(ONLY_ANSWER))
def test_a_verb_whose_result_is_a_secret_has_no_table(bare, name):
    assert [entry.kind for entry in ENTRIES if entry.name == name] == ["verb"]
    assert name not in bare.column("SELECT name FROM pragma_module_list")
    with raises_sql(f"no such table: {name}"):
        bare.run(f"INSERT INTO {name} DEFAULT VALUES")
    with raises_sql(f"lore_call: {name} is called by its own name only"):
        bare.run("SELECT lore_call(?, '{}')", name)


# ---- Names ----

@pytest.mark.parametrize("entry", TABLES, ids=repr)
def test_no_argument_or_column_needs_quotes(bare, entry):
    columns = bare.run("SELECT name, hidden FROM pragma_table_xinfo(?)", entry.name)
    names = [name for name, _ in columns]
    bare.connection.execute(f"EXPLAIN SELECT {', '.join(f't.{name}' for name in names)}, {', '.join(names)} FROM {entry.name} AS t")
    bare.connection.execute(f"EXPLAIN SELECT 1 FROM {entry.name} WHERE {' AND '.join(f'{name} IS 1' for name in names)}")
    if entry.kind == "verb":
        assert names == entry.argument_names
        bare.connection.execute(f"EXPLAIN INSERT INTO {entry.name}({', '.join(names)}) VALUES ({', '.join('?' * len(names))})", [None] * len(names))
    else:
        assert [name for name, hidden in columns if hidden] == [f"in_{name}" for name in entry.argument_names]
        assert len(names) == len(set(names))


def test_a_name_is_registered_once_a_kind():
    names = Counter((entry.name, entry.kind == "aggregate") for entry in ENTRIES)
    assert [name for name, count in names.items() if count > 1] == []


@pytest.mark.parametrize("entry", [entry for entry in ENTRIES if is_scalar_form(entry)], ids=repr)
def test_a_scalar_form_and_its_aggregate_take_different_numbers_of_arguments(entry):
    [aggregate] = [other for other in ENTRIES if other.name == entry.name and other.kind == "aggregate"]
    least = sum(piece.endswith(("!", "?")) for piece in aggregate.arguments.split())
    assert not least <= len(entry.argument_names) <= len(aggregate.argument_names)
    assert entry.subsystem == aggregate.subsystem


@pytest.mark.parametrize("entry", ENTRIES, ids=repr)
def test_a_name_is_lower_case_and_has_a_summary(entry):
    assert re.fullmatch("[a-z][a-z0-9_]*", entry.name)
    assert entry.summary and not entry.summary.endswith(".")
    assert entry.kind in ("verb", "reader", "table", "function", "aggregate") and entry.flags in FLAGS


@pytest.mark.parametrize("entry", [e for e in ENTRIES if e.kind == "verb"], ids=repr)
def test_a_verb_names_tables_that_are_there(db, entry):
    assert entry.writes is not None
    tables = set(db.column("SELECT name FROM sqlite_schema WHERE type = 'table'"))
    assert set(entry.tables) - tables == set()


@pytest.mark.parametrize("entry", ENTRIES, ids=repr)
def test_a_name_is_documented(entry):
    page = ROOT / "docs" / f"{entry.subsystem}.md"
    assert page.exists(), f"docs/{entry.subsystem}.md is not there"
    assert re.search(rf"\b{entry.name}\b", page.read_text()), f"{page.name} does not name {entry.name}"


# ---- Examples ----

@pytest.mark.parametrize("entry", ENTRIES, ids=repr)
def test_a_row_has_an_example(entry):
    assert (entry.example is None) == (entry.name in WITHOUT_EXAMPLE)


def test_the_examples_run_one_after_the_other(db):
    count = len(help_entries(db))
    assert sum(1 for _ in examples(db)) == count
    assert db.value("PRAGMA integrity_check") == "ok"
    assert db.run("PRAGMA foreign_key_check") == []


@pytest.mark.parametrize("entry", [entry for entry in ENTRIES if entry.example is not None], ids=repr)
def test_an_example_works_after_those_before_it(stages, entry):
    db = stages.open(entry.name)
    db.run(entry.call(entry.example))
    db.close()


# ---- The schema ----

def test_the_schema_never_names_the_extension(stages):
    db = stages.open()
    names = {entry.name for entry in ENTRIES} | INTERNAL
    for name, sql in db.run("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL"):
        bare_sql = re.sub(r"--[^\n]*", "", sql)
        used = set(re.findall(r"([A-Za-z_]\w*)\s*\(", bare_sql)) | set(re.findall(r"(?:FROM|JOIN|INTO|USING)\s+(\w+)", bare_sql, re.I))
        assert used & names == set(), f"{name} uses {used & names}"
    db.close()


def test_our_own_tables_are_strict_and_hold_no_virtual_table(stages):
    given = set(re.findall(r"CREATE TABLE (\w+)", (ROOT / "tests" / "given.sql").read_text()))
    db = stages.open()
    for name, kind, strict in db.run("SELECT name, type, strict FROM pragma_table_list WHERE schema = 'main'"):
        assert kind in ("table", "view")
        if kind == "table" and not name.startswith("sqlite_"):
            assert strict == (name not in given), f"{name}: strict is {strict}"
    db.close()


def test_loading_leaves_the_file_empty(bare):
    assert bare.value("PRAGMA page_count") == 0
    bare.run("SELECT * FROM lore_help")
    assert bare.value("PRAGMA page_count") == 0
