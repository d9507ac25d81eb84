"""Two tenants in one file do not notice each other: what each is answered is what it would be answered in a file of its own.

Ids, names and values are drawn from a few words, so that the tenants use the same all the time. And a tenant's table behaves as a
plain table with the same columns and keys.
"""
import functools
import sqlite3

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support import Database, image_of

FEW = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
ids = st.sampled_from(["1", "2", "3"])
names = st.sampled_from(["Ann", "Bob"])
words = st.sampled_from(["a", "b"])
numbers = st.sampled_from([0.0, 0.5, 1.0, 20.0])


def call(sql, *arguments):
    return st.tuples(st.just(sql), st.tuples(*arguments))


OPERATIONS = st.one_of(
    call("SELECT clone_create(?, ?, NULL, ?)", names, words, ids),
    call("SELECT clone_update(?, ?, ?)", ids, names, words),
    call("SELECT clone_deactivate(?)", ids),
    call("SELECT * FROM clone_get(?)", ids),
    call("SELECT * FROM clone_list()"),
    call("SELECT persona_preview_put(?, ?, 'x')", ids, words),
    call("SELECT * FROM persona_preview(?)", ids),
    call("SELECT insight_create(?, 'buying_signal', ?, 0.5, ?, NULL, ?)", words, st.sampled_from(['{"n":1}', '{"n":2}']),
         st.sampled_from(["low", "high"]), ids),
    call("SELECT insight_set_status(?, ?, '2999-01-01')", ids, st.sampled_from(["pending", "acted", "dismissed", "snoozed"])),
    call("SELECT * FROM insight_get(?)", ids),
    call("SELECT * FROM insight_list(?, ?)", st.sampled_from([None, "pending", "acted"]), st.sampled_from([None, "a"])),
    call("SELECT id FROM insights_where('$.n', ?)", st.sampled_from([1, 2])),
    call("SELECT insight_id, channel, attempts, error FROM alert_pending()"),
    call("SELECT goal_create('pipeline', ?, '2026-01-01', '2026-02-01', ?, 'up', ?)", numbers, st.sampled_from([None, "1"]), ids),
    call("SELECT goal_progress(?, ?, NULL)", ids, numbers),
    call("SELECT goal_progress(?, NULL, ?)", ids, numbers),
    call("SELECT goal_sweep()"),
    call("SELECT * FROM goal_list()"),
    call("SELECT action_propose(?, ?, 'c', 'r', ?, NULL, NULL, ?)", st.sampled_from(["send_proposal", "create_briefing", "commit_pricing"]), words,
         st.sampled_from(['{"n":1}', '{"n":2}']), ids),
    call("SELECT action_approve(?, 'ann', coalesce((SELECT payload_hash FROM action_get(?)), 'x'))", ids, ids),
    call("SELECT action_reject(?, 'ann')", ids),
    call("SELECT action_result(?, '{}')", ids),
    call("SELECT * FROM action_get(?)", ids),
    call("SELECT * FROM action_pending()"),
    call("SELECT feedback_record(?, ?, ?, NULL, ?)", ids, st.sampled_from(["useful", "false_alarm"]), words, ids),
    call("SELECT * FROM feedback_stats()"),
    call("SELECT * FROM calibration()"),
    call("SELECT interaction_record(?, 'chat', ?, NULL, ?, NULL, ?, ?)", words, words, st.sampled_from([None, 0.5]), st.sampled_from([None, "s"]), ids),
    call("SELECT * FROM interaction_list(?)", words),
    call("SELECT * FROM customer_view(?)", words),
    call("SELECT customer_summary_put(?, 30, ?)", words, words),
    call("SELECT * FROM customer_summary(?)", words),
    call("SELECT * FROM daily_digest()"),
    call("SELECT * FROM tenant_performance()"),
    call("INSERT INTO tenant_insights(id, account_id, pattern_type, created_at) VALUES (?, ?, 'x', '2026')", ids, words),
    call("INSERT OR REPLACE INTO tenant_clones(id, clone_name, created_at) VALUES (?, ?, '2026')", ids, names),
    call("INSERT OR IGNORE INTO tenant_goals(id, goal_type, target_value, period_start, period_end, created_at) VALUES (?, ?, 1, 'a', 'b', 'c')",
         ids, words),
    call("UPDATE tenant_insights SET account_id = ? WHERE id = ?", words, ids),
    call("UPDATE tenant_interactions SET id = ? WHERE id = ?", ids, ids),
    call("DELETE FROM tenant_actions WHERE id = ?", ids),
    call("DELETE FROM tenant_feedback"),
    call("SELECT * FROM tenant_insights ORDER BY id"),
    call("SELECT id, insight_id, feedback FROM tenant_feedback WHERE insight_id >= ? ORDER BY insight_id, submitted_by", ids),
    call("SELECT * FROM tenant_interactions WHERE account_id = ? ORDER BY at DESC, id", words),
)


def answer(db, tenant, sql, arguments):
    db.run("SELECT tenant_use('')")  # forgets the notice of before
    db.run("SELECT tenant_use(?)", tenant)
    try:
        return db.run(sql, *arguments), db.value("SELECT lore_notice()")
    except sqlite3.Error as error:
        return str(error)


@functools.lru_cache
def image():
    db = Database(":memory:")
    db.run("SELECT lore_migrate('tenants')")
    return image_of(db.connection)


def new():
    db = Database(":memory:", load=False)
    db.connection.deserialize(image())
    db.load()
    db.run("SELECT lore_clock('2026-03-01')")
    return db


def without_the_name(text, tenant):
    return repr(text).replace(repr(tenant), "'*'")


@FEW
@given(steps=st.lists(st.tuples(st.sampled_from(["acme", "beta"]), OPERATIONS), min_size=10, max_size=60))
def test_a_tenant_is_answered_as_in_a_file_of_its_own(steps):
    shared, own = new(), {tenant: new() for tenant in ("acme", "beta")}
    for number, (tenant, (sql, arguments)) in enumerate(steps):
        together, alone = answer(shared, tenant, sql, arguments), answer(own[tenant], tenant, sql, arguments)
        assert without_the_name(together, tenant) == without_the_name(alone, tenant), f"step {number}: {tenant}: {sql} {arguments}"
    for table in ("agent_clones", "insights", "goals", "autonomous_actions", "alert_feedback", "interactions", "persona_previews",
                  "customer_summaries"):
        for tenant, alone in own.items():
            rows = f"SELECT * FROM {table} WHERE tenant_id = ? ORDER BY 1, 2, 3"
            assert shared.run(rows, tenant) == alone.run(rows, tenant), table
        assert shared.value(f"SELECT count(*) FROM {table} WHERE tenant_id NOT IN ('acme', 'beta')") == 0
    for db in (shared, *own.values()):
        db.close()


# ---- A tenant's table against a plain one ----

PLAIN = "CREATE TABLE plain(id TEXT PRIMARY KEY, insight_id TEXT, feedback TEXT, comment TEXT, submitted_at TEXT, submitted_by TEXT, " \
        "UNIQUE (insight_id, submitted_by)) WITHOUT ROWID"
texts = st.sampled_from(["a", "b", "c", "A", ""])
conflict = st.sampled_from(["", "OR IGNORE", "OR REPLACE", "OR ABORT", "OR FAIL"])
columns = st.sampled_from(["id", "insight_id", "feedback", "comment", "submitted_at", "submitted_by"])
condition = st.one_of(
    st.tuples(columns, st.sampled_from(["=", "<", "<=", ">", ">=", "IS", "<>", "IS NOT", "LIKE", "GLOB"]), texts)
      .map(lambda c: (f"{c[0]} {c[1]} ?", (c[2],))),
    st.tuples(columns, texts, texts).map(lambda c: (f"{c[0]} IN (?, ?)", c[1:])),
    st.tuples(columns, texts).map(lambda c: (f"{c[0]} = ? COLLATE NOCASE", (c[1],))),
    columns.map(lambda c: (f"{c} IS NULL", ())))
where = st.lists(condition, max_size=3).map(lambda cs: (" AND ".join(c[0] for c in cs) or "1", sum((c[1] for c in cs), ())))
either = st.tuples(where, where).map(lambda w: (f"({w[0][0]}) OR ({w[1][0]})", w[0][1] + w[1][1]))
order = st.lists(st.tuples(columns, st.sampled_from(["", " DESC"])).map("".join), max_size=2).map(lambda o: ", ".join(o + ["id"]))
wheres = st.one_of(where, either)

CHANGES = st.one_of(
    st.tuples(conflict, st.lists(st.tuples(texts, texts, texts, texts), min_size=1, max_size=3)).map(lambda c: (
        f"INSERT {c[0]} INTO {{table}}(id, insight_id, feedback, submitted_at, submitted_by) VALUES "
        + ", ".join(["(?, ?, ?, 't', ?)"] * len(c[1])), sum(c[1], ()))),
    st.tuples(columns.filter(lambda c: c != "id"), texts, wheres).map(lambda c: (f"UPDATE {{table}} SET {c[0]} = ? WHERE {c[2][0]}", (c[1],) + c[2][1])),
    st.tuples(texts, wheres).map(lambda c: (f"UPDATE {{table}} SET id = ? WHERE {c[1][0]}", (c[0],) + c[1][1])),
    wheres.map(lambda w: (f"DELETE FROM {{table}} WHERE {w[0]}", w[1])),
    st.tuples(wheres, order).map(lambda c: (f"SELECT * FROM {{table}} WHERE {c[0][0]} ORDER BY {c[1]}", c[0][1])),
    st.tuples(wheres, order).map(lambda c: (f"SELECT comment, insight_id FROM {{table}} WHERE {c[0][0]} ORDER BY {c[1]} LIMIT 3 OFFSET 1", c[0][1])),
    wheres.map(lambda w: (f"SELECT count(*) FROM {{table}} WHERE {w[0]}", w[1])),
    st.just(("SELECT a.id, b.id FROM {table} AS a JOIN {table} AS b ON b.insight_id = a.insight_id AND b.submitted_by > a.submitted_by "
             "ORDER BY 1, 2", ())))


def outcome(db, sql, arguments):
    try:
        return db.run(sql, *arguments)
    except sqlite3.IntegrityError:
        return "a constraint"


@FEW
@given(steps=st.lists(CHANGES, min_size=5, max_size=40))
def test_a_tenant_s_table_behaves_as_a_plain_one(steps):
    db = new()
    db.run(PLAIN)
    db.run("SELECT tenant_use('beta')")
    for id in "abcA":
        db.run("INSERT INTO tenant_feedback(id, insight_id, feedback, submitted_at, submitted_by) VALUES (?, ?, 'x', 't', ?)", id, id, id)
    others = db.run("SELECT * FROM alert_feedback ORDER BY rowid")
    db.run("SELECT tenant_use('acme')")
    for number, (sql, arguments) in enumerate(steps):
        plain, tenant = outcome(db, sql.format(table="plain"), arguments), outcome(db, sql.format(table="tenant_feedback"), arguments)
        assert plain == tenant, f"step {number}: {sql} {arguments}"
        assert db.run("SELECT * FROM plain") == db.run("SELECT * FROM tenant_feedback ORDER BY id"), f"step {number}: {sql} {arguments}"
    assert db.run("SELECT * FROM alert_feedback WHERE tenant_id = 'beta' ORDER BY rowid") == others
    db.close()
