"""A primary and two replicas of sqld with the unchanged extension: `make test-cluster`.

The tests are one story and run in this order.
"""
import json
import shutil
import statistics
import threading
import time

import pytest

from figures import compare, heads, local_hosts, write_table
from nodes import free_ports, wait_until
from client import Refused
from servers import Server, Session, extensions, fetch
from support import used_file

PROGRAM, WHY_NOT = fetch()
pytestmark = pytest.mark.skipif(PROGRAM is None, reason=f"sqld: {WHY_NOT}")

KILLS = 5
CLIENTS = 4
SAVE = ("INSERT INTO signal_save(signal_type, source_api, canonical_key, confidence, raw_data, source_id) "
        "VALUES ('load', 's', 'domain:' || ?1 || '.io', 0.5, '{}', ?1)")
KEYS = "SELECT source_id FROM signals WHERE signal_type = 'load' ORDER BY source_id"


class Servers:
    def __init__(self, folder):
        trusted = extensions(folder / "trusted")
        port = free_ports(4)
        self.primary = Server(PROGRAM, folder / "primary", port, trusted)
        self.replicas = [Server(PROGRAM, folder / f"replica{n}", port + 1 + n, trusted, self.primary) for n in (1, 2)]
        self.all = [self.primary, *self.replicas]

    def agree(self, sql, patience=30):
        """What all three answer, once the replicas have what the primary has."""
        end = time.monotonic() + patience
        while True:
            first, *others = [server.query(sql) for server in self.all]
            if all(other == first for other in others):
                return first
            assert time.monotonic() < end, "the servers differ"
            time.sleep(0.1)

    def make_anew(self, number):
        """A replica without what it had: it fetches all from the primary."""
        replica = self.replicas[number]
        replica.stop()
        shutil.rmtree(replica.folder)
        replica.start()

    def same_contents(self):
        """The last line of an export, which has the checksum of all."""
        return self.agree("SELECT line FROM lore_export WHERE line GLOB '{\"lore_export_end\"*'")


@pytest.fixture(scope="module")
def servers(tmp_path_factory):
    servers = Servers(tmp_path_factory.mktemp("sqld"))
    yield servers
    for server in servers.all:
        server.stop()


def test_the_extension_is_there_and_a_replica_s_insert_makes_the_tables(servers):
    assert all(server.query("SELECT typeof(lore_version())") == [("text",)] for server in servers.all)
    servers.replicas[0].exec("INSERT INTO lore_migrate(subsystems) VALUES ('all')")
    assert servers.agree("SELECT count(*) FROM lore_migrations_status WHERE state <> 'applied'") == [(0,)]


def test_an_export_is_imported_through_a_replica_and_comes_back_byte_by_byte(servers, tmp_path):
    used = used_file(tmp_path / "used.db")
    lines = used.column("SELECT line FROM lore_export")
    used.close()
    servers.replicas[1].exec("INSERT INTO lore_import(line, mode) SELECT value, 'replace' FROM json_each(?)", json.dumps(lines))
    assert [row[0] for row in servers.agree("SELECT line FROM lore_export")] == lines


def test_a_replica_s_inserts_reach_all(servers):
    replica = servers.replicas[0]
    replica.exec("INSERT INTO metric_record(name, value, at) VALUES ('waits', 1, '2026-01-01'), ('waits', 2, '2026-01-02')")
    replica.exec("INSERT INTO audit_append(event_type, originator_id, event_id) VALUES ('e', 'me', 'from a replica')")
    assert servers.agree("SELECT count(*) FROM metric_points('waits')") == [(2,)]
    assert servers.agree("SELECT count(*) FROM audit_log WHERE event_id = 'from a replica'") == [(1,)]
    servers.same_contents()


def test_a_replica_s_results_stay_on_the_primary_but_inside_a_transaction(servers):
    replica = servers.replicas[0]
    task = "INSERT INTO task_add(description, id) VALUES ('result', ?)"
    assert servers.primary.run((task, "r1"), "SELECT lore_result()")[1] == [("r1",)]
    assert replica.run("BEGIN", (task, "r2"), "SELECT lore_result()", "COMMIT")[2] == [("r2",)]
    session = Session(replica.port)
    session.run(task, "r3")
    servers.agree("SELECT count(*) FROM tasks WHERE task_id = 'r3'")
    assert session.run("SELECT lore_result()", is_last=True) == [(None,)]


def test_a_select_that_writes_is_answered_by_a_replica_and_lost(servers):
    """What the setting is for: without it nobody notices."""
    replica = servers.replicas[1]
    count = "SELECT count(*) FROM signals WHERE source_id = 'lost'"
    servers.same_contents()
    save = "SELECT signal_save('t', 's', 'domain:lost.io', 0.5, '{}', NULL, NULL, 'lost')"
    assert replica.query(save)[0][0] > 0
    assert replica.query(count) == [(1,)]
    time.sleep(1)
    assert [server.query(count) for server in (servers.primary, servers.replicas[0])] == [[(0,)], [(0,)]]


def test_with_replicated_on_it_is_an_error_everywhere(servers):
    servers.make_anew(1)
    servers.primary.exec("INSERT INTO lore_set(name, value) VALUES ('replicated', 'on')")
    servers.agree("SELECT value FROM lore_settings WHERE name = 'replicated'")
    before = servers.same_contents()
    for server in servers.all:
        for call in ("signal_save('t', 's', 'domain:lost.io', 0.5, '{}')", "lore_call('lore_set', '{}')",
                     "lore_set('replicated', 'off')", "lore_rollback('metrics', 0, 'drop-data')"):
            with pytest.raises(Refused, match="replicated is on: a write in a SELECT is lost on replicas"):
                server.query(f"SELECT {call}")
    assert servers.same_contents() == before


def test_what_it_costs_is_measured(servers, tmp_path):
    hosts = [*local_hosts(tmp_path), ("the primary, over HTTP", lambda: servers.primary),
             ("a replica, over HTTP", lambda: servers.replicas[0])]
    rows = compare(hosts, CLIENTS)
    write_table("sqld costs", heads(CLIENTS), rows)
    servers.same_contents()


class Load:
    """A client of each server, which writes what may be repeated until it is told to stop."""

    def __init__(self, servers):
        self.stopped, self.acknowledged, self.again, self.lock, self.errors = threading.Event(), [], 0, threading.Lock(), []
        self.threads = [threading.Thread(target=self._run, args=(number, server), daemon=True)
                        for number, server in enumerate(servers)]
        for thread in self.threads:
            thread.start()

    def _run(self, number, server):
        count = 0
        while not self.stopped.is_set() and not self.errors:
            key = f"load-{number}-{count}"
            try:
                lost, began = server.insist(SAVE, key)
            except Exception as error:  # told by stop()
                self.errors.append(error)
                return
            with self.lock:
                self.acknowledged.append((number, key, began, time.monotonic()))
                self.again += lost
            count += 1

    def first_after(self, moment):
        """Seconds until each server's client has had an acknowledgement of what it asked for later than that; None: not yet."""
        with self.lock:
            waits = [[ended - moment for client, _, began, ended in self.acknowledged if client == number and began > moment]
                     for number in range(len(self.threads))]
        return [min(wait) for wait in waits] if all(waits) else None

    def stop(self):
        self.stopped.set()
        for thread in self.threads:
            thread.join(60)
        assert self.errors == []


def test_a_killed_primary_loses_and_doubles_nothing(servers):
    """It starts again, and all three go on."""
    load, pauses = Load(servers.all), []
    try:
        for _ in range(KILLS):
            begun = time.monotonic()
            wait_until(lambda: load.first_after(begun + 1) is not None)
            moment = servers.primary.kill()
            servers.primary.start()
            wait_until(lambda: load.first_after(moment) is not None)
            pauses.append(max(load.first_after(moment)))
    finally:
        load.stop()
    acknowledged = sorted(key for _, key, _, _ in load.acknowledged)
    stored = [row[0] for row in servers.agree(KEYS)]
    assert stored == acknowledged
    servers.same_contents()
    write_table("sqld kills", ["primaries killed and started again under load", "writes acknowledged",
                               "asked for again after a lost connection", "lost", "doubled",
                               "from the kill until all three took writes again, median"],
                [[str(KILLS), f"{len(acknowledged):,}", f"{load.again:,}", str(len(set(acknowledged) - set(stored))),
                  str(len(stored) - len(set(stored))), f"{statistics.median(pauses):.1f} s"]])
