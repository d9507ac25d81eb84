"""An export goes to PostgreSQL and comes back: the same bytes; and what can't go is refused, by name. `make test-postgres`."""
import json
import os
import random
import re
import struct
import subprocess
import sys
import time

import pytest

from postgres_server import BIN, database, export_of, full, migrated, refused, server  # noqa: F401
from support import LORE, ROOT, Database

PAGE = ROOT / "docs" / "postgres.md"


def back_in_lite(lines, path=":memory:"):
    """A new file that has imported the lines."""
    db = migrated(path)
    db.run("SELECT lore_import(?, 'replace')", lines)
    return db


# ---- There and back ----

def test_every_row_of_every_table_goes_there_and_comes_back(server, database, full):
    lines = export_of(full)
    table = server.load(database, lines).decode()
    assert dict(row.split("|") for row in table.split()) == dict(re.findall(r'"(\w+)":\{"rows":(\d+)', lines.decode()))
    assert server.export(database) == lines
    again = back_in_lite(server.export(database))
    assert export_of(again) == lines
    again.close()


def test_the_audit_chain_is_whole_after_the_way_there_and_back(server, database, tmp_path):
    db = migrated(tmp_path / "audit.db")
    for number in range(20):
        db.run("SELECT audit_append('login', 'ann', ?, ?)", '{"from": "office\\n"}', f"session {number}")
    count, head = db.row("SELECT count(*), (SELECT entry_hash FROM audit_log ORDER BY sequence_number DESC LIMIT 1) FROM audit_log")
    server.load(database, export_of(db))
    again = back_in_lite(server.export(database))
    assert again.value("SELECT status FROM audit_verify(?, ?)", count, head) == "clean"
    server.psql(database, "UPDATE audit_log SET target_id = 'session 99' WHERE sequence_number = 7")
    forged = back_in_lite(server.export(database))
    assert forged.row("SELECT status, sequence_number FROM audit_verify()") == ("broken", 7)
    for one in (db, again, forged):
        one.close()


def test_one_subsystem_after_the_other(server, database, full):
    for subsystem in ("work", "signals"):
        lines = "".join(line + "\n" for line in full.column("SELECT line FROM lore_export(?)", subsystem)).encode()
        server.load(database, lines)
        got = server.psql(database, f"SELECT line FROM lore_export('{subsystem}')")
        assert got == lines[:lines[:-1].rindex(b"\n") + 1]  # without the trailer


def test_new_rows_go_on_above_the_highest_and_above_what_was_deleted(server, database):
    db = migrated()
    db.run("INSERT INTO key_log(seq, at, action, a, b, reason) VALUES (41, '2026-01-10T09:00:00.000Z', 'merge', 'a', 'b', 'r')")
    for name in ("event", "other"):
        db.run("SELECT event_publish(?)", name)
    db.run("DELETE FROM intelligence_events")
    server.load(database, export_of(db))
    insert = "INSERT INTO key_log(at, action, a, b, reason) VALUES (lore_now(), 'merge', 'a', 'b', 'r') RETURNING seq"
    assert server.psql(database, insert).decode().split()[0] == "42"
    insert = "INSERT INTO intelligence_events(event_type, created_at) VALUES ('x', lore_now()) RETURNING id"
    assert server.psql(database, insert).decode().split()[0] == "3"
    insert = "INSERT INTO signal_mutes(signal_key) VALUES ('k') RETURNING id || at"
    assert re.match(r"1\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", server.psql(database, insert).decode().split("\n")[0])
    db.close()


# ---- Values ----

def loaded_and_exported(server, database, db):
    lines = export_of(db)
    server.load(database, lines)
    assert server.export(database) == lines
    db.close()


def test_all_of_unicode_is_kept(server, database):
    db = migrated()
    put = "INSERT INTO correlations(correlation_id, message) VALUES (?, ?)"
    for start in range(0, 0x110000, 0x800):
        text = "".join(map(chr, range(max(start, 1), start + 0x800))) if start != 0xd800 else "between"
        db.run(put, f"block {start:06x}", text)
    nasty = ['', ' ', '"', '\\', '\\n', '\n', '\r\n', '\t', '\\.', 'NULL', 'null', '{"blob":"00"}', '{"text":"00"}', "it's", '\x01\x02\x7f',
             '"\\"', '\\u0000', 'é\u0301', '\ufeff', '{"a":1,"a":2}', '[1.0, 1e400, -0]', 'x' * 100000, '%s %1$I', '$$', "');--"]
    for number, text in enumerate(nasty):
        db.run(put, f"text {number}", text)
    db.run(put, '"quoted" \\key\n', None)
    loaded_and_exported(server, database, db)
    assert server.value(database, "SELECT string_agg(ascii(message)::text, ',') FROM correlations WHERE correlation_id = 'text 4'") == "92"
    assert server.value(database, "SELECT message = '' FROM correlations WHERE correlation_id = 'text 0'") == "t"


def reals():
    """Doubles that have been printed wrongly by somebody: powers of two and ten, halves between digits, limits, and any."""
    chance = random.Random(9)
    yield from (0.0, -0.0, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, -1.7976931348623157e308, float("inf"), -float("inf"),
                0.1 + 0.2, 1e15, 1e16, 1e17, 999999999999999.9, 9007199254740993.0, 123456789012345680.0, 1e22, 1e23)
    for power in range(-1074, 1024):
        yield from (2.0**power, -2.0**power, 2.0**power*(1 + 2**-17), 2.0**power*(1 - 2**-53))
    for power in range(-323, 309):
        yield from (float(f"1e{power}"), float(f"9.999999999999999e{power - 1}"), float(f"5e{power - 1}"))
    for _ in range(5000):
        yield chance.uniform(0, 1000)
        yield round(chance.uniform(0, 1e6), chance.randrange(9))
        yield float(chance.randrange(2**52, 2**57))
        yield chance.randrange(2**20)/2**chance.randrange(1, 40)
        value, = struct.unpack("<d", struct.pack("<Q", chance.getrandbits(64)))
        if value == value:
            yield value


def test_doubles_are_kept_to_the_last_bit_and_written_with_the_same_digits(server, database):
    db = migrated()
    db.connection.executemany("INSERT INTO metric_recent VALUES (1, ?, ?)", enumerate(reals()))
    assert db.value("SELECT count(*) FROM metric_recent") > 30000
    loaded_and_exported(server, database, db)


def test_integers_have_64_bits_and_figures_of_workflows_may_be_both(server, database):
    db = migrated()
    numbers = [-2**63, -2**63 + 1, -2**53 - 1, -1, 0, 1, 2**53 + 1, 2**63 - 1]
    for number in numbers:
        db.run("INSERT INTO metric_recent VALUES (?, ?, 0.5)", number, number)
        db.run("INSERT INTO workflow_history(workflow_id, total_tokens) VALUES (?, ?)", str(number), number)
    for number in (12.5, 1e300, -1e-300, 0.1, 9e999, 3.0000000000000004, 1e17 + 0.5):
        db.run("INSERT INTO workflow_history(workflow_id, duration_seconds) VALUES (?, ?)", str(number), number)
    loaded_and_exported(server, database, db)
    assert server.value(database, "SELECT sum(duration_seconds) FROM workflow_history WHERE workflow_id = '12.5'") == "12.5"


def test_blobs_are_kept(server, database):
    db = migrated()
    for number, blob in enumerate([b"", b"\0", bytes(range(256)), os.urandom(100000), b'{"a":1}']):
        db.run("INSERT INTO vault_keys(key_id, generation, wrapped_key, kdf, check_value, created_at) VALUES (?, ?, ?, 'raw', ?, ?)",
               f"k{number}", number, blob, blob, "2026-01-10T09:00:00.000Z")
    loaded_and_exported(server, database, db)


def test_an_older_export_that_knows_fewer_columns_gets_the_defaults(server, database):
    db = migrated()
    db.run("SELECT task_add('a task')")
    lines = [json.loads(line) for line in db.column("SELECT line FROM lore_export('work')")]
    lines[0]["tables"]["tasks"]["columns"].remove("attempts")
    for line in lines[1:-1]:
        if line["table"] == "tasks":
            del line["row"]["attempts"]
    server.load(database, [json.dumps(line) for line in lines])
    assert server.value(database, "SELECT attempts FROM tasks") == "0"
    db.close()


def test_a_column_of_other_software_goes_along_where_it_was_added(server, database):
    db = migrated()
    db.run("ALTER TABLE signals ADD COLUMN region TEXT")
    db.run("SELECT signal_save('t', 's', 'domain:a.io', 1, '{}')")
    db.run("UPDATE signals SET region = 'north'")
    refused(lambda: server.load(database, export_of(db)),
            "lore_load: line 1: signals has no column region here: ALTER TABLE signals ADD COLUMN region text; nothing was loaded")
    server.psql(database, "ALTER TABLE signals ADD COLUMN region text")
    server.load(database, export_of(db))
    assert server.value(database, "SELECT region FROM signals") == "north"
    assert server.export(database) == export_of(db)
    db.close()


def test_a_table_whose_columns_stand_in_another_order_goes_there_and_comes_back(server, database):
    db = Database(":memory:")
    db.run("CREATE TABLE cost_snapshots(data TEXT NOT NULL, entity_id TEXT, id TEXT PRIMARY KEY, snapshot_type TEXT NOT NULL, computed_at TEXT NOT NULL)")
    db.run("SELECT lore_migrate('all')")
    db.run("INSERT INTO cost_snapshots VALUES ('{}', 'e', 'i', 's', '2026-01-10T09:00:00.000Z')")
    server.load(database, export_of(db))
    again = back_in_lite(server.export(database))
    columns = "SELECT id, computed_at, snapshot_type, entity_id, data FROM cost_snapshots"
    assert again.run(columns) == db.run(columns)
    for one in (db, again):
        one.close()


def test_lines_with_windows_ends_and_blank_lines_are_read(server, database, full):
    lines = export_of(full)
    server.load(database, lines.replace(b"\n", b"\r\n").replace(b"}}\r\n", b"}}\r\n\r\n", 3))
    assert server.export(database) == lines


# ---- What is refused ----

@pytest.fixture(scope="module")
def lines():
    db = migrated()
    for name in "abc":
        db.run("SELECT signal_save('funding_event', 'sec', ?, 0.5, '{}', ?, '2026-01-10')", f"domain:{name}.io", f"Company {name}")
    yield db.column("SELECT line FROM lore_export('signals')")
    db.close()


def header(lines, change):
    first = json.loads(lines[0])
    change(first)
    return [json.dumps(first), *lines[1:]]


def row(lines, number, old, new):
    assert old in lines[number - 1], lines[number - 1]
    return [*lines[:number - 1], lines[number - 1].replace(old, new), *lines[number:]]


REFUSED = {
    "no line": (lambda l: [], "lore_load: line 1: this is no header of an export"),
    "cut off": (lambda l: l[:-1], "the export ends here without its trailer: it was cut off"),
    "cut in a line": (lambda l: [*l[:4], l[4][:50]], "lore_load: line 5: the export ends here without its trailer"),
    "a line less": (lambda l: l[:3] + l[4:], "the trailer says 22 rows, and 21 came"),
    "no header": (lambda l: l[1:], "lore_load: line 1: this is no header of an export"),
    "another document": (lambda l: ['{"signals": [], "processing": []}'], "lore_load: line 1: this is no header of an export"),
    "two exports": (lambda l: l + l, "the trailer says 22 rows, and"),
    "another format": (lambda l: header(l, lambda h: h.update(lore_export=2)), "lore_load: line 1: the export has format 2, and not 1"),
    "newer": (lambda l: header(l, lambda h: h["migrations"].update(signals=2, stars=1)), "lore_load: line 1: the export is of a newer"
              " version, 0.1.0: signals has migration 2, and here is 1; stars has migration 1, and here is 0; nothing was loaded"),
    "of a newer major version": (lambda l: header(l, lambda h: h.update(version="7.0.0")), "lore_load: line 1: the export is of version 7.0.0, and here is"),
    "another table": (lambda l: header(l, lambda h: h["tables"].update(pg_class={"rows": 0, "columns": ["a"]})),
                      "lore_load: line 1: pg_class is no table of an export"),
    "another column": (lambda l: header(l, lambda h: h["tables"]["signals"]["columns"].append("color")),
                       "lore_load: line 1: signals has no column color here"),
    "fewer rows than the header says": (lambda l: header(l, lambda h: h["tables"]["signals"].update(rows=4)),
                                        "the header says that signals has 4 rows, and 3 came"),
    "no JSON": (lambda l: row(l, 3, '"row":{', '"row":{{'), "lore_load: line 3: this is no JSON object"),
    "a header without counts": (lambda l: header(l, lambda h: h["tables"]["signals"].pop("rows")),
                                "the header says that signals has no number of rows, and 3 came"),
    "a header without columns": (lambda l: header(l, lambda h: h["tables"]["signals"].update(columns=5)), "lore_load: line 1: this is no header of an"
                                 " export: cannot call json_array_elements_text on a scalar"),
    "a header with a word for a number": (lambda l: header(l, lambda h: h["migrations"].update(signals="one")), "lore_load: line 1: this is no header of"
                                          " an export: invalid input syntax for type bigint"),
    "a sequence that is none": (lambda l: header(l, lambda h: h["sequences"].update(work_log=0.5)), "lore_load: line 1: this is no header of an export"),
    "a table twice in the header": (lambda l: [l[0].replace('"tables":{', '"tables":{"signals":{"rows":0,"columns":["id"]},'), *l[1:]],
                                    "lore_load: line "),
    "an escaped NUL": (lambda l: row(l, 3, "Company b", "Company\\u0000b"), "lore_load: line 3: this is no JSON object: unsupported Unicode escape"),
    "a number as a line": (lambda l: [*l[:2], "5", *l[3:]], "lore_load: line 3: this is no JSON object"),
    "no row": (lambda l: row(l, 3, '"row":', '"now":'), "lore_load: line 3: this is no row of an export"),
    "a table that the header has not": (lambda l: row(l, 3, '"table":"signals"', '"table":"tasks"'),
                                        "lore_load: line 3: the header does not list the table tasks"),
    "a column less": (lambda l: row(l, 3, '"source_id":null', '"source_di":null'),
                      "lore_load: line 3: signals must have the columns that the header lists, in that order"),
    "a text for a number": (lambda l: row(l, 3, '"confidence":0.5', '"confidence":"high"'),
                            'lore_load: line 3: signals of id 2: signals.confidence must be a real number, and is "high"'),
    "a real for an integer": (lambda l: row(l, 3, '"id":2', '"id":2.5'), "signals.id must be an integer, and is 2.5"),
    "more than 64 bits": (lambda l: row(l, 3, '"id":2', '"id":9223372036854775808'), "lore_load: line 3: signals of id 9223372036854775808: "
                          'value "9223372036854775808" is out of range for type bigint'),
    "a whole number that no double is": (lambda l: row(l, 3, "0.5", "9007199254740993"), "signals.confidence must be a real number"),
    "a NUL": (lambda l: row(l, 3, '"Company b"', '{"text":"610062"}'), "lore_load: line 3: signals of id 2: signals.company_name has a NUL or is"
              " no UTF-8, which PostgreSQL can't store as text: 610062; nothing was loaded"),
    "a blob for a text": (lambda l: row(l, 3, '"Company b"', '{"blob":"00"}'), "signals.company_name must be text, and is {"),
    "a number for a text": (lambda l: row(l, 3, '"Company b"', "5"), "signals.company_name must be text, and is 5"),
    "NULL where none may be": (lambda l: row(l, 3, '"raw_data":"{}"', '"raw_data":null'), 'lore_load: line 3: signals of id 2: null value in column "raw_data"'),
    "the same key twice": (lambda l: row(l, 3, "domain:b.io", "domain:a.io"), "lore_load: line 3: signals of id 2: duplicate key value violates unique"
                           " constraint \"signals_canonical_key_signal_type_source_api_detected_at_key\". Key"),
    "a check": (lambda l: row(l, 8, '"rejects":0', '"rejects":3'), 'violates check constraint "signal_weights_rejects_check"'),
    "a row that refers to none": (lambda l: row(l, 6, '"signal_id":2', '"signal_id":7'), 'violates foreign key constraint'),
    "a text too long for an index": (lambda l: row(l, 3, "domain:b.io", "".join(map(chr, random.Random(1).choices(range(1000, 9000), k=3000)))),
                                     "lore_load: line 3: signals of id 2: index row"),
}


@pytest.mark.parametrize("change, text", REFUSED.values(), ids=REFUSED)
def test_what_can_not_be_loaded_is_named_and_nothing_is_stored(server, database, lines, change, text):
    message = refused(lambda: server.load(database, change(lines)), text)
    assert "nothing was loaded" in message
    assert server.value(database, "SELECT (SELECT count(*) FROM signals) + (SELECT count(*) FROM signal_weights)") == "0"
    server.load(database, lines)


def test_a_second_load_is_refused_and_doubles_nothing(server, database, lines):
    server.load(database, lines)
    refused(lambda: server.load(database, lines), "lore_load: line 1: signals has rows already; nothing was loaded")
    assert server.value(database, "SELECT count(*) FROM signals") == "3"


def test_an_orphan_of_a_file_without_foreign_keys_is_named(server, database):
    db = migrated()
    db.run("INSERT INTO signal_processing(signal_id, status, created_at, updated_at) VALUES (7, 'pending', 'x', 'x')")
    refused(lambda: server.load(database, export_of(db)), "signal_processing of id 1: insert or update on table \"signal_processing\" violates foreign"
            " key constraint \"signal_processing_signal_id_fkey\". Key (signal_id)=(7) is not present in table \"signals\"; nothing was loaded")
    db.close()


def test_a_text_with_a_nul_can_be_mended_as_the_page_says(server, database):
    db = migrated()
    db.run("SELECT signal_save('t', 's', 'domain:a.io', 1, '{}', 'Acme')")
    db.run("UPDATE signals SET company_name = 'Acme' || char(0) || 'rest'")
    refused(lambda: server.load(database, export_of(db)), "signals.company_name has a NUL or is no UTF-8")
    db.run(re.search(r"`(UPDATE signals SET company_name [^`]*)`", PAGE.read_text()).group(1))
    server.load(database, export_of(db))
    assert server.value(database, "SELECT company_name FROM signals") == "Acme"
    db.close()


def test_the_owner_of_a_database_needs_to_be_no_superuser(server, full):
    server.psql("postgres", "CREATE ROLE clerk LOGIN")
    server.psql("postgres", "CREATE DATABASE clerks OWNER clerk TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'")
    server.psql("clerks", file=ROOT / "sql" / "postgres.sql", options=("-U", "clerk"))
    lines = export_of(full)
    server.psql("clerks", lines, file=ROOT / "sql" / "postgres" / "load.sql", options=("-U", "clerk"))
    assert server.psql("clerks", file=ROOT / "sql" / "postgres" / "export.sql", options=("-U", "clerk")) == lines


def test_a_fraction_that_other_software_put_into_an_integer_is_named(server, database):
    db = migrated()
    db.run("SELECT task_add('a task', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'the-id')")
    db.run("UPDATE tasks SET priority = 1.5")
    refused(lambda: server.load(database, export_of(db)), "tasks of task_id the-id: tasks.priority must be an integer, and is 1.5")
    found = re.search(r"`(SELECT rowid, priority [^`]*)`", PAGE.read_text()).group(1)
    assert [row[1] for row in db.run(found)] == [1.5]
    db.close()


def test_triggers_are_on_again_after_a_load(server, database, lines):
    server.load(database, lines)
    assert server.value(database, "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'O'") == "0"


# ---- The command lines of the page ----

def test_the_command_lore_writes_and_reads_what_goes_there_and_comes_back(server, tmp_path):
    source, target = migrated(tmp_path / "source.db"), tmp_path / "target.db"
    source.run("SELECT signal_save('t', 's', 'domain:a.io', 1, '{}')")
    before = export_of(source)
    source.close()
    script = f"""
      set -e
      createdb -T template0 -E UTF8 --locale-provider=libc --locale=C page
      psql -X -d page -f sql/postgres.sql
      {ROOT}/ext/admin/lore export {tmp_path}/source.db | psql -X -d page -f sql/postgres/load.sql
      psql -X -d page -f sql/postgres/export.sql > {tmp_path}/lines.jsonl
      {ROOT}/ext/admin/lore import {tmp_path}/lines.jsonl {target} --mode replace"""
    environment = {**server.environment(), "LORE": str(LORE), "PATH": f"{BIN}:{os.environ['PATH']}"}
    run = subprocess.run(["sh", "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)
    assert run.returncode == 0, run.stderr
    assert (tmp_path / "lines.jsonl").read_bytes() == before
    again = Database(target)
    assert export_of(again) == before
    again.close()


def test_without_b2sum_nothing_is_written_that_looks_like_an_export(server, database, tmp_path):
    (tmp_path / "b2sum").write_text("#!/bin/sh\nexit 127\n")
    (tmp_path / "b2sum").chmod(0o755)
    environment = {**server.environment(), "PATH": f"{tmp_path}:{os.environ['PATH']}", "TMPDIR": str(tmp_path)}
    run = subprocess.run(server.command(database, "-f", ROOT / "sql/postgres/export.sql"), env=environment, capture_output=True, text=True, timeout=60)
    assert run.returncode == 3 and run.stdout == ""
    assert "export.sql: there is no checksum: it needs b2sum of the GNU core utilities" in run.stderr


# ---- Figures ----

def many_rows(folder):
    db = migrated(folder / "many.db")
    db.run("BEGIN")
    for number in range(50000):
        db.run("SELECT signal_save('funding_event', 'sec', ?, ?, ?, 'Company', '2026-01-10')", f"domain:c{number}.io", number/50000,
               f'{{"amount": {number}, "text": "a line\\nand another"}}')
    db.run("COMMIT")
    return db


def seconds(action):
    """How long it takes, and what it gives."""
    start = time.perf_counter()
    result = action()
    return time.perf_counter() - start, result


def figures_of(server, db, number):
    """Seconds of lore_import, load.sql, lore_export, export.sql, one after the other."""
    database = server.shipped()
    exported, lines = seconds(lambda: export_of(db))
    imported, again = seconds(lambda: back_in_lite(lines, f"{db.path}.{number}"))
    again.close()
    loaded, _ = seconds(lambda: server.load(database, lines))
    written, back = seconds(lambda: server.export(database))
    assert back == lines
    assert server.rows(database, "SELECT (SELECT count(*) FROM signals), (SELECT count(*) FROM signal_processing)") == [["50000", "50000"]]
    return imported, loaded, exported, written


def test_a_hundred_thousand_rows_go_there_and_come_back(server, tmp_path):
    """With FIGURES the page's table is made anew: the least of three runs."""
    db = many_rows(tmp_path)
    runs = [figures_of(server, db, number) for number in range(3 if os.environ.get("FIGURES") else 1)]
    db.close()
    imported, loaded, exported, written = map(min, zip(*runs))
    print(f"\nlore_import {imported:.2f} s, load.sql {loaded:.2f} s; lore_export {exported:.2f} s, export.sql {written:.2f} s", file=sys.stderr)
    if os.environ.get("FIGURES"):
        table = ("| wall time of 100,000 rows (signals, signal_processing), the least of three runs | SQLite | PostgreSQL 15 |\n|---|---|---|\n"
                 f"| lines into tables: `lore_import`, load.sql | 1 | {loaded/imported:.1f} |\n"
                 f"| tables into lines: `lore_export`, export.sql | 1 | {written/exported:.1f} |\n")
        text = re.sub(r"(<!-- figures: .* -->\n)(?:.*\n)*?(<!-- end of figures -->)", lambda mark: f"{mark[1]}\n{table}\n{mark[2]}", PAGE.read_text())
        PAGE.write_text(text)


def test_a_dump_of_postgresql_restores_everything(server, database, full):
    server.load(database, export_of(full))
    dump = subprocess.run([BIN / "pg_dump", database], env=server.environment(), capture_output=True, check=True, timeout=120).stdout
    server.empty("restored")
    server.psql("restored", dump)
    assert server.export("restored") == server.export(database) == export_of(full)
    server.psql("restored", "INSERT INTO signal_mutes(signal_key) VALUES ('k')")


def test_what_a_person_has_set_for_psql_does_not_get_into_an_export(server, database, full, tmp_path):
    server.load(database, export_of(full))
    (tmp_path / "psqlrc").write_text("\\set QUIET on\n\\timing on\n\\pset border 2\n\\pset null (null)\n\\x on\n")
    command = ["psql", "-d", database, "-f", ROOT / "sql" / "postgres" / "export.sql"]
    run = subprocess.run(command, env={**server.environment(), "PSQLRC": str(tmp_path / "psqlrc")}, capture_output=True, check=True, timeout=60)
    assert run.stdout == export_of(full)
