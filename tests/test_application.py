"""The application's own triggers, full-text tables and imports beside ours."""
import contextlib
import shutil
import sqlite3
import subprocess
from pathlib import Path

import pytest

from host_differences import differs
from support import BAD_ARGUMENT, LORE, Database, dump, raises_sql

SAVE = "signal_save('t', 's', 'domain:a.io', 0.5, '{}', 'Acme', '2026-01-01', 'e1')"
INGEST = "signal_ingest('t', 's', '{\"domain\": \"a.io\", \"name\": \"Acme\"}', 0.5, NULL, NULL, '2026-01-01', 'e1')"


def test_a_full_text_index_can_follow_our_tables(db):
    db.run("CREATE VIRTUAL TABLE names USING fts5(name)")
    db.run("CREATE TRIGGER follow AFTER INSERT ON signals BEGIN INSERT INTO names(rowid, name) VALUES (new.id, new.company_name); END")
    db.run(f"SELECT {SAVE}")
    assert db.run("SELECT rowid FROM names WHERE names MATCH 'acme'") == [(1,)]


def test_a_trigger_on_a_table_that_is_not_there_is_not_our_migration(db):
    db.run("CREATE TRIGGER broken AFTER INSERT ON signals BEGIN INSERT INTO app_log VALUES (1); END")
    with raises_sql("no such table: main.app_log") as caught:
        db.run(f"SELECT {SAVE}")
    assert "lore_migrate" not in caught.message


@pytest.mark.parametrize("verb", [SAVE, INGEST])
def test_what_the_application_s_triggers_write_is_undone_too(db, verb):
    db.run("CREATE TABLE app_log(id)")
    db.run("CREATE TRIGGER log AFTER INSERT ON signals BEGIN INSERT INTO app_log VALUES (new.id); END")
    db.run("CREATE TRIGGER stop BEFORE INSERT ON signal_processing BEGIN SELECT RAISE(ABORT, 'policy'); END")
    db.run("BEGIN")
    before = dump(db)
    with raises_sql("policy"):
        db.run(f"SELECT {verb}")
    assert dump(db) == before
    db.run("COMMIT")


def test_a_rolled_back_transaction_takes_nobody_else_s_row_with_it(db):
    for n in range(5):
        db.run("SELECT signal_save('t', 's', 'domain:old' || ? || '.com', 0.5, '{}')", n)
    db.run("CREATE TRIGGER stop BEFORE INSERT ON signal_processing WHEN new.signal_id = 5 BEGIN SELECT RAISE(ROLLBACK, 'policy'); END")
    db.run("BEGIN")
    db.run("DELETE FROM signals WHERE id = 5")
    with raises_sql("policy"):
        db.run(f"SELECT {SAVE}")
    with contextlib.suppress(sqlite3.Error):
        db.run("ROLLBACK")
    assert db.column("SELECT id FROM signals") == [1, 2, 3, 4, 5]


def test_an_import_into_a_verb_may_have_empty_cells(tmp_path):
    header = "signal_type,source_api,canonical_key,confidence,raw_data,company_name,detected_at,source_id,at"
    (tmp_path / "rows.csv").write_text(f"{header}\nt,s,domain:a.io,0.5,{{}},,2026-01-01,,\nt,s,domain:b.io,1,{{}},B,1767225600,e2,\n")
    script = f".load '{Path(LORE).resolve().with_suffix('')}'\nSELECT lore_migrate('signals');\n.import --csv --skip 1 rows.csv signal_save\nSELECT * FROM signals;\n"
    run = subprocess.run([shutil.which("sqlite3"), "rows.db"], input=script, cwd=tmp_path, text=True, capture_output=True)
    if differs("the shell imports into a new table"):
        assert "hides" in Database(tmp_path / "rows.db").value("SELECT problem FROM lore_validate WHERE object = 'main.signal_save'")
        return
    assert run.stderr == ""
    assert "domain:a.io||0.5|{}|2026-01-01T00:00:00.000Z" in run.stdout
    assert "domain:b.io|B|1.0|{}|2026-01-01T00:00:00.000Z" in run.stdout


def test_a_bad_argument_is_an_error_beside_a_pushed_column(db):
    with raises_sql("signals_pending: max_rows must be at least 1, got -5", BAD_ARGUMENT):
        db.run("SELECT * FROM signals_pending(-5) WHERE signal_type = 'x'")


def test_a_column_named_at_is_not_the_moment_of_the_reader(db):
    db.run(f"SELECT {SAVE}")
    db.run("SELECT signal_claim(1, NULL, 'w', 300)")
    until = db.value("SELECT at FROM signal_why(1) WHERE what = 'lease'")
    assert db.column("SELECT what FROM signal_why(1) WHERE at = ?", until) == ["lease"]


def test_a_long_value_is_cut_at_a_character(db):
    with raises_sql("signal_save: raw_data must be JSON, got 'a"):
        db.run("SELECT signal_save('t', 's', 'k', 1, 'a' || ?)", "\u20ac" * 40)


def test_a_lone_surrogate_in_a_document_does_not_stop_it(db):
    document = '{"domain": "a.io", "x": "\\ud800", "name": "Acme"}'
    assert db.value("SELECT canonical_key(?)", document) == "domain:a.io"
    db.run("SELECT signal_ingest('t', 's', ?, 0.5)", document)
    assert db.row("SELECT canonical_key, company_name FROM signals") == ("domain:a.io", "Acme")


def test_an_empty_name_is_no_person(db):
    with raises_sql("key_merge: by must not be empty", BAD_ARGUMENT):
        db.run("SELECT key_merge('github_org:a', 'name_loc:b', 'r', '')")
