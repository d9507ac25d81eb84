"""`make demo`, on the sample: the first run tells a story, a second one goes on with it and stores nothing twice."""
import os
import subprocess

import pytest

from support import LORE, ROOT, Database


def run_demo(folder):
    environment = {**os.environ, "LORE_DEMO_SAMPLE": "1"}
    command = [str(ROOT / "docs" / "demo" / "run"), LORE, str(folder)]
    run = subprocess.run(command, env=environment, text=True, capture_output=True, timeout=120)
    assert (run.returncode, run.stderr) == (0, ""), run.stderr
    return run.stdout


@pytest.fixture(scope="module")
def twice(tmp_path_factory):
    """What two runs print, and the file after each."""
    folder = tmp_path_factory.mktemp("the demo")
    runs = []
    for _ in range(2):
        text = run_demo(folder)
        runs.append((text, (folder / "lore.db").read_bytes()))
    return runs


@pytest.fixture(params=[0, 1], ids=["first run", "second run"])
def after(request, twice, tmp_path):
    path = tmp_path / "lore.db"
    path.write_bytes(twice[request.param][1])
    db = Database(path, load=False)
    yield db
    db.close()


def last_look(db, outcome):
    return db.column("SELECT k.value FROM (SELECT result FROM signal_cycles ORDER BY at DESC LIMIT 1)"
                     " JOIN json_each(result, '$.' || ?) AS k", outcome)


@pytest.mark.parametrize("outcome", ["ongoing", "reactivated", "cleared"])
def test_each_run_shows_ongoing_reactivated_and_cleared_signals(after, outcome):
    assert last_look(after, outcome)


def test_a_security_update_is_critical_and_others_are_not(after):
    found = after.run("SELECT DISTINCT json_extract(evidence, '$.origin') LIKE '%security%', severity FROM signal_state"
                      " WHERE signal_type = 'upgrade_available' AND state <> 'cleared'")
    assert set(found) == {(1, "critical"), (0, "warning"), (0, "info")}


def test_the_looks_at_the_sample_are_counted_on_from_run_to_run(twice):
    first, second = (text for text, _ in twice)
    assert "sample, look 4" in first and "sample, look 5" not in first
    assert "sample, look 5" in second and "sample, look 4" not in second
    assert "this run is its look 5, and finds what look 1 found" in second


def test_nothing_is_learned_or_stored_twice(twice):
    assert "200 workflows learned from" in twice[0][0] and "Nothing new: 0 stored" not in twice[0][0]
    assert "Nothing to learn: 0 workflows learned from" in twice[1][0] and "Nothing new: 0 stored" in twice[1][0]


def test_each_day_of_the_sample_has_one_cost(after):
    assert after.row("SELECT count(*), count(DISTINCT json_extract(data, '$.day')) FROM cost_snapshots") == (14, 14)
    assert after.value("SELECT sum(json_extract(data, '$.workflows')) FROM cost_snapshots") == 200


def test_the_rules_say_what_a_person_says_in_nine_of_ten_requests(twice):
    hits = int(twice[0][0].split("The rules say what a person says in ")[1].split(" of 200")[0])
    assert 180 <= hits < 200


def test_the_dependencies_are_a_graph_that_a_second_run_leaves_as_it_is(twice, tmp_path):
    found = []
    for number, (_, image) in enumerate(twice):
        path = tmp_path / f"{number}.db"
        path.write_bytes(image)
        db = Database(path, load=False)
        found.append(db.rows("SELECT edge_id, source, target, valid_to FROM graph_edges ORDER BY edge_id"))
        db.close()
    assert len(found[0]) > 500 and found[0] == found[1]
    assert "needs it directly" in twice[0][0] and "Why is debconf needed for gimp?" in twice[0][0]


def test_two_workers_share_the_reviews_and_none_is_done_twice(after):
    assert after.column("SELECT DISTINCT worker FROM work_log WHERE worker IS NOT NULL ORDER BY worker") == ["ann", "bob"]
    assert after.value("SELECT count(*) FROM tasks WHERE status = 'completed'") > 5
    assert after.rows("SELECT id FROM work_log WHERE to_status = 'completed' GROUP BY id HAVING count(*) > 1") == []
    assert after.value("SELECT count(*) FROM tasks WHERE status = 'in_progress'") == 0

def test_installations_are_series_that_take_a_fraction_of_their_rows(twice, after):
    packages = after.value("SELECT count(*) FROM correlations WHERE metric_name = 'package.kb'")
    assert packages > 200
    assert after.value("SELECT sum(count) FROM metric_chunks") == packages, "and a second run stores none again"
    assert after.value("SELECT count(*) FROM metric_recent") == 0
    months = twice[0][0].split("25. When were packages installed?")[1].split("By kind")[0]
    assert months.count("│ 20") == 12 and "│ 0        │ 0   │" in months
    sizes = [float(line.split("│")[4]) for line in twice[0][0].split("26. What do these")[1].splitlines() if line.startswith("│ ") and "stored" not in line][:2]
    assert sizes[0] > 5 * sizes[1]
