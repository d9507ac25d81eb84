"""An export holds everything, exactly; an import takes all of it or nothing."""
import hashlib
import json
import random
import struct

import pytest

from support import BAD_ARGUMENT, ROOT, Database, assert_same, dump, raises_sql, used_file

GIVEN = (ROOT / "tests" / "given.sql").read_text()
INTO = "INSERT INTO lore_import(line, mode) SELECT line, ? FROM temp.lines ORDER BY n"


def export(db, arguments=""):
    return db.column(f"SELECT line FROM lore_export{arguments}")


def put_lines(db, lines):
    db.run("CREATE TEMP TABLE IF NOT EXISTS lines(n INTEGER PRIMARY KEY, line TEXT)")
    db.run("DELETE FROM temp.lines")
    db.connection.executemany("INSERT INTO temp.lines(line) VALUES (?)", [(line,) for line in lines])


def take(db, lines, mode="skip"):
    """The answer of the last line."""
    put_lines(db, lines)
    db.run(INTO, mode)
    return json.loads(db.value("SELECT lore_result()"))


def sealed(lines):
    """The lines with a trailer that fits them."""
    checksum = hashlib.blake2b("".join(line + "\n" for line in lines).encode(), digest_size=16).hexdigest()
    return lines + [json.dumps({"lore_export_end": 1, "rows": len(lines) - 1, "checksum": checksum}, separators=(",", ":"))]


def other():
    db = Database(":memory:")
    db.run("SELECT lore_migrate('all')")
    return db


@pytest.fixture
def used(tmp_path):
    db = used_file(tmp_path / "used.db")
    yield db
    db.close()


# ---- The form ----

def test_an_export_says_what_it_holds(used):
    lines = export(used)
    header, trailer = json.loads(lines[0]), json.loads(lines[-1])
    assert header["lore_export"] == 1 and header["version"] == used.value("SELECT lore_version()")
    assert header["migrations"]["signals"] == 1 and "lore" not in header["migrations"]
    counts = {name: table["rows"] for name, table in header["tables"].items()}
    for name, count in counts.items():
        assert used.value(f"SELECT count(*) FROM {name}") == count
    assert trailer["rows"] == sum(counts.values()) == len(lines) - 2
    assert sealed(lines[:-1]) == lines


def test_every_table_of_the_schema_is_in_it(used):
    tables = set(used.column("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"))
    assert tables - set(json.loads(export(used)[0])["tables"]) == {"lore_migrations"}


def test_one_subsystem_alone(used):
    header = json.loads(export(used, "('keys')")[0])
    assert set(header["tables"]) == {"key_groups", "key_log"}
    with raises_sql("lore_export: there is no subsystem 'nonsense'", BAD_ARGUMENT):
        export(used, "('nonsense')")


def test_the_order_of_the_rows_is_that_of_their_keys(db):
    for key in "cab":
        db.run("INSERT INTO tasks(task_id, description, created_at, updated_at) VALUES (?, 't', 'now', 'now')", key)
    rows = [json.loads(line) for line in export(db, "('work')")[1:-1]]
    assert [row["row"]["task_id"] for row in rows if row["table"] == "tasks"] == ["a", "b", "c"]


def test_a_file_that_nobody_has_migrated_can_be_exported(bare):
    assert json.loads(export(bare)[0])["tables"] == {}
    bare.script(GIVEN)
    bare.run("INSERT INTO workflow_history(workflow_id, total_tokens) VALUES ('w', 5)")
    header = json.loads(export(bare)[0])
    assert header["migrations"] == {} and header["tables"]["workflow_history"]["rows"] == 1


def test_a_read_only_file_can_be_exported(used):
    lines = export(used)
    reader = Database(f"file:{used.path}?mode=ro", uri=True)
    assert export(reader) == lines
    reader.close()


def test_an_export_shows_one_state_of_the_file(db):
    """Another connection writes while the lines are read."""
    db.run("PRAGMA journal_mode = WAL")
    for n in range(2):
        db.run("SELECT signal_save('t', 's', 'domain:a' || ? || '.io', 1, '{}')", n)
    expected = export(db)
    cursor = db.connection.execute("SELECT line FROM lore_export")
    first = cursor.fetchone()[0]
    writer = Database(db.path)
    writer.run("DELETE FROM signal_processing")
    writer.run("SELECT key_merge('domain:a.io', 'github_org:a', 'x', 'ann')")
    writer.close()
    assert [first] + [line for line, in cursor.fetchall()] == expected


# ---- There and back ----

@pytest.mark.parametrize("mode", ["skip", "merge", "replace"])
@pytest.mark.parametrize("form", ["rows", "one text", "bytes"])
def test_export_import_export_is_the_same_to_the_byte(used, mode, form):
    lines, copy = export(used), other()
    if form == "rows":
        take(copy, lines, mode)
    else:
        text = "\n".join(lines) + "\n"
        copy.run("SELECT lore_import(?, ?)", text if form == "one text" else text.encode(), mode)
    assert export(copy) == lines
    assert copy.value("PRAGMA integrity_check") == "ok"
    assert copy.run("PRAGMA foreign_key_check") == []
    copy.close()


def random_value(source):
    kind = source.randrange(8)
    if kind == 0:
        return source.choice([0, -1, 2**63 - 1, -(2**63), 2**53 + 1, source.getrandbits(63)])
    if kind == 1:
        return struct.unpack("d", source.getrandbits(64).to_bytes(8, "little"))[0]
    if kind == 2:
        return source.choice([0.0, -0.0, 1.0, 1e999, -1e999, 5e-324, 0.1, 1e15, 1e16])
    if kind == 3:
        return bytes(source.getrandbits(8) for _ in range(source.randrange(20)))
    if kind == 4:
        return None
    return source.choice(["", "a", "NULL", "null", '"', "\\", "\n", "\x7f", "\x01", "a\0b", "\0", "😀", "\ufffe", "x" * 3000, "1.0", "é"])


def test_any_value_comes_back_as_it_was(db):
    """Columns without a type, as other software may have added them, keep whatever they get."""
    source = random.Random(7)
    for name in ("workflow_history", "signals"):
        db.run(f'ALTER TABLE {name} ADD COLUMN "odd "" name"')
    rows = [(f"w{n:04}", random_value(source)) for n in range(2000)]
    db.connection.executemany('INSERT INTO workflow_history(workflow_id, "odd "" name") VALUES (?, ?)', rows)
    db.run('INSERT INTO workflow_history(workflow_id, "odd "" name") VALUES (\'z\', CAST(x\'ff61\' AS TEXT))')
    copy = other()
    for name in ("workflow_history", "signals"):
        copy.run(f'ALTER TABLE {name} ADD COLUMN "odd "" name"')
    lines = export(db)
    take(copy, lines)
    assert export(copy) == lines
    ask = 'SELECT workflow_id, typeof("odd "" name"), CAST("odd "" name" AS BLOB) FROM workflow_history ORDER BY 1'
    assert copy.run(ask) == db.run(ask)
    reals = 'SELECT "odd "" name" FROM workflow_history WHERE typeof("odd "" name") = \'real\' ORDER BY workflow_id'
    assert [struct.pack("d", value) for value in copy.column(reals)] == [struct.pack("d", value) for value in db.column(reals)]
    copy.close()


def test_a_number_that_autoincrement_has_given_is_not_given_again(db):
    for n in range(5):
        db.run("INSERT INTO intelligence_events(event_type, created_at) VALUES ('e', '2020-01-01T00:00:00.000Z')")
    db.run("DELETE FROM intelligence_events WHERE id > 2")
    copy = other()
    take(copy, export(db))
    copy.run("INSERT INTO intelligence_events(event_type, created_at) VALUES ('e', '2020-01-01T00:00:00.000Z')")
    assert copy.value("SELECT max(id) FROM intelligence_events") == 6
    copy.close()


def test_triggers_of_ours_do_not_run_again(db):
    """An event of a transition is in the export; the row of the transition must not make another."""
    db.run("SELECT signal_upsert('a', 'b', 'c', 'low')")
    events = db.value("SELECT count(*) FROM intelligence_events")
    copy = other()
    take(copy, export(db))
    assert events > 0 and copy.value("SELECT count(*) FROM intelligence_events") == events
    before = copy.value("SELECT count(*) FROM intelligence_events")
    copy.run("SELECT signal_upsert('a', 'b', 'd', 'low')")
    assert copy.value("SELECT count(*) FROM intelligence_events") == before + 1, "triggers are on again"
    copy.close()


def test_settings_are_in_force_at_once(db):
    db.run("SELECT lore_set('suppression_ttl_days', 30)")
    copy = other()
    assert copy.value("SELECT value FROM lore_settings_all WHERE name = 'suppression_ttl_days'") == "7"
    take(copy, export(db))
    assert copy.value("SELECT value FROM lore_settings_all WHERE name = 'suppression_ttl_days'") == "30"
    copy.close()


def test_points_that_come_before_and_after_an_import_of_one_transaction_find_their_series(db):
    """What metric_record knows of the series is no longer so."""
    copy = other()
    for source, name in ((db, "a"), (copy, "b")):
        for n in range(3):
            if source is copy and n == 0:
                copy.run("BEGIN")
            source.run("INSERT INTO metric_record(name, value, at) VALUES (?, ?, ?)", f"{name}{n}", n, 1767225600000)
    take(copy, export(db), "replace")
    for name in ("b1", "a1"):
        copy.run("INSERT INTO metric_record(name, value, at) VALUES (?, ?, ?)", name, 7 + (name == "a1"), 1767225600099)
    copy.run("COMMIT")
    points = copy.run("SELECT s.name, r.ts - 1767225600000, r.value FROM metric_recent AS r JOIN metric_series AS s USING (series_id) ORDER BY 1, 2")
    assert points == [("a0", 0, 0.0), ("a1", 0, 1.0), ("a1", 99, 8.0), ("a2", 0, 2.0), ("b1", 99, 7.0)]
    assert copy.run("SELECT * FROM lore_validate") == []
    copy.close()


# ---- Modes ----

@pytest.fixture
def pair(db):
    """The lines of a file with two signals, and another file in which one of them differs and a third one is."""
    for n in (1, 2):
        db.run("SELECT signal_save('t', 's', 'domain:a' || ? || '.io', 0.5, '{}', 'Theirs', '2026-01-01')", n)
    copy = other()
    take(copy, export(db))
    copy.run("UPDATE signals SET company_name = 'Ours' WHERE id = 1")
    copy.run("DELETE FROM signal_processing WHERE signal_id = 2")
    copy.run("DELETE FROM signals WHERE id = 2")
    copy.run("SELECT signal_save('t', 's', 'domain:own.io', 1, '{}', 'Own', '2026-01-01', NULL)")
    copy.run("UPDATE signal_processing SET signal_id = 9, id = 9 WHERE signal_id <> 1")
    copy.run("UPDATE signals SET id = 9 WHERE id <> 1")
    yield export(db), copy
    copy.close()


NAMES = "SELECT id, company_name FROM signals ORDER BY id"


def test_skip_leaves_what_is_there(pair):
    lines, copy = pair
    answer = take(copy, lines, "skip")
    assert copy.run(NAMES) == [(1, "Ours"), (2, "Theirs"), (9, "Own")]
    assert (answer["added"], answer["changed"]) == (2, 0) and answer["left"] == answer["rows"] - 2


def test_merge_changes_what_is_there(pair):
    lines, copy = pair
    answer = take(copy, lines, "merge")
    assert copy.run(NAMES) == [(1, "Theirs"), (2, "Theirs"), (9, "Own")]
    assert (answer["added"], answer["changed"]) == (2, 1)
    assert take(copy, lines, "merge")["left"] == answer["rows"]


def test_replace_makes_the_tables_what_the_export_holds(pair):
    lines, copy = pair
    answer = take(copy, lines, "replace")
    assert copy.run(NAMES) == [(1, "Theirs"), (2, "Theirs")]
    assert answer["added"] == answer["rows"] and export(copy) == lines


def test_a_dry_run_says_what_would_be_done_and_does_nothing(pair):
    lines, copy = pair
    before = dump(copy)
    answer = take(copy, lines, "dry-run")
    assert copy.value("SELECT lore_notice()") == "nothing was changed: this was a dry run"
    assert_same(before, dump(copy))
    assert answer == take(copy, lines, "skip")


def test_a_dry_run_finds_what_an_import_would_find(pair):
    lines, copy = pair
    broken = sealed([line.replace('"confidence":0.5', '"confidence":null') for line in lines[:-1]])
    before = dump(copy)
    for mode in ("dry-run", "skip"):
        with raises_sql("signals: NOT NULL constraint failed: signals.confidence", BAD_ARGUMENT) as caught:
            take(copy, broken, mode)
        assert f"line {number_of(broken, 'domain:a1.io')}: " in caught.message
        assert_same(before, dump(copy))


def number_of(lines, text):
    return 1 + next(n for n, line in enumerate(lines) if text in line)


def test_the_mode_does_not_change_on_the_way(used):
    lines = export(used)
    with raises_sql("lore_import: mode was merge in line 1, now it is skip", BAD_ARGUMENT):
        used.run(
            "INSERT INTO lore_import(line, mode) VALUES (?, 'merge'), (?, 'skip')", lines[0], lines[1])


# ---- All or nothing ----

def refused(db, lines, text, mode="skip"):
    """In each form: the error, and nothing is written."""
    before = dump(db)
    put_lines(db, lines)
    for sql in (INTO, "SELECT lore_import((SELECT group_concat(line, char(10)) FROM (SELECT line FROM temp.lines ORDER BY n)), ?)"):
        with raises_sql(text) as caught:
            db.run(sql, mode)
        assert caught.message.startswith("lore_import: ") and caught.message.count("lore_import: ") == 1
        assert_same(before, dump(db))
        assert not db.in_transaction
        db.run("BEGIN")
        with raises_sql(text):
            db.run(sql, mode)
            db.run("COMMIT")
        if db.in_transaction:
            assert_same(before, dump(db))
            db.run("COMMIT")
        assert_same(before, dump(db))


def test_an_export_that_was_cut_off_never_commits(used):
    lines, copy = export(used), other()
    for length in (1, 2, len(lines) // 2, len(lines) - 1):
        refused(copy, lines[:length], f"the export ends after line {length} without its trailer")
    assert take(copy, lines)["rows"] == len(lines) - 2
    copy.close()


def test_a_cut_export_takes_the_rest_of_its_transaction_along(used, db):
    lines = export(used)
    db.run("BEGIN")
    db.run("CREATE TABLE own(x)")
    put_lines(db, lines[:-1])
    db.run(INTO, "skip")
    with raises_sql("without its trailer: nothing was imported"):
        db.run("COMMIT")
    assert not db.in_transaction and db.value("SELECT count(*) FROM sqlite_schema WHERE name = 'own'") == 0


def test_lines_may_come_in_many_statements_of_one_transaction(used):
    lines, copy = export(used), other()
    copy.run("BEGIN")
    for line in lines:
        copy.run("INSERT INTO lore_import(line) VALUES (?)", line)
    copy.run("COMMIT")
    assert export(copy) == lines
    copy.close()


@pytest.mark.parametrize("line", [2, 9, 30])
@pytest.mark.parametrize("how", ["lost", "twice", "changed", "swapped", "not JSON", "no object", "empty"])
def test_a_line_that_is_wrong_is_found(used, line, how):
    lines, copy = export(used), other()
    wrong = list(lines)
    if how == "lost":
        del wrong[line]
    elif how == "twice":
        wrong.insert(line, wrong[line])
    elif how == "swapped":
        wrong[line], wrong[line + 1] = wrong[line + 1], wrong[line]
    else:
        wrong[line] = {"changed": lines[line].replace("}}", " }}"), "not JSON": "{nonsense", "no object": "[1]", "empty": ""}[how]
    expected = f"line {line + 1} is no JSON object" if how in ("not JSON", "no object") else f"line {len(wrong)}: the "
    refused(copy, wrong, expected)
    copy.close()


ROW = '{"table":"key_log","row":{"seq":1,"at":"2026-01-01T00:00:00.000Z","action":"merge","a":"x","b":"y","reason":"r","by":null}}'
HEADER = ('{"lore_export":1,"version":"0.1.0","migrations":{},"tables":{"key_log":{"rows":1,"columns":'
          '["seq","at","action","a","b","reason","by"]}},"sequences":{}}')

WRONG = {
    "another format": (HEADER.replace('"lore_export":1', '"lore_export":2'), ROW, "line 1: the export has another format than 1"),
    "no tables": ('{"lore_export":1}', ROW, "line 1: the header lists no tables"),
    "a foreign table": (HEADER.replace("key_log", "sqlite_schema"), ROW, "line 1: sqlite_schema is no table of an export"),
    "a table of the application": (HEADER.replace("key_log", "own"), ROW, "line 1: own is no table of an export"),
    "the record of migrations": (HEADER.replace("key_log", "lore_migrations"), ROW, "line 1: lore_migrations is no table of an export"),
    "an unknown column": (HEADER.replace('"by"]', '"bye"]'), ROW, "line 1: key_log has no column bye here"),
    "no columns": (HEADER.replace('["seq","at","action","a","b","reason","by"]', "[]"), ROW, "line 1: key_log has no columns"),
    "a table that is not listed": (HEADER, ROW.replace("key_log", "signals"), "line 2: the header does not list the table signals"),
    "a column too few": (HEADER, ROW.replace(',"by":null', ""), "line 2: key_log must have the columns that the header lists"),
    "a column too many": (HEADER, ROW.replace('"by":null', '"by":null,"x":1'), "line 2: key_log must have the columns that the header"),
    "columns in another order": (HEADER, ROW.replace('"a":"x","b":"y"', '"b":"y","a":"x"'), "line 2: key_log must have the columns"),
    "no value": (HEADER, ROW.replace("null", "true"), "line 2: key_log.by has no value of an export"),
    "a broken constraint": (HEADER, ROW.replace('"merge"', '"nonsense"'), "line 2: key_log: CHECK constraint failed"),
    "another type": (HEADER, ROW.replace('"a":"x"', '"a":{"blob":"00"}'), "line 2: key_log: cannot store BLOB value in TEXT column"),
    "a number that is none": (HEADER, ROW.replace('"seq":1', '"seq":"one"'), "line 2: key_log: datatype mismatch"),
    "a table listed twice": (HEADER.replace('"tables":{', '"tables":{"key_log":{"rows":0,"columns":["seq"]},'), ROW, "line 1: it lists key_log twice"),
    "no row": (HEADER, '{"table":"key_log"}', "line 2: this is no row of an export"),
    "another count": (HEADER.replace('"rows":1', '"rows":2'), ROW, "key_log has 1 rows, but the header says 2"),
}


@pytest.mark.parametrize("header, row, text", WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_named_with_its_line(db, header, row, text):
    db.run("CREATE TABLE own(x)")
    refused(db, sealed([header, row]), text)


def test_the_smallest_export_is_taken(db):
    assert take(db, sealed([HEADER, ROW])) == {"rows": 1, "added": 1, "changed": 0, "left": 0}


def test_a_table_that_is_not_there_is_named(bare):
    bare.run("SELECT lore_migrate('admin')")
    refused(bare, sealed([HEADER, ROW]), "line 1: there is no table key_log here: run SELECT lore_migrate('all') first")


def test_what_is_no_export_is_refused(db):
    for text in ("", "x", "{}", "[1]", '{"table":"key_log","row":{}}', '{"signals": 1}', '{"signals": [}'):
        with raises_sql("lore_import: ", BAD_ARGUMENT):
            db.run("SELECT lore_import(?)", text)
    with raises_sql("lore_import: line must be text, got 7", BAD_ARGUMENT):
        db.run("SELECT lore_import(7)")
    with raises_sql("lore_import: line 1 must be the header of an export", BAD_ARGUMENT):
        db.run("SELECT lore_import(x'')")


def test_a_savepoint_that_is_rolled_back_voids_the_import(used):
    lines, copy = export(used), other()
    before = dump(copy)
    copy.run("BEGIN")
    copy.run("INSERT INTO lore_import(line) VALUES (?)", lines[0])
    copy.run("SAVEPOINT s")
    copy.run("INSERT INTO lore_import(line) VALUES (?)", lines[1])
    copy.run("ROLLBACK TO s")
    with raises_sql("lore_import: this import was given up: begin again with line 1", BAD_ARGUMENT):
        copy.run("INSERT INTO lore_import(line) VALUES (?)", lines[2])
    copy.run("COMMIT")
    assert_same(before, dump(copy))
    assert take(copy, lines)["rows"] == len(lines) - 2
    copy.close()


def test_what_a_line_has_written_is_undone_by_a_wrong_line_behind_it(used):
    lines, copy = export(used), other()
    before = dump(copy)
    copy.run("BEGIN")
    with raises_sql("line 1 must be the header", BAD_ARGUMENT):
        copy.run("INSERT INTO lore_import(line) VALUES (?)", "\n".join(lines + ["nonsense"]))
    copy.run("COMMIT")
    assert_same(before, dump(copy))
    copy.close()


def test_a_statement_that_goes_on_to_other_tables_is_ended_whole(used):
    """Triggers are switched off meanwhile, and SQLite ends a statement that opens a table after that."""
    text, copy = "\n".join(export(used)), other()
    copy.run("CREATE TABLE own(x)")
    copy.run("CREATE TEMP TRIGGER t AFTER INSERT ON main.own BEGIN SELECT count(*) FROM main.own; END")
    before = dump(copy)
    copy.run("BEGIN")
    with raises_sql("abort due to ROLLBACK"):
        copy.run("INSERT INTO own SELECT lore_import(?)", text)
    copy.run("COMMIT")
    assert_same(before, dump(copy))
    copy.run("DROP TRIGGER temp.t")
    copy.run("INSERT INTO own SELECT lore_import(?)", text)
    assert export(copy) == text.split("\n")
    copy.close()


def test_foreign_keys_that_are_enforced_are_met(used):
    lines, copy = export(used), other()
    copy.run("PRAGMA foreign_keys = ON")
    for mode in ("skip", "merge", "replace"):
        take(copy, lines, mode)
    assert export(copy) == lines
    copy.close()


def test_a_row_that_a_trigger_of_the_host_swallows_is_noticed(db):
    db.run("CREATE TEMP TRIGGER swallow BEFORE INSERT ON main.key_log BEGIN SELECT RAISE(IGNORE); END")
    refused(db, sealed([HEADER, ROW]), "line 2: key_log: a row was not stored: a trigger ignored it", "replace")


def test_many_rows_come_back(db):
    db.run("INSERT INTO workflow_history(workflow_id, nl_input) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
           "WHERE i < 20000) SELECT printf('w%06d', i), printf('%.200c', 'x') FROM n")
    lines = export(db)
    copy = other()
    assert take(copy, lines)["added"] == 20000
    assert export(copy) == lines
    copy.close()


# ---- The JSON of a signal store ----

STORE = {
    "exported_at": "2026-01-05T10:00:00", "schema_version": 3,
    "signals": [
        {"id": 7, "signal_type": "funding_event", "source_api": "sec", "canonical_key": "domain:acme.ai", "company_name": "Acme",
         "confidence": 0.9, "raw_data": {"amount": 9007199254740993, "deep": [1, {"a": "é"}]}, "detected_at": "2026-01-01 12:00:00",
         "created_at": "2026-01-01T13:00:00+01:00"},
        {"id": 8, "signal_type": "github_spike", "source_api": "github", "canonical_key": "domain:beta.io", "company_name": None,
         "confidence": 1, "raw_data": "{\"stars\": 5}", "detected_at": 1767225600, "created_at": "2026-01-01T00:00:00.123456"}],
    "processing": [
        {"id": 3, "signal_id": 7, "status": "pushed", "notion_page_id": "page", "processed_at": "2026-01-02", "error_message": None,
         "metadata": None, "created_at": "2026-01-01", "updated_at": "2026-01-02"}],
    "suppression_cache": [
        {"id": 1, "canonical_key": "domain:gamma.io", "notion_page_id": "p", "status": "Passed", "company_name": None,
         "cached_at": "2026-01-01", "expires_at": "2026-02-01", "metadata": {"by": "ann"}}],
}


def store(db, document, mode=None, **options):
    text = document if isinstance(document, str) else json.dumps(document, **options)
    return json.loads(db.value("SELECT lore_import(?, ?)", text, mode))


@pytest.mark.parametrize("indent", [None, 2])
def test_a_signal_store_s_export_is_read(db, indent):
    assert store(db, STORE, indent=indent) == {"rows": 4, "added": 4, "changed": 0, "left": 0}
    assert db.run("SELECT id, detected_at, created_at, company_name FROM signals") == [
        (7, "2026-01-01T12:00:00.000Z", "2026-01-01T12:00:00.000Z", "Acme"), (8, "2026-01-01T00:00:00.000Z", "2026-01-01T00:00:00.123Z", None)]
    assert json.loads(db.value("SELECT raw_data FROM signals WHERE id = 7")) == STORE["signals"][0]["raw_data"]
    assert db.value("SELECT raw_data FROM signals WHERE id = 8") == '{"stars": 5}'
    assert db.run("SELECT signal_id, status FROM signal_processing ORDER BY 1") == [(7, "pushed"), (8, "pending")]
    assert db.value("SELECT notion_page_id FROM suppression_check('domain:gamma.io', '2026-01-15')") == "p"
    assert store(db, STORE, indent=indent) == {"rows": 4, "added": 0, "changed": 0, "left": 4}


def test_a_signal_whose_number_is_taken_gets_another_and_keeps_its_processing(db):
    for n in range(8):
        db.run("SELECT signal_save('t', 's', 'domain:own' || ? || '.io', 1, '{}')", n)
    store(db, STORE)
    found = db.run("SELECT s.canonical_key, p.status FROM signals AS s JOIN signal_processing AS p ON p.signal_id = s.id WHERE source_api <> 's'")
    assert sorted(found) == [("domain:acme.ai", "pushed"), ("domain:beta.io", "pending")]
    assert db.value("SELECT count(*) FROM signals WHERE canonical_key LIKE 'domain:own%'") == 8


def test_merging_a_signal_store_s_export_changes_what_is_there(db):
    store(db, STORE)
    changed = json.loads(json.dumps(STORE))
    changed["signals"][0]["company_name"] = "Acme Inc"
    changed["processing"][0]["status"] = "rejected"
    assert store(db, changed, "skip")["left"] == 4
    before = dump(db)
    assert store(db, changed, "dry-run")["left"] == 4
    assert_same(before, dump(db))
    assert store(db, changed, "merge")["changed"] == 2
    assert db.value("SELECT company_name FROM signals WHERE id = 7") == "Acme Inc"
    assert db.value("SELECT status FROM signal_processing WHERE signal_id = 7") == "rejected"


def test_replacing_by_a_signal_store_s_export(db):
    db.run("SELECT signal_save('t', 's', 'domain:own.io', 1, '{}')")
    assert store(db, STORE, "replace")["added"] == 4
    assert db.column("SELECT id FROM signals ORDER BY id") == [7, 8]


@pytest.mark.parametrize("change, text", [
    (lambda d: d["signals"][1].update(confidence="high"), "signals[1]: confidence can't be high"),
    (lambda d: d["signals"][1].update(detected_at="soon"), "signals[1]: detected_at can't be soon"),
    (lambda d: d["signals"][1].update(nonsense=1), "signals[1]: there is no column nonsense"),
    (lambda d: d["processing"][0].update(signal_id=99), "processing[0]: signal_id 99 is none of the signals"),
    (lambda d: d["suppression_cache"].append(5), "suppression_cache[1]: this is no object"),
    (lambda d: d["signals"][1].pop("source_api"), "signals[1]: NOT NULL constraint failed: signals.source_api"),
    (lambda d: d.update(processing={"id": 3}), "processing must be an array"),
], ids=range(7))
def test_what_is_wrong_in_a_signal_store_s_export_is_named(db, change, text):
    document = json.loads(json.dumps(STORE))
    change(document)
    before = dump(db)
    for mode in ("skip", "dry-run"):
        with raises_sql(text, BAD_ARGUMENT):
            store(db, document, mode)
        assert_same(before, dump(db))
