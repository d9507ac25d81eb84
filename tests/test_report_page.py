"""report_html: the page is well-formed, shows what the file holds and leaves out what it has not; nothing in the file breaks it."""
import json
import re

import pytest

import report_pages
from report_charts import HOSTILE
from report_pages import parsed
from support import BAD_ARGUMENT, REFUSED, Database, assert_same, dump, raises_sql

TODAY = ["At a glance", "Open signals", "The worst open signals over time", "Age of the backlog", "Verdicts", "What to automate",
         "Cost by day", "Queues", "Metrics", "Goals", "Audit log"]
WITHOUT_TENANT = [title for title in TODAY if title != "Goals"]


def page(db, name="today", options=None, **shown):
    return db.value("SELECT report_html(?, ?)", name, None if options is None else json.dumps(options))


def words(text):
    return re.sub(r"<[^>]*>", " ", re.sub(r"<(style|title|desc)\b.*?</\1>", " ", text, flags=re.S))


@pytest.fixture
def filled(db):
    report_pages.fill(db)
    return db


# ---- today ----

def test_today_has_every_section(filled):
    text = page(filled)
    assert parsed(text).titles() == TODAY
    assert "could not be read" not in text and "Left out" not in text
    assert "Monday, 2 March 2026, 09:30 UTC" in words(text)


def test_today_says_what_sql_says(filled):
    text = words(page(filled))
    count, backlog = filled.value("SELECT count(*) FROM signal_state_ages"), filled.value("SELECT count(*) FROM signals_pending")
    assert re.search(rf"open signals\s+{count}\s", text)
    assert re.search(rf"signals to process\s+{backlog}\s", text)
    assert re.search(r"work to do\s+40\s+5 being done", text)
    for company, in filled.run("SELECT company_name FROM signal_verdicts LIMIT 12"):
        assert company in text
    for pattern, in filled.run("SELECT pattern_signature FROM pattern_savings WHERE expected > 0"):
        assert pattern in text
    assert re.search(r"entries\s+3\s+newest of 2026-03-01 12:00\s+not signed yet\s+3\s+never signed", text)
    last, = filled.row("SELECT value FROM metric_range('cpu.load', '2026-03-01T09:30:00Z', '2026-03-02T09:30:00Z', '15m') ORDER BY bucket DESC")
    assert f"{last:.2f}" in text


def test_goals_are_those_of_the_tenant_that_the_connection_uses(filled):
    assert re.search(r"revenue\s+–\s+1000.00\s+250.00\s+25 %\s+active\s+2026-03-31", words(page(filled)))
    assert "activity" not in page(filled)
    filled.run("SELECT tenant_use('other')")
    assert "activity" in page(filled) and "revenue" not in page(filled)
    filled.run("SELECT tenant_use('')")
    text = page(filled)
    assert "Left out: Goals (there is no tenant in use)." in text
    assert "activity" not in text and "revenue" not in text


def test_the_same_file_at_the_same_moment_gives_the_same_bytes(filled):
    other = Database(filled.path)
    other.run("SELECT tenant_use('acme')")
    assert page(filled) == other.value("SELECT report_html('today', NULL, ?)", report_pages.moment(report_pages.NOW))
    other.close()


def test_another_moment_shows_another_day(filled):
    text = filled.value("SELECT report_html('today', NULL, '2026-04-20')")
    assert "Monday, 20 April 2026, 00:00 UTC" in words(text)
    assert "No day of the last month has a summary." in text and "No series has points in the last day." in text


def test_an_empty_file_says_that_there_is_nothing(db):
    text = page(db)
    assert parsed(text).titles() == WITHOUT_TENANT
    for line in ("No signal is open.", "Nothing waits to be processed.", "No pattern is worth it yet."):
        assert line in text


def test_a_file_without_tables_leaves_all_out(bare):
    text = page(bare)
    assert parsed(text).titles() == []
    assert "Left out: At a glance (there is no signal_state)" in text


def test_what_is_not_migrated_is_left_out_with_a_word(bare):
    bare.run("SELECT lore_migrate('lifecycle')")
    text = page(bare)
    assert parsed(text).titles() == TODAY[:3]
    assert "Metrics (there is no metric_series)" in text and "Queues (there is no tasks)" in text


def test_a_page_changes_nothing(filled):
    before = dump(filled)
    page(filled)
    assert_same(before, dump(filled))


# ---- Sections of one's own ----

def add(db, title, kind, source, position=10, name="mine", note=None):
    db.run("INSERT INTO lore_reports(name, position, title, kind, source, note) VALUES (?, ?, ?, ?, ?, ?)", name, position, title, kind, source, note)


@pytest.fixture
def own(db):
    db.script("""
      CREATE TABLE sales(day TEXT, pieces INTEGER, price REAL, "odd ""name" TEXT, shop BLOB);
      INSERT INTO sales SELECT date('2026-01-01', '+' || value || ' days'), value * 7 % 10, value / 4.0, NULL, x'00' FROM json_each('[0,1,2,3,4,5,6,7,8]');
      CREATE VIEW by_day AS SELECT day, pieces FROM sales;
      CREATE VIEW by_name AS SELECT 'name ' || pieces AS name, price FROM sales;
      CREATE VIEW spans AS SELECT 'lane ' || pieces AS lane, day, date(day, '+2 days') AS until, CASE WHEN pieces > 4 THEN 'high' ELSE 'low' END AS state FROM sales;
      CREATE VIEW bounds AS SELECT 'p' || pieces AS name, price - 1, price, price + 2 FROM sales;
      CREATE VIEW key_figures AS SELECT 'sold' AS label, sum(pieces) AS value, 'since January' AS note FROM sales;
      CREATE VIEW lines AS SELECT 'shop ' || (pieces % 2) AS shop, day, price FROM sales ORDER BY 1;""")
    return db


KINDS = {"table": "sales", "figures": "key_figures", "sparklines": "lines", "line": "by_day", "area": "by_day", "bar": "by_name",
         "scatter": "by_day", "histogram": "by_day", "heat": "by_day", "timeline": "spans", "interval": "bounds"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_view_becomes_a_section_of_any_kind(own, kind):
    add(own, f"As {kind}", kind, KINDS[kind], note="With a note")
    text = page(own, "mine")
    assert parsed(text).titles() == [f"As {kind}"]
    assert "With a note" in text and "could not be read" not in text
    drawn = kind not in ("table", "figures")
    assert ('role="img"' in text) == drawn


def test_a_chart_shows_its_numbers_too_and_is_drawn_for_two_widths(own):
    add(own, "Pieces", "line", "by_day")
    text = page(own, "mine")
    assert text.count("<svg") == 2 and 'class="narrow"' in text
    assert text.index("<details>") < text.index("<td dir=\"auto\">2026-01-01</td><td class=\"n\">0</td>")


def test_sections_stand_by_position_and_one_s_own_replace_or_hide_those_that_are_shipped(own):
    add(own, "Sales", "table", "sales", 250, "today")
    add(own, "Instead of verdicts", "bar", "by_name", 500, "today")
    add(own, "", "hidden", None, 800, "today")
    expected = TODAY[:2] + ["Sales"] + TODAY[2:4] + ["Instead of verdicts"] + TODAY[5:7] + TODAY[8:]
    assert parsed(page(own)).titles() == [title for title in expected if title != "Goals"]


def test_a_table_shows_values_as_people_write_them(own):
    add(own, "Sales", "table", "sales")
    own.run("UPDATE sales SET price = 1234567.891, pieces = NULL, day = '2026-01-05T06:07:08.009Z' WHERE rowid = 2")
    text = page(own, "mine")
    assert "<td class=\"n\">1234567.89</td>" in text and "<td class=\"n\"><span class=\"none\">–</span></td>" in text
    assert '<time datetime="2026-01-05T06:07:08.009Z">2026-01-05 06:07</time>' in text
    assert '<th scope="col">odd &quot;name</th>' in text and '<span class="none">bytes</span>' in text


def test_a_long_table_is_cut_and_says_so(own):
    own.run("CREATE VIEW many AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1234) SELECT i FROM n")
    add(own, "Many", "table", "many")
    text = page(own, "mine")
    assert text.count("<tr>") == 51 and "The first 50 of 1,234 rows." in text
    assert page(own, "mine", {"max_rows": 3}).count("<tr>") == 4


@pytest.mark.parametrize("kind, what, mark", [("figures", "figures", "<dt "), ("sparklines", "lines", '<th scope="row"')])
def test_many_figures_or_lines_are_cut_too(own, kind, what, mark):
    own.run("CREATE VIEW many AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1234) SELECT 'no ' || i, i, i FROM n")
    add(own, "Many", kind, "many")
    text = page(own, "mine")
    assert text.count(mark) == 50 and f"The first 50 of 1,234 {what}." in text
    assert page(own, "mine", {"max_rows": 3}).count(mark) == 3


def test_lines_without_a_point_are_none(own):
    own.run("CREATE VIEW pointless AS SELECT 'all' AS label, 1 AS at, 9e999 AS value")
    add(own, "Lines", "sparklines", "pointless")
    assert "There are no rows." in page(own, "mine") and "<table>" not in page(own, "mine")


@pytest.mark.parametrize("source, message", [
    ("by_markup", "x must be a number or a time of ISO 8601, got &#39;&lt;b&gt;&#39;"), ("by_nothing", "no such table: main.nowhere"), ("by_function", "no such function: nonsense"),
    ("by_error", "malformed JSON"), ("by_word", "x must be a number or a time of ISO 8601, got &#39;word&#39;")])
def test_a_section_that_fails_says_why_and_the_page_goes_on(own, source, message):
    own.script("""
      CREATE TABLE nowhere(x); CREATE VIEW by_nothing AS SELECT * FROM nowhere; DROP TABLE nowhere;
      CREATE VIEW by_function AS SELECT nonsense(1);
      CREATE VIEW by_error AS SELECT 1 AS x, 2 AS y UNION ALL SELECT json_extract('{', '$.a'), 1;
      CREATE VIEW by_word AS SELECT 'word' AS x, 1 AS y;
      CREATE VIEW by_markup AS SELECT '<b>' AS x, 1 AS y;""")
    add(own, "Broken", "line", source, 1)
    add(own, "Whole", "table", "sales", 2)
    text = page(own, "mine")
    assert parsed(text).titles() == ["Broken", "Whole"]
    assert "This section could not be read: " in text and message in text
    assert "2026-01-01" in text


def test_a_source_that_is_not_there_is_left_out(own):
    add(own, "Gone", "table", "no such table")
    assert "Left out: Gone (there is no no such table)." in page(own, "mine")


@pytest.mark.parametrize("source", ['sales"; DROP TABLE sales; --', "sales WHERE 1", "(SELECT 1)", "sqlite_schema", "lore_help", "x' OR 1 --"])
def test_a_source_is_a_name_and_never_sql(own, source):
    add(own, "Odd", "table", source)
    before = dump(own)
    text = page(own, "mine")
    assert "Left out: Odd" in text
    assert_same(before, dump(own))


def test_a_table_of_any_name_can_be_a_source(own):
    own.run('CREATE TABLE "odd ""name"" %s %w; --"(x); ')
    own.run('INSERT INTO "odd ""name"" %s %w; --" VALUES (4711)')
    add(own, "Odd", "table", 'odd "name" %s %w; --')
    assert "4711" in page(own, "mine")


@pytest.mark.parametrize("kind", KINDS)
def test_hostile_text_is_only_text(own, kind):
    everything = " ".join(HOSTILE)
    own.run("CREATE TABLE hostile(\"<b>\", \"\"\" onload=\", c, \"'\")")
    for i, label in enumerate(HOSTILE):
        row = {"table": (label, label, label, label), "figures": (label, label, label, label), "sparklines": (label, i, i, None),
               "timeline": (label, "2026-01-01", "2026-01-03", label), "interval": (label, 1, 2, 3), "bar": (label, i, None, None),
               "heat": ("2026-01-01", i, label, label)}.get(kind, (i, i, label, label))
        own.run("INSERT INTO hostile VALUES (?, ?, ?, ?)", *row)
    add(own, everything, kind, "hostile", note=everything, name="<script>'\"&")
    text = page(own, "<script>'\"&")
    found = parsed(text)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", text)
    assert found.titles()[0].startswith("<script>alert(1)</script>")
    assert "could not be read" not in text and len(text) < 150000


# ---- Refusals ----

def test_a_report_that_is_not_there_is_named(db):
    with raises_sql("report_html: there is no report 'yesterday': 'today' is shipped, others are rows of lore_reports", REFUSED):
        page(db, "yesterday")


@pytest.mark.parametrize("options, message", [
    ({"titel": 1}, "options may be title, max_rows and points"), ({"max_rows": 0}, "options.max_rows must be a whole number from 1 to 1000"),
    ({"points": "many"}, "options.points must be a whole number from 2 to 2000"), ({"title": 5}, "options.title must be text")])
def test_options_that_are_not_are_refused(db, options, message):
    with raises_sql(f"report_html: {message}", BAD_ARGUMENT):
        page(db, "today", options)


def test_a_page_takes_a_title(db):
    assert parsed(page(db, "today", {"title": "Monday <b>"})).headings[0] == [1, "Monday <b>"]


def test_lore_reports_refuses_a_kind_that_is_none(db):
    with raises_sql("CHECK constraint failed"):
        add(db, "Pie", "pie", "sales")


# ---- Size ----

def test_twelve_sections_over_a_million_rows_are_small(db):
    db.script("""
      CREATE TABLE big(at TEXT, value REAL, name TEXT);
      WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 999999)
      INSERT INTO big SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 1767225600 + i * 60, 'unixepoch'), i % 977 / 3.0, 'name ' || (i % 50) FROM n;
      CREATE VIEW big_points AS SELECT at, value FROM big;
      CREATE VIEW big_names AS SELECT name, value FROM big;""")
    for position, kind in enumerate(["line", "bar", "table"]):
        add(db, kind, kind, "big_names" if kind == "bar" else "big_points", position, "today")
    text = page(db)
    assert len(parsed(text).titles()) >= 12
    assert len(text) < 500000
