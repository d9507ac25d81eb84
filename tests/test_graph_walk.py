"""graph_walk: every node that can be reached, against the model on random graphs; and how often it runs in a join."""
import json
import random

import networkx
import pytest

from graph_calls import ask, day, edge, edges, end, fill, nodes, pin, questions, random_graph
from support import BAD_ARGUMENT, assert_same, dump, raises_sql

SEEDS = range(120)


@pytest.fixture(autouse=True)
def clock(db):
    pin(db)


def walk(db, *arguments):
    """node -> (depth, path)"""
    return {row["node"]: (row["depth"], json.loads(row["path"])) for row in ask(db, "graph_walk", *arguments)}


def reached(db, *arguments):
    return [row["node"] for row in ask(db, "graph_walk", *arguments)]


# ---- What a row says ----

def test_the_start_is_the_row_of_depth_0(db):
    id = edges(db, "a>b", weight=2.5)[0]
    rows = ask(db, "graph_walk", "a")
    assert [json.loads(row.pop("path")) for row in rows] == [["a"], ["a", "b"]]
    assert rows == [{"node": "a", "depth": 0, "edge_id": None, "weight": None}, {"node": "b", "depth": 1, "edge_id": id, "weight": 2.5}]


def test_a_start_that_is_no_node_gives_no_row(db):
    edges(db, "a>b"), nodes(db, "c", "community")
    assert ask(db, "graph_walk", "x") == ask(db, "graph_walk", "A") == ask(db, "graph_walk", "c", "local") == []
    assert reached(db, "c") == reached(db, "c", "community") == ["c"]


def test_each_node_comes_once_by_its_shortest_depth(db):
    edges(db, "a>b b>c c>d a>d d>a a>a d>e")
    assert walk(db, "a") == {"a": (0, ["a"]), "b": (1, ["a", "b"]), "d": (1, ["a", "d"]), "c": (2, ["a", "b", "c"]), "e": (2, ["a", "d", "e"])}
    assert [row["depth"] for row in ask(db, "graph_walk", "a")] == [0, 1, 1, 2, 2]


def test_it_goes_three_steps_unless_told(db):
    edges(db, "a>b b>c c>d d>e e>f")
    assert reached(db, "a") == list("abcd")
    for depth in range(7):
        assert reached(db, "a", None, depth) == list("abcdef")[:depth + 1]
    assert reached(db, "a", None, 1_000_000) == list("abcdef")


def test_it_stops_when_it_has_found_enough(db):
    edges(db, "a>b a>c b>d c>e d>f")
    whole = ask(db, "graph_walk", "a", None, 9)
    for most in range(1, 9):
        assert ask(db, "graph_walk", "a", None, 9, "out", None, None, most) == whole[:most]


@pytest.mark.parametrize("direction, nodes", [("out", "bcd"), ("in", "bcz"), ("both", "bcdz"), ("OUT", "bcd"), (None, "bcd")])
def test_the_direction_is_out_in_or_both(db, direction, nodes):
    edges(db, "b>c c>d z>b c>b")
    assert set(reached(db, "b", None, 9, direction)) == set(nodes)


@pytest.mark.parametrize("arguments, named", [
    (("a", "global"), "scope"), (("a", None, -1), "max_depth"), (("a", None, "far"), "max_depth"), (("a", None, 1.5), "max_depth"),
    (("a", None, 1, "up"), "direction"), (("a", None, 1, "out", None, "some day"), "as_of"), (("a", None, 1, "out", None, None, -1), "max_nodes")])
def test_a_wrong_argument_is_named(db, arguments, named):
    edges(db, "a>b")
    with raises_sql(f"graph_walk: {named} ", BAD_ARGUMENT):
        ask(db, "graph_walk", *arguments)


def test_the_start_must_be_given(db):
    with raises_sql("start"):
        db.run("SELECT * FROM graph_walk")
    with raises_sql("start"):
        db.run("SELECT * FROM graph_walk(NULL)")


def test_a_relationship_follows_only_its_edges(db):
    edges(db, "a>b b>c"), edges(db, "a>c c>d", relationship="Knows")
    assert walk(db, "a", None, 9, "out", "knows") == {"a": (0, ["a"]), "b": (1, ["a", "b"]), "c": (2, ["a", "b", "c"])}
    assert reached(db, "a", None, 9, "out", "Knows") == list("acd")
    assert reached(db, "a", None, 9, "out", "KNOWS") == ["a"]


def test_without_a_scope_nodes_of_the_same_id_are_one(db):
    nodes(db, "ab"), nodes(db, "bc", "community"), nodes(db, "c", "local")
    edge(db, "a", "b"), edge(db, "b", "c", "community")
    assert reached(db, "a") == list("abc") and reached(db, "a", "local") == list("ab")
    assert reached(db, "b", "community") == list("bc") and reached(db, "b", "local") == ["b"]
    assert reached(db, "a", "community") == []


# ---- Which of several ways ----

def test_of_parallel_edges_it_takes_the_first_by_scope_and_relationship(db):
    nodes(db, "ab"), nodes(db, "ab", "community")
    made = {(scope, name): edge(db, "a", "b", scope, name, weight=n)
            for n, (scope, name) in enumerate([("local", "a"), ("community", "z"), ("local", "Z"), ("community", "b")])}
    for scope, expected in ((None, ("community", "b")), ("local", ("local", "Z"))):
        assert ask(db, "graph_walk", "a", scope)[1]["edge_id"] == made[expected]


def test_it_takes_outgoing_edges_before_incoming_ones(db):
    nodes(db, "ab"), nodes(db, "ab", "community")
    edge(db, "b", "a", "community", "a"), edge(db, "b", "a", "local", "a")
    assert ask(db, "graph_walk", "a", None, 1, "both")[1]["edge_id"] == 1
    out = edge(db, "a", "b", "local", "z")
    assert ask(db, "graph_walk", "a", None, 1, "both")[1]["edge_id"] == out
    assert ask(db, "graph_walk", "a", None, 1, "in")[1]["edge_id"] == 1


def test_of_ways_of_the_same_length_it_takes_the_first_from_the_start_on(db):
    nodes(db, "sabcz")
    for source, target, name in (("s", "a", "2"), ("s", "z", "1"), ("a", "b", "1"), ("z", "b", "2"), ("a", "c", "1"), ("z", "c", "1")):
        edge(db, source, target, relationship=name)
    assert walk(db, "s")["b"] == (2, ["s", "z", "b"]), "the relationship of the first step decides, not the node"
    nodes(db, "txy")
    for source, target in (("t", "y"), ("t", "x"), ("x", "c"), ("y", "c")):
        edge(db, source, target)
    assert walk(db, "t")["c"] == (2, ["t", "x", "c"])


@pytest.mark.parametrize("seed", range(12))
def test_the_order_in_which_edges_were_stored_does_not_show(db, bare, seed):
    choice = random.Random(seed)
    known = {(name, scope) for name in "abcdef" for scope in ("local", "community")}
    keys = {(choice.choice("abcdef"), choice.choice("abcdef"), choice.choice(["local", "community"]), choice.choice(["r", "s"])) for _ in range(20)}
    calls = [("put", *key, choice.choice([1, 2]), day(1)) for key in sorted(keys)]
    bare.run("SELECT lore_migrate('graph')"), pin(bare)
    fill(db, known, calls)
    fill(bare, known, choice.sample(calls, len(calls)))
    bare.run("ANALYZE")
    for direction in ("out", "in", "both"):
        for arguments in (f"'a', NULL, 9, '{direction}'", f"'a', 'local', 2, '{direction}', NULL, NULL, 4"):
            sql = f"SELECT node, depth, path, weight FROM graph_walk({arguments})"
            assert db.run(sql) == bare.run(sql)


# ---- Against the model ----

def agree(db, graph, start, max_nodes=None, **asked):
    """The rows are the model's: each node with its path, and an edge that is the path's last step."""
    expected = graph.walk(start, **asked)
    steps = graph.steps(asked["direction"], scope=asked["scope"], as_of=asked["as_of"], relationship=asked["relationship"])
    rows = ask(db, "graph_walk", start, asked["scope"], asked["max_depth"], asked["direction"], asked["relationship"], asked["as_of"])
    assert {row["node"] for row in rows} == set(expected) and len(rows) == len(expected), asked
    assert [row["depth"] for row in rows] == sorted(len(way) for way in expected.values())
    for row in rows:
        way = expected[row["node"]]
        path = [start, *(step.node for step in way)]
        assert (row["depth"], json.loads(row["path"])) == (len(way), path), (asked, row)
        last = steps[path[-2]][way[-1]] if way else None
        assert (row["edge_id"], row["weight"]) == ((last.edge_id, last.weight) if way else (None, None)), (asked, row)
    if max_nodes is not None:
        arguments = [asked[name] for name in ("scope", "max_depth", "direction", "relationship", "as_of")]
        assert ask(db, "graph_walk", start, *arguments, max_nodes) == rows[:max_nodes]
    return rows


@pytest.mark.parametrize("seed", SEEDS)
def test_on_random_graphs_it_finds_what_the_model_finds(db, seed):
    choice = random.Random(seed)
    graph = random_graph(db, choice, density=choice.choice([1, 2, 4]))
    before = dump(db)
    for _ in range(12):
        agree(db, graph, choice.choice(sorted(graph.ids()) + ["nobody"]), max_nodes=choice.choice([None, 1, 2, 5]), **questions(choice, graph),
              max_depth=choice.choice([0, 1, 2, 3, 5, 99]), direction=choice.choice(["out", "in", "both"]),
              relationship=choice.choice([None, None, "knows", "Knows", "none"]))
    assert_same(before, dump(db))


@pytest.mark.parametrize("seed", range(20))
def test_networkx_finds_the_same_nodes_at_the_same_depth(db, seed):
    choice = random.Random(1000 + seed)
    graph = random_graph(db, choice, density=3)
    for as_of in (None, day(3)):
        network = networkx.MultiDiGraph()
        network.add_nodes_from(graph.ids())
        network.add_edges_from((fact.source, fact.target) for fact in graph.held(as_of=as_of))
        for start in sorted(graph.ids()):
            for direction, seen in (("out", network), ("in", network.reverse()), ("both", network.to_undirected())):
                depths = networkx.single_source_shortest_path_length(seen, start, cutoff=4)
                assert {name: depth for name, (depth, _) in walk(db, start, None, 4, direction, None, as_of).items()} == depths


def test_it_sees_what_this_transaction_has_written_and_not_what_was_undone(db):
    edges(db, "a>b")
    assert reached(db, "a") == ["a", "b"]
    db.run("BEGIN")
    nodes(db, "c"), edge(db, "b", "c"), end(db, "a", "b")
    assert reached(db, "a") == ["a"] and reached(db, "b") == ["b", "c"]
    db.run("ROLLBACK")
    assert reached(db, "a") == ["a", "b"]
    db.run("DELETE FROM graph_edges")
    assert reached(db, "a") == ["a"]


def test_a_statement_may_write_what_it_walks_over(db):
    """The edges are read when the first row is asked for."""
    edges(db, "a>b b>c c>d")
    db.run("INSERT INTO graph_put_edge(source, target, scope, relationship) SELECT 'd', node, 'local', 'knows' FROM graph_walk('a', NULL, 9)")
    db.run("INSERT INTO graph_put_node(id, scope, type, attributes) SELECT node, 'local', 'concept', json_object('depth', depth) FROM graph_walk('a', NULL, 9)")
    assert set(reached(db, "d")) == set("abcd") and db.value("SELECT json_extract(attributes, '$.depth') FROM graph_nodes WHERE id = 'd'") == 3
    db.run("INSERT INTO graph_delete_node(id, scope) SELECT node, 'local' FROM graph_walk('b', NULL, 1)")
    assert sorted(db.column("SELECT id FROM graph_nodes")) == ["a", "d"] and reached(db, "a") == ["a"]


def test_moments_count_by_their_instant_and_the_end_is_not_included(db):
    edges(db, "a>b", at=day(2)), end(db, "a", "b", at=day(4))
    for moment, count in ((day(1), 1), ("2026-01-01T23:59:59.999Z", 1), (day(2), 2), ("2026-01-02T01:00:00+01:00", 2), ("2026-01-02T00:59:59+01:00", 1),
                          ("2026-01-03T23:59:59.999Z", 2), (day(4), 1), ("2026-01-04", 1), (None, 1), ("9999-01-01", 1)):
        assert len(reached(db, "a", None, 3, "out", None, moment)) == count, moment


# ---- Joined to a table of starts: it runs once a start ----

STARTS = 7
JOINS = {
    "the table first": "SELECT s.id, w.node FROM starts AS s JOIN graph_walk({start}) AS w",
    "the walk first": "SELECT s.id, w.node FROM graph_walk AS w JOIN starts AS s ON w.in_start = {start}",
    "the walk first, its arguments in WHERE": "SELECT s.id, w.node FROM graph_walk AS w, starts AS s WHERE w.in_start = {start} AND w.in_max_depth = 3",
    "the walk first, the arguments in front": "SELECT s.id, w.node FROM graph_walk({start}) AS w, starts AS s",
    "with a filter of the node": "SELECT s.id, w.node FROM graph_walk AS w JOIN starts AS s ON w.in_start = {start} WHERE w.node = 'n3'",
    "with several nodes": "SELECT s.id, w.node FROM graph_walk AS w JOIN starts AS s ON w.in_start = {start} WHERE w.node IN ('n3', 'n4', 'n5')",
    "with a filter of depth": "SELECT s.id, w.node FROM starts AS s JOIN graph_walk({start}) AS w WHERE w.depth BETWEEN 1 AND 2",
    "with a third table, last": "SELECT s.id, w.node, l.label FROM starts AS s JOIN graph_walk({start}) AS w JOIN labels AS l ON l.node = w.node",
    "with a third table, first": "SELECT s.id, w.node, l.label FROM labels AS l JOIN graph_walk AS w ON l.node = w.node JOIN starts AS s ON w.in_start = {start}",
    "with a third table in between": "SELECT s.id, w.node, l.label FROM starts AS s JOIN labels AS l JOIN graph_walk({start}) AS w WHERE w.node = l.node",
    "with a third table and a filter": "SELECT s.id, w.node, l.label FROM labels AS l, graph_walk AS w, starts AS s "
                                       "WHERE w.in_start = {start} AND w.node = l.node AND w.node >= 'n2'",
    "with a third table outside": "SELECT s.id, w.node, l.label FROM starts AS s JOIN graph_walk({start}) AS w LEFT JOIN labels AS l ON l.node = w.node",
    "with the nodes themselves": "SELECT s.id, w.node, n.type FROM graph_nodes AS n JOIN graph_walk AS w ON w.node = n.id JOIN starts AS s ON w.in_start = {start} "
                                 "WHERE n.type = 'concept' AND n.scope = 'local'",
    "an outer join": "SELECT s.id, w.node FROM starts AS s LEFT JOIN graph_walk AS w ON w.in_start = {start} AND w.depth > 0",
    "ordered by the walk": "SELECT s.id, w.node FROM graph_walk AS w JOIN starts AS s ON w.in_start = {start} ORDER BY w.node, w.depth",
    "grouped": "SELECT s.id, count(*) FROM graph_walk AS w JOIN starts AS s ON w.in_start = {start} GROUP BY s.id",
}


@pytest.fixture
def joined(db):
    """12 nodes in a ring with chords; 7 starts, one of them no node; `told(x)` is x, and counts how often it was asked."""
    calls = [("put", f"n{i}", f"n{(i + jump) % 12}", "local", f"r{jump}", 1, day(1)) for i in range(12) for jump in (1, 5)]
    fill(db, {(f"n{i}", "local") for i in range(12)}, calls)
    db.run("CREATE TEMP TABLE starts(id TEXT)")
    db.run("CREATE TEMP TABLE labels(node TEXT, label TEXT)")
    db.run("INSERT INTO starts SELECT 'n' || value FROM json_each('[0, 2, 4, 6, 8, 10, 99]')")
    db.run("INSERT INTO labels SELECT 'n' || value, 'label ' || value FROM json_each('[1, 3, 5]')")
    db.asked = []
    db.connection.create_function("told", 1, lambda start: db.asked.append(start) or start)
    return db


def statements_of(db, sql):
    """How many statements were begun while it ran, those that the extension runs included."""
    begun = []
    db.connection.set_trace_callback(begun.append)
    try:
        db.run(sql)
    finally:
        db.connection.set_trace_callback(None)
    return len(begun) - 1


def arrange(db, how):
    if "few" in how:
        db.run("DELETE FROM labels WHERE node <> 'n3'")
    if "many" in how:
        db.run("INSERT INTO labels WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 500) SELECT 'n' || i % 14, 'more' FROM n")
    if "indexed" in how:
        db.run("CREATE INDEX temp.starts_id ON starts(id)"), db.run("CREATE INDEX temp.labels_node ON labels(node)")
    if "analyzed" in how:
        db.run("ANALYZE"), db.run("ANALYZE temp")


@pytest.mark.parametrize("how", ["plain", "indexed", "many labels", "many labels, indexed, analyzed", "few labels, indexed, analyzed"])
@pytest.mark.parametrize("form", JOINS)
def test_in_a_join_it_runs_once_a_start_whatever_the_order_written(joined, form, how):
    arrange(joined, how)
    joined.run(JOINS[form].format(start="told(s.id)"))
    assert sorted(joined.asked) == sorted(joined.column("SELECT id FROM starts")), "the argument is worked out once a run"
    alone = sum(statements_of(joined, f"SELECT * FROM graph_walk('{start}')") for start in joined.column("SELECT id FROM starts"))
    assert statements_of(joined, JOINS[form].format(start="s.id")) <= alone, "nor does it look at more edges"


@pytest.mark.parametrize("form", JOINS)
def test_a_join_gives_the_rows_of_each_start(joined, form):
    walks = {start: reached(joined, start) for start in joined.column("SELECT id FROM starts")}
    assert walks["n99"] == [] and len(walks["n0"]) > 5
    joined.run("CREATE TEMP TABLE walked(in_start, node, depth, in_max_depth)")
    for start, found in walks.items():
        for name, (depth, _) in walk(joined, start).items():
            joined.run("INSERT INTO walked VALUES (?, ?, ?, 3)", start, name, depth)
        assert len(found) == len(set(found))
    got = joined.run(JOINS[form].format(start="s.id"))
    plain = JOINS[form].replace("JOIN graph_walk({start}) AS w JOIN", "JOIN walked AS w ON w.in_start = s.id JOIN")
    plain = plain.replace("JOIN graph_walk({start}) AS w LEFT", "JOIN walked AS w ON w.in_start = s.id LEFT")
    plain = plain.replace("JOIN graph_walk({start}) AS w WHERE", "JOIN walked AS w ON w.in_start = s.id WHERE")
    plain = plain.replace("FROM graph_walk({start}) AS w, starts AS s", "FROM walked AS w JOIN starts AS s ON w.in_start = s.id")
    plain = plain.replace("JOIN graph_walk({start}) AS w", "JOIN walked AS w ON w.in_start = s.id")
    assert sorted(got, key=repr) == sorted(joined.run(plain.replace("graph_walk", "walked").format(start="s.id")), key=repr)


def test_as_a_subquery_it_runs_once_a_start_too(joined):
    joined.run("SELECT id, (SELECT count(*) FROM graph_walk(told(s.id))) FROM starts AS s")
    assert len(joined.asked) == STARTS
    joined.asked.clear()
    joined.run("SELECT id FROM starts AS s WHERE EXISTS (SELECT 1 FROM graph_walk AS w WHERE w.in_start = told(s.id) AND w.node = 'n3')")
    assert len(joined.asked) == STARTS


def test_two_walks_in_a_row_run_the_second_once_a_row_of_the_first(joined):
    """From each node that two steps reach, one step on: never the other way round."""
    first = len(reached(joined, "n0", None, 2))
    joined.run("SELECT * FROM graph_walk AS b JOIN graph_walk AS a ON b.in_start = told(a.node) "
               "WHERE a.in_start = 'n0' AND a.in_max_depth = 2 AND b.in_max_depth = 1")
    assert len(joined.asked) == first


def test_starts_of_a_list_run_once_each(joined):
    rows = joined.run("SELECT w.in_start, w.node FROM graph_walk AS w WHERE w.in_start IN ('n0', 'n4', 'n99') AND w.in_max_depth = 1")
    assert sorted(rows) == sorted((start, name) for start in ("n0", "n4") for name in reached(joined, start, None, 1))
