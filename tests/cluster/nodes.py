"""Three nodes of dqlite on this machine, clients of them, and a look at each node's own copy."""
import json
import os
import shutil
import signal
import socket
import subprocess
import threading
import time

from client import Insistent, Lost, Refused
from support import ROOT, Database, dump

PROGRAM = ROOT / "build" / "cluster" / "lore-cluster"
THREE = ROOT / "ext" / "cluster" / "three"
BUSY = 5

CLAIM = ("INSERT INTO work_claim(kind, worker, max_rows, lease_seconds, request) "
         "VALUES ('task', 'load', 1, 86400, ?)")


def free_ports(count):
    """The first of so many ports in a row that nobody listens at."""
    for first in range(19180, 29180, 20):
        probes = [socket.socket() for _ in range(count)]
        try:
            for port, probe in enumerate(probes, first):
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(("127.0.0.1", port))
            return first
        except OSError:
            continue
        finally:
            for probe in probes:
                probe.close()
    raise AssertionError("there are no free ports")


def wait_until(what, patience=60):
    end = time.monotonic() + patience
    while not what():
        assert time.monotonic() < end, "nothing happened for a minute"
        time.sleep(0.02)


class Client(Insistent):
    """One connection to whoever leads, through a process of its own."""

    def __init__(self, members):
        self.process = subprocess.Popen([PROGRAM, "client", *members], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, **request):
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        if answer.get("lost"):
            raise Lost(answer["error"])
        if "error" in answer:
            code = answer.get("code", 0)
            raise Refused(answer["error"], code, is_busy=code & 0xff == BUSY)
        return answer

    def exec(self, sql, *args):
        return self.ask(exec=sql, args=args)

    def query(self, sql, *args):
        return self.ask(query=sql, args=args).get("rows", [])

    def value(self, sql, *args):
        rows = self.query(sql, *args)
        return rows[0][0] if rows else None

    def close(self):
        self.process.stdin.close()
        self.process.wait(20)


class Cluster:
    def __init__(self, folder, port):
        self.folder, self.port = folder, port
        self.members = [f"127.0.0.1:{port + n}" for n in (1, 2, 3)]
        self.start()

    def start(self):
        """Those that do not run."""
        subprocess.run([THREE, self.folder, str(self.port)], check=True)

    def stop(self):
        subprocess.run([THREE, "--stop", self.folder], check=True)

    def client(self):
        return Client(self.members)

    def look(self, command, *arguments):
        return subprocess.run([PROGRAM, command, *arguments], check=True, capture_output=True, text=True).stdout.split()

    def leader(self):
        """Its number, 1 to 3."""
        return int(self.look("leader", *self.members)[0].rsplit(":", 1)[1]) - self.port

    def voters(self):
        return self.look("members", *self.members).count("voter")

    def kill(self, number):
        """kill -9, and when it was."""
        os.kill(int((self.folder / f"{number}.pid").read_text()), signal.SIGKILL)
        return time.monotonic()

    def copy(self, number, load=False):
        """An open connection to a copy of what this node has, in the stock SQLite; with the extension when asked for."""
        folder = self.folder / f"copy{number}"
        shutil.rmtree(folder, ignore_errors=True)
        self.look("dump", self.members[number - 1], str(folder))
        return Database(folder / "lore", load=load)

    def contents(self, number):
        db = self.copy(number)
        assert db.value("PRAGMA integrity_check") == "ok"
        found = dump(db)
        db.close()
        return found

    def same_contents(self, patience=30):
        """What all three have, once those that follow have applied what the leader has."""
        end = time.monotonic() + patience
        while True:
            first, *others = [self.contents(number) for number in (1, 2, 3)]
            if all(other == first for other in others):
                return first
            assert time.monotonic() < end, "the three nodes differ"
            time.sleep(0.2)


class Load:
    """Clients that write what may be repeated, each under a key of its own, until they are told to stop."""

    KINDS = {
        "signals": ("INSERT INTO signal_save(signal_type, source_api, canonical_key, confidence, raw_data, source_id) "
                    "VALUES ('load', 'cluster', 'domain:load.io', 0.5, '{}', ?)",
                    "SELECT source_id FROM signals WHERE signal_type = 'load'"),
        "tasks": ("INSERT INTO task_add(description, id) VALUES ('load', ?)",
                  "SELECT task_id FROM tasks WHERE description = 'load'"),
        "audit_log": ("INSERT INTO audit_append(event_type, originator_id, event_id) VALUES ('load', 'cluster', ?)",
                      "SELECT event_id FROM audit_log WHERE event_type = 'load'"),
        "metric points": ("INSERT INTO metric_record(name, value, tags, at) "
                          "VALUES ('load', 1, json_object('key', ?), '2026-01-01')",
                          "SELECT json_extract(tags, '$.key') FROM metric_points('load')"),
    }

    def __init__(self, cluster, clients):
        self.cluster, self.stopped, self.lock = cluster, threading.Event(), threading.Lock()
        self.acknowledged, self.again, self.claims, self.errors = {kind: [] for kind in self.KINDS}, 0, {}, []
        self.acknowledgements = []  # (asked for, acknowledged), by a monotonic clock
        self.threads = [threading.Thread(target=self._guarded, args=(number,), daemon=True) for number in range(clients)]
        for thread in self.threads:
            thread.start()

    def _guarded(self, number):
        client = self.cluster.client()
        try:
            self._write(client, number)
        except Exception as error:  # told by stop()
            self.errors.append(error)
        client.close()

    def _write(self, client, number):
        count = 0
        while not self.stopped.is_set():
            for kind, (sql, _) in self.KINDS.items():
                self._one(client, kind, sql, f"{number}-{count}")
            self._claim(client, f"{number}-{count}")
            count += 1

    def _one(self, client, kind, sql, key):
        lost, began = client.insist(sql, key)
        with self.lock:
            self.acknowledged[kind].append(key)
            self.acknowledgements.append((began, time.monotonic()))
            self.again += lost

    def _claim(self, client, request):
        """A task of the load: the answer may be lost with the connection, so the same request is made again until it is there."""
        while True:
            client.insist(CLAIM, request)
            try:
                granted = client.value("SELECT lore_result()")
            except Lost:
                continue
            if granted is not None:
                break
        with self.lock:
            self.claims[request] = [row["id"] for row in json.loads(granted)]

    def first_after(self, moment):
        """Seconds from a moment to the first acknowledgement of what was asked for after it; None when there is none yet."""
        with self.lock:
            ends = [ended for began, ended in self.acknowledgements if began > moment]
        return min(ends) - moment if ends else None

    def stop(self):
        self.stopped.set()
        for thread in self.threads:
            thread.join(120)
        assert self.errors == []

