"""Four processes append at once: no gap, no fork, nothing lost; who has read an older head can't write."""
import multiprocessing
import time

import pytest

from audit_calls import Signer, append, clean, entries, use_key
from support import BUSY, Database, raises_sql
from test_processes import JOURNALS, PROCESSES, Shop

CALLS = 250


@pytest.fixture
def shop(tmp_path, migrated_image, request):
    return Shop(tmp_path, migrated_image, request.getfixturevalue("journal"))


def alone(db, number):
    return [append(db, "t", f"worker {number}", event_id=f"{number}-{n}") for n in range(CALLS)]


def in_batches(db, number):
    """Ten in one transaction; every third is rolled back and tried again."""
    numbers, n = [], 0
    while n < CALLS:
        for gives_up in ((True, False) if n % 30 == 0 else (False,)):
            db.run("BEGIN IMMEDIATE")
            made = [append(db, "t", f"worker {number}", event_id=f"{number}-{n + k}") for k in range(10)]
            db.run("ROLLBACK" if gives_up else "COMMIT")
        numbers, n = numbers + made, n + 10
    return numbers


@JOURNALS
@pytest.mark.parametrize("work", [alone, in_batches], ids=["one at a time", "in batches"])
def test_four_processes_make_one_chain(shop, journal, work):
    numbers = sorted(number for answer in shop.run(work) for number in answer)
    db = shop.open()
    assert numbers == list(range(1, PROCESSES * CALLS + 1)) == [row[0] for row in entries(db)]
    assert len({row[7] for row in entries(db)}) == PROCESSES * CALLS, "no entry has two that follow it"
    assert clean(db) == f"consistent up to {PROCESSES * CALLS}, not signed, no anchor"
    for worker in range(PROCESSES):
        own = [row[1] for row in entries(db) if row[4] == f"worker {worker}"]
        assert own == [f"{worker}-{n}" for n in range(CALLS)]
    db.close()


@JOURNALS
def test_the_same_event_of_two_processes_is_one_entry(shop, journal):
    """Each appends the same ids: who comes second learns the number that the first one got."""
    answers = shop.run(lambda db, number: [append(db, "t", "o", event_id=f"e{n}") for n in range(50)])
    assert all(answer == answers[0] for answer in answers)
    db = shop.open()
    assert clean(db) == "consistent up to 50, not signed, no anchor"
    db.close()


def test_who_has_read_an_older_head_cannot_write(tmp_path, migrated_image):
    (tmp_path / "a.db").write_bytes(migrated_image)
    first, second = Database(tmp_path / "a.db", timeout=0), Database(tmp_path / "a.db", timeout=0)
    first.run("PRAGMA journal_mode = WAL")
    append(first)
    second.run("BEGIN")
    second.run("SELECT * FROM audit_head()")
    second.run("SELECT max(sequence_number) FROM audit_log")
    assert append(first) == 2
    with raises_sql("audit_append: ") as caught:
        append(second)
    assert caught.code is None or caught.code & 0xff == BUSY
    second.run("ROLLBACK")
    assert append(second) == 3 and clean(first).startswith("consistent up to 3")
    first.close(), second.close()


def test_a_verifier_sees_one_state_while_others_append(tmp_path, migrated_image):
    """Checkpoints and entries are of the same moment, whoever writes meanwhile."""
    (tmp_path / "a.db").write_bytes(migrated_image)
    db = Database(tmp_path / "a.db", timeout=60)
    db.run("PRAGMA journal_mode = WAL")
    append(db)
    context = multiprocessing.get_context("fork")
    over = context.Event()

    def write():
        other = Database(tmp_path / "a.db", timeout=60)
        use_key(other, Signer(1), tmp_path)
        while not over.is_set():
            append(other)
            other.run("SELECT audit_checkpoint()")
        other.close()

    writer = context.Process(target=write)
    writer.start()
    said, until = set(), time.monotonic() + 60
    while db.value("SELECT count(*) FROM audit_checkpoints") < 100 and time.monotonic() < until:
        said.add(db.value("SELECT status FROM audit_verify()"))
    over.set()
    writer.join(60)
    assert said == {"clean"} and db.value("SELECT count(*) FROM audit_checkpoints") >= 100
    db.close()
