"""What a write and a read cost on each host, as ratios of one run, and the tables of docs/cluster.md."""
import json
import re
import time
from concurrent.futures import ThreadPoolExecutor

from support import ROOT, Database

PAGE = ROOT / "docs" / "cluster.md"
SECONDS, ROUNDS = 1.5, 2

ONE = ("INSERT INTO signal_save(signal_type, source_api, canonical_key, confidence, raw_data, source_id) "
       "VALUES ('cost', 's', 'domain:' || ?1 || '.io', 0.5, '{}', ?1)")
MANY = ("INSERT INTO signal_save(signal_type, source_api, canonical_key, confidence, raw_data, source_id) "
        "SELECT 'cost', 's', 'domain:' || ?1 || value || '.io', 0.5, '{}', ?1 || value FROM json_each(?2)")
READ = "SELECT id, confidence FROM signals WHERE source_api = 's' AND source_id = ?"
BATCH = json.dumps(list(range(1000)))


def heads(clients):
    return ["", "one client writes", f"{clients} clients write", "1,000 rows in one INSERT … SELECT", "a read by key"]


class Local(Database):
    """A connection to a file on this machine, as others are clients of a cluster."""

    def __init__(self, path, synchronous):
        super().__init__(path, check_same_thread=False, timeout=60)
        self.run("PRAGMA journal_mode = WAL")
        self.run(f"PRAGMA synchronous = {synchronous}")
        self.run("INSERT INTO lore_migrate(subsystems) VALUES ('all')")

    exec = query = insist = Database.run


def local_hosts(folder):
    return [(f"a local file, WAL, synchronous {how}", lambda how=how: Local(folder / f"{how}.db", how))
            for how in ("NORMAL", "FULL")]


def rate(step, seconds=SECONDS):
    """How often in a second."""
    count, began = 0, time.perf_counter()
    while time.perf_counter() - began < seconds:
        step(count)
        count += 1
    return count / (time.perf_counter() - began)


def together(connections, key):
    """The rate of all of them at once; one that finds another writing asks again."""
    def run(number):
        return rate(lambda count: connections[number].insist(ONE, f"{key}-{number}-{count}"))

    with ThreadPoolExecutor(len(connections)) as pool:
        return sum(pool.map(run, range(len(connections))))


def measure(connect, clients, turn):
    connections = [connect() for _ in range(clients)]
    one = connections[0]
    figures = [rate(lambda count: one.exec(ONE, f"one-{turn}-{count}")),
               together(connections, f"together-{turn}"),
               1000 * rate(lambda count: one.exec(MANY, f"many-{turn}-{count}-", BATCH)),
               rate(lambda count: one.query(READ, f"one-{turn}-0"))]
    for connection in connections:
        connection.close()
    return figures


def share(first, figure):
    """How many times as long as on the first."""
    ratio = first / figure
    return "1" if first is figure else f"{ratio:.0f} ×" if ratio >= 10 else f"{ratio:.1f} ×"


def compare(hosts, clients):
    """A row a host: how many times as long each takes as on the first; the best of some rounds, others use the machine too."""
    rounds = [[measure(connect, clients, turn) for _, connect in hosts] for turn in range(ROUNDS)]
    best = [[max(figures) for figures in zip(*of_host)] for of_host in zip(*rounds)]
    return [[name, *(share(a, b) for a, b in zip(best[0], figures))] for (name, _), figures in zip(hosts, best)]


def write_table(mark, heads, rows):
    """Between <!-- mark --> and <!-- /mark --> of the page."""
    lines = ["| " + " | ".join(heads) + " |", "|---" * len(heads) + "|"] + ["| " + " | ".join(row) + " |" for row in rows]
    text = PAGE.read_text()
    found = re.search(rf"(<!-- {mark} -->\n).*?(\n<!-- /{mark} -->)", text, re.S)
    assert found, f"{PAGE.name} has no marks for the table {mark}"
    PAGE.write_text(text[:found.end(1)] + "\n".join(lines) + text[found.start(2):])
    print("\n" + "\n".join(lines))
