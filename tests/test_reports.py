"""sql/reports: each runs in the stock shell, without the extension, and says what its head says."""
import json
import re
import subprocess

import pytest

from support import ROOT
from test_docs import SHELL

REPORTS = sorted((ROOT / "sql" / "reports").glob("*.sql"))


def run_report(path, name, **parameters):
    """Its rows as dictionaries, as the stock shell gives them; parameters as a person sets them."""
    command = [SHELL, "-init", "/dev/null", "-batch", "-bail", "-json"]
    for parameter, value in parameters.items():
        command += ["-cmd", f".parameter set :{parameter} {value}"]
    script = (ROOT / "sql" / "reports" / f"{name}.sql").read_text()
    run = subprocess.run([*command, str(path)], input=script, text=True, capture_output=True, timeout=60)
    assert (run.returncode, run.stderr) == (0, ""), run.stderr
    return json.loads(run.stdout) if run.stdout else []


def values(rows, *names):
    return [tuple(row[name] for name in names) for row in rows]


def detect(db, severity, client, *days):
    for day in days:
        db.run("SELECT signal_upsert('overdue', 'client', ?, ?, NULL, NULL, ?)", client, severity, day)


# ---- All of them ----

def test_the_reports_that_are_promised_are_there():
    assert {path.stem for path in REPORTS} >= {
        "open_signals", "chronic_signals", "transitions_last_day", "patterns_to_automate", "cost_by_day", "backlog_age",
        "signal_timeline", "ingest_outcomes", "queue_health", "work_failures"}


@pytest.mark.parametrize("report", REPORTS, ids=lambda path: path.stem)
def test_a_report_says_what_it_shows_and_how_to_run_it(report):
    head = re.match(r"(?:--.*\n)+", report.read_text()).group()
    assert f"sqlite3 -box file.db < sql/reports/{report.name}\n" in head
    assert re.search(r"^-- [A-Z].*: ", head)


@pytest.mark.parametrize("report", REPORTS, ids=lambda path: path.stem)
def test_a_report_is_plain_sql_and_looks_at_no_clock(report):
    body = re.sub(r"--.*", "", report.read_text())
    assert not re.search(r"^\.|'now'|\bCURRENT_(DATE|TIME)|random\(|->>|unixepoch", body, re.M | re.I)
    assert not re.search(r"\b(INSERT|UPDATE|DELETE|CREATE|DROP|ATTACH)\b", body, re.I)


@pytest.mark.parametrize("report", REPORTS, ids=lambda path: path.stem)
def test_an_empty_file_has_nothing_to_report(db, report):
    assert run_report(db.path, report.stem) == []


@pytest.mark.parametrize("report", REPORTS, ids=lambda path: path.stem)
def test_a_report_runs_on_what_all_examples_leave(stages, report):
    run_report(stages.path(), report.stem)


def test_the_build_embeds_no_report():
    embedded = (ROOT / "build" / "generated" / "statements.c").read_text() + (ROOT / "build" / "generated" / "schema.c").read_text()
    for report in REPORTS:
        body = re.sub(r"^--.*\n", "", report.read_text(), flags=re.M).splitlines()
        assert not all(line.strip() in embedded for line in body), report.name


# ---- Signals ----

def test_open_signals_stand_by_severity_and_age(db):
    detect(db, "low", "a", "2026-01-01")
    detect(db, "critical", "b", "2026-01-01", "2026-01-04")
    detect(db, "critical", "c", "2026-01-01", "2026-01-08")
    detect(db, "critical", "d", "2026-01-01", "2026-01-13T12:00:00Z")
    detect(db, "warning", "e", "2026-01-01", "2026-01-02")
    detect(db, "medium", "f", "2026-01-01")
    detect(db, "high", "g", "2026-01-01")
    db.run("SELECT signal_state_clear('client:g:overdue')")
    db.run("SELECT signal_state_dismiss('client:f:overdue', 'ann', NULL, '2026-01-02')")
    db.run("SELECT signal_state_acknowledge('client:b:overdue', 'ann')")
    db.run("SELECT signal_state_escalate('client:c:overdue', 'critical')")
    rows = run_report(db.path, "open_signals")
    assert values(rows, "severity", "signals", "new", "recent", "ongoing", "chronic", "escalated", "acknowledged",
                  "oldest_days") == [
        ("critical", 3, 0, 1, 1, 1, 1, 1, 12.5), ("warning", 1, 0, 1, 0, 0, 0, 0, 1.0), ("low", 1, 1, 0, 0, 0, 0, 0, 0.0)]


def test_a_severity_of_other_software_comes_last(db):
    detect(db, "info", "a", "2026-01-01")
    detect(db, "info", "b", "2026-01-01")
    db.run("UPDATE signal_state SET severity = 'strange' WHERE entity_id = 'b'")
    assert values(run_report(db.path, "open_signals"), "severity") == [("info",), ("strange",)]


def test_chronic_signals_are_the_worst_and_the_oldest_first(db):
    detect(db, "warning", "a", "2026-01-01", "2026-01-12")
    detect(db, "medium", "b", "2025-12-01", "2026-01-12")
    detect(db, "high", "c", "2026-01-01", "2026-01-05", "2026-01-15")
    detect(db, "critical", "young", "2026-01-01", "2026-01-11")
    detect(db, "critical", "mended", "2025-01-01", "2026-01-11")
    db.run("SELECT signal_state_clear('client:mended:overdue')")
    db.run("SELECT signal_state_acknowledge('client:b:overdue', 'ann')")
    rows = run_report(db.path, "chronic_signals")
    assert values(rows, "signal_key", "severity", "state", "days", "times", "since", "acknowledged_by") == [
        ("client:c:overdue", "high", "active", 14.0, 3, "2026-01-01", None),
        ("client:b:overdue", "medium", "acknowledged", 42.0, 2, "2025-12-01", "ann"),
        ("client:a:overdue", "warning", "active", 11.0, 2, "2026-01-01", None)]


@pytest.fixture
def changed(db):
    """A signal that began, rose, was ended by Ann's word, and another one a day before."""
    db.run("INSERT INTO signal_rules(signal_type, escalate_after_count) VALUES ('overdue', 3)")
    detect(db, "low", "old", "2026-01-09T10:00:00Z")
    detect(db, "low", "edge", "2026-01-09T12:00:00Z")
    detect(db, "low", "a", "2026-01-10T08:00:00Z")
    detect(db, "high", "a", "2026-01-10T09:00:00Z")
    db.run("SELECT signal_state_acknowledge('client:a:overdue', 'ann', 'called them', NULL, '2026-01-10T10:00:00Z')")
    db.run("SELECT signal_state_cycle('[]', '{\"entity_ids\": [\"a\"]}', NULL, '2026-01-10T12:00:00Z')")
    return db


def test_the_last_day_ends_with_the_newest_transition(changed):
    rows = run_report(changed.path, "transitions_last_day")
    assert values(rows, "at", "state", "severity", "cause", "decided_by", "note") == [
        ("2026-01-10T12:00:00", "cleared", "high", "auto_cleared", None, None),
        ("2026-01-10T10:00:00", "acknowledged", "high", "acknowledged", "ann", "called them"),
        ("2026-01-10T09:00:00", "escalated", "low to high", "severity_rise", None, None),
        ("2026-01-10T08:00:00", "active", "low", "detected", None, None)]
    assert {row["signal_key"] for row in rows} == {"client:a:overdue"}


def test_another_day_and_fewer_rows_can_be_asked_for(changed):
    rows = run_report(changed.path, "transitions_last_day", at="2026-01-10T08:30:00.000Z")
    assert values(rows, "signal_key") == [("client:a:overdue",), ("client:edge:overdue",), ("client:old:overdue",)]
    assert len(run_report(changed.path, "transitions_last_day", max_rows=2)) == 2
    assert run_report(changed.path, "transitions_last_day", at="2026-01-01T00:00:00.000Z") == []


def test_a_transition_names_the_rule_that_made_it(db):
    db.run("INSERT INTO signal_rules(signal_type, escalate_after_count) VALUES ('*', 2)")
    detect(db, "low", "a", "2026-01-09", "2026-01-10")
    assert values(run_report(db.path, "transitions_last_day"), "cause", "decided_by") == [("escalated_by_count", "rule *")]


# ---- Patterns ----

def learn(db, signature, days, cost, errors=0):
    for day in days:
        document = {"workflow_id": f"{signature} {day}", "total_tokens": 1000, "actual_cost_total": cost, "duration_seconds": 60,
                    "error_count": errors, "created_at": f"2026-01-{day:02}T00:00:00Z"}
        db.run("INSERT INTO workflow_save(workflow) VALUES (?)", json.dumps(document))
        db.run("INSERT INTO pattern_record(signature, workflow) VALUES (?, ?)", signature, json.dumps(document))


def test_patterns_worth_automating_stand_by_what_they_save(db):
    learn(db, "test:pytest:backend", range(1, 12), 1.0)
    learn(db, "format:black:all", range(7, 12), 4.0)
    learn(db, "git:log:summary", range(1, 3), 90.0)
    learn(db, "build:tsc:all", range(1, 6), 90.0, errors=5)
    learn(db, "deps:npm:update", range(1, 12), 50.0)
    db.run("UPDATE operation_patterns SET automation_status = 'active' WHERE pattern_signature = 'deps:npm:update'")
    rows = run_report(db.path, "patterns_to_automate")
    assert values(rows, "pattern", "seen", "seen_days", "confidence", "tokens_each", "cost_each", "with_tool",
                  "saved_in_30_days") == [
        ("format:black:all", 5, 4.0, 90.0, 1000, 4.0, 0.2, 142.5), ("test:pytest:backend", 11, 10.0, 100.0, 1000, 1.0, 0.05, 31.35)]
    assert values(run_report(db.path, "patterns_to_automate", min_confidence=95), "pattern") == [("test:pytest:backend",)]


def test_what_a_pattern_saves_agrees_with_pattern_savings(db):
    learn(db, "test:pytest:backend", range(1, 12), 1.0)
    row, = run_report(db.path, "patterns_to_automate")
    low, high = db.row("SELECT low, high FROM pattern_savings(NULL, 0.95, '2026-01-11')")
    potential = db.value("SELECT potential_monthly_savings FROM operation_patterns")
    assert low < row["saved_in_30_days"] < high
    assert row["saved_in_30_days"] == pytest.approx(potential / 10 * 30)


# ---- Costs ----

def test_cost_by_day_takes_the_last_word_about_each_day(db):
    def save(day, total, at):
        db.run("SELECT cost_snapshot_save('daily_summary', ?, NULL, NULL, ?)",
               json.dumps({"day": day, "workflows": 2, "tokens": 10, "total": total}), at)
    save("2026-01-01", 10, "2026-01-02")
    save("2026-01-02", 7, "2026-01-03")
    save("2026-01-01", 20, "2026-01-04")
    save("2026-01-08", 5, "2026-01-09")
    db.run("SELECT cost_snapshot_save('daily_summary', '{\"total\": 1}', NULL, NULL, '2026-01-10T08:00:00Z')")
    db.run("SELECT cost_snapshot_save('entity_breakdown', '{\"total\": 99}', 'acme', NULL, '2026-01-10')")
    db.run("SELECT cost_snapshot_save('daily_summary', '{\"total\": 98}', 'acme', NULL, '2026-01-10T09:00:00Z')")
    rows = run_report(db.path, "cost_by_day")
    assert values(rows, "day", "workflows", "tokens", "total", "mean_7_days", "of_the_dearest") == [
        ("2026-01-10", None, None, 1.0, 3.0, "*"), ("2026-01-08", 2, 10, 5.0, 6.0, "*****"),
        ("2026-01-02", 2, 10, 7.0, 13.5, "*******"), ("2026-01-01", 2, 10, 20.0, 20.0, "*" * 20)]


def test_a_summary_of_other_software_that_is_no_json_stops_no_report(db):
    db.run("INSERT INTO cost_snapshots(id, computed_at, snapshot_type, data)"
           " VALUES ('x', '2026-01-05T00:00:00.000Z', 'daily_summary', 'broken')")
    assert values(run_report(db.path, "cost_by_day"), "day", "total") == [("2026-01-05", None)]
