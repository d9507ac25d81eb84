"""Any order of writes, endings, deletions and clock moves gives the tables of the model in graph_model.py."""
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from graph_calls import call, day, read
from graph_model import BadArgument, Memory, Refused
from support import BAD_ARGUMENT, REFUSED, Database, assert_same, dump, raises_sql

IDS, RELATIONS, TEXTS = ["a", "b", "A"], ["knows", "knows", "Knows"], ["s1", "s2"]
PLACES = st.sampled_from(["local", "local", "community", "environment", "network"])
ENDS, HERE = st.sampled_from(["a", "a", "b"]), st.sampled_from(["local"] * 6 + ["community", "environment", "network"])
ATTRIBUTES = st.none() | st.dictionaries(st.sampled_from(["provenance", "x"]), st.sampled_from(TEXTS), max_size=2)
WHO = st.sampled_from([None, "ann", "ann"])
CODES = {BadArgument: BAD_ARGUMENT, Refused: REFUSED}


class AnyOrder(RuleBasedStateMachine):
    @initialize()
    def open(self):
        self.folder = tempfile.TemporaryDirectory()
        self.db = Database(Path(self.folder.name) / "model.db")
        self.db.run("PRAGMA synchronous = OFF")
        self.db.run("SELECT lore_migrate('graph')")
        self.model, self.today, self.edges = Memory(), 10, {}
        for id in IDS:
            self.do("graph_put_node", id=id, scope="local", type="concept")

    def teardown(self):
        if hasattr(self, "db"):
            self.db.close()
            self.folder.cleanup()

    def do(self, verb, late=0, **arguments):
        """The same in both; an edge_id stands for the same fact."""
        at = day(self.today - late)
        try:
            expected = getattr(self.model, verb.removeprefix("graph_"))(at, **arguments)
        except (BadArgument, Refused) as error:
            before = dump(self.db)
            with raises_sql(f"{verb}: ", CODES[type(error)]):
                call(self.db, verb, at=at, **arguments)
            assert_same(before, dump(self.db))
            return
        got = call(self.db, verb, at=at, **arguments)
        if verb == "graph_put_edge":  # the edge_id of a deleted fact may come again
            self.edges = {fact.edge_id: self.edges.get(fact.edge_id, got) for fact in self.model.facts}
            assert self.edges[expected] == got and len(set(self.edges.values())) == len(self.edges)
        else:
            assert got == expected

    @rule(days=st.sampled_from([0, 1, 3]))
    def tick(self, days):
        self.today = min(self.today + days, 28)

    @rule(verb=st.sampled_from(["graph_put_node", "graph_merge_node"]), id=st.sampled_from(IDS), scope=PLACES, attributes=ATTRIBUTES, by=WHO,
          type=st.sampled_from(["concept", "Concept", "agent"]), expected=st.sampled_from([None, None, None, 0, 1, 2]))
    def write(self, verb, id, scope, attributes, by, type, expected):
        self.do(verb, id=id, scope=scope, type=type, attributes=attributes, by=by, expected_version=expected)

    @rule(source=ENDS, to=ENDS, scope=HERE, relationship=st.sampled_from(RELATIONS), by=WHO,
          weight=st.sampled_from([None, 1, 2, -0.5]), attributes=ATTRIBUTES, late=st.sampled_from([0, 0, 0, 4]), back=st.sampled_from([None, None, 0, 1, 3, -1]))
    def say(self, source, to, scope, relationship, by, weight, attributes, late, back):
        begin = None if back is None else day(self.today - late - back)
        current = [fact for fact in self.model.forms((source, to, scope, relationship)) if fact.is_current]
        if current and begin not in (None, current[0].valid_from):  # the page does not say what begins when nothing else changes
            weight = current[0].weight + 1
        self.do("graph_put_edge", late, source=source, target=to, scope=scope, relationship=relationship, weight=weight, attributes=attributes,
                valid_from=begin, by=by)

    @rule(source=ENDS, to=ENDS, scope=HERE, relationship=st.sampled_from(RELATIONS), late=st.sampled_from([0, 0, 4]))
    def end(self, source, to, scope, relationship, late):
        self.do("graph_end_edge", late, source=source, target=to, scope=scope, relationship=relationship)

    @rule(id=st.sampled_from(["a", "b", "A", "A", "x", "x", "x"]), scope=PLACES)
    def delete(self, id, scope):
        self.do("graph_delete_node", id=id, scope=scope)

    @rule(source=st.sampled_from([*TEXTS, "x", "x"]))
    def forget(self, source):
        self.do("graph_forget", source_event=source)

    @invariant()
    def the_tables_say_what_the_model_says(self):
        if not hasattr(self, "db"):
            return
        expected = self.model.tables()
        columns = {"graph_nodes": "id, scope, type, attributes, version, created_by, created_at",
                   "graph_history": "id, scope, version, type, attributes, written_by, written_at, replaced_at",
                   "graph_edges": "source, target, scope, relationship, weight, attributes, valid_from, valid_to, superseded_at"}
        for table, names in columns.items():
            place = names.split(", ").index("attributes")
            order = "edge_id" if table == "graph_edges" else "1, 2, 3"
            rows = [(*row[:place], read(row[place]), *row[place + 1:]) for row in self.db.run(f"SELECT {names} FROM {table} ORDER BY {order}")]
            assert rows == expected[table], table
        assert self.db.run("""SELECT * FROM graph_edges AS a JOIN graph_edges AS b USING (source, target, scope, relationship)
                               WHERE a.edge_id < b.edge_id AND a.superseded_at IS NULL AND b.superseded_at IS NULL
                                 AND a.valid_from < coalesce(b.valid_to, '9') AND b.valid_from < coalesce(a.valid_to, '9')""") == [], "no overlap"


AnyOrder.TestCase.settings = settings(max_examples=120, stateful_step_count=40, deadline=None, derandomize=True, database=None)
TestAnyOrderOfCallsGivesTheTablesOfTheModel = AnyOrder.TestCase
