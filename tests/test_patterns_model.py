"""Records, corrections, rollbacks and syncs in any order, against a model that sums everything up from scratch each time."""
import contextlib
import json
import sqlite3
import tempfile
from fractions import Fraction
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from pattern_calls import batch, changes_of, pattern, pending, process, record, save
from support import Database, assert_same, dump

SIGNATURES = ["test:pytest:all", "build:typecheck:backend", "made:up:one"]
IDS = ["w1", "w2", "w3", "w4"]
TEXTS = [("Run pytest", None), ("Run pytest", "tsc failed"), ("Sing", "tsc failed"), ("Sing", None)]
START = 1772366400  # 2026-03-01T12:00:00Z

metrics = st.fixed_dictionaries({
    "total_tokens": st.sampled_from([None, 0, 1, 999, 10**15]), "actual_cost_total": st.sampled_from([None, 0, 0.1, 1e-9, 3.5, 10**9]),
    "duration_seconds": st.sampled_from([None, 0, 0.001, 100, 163.2, 164, -10, 10**9]), "error_count": st.sampled_from([None, 0, 1, 5]),
    "retry_count": st.sampled_from([None, 0, 1, 3])})
texts = st.sampled_from(TEXTS)


def contribution(document, error_message=None):
    """(tokens, nano-units, ms, errors, retries) of a document."""
    errors = document.get("error_count")
    duration = document.get("duration_seconds")
    return (document.get("total_tokens") or 0, round((document.get("actual_cost_total") or 0) * 1e9),
            None if duration is None else round(duration * 1000), (1 if error_message else 0) if errors is None else errors,
            document.get("retry_count"))


def shown(text, error_message):
    return [s for s, there in ((SIGNATURES[0], "pytest" in text), (SIGNATURES[1], error_message)) if there]


def score(rows):
    """The rules of the page, over all occurrences anew."""
    n = len(rows)
    frequency = 40 if n >= 10 else 30 if n >= 5 else 20 if n >= 3 else 10
    durations = [Fraction(row[2], 1000) for row in rows if row[2]]
    consistency = 15
    if len(durations) > 1:
        mean = sum(durations) / len(durations)
        variance = sum((d - mean)**2 for d in durations) / len(durations)
        consistency = 30 if variance < 100 else 20 if variance < 1000 else 10
    errors, retries = Fraction(sum(row[3] for row in rows), n), Fraction(sum(row[4] or 0 for row in rows), n)
    success = 30 if errors == retries == 0 else 20 if errors < 1 and retries < 2 else 10 if errors < 3 else 5
    return float(frequency + consistency + success)


class Patterns(RuleBasedStateMachine):
    @initialize()
    def open(self):
        self.folder = tempfile.TemporaryDirectory()
        self.db = Database(Path(self.folder.name) / "model.db")
        self.db.run("PRAGMA synchronous = OFF")
        self.db.run("SELECT lore_migrate('patterns')")
        self.now = START
        self.tick(0)
        self.occurrences, self.history, self.saved = {}, {}, []  # (signature, id): contribution; id: document, text, error, learned

    def teardown(self):
        if hasattr(self, "db"):
            self.db.close()
            self.folder.cleanup()

    @rule(seconds=st.integers(0, 100))
    def tick(self, seconds):
        self.now += seconds
        self.db.run("SELECT lore_clock(?)", self.now)

    # ---- What the model does at each call ----

    def learn(self, id, document, text, error):
        for signature in shown(text, error):
            self.occurrences[signature, id] = contribution(document, error)

    @rule(signature=st.sampled_from(SIGNATURES), id=st.sampled_from(IDS), document=metrics)
    def record(self, signature, id, document):
        known = self.occurrences.get((signature, id))
        changes = changes_of(self.db, lambda: record(self.db, signature, id=id, nl_input="x", **document))
        self.occurrences[signature, id] = contribution(document)
        if known is None or known[:2] != contribution(document)[:2]:
            assert changes >= 2
        assert changes_of(self.db, lambda: record(self.db, signature, id=id, nl_input="x", **document)) == 0

    @rule(id=st.sampled_from(IDS), document=metrics, text=texts)
    def process(self, id, document, text):
        call = lambda: process(self.db, id=id, nl_input=text[0], error_message=text[1], **document)  # noqa: E731
        assert call()["patterns_detected"] == len(shown(*text))
        self.learn(id, document, *text)
        assert changes_of(self.db, call) == 0

    @rule(documents=st.lists(st.tuples(st.sampled_from(IDS), metrics, texts), max_size=4), bad=st.booleans())
    def batch(self, documents, bad):
        array = [{"workflow_id": id, "nl_input": text[0], "error_message": text[1], **document} for id, document, text in documents]
        bad_ones = [{"workflow_id": "w1", "nl_input": "Run pytest", "total_tokens": -1}] * bad
        done = batch(self.db, array + bad_ones)
        assert (done["processed"], done["errors"], done["total_patterns"]) == (len(array), bad, sum(len(shown(*text)) for _, _, text in documents))
        for id, document, text in documents:
            self.learn(id, document, *text)

    @rule(id=st.sampled_from(IDS), document=metrics, text=texts)
    def save(self, id, document, text):
        old = self.history.get(id)
        document = {name: value for name, value in document.items() if value is not None}
        members = {"nl_input": text[0], **document, **({"error_message": text[1]} if text[1] else {})}
        merged = {**(old["members"] if old else {}), **members}
        assert save(self.db, id=id, **members) == (old is None or merged != old["members"])
        self.history[id] = {"members": merged, "learned": bool(old and old["learned"] and merged == old["members"])}
        assert changes_of(self.db, lambda: save(self.db, id=id, **members)) == 0

    @rule(id=st.sampled_from(IDS), tokens=st.sampled_from([0, 1, 77]))
    def plain_update(self, id, tokens):
        self.db.run("UPDATE workflow_history SET total_tokens = ? WHERE workflow_id = ?", tokens, id)
        if id in self.history and self.history[id]["members"].get("total_tokens") != tokens:
            self.history[id] = {"members": {**self.history[id]["members"], "total_tokens": tokens}, "learned": False}

    @rule()
    def learn_pending(self):
        waiting = [id for id, row in self.history.items() if not row["learned"]]
        assert pending(self.db)["processed"] == len(waiting)
        for id in waiting:
            members = self.history[id]["members"]
            self.learn(id, members, members["nl_input"], members.get("error_message"))
            self.history[id] = {"members": members, "learned": True}
        assert changes_of(self.db, lambda: pending(self.db)) == 0

    # ---- Going back ----

    @rule()
    def savepoint(self):
        self.db.run(f"SAVEPOINT s{len(self.saved)}")
        self.saved.append((dict(self.occurrences), dict(self.history), dump(self.db)))

    @precondition(lambda self: self.saved)
    @rule(back=st.booleans())
    def end_savepoint(self, back):
        occurrences, history, before = self.saved.pop()
        if back:
            self.db.run(f"ROLLBACK TO s{len(self.saved)}")
            self.occurrences, self.history = occurrences, history
            assert_same(before, dump(self.db))
        self.db.run(f"RELEASE s{len(self.saved)}")

    @rule(id=st.sampled_from(IDS), document=metrics, text=texts)
    def a_statement_that_fails_leaves_nothing(self, id, document, text):
        before = dump(self.db)
        good = {"workflow_id": id, "nl_input": text[0], "error_message": text[1], **document}
        with contextlib.suppress(sqlite3.Error):
            self.db.run("INSERT INTO pattern_process(workflow) SELECT CASE value WHEN 1 THEN ? ELSE '{\"total_tokens\": -1}' END FROM json_each('[1, 2]')",
                        json.dumps(good))
            raise AssertionError("the second document is refused")
        assert_same(before, dump(self.db))

    @rule()
    def recompute(self):
        assert self.db.value("SELECT pattern_recompute()") == 0
        assert changes_of(self.db, lambda: self.db.run("SELECT pattern_recompute()")) == 0

    # ---- What must be so at any time ----

    @invariant()
    def the_statistics_are_those_of_the_occurrences(self):
        if not hasattr(self, "db"):
            return
        stored = {(row[0], row[1]): row[2:] for row in self.db.run(
            """SELECT p.pattern_signature, o.workflow_id, o.tokens, o.cost_nano, o.duration_ms, o.error_count, o.retry_count
                 FROM pattern_occurrences AS o JOIN operation_patterns AS p ON p.id = o.pattern_id""")}
        assert stored == self.occurrences
        for signature in SIGNATURES:
            rows = [row for (s, _), row in self.occurrences.items() if s == signature]
            assert (pattern(self.db, signature) is None) == (not rows)
            if rows:
                self.compare(pattern(self.db, signature), rows)

    def compare(self, row, rows):
        n = len(rows)
        durations = [r[2] for r in rows if r[2]]
        exact = {"occurrence_count": n, "tokens_sum": sum(r[0] for r in rows), "cost_nano_sum": sum(r[1] for r in rows),
                 "duration_count": len(durations), "duration_ms_sum": sum(durations), "error_count": n, "error_sum": sum(r[3] for r in rows),
                 "retry_count": sum(r[4] is not None for r in rows), "retry_sum": sum(r[4] or 0 for r in rows)}
        assert {name: row[name] for name in exact} == exact
        assert row["duration_squares_e18"] * 10**18 + row["duration_squares_rest"] == sum(d * d for d in durations)
        assert row["avg_tokens_with_llm"] == (2 * exact["tokens_sum"] + n) // (2 * n)
        assert row["avg_tokens_with_tool"] == (exact["tokens_sum"] + 10 * n) // (20 * n)
        cost = exact["cost_nano_sum"] / 1e9 / n
        assert row["avg_cost_with_llm"] == cost
        assert abs(row["potential_monthly_savings"] - 0.95 * cost * n) <= 1e-12 * cost * n
        assert row["confidence_score"] == score(rows) == self.db.value("SELECT confidence_score(?)", row["pattern_signature"])


Patterns.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None, derandomize=True, database=None)
TestAnyOrderOfCallsLeavesTheStatisticsOfTheOccurrences = Patterns.TestCase
