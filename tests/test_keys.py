"""Canonical keys in SQL: the shared vectors, what random text does, and where the functions may stand."""
import json
import subprocess

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from support import BAD_ARGUMENT, ROOT, Database, raises_sql

KINDS = ["domain", "companies_house", "crunchbase", "pitchbook", "github_org", "github_repo", "name_loc"]
STRENGTH = dict(zip(KINDS, [100, 95, 80, 80, 50, 40, 10]))
VECTORS = json.loads((ROOT / "tests" / "vectors" / "canonical_key.json").read_text())
REFERENCES = ["domain", "website", "companies_house_number", "company_number", "crunchbase_id", "pitchbook_id", "github_org",
              "github_repo", "company_name", "name", "region", "domain_or_website", "fallback_company_name", "fallback_region"]

modest = settings(max_examples=150, deadline=None, derandomize=True, database=None)


@pytest.fixture(scope="module")
def pure():
    """The functions need no table."""
    db = Database(":memory:")
    yield db
    db.close()


def candidates(db, refs):
    return db.column("SELECT canonical_key FROM canonical_key_candidates(?)", json.dumps(refs))


# ---- The vectors ----

def test_every_vector_of_one_reference_gives_its_key(pure):
    rows = [row for row in VECTORS if "kind" in row]
    wrong = [(row, got) for row in rows if (got := pure.value("SELECT canonical_key(?, ?)", row["kind"], row["value"])) != row["key"]]
    assert len(rows) > 100 and not wrong


def test_every_vector_of_many_references_gives_its_candidates(pure):
    rows = [row for row in VECTORS if "refs" in row]
    wrong = [(row, got) for row in rows if (got := candidates(pure, row["refs"])) != row["candidates"]]
    assert len(rows) > 600 and not wrong


def test_the_best_candidate_is_the_key(pure):
    for row in VECTORS:
        if "refs" in row:
            assert pure.value("SELECT canonical_key(?)", json.dumps(row["refs"])) == (row["candidates"] or [None])[0]


def test_registrable_domain_agrees_with_the_domain_key_but_on_shared_platforms(pure):
    for row in VECTORS:
        if row.get("kind") == "domain" and row["key"]:
            assert "domain:" + pure.value("SELECT registrable_domain(?)", row["value"]) == row["key"]
    assert pure.row("SELECT registrable_domain('https://github.com/acme'), canonical_key('domain', 'https://github.com/acme')") \
        == ("github.com", None)


# ---- Candidates ----

def test_candidates_come_best_first_with_their_rank(pure):
    refs = {"company_name": "Acme", "github_repo": "Acme/ML", "github_org": "Acme", "pitchbook_id": "1-2",
            "crunchbase_id": "acme", "company_number": 7, "website": "https://www.acme.ai/x", "region": "UK"}
    assert pure.run("SELECT * FROM canonical_key_candidates(?)", json.dumps(refs)) == [
        (1, "domain:acme.ai", "domain", "acme.ai", 100, 1),
        (2, "companies_house:00000007", "companies_house", "00000007", 95, 1),
        (3, "crunchbase:acme", "crunchbase", "acme", 80, 1),
        (4, "pitchbook:1-2", "pitchbook", "1-2", 80, 1),
        (5, "github_org:acme", "github_org", "acme", 50, 0),
        (6, "github_repo:acme/ml", "github_repo", "acme/ml", 40, 0),
        (7, "name_loc:acme|uk", "name_loc", "acme|uk", 10, 0)]


@pytest.mark.parametrize("nothing", [None, ""])
def test_missing_null_and_empty_references_are_the_same(pure, nothing):
    for name in REFERENCES:
        assert candidates(pure, {name: nothing}) == candidates(pure, {}) == []
        assert candidates(pure, {name: nothing, "name": "Acme"} if name != "name" else {"name": "Acme"}) == ["name_loc:acme"]


def test_numbers_count_as_their_text(pure):
    assert candidates(pure, {"company_number": 12345678, "name": 365}) == ["companies_house:12345678", "name_loc:365"]
    assert pure.value("SELECT canonical_key('companies_house', 7)") == "companies_house:00000007"


def test_other_members_of_a_document_are_ignored(pure):
    document = {"stars": 900, "nested": {"domain": "other.ai"}, "list": ["domain"], "Domain": "other.ai", "domain": "acme.ai"}
    assert candidates(pure, document) == ["domain:acme.ai"]


@pytest.mark.parametrize("value", [{"a": 1}, [1], True, False, "\ufffd", "\x00", "://", "a" * 5000])
def test_a_malformed_reference_never_spoils_the_others(pure, value):
    for name in REFERENCES:
        if name not in ("name", "company_name", "region", "fallback_region"):
            assert "name_loc:acme" in [key.partition("|")[0] for key in candidates(pure, {name: value, "name": "Acme"})]


@pytest.mark.parametrize("refs", ["", "x", "[]", "1", "null", '"a"', "{", "{'a':1}", '{"a":1} x'])
def test_what_is_no_json_object_is_an_error(pure, refs):
    with raises_sql("canonical_key: refs must be a JSON object", BAD_ARGUMENT):
        pure.run("SELECT canonical_key(?)", refs)
    with raises_sql("canonical_key_candidates: refs", BAD_ARGUMENT):
        pure.run("SELECT * FROM canonical_key_candidates(?)", refs)


def test_no_references_have_no_key(pure):
    assert pure.row("SELECT canonical_key(NULL), canonical_key('{}'), canonical_key('domain', NULL), canonical_key('domain', '')") \
        == (None, None, None, None)


@pytest.mark.parametrize("kind", ["email", "", "domains", None, 7])
def test_an_unknown_kind_is_an_error_that_lists_the_kinds(pure, kind):
    with raises_sql("kind must be one of " + " ".join(KINDS), BAD_ARGUMENT):
        pure.run("SELECT canonical_key(?, 'x')", kind)


# ---- Parts of a key ----

def test_a_key_comes_apart_into_kind_value_and_rank(pure):
    for kind in KINDS:
        assert pure.row("SELECT key_kind(?1), key_value(?1), key_strength(?1), key_is_strong(?1)", kind + ":a:b") \
            == (kind, "a:b", STRENGTH[kind], int(STRENGTH[kind] >= 80))


@pytest.mark.parametrize("key", [None, "", "acme.ai", "email:x", "domain:", ":x", "Domain:acme.ai", 7, b"\xff:x"])
def test_what_is_no_key_has_no_parts(pure, key):
    assert pure.row("SELECT key_kind(?1), key_value(?1), key_strength(?1), key_is_strong(?1)", key) == (None, None, 0, 0)


# ---- key_explain ----

def explain(db, refs):
    return db.named("SELECT * FROM key_explain(?)", json.dumps(refs))


def test_each_step_to_a_key_is_a_row_with_its_reason(pure):
    rows = explain(pure, {"domain": "localhost", "website": "https://Acme.ai", "domain_or_website": "www.acme.ai", "name": "Acme"})
    assert [(r["step"], r["reference"], r["given"], r["kind"], r["canonical_key"], r["outcome"]) for r in rows] == [
        (1, "domain", "localhost", "domain", None, "dropped"),
        (2, "website", "https://Acme.ai", "domain", "domain:acme.ai", "candidate"),
        (3, "domain_or_website", "www.acme.ai", "domain", "domain:acme.ai", "dropped"),
        (4, "name", "Acme", "name_loc", "name_loc:acme", "candidate")]
    assert [bool(r["reason"]) for r in rows] == [True, False, True, False]


def test_a_misspelt_reference_shows_as_unused(pure):
    rows = explain(pure, {"websit": "acme.ai", "name": "Acme", "stars": 9})
    assert [r["reference"] for r in rows if r["outcome"] == "unused"] == ["websit", "stars"]


def test_the_candidates_are_the_steps_that_were_not_dropped(pure):
    for row in VECTORS:
        if "refs" in row:
            kept = [r["canonical_key"] for r in explain(pure, row["refs"]) if r["outcome"] == "candidate"]
            assert kept == row["candidates"]


# ---- Random text ----

label = st.text("abcXYZ019-_äß日 .\u200b\u00ad\u3002", max_size=8)
url_like = st.builds("{}{}{}{}{}".format,
                     st.sampled_from(["", "http://", "HTTPS://", "//", "git@", "ssh://git@", "mailto:", "a b://", "www."]),
                     st.sampled_from(["", "user:pw@", "@", "a@b@"]),
                     st.lists(label, max_size=4).map(".".join),
                     st.sampled_from(["", ".com", ".co.uk", ".github.io", ".", ":80", "github.com", ".de:x"]),
                     st.sampled_from(["", "/", "/a/b", "?x=y", "#z", "/../..", "\\a", "%2e", "/organization/acme", "/Acme/ML.git"]))


@modest
@given(st.sampled_from(KINDS), st.one_of(st.text(max_size=40), url_like, st.floats(), st.integers(-2**63, 2**63 - 1)))
@example("name_loc", "\u0130\u0307|ŉ")
@example("domain", "\u3002acme\u3002ai\u3002")
def test_a_key_gives_itself_again(pure, kind, value):
    key = pure.value("SELECT canonical_key(?, ?)", kind, value)
    if key is None:
        return
    assert key.startswith(kind + ":") and len(key) > len(kind) + 1
    assert pure.row("SELECT canonical_key(key_kind(?1), key_value(?1)), key_strength(?1)", key) == (key, STRENGTH[kind])
    if kind == "domain":
        assert key.isascii() and key == key.lower() and "." in key and not set(key) & set("/?#@ \\")


@modest
@given(st.dictionaries(st.one_of(st.sampled_from(REFERENCES), st.text(max_size=5)),
                       st.one_of(st.text(max_size=30), url_like, st.none(), st.integers(), st.booleans(), st.lists(st.none(), max_size=2)),
                       max_size=8))
def test_any_document_has_candidates_in_order_or_a_reason(pure, document):
    keys = candidates(pure, document)
    kinds = [key.partition(":")[0] for key in keys]
    assert kinds == sorted(set(kinds), key=KINDS.index)
    assert pure.value("SELECT canonical_key(?)", json.dumps(document)) == (keys or [None])[0]
    rows = explain(pure, document)
    assert [r["canonical_key"] for r in rows if r["outcome"] == "candidate"] == keys
    assert all(r["reason"] for r in rows if r["outcome"] != "candidate")


@modest
@given(st.binary(max_size=30))
def test_bytes_that_are_no_text_have_no_key_and_do_no_harm(pure, raw):
    for kind in KINDS:
        pure.value("SELECT canonical_key(?, CAST(? AS TEXT))", kind, raw)
        pure.value("SELECT canonical_key(?, ?)", kind, raw)
    pure.value("SELECT registrable_domain(CAST(? AS TEXT))", raw)


# ---- Where it may stand ----

def test_a_key_can_be_indexed_and_the_index_is_used(bare):
    bare.script("""CREATE TABLE pages(url TEXT);
                   CREATE INDEX idx_pages_key ON pages(canonical_key('domain', url));
                   INSERT INTO pages VALUES ('https://www.acme.ai/a'), ('http://ACME.ai'), ('other.ai');""")
    query = "SELECT count(*) FROM pages WHERE canonical_key('domain', url) = 'domain:acme.ai'"
    assert bare.value(query) == 2
    assert "idx_pages_key" in bare.row("EXPLAIN QUERY PLAN " + query)[3]
    assert bare.value("PRAGMA integrity_check") == "ok"


def test_a_key_can_stand_in_a_view_a_check_and_a_generated_column(bare):
    bare.script("""CREATE TABLE pages(url TEXT CHECK (registrable_domain(url) IS NOT NULL),
                                      k TEXT AS (canonical_key('domain', url)) STORED);
                   CREATE VIEW page_keys AS SELECT k, key_kind(k) AS kind, key_value(k) AS value, key_strength(k) AS strength,
                                                   key_is_strong(k) AS strong FROM pages;""")
    bare.run("PRAGMA trusted_schema = OFF")
    bare.run("INSERT INTO pages VALUES ('https://www.acme.ai')")
    with raises_sql("CHECK constraint failed"):
        bare.run("INSERT INTO pages VALUES ('localhost')")
    assert bare.run("SELECT * FROM page_keys") == [("domain:acme.ai", "domain", "acme.ai", 100, 1)]


def homepages():
    """Of this machine's package index, else of the sample."""
    try:
        index = subprocess.run(["apt-cache", "dumpavail"], capture_output=True, text=True, timeout=30, check=True).stdout
        found = {line.partition(": ")[2] for line in index.splitlines() if line.startswith("Homepage: ")}
    except (OSError, subprocess.SubprocessError):
        found = set()
    if not found:
        sample = ROOT / "docs" / "demo" / "packages.sample"
        found = {line.split("\t")[7] for line in sample.read_text().splitlines()} - {""}
    return sorted(found)[:30000]


def test_every_homepage_of_a_package_index_has_a_key_or_a_reason(pure):
    urls = homepages()
    assert len(urls) > 20
    rows = pure.run("""WITH page AS MATERIALIZED (SELECT json_object('website', value) AS refs FROM json_each(?))
                       SELECT refs, canonical_key(refs), count(e.step), count(e.reason), max(e.canonical_key)
                         FROM page, key_explain(refs) AS e GROUP BY refs""", json.dumps(urls))
    assert len(rows) == len(urls)
    without = [row for row in rows if row[1] is None]
    assert all(reasons > 0 for _, key, steps, reasons, _ in rows if key is None)
    assert len(without) < len(urls) / 2
    keys = [key for _, key, *_ in rows if key]
    assert all(key.partition(":")[0] in ("domain", "github_org", "github_repo") for key in keys)
    again = pure.column("SELECT canonical_key(key_kind(value), key_value(value)) FROM json_each(?)", json.dumps(keys))
    assert again == keys
