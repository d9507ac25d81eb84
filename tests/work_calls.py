"""Short ways to call the verbs of work."""
import json
import time

CLOCK = "2026-01-10T12:00:00.000Z"


def pin(db, time):
    db.run("SELECT lore_clock(?)", time if "-" in time else f"2026-01-10T{time}Z")


def add(db, id, priority=0, **more):
    """A task; the other arguments by name."""
    given = {"description": "a task", "priority": priority, "id": id, **more}
    names = ", ".join(given)
    db.run(f"INSERT INTO task_add({names}) VALUES ({', '.join('?' * len(given))})", *given.values())
    return db.value("SELECT lore_result()")


def think(db, task, id, **more):
    given = {"task_id": task, "content": "a thought", "id": id, **more}
    names = ", ".join(given)
    db.run(f"INSERT INTO thought_add({names}) VALUES ({', '.join('?' * len(given))})", *given.values())
    return db.value("SELECT lore_result()")


def claim(db, kind="task", worker="w1", most=1, seconds=None, request=None):
    """{id: token} in the order of the claim."""
    claimed = json.loads(db.value("SELECT work_claim(?, ?, ?, ?, ?)", kind, worker, most, seconds, request))
    return {one["id"]: one["token"] for one in claimed}


def take(db, kind="task", worker="w1", seconds=None):
    """The token of the next row."""
    [token] = claim(db, kind, worker, 1, seconds).values()
    return token


def notice(db):
    return db.value("SELECT lore_notice()")


def log(db, id):
    return db.run("SELECT from_status, to_status, worker, reason FROM work_log WHERE id = ? ORDER BY seq", id)


def status(db, id, kind="task"):
    return db.value(f"SELECT status FROM {kind}s WHERE {kind}_id = ?", id)


def steps(db, work):
    """How many instructions of SQLite's machine it takes, nested statements too."""
    count = [0]
    db.connection.set_progress_handler(lambda: count.__setitem__(0, count[0] + 1), 1)
    work()
    db.connection.set_progress_handler(None, 0)
    return count[0]


def time_of(work):
    """Processor time, the least of three."""
    def once():
        start = time.process_time()
        work()
        return time.process_time() - start

    return min(once() for _ in range(3))
