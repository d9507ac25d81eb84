"""The script `lore`: it does what it says, says when it could not, and leaves nothing half done."""
import json
import os
import pty
import sqlite3
import subprocess
import time

import pytest

from support import LORE, ROOT, Database, examples

SCRIPT = ROOT / "ext" / "admin" / "lore"


@pytest.fixture
def lore(tmp_path):
    """Runs the script in an own folder: (exit code, output, errors)."""
    def run(*arguments, **environment):
        done = subprocess.run(["/bin/sh", str(SCRIPT), *map(str, arguments)], cwd=tmp_path, text=True, capture_output=True, timeout=120,
                              env={**os.environ, "LORE": LORE, "HOME": str(tmp_path), **environment})
        return done.returncode, done.stdout, done.stderr
    run.folder = tmp_path
    return run


@pytest.fixture
def used(lore):
    path = lore.folder / "used.db"
    db = Database(path)
    db.run("SELECT lore_migrate('all')")
    for _ in examples(db):
        pass
    db.close()
    return path


def well(result):
    assert result[0] == 0 and result[2] == "", result
    return result[1]


def shell_that(lore, text):
    """A stand-in for sqlite3."""
    path = lore.folder / "shell"
    path.write_text("#!/bin/sh\n" + text)
    path.chmod(0o755)
    return str(path)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


# ---- Calls ----

def test_help_names_each_command(lore):
    text = well(lore("--help"))
    for command in ("list", "migrate", "rollback", "export", "import", "validate", "info", "report", "backup"):
        assert f"lore {command} " in text
    assert well(lore("help")) == text


@pytest.mark.parametrize("arguments", [[], ["nonsense", "x.db"], ["list"], ["list", "a", "b"], ["migrate"], ["rollback", "x.db"],
                                       ["rollback", "x.db", "keys", "one"], ["export"], ["export", "x.db", "--nonsense"], ["import", "x"],
                                       ["import", "x", "y.db", "--mode", "nonsense"], ["validate"], ["info", "x.db", "--nonsense"],
                                       ["backup", "x.db"], ["backup", "x.db", "y", "--keep", "-1"], ["migrate", ""], ["report", "x.db"]])
def test_a_wrong_call_is_explained(lore, arguments):
    (lore.folder / "x.db").touch()
    code, _, errors = lore(*arguments)
    assert code == 2 and errors
    assert names(lore.folder) == ["x.db"]


@pytest.mark.parametrize("arguments", [["list"], ["rollback", "keys", "0"], ["export"], ["validate"], ["info"], ["info", "--check"], ["report", "r.html"],
                                       ["backup", "."]])
def test_a_database_that_is_not_there_is_not_made(lore, arguments):
    code, out, errors = lore(arguments[0], "none.db", *arguments[1:])
    assert code == 1 and out == "" and "there is no database none.db" in errors
    assert names(lore.folder) == []


def test_what_is_missing_around_it_is_named(lore):
    assert lore("list", "x.db", LORE="nowhere.so")[2] == "lore: there is no extension nowhere.so\n"
    assert lore("list", "x.db", SQLITE3="no-such-shell")[2] == "lore: there is no no-such-shell\n"


def test_it_is_installed_beside_the_library(tmp_path):
    subprocess.run(["make", "-s", "install", f"DESTDIR={tmp_path}", "PREFIX=/here"], cwd=ROOT, check=True, timeout=300, stdout=subprocess.DEVNULL)
    script = tmp_path / "here" / "bin" / "lore"
    (tmp_path / "bin").mkdir()
    environment = {name: value for name, value in os.environ.items() if name != "LORE"}
    environment["CDPATH"] = str(tmp_path)
    done = subprocess.run(["sh", "bin/lore", "migrate", str(tmp_path / "x.db")], cwd=script.parent.parent, env=environment, text=True, capture_output=True, check=True, timeout=60)
    assert done.stdout.startswith("admin 1")


# ---- migrate, list, rollback ----

def test_migrate_makes_a_database_and_list_shows_it(lore):
    assert well(lore("migrate", "new.db")).startswith("admin 1")
    assert well(lore("migrate", "new.db")) == "nothing to apply\n"
    rows = [line.split() for line in well(lore("list", "new.db")).splitlines()]
    assert {row[3] for row in rows} == {"applied"} and ["keys", "1", "keys"] in [row[:3] for row in rows]


def test_a_migration_that_is_refused_fails(lore):
    db = sqlite3.connect(lore.folder / "x.db")
    db.execute("CREATE TABLE key_log(x)")
    db.commit()
    code, _, errors = lore("migrate", "x.db")
    assert code == 1 and "a table named key_log is there already" in errors


def test_rollback_needs_the_word(lore):
    db = Database(lore.folder / "x.db")
    db.run("SELECT lore_migrate('signals')")
    db.close()
    code, _, errors = lore("rollback", "x.db", "signals", "0")
    assert code == 1 and "signal_weights has 16 rows" in errors
    assert well(lore("rollback", "x.db", "signals", "0", "--drop-data")) == "signals 1\n"
    assert ["signals", "pending"] in [[line.split()[0], line.split()[3]] for line in well(lore("list", "x.db")).splitlines()]


@pytest.fixture
def application(lore):
    folder = lore.folder / "own migrations"
    folder.mkdir()
    (folder / "002_more.sql").write_text("ALTER TABLE own ADD COLUMN y;\n")
    (folder / "001_it's own.sql").write_text("CREATE TABLE own(x);\nINSERT INTO own VALUES (1);\n")
    (folder / "010_last.sql").write_text("CREATE INDEX own_x ON own(x);\n")
    (folder / "notes.txt").write_text("not a migration\n")
    return folder


def test_the_application_s_own_migrations_follow_by_number(lore, application):
    assert well(lore("migrate", "x.db", application)).splitlines()[1:] == ["app 1", "app 2", "app 10"]
    assert well(lore("migrate", "x.db", application)) == "nothing to apply\n"
    db = Database(lore.folder / "x.db")
    assert db.run("SELECT version, name, state FROM lore_migrations_status WHERE subsystem = 'app'") == [
        (1, "it's own", "applied"), (2, "more", "applied"), (10, "last", "applied")]
    assert db.run("SELECT x, y FROM own") == [(1, None)]
    db.close()


def test_a_migration_of_the_application_that_fails_is_rolled_back_and_ends_the_run(lore, application):
    (application / "002_more.sql").write_text("INSERT INTO own VALUES (2);\nCREATE TABLE other(x);\nSELECT nonsense();\nCREATE TABLE third(x);\n")
    code, out, errors = lore("migrate", "x.db", application)
    assert code == 1 and out.splitlines()[1:] == ["app 1"] and "002_more.sql failed and was rolled back" in errors
    db = Database(lore.folder / "x.db")
    assert db.run("SELECT x FROM own") == [(1,)]
    assert db.column("SELECT name FROM sqlite_schema WHERE name IN ('other', 'third', 'own_x')") == []
    assert db.column("SELECT version FROM lore_migrations WHERE subsystem = 'app'") == [1]
    db.close()


def test_a_migration_of_the_application_that_was_changed_is_reported(lore, application):
    well(lore("migrate", "x.db", application))
    (application / "001_it's own.sql").write_text("CREATE TABLE own(x);\n")
    code, _, errors = lore("migrate", "x.db", application)
    assert code == 1 and "was changed after it was applied" in errors


def test_a_migration_that_ends_the_transaction_itself_is_not_recorded(lore, application):
    (application / "001_it's own.sql").write_text("CREATE TABLE own(x);\nCOMMIT;\n")
    code, _, _ = lore("migrate", "x.db", application)
    assert code == 1
    db = Database(lore.folder / "x.db")
    assert db.value("SELECT count(*) FROM lore_migrations WHERE subsystem = 'app'") == 0
    db.close()


@pytest.mark.parametrize("name", ["001_again.sql", "000_zero.sql", "1x_odd.sql"])
def test_a_migration_without_a_number_of_its_own_is_refused(lore, application, name):
    (application / name).write_text("SELECT 1;\n")
    assert lore("migrate", "x.db", application)[0] == 1
    assert lore("migrate", "x.db", "no folder")[0] == 1


# ---- export, import ----

def test_export_import_export(lore, used):
    well(lore("export", used, "out.jsonl"))
    lines = (lore.folder / "out.jsonl").read_text()
    assert well(lore("export", used)) == lines == well(lore("export", used, "-"))
    answer = json.loads(well(lore("import", "out.jsonl", "copy.db", "--mode", "replace")))
    assert answer["added"] == answer["rows"] == len(lines.splitlines()) - 2
    assert well(lore("export", "copy.db")) == lines
    assert names(lore.folder) == ["copy.db", "out.jsonl", "used.db"]


def test_a_new_file_has_what_the_export_says_of_shipped_rows_too(lore, used):
    db = sqlite3.connect(used)
    db.execute("UPDATE guardrail_rules SET category = 'hard_stop' WHERE action_type = 'create_briefing'")
    db.execute("DELETE FROM guardrail_rules WHERE action_type = 'log_interaction'")
    db.commit()
    text = well(lore("export", used))
    (lore.folder / "out.jsonl").write_text(text)
    well(lore("import", "out.jsonl", "restored.db"))
    assert well(lore("export", "restored.db")) == text
    well(lore("migrate", "there.db"))
    well(lore("import", "out.jsonl", "there.db"))
    well(lore("import", "out.jsonl", "skipped.db", "--mode", "skip"))
    for name in ("there.db", "skipped.db"):
        assert "log_interaction" in well(lore("export", name, "--subsystem", "tenants"))


def test_an_export_of_one_subsystem(lore, used):
    text = well(lore("export", used, "--subsystem", "keys"))
    assert set(json.loads(text.splitlines()[0])["tables"]) == {"key_groups", "key_log"}
    code, _, errors = lore("export", used, "x.jsonl", "--subsystem", "nonsense")
    assert code == 1 and "there is no subsystem 'nonsense'" in errors and not (lore.folder / "x.jsonl").exists()


def test_an_export_that_was_cut_off_makes_no_database(lore, used):
    text = well(lore("export", used))
    (lore.folder / "cut.jsonl").write_text("\n".join(text.splitlines()[:9]) + "\n")
    code, _, errors = lore("import", "cut.jsonl", "copy.db")
    assert code == 1 and "without its trailer" in errors and "nothing was imported from cut.jsonl" in errors
    assert names(lore.folder) == ["cut.jsonl", "used.db"]
    assert lore("import", "none.jsonl", "copy.db")[0] == 1 and not (lore.folder / "copy.db").exists()


def test_a_dry_run_makes_no_database(lore, used):
    well(lore("export", used, "out.jsonl"))
    answer = json.loads(well(lore("import", "out.jsonl", "copy.db", "--mode", "dry-run")))
    assert answer["rows"] > 0 and not (lore.folder / "copy.db").exists()
    before = used.read_bytes()
    assert json.loads(well(lore("import", "out.jsonl", used, "--mode", "dry-run")))["added"] == 0
    assert used.read_bytes() == before


def test_a_signal_store_s_json_is_imported_as_a_whole(lore):
    document = {"exported_at": "2026-01-01", "schema_version": 2, "processing": [], "suppression_cache": [], "signals": [
        {"id": 1, "signal_type": "t", "source_api": "s", "canonical_key": "domain:a.io", "confidence": 1, "raw_data": {}, "detected_at": "2026-01-01"}]}
    (lore.folder / "store's.json").write_text(json.dumps(document, indent=2))
    assert json.loads(well(lore("import", "store's.json", "copy.db"))) == {"rows": 1, "added": 1, "changed": 0, "left": 0}


@pytest.mark.parametrize("name", ["it's.db", 'a "b".db', "back\\slash.db", "-dash.db", "a b.db", "%s.db"])
def test_any_name_of_a_file_will_do(lore, name):
    path = lore.folder / name
    well(lore("migrate", path))
    well(lore("export", path, lore.folder / (name + ".jsonl")))
    well(lore("import", lore.folder / (name + ".jsonl"), path))
    well(lore("validate", path))


@pytest.mark.parametrize("name", ["-dash", "two\nlines", "line's end\n", "|echo taken > pwned", "file:x?mode=memory", ":memory:"])
def test_a_name_is_a_file_s_and_nothing_else(lore, name):
    folder = lore.folder / (name + "-d")
    folder.mkdir()
    (folder / "1_own.sql").write_text("CREATE TABLE own(x);\n")
    assert well(lore("migrate", name, name + "-d")).endswith("app 1\n")
    well(lore("export", name, name + "-x"))
    well(lore("report", name, name + "-r"))
    for command in (["list"], ["validate"], ["info"], ["info", "--check"]):
        well(lore(command[0], name, *command[1:]))
    well(lore("backup", name, name + "-d"))
    assert well(lore("import", name + "-x", name + "-copy"))
    assert well(lore("export", name + "-copy")) == (lore.folder / (name + "-x")).read_text()
    assert names(lore.folder) == sorted(name + end for end in ("", "-copy", "-d", "-r", "-x"))


def test_a_backslash_in_a_name_is_said_as_it_is(lore):
    name = r"a\c.db"
    assert lore("backup", name, ".")[2] == f"lore: there is no database {name}\n"
    well(lore("migrate", name))
    assert (lore.folder / well(lore("backup", name, ".")).rstrip("\n")).is_file()


# ---- what is written ----

def test_a_report_is_a_whole_page_in_a_file_or_on_the_output(lore, used):
    well(lore("report", used, "today.html"))
    page = (lore.folder / "today.html").read_text()
    assert page.startswith("<!DOCTYPE html>") and page.rstrip().endswith("</html>")
    assert well(lore("report", used, "-", "today")).splitlines()[0] == page.splitlines()[0]
    code, out, errors = lore("report", used, "none.html", "no such report")
    assert code == 1 and out == "" and "there is no report 'no such report'" in errors
    assert names(lore.folder) == ["today.html", "used.db"]


@pytest.mark.parametrize("command", ["report", "export"])
def test_what_can_t_be_written_fails_and_leaves_what_was_there(lore, used, command):
    (lore.folder / "folder").mkdir()
    code, _, errors = lore(command, used, "folder")
    assert code == 1 and "folder is a folder" in errors and names(lore.folder / "folder") == []
    assert lore(command, used, "/dev/full")[0] == 1 and not os.path.isfile("/dev/full")
    with open("/dev/full", "w") as full:
        done = subprocess.run(["/bin/sh", str(SCRIPT), command, str(used), "-"], env={**os.environ, "LORE": LORE}, stdout=full,
                              stderr=subprocess.DEVNULL, timeout=60)
    assert done.returncode == 1
    (lore.folder / "there").write_text("of before")
    mute = shell_that(lore, 'sqlite3 "$@" > /dev/full\n')
    code, _, errors = lore(command, used, "there", SQLITE3=mute)
    assert code == 1 and "was cut off" in errors and (lore.folder / "there").read_text() == "of before"
    assert names(lore.folder) == ["folder", "shell", "there", "used.db"]


@pytest.mark.parametrize("command", ["report", "export"])
def test_a_database_is_never_written_over(lore, used, command):
    before = used.read_bytes()
    code, _, errors = lore(command, used, "used.db")
    assert code == 1 and errors == "lore: used.db is a database: it stays\n"
    assert used.read_bytes() == before


@pytest.mark.parametrize("call", [["migrate", "new.db"], ["import", "used.jsonl", "new.db"]])
def test_a_database_that_another_one_has_made_meanwhile_stays(lore, used, call):
    well(lore("export", used, "used.jsonl"))
    late = shell_that(lore, 'echo theirs > new.db\nexit 1\n')
    assert lore(*call, SQLITE3=late)[0] == 1
    assert (lore.folder / "new.db").read_text() == "theirs\n"


# ---- validate, info ----

def test_validate_shows_what_is_wrong_with_its_fix(lore, used):
    assert well(lore("validate", used)) == ""
    db = sqlite3.connect(used)
    db.execute("DROP INDEX idx_signals_type")
    db.commit()
    code, out, errors = lore("validate", used)
    assert code == 1 and errors == ""
    assert out == "error: index idx_signals_type: it is not there\n  CREATE INDEX idx_signals_type ON signals(signal_type, detected_at);\n"


def test_info_and_its_check(lore, used):
    info = dict((line.split() + [""])[:2] for line in well(lore("info", used)).splitlines())
    assert info["lore.version"] and int(info["rows.signals"]) > 0
    db = Database(lore.folder / "x.db")
    db.run("SELECT lore_migrate('all')")
    assert well(lore("info", "x.db", "--check")) == ""
    db.run("SELECT task_add('x')")
    db.run("UPDATE tasks SET status = 'failed'")
    db.close()
    code, out, _ = lore("info", "x.db", "--check")
    assert code == 1 and out == "error: work.dead_tasks is 1, the bound is 0: tasks have failed for good: work_resume or work_cancel\n"


# ---- backup ----

def test_a_backup_is_verified_and_restores(lore, used):
    (lore.folder / "backups").mkdir()
    path = well(lore("backup", used, "backups")).strip()
    today = time.strftime("%Y%m%d")
    assert path == f"backups/used_{today}.jsonl" and names(lore.folder / "backups") == [f"used_{today}.jsonl"]
    well(lore("import", path, "restored.db", "--mode", "replace"))
    assert well(lore("export", "restored.db")) == (lore.folder / path).read_text()
    assert well(lore("validate", "restored.db")) == ""


def test_a_database_whose_log_is_on_has_a_backup_that_restores_to_the_byte(lore, used):
    db = Database(used)
    db.run("SELECT lore_set('audit', 'on')")
    db.run("SELECT audit_append('e', 'o', '{}')")
    db.close()
    path = well(lore("backup", used, ".")).strip()
    well(lore("import", path, "restored.db"))
    assert well(lore("export", "restored.db")) == (lore.folder / path).read_text() == well(lore("export", used))


def test_columns_of_other_software_are_in_a_backup_too(lore, used):
    db = sqlite3.connect(used)
    db.execute("ALTER TABLE signals ADD COLUMN own TEXT")
    db.execute("UPDATE signals SET own = 'theirs'")
    db.commit()
    well(lore("backup", used, "."))
    assert '"own":"theirs"' in (lore.folder / f"used_{time.strftime('%Y%m%d')}.jsonl").read_text()


def test_old_backups_go_but_never_the_last_nor_another_s(lore, used):
    today = time.strftime("%Y%m%d")
    recent = time.strftime("%Y%m%d", time.localtime(time.time() - 2 * 86400))
    for name in (f"used_{recent}.jsonl", "used_20200101.jsonl", "other_20200101.jsonl", "used_2020.jsonl", "used_20200101.txt"):
        (lore.folder / name).write_text("x")
    well(lore("backup", used, ".", "--keep", "3"))
    assert names(lore.folder) == sorted([f"used_{today}.jsonl", f"used_{recent}.jsonl", "other_20200101.jsonl", "used_2020.jsonl", "used_20200101.txt", "used.db"])
    well(lore("backup", used, ".", "--keep", "0"))
    assert f"used_{today}.jsonl" in names(lore.folder) and f"used_{recent}.jsonl" not in names(lore.folder)


@pytest.mark.parametrize("days", ["9999999", "99999999999999999999"])
def test_more_days_than_there_are_keep_all(lore, used, days):
    (lore.folder / "used_20200101.jsonl").write_text("x")
    well(lore("backup", used, ".", "--keep", days))
    assert names(lore.folder) == ["used.db", "used_20200101.jsonl", f"used_{time.strftime('%Y%m%d')}.jsonl"]


def test_a_file_that_was_not_migrated_has_no_backup(lore):
    (lore.folder / "x.db").touch()
    code, _, errors = lore("backup", "x.db", ".")
    assert code == 1 and errors == "lore: there is nothing to back up: x.db has not been migrated\n"
    assert names(lore.folder) == ["x.db"]


def test_a_backup_that_fails_leaves_the_old_ones(lore, used):
    (lore.folder / "used_20200101.jsonl").write_text("x")
    broken = shell_that(lore, 'sqlite3 "$@" | sed "s/domain:/nonsense:/"\n')
    code, _, errors = lore("backup", used, ".", SQLITE3=broken)
    assert code == 1 and "can't be restored" in errors
    assert names(lore.folder) == ["shell", "used.db", "used_20200101.jsonl"]
    cut = shell_that(lore, 'sqlite3 "$@" | head -n 5\n')
    code, _, errors = lore("backup", used, ".", SQLITE3=cut)
    assert code == 1 and "was cut off" in errors
    assert names(lore.folder) == ["shell", "used.db", "used_20200101.jsonl"]


def test_a_terminal_sees_how_long_it_takes(lore, used):
    slow = shell_that(lore, 'sleep 3\nexec sqlite3 "$@"\n')
    terminal, end = pty.openpty()
    done = subprocess.run(["/bin/sh", str(SCRIPT), "export", str(used), "out.jsonl"], cwd=lore.folder, stderr=end, timeout=60, check=True,
                          env={**os.environ, "LORE": LORE, "SQLITE3": slow})
    os.close(end)
    shown = os.read(terminal, 10000).decode()
    os.close(terminal)
    assert done.returncode == 0 and "exporting" in shown and " 1 s" in shown and shown.endswith("\r\x1b[K")
