"""What a connection that is locked to a tenant can do, and what nobody gets it to do."""
import re
import sqlite3

import pytest

from support import DENIED, REFUSED, ROOT, Database, assert_same, dump, raises_sql, read_entries

FOREIGN_ID, FOREIGN_NAME, SECRET = "foreign-id", "foreign-name", "the secret of beta"


def plant(db, tenant, id, name, secret):
    db.run("SELECT tenant_use(?)", tenant)
    data = f'{{"secret": "{secret}"}}'
    db.run("SELECT clone_create(?, ?, ?, ?)", name, secret, data, id)
    db.run("SELECT persona_preview_put(?, ?, ?)", id, secret, secret)
    db.run("SELECT insight_create(?, 'risk_indicator', ?, 0.5, 'critical', ?, ?)", id, data, name, id)
    db.run("SELECT goal_create('pipeline', 9, '2026-01-01', '2026-02-01', ?, 'up', ?)", id, id)
    db.run("SELECT action_propose('send_proposal', ?, ?, ?, ?, NULL, NULL, ?)", id, id, secret, data, id)
    db.run("SELECT feedback_record(?, 'useful', 'ann', ?, ?)", id, secret, id)
    db.run("SELECT interaction_record(?, 'chat', ?, ?, NULL, NULL, NULL, ?)", id, secret, f'["{secret}"]', id)
    db.run("SELECT customer_summary_put(?, 30, ?)", id, secret)
    db.run("INSERT INTO tenant_accounts(tenant_id, account_id, canonical_key, name) VALUES (?, ?, ?, ?)", tenant, id, f"domain:{secret}", secret)
    db.run("INSERT INTO signals(signal_type, source_api, canonical_key, confidence, raw_data, detected_at, created_at) "
           "VALUES ('t', 's', ?, 1, ?, '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z')", f"domain:{secret}", data)


@pytest.fixture
def two(tmp_path, migrated_image):
    """A file with rows of two tenants."""
    path = tmp_path / "two.db"
    path.write_bytes(migrated_image)
    db = Database(path)
    plant(db, "beta", FOREIGN_ID, FOREIGN_NAME, SECRET)
    plant(db, "acme", "own-id", "own-name", "what acme knows")
    db.run("UPDATE insights SET pattern_data = '{broken' WHERE tenant_id = 'beta'")
    db.close()
    return path


def locked(path, *allow):
    db = Database(path)
    db.run("SELECT tenant_use('acme')")
    assert db.value(f"SELECT tenant_lock({', '.join('?' * len(allow))})", *allow) == "acme"
    return db


def image(path):
    db = Database(path, load=False)
    found = dump(db)
    db.close()
    return found


def attacks():
    text = (ROOT / "ext" / "tenants" / "attacks.c").read_text()
    for name, sql in re.findall(r'  \{ ("(?:[^"\\]|\\.)*"), *((?:\s*"(?:[^"\\]|\\.)*")+) \},', text):
        unquoted = [part[1:-1].replace('\\"', '"') for part in re.findall(r'"(?:[^"\\]|\\.)*"', sql)]
        yield pytest.param("".join(unquoted), id=name.strip('"'))


ATTACKS = list(attacks())


def rows_of_beta(found):
    return {table: [row for row in rows if "beta" in row] for table, rows in found["rows"].items()}


def test_there_are_attacks_enough():
    assert len(ATTACKS) == (ROOT / "ext" / "tenants" / "attacks.c").read_text().count("\n  { ") >= 40


def split(sql):
    return [part for part in sql.split("; ") if part]


def run_as(path, sql, id, name):
    """Every row and message that an attack brings out, as one text, and the file after it."""
    db = locked(path)
    found = []
    try:
        for part in split(sql):
            values = {"1": id, "2": name}
            found += db.run(part, {key: value for key, value in values.items() if f"?{key}" in part} or {})
    except (sqlite3.Error, sqlite3.Warning) as error:
        found.append(str(error))
    if db.in_transaction:
        db.run("COMMIT")
    db.close()
    return repr(found)


@pytest.mark.parametrize("sql", ATTACKS)
def test_an_attack_by_itself_gets_nothing(two, sql, tmp_path, monkeypatch):
    """At the top level, where the self-test can't run it: VACUUM INTO, say."""
    monkeypatch.chdir(tmp_path)
    content = two.read_bytes()
    before = image(two)
    found = run_as(two, sql, FOREIGN_ID, FOREIGN_NAME)
    assert SECRET not in found and "malformed" not in found
    assert before["schema"] == image(two)["schema"]
    assert rows_of_beta(before) == rows_of_beta(image(two))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["two.db"], "it has left a file"
    if "?1" in sql or "?2" in sql:
        two.write_bytes(content)
        unknown = run_as(two, sql, "unknown-id", "unknown-nam")
        shorten = re.compile(r"(foreign|unknown)-(id|name?)|[0-9a-f]{8}-[0-9a-f-]{27}|20\d\d-[0-9T:.-]+Z")
        assert shorten.sub("*", found) == shorten.sub("*", unknown)


def test_the_self_test_finds_no_leak_and_leaves_nothing(two):
    before = image(two)
    db = locked(two)
    for wrapped in ("SELECT 1", "BEGIN"):
        db.run(wrapped)
        rows = db.run("SELECT attack, outcome, detail FROM tenant_selftest()")
        assert {outcome for _, outcome, _ in rows} <= {"denied", "refused", "nothing"}, [row for row in rows if row[1] in ("leaked", "changed")]
        tried = {attack for attack, _, _ in rows}
        assert {attack.id for attack in ATTACKS} <= tried
        assert {entry.name for entry in read_entries()} - {"tenant_selftest"} <= tried
        denied = {attack for attack, outcome, _ in rows if outcome == "denied"}
        assert {entry.name for entry in read_entries() if entry.tenant_rule == "denied"} <= denied
    db.run("COMMIT")
    assert db.value("SELECT tenant_current()") == "acme"
    assert db.column("SELECT id FROM clone_list()") == ["own-id"]
    db.close()
    assert_same(before, image(two))


def test_the_self_test_sees_that_the_authorizer_was_replaced(two):
    db = locked(two)
    db.connection.set_authorizer(lambda *_: sqlite3.SQLITE_OK)
    assert [row[:2] for row in db.run("SELECT * FROM tenant_selftest()")] == [("the lock", "leaked")]
    db.close()


def test_the_self_test_needs_the_lock(two):
    db = Database(two)
    db.run("SELECT tenant_use('acme')")
    with raises_sql("tenant_selftest: this connection is not locked: SELECT tenant_lock() first", REFUSED):
        db.run("SELECT * FROM tenant_selftest()")
    db.close()


# ---- What a locked connection can do ----

def test_a_locked_connection_works_in_its_tenant(stages):
    db = stages.open()
    db.run("SELECT tenant_lock()")
    for entry in read_entries():
        if entry.tenant_rule == "tenant" and entry.kind in ("reader", "table") and entry.example is not None:
            db.run(entry.call(entry.example))
    for sql in ("SELECT clone_create('New', 'n', NULL, 'new')", "INSERT INTO clone_create(clone_name, owner_id) VALUES ('Newer', 'n')",
                "INSERT INTO tenant_insights(account_id, pattern_type, created_at) VALUES ('a', 'p', 't')",
                "UPDATE tenant_insights SET status = 'acted' WHERE account_id = 'a'", "DELETE FROM tenant_insights WHERE account_id = 'a'",
                "BEGIN", "SAVEPOINT s", "RELEASE s", "COMMIT",
                "WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3) SELECT sum(i), max(i) OVER () FROM n",
                "SELECT value FROM json_each('[1]')", "SELECT json_extract(persona_config, '$.region') FROM tenant_clones",
                "SELECT t.id, r.id FROM tenant_insights AS t LEFT JOIN insight_get(t.id) AS r ON 1",
                "SELECT lower('A'), lore_version(), canonical_key('{\"domain\": \"a.io\"}')",
                "SELECT insight_create('a', 'buying_signal', '{}', 1, 'critical')", "SELECT goal_sweep()"):
        db.run(sql)
    db.close()


@pytest.mark.parametrize("entry", [entry for entry in read_entries() if entry.tenant_rule == "denied"], ids=repr)
def test_what_is_of_no_tenant_is_denied(stages, entry):
    db = stages.open()
    db.run("SELECT tenant_lock()")
    forms = [entry.call(entry.example or "")]
    if entry.kind == "verb":
        forms = [f"SELECT {entry.name}()", f"INSERT INTO {entry.name} DEFAULT VALUES", f"SELECT * FROM {entry.name}"]
    for sql in forms:
        with pytest.raises(sqlite3.DatabaseError, match="not authorized|prohibited|no such table"):  # not each verb has a table
            db.run(sql)
    db.close()


def test_functions_of_the_host_are_called_only_when_named(two):
    for allow, works in ((("shout",), True), (("other, SHOUT",), True), (("shouter",), False), ((), False)):
        db = locked(two, *allow)
        db.connection.create_function("shout", 1, str.upper)
        if works:
            assert db.value("SELECT shout(clone_name) FROM tenant_clones") == "OWN-NAME"
        else:
            with raises_sql("not authorized to use function: shout"):
                db.run("SELECT shout('x')")
        db.close()


def test_a_function_of_the_host_sees_the_tenant_s_rows_only(two):
    seen = []
    db = locked(two, "spy")
    db.connection.create_function("spy", 1, lambda value: seen.append(value) or 1)
    db.run("SELECT id FROM tenant_insights WHERE spy(account_id) AND spy(pattern_data) ORDER BY spy(status)")
    db.run("SELECT id FROM insights_where('$.secret') WHERE spy(pattern_data)")
    db.run("SELECT * FROM customer_view(?) WHERE spy(detail)", FOREIGN_ID)
    db.run("DELETE FROM tenant_goals WHERE spy(id) AND 0")
    assert seen and not [value for value in seen if FOREIGN_ID in str(value) or "broken" in str(value) or SECRET in str(value)]
    db.close()


def test_the_lock_is_one_way(two):
    db = locked(two)
    for sql in ("SELECT tenant_use('beta')", "SELECT tenant_use('')", "SELECT tenant_lock()", "SELECT lore_call('tenant_use', '{}')"):
        with raises_sql("not authorized to use function"):
            db.run(sql)
    db.connection.set_authorizer(None)  # the host itself can: but not change the tenant
    with raises_sql("tenant_use: this connection is locked to its tenant", DENIED):
        db.run("SELECT tenant_use('beta')")
    with raises_sql("tenant_lock: this connection is locked already", DENIED):
        db.run("SELECT tenant_lock()")
    db.close()


def test_the_lock_needs_a_tenant(two):
    db = Database(two)
    with raises_sql("tenant_lock: there is no tenant: SELECT tenant_use('…') first", DENIED):
        db.run("SELECT tenant_lock()")
    db.close()


def test_a_statement_of_before_the_lock_is_stopped_too(two):
    db = Database(two)
    db.run("SELECT tenant_use('acme')")
    assert db.run("SELECT * FROM insights WHERE tenant_id <> ?", "acme")
    use = "SELECT tenant_use(?)"
    db.run(use, "acme")
    db.run("SELECT tenant_lock()")
    with raises_sql("prohibited"):
        db.run("SELECT * FROM insights WHERE tenant_id <> ?", "acme")
    with raises_sql("not authorized"):
        db.run(use, "beta")
    db.close()


def test_loading_an_extension_is_off(two):
    db = Database(two)
    db.run("SELECT tenant_use('acme')")
    db.connection.enable_load_extension(True)
    db.run("SELECT tenant_lock()")
    with pytest.raises(sqlite3.OperationalError, match="not authorized"):
        db.connection.load_extension("/nonexistent")
    db.close()


# ---- What is kept of it ----

def test_approvals_and_the_lock_are_events_also_under_the_lock(two):
    db = Database(two)
    db.run("SELECT lore_set('audit', 'on')")
    db.run("SELECT tenant_use('acme')")
    for id in "xyz":
        db.run("SELECT action_propose('send_proposal', 'a', 'clone', 'why', '{}', NULL, NULL, ?)", id)
    approve = "SELECT action_approve(id, 'ann', payload_hash) FROM action_get(?)"
    assert db.value(approve, "x") == 1
    db.run("SELECT tenant_lock()")
    assert db.value(approve, "y") == 1 and db.value(approve, "y") == 0
    assert db.value("SELECT action_reject('z', 'bob')") == 1
    db.close()
    other = Database(two)
    assert other.run("SELECT event_type, originator_id, target_id FROM audit_log ORDER BY sequence_number") == [
        ("action_approve", "ann", "x"), ("tenant_lock", "tenant_lock", "acme"), ("action_approve", "ann", "y"), ("action_reject", "bob", "z")]
    other.close()


# ---- What would be in the way ----

OBSTACLES = [
    "CREATE TRIGGER spy AFTER INSERT ON insights BEGIN SELECT 1; END",
    "CREATE TRIGGER lore_on_spy BEFORE UPDATE ON goals BEGIN SELECT 1; END",
    "CREATE TABLE own(x); CREATE TRIGGER spy AFTER INSERT ON own BEGIN DELETE FROM [Insights]; END",
    "CREATE TEMP TRIGGER spy AFTER INSERT ON main.agent_clones BEGIN SELECT 1; END",
    "CREATE VIEW spy AS SELECT * FROM insights", "CREATE VIEW spy AS SELECT 1 WHERE EXISTS (SELECT 1 FROM \"GOALS\")",
    "CREATE TEMP VIEW spy AS SELECT * FROM main.alert_feedback",
    "CREATE INDEX spy ON insights(account_id)", "CREATE INDEX spy ON insights(tenant_id, lower(pattern_data))",
    "CREATE INDEX lore_index_spy ON insights(lower(pattern_data))",
    "UPDATE insights SET pattern_data = '{}'; CREATE INDEX \"lore_index_insights_$.a\" ON insights(json_extract(pattern_data, '$.a'))",
    "DROP INDEX idx_insights_account; CREATE INDEX idx_insights_account ON insights(account_id)",
    "DROP INDEX idx_insights_account; CREATE INDEX idx_insights_account ON insights(tenant_id, account_id, upper(pattern_data))",
    "DROP INDEX idx_insights_account; CREATE INDEX idx_insights_account ON insights(tenant_id COLLATE NOCASE, account_id)",
    "CREATE TABLE tenant_insights(x)", "CREATE TEMP TABLE clone_create(x)", "CREATE TEMP VIEW insight_list AS SELECT 1",
]


@pytest.mark.parametrize("sql", OBSTACLES)
def test_what_is_in_the_way_is_named_and_nothing_is_locked(two, sql):
    db = Database(two)
    db.run("SELECT tenant_use('acme')")
    db.script(sql)
    trusted = db.value("PRAGMA trusted_schema")
    with raises_sql("tenant_lock: ", REFUSED) as caught:
        db.run("SELECT tenant_lock()")
    assert db.value("PRAGMA trusted_schema") == trusted
    assert "touches a table of tenants" in caught.message or "hides a name of the extension" in caught.message
    assert db.run("SELECT * FROM insights")
    db.close()


def test_what_touches_nothing_of_tenants_is_no_obstacle(two):
    db = Database(two)
    db.run("SELECT tenant_use('acme')")
    db.script("CREATE TABLE own(insightsful, goals_met); CREATE INDEX own_index ON own(goals_met);"
              "CREATE TRIGGER own_trigger AFTER INSERT ON own BEGIN UPDATE own SET goals_met = 1; END; CREATE VIEW my_insights AS SELECT * FROM own")
    assert db.value("SELECT tenant_lock()") == "acme"
    for sql in ("SELECT * FROM own", "SELECT * FROM my_insights", "INSERT INTO own VALUES (1, 2)"):
        with pytest.raises(sqlite3.DatabaseError, match="not authorized|prohibited"):
            db.run(sql)
    db.close()


PLANTED_LATER = [
    ("CREATE TRIGGER spy AFTER INSERT ON agent_clones BEGIN UPDATE insights SET status = 'stolen'; END", "SELECT clone_create('x', 'y')"),
    ("CREATE TRIGGER spy AFTER UPDATE ON agent_clones BEGIN DELETE FROM insights; END", "UPDATE tenant_clones SET owner_id = 'x'"),
    ("CREATE TRIGGER seen BEFORE DELETE ON goals BEGIN INSERT INTO insights(id, tenant_id, account_id, pattern_type, created_at) "
     "SELECT 'stolen', 'acme', 'a', group_concat(pattern_data), 't' FROM insights; END", "DELETE FROM tenant_goals"),
]


@pytest.mark.parametrize("trigger, sql", PLANTED_LATER)
def test_a_trigger_that_another_connection_plants_later_does_nothing(two, trigger, sql):
    db = locked(two)
    other = Database(two, load=False)
    other.run(trigger)
    before = rows_of_beta(dump(other))
    with pytest.raises(sqlite3.DatabaseError, match="not authorized|prohibited"):
        db.run(sql)
    assert rows_of_beta(dump(other)) == before
    assert other.value("SELECT count(*) FROM insights WHERE id = 'stolen' OR status = 'stolen'") == 0
    other.close()
    db.close()


def test_a_file_with_an_index_of_lore_index_can_be_locked(two):
    db = Database(two)
    db.run("UPDATE insights SET pattern_data = '{}' WHERE tenant_id = 'beta'")
    db.run("SELECT lore_index('insights', '$.secret')")
    db.run("SELECT lore_index('autonomous_actions', '$.secret')")
    db.close()
    db = locked(two)
    other = Database(two, load=False)
    other.run("CREATE TABLE changes_the_schema(x)")
    other.close()
    assert db.column("SELECT id FROM insights_where('$.secret', 'what acme knows')") == ["own-id"]
    assert db.value("SELECT insight_create('b', 'buying_signal', '{\"secret\": 2}', 1)")
    assert {row[1] for row in db.run("SELECT * FROM tenant_selftest()")} <= {"denied", "refused", "nothing"}
    db.close()
