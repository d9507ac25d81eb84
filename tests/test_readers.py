"""Readers as SQLite uses them: conditions with OR, and several cursors of one reader at a time."""
import pytest


@pytest.fixture
def three(db):
    """Series a, b and c, each with points at 0, 1000 and 2000."""
    db.connection.executemany("INSERT INTO metric_record(name, value, at) VALUES (?, ?, ?)",
                              [(name, ts / 1000, ts) for name in "abc" for ts in (0, 1000, 2000)])
    return db


# ---- OR ----

@pytest.mark.parametrize("reader, where", [
    ("metric_points", "name = 'a' OR series_id = 2"),
    ("metric_points", "name = 'a' OR series_id = 1"),
    ("metric_points", "(name = 'a' AND ts > 500) OR (name = 'b' AND ts < 500) OR (name = 'a' AND ts < 1500)"),
    ("metric_points", "ts <= 0 OR ts >= 2000"),
    ("metric_latest", "name = 'a' OR tags = '{}'"),
])
def test_a_condition_with_or_finds_each_row_once(three, reader, where):
    found = three.run(f"SELECT * FROM {reader} WHERE {where}")
    three.run(f"CREATE TABLE copy AS SELECT * FROM {reader}")
    assert found and sorted(found) == sorted(three.run(f"SELECT * FROM copy WHERE {where}"))


def test_or_tells_rows_apart_by_the_arguments_that_they_answer(three):
    found = three.run("SELECT in_fn, value FROM metric_range WHERE (in_name = 'a' AND in_fn = 'min') OR (in_name = 'b' AND in_fn = 'max') "
                      "OR (in_name = 'a' AND in_fn = 'first' AND value >= 0)")
    assert sorted(found) == [("first", 0.0), ("max", 2.0), ("min", 0.0)]


def test_or_works_with_a_reader_that_is_a_statement(three):
    three.connection.executemany("INSERT INTO log_record(level, message, trace_id, id) VALUES ('info', 'x', ?, ?)",
                                 [(f"t{i % 2}", f"id{i}") for i in range(6)])
    found = three.column("SELECT correlation_id FROM trace_of WHERE (in_trace_id = 't0' AND depth = 0) OR (in_trace_id = 't1' AND message = 'x')")
    assert sorted(found) == [f"id{i}" for i in range(6)]


def test_a_row_has_the_same_id_whichever_way_it_is_found(three):
    ids = three.column("SELECT rowid FROM metric_points")
    assert len(set(ids)) == 9
    assert ids[3:6] == three.column("SELECT rowid FROM metric_points WHERE name = 'b'") == three.column(
        "SELECT rowid FROM metric_points WHERE series_id = 2 AND ts >= 0")


# ---- Words of other software ----

@pytest.fixture
def foreign(db):
    db.run("SELECT tenant_use('acme')")
    db.script("""
      INSERT INTO insights(id, tenant_id, account_id, pattern_type, status, created_at) VALUES
        ('i1', 'acme', 'x', 'p', 'Archived', '2026-01-01'), ('i2', 'acme', 'x', 'p', 'PENDING', '2026-01-01'), ('i3', 'acme', 'x', 'p', 'pending', '2026-01-01');
      INSERT INTO goals(id, tenant_id, goal_type, target_value, period_start, period_end, status, created_at) VALUES
        ('g1', 'acme', 'pipeline', 1, '2026-01-01', '2026-02-01', 'On Hold', '2026-01-01');
      INSERT INTO graph_nodes(id, type, scope, attributes) VALUES ('n1', 'agent', 'Team', '{}');
      INSERT INTO correlations(correlation_id, correlation_type, timestamp, scope, message) VALUES ('c1', 'log_entry', '1970-01-01T00:00:01.000Z', 'Team', 'm');""")
    return db


@pytest.mark.parametrize("reader, where, found", [
    ("insight_list", "status = 'Archived'", ["i1"]), ("insight_list", "status = 'PENDING'", ["i2"]), ("insight_list", "status = 'pending'", ["i3"]),
    ("insight_list", "status IN ('PENDING', 'Archived', 'none')", ["i1", "i2"]), ("insight_list", "status = 'archived'", []),
    ("insight_list", "status = 5", []), ("insight_list", "status = x'00'", []), ("insight_list('PENDING')", "1", ["i3"]),
    ("goal_list", "status = 'On Hold'", ["g1"]), ("graph_nodes_where", "scope = 'Team'", ["n1"]), ("graph_nodes_where", "scope = 'team'", []),
    ("timeseries_recall", "in_since = '1969-01-01' AND in_until = '1971-01-01' AND scope = 'Team'", ["c1"])])
def test_a_column_is_compared_with_a_word_as_it_is_written(foreign, reader, where, found):
    id = "correlation_id" if reader.startswith("timeseries") else "id"
    assert sorted(foreign.column(f"SELECT {id} FROM {reader} WHERE {where}")) == found


# ---- Cursors ----

def test_a_reader_at_its_end_leaves_the_others_alone(three):
    first = three.connection.execute("SELECT name FROM metric_series_list('none') UNION ALL SELECT key FROM json_each('[1, 2]')")
    assert first.fetchone() == (0,)
    second = three.connection.execute("SELECT name FROM metric_series_list")
    assert second.fetchone() == ("a",)
    first.close()
    assert second.fetchall() == [("b",), ("c",)]


def test_what_has_happened_is_read_to_its_end_beside_another_reader_of_it(three):
    three.connection.executemany("INSERT INTO log_record(level, message, id, at) VALUES ('info', 'x', ?, ?)",
                                 [(f"id{i}", f"1969-12-31T00:00:0{i}Z") for i in range(3)])
    ask = "SELECT coalesce(correlation_id, name) FROM timeseries_recall(NULL, NULL, NULL, NULL, '1969-01-01', '1971-01-01')"
    first = three.connection.execute(ask)
    assert [row[0] for row in first.fetchmany(4)] == ["id0", "id1", "id2", "a"]
    second = three.connection.execute(ask)
    assert second.fetchone() == ("id0",)
    first.close()
    assert [row[0] for row in second.fetchall()] == ["id1", "id2", *"abcabcabc"]


@pytest.mark.parametrize("write", [
    "INSERT INTO metric_record(name, value, at) SELECT 'long', value + 0.5, ts FROM held",
    "SELECT metric_delete('long', NULL, '2026-01-31T00:20:00Z', '2026-01-31T00:20:10Z')",
])
def test_points_of_a_chunk_that_is_written_anew_under_a_reader_come_once(db, write):
    db.connection.executemany("INSERT INTO metric_record(name, value, at) VALUES ('long', ?, ?)", [(i, 1_769_817_600 + i) for i in range(3000)])
    db.run("SELECT metric_seal()")
    db.run("CREATE TABLE held AS SELECT ts, value FROM metric_points('long')")
    cursor = db.connection.execute("SELECT ts FROM metric_points('long')")
    times = [row[0] for row in cursor.fetchmany(1100)]
    db.run(write)
    times += [row[0] for row in cursor.fetchall()]
    assert times == sorted(set(times)) and set(db.column("SELECT ts FROM held")) >= set(times)
    assert len(times) >= 2990
