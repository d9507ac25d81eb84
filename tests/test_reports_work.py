"""sql/reports about backlogs, collectors and work: what each of them counts. That each of them runs: test_reports.py."""
from test_reports import detect, run_report, values


def signal(db, source, key, at, status="pending"):
    number = db.value("SELECT signal_save('github_spike', ?, ?, 0.9, '{}', NULL, ?, NULL, ?)", source, f"domain:{key}", at, at)
    db.run("UPDATE signal_processing SET status = ?, created_at = ?, updated_at = ? WHERE signal_id = ?", status, at, at, number)


def test_the_backlog_is_counted_by_source_and_age(db):
    for key, at, status in [("a.io", "2026-01-10T08:00:00.000Z", "pending"), ("b.io", "2026-01-09T20:00:00.000Z", "claimed"),
                            ("c.io", "2026-01-08T00:00:00.000Z", "pending"), ("d.io", "2026-01-05T00:00:00.000Z", "pending"),
                            ("e.io", "2025-12-01T00:00:00.000Z", "pending"), ("f.io", "2025-12-01T00:00:00.000Z", "pushed")]:
        signal(db, "github", key, at, status)
    signal(db, "news", "g.io", "2026-01-10T09:00:00.000Z")
    rows = run_report(db.path, "backlog_age")
    assert values(rows, "source", "waiting", "claimed", "under_6_hours", "under_a_day", "under_3_days", "under_a_week", "longer",
                  "oldest") == [("github", 5, 1, 1, 1, 1, 1, 1, "2025-12-01T00:00"), ("news", 1, 0, 1, 0, 0, 0, 0, "2026-01-10T09:00")]
    assert values(run_report(db.path, "backlog_age", at="2026-01-05T01:00:00.000Z"), "waiting", "longer") == [(2, 1)]


def test_signals_are_shown_day_by_day_up_to_the_newest_transition(db):
    detect(db, "low", "a", "2026-01-01")
    db.run("SELECT signal_state_acknowledge('client:a:overdue', 'ann', NULL, NULL, '2026-01-03T10:00:00Z')")
    detect(db, "high", "b", "2026-01-02")
    db.run("SELECT signal_state_clear('client:b:overdue', NULL, '2026-01-03')")
    detect(db, "high", "b", "2026-01-05")
    detect(db, "low", "gone", "2026-01-05")
    db.run("SELECT signal_state_clear('client:gone:overdue', NULL, '2026-01-05')")
    rows = run_report(db.path, "signal_timeline")
    assert values(rows, "signal", "severity") == [("client:b:overdue", "high"), ("client:a:overdue", "low")]
    assert [row["last_30_days"][-5:] for row in rows] == [" #..#", "##aaa"]
    assert {len(row["last_30_days"]) for row in rows} == {30}
    assert len(run_report(db.path, "signal_timeline", max_rows=1)) == 1


def test_what_collectors_bring_is_counted_by_outcome(db):
    def ingest(source, document, at):
        db.run("INSERT INTO signal_ingest(signal_type, source_api, raw_data, confidence, detected_at, at) VALUES ('t', ?, ?, 0.9, ?, ?)",
               source, document, "2026-01-01", at)
    ingest("github", '{"domain": "old.io"}', "2025-12-01")
    ingest("github", '{"domain": "a.io"}', "2026-01-08")
    ingest("github", '{"domain": "a.io"}', "2026-01-09")
    ingest("github", '{"website": "localhost"}', "2026-01-09")
    ingest("news", '{"domain": "b.io"}', "2026-01-10")
    rows = run_report(db.path, "ingest_outcomes")
    assert values(rows, "source", "stored", "duplicate", "suppressed", "no_key", "stored_share") == [
        ("github", 1, 1, 0, 1, 33.3), ("news", 1, 0, 0, 0, 100.0)]
    assert values(run_report(db.path, "ingest_outcomes", at="2025-12-02T00:00:00.000Z"), "source", "stored") == [("github", 1)]


def test_the_health_of_queues_counts_leases_that_are_over(db):
    for i in range(4):
        db.run("SELECT task_add(?, ?, NULL, NULL, NULL, NULL, NULL, NULL, ?, ?)", f"task {i}", i, f"t{i}", f"2026-01-0{i + 1}")
    db.run("SELECT work_claim('task', 'w1', 1, 60, 'one', '2026-01-05T00:00:00Z')")
    db.run("SELECT work_claim('task', 'w2', 1, 600000, 'two', '2026-01-05T00:00:30Z')")
    db.run("SELECT task_add('later', 0, NULL, NULL, NULL, NULL, NULL, NULL, 'later', '2026-01-05')")
    db.run("SELECT work_cancel('task', 'later', 'not needed', '2026-01-05T00:02:00Z')")
    rows = run_report(db.path, "queue_health")
    assert values(rows, "kind", "waiting", "running", "lease_over", "done", "failed", "oldest_waiting") == [
        ("task", 2, 2, 1, 0, 0, "2026-01-01T00:00")]
    assert values(run_report(db.path, "queue_health", at="2026-02-05T00:00:00.000Z"), "lease_over") == [(2,)]


def test_failures_stand_by_how_often_they_happen(db):
    db.run("SELECT task_add('once', 1, NULL, NULL, NULL, NULL, NULL, 1, 'a', '2025-12-01')")
    db.run("SELECT task_add('often', 0, NULL, NULL, NULL, NULL, NULL, 3, 'b', '2025-12-01')")
    for request, at, reason in [("1", "2026-01-01", "no network"), ("2", "2026-01-02", "full disk"), ("3", "2026-01-05", "full disk")]:
        token = db.value("SELECT json_extract(work_claim('task', 'w', 1, 300, ?, ?), '$[0].token')", request, at)
        db.run("SELECT work_fail(?, ?, ?)", token, reason, at)
    rows = run_report(db.path, "work_failures")
    assert values(rows, "kind", "reason", "tried_again", "given_up", "of_rows") == [
        ("task", "full disk", 2, 0, 1), ("task", "no network", 0, 1, 1)]
