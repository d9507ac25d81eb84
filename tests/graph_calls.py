"""Short ways to call the verbs of graph, and the graph that a database holds, for its suites."""
import json

from graph_model import SCOPES, Fact, Graph

NOW = "2026-01-20T12:00:00.000Z"
BY = {"environment": "ann", "network": "ann"}       # who must say so
FACT = "edge_id, source, target, scope, relationship, weight, attributes, valid_from, valid_to, superseded_at"


def day(number):
    """A moment of January 2026; 3.5 is noon of the third."""
    hours = round((number - int(number)) * 24)
    return f"2026-01-{int(number):02}T{hours:02}:00:00.000Z"


def pin(db, moment=NOW):
    return db.value("SELECT lore_clock(?)", moment)


def call(db, verb, **arguments):
    """By name; what is None stays absent, objects become JSON."""
    given = {name: json.dumps(value) if isinstance(value, dict) else value for name, value in arguments.items() if value is not None}
    db.run(f"INSERT INTO {verb}({', '.join(given)}) VALUES ({', '.join('?' * len(given))})", *given.values())
    return db.value("SELECT lore_result()")


def node(db, id, scope="local", type="concept", **more):
    return call(db, "graph_put_node", id=id, scope=scope, type=type, **more)


def merge(db, id, attributes, scope="local", type="concept", **more):
    return call(db, "graph_merge_node", id=id, scope=scope, type=type, attributes=attributes, **more)


def edge(db, source, target, scope="local", relationship="knows", **more):
    return call(db, "graph_put_edge", source=source, target=target, scope=scope, relationship=relationship, **more)


def end(db, source, target, scope="local", relationship="knows", **more):
    return call(db, "graph_end_edge", source=source, target=target, scope=scope, relationship=relationship, **more)


def nodes(db, ids, scope="local"):
    for id in ids:
        node(db, id, scope)


def edges(db, text, **more):
    """'a>b b>c': with their nodes."""
    pairs = [pair.split(">") for pair in text.split()]
    nodes(db, sorted({name for pair in pairs for name in pair}))
    return [edge(db, source, target, **more) for source, target in pairs]


def row_of(db, id, scope="local"):
    """The node, its attributes read."""
    rows = db.named("SELECT * FROM graph_nodes WHERE id = ? AND scope = ?", id, scope)
    return {**rows[0], "attributes": read(rows[0]["attributes"])} if rows else None


def attributes_of(db, id, scope="local"):
    """As text, to the byte."""
    return db.value("SELECT attributes FROM graph_nodes WHERE id = ? AND scope = ?", id, scope)


def read(attributes):
    return json.loads(attributes) if attributes is not None else {}


def facts_of(db, columns="source, target, weight, valid_from, valid_to, superseded_at"):
    return db.run(f"SELECT {columns} FROM graph_edges ORDER BY edge_id")


def graph_of(db):
    """What the tables hold, as the model of the readers sees it."""
    facts = [Fact(*row[:6], attributes=read(row[6]), valid_from=row[7], valid_to=row[8], superseded_at=row[9])
             for row in db.run(f"SELECT {FACT} FROM graph_edges ORDER BY edge_id")]
    return Graph(set(db.run("SELECT id, scope FROM graph_nodes")), facts)


# ---- Random graphs ----

NAMES = ["a", "B", "b", "aa", "a b", "é", "Z", "'", '"', "😀", "\uffee", "0", "-", "[]", "\\"]
RELATIONSHIPS = ["knows", "Knows", "is a", "é"]
WEIGHTS = [0, 0.25, 0.5, 1, 1, 1.5, 2, 8]            # sums are exact


def fill(db, nodes, calls):
    """nodes: (id, scope); calls: (verb, source, target, scope, relationship, weight, at), made in their order."""
    db.run("BEGIN")
    db.run("""INSERT INTO graph_put_node(id, scope, type, attributes, by, at)
              SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), 'concept', '{"provenance": "p"}', 'ann', ?2 FROM json_each(?1)""", json.dumps(sorted(nodes)), day(1))
    for verb, source, target, scope, relationship, weight, at in calls:
        place = {"source": source, "target": target, "scope": scope, "relationship": relationship, "at": at}
        if verb == "end":
            call(db, "graph_end_edge", **place)
        else:
            call(db, "graph_put_edge", **place, weight=weight, attributes={"provenance": "p"}, by="ann")
    db.run("COMMIT")


def random_graph(db, choice, scopes=2, density=1.6, days=5):
    """Cycles, self-loops, parallel edges, ended and changed facts, in several scopes. What cannot be done is not tried."""
    names = choice.sample(NAMES, choice.randint(1, 9))
    places = choice.sample([scope for scope in SCOPES if scope != "identity"], choice.randint(1, scopes))
    known = {(name, scope) for name in names for scope in places if choice.random() < 0.9} or {(names[0], places[0])}
    calls, current = [], set()
    for step in range(int(len(known) * density) + 1):
        at = day(1 + days * step // (int(len(known) * density) + 1))
        scope = choice.choice(places)
        here = sorted(name for name, where in known if where == scope)
        if current and choice.random() < 0.2:
            key = choice.choice(sorted(current))
            current.discard(key)
            calls.append(("end", *key, None, at))
        elif here:
            key = (choice.choice(here), choice.choice(here), scope, choice.choice(RELATIONSHIPS[:choice.randint(1, 4)]))
            current.add(key)
            calls.append(("put", *key, choice.choice(WEIGHTS), at))
    if not choice.randint(0, 2):
        choice.shuffle(calls := [(*call[:6], day(1)) for call in calls if call[0] == "put"])
    fill(db, known, calls)
    return graph_of(db)


def questions(choice, graph, days=5):
    """Arguments that every reader understands, at random."""
    scopes = sorted({scope for _, scope in graph.nodes})
    return {"scope": choice.choice([None, None, *scopes, "local"]), "as_of": choice.choice([None, None, day(1), day(choice.randint(1, days)), day(9)])}


def ask(db, reader, *arguments):
    return db.named(f"SELECT * FROM {reader}({', '.join('?' * len(arguments))})", *arguments)
