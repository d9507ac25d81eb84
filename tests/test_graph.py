"""Nodes and facts: versions, scopes, time, what a deletion takes along, requests for identity."""
import json

import pytest

from graph_calls import (NOW, attributes_of, call, day, edge, edges, end, facts_of, graph_of, merge, node, nodes, pin, read, row_of)
from support import BAD_ARGUMENT, REFUSED, assert_same, dump, raises_sql


@pytest.fixture(autouse=True)
def clock(db):
    pin(db)


def history(db, id="a", scope="local"):
    return [(version, type, read(attributes), by, written, replaced) for version, type, attributes, by, written, replaced in db.run(
        "SELECT version, type, attributes, written_by, written_at, replaced_at FROM graph_history WHERE id = ? AND scope = ? ORDER BY version",
        id, scope)]


# ---- Nodes ----

def test_a_new_node_is_stored_with_who_and_when(db):
    assert db.value("SELECT graph_put_node('a', 'local', 'Concept', '{\"n\": 1}', NULL, 'ann', '2026-01-05')") == 1
    row = row_of(db, "a")
    assert (row["type"], row["attributes"], row["version"]) == ("concept", {"n": 1}, 1)
    assert (row["created_by"], row["created_at"]) == ("ann", day(5))
    assert history(db) == []


def test_the_same_node_again_changes_nothing(db):
    assert node(db, "a", attributes='{"n": 1}', by="ann") == 1
    before = dump(db)
    pin(db, "2026-02-01")
    assert node(db, "a", type="CONCEPT", attributes='{"n": 1}', by="bob") == node(db, "a") == merge(db, "a", {"n": 1}) == merge(db, "a", {}) == 1
    assert_same(before, dump(db))


@pytest.mark.parametrize("text", ['{"b": 1.50, "a":1e2}', '{ "n" : 9007199254740993 }', '{"á":"\\u00e1","😀":[]}', "{}"])
def test_attributes_are_stored_as_given(db, text):
    node(db, "a", attributes=text)
    assert attributes_of(db, "a") == text
    node(db, "a", attributes='{"x": 1}')
    node(db, "a", attributes=text)
    assert attributes_of(db, "a") == text
    assert db.column("SELECT attributes FROM graph_history ORDER BY version") == [text, '{"x": 1}']


def test_without_attributes_a_known_node_keeps_its_own(db):
    node(db, "a", attributes='{"n": 1}', by="ann")
    assert node(db, "a", type="agent", by="bob", at=day(21)) == 2
    row = row_of(db, "a")
    assert (row["type"], row["attributes"]) == ("agent", {"n": 1})
    assert (row["created_by"], row["created_at"], row["updated_by"], row["updated_at"]) == ("ann", NOW, "bob", day(21))
    assert node(db, "new") == 1 and row_of(db, "new")["attributes"] == {}


def test_put_replaces_the_attributes_and_merge_keeps_what_it_does_not_name(db):
    node(db, "a", attributes={"n": 1, "deep": {"x": 1, "y": 2}, "gone": True})
    assert merge(db, "a", {"deep": {"x": 3}, "gone": None, "more": [1]}) == 2
    assert row_of(db, "a")["attributes"] == {"n": 1, "deep": {"x": 3}, "gone": None, "more": [1]}
    assert node(db, "a", attributes={"n": 2}) == 3
    assert row_of(db, "a")["attributes"] == {"n": 2}
    assert merge(db, "new", {"n": 1}) == 1 and row_of(db, "new")["attributes"] == {"n": 1}


def test_merge_leaves_the_other_members_as_they_were_written(db):
    node(db, "a", attributes='{"price": 1.50, "id": 9007199254740993, "exp": 1E5, "esc": "\\u00e1\\/", "n": 1}')
    merge(db, "a", '{"n": 2.0}')
    for written in ('1.50', '9007199254740993', '1E5', '"\\u00e1\\/"', '2.0'):
        assert written in attributes_of(db, "a")


def test_each_replaced_version_is_kept(db):
    node(db, "a", attributes={"n": 1}, by="ann", at=day(1))
    merge(db, "a", {"m": 2}, by="bob", at=day(2))
    node(db, "a", type="agent", at=day(3))
    assert history(db) == [(1, "concept", {"n": 1}, "ann", day(1), day(2)), (2, "concept", {"n": 1, "m": 2}, "bob", day(2), day(3))]
    assert row_of(db, "a")["version"] == 3
    assert db.value("SELECT count(*) FROM graph_history") == 2


@pytest.mark.parametrize("verb", ["graph_put_node", "graph_merge_node"])
@pytest.mark.parametrize("versions, expected, is_written", [
    (0, None, True), (0, 0, True), (0, 1, False), (1, 0, False), (1, 1, True), (1, 2, False), (3, 3, True), (3, 2, False), (3, 0, False)])
def test_a_writer_that_has_read_another_version_is_refused(db, verb, versions, expected, is_written):
    for n in range(versions):
        node(db, "a", attributes={"n": n})
    before = dump(db)
    arguments = {"id": "a", "scope": "local", "type": "concept", "expected_version": expected}
    if is_written:
        assert call(db, verb, **arguments, attributes={"n": "mine"}) == versions + 1
    for attributes in ({"n": "late"}, {"n": versions - 1}) if not is_written else ():
        with raises_sql(f"{verb}: ", REFUSED) as caught:
            call(db, verb, **arguments, attributes=attributes)
        assert (str(versions) if versions else "no node") in caught.message and str(expected) in caught.message
        assert_same(before, dump(db))


def test_each_scope_knows_its_own_nodes(db):
    node(db, "a", "local", attributes={"n": 1})
    node(db, "a", "community", "agent")
    assert (row_of(db, "a")["type"], row_of(db, "a", "community")["type"]) == ("concept", "agent")
    nodes(db, ["b"])
    edge(db, "a", "b")
    with raises_sql("'b'", REFUSED):
        edge(db, "a", "b", "community")


@pytest.mark.parametrize("changed, named", [
    ({"scope": "global"}, "scope"), ({"type": "a b"}, "type"), ({"type": "é"}, "type"), ({"type": "a-b"}, "type"),
    ({"attributes": "[]"}, "attributes"), ({"attributes": "1"}, "attributes"), ({"attributes": "{'a': 1}"}, "attributes"),
    ({"expected_version": "x"}, "expected_version"), ({"expected_version": -1}, "expected_version")])
def test_what_is_no_node_is_named(db, changed, named):
    before = dump(db)
    for verb in ("graph_put_node", "graph_merge_node"):
        with raises_sql(f"{verb}: {named} ", BAD_ARGUMENT):
            call(db, verb, **{"id": "a", "scope": "local", "type": "concept", "attributes": "{}", **changed})
    assert_same(before, dump(db))


@pytest.mark.parametrize("word", ["agent", "user", "channel", "concept", "config", "tsdb_data", "X_1", "9", "_"])
def test_a_type_is_any_word_in_lower_case(db, word):
    node(db, "a", type=word)
    assert row_of(db, "a")["type"] == word.lower()


# ---- What a scope asks for ----

def test_environment_wants_to_know_who(db):
    for verb in ("graph_put_node", "graph_merge_node"):
        with raises_sql("by", BAD_ARGUMENT):
            call(db, verb, id="a", scope="environment", type="concept")
    assert node(db, "a", "environment", by="ann") == 1
    with raises_sql("by", BAD_ARGUMENT):
        edge(db, "a", "a", "environment")
    assert edge(db, "a", "a", "environment", by="ann")


def test_network_wants_to_know_who_and_where_it_comes_from(db):
    source = {"provenance": "mail 17"}
    for given in ({}, {"by": "ann"}, {"attributes": source}, {"by": "ann", "attributes": {"from": "x"}}):
        for verb in (node, lambda db, id, scope, **more: merge(db, id, scope=scope, **{"attributes": {}, **more})):
            with raises_sql("provenance" if "by" in given else "by", BAD_ARGUMENT):
                verb(db, "a", "network", **given)
    assert node(db, "a", "network", by="ann", attributes=source) == 1
    assert merge(db, "a", {"n": 1}, "network", by="ann") == 2, "it is there already"
    assert node(db, "a", "network", "agent", by="ann") == 3
    with raises_sql("provenance", BAD_ARGUMENT):
        node(db, "a", "network", by="ann", attributes={"n": 1})
    for given in ({"by": "ann"}, {"attributes": source}):
        with raises_sql("provenance" if "by" in given else "by", BAD_ARGUMENT):
            edge(db, "a", "a", "network", **given)
    first = edge(db, "a", "a", "network", by="ann", attributes=source)
    assert edge(db, "a", "a", "network", by="ann", weight=2, at=day(21)) > first, "a fact keeps its own too"
    assert row_of(db, "a", "network")["attributes"] == {**source, "n": 1}


# ---- Facts in time ----

def test_a_fact_is_stored_with_its_times(db):
    nodes(db, "ab")
    id = edge(db, "a", "b", relationship="Likes", by="ann", valid_from="2026-01-03", at=day(5))
    assert facts_of(db, "edge_id, source, target, scope, relationship, weight, created_by, valid_from, recorded_at, valid_to, superseded_at") == [
        (id, "a", "b", "local", "Likes", 1.0, "ann", day(3), day(5), None, None)]
    assert edge(db, "a", "b", relationship="likes") != id, "told apart by case"
    assert edge(db, "b", "a", relationship="Likes") != id
    assert facts_of(db, "valid_from")[1] == (NOW,)


def test_the_same_fact_again_changes_nothing(db):
    nodes(db, "ab")
    id = edge(db, "a", "b", weight=2, attributes={"n": 1}, valid_from=day(3))
    before = dump(db)
    pin(db, "2026-02-01")
    for more in ({}, {"weight": 2}, {"attributes": {"n": 1}}, {"valid_from": day(3)}, {"weight": 2.0, "attributes": {"n": 1}, "valid_from": day(3)}):
        assert edge(db, "a", "b", **more) == id
    assert_same(before, dump(db))


def test_what_a_change_does_not_name_stays(db):
    nodes(db, "ab")
    edge(db, "a", "b", weight=2, attributes={"n": 1}, at=day(1))
    edge(db, "a", "b", weight=3, at=day(2))
    edge(db, "a", "b", attributes={"m": 1}, at=day(3))
    assert [(weight, read(attributes)) for weight, attributes in facts_of(db, "weight, attributes")] == [(2, {"n": 1}), (3, {"n": 1}), (3, {"m": 1})]


def test_a_change_ends_the_fact_and_begins_it_anew(db):
    nodes(db, "ab")
    ids = [edge(db, "a", "b", weight=weight, at=day(n)) for n, weight in ((1, 1), (5, 2), (9, 3))]
    assert len(set(ids)) == 3
    assert facts_of(db) == [("a", "b", 1, day(1), day(5), None), ("a", "b", 2, day(5), day(9), None), ("a", "b", 3, day(9), None, None)]
    edge(db, "a", "b", weight=4, valid_from=day(10), at=day(15))
    assert facts_of(db)[2:] == [("a", "b", 3, day(9), day(10), None), ("a", "b", 4, day(10), None, None)]


@pytest.mark.parametrize("begin", [3, 2])
def test_a_change_from_its_begin_on_is_a_correction(db, begin):
    nodes(db, "ab")
    first = edge(db, "a", "b", weight=1, at=day(3))
    second = edge(db, "a", "b", weight=2, valid_from=day(begin), at=day(7))
    assert second != first
    assert facts_of(db) == [("a", "b", 1, day(3), None, day(7)), ("a", "b", 2, day(begin), None, None)]
    assert db.column("SELECT weight FROM graph_walk('a') WHERE depth = 1 AND in_as_of = ?", day(5)) == [2], "as if it had never been so"


def test_a_fact_that_turns_out_to_be_older_begins_earlier(db):
    nodes(db, "ab")
    edge(db, "a", "b", at=day(5))
    edge(db, "a", "b", valid_from=day(2), at=day(7))
    assert [fact.valid_from for fact in graph_of(db).held()] == [day(2)]
    assert [len(graph_of(db).held(as_of=day(n))) for n in (1, 2, 3, 6)] == [0, 1, 1, 1]


def test_a_fact_cannot_begin_in_the_future(db):
    nodes(db, "ab")
    with raises_sql("valid_from", BAD_ARGUMENT):
        edge(db, "a", "b", valid_from=day(6), at=day(5))
    with raises_sql("valid_from", BAD_ARGUMENT):
        edge(db, "a", "b", valid_from="2026-01-20T12:00:00.001Z")
    assert facts_of(db) == []


def test_a_fact_cannot_begin_before_its_earlier_form_has_ended(db):
    nodes(db, "ab")
    edge(db, "a", "b", at=day(1))
    assert end(db, "a", "b", at=day(5)) == 1
    before = dump(db)
    for more in ({"valid_from": day(4), "at": day(9)}, {"at": day(4)}, {"valid_from": day(1)}):
        with raises_sql("graph_put_edge: valid_from", REFUSED):
            edge(db, "a", "b", **more)
        assert_same(before, dump(db))
    edge(db, "a", "b", weight=2, valid_from=day(5), at=day(9))
    with raises_sql("graph_put_edge: valid_from", REFUSED):
        edge(db, "a", "b", weight=3, valid_from=day(4), at=day(9))
    edge(db, "a", "b", weight=3, valid_from=day(5), at=day(9))
    assert facts_of(db) == [("a", "b", 1, day(1), day(5), None), ("a", "b", 2, day(5), None, day(9)), ("a", "b", 3, day(5), None, None)]


@pytest.mark.parametrize("source, target, missing", [("a", "x", "x"), ("x", "a", "x"), ("x", "x", "x"), ("a", "c", "c")])
def test_a_fact_needs_both_nodes_in_its_scope(db, source, target, missing):
    nodes(db, "ab"), nodes(db, "c", "community")
    before = dump(db)
    with raises_sql(f"'{missing}'", REFUSED):
        edge(db, source, target)
    assert_same(before, dump(db))


def test_an_ended_fact_stays_and_can_begin_again(db):
    nodes(db, "ab")
    first = edge(db, "a", "b", weight=2, attributes={"n": 1}, at=day(1))
    assert db.value("SELECT graph_end_edge('a', 'b', 'local', 'knows', '2026-01-04')") == 1
    assert end(db, "a", "b", at=day(9)) == 0
    assert facts_of(db) == [("a", "b", 2, day(1), day(4), None)], "nothing is deleted, nor ended twice"
    again = edge(db, "a", "b", at=day(6))
    assert again != first
    assert facts_of(db)[1] == ("a", "b", 1, day(6), None, None), "a new fact, which keeps nothing"
    assert end(db, "a", "b", at=day(6)) == 1, "it may end where it has begun"
    assert [len(graph_of(db).held(as_of=day(n))) for n in (1, 3.5, 4, 5, 6, 7)] == [1, 1, 0, 0, 0, 0]


def test_only_a_fact_that_has_begun_can_end(db):
    nodes(db, "ab")
    with raises_sql("graph_end_edge: ", REFUSED):
        end(db, "a", "b")
    edge(db, "a", "b", at=day(5))
    before = dump(db)
    for wrong in ({"at": day(4)}, {"relationship": "Knows"}, {"scope": "community"}, {"source": "b", "target": "a"}):
        with raises_sql("graph_end_edge: ", REFUSED):
            end(db, **{"source": "a", "target": "b", **wrong})
    assert_same(before, dump(db))


def test_no_second_current_fact_is_possible_by_any_sql(db):
    nodes(db, "ab")
    edge(db, "a", "b", at=day(1))
    columns = [row[1] for row in db.run("PRAGMA table_info(graph_edges)") if row[1] != "edge_id"]
    copy = f"INSERT INTO graph_edges({', '.join(columns)}) SELECT {', '.join(columns)} FROM graph_edges WHERE valid_to IS NULL LIMIT 1"
    with raises_sql("UNIQUE"):
        db.run(copy)
    end(db, "a", "b", at=day(2)), edge(db, "a", "b", at=day(3))
    for again in ("UPDATE graph_edges SET valid_to = NULL", "UPDATE graph_edges SET valid_to = NULL WHERE weight = 1 AND valid_to IS NOT NULL"):
        with raises_sql("UNIQUE"):
            db.run(again)
    assert len(graph_of(db).held()) == 1


@pytest.mark.parametrize("weight", ["heavy", "1e999", b"1"])
def test_a_weight_is_a_finite_number(db, weight):
    nodes(db, "ab")
    with raises_sql("graph_put_edge: weight ", BAD_ARGUMENT):
        edge(db, "a", "b", weight=weight)


# ---- Deleting ----

def test_a_node_goes_with_its_edges_and_its_history(db):
    edges(db, "a>b b>a a>a b>c", at=day(1))
    node(db, "a", attributes={"n": 1}), nodes(db, "a", "community")
    end(db, "b", "a", at=day(2)), edge(db, "a", "b", weight=2, at=day(3)), edge(db, "a", "b", weight=3, valid_from=day(3), at=day(4))
    assert db.value("SELECT graph_delete_node('a', 'local')") == 1 + 5, "also ended ones, and what was superseded"
    assert [(source, target) for source, target, *_ in facts_of(db)] == [("b", "c")]
    assert history(db) == [] and row_of(db, "a") is None
    assert row_of(db, "a", "community") and row_of(db, "b")
    assert node(db, "a") == 1, "it begins anew"


def test_an_unknown_node_cannot_be_deleted(db):
    nodes(db, "a", "community")
    with raises_sql("'a'", REFUSED):
        call(db, "graph_delete_node", id="a", scope="local")


def test_what_came_from_a_source_is_forgotten_and_nothing_else(db):
    source, other = {"provenance": "mail 17"}, {"provenance": "mail 1"}
    node(db, "a", attributes=source), node(db, "b", attributes=other), node(db, "c"), node(db, "d", "network", attributes=source, by="ann")
    node(db, "e", attributes={"n": "mail 17", "deep": source})
    edge(db, "a", "b", at=day(1)), edge(db, "b", "c", at=day(1)), edge(db, "c", "b", attributes=source, at=day(1)), end(db, "c", "b", at=day(2))
    edge(db, "c", "c", attributes=source, at=day(1)), edge(db, "c", "c", attributes=other, at=day(2))
    node(db, "a", attributes={**source, "n": 2}), node(db, "b", attributes={**source, "n": 1}), node(db, "b", attributes=other)
    assert db.value("SELECT graph_forget('mail 17')") == 2 + 3
    assert db.run("SELECT id, scope FROM graph_nodes ORDER BY id") == [("b", "local"), ("c", "local"), ("e", "local")]
    assert [(s, t, read(a)) for s, t, a in facts_of(db, "source, target, attributes")] == [("b", "c", {}), ("c", "c", other)]
    assert [(version, attributes) for version, _, attributes, *_ in history(db, "b")] == [(1, other)] and history(db) == []
    before = dump(db)
    assert call(db, "graph_forget", source_event="mail 17") == call(db, "graph_forget", source_event="mail") == 0
    assert_same(before, dump(db))


# ---- Identity ----

REQUESTS = [
    ("graph_put_node", {"id": "me", "scope": "identity", "type": "agent", "attributes": '{"name": "Lore"}', "by": "ann"}),
    ("graph_merge_node", {"id": "me", "scope": "identity", "type": "agent", "attributes": '{"name": "Lore"}'}),
    ("graph_put_edge", {"source": "me", "target": "you", "scope": "identity", "relationship": "is", "weight": 2}),
    ("graph_end_edge", {"source": "me", "target": "you", "scope": "identity", "relationship": "is"}),
    ("graph_delete_node", {"id": "me", "scope": "identity"}),
    ("config_set", {"kind": "behavior_config", "patch": '{"tone": "warm"}', "reason": "asked for", "by": "ann"}),
    ("config_rollback", {"kind": "learning_rules", "version": 1})]


def all_but_requests(db):
    return {table: rows for table, rows in dump(db)["rows"].items() if table not in ("graph_approvals", "sqlite_sequence")}


@pytest.mark.parametrize("verb, arguments", REQUESTS, ids=[verb for verb, _ in REQUESTS])
def test_what_an_agent_is_changes_by_request_only(db, verb, arguments):
    before = all_but_requests(db)
    number = call(db, verb, **arguments)
    assert db.named("SELECT request, verb, status, requested_at, decided_by, decided_at FROM graph_approvals") == [
        {"request": number, "verb": verb, "status": "pending", "requested_at": NOW, "decided_by": None, "decided_at": None}]
    asked = json.loads(db.value("SELECT arguments FROM graph_approvals"))
    assert {name: asked[name] for name in arguments if name not in ("attributes", "patch")} == {
        name: value for name, value in arguments.items() if name not in ("attributes", "patch")}
    assert {"attributes", "patch"} & set(arguments) <= set(asked)
    assert all_but_requests(db) == before
    pin(db, "2026-02-01")
    assert call(db, verb, **arguments) == number, "the same call is the same request"
    changed = {name: "another" if name in ("by", "reason", "target", "id") else value for name, value in arguments.items()}
    changed |= {"version": 2} if "version" in arguments else {}
    assert call(db, verb, **changed) not in (number, None)
    assert db.column("SELECT status FROM graph_approvals") == ["pending", "pending"]


def test_a_request_that_is_wrong_is_an_error_at_once(db):
    with raises_sql("type", BAD_ARGUMENT):
        node(db, "me", "identity", "a b")
    with raises_sql("attributes", BAD_ARGUMENT):
        node(db, "me", "identity", attributes="[]")
    assert db.value("SELECT count(*) FROM graph_approvals") == 0


def test_a_rejected_request_comes_to_nothing(db):
    number, other = node(db, "me", "identity"), node(db, "you", "identity")
    pin(db, "2026-01-21")
    assert db.value("SELECT graph_reject(?, 'bob', 'no')", number) == 1
    assert call(db, "graph_reject", request=number, by="eve", reason="again") == 0
    assert db.run("SELECT request, status, decided_by, decided_at, reason FROM graph_approvals ORDER BY request") == [
        (number, "rejected", "bob", day(21), "no"), (other, "pending", None, None, None)]
    assert node(db, "me", "identity") not in (number, other), "asked for again, it waits again"
    with raises_sql("99", REFUSED):
        call(db, "graph_reject", request=99, by="bob", reason="no")


# ---- Both ways to call ----

def test_many_nodes_and_facts_come_from_a_query(db):
    db.run("CREATE TEMP TABLE people AS SELECT 'p' || value AS name, value AS n FROM json_each('[1, 2, 3]')")
    db.run("INSERT INTO graph_put_node(id, scope, type, attributes) SELECT name, 'local', 'user', json_object('n', n) FROM people")
    db.run("INSERT INTO graph_put_edge(source, target, scope, relationship, weight) "
           "SELECT a.name, b.name, 'local', 'before', b.n - a.n FROM people AS a JOIN people AS b ON a.n < b.n")
    assert facts_of(db, "source, target, weight") == [("p1", "p2", 1), ("p1", "p3", 2), ("p2", "p3", 1)]
    assert db.column("SELECT result FROM lore_results WHERE verb = 'graph_put_edge'") == db.column("SELECT edge_id FROM graph_edges ORDER BY edge_id")
    before = dump(db)
    with raises_sql("'p4'", REFUSED):
        db.run("INSERT INTO graph_put_edge(source, target, scope, relationship, weight) VALUES ('p3', 'p1', 'local', 'x', 1), ('p3', 'p4', 'local', 'x', 1)")
    assert_same(before, dump(db))


# ---- What other software has written ----

@pytest.mark.parametrize("attributes", ['{"a":foo}', "{bad", '{"a":"x}', "[1]", "null", "5", '{"a":1'])
def test_attributes_that_are_no_json_object_are_named_and_left_alone(db, attributes):
    node(db, "n"), db.run("UPDATE graph_nodes SET attributes = ?", attributes)
    before = dump(db)
    with raises_sql("graph_merge_node: node 'n' has attributes that are no JSON object", REFUSED):
        db.run("SELECT graph_merge_node('n', 'local', 'user', '{\"q\": 1}')")
    assert_same(before, dump(db))
    db.run("SELECT graph_put_node('n', 'local', 'user', '{\"q\": 1}')")
    assert db.value("SELECT attributes FROM graph_history") == attributes


@pytest.mark.parametrize("cleared", ["", "null", " null"])
@pytest.mark.parametrize("verb", ["graph_put_node", "graph_merge_node"])
def test_attributes_can_be_cleared(db, verb, cleared):
    node(db, "n", attributes={"a": 1}), db.run(f"SELECT {verb}('n', 'local', 'user', ?)", cleared)
    assert db.value("SELECT attributes FROM graph_nodes") == "{}"


def test_a_version_that_was_reset_goes_on_above_the_history(db):
    for color in ("red", "green", "blue"):
        node(db, "n", attributes={"color": color})
    db.run("UPDATE graph_nodes SET version = 1")
    assert db.value("SELECT graph_merge_node('n', 'local', 'user', '{\"color\": \"grey\"}', 1)") == 4
    db.run("DELETE FROM graph_nodes")
    assert db.value("SELECT graph_put_node('n', 'local', 'user', '{}', 0)") == 4
    assert db.column("SELECT version FROM graph_history ORDER BY version") == [1, 2, 3]


@pytest.mark.parametrize("version", ["9223372036854775807", "'abc'", "1.5", "x'00'", "-1"])
def test_a_version_that_is_none_is_named(db, version):
    node(db, "n"), db.run(f"UPDATE graph_nodes SET version = {version}")
    with raises_sql("graph_merge_node: node n has a version that is no whole number", REFUSED):
        db.run("SELECT graph_merge_node('n', 'local', 'user', '{\"q\": 1}')")


def test_forgetting_deletes_the_node_that_is_guilty_and_no_other(db):
    db.run("INSERT INTO graph_nodes(id, type, scope, attributes) VALUES ('n', 'user', 'local', '{}'),"
           " ('n' || char(0) || 'x', 'user', 'local', '{\"provenance\": \"e\"}'), (x'6e', 'user', 'local', '{\"provenance\": \"e\"}')")
    assert db.value("SELECT graph_forget('e')") == 2
    assert db.column("SELECT id FROM graph_nodes") == ["n"]


def test_forgetting_takes_requests_of_configurations_along(db):
    db.run("SELECT config_set('ethical_boundaries', '{\"provenance\": \"e\"}', 'a reason')")
    db.run("SELECT graph_forget('e')")
    assert db.value("SELECT count(*) FROM graph_approvals") == 0


def test_who_has_changed_a_fact_is_kept(db):
    for id in ("a", "b"):
        db.run("SELECT graph_put_node(?, 'environment', 'user', NULL, NULL, 'ann')", id)
    for by, weight in (("ann", 1), ("bob", 2)):
        db.run("SELECT graph_put_edge('a', 'b', 'environment', 'knows', ?, NULL, NULL, ?)", weight, by)
    assert db.rows("SELECT weight, created_by, recorded_by FROM graph_edges ORDER BY edge_id") == [(1, "ann", "ann"), (2, "ann", "bob")]


def test_a_notice_of_another_query_does_not_stay(db):
    node(db, "n"), db.run("SELECT * FROM graph_nodes_where('user', NULL, '$.a', 1)")
    assert "no index on $.a" in db.value("SELECT lore_notice()")
    db.run("SELECT * FROM graph_nodes_where('user')")
    assert db.value("SELECT lore_notice()") is None


def test_paths_that_differ_in_case_have_each_their_index(db):
    names = [db.value("SELECT lore_index('graph_nodes', ?)", path) for path in ("$.color", "$.Color", "$.COLOR", "$.Color")]
    assert len(set(names)) == 3 and names[1] == names[3]
