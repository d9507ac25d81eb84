"""Pattern and cost snapshots: ids, entities, what readers show, where a pattern goes, what is taken over."""
import json
import re

import pytest
from hypothesis import HealthCheck, given as each, settings, strategies as st

from support import BAD_ARGUMENT, REFUSED, ROOT, assert_same, dump, raises_sql

CLOCK = "2026-01-10T12:00:00.000Z"
UUID7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


@pytest.fixture(autouse=True)
def clock(db):
    db.run("SELECT lore_clock(?)", CLOCK)


def pattern(db, entities=("client:acme",), pattern_id="late", severity="high", evidence=None, cycle=None, id=None, at=None):
    return db.value("SELECT pattern_snapshot_save(?, 'A name', ?, ?, ?, ?, ?, ?)", pattern_id, severity, json.dumps(list(entities)),
                    json.dumps(evidence or {}), cycle, id, at)


def of_entity(db, kind, id):
    return db.column("SELECT id FROM pattern_snapshots_of_entity(?, ?)", kind, id)


# ---- Ids ----

def test_an_id_is_made_of_the_moment_and_sorts_by_it(db):
    ids = [pattern(db, at=f"2026-01-0{day}") for day in (1, 2, 3)] + [pattern(db)]
    assert all(UUID7.fullmatch(id) for id in ids)
    assert ids == sorted(ids) and len(set(ids)) == 4
    assert ids[3].startswith("019ba7c7-1200-7"), "milliseconds since 1970 in 48 bits"
    assert UUID7.fullmatch(db.value("SELECT cost_snapshot_save('daily_summary', '{}')"))
    assert pattern(db, at="1960-01-01").startswith("00000000-0000-7")


def test_the_same_id_with_the_same_content_changes_nothing(db):
    assert pattern(db, cycle="c1", id="s1") == "s1"
    before = dump(db)
    db.run("SELECT lore_clock('2026-02-01')")
    assert pattern(db, cycle="c1", id="s1") == pattern(db, id="s1") == pattern(db, id="s1", at="2026-01-10T13:00:00+01:00") == "s1"
    assert db.value("SELECT lore_notice()") == "known by its id"
    assert_same(before, dump(db))


@pytest.mark.parametrize("other, named", [
    ({"pattern_id": "x"}, "pattern_id"), ({"severity": "low"}, "severity"), ({"entities": ["a"]}, "entities_involved"),
    ({"evidence": {"a": 1}}, "evidence"), ({"cycle": "c2"}, "cycle_id"), ({"at": "2026-01-10"}, "at"),
    ({"pattern_id": "x", "cycle": "c2"}, "pattern_id, cycle_id")])
def test_the_same_id_with_another_content_is_refused_and_says_what_differs(db, other, named):
    pattern(db, cycle="c1", id="s1")
    before = dump(db)
    with raises_sql(f"pattern_snapshot_save: id 's1' is there already with another {named}", REFUSED):
        pattern(db, **{"cycle": "c1", "id": "s1", **other})
    assert_same(before, dump(db))


@pytest.mark.parametrize("other, named", [
    ("'entity_breakdown', '{}', 'acme', 'c1'", "snapshot_type"), ("'daily_summary', '{\"a\": 1}', 'acme', 'c1'", "data"),
    ("'daily_summary', '{}', 'bolt', 'c1'", "entity_id"), ("'daily_summary', '{}', 'acme', 'c1', '2026-01-01'", "at")])
def test_a_cost_of_the_same_id_must_be_the_same_too(db, other, named):
    save = "SELECT cost_snapshot_save('daily_summary', '{}', 'acme', 'c1')"
    assert db.value(save) == db.value(save) == "c1"
    with raises_sql(f"cost_snapshot_save: id 'c1' is there already with another {named}", REFUSED):
        db.run(f"SELECT cost_snapshot_save({other})")
    assert db.value("SELECT count(*) FROM cost_snapshots") == 1


# ---- Entities ----

def test_the_three_forms_of_an_element(db):
    pattern(db, ["client:acme", {"entity_type": "client", "entity_id": "bolt"}, {"type": "invoice", "id": 9007199254740993},
                 {"type": "url", "id": "a:b:c"}, "url:x:y", "lone", "client:acme", {"type": "client", "id": "acme"}], id="s1")
    assert db.run("SELECT entity_type, entity_id, snapshot_id FROM pattern_snapshot_entities ORDER BY entity_id") == [
        ("invoice", "9007199254740993", "s1"), ("url", "a:b:c", "s1"), ("client", "acme", "s1"), ("client", "bolt", "s1"),
        ("", "lone", "s1"), ("url", "x:y", "s1")]


@pytest.mark.parametrize("element", ["42", "null", "true", '""', '":x"', '"x:"', "{}", '{"type": "a"}', '{"id": "a"}', '{"type": 1, "id": "a"}',
                                     '{"type": "", "id": "a"}', '{"type": "a", "id": ""}', '{"type": "a", "id": 1.5}',
                                     '{"type": "a", "id": true}', '{"type": "a", "id": null}', '{"type": "a", "id": ["b"]}', '["a"]'])
def test_any_other_element_is_an_error_that_shows_it(db, element):
    before = dump(db)
    with raises_sql("pattern_snapshot_save: entities_involved[1] must be an object with type and id, 'type:id' or 'id', got ", BAD_ARGUMENT):
        db.run("SELECT pattern_snapshot_save('p', 'n', 'low', ?, '{}')", f'["a:b", {element}]')
    assert_same(before, dump(db))


def test_an_entity_without_a_type_matches_any_that_is_asked_for(db):
    typed, lone = pattern(db, ["client:acme"]), pattern(db, ["acme"])
    both = pattern(db, ["acme", "client:acme", "vendor:acme"])
    assert set(of_entity(db, "client", "acme")) == set(of_entity(db, None, "acme")) == {typed, lone, both}
    assert set(of_entity(db, "vendor", "acme")) == set(of_entity(db, "other", "acme")) == {lone, both}
    assert [len(of_entity(db, kind, "acme")) for kind in ("client", None, "vendor", "other", "")] == [3, 3, 2, 2, 2], "each snapshot once"


def test_an_entity_s_snapshots_come_newest_first_also_when_a_time_is_mended(db):
    ids = [pattern(db, at=f"2026-01-0{day}") for day in (2, 1, 3)]
    assert of_entity(db, "client", "acme") == [ids[2], ids[0], ids[1]]
    db.run("UPDATE pattern_snapshots SET detected_at = '2026-01-04T00:00:00.000Z' WHERE id = ?", ids[1])
    assert of_entity(db, "client", "acme") == [ids[1], ids[2], ids[0]]


HOSTILE = ["a", "b", "%", "_", "a%", "a_", "%a%", "'", '"', "a'b", '"a"', ":", "a:b", "::", "\\", "á", "Á", "ß", "😀", "A", " a", "a ", "*", "?", "[a]"]
words = st.sampled_from(HOSTILE) | st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\0"), min_size=1, max_size=5)
entities = st.tuples(words, words)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@each(st.lists(st.lists(entities, max_size=4), max_size=6), entities)
def test_an_entity_is_matched_by_its_type_and_id_exactly(db, stored, asked):
    db.run("DELETE FROM pattern_snapshots")
    ids = [pattern(db, [{"type": kind, "id": id} for kind, id in snapshot]) for snapshot in stored]
    for kind, id in {asked}.union(*stored):
        assert set(of_entity(db, kind, id)) == {made for made, snapshot in zip(ids, stored) if (kind, id) in snapshot}
        assert set(of_entity(db, None, id)) == {made for made, snapshot in zip(ids, stored) if id in [other for _, other in snapshot]}


def statement(name):
    text = (ROOT / "sql" / "statements" / "snapshots.sql").read_text()
    found = re.search(rf"^-- :name {name}\b.*\n((?:(?!-- :name ).*\n?)*)", text, re.M).group(1)
    return re.sub(r"^--.*\n", "", found, flags=re.M)


def plan_of(db, name, **arguments):
    """Its steps; newer hosts leave the schema out."""
    sql = statement(name)
    arguments = dict.fromkeys(re.findall(r":([a-z_]+)", sql)) | arguments
    return [row[3].replace(" main.", " ") for row in db.run("EXPLAIN QUERY PLAN " + sql, arguments)]


@pytest.mark.parametrize("kind", [None, "client"])
def test_the_search_for_an_entity_is_an_index_search(db, kind):
    plan = " ".join(plan_of(db, "pattern_snapshots_of_one_entity", entity_type=kind, entity_id="acme"))
    assert "SEARCH e USING PRIMARY KEY (entity_id=?)" in plan
    assert "SEARCH p USING INDEX sqlite_autoindex_pattern_snapshots_1 (id=?)" in plan
    assert "SCAN" not in plan and "B-TREE" not in plan, "and comes in its order"


@pytest.mark.parametrize("name, index", [
    ("pattern_snapshots_of_cycle", "idx_pattern_snapshots_cycle (cycle_id=?)"), ("pattern_snapshots_since", "idx_pattern_snapshots_time (detected_at"),
    ("pattern_snapshots_of_pattern", "idx_pattern_snapshots_pattern (pattern_id=?)"), ("cost_snapshot_latest", "idx_cost_snapshots_type"),
    ("cost_snapshots_of_entity", "idx_cost_snapshots_entity (entity_id=? AND computed_at"), ("cost_snapshots_of_days", "idx_cost_snapshots_type"),
    ("intelligence_event_candidates", "idx_intelligence_events_waiting"), ("intelligence_event_candidates_of_type", "idx_intelligence_events_waiting (event_type=?)"),
    ("intelligence_event_token", "idx_intelligence_events_token (lease_token=?)"), ("intelligence_event_archive_copy", "idx_intelligence_events_consumed (consumed_at<?)")])
def test_every_reader_and_claim_uses_an_index(db, name, index):
    plan = plan_of(db, name)
    assert index in " ".join(plan)
    assert [step for step in plan if re.match(r"SCAN (pattern|cost|intelligence)", step) and "USING" not in step] == []


def test_other_software_may_write_the_table_and_its_entities_are_kept(db):
    db.run("INSERT INTO pattern_snapshots VALUES ('s1', '2026-01-01 10:00:00', 'p', 'n', 'HIGH', '[\"client:acme\", 42]', 'no JSON', NULL)")
    db.run("INSERT INTO pattern_snapshots VALUES ('s2', 'some day', 'p', 'n', 'HIGH', 'no JSON', '{}', NULL)")
    assert of_entity(db, "client", "acme") == ["s1"]
    db.run("UPDATE pattern_snapshots SET entities_involved = '[\"client:bolt\"]', id = 's3' WHERE id = 's1'")
    assert of_entity(db, "client", "acme") == [] and of_entity(db, "client", "bolt") == ["s3"]
    db.run("INSERT OR REPLACE INTO pattern_snapshots VALUES ('s3', '2026-01-02', 'p', 'n', 'HIGH', '[\"cat\"]', '{}', NULL)")
    assert of_entity(db, "client", "bolt") == [] and of_entity(db, "x", "cat") == ["s3"]
    db.run("DELETE FROM pattern_snapshots")
    assert db.value("SELECT count(*) FROM pattern_snapshot_entities") == 0
    assert db.column("SELECT created_at FROM intelligence_events ORDER BY id")[:2] == ["2026-01-01T10:00:00.000Z", "0000-01-01T00:00:00.000Z"]


# ---- Readers of patterns ----

def test_a_cycle_shows_the_worst_first(db):
    words = ["info", "structural", "low", "CRITICAL", "operational", "watch", "high", "informational", "warning", "medium"]
    for word in words:
        pattern(db, severity=word, cycle="c1")
    pattern(db, severity="critical", cycle="c2")
    assert db.column("SELECT severity FROM pattern_snapshots_in_cycle('c1')") == [
        "critical", "high", "structural", "medium", "warning", "operational", "watch", "low", "informational", "info"]
    assert db.run("SELECT * FROM pattern_snapshots_in_cycle('c3')") == []


def test_an_unknown_severity_is_an_error_that_lists_them(db):
    with raises_sql("pattern_snapshot_save: severity must be one of info watch low warning medium high critical structural operational "
                    "informational, got 'bad'", BAD_ARGUMENT):
        pattern(db, severity="bad")


BACK = [("now", 0), ("a day", 86_400_000), ("a day and a ms", 86_400_001), ("seven days", 7 * 86_400_000),
        ("seven days and a ms", 7 * 86_400_000 + 1), ("thirty days", 30 * 86_400_000), ("thirty days and a ms", 30 * 86_400_000 + 1),
        ("tomorrow", -86_400_000)]


def moments(db):
    for label, back in BACK:
        yield label, db.value("SELECT strftime('%Y-%m-%dT%H:%M:%fZ', julianday(?) - ? / 86400000.0)", CLOCK, back)


@pytest.mark.parametrize("days, count", [(0, 1), (1, 2), (7, 4), (None, 4), (30, 6)])
def test_n_days_are_so_many_seconds_before_the_clock(db, days, count):
    for label, moment in moments(db):
        pattern(db, id=label, at=moment)
        db.run("SELECT cost_snapshot_save('daily_summary', '{}', 'acme', ?, ?)", label, moment)
    expected = [label for label, _ in BACK[:count]]
    assert db.column("SELECT id FROM pattern_snapshots_recent(?)", days) == expected
    if days is not None:
        assert db.column("SELECT id FROM cost_daily(?)", days) == expected
        assert db.column("SELECT id FROM cost_history('acme', ?)", days) == expected
    else:
        assert len(db.run("SELECT * FROM cost_daily")) == len(db.run("SELECT * FROM cost_history('acme')")) == 6
    assert db.column("SELECT id FROM pattern_snapshots_recent(0, ?)", list(moments(db))[4][1]) == ["seven days and a ms"]


@pytest.mark.parametrize("edge, inside", [("2026-01-03 12:00:00", 1), ("2026-01-03 11:59:59", 0), ("2026-01-03T13:00:00+01:00", 1),
                                          ("2026-01-03T12:59:59+01:00", 0), ("2026-01-03T12:00:00.000001", 1), ("2026-01-03T07:00:00-05:00", 1)])
def test_times_as_other_software_writes_them_count_by_their_moment(db, edge, inside):
    db.run("INSERT INTO pattern_snapshots VALUES ('s', ?, 'p', 'n', 'low', '[]', '{}', NULL)", edge)
    assert len(db.run("SELECT * FROM pattern_snapshots_recent")) == inside


def test_of_a_pattern_the_newest_ten_are_shown(db):
    ids = [pattern(db, at=f"2026-01-{day:02}") for day in range(1, 13)]
    assert db.column("SELECT id FROM pattern_snapshots_of('late')") == ids[:1:-1]
    assert db.column("SELECT id FROM pattern_snapshots_of('late', 2)") == ids[:-3:-1]
    assert db.run("SELECT * FROM pattern_snapshots_of('other')") == []


def test_a_snapshot_is_kept_as_it_was_given(db):
    db.run("SELECT pattern_snapshot_save('p', 'N', 'Low', '[ \"a\" ]', '{\"b\": 1.50}', NULL, 's')")
    assert db.row("SELECT * FROM pattern_snapshots_of('p')") == ("s", CLOCK, "p", "N", "low", '[ "a" ]', '{"b": 1.50}', None)


# ---- Costs ----

def test_the_newest_cost_of_a_type(db):
    assert db.run("SELECT * FROM cost_latest") == [] and db.run("SELECT * FROM cost_daily") == []
    db.run("INSERT INTO cost_snapshot_save(snapshot_type, data, entity_id, id, at) VALUES ('daily_summary', '{\"n\":1}', NULL, 'a', '2026-01-08'),"
           "('Daily_Summary', '{\"n\":2}', '', 'b', '2026-01-09'), ('entity_breakdown', '{}', 'acme', 'c', '2026-01-10')")
    assert db.row("SELECT * FROM cost_latest") == ("b", "2026-01-09T00:00:00.000Z", "daily_summary", None, '{"n":2}')
    assert db.column("SELECT id FROM cost_latest('ENTITY_breakdown')") == ["c"]
    assert db.column("SELECT id FROM cost_latest(NULL, '2026-01-08T01:00:00Z')") == ["a"]
    assert db.column("SELECT id FROM cost_daily") == ["b", "a"] and db.column("SELECT id FROM cost_history('acme')") == ["c"]


def test_more_types_come_from_a_setting(db):
    save = "SELECT cost_snapshot_save('Forecast', '{}')"
    with raises_sql("cost_snapshot_save: snapshot_type must be one of daily_summary entity_breakdown service_breakdown, got 'Forecast'",
                    BAD_ARGUMENT):
        db.run(save)
    db.run("SELECT lore_set('cost_snapshot_types', 'weekly  FORECAST')")
    db.run(save)
    assert db.column("SELECT snapshot_type FROM cost_snapshots") == ["forecast"]
    for wrong in ("fore", "weekly forecast", "weekly|forecast", " "):
        with raises_sql("got ", BAD_ARGUMENT):
            db.run("SELECT cost_snapshot_save(?, '{}')", wrong)


# ---- Trends ----

def trend(db, at=None):
    row = db.named("SELECT * FROM pattern_snapshot_trend('late', ?)", at)
    return row[0] if row else None


def runs(db, history):
    """One run a day: entities of the pattern 'late' in it, or None for a run without it."""
    for day, size in enumerate(history, 1):
        pattern(db, ["x"], pattern_id="other", cycle=f"c{day}", at=f"2025-12-{day:02}T01:00:00Z")
        if size is not None:
            pattern(db, [f"e{i}" for i in range(size)], cycle=f"c{day}", at=f"2025-12-{day:02}T02:00:00Z")


@pytest.mark.parametrize("history, word", [
    ([None, None, 2], "new"), ([2], "new"), ([None, 2, 2], "new"),
    ([2, 2, 2], "persistent"), ([2, None, 2, None, 2], "persistent"), ([2, 2, 2, None, None], "persistent"),
    ([5, 5, 5, 5, 5, 6], "persistent"), ([5, 5, 5, 5, 5, 7], "worsening"), ([1, 2], "worsening"), ([0, 1], "worsening"),
    ([9, 9, 9, 1, 1, 1, 1, 1, 2], "worsening"), ([99, 1, 1, 1, 1, 1, 2], "worsening"), ([6, 5, 4, 3, 2, 1], "persistent"),
    ([2, 5, None], "resolving"), ([2, None, None, None, None, None], "resolving"), ([2, None, None, None, None, 2], "resolving")])
def test_where_a_pattern_goes_by_its_entities(db, history, word):
    runs(db, history)
    assert trend(db)["trend"] == word


@pytest.mark.parametrize("before, now, word", [
    ({"n": 10}, {"n": 12}, "new"), ({"n": 10}, {"n": 13}, "worsening"), ({"n": 10}, {"a": 6, "b": 7.5}, "worsening"),
    ({"n": 10}, {"text": "99", "list": [99], "yes": True}, "new"), ({"text": "x"}, {"n": 10}, "new"), ({"n": -10}, {"n": -11}, "new"),
    ({"n": 0}, {"n": 1}, "worsening")])
def test_evidence_is_the_sum_of_its_numbers(db, before, now, word):
    pattern(db, evidence=before, cycle="c1", at="2026-01-01")
    pattern(db, evidence=now, cycle="c2", at="2026-01-02")
    assert trend(db)["trend"] == word


def test_a_trend_shows_the_numbers_behind_it(db):
    runs(db, [2, None, 4])
    assert trend(db) == {"pattern_id": "late", "trend": "worsening", "entities": 4, "entities_mean": 2.0, "evidence": None, "evidence_mean": None,
                         "runs_seen": 2, "runs": 3, "first_detected_at": "2025-12-01T02:00:00.000Z", "last_detected_at": "2025-12-03T02:00:00.000Z"}
    pattern(db, evidence={"n": 3, "m": 0.5}, cycle="c4")
    assert (trend(db)["evidence"], trend(db)["runs_seen"], trend(db)["entities_mean"]) == (3.5, 3, 3.0)
    assert trend(db, "2025-12-02")["trend"] == "new", "as it was then"
    assert db.run("SELECT * FROM pattern_snapshot_trend('unknown')") == []


def test_without_a_cycle_a_moment_is_a_run(db):
    for day in (1, 2, 3):
        pattern(db, at=f"2026-01-0{day}"), pattern(db, pattern_id="other", at=f"2026-01-0{day}")
    assert (trend(db)["trend"], trend(db)["runs_seen"], trend(db)["runs"]) == ("persistent", 3, 3)


def test_runs_of_one_moment_are_told_apart_by_their_cycle(db):
    for cycle in "abc":
        pattern(db, cycle=cycle), pattern(db, pattern_id="other", cycle=cycle)
    pattern(db, pattern_id="other", cycle="d")
    assert (trend(db)["runs_seen"], trend(db)["runs"], trend(db)["trend"]) == (3, 4, "persistent")


# ---- Taking over ----

GIVEN = (ROOT / "tests" / "given.sql").read_text()


@pytest.fixture
def taken(bare):
    bare.script(GIVEN)
    bare.script("""
        INSERT INTO pattern_snapshots VALUES
          ('old1', '2026-01-05T10:00:00+00:00', 'late', 'Late', 'high', '["client:acme", {"type": "invoice", "id": 7}]', '{"n": 1}', 'c1'),
          ('old2', '2026-01-06T10:00:00+00:00', 'late', 'Late', 'high', '["a%b", "client:acme", 5]', '{"n": 1}', 'c2'),
          ('old3', '2026-01-07T10:00:00+00:00', 'late', 'Late', 'odd', 'broken', 'broken', NULL),
          (NULL, '2026-01-07', 'late', 'Late', 'odd', '["client:acme"]', '{}', NULL);
        INSERT INTO cost_snapshots VALUES ('cost1', '2026-01-09T10:00:00+00:00', 'daily_summary', NULL, '{"total": 3}');""")
    bare.run("SELECT lore_migrate('all')")
    bare.run("SELECT lore_clock(?)", CLOCK)
    return bare


def test_snapshots_that_were_there_are_found_by_their_entities(taken):
    assert of_entity(taken, "client", "acme") == ["old2", "old1"] and of_entity(taken, "invoice", "7") == ["old1"]
    assert of_entity(taken, "any", "a%b") == ["old2"] and of_entity(taken, "any", "axb") == []
    assert taken.column("SELECT id FROM cost_daily") == ["cost1"]
    assert taken.value("SELECT count(*) FROM intelligence_events") == 0, "nothing happened now"
    assert taken.value("SELECT pattern_snapshot_save('late', 'Late', 'high', '[\"client:acme\"]', '{}', 'c3', 'new1')") == "new1"
    assert of_entity(taken, "client", "acme") == ["new1", "old2", "old1"]
    assert trend(taken)["last_detected_at"] == CLOCK


def test_given_index_names_are_kept(taken, db):
    for file in (taken, db):
        names = file.column("SELECT name FROM sqlite_schema WHERE type = 'index' AND name GLOB 'idx_*_snapshots_*'")
        assert sorted(names) == ["idx_cost_snapshots_entity", "idx_cost_snapshots_time", "idx_cost_snapshots_type",
                                 "idx_pattern_snapshots_cycle", "idx_pattern_snapshots_pattern", "idx_pattern_snapshots_time"]
    assert db.column("SELECT name FROM pragma_index_xinfo('idx_pattern_snapshots_pattern') WHERE key") == ["pattern_id", "detected_at"]


def test_given_tables_serve_their_software_again_when_ours_is_rolled_back(taken):
    taken.run("SELECT lore_rollback('snapshots', 0, 'drop-data')")
    taken.run("INSERT INTO pattern_snapshots VALUES ('x', 'now', 'p', 'n', 'low', '[]', '{}', NULL)")
    taken.run("INSERT INTO cost_snapshots VALUES ('x', 'now', 't', NULL, '{}')")
    assert taken.value("SELECT count(*) FROM pattern_snapshots") == 5
    taken.run("SELECT lore_migrate('snapshots')")
    assert of_entity(taken, "client", "acme") == ["old2", "old1"]
