"""Four processes on one file: nothing is lost, nothing is given to two, counts are exact."""
import json
import multiprocessing
import sqlite3
from collections import Counter

import pytest

from support import BUSY, Database, code_of

PROCESSES, CALLS = 4, 500
JOURNALS = pytest.mark.parametrize("journal", ["DELETE", "WAL"])


class Shop:
    """A migrated file, and workers that all begin at once."""

    def __init__(self, tmp_path, image, journal):
        self.path = str(tmp_path / "shared.db")
        (tmp_path / "shared.db").write_bytes(image)
        db = self.open()
        db.run(f"PRAGMA journal_mode = {journal}")
        db.close()

    def open(self):
        db = Database(self.path, timeout=120)
        db.run("PRAGMA synchronous = OFF")
        return db

    def run(self, work):
        """What each worker returned."""
        context = multiprocessing.get_context("fork")
        gate, answers = context.Barrier(PROCESSES), context.Queue()
        workers = [context.Process(target=self._worker, args=(work, number, gate, answers)) for number in range(PROCESSES)]
        for worker in workers:
            worker.start()
        said = [answers.get(timeout=200) for _ in workers]
        for worker in workers:
            worker.join(60)
        assert not [text for text in said if isinstance(text, str)], said
        return said

    def _worker(self, work, number, gate, answers):
        db = self.open()
        gate.wait()
        try:
            answers.put(work(db, number))
        except Exception as error:  # the parent must hear of it
            answers.put(f"worker {number}: {error!r}")
        db.close()


@pytest.fixture
def shop(tmp_path, migrated_image, request):
    return Shop(tmp_path, migrated_image, request.getfixturevalue("journal"))


def whole(db):
    assert db.value("PRAGMA integrity_check") == "ok"
    assert db.run("PRAGMA foreign_key_check") == []
    assert db.value("SELECT count(*) FROM signals") == db.value("SELECT count(*) FROM signal_processing")


SAVE = "signal_save('t', 's', 'domain:a' || ? || '.io', 1, '{}', NULL, '2026-01-01', ?)"


@JOURNALS
def test_no_saved_signal_is_lost(shop, journal):
    def work(db, number):
        return [db.value(f"SELECT {SAVE}", i, f"{number}-{i}") for i in range(CALLS)]

    ids = [id for said in shop.run(work) for id in said]
    db = shop.open()
    assert len(set(ids)) == PROCESSES * CALLS == db.value("SELECT count(*) FROM signals")
    assert set(ids) == set(db.column("SELECT id FROM signals"))
    whole(db)
    db.close()


@JOURNALS
def test_the_same_signal_of_all_is_one(shop, journal):
    def work(db, number):
        return [db.value(f"SELECT {SAVE}", i, f"event-{i}") for i in range(CALLS)]

    said = shop.run(work)
    assert all(ids == said[0] for ids in said)
    db = shop.open()
    assert db.value("SELECT count(*) FROM signals") == CALLS
    whole(db)
    db.close()


@JOURNALS
def test_each_ingested_document_is_new_once(shop, journal):
    def work(db, number):
        insert = ("INSERT INTO signal_ingest(signal_type, source_api, raw_data, confidence, source_id) "
                  "VALUES ('t', 's', json_object('domain', 'a' || ? || '.io'), 1, ?)")
        outcomes = Counter()
        for i in range(CALLS):
            db.run(insert, i, f"event-{i}")
            outcomes[json.loads(db.value("SELECT lore_result()"))["outcome"]] += 1
        return outcomes

    outcomes = sum(shop.run(work), Counter())
    assert outcomes == {"new": CALLS, "duplicate": (PROCESSES - 1) * CALLS}
    db = shop.open()
    assert db.value("SELECT count(*) FROM signals") == CALLS
    assert db.value("SELECT count(*) FROM signal_ingest_log") == (PROCESSES - 1) * CALLS
    whole(db)
    db.close()


@JOURNALS
def test_no_signal_is_claimed_twice(shop, journal):
    db = shop.open()
    db.run("INSERT INTO signal_save(signal_type, source_api, canonical_key, confidence, raw_data) WITH RECURSIVE n(i) AS "
           "(SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) SELECT 't', 's', 'domain:a' || i || '.io', 1, '{}' FROM n", PROCESSES * CALLS)
    db.close()

    def work(db, number):
        mine = []
        for i in range(CALLS):
            mine += json.loads(db.value("SELECT signal_claim(2, NULL, ?, 3600)", f"worker-{number}"))
        return mine

    claimed = [one for said in shop.run(work) for one in said]
    assert len(claimed) == len({one["id"] for one in claimed}) == PROCESSES * CALLS
    db = shop.open()
    assert db.value("SELECT count(*) FROM signal_log") == PROCESSES * CALLS
    assert dict(db.run("SELECT signal_id, lease_token FROM signal_processing")) == {one["id"]: one["token"] for one in claimed}
    assert set(db.column("SELECT attempts FROM signal_processing")) == {1}
    whole(db)
    db.close()


@JOURNALS
def test_merged_keys_are_whole_groups(shop, journal):
    """All merge the same chain, each from another place on."""
    def work(db, number):
        made = 0
        for i in range(CALLS):
            n = (i + number * CALLS // PROCESSES) % CALLS
            made += db.value("SELECT key_merge('domain:a' || ? || '.io', 'domain:a' || ? || '.io', 'same', 'ann')", n, n + 1) != 0
        return made

    shop.run(work)
    db = shop.open()
    roots = set(db.column("SELECT root FROM key_groups"))
    assert len(roots) == 1
    assert db.value("SELECT count(*) FROM key_groups") == CALLS
    assert roots.isdisjoint(db.column("SELECT alias FROM key_groups"))
    assert {db.value("SELECT key_resolve('domain:a' || ? || '.io')", n) for n in range(CALLS + 1)} == roots
    assert db.value("SELECT count(*) FROM key_log") == CALLS
    assert db.value("PRAGMA integrity_check") == "ok"
    db.close()


@JOURNALS
def test_readers_see_whole_calls_only(shop, journal):
    def work(db, number):
        if number:
            return [db.value(f"SELECT {SAVE}", i, f"{number}-{i}") for i in range(100)] and 0
        torn = 0
        for _ in range(300):
            torn += db.value("SELECT (SELECT count(*) FROM signals) <> (SELECT count(*) FROM signal_processing)")
        return torn

    assert sum(shop.run(work)) == 0


def test_a_write_that_cannot_wait_says_what_to_use(shop_in_wal):
    first, second = shop_in_wal.open(), shop_in_wal.open()
    second.run("PRAGMA busy_timeout = 0")
    second.run("BEGIN")
    second.value("SELECT count(*) FROM signals")
    first.run(f"SELECT {SAVE}", 1, "e")
    with pytest.raises(sqlite3.OperationalError, match="signal_save: database is locked; use BEGIN IMMEDIATE") as caught:
        second.run(f"SELECT {SAVE}", 2, "f")
    assert (code_of(caught.value) or BUSY) & 0xff == BUSY
    second.run("ROLLBACK")
    second.run("BEGIN IMMEDIATE")
    second.run(f"SELECT {SAVE}", 2, "f")
    second.run("COMMIT")
    for db in (first, second):
        db.close()


@pytest.fixture
def shop_in_wal(tmp_path, migrated_image):
    return Shop(tmp_path, migrated_image, "WAL")
