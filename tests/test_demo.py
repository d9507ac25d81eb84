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


def section(text, number):
    """What the demo prints under this number."""
    return text.split(f"\n{number}. ")[1].split(f"\n{number + 1}. ")[0]


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
    rows = [line for line in section(twice[0][0], 26).splitlines() if line.startswith("│ ") and "stored" not in line]
    sizes = [float(line.split("│")[4]) for line in rows]
    assert sizes[0] > 5 * sizes[1]


FAKES = ("FAKE-pass-42", "ghp_" + "FAKE0demo1FAKE2demo3FAKE4demo5FAKE67", "4242 4242 " + "4242 4242")


@pytest.mark.parametrize("number", [0, 1], ids=["first run", "second run"])
def test_secrets_are_put_back_for_a_tool_only_and_are_nowhere_in_the_file(twice, number):
    text, image = twice[number]
    assert not any(fake.encode() in image for fake in FAKES)
    shown = section(text, 27)
    assert all(shown.count(fake) == 1 for fake in FAKES[:2]) and FAKES[2] not in shown
    assert "1 of 1 references were left: what is high is not put back for the action speak" in shown


def test_each_secret_is_sealed_once(after):
    assert after.value("SELECT count(*) FROM secrets") == 3
    assert after.value("SELECT count(*) FROM demo_documents JOIN secrets ON instr(body, '{SECRET:' || secret_uuid)") == 3


def test_the_keys_are_for_their_owner_alone_and_not_printed(tmp_path):
    folder = tmp_path / "demo"
    text = run_demo(folder)
    for name in ("vault.key", "audit.key"):
        key = (folder / name).read_bytes()
        assert ((folder / name).stat().st_mode & 0o777, len(key)) == (0o600, 32)
        assert key.hex() not in text and key not in (folder / "lore.db").read_bytes()
    assert not list(folder.glob("tampered*")) and not list(folder.glob("locked*"))


@pytest.mark.parametrize("number", [0, 1], ids=["first run", "second run"])
def test_the_log_is_clean_and_its_changed_copy_names_the_entry(twice, number, tmp_path):
    shown = section(twice[number][0], 28)
    assert "Of this database: clean" in shown and "entry_hash is not the hash of the entry's columns" in shown
    path = tmp_path / "lore.db"
    path.write_bytes(twice[number][1])
    db = Database(path, load=False)
    first = db.value("SELECT min(sequence_number) FROM audit_log WHERE event_type = 'review'")
    db.close()
    assert f"broken at entry {first}:" in shown


def test_a_decision_is_in_the_log_once(after):
    assert after.value("SELECT count(*) FROM audit_log WHERE event_type = 'review'") > 5
    assert after.rows("SELECT target_id FROM audit_log WHERE event_type IN ('review', 'action_approve')"
                      " GROUP BY target_id HAVING count(*) > 1") == []
    approvals = after.column("SELECT target_id FROM audit_log WHERE event_type = 'action_approve' ORDER BY target_id")
    assert approvals and approvals == after.column("SELECT id FROM autonomous_actions WHERE approved_by = 'ann' ORDER BY id")


def test_pending_insights_are_the_upgrades_that_wait(after):
    pending = after.column("SELECT account_id FROM insights WHERE tenant_id = 'security' AND status = 'pending' ORDER BY 1")
    assert pending and pending == after.column(
        "SELECT entity_id FROM signal_state WHERE entity_type = 'sample' AND signal_type = 'upgrade_available'"
        " AND state <> 'cleared' ORDER BY 1")


def test_only_what_another_has_approved_is_installed(after):
    found = after.run("SELECT DISTINCT action_type, approved_by, executed_at IS NOT NULL FROM autonomous_actions"
                      " WHERE proposed_by = 'agent'")
    assert set(found) == {("install_upgrade", "ann", 1), ("refresh_lists", None, 1), ("remove_package", "guardrail", 0)}


@pytest.mark.parametrize("number", [0, 1], ids=["first run", "second run"])
def test_attacks_on_the_other_tenant_get_nothing(twice, number):
    shown = section(twice[number][0], 31).split("what do attacks get?")[1]
    outcomes = {line.split("│")[1].strip() for line in shown.splitlines() if line.startswith("│ ")} - {"outcome"}
    assert outcomes == {"denied", "refused", "nothing"}


def test_the_page_shows_the_goals_of_the_team(tmp_path):
    folder = tmp_path / "demo"
    text = run_demo(folder)
    page = (folder / "report.html").read_text()
    assert f"{folder}/report.html" in text
    assert page.startswith("<!") and page.rstrip().endswith("</html>") and ">Goals" in page


@pytest.mark.parametrize("number", [0, 1], ids=["first run", "second run"])
def test_the_newest_sections_fit_into_100_columns(twice, number):
    lines = twice[number][0].split("\n27. ")[1].split("\nStored:")[0].split("\nNothing new")[0].splitlines()
    assert len(lines) > 60 and max(map(len, lines)) <= 100
