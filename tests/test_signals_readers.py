"""What the readers of signals show: columns, orders, figures, and why a signal is where it is."""
import json

import pytest

from signal_calls import KEY, NOW, alias, at, call, claim, get, pin, push, reject, reopen, save, suppress
from support import BAD_ARGUMENT, assert_same, dump, raises_sql

SIGNAL = ["id", "signal_type", "source_api", "canonical_key", "company_name", "confidence", "raw_data", "detected_at", "created_at", "source_id"]
PROCESSING = ["processing_status", "notion_page_id", "processed_at", "error_message", "processing_metadata", "attempts", "lease_worker",
              "lease_until", "updated_at"]


@pytest.fixture(autouse=True)
def clock(db):
    pin(db)


def columns(db, reader):
    return [column[0] for column in db.connection.execute(f"SELECT * FROM {reader}").description]


def ids(db, reader, *args):
    return db.column(f"SELECT id FROM {reader}", *args)


# ---- Columns ----

@pytest.mark.parametrize("reader, expected", [
    ("signal_get(1)", SIGNAL + PROCESSING), ("signals_pending", SIGNAL + ["attempts"]), ("signals_for('x')", SIGNAL + ["processing_status"]),
    ("signal_stats", ["name", "value"]), ("signal_processing_stats", ["name", "value"])])
def test_a_reader_has_these_columns_in_this_order(db, reader, expected):
    assert columns(db, reader) == expected


def test_a_signal_comes_with_its_processing_in_one_row(db):
    id = save(db, company_name="Acme")
    reject(db, id, "a namesake", metadata='{"a":1}')
    assert db.run("SELECT * FROM signal_get(?)", id) == [
        (id, "github_spike", "github", KEY, "Acme", 0.5, "{}", NOW, NOW, None, "rejected", None, NOW, "a namesake", '{"a":1}', 0, None, None, NOW)]


def test_an_unknown_id_has_no_row(db):
    for reader in ("signal_get(99)", "signal_why(99)"):
        assert db.run(f"SELECT * FROM {reader}") == []


def test_what_has_no_value_is_null(db):
    row = get(db, save(db))
    assert [name for name, value in row.items() if value is None] == [
        "company_name", "source_id", "notion_page_id", "processed_at", "error_message", "processing_metadata", "lease_worker", "lease_until"]


# ---- signals_pending ----

def test_pending_signals_come_oldest_first_and_all_of_them(db):
    expected = [save(db, source_id=str(n)) for n in range(120)]
    assert ids(db, "signals_pending") == expected
    assert ids(db, "signals_pending(5)") == expected[:5]
    assert ids(db, "signals_pending WHERE in_max_rows = 2") == expected[:2]


def test_pending_signals_can_be_of_one_type(db):
    for n in range(6):
        save(db, signal_type="ab"[n % 2], source_id=str(n))
    assert ids(db, "signals_pending(NULL, 'b')") == [2, 4, 6]
    assert ids(db, "signals_pending(2, 'b')") == [2, 4]
    assert ids(db, "signals_pending WHERE signal_type = 'b'") == [2, 4, 6]
    assert ids(db, "signals_pending(NULL, 'c')") == []


def test_only_what_waits_is_pending_and_a_lease_that_is_over_waits_again(db):
    for n in range(4):
        save(db, source_id=str(n))
    claim(db, 1, lease_seconds=60)
    push(db, 2), reject(db, 3)
    assert ids(db, "signals_pending") == [4]
    pin(db, "12:01")
    assert ids(db, "signals_pending") == [1, 4]
    assert db.column("SELECT attempts FROM signals_pending") == [1, 0]
    assert ids(db, "signals_pending WHERE in_at = ?", at("12:00:59")) == [4]


def test_a_limit_of_nothing_is_an_error(db):
    with raises_sql("signals_pending: max_rows must be at least 1", BAD_ARGUMENT):
        db.run("SELECT * FROM signals_pending(0)")


# ---- signals_for, signal_is_duplicate ----

def test_a_companys_signals_come_newest_first_under_all_of_its_keys(db):
    old, new = save(db, detected_at="2026-01-01"), save(db, detected_at="2026-02-01")
    middle = save(db, "github_org:acme", detected_at="2026-01-15")
    same = save(db, detected_at="2026-02-01", signal_type="funding_event")
    save(db, "domain:other.ai")
    assert ids(db, "signals_for(?)", KEY) == [same, new, old]
    alias(db)
    for key in (KEY, "github_org:acme"):
        assert ids(db, "signals_for(?)", key) == [same, new, middle, old]
    push(db, old)
    assert db.column("SELECT processing_status FROM signals_for(?)", KEY) == ["pending", "pending", "pending", "pushed"]


def test_a_company_without_signals_has_no_rows_and_the_key_is_required(db):
    assert db.run("SELECT * FROM signals_for('domain:none.ai')") == []
    with raises_sql("canonical_key"):
        db.run("SELECT * FROM signals_for")


@pytest.mark.parametrize("arguments, expected", [
    ((KEY,), 1), ((KEY, "github_spike"), 1), ((KEY, "github_spike", "github"), 1), ((KEY, None, "github"), 1),
    ((KEY, "funding_event"), 0), ((KEY, "github_spike", "news"), 0), ((KEY, None, "news"), 0), (("domain:other.ai",), 0),
    (("github_org:acme", "github_spike"), 1), (("name_loc:acme",), 0), ((None,), None)])
def test_a_duplicate_is_asked_for_by_key_type_and_source(db, arguments, expected):
    save(db)
    alias(db)
    assert db.value(f"SELECT signal_is_duplicate({', '.join('?' * len(arguments))})", *arguments) == expected


# ---- Figures ----

def test_every_status_has_its_figure_also_when_it_is_zero(db):
    zeros = [("pending", 0), ("claimed", 0), ("pushed", 0), ("rejected", 0)]
    assert db.run("SELECT * FROM signal_processing_stats") == zeros
    assert db.run("SELECT * FROM signal_stats") == [("total_signals", 0), ("companies", 0), ("sources", 0), ("active_suppression_entries", 0)]
    assert json.loads(db.value("SELECT signal_stats_json()")) == {
        "total_signals": 0, "signals_by_type": {}, "processing_status": dict(zeros), "active_suppression_entries": 0,
        "oldest_pending_seconds": None, "database_path": db.path}


def test_the_figures_count_what_is_there(db):
    rows = [("b", "s", KEY), ("a", "s", KEY), ("a", "t", "github_org:acme"), ("a", "t", "domain:other.ai"), ("a", "t", KEY)]
    for n, (kind, source, key) in enumerate(rows):
        save(db, key, kind, source, source_id=str(n))
    alias(db)
    claim(db, 1)
    push(db, 2), reject(db, 3), push(db, 4)
    suppress(db)
    pin(db, "12:01:30.999")
    assert db.run("SELECT * FROM signal_processing_stats") == [("pending", 1), ("claimed", 1), ("pushed", 2), ("rejected", 1)]
    assert db.run("SELECT * FROM signal_stats") == [("total_signals", 5), ("companies", 2), ("sources", 2), ("active_suppression_entries", 1),
                                                    ("type a", 4), ("type b", 1)]
    assert json.loads(db.value("SELECT signal_stats_json()")) == {
        "total_signals": 5, "signals_by_type": {"a": 4, "b": 1}, "processing_status": {"pending": 1, "claimed": 1, "pushed": 2, "rejected": 1},
        "active_suppression_entries": 1, "oldest_pending_seconds": 90, "database_path": db.path}
    pin(db, "12:05")
    assert db.run("SELECT * FROM signal_processing_stats") == [("pending", 2), ("claimed", 0), ("pushed", 2), ("rejected", 1)]


def test_figures_are_json_for_other_functions_and_of_one_moment(db):
    assert db.value("SELECT json_type(json_object('stats', signal_stats_json()), '$.stats')") == "object"
    suppress(db, ttl_days=1)
    assert db.value("SELECT json_extract(signal_stats_json('2026-03-05'), '$.active_suppression_entries')") == 0


# ---- signal_why ----

def why(db, id=1):
    return {row["what"]: (row["value"], row["at"], row["detail"]) for row in db.named("SELECT * FROM signal_why(?)", id)}


def test_a_waiting_signal_says_so(db):
    save(db)
    reasons = why(db)
    assert reasons["status"] == ("pending", NOW, "waits to be claimed")
    assert reasons["gate"][0] == "hold" and "Low confidence" in reasons["gate"][2]
    assert set(reasons) == {"status", "gate"}


def test_a_leased_signal_says_who_holds_it_and_until_when(db):
    save(db)
    claim(db, worker="w1", lease_seconds=60)
    reasons = why(db)
    assert reasons["status"][0] == "claimed"
    assert reasons["lease"] == ("w1", at("12:01:00.000"), "attempt 1")
    assert reasons["last transition"] == ("pending to claimed", NOW, "(w1)")
    pin(db, "12:02")
    reasons = why(db)
    assert reasons["status"][0] == "pending" and "the lease of w1 is over" in reasons["status"][2] and "lease" not in reasons


def test_a_finished_signal_says_where_it_went_and_why(db):
    save(db)
    push(db, 1, "page-3")
    assert why(db)["status"] == ("pushed", NOW, "page page-3")
    reject(db, 1, "a namesake")
    assert why(db)["status"] == ("rejected", NOW, "a namesake")
    assert why(db)["last transition"] == ("pushed to rejected", NOW, "a namesake")
    reopen(db, 1, "looked again")
    assert why(db)["last transition"] == ("rejected to pending", NOW, "looked again")


def test_a_suppressed_signal_says_by_what_also_under_another_key(db):
    save(db)
    alias(db)
    suppress(db, "github_org:acme", page="page-7", status="Passed", ttl_days=1)
    assert why(db)["suppressed by"] == ("github_org:acme", "2026-03-02T12:00:00.000Z", "page page-7, Passed")
    pin(db, "2026-03-02T12:00:00Z")
    assert "suppressed by" not in why(db)


def test_the_gate_result_is_that_of_the_whole_company(db):
    save(db, signal_type="incorporation", source_api="companies_house", confidence=0.9)
    save(db, "github_org:acme", confidence=0.9)
    alias(db)
    assert why(db)["gate"] == (db.value("SELECT decision FROM signal_verdicts"), None, db.value("SELECT reason FROM signal_verdicts"))


# ---- Reading changes nothing ----

def test_readers_change_nothing_and_work_in_a_read_only_database(db, tmp_path):
    save(db)
    claim(db, lease_seconds=1)
    suppress(db)
    pin(db, "2026-04-01T00:00:00Z")
    before = dump(db)
    db.run("PRAGMA query_only = ON")
    for entry in db.column("SELECT name FROM lore_help WHERE subsystem = 'signals' AND kind = 'reader'"):
        if entry in ("signal_get", "signal_why", "signals_for", "suppression_check"):
            db.run(f"SELECT * FROM {entry}(1)")
        elif entry == "suppression_check_any":
            db.run(f"SELECT * FROM {entry}('{{}}')")
        else:
            db.run(f"SELECT * FROM {entry}")
    db.run("SELECT signal_stats_json(), signal_is_duplicate('x')")
    db.run("PRAGMA query_only = OFF")
    assert_same(before, dump(db))


def test_readers_can_be_joined_like_tables(db):
    save(db), save(db, "domain:other.ai")
    suppress(db, "domain:other.ai", page="page-2")
    assert db.run("SELECT s.id, c.notion_page_id FROM signals AS s LEFT JOIN suppression_check(s.canonical_key) AS c ORDER BY s.id") \
        == [(1, None), (2, "page-2")]
    assert db.column("SELECT g.processing_status FROM signals AS s, signal_get(s.id) AS g") == ["pending", "pending"]
    assert call(db, "signal_reopen", id=1, reason="r") == 0
