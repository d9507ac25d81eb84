"""A cluster of three nodes of dqlite with the extension linked in: `make test-cluster`.

The tests are one story and run in this order: a new cluster is filled, read, and loses its leader once, then ten times under
load. What is measured on the way goes into the tables of docs/cluster.md.
"""
import json
import statistics
import time

import pytest

from figures import compare, heads, local_hosts, write_table
from client import Lost, Refused
from nodes import Cluster, Load, free_ports, wait_until
from support import assert_same, help_entries, used_file

KILLS = 10
CLIENTS = 4
LOST_IN_SELECT = "replicated is on"

ERRORS = "SELECT * FROM lore_validate WHERE severity = 'error'"
IMPORT = "INSERT INTO lore_import(line, mode) SELECT value, 'replace' FROM json_each(?)"
SAVE = ("INSERT INTO signal_save(signal_type, source_api, canonical_key, confidence, raw_data, source_id) "
        "VALUES ('t', 's', 'domain:acme.ai', 0.5, '{}', ?)")


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    cluster = Cluster(tmp_path_factory.mktemp("three"), free_ports(4))
    yield cluster
    cluster.stop()


@pytest.fixture
def client(cluster):
    client = cluster.client()
    yield client
    client.close()


@pytest.fixture(scope="module")
def used(tmp_path_factory):
    """A local file in which each example has run."""
    db = used_file(tmp_path_factory.mktemp("used") / "used.db")
    yield db
    db.close()


def export_of(db):
    return db.column("SELECT line FROM lore_export")


# ---- Filled and read ----

def test_the_first_statement_makes_the_tables_on_all_three(cluster, client):
    assert client.exec("INSERT INTO lore_migrate(subsystems) VALUES ('all')")["changes"] == 1
    assert client.value("SELECT lore_result()").startswith("admin 1, ")
    client.exec("INSERT INTO lore_set(name, value) VALUES ('replicated', 'on')")
    assert client.query("SELECT * FROM lore_migrations_status WHERE state <> 'applied'") == []
    assert cluster.same_contents()["rows"]["lore_settings"] == [("replicated", "on")]


def test_an_export_is_imported_whole_and_comes_back_byte_by_byte(cluster, client, used):
    """Rows of every subsystem, collected lines, the trailer's check at the commit."""
    lines = export_of(used)
    client.exec(IMPORT, json.dumps(lines))
    assert json.loads(client.value("SELECT lore_result()"))["added"] > 100
    client.exec("INSERT INTO lore_set(name, value) VALUES ('replicated', 'off')")
    assert [row[0] for row in client.query("SELECT line FROM lore_export")] == lines
    cluster.same_contents()
    for number in (1, 2, 3):
        copy = cluster.copy(number, load=True)
        assert export_of(copy) == lines
        assert copy.run(ERRORS) == used.run(ERRORS)
        copy.close()
    client.exec("INSERT INTO lore_set(name, value) VALUES ('replicated', 'on')")


def test_a_truncated_import_leaves_nothing(cluster, client, used):
    before = cluster.same_contents()
    with pytest.raises(Refused, match="lore_import: "):
        client.exec(IMPORT, json.dumps(export_of(used)[:-1]))
    assert_same(before, cluster.same_contents())


def test_every_reader_and_function_answers(client, used):
    """On the leader, which alone answers queries."""
    client.query("SELECT tenant_use('acme')")
    for entry in help_entries(used):
        if entry.kind not in ("verb", "table") and entry.example is not None:
            client.query(entry.call(entry.example))


def test_every_verb_runs_or_refuses_and_the_leader_stays(cluster, client, used):
    """Each example once more, on rows that know it already: most change nothing, some must refuse."""
    leader, ran = cluster.leader(), 0
    client.query("SELECT tenant_use('acme')")
    for entry in help_entries(used):
        if entry.kind != "verb" or entry.example is None or not entry.is_table or entry.name == "lore_set":
            continue
        width = len(used.connection.execute(f"SELECT {entry.example}").description) if entry.example else 0
        try:
            client.exec(entry.insert(width, f"VALUES ({entry.example})" if entry.example else ""))
            ran += 1
        except Refused as refused:
            assert refused.message.startswith(("lore_", f"{entry.name}: ")), (entry.name, refused)
    assert ran > 60 and cluster.leader() == leader
    cluster.same_contents()


def test_metric_rows_that_wait_in_memory_reach_all_three(cluster, client):
    insert = "INSERT INTO metric_record(name, value, at) VALUES ('waits', ?, ?)"
    count = "SELECT count(*) FROM metric_points('waits')"
    client.exec("INSERT INTO metric_record(name, value, at) SELECT 'waits', value, '2026-01-01T00:00:' || value || 'Z' "
                "FROM json_each('[10, 11, 12]')")
    client.exec("BEGIN")
    client.exec(insert, 13, "2026-01-01T00:00:13Z")
    assert client.value(count) == 4  # a query writes what waits, inside the transaction that is open
    client.exec(insert, 14, "2026-01-01T00:00:14Z")
    client.exec("COMMIT")
    client.exec("BEGIN")
    client.exec(insert, 15, "2026-01-01T00:00:15Z")
    client.exec("ROLLBACK")
    assert client.value(count) == 5
    cluster.same_contents()
    copy = cluster.copy(cluster.leader() % 3 + 1, load=True)
    assert copy.value(count) == 5
    copy.close()


def test_a_lease_is_given_once_and_again_to_the_same_request(cluster, client):
    other = cluster.client()
    claim = "INSERT INTO work_claim(kind, worker, max_rows, lease_seconds, request) VALUES ('task', 'w', 100, 3600, ?)"
    client.exec("INSERT INTO task_add(description, id) VALUES ('lease', 'lease 1'), ('lease', 'lease 2')")
    client.exec(claim, "first")
    granted = client.value("SELECT lore_result()")
    assert {"lease 1", "lease 2"} <= {row["id"] for row in json.loads(granted)}
    other.exec(claim, "second")
    assert json.loads(other.value("SELECT lore_result()")) == []
    other.exec(claim, "first")
    assert other.value("SELECT lore_result()") == granted
    other.close()


def test_a_client_that_dies_in_a_transaction_leaves_nothing_and_stops_nobody(cluster, client):
    """Its connection is closed on the leader: cached statements, rows that wait, an import without its last line."""
    before, leader = cluster.same_contents(), cluster.leader()
    dying = cluster.client()
    dying.exec("BEGIN")
    dying.exec("INSERT INTO metric_record(name, value, at) VALUES ('dies', 1, '2026-01-01')")
    dying.exec("INSERT INTO task_add(description, id) VALUES ('dies', 'dies')")
    dying.exec("INSERT INTO lore_import(line) VALUES (?)", client.value("SELECT line FROM lore_export LIMIT 1"))
    dying.process.kill()
    dying.process.wait()
    client.insist("INSERT INTO task_add(description, id) VALUES ('lives', 'lives')")
    after = cluster.same_contents()
    assert cluster.leader() == leader
    assert {row[1] for row in after["rows"]["tasks"]} - {row[1] for row in before["rows"]["tasks"]} == {"lives"}
    assert after["rows"]["metric_recent"] == before["rows"]["metric_recent"]


def test_a_refusal_keeps_its_words_and_undoes_the_whole_insert(cluster, client):
    before = cluster.same_contents()
    with pytest.raises(Refused, match="signal_save: confidence must be between 0 and 1, got 7"):
        client.exec("INSERT INTO signal_save(signal_type, source_api, canonical_key, confidence, raw_data) "
                    "VALUES ('t', 's', 'domain:good.io', 1, '{}'), ('t', 's', 'domain:bad.io', 7, '{}')")
    assert_same(before, cluster.same_contents())


def test_a_select_that_would_write_is_refused_and_harms_nobody(cluster, client):
    before, leader = cluster.same_contents(), cluster.leader()
    for call in ("signal_save('t', 's', 'domain:acme.ai', 1, '{}')", "lore_call('lore_set', '{}')", "secret_get('door', 'p')",
                 "lore_rollback('metrics', 0, 'drop-data')"):
        with pytest.raises(Refused):
            client.query(f"SELECT {call}")
        # dqlite 1.11 gives a query's error as the number and names of its columns; the words come by Exec.
        with pytest.raises(Refused, match=LOST_IN_SELECT):
            client.exec(f"SELECT {call}")
    client.exec(SAVE, "after a select")
    assert cluster.leader() == leader
    after = cluster.same_contents()
    assert len(after["rows"]["signals"]) == len(before["rows"]["signals"]) + 1


# ---- What it costs ----

def test_what_it_costs_is_measured(cluster, tmp_path):
    rows = compare([*local_hosts(tmp_path), ("three nodes", cluster.client)], CLIENTS)
    write_table("costs", heads(CLIENTS), rows)
    cluster.same_contents()


# ---- Leaders that are killed ----

def test_the_leader_is_killed_and_all_goes_on(cluster, client):
    client.exec(SAVE, "before")
    dead = cluster.leader()
    cluster.kill(dead)
    with pytest.raises(Lost):
        client.exec(SAVE, "while nobody leads")
    client.insist(SAVE, "while nobody leads")
    assert cluster.leader() != dead
    assert client.value("SELECT count(*) FROM signals WHERE source_id IN ('before', 'while nobody leads')") == 2
    client.exec(SAVE, "one node is gone")
    cluster.start()
    assert cluster.voters() == 3
    found = [row[-1] for row in cluster.same_contents()["rows"]["signals"]]
    assert [found.count(key) for key in ("before", "while nobody leads", "one node is gone")] == [1, 1, 1]


def test_without_the_setting_a_select_that_writes_loses_its_row_and_its_leader(cluster, client):
    """What the setting is for; dqlite 1.11.1."""
    leader = cluster.leader()
    client.exec("INSERT INTO lore_set(name, value) VALUES ('replicated', 'off')")
    assert client.value("SELECT signal_save('t', 's', 'domain:acme.ai', 0.5, '{}', NULL, NULL, 'in a select')") > 0
    with pytest.raises(Lost):
        client.exec("INSERT INTO lore_set(name, value) VALUES ('replicated', 'on')")
    client.insist("INSERT INTO lore_set(name, value) VALUES ('replicated', 'on')")
    assert cluster.leader() != leader
    cluster.start()
    assert "in a select" not in [row[-1] for row in cluster.same_contents()["rows"]["signals"]]


def test_ten_killed_leaders_under_load_lose_and_double_nothing(cluster):
    load, pauses = Load(cluster, CLIENTS), []
    try:
        for _ in range(KILLS):
            wait_until(lambda: cluster.voters() == 3)
            moment = cluster.kill(cluster.leader())
            wait_until(lambda: load.first_after(moment) is not None)
            pauses.append(load.first_after(moment))
            cluster.start()
            back = time.monotonic()
            wait_until(lambda: load.first_after(back + 1) is not None)
    finally:
        load.stop()
    cluster.same_contents()
    lost = doubles = 0
    for number in (1, 2, 3):
        copy = cluster.copy(number, load=True)
        for kind, (_, keys) in Load.KINDS.items():
            stored = copy.column(keys)
            lost += len(set(load.acknowledged[kind]) - set(stored))
            doubles += len(stored) - len(set(stored))
            assert set(stored) == set(load.acknowledged[kind])
        assert copy.value("SELECT * FROM audit_verify()") == "clean"
        copy.close()
    granted = [task for tasks in load.claims.values() for task in tasks]
    assert len(granted) == len(set(granted)) > 0
    assert (lost, doubles) == (0, 0)
    write_table("kills", ["leaders killed under load", "writes acknowledged", "asked for again after a lost connection", "lost",
                          "doubled", "tasks claimed", "claimed twice", "until a write was acknowledged again, median", "longest"],
                [[str(KILLS), f"{len(load.acknowledgements):,}", f"{load.again:,}", str(lost), str(doubles), f"{len(granted):,}",
                  str(len(granted) - len(set(granted))), f"{statistics.median(pauses):.1f} s", f"{max(pauses):.1f} s"]])
