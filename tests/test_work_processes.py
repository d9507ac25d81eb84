"""Eight processes on one file, one of them killed every now and then: each task is completed once, none is lost."""
import json
import multiprocessing
import os
import random
import signal
import sqlite3
import time

from support import REFUSED, Database, code_of

PROCESSES, TASKS, KILL_EVERY, BATCH = 8, 10_000, 0.2, 10


def connect(path):
    db = Database(path, timeout=120)
    db.run("PRAGMA synchronous = OFF")
    return db


def finish(db, ids_and_tokens):
    """What the worker has done, and that it has: in one transaction. A row at a time, for one may be stale."""
    stale = 0
    db.run("BEGIN IMMEDIATE")
    for id, token in ids_and_tokens:
        try:
            if db.value("SELECT work_complete(?)", token):
                db.run("INSERT INTO done VALUES (?, ?)", id, token)
        except sqlite3.IntegrityError as error:
            assert code_of(error) in (REFUSED, None) and "the token is stale" in str(error)
            stale += 1
    db.run("INSERT INTO refused SELECT 1 FROM json_each(?)", json.dumps([0] * stale))
    db.run("COMMIT")


def work(path, number):
    """Every tenth batch takes longer than its lease."""
    db, chance = connect(path), random.Random(number)
    name = f"worker {number}"
    while True:
        claimed = json.loads(db.value("SELECT work_claim('task', ?, ?, 1)", name, BATCH))
        if not claimed and not db.value("SELECT EXISTS (SELECT 1 FROM tasks WHERE status IN ('pending', 'in_progress'))"):
            break
        time.sleep(1.3 if claimed and chance.random() < 0.01 else 0.02)
        finish(db, [(one["id"], one["token"]) for one in claimed])
    db.close()


class Crew:
    """Eight workers; whoever is killed is replaced."""

    def __init__(self, path):
        self.path, self.context, self.started = path, multiprocessing.get_context("fork"), 0
        self.workers = [self.start() for _ in range(PROCESSES)]

    def start(self):
        self.started += 1
        worker = self.context.Process(target=work, args=(self.path, self.started))
        worker.start()
        return worker

    def kill_one(self, chance):
        n = chance.randrange(PROCESSES)
        if not self.workers[n].is_alive():
            return 0
        os.kill(self.workers[n].pid, signal.SIGKILL)
        self.workers[n].join(30)
        self.workers[n] = self.start()
        return 1

    def left(self):
        db = connect(self.path)
        count = db.value("SELECT count(*) FROM tasks WHERE status IN ('pending', 'in_progress')")
        db.close()
        return count


def histories(db):
    """The log of each task: (from, to, worker), in order."""
    found = {}
    for id, before, after, worker in db.run("SELECT id, from_status, to_status, worker FROM work_log ORDER BY seq"):
        found.setdefault(id, []).append((before, after, worker))
    return found


def test_each_task_is_completed_exactly_once_whoever_is_killed(tmp_path, migrated_image):
    path = tmp_path / "shared.db"
    path.write_bytes(migrated_image)
    db = connect(path)
    db.run("PRAGMA journal_mode = WAL")
    db.script("CREATE TABLE done(id, token); CREATE TABLE refused(n);")
    db.run("INSERT INTO task_add(description, priority) SELECT 'x', value % 7 FROM json_each(?)", json.dumps(list(range(TASKS))))
    db.close()
    crew, chance, kills, end = Crew(str(path)), random.Random(3), 0, time.monotonic() + 240
    while crew.left() and time.monotonic() < end:
        time.sleep(KILL_EVERY)
        kills += crew.kill_one(chance)
    for worker in crew.workers:
        worker.join(60)
        assert worker.exitcode == 0
    db = connect(path)
    assert db.value("PRAGMA integrity_check") == "ok"
    assert db.run("SELECT status, count(*) FROM tasks GROUP BY status") == [("completed", TASKS)]
    assert kills >= 5, "the work was over before anybody was killed"
    assert db.value("SELECT count(*) FROM done") == db.value("SELECT count(DISTINCT id) FROM done") == TASKS
    assert db.value("SELECT count(*) FROM done JOIN tasks ON task_id = done.id AND lease_token = done.token") == TASKS, "a stale token was accepted"
    taken_over = 0
    for steps in histories(db).values():
        assert [before for before, *_ in steps] == ["pending"] + [after for _, after, _ in steps[:-1]]
        assert [after for _, after, _ in steps].count("completed") == 1 and steps[-1][1] == "completed"
        assert steps[-1][2] == steps[-2][2], "it was completed by whom it was leased to last"
        taken_over += len(steps) > 2
    assert taken_over >= 1 and db.value("SELECT max(attempts) FROM tasks") > 1
    print(f"{kills} kills, {taken_over} tasks taken over, {db.value('SELECT count(*) FROM refused')} stale tokens refused")
    db.close()
