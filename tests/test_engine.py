"""What every verb and reader gets from the engine, shown on those of signals."""
import json

import pytest

from support import BAD_ARGUMENT, NOT_READY, Database, assert_same, dump, raises_sql

SIGNAL = "'github_spike', 'github', ?, 0.5, '{}'"
COLUMNS = "signal_type, source_api, canonical_key, confidence, raw_data"


def save(db, key="domain:acme.ai", extra=""):
    return db.value(f"SELECT signal_save({SIGNAL}{extra})", key)


def call(db, verb, arguments):
    text = arguments if isinstance(arguments, str) else json.dumps(arguments)
    return db.value("SELECT lore_call(?, ?)", verb, text)


def signal(**changes):
    return {"signal_type": "github_spike", "source_api": "github", "canonical_key": "domain:acme.ai",
            "confidence": 0.5, "raw_data": "{}"} | changes


# ---- lore_call ----

def test_lore_call_passes_arguments_by_name(db):
    id = call(db, "signal_save", signal(company_name="Acme"))
    assert db.row("SELECT id, company_name, confidence FROM signals") == (id, "Acme", 0.5)


def test_lore_call_keeps_all_64_bits_of_an_integer(db):
    call(db, "signal_save", signal(source_id=9007199254740993))
    assert db.value("SELECT source_id FROM signals") == "9007199254740993"


def test_lore_call_passes_nested_values_on_as_json_text(db):
    call(db, "signal_save", '{"signal_type":"a","source_api":"b","canonical_key":"domain:a.io","confidence":1,'
                            '"raw_data": {"n": [1, {"x": null}], "big": 9007199254740993}}')
    stored = db.value("SELECT raw_data FROM signals")
    assert json.loads(stored) == {"n": [1, {"x": None}], "big": 9007199254740993}


def test_lore_call_names_an_unknown_member(db):
    before = dump(db)
    with raises_sql("signal_save: has no argument 'confidance'", BAD_ARGUMENT):
        call(db, "signal_save", signal(confidance=0.7))
    assert_same(before, dump(db))


def test_lore_call_names_a_repeated_member(db):
    with raises_sql("signal_save: source_api is given twice", BAD_ARGUMENT):
        call(db, "signal_save", '{"source_api": "a", "source_api": "b"}')


def test_lore_call_takes_null_as_absent(db):
    call(db, "signal_save", signal(company_name=None, detected_at=None))
    assert db.value("SELECT company_name FROM signals") is None
    with raises_sql("signal_save: source_api is missing", BAD_ARGUMENT):
        call(db, "signal_save", signal(source_api=None))


@pytest.mark.parametrize("verb", ["signal_sav", "signals_pending", "canonical_key", "lore_call", ""])
def test_lore_call_refuses_what_is_no_verb(db, verb):
    with raises_sql("lore_call: ", BAD_ARGUMENT):
        call(db, verb, {})


@pytest.mark.parametrize("arguments", ["", "x", "[1]", '"a"', "{", '{"a":1} x'])
def test_lore_call_takes_an_object_only(db, arguments):
    with raises_sql("lore_call: arguments must be a JSON object"):
        call(db, "signal_save", arguments)


def test_lore_call_is_all_or_nothing_inside_a_transaction(db):
    db.run("BEGIN")
    before = dump(db)
    with raises_sql("signal_mark_pushed: "):
        call(db, "signal_mark_pushed", {"id": 99, "notion_page_id": "p"})
    assert_same(before, dump(db))
    db.run("COMMIT")


# ---- Results ----

def test_an_insert_leaves_its_result(db):
    assert db.value("SELECT lore_result()") is None
    db.run(f"INSERT INTO signal_save({COLUMNS}) VALUES ({SIGNAL})", "domain:acme.ai")
    id = db.value("SELECT id FROM signals")
    assert db.value("SELECT lore_result()") == id
    assert db.run("SELECT n, verb, result FROM lore_results") == [(1, "signal_save", id)]


def test_the_last_thousand_results_are_kept(db):
    db.run(f"INSERT INTO signal_save({COLUMNS}) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1005) "
           "SELECT 't', 's', 'domain:a' || i || '.io', 1, '{}' FROM n")
    results = db.run("SELECT n, verb, result FROM lore_results")
    assert [n for n, _, _ in results] == list(range(6, 1006))
    assert [id for _, _, id in results] == db.column("SELECT id FROM signals ORDER BY id")[5:]


def test_a_result_keeps_its_type(db):
    db.run("INSERT INTO signal_ingest(signal_type, source_api, raw_data, confidence, canonical_key) VALUES ('t', 's', '{}', 1, 'domain:a.io')")
    assert json.loads(db.value("SELECT lore_result()"))["outcome"] == "new"
    assert db.value("SELECT json_type(json_array(lore_result()), '$[0]')") == "object"
    db.run("INSERT INTO suppression_clean DEFAULT VALUES")
    assert db.value("SELECT typeof(lore_result())") == "integer"


def test_a_failed_insert_leaves_no_result(db):
    with raises_sql("signal_save: "):
        db.run(f"INSERT INTO signal_save({COLUMNS}) VALUES ('t', 's', 'domain:a.io', 7, '{{}}')")
    assert db.run("SELECT * FROM lore_results") == []


def test_a_verb_that_does_nothing_says_why(db):
    first = save(db, extra=", 'Acme', '2026-01-01', 'event-1'")
    assert db.value("SELECT lore_notice()") is None
    assert save(db, extra=", 'Other name', '2026-01-01', 'event-1'") == first
    assert db.value("SELECT lore_notice()") is not None
    save(db, "domain:other.io")
    assert db.value("SELECT lore_notice()") is None


def test_last_insert_rowid_is_the_id_in_both_forms(db):
    id = save(db)
    assert db.value("SELECT last_insert_rowid()") == id
    db.run(f"INSERT INTO signal_save({COLUMNS}) VALUES ({SIGNAL})", "domain:b.io")
    assert db.value("SELECT last_insert_rowid()") == db.value("SELECT max(id) FROM signals") == db.value("SELECT lore_result()")


def test_a_verb_without_an_id_leaves_last_insert_rowid_alone(db):
    db.run("CREATE TABLE own(id INTEGER PRIMARY KEY)")
    id = save(db)
    db.run("INSERT INTO own VALUES (77)")
    assert db.value("SELECT signal_mark_pushed(?, 'page')", id) == 1
    assert db.value("SELECT last_insert_rowid()") == 77


# ---- The clock ----

def test_a_pinned_clock_stands_still(db):
    assert db.value("SELECT lore_clock('2026-01-02T03:04:05+01:00')") == "2026-01-02T02:04:05.000Z"
    assert db.run("SELECT lore_clock() FROM (VALUES (1), (2))") == [("2026-01-02T02:04:05.000Z",)] * 2
    save(db)
    assert db.row("SELECT created_at, detected_at FROM signals") == ("2026-01-02T02:04:05.000Z",) * 2


def test_at_goes_before_the_clock(db):
    db.run("SELECT lore_clock('2026-01-01')")
    db.run(f"INSERT INTO signal_save({COLUMNS}, at) VALUES ({SIGNAL}, '2025-05-05')", "domain:a.io")
    assert db.value("SELECT created_at FROM signals") == "2025-05-05T00:00:00.000Z"


def test_an_empty_time_frees_the_clock(db):
    db.run("SELECT lore_clock('2001-01-01')")
    assert db.value("SELECT lore_clock('')") > "2026"
    assert db.value("SELECT lore_clock()") > "2026"


def test_a_wrong_time_leaves_the_clock_as_it_is(db):
    db.run("SELECT lore_clock('2026-01-01')")
    for wrong in ("'soon'", "x'00'", "1e400"):
        with raises_sql("lore_clock: at must be an ISO 8601 time or unix seconds", BAD_ARGUMENT):
            db.run(f"SELECT lore_clock({wrong})")
    assert db.value("SELECT lore_clock()") == "2026-01-01T00:00:00.000Z"


def test_the_clock_belongs_to_one_connection(db):
    other = Database(db.path)
    db.run("SELECT lore_clock('2001-01-01')")
    assert other.value("SELECT lore_clock()") > "2026"
    other.close()


TIMES = [
    ("2026-02-03", "2026-02-03T00:00:00.000Z"),
    ("2026-02-03T04:05", "2026-02-03T04:05:00.000Z"),
    ("2026-02-03 04:05:06", "2026-02-03T04:05:06.000Z"),
    ("2026-02-03T04:05:06Z", "2026-02-03T04:05:06.000Z"),
    ("2026-02-03t04:05:06z", "2026-02-03T04:05:06.000Z"),
    ("2026-02-03T04:05:06.7", "2026-02-03T04:05:06.700Z"),
    ("2026-02-03T04:05:06,789999999", "2026-02-03T04:05:06.789Z"),
    ("2026-02-03T00:05:06+05:30", "2026-02-02T18:35:06.000Z"),
    ("2026-02-03T23:05:06-0130", "2026-02-04T00:35:06.000Z"),
    ("2026-02-03T04:05:06+01", "2026-02-03T03:05:06.000Z"),
    ("2024-02-29", "2024-02-29T00:00:00.000Z"),
    ("0000-01-01", "0000-01-01T00:00:00.000Z"),
    ("9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"),
    (0, "1970-01-01T00:00:00.000Z"),
    (-1, "1969-12-31T23:59:59.000Z"),
    (1700000000, "2023-11-14T22:13:20.000Z"),
    (1700000000.123, "2023-11-14T22:13:20.123Z"),
    (253402300799, "9999-12-31T23:59:59.000Z"),
]


@pytest.mark.parametrize("given, stored", TIMES)
def test_a_time_is_stored_in_one_form(db, given, stored):
    assert db.value("SELECT lore_clock(?)", given) == stored
    db.run(f"INSERT INTO signal_save({COLUMNS}, detected_at) VALUES ({SIGNAL}, ?)", "domain:a.io", given)
    assert db.value("SELECT detected_at FROM signals") == stored


WRONG_TIMES = ["yesterday", "2026", "2026-13-01", "2026-02-30", "2025-02-29", "2026-01-01T24:00", "2026-01-01T10", "2026-01-01T10:61",
               "2026-01-01T10:00:60", "2026-01-01T10:00:00.", "2026-01-01T10:00:00.1234567890", "2026-01-01T10:00+25", "20260101",
               "2026-01-01T10:00:00 Z", " 2026-01-01", "2026-01-01 ", "+2026-01-01", "2026-1-1", "0000-01-01T00:00+01:00",
               "9999-12-31T23:59-01:00", 253402300800, -62167219201, 1e300]


@pytest.mark.parametrize("wrong", WRONG_TIMES)
def test_a_wrong_time_is_quoted(db, wrong):
    shown = f"'{wrong}'" if isinstance(wrong, str) else ""
    with raises_sql(f"signal_save: detected_at must be an ISO 8601 time or unix seconds, got {shown}", BAD_ARGUMENT):
        db.run(f"INSERT INTO signal_save({COLUMNS}, detected_at) VALUES ({SIGNAL}, ?)", "domain:a.io", wrong)


# ---- Arguments ----

def test_a_missing_argument_is_named(db):
    with raises_sql("signal_save: signal_type is missing", BAD_ARGUMENT):
        db.run("SELECT signal_save()")
    with raises_sql("signal_save: canonical_key is missing", BAD_ARGUMENT):
        db.run("SELECT signal_save('a', 'b', NULL, 1, '{}')")
    with raises_sql("signal_save: raw_data is missing", BAD_ARGUMENT):
        db.run("INSERT INTO signal_save(signal_type, source_api, canonical_key, confidence) VALUES ('a', 'b', 'domain:a.io', 1)")


def test_a_surplus_argument_is_counted(db):
    with raises_sql("signal_save: takes at most 9 arguments, got 10", BAD_ARGUMENT):
        db.run(f"SELECT signal_save({', '.join(['NULL'] * 10)})")
    with raises_sql("signal_save has no column named nonsense"):
        db.run("INSERT INTO signal_save(nonsense) VALUES (1)")


@pytest.mark.parametrize("confidence", ["0.5", "'0.5'", "5e-1", "'.5'"])
def test_a_number_may_come_as_text(db, confidence):
    db.run(f"SELECT signal_save('t', 's', 'domain:a.io', {confidence}, '{{}}')")
    assert db.row("SELECT confidence, typeof(confidence) FROM signals") == (0.5, "real")


@pytest.mark.parametrize("wrong", ["1.7", "-0.1", "'abc'", "'0.5x'", "''", "x'30'", "1e999"])
def test_a_number_out_of_range_is_named_with_its_range(db, wrong):
    with raises_sql("signal_save: confidence must be ", BAD_ARGUMENT) as caught:
        db.run(f"SELECT signal_save('t', 's', 'domain:a.io', {wrong}, '{{}}')")
    assert "got " in caught.message


def test_a_long_value_is_shortened_in_a_message(db):
    with raises_sql("signal_save: confidence must be ") as caught:
        db.run("SELECT signal_save('t', 's', 'domain:a.io', ?, '{}')", "ä" * 5000)
    assert len(caught.message) < 200


@pytest.mark.parametrize("form", ["SELECT signal_save('t', 's', 'domain:a.io', 1, '{{}}', NULL, {})",
                                  "SELECT signal_mark_pushed({}, 'page')", "SELECT * FROM signal_get({})"])
def test_a_message_is_valid_utf8_whatever_was_given(db, form):
    for raw in ("ff", "c3", "61eda08062", "f0908080f8"):
        with raises_sql(": "):
            db.run(form.format(f"CAST(x'{raw}' AS TEXT)"))


# ---- The insertable table ----

def test_a_multi_row_insert_is_all_or_nothing(db):
    for begin, end in (("SELECT 1", "SELECT 1"), ("BEGIN", "COMMIT")):
        db.run(begin)
        before = dump(db)
        with raises_sql("signal_save: confidence"):
            db.run(f"INSERT INTO signal_save({COLUMNS}) VALUES ('a', 'b', 'domain:a.io', 1, '{{}}'), ('a', 'b', 'domain:b.io', 2, '{{}}')")
        assert_same(before, dump(db))
        db.run(end)
        assert_same(before, dump(db))


def test_or_ignore_skips_the_bad_row_only(db):
    db.run(f"INSERT OR IGNORE INTO signal_save({COLUMNS}) VALUES ('a', 'b', 'domain:a.io', 1, '{{}}'), "
           "('a', 'b', 'domain:b.io', 2, '{}'), ('a', 'b', 'domain:c.io', 1, '{}')")
    assert db.column("SELECT canonical_key FROM signals ORDER BY id") == ["domain:a.io", "domain:c.io"]
    assert db.value("SELECT count(*) FROM signal_processing") == 2


def test_or_fail_keeps_the_rows_before_the_bad_one(db):
    with raises_sql("signal_save: confidence"):
        db.run(f"INSERT OR FAIL INTO signal_save({COLUMNS}) VALUES ('a', 'b', 'domain:a.io', 1, '{{}}'), ('a', 'b', 'domain:b.io', 2, '{{}}')")
    assert db.column("SELECT canonical_key FROM signals") == ["domain:a.io"]


def test_or_rollback_ends_the_transaction(db):
    db.run("BEGIN")
    save(db)
    with raises_sql("signal_save: confidence"):
        db.run(f"INSERT OR ROLLBACK INTO signal_save({COLUMNS}) VALUES ('a', 'b', 'domain:b.io', 2, '{{}}')")
    assert not db.in_transaction
    assert db.value("SELECT count(*) FROM signals") == 0


def test_a_verb_s_table_is_empty_and_cannot_be_changed(db):
    save(db)
    before = dump(db)
    assert db.run("SELECT * FROM signal_save") == []
    db.run("UPDATE signal_save SET confidence = 1")
    db.run("DELETE FROM signal_save")
    assert_same(before, dump(db))


def test_returning_gives_the_arguments(db):
    rows = db.run(f"INSERT INTO signal_save({COLUMNS}) VALUES ({SIGNAL}) RETURNING signal_type, confidence, company_name, at", "domain:a.io")
    assert rows == [("github_spike", 0.5, None, None)]
    assert db.value("SELECT count(*) FROM signals") == 1


# ---- Readers ----

def test_an_argument_of_a_reader_is_a_hidden_column_too(db):
    for key in ("domain:a.io", "domain:b.io"):
        save(db, key)
    expected = db.run("SELECT * FROM signals_for('domain:a.io')")
    assert len(expected) == 1
    assert db.run("SELECT * FROM signals_for WHERE in_canonical_key = 'domain:a.io'") == expected
    assert db.run("SELECT * FROM signals_for WHERE canonical_key = 'domain:a.io'") == expected
    assert db.run("SELECT signals_for.* FROM (SELECT 'domain:a.io' AS k), signals_for(k)") == expected
    assert db.value("SELECT in_canonical_key FROM signals_for('domain:a.io')") == "domain:a.io"


def test_null_does_not_filter(db):
    save(db)
    assert db.value("SELECT count(*) FROM signals_pending(NULL, NULL)") == db.value("SELECT count(*) FROM signals_pending()") == 1


def plan_of(db, sql):
    return " ".join(row[3] for row in db.run(f"EXPLAIN QUERY PLAN {sql}"))


def test_equality_on_an_output_column_is_pushed_down(db):
    save(db)
    db.run("SELECT signal_save('other', 'github', 'domain:a.io', 1, '{}')")
    sql = "SELECT signal_type FROM signals_pending WHERE signal_type = "
    assert "INDEX 1:" in plan_of(db, sql + "'other'")
    assert db.column(sql + "'other'") == ["other"]
    assert db.column(sql + "'OTHER' COLLATE NOCASE") == ["other"]
    assert db.column(sql + "'nothing'") == db.column(sql + "''") == db.column(sql + "x'00'") == db.column(sql + "zeroblob(5000)") == []
    assert db.column(sql + "'other' AND in_signal_type = 'github_spike'") == []


def test_a_missing_argument_of_a_reader_is_named(db):
    with raises_sql("signals_for: canonical_key is missing"):
        db.run("SELECT * FROM signals_for")
    with raises_sql("too many arguments on signals_for() - max 1"):
        db.run("SELECT * FROM signals_for(1, 2)")


def test_an_argument_comes_from_a_table_that_can_be_read_first(db):
    save(db)
    db.run("CREATE TABLE wanted(k)")
    db.run("INSERT INTO wanted VALUES ('domain:acme.ai'), ('domain:b.io')")
    assert db.column("SELECT k FROM signals_for AS f, wanted WHERE f.in_canonical_key = wanted.k") == ["domain:acme.ai"]
    with raises_sql(""):
        db.run("SELECT k FROM signals_for AS f CROSS JOIN wanted WHERE f.in_canonical_key = wanted.k")


def test_a_reader_before_its_migration_says_what_to_run(bare):
    for sql in ("SELECT * FROM signals_pending()", f"SELECT signal_save({SIGNAL.replace('?', repr('domain:a.io'))})"):
        with raises_sql("run SELECT lore_migrate('signals') first", NOT_READY):
            bare.run(sql)
    assert bare.value("PRAGMA page_count") == 0
