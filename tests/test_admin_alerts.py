"""What is beyond its bound shows; what the file is and holds; migrations of the application's own."""

from audit_calls import Signer, append, pin, use_key
from support import BAD_ARGUMENT, REFUSED, Database, raises_sql

ALERTS = "SELECT name, value, bound FROM lore_alerts('2026-02-01')"
AT = "2026-01-31T23:00:00.000Z"


def signals(db, count, at=AT):
    db.run("INSERT INTO signal_save(signal_type, source_api, canonical_key, confidence, raw_data, at) "
           "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) SELECT 't', 's', 'domain:a' || i || '.io', 1, '{}', ? FROM n",
           count, at)


def test_all_is_well_with_a_new_file(db, bare):
    assert db.run(ALERTS) == []
    assert bare.run(ALERTS) == []


def test_too_many_signals_wait(db):
    signals(db, 1000)
    assert db.run(ALERTS) == []
    db.run("INSERT INTO signal_save(signal_type, source_api, canonical_key, confidence, raw_data, at) VALUES ('t', 's', 'domain:b.io', 1, '{}', ?)", AT)
    assert db.run(ALERTS) == [("signals.pending", 1001, 1000)]
    assert db.row("SELECT severity, message FROM lore_alerts('2026-02-01')") == ("warning", "signals wait to be looked at")


def test_a_signal_has_waited_for_long(db):
    signals(db, 1, "2026-01-25")
    assert db.run(ALERTS) == []
    db.run("UPDATE signal_processing SET created_at = '2026-01-24T00:00:00.000Z'")
    assert db.run(ALERTS) == [("signals.oldest_pending_days", 8, 7)]


def test_the_suppression_cache_runs_out(db):
    for n in range(10):
        db.run("SELECT suppression_put('domain:s' || ? || '.io', 'p', 's', NULL, NULL, 30, NULL, '2026-01-20')", n)
    assert db.run(ALERTS) == []
    db.run("UPDATE suppression_cache SET expires_at = '2026-01-21T00:00:00.000Z' WHERE id = 1")
    assert db.run(ALERTS) == [("signals.active_suppressions", 9, 10)]
    db.run("DELETE FROM suppression_cache")
    assert db.run(ALERTS) == []


def test_leases_that_are_over(db):
    signals(db, 2)
    db.run("SELECT signal_claim(2, NULL, 'w', 60, 'r', ?)", AT)
    assert ("signals.expired_leases", 2, 0) in db.run(ALERTS)
    db.run("SELECT task_add('x', 0, NULL, NULL, NULL, NULL, NULL, NULL, 't', ?)", AT)
    db.run("SELECT work_claim('task', 'w', 1, 60, 'r', ?)", AT)
    db.run("INSERT INTO intelligence_events(event_type, created_at, lease_token, lease_until) VALUES ('e', ?, 'x', ?)", AT, AT)
    assert {row[0] for row in db.run(ALERTS)} == {"signals.expired_leases", "work.expired_leases", "snapshots.expired_leases"}
    assert db.run("SELECT * FROM lore_alerts(?)", AT) == [("snapshots.expired_leases", 1, 0, "warning", "claimed events were not acknowledged in time")]


def test_a_dead_task_is_an_error(db):
    db.run("SELECT task_add('x', 0, NULL, NULL, NULL, NULL, NULL, NULL, 't')")
    db.run("UPDATE tasks SET status = 'failed'")
    assert db.run("SELECT name, severity FROM lore_alerts") == [("work.dead_tasks", "error")]


def test_an_empty_file_is_to_be_vacuumed(db):
    db.run("CREATE TABLE own AS SELECT zeroblob(4000000) AS x")
    db.run("DROP TABLE own")
    assert [row[0] for row in db.run(ALERTS)] == ["file.free_pages_percent"]
    db.run("VACUUM")
    assert db.run(ALERTS) == []


def test_maintenance_that_is_behind(db):
    hour, now = 3600000, 1767225600000
    db.run("INSERT INTO metric_tiers VALUES ('1h', 3600000, 3600000000) ON CONFLICT DO NOTHING")
    for n in range(30):
        db.run("INSERT INTO metric_record(name, value, at) VALUES ('m', 1.0, ?)", now + n * hour)
    assert [row[0] for row in db.run(ALERTS)] == ["metrics.maintenance_hours"]
    db.run("SELECT lore_maintain(NULL, ?)", (now + 30 * hour) // 1000)
    assert db.run(ALERTS) == []


def test_an_audit_log_that_nobody_signs(db, tmp_path):
    pin(db, "2026-01-31")
    use_key(db, Signer(1), tmp_path)
    append(db, at="2026-01-30T23:00:01Z")
    assert db.run(ALERTS) == [], "a day and not yet another hour"
    append(db, at="2026-01-31T12:00:00Z")
    db.run("UPDATE audit_log SET event_timestamp = '2026-01-30T23:00:00.000Z' WHERE sequence_number = 1")
    assert db.run(ALERTS) == [("audit.unsigned_hours", 25, 24)], "the first that waits counts"
    assert db.row("SELECT severity, message FROM lore_alerts('2026-02-01')") == ("warning", "entries of the audit log are not signed: call audit_checkpoint")


def test_an_audit_log_that_was_signed_long_ago(db, tmp_path):
    pin(db, "2026-01-20")
    use_key(db, Signer(1), tmp_path)
    append(db)
    db.run("SELECT audit_checkpoint()")
    assert db.run(ALERTS) == [], "all is signed, however old it is"
    append(db, at="2026-01-31T12:00:00Z")
    assert db.run(ALERTS) == [], "what came after has waited for half a day"
    append(db, at="2020-01-01")
    db.run("DELETE FROM audit_log WHERE sequence_number = 2")
    assert db.run(ALERTS) == [("audit.unsigned_hours", 12 * 24, 24)], "not longer than since the checkpoint, whatever it says of itself"
    db.run("SELECT lore_set('alert_unsigned_hours', 300)")
    assert db.run(ALERTS) == []


def test_a_bound_is_a_setting(db):
    signals(db, 5)
    db.run("SELECT lore_set('alert_pending_signals', 4)")
    assert db.run(ALERTS) == [("signals.pending", 5, 4)]
    db.run("SELECT lore_set('alert_pending_signals')")
    assert db.run(ALERTS) == []


def test_each_bound_is_in_the_list_of_settings(db):
    names = db.column("SELECT name FROM lore_settings_all WHERE meaning LIKE '%lore_alerts%'")
    assert {"alert_pending_signals", "alert_oldest_pending_days", "alert_active_suppressions", "alert_expired_leases", "alert_dead_tasks",
            "alert_free_pages_percent", "alert_maintenance_hours", "alert_unsigned_hours"} <= set(names)
    for name in names:
        with raises_sql(f"lore_set: {name} must be an integer", BAD_ARGUMENT):
            db.run("SELECT lore_set(?, 'many')", name)


# ---- lore_info ----

def test_info_says_what_the_file_is(db):
    info = dict(db.run("SELECT * FROM lore_info"))
    assert info["lore.version"] == db.value("SELECT lore_version()") and info["sqlite.version"] == db.value("SELECT sqlite_version()")
    assert info["schema.signals"] == 1 and info["file.bytes"] == info["file.pages"] * info["file.page_size"]
    assert "keys.rules" in info and "work.oldest_pending" in info and "signals.oldest_pending" in info


def test_info_counts_each_table_that_there_is(db):
    signals(db, 3)
    tables = db.column("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    info = dict(db.run("SELECT * FROM lore_info"))
    assert {name[5:] for name in info if name.startswith("rows.")} == set(tables)
    assert info["rows.signals"] == 3 and info["rows.signal_log"] == 0


def test_info_works_on_a_file_that_is_migrated_in_part(bare):
    assert "rows.signals" not in dict(bare.run("SELECT * FROM lore_info"))
    bare.run("SELECT lore_migrate('keys')")
    info = dict(bare.run("SELECT * FROM lore_info"))
    assert info["rows.key_log"] == 0 and "schema.signals" not in info


# ---- lore_migrate_app ----

def test_a_migration_of_the_application_is_recorded_with_what_it_did(db):
    db.run("BEGIN")
    db.run("CREATE TABLE own(x)")
    assert db.value("SELECT lore_migrate_app(1, 'own', 'abc', '2026-01-01')") == 1
    db.run("ROLLBACK")
    assert db.value("SELECT count(*) FROM lore_migrations WHERE subsystem = 'app'") == 0
    db.run("BEGIN")
    db.run("CREATE TABLE own(x)")
    db.run("INSERT INTO lore_migrate_app(version, name, checksum, at) VALUES (1, 'own', 'abc', '2026-01-01')")
    db.run("COMMIT")
    assert db.run("SELECT * FROM lore_migrations_status WHERE subsystem = 'app'") == [(1, "own", "app", "applied", "2026-01-01T00:00:00.000Z", "abc")]


def test_the_same_migration_again_changes_nothing(db):
    db.run("SELECT lore_migrate_app(1, 'own', 'abc')")
    assert db.value("SELECT lore_migrate_app(1, 'own', 'abc')") == 0
    assert db.value("SELECT lore_notice()") == "version 1 is recorded already"
    with raises_sql("lore_migrate_app: version 1 was applied with another checksum, abc", REFUSED):
        db.run("SELECT lore_migrate_app(1, 'own', 'xyz')")


def test_records_of_the_application_trouble_nobody(db):
    db.run("SELECT lore_migrate_app(7, 'own', 'abc')")
    assert db.value("SELECT lore_migrate('all')") == "nothing to apply"
    assert db.run("SELECT * FROM lore_validate") == []
    assert "app" not in db.value("SELECT line FROM lore_export LIMIT 1").split('"tables"')[0]
    other = Database(":memory:")
    with raises_sql("lore_migrate_app: ", None):
        other.run("SELECT lore_migrate_app(1, 'own', 'abc')")
    other.close()
