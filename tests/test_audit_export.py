"""An export is verified from its lines alone, in a database that has never seen the log; and says the same as audit_verify."""
import json
import re
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit_calls import (COLUMNS, Signer, append, checkpoint_message, entries, entry_hash, export, fill, log_id, pin, prune_message, use_key,
                         verify, verify_lines)
from support import BAD_ARGUMENT, INTERRUPT, ROOT, Database, raises_sql

ONE, TWO = Signer(1), Signer(2)
ODD = ['{"n": 1}', '"quotes \\" and \\\\ and \\u0001"', '"größe 😀"', '[' * 60 + ']' * 60, '"' + "x" * 100_000 + '"', " 1 "]


@pytest.fixture
def log(db, tmp_path):
    pin(db)
    use_key(db, ONE, tmp_path)
    fill(db, 3)
    db.run("SELECT audit_checkpoint()")
    for n, payload in enumerate(ODD):
        append(db, "odd", "a\tb\x7f\u2028", payload, "'\"\\", f"odd-{n}")
    db.run("SELECT audit_rotate_key(?)", TWO.file(tmp_path))
    db.run("SELECT audit_checkpoint()")
    return db


@pytest.fixture
def elsewhere():
    """Another connection, nothing migrated."""
    db = Database(":memory:")
    yield db
    db.close()


def test_an_export_is_verified_elsewhere(log, elsewhere):
    lines = export(log)
    assert verify_lines(elsewhere, lines)["statement"] == "consistent up to 9, signed up to 9 (by whom? give public_key), no anchor"
    for anchor in ((), (9, entries(log)[-1][8]), (2, entries(log)[1][8], ONE.hex), (None, None, TWO.hex)):
        row = verify_lines(elsewhere, lines, *anchor)
        assert row == verify(log, *anchor) and row["status"] == "clean"
    assert verify_lines(elsewhere, lines, 2, entries(log)[2][8])["sequence_number"] == 2
    assert verify_lines(elsewhere, lines, None, None, Signer(5).hex)["statement"] == "public_key is no key of this log"


def test_an_export_of_a_pruned_log_begins_with_what_was_signed(log, elsewhere, tmp_path):
    log.run("SELECT audit_prune('2026-03-03')")
    assert verify_lines(elsewhere, export(log)) == verify(log)
    assert verify_lines(elsewhere, export(log))["statement"].startswith("consistent from 3 up to 9, signed up to 9")


def test_an_empty_log_has_an_export_too(db, elsewhere):
    assert verify_lines(elsewhere, export(db))["statement"] == "consistent up to 0, not signed, no anchor"


def test_lines_are_what_the_tables_hold(log):
    lines = [json.loads(line) for line in export(log).split("\n")]
    assert [line["kind"] for line in lines] == ["log", "key", "key"] + ["entry"] * 3 + ["checkpoint"] + ["entry"] * 6 + ["checkpoint"]
    assert lines[0] == {"kind": "log", "format": "lore audit 1", "id": log_id(log), "last": 9}
    found = [(line["sequence_number"], *(line[name] for name in COLUMNS), line["previous_hash"], line["entry_hash"])
             for line in lines if line["kind"] == "entry"]
    assert found == entries(log)


def test_anybody_can_verify_the_lines_without_us(log):
    """What the page describes is enough: hashes, chain and signatures in a few lines of Python."""
    lines = [json.loads(line) for line in export(log).split("\n")]
    id, previous, keys, signed = lines[0]["id"], "0" * 64, {}, 0
    for line in lines:
        if line["kind"] == "key":
            keys[line["key_id"]] = {ONE.id: ONE, TWO.id: TWO}[line["key_id"]].key.public_key()
        elif line["kind"] == "entry":
            row = (line["sequence_number"], *(line[name] for name in COLUMNS), line["previous_hash"])
            assert line["previous_hash"] == previous and line["entry_hash"] == entry_hash(id, row)
            previous = line["entry_hash"]
        elif line["kind"] == "checkpoint":
            message = checkpoint_message(id, line["sequence_number"], previous, line["entry_count"], line["at"], line["key_id"])
            keys[line["key_id"]].verify(bytes.fromhex(line["signature"]), message.encode())
            signed = line["sequence_number"]
    assert signed == 9


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_line_ends_and_empty_lines_do_not_matter(log, elsewhere, ending):
    lines = export(log).split("\n")
    assert verify_lines(elsewhere, ending.join(["", *lines, "", ""])) == verify(log)


def test_a_file_that_was_read_is_a_blob(log, elsewhere):
    assert verify_lines(elsewhere, export(log).encode()) == verify(log)
    for nothing in (b"", "", 7, b"\xff\xfe", b"{\0}"):
        assert verify_lines(elsewhere, nothing)["status"] == "broken"


def test_an_export_that_was_cut_off_is_noticed(log, elsewhere):
    lines = export(log).split("\n")
    for count in range(1, len(lines) - 1):
        row = verify_lines(elsewhere, "\n".join(lines[:count]))
        assert row["status"] == "broken", f"{count} lines"
    assert verify_lines(elsewhere, "\n".join(lines[:-1]))["signed_to"] == 3
    assert verify_lines(elsewhere, export(log)[:-1])["status"] == "broken"


def test_a_line_that_is_missing_or_moved_is_noticed(log, elsewhere):
    lines = export(log).split("\n")
    whole = verify(log)
    for n in range(len(lines)):
        row = verify_lines(elsewhere, "\n".join(lines[:n] + lines[n + 1:]))
        assert row["status"] == "broken" or '"checkpoint"' in lines[n] and (row["signed_to"] or 0) <= whole["signed_to"], lines[n]
        for to in range(len(lines)):
            moved = lines[:n] + lines[n + 1:]
            moved.insert(to, lines[n])
            if moved != lines:
                assert verify_lines(elsewhere, "\n".join(moved))["status"] == "broken", (n, to)


@pytest.mark.parametrize("text, problem", [
    ("x", "line 1 is no JSON object"), ("{}", "line 1 is of no known kind"), ("[1]", "line 1 is no JSON object"), ('{"kind":"song"}', "line 1 is of no known kind"),
    ('{"kind":"key"}', "line 1 does not stand where its kind does"), ("\n\n", "line 1 is not there"),
    ('{"kind":"log","format":"lore audit 2","id":null,"last":null}', "line 1 lacks a member, or has one of another form"),
    ('{"kind":"log","format":"lore audit 1","id":null,"last":"x"}', "line 1 lacks a member, or has one of another form"),
    ('{"kind":"log","format":"lore audit 1","id":"a","last":1.5}', "line 1 lacks a member, or has one of another form"),
    ('{"kind":"log","format":"lore audit 1","id":"a","last":1}\n{"kind":"entry"}', "line 2 lacks a member, or has one of another form"),
    ('{"kind":"log","format":"lore audit 1","id":"a","last":1}', "the entry is missing: the first line announces 1"),
    ('{"kind":"log","format":"lore audit 1","id":"\\ud800","last":1}', "line 1 lacks a member, or has one of another form"),
    ('{"kind":"log","format":"lore audit 1","id":"\\u0000","last":1}', "line 1 lacks a member, or has one of another form")])
def test_what_is_no_export_is_said(elsewhere, text, problem):
    row = verify_lines(elsewhere, text)
    assert row["status"] == "broken" and row["statement"] == problem


@pytest.mark.parametrize("last", [2**63 - 1, 2**62 + 1])
def test_no_number_is_too_large_to_count_on(elsewhere, last):
    """Anybody can make a key, and sign a prune of whatever number with it."""
    thief, at = Signer(9), "2026-01-01T00:00:00.000Z"
    key = {"kind": "key", "number": 1, "key_id": thief.id, "public_key": thief.hex, "created_at": at, "signed_by": None, "signature": None}
    prune = {"kind": "prune", "sequence_number": last, "first_number": 1, "head_hash": "0" * 64, "pruned_before": at, "at": at, "key_id": thief.id,
             "signature": thief.sign(prune_message("a", last, 1, "0" * 64, at, at, thief.id))}
    entry = {"kind": "entry", "sequence_number": -2**63, **dict.fromkeys(COLUMNS, "x"), "previous_hash": "0" * 64, "entry_hash": "x"}
    log = {"kind": "log", "format": "lore audit 1", "id": "a", "last": last}
    row = verify_lines(elsewhere, "\n".join(map(json.dumps, [log, key, prune, prune, entry])))
    assert row["status"] == "broken" and row["statement"] == f"the entry is missing: the prune of {last} is another"


@pytest.mark.parametrize("kind", ["log", "key", "prune", "entry", "checkpoint"])
@pytest.mark.parametrize("name", ["kind", "signature", "event_type", "k\\u0069nd", "other"])
def test_a_line_has_each_member_once_and_no_other(log, elsewhere, kind, name):
    """Of two members of one name json_extract shows the first, and a parser mostly the last."""
    log.run("SELECT audit_prune('2026-03-03')")
    lines = export(log).split("\n")
    n = next(n for n, line in enumerate(lines) if f'"kind":"{kind}"' in line)
    lines[n] = lines[n].replace("{", f'{{"{name}":"forged",', 1)
    row = verify_lines(elsewhere, "\n".join(lines))
    assert row["status"] == "broken" and row["statement"] == f"line {n + 1} has a member twice, or one that is none of its kind"


def test_there_must_be_lines(elsewhere):
    with raises_sql("audit_verify_lines: lines is missing", BAD_ARGUMENT):
        elsewhere.run("SELECT * FROM audit_verify_lines(NULL)")


def test_every_changed_character_is_noticed(log, elsewhere):
    """In one line of each kind, every character in turn."""
    append(log, "t", "o", "{}", "x", "last")
    lines = [line for line in export(log).split("\n")]
    short = [n for n, line in enumerate(lines) if len(line) < 700 and n in (1, 2, 3, 6, len(lines) - 1)]
    assert len(short) == 5
    for n in short:
        for at, character in enumerate(lines[n]):
            changed = lines[n][:at] + ("y" if character == "x" else "x") + lines[n][at + 1:]
            row = verify_lines(elsewhere, "\n".join(lines[:n] + [changed] + lines[n + 1:]))
            is_time_of_first_key = n == 1 and lines[n].find('"created_at"') < at < lines[n].find('"signed_by"')
            assert row["status"] == "broken" or is_time_of_first_key, (n, at, changed)


TEXTS = st.text(st.characters(blacklist_characters="\0", blacklist_categories=["Cs"]), min_size=1, max_size=30)


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(rows=st.lists(st.tuples(TEXTS, TEXTS, st.none() | TEXTS, st.none() | TEXTS.map(json.dumps)), min_size=1, max_size=6))
def test_any_text_survives_the_export(rows):
    db = Database(":memory:")
    db.run("SELECT lore_migrate('audit')")
    for event_type, originator, target, payload in rows:
        append(db, event_type, originator, payload, target)
    assert verify_lines(db, export(db)) == verify(db)
    assert verify(db)["statement"] == f"consistent up to {len(rows)}, not signed, no anchor"
    db.close()


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(text=st.text(st.characters(blacklist_characters="\0", blacklist_categories=["Cs"]), min_size=1, max_size=200)
       | st.lists(st.sampled_from(['{"kind":"log","format":"lore audit 1","id":"a","last":1}', '{"kind":', '"entry"', "}", "{", "\n", '"sequence_number":1', ","]),
                  min_size=1, max_size=12).map("".join))
def test_any_text_is_answered(text):
    db = Database(":memory:")
    row = verify_lines(db, text)
    assert row["status"] == "broken" and re.search("line|entry", row["statement"])
    db.close()


def test_an_export_does_not_sort_what_can_be_long(db):
    """The plan of its statement: entries and checkpoints come as they are stored."""
    text = (ROOT / "sql" / "statements" / "audit.sql").read_text()
    sql = re.search(r"^-- :name audit_export_lines.*?\n(.*?);", text, re.M | re.S).group(1)
    plan = [row[3] for row in db.run("EXPLAIN QUERY PLAN " + sql)]
    for table in ("audit_log", "audit_checkpoints"):
        place = plan.index(f"SCAN main.{table}")
        assert not plan[place + 1:place + 2] or "TEMP B-TREE" not in plan[place + 1]


def test_a_long_text_can_be_interrupted(db):
    """Empty lines: nothing else would look."""
    text = "\n" * 50_000_000
    is_over = threading.Event()

    def interrupt():
        while not is_over.wait(0.005):
            db.connection.interrupt()

    thread = threading.Thread(target=interrupt)
    thread.start()
    with raises_sql("interrupted", INTERRUPT):
        db.run("SELECT * FROM audit_verify_lines(?)", text)
    is_over.set()
    thread.join()
