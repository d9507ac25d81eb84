"""What is recorded of workflows: once each, with exact statistics, whatever is repeated or corrected."""
import json

import pytest

from pattern_calls import NOW, PYTEST, batch, changes_of, pattern, pending, process, record, save, workflow
from support import BAD_ARGUMENT, REFUSED, assert_same, dump, raises_sql

METRICS = {"total_tokens": 1000, "actual_cost_total": 0.5, "duration_seconds": 120, "error_count": 0, "retry_count": 0}


@pytest.fixture(autouse=True)
def clock(db):
    db.run("SELECT lore_clock(?)", NOW)


def notice(db):
    return db.value("SELECT lore_notice()")


def occurrence(db, id="w1"):
    return db.named("SELECT * FROM pattern_occurrences WHERE workflow_id = ?", id)[0]


# ---- pattern_record ----

def test_the_first_record_makes_the_pattern(db):
    document = workflow(**METRICS)
    id = record(db, document=document)
    characteristics = db.value("SELECT pattern_characteristics(?)", document)
    assert db.value("SELECT last_insert_rowid()") == id
    assert {name: pattern(db)[name] for name in (
        "id", "pattern_signature", "pattern_type", "occurrence_count", "avg_tokens_with_llm", "avg_cost_with_llm", "avg_tokens_with_tool",
        "avg_cost_with_tool", "typical_input_pattern", "automation_status", "confidence_score", "potential_monthly_savings", "created_at",
        "first_seen", "last_seen")} == {
        "id": id, "pattern_signature": PYTEST, "pattern_type": "test", "occurrence_count": 1, "avg_tokens_with_llm": 1000,
        "avg_cost_with_llm": 0.5, "avg_tokens_with_tool": 50, "avg_cost_with_tool": 0.025, "typical_input_pattern": characteristics,
        "automation_status": "detected", "confidence_score": 55.0, "potential_monthly_savings": 0.475, "created_at": NOW, "first_seen": NOW,
        "last_seen": NOW}
    assert {name: value for name, value in occurrence(db).items() if name != "id"} == {
        "pattern_id": id, "workflow_id": "w1", "similarity_score": 100.0, "matched_characteristics": characteristics, "detected_at": NOW,
        "tokens": 1000, "cost_nano": 500000000, "duration_ms": 120000, "error_count": 0, "retry_count": 0}


def test_recording_again_changes_nothing(db):
    first = record(db, **METRICS)
    before = dump(db)
    db.run("SELECT lore_clock('2026-04-01')")
    assert changes_of(db, lambda: record(db, **METRICS)) == 0
    assert record(db, **METRICS) == first
    assert_same(before, dump(db))


def test_changed_metrics_take_the_place_of_the_old_ones(db):
    record(db, **METRICS)
    record(db, id="w2", **METRICS)
    record(db, **{**METRICS, "total_tokens": 3001, "actual_cost_total": 1.5, "error_count": 4})
    row = pattern(db)
    assert (row["occurrence_count"], row["tokens_sum"], row["avg_tokens_with_llm"], row["avg_cost_with_llm"]) == (2, 4001, 2001, 1.0)
    assert (row["error_sum"], row["confidence_score"]) == (4, 50.0)


def test_a_changed_text_is_what_the_occurrence_matched(db):
    record(db, **METRICS)
    before = pattern(db)
    record(db, nl_input="pytest, once more", **METRICS)
    assert json.loads(occurrence(db)["matched_characteristics"])["input_length"] == 17
    assert pattern(db) == before, "the pattern keeps the first input and its sums"


def test_the_json_form_says_what_was_new(db):
    call = "SELECT pattern_record_json(?, ?)"
    assert json.loads(db.value(call, PYTEST, workflow())) == {"pattern_id": 1, "is_new": True, "occurrence_is_new": True}
    assert json.loads(db.value(call, PYTEST, workflow("w2"))) == {"pattern_id": 1, "is_new": False, "occurrence_is_new": True}
    assert json.loads(db.value(call, PYTEST, workflow("w2"))) == {"pattern_id": 1, "is_new": False, "occurrence_is_new": False}


@pytest.mark.parametrize("document", ["{}", '{"workflow_id": null}', '{"workflow_id": ""}'])
def test_a_workflow_without_an_id_is_not_recorded(db, document):
    for call in ("pattern_record", "pattern_record_json"):
        assert db.value(f"SELECT {call}(?, ?)", PYTEST, document) is None
        assert notice(db) == "the workflow has no workflow_id"
    assert db.value("SELECT count(*) FROM operation_patterns") == 0


def test_a_number_may_be_an_id(db):
    record(db, document='{"workflow_id": 9007199254740993}')
    assert db.column("SELECT workflow_id FROM pattern_occurrences") == ["9007199254740993"]


def test_any_signature_is_accepted(db):
    record(db, "no colon")
    record(db, "ä:" + "x" * 198)
    assert db.column("SELECT pattern_type FROM operation_patterns ORDER BY id") == ["no colon", "ä"]
    with raises_sql("pattern_record: signature must be at most 200 characters long, got 201", BAD_ARGUMENT):
        record(db, "x" * 201)
    with raises_sql("pattern_record: signature must not be empty", BAD_ARGUMENT):
        record(db, "")


def test_the_dates_are_the_first_and_the_last(db):
    for n, at in enumerate(["2026-02-02", "2026-02-03", "2026-02-01"]):
        db.run("INSERT INTO pattern_record(signature, workflow, at) VALUES (?, ?, ?)", PYTEST, workflow(f"w{n}"), at)
    row = pattern(db)
    assert (row["created_at"][:10], row["first_seen"][:10], row["last_seen"][:10]) == ("2026-02-02", "2026-02-01", "2026-02-03")


def test_the_status_is_the_application_s(db):
    record(db)
    db.run("UPDATE operation_patterns SET automation_status = 'active'")
    record(db, id="w2")
    assert pattern(db)["automation_status"] == "active"


# ---- Metrics ----

def test_averages_are_rounded_once_from_exact_sums(db):
    for n, tokens in enumerate([1, 1, 2, 2, 1]):
        record(db, id=f"w{n}", total_tokens=tokens, actual_cost_total=0.1)
    row = pattern(db)
    assert (row["tokens_sum"], row["avg_tokens_with_llm"]) == (7, 1)
    assert (row["cost_nano_sum"], row["avg_cost_with_llm"]) == (500000000, 0.1)
    assert row["potential_monthly_savings"] == pytest.approx(0.475)


def test_squares_are_exact_and_readable(db):
    for n, seconds in enumerate([999999999.999, -1000000000, 1000000000]):
        record(db, id=f"w{n}", duration_seconds=seconds)
    row = pattern(db)
    squares = sum(ms**2 for ms in (999999999999, 1000000000000, 1000000000000))
    assert f"{row['duration_squares_e18']}{row['duration_squares_rest']:018}" == str(squares)
    assert (row["duration_count"], row["duration_ms_sum"]) == (3, 999999999999)


@pytest.mark.parametrize("members, stored", [
    ({}, (0, 0, None, 0, None)),
    ({"error_message": "boom"}, (0, 0, None, 1, None)),
    ({"error_message": ""}, (0, 0, None, 0, None)),
    ({"error_message": "boom", "error_count": 0}, (0, 0, None, 0, None)),
    ({"total_tokens": "12", "actual_cost_total": "1e-9", "duration_seconds": "1.5", "error_count": "2", "retry_count": ""}, (12, 1, 1500, 2, None)),
    ({"total_tokens": 12.0, "duration_seconds": 0, "retry_count": 0}, (12, 0, 0, 0, 0)),
    ({"duration_seconds": 0.0005, "actual_cost_total": 0.0000000004}, (0, 0, 1, 0, None)),
    ({"total_tokens": 10**15, "actual_cost_total": 10**9, "duration_seconds": -10**9, "error_count": 10**9, "retry_count": 10**9},
     (10**15, 10**18, -10**12, 10**9, 10**9)),
])
def test_what_an_occurrence_contributes(db, members, stored):
    record(db, **members)
    assert db.row("SELECT tokens, cost_nano, duration_ms, error_count, retry_count FROM pattern_occurrences") == stored


@pytest.mark.parametrize("member, value, problem", [
    ("total_tokens", -1, "a whole number between 0 and 1000000000000000, got -1"),
    ("total_tokens", 1.5, "a whole number between 0 and 1000000000000000, got 1.5"),
    ("total_tokens", 10**15 + 1, "a whole number between 0 and 1000000000000000, got 1000000000000001"),
    ("actual_cost_total", -0.01, "a number between 0 and 1000000000, got -0.01"),
    ("duration_seconds", 1e300, "a number between -1000000000 and 1000000000, got 1.0e+300"),
    ("duration_seconds", "two", "a number between -1000000000 and 1000000000, got 'two'"),
    ("error_count", True, "a whole number between 0 and 1000000000, got JSON of type true"),
    ("retry_count", [1], "a whole number between 0 and 1000000000, got JSON of type array"),
])
@pytest.mark.parametrize("call", ["pattern_record('a:b:c', ?)", "pattern_process(?)", "workflow_save(?)"])
def test_a_metric_that_can_t_be_counted_is_named(db, call, member, value, problem):
    before = dump(db)
    with raises_sql(f"{call.split('(')[0]}: workflow.{member} must be {problem}", BAD_ARGUMENT):
        db.run(f"SELECT {call}", workflow(**{member: value}))
    assert_same(before, dump(db))


@pytest.mark.parametrize("id, problem", [([1], "must be text, got JSON of type array"), (True, "must be text, got JSON of type true"),
                                         ("x" * 501, "must be at most 500 characters long, got 501")])
def test_an_id_that_is_none_is_named(db, id, problem):
    with raises_sql(f"pattern_process: workflow.workflow_id {problem}", BAD_ARGUMENT):
        process(db, id=id)


def test_a_sum_never_wraps(db):
    record(db, **METRICS)
    db.run("UPDATE operation_patterns SET tokens_sum = 4611686018427387900")
    before = dump(db)
    with raises_sql("the sums of pattern 1 can't hold this workflow; if they were changed by hand, run SELECT pattern_recompute(1)", REFUSED):
        record(db, id="w2", total_tokens=1000)
    assert_same(before, dump(db))
    assert db.value("SELECT pattern_recompute(1)") == 1
    record(db, id="w2", total_tokens=1000)
    assert pattern(db)["tokens_sum"] == 2000


# ---- Confidence ----

def test_confidence_is_that_of_the_occurrences(db):
    for n in range(10):
        record(db, id=f"w{n}", duration_seconds=100 + n, error_count=n % 2, retry_count=None if n % 3 else 1)
        again = db.value("""SELECT confidence_score((SELECT occurrence_count FROM operation_patterns), duration_ms / 1000.0, error_count, retry_count)
                              FROM pattern_occurrences""")
        assert pattern(db)["confidence_score"] == again == db.value("SELECT confidence_score(1)") == db.value("SELECT confidence_score(?)", PYTEST)


def test_an_unknown_pattern_has_no_confidence(db):
    assert db.row("SELECT confidence_score('no:such:one'), confidence_score(7), confidence_score(NULL)") == (0.0, 0.0, None)


# ---- Processing ----

def test_everything_that_a_workflow_shows_is_recorded(db):
    done = process(db, error_message="tsc exited with 2", workflow_template="adw_ship_iso", **METRICS)
    assert done == {"patterns_detected": 3, "new_patterns": 3, "pattern_ids": [1, 2, 3]}
    assert db.column("SELECT pattern_signature FROM operation_patterns ORDER BY id") == \
        json.loads(db.value("SELECT pattern_signatures(?)", workflow(error_message="tsc exited with 2", workflow_template="adw_ship_iso")))
    again = lambda: process(db, error_message="tsc exited with 2", workflow_template="adw_ship_iso", **METRICS)  # noqa: E731
    assert changes_of(db, again) == 0
    assert again() == {"patterns_detected": 3, "new_patterns": 0, "pattern_ids": [1, 2, 3]}


def test_a_workflow_without_an_id_is_detected_only(db):
    assert process(db, id=None) == {"patterns_detected": 1, "new_patterns": 0, "pattern_ids": []}
    assert notice(db) == "the workflow has no workflow_id"
    assert batch(db, [{"nl_input": "Run pytest"}]) == {"total_workflows": 1, "processed": 1, "total_patterns": 1, "new_patterns": 0, "errors": 0}
    assert db.value("SELECT count(*) FROM operation_patterns") == 0


def test_a_bad_document_does_not_stop_the_batch(db):
    documents = [{"workflow_id": "w1", "nl_input": "Run pytest"}, 7, {"workflow_id": "w2", "nl_input": "Run pytest", "total_tokens": -1},
                 {"workflow_id": "w3", "nl_input": "Build it"}, {"workflow_id": "w4", "nl_input": "Sing"}]
    done = batch(db, documents)
    assert done == {"total_workflows": 5, "processed": 3, "total_patterns": 2, "new_patterns": 2, "errors": 2, "failed": [
        {"position": 2, "workflow_id": None, "error": "a workflow must be a JSON object"},
        {"position": 3, "workflow_id": "w2",
         "error": "workflow.total_tokens must be a whole number between 0 and 1000000000000000, got -1"}]}
    assert db.column("SELECT workflow_id FROM pattern_occurrences ORDER BY id") == ["w1", "w3"]
    assert changes_of(db, lambda: batch(db, documents)) == 0
    assert batch(db, documents)["total_patterns"] == 2


def test_a_workflow_is_stored_with_all_its_patterns_or_not_at_all(db):
    db.run("CREATE TRIGGER policy BEFORE INSERT ON operation_patterns WHEN new.pattern_signature = 'deploy:ship:all' "
           "BEGIN SELECT RAISE(ABORT, 'not here'); END")
    done = batch(db, [{"workflow_id": "w1", "nl_input": "Run pytest", "workflow_template": "adw_ship"}, {"workflow_id": "w2", "nl_input": "Build it"}])
    assert (done["processed"], done["failed"]) == (1, [{"position": 1, "workflow_id": "w1", "error": "not here"}])
    assert db.column("SELECT workflow_id FROM pattern_occurrences") == ["w2"]
    assert db.column("SELECT pattern_signature FROM operation_patterns") == ["build:build:all"]


def test_an_insert_of_many_is_all_or_nothing(db):
    with raises_sql("pattern_process: workflow.total_tokens"):
        db.run("INSERT INTO pattern_process(workflow) VALUES (?), (?)", workflow(), workflow("w2", total_tokens=-1))
    assert db.value("SELECT count(*) FROM pattern_occurrences") == 0


# ---- workflow_history ----

def test_a_saved_workflow_is_learned_from_once(db):
    assert save(db, **METRICS) == 1
    assert db.row("SELECT nl_input, total_tokens, actual_cost_total, duration_seconds, created_at, learned_at FROM workflow_history") == \
        ("Run pytest in app/server", 1000, 0.5, 120, NOW, None)
    assert pending(db) == {"total_workflows": 1, "processed": 1, "total_patterns": 1, "new_patterns": 1, "errors": 0}
    assert db.value("SELECT learned_at FROM workflow_history") == NOW
    assert pending(db)["total_workflows"] == 0
    assert pattern(db)["tokens_sum"] == 1000


def test_a_whole_sync_again_changes_nothing(db):
    def sync():
        for n in range(5):
            save(db, id=f"w{n}", duration_seconds=n + 0.125, error_message="tsc" if n % 2 else None, created_at=f"2026-01-0{n + 1}")
        pending(db)
        batch(db, [json.loads(workflow(f"b{n}", **METRICS)) for n in range(3)])
        db.run("SELECT pattern_recompute()")
    assert changes_of(db, sync) > 0
    db.run("SELECT lore_clock('2026-05-01')")
    assert changes_of(db, sync) == 0


def test_what_a_document_leaves_out_stays_and_null_clears(db):
    save(db, **METRICS)
    pending(db)
    assert save(db, duration_seconds=60) == 1
    assert db.row("SELECT duration_seconds, total_tokens, learned_at FROM workflow_history") == (60, 1000, None)
    db.run("""SELECT workflow_save('{"workflow_id": "w1", "total_tokens": null}')""")
    assert db.row("SELECT duration_seconds, total_tokens FROM workflow_history") == (60, None)
    assert save(db, duration_seconds=60) == 0
    assert notice(db) == "the workflow is stored like this already"


def test_a_new_date_alone_teaches_nothing(db):
    save(db)
    pending(db)
    assert save(db, created_at="2026-01-01") == 1
    assert db.row("SELECT created_at, learned_at FROM workflow_history") == ("2026-01-01T00:00:00.000Z", NOW)


@pytest.mark.parametrize("document, problem", [
    ('{"nl_input": "x"}', "workflow.workflow_id is missing"), ('{"workflow_id": "w", "nl_input": []}', "workflow.nl_input must be text"),
    ('{"workflow_id": "w", "error_message": true}', "workflow.error_message must be text"),
    ('{"workflow_id": "w", "created_at": "soon"}', "workflow.created_at must be an ISO 8601 time, got soon")])
def test_a_workflow_that_can_t_be_stored_says_why(db, document, problem):
    with raises_sql(f"workflow_save: {problem}", BAD_ARGUMENT):
        db.run("SELECT workflow_save(?)", document)
    assert db.value("SELECT count(*) FROM workflow_history") == 0


def test_a_plain_update_is_noticed(db):
    save(db, **METRICS)
    pending(db)
    db.run("UPDATE workflow_history SET total_tokens = 1000, duration_seconds = 120.0")
    assert db.value("SELECT learned_at FROM workflow_history") == NOW, "nothing has changed"
    db.run("UPDATE workflow_history SET total_tokens = 5")
    assert db.value("SELECT learned_at FROM workflow_history") is None
    assert pending(db)["total_patterns"] == 1
    assert pattern(db)["tokens_sum"] == 5


def test_the_oldest_come_first(db):
    for n, day in enumerate([3, 1, 2]):
        save(db, id=f"w{n}", created_at=f"2026-01-0{day}")
    assert [pending(db, 1)["processed"] for _ in range(2)] == [1, 1]
    assert db.column("SELECT workflow_id FROM pattern_occurrences ORDER BY id") == ["w1", "w2"]
    assert db.column("SELECT workflow_id FROM workflow_history WHERE learned_at IS NULL") == ["w0"]


def test_a_failing_workflow_is_tried_again_and_holds_up_nobody(db):
    save(db, id="bad", created_at="2026-01-01")
    save(db, id="good", created_at="2026-01-02")
    db.run("UPDATE workflow_history SET total_tokens = -5 WHERE workflow_id = 'bad'")
    problem = "workflow.total_tokens must be a whole number between 0 and 1000000000000000, got -5"
    assert pending(db, 1) == {"total_workflows": 2, "processed": 1, "total_patterns": 1, "new_patterns": 1, "errors": 1,
                              "failed": [{"position": 1, "workflow_id": "bad", "error": problem}]}
    assert pending(db)["errors"] == 1
    db.run("UPDATE workflow_history SET total_tokens = 5 WHERE workflow_id = 'bad'")
    assert pending(db)["processed"] == 1
    assert pattern(db)["occurrence_count"] == 2


def test_a_workflow_without_any_pattern_is_done_too(db):
    save(db, nl_input="Sing")
    assert pending(db) == {"total_workflows": 1, "processed": 1, "total_patterns": 0, "new_patterns": 0, "errors": 0}
    assert pending(db)["total_workflows"] == 0


def test_more_pending_than_a_page_are_learned_from_in_one_call(db):
    db.run("""WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1203)
              INSERT INTO workflow_history(workflow_id, nl_input, total_tokens) SELECT 'w' || i, 'Run pytest', CASE i % 3 WHEN 0 THEN -1 ELSE i END FROM n""")
    done = pending(db)
    assert (done["processed"], done["errors"]) == (802, 401)
    assert pattern(db, 1)["occurrence_count"] == 802


def test_an_occurrence_stays_when_its_workflow_shows_the_pattern_no_more(db):
    save(db, **METRICS)
    pending(db)
    save(db, nl_input="Sing", total_tokens=7)
    pending(db)
    assert (pattern(db)["occurrence_count"], pattern(db)["tokens_sum"]) == (1, 1000)


# ---- Patterns of other software ----

FOREIGN = """
INSERT INTO operation_patterns(id, pattern_signature, pattern_type, occurrence_count, avg_tokens_with_llm, avg_cost_with_llm, created_at, last_seen)
VALUES (5, 'test:pytest:backend', 'test', 6, 100, 0.25, '2025-01-01T00:00:00.000Z', '2025-06-01T00:00:00.000Z');
INSERT INTO workflow_history(workflow_id, error_count, duration_seconds, retry_count, total_tokens, actual_cost_total)
VALUES ('a', 1, 120, NULL, 400, 1.0), ('b', NULL, 'long', 2, 'many', NULL);
INSERT INTO pattern_occurrences(pattern_id, workflow_id, detected_at)
VALUES (5, 'a', '2025-02-01T00:00:00.000Z'), (5, 'b', NULL), (5, 'gone', NULL), (5, NULL, NULL);
"""
BROUGHT = (2, 200, 500000000)  # two that nobody has kept, at the averages


@pytest.mark.parametrize("first", ["SELECT pattern_recompute()", "SELECT pattern_record('test:pytest:backend', '{\"workflow_id\": \"new\"}')"])
def test_a_pattern_of_other_software_gets_its_sums(db, first):
    db.script(FOREIGN)
    db.run(first)
    assert db.run("SELECT workflow_id, tokens, cost_nano, duration_ms, error_count, retry_count FROM pattern_occurrences WHERE workflow_id IS NOT 'new'") == [
        ("a", 400, 10**9, 120000, 1, None), ("b", 100, 0, None, 0, 2), ("gone", 100, 250000000, None, None, None),
        (None, 100, 250000000, None, None, None)]
    row = pattern(db)
    extra = "record(" in first
    assert (row["brought_count"], row["brought_tokens"], row["brought_cost_nano"]) == BROUGHT
    assert (row["occurrence_count"], row["tokens_sum"], row["cost_nano_sum"]) == (6 + extra, 900, 2 * 10**9)
    assert (row["duration_count"], row["error_count"], row["error_sum"], row["retry_sum"]) == (1, 2 + extra, 1, 2)
    assert row["first_seen"] == "2025-02-01T00:00:00.000Z"
    assert changes_of(db, lambda: db.run("SELECT pattern_recompute()")) == 0


def test_what_it_counted_stays_counted(db):
    db.script(FOREIGN)
    db.run("SELECT pattern_recompute()")
    record(db, id="gone", total_tokens=40)
    assert (pattern(db)["occurrence_count"], pattern(db)["tokens_sum"]) == (6, 840)
    assert db.value("SELECT pattern_recompute(5)") == 0


def test_an_occurrence_that_other_software_adds_later_is_found(db):
    record(db, **METRICS)
    db.run("INSERT INTO pattern_occurrences(pattern_id, workflow_id) VALUES (1, 'w2')")
    record(db, id="w2", total_tokens=500)
    assert (pattern(db)["occurrence_count"], pattern(db)["tokens_sum"]) == (2, 1500)
    db.run("INSERT INTO pattern_occurrences(pattern_id, workflow_id) VALUES (1, 'w3')")
    assert db.value("SELECT pattern_recompute()") == 1
    assert pattern(db)["occurrence_count"] == 3


def test_figures_that_somebody_changed_are_put_right(db):
    record(db, **METRICS)
    record(db, "build:build:all", **METRICS)
    before = dump(db)
    for change in ("avg_tokens_with_llm = 1", "occurrence_count = 40", "duration_squares_rest = -7", "tokens_sum = NULL", "confidence_score = 99"):
        db.run(f"UPDATE operation_patterns SET {change} WHERE id = 2")
        if "NULL" not in change:
            assert db.value("SELECT pattern_recompute('test:pytest:backend')") == 0
        assert db.value("SELECT pattern_recompute(2)") == 1, change
        assert_same(before, dump(db), change)
    with raises_sql("pattern_recompute: there is no pattern 'x'", REFUSED):
        db.run("SELECT pattern_recompute('x')")


def test_pairs_that_repeat_stop_the_migration(bare):
    bare.script("CREATE TABLE pattern_occurrences(id INTEGER PRIMARY KEY, pattern_id INTEGER, workflow_id TEXT, similarity_score REAL, "
                "matched_characteristics TEXT, detected_at TEXT); INSERT INTO pattern_occurrences(pattern_id, workflow_id) VALUES (1, 'a'), (1, 'a')")
    before = dump(bare)
    with raises_sql("lore_migrate: UNIQUE constraint failed: pattern_occurrences.pattern_id, pattern_occurrences.workflow_id"):
        bare.run("SELECT lore_migrate('patterns')")
    assert_same(before, dump(bare))


# ---- Readers ----

def test_patterns_are_ranked_by_what_they_save(db):
    record(db, "a:b:c", actual_cost_total=1)
    record(db, "d:e:f", actual_cost_total=2)
    record(db, "g:h:i", actual_cost_total=1)
    db.run("UPDATE operation_patterns SET automation_status = 'active' WHERE pattern_signature = 'd:e:f'")
    assert db.column("SELECT pattern_signature FROM patterns_top()") == ["d:e:f", "a:b:c", "g:h:i"]
    assert db.column("SELECT pattern_signature FROM patterns_top(1, 'detected')") == ["a:b:c"]


def test_one_pattern_by_id_or_signature(db):
    record(db, "12")
    record(db, **METRICS)
    assert db.column("SELECT pattern_signature FROM pattern_get(2)") == db.column("SELECT pattern_signature FROM pattern_get(?)", PYTEST) == [PYTEST]
    assert db.column("SELECT id FROM pattern_get('12')") == [1], "text is a signature"
    assert db.run("SELECT * FROM pattern_get('x')") == db.run("SELECT * FROM pattern_get(9)") == db.run("SELECT * FROM pattern_occurrences_of(9)") == []


def test_occurrences_come_newest_first(db):
    for n in range(3):
        db.run("INSERT INTO pattern_record(signature, workflow, at) VALUES (?, ?, ?)", PYTEST, workflow(f"w{n}", actual_cost_total=0.1, duration_seconds=1.5),
               f"2026-01-0{3 - n}")
    assert db.run("SELECT workflow_id, cost, duration_seconds FROM pattern_occurrences_of(1, 2)") == [("w0", 0.1, 1.5), ("w1", 0.1, 1.5)]


def test_savings_rest_on_the_time_in_which_a_pattern_was_seen(db):
    for n in range(6):
        save(db, id=f"w{n}", actual_cost_total=1, created_at=f"2026-01-{n + 1:02}")
    pending(db)
    row = db.named("SELECT * FROM pattern_savings(?, 0.9, '2026-01-31')", PYTEST)[0]
    assert (row["events"], row["window_from"], row["window_until"], row["window_days"]) == \
        (6, "2026-01-01T00:00:00.000Z", "2026-01-31T00:00:00.000Z", 30.0)
    assert (row["events_per_month"], row["saving_per_event"]) == (6.0, 0.95)
    rate = json.loads(db.value("SELECT rate_interval(6, 30 * 86400, 0.9)"))
    month = 30 * 86400 * 0.95
    assert [row[name] for name in ("low", "expected", "high")] == [pytest.approx(rate[name] * month) for name in ("low", "expected", "high")]
    assert row["potential_monthly_savings"] == pytest.approx(5.7)


def test_savings_of_a_day_at_least_and_of_all_patterns(db):
    record(db, "a:b:c", actual_cost_total=1)
    record(db, "d:e:f")
    rows = db.named("SELECT * FROM pattern_savings")
    assert [(row["pattern_id"], row["window_days"], row["events_per_month"]) for row in rows] == [(1, 1.0, 30.0), (2, 1.0, 30.0)]
    assert db.run("SELECT * FROM pattern_savings('x')") == []


def test_the_pending_are_found_by_an_index(db):
    plan = " ".join(row[3] for row in db.run("EXPLAIN QUERY PLAN SELECT workflow_id, coalesce(created_at, '') FROM main.workflow_history "
                                             "WHERE learned_at IS NULL AND (coalesce(created_at, ''), workflow_id) > ('', '') "
                                             "ORDER BY coalesce(created_at, ''), workflow_id LIMIT 5"))
    assert "idx_workflow_history_pending" in plan and "TEMP B-TREE" not in plan
