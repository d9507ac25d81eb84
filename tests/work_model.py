"""The queues in plain Python: what the page says, for the tests to compare the C code with.

One method a verb, with the verb's arguments; the clock is `now`, in milliseconds. A token is the number of its claim's
line in the log, which is what a real token ends with. A refusal changes nothing.
"""
import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Optional

HOUR = 3_600_000
ACTIVE = {"task": "in_progress", "thought": "processing"}
OFF = {"task": "cancelled", "thought": "rejected"}
LIVE = {"pending", "in_progress", "processing", "deferred"}
MAX_ATTEMPTS, MAX_PONDER = 5, 7


class Refused(Exception):
    pass


class BadArgument(Exception):
    pass


def text_of(time):
    if time is None:
        return None
    moment = datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(milliseconds=time)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03}Z"


def retry_delay(id, attempts):
    digest = hashlib.blake2b(digest_size=16)
    for part in ("work_fail", id, str(attempts)):
        digest.update(len(part).to_bytes(8, "little") + part.encode())
    delay = 10_000 * 2 ** min(attempts, 20)
    return delay + (delay // 10 * int(digest.hexdigest()[:8], 16) >> 32)


@dataclass
class Row:
    kind: str
    id: str
    created_at: int
    priority: int = 0
    parent: Optional[str] = None      # a task's parent task, a thought's parent thought
    task: Optional[str] = None        # of a thought
    text: str = ""
    unique_key: Optional[str] = None
    max_attempts: Optional[int] = None
    not_before: Optional[int] = None
    status: str = "pending"
    attempts: int = 0
    token: Optional[int] = None
    worker: Optional[str] = None
    until: Optional[int] = None
    outcome: Optional[str] = None
    level: int = 0
    ponders: int = 0

    @property
    def since(self):
        return max(self.created_at, self.not_before or 0)

    @property
    def is_live(self):
        return self.status in LIVE

    def effective(self, now):
        return self.priority + max(0, min(10, (now - self.since) // HOUR))


@dataclass
class Work:
    now: int
    tasks: dict = field(default_factory=dict)
    thoughts: dict = field(default_factory=dict)
    log: list = field(default_factory=list)       # (kind, id, at, from, to, worker, reason)
    requests: dict = field(default_factory=dict)  # (kind, worker, request) -> tokens

    def rows(self, kind):
        return self.tasks if kind == "task" else self.thoughts

    def find(self, kind, id):
        if id not in self.rows(kind):
            raise Refused
        return self.rows(kind)[id]

    def held(self, token):
        for row in [*self.tasks.values(), *self.thoughts.values()]:
            if row.token == token:
                return row
        raise Refused

    def move(self, row, to, worker, reason):
        self.log.append((row.kind, row.id, self.now, row.status, to, worker, reason))
        if to == "pending" or row.status != ACTIVE[row.kind]:
            row.token = row.worker = None
        row.until = None
        self.set_status(row, to)

    def set_status(self, row, to):
        """A thought that is live has its task's priority."""
        row.status = to
        if row.kind == "thought" and row.is_live and row.task in self.tasks:
            row.priority = self.tasks[row.task].priority

    def plain_status(self, row, to):
        """Set by other software, which knows no leases."""
        if row.status != to:
            row.token = row.worker = row.until = None
            self.set_status(row, to)

    def end(self, row, to, reason, allowed=None):
        """1; 0 when it is so already."""
        if row.status == to and row.status != ACTIVE[row.kind]:
            return 0
        if row.status not in (allowed or {ACTIVE[row.kind]}):
            raise Refused
        self.move(row, to, row.worker, reason)
        return 1

    def void(self, thought):
        """Why nobody needs it any more."""
        task = self.tasks.get(thought.task)
        if task is None:
            return f"task {thought.task} is gone"
        return None if task.is_live else f"task {task.id} is {task.status}"

    # ---- Adding ----

    def task_add(self, text, priority, parent, not_before, unique_key, max_attempts, id):
        if id in self.tasks:
            old = self.tasks[id]
            if (old.text, old.parent, old.unique_key, old.max_attempts) != (text, parent, unique_key, max_attempts):
                raise Refused
            return id
        for row in self.tasks.values():
            if unique_key is not None and row.unique_key == unique_key and row.is_live:
                return row.id
        if parent is not None and (parent not in self.tasks or self.tasks[parent].status == "cancelled"):
            raise Refused
        self.tasks[id] = Row("task", id, self.now, priority, parent, None, text, unique_key, max_attempts, not_before)
        self.set_priority(id, priority)
        return id

    def thought_add(self, task, text, parent, id):
        if id in self.thoughts:
            old = self.thoughts[id]
            if (old.task, old.text, old.parent) != (task, text, parent):
                raise Refused
            return id
        if task not in self.tasks or not self.tasks[task].is_live:
            raise Refused
        if parent is not None and (parent not in self.thoughts or self.thoughts[parent].task != task):
            raise Refused
        self.thoughts[id] = Row("thought", id, self.now, self.tasks[task].priority, parent, task, text)
        return id

    # ---- Claiming ----

    def wake(self, kind):
        counts = {"expired": 0, "woken": 0, "failed": 0}
        over = [row for row in self.rows(kind).values() if row.status == ACTIVE[kind] and row.until is not None and row.until <= self.now]
        for row in sorted(over, key=lambda row: (row.until, row.id)):
            reason = f"the lease of {row.worker} was over"
            if row.max_attempts and row.attempts >= row.max_attempts:
                self.move(row, "failed", row.worker, f"{reason}: attempt {row.attempts} of {row.max_attempts}")
                counts["failed"] += 1
            else:
                self.move(row, "pending", row.worker, reason)
                counts["expired"] += 1
        due = [row for row in self.rows(kind).values() if row.status == "deferred" and row.not_before is not None and row.not_before <= self.now]
        for row in sorted(due, key=lambda row: (row.not_before, row.id)):
            self.move(row, "pending", None, "its time has come")
            counts["woken"] += 1
        return counts

    def order(self, kind):
        """What is runnable, in the order in which it is handed out."""
        rows = [row for row in self.rows(kind).values() if row.status == "pending" and row.since <= self.now]
        return sorted(rows, key=lambda row: (-row.effective(self.now), row.since, row.id))

    def claim(self, kind, worker, max_rows, seconds, request):
        """(id, token) of each. Which void thoughts it meets is its own affair: those that stand before what it takes may be among them."""
        self.wake(kind)
        before = self.requests.get((kind, worker, request)) if request else None
        if before:
            known = [row for row in self.rows(kind).values() if row.token in before]
            if known:
                return sorted(((row.id, row.token) for row in known if row.status == ACTIVE[kind]), key=lambda one: one[1])
        taken = [row for row in self.order(kind) if kind == "task" or not self.void(row)][:max_rows]
        return [self.lease(row, worker, seconds, request) for row in taken]

    def lease(self, row, worker, seconds, request):
        self.move(row, ACTIVE[row.kind], worker, None)
        row.token, row.worker, row.until = len(self.log), worker, self.now + seconds * 1000
        row.attempts += 1
        if request:
            self.requests.setdefault((row.kind, worker, request), set()).add(row.token)
        return row.id, row.token

    # ---- Ending ----

    def extend(self, token, seconds):
        row = self.held(token)
        if row.status != ACTIVE[row.kind]:
            raise Refused
        row.until = self.now + seconds * 1000
        return text_of(row.until)

    def complete(self, token, outcome):
        row = self.held(token)
        done = self.end(row, "completed", None)
        if done and outcome is not None:
            row.outcome = outcome
        return done

    def fail(self, token, reason):
        row = self.held(token)
        if row.status == "failed" or row.attempts >= (row.max_attempts or MAX_ATTEMPTS):
            self.end(row, "failed", reason)
            return None
        if row.status != ACTIVE[row.kind]:
            raise Refused
        row.not_before = self.now + retry_delay(row.id, row.attempts)
        self.end(row, "pending", reason)
        return text_of(row.not_before)

    def defer(self, token, until, reason):
        if until is not None and until <= self.now:
            raise BadArgument
        row = self.held(token)
        done = self.end(row, "deferred", reason)
        if done:
            row.not_before = until
        return done

    def release(self, token):
        return self.end(self.held(token), "pending", "released")

    def reject(self, token, reason):
        row = self.held(token)
        if row.kind == "task":
            raise Refused
        return self.end(row, "rejected", reason)

    def resume(self, kind, id, reason):
        row = self.find(kind, id)
        if row.status == "pending":
            return 0
        is_held = row.until is not None and row.until > self.now
        if row.status not in ("deferred", "failed", ACTIVE[kind]) or is_held:
            raise Refused
        if any(other is not row and other.is_live and row.unique_key is not None and other.unique_key == row.unique_key
               for other in self.tasks.values()):
            raise Refused
        if row.status == "failed":
            row.attempts = 0
        row.not_before = None
        self.move(row, "pending", None, reason)
        return 1

    # ---- Thoughts ----

    def escalate(self, id, reason):
        row = self.find("thought", id)
        if not row.is_live:
            raise Refused
        self.log.append(("thought", id, self.now, row.status, row.status, None, reason))
        row.level += 1
        task = self.tasks.get(row.task)
        if task and task.is_live:
            self.set_priority(task.id, task.priority + 1)
        return row.level

    def set_priority(self, task, priority):
        """By a verb or by plain SQL: its thoughts follow."""
        self.tasks[task].priority = priority
        for thought in self.thoughts.values():
            if thought.task == task and thought.is_live:
                thought.priority = priority

    def ponder(self, token, text, id):
        row = self.held(token)
        if row.kind == "task":
            raise Refused
        if row.status == "completed":
            made = [other for other in self.thoughts.values() if (other.parent, other.task, other.ponders) == (row.id, row.task, row.ponders + 1)]
            return min(made, key=lambda other: (other.created_at, other.id)).id if made else None
        put_off = f"pondered {row.ponders} times"
        last = [reason for _, other, _, _, _, _, reason in self.log if other == row.id][-1]
        if row.ponders >= MAX_PONDER if row.status == ACTIVE["thought"] else row.status == "deferred" and last == put_off:
            if self.end(row, "deferred", put_off):
                row.not_before = None
                row.level += 1
            return None
        if row.status != ACTIVE["thought"] or self.void(row) or id in self.thoughts:
            raise Refused
        self.end(row, "completed", "pondered")
        self.thoughts[id] = Row("thought", id, self.now, row.priority, row.id, row.task, text, level=row.level, ponders=row.ponders + 1)
        return id

    # ---- Calling off ----

    def below(self, kind, id):
        found, todo = set(), [(kind, id)]
        while todo:
            one = todo.pop()
            if one in found:
                continue
            found.add(one)
            if one[0] == "task":
                todo += [("task", row.id) for row in self.tasks.values() if row.parent == one[1]]
                todo += [("thought", row.id) for row in self.thoughts.values() if row.task == one[1]]
            else:
                todo += [("thought", row.id) for row in self.thoughts.values() if row.parent == one[1]]
        return sorted(found)

    def cancel(self, kind, id, reason):
        top = self.find(kind, id)
        if not top.is_live and top.status != OFF[kind]:
            raise Refused
        ended = [row for row in (self.rows(kind).get(id) for kind, id in self.below(kind, id)) if row and row.is_live]
        for row in ended:
            self.move(row, OFF[row.kind], None, reason)
        return len(ended)

    def sweep(self):
        counts = {"expired": 0, "woken": 0, "failed": 0, "orphans": 0}
        for kind in ("task", "thought"):
            orphans = [(row.parent or "", row.id, row, f"its parent {row.parent} is gone") for row in self.tasks.values()
                       if row.is_live and row.parent is not None and row.parent not in self.tasks] if kind == "task" else \
                      [(row.task, row.id, row, self.void(row)) for row in self.thoughts.values() if row.is_live and self.void(row)]
            for _, _, row, reason in sorted(orphans, key=lambda one: one[:2]):
                self.move(row, OFF[kind], None, reason)
                counts["orphans"] += 1
                below = [self.tasks[id] for other, id in self.below("task", row.id) if other == "task" and id != row.id] if kind == "task" else []
                for task in filter(lambda task: task.is_live, below):
                    self.move(task, "cancelled", None, f"below task {row.id}, whose parent {row.parent} is gone")
                    counts["orphans"] += 1
            for name, count in self.wake(kind).items():
                counts[name] += count
        return counts

    # ---- Reading ----

    def next_at(self, kind):
        moments = []
        for row in self.rows(kind).values():
            if kind == "thought" and self.void(row):
                continue
            if row.status == "pending":
                moments.append(row.since)
            elif row.status == "deferred" and row.not_before is not None:
                moments.append(row.not_before)
            elif row.until is not None and not (row.max_attempts and row.attempts >= row.max_attempts):
                moments.append(row.until)
        return text_of(max(min(moments), self.now)) if moments else None

    def pending(self, kind):
        """(id, effective priority, runnable) in order, with what the next claim would wake."""
        def is_over(row):
            return row.until is not None and row.until <= self.now and not (row.max_attempts and row.attempts >= row.max_attempts)

        waiting = [row for row in self.rows(kind).values() if kind == "task" or not self.void(row)]
        ready = [row for row in waiting if (row.status == "pending" and row.since <= self.now) or is_over(row)
                 or (row.status == "deferred" and row.not_before is not None and row.not_before <= self.now)]
        later = [row for row in waiting if row.status == "pending" and row.since > self.now]
        return [(row.id, row.effective(self.now), 1) for row in sorted(ready, key=lambda row: (-row.effective(self.now), row.since, row.id))] \
            + [(row.id, row.effective(self.now), 0) for row in sorted(later, key=lambda row: (row.since, row.id))]
