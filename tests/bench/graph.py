#!/usr/bin/python3
"""Walks and shortest paths over 100,000 nodes and 1,000,000 edges of a power law, against the recursive queries that give the same
rows, over the same table and its indexes.

graph.py lore.so FOLDER

A line that starts with "= " is a row of the table of verdicts.
"""
import bisect
import itertools
import os
import random
import sqlite3
import statistics
import sys
import time

ROUNDS = 3
NODES, EDGES = 100_000, 1_000_000
STARTS = 9  # nodes of the median out-degree
ASKED_WALK, ASKED_PATH = 7, 50
AT = "2026-01-01T00:00:00.000Z"

COLUMNS = "count(*), sum(depth), sum(length(path)), count(edge_id), count(weight)"
OURS = f"SELECT {COLUMNS} FROM graph_walk(?1, 'local', 3)"
# All ways of up to three edges, of which the first of the shortest remains for each node.
PLAIN = f"""WITH RECURSIVE walk(node, depth, path, edge_id, weight) AS (
              SELECT ?1, 0, json_array(?1), NULL, NULL
              UNION ALL
              SELECT e.target, w.depth + 1, json_insert(w.path, '$[#]', e.target), e.edge_id, e.weight
                FROM walk AS w JOIN graph_edges AS e ON e.source = w.node AND e.scope = 'local'
               WHERE w.depth < 3 AND e.valid_to IS NULL AND e.superseded_at IS NULL)
            SELECT {COLUMNS} FROM (SELECT node, min(depth) AS depth, path, edge_id, weight FROM walk GROUP BY node)"""
# Only which nodes, and how far: what UNION can tell apart.
NODES_ONLY = """WITH RECURSIVE walk(node, depth) AS (
                  SELECT ?1, 0
                  UNION
                  SELECT e.target, w.depth + 1 FROM walk AS w JOIN graph_edges AS e ON e.source = w.node AND e.scope = 'local'
                   WHERE w.depth < 3 AND e.valid_to IS NULL AND e.superseded_at IS NULL)
                SELECT count(*), sum(depth) FROM (SELECT node, min(depth) AS depth FROM walk GROUP BY node)"""
OURS_NODES_ONLY = "SELECT count(*), sum(depth) FROM graph_walk(?1, 'local', 3)"

OUR_PATH = "SELECT max(step) FROM graph_path(?1, ?2, 'local')"
# Breadth-first: a recursive query's queue is first in, first out. Ends at the first row that has reached the target.
PLAIN_PATH = """WITH RECURSIVE walk(node, depth, path) AS (
                  SELECT ?1, 0, json_array(?1)
                  UNION ALL
                  SELECT e.target, w.depth + 1, json_insert(w.path, '$[#]', e.target)
                    FROM walk AS w JOIN graph_edges AS e ON e.source = w.node AND e.scope = 'local'
                   WHERE e.valid_to IS NULL AND e.superseded_at IS NULL)
                SELECT depth FROM walk WHERE node = ?2 LIMIT 1"""
PLAIN_DISTANCE = PLAIN_PATH.replace(", path) AS", ") AS").replace(", json_array(?1)", "").replace(", json_insert(w.path, '$[#]', e.target)", "").replace("UNION ALL", "UNION")
OUR_WEIGHTED = "SELECT max(step) FROM graph_path(?1, ?2, 'local', NULL, 'out', NULL, 1)"


def connect(path, extension):
    db = sqlite3.connect(path, isolation_level=None)
    db.enable_load_extension(True)
    db.load_extension(extension)
    db.executescript("PRAGMA cache_size = -400000; PRAGMA temp_store = MEMORY; PRAGMA synchronous = OFF")
    return db


def power_law(count, seed):
    """Pairs of nodes, each chosen by 1/rank^0.8; which node has which rank is random."""
    choice = random.Random(seed)
    heap = list(itertools.accumulate(1 / (rank + 1) ** 0.8 for rank in range(NODES)))
    nodes = list(range(NODES))
    choice.shuffle(nodes)
    pairs = set()
    while len(pairs) < count:
        pairs.add(tuple(nodes[bisect.bisect(heap, choice.random() * heap[-1])] for _ in range(2)))
    return [(f"node-{a:06}", f"node-{b:06}", choice.random()) for a, b in sorted(pairs)]


def fill(db):
    db.execute("SELECT lore_migrate('graph')")
    db.execute("BEGIN")
    db.execute("INSERT INTO graph_nodes(id, type, scope, attributes) WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ? - 1)"
               " SELECT printf('node-%06d', i), 'concept', 'local', '{}' FROM n", (NODES,))
    db.executemany("INSERT INTO graph_edges(source, target, scope, relationship, weight, created_at, valid_from, recorded_at)"
                   f" VALUES (?, ?, 'local', 'knows', ?, '{AT}', '{AT}', '{AT}')", power_law(EDGES, 7))
    db.execute("COMMIT")


def seconds(db, sql, *values):
    start = time.process_time()
    rows = db.execute(sql, values).fetchall()
    return time.process_time() - start, rows


def medians(db):
    degrees = db.execute("SELECT source, count(*) FROM graph_edges GROUP BY source ORDER BY count(*)").fetchall()
    middle = degrees[len(degrees) // 2][1]
    alike = [node for node, degree in degrees if degree == middle]
    return middle, alike[:: len(alike) // STARTS][:STARTS]


def compare(db, ours, plain, calls, rounds=ROUNDS):
    """Seconds of all calls, the median of the rounds; both must give the same."""
    taken = []
    for _ in range(rounds):
        both = [[seconds(db, sql, *call) for call in calls] for sql in (ours, plain)]
        if [rows for _, rows in both[0]] != [rows for _, rows in both[1]]:
            sys.exit(f"graph.py: {ours} and the recursive query give different rows")
        taken.append([sum(each for each, _ in one) for one in both])
    return [statistics.median(one[i] for one in taken) for i in (0, 1)]


def verdict(what, asked, ratio):
    print(f"= {what} | at least {asked} x as fast | {ratio:.1f} x | {'met' if ratio >= asked else 'MISSED'}")


def main():
    extension, folder = sys.argv[1:3]
    path = os.path.join(folder, "graph.db")
    if os.path.exists(path):
        os.remove(path)
    db = connect(path, extension)
    fill(db)
    degree, starts = medians(db)
    found = sum(db.execute(OURS_NODES_ONLY, (start,)).fetchone()[0] for start in starts) / len(starts)
    pairs = [pair for pair in zip(starts, starts[1:] + starts[:1]) if db.execute(OUR_PATH, pair).fetchone()[0] is not None][:4]
    walk = compare(db, OURS, PLAIN, [(start,) for start in starts])
    nodes = compare(db, OURS_NODES_ONLY, NODES_ONLY, [(start,) for start in starts])
    paths = compare(db, OUR_PATH, PLAIN_DISTANCE, pairs)
    steps = [db.execute(OUR_PATH, pair).fetchone()[0] for pair in pairs]
    short = [pair for pair, length in zip(pairs, steps) if length == min(steps)][:1]
    whole = compare(db, OUR_PATH, PLAIN_PATH, short, rounds=1)
    weighted = statistics.median(seconds(db, OUR_WEIGHTED, *pair)[0] for pair in pairs)
    db.close()
    os.remove(path)
    print(f"\ngraph of {NODES} nodes and {EDGES} edges: walks of 3 steps from {len(starts)} nodes with {degree} edges each, {found:.0f} nodes found a walk")
    print(f"  all columns            recursive query {walk[1] / len(starts) * 1e3:8.1f} ms  graph_walk {walk[0] / len(starts) * 1e3:8.1f} ms  {walk[1] / walk[0]:6.1f} x")
    print(f"  nodes and depths only  recursive query {nodes[1] / len(starts) * 1e3:8.1f} ms  graph_walk {nodes[0] / len(starts) * 1e3:8.1f} ms  {nodes[1] / nodes[0]:6.1f} x")
    print(f"shortest paths of {', '.join(map(str, steps))} steps")
    print(f"  the distance only      recursive query {paths[1] / len(pairs) * 1e3:8.1f} ms  graph_path {paths[0] / len(pairs) * 1e3:8.1f} ms  {paths[1] / paths[0]:6.1f} x")
    print(f"  the path ({min(steps)} steps)     recursive query {whole[1] * 1e3:8.1f} ms  graph_path {whole[0] * 1e3:8.1f} ms  {whole[1] / whole[0]:6.1f} x")
    print(f"  by weight, median                                    graph_path {weighted * 1e3:8.1f} ms")
    verdict("graph_walk to depth 3 from a median node, against the recursive query with the same rows", ASKED_WALK, walk[1] / walk[0])
    verdict("graph_path, against the recursive query that only finds how far it is", ASKED_PATH, paths[1] / paths[0])


if __name__ == "__main__":
    main()
