"""What docs/graph.md says, in plain Python: a graph of facts in time, what the verbs make of it, and what the readers show.

By brute force and without SQL. Attributes are dictionaries; a moment is a text in the stored form.
"""
from dataclasses import dataclass, field, replace

SCOPES = ("local", "community", "environment", "network", "identity")


class BadArgument(Exception):
    pass


class Refused(Exception):
    pass


@dataclass
class Fact:
    """One row of graph_edges."""
    edge_id: int
    source: str
    target: str
    scope: str
    relationship: str
    weight: float
    attributes: dict = field(default_factory=dict)
    valid_from: str = ""
    valid_to: str = None
    superseded_at: str = None

    @property
    def key(self):
        return self.source, self.target, self.scope, self.relationship

    @property
    def is_current(self):
        return self.valid_to is None and self.superseded_at is None

    def held_at(self, moment):
        """None: now."""
        if moment is None:
            return self.is_current
        return self.superseded_at is None and self.valid_from <= moment and (self.valid_to is None or moment < self.valid_to)


@dataclass(frozen=True, order=True)
class Step:
    """From one node to the next, in the order in which a walk takes them."""
    is_incoming: bool
    scope: str
    relationship: str
    node: str


class Graph:
    """What the readers say of nodes {(id, scope)} and facts [Fact]."""

    def __init__(self, nodes, facts):
        self.nodes, self.facts = nodes, facts

    def ids(self, scope=None):
        return {id for id, where in self.nodes if scope in (None, where)}

    def held(self, scope=None, as_of=None, relationship=None):
        return [fact for fact in self.facts
                if scope in (None, fact.scope) and relationship in (None, fact.relationship) and fact.held_at(as_of)]

    def steps(self, direction="out", **filters):
        """node -> {Step: the fact that is this step}"""
        found = {}
        for fact in self.held(**filters):
            if direction in ("out", "both"):
                found.setdefault(fact.source, {})[Step(False, fact.scope, fact.relationship, fact.target)] = fact
            if direction in ("in", "both"):
                found.setdefault(fact.target, {})[Step(True, fact.scope, fact.relationship, fact.source)] = fact
        return found

    # ---- Walks and paths ----

    def walk(self, start, scope=None, max_depth=3, direction="out", relationship=None, as_of=None):
        """node -> the steps to it: of the shortest ways the first."""
        if start not in self.ids(scope):
            return {}
        steps = self.steps(direction, scope=scope, as_of=as_of, relationship=relationship)
        best, border, depth = {start: ()}, {start}, 0
        while border and (max_depth is None or depth < max_depth):
            found = {}
            for node in border:
                for step in steps.get(node, {}):
                    if step.node not in best:
                        found.setdefault(step.node, []).append(best[node] + (step,))
            best.update({node: min(ways) for node, ways in found.items()})
            border, depth = set(found), depth + 1
        return best

    def distance(self, source, target, scope=None, max_depth=None, direction="out", relationship=None, as_of=None, weighted=True):
        """The least sum of weights, or number of steps, over the ways of at most max_depth steps; None when there is no way."""
        known = self.ids(scope)
        if source not in known or target not in known:
            return None
        steps = self.steps(direction, scope=scope, as_of=as_of, relationship=relationship)
        least = {source: 0.0}
        for _ in range(len(known) if max_depth is None else min(max_depth, len(known))):
            further = dict(least)
            for node, distance in least.items():
                for step, fact in steps.get(node, {}).items():
                    reached = distance + (fact.weight if weighted else 1)
                    further[step.node] = min(reached, further.get(step.node, reached))
            least = further
        return least.get(target)

    # ---- The whole ----

    def components(self, scope=None, as_of=None):
        """{node: (component, size)}"""
        name = {node: node for node in self.ids(scope)}
        facts, is_moving = self.held(scope, as_of), True
        while is_moving:
            is_moving = False
            for fact in facts:
                least = min(name[fact.source], name[fact.target])
                is_moving = is_moving or name[fact.source] != least or name[fact.target] != least
                name[fact.source] = name[fact.target] = least
        sizes = list(name.values())
        return {node: (component, sizes.count(component)) for node, component in name.items()}

    def rank(self, scope=None, damping=0.85, iterations=100, as_of=None):
        nodes, facts = sorted(self.ids(scope)), self.held(scope, as_of)
        if any(fact.weight < 0 for fact in facts):
            raise Refused("weight")
        shared = {node: sum(fact.weight for fact in facts if fact.source == node) for node in nodes}
        rank = dict.fromkeys(nodes, 1 / len(nodes)) if nodes else {}
        for _ in range(iterations):
            loose = sum(rank[node] for node in nodes if shared[node] == 0)
            new = dict.fromkeys(nodes, (1 - damping + damping * loose) / len(nodes)) if nodes else {}
            for fact in facts:
                if shared[fact.source] > 0:
                    new[fact.target] += damping * rank[fact.source] * fact.weight / shared[fact.source]
            moved, rank = sum(abs(new[node] - rank[node]) for node in nodes), new
            if moved < 1e-12:
                break
        return rank

    def diff(self, since, until, scope=None):
        """{key: (change, Fact at until or None, Fact at since or None)}"""
        before = {fact.key: fact for fact in self.held(scope, since)}
        after = {fact.key: fact for fact in self.held(scope, until)}
        changes = {}
        for key in before.keys() | after.keys():
            old, new = before.get(key), after.get(key)
            if old is None or new is None:
                changes[key] = ("added" if old is None else "ended", new, old)
            elif (old.weight, old.attributes) != (new.weight, new.attributes):
                changes[key] = ("changed", new, old)
        return changes


# ---- What the verbs do ----

@dataclass
class Node:
    type: str
    attributes: dict
    version: int
    written_by: str
    written_at: str
    created_by: str
    created_at: str


class Memory(Graph):
    """A graph that is written: a method a verb, which returns what the call returns. A refusal changes nothing."""

    def __init__(self):
        super().__init__({}, [])       # (id, scope) -> Node
        self.history = []              # (id, scope, version, type, attributes, written_by, written_at, replaced_at)
        self.made = 0

    @staticmethod
    def check_who(scope, by):
        if scope in ("environment", "network") and by is None:
            raise BadArgument("by")

    @staticmethod
    def check_whence(scope, attributes):
        if scope == "network" and "provenance" not in attributes:
            raise BadArgument("provenance")

    # ---- Nodes ----

    def put_node(self, at, id, scope, type, attributes=None, expected_version=None, by=None, is_merge=False):
        node = self.nodes.get((id, scope))
        known = {} if node is None else node.attributes
        new = known if attributes is None else {**known, **attributes} if is_merge else attributes
        self.check_who(scope, by)
        if expected_version is not None and expected_version != (0 if node is None else node.version):
            raise Refused("expected_version")
        self.check_whence(scope, new)
        if node is None:
            self.nodes[id, scope] = Node(type.lower(), new, 1, by, at, by, at)
            return 1
        if (node.type, node.attributes) != (type.lower(), new):
            self.history.append((id, scope, node.version, node.type, node.attributes, node.written_by, node.written_at, at))
            self.nodes[id, scope] = replace(node, type=type.lower(), attributes=new, version=node.version + 1, written_by=by, written_at=at)
        return self.nodes[id, scope].version

    def merge_node(self, at, id, scope, type, **more):
        return self.put_node(at, id, scope, type, is_merge=True, **more)

    # ---- Facts ----

    def forms(self, key):
        return [fact for fact in self.facts if fact.key == key and fact.superseded_at is None]

    def put_edge(self, at, source, target, scope, relationship, weight=None, attributes=None, valid_from=None, by=None):
        key, begin = (source, target, scope, relationship), valid_from or at
        current = next((fact for fact in self.forms(key) if fact.is_current), None)
        if weight is None:
            weight = current.weight if current else 1
        if attributes is None:
            attributes = current.attributes if current else {}
        self.check_who(scope, by)
        if not {(source, scope), (target, scope)} <= self.nodes.keys():
            raise Refused("node")
        if begin > at:
            raise BadArgument("valid_from")
        self.check_whence(scope, attributes)
        if current and (weight, attributes) == (current.weight, current.attributes) and valid_from in (None, current.valid_from):
            return current.edge_id
        if begin < max([fact.valid_to for fact in self.forms(key) if fact.valid_to], default=""):
            raise Refused("valid_from")
        if current and begin > current.valid_from:
            current.valid_to = begin
        elif current:
            current.superseded_at = at
        self.made += 1
        self.facts.append(Fact(self.made, *key, weight, attributes, begin))
        return self.made

    def end_edge(self, at, source, target, scope, relationship):
        forms = self.forms((source, target, scope, relationship))
        if not forms:
            raise Refused("fact")
        current = next((fact for fact in forms if fact.is_current), None)
        if current is None:
            return 0
        if at < current.valid_from:
            raise Refused("at")
        current.valid_to = at
        return 1

    # ---- Deleting ----

    def drop(self, nodes, is_dropped):
        """These nodes with their edges and history, and the edges of which it is true; how many nodes and edges."""
        gone = [fact for fact in self.facts if is_dropped(fact) or {(fact.source, fact.scope), (fact.target, fact.scope)} & nodes]
        self.facts = [fact for fact in self.facts if not any(fact is other for other in gone)]
        self.history = [version for version in self.history if version[:2] not in nodes]
        self.nodes = {place: node for place, node in self.nodes.items() if place not in nodes}
        return len(nodes) + len(gone)

    def delete_node(self, at, id, scope):
        if (id, scope) not in self.nodes:
            raise Refused("node")
        return self.drop({(id, scope)}, lambda fact: False)

    def forget(self, at, source_event):
        self.history = [version for version in self.history if version[4].get("provenance") != source_event]
        nodes = {place for place, node in self.nodes.items() if node.attributes.get("provenance") == source_event}
        return self.drop(nodes, lambda fact: fact.attributes.get("provenance") == source_event)

    # ---- What the tables hold ----

    def tables(self):
        return {
            "graph_nodes": sorted((*place, node.type, node.attributes, node.version, node.created_by, node.created_at)
                                  for place, node in self.nodes.items()),
            "graph_history": sorted(self.history, key=lambda version: version[:3]),
            "graph_edges": [(*fact.key, fact.weight, fact.attributes, fact.valid_from, fact.valid_to, fact.superseded_at)
                            for fact in self.facts],
        }


# ---- Configurations ----

LOCAL_KINDS = ("filter_config", "channel_config", "user_tracking", "response_templates", "tool_preferences")
IDENTITY_KINDS = ("behavior_config", "ethical_boundaries", "capability_limits", "trust_parameters", "learning_rules")


class Configuration:
    """One configuration: each version that it had, the oldest first."""

    def __init__(self):
        self.versions = []

    @property
    def members(self):
        return self.versions[-1] if self.versions else {}

    def become(self, members):
        if not self.versions or members != self.members:
            self.versions.append(members)
        return len(self.versions)

    def set(self, patch):
        return self.become({**self.members, **patch})

    def rollback(self, version):
        if not 1 <= version <= len(self.versions):
            raise Refused("version")
        return self.become(self.versions[version - 1])

    def learn(self, at, counts=None, rates=None, alpha=0.1, learned_patterns=None):
        new = dict(self.members)
        if counts:
            new["counts"] = dict(new.get("counts", {}))
            for name, number in counts.items():
                new["counts"][name] = new["counts"].get(name, 0) + number
        if rates:
            new["rates"] = dict(new.get("rates", {}))
            for name, seen in rates.items():
                old = new["rates"].get(name)
                new["rates"][name] = seen if old is None else old + alpha * (seen - old)
        for text in learned_patterns or ():
            known = [dict(entry) for entry in new.get("learned_patterns", [])]
            entry = next((entry for entry in known if entry["pattern"] == text), None)
            if entry is None:
                known.append({"pattern": text, "hits": 1, "last_seen": at})
            else:
                entry["hits"], entry["last_seen"] = entry["hits"] + 1, at
            new["learned_patterns"] = known
        return self.become(new)
