"""Clones, insights, goals, actions, feedback and what is known of an account: what the generic suites can't say."""
import hashlib
import json
import re
import struct

import pytest

from support import BAD_ARGUMENT, DENIED, REFUSED, ROOT, Database, dump, raises_sql, read_entries

DAY = "2026-03-01T12:00:00.000Z"


@pytest.fixture
def db(db):
    db.run("SELECT tenant_use('acme')")
    db.run("SELECT lore_clock(?)", DAY)
    return db


def later(db, when):
    db.run("SELECT lore_clock(?)", when)


def insight(db, account="a", severity="medium", fingerprint=None, pattern="buying_signal", confidence=0.5, data="{}", id=None):
    return db.value("SELECT insight_create(?, ?, ?, ?, ?, ?, ?)", account, pattern, data, confidence, severity, fingerprint, id)


# ---- The tenant of a connection ----

TENANT_ROWS = [entry for entry in read_entries() if entry.subsystem == "tenants" and entry.name not in
               ("tenant_use", "tenant_current", "tenant_lock")]


@pytest.mark.parametrize("entry", TENANT_ROWS, ids=repr)
def test_without_a_tenant_every_call_refuses_in_one_sentence(stages, entry):
    db = stages.open(entry.name)
    db.run("SELECT tenant_use('')")
    before = dump(db)
    with raises_sql(f"{entry.name}: there is no tenant: SELECT tenant_use('…') first", DENIED):
        db.run(entry.call(entry.example or ""))
    if entry.kind == "verb":
        with raises_sql(f"{entry.name}: there is no tenant", DENIED):
            db.run(entry.insert(1, f"SELECT {entry.example}".split(",")[0] if entry.example else ""))
    assert dump(db) == before
    db.close()


def test_the_tenant_is_the_connection_s_own(tmp_path, db):
    assert db.value("SELECT tenant_current()") == "acme"
    other = Database(db.path)
    assert other.value("SELECT tenant_current()") is None
    assert other.value("SELECT tenant_use('beta')") == "beta"
    assert db.value("SELECT tenant_current()") == "acme"
    assert other.value("SELECT tenant_use('')") is None
    other.close()


def test_what_calls_of_another_tenant_gave_is_forgotten(db):
    db.run("INSERT INTO clone_create(clone_name, owner_id, id) VALUES ('Ann', 'ann', '1')")
    db.run("SELECT clone_update('1', 'Ann')")
    assert db.value("SELECT lore_notice()") == "nothing changes"
    db.run("SELECT tenant_use('acme')")
    assert db.value("SELECT lore_result()") == "1"
    db.run("SELECT tenant_use('beta')")
    assert db.value("SELECT lore_notice()") is None
    assert db.run("SELECT * FROM lore_results") == []
    db.run("INSERT INTO clone_create(clone_name, owner_id, id) VALUES ('Ann', 'ann', '1')")
    assert db.run("SELECT * FROM lore_results") == [(1, "clone_create", "1")]


STATEMENT = re.compile(r"^-- :name (\w+).*\n((?:(?!-- :name ).*\n?)*)", re.M)


def tenant_tables():
    schema = (ROOT / "sql" / "schema" / "tenants" / "001_tenants.sql").read_text()
    return [name for name, columns in re.findall(r"CREATE TABLE (?:IF NOT EXISTS )?main\.(\w+) \((.*?)\n\)", schema, re.S) if "tenant_id" in columns]


def test_no_statement_on_a_tenant_s_table_forgets_the_tenant():
    text = "".join(page.read_text() for page in sorted(ROOT.glob("sql/statements/*.sql")))
    tables = tenant_tables()
    assert len(tables) == 10
    looked_at = 0
    for name, sql in STATEMENT.findall(text):
        if name == "tenants_validate":
            continue  # lore_validate's: an administrator's, and denied once a connection is locked
        sql = re.sub(r"--.*", "", sql)
        named = len(re.findall(rf"\bmain\.({'|'.join(tables)})\b", sql))
        if named and sql.lstrip().startswith("INSERT"):
            columns, values = re.search(r"\(([^)]*)\)\s*VALUES \((.*?)\)(?:\s|;)", sql, re.S).groups()
            position = [column.strip() for column in columns.split(",")].index("tenant_id")
            assert values.split(",")[position].strip() == ":tenant", name
        elif named:
            assert len(re.findall(r"\btenant_id = :tenant\b", sql)) == named, name
        looked_at += named
    assert looked_at > 60


def test_every_index_of_a_tenant_s_table_is_led_by_the_tenant(db):
    for path in ("$.a", "$.b.c"):
        db.run("SELECT lore_index('insights', ?)", path)
        db.run("SELECT lore_index('autonomous_actions', ?)", path)
    for table in tenant_tables():
        indexes = db.column("SELECT name FROM pragma_index_list(?)", table)
        assert indexes
        for index in indexes:
            assert db.value("SELECT name FROM pragma_index_info(?) WHERE seqno = 0", index) == "tenant_id", index


def test_a_filtered_table_names_columns_that_the_base_has(db):
    rows = re.findall(r'\{ "(tenant_\w+)", "(\w+)", "tenant_id",\n((?:\s+"[^\n]*\n)+)', (ROOT / "ext" / "tenants" / "tenants.c").read_text())
    assert len(rows) == 6
    for name, base, rest in rows:
        columns = [column for column, in db.run("SELECT name FROM pragma_table_info(?)", name)]
        assert set(columns) | {"tenant_id"} == set(db.column("SELECT name FROM pragma_table_info(?)", base))
        lists = "".join(re.findall(r'"([^"]*)"', rest)).split("TEXT")[-1]
        assert columns[0] == "id" and lists


def test_every_call_declares_what_a_locked_connection_may():
    for entry in read_entries():
        assert entry.tenant_rule in ("tenant", "pure", "denied"), f"{entry.subsystem}: {entry.name} declares no tenant rule"
        assert entry.tenant_rule != "pure" or entry.flags == "pure", entry.name
        assert entry.tenant_rule != "tenant" or entry.subsystem == "tenants", entry.name


# ---- Clones ----

def test_a_clone_changes_only_what_is_given(db):
    clone = db.value("SELECT clone_create('Ann', 'ann', '{\"x\": 1}')")
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", clone)
    later(db, "2026-03-02")
    assert db.value("SELECT clone_update(?, NULL, 'bob')", clone) == 1
    assert db.run("SELECT clone_name, owner_id, persona_config, active, created_at, updated_at FROM clone_get(?)", clone) == \
        [("Ann", "bob", '{"x": 1}', 1, DAY, "2026-03-02T00:00:00.000Z")]
    assert db.value("SELECT clone_update(?, 'Ann', 'bob', NULL, 1)", clone) == 0
    assert db.value("SELECT clone_update(?, NULL, '', 'null')", clone) == 1
    assert db.run("SELECT owner_id, persona_config FROM clone_get(?)", clone) == [(None, None)]
    assert db.value("SELECT clone_deactivate(?)", clone) == 1
    assert db.value("SELECT clone_deactivate(?)", clone) == 0
    assert db.column("SELECT id FROM clone_list()") == []
    assert db.column("SELECT id FROM clone_list(0)") == [clone]


def test_a_clone_is_known_by_its_name(db):
    clone = db.value("SELECT clone_create('Ann', 'ann')")
    assert db.value("SELECT clone_create('Ann', 'ann')") == clone
    with raises_sql("clone_create: id", REFUSED):
        db.run("SELECT clone_create('Ann', 'bob')")
    with raises_sql("clone_create: clone_name: there is a clone of this name already", REFUSED):
        db.run("SELECT clone_create('Ann', 'ann', NULL, 'another')")
    db.run("SELECT clone_create('Bob', 'ann', NULL, 'bob')")
    with raises_sql("clone_update: clone_name: there is a clone of this name already", REFUSED):
        db.run("SELECT clone_update('bob', 'Ann')")
    with raises_sql("clone_update: there is no clone 'nobody'", REFUSED):
        db.run("SELECT clone_update('nobody', 'x')")


@pytest.mark.parametrize("value", ["-0.1", "1.1", '"0.5"', "null", "[]", "{}", "true"])
@pytest.mark.parametrize("dimension", ["formal_casual", "concise_detailed", "technical_business", "proactive_reactive"])
def test_a_dimension_is_a_number_from_0_to_1(db, dimension, value):
    with raises_sql(f"persona_config.dimensions.{dimension} must be a number between 0 and 1", BAD_ARGUMENT):
        db.run("SELECT clone_create('Ann', 'ann', ?)", f'{{"dimensions": {{"{dimension}": {value}}}}}')


def test_a_persona_reads_back_equal(db):
    persona = ' {"dimensions": {"formal_casual": 1.0, "mine": "x"},  "region": "Mars", "custom_instructions": "be kind", "n": 9007199254740993}'
    clone = db.value("SELECT clone_create('Ann', 'ann', ?)", persona)
    assert db.value("SELECT persona_config FROM clone_get(?)", clone) == persona


@pytest.mark.parametrize("persona, begins", [
    ("{}", "neither formal nor casual, neither concise nor detailed"),
    ('{"dimensions": {"formal_casual": 0, "concise_detailed": 1}}', "very formal, very detailed, neither technical"),
    ('{"region": "apac"}', "rather formal"), ('{"region": "emea"}', "rather formal"), ('{"region": "AMERICAS"}', "rather casual"),
    ('{"region": "apac", "dimensions": {"formal_casual": 0.9}}', "very casual"),
    ('{"region": "mars"}', "neither formal"),
])
def test_a_persona_in_words(db, persona, begins):
    clone = db.value("SELECT clone_create('Ann', 'ann', ?)", persona)
    assert db.value("SELECT persona_summary(?)", clone).startswith(begins)


def test_a_further_region_counts(db):
    db.run("INSERT INTO geographic_profiles(code, name, formality_default) VALUES ('moon', 'The Moon', 0.95)")
    clone = db.value("SELECT clone_create('Ann', 'ann', '{\"region\": \"moon\"}')")
    assert db.value("SELECT persona_summary(?)", clone).startswith("very formal")
    with raises_sql("persona_summary: there is no clone 'x'", REFUSED):
        db.run("SELECT persona_summary('x')")


def test_a_preview_is_stale_once_the_persona_has_changed(db):
    db.run("SELECT clone_create('Ann', 'ann', '{\"a\": 1}', 'ann')")
    assert db.run("SELECT * FROM persona_preview('ann')") == []
    assert db.value("SELECT persona_preview_put('ann', 'Dear', 'Hi')") == 1
    assert db.value("SELECT persona_preview_put('ann', 'Dear', 'Hi')") == 0
    assert db.run("SELECT sample_email, sample_chat, stale FROM persona_preview('ann')") == [("Dear", "Hi", 0)]
    db.run("SELECT clone_update('ann', NULL, NULL, '{\"a\": 2}')")
    assert db.value("SELECT stale FROM persona_preview('ann')") == 1
    db.run("SELECT persona_preview_put('ann', 'Dear', 'Hi')")
    assert db.value("SELECT stale FROM persona_preview('ann')") == 0
    assert db.run("SELECT * FROM persona_preview('nobody')") == []


# ---- Insights and alerts ----

def test_the_same_insight_is_told_once_a_day(db):
    first = insight(db)
    later(db, "2026-03-02T11:59:59Z")
    assert insight(db) == first
    assert db.value("SELECT lore_notice()") == "the same is pending already"
    assert insight(db, fingerprint="another") != first
    assert insight(db, account="b") != first
    later(db, "2026-03-02T12:00:01Z")
    assert insight(db) != first


def test_what_was_acted_on_is_superseded_by_the_next(db):
    first = insight(db)
    assert db.value("SELECT insight_set_status(?, 'acted')", first) == 1
    second = insight(db)
    assert second != first
    assert db.run("SELECT status, acted_at FROM insight_get(?)", first) == [("superseded", DAY)]
    db.run("SELECT insight_set_status(?, 'dismissed')", second)
    insight(db)
    assert db.value("SELECT status FROM insight_get(?)", second) == "dismissed"


def test_acted_at_follows_the_status(db):
    one = insight(db)
    for status, acted in (("acted", DAY), ("pending", None), ("dismissed", DAY)):
        assert db.value("SELECT insight_set_status(?, ?)", one, status) == 1
        assert db.run("SELECT status, acted_at FROM insight_get(?)", one) == [(status, acted)]
        assert db.value("SELECT insight_set_status(?, ?)", one, status) == 0


def test_a_snoozed_insight_is_pending_again_after_its_time(db):
    one = insight(db)
    with raises_sql("insight_set_status: until is missing: snoozed needs it", BAD_ARGUMENT):
        db.run("SELECT insight_set_status(?, 'snoozed')", one)
    with raises_sql("insight_set_status: until must lie ahead", BAD_ARGUMENT):
        db.run("SELECT insight_set_status(?, 'snoozed', '2026-03-01')", one)
    assert db.value("SELECT insight_set_status(?, 'snoozed', '2026-03-05')", one) == 1
    assert db.column("SELECT id FROM insight_list('pending')") == []
    assert db.column("SELECT id FROM insight_list('snoozed')") == [one]
    later(db, "2026-03-05T00:00:00Z")
    assert db.column("SELECT id FROM insight_list('pending')") == [one]
    assert db.column("SELECT id FROM insight_list('pending', 'a')") == [one]
    assert db.column("SELECT id FROM insight_list('snoozed')") == []
    assert db.value("SELECT status FROM insight_get(?)", one) == "pending"
    assert db.value("SELECT insight_set_status(?, 'pending')", one) == 1


def test_a_list_is_newest_first_then_by_id(db):
    ids = {}
    for minute in (1, 2):
        later(db, f"2026-03-01T12:0{minute}:00Z")
        for letter in "ba":
            ids[minute, letter] = insight(db, account=f"{letter}{minute}", id=f"{letter}{minute}")
    assert db.column("SELECT id FROM insight_list()") == ["a2", "b2", "a1", "b1"]
    assert db.column("SELECT id FROM insight_list(NULL, NULL, 3)") == ["a2", "b2", "a1"]
    assert db.column("SELECT id FROM insight_list('pending', 'a1')") == ["a1"]


@pytest.mark.parametrize("channels", ["none", "sse", "email", "sse,email", "slack,sse,email"])
def test_an_urgent_insight_is_announced_once_on_each_channel(db, channels):
    db.run("SELECT lore_set('alert_channels', ?)", channels)
    wanted = sorted(set(channels.split(",")) - {"none"})
    for severity in ("low", "medium"):
        insight(db, account=severity, severity=severity)
    assert db.run("SELECT * FROM alerts") == []
    for severity in ("high", "critical"):
        one = insight(db, account=severity, severity=severity)
        assert insight(db, account=severity, severity=severity) == one
        assert sorted(db.column("SELECT channel FROM alerts WHERE insight_id = ?", one)) == wanted
    assert len(db.run("SELECT * FROM alert_pending()")) == 2 * len(wanted)
    assert len(db.run("SELECT * FROM alert_pending('sse')")) == (2 if "sse" in wanted else 0)


def test_a_channel_that_is_none_can_not_be_set(db):
    with raises_sql("alert_channels", BAD_ARGUMENT):
        db.run("SELECT lore_set('alert_channels', 'sse,pigeon')")


def test_an_alert_is_delivered_once(db):
    insight(db, severity="high")
    alert = db.value("SELECT id FROM alert_pending('sse')")
    assert db.value("SELECT alert_failed(?, 'no line')", alert) == 1
    assert db.run("SELECT attempts, error FROM alert_pending()") == [(1, "no line")]
    assert db.value("SELECT alert_delivered(?)", alert) == 1
    assert db.value("SELECT alert_delivered(?)", alert) == 0
    assert db.run("SELECT delivered_at, attempts, error FROM alerts") == [(DAY, 2, None)]
    assert db.run("SELECT * FROM alert_pending()") == []
    with raises_sql(f"alert_failed: alert {alert} was delivered at {DAY}", REFUSED):
        db.run("SELECT alert_failed(?, 'x')", alert)
    with raises_sql("alert_delivered: there is no alert 'x'", REFUSED):
        db.run("SELECT alert_delivered('x')")


def test_a_value_inside_json_is_found_with_and_without_an_index(db):
    for number in range(30):
        insight(db, account=f"a{number}", data=json.dumps({"n": number % 3, "deep": {"x": str(number)}}), id=f"i{number:02}")
    wanted = [f"i{n:02}" for n in range(30) if n % 3 == 1]
    assert sorted(db.column("SELECT id FROM insights_where('$.n', 1)")) == wanted
    assert "no index on $.n" in db.value("SELECT lore_notice()")
    db.run("SELECT lore_index('insights', '$.n')")
    assert sorted(db.column("SELECT id FROM insights_where('$.n', 1)")) == wanted
    assert db.value("SELECT lore_notice()") is None
    assert db.column("SELECT id FROM insights_where('$.deep.x', '7')") == ["i07"]
    assert len(db.run("SELECT * FROM insights_where('$.n')")) == 30
    with raises_sql("insights_where: path must be a JSON path", BAD_ARGUMENT):
        db.run("SELECT * FROM insights_where('n')")


def test_the_index_on_a_path_serves_its_query(db):
    db.run("SELECT lore_index('insights', '$.n')")
    db.run("SELECT lore_index('autonomous_actions', '$.n')")
    for table, column in (("insights", "pattern_data"), ("autonomous_actions", "action_data")):
        plan = str(db.run(f"EXPLAIN QUERY PLAN SELECT id FROM {table} WHERE tenant_id = 't' AND json_extract(\"{column}\", '$.n') = 1"))
        assert f"USING INDEX lore_index_{table}_$.n" in plan


# ---- Goals ----

def goal(db, target=10, direction="up", id="g", end="2026-04-01"):
    return db.value("SELECT goal_create('pipeline', ?, '2026-01-01', ?, NULL, ?, ?)", target, end, direction, id)


def test_a_goal_that_rises_completes_at_its_target(db):
    goal(db)
    assert db.value("SELECT goal_progress('g', NULL, 4)") == 1
    assert db.value("SELECT goal_progress('g', NULL, 5.9)") == 1
    assert db.run("SELECT current_value, status FROM goal_get('g')") == [(9.9, "active")]
    assert db.value("SELECT goal_progress('g', 10)") == 1
    assert db.run("SELECT current_value, status FROM goal_get('g')") == [(10, "completed")]
    assert db.value("SELECT goal_progress('g', 10)") == 0
    with raises_sql("goal_progress: goal g is 'completed': only an active one makes progress", REFUSED):
        db.run("SELECT goal_progress('g', 11)")


def test_a_goal_that_falls_completes_at_its_target(db):
    goal(db, 3, "down")
    assert db.run("SELECT current_value, status FROM goal_get('g')") == [(None, "active")]
    with raises_sql("goal_progress: delta: goal g has no value yet: give value", REFUSED):
        db.run("SELECT goal_progress('g', NULL, -1)")
    db.run("SELECT goal_progress('g', 9)")
    assert db.value("SELECT status FROM goal_get('g')") == "active"
    db.run("SELECT goal_progress('g', NULL, -6)")
    assert db.run("SELECT current_value, status FROM goal_get('g')") == [(3, "completed")]


def test_a_goal_whose_period_is_over_is_missed(db):
    goal(db, id="late", end="2026-02-01")
    goal(db, id="running")
    goal(db, id="done", end="2026-02-01")
    db.run("SELECT goal_progress('done', 10)")
    assert db.value("SELECT goal_sweep()") == 1
    assert db.value("SELECT goal_sweep()") == 0
    assert dict(db.run("SELECT id, status FROM goal_list()")) == {"late": "missed", "running": "active", "done": "completed"}
    assert db.column("SELECT id FROM goal_list('missed')") == ["late"]


def test_a_goal_takes_value_or_delta_and_a_target_above_0(db):
    goal(db)
    for arguments in ("NULL, NULL", "1, 1"):
        with raises_sql("goal_progress: takes value or delta, one of them", BAD_ARGUMENT):
            db.run(f"SELECT goal_progress('g', {arguments})")
    for target in (0, -1):
        with raises_sql(f"goal_create: target_value must be more than 0, got {target}.0", BAD_ARGUMENT):
            goal(db, target, id="h")
    with raises_sql("goal_create: period_end must come after period_start", BAD_ARGUMENT):
        goal(db, id="h", end="2026-01-01")


# ---- Guardrails and actions ----

AUTONOMOUS = ("send_follow_up_email send_routine_response send_chat_message schedule_meeting qualify_conversation progress_early_stage "
              "update_account_context create_briefing log_interaction").split()
APPROVAL = ("send_proposal discuss_pricing negotiate_terms progress_past_evaluation contact_c_suite share_minutes_externally "
            "modify_account_plan escalate_to_management").split()
HARD_STOP = ("commit_pricing modify_contract approve_discount strategic_decision initiate_executive_relationship legal_commitment "
             "market_positioning_change").split()
BLOCKED = ["negotiation", "evaluation", "closed_won", "closed_lost"]
STAGES = [None, "", "prospecting", "qualification", "proposal"] + BLOCKED + ["Negotiation"]


def verdict(kind, stage):
    if kind in HARD_STOP:
        return False, "hard_stop", "hard_stop"
    if kind in AUTONOMOUS:
        return (False, "blocked", "stage_gate") if (stage or "").lower() in BLOCKED else (True, "autonomous", "autonomous")
    return False, "approval_required", "approval_required" if kind in APPROVAL else "unknown_action"


@pytest.mark.parametrize("kind", AUTONOMOUS + APPROVAL + HARD_STOP + ["fly_to_the_moon"])
def test_what_the_guardrails_say_of_each_type_in_each_stage(db, kind):
    for number, stage in enumerate(STAGES):
        allowed, outcome, reason = verdict(kind, stage)
        answer = json.loads(db.value("SELECT guardrail_check(?, ?)", kind, stage))
        assert answer == {"allowed": allowed, "requires_human": not allowed, "outcome": outcome, "reason": reason}, stage
        action = db.value("SELECT action_propose(?, 'a', 'clone', 'why', NULL, ?, NULL, ?)", kind, stage, f"{kind}{number}")
        status = {"autonomous": None, "approval_required": "pending"}.get(outcome, "rejected")
        assert db.row("SELECT approval_status, resolution_note, guardrail FROM action_get(?)", action) == \
            (status, reason if status == "rejected" else None, db.value("SELECT guardrail_check(?, ?)", kind, stage))


def test_every_shipped_rule_is_one_of_the_list(db):
    assert dict(db.run("SELECT action_type, category FROM guardrail_rules")) == \
        {**dict.fromkeys(AUTONOMOUS, "autonomous"), **dict.fromkeys(APPROVAL, "approval_required"), **dict.fromkeys(HARD_STOP, "hard_stop")}


@pytest.mark.parametrize("given, kind, category", [
    ("autonomous", "commit_pricing", "hard_stop"), ("autonomous", "send_proposal", "approval_required"),
    ("approval_required", "create_briefing", "approval_required"), ("hard_stop", "create_briefing", "hard_stop"),
    ("autonomous", "unheard_of", "approval_required"), ("autonomous", "create_briefing", "autonomous")])
def test_a_given_category_can_only_be_stricter(db, given, kind, category):
    db.run("SELECT action_propose(?, 'a', 'clone', 'why', NULL, NULL, ?, 'x')", kind, given)
    status = {"autonomous": None, "approval_required": "pending", "hard_stop": "rejected"}[category]
    assert db.row("SELECT category, approval_status FROM action_get('x')") == (category, status)


def propose(db, kind="send_proposal", by="clone", data='{"price": 1}', id="x"):
    return db.value("SELECT action_propose(?, 'a', ?, 'why', ?, NULL, NULL, ?)", kind, by, data, id)


def hash_of(db, id="x"):
    return db.value("SELECT payload_hash FROM action_get(?)", id)


def test_the_hash_is_blake2b_of_what_would_be_done(db):
    propose(db, data='{"price":  1, "to": "Müller"}')
    digest = hashlib.blake2b(digest_size=16)
    for part in ("send_proposal", "a", '{"price":  1, "to": "Müller"}'):
        digest.update(struct.pack("<Q", len(part.encode())) + part.encode())
    assert hash_of(db) == digest.hexdigest()


def test_an_approval_is_of_the_exact_payload(db):
    propose(db)
    propose(db, data='{"price": 2}', id="y")
    with raises_sql("action_approve: payload_hash is that of another payload", REFUSED):
        db.run("SELECT action_approve('x', 'ann', ?)", hash_of(db, "y"))
    seen = hash_of(db)
    db.run("UPDATE autonomous_actions SET action_data = '{\"price\": 9}' WHERE id = 'x'")
    with raises_sql("action_approve: action x was changed after it was proposed", REFUSED):
        db.run("SELECT action_approve('x', 'ann', ?)", seen)
    db.run("UPDATE autonomous_actions SET action_data = '{\"price\": 1}' WHERE id = 'x'")
    assert db.value("SELECT action_approve('x', 'ann', ?)", seen) == 1
    assert db.row("SELECT approval_status, approved_by, approved_at FROM action_get('x')") == ("approved", "ann", DAY)


def test_an_action_is_resolved_once(db):
    propose(db)
    db.run("SELECT action_approve('x', 'ann', ?)", hash_of(db))
    assert db.value("SELECT action_approve('x', 'ann', ?)", hash_of(db)) == 0
    with raises_sql("action_approve: action x is 'approved' already, by ann", REFUSED):
        db.run("SELECT action_approve('x', 'bob', ?)", hash_of(db))
    with raises_sql("action_reject: action x is 'approved' already, by ann", REFUSED):
        db.run("SELECT action_reject('x', 'ann')")


def test_an_approval_comes_in_time(db):
    propose(db)
    assert db.value("SELECT expires_at FROM action_get('x')") == "2026-03-04T12:00:00.000Z"
    later(db, "2026-03-04T12:00:00Z")
    assert db.run("SELECT id FROM action_pending()") == []
    assert db.value("SELECT approval_status FROM action_get('x')") == "expired"
    with raises_sql("action_approve: action x has expired at 2026-03-04T12:00:00.000Z", REFUSED):
        db.run("SELECT action_approve('x', 'ann', ?)", hash_of(db))
    db.run("SELECT lore_set('approval_hours', 1)")
    propose(db, id="y")
    assert db.value("SELECT expires_at FROM action_get('y')") == "2026-03-04T13:00:00.000Z"


def test_with_four_eyes_nobody_approves_what_he_has_proposed(db):
    propose(db, by="ann")
    db.run("SELECT lore_set('four_eyes', 'on')")
    with raises_sql("action_approve: by: who has proposed it can't approve it", REFUSED):
        db.run("SELECT action_approve('x', 'ann', ?)", hash_of(db))
    assert db.value("SELECT action_approve('x', 'bob', ?)", hash_of(db)) == 1
    propose(db, by="ann", id="y")
    db.run("SELECT lore_set('four_eyes', 'off')")
    assert db.value("SELECT action_approve('y', 'ann', ?)", hash_of(db, "y")) == 1


def test_nobody_approves_a_hard_stop_or_what_needs_no_approval(db):
    propose(db, "commit_pricing")
    propose(db, "create_briefing", id="y")
    with raises_sql("action_approve: action x is a hard stop: nobody can approve or reject it", REFUSED):
        db.run("SELECT action_approve('x', 'ann', ?)", hash_of(db))
    db.run("UPDATE autonomous_actions SET approval_status = 'pending'")
    with raises_sql("action_approve: action x is a hard stop", REFUSED):
        db.run("SELECT action_approve('x', 'ann', ?)", hash_of(db))
    db.run("UPDATE autonomous_actions SET approval_status = NULL")
    with raises_sql("action_approve: action y is autonomous: it waits for nobody", REFUSED):
        db.run("SELECT action_approve('y', 'ann', ?)", hash_of(db, "y"))


def test_a_result_comes_once_and_only_of_what_was_allowed(db):
    propose(db)
    with raises_sql("action_result: action x is 'pending': only one that is autonomous or approved has a result", REFUSED):
        db.run("SELECT action_result('x', '1')")
    db.run("SELECT action_approve('x', 'ann', ?)", hash_of(db))
    propose(db, "create_briefing", id="y")
    propose(db, id="z")
    assert db.value("SELECT action_reject('z', 'ann', 'no')") == 1
    assert db.row("SELECT approval_status, approved_by, resolution_note FROM action_get('z')") == ("rejected", "ann", "no")
    with raises_sql("action_result: action z is 'rejected'", REFUSED):
        db.run("SELECT action_result('z', '1')")
    for id in "xy":
        assert db.value("SELECT action_result(?, '{\"ok\": 1}')", id) == 1
        assert db.value("SELECT action_result(?, '{\"ok\": 1}')", id) == 0
        with raises_sql(f"action_result: action {id} was executed at {DAY}", REFUSED):
            db.run("SELECT action_result(?, '2')", id)
        assert db.row("SELECT executed_at, execution_result FROM action_get(?)", id) == (DAY, '{"ok": 1}')


# ---- Feedback ----

def test_the_second_word_of_a_person_replaces_the_first(db):
    one = insight(db)
    first = db.value("SELECT feedback_record(?, 'useful', 'ann', 'yes')", one)
    assert db.value("SELECT feedback_record(?, 'false_alarm', 'ann')", one) == first
    assert db.value("SELECT feedback_record(?, 'useful', 'bob')", one) != first
    assert db.run("SELECT id, feedback, comment FROM tenant_feedback WHERE submitted_by = 'ann'") == [(first, "false_alarm", None)]
    assert db.row("SELECT * FROM feedback_stats()") == (2, 1, 1, 0.5, 0.5, 0.5)
    with raises_sql("feedback_record: there is no insight 'x'", REFUSED):
        db.run("SELECT feedback_record('x', 'useful', 'ann')")


def test_without_feedback_all_is_0(db):
    assert db.run("SELECT * FROM feedback_stats()") == [(0, 0, 0, 0, 0, 0)]
    assert db.run("SELECT * FROM calibration()") == []


def test_calibration_is_by_tenths(db):
    said = [(0.05, "useful"), (0.95, "useful"), (0.91, "false_alarm"), (1.0, "useful")]
    for number, (confidence, word) in enumerate(said):
        one = insight(db, account=str(number), confidence=confidence)
        db.run("SELECT feedback_record(?, ?, 'ann')", one, word)
    rows = db.run("SELECT * FROM calibration()")
    error = [(confidence - (word == "useful")) ** 2 for confidence, word in said]
    assert [row[:3] for row in rows] == [(0.0, 0.1, 1), (0.9, 1.0, 3)]
    assert rows[1][3:6] == (pytest.approx((0.95 + 0.91 + 1) / 3), pytest.approx(2 / 3), pytest.approx(sum(error[1:]) / 3))
    assert [row[6] for row in rows] == [pytest.approx(sum(error) / 4)] * 2
    assert db.run("SELECT * FROM calibration('risk_indicator')") == []


# ---- Interactions, and what is known of an account ----

@pytest.mark.parametrize("given, stored", [(None, None), (0.25, 0.25), (-1, -1), ("positive", 1), ("NEUTRAL", 0), ("negative", -1)])
def test_a_sentiment_is_a_number_or_a_word(db, given, stored):
    db.run("SELECT interaction_record('a', 'chat', 's', NULL, ?)", given)
    assert db.value("SELECT sentiment FROM interaction_list('a')") == stored


@pytest.mark.parametrize("given", [1.1, -2, "fine", "0.5", b"x"])
def test_another_sentiment_is_refused(db, given):
    with raises_sql("interaction_record: sentiment must be from -1 to 1, or positive, neutral or negative", BAD_ARGUMENT):
        db.run("SELECT interaction_record('a', 'chat', 's', NULL, ?)", given)


def test_an_interaction_of_a_source_is_stored_once(db):
    one = db.value("SELECT interaction_record('a', 'email', 's', NULL, NULL, NULL, 'm1')")
    assert db.value("SELECT interaction_record('a', 'email', 'again', NULL, NULL, NULL, 'm1')") == one
    assert db.value("SELECT interaction_record('a', 'chat', 's', NULL, NULL, NULL, 'm1')") != one
    for _ in range(2):
        db.run("SELECT interaction_record('a', 'chat', 's')")
    assert db.value("SELECT count(*) FROM interactions") == 4


def signal(db, key, kind="funding_event", at="2026-02-20"):
    return db.value("SELECT signal_save(?, 'news', ?, 0.9, '{\"amount\": 1}', NULL, ?)", kind, key, at)


def test_signals_are_seen_only_by_the_account_s_own_key(db):
    signal(db, "domain:acme.io")
    signal(db, "domain:other.io")
    assert db.run("SELECT * FROM customer_view('a')") == []
    db.run("INSERT INTO tenant_accounts(tenant_id, account_id, canonical_key) VALUES ('beta', 'a', 'domain:other.io')")
    assert db.run("SELECT * FROM customer_view('a')") == []
    assert {row[0] for row in db.run("SELECT signals FROM customer_summary('a')")} == {"{}"}
    db.run("INSERT INTO tenant_accounts(tenant_id, account_id, canonical_key) VALUES ('acme', 'a', 'domain:acme.io')")
    assert db.run("SELECT at, kind, channel, title, detail FROM customer_view('a')") == \
        [("2026-02-20T00:00:00.000Z", "signal", "news", "funding_event", '{"amount": 1}')]
    assert db.run("SELECT window_days, signals FROM customer_summary('a')") == [(days, '{"funding_event":1}') for days in (30, 90, 365)]
    assert db.run("SELECT * FROM customer_view('b')") == []


def test_a_view_shows_30_days_in_full_and_older_days_by_channel(db):
    for when in ("2026-01-10T08:00", "2026-01-10T09:00", "2026-01-11", "2026-01-29T11:59", "2026-02-20"):
        db.run("SELECT interaction_record('a', 'email', ?, NULL, NULL, NULL, NULL, NULL, ?)", when, when)
    db.run("SELECT interaction_record('a', 'chat', 'c', NULL, NULL, NULL, NULL, NULL, '2026-01-10T10:00')")
    insight(db, data='{"x": 1}')
    propose(db)
    rows = db.run("SELECT at, kind, channel, title, detail FROM customer_view('a')")
    assert [row[:4] for row in rows] == [
        (DAY, "action", None, "send_proposal"), (DAY, "insight", None, "buying_signal"),
        ("2026-02-20T00:00:00.000Z", "interaction", "email", "2026-02-20"),
        ("2026-01-29T11:59:00.000Z", "interaction", "email", "1 on 2026-01-29"),
        ("2026-01-11T00:00:00.000Z", "interaction", "email", "1 on 2026-01-11"),
        ("2026-01-10T10:00:00.000Z", "interaction", "chat", "1 on 2026-01-10"),
        ("2026-01-10T09:00:00.000Z", "interaction", "email", "2 on 2026-01-10")]
    assert json.loads(rows[-1][4])["count"] == 2
    assert db.run("SELECT * FROM customer_view('a', '2026-01-09')") == []


def test_a_summary_counts_each_window(db):
    for channel, mood, when in (("email", 1, "2026-02-20"), ("email", 0, "2026-02-21"), ("chat", -1, "2026-01-01"), ("crm", None, "2025-04-01")):
        db.run("SELECT interaction_record('a', ?, 's', NULL, ?, NULL, NULL, NULL, ?)", channel, mood, when)
    insight(db)
    assert db.value("SELECT customer_summary_put('a', 90, 'They hesitate', '{\"n\": 1}')") == 1
    assert db.value("SELECT customer_summary_put('a', 90, 'They hesitate', '{\"n\": 1}')") == 0
    rows = db.run("SELECT window_days, interactions, mean_sentiment, first_contact, open_insights, summary, summary_signals FROM customer_summary('a')")
    assert rows == [(30, '{"email":2}', 0.5, "2026-02-20T00:00:00.000Z", 1, None, None),
                    (90, '{"chat":1,"email":2}', 0, "2026-01-01T00:00:00.000Z", 1, "They hesitate", '{"n": 1}'),
                    (365, '{"chat":1,"crm":1,"email":2}', 0, "2025-04-01T00:00:00.000Z", 1, None, None)]
    with raises_sql("customer_summary_put: window_days must be 30, 90 or 365, got 31", BAD_ARGUMENT):
        db.run("SELECT customer_summary_put('a', 31, 'x')")


def test_a_digest_is_by_account_worst_first(db):
    insight(db, "a", "low", data='{"clone_id": "c1"}')
    insight(db, "b", "critical")
    insight(db, "a", "high", "f2")
    done = insight(db, "c", "critical")
    db.run("SELECT insight_set_status(?, 'acted')", done)
    later(db, "2026-03-02")
    insight(db, "d", "critical")
    rows = db.run("SELECT account_id, count, worst_severity, insights FROM daily_digest('2026-03-01')")
    assert [row[:3] for row in rows] == [("b", 1, "critical"), ("a", 2, "high")]
    assert [one["severity"] for one in json.loads(rows[1][3])] in (["low", "high"], ["high", "low"])
    assert db.column("SELECT account_id FROM daily_digest()") == ["b", "d", "a"]
    assert db.run("SELECT account_id, count FROM daily_digest(NULL, 'c1')") == [("a", 1)]


def test_performance_is_of_goals_contacts_and_feedback(db):
    goal(db)
    db.run("SELECT goal_progress('g', 7)")
    db.run("SELECT goal_create('revenue', 100, '2026-01-01', '2026-04-01', 'c1', 'up', 'r')")
    db.run("SELECT goal_progress('r', 50)")
    db.run("SELECT interaction_record('a', 'chat', 's')")
    propose(db, "create_briefing", "c1")
    db.run("SELECT action_result('x', '1')")
    later(db, "2026-03-02")
    assert db.run("SELECT * FROM tenant_performance()") == [(7, 50, 2, None, "2026-03-02T00:00:00.000Z")]
    assert db.run("SELECT pipeline_value, revenue_closed, activity_count FROM tenant_performance(NULL, NULL, 'c1')") == [(0, 50, 1)]
    assert db.row("SELECT * FROM tenant_performance('2026-03-02', '2026-03-03')")[2] == 0
    for number in range(5):
        one = insight(db, account=str(number))
        assert db.value("SELECT quality_score FROM tenant_performance()") is None
        db.run("SELECT feedback_record(?, ?, 'ann')", one, "useful" if number else "false_alarm")
    later(db, "2026-03-03")
    assert db.value("SELECT quality_score FROM tenant_performance()") == 0.8


# ---- What lore_validate finds ----

def troubles(db):
    return [row for row in db.run("SELECT severity, object, problem, fix FROM lore_validate") if row[1] in tenant_tables() or "index" in row[2]]


def test_orphans_and_what_no_verb_writes_are_found_and_mended(db):
    one = insight(db, severity="high")
    db.run("SELECT feedback_record(?, 'useful', 'ann')", one)
    db.run("SELECT clone_create('Ann', 'ann', NULL, 'c')")
    db.run("SELECT persona_preview_put('c', 'x', 'x')")
    db.run("SELECT goal_create('pipeline', 1, '2026-01-01', '2026-04-01', 'c')")
    propose(db, "commit_pricing")
    db.run("SELECT lore_index('insights', '$.n')")
    assert troubles(db) == []
    db.run("SELECT tenant_use('beta')")  # what another tenant has of that id is no help
    insight(db, id=one)
    db.run("SELECT clone_create('Ann', 'ann', NULL, 'c')")
    db.run("DELETE FROM insights WHERE tenant_id = 'acme'")
    db.run("DELETE FROM agent_clones WHERE tenant_id = 'acme'")
    db.run("UPDATE autonomous_actions SET approval_status = 'approved'")
    db.run("CREATE INDEX leaking ON insights(account_id)")
    found = troubles(db)
    assert sorted(row[1] for row in found) == ["alert_feedback", "alerts", "autonomous_actions", "goals", "leaking", "persona_previews"]
    for *_, fix in found:
        db.run(fix)
    assert troubles(db) == []


# ---- Tables that are there already ----

def test_tables_of_other_software_are_taken_over(bare):
    bare.script((ROOT / "tests" / "given.sql").read_text())
    bare.run("INSERT INTO insights VALUES ('i1', 'acme', 'a', 'buying_signal', '{\"n\": 1}', 0.5, 'high', 'pending', '2026-01-01 10:00:00', NULL)")
    bare.run("SELECT lore_migrate('tenants')")
    bare.run("SELECT tenant_use('acme')")
    assert bare.column("SELECT id FROM insight_list('pending')") == ["i1"]
    assert bare.value("SELECT insight_set_status('i1', 'acted')") == 1
    assert bare.column("SELECT id FROM tenant_insights WHERE status = 'acted'") == ["i1"]
    bare.run("SELECT tenant_use('beta')")
    assert bare.run("SELECT * FROM insight_list()") == []
    with raises_sql("insight_create: UNIQUE constraint failed: insights.id"):  # its key is the id alone: docs/tenants.md
        insight(bare, id="i1")
    with raises_sql("tenant_insights: UNIQUE constraint failed: insights.id"):
        bare.run("INSERT OR REPLACE INTO tenant_insights(id, account_id, pattern_type, created_at) VALUES ('i1', 'b', 'x', 't')")
    assert bare.value("SELECT tenant_id FROM insights") == "acme"
