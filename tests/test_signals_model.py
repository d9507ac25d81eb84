"""Claims, marks, releases and a moving clock, in any order, against a model that says in Python what each may do."""
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from signal_calls import claim, push, reject, release, reopen, save
from support import REFUSED, Database, raises_sql

START = 1772366400  # 2026-03-01T12:00:00Z
LEASE = 60


class Row:
    """What the model knows of one signal."""

    def __init__(self):
        self.status, self.token, self.until, self.worker, self.detail, self.attempts, self.log = "pending", None, None, None, None, 0, []

    def step(self, to):
        self.log.append((self.status, to))
        self.status = to

    def is_live(self, now):
        return self.until is not None and self.until > now

    def admits(self, token, now):
        return (token is not None and token == self.token) or (token is None and not self.is_live(now))

    def waits(self, now):
        return self.status == "pending" or (self.status == "claimed" and not self.is_live(now))


class Signals(RuleBasedStateMachine):
    tokens = Bundle("tokens")

    @initialize(count=st.integers(1, 6))
    def open(self, count):
        self.folder = tempfile.TemporaryDirectory()
        self.db = Database(Path(self.folder.name) / "model.db")
        self.db.run("PRAGMA synchronous = OFF")
        self.db.run("SELECT lore_migrate('signals')")
        self.now, self.requests = START, {}
        self.rows = {}
        self.tick(0)
        for n in range(count):
            self.rows[save(self.db, source_id=str(n))] = Row()

    def teardown(self):
        if hasattr(self, "db"):
            self.db.close()
            self.folder.cleanup()

    def refused(self, act):
        with raises_sql("", REFUSED):
            act()

    @rule(seconds=st.sampled_from([0, 1, 30, 59, 60, 61, 3600]))
    def tick(self, seconds):
        self.now += seconds
        self.db.run("SELECT lore_clock(?)", self.now)

    @rule(target=tokens, most=st.integers(1, 4), worker=st.sampled_from(["w1", "w2"]), request=st.sampled_from([None, None, "r1", "r2"]))
    def claim(self, most, worker, request):
        got = claim(self.db, most, worker=worker, lease_seconds=LEASE, request=request)
        again = [id for id, row in self.rows.items() if request and row.token and row.token == self.requests.get(request)]
        if again:
            assert list(got) == again
            return self.requests[request]
        waiting = [id for id, row in self.rows.items() if row.waits(self.now)][:most]
        assert list(got) == waiting
        assert len(set(got.values())) <= 1
        for id, token in got.items():
            row = self.rows[id]
            row.step("claimed")
            row.token, row.worker, row.until, row.attempts = token, worker, self.now + LEASE, row.attempts + 1
        token = next(iter(got.values()), None)
        if request and token:
            assert self.requests.setdefault(request, token) == token, "the token follows from the request"
        return token

    @rule(id=st.integers(1, 7), token=st.one_of(tokens, st.just(None), st.just("made up")), pushed=st.booleans(), detail=st.sampled_from(["x", "y"]))
    def mark(self, id, token, pushed, detail):
        act, to = (push, "pushed") if pushed else (reject, "rejected")
        row = self.rows.get(id)
        if row and (row.status, row.detail) == (to, detail):
            assert act(self.db, id, detail, token=token) == 0
        elif row is None or not row.admits(token, self.now):
            self.refused(lambda: act(self.db, id, detail, token=token))
        else:
            assert act(self.db, id, detail, token=token) == 1
            row.step(to)
            row.detail, row.until, row.worker = detail, None, None

    @rule(id=st.integers(1, 7))
    def reopen(self, id):
        row = self.rows.get(id)
        if row and row.status == "pending":
            assert reopen(self.db, id) == 0
        elif row is None or (row.status == "claimed" and row.is_live(self.now)):
            self.refused(lambda: reopen(self.db, id))
        else:
            assert reopen(self.db, id) == 1
            row.step("pending")
            row.detail = row.until = row.worker = row.token = None

    @rule(ids=st.lists(st.integers(1, 7), max_size=3, unique=True), token=tokens)
    def release(self, ids, token):
        if token is None:
            return
        rows = [self.rows.get(id) for id in ids]
        leased = [row for row in rows if row and row.status == "claimed"]
        if any(row is None or row.status in ("pushed", "rejected") for row in rows) or not all(row.admits(token, self.now) for row in leased):
            self.refused(lambda: release(self.db, ids, token))
            return
        assert release(self.db, ids, token) == len(leased)
        for row in leased:
            row.step("pending")
            row.until = row.worker = row.token = None

    @invariant()
    def the_tables_say_what_the_model_says(self):
        if not hasattr(self, "db"):
            return
        stored = self.db.run("""SELECT p.signal_id, p.status, p.lease_worker, CAST(strftime('%s', p.lease_until) AS INTEGER),
                                       coalesce(p.notion_page_id, p.error_message),
                                       p.notion_page_id IS NULL OR p.status = 'pushed', p.error_message IS NULL OR p.status = 'rejected',
                                       p.attempts, p.lease_token
                                  FROM signal_processing AS p ORDER BY p.signal_id""")
        assert stored == [(id, row.status, row.worker, row.until, row.detail, 1, 1, row.attempts, row.token) for id, row in self.rows.items()]
        assert self.db.column("SELECT id FROM signals_pending") == [id for id, row in self.rows.items() if row.waits(self.now)]
        for id, row in self.rows.items():
            assert self.db.run("SELECT from_status, to_status FROM signal_log WHERE signal_id = ? ORDER BY seq", id) == row.log


Signals.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None, derandomize=True, database=None)
TestAnyOrderOfClaimsMarksReleasesAndTimeKeepsToTheRules = Signals.TestCase
