"""Hostile input is an error that says where it comes from, never a crash and never a half-done write."""
import json
import sqlite3

import pytest

from support import (BAD_ARGUMENT, DENIED, NOT_READY, REFUSED, TOO_BIG, assert_same, code_of, difference, dump, example_values, read_entries)

ENTRIES = [entry for entry in read_entries() if entry.example is not None]
CODES = {BAD_ARGUMENT, REFUSED, DENIED, NOT_READY, TOO_BIG}

DEEP = 10000
BOUND = {
    "null": None, "zero": 0, "one": 1, "minus one": -1, "int": 7, "real": 1.5, "largest": 2**63 - 1, "smallest": -(2**63),
    "tiny": 5e-324, "huge": 1.7976931348623157e308,
    "empty": "", "word": "word", "number": "42", "a megabyte": "x" * 1048576, "blob": b"\x00\xff\x01", "empty blob": b"",
    "with NUL": "a\0b", "only NUL": "\0", "quotes": "`'\";--%_", "format": "%s%n%d%w%Q%z", "emoji": "😀\u202e\u0301",
    "object": "{}", "array": "[]", "json null": "null", "json number": "1e5", "json text": '"a"',
    "deep array": "[" * DEEP + "]" * DEEP, "deep object": '{"a":' * DEEP + "1" + "}" * DEEP, "unclosed": "[" * DEEP,
    "escaped NUL": '{"domain":"a\\u0000.com","name":"\\u0000"}', "repeated": '{"a":1,"a":2}', "lone surrogate": '{"name":"\\ud800"}',
    "a key": "domain:acme.ai", "half a key": "domain:", "a time": "2026-01-01", "last time": "9999-12-31T23:59:59.999Z", "ids": "[1,2,3]",
    "odd ids": '[1,"1",null,1.5,-1,9223372036854775808,[1],{}]', "trailing": "{} x", "byte order mark": "\ufeff{}",
}
EXPRESSIONS = {
    "infinity": "9e999", "minus infinity": "-9e999", "broken UTF-8": "CAST(x'ff' AS TEXT)", "cut UTF-8": "CAST(x'61c3' AS TEXT)",
    "overlong": "CAST(x'c080' AS TEXT)", "surrogate": "CAST(x'eda080' AS TEXT)", "broken JSON text": "CAST(x'7b2261223a22ff227d' AS TEXT)",
    "broken key": "CAST(x'646f6d61696e3aff' AS TEXT)",
}
HOSTILE = [(name, "?", (value,)) for name, value in BOUND.items()] + [(name, sql, ()) for name, sql in EXPRESSIONS.items()]


def calls_with(entry, values, position):
    """Each hostile value at this position, the example's values elsewhere: (label, SQL, bound values)."""
    width = max(len(values), position + 1)
    full = values + [None] * (width - len(values))
    for label, sql, bound in HOSTILE:
        marks = ["?"] * width
        marks[position] = sql
        arguments = full[:position] + list(bound) + full[position + 1:]
        # A reader may well have a row for each second of a thousand years.
        yield label, entry.call(", ".join(marks)) + (" LIMIT 1000" if entry.kind == "reader" else ""), arguments
        if entry.kind == "verb" and entry.is_table:
            yield label, entry.insert(width, f"VALUES ({', '.join(marks)})"), arguments


def complaint(db, name, sql, arguments, before):
    """Runs a call: None when it works, or when its error is a documented one and left nothing."""
    try:
        db.run(sql, *arguments)
        return None
    except UnicodeDecodeError:
        return "the message is not valid UTF-8"
    except sqlite3.Error as error:
        code, message = code_of(error), str(error)
        if not message.startswith(f"{name}: ") and not (name == "lore_call" and message.startswith("lore_set: ")):
            return f"{message[:200]!r} ({code}) does not say where it comes from"
        if code not in CODES and code is not None:
            return f"{message[:200]!r} has code {code}"
        if len(message) > 1000:
            return f"the message is {len(message)} long"
    return None if before == dump(db) else f"left {difference(before, dump(db))}"


def attempt(db, name, label, sql, arguments, before):
    """A list of what is wrong with a call, run inside a transaction that is given up."""
    db.run("BEGIN")
    wrong = complaint(db, name, sql, arguments, before)
    if not db.in_transaction:
        return [f"{label}: the transaction is gone"]
    db.run("ROLLBACK")
    if name == "lore_clock":
        db.run("SELECT lore_clock('')")
    return [f"{label}: {wrong} in {sql[:70]}"] if wrong else []


@pytest.mark.parametrize("entry", ENTRIES, ids=repr)
def test_every_argument_takes_anything(stages, entry):
    db = stages.open(entry.name)
    values = example_values(db, entry)
    before = dump(db)
    wrong = []
    for position, argument in enumerate(entry.argument_names):
        for label, sql, arguments in calls_with(entry, values, position):
            wrong += attempt(db, entry.name, f"{argument} = {label}", sql, arguments, before)
    assert not wrong, f"{len(wrong)} complaints: " + "\n".join(wrong[:12])
    assert_same(before, dump(db))
    assert db.value("PRAGMA integrity_check") == "ok"
    db.run(entry.call(entry.example))
    db.close()


@pytest.mark.parametrize("entry", [e for e in ENTRIES if e.kind == "verb" and e.is_table], ids=repr)
def test_lore_call_passes_hostile_values_safely(stages, entry):
    db = stages.open(entry.name)
    before = dump(db)
    wrong = []
    values = dict(zip(entry.argument_names, example_values(db, entry)))
    for name in entry.argument_names:
        for label, value in BOUND.items():
            if not isinstance(value, bytes):
                arguments = [entry.name, json.dumps(values | {name: value})]
                wrong += attempt(db, entry.name, f"{name} = {label}", "SELECT lore_call(?, ?)", arguments, before)
    assert not wrong, f"{len(wrong)} complaints: " + "\n".join(wrong[:12])
    assert db.value("PRAGMA integrity_check") == "ok"
    db.close()


@pytest.mark.parametrize("entry", ENTRIES, ids=repr)
def test_a_wrong_number_of_arguments_is_an_error(stages, entry):
    db = stages.open(entry.name)
    most = len(entry.argument_names)
    other_forms = {len(other.argument_names) for other in ENTRIES if other.name == entry.name and other is not entry}
    for count in (0, 1, most, most + 1, most + 2, 100):
        marks = ", ".join(["NULL"] * count)
        try:
            db.run("SAVEPOINT s")
            db.run(entry.call(marks))
            assert count <= most or count in other_forms, f"{count} arguments were taken"
        except sqlite3.Error as error:
            assert entry.name in str(error), error
        finally:
            db.run("ROLLBACK TO s")
            db.run("RELEASE s")
    db.close()


@pytest.mark.parametrize("entry", [e for e in ENTRIES if e.kind == "reader" and e.argument_names], ids=repr)
def test_a_reader_s_columns_may_be_compared_with_anything(stages, entry):
    db = stages.open()
    arguments = entry.example
    columns = db.column("SELECT name FROM pragma_table_xinfo(?) WHERE NOT hidden", entry.name)
    for column in columns:
        for label, sql, bound in HOSTILE:
            for operator in ("=", ">", "IS", "LIKE"):
                if operator == "LIKE" and label in ("a megabyte", "deep array", "deep object", "unclosed"):
                    continue
                db.run(f"SELECT * FROM {entry.name}({arguments}) WHERE {column} {operator} {sql}", *bound)
    db.close()
