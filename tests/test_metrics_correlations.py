"""Correlations: logs, calls of services and traces are written once, move on once, and are read by time, tag, level and trace."""
import json
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from support import BAD_ARGUMENT, REFUSED, Database, assert_same, dump, raises_sql

NOW = "2026-01-31T12:00:00.000Z"


@pytest.fixture
def db(db):
    db.run("SELECT lore_clock(?)", NOW)
    return db


def call(db, verb, **arguments):
    names = ", ".join(arguments)
    db.run(f"INSERT INTO {verb}({names}) VALUES ({', '.join('?' * len(arguments))})", *arguments.values())
    return db.value("SELECT lore_result()")


def row_of(db, id):
    return db.named("SELECT * FROM correlations WHERE correlation_id = ?", id)[0]


# ---- Writing ----

def test_a_line_of_a_log_is_a_row(db):
    id = call(db, "log_record", level="WARNING", message="late", tags='{"host": "a"}', service_type="mail", trace_id="t", scope="Local")
    assert {name: value for name, value in row_of(db, id).items() if value is not None} == {
        "correlation_id": id, "correlation_type": "log_entry", "status": "completed", "timestamp": NOW, "created_at": NOW, "updated_at": NOW,
        "log_level": "warning", "message": "late", "tags": '{"host": "a"}', "service_type": "mail", "trace_id": "t", "scope": "local",
        "retention_policy": "raw"}
    assert len(id) == 36 and id[14] == "7"


def test_what_a_service_has_done_is_a_row(db):
    given_values = {"correlation_type": "Service_Interaction", "service_type": "llm", "action_type": "complete", "handler_name": "chat",
                    "request_data": '{"a": [1]}', "response_data": "[2]", "tags": "{}", "status": "FAILED", "trace_id": "t", "span_id": "s",
                    "parent_span_id": "p", "scope": "community", "retention_policy": "Downsampled", "id": "c1"}
    assert call(db, "correlation_record", at="2026-01-01", **given_values) == "c1"
    row = row_of(db, "c1")
    assert row["timestamp"] == row["created_at"] == row["updated_at"] == "2026-01-01T00:00:00.000Z"
    lowered = {name: value.lower() if name in ("correlation_type", "status", "retention_policy") else value for name, value in given_values.items()}
    assert {name: row[name] for name in lowered if name != "id"} == {name: value for name, value in lowered.items() if name != "id"}


def test_service_correlation_is_stored_as_service_interaction(db):
    id = db.value("SELECT correlation_record('Service_Correlation', 'llm')")
    assert row_of(db, id)["correlation_type"] == "service_interaction"
    assert db.value("SELECT correlation_record('service_correlation', 'llm', id) FROM (SELECT NULL AS id)") != id


def test_an_empty_text_and_json_null_are_no_value(db):
    id = call(db, "correlation_record", correlation_type="audit_event", service_type="x", action_type="", trace_id="", request_data=" null", tags="")
    assert [row_of(db, id)[name] for name in ("action_type", "trace_id", "request_data", "tags")] == [None] * 4


LOG = {"level": "info", "message": "m", "tags": '{"a":1}', "service_type": "s", "trace_id": "t", "scope": "local", "retention_policy": "raw"}
CALL = {"correlation_type": "trace_span", "service_type": "s", "action_type": "a", "handler_name": "h", "request_data": "1", "response_data": "2",
        "tags": '{"a":1}', "status": "failed", "trace_id": "t", "span_id": "x", "parent_span_id": "p", "scope": "local", "retention_policy": "raw"}
OTHER = {"level": "error", "scope": "identity", "retention_policy": "aggregated", "tags": '{"a":2}', "request_data": "8", "response_data": "9",
         "correlation_type": "audit_event", "status": "completed"}


@pytest.mark.parametrize("verb, arguments", [("log_record", LOG), ("correlation_record", CALL)])
def test_the_same_id_again_is_known(db, verb, arguments):
    assert call(db, verb, **arguments, id="one") == "one"
    before = dump(db)
    for again in (arguments, arguments | {"at": NOW}):
        assert call(db, verb, **again, id="one") == "one"
        assert db.value("SELECT lore_notice()") == "known by its id"
    required = {name: arguments[name] for name in ("level", "message", "correlation_type", "service_type", "status") if name in arguments}
    db.run("SELECT lore_clock('2026-02-05')")
    assert call(db, verb, **(required if verb == "correlation_record" else {"level": "info", "message": "m"}), id="one") == "one"
    assert_same(before, dump(db))


@pytest.mark.parametrize("verb, name", [("log_record", name) for name in LOG] + [("correlation_record", name) for name in CALL]
                         + [("log_record", "at"), ("correlation_record", "at")])
def test_the_same_id_with_something_else_is_refused(db, verb, name):
    arguments = LOG if verb == "log_record" else CALL
    call(db, verb, **arguments, id="one")
    before = dump(db)
    changed = arguments | {name: "2026-02-02" if name == "at" else OTHER.get(name, "other")}
    with raises_sql(f"{verb}: id 'one' is there already with another {name}", REFUSED):
        call(db, verb, **changed, id="one")
    assert_same(before, dump(db))


def test_an_id_of_another_kind_is_refused(db):
    db.run("SELECT correlation_record('audit_event', 's', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'one')")
    with raises_sql("another correlation_type, level, message", REFUSED):
        call(db, "log_record", level="info", message="m", id="one")


@pytest.mark.parametrize("sql, message", [
    ("log_record('warn', 'm')", "log_record: level must be one of debug"),
    ("log_record('info', NULL)", "log_record: message is missing"),
    ("log_record('info', 'm', '[1]')", "log_record: tags must be a JSON object"),
    ("log_record('info', 'm', NULL, NULL, NULL, 'here')", "log_record: scope must be one of local"),
    ("log_record('info', 'm', NULL, NULL, NULL, NULL, 'forever')", "log_record: retention_policy must be one of raw"),
    ("correlation_record('call', 's')", "correlation_record: correlation_type must be one of service_interaction"),
    ("correlation_record('audit_event', 's', NULL, NULL, '{')", "correlation_record: request_data must be JSON"),
    ("correlation_update('x', 'done')", "correlation_update: status must be one of pending"),
])
def test_a_wrong_argument_is_named(db, sql, message):
    before = dump(db)
    with raises_sql(message, BAD_ARGUMENT):
        db.run(f"SELECT {sql}")
    assert_same(before, dump(db))


# ---- Moving on ----

def pending(db, id="one", **more):
    return call(db, "correlation_record", correlation_type="service_interaction", service_type="s", status="pending", id=id, **more)


@pytest.mark.parametrize("start", ["pending", "completed", "failed"])
@pytest.mark.parametrize("to", ["pending", "completed", "failed"])
def test_only_what_is_pending_moves_on(db, start, to):
    call(db, "correlation_record", correlation_type="service_interaction", service_type="s", status=start, id="one")
    before = dump(db)
    db.run("SELECT lore_clock('2026-02-01')")
    if start == "pending" and to != start:
        assert call(db, "correlation_update", id="one", status=to.upper(), response='{"a": 1}') == 1
        row = row_of(db, "one")
        assert (row["status"], row["response_data"], row["updated_at"], row["timestamp"]) == (to, '{"a": 1}', "2026-02-01T00:00:00.000Z", NOW)
    elif start == to:
        assert call(db, "correlation_update", id="one", status=to) == 0
        assert db.value("SELECT lore_notice()") == f"it is {to} already"
        assert_same(before, dump(db))
    else:
        with raises_sql(f"correlation_update: status may go from pending to completed or failed, not from {start} to {to}, for 'one'", REFUSED):
            call(db, "correlation_update", id="one", status=to)
        assert_same(before, dump(db))


def test_the_same_end_again_is_known_and_another_response_refused(db):
    pending(db)
    assert [call(db, "correlation_update", id="one", status="completed", response="[1]") for _ in range(3)] == [1, 0, 0]
    assert call(db, "correlation_update", id="one", status="completed") == 0
    with raises_sql("correlation_update: 'one' is completed already with another response", REFUSED):
        call(db, "correlation_update", id="one", status="completed", response="[2]")


def test_a_response_stays_unless_given_and_null_clears_it(db):
    for id, given_response, ended in (("a", None, "[0]"), ("b", "null", None), ("c", "[1]", "[1]"), ("d", "", None), ("e", " null", None)):
        pending(db, id, response_data="[0]")
        assert [call(db, "correlation_update", id=id, status="failed", response=given_response) for _ in range(2)] == [1, 0]
        assert row_of(db, id)["response_data"] == ended


def test_a_late_repeat_of_what_was_pending_is_known(db):
    pending(db, response_data="[0]", at=NOW)
    call(db, "correlation_update", id="one", status="completed", response="[1]")
    before = dump(db)
    assert pending(db, response_data="[0]", at=NOW) == "one"
    assert_same(before, dump(db))


def test_an_unknown_id_is_an_error(db):
    with raises_sql("correlation_update: there is no correlation 'nobody'", REFUSED):
        db.run("SELECT correlation_update('nobody', 'failed')")


def test_a_status_of_others_is_read_in_any_case(db):
    db.run("INSERT INTO correlations(correlation_id, status) VALUES ('a', 'PENDING'), ('b', NULL)")
    assert db.value("SELECT correlation_update('a', 'completed')") == 1
    with raises_sql("not from none to completed, for 'b'", REFUSED):
        db.run("SELECT correlation_update('b', 'completed')")


# ---- timeseries_recall ----

def recall(db, columns="correlation_id", **arguments):
    wheres = " AND ".join(f"in_{name} = ?" for name in arguments)
    return db.run(f"SELECT {columns} FROM timeseries_recall" + (f" WHERE {wheres}" if wheres else ""), *arguments.values())


def log(db, id, at=NOW, **more):
    return call(db, "log_record", level="info", message=f"message {id}", id=id, at=at, **more)


def test_recall_shows_the_last_day_oldest_first(db):
    for id, at in (("d", NOW), ("b", "2026-01-30T12:00:00Z"), ("a", "2026-01-30T11:59:59.999Z"), ("c", "2026-01-31"), ("e", "2026-01-31T12:00:00.001Z")):
        log(db, id, at)
    assert [id for id, in recall(db)] == ["b", "c", "d"]
    assert [id for id, in recall(db, hours=0.5)] == ["d"]
    assert [id for id, in recall(db, hours=30)] == ["a", "b", "c", "d"]
    assert [id for id, in recall(db, since="2026-01-31", until="2030-01-01")] == ["c", "d", "e"]
    assert [id for id, in recall(db, until="2026-01-31")] == ["a", "b", "c"], "the hours end at until"
    assert [id for id, in recall(db, hours=30, max_rows=2)] == ["a", "b"]
    assert [id for id, in recall(db, at="2026-02-01")] == ["c", "d", "e"]
    assert [id for id, in recall(db, tags="")] == [id for id, in recall(db, tags="null")] == ["b", "c", "d"]


def test_recall_shows_points_that_other_software_wrote(db):
    db.run("INSERT INTO correlations(correlation_id, correlation_type, timestamp, metric_name, metric_value, tags) "
           "VALUES ('m', 'metric_datapoint', '2026-01-31 10:00:00', 'cpu', 0.5, '{\"host\": \"a\"}')")
    assert recall(db, "*") == [("2026-01-31T10:00:00.000Z", "metric_datapoint", "cpu", 0.5, None, None, '{"host": "a"}', None, "m")]


def test_rows_of_one_moment_come_in_the_order_in_which_they_were_stored(db):
    for id in ("z", "a", "m"):
        log(db, id)
    db.run("INSERT INTO correlations(correlation_id, correlation_type, timestamp) VALUES ('b', 'log_entry', '2026-01-31T13:00:00+01:00')")
    assert [id for id, in recall(db)] == ["z", "a", "m", "b"]


def test_types_are_a_name_or_an_array(db):
    log(db, "log")
    for type in ("service_interaction", "metric_datapoint", "trace_span", "audit_event"):
        call(db, "correlation_record", correlation_type=type, service_type="s", id=type)
    db.run("INSERT INTO correlations(correlation_id, correlation_type, timestamp) VALUES ('theirs', 'service_correlation', ?)", NOW)
    assert [id for id, in recall(db, types="LOG_entry")] == ["log"]
    assert [id for id, in recall(db, types=' ["log_entry", "Audit_event", "log_entry"]')] == ["log", "audit_event"]
    assert [id for id, in recall(db, types="service_correlation")] == [id for id, in recall(db, types="service_interaction")] == [
        "service_interaction", "theirs"]
    assert len(recall(db)) == 6


@pytest.mark.parametrize("types", ["logs", "[]", "[1]", '["log_entry", "logs"]', "[", '[["log_entry"]]', '{"log_entry": 1}', "log_entry,audit_event"])
def test_types_that_are_none_are_named(db, types):
    with raises_sql("timeseries_recall: types must be service_interaction, metric_datapoint, log_entry, trace_span or audit_event, or a JSON", BAD_ARGUMENT):
        recall(db, types=types)


def test_a_window_that_ends_before_it_begins_is_an_error(db):
    with raises_sql("timeseries_recall: until must not lie before 2026-02-01T00:00:00.000Z, got 2026-01-31T12:00:00.000Z", BAD_ARGUMENT):
        recall(db, since="2026-02-01")


TAGS = [("{}", True), ('{"a": 1}', True), ('{"a": 1.0}', True), ('{"a": "1"}', False), ('{"a": 2}', False), ('{"b": "x"}', True), ('{"b": "X"}', False),
        ('{"a": 1, "b": "x"}', True), ('{"a": 1, "b": "y"}', False), ('{"c": null}', True), ('{"missing": null}', True), ('{"a": null}', False),
        ('{"t": true}', True), ('{"t": false}', False), ('{"o": {"p": [1, 2]}}', True), ('{"o": {"p": [1]}}', False), ('{"d.e": 3}', True),
        ('{"[0]": 4}', True), ('{"q\\"u": 5}', True), ('{"q\\"u": 6}', False), ("{\"it's\": 7}", True), ('{"": 8}', True), ('{"é": 9}', True),
        ('{"\\u00e9": 9}', True), ('{"b\\\\s": 10}', True), ('{"a/b": 11}', True), ('{"two words": 12}', True), ('{"p%q": 13}', True),
        ('{"big": 9223372036854775807}', True), ('{"big": 9223372036854775806}', False), ('{"a": 1, "a": 2}', True), ('{"A": 1}', False)]
STORED = ('{"a":1,"b":"x","c":null,"t":true,"o":{"p":[1,2]},"d.e":3,"[0]":4,"q\\"u":5,"it\'s":7,"":8,"\\u00e9":9,"b\\\\s":10,"a\\/b":11,'
          '"two words":12,"p%q":13,"big":9223372036854775807}')


@pytest.mark.parametrize("indexed", [(), ("$.a", "$.b", "$.c", "$.t", "$.big", '$."d.e"', '$."two words"')])
def test_every_tag_that_is_asked_for_must_match(db, indexed):
    for path in indexed:
        db.run("SELECT lore_index('correlations', ?)", path)
    log(db, "one", tags=STORED), log(db, "none"), log(db, "empty", tags="{}")
    for tags, matches in TAGS:
        assert (("one",) in recall(db, tags=tags)) == matches, tags
        for types in ("log_entry", '["log_entry", "audit_event"]'):
            assert recall(db, tags=tags, types=types) == recall(db, tags=tags), tags


@pytest.mark.parametrize("name", ["a\\u0000b", "\\u0000", "\\ud800"])
def test_a_tag_that_no_text_can_name_is_refused(db, name):
    log(db, "one", tags='{"a": 1}')
    with raises_sql("timeseries_recall: tags must not have a name with U+0000 or half a surrogate pair", BAD_ARGUMENT):
        recall(db, tags=f'{{"{name}": 1}}')


def test_a_stored_name_with_nul_is_no_other_name(db):
    log(db, "one", tags='{"a\\u0000b": 1}')
    assert recall(db, tags='{"a": 1}') == []


@pytest.mark.parametrize("tags", ["{bad", "", "[1]", "7", "null", '"a"', "\x00"])
def test_tags_that_are_no_object_match_nothing(db, tags):
    db.run("INSERT INTO correlations(correlation_id, correlation_type, timestamp, tags) VALUES ('x', 'log_entry', ?, ?)", NOW, tags)
    assert recall(db, "tags, correlation_id") == [(tags, "x")]
    assert recall(db, tags='{"a": 1}') == []
    assert recall(db, tags='{"é": 1}') == []


def test_an_index_of_lore_index_is_used(db):
    assert db.value("SELECT lore_index('correlations', '$.host')") == "lore_index_correlations_$.host"
    db.run("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) "
           "INSERT INTO log_record(level, message, tags) SELECT 'info', 'm', json_object('host', 'h' || i, 'n', i) FROM n")
    steps = {}
    for name in ("host", "n"):
        count = [0]
        db.connection.set_progress_handler(lambda count=count: count.__setitem__(0, count[0] + 1), 100)
        assert len(recall(db, tags=json.dumps({name: "h7" if name == "host" else 7}))) == 1
        db.connection.set_progress_handler(None, 0)
        steps[name] = count[0]
    assert steps["host"] < steps["n"] / 20


def test_a_limit_ends_the_walk(db):
    db.run("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) INSERT INTO log_record(level, message) SELECT 'info', 'm' FROM n")
    for types in (None, "log_entry"):
        count = [0]
        db.connection.set_progress_handler(lambda count=count: count.__setitem__(0, count[0] + 1), 100)
        assert len(recall(db, max_rows=10, **({"types": types} if types else {}))) == 10
        db.connection.set_progress_handler(None, 0)
        assert count[0] < 50


# ---- The model of recall ----

START = datetime(2026, 1, 30, tzinfo=timezone.utc)
NAMES = st.sampled_from(["a", "b", "d.e", 'q"', "é", "", "A", "a/b"])
VALUES = st.sampled_from([1, 2, "1", "x", None, True, 1.5])
DOCUMENTS = st.dictionaries(NAMES, VALUES, max_size=3)
FORMS = [lambda t: t.strftime("%Y-%m-%dT%H:%M:%S.") + f"{t.microsecond // 1000:03}Z", lambda t: t.strftime("%Y-%m-%d %H:%M:%S.%f")[:23],
         lambda t: t.astimezone(timezone(timedelta(hours=5, minutes=30))).isoformat(timespec="milliseconds"), lambda t: t.isoformat(timespec="milliseconds")]
MOMENTS = st.integers(0, 96).map(lambda half: START + timedelta(minutes=30 * half, milliseconds=half % 3))
TYPES = ["log_entry", "audit_event", "metric_datapoint", "service_correlation", "theirs", None]
SCOPES = st.sampled_from([None, "local", "community"])
ROWS = st.lists(st.tuples(MOMENTS, st.sampled_from(FORMS[:1] * 3 + FORMS), st.sampled_from(TYPES), SCOPES,
                          st.none() | DOCUMENTS.map(json.dumps) | DOCUMENTS.map(lambda d: json.dumps(d, ensure_ascii=False)) | st.just("{bad")), max_size=12)
ASKED = st.sampled_from([None, "log_entry", "audit_event", "service_interaction", '["log_entry","metric_datapoint"]'])
FILTERS = st.fixed_dictionaries({"types": ASKED, "scope": SCOPES, "tags": st.none() | DOCUMENTS, "since": st.none() | MOMENTS, "until": st.none() | MOMENTS,
                                 "hours": st.sampled_from([None, 1, 30]), "max_rows": st.sampled_from([None, 1, 3])})


def same(have, wanted):
    """As SQLite compares values of JSON: true is 1, a text is no number."""
    return isinstance(have, str) == isinstance(wanted, str) and have == wanted


def fits(tags, wanted):
    try:
        have = json.loads(tags or "{}")
    except ValueError:
        have = {}
    return all(same(have.get(name), value) for name, value in wanted.items())


def expected(rows, asked, now):
    until = asked["until"] or now
    since = asked["since"] or until - timedelta(hours=asked["hours"] or 24)
    types = json.loads(asked["types"]) if (asked["types"] or "").startswith("[") else [asked["types"]]
    types += ["service_correlation"] if "service_interaction" in types else []
    found = [(moment, number) for number, (moment, _, type, scope, tags) in enumerate(rows)
             if since <= moment <= until and (types == [None] or type in types) and asked["scope"] in (None, scope) and fits(tags, asked["tags"] or {})]
    return [number for _, number in sorted(found)][:asked["max_rows"] or 1000]


@pytest.fixture(scope="module")
def model():
    databases = []
    for paths in ((), ("$.a", '$."d.e"')):
        db = Database(":memory:")
        db.run("SELECT lore_migrate('metrics')")
        for path in paths:
            db.run("SELECT lore_index('correlations', ?)", path)
        databases.append(db)
    yield databases
    for db in databases:
        db.close()


@settings(max_examples=300, deadline=None)
@given(rows=ROWS, asked=FILTERS, indexed=st.booleans(), now=MOMENTS)
@example(rows=[], asked=dict.fromkeys(["types", "scope", "tags", "since", "until", "hours", "max_rows"]), indexed=True, now=START)
def test_recall_gives_what_the_model_gives(model, rows, asked, indexed, now):
    db = model[indexed]
    rows = [row for row in rows if not (indexed and row[4] == "{bad")]  # such an index takes JSON only
    db.run("DELETE FROM correlations")
    db.run("SELECT lore_clock(?)", FORMS[0](now))
    for number, (moment, form, type, scope, tags) in enumerate(rows):
        db.run("INSERT INTO correlations(correlation_id, correlation_type, timestamp, scope, tags) VALUES (?, ?, ?, ?, ?)",
               str(number), type, form(moment), scope, tags)
    arguments = {name: value for name, value in asked.items() if value is not None}
    for name in ("since", "until"):
        if name in arguments:
            arguments[name] = FORMS[0](arguments[name])
    if "tags" in arguments:
        arguments["tags"] = json.dumps(arguments["tags"])
    if asked["since"] and asked["since"] > (asked["until"] or now):
        with raises_sql("until must not lie before", BAD_ARGUMENT):
            recall(db, **arguments)
        return
    assert [int(id) for id, in recall(db, **arguments)] == expected(rows, asked, now)
    assert [time for time, in recall(db, "time", **arguments)] == [FORMS[0](rows[n][0]) for n in expected(rows, asked, now)]


# ---- Points of series in recall ----

def point(db, name, at, value=1.0, tags=None):
    db.run("INSERT INTO metric_record(name, value, tags, at) VALUES (?, ?, ?, ?)", name, value, tags, at)


def test_points_of_series_are_shown_among_the_rows(db):
    log(db, "one", at="2026-01-31T11:00:00Z"), log(db, "two", at="2026-01-31T11:30:00Z")
    point(db, "cpu", "2026-01-31T11:15:00.250Z", 0.5, '{"host": "a1"}'), point(db, "cpu", "2026-01-31T11:45:00Z", 0.75, '{"host": "a1"}')
    for sealed in (0, 2):
        assert db.run("SELECT * FROM timeseries_recall(2)") == [
            ("2026-01-31T11:00:00.000Z", "log_entry", None, None, "info", "message one", None, None, "one"),
            ("2026-01-31T11:15:00.250Z", "metric_datapoint", "cpu", 0.5, None, None, '{"host":"a1"}', None, None),
            ("2026-01-31T11:30:00.000Z", "log_entry", None, None, "info", "message two", None, None, "two"),
            ("2026-01-31T11:45:00.000Z", "metric_datapoint", "cpu", 0.75, None, None, '{"host":"a1"}', None, None)]
        assert db.value("SELECT metric_seal()") == 2 - sealed


def test_points_are_shown_when_their_type_is_asked_for_and_no_scope(db):
    point(db, "cpu", NOW), log(db, "one", scope="local", at=NOW)
    for types, expected in [(None, ["one", None]), ("metric_datapoint", [None]), ("METRIC_DATAPOINT", [None]), ("log_entry", ["one"]), ("audit_event", []),
                            ('["log_entry", "metric_datapoint"]', ["one", None]), ('["log_entry", "service_interaction"]', ["one"])]:
        assert [id for id, in recall(db, types=types)] == expected
        assert [id for id, in recall(db, types=types, scope="local")] == [id for id in expected if id]


def test_the_window_is_the_same_for_points(db):
    for minute in (0, 1, 2, 3):
        point(db, "cpu", f"2026-01-31T11:0{minute}:00Z", minute)
    for since, until, expected in [("2026-01-31T11:01Z", "2026-01-31T11:02Z", [1, 2]), ("2026-01-31T11:01:00.001Z", "2026-01-31T11:01:59.999Z", []),
                                   ("2026-01-31T11:03Z", None, [3]), (None, "2026-01-31T11:00Z", [0]), ("2026-01-31T11:02Z", "2026-01-31T11:02Z", [2])]:
        assert [value for value, in recall(db, "value", since=since, until=until)] == expected


def test_rows_of_a_moment_come_before_its_points_and_those_by_name(db):
    for name, tags in (("b", '{"x": 2}'), ("b", '{"x": 1}'), ("a", None)):
        point(db, name, NOW, 1, tags)
    log(db, "one", at=NOW), log(db, "two", at=NOW)
    db.run("INSERT INTO correlations(correlation_id, correlation_type, timestamp, metric_name) VALUES ('x', 'metric_datapoint', '2026-01-31 12:00:00', 'z')")
    everything = [(None, "one"), (None, "two"), ("z", "x"), ("a", None), ("b", None), ("b", None)]
    for most in range(1, 8):
        assert recall(db, "name, correlation_id", max_rows=most) == everything[:most]
    assert recall(db, "tags", types="metric_datapoint")[2:] == [('{"x":1}',), ('{"x":2}',)]


def test_tags_of_points_compare_as_text(db):
    point(db, "cpu", NOW, 1, '{"port": 80, "host": "a1"}'), point(db, "cpu", NOW, 2, '{"port": "81"}'), point(db, "cpu", NOW, 3)
    for tags, expected in [("{}", [3, 2, 1]), ('{"port": "80"}', [1]), ('{"port": 81}', [2]), ('{"host": null}', [3, 2]), ('{"host": ["a1"]}', []), ('{"no": 1}', [])]:
        assert sorted(value for value, in recall(db, "value", tags=tags)) == sorted(expected)


def test_of_many_points_the_oldest_are_shown(db):
    """A series is left as soon as its points are too new, so damage behind that is not seen."""
    for name, step in (("dense", 1), ("late", 1), ("sparse", 100)):
        first = "2026-01-31T09:00:00Z" if name == "late" else "2026-01-31T08:00:00Z"
        db.run("INSERT INTO metric_record(name, value, at) WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 2999) "
               "SELECT ?, i, CAST(strftime('%s', ?) AS INTEGER)*1000 + ?*i FROM n", name, first, step)
    db.run("SELECT metric_seal()")
    db.run("UPDATE metric_chunks SET data = x'00' WHERE start_ts > (SELECT min(start_ts) FROM metric_chunks) AND series_id = 1 OR series_id = 2")
    everything = sorted([(i, 0, "dense", i) for i in range(1024)] + [(100 * i, 1, "sparse", i) for i in range(3000)])
    for most in (1, 10, 1000, 1024):
        assert recall(db, "name, value", max_rows=most) == [(name, value) for _, _, name, value in everything[:most]]
    for most in (1025, 10**9):
        with raises_sql("timeseries_recall: chunk 2 of series 1 is no chunk, or a damaged one"):
            recall(db, max_rows=most)


@settings(max_examples=200, deadline=None)
@given(rows=st.lists(st.tuples(MOMENTS, st.sampled_from(FORMS), st.sampled_from(["log_entry", "metric_datapoint"])), max_size=6), asked=FILTERS, now=MOMENTS,
       series=st.lists(st.tuples(st.sampled_from(["a", "b", "c"]), st.sampled_from([{}, {"a": "x"}, {"a": "1", "b": "x"}]),
                                 st.dictionaries(MOMENTS, st.integers(0, 9), max_size=8), st.booleans()), max_size=4))
def test_recall_with_points_gives_what_the_model_gives(model, rows, asked, now, series):
    db = model[False]
    for table in ("correlations", "metric_series", "metric_tags", "metric_recent", "metric_chunks", "metric_dirty"):
        db.run(f"DELETE FROM {table}")
    db.run("SELECT lore_clock(?)", FORMS[0](now))
    for number, (moment, form, type) in enumerate(rows):
        db.run("INSERT INTO correlations(correlation_id, correlation_type, timestamp) VALUES (?, ?, ?)", str(number), type, form(moment))
    known = {}
    for name, tags, points, sealed in series:
        for moment, value in points.items():
            point(db, name, FORMS[0](moment), value, json.dumps(tags))
            known.setdefault((name, json.dumps(tags, separators=(",", ":"))), {})[moment] = value
        if sealed:
            db.run("SELECT metric_seal()")
    asked = asked | {"tags": {name: value for name, value in (asked["tags"] or {}).items() if name in ("a", "b")}}
    arguments = {name: FORMS[0](value) if name in ("since", "until") else json.dumps(value) if name == "tags" else value
                 for name, value in asked.items() if value is not None}
    until = asked["until"] or now
    since = asked["since"] or until - timedelta(hours=asked["hours"] or 24)
    if since > until:
        return
    types = json.loads(asked["types"]) if (asked["types"] or "").startswith("[") else [asked["types"]]
    found = [(moment, 0, number, "", str(number), None) for number, (moment, _, type) in enumerate(rows)
             if since <= moment <= until and asked["scope"] is None and (types == [None] or type in types) and all(value is None for value in asked["tags"].values())]
    text = {True: "true", None: None}
    found += [(moment, 1, name, tags, None, value) for (name, tags), points in known.items() for moment, value in points.items()
              if since <= moment <= until and asked["scope"] is None and (types == [None] or "metric_datapoint" in types)
              and all(json.loads(tags).get(key) == text.get(value, str(value)) for key, value in asked["tags"].items())]
    expected = [(FORMS[0](moment), id, value) for moment, _, _, _, id, value in sorted(found, key=lambda row: row[:4])][:asked["max_rows"] or 1000]
    assert recall(db, "time, correlation_id, value", **arguments) == expected


# ---- log_search ----

def search(db, arguments=""):
    return db.column(f"SELECT message FROM log_search({arguments})")


def test_a_level_means_at_least_that_one(db):
    for number, level in enumerate(["debug", "info", "warning", "error", "critical"]):
        call(db, "log_record", level=level, message=level, service_type="odd" if number % 2 else "even", at=f"2026-01-0{number + 1}")
    db.run("INSERT INTO correlations(correlation_id, log_level, message, timestamp) VALUES ('x', 'ERROR', 'theirs', '2026-01-04 12:00:00')")
    everything = ["critical", "theirs", "error", "warning", "info", "debug"]
    assert search(db) == everything
    for count, level in enumerate(["critical", "error", "warning", "info", "debug"]):
        assert search(db, f"'{level}'") == everything[:[1, 3, 4, 5, 6][count]]
    for level in ("debug", "warning"):
        assert search(db, f"'{level}', 'ERR'") == ["error"]
        assert search(db, f"'{level}', NULL, '2026-01-03', '2026-01-04T12:00:00Z'") == ["theirs", "error", "warning"]
        assert search(db, f"'{level}', NULL, NULL, NULL, 'odd', 1") == ["error"]
    with raises_sql("log_search: level must be one of debug", BAD_ARGUMENT):
        search(db, "'warn'")
    with raises_sql("log_search: until must not lie before", BAD_ARGUMENT):
        search(db, "'error', NULL, '2026-01-02', '2026-01-01'")


# ---- trace_of ----

def span(db, id, parent=None, minute=0, **more):
    call(db, "correlation_record", correlation_type="trace_span", service_type="s", trace_id="t", span_id=id, parent_span_id=parent,
         id=f"{id}{minute}", at=f"2026-01-01T00:{minute:02}:00Z", **more)


def test_a_trace_is_shown_in_the_order_of_time_with_its_depth(db):
    span(db, "root", None, 0), span(db, "child", "root", 1), span(db, "leaf", "child", 2), span(db, "other", "root", 3), span(db, "lost", "elsewhere", 4)
    call(db, "log_record", level="info", message="m", trace_id="t", at="2026-01-01T00:05Z")
    call(db, "log_record", level="info", message="m", trace_id="t2", at="2026-01-01T00:05Z")
    db.run("INSERT INTO correlations(correlation_id, trace_id, parent_span_id, timestamp) VALUES ('w', 't', 'leaf', '2026-01-01 00:06:00'), "
           "('v', 't', 'nowhere', '2026-01-01 00:07:00')")
    assert db.run("SELECT depth, span_id, substr(time, 15, 2) FROM trace_of('t')") == [
        (0, "root", "00"), (1, "child", "01"), (2, "leaf", "02"), (1, "other", "03"), (0, "lost", "04"), (0, None, "05"), (3, None, "06"), (0, None, "07")]
    assert db.run("SELECT * FROM trace_of('nothing')") == []


def test_spans_in_a_circle_have_no_depth(db):
    span(db, "a", "b", 0), span(db, "b", "a", 1), span(db, "c", "b", 2), span(db, "self", "self", 3), span(db, "below", "self", 4)
    db.run("INSERT INTO correlations(correlation_id, trace_id, parent_span_id, timestamp) VALUES ('w', 't', 'a', '2026-01-01 00:06:00')")
    assert db.run("SELECT depth, correlation_id FROM trace_of('t')") == [
        (None, "a0"), (None, "b1"), (None, "c2"), (0, "self3"), (1, "below4"), (None, "w")]


def test_a_span_of_many_rows_is_one_span(db):
    span(db, "root", None, 0)
    for minute in range(1, 41):
        span(db, f"s{minute // 4}", f"s{minute // 4 - 1}" if minute >= 4 else "root", minute)
    rows = db.run("SELECT depth, span_id FROM trace_of('t')")
    assert len(rows) == 41 and all(depth == (0 if id == "root" else int(id[1:]) + 1) for depth, id in rows)


# ---- The file ----

def test_a_table_of_other_software_is_taken_over(bare):
    bare.run("CREATE TABLE correlations (correlation_id TEXT PRIMARY KEY, service_type TEXT NOT NULL, handler_name TEXT NOT NULL, action_type TEXT, "
             "correlation_type TEXT, status TEXT, timestamp TEXT, request_data TEXT, response_data TEXT, metric_name TEXT, metric_value REAL, "
             "log_level TEXT, message TEXT, trace_id TEXT, span_id TEXT, parent_span_id TEXT, tags TEXT, scope TEXT, retention_policy TEXT, "
             "created_at TEXT, updated_at TEXT, extra INTEGER)")
    bare.run("INSERT INTO correlations(correlation_id, service_type, handler_name, correlation_type, timestamp) "
             "VALUES ('old', 's', 'h', 'audit_event', '2026-01-31T11:00:00+00:00')")
    bare.run("SELECT lore_migrate('metrics')")
    bare.run("SELECT lore_clock(?)", NOW)
    assert bare.column("SELECT correlation_id FROM timeseries_recall()") == ["old"]
    with raises_sql("log_record: NOT NULL constraint failed: correlations.service_type"):
        bare.run("SELECT log_record('info', 'm')")
    bare.run("SELECT correlation_record('audit_event', 's', NULL, 'h')")
    assert len(bare.run("SELECT 1 FROM timeseries_recall()")) == 2


def test_the_figures_tell_how_many_rows_there_are(db):
    log(db, "a")
    db.run("INSERT INTO correlations(correlation_id, timestamp) VALUES ('x', '2026-01-01 00:00:00'), ('y', NULL)")
    assert dict(db.run("SELECT name, value FROM lore_info WHERE name LIKE 'metrics.correlations%'")) == {
        "metrics.correlations": 3, "metrics.correlations_other_time": 1}
