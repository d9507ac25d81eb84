"""Random calls in random order while time moves, against tests/work_model.py: each result, each row, each line of the log."""
import json
import random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support import BAD_ARGUMENT, REFUSED, Database, image_of, raises_sql
from work_model import ACTIVE, BadArgument, Refused, Work, text_of

START = 1_768_035_600_000  # 2026-01-10T09:00:00Z
STEPS = [0, 1, 999, 1_000, 30_000, 60_000, 300_000, 3_599_999, 3_600_000, 7 * 3_600_000, 12 * 3_600_000]
TASKS, THOUGHTS, WORKERS = [f"t{n}" for n in range(6)], [f"h{n}" for n in range(7)], ["w1", "w2"]
KINDS = ["task", "thought"]

TASK_ROW = ("SELECT task_id, status, priority, parent_task_id, unique_key, max_attempts, not_before, attempts, lease_token, lease_worker, "
            "lease_until, outcome FROM tasks ORDER BY task_id")
THOUGHT_ROW = ("SELECT thought_id, status, priority, parent_thought_id, source_task_id, not_before, attempts, lease_token, lease_worker, "
               "lease_until, final_action, escalation_level, ponder_count FROM thoughts ORDER BY thought_id")


def number_of(token):
    return None if token is None else int(token.rsplit("-", 1)[1])


class Pair:
    """The extension and the model side by side."""

    def __init__(self, image):
        self.db = Database(":memory:", load=False)
        self.db.connection.deserialize(image) if hasattr(self.db.connection, "deserialize") else self._copy(image)
        self.db.load()
        self.model = Work(START)
        self.tokens = {}  # number -> text
        self.move_clock(0)

    def _copy(self, image):
        self.db.load()
        self.db.run("SELECT lore_migrate('work')")

    def move_clock(self, by):
        self.model.now += by
        self.db.run("SELECT lore_clock(?)", text_of(self.model.now))

    def call(self, method, verb, *arguments, model=None):
        """The same in both: the same result or a refusal of both."""
        sql = f"SELECT {verb}({', '.join('?' * len(arguments))})"
        try:
            expected = getattr(self.model, method)(*(arguments if model is None else model))
        except (Refused, BadArgument) as error:
            with raises_sql(f"{verb}: ", BAD_ARGUMENT if isinstance(error, BadArgument) else REFUSED):
                self.db.run(sql, *arguments)
            return
        found = self.db.value(sql, *arguments)
        assert (json.loads(found) if isinstance(expected, dict) else found) == expected, (verb, arguments)

    def claim(self, kind, worker, most, seconds, request):
        void_before = {row.id for row in self.model.thoughts.values() if kind == "thought" and row.status == "pending" and self.model.void(row)}
        claimed = json.loads(self.db.value("SELECT work_claim(?, ?, ?, ?, ?)", kind, worker, most, seconds, request))
        self.adopt_rejected(kind, void_before)
        expected = self.model.claim(kind, worker, most, seconds, request)
        assert [(one["id"], number_of(one["token"])) for one in claimed] == expected
        assert len({one["token"].rsplit("-", 1)[0] for one in claimed}) <= 1
        self.tokens |= {number_of(one["token"]): one["token"] for one in claimed}

    def adopt_rejected(self, kind, void_before):
        """Which of the void thoughts a claim meets is its own affair; those must be void, and stand first in what it logs."""
        if kind != "thought":
            return
        self.model.wake(kind)
        rows = self.db.run("SELECT id, reason FROM work_log WHERE seq > ? AND to_status = 'rejected' ORDER BY seq", len(self.model.log))
        for id, reason in rows:
            thought = self.model.thoughts[id]
            assert thought.status == "pending" and self.model.void(thought) == reason
            assert id in void_before or thought.status == "pending"
            self.model.move(thought, "rejected", None, reason)

    def compare(self):
        model = self.model
        assert self.db.run("SELECT kind, id, at, from_status, to_status, worker, reason FROM work_log ORDER BY seq") == [
            (kind, id, text_of(at), *rest) for kind, id, at, *rest in model.log]
        assert [(*row[:8], number_of(row[8]), *row[9:]) for row in self.db.run(TASK_ROW)] == [
            (r.id, r.status, r.priority, r.parent, r.unique_key, r.max_attempts, text_of(r.not_before), r.attempts, r.token, r.worker,
             text_of(r.until), r.outcome) for _, r in sorted(model.tasks.items())]
        assert [(*row[:7], number_of(row[7]), *row[8:]) for row in self.db.run(THOUGHT_ROW)] == [
            (r.id, r.status, r.priority, r.parent, r.task, text_of(r.not_before), r.attempts, r.token, r.worker, text_of(r.until), r.outcome,
             r.level, r.ponders) for _, r in sorted(model.thoughts.items())]
        for kind in KINDS:
            assert self.db.value("SELECT work_next_at(?)", kind) == model.next_at(kind)
            assert self.db.run("SELECT id, effective_priority, runnable FROM work_pending(?)", kind) == model.pending(kind)


def pick(values, n):
    return values[n % len(values)]


class Step:
    """One random call: a method's name and three numbers that choose its arguments."""

    def task_add(self, pair, a, b, c):
        until = pick([None, None, None, pair.model.now + 60_000], c)
        arguments = ("a task", pick([0, 0, 3, 9, -2], b), pick([None, None, *TASKS], c), until, pick([None, None, "k1", "k2"], a + b),
                     pick([None, None, 1, 2], c), pick(TASKS, a))
        text, priority, parent, not_before, key, most, id = arguments
        pair.call("task_add", "task_add", text, priority, None, None, parent, text_of(not_before), key, most, id, model=arguments)

    def thought_add(self, pair, a, b, c):
        task, parent, id = pick(TASKS, b), pick([None, None, *THOUGHTS], c), pick(THOUGHTS, a)
        pair.call("thought_add", "thought_add", task, "a thought", None, parent, None, id, model=(task, "a thought", parent, id))

    def claim(self, pair, a, b, c):
        pair.claim(pick(KINDS, a), pick(WORKERS, b), pick([1, 1, 2, 5], c), pick([60, 300], a + c), pick([None, None, "r1", "r2"], b + c))

    def _token(self, pair, n):
        known = sorted(pair.tokens)
        return known[-1 - n % min(len(known), 6)] if known else 1

    def _end(self, pair, a, method, verb, *arguments, model=None):
        token = self._token(pair, a)
        pair.call(method, verb, pair.tokens.get(token, "made up"), *arguments, model=(token, *(arguments if model is None else model)))

    def extend(self, pair, a, b, c):
        self._end(pair, a, "extend", "work_extend", pick([1, 60, 7200], b))

    def complete(self, pair, a, b, c):
        self._end(pair, a, "complete", "work_complete", pick([None, '{"a": 1}'], b))

    def fail(self, pair, a, b, c):
        self._end(pair, a, "fail", "work_fail", "it broke")

    def defer(self, pair, a, b, c):
        until = pick([None, pair.model.now + 60_000, pair.model.now + 1, pair.model.now], b)
        self._end(pair, a, "defer", "work_defer", text_of(until), pick([None, "later"], c), model=(until, pick([None, "later"], c)))

    def release(self, pair, a, b, c):
        self._end(pair, a, "release", "work_release")

    def reject(self, pair, a, b, c):
        self._end(pair, a, "reject", "thought_reject", "no")

    def ponder(self, pair, a, b, c):
        self._end(pair, a, "ponder", "thought_ponder", "and then", pick(THOUGHTS, b))

    def resume(self, pair, a, b, c):
        kind = pick(KINDS, a)
        pair.call("resume", "work_resume", kind, pick(TASKS if kind == "task" else THOUGHTS, b), "again")

    def escalate(self, pair, a, b, c):
        pair.call("escalate", "thought_escalate", pick(THOUGHTS, a), "urgent")

    def cancel(self, pair, a, b, c):
        kind = pick(KINDS, a)
        pair.call("cancel", "work_cancel", kind, pick(TASKS if kind == "task" else THOUGHTS, b), "stop")

    def sweep(self, pair, a, b, c):
        pair.call("sweep", "work_sweep")

    def plain_delete(self, pair, a, b, c):
        """By other software; a deleted row's token is nobody's."""
        pair.db.run("DELETE FROM tasks WHERE task_id = ?", pick(TASKS, a))
        pair.model.tasks.pop(pick(TASKS, a), None)

    def plain_priority(self, pair, a, b, c):
        pair.db.run("UPDATE tasks SET priority = ? WHERE task_id = ?", b % 12, pick(TASKS, a))
        if pick(TASKS, a) in pair.model.tasks:
            pair.model.set_priority(pick(TASKS, a), b % 12)

    def plain_status(self, pair, a, b, c):
        """By other software, which knows no leases."""
        kind = pick(KINDS, a)
        id, to = pick(TASKS if kind == "task" else THOUGHTS, b), pick(["pending", "active", "active", "completed", "deferred"], c)
        to = ACTIVE[kind] if to == "active" else to
        rows = pair.model.rows(kind)
        key = rows[id].unique_key if id in rows else None
        if key is not None and any(row.id != id and row.unique_key == key and row.is_live for row in rows.values()):
            return
        pair.db.run(f"UPDATE {kind}s SET status = ? WHERE {kind}_id = ?", to, id)
        if id in rows:
            pair.model.plain_status(rows[id], to)

    def plain_task(self, pair, a, b, c):
        """A thought is about another task from now on."""
        thought, task = pick(THOUGHTS, a), pick(TASKS, b)
        pair.db.run("UPDATE thoughts SET source_task_id = ? WHERE thought_id = ?", task, thought)
        if thought in pair.model.thoughts:
            pair.model.thoughts[thought].task = task
            pair.model.set_status(pair.model.thoughts[thought], pair.model.thoughts[thought].status)

    def plain_parent(self, pair, a, b, c):
        """A circle too."""
        pair.db.run("UPDATE tasks SET parent_task_id = ? WHERE task_id = ?", pick(TASKS, b), pick(TASKS, a))
        if pick(TASKS, a) in pair.model.tasks:
            pair.model.tasks[pick(TASKS, a)].parent = pick(TASKS, b)

    def plain_ponders(self, pair, a, b, c):
        pair.db.run("UPDATE thoughts SET ponder_count = 7 WHERE thought_id = ?", pick(THOUGHTS, a))
        if pick(THOUGHTS, a) in pair.model.thoughts:
            pair.model.thoughts[pick(THOUGHTS, a)].ponders = 7

    def plain_attempts(self, pair, a, b, c):
        pair.db.run("UPDATE thoughts SET attempts = 4 WHERE thought_id = ?", pick(THOUGHTS, a))
        if pick(THOUGHTS, a) in pair.model.thoughts:
            pair.model.thoughts[pick(THOUGHTS, a)].attempts = 4


OFTEN = ["task_add", "thought_add", "claim", "claim"]
NAMES = [name for name in vars(Step) if not name.startswith("_")] + OFTEN
NUMBER = st.integers(0, 30)
CALLS = st.lists(st.tuples(st.sampled_from(NAMES), NUMBER, NUMBER, NUMBER, st.sampled_from(STEPS)), min_size=1, max_size=45)


def image():
    db = Database(":memory:")
    db.run("SELECT lore_migrate('work')")
    made = image_of(db.connection)
    db.close()
    return made


IMAGE = image()
BEGINNING = [("task_add", n, n, 0) for n in range(4)] + [("thought_add", n, n, 0) for n in range(4)]


def play(calls):
    pair, step = Pair(IMAGE), Step()
    for name, *numbers in BEGINNING:
        getattr(step, name)(pair, *numbers)
    for name, a, b, c, by in calls:
        pair.move_clock(by)
        getattr(step, name)(pair, a, b, c)
        pair.compare()
    assert pair.db.value("PRAGMA integrity_check") == "ok"
    moves = {(kind, before, after) for kind, _, _, before, after, *_ in pair.model.log}
    pair.db.close()
    return moves


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(CALLS)
def test_any_calls_do_what_the_model_does(calls):
    play(calls)


def test_long_runs_do_what_the_model_does_and_meet_every_transition():
    chance, met = random.Random(7), set()
    for _ in range(150):
        met |= play([(chance.choice(NAMES), *(chance.randrange(31) for _ in range(3)), chance.choice(STEPS)) for _ in range(60)])
    db = Database(":memory:")
    logged = "SELECT DISTINCT kind, from_status, to_status FROM work_transitions WHERE verb <> 'work_extend'"
    assert met == set(db.run(logged))
    db.close()
