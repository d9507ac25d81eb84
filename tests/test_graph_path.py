"""graph_path: one shortest path, by steps or by weight, against the model, and networkx, on random graphs."""
import random

import networkx
import pytest

from graph_calls import ask, day, edge, edges, end, fill, graph_of, nodes, pin, questions, random_graph
from support import BAD_ARGUMENT, REFUSED, assert_same, code_of, dump, raises_sql


@pytest.fixture(autouse=True)
def clock(db):
    pin(db)


def path(db, source, target, scope=None, max_depth=None, direction=None, relationship=None, weighted=None, as_of=None):
    return ask(db, "graph_path", source, target, scope, max_depth, direction, relationship, weighted, as_of)


def nodes_of(rows):
    return [row["node"] for row in rows]


def by_weight(db, source, target, **more):
    return path(db, source, target, weighted=1, **more)


# ---- What a row says ----

def test_a_path_is_a_row_a_step(db):
    ids = edges(db, "a>b b>c a>d", weight=2.5)
    assert path(db, "a", "c") == [
        {"step": 0, "node": "a", "edge_id": None, "weight": None, "distance": 0},
        {"step": 1, "node": "b", "edge_id": ids[0], "weight": 2.5, "distance": 1},
        {"step": 2, "node": "c", "edge_id": ids[1], "weight": 2.5, "distance": 2}]
    assert [row["distance"] for row in by_weight(db, "a", "c")] == [0, 2.5, 5]


def test_no_path_is_no_row(db):
    edges(db, "a>b c>a"), nodes(db, ["lone"]), nodes(db, "z", "community")
    for source, target in (("a", "c"), ("b", "a"), ("a", "lone"), ("a", "x"), ("x", "a"), ("x", "x"), ("A", "b")):
        assert path(db, source, target) == by_weight(db, source, target) == []
    assert path(db, "z", "z", "local") == [] and nodes_of(path(db, "z", "z")) == ["z"]


def test_the_path_from_a_node_to_itself_is_the_node(db):
    edges(db, "a>a a>b b>a")
    for rows in (path(db, "a", "a"), by_weight(db, "a", "a"), path(db, "a", "a", max_depth=0), path(db, "a", "a", direction="both")):
        assert rows == [{"step": 0, "node": "a", "edge_id": None, "weight": None, "distance": 0}]


def test_a_path_is_as_long_as_it_must_be_unless_told(db):
    edges(db, " ".join(f"n{i}>n{i + 1}" for i in range(40)))
    for weighted in (0, 1):
        assert len(path(db, "n0", "n40", weighted=weighted)) == 41
        assert len(path(db, "n0", "n40", max_depth=40, weighted=weighted)) == 41
        assert path(db, "n0", "n40", max_depth=39, weighted=weighted) == []
        assert path(db, "n0", "n1", max_depth=0, weighted=weighted) == []


def test_by_weight_it_takes_the_lighter_way_and_the_lighter_of_parallel_edges(db):
    edges(db, "a>b b>c"), edge(db, "a", "c", weight=2.5), edge(db, "b", "c", relationship="z", weight=0.25)
    assert nodes_of(path(db, "a", "c")) == ["a", "c"]
    assert [(row["node"], row["weight"], row["distance"]) for row in by_weight(db, "a", "c")] == [("a", None, 0), ("b", 1, 1), ("c", 0.25, 1.25)]
    edge(db, "a", "c", weight=1, at=day(21))
    assert nodes_of(by_weight(db, "a", "c")) == ["a", "c"]


def test_a_heavier_way_of_fewer_steps_is_found_when_the_lighter_is_too_long(db):
    """s>a is light by a detour, and then there is no step left to the target."""
    edges(db, "s>x x>a a>t", weight=1), edge(db, "s", "a", weight=5)
    assert nodes_of(by_weight(db, "s", "t")) == ["s", "x", "a", "t"]
    assert nodes_of(by_weight(db, "s", "t", max_depth=2)) == ["s", "a", "t"]
    assert by_weight(db, "s", "t", max_depth=1) == []


@pytest.mark.parametrize("direction, expected", [("out", ["b", "c"]), ("in", ["b", "d", "c"]), ("both", ["b", "c"]), ("Both", ["b", "c"])])
def test_the_direction_is_out_in_or_both(db, direction, expected):
    edges(db, "b>c c>d d>b")
    assert nodes_of(path(db, "b", "c", direction=direction)) == nodes_of(by_weight(db, "b", "c", direction=direction)) == expected


def test_a_weight_below_0_is_an_error_by_weight_only(db):
    edges(db, "a>b b>c"), edge(db, "b", "c", weight=-0.5, at=day(21))
    assert nodes_of(path(db, "a", "c")) == ["a", "b", "c"]
    with raises_sql("graph_path: ") as caught:
        by_weight(db, "a", "c")
    assert "-0.5" in caught.message and code_of(caught) is None and caught.code in (BAD_ARGUMENT, REFUSED)
    assert len(by_weight(db, "a", "c", as_of=day(20.5))) == 3, "it was not so before"
    edge(db, "b", "c", weight=0, at=day(22))
    assert [row["distance"] for row in by_weight(db, "a", "c")] == [0, 1, 1]


@pytest.mark.parametrize("changed, named", [({"scope": "global"}, "scope"), ({"max_depth": -1}, "max_depth"), ({"max_depth": "far"}, "max_depth"),
                                            ({"direction": "up"}, "direction"), ({"weighted": "yes"}, "weighted"), ({"weighted": 2}, "weighted"),
                                            ({"as_of": "some day"}, "as_of")])
def test_a_wrong_argument_is_named(db, changed, named):
    edges(db, "a>b")
    with raises_sql(f"graph_path: {named} ", BAD_ARGUMENT):
        path(db, "a", "b", **changed)


def test_both_ends_must_be_given(db):
    for arguments in ("", "NULL, 'a'", "'a', NULL", "'a'"):
        with raises_sql("target" if arguments.startswith("'a'") else "source"):
            db.run(f"SELECT * FROM graph_path({arguments})")


# ---- Which of several ----

@pytest.mark.parametrize("seed", range(20))
def test_the_order_in_which_edges_were_stored_does_not_show(db, bare, seed):
    """Weights of few values make many ways equal, 0 makes cycles of them."""
    choice = random.Random(seed)
    known = {(name, scope) for name in "abcdef" for scope in ("local", "community")}
    keys = {(choice.choice("abcdef"), choice.choice("abcdef"), choice.choice(["local", "community"]), choice.choice(["r", "s"])) for _ in range(24)}
    calls = [("put", *key, choice.choice([0, 1, 1, 2]), day(1)) for key in sorted(keys)]
    bare.run("SELECT lore_migrate('graph')"), pin(bare)
    fill(db, known, calls)
    fill(bare, known, choice.sample(calls, len(calls)))
    bare.run("ANALYZE")
    for target in "bcdef":
        for direction in ("out", "in", "both"):
            for weighted in (0, 1):
                sql = f"SELECT step, node, distance, weight FROM graph_path('a', '{target}', NULL, NULL, '{direction}', NULL, {weighted})"
                assert db.run(sql) == bare.run(sql)


# ---- Against the model ----

def is_a_path(graph, rows, source, target, weighted, **asked):
    """It goes from source to target along edges that may be taken, and counts rightly."""
    steps = graph.steps(asked["direction"], scope=asked["scope"], as_of=asked["as_of"], relationship=asked["relationship"])
    assert (rows[0]["node"], rows[-1]["node"]) == (source, target)
    assert [row["step"] for row in rows] == list(range(len(rows)))
    distance = 0
    for last, row in zip([None, *rows], rows):
        if last is not None:
            facts = {fact.edge_id: fact.weight for step, fact in steps[last["node"]].items() if step.node == row["node"]}
            assert facts.get(row["edge_id"]) == row["weight"], "an edge between the two"
            distance += row["weight"] if weighted else 1
        assert row["distance"] == distance
    assert len(set(nodes_of(rows))) == len(rows), "no node twice"


def any_question(choice, graph):
    return {**questions(choice, graph), "max_depth": choice.choice([None, None, 0, 1, 2, 3, 9]), "direction": choice.choice(["out", "in", "both"]),
            "relationship": choice.choice([None, None, "knows", "none"])}


def agree(db, graph, source, target, weighted, **asked):
    expected, rows = graph.distance(source, target, weighted=weighted, **asked), path(db, source, target, weighted=weighted, **asked)
    if expected is None:
        assert rows == [], asked
    else:
        is_a_path(graph, rows, source, target, weighted, **asked)
        assert rows[-1]["distance"] == expected, asked
        assert asked["max_depth"] is None or len(rows) - 1 <= asked["max_depth"]


@pytest.mark.parametrize("weighted", [0, 1])
@pytest.mark.parametrize("seed", range(120))
def test_on_random_graphs_it_finds_a_shortest_path(db, seed, weighted):
    choice = random.Random(2 * seed + weighted)
    graph = random_graph(db, choice, density=choice.choice([1, 2, 3]))
    names = sorted(graph.ids()) + ["nobody"]
    before = dump(db)
    for _ in range(12):
        agree(db, graph, choice.choice(names), choice.choice(names), weighted, **any_question(choice, graph))
    assert_same(before, dump(db))


@pytest.mark.parametrize("weighted", [0, 1])
@pytest.mark.parametrize("seed", range(10))
def test_on_larger_graphs_too_where_paths_are_long(db, seed, weighted):
    choice = random.Random(seed)
    names = [f"n{i}" for i in range(choice.choice([20, 40]))]
    keys = {(choice.choice(names), choice.choice(names), "local", choice.choice("rs")) for _ in range(int(len(names) * choice.choice([1.1, 1.5, 2])))}
    fill(db, {(name, "local") for name in names}, [("put", *key, choice.choice([0, 0.25, 1, 1, 2, 8]), day(1)) for key in sorted(keys)])
    graph = graph_of(db)
    for _ in range(40):
        asked = {"scope": "local", "as_of": None, "max_depth": choice.choice([None, 3, 4, 5, 6, 7, 8]), "direction": choice.choice(["out", "in", "both"]),
                 "relationship": choice.choice([None, None, None, "r"])}
        source = choice.choice(names)
        reached = graph.walk(source, **{**asked, "max_depth": None})
        farthest = max(reached, key=lambda name: len(reached[name]))
        agree(db, graph, source, choice.choice([farthest, farthest, choice.choice(names)]), weighted, **asked)


@pytest.mark.parametrize("seed", range(20))
def test_networkx_finds_paths_as_short_and_as_light(db, seed):
    choice = random.Random(1000 + seed)
    graph = random_graph(db, choice, density=3)
    for as_of in (None, day(3)):
        network = networkx.MultiDiGraph()
        network.add_nodes_from(graph.ids())
        network.add_weighted_edges_from((fact.source, fact.target, fact.weight) for fact in graph.held(as_of=as_of))
        for source in sorted(graph.ids()):
            steps = networkx.single_source_shortest_path_length(network, source)
            sums = networkx.single_source_dijkstra_path_length(network, source)
            for target in sorted(graph.ids()):
                for found, expected in ((path(db, source, target, as_of=as_of), steps), (by_weight(db, source, target, as_of=as_of), sums)):
                    assert (found[-1]["distance"] if found else None) == expected.get(target)


def test_a_path_that_has_ended_is_found_at_its_time(db):
    edges(db, "a>b b>c", at=day(2)), end(db, "b", "c", at=day(4))
    assert [len(path(db, "a", "c", as_of=moment)) for moment in (day(1), day(2), day(3.5), day(4), None)] == [0, 3, 3, 0, 0]


def test_a_table_of_pairs_is_a_path_a_pair(db):
    edges(db, "a>b b>c c>d")
    db.run("CREATE TEMP TABLE pairs AS SELECT json_extract(value, '$[0]') AS source, json_extract(value, '$[1]') AS target "
           "FROM json_each('[[\"a\",\"d\"],[\"d\",\"a\"],[\"b\",\"c\"],[\"a\",\"a\"]]')")
    asked = []
    db.connection.create_function("told", 1, lambda text: asked.append(text) or text)
    for form in ("FROM pairs AS p JOIN graph_path(told(p.source), p.target) AS w",
                 "FROM graph_path AS w JOIN pairs AS p ON w.in_target = p.target AND w.in_source = told(p.source)"):
        asked.clear()
        assert sorted(db.run(f"SELECT p.source, p.target, max(w.step) {form} GROUP BY 1, 2")) == [("a", "a", 0), ("a", "d", 3), ("b", "c", 1)]
        assert sorted(asked) == ["a", "a", "b", "d"]
