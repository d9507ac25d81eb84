"""What is known downstream keeps its company's signals out, until the moment it expires."""
import pytest

from signal_calls import KEY, NOW, alias, at, call, ingest, pin, suppress
from support import BAD_ARGUMENT, ROOT, Database, assert_same, dump, raises_sql

COLUMNS = ["id", "canonical_key", "notion_page_id", "status", "company_name", "cached_at", "expires_at", "metadata"]


@pytest.fixture(autouse=True)
def clock(db):
    pin(db)


def check(db, key=KEY):
    return db.column("SELECT notion_page_id FROM suppression_check(?)", key)


def entries(db):
    return db.column("SELECT canonical_key FROM suppression_cache ORDER BY id")


def expiry(db, key=KEY):
    return db.value("SELECT expires_at FROM suppression_cache WHERE canonical_key = ?", key)


def plant(db, expires_at, key=KEY):
    """An entry as other software writes it."""
    db.run("INSERT INTO suppression_cache(canonical_key, notion_page_id, status, cached_at, expires_at) VALUES (?, 'page-1', 'Source', ?, ?)",
           key, NOW, expires_at)


# ---- suppression_put ----

def test_an_entry_is_shown_as_given(db):
    id = suppress(db, page="page-1", status="Tracking", company_name="Acme", metadata='{"a": 1.0}')
    assert db.named("SELECT * FROM suppression_check(?)", KEY) == [dict(zip(COLUMNS, (
        id, KEY, "page-1", "Tracking", "Acme", NOW, "2026-03-08T12:00:00.000Z", '{"a": 1.0}')))]


def test_the_same_company_has_one_entry_and_the_last_wins(db):
    first = suppress(db, page="page-1")
    pin(db, "2026-03-02T12:00:00Z")
    assert suppress(db, page="page-2", status="Passed") == first
    assert db.run("SELECT notion_page_id, status, cached_at, expires_at FROM suppression_cache") \
        == [("page-2", "Passed", "2026-03-02T12:00:00.000Z", "2026-03-09T12:00:00.000Z")]


def test_the_same_company_twice_in_one_insert_the_last_wins(db):
    db.run("INSERT INTO suppression_put(canonical_key, notion_page_id, status) VALUES (?1, 'a', 's'), ('domain:b.ai', 'b', 's'), (?1, 'c', 's')", KEY)
    assert db.run("SELECT id, canonical_key, notion_page_id FROM suppression_cache") == [(1, KEY, "c"), (2, "domain:b.ai", "b")]


def test_what_is_absent_stays_and_what_is_empty_goes(db):
    suppress(db, company_name="Acme", metadata='{"a":1}')
    suppress(db)
    assert db.row("SELECT company_name, metadata FROM suppression_cache") == ("Acme", '{"a":1}')
    suppress(db, company_name="", metadata="null")
    assert db.row("SELECT company_name, metadata FROM suppression_cache") == (None, None)


@pytest.mark.parametrize("days, until", [(1, "2026-03-02T12:00:00.000Z"), (0.5, "2026-03-02T00:00:00.000Z"), (30, "2026-03-31T12:00:00.000Z")])
def test_a_time_to_live_counts_from_now(db, days, until):
    suppress(db, ttl_days=days)
    assert expiry(db) == until


def test_the_standard_time_to_live_is_a_setting(db):
    call(db, "lore_set", name="suppression_ttl_days", value=30)
    suppress(db)
    assert expiry(db) == "2026-03-31T12:00:00.000Z"


def test_a_moment_of_expiry_may_be_given_in_any_form(db):
    suppress(db, expires_at="2026-03-05 01:30:00+01:30")
    assert expiry(db) == "2026-03-05T00:00:00.000Z"


@pytest.mark.parametrize("wrong, message", [
    ({"ttl_days": 2, "expires_at": "2026-04-01"}, "ttl_days and expires_at exclude each other"),
    ({"expires_at": "2026-02-01"}, "expires_at must be after now"), ({"expires_at": NOW}, "expires_at must be after now"),
    ({"ttl_days": 0}, "ttl_days must be"), ({"ttl_days": -1}, "ttl_days must be"), ({"metadata": "{"}, "metadata"),
    ({"page": ""}, "notion_page_id must not be empty")])
def test_a_wrong_expiry_is_an_error_and_nothing_is_stored(db, wrong, message):
    with raises_sql("suppression_put: " + message, BAD_ARGUMENT):
        suppress(db, **wrong)
    assert entries(db) == []


# ---- Fresh and over ----

def test_an_entry_that_expires_exactly_now_is_over(db):
    suppress(db, expires_at=at("13:00:00"))
    pin(db, "12:59:59.999")
    assert check(db) == ["page-1"]
    pin(db, "13:00:00")
    assert check(db) == []
    assert db.value("SELECT suppression_clean()") == 1


def test_an_entry_that_is_over_is_invisible_before_it_is_cleaned(db):
    suppress(db, ttl_days=1)
    pin(db, "2026-03-05T00:00:00Z")
    assert entries(db) == [KEY] and check(db) == []
    assert db.run("SELECT * FROM suppression_check_any('{\"domain\": \"acme.ai\"}')") == []
    assert db.value("SELECT value FROM signal_stats WHERE name = 'active_suppression_entries'") == 0
    assert db.value("SELECT json_extract(signal_stats_json(), '$.active_suppression_entries')") == 0
    assert ingest(db, {"domain": "acme.ai"})["outcome"] == "new"
    assert db.run("SELECT * FROM signal_why(1) WHERE what = 'suppressed by'") == []


def test_a_reader_can_be_asked_for_another_moment(db):
    suppress(db, ttl_days=1)
    assert db.run("SELECT * FROM suppression_check(?, '2026-03-05')", KEY) == []
    assert len(db.run("SELECT * FROM suppression_check(?, '2026-03-02')", KEY)) == 1


def test_cleaning_deletes_what_is_over_and_nothing_else(db):
    for n in range(5):
        suppress(db, f"domain:a{n}.ai", ttl_days=n + 1)
    pin(db, "2026-03-04T12:00:00Z")
    before = dump(db)
    assert db.value("SELECT suppression_clean()") == 3
    assert entries(db) == ["domain:a3.ai", "domain:a4.ai"]
    after = dump(db)
    assert all(row in before["rows"]["suppression_cache"] for row in after["rows"]["suppression_cache"])
    assert db.value("SELECT suppression_clean()") == 0


def test_cleaning_can_be_done_in_parts_oldest_first(db):
    for n in range(5):
        suppress(db, f"domain:a{n}.ai", ttl_days=5 - n)
    pin(db, "2026-04-01T00:00:00Z")
    assert db.value("SELECT suppression_clean(2)") == 2
    assert entries(db) == ["domain:a0.ai", "domain:a1.ai", "domain:a2.ai"]
    assert [db.value("SELECT suppression_clean(2)") for _ in range(3)] == [2, 1, 0]


# ---- Keys ----

@pytest.mark.parametrize("stored, asked", [(KEY, "github_org:acme"), ("github_org:acme", KEY), ("name_loc:acme", "github_org:acme"), (KEY, KEY)])
def test_an_entry_is_found_by_every_key_of_its_company(db, stored, asked):
    alias(db, KEY, "github_org:acme")
    alias(db, KEY, "name_loc:acme")
    suppress(db, stored)
    assert db.column("SELECT canonical_key FROM suppression_check(?)", asked) == [stored]
    assert check(db, "domain:other.ai") == []


def test_the_entry_of_the_key_itself_goes_before_that_of_an_alias(db):
    alias(db)
    suppress(db, KEY, page="root"), suppress(db, "github_org:acme", page="alias")
    assert (check(db, KEY), check(db, "github_org:acme")) == (["root"], ["alias"])


def test_an_entry_that_is_over_does_not_hide_a_fresh_one_of_an_alias(db):
    alias(db)
    suppress(db, KEY, page="old", ttl_days=1), suppress(db, "github_org:acme", page="fresh", ttl_days=5)
    pin(db, "2026-03-04T00:00:00Z")
    assert check(db, KEY) == ["fresh"]


def test_of_all_keys_of_a_document_the_best_that_has_an_entry_counts(db):
    document = '{"website": "acme.ai", "github_org": "acme", "name": "Acme"}'
    ask = "SELECT notion_page_id, candidate FROM suppression_check_any(?)"
    assert db.run(ask, document) == []
    suppress(db, "name_loc:acme", page="by name")
    assert db.run(ask, document) == [("by name", "name_loc:acme")]
    suppress(db, "github_org:acme", page="by org")
    assert db.run(ask, document) == [("by org", "github_org:acme")]
    alias(db, KEY, "crunchbase:acme")
    suppress(db, "crunchbase:acme", page="by an alias of the domain")
    assert db.run(ask, document) == [("by an alias of the domain", KEY)]
    assert [name for name in db.named("SELECT * FROM suppression_check_any(?)", document)[0]] == COLUMNS + ["candidate"]


def test_a_key_without_an_entry_has_no_row(db):
    assert check(db) == check(db, "no key at all") == []
    with raises_sql("suppression_check_any: refs", BAD_ARGUMENT):
        db.run("SELECT * FROM suppression_check_any('[]')")


# ---- Times as other software writes them ----

FORMS = ["2026-03-01T13:00:00Z", "2026-03-01 13:00:00", "2026-03-01T13:00:00+00:00", "2026-03-01T13:00:00.000000+00:00",
         "2026-03-01T15:00:00+02:00", "2026-03-02T03:00:00+14:00", "2026-03-01T05:00:00-08:00", "2026-03-01 08:00-05:00"]


@pytest.mark.parametrize("form", FORMS)
def test_an_entry_in_another_form_of_time_is_fresh_until_its_moment(db, form):
    """There, texts with different offsets were compared as texts, and live entries deleted."""
    plant(db, form)
    pin(db, "12:59:59")
    assert check(db) == ["page-1"]
    assert ingest(db, {"domain": "acme.ai"})["outcome"] == "suppressed"
    assert db.value("SELECT value FROM signal_stats WHERE name = 'active_suppression_entries'") == 1
    assert db.value("SELECT suppression_clean()") == 0


@pytest.mark.parametrize("form", FORMS)
def test_an_entry_in_another_form_of_time_is_over_at_its_moment(db, form):
    plant(db, form)
    pin(db, "13:00:00")
    assert check(db) == []
    assert ingest(db, {"domain": "acme.ai"})["outcome"] == "new"
    assert db.value("SELECT value FROM signal_stats WHERE name = 'active_suppression_entries'") == 0


@pytest.mark.parametrize("form", FORMS)
def test_an_entry_in_another_form_of_time_is_cleaned_once_it_is_over(db, form):
    plant(db, form)
    pin(db, "13:00:01")
    assert db.value("SELECT suppression_clean()") == 1


def test_a_given_table_is_taken_over_with_its_rows_and_their_forms(tmp_path):
    db = Database(tmp_path / "given.db")
    db.script("\n".join(part + ";" for part in (ROOT / "tests" / "given.sql").read_text().split(";") if "suppression_cache" in part
                        or "CREATE TABLE signals " in part or "CREATE TABLE signal_processing " in part))
    plant(db, "2026-03-01T13:00:00+00:00")
    db.run("INSERT INTO signals VALUES (7, 'github_spike', 'github', ?, NULL, 0.5, '{}', '2026-02-01T10:00:00+00:00', '2026-02-01 10:00:00')", KEY)
    db.run("INSERT INTO signal_processing VALUES (3, 7, 'pending', NULL, NULL, NULL, NULL, '2026-02-01 10:00:00', '2026-02-01 10:00:00')")
    db.run("SELECT lore_migrate('signals')")
    pin(db)
    assert check(db) == ["page-1"]
    assert db.column("SELECT id FROM signals_pending") == [7]
    assert db.value("SELECT json_extract(signal_stats_json(), '$.oldest_pending_seconds')") == 28 * 86400 + 2 * 3600
    assert db.value("SELECT decision FROM signal_verdicts") == "hold"
    assert suppress(db, page="page-2") == 1 and check(db) == ["page-2"]
    db.close()


# ---- The recipe: all pages once, then clean ----

def test_a_sync_puts_every_page_and_cleans_what_is_gone(db):
    db.run("CREATE TABLE pages(k, page, status)")
    for n in range(3):
        db.run("INSERT INTO pages VALUES (?, ?, 'Source')", f"domain:a{n}.ai", f"page-{n}")
    sync = "INSERT INTO suppression_put(canonical_key, notion_page_id, status) SELECT k, page, status FROM pages"
    db.run(sync)
    assert entries(db) == [f"domain:a{n}.ai" for n in range(3)]
    before = dump(db)
    db.run(sync)
    assert_same(before, dump(db))
    db.run("DELETE FROM pages WHERE page = 'page-1'")
    pin(db, "2026-03-05T12:00:00Z")
    db.run(sync)
    pin(db, "2026-03-09T12:00:00Z")
    assert db.value("SELECT suppression_clean()") == 1
    assert entries(db) == ["domain:a0.ai", "domain:a2.ai"]
