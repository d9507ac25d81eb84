"""Saving and ingesting: each fact once, whatever the collector repeats; and what was not stored, and why."""
import json
import threading

import pytest

from signal_calls import KEY, NOW, alias, call, get, ingest, log, pin, save, suppress
from support import BAD_ARGUMENT, REFUSED, Database, assert_same, dump, raises_sql

DAY = "2026-02-01T00:00:00.000Z"


@pytest.fixture(autouse=True)
def clock(db):
    pin(db)


def count(db, table="signals"):
    return db.value(f"SELECT count(*) FROM {table}")


def notice(db):
    return db.value("SELECT lore_notice()")


# ---- signal_save ----

def test_a_signal_is_stored_as_given_with_a_pending_processing_row(db):
    raw = '{ "stars" : 9007199254740993, "stars": 1e2 }'
    id = save(db, raw_data=raw, company_name="Acme", detected_at="2026-02-01", source_id="evt-1", confidence=1)
    assert db.value("SELECT last_insert_rowid()") == id
    assert get(db, id) == {
        "id": id, "signal_type": "github_spike", "source_api": "github", "canonical_key": KEY, "company_name": "Acme",
        "confidence": 1.0, "raw_data": raw, "detected_at": DAY, "created_at": NOW, "source_id": "evt-1",
        "processing_status": "pending", "notion_page_id": None, "processed_at": None, "error_message": None,
        "processing_metadata": None, "attempts": 0, "lease_worker": None, "lease_until": None, "updated_at": NOW}
    assert db.run("SELECT signal_id, status, created_at, updated_at FROM signal_processing") == [(id, "pending", NOW, NOW)]
    assert log(db, id) == []


def test_the_same_fact_is_stored_once(db):
    first = save(db, detected_at="2026-02-01")
    before = dump(db)
    assert save(db, detected_at="2026-02-01", confidence=0.9, raw_data="[1]", company_name="Other") == first
    assert_same(before, dump(db))


@pytest.mark.parametrize("form", ["2026-02-01T00:00:00Z", "2026-02-01 01:00+01:00", "2026-02-01T00:00:00.0009Z", 1769904000,
                                  1769904000.0009, "1769904000"])
def test_every_form_of_a_moment_is_the_same_moment(db, form):
    first = save(db, detected_at="2026-02-01")
    assert save(db, detected_at=form) == first


@pytest.mark.parametrize("other", [{"canonical_key": "domain:other.ai"}, {"signal_type": "funding_event"}, {"source_api": "news"},
                                   {"detected_at": "2026-02-01T00:00:00.001Z"}])
def test_what_differs_in_its_natural_key_is_another_fact(db, other):
    assert save(db, detected_at="2026-02-01") != save(db, **{"detected_at": "2026-02-01", **other})
    assert count(db) == count(db, "signal_processing") == 2


def test_a_known_source_id_decides_whatever_else_differs_and_the_notice_lists_it(db):
    first = save(db, source_id="evt-1", detected_at="2026-02-01", company_name="Acme")
    before = dump(db)
    assert save(db, source_id="evt-1", canonical_key="domain:other.ai", signal_type="funding_event", confidence=0.6,
                raw_data="[1]", company_name="Other", detected_at="2026-02-02") == first
    for name in ("signal_type", "canonical_key", "confidence", "raw_data", "company_name", "detected_at"):
        assert name in notice(db)
    assert_same(before, dump(db))
    assert save(db, source_id="evt-1", detected_at="2026-02-01", company_name="Acme") == first
    assert notice(db) is None


def test_a_source_id_is_known_only_within_its_source(db):
    assert save(db, source_id="1", source_api="github") != save(db, source_id="1", source_api="news")


def test_an_empty_source_id_is_none(db):
    first, second = save(db, source_id=""), save(db, source_id="")
    assert first != second and get(db, first)["source_id"] is None


def test_another_event_of_the_same_moment_is_stored_a_millisecond_later(db):
    ids = [save(db, detected_at="2026-02-01", source_id=f"evt-{n}") for n in range(4)]
    assert "3 ms later" in notice(db)
    assert [get(db, id)["detected_at"] for id in ids] == [f"2026-02-01T00:00:00.00{n}Z" for n in range(4)]
    before = dump(db)
    assert [save(db, detected_at="2026-02-01", source_id=f"evt-{n}") for n in range(4)] == ids
    assert_same(before, dump(db))


def test_a_thousand_events_of_one_moment_are_kept_and_one_more_is_refused(db):
    db.run("BEGIN")
    for n in range(1000):
        save(db, detected_at="2026-02-01", source_id=f"evt-{n}")
    assert count(db) == db.value("SELECT count(DISTINCT detected_at) FROM signals") == 1000
    assert db.value("SELECT max(detected_at) FROM signals") == "2026-02-01T00:00:00.999Z"
    before = dump(db)
    with raises_sql("signal_save: 1000 events of this key, type and source", REFUSED):
        save(db, detected_at="2026-02-01", source_id="evt-1000")
    assert_same(before, dump(db))


def test_another_event_of_the_last_moment_there_is_cannot_be_stored_later(db):
    last = "9999-12-31T23:59:59.999Z"
    save(db, detected_at=last, source_id="evt-1")
    with raises_sql("signal_save: ", REFUSED):
        save(db, detected_at=last, source_id="evt-2")
    assert db.column("SELECT detected_at FROM signals") == [last]


def test_without_time_and_source_id_each_call_is_a_new_fact(db):
    ids = [save(db) for _ in range(3)]
    assert len(set(ids)) == 3
    assert [get(db, id)["detected_at"] for id in ids] == [NOW, NOW[:-4] + "001Z", NOW[:-4] + "002Z"]


def test_without_a_time_the_source_id_still_tells_a_repetition(db):
    first = save(db, source_id="evt-1")
    pin(db, "18:00")
    assert save(db, source_id="evt-1") == first and count(db) == 1
    assert notice(db) is None


def test_the_insert_form_stores_a_whole_run_and_leaves_the_ids(db):
    db.run("""INSERT INTO signal_save(signal_type, source_api, canonical_key, confidence, raw_data, detected_at)
              VALUES ('a', 's', ?1, 0.5, '{}', '2026-02-01'), ('b', 's', ?1, 0.5, '{}', '2026-02-01'),
                     ('a', 's', ?1, 0.9, '[]', '2026-02-01')""", KEY)
    assert db.column("SELECT result FROM lore_results ORDER BY n DESC LIMIT 3") == [1, 2, 1] and count(db) == 2


@pytest.mark.parametrize("wrong, message", [
    ({"confidence": 1.7}, "confidence must be between 0 and 1, got 1.7"), ({"confidence": -0.1}, "confidence must be between 0 and 1"),
    ({"raw_data": "{"}, "raw_data"), ({"signal_type": ""}, "signal_type must not be empty"), ({"detected_at": "soon"}, "got 'soon'"),
    ({"canonical_key": ""}, "canonical_key must not be empty")])
def test_a_wrong_argument_is_named_with_its_rule_and_nothing_is_stored(db, wrong, message):
    with raises_sql("signal_save: ", BAD_ARGUMENT) as caught:
        save(db, **wrong)
    assert message in caught.message and count(db) == 0


def test_plain_sql_cannot_store_a_fact_twice_either(db):
    save(db, source_id="evt-1", detected_at="2026-02-01")
    columns = "signal_type, source_api, canonical_key, confidence, raw_data, created_at, detected_at, source_id"
    copy = f"INSERT INTO signals({columns}) SELECT signal_type, source_api, canonical_key, confidence, raw_data, created_at, {{}} FROM signals"
    for rest, constraint in (("detected_at, 'evt-2'", "signals.detected_at"), ("'2026-02-02', source_id", "signals.source_id")):
        with raises_sql("UNIQUE constraint failed") as caught:
            db.run(copy.format(rest))
        assert constraint in caught.message
    with raises_sql("UNIQUE constraint failed: signal_processing.signal_id"):
        db.run("INSERT INTO signal_processing(signal_id, status, created_at, updated_at) VALUES (1, 'pending', '', '')")


def test_a_deleted_signal_takes_its_processing_row_with_it(db):
    id = save(db)
    db.run("PRAGMA foreign_keys = ON")
    db.run("DELETE FROM signals WHERE id = ?", id)
    assert count(db, "signal_processing") == 0


# ---- signal_ingest ----

def test_a_new_fact_is_stored_under_the_key_of_its_document(db):
    answer = ingest(db, {"website": "https://www.acme.ai/x", "company_name": "Acme"}, detected_at="2026-02-01", source_id="evt-1")
    assert answer == {"outcome": "new", "id": 1, "canonical_key": KEY, "reason": None}
    row = get(db, 1)
    assert (row["canonical_key"], row["company_name"], row["detected_at"], row["source_id"]) == (KEY, "Acme", DAY, "evt-1")
    assert count(db, "signal_ingest_log") == 0


def test_a_given_key_goes_before_that_of_the_document(db):
    assert ingest(db, {"website": "acme.ai"}, canonical_key="domain:given.ai")["canonical_key"] == "domain:given.ai"
    assert ingest(db, {}, canonical_key="domain:given.ai")["outcome"] == "new"


@pytest.mark.parametrize("document, given, expected", [
    ({"company_name": "A", "name": "B"}, None, "A"), ({"name": "B"}, None, "B"), ({"company_name": "", "name": "B"}, None, "B"),
    ({"company_name": None, "name": "B"}, None, "B"), ({"company_name": "A"}, "C", "C"), ({}, None, None), ({}, "C", "C")])
def test_the_company_is_named_by_the_call_or_else_by_the_document(db, document, given, expected):
    id = ingest(db, {**document, "domain": "acme.ai"}, company_name=given)["id"]
    assert get(db, id)["company_name"] == expected


def test_a_known_fact_is_a_duplicate_and_noted(db):
    fact = dict(detected_at="2026-02-01", source_id="evt-1")
    first = ingest(db, {"domain": "acme.ai"}, **fact)
    again = ingest(db, {"domain": "acme.ai"}, **fact)
    assert (again["outcome"], again["id"], again["canonical_key"]) == ("duplicate", first["id"], KEY) and again["reason"]
    assert count(db) == 1
    assert db.run("SELECT source_api, source_id, at, outcome, canonical_key FROM signal_ingest_log") \
        == [("github", "evt-1", NOW, "duplicate", KEY)]


def test_a_duplicate_that_says_something_else_tells_what(db):
    ingest(db, {"domain": "acme.ai"}, source_id="evt-1", confidence=0.5)
    assert "confidence" in ingest(db, {"domain": "acme.ai"}, source_id="evt-1", confidence=0.6)["reason"]


@pytest.mark.parametrize("document, reason", [({}, "no reference"), ({"domain": "localhost", "name": "?"}, "domain: no dot in the host"),
                                              ({"websit": "acme.ai"}, "no reference")])
def test_a_document_without_a_key_is_noted_with_the_reason(db, document, reason):
    answer = ingest(db, document, source_id="evt-1")
    assert (answer["outcome"], answer["id"], answer["canonical_key"]) == ("no_key", None, None)
    assert reason in answer["reason"]
    assert db.run("SELECT source_api, source_id, at, outcome, canonical_key, reason FROM signal_ingest_log") \
        == [("github", "evt-1", NOW, "no_key", None, answer["reason"])]
    assert count(db) == 0


def test_a_suppressed_company_is_noted_with_the_page_that_has_it(db):
    suppress(db, page="page-7", expires_at="2026-03-08")
    answer = ingest(db, {"domain": "acme.ai"})
    assert (answer["outcome"], answer["id"], answer["canonical_key"]) == ("suppressed", None, KEY)
    assert "page-7" in answer["reason"] and "2026-03-08" in answer["reason"]
    assert db.run("SELECT outcome, canonical_key, reason FROM signal_ingest_log") == [("suppressed", KEY, answer["reason"])]
    assert count(db) == 0


@pytest.mark.parametrize("suppressed, document", [(KEY, {"github_org": "acme"}), ("github_org:acme", {"domain": "acme.ai"}),
                                                  ("name_loc:acme", {"github_org": "acme"})])
def test_suppression_holds_for_all_keys_of_a_company_until_the_merge_is_taken_back(db, suppressed, document):
    alias(db, KEY, "github_org:acme")
    alias(db, KEY, "name_loc:acme")
    suppress(db, suppressed)
    assert ingest(db, document)["outcome"] == "suppressed"
    for b in ("github_org:acme", "name_loc:acme"):
        call(db, "key_unmerge", a=KEY, b=b, reason="namesakes")
    assert ingest(db, document)["outcome"] == "new"


def test_suppression_is_over_the_moment_it_expires(db):
    suppress(db, expires_at="2026-03-01T13:00:00Z")
    pin(db, "12:59:59.999")
    assert ingest(db, {"domain": "acme.ai"})["outcome"] == "suppressed"
    pin(db, "13:00:00")
    assert ingest(db, {"domain": "acme.ai"})["outcome"] == "new"


def test_a_suppressed_company_is_suppressed_even_for_what_is_stored_already(db):
    ingest(db, {"domain": "acme.ai"}, source_id="evt-1")
    suppress(db)
    assert ingest(db, {"domain": "acme.ai"}, source_id="evt-1")["outcome"] == "suppressed"


def test_a_signal_keeps_the_key_of_its_document_though_that_is_an_alias(db):
    alias(db)
    assert ingest(db, {"github_org": "acme"})["canonical_key"] == "github_org:acme"
    assert db.column("SELECT canonical_key FROM signals") == ["github_org:acme"]


@pytest.mark.parametrize("raw", ["[]", "1", '"x"', "null", "{"])
def test_a_document_is_a_json_object(db, raw):
    with raises_sql("signal_ingest: raw_data", BAD_ARGUMENT):
        db.run("SELECT signal_ingest('t', 's', ?, 0.5)", raw)


def test_a_whole_run_is_one_insert_that_notes_each_outcome(db):
    suppress(db, "domain:known.ai")
    db.run("CREATE TABLE staging(n INTEGER PRIMARY KEY, event, document)")
    documents = [{"domain": "acme.ai"}, {"domain": "known.ai"}, {}, {"domain": "acme.ai"}, {"domain": "other.ai"}]
    for n, (event, document) in enumerate(zip("abcad", documents)):
        db.run("INSERT INTO staging VALUES (?, ?, ?)", n, event, json.dumps(document))
    run = """INSERT INTO signal_ingest(signal_type, source_api, raw_data, confidence, source_id)
             SELECT 'github_spike', 'github', document, 0.5, event FROM staging ORDER BY n"""
    outcomes = "SELECT json_extract(result, '$.outcome') FROM (SELECT * FROM lore_results ORDER BY n DESC LIMIT 5) ORDER BY n"
    db.run(run)
    first = db.column("SELECT json_extract(result, '$.outcome') FROM lore_results WHERE verb = 'signal_ingest'")
    assert sorted(first) == sorted(["new", "suppressed", "no_key", "duplicate", "new"])
    assert db.column("SELECT outcome FROM signal_ingest_log ORDER BY seq") == ["suppressed", "no_key", "duplicate"]
    db.run(run)
    assert sorted(db.column(outcomes)) == sorted(["duplicate", "suppressed", "no_key", "duplicate", "duplicate"]) and count(db) == 2


def test_a_run_with_one_wrong_row_stores_and_notes_nothing(db):
    before = dump(db)
    with raises_sql("confidence must be between 0 and 1", BAD_ARGUMENT):
        db.run("""INSERT INTO signal_ingest(signal_type, source_api, raw_data, confidence)
                  VALUES ('t', 's', '{"domain":"acme.ai"}', 0.5), ('t', 's', '{}', 0.5), ('t', 's', '{"domain":"b.ai"}', 5)""")
    assert_same(before, dump(db))


# ---- Traps of the Python version ----

def test_a_collector_that_runs_again_later_stores_nothing_twice(db):
    """There, detected_at defaulted to now, so that the natural key never matched."""
    ingest(db, {"domain": "acme.ai"}, source_id="evt-1")
    pin(db, "2026-03-02T12:00:00Z")
    assert ingest(db, {"domain": "acme.ai"}, source_id="evt-1")["outcome"] == "duplicate"


def test_a_second_source_and_a_second_type_of_a_known_company_are_stored(db):
    """There, a company with any signal was skipped."""
    answers = [ingest(db, {"domain": "acme.ai"}, signal_type=kind, source_api=source, source_id="1")
               for kind, source in (("github_spike", "github"), ("github_spike", "gitlab"), ("funding_event", "news"))]
    assert [answer["outcome"] for answer in answers] == ["new"] * 3


def test_two_collectors_at_once_store_each_fact_once(db):
    """There, a check and an insert raced."""
    db.run("PRAGMA journal_mode = WAL")
    failures, start = [], threading.Barrier(3)

    def collect():
        own = Database(db.path, timeout=30, check_same_thread=False)
        try:
            start.wait()
            for n in range(60):
                own.run("""INSERT INTO signal_ingest(signal_type, source_api, raw_data, confidence, source_id)
                           VALUES ('t', 's', '{"domain":"acme.ai"}', 0.5, ?)""", n)
        except Exception as error:  # noqa: BLE001 (shown by the assertion)
            failures.append(error)
        finally:
            own.close()

    threads = [threading.Thread(target=collect) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert (count(db), count(db, "signal_processing"), count(db, "signal_ingest_log")) == (60, 60, 120)
