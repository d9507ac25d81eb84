"""Readers of the whole graph: components, ranks, what changed between two moments, nodes by an attribute."""
import json
import random

import networkx
import pytest
from networkx.algorithms.link_analysis.pagerank_alg import _pagerank_python

from graph_calls import NOW, ask, day, edge, edges, end, graph_of, node, nodes, pin, questions, random_graph, read
from support import BAD_ARGUMENT, REFUSED, assert_same, dump, raises_sql

RANKED = 1e-9


@pytest.fixture(autouse=True)
def clock(db):
    pin(db)


# ---- Components ----

def components(db, *arguments):
    rows = ask(db, "graph_components", *arguments)
    found = {row["node"]: (row["component"], row["size"]) for row in rows}
    assert len(found) == len(rows), "each node once"
    return found


def test_what_hangs_together_bears_its_first_name(db):
    edges(db, "c>b a>b Z>z é>f"), nodes(db, ["lone"])
    assert components(db) == {"a": ("a", 3), "b": ("a", 3), "c": ("a", 3), "Z": ("Z", 2), "z": ("Z", 2), "f": ("f", 2), "é": ("f", 2), "lone": ("lone", 1)}


def test_components_of_a_scope_and_of_all(db):
    edges(db, "a>b"), nodes(db, "bc", "community"), edge(db, "c", "b", "community")
    assert components(db) == {"a": ("a", 3), "b": ("a", 3), "c": ("a", 3)}
    assert components(db, "community") == {"b": ("b", 2), "c": ("b", 2)}
    end(db, "a", "b")
    assert components(db, "local") == {"a": ("a", 1), "b": ("b", 1)} and components(db, "environment") == {}


def test_a_moment_asks_for_the_facts_that_held_not_for_the_nodes_that_were_known(db):
    """Nodes are known since the 20th; that a knows b, since the 1st."""
    edges(db, "a>b", at=day(1)), nodes(db, "c"), edge(db, "c", "b", at=day(3))
    assert components(db, None, day(3)) == {"a": ("a", 3), "b": ("a", 3), "c": ("a", 3)}
    assert components(db, None, day(2)) == {"a": ("a", 2), "b": ("a", 2), "c": ("c", 1)}
    assert set(ranks(db, None, 0.85, 100, day(2))) == {"a", "b", "c"} and len(ask(db, "graph_walk", "c", None, 3, "out", None, day(2))) == 1


@pytest.mark.parametrize("length", [2, 1000])
def test_a_chain_is_one_component_however_long(db, length):
    names = [f"n{(i * 7919) % length:04}" for i in range(length)]
    edges(db, " ".join(f"{a}>{b}" if i % 3 else f"{b}>{a}" for i, (a, b) in enumerate(zip(names, names[1:]))))
    assert set(components(db).values()) == {("n0000", length)}


@pytest.mark.parametrize("seed", range(80))
def test_on_random_graphs_components_are_the_model_s_and_networkx_s(db, seed):
    choice = random.Random(seed)
    graph = random_graph(db, choice, scopes=3, density=choice.choice([0.5, 1, 2]))
    before = dump(db)
    for _ in range(6):
        asked = questions(choice, graph)
        found = components(db, asked["scope"], asked["as_of"])
        assert found == graph.components(**asked)
        network = networkx.MultiDiGraph([(fact.source, fact.target) for fact in graph.held(**asked)])
        network.add_nodes_from(graph.ids(asked["scope"]))
        assert {(min(part), len(part)) for part in networkx.weakly_connected_components(network)} == set(found.values())
    assert_same(before, dump(db))


# ---- Ranks ----

def ranks(db, *arguments):
    rows = ask(db, "graph_rank", *arguments)
    assert [row["rank"] for row in rows] == sorted((row["rank"] for row in rows), reverse=True), "highest first"
    found = {row["node"]: row["rank"] for row in rows}
    assert len(found) == len(rows)
    return found


def test_who_is_known_by_many_ranks_first(db):
    edges(db, "a>hub b>hub c>hub hub>a"), nodes(db, ["lone"])
    found = ranks(db)
    assert list(found)[:2] == ["hub", "a"] and sum(found.values()) == pytest.approx(1)
    assert found["b"] == found["c"] == found["lone"]


def test_a_rank_is_shared_by_weight_and_parallel_edges_add_up(db):
    edges(db, "s>a"), nodes(db, "b"), edge(db, "s", "b", weight=2), edge(db, "s", "b", relationship="z")
    start = 1 / 3
    assert ranks(db, None, 0.85, 1) == pytest.approx({
        "s": 0.05 + 0.85 * 2 / 9, "a": 0.05 + 0.85 * (start / 4 + 2 / 9), "b": 0.05 + 0.85 * (start * 3 / 4 + 2 / 9)})


def test_nodes_without_edges_or_with_weights_of_0_share_among_all(db):
    edges(db, "a>b", weight=0)
    assert ranks(db) == pytest.approx({"a": 0.5, "b": 0.5})
    nodes(db, "cd"), edge(db, "c", "d")
    assert ranks(db) == pytest.approx(graph_of(db).rank())


def test_an_empty_graph_has_no_ranks(db):
    assert ranks(db) == ranks(db, "local") == {}
    nodes(db, "a", "community")
    assert ranks(db, "local") == {} and ranks(db) == ranks(db, "community") == {"a": pytest.approx(1)}


def test_a_weight_below_0_is_an_error_where_it_counts(db):
    edges(db, "a>b", weight=-0.5)
    nodes(db, "a", "community")
    with raises_sql("graph_rank: ") as caught:
        ranks(db)
    assert "-0.5" in caught.message and caught.code in (None, BAD_ARGUMENT, REFUSED)
    assert len(ranks(db, "community")) == 1
    end(db, "a", "b", at=day(21))
    assert len(ranks(db)) == 2


def test_damping_0_makes_all_equal_and_1_follows_edges_only(db):
    edges(db, "a>b b>a b>b")
    assert ranks(db, None, 0) == pytest.approx({"a": 0.5, "b": 0.5})
    assert ranks(db, None, 1) == pytest.approx({"a": 1 / 3, "b": 2 / 3}, abs=1e-9)


@pytest.mark.parametrize("arguments, named", [(("global",), "scope"), ((None, 1.1), "damping"), ((None, -0.1), "damping"), ((None, "x"), "damping"),
                                              ((None, 0.5, -1), "iterations"), ((None, 0.5, "x"), "iterations"), ((None, 0.5, 1, "x"), "as_of")])
def test_a_wrong_argument_of_rank_is_named(db, arguments, named):
    with raises_sql(f"graph_rank: {named} ", BAD_ARGUMENT):
        ranks(db, *arguments)


@pytest.mark.parametrize("seed", range(80))
def test_on_random_graphs_ranks_are_the_model_s_and_networkx_s(db, seed):
    choice = random.Random(seed)
    graph = random_graph(db, choice, density=choice.choice([0.5, 1, 3]))
    for iterations in (1, 2, 3, 100, 1000):
        asked, damping = questions(choice, graph), choice.choice([0.85, 0.5, 0.99, 0])
        found = ranks(db, asked["scope"], damping, iterations, asked["as_of"])
        assert found == pytest.approx(graph.rank(damping=damping, iterations=iterations, **asked), abs=RANKED)
        assert not found or sum(found.values()) == pytest.approx(1, abs=RANKED)
        if found and damping < 0.9 and iterations > 99:
            network = networkx.MultiDiGraph()
            network.add_nodes_from(graph.ids(asked["scope"]))
            network.add_weighted_edges_from((fact.source, fact.target, fact.weight) for fact in graph.held(**asked) if fact.weight > 0)
            assert found == pytest.approx(_pagerank_python(network, alpha=damping, tol=1e-13, max_iter=1000), abs=1e-6)


def test_ranks_do_not_depend_on_the_order_in_which_edges_were_stored(db, bare):
    bare.run("SELECT lore_migrate('graph')"), pin(bare)
    pairs = "a>b b>c c>a d>a e>d c>d a>e b>d".split()
    edges(db, " ".join(pairs)), edges(bare, " ".join(reversed(pairs)))
    assert list(ranks(db)) == list(ranks(bare)) and ranks(db) == pytest.approx(ranks(bare), abs=1e-12)
    assert ranks(bare) == pytest.approx(graph_of(bare).rank(), abs=RANKED)


@pytest.mark.parametrize("seed", range(3))
def test_equal_ranks_come_in_the_same_order_always(db, bare, seed):
    bare.run("SELECT lore_migrate('graph')"), pin(bare)
    names = list("hgfedcba")
    nodes(db, names), nodes(bare, random.Random(seed).sample(names, 8))
    assert list(ranks(db)) == list(ranks(bare))


# ---- What changed ----

def diff(db, *arguments):
    """{(source, target, scope, relationship): row}"""
    rows = ask(db, "graph_diff", *arguments)
    found = {(row["source"], row["target"], row["scope"], row["relationship"]): row for row in rows}
    assert len(found) == len(rows), "a fact once"
    return found


def test_facts_are_added_ended_and_changed(db):
    edges(db, "a>b b>c c>d d>e", weight=2, attributes={"n": 1}, at=day(1))
    end(db, "a", "b", at=day(3)), edge(db, "b", "c", weight=3, at=day(4)), edge(db, "c", "d", attributes={"n": 2}, at=day(5))
    edge(db, "e", "a", weight=7, at=day(6))
    found = {key[:2]: (row["change"], row["at"], row["weight"], row["weight_before"], read(row["attributes"]), read(row["attributes_before"]))
             for key, row in diff(db, day(2), day(7)).items()}
    assert found == {
        ("a", "b"): ("ended", day(3), None, 2, {}, {"n": 1}), ("b", "c"): ("changed", day(4), 3, 2, {"n": 1}, {"n": 1}),
        ("c", "d"): ("changed", day(5), 2, 2, {"n": 2}, {"n": 1}), ("e", "a"): ("added", day(6), 7, None, {}, {})}
    row = diff(db, day(2), day(7))["a", "b", "local", "knows"]
    assert (row["weight"], row["attributes"]) == (None, None)
    row = diff(db, day(2), day(7))["e", "a", "local", "knows"]
    assert (row["weight_before"], row["attributes_before"]) == (None, None)


def test_only_the_two_moments_count(db):
    edges(db, "a>b b>c", at=day(1)), nodes(db, "x")
    edge(db, "b", "c", weight=2, at=day(3)), edge(db, "b", "c", weight=1, at=day(4)), end(db, "a", "b", at=day(3)), edge(db, "a", "b", at=day(4))
    edge(db, "a", "x", at=day(3)), end(db, "a", "x", at=day(4))
    assert diff(db, day(2), day(5)) == {}, "what is as it was again is no change, nor what came and went"
    assert {key[:2]: row["change"] for key, row in diff(db, day(2), day(3)).items()} == {("a", "b"): "ended", ("b", "c"): "changed", ("a", "x"): "added"}


def test_what_is_now_is_the_second_moment_unless_told(db):
    edges(db, "a>b", at=day(3))
    assert diff(db, day(2)) == diff(db, day(2), NOW) and len(diff(db, day(2))) == 1
    assert diff(db, day(4)) == {}


def test_the_two_moments_may_be_the_same(db):
    edges(db, "a>b", at=day(3))
    assert diff(db, day(3), day(3)) == {}
    assert len(diff(db, "2026-01-02T23:59:59.999Z", day(3))) == 1 and diff(db, day(3), day(4)) == {}


def test_the_second_moment_is_not_before_the_first(db):
    with raises_sql("graph_diff: until ", BAD_ARGUMENT):
        diff(db, day(3), "2026-01-02T23:59:59.999Z")


def test_what_was_corrected_has_never_been(db):
    edges(db, "a>b", at=day(3)), edge(db, "a", "b", weight=2, valid_from=day(2), at=day(8))
    assert [(row["change"], row["weight"]) for row in diff(db, day(1), day(9)).values()] == [("added", 2)]
    assert diff(db, day(4), day(9)) == {}


@pytest.mark.parametrize("seed", range(100))
def test_on_random_graphs_a_diff_is_the_model_s(db, seed):
    choice = random.Random(seed)
    graph = random_graph(db, choice, density=choice.choice([2, 4]))
    before = dump(db)
    for _ in range(8):
        since, until = sorted(choice.choices([day(n / 2) for n in range(2, 13)], k=2))
        scope = choice.choice([None, None, "local", "network"])
        found, expected = diff(db, since, until, scope), graph.diff(since, until, scope)
        assert set(found) == set(expected)
        for key, row in found.items():
            change, new, old = expected[key]
            assert (row["change"], row["weight"], row["weight_before"]) == (change, new and new.weight, old and old.weight)
            assert (read(row["attributes"]), read(row["attributes_before"])) == (new.attributes if new else {}, old.attributes if old else {})
            assert since < row["at"] <= until, "it happened in between"
    assert_same(before, dump(db))


# ---- Nodes by an attribute ----

def where(db, *arguments):
    return [(row["id"], row["scope"]) for row in ask(db, "graph_nodes_where", *arguments)]


@pytest.fixture
def colored(db):
    for id, attributes in (("a", {"color": "red", "n": 1}), ("b", {"color": "blue", "n": "1"}), ("c", {"n": 1.5, "deep": {"x": [1, 2]}}), ("d", {})):
        node(db, id, attributes=attributes)
    node(db, "a", "community", "agent", attributes={"color": "red"})
    return db


@pytest.mark.parametrize("arguments, expected", [
    ((), "a a b c d"), (("concept",), "a b c d"), (("Concept",), "a b c d"), (("agent",), "a"), (("user",), ""),
    ((None, "community"), "a"), (("concept", "community"), ""),
    ((None, None, "$.color", "red"), "a a"), (("concept", None, "$.color", "red"), "a"), ((None, "local", "$.color", "red"), "a"),
    ((None, None, "$.color", "Red"), ""), ((None, None, "$.color"), "a a b"), ((None, None, "$.n"), "a b c"), ((None, None, "$.n", 1), "a"),
    ((None, None, "$.n", "1"), "b"), ((None, None, "$.n", 1.5), "c"), ((None, None, "$.deep.x[1]", 2), "c"),
    ((None, None, "$.deep.y"), ""), ((None, None, "$.deep"), "c")])
def test_nodes_are_found_by_type_scope_and_value(colored, arguments, expected):
    assert sorted(id for id, _ in where(colored, *arguments)) == expected.split()


def test_a_node_is_shown_as_it_is_stored(colored):
    row = ask(colored, "graph_nodes_where", None, "community")[0]
    assert (row["id"], row["scope"], row["type"], json.loads(row["attributes"]), row["version"]) == ("a", "community", "agent", {"color": "red"}, 1)


@pytest.mark.parametrize("arguments, named", [((None, "global"), "scope"), ((None, None, "color", "red"), "path"), ((None, None, "$.", "red"), "path")])
def test_a_wrong_argument_of_nodes_where_is_named(colored, arguments, named):
    with raises_sql(f"graph_nodes_where: {named}", BAD_ARGUMENT):
        where(colored, *arguments)


def test_an_index_on_the_path_is_used_and_its_absence_noticed(colored):
    expected = where(colored, None, None, "$.color", "red")
    assert colored.value("SELECT lore_notice()") is not None, "it has looked at every node"
    assert colored.value("SELECT lore_index('graph_nodes', '$.color')")
    assert sorted(where(colored, None, None, "$.color", "red")) == sorted(expected)
    assert colored.value("SELECT lore_notice()") is None
    node(colored, "e", attributes={"color": "red"})
    assert ("e", "local") in where(colored, "concept", "local", "$.color", "red")


def test_a_node_is_recalled_for_an_accessor(colored):
    rows = ask(colored, "graph_recall", "a", "community", "display", "ann")
    assert [(row["id"], row["scope"], json.loads(row["attributes"])) for row in rows] == [("a", "community", {"color": "red"})]
    assert len(ask(colored, "graph_recall", "a")) == 2 and ask(colored, "graph_recall", "nobody") == []


def test_secrets_are_recalled_by_the_person_who_asks_only(colored):
    """Not by a view that somebody has put into the file."""
    colored.run("CREATE VIEW seen AS SELECT * FROM graph_recall('a')")
    with raises_sql("unsafe use"):
        colored.run("SELECT * FROM seen")
