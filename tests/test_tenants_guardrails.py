"""What the guardrails and ids of tenants promise is kept when words are written otherwise, and when a call comes again."""
import json
import random
import re

import pytest

from support import BAD_ARGUMENT, REFUSED, ROOT, raises_sql


@pytest.fixture
def db(db):
    db.run("SELECT tenant_use('acme')")
    db.run("SELECT lore_clock('2026-03-01T12:00:00.000Z')")
    return db


def check(db, kind, stage=None):
    return json.loads(db.value("SELECT guardrail_check(?, ?)", kind, stage))["reason"]


@pytest.mark.parametrize("kind", ["approve_discount ", "\tapprove_discount", " Approve_Discount\n"])
def test_blanks_and_case_do_not_make_a_hard_stop_an_unknown_type(db, kind):
    assert check(db, kind) == "hard_stop"
    db.run("SELECT action_propose(?, 'a', 'clone', 'why', NULL, NULL, NULL, 'x')", kind)
    assert db.row("SELECT category, approval_status FROM action_get('x')") == ("hard_stop", "rejected")


@pytest.mark.parametrize("stage", ["negotiation ", "\nNegotiation", " NEGOTIATION\r\n"])
def test_blanks_and_case_do_not_open_a_stage(db, stage):
    assert check(db, "create_briefing", stage) == "stage_gate"
    db.run("UPDATE guardrail_rules SET blocked_stages = '[\" Pilot \"]' WHERE action_type = 'create_briefing'")
    assert check(db, "create_briefing", "pilot") == "stage_gate" and check(db, "create_briefing", stage) == "autonomous"


def test_a_rule_counts_however_its_type_is_written(db):
    db.run("INSERT INTO guardrail_rules(action_type, category) VALUES ('Send_Gift', 'hard_stop')")
    assert check(db, "Send_Gift") == check(db, "send_gift") == "hard_stop"


def test_of_two_rules_the_stricter_counts(db):
    db.run("INSERT INTO guardrail_rules(action_type, category, blocked_stages) VALUES ('Create_Briefing', 'autonomous', '[\"pilot\"]'), "
           "('Log_Interaction', 'approval_required', '[]'), ('Send_Proposal', 'autonomous', '[]')")
    assert check(db, "create_briefing", "pilot") == "stage_gate"
    assert check(db, "log_interaction") == check(db, "send_proposal") == "approval_required"


def test_a_proposal_that_comes_again_can_not_be_meant_stricter(db):
    again = "SELECT action_propose('create_briefing', 'a', 'clone', 'why', NULL, NULL, ?, 'x')"
    assert db.value(again, None) == db.value(again, "autonomous") == db.value(again, None) == "x"
    for category in ("approval_required", "hard_stop"):
        with raises_sql("action_propose: id 'x' is there already with another category", REFUSED):
            db.run(again, category)


def test_who_has_approved_hears_of_another_payload(db):
    db.run("SELECT action_propose('send_proposal', 'a', 'clone', 'why', '{\"price\": 1}', NULL, NULL, 'x')")
    seen = db.value("SELECT payload_hash FROM action_get('x')")
    assert db.value("SELECT action_approve('x', 'ann', ?)", seen) == 1
    assert db.value("SELECT action_approve('x', 'ann', ?)", seen) == 0
    with raises_sql("action_approve: payload_hash is that of another payload", REFUSED):
        db.run("SELECT action_approve('x', 'ann', 'of another')")
    db.run("UPDATE autonomous_actions SET action_data = '{\"price\": 9}'")
    with raises_sql("action_approve: action x was changed after it was proposed", REFUSED):
        db.run("SELECT action_approve('x', 'ann', ?)", seen)


@pytest.mark.parametrize("sql, subject, problem", [
    ("UPDATE autonomous_actions SET executed_at = '2026-03-01T12:00:00.000Z'", "autonomous_actions", "1 actions were done that nobody has allowed, as 'x'"),
    ("UPDATE autonomous_actions SET approval_status = 'Approved' WHERE id = 'x'", "autonomous_actions", "1 rows have a category or status that there is not, as 'x'"),
    ("UPDATE autonomous_actions SET category = 'free' WHERE id = 'x'", "autonomous_actions", "1 rows have a category or status that there is not, as 'x'"),
    ("UPDATE insights SET status = 'done'", "insights", "1 rows have a status that there is not, as 'x'"),
    ("UPDATE insights SET status = 'snoozed'", "insights", "1 rows are snoozed for ever, as 'x'"),
    ("UPDATE goals SET status = 'won'", "goals", "1 rows have a status that there is not, as 'x'"),
    ("UPDATE guardrail_rules SET blocked_stages = '[' WHERE action_type = 'log_interaction'", "guardrail_rules",
     "1 rows have blocked_stages that are no JSON array, as 'log_interaction'"),
    ("UPDATE guardrail_rules SET blocked_stages = 'null' WHERE action_type = 'log_interaction'", "guardrail_rules",
     "1 rows have blocked_stages that are no JSON array, as 'log_interaction'")])
def test_what_plain_sql_has_made_impossible_is_found(db, sql, subject, problem):
    db.run("SELECT action_propose('send_proposal', 'a', 'clone', 'why', '{}', NULL, NULL, 'x')")
    db.run("SELECT action_propose('log_interaction', 'a', 'clone', 'why', '{}', NULL, NULL, 'y')")
    db.run("SELECT action_result('y', '1')")
    db.run("SELECT insight_create('a', 'buying_signal', '{}', 0.5, 'low', NULL, 'x')")
    db.run("SELECT goal_create('pipeline', 10, '2026-01-01', '2026-04-01', NULL, 'up', 'x')")
    assert db.run("SELECT * FROM lore_validate") == []
    db.run(sql)
    assert db.run("SELECT severity, object, problem, fix FROM lore_validate") == [("error", subject, problem, None)]


# ---- Ids that come again ----

@pytest.mark.parametrize("first, again, what", [
    ("insight_create('a', 'buying_signal', '{}', 0.5, 'low', 'f', 'x', '2026-01-01', '[1]')", "insight_create('a', 'buying_signal', '{}', 0.5, 'low', 'g', 'x')",
     "fingerprint"),
    ("insight_create('a', 'buying_signal', '{}', 0.5, 'low', 'f', 'x', '2026-01-01', '[1]')",
     "insight_create('a', 'buying_signal', '{}', 0.5, 'low', NULL, 'x', '2026-01-02', '[2]')", "detected_at, evidence"),
    ("interaction_record('a', 'chat', 's', '[\"ann\"]', 0.5, '[1]', NULL, 'x')", "interaction_record('a', 'chat', 's', '[]', 'negative', '[2]', NULL, 'x')",
     "participants, sentiment, key_points")])
def test_an_id_that_comes_again_with_another_value_is_refused(db, first, again, what):
    assert db.value(f"SELECT {first}") == db.value(f"SELECT {first}") == "x"
    with raises_sql(f"{again.split('(')[0]}: id 'x' is there already with another {what}", REFUSED):
        db.run(f"SELECT {again}")


def test_an_id_that_comes_again_with_less_is_known(db):
    for first, again in (("insight_create('a', 'buying_signal', '{}', 0.5, 'low', 'f', 'x', '2026-01-01', '[1]')",
                          "insight_create('a', 'buying_signal', '{}', 0.5, 'low', '', 'x')"),
                         ("interaction_record('a', 'chat', 's', '[\"ann\"]', 0.5, '[1]', NULL, 'x')", "interaction_record('a', 'chat', 's', NULL, NULL, NULL, NULL, 'x')")):
        assert db.value(f"SELECT {first}") == db.value(f"SELECT {again}") == "x"


# ---- Words about now ----

def test_what_was_acted_on_and_is_put_off_is_not_acted_on_any_more(db):
    db.run("SELECT insight_create('a', 'buying_signal', '{}', 0.5, 'low', NULL, 'x')")
    db.run("SELECT insight_set_status('x', 'acted')")
    db.run("SELECT insight_set_status('x', 'snoozed', '2026-03-05')")
    for now, status in (("2026-03-02", "snoozed"), ("2026-03-06", "pending")):
        assert db.row("SELECT status, acted_at FROM insight_get('x') WHERE in_at = ?", now) == (status, None)


@pytest.mark.parametrize("call", ["goal_progress('x', 10)", "goal_progress('x', NULL, 0)"])
def test_a_goal_of_other_software_that_has_its_target_is_completed(db, call):
    db.run("SELECT goal_create('pipeline', 10, '2026-01-01', '2026-04-01', NULL, 'up', 'x')")
    db.run("UPDATE goals SET current_value = 10")
    assert db.value(f"SELECT {call}") == 1
    assert db.value("SELECT status FROM goal_get('x')") == "completed"
    assert db.value(f"SELECT {call}") == 0


def test_what_is_found_by_a_path_has_the_status_that_it_has_now(db):
    db.run("SELECT insight_create('a', 'buying_signal', '{\"n\": 1}', 0.5, 'low', NULL, 'x')")
    db.run("SELECT insight_set_status('x', 'snoozed', '2026-03-05')")
    db.run("SELECT action_propose('send_proposal', 'a', 'clone', 'why', '{\"n\": 1}', NULL, NULL, 'y')")
    for now, insight, action in (("2026-03-02", "snoozed", "pending"), ("2026-03-06", "pending", "expired")):
        for found in ("'$.n', 1", "'$.n'"):
            assert db.value(f"SELECT status FROM insights_where({found}) WHERE in_at = ?", now) == insight
            assert db.value(f"SELECT approval_status FROM actions_where({found}) WHERE in_at = ?", now) == action


@pytest.mark.parametrize("dimensions", ["[0.5]", "true", '"x"', "7"])
def test_dimensions_are_an_object(db, dimensions):
    with raises_sql("clone_create: persona_config.dimensions must be an object", BAD_ARGUMENT):
        db.run("SELECT clone_create('Ann', 'ann', ?)", f'{{"dimensions": {dimensions}}}')


def test_dimensions_are_checked_beside_text_that_is_no_unicode(db):
    with raises_sql("clone_create: persona_config.dimensions.formal_casual must be a number between 0 and 1", BAD_ARGUMENT):
        db.run("SELECT clone_create('Ann', 'ann', ?)", '{"dimensions": {"formal_casual": 7}, "note": "\\ud800"}')
    db.run("SELECT clone_create('Ann', 'ann', ?, 'x')", '{"dimensions": {"formal_casual": 1}, "note": "\\ud800"}')
    assert db.value("SELECT persona_summary('x')").startswith("very casual")


# ---- What is asked for each minute ----

def plan(db, name):
    sql = re.search(rf"^-- :name {name}\b.*\n((?:(?!-- :name ).*\n?)*)", (ROOT / "sql" / "statements" / "tenants.sql").read_text(), re.M).group(1)
    return [row[3] for row in db.run("EXPLAIN QUERY PLAN " + sql, {parameter: "x" for parameter in re.findall(r":([a-z_]+)", sql)})]


@pytest.mark.parametrize("name, table, by", [
    ("insight_list_status", "insights", "idx_insights_status (tenant_id=? AND status=?)"),
    ("customer_summary", "insights", "idx_insights_account (tenant_id=? AND account_id=?)"),
    ("customer_summary", "interactions", "idx_interactions_account (tenant_id=? AND account_id=? AND at>? AND at<?)")])
def test_it_goes_by_the_narrowest_index(db, name, table, by):
    """Also in a file that was never analyzed."""
    steps = [step for step in plan(db, name) if step.startswith("SEARCH") and table in step]
    assert steps and all(by in step for step in steps)
    assert "RIGHT PART" in str(plan(db, "insight_list_status"))  # the rows of one moment are sorted, not all


def test_a_list_of_a_status_is_what_the_list_of_all_says(db):
    dice = random.Random(5)
    for i in range(60):
        moment = f"2026-03-0{dice.randint(1, 3)}T0{dice.randint(0, 2)}:00:00Z"
        db.run("SELECT insight_create('a', 'buying_signal', '{}', 0.5, 'low', ?, ?, NULL, NULL, ?)", f"f{i}", f"i{i}", moment)
        db.run("SELECT insight_set_status(?, ?, '2026-03-04', '2026-03-03')", f"i{i}", dice.choice(["pending", "acted", "snoozed", "snoozed"]))
        db.run("UPDATE insights SET snoozed_until = ? WHERE status = 'snoozed' AND id = ?", dice.choice([None, "2026-03-04T00:00:00.000Z", "2026-03-06T00:00:00.000Z"]), f"i{i}")
    for now in ("2026-03-03", "2026-03-04", "2026-03-07"):
        rows = db.run("SELECT * FROM insight_list WHERE in_max_rows = 1000 AND in_at = ?", now)
        for status in ("pending", "acted", "snoozed", "dismissed"):
            wanted = [row for row in rows if row[7] == status]
            for most in (1, 7, 1000):
                assert db.run("SELECT * FROM insight_list(?, NULL, ?) WHERE in_at = ?", status, most, now) == wanted[:most]


# ---- Another tenant in between ----

@pytest.mark.parametrize("source", ["tenant_insights", "insight_list", "insights_where('$.n')"])
def test_a_query_that_goes_on_after_tenant_use_stays_with_its_tenant(db, source):
    for tenant in ("acme", "beta"):
        db.run("SELECT tenant_use(?)", tenant)
        for i in range(4):
            db.run("SELECT insight_create(?, 'buying_signal', '{\"n\": 1}', 0.5, 'low', NULL, ?)", f"a{i}", f"{tenant}-{i}")
    db.run("SELECT tenant_use('acme')")
    rows = db.run(f"SELECT id, tenant_use('beta'), tenant_use('beta'), tenant_use('beta') FROM {source}")
    assert sorted(row[0] for row in rows) == [f"acme-{i}" for i in range(4)]
