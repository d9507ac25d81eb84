"""A verb is all-or-nothing: whatever statement it stands in, at whichever nested row write it fails.

TEMP triggers on every table of main call a function that raises at its N-th call; N goes up until no
call is left. After a failure the database is what it was; the last round, without one, works on the
same connection.
"""
import contextlib
import hashlib
import json
import sqlite3

import pytest

from support import ROOT, THOROUGH, Database, assert_same, dump, example_width, read_entries

VERBS = {entry.name: entry for entry in read_entries() if entry.kind == "verb" and entry.example is not None}
WRITERS = [entry for entry in VERBS.values() if entry.tables]
MOST_WRITES = 200

# A migration that has been applied writes nothing; test_admin.py fails at each of its statements. An index is no row.
NOTHING_TO_WRITE = {"lore_migrate", "lore_index"}

# Verbs that must refuse what they have done already, as one that deletes: in a statement of three rows they get one.
REFUSES_THE_SECOND_TIME = {"graph_approve", "graph_delete_node", "secret_delete", "work_fail", "work_release"}  # what waits again has no token

# Verbs that list a workflow that was refused and go on without it: of it nothing is left, but the statement goes through.
GOES_ON_WITHOUT = {"pattern_process_batch", "pattern_process_pending"}

CLAIM = ["SELECT signal_save('t', 's', 'domain:x' || value || '.io', 1, '{}') FROM json_each('[1, 2, 3]')",
         "SELECT signal_claim(50, NULL, 'worker', 300, 'a request')"]
LEASED = "(SELECT json_group_array(signal_id) FROM main.signal_processing WHERE lease_worker = 'worker'), " \
         "(SELECT max(lease_token) FROM main.signal_processing WHERE lease_worker = 'worker')"

GRAPH = ["SELECT graph_put_node(value, 'local', 'agent', '{\"provenance\": \"e\"}') FROM json_each('[\"a\", \"b\"]')",
         "SELECT graph_put_edge('a', 'b', 'local', 'knows', 1, '{}', '2020-01-01')"]
TASKS = ["DELETE FROM main.thoughts", "DELETE FROM main.tasks",
         "SELECT task_add('t', 0, NULL, NULL, CASE value WHEN 1 THEN NULL ELSE 't' || (value - 1) END, NULL, NULL, 1, 't' || value) "
         "FROM json_each('[1, 2, 3]')",
         "SELECT thought_add('t' || value, 'h', NULL, NULL, NULL, 'h' || value) FROM json_each('[1, 2, 3]')"]
OVER = TASKS + ["SELECT work_claim('task', 'w', 2, 1, 'r', '2026-01-01')", "SELECT work_claim('thought', 'w', 2, 1, 'r', '2026-01-01')",
                "UPDATE main.thoughts SET status = 'deferred', not_before = '2026-01-02T00:00:00.000Z' WHERE thought_id = 'h3'",
                "UPDATE main.tasks SET max_attempts = NULL WHERE task_id = 't1'"]
ORPHANS = TASKS + ["DELETE FROM main.tasks WHERE task_id = 't1'", "UPDATE main.tasks SET status = 'completed' WHERE task_id = 't3'"]
POINTS = ["DELETE FROM main.metric_recent", "DELETE FROM main.metric_series", "DELETE FROM main.metric_tiers", "SELECT metric_tiers_default()",
          "SELECT metric_record('m', value, NULL, NULL, '2026-01-01T00:0' || value || ':00Z') FROM json_each('[1, 2, 3]')"]
ROLLED = POINTS + ["SELECT lore_maintain(NULL, '2026-01-01T01:00:00Z')", "SELECT metric_record('m', 7, NULL, NULL, '2026-01-01T00:02:30Z')"]
PRUNED = POINTS + ["SELECT lore_maintain(NULL, '2026-01-03')", "SELECT metric_record('m', 7, NULL, NULL, '2026-01-01T00:02:30Z')",
                   "SELECT metric_record('m', value, NULL, NULL, '2026-01-04T00:0' || value || ':00Z') FROM json_each('[1, 2, 3]')"]
THOUGHT = "(SELECT max(lease_token) FROM main.thoughts WHERE status = 'processing')"

VAULT = ["SELECT vault_init('a long enough phrase', 1, 8192)"]

# Calls in place of examples that change nothing: verb, what runs before, arguments.
INSTEAD = [
    ("lore_set", [], "'suppression_ttl_days', 9"),
    ("lore_call", [], "'lore_set', '{\"name\": \"suppression_ttl_days\", \"value\": 9}'"),
    ("lore_adopt", ["INSERT INTO signals VALUES (801, 't', 's', 'domain:old.io', NULL, 1, '{}', '2025-01-01', '2025-01-01 10:00', NULL)"], "'apply'"),
    ("signal_release", CLAIM, LEASED),
    ("suppression_clean", ["SELECT suppression_put('domain:old' || value || '.io', 'p', 's', NULL, NULL, 1, NULL, '2020-01-01') "
                           "FROM json_each('[1, 2, 3]')"], "NULL"),
    ("signal_state_replay",
     ["SELECT lore_set('record_events', 'on')", "SELECT signal_upsert('a', 'b', 'c', 'low')", "SELECT signal_upsert('a', 'b', 'c', 'high')",
      "UPDATE signal_transitions SET note = 'wrong' WHERE signal_key = 'b:c:a'",
      "INSERT INTO signal_transitions(signal_key, at, to_state, to_severity, cause) "
      "SELECT signal_key, at, to_state, to_severity, cause FROM signal_transitions WHERE signal_key = 'b:c:a'",
      "UPDATE signal_state SET detection_count = 9 WHERE signal_key = 'b:c:a'"], ""),
    ("pattern_recompute", ["SELECT pattern_record('a:b:c', json_object('workflow_id', 'w' || value)) FROM json_each('[1, 2]')",
                           "UPDATE main.operation_patterns SET tokens_sum = NULL, occurrence_count = 7",
                           "UPDATE main.pattern_occurrences SET tokens = NULL WHERE id = 1"], "NULL"),
    ("graph_forget", GRAPH + ["SELECT graph_merge_node('a', 'local', 'agent', '{\"provenance\": \"e\"}')"], "'e'"),
    ("clone_deactivate", ["UPDATE main.agent_clones SET active = 1"], "'clone-1'"),
    ("config_rollback", ["SELECT config_set('filter_config', '{\"level\": 4}', 'more')"], "'filter_config', 1"),
]



def an_export(rows):
    """As an SQL text: signals with these ids."""
    columns = ["id", "signal_type", "source_api", "canonical_key", "company_name", "confidence", "raw_data", "detected_at", "created_at"]
    values = [(n, "t", "s", f"domain:e{n}.io", "E", 0.5, "{}", "2026-01-01T00:00:00.000Z", "2026-01-01T00:00:00.000Z") for n in rows]
    lines = [{"lore_export": 1, "tables": {"signals": {"rows": len(values), "columns": columns}}, "sequences": {}}]
    lines += [{"table": "signals", "row": dict(zip(columns, row))} for row in values]
    text = "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines)
    checksum = hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
    return "'" + text + json.dumps({"lore_export_end": 1, "rows": len(values), "checksum": checksum}, separators=(",", ":")) + "'"


# Calls that write more than the example does.
MORE = [
    ("lore_import", [], an_export([901, 902, 903])),
    ("lore_import", ["INSERT INTO signals SELECT 901, 't', 's', 'domain:e901.io', 'old', 1, '{}', '2026-01-01T00:00:00.000Z', '', NULL"],
     an_export([901, 902]) + ", 'merge'"),
    ("lore_import", ["DELETE FROM signal_processing"], an_export([901]) + ", 'replace'"),
    ("lore_set", ["SELECT lore_set('suppression_ttl_days', 9)"], "'suppression_ttl_days', ''"),
    ("signal_claim", CLAIM[:1], "50, NULL, 'worker', 300, 'another request'"),
    ("signal_save", ["SELECT signal_save('t', 's', 'domain:a.io', 1, '{}', NULL, '2026-01-01', 'e1')"],
     "'t', 's', 'domain:a.io', 1, '{}', NULL, '2026-01-01', 'e2'"),
    ("signal_ingest", ["SELECT suppression_put('domain:a.io', 'p', 's')"], "'t', 's', '{\"domain\": \"a.io\"}', 1"),
    ("signal_ingest", [], "'t', 's', '{\"n\": 1}', 1"),
    ("signal_mark_pushed", CLAIM, "(SELECT max(signal_id) FROM main.signal_processing WHERE lease_worker = 'worker'), 'page', '{}', "
                                  "(SELECT max(lease_token) FROM main.signal_processing WHERE lease_worker = 'worker')"),
    ("signal_mark_rejected", ["SELECT signal_save('t', 's', 'domain:a.io', 1, '{}')", "SELECT signal_mark_pushed(max(id), 'p') FROM signals"],
     "(SELECT max(id) FROM main.signals), 'no'"),
    ("suppression_put", ["SELECT suppression_put('domain:a.io', 'p', 's')"], "'domain:a.io', 'p2', 's2', 'A', '{}', 3"),
    ("key_merge", ["SELECT key_merge('domain:b.io', 'crunchbase:b', 'x', 'ann')", "SELECT key_merge('domain:c.io', 'github_org:c', 'x', 'ann')"],
     "'crunchbase:b', 'github_org:c', 'one firm', 'ann'"),
    ("pattern_record", ["SELECT pattern_record('a:b:c', '{\"workflow_id\": \"w1\", \"total_tokens\": 1}')"],
     "'a:b:c', '{\"workflow_id\": \"w1\", \"total_tokens\": 2}'"),
    ("pattern_record", ["SELECT pattern_record('a:b:c', '{\"workflow_id\": \"w1\"}')"], "'a:b:c', '{\"workflow_id\": \"w2\"}'"),
    ("pattern_record", ["SELECT pattern_record('a:b:c', '{\"workflow_id\": \"w1\"}')", "UPDATE main.operation_patterns SET tokens_sum = NULL",
                        "UPDATE main.pattern_occurrences SET tokens = NULL"], "'a:b:c', '{\"workflow_id\": \"w2\"}'"),
    ("pattern_process", [], "'{\"workflow_id\": \"w7\", \"nl_input\": \"Run jest\", \"error_message\": \"tsc\"}'"),
    ("workflow_save", ["SELECT workflow_save('{\"workflow_id\": \"w1\"}')", "SELECT pattern_process_pending()"],
     "'{\"workflow_id\": \"w1\", \"total_tokens\": 2}'"),
    ("key_unmerge", ["SELECT key_merge('domain:b.io', 'crunchbase:b', 'x', 'ann')", "SELECT key_merge('crunchbase:b', 'github_org:c', 'x', 'ann')"],
     "'domain:b.io', 'crunchbase:b', 'two firms'"),
    ("signal_upsert", ["SELECT signal_upsert('a', 'b', 'c', 'low')"], "'a', 'b', 'c', 'critical', '{}', 'id-1'"),
    ("signal_upsert", ["SELECT signal_upsert('a', 'b', 'c', 'low')", "SELECT signal_state_clear('b:c:a')"], "'a', 'b', 'c', 'low'"),
    ("signal_upsert", ["SELECT lore_set('record_events', 'on')"], "'a', 'b', 'c', 'low', '{}', 'id-1'"),
    ("signal_upsert", ["INSERT INTO signal_mutes(entity_type) VALUES ('b')"], "'a', 'b', 'c', 'low', NULL, 'id-1'"),
    ("signal_state_cycle", ["SELECT lore_set('record_events', 'on')", "SELECT signal_upsert('a', 'b', value, 'low') FROM json_each('[1, 2, 3]')"],
     "'[{\"signal_type\": \"a\", \"entity_type\": \"b\", \"entity_id\": 3, \"severity\": \"high\", \"detection_id\": \"x\"},"
     "{\"signal_type\": \"a\", \"entity_type\": \"b\", \"entity_id\": 4, \"severity\": \"high\"}]', '{\"entity_type\": \"b\"}', 'cycle-9'"),
    ("signal_state_dismiss", ["SELECT signal_upsert('a', 'b', 'c', 'low')", "SELECT signal_state_dismiss('b:c:a', 'ann', 'x', '2020-01-01')",
                              "SELECT signal_state_sweep('2021-01-01')"], "'b:c:a', 'ann', 'again'"),
    ("signal_state_sweep", ["INSERT INTO signal_rules(signal_type, clear_after_seconds, escalate_after_seconds) VALUES ('a', 60, NULL), ('d', NULL, 60)",
                            "SELECT signal_upsert(value, 'b', 'c', 'low', NULL, 'x', '2020-01-01') FROM json_each('[\"a\", \"d\"]')"],
     "'2021-01-01'"),
    ("signal_state_put", ["SELECT signal_upsert('a', 'b', 'c', 'low')"],
     "'{\"signal_key\": \"b:c:a\", \"entity_id\": \"d\", \"severity\": \"high\"}'"),
    ("graph_put_node", GRAPH, "'a', 'local', 'user', '{}', NULL, 'ann'"),
    ("graph_put_node", [], "'a', 'identity', 'agent'"),
    ("graph_merge_node", GRAPH, "'b', 'local', 'agent', '{\"color\": \"red\"}'"),
    ("graph_put_edge", GRAPH, "'a', 'b', 'local', 'knows', 2"),
    ("graph_put_edge", GRAPH, "'a', 'b', 'local', 'knows', 2, '{}', '2019-01-01'"),
    ("graph_end_edge", GRAPH, "'a', 'b', 'local', 'knows'"),
    ("graph_delete_node", GRAPH + ["SELECT graph_merge_node('a', 'local', 'user')"], "'a', 'local'"),
    ("graph_forget", GRAPH + ["INSERT INTO graph_nodes(id, scope, type, attributes) VALUES ('i', 'identity', 'agent', '{\"provenance\": \"e\"}')"],
     "'e'"),
    ("config_set", [], "'filter_config', '{\"level\": 5}', 'more'"),
    ("config_set", [], "'behavior_config', '{\"level\": 5}', 'more'"),
    ("config_learn", ["SELECT config_learn('tool_preferences', 'grep', '{\"counts\": {\"used\": 1}}')"],
     "'tool_preferences', 'grep', '{\"counts\": {\"used\": 1}}'"),
    ("graph_put_node", VAULT, "'s', 'local', 'agent', '{\"password\": \"river42\"}'"),
    ("graph_merge_node", VAULT + GRAPH, "'a', 'local', 'agent', '{\"password\": \"river42\"}'"),
    ("graph_put_node", VAULT, "'s', 'identity', 'agent', '{\"password\": \"river42\"}'"),
    ("task_add", [], "'no id', 1"),
    ("work_claim", TASKS, "'task', 'w', 3, 300, 'all'"),
    ("work_claim", OVER, "'task', 'w', 9, 300, 'again'"),
    ("work_claim", OVER, "'thought', 'w', 9, 300, 'again'"),
    ("work_claim", ORPHANS, "'thought', 'w', 9, 300, 'live ones'"),
    ("work_extend", TASKS + ["SELECT work_claim('thought', 'w')"], f"{THOUGHT}, 60"),
    ("work_complete", TASKS + ["SELECT work_claim('thought', 'w')"], f"{THOUGHT}, '[]'"),
    ("work_fail", TASKS + ["SELECT work_claim('task', 'w')"], "(SELECT max(lease_token) FROM main.tasks), 'its only attempt'"),
    ("work_resume", TASKS + ["UPDATE main.thoughts SET status = 'failed'"], "'thought', 'h1'"),
    ("thought_ponder", ["UPDATE main.thoughts SET ponder_count = 7"], f"{THOUGHT}, 'no more'"),
    ("thought_ponder", [], f"{THOUGHT}, 'an id is made'"),
    ("work_cancel", TASKS + ["UPDATE main.tasks SET parent_task_id = 't3' WHERE task_id = 't1'"], "'task', 't2', 'a circle'"),
    ("work_cancel", TASKS, "'thought', 'h1', 'one only'"),
    ("work_sweep", OVER, ""),
    ("work_sweep", ORPHANS, ""),
    ("log_record", [], "'info', 'no id'"),
    ("clone_create", [], "'Bob', 'bob'"),
    ("insight_create", ["SELECT lore_set('alert_channels', 'sse,email,slack')", "UPDATE main.insights SET status = 'acted'"],
     "'account-1', 'buying_signal', '{}', 1, 'critical'"),
    ("insight_set_status", ["SELECT insight_set_status('insight-1', 'acted')"], "'insight-1', 'snoozed', '2999-01-01'"),
    ("goal_sweep", ["SELECT goal_create('quality', 1, '2020-01-01', '2020-02-01', NULL, 'down', 'g' || value) FROM json_each('[1, 2, 3]')"], ""),
    ("goal_progress", ["SELECT goal_create('quality', 1, '2020-01-01', '2999-02-01', NULL, 'down', 'falling')"], "'falling', 0.5"),
    ("action_propose", [], "'commit_pricing', 'account-1', 'clone-1', 'no'"),
    ("action_result", ["SELECT action_propose('create_briefing', 'account-1', 'clone-1', 'why', NULL, NULL, NULL, 'own')"], "'own', '[]'"),
    ("feedback_record", ["SELECT feedback_record('insight-1', 'useful', 'ann', 'first')"], "'insight-1', 'false_alarm', 'ann', 'second'"),
    ("customer_summary_put", ["SELECT customer_summary_put('account-1', 90, 'old')"], "'account-1', 90, 'new', '[]'"),
    ("persona_preview_put", ["SELECT persona_preview_put('clone-1', 'old', 'old')"], "'clone-1', 'new', 'new'"),
    ("correlation_record", [], "'service_correlation', 'no id'"),
    ("correlation_update", ["SELECT correlation_record('audit_event', 's', NULL, NULL, NULL, '[0]', NULL, 'pending', NULL, NULL, NULL, NULL, NULL, 'p')"],
     "'p', 'failed'"),
    ("metric_tier", ROLLED, "'aggregated', '5m', '30d'"),
    ("metric_tier", ROLLED, "'raw', 0, '25h'"),
    ("metric_tier_drop", ROLLED, "'downsampled'"),
    ("metric_tier_drop", ROLLED, "'raw'"),
    ("metric_delete", ROLLED, "'m', NULL, '2026-01-01T00:01:30Z', '2026-01-01T00:02:10Z'"),
    ("metric_delete", ROLLED + ["SELECT metric_seal()"], "'m', NULL, '2026-01-01T00:02:00Z', '2026-01-01T00:03:00Z'"),
    ("metric_delete", PRUNED, "'m'"),
    ("lore_maintain", POINTS, "NULL, '2026-01-01T01:00:00Z'"),
    ("lore_maintain", ROLLED, "NULL, '2026-01-03'"),
    ("lore_maintain", PRUNED + ["SELECT metric_seal()"], "NULL, '2027-03-01T00:00:00Z'"),
    ("lore_maintain", POINTS + ["DELETE FROM main.metric_tiers WHERE tier = 'downsampled'",
                       "SELECT log_record('info', 'x', NULL, value, NULL, NULL, NULL, 'old ' || value, '2020-01-01') FROM json_each('[1, 2]')"], ""),
    ("vault_init", [], "'000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f'"),
    ("vault_rekey", ["SELECT vault_rotate(1)"], "'another long phrase', 1, 8192"),
    ("secret_put", [], "'no id'"),
    ("secret_protect", [], "'token: a1b2c3d4e5f6g7h8i9 and password=river42'"),
    ("secret_get", ["SELECT lore_set('secret_reveals_per_minute', 1)", "SELECT secret_get('door', 'twice')"], "'door', 'thrice'"),
    ("secret_reveal", [], "'{SECRET:door:x} {SECRET:nobody:x} {SECRET:door:y}', 'memorize'"),
    ("vault_rotate", ["SELECT secret_put('value', NULL, NULL, NULL, 'r' || value) FROM json_each('[1, 2, 3]')", "SELECT vault_rotate(1)"], "1"),
]


class Case:
    def __init__(self, verb, before, arguments, label):
        self.entry, self.before, self.arguments, self.label = VERBS[verb], before, arguments, label
        self.tables = ["lore_settings"] if verb == "lore_call" else self.entry.tables  # what the verb writes that it calls


REPLACED = {verb for verb, _, _ in INSTEAD}
CASES = [Case(name, [], entry.example, name) for name, entry in VERBS.items() if name not in REPLACED]
CASES += [Case(verb, before, arguments, f"{verb}_{i}") for i, (verb, before, arguments) in enumerate(INSTEAD + MORE) if verb in VERBS]
EACH_CASE = pytest.mark.parametrize("case", CASES, ids=lambda case: case.label)


class Failure:
    """Triggers on every row write of these tables of main, or of all; the N-th one fails."""

    def __init__(self, db, how, tables):
        self.at, self.count, self.tables, self.how = 0, 0, set(), how
        self.db = db
        db.connection.create_function("fail_now", 1, self._count)
        for table in tables or db.column("SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"):
            for moment in ("BEFORE", "AFTER"):
                for event in ("INSERT", "UPDATE", "DELETE"):
                    db.run(f'CREATE TEMP TRIGGER "fail_{moment}_{event}_{table}" {moment} {event} ON main."{table}" BEGIN '
                           f"SELECT CASE fail_now('{table}') WHEN 1 THEN RAISE(ABORT, 'injected') END; END")

    def _count(self, table):
        self.count += 1
        self.tables.add(table)
        if self.count != self.at:
            return 0
        if self.how == "raise":
            raise RuntimeError("injected")
        return 1

    def arm(self, at):
        self.at, self.count, self.tables = at, 0, set()

    @property
    def hit(self):
        return self.at > 0 and self.count >= self.at


class Place:
    """A database just before the verb's example, with an own table and a table of three rows."""

    def __init__(self, stages, case, journal, how, tables=None):
        self.entry, self.arguments = case.entry, case.arguments
        self.db = stages.open(self.entry.name, journal)
        for sql in case.before:
            self.db.run(sql)
        self.db.run("CREATE TEMP TABLE three(n)")
        self.db.run("INSERT INTO three VALUES (1), (2), (3)")
        if case.entry.name in REFUSES_THE_SECOND_TIME | GOES_ON_WITHOUT:
            self.db.run("DELETE FROM three WHERE n > 1")
        self.db.run("CREATE TABLE main.own(x)")
        self.values = self.db.row(f"SELECT {self.arguments}") if self.arguments else ()
        self.failure = Failure(self.db, how, tables)

    def close(self):
        self.db.close()

    @property
    def call(self):
        return f"{self.entry.name}({self.arguments})"

    @property
    def named_call(self):
        members = [f"'{name}', {self.db.value('SELECT quote(?)', value)}" for name, value in zip(self.entry.argument_names, self.values)]
        return f"lore_call('{self.entry.name}', json_object({', '.join(members)}))"

    def insert(self, rows, verb="INSERT"):
        return self.entry.insert(len(self.values), rows, verb)

    @contextlib.contextmanager
    def transaction(self):
        self.db.run("BEGIN")
        yield
        assert self.db.in_transaction, "the transaction is gone"
        self.db.run("COMMIT")


class Bare:
    """A place without triggers, where any error of the verb will do."""
    failure = type("Never", (), {"hit": False})
    any_error = True
    call, transaction, insert = Place.call, Place.transaction, Place.insert

    def __init__(self, db, entry, arguments):
        self.db, self.entry, self.arguments = db, entry, arguments
        self.values = db.row(f"SELECT {arguments}") if arguments else ()


def assert_undone(place, ok, before, what=""):
    """The row of the statement around a verb that goes on is its own affair."""
    after = dump(place.db)
    if ok and place.entry.name in GOES_ON_WITHOUT:
        before["rows"].pop("own"), after["rows"].pop("own")
    assert_same(before, after, what)


def run(place, sql):
    """1 when the statement went through, 0 when it ended with an error."""
    try:
        place.db.run(sql)
        return 1
    except sqlite3.Error as error:
        assert getattr(place, "any_error", False) or "injected" in str(error) or "user-defined function raised" in str(error), error
        return 0


def inside_begin(sql_of):
    def context(place):
        before = dump(place.db)
        with place.transaction():
            ok = run(place, sql_of(place))
            if not ok or place.failure.hit:
                assert_undone(place, ok, {**before, "rows": dict(before["rows"])}, "before COMMIT")
        if not ok or place.failure.hit:
            assert_undone(place, ok, before, "after COMMIT")
    return context


def autocommit(sql_of):
    def context(place):
        before = dump(place.db)
        ok = run(place, sql_of(place))
        assert not place.db.in_transaction
        if not ok or place.failure.hit:
            assert_undone(place, ok, before)
    return context


def scan(place):
    """Each row's call commits alone: what is left are whole calls, seen by another connection after each."""
    watcher = Database(place.db.path, load=False)
    last = dump(watcher)
    try:
        cursor = place.db.connection.execute(f"SELECT {place.call} FROM three")
        last = dump(watcher)
        while cursor.fetchone() is not None:
            last = dump(watcher)
    except sqlite3.Error as error:
        assert place.failure.hit, error
    assert not place.db.in_transaction
    assert_same(last, dump(place.db), "after the scan")
    watcher.close()


def fired_by_a_trigger(place):
    place.db.run(f"CREATE TEMP TRIGGER fire AFTER INSERT ON main.own BEGIN SELECT {place.call}; END")
    inside_begin(lambda p: "INSERT INTO main.own VALUES (1)")(place)
    place.db.run("DROP TRIGGER temp.fire")


CONTEXTS = {
    "SELECT in autocommit": autocommit(lambda p: f"SELECT {p.call}"),
    "SELECT over three rows": scan,
    "SELECT inside BEGIN": inside_begin(lambda p: f"SELECT {p.call}"),
    "INSERT VALUES inside BEGIN": inside_begin(lambda p: f"INSERT INTO main.own VALUES ({p.call})"),
    "INSERT OR IGNORE VALUES inside BEGIN": inside_begin(lambda p: f"INSERT OR IGNORE INTO main.own VALUES ({p.call})"),
    "INSERT SELECT inside BEGIN": inside_begin(lambda p: f"INSERT INTO main.own SELECT {p.call} FROM three"),
    "TEMP trigger": fired_by_a_trigger,
    "table inside BEGIN": inside_begin(lambda p: p.insert(f"VALUES ({p.arguments})")),
    "table in autocommit": autocommit(lambda p: p.insert(f"VALUES ({p.arguments})")),
    "table OR IGNORE inside BEGIN": inside_begin(lambda p: p.insert(f"VALUES ({p.arguments})", "INSERT OR IGNORE")),
    "table of three rows inside BEGIN": inside_begin(lambda p: p.insert(f"SELECT {p.arguments} FROM three")),
    "lore_call inside BEGIN": inside_begin(lambda p: f"INSERT INTO main.own VALUES ({p.named_call})"),
}


# A verb whose result is a secret has neither a table nor lore_call, which does not call itself.
PLACES = [pytest.param(case, name, id=f"{case.label}-{name.replace(' ', '_')}") for case in CASES for name in CONTEXTS
          if (case.entry.is_table or not name.startswith(("table", "lore_call"))) and not name.startswith(case.entry.name)]

# Each journal and each way to fail.
PAIRS = [("DELETE", "raise"), ("WAL", "constraint")]
OTHER_PAIRS = [("WAL", "raise"), ("DELETE", "constraint")]


def fail_at_each_write(place, context):
    """How many row writes were made to fail, or were made in the last round, where nothing failed."""
    for at in range(1, MOST_WRITES):
        place.failure.arm(at)
        context(place)
        if not place.failure.hit:
            return at - 1 + place.failure.count
    raise AssertionError(f"more than {MOST_WRITES} row writes")


@pytest.mark.parametrize(("journal", "how"), PAIRS + OTHER_PAIRS if THOROUGH else PAIRS)
@pytest.mark.parametrize(("case", "context"), PLACES)
def test_a_failure_leaves_nothing_behind(stages, case, context, journal, how):
    """That no other tables are written than those it names is shown below."""
    place = Place(stages, case, journal, how, [*case.tables, "own"])
    writes = fail_at_each_write(place, CONTEXTS[context])
    assert writes > 0 or case.entry.name in NOTHING_TO_WRITE, "the example writes nothing: this test shows nothing"
    assert place.db.value("PRAGMA integrity_check") == "ok"
    place.close()


@pytest.mark.parametrize(("case", "context"), [place for place in PLACES if place.values[1] in (
    "SELECT inside BEGIN", "INSERT VALUES inside BEGIN", "table inside BEGIN", "SELECT in autocommit")])
def test_a_table_that_is_gone_leaves_nothing_behind(stages, case, context):
    """Without triggers: they make SQLite open journals that it otherwise would not."""
    for table in case.tables:
        db = stages.open(case.entry.name)
        for sql in case.before:
            db.run(sql)
        db.run("CREATE TABLE own(x)")
        db.run("PRAGMA foreign_keys = OFF")
        arguments = ", ".join(str(db.value("SELECT quote(?)", value)) for value in (db.row(f"SELECT {case.arguments}") if case.arguments else ()))
        db.run(f"DROP TABLE main.{table}")
        CONTEXTS[context](Bare(db, case.entry, arguments))
        db.close()


@EACH_CASE
def test_a_verb_writes_only_the_tables_that_it_names(stages, case):
    place = Place(stages, case, None, "raise")
    place.failure.arm(0)
    place.db.run(f"SELECT {place.call}")
    assert place.failure.tables <= set(case.tables)
    place.close()


def is_own(entry, table):
    """Whether the verb's subsystem has made the table."""
    return any(f"main.{table} (" in path.read_text() for path in (ROOT / "sql" / "schema" / entry.subsystem).glob("*.sql"))


@pytest.mark.parametrize("event", ["INSERT", "UPDATE"])
@pytest.mark.parametrize("entry", [e for e in WRITERS if e.name not in NOTHING_TO_WRITE], ids=repr)
def test_a_swallowed_row_is_noticed(stages, entry, event):
    """A trigger of the host that says RAISE(IGNORE) makes a row vanish without an error. What a trigger of ours tells another
    subsystem (an event of a transition) the host may filter so."""
    for table in filter(lambda table: is_own(entry, table), entry.tables):
        db = stages.open(entry.name)
        seen = []
        db.connection.create_function("seen", 0, lambda: seen.append(1))
        db.run(f"CREATE TEMP TRIGGER swallow BEFORE {event} ON main.{table} BEGIN SELECT seen(), RAISE(IGNORE); END")
        for begin, end in (("SELECT 1", "SELECT 1"), ("BEGIN", "COMMIT")):
            db.run(begin)
            before = dump(db)
            with contextlib.suppress(sqlite3.Error):
                del seen[:]
                answer = db.value(entry.call(entry.example))
                listed = entry.name in GOES_ON_WITHOUT and "a trigger ignored it" in answer
                assert not seen or listed, f"{event} on {table} was swallowed and {entry.name} did not notice"
            if seen:
                assert_same(before, dump(db))
                assert len(seen) <= 3, f"{event} on {table} was tried {len(seen)} times"
            db.run(end)
        db.close()


@pytest.mark.parametrize("entry", [e for e in WRITERS if e.is_table], ids=repr)
def test_a_verb_over_its_own_tables_ends(stages, entry):
    for table in entry.tables:
        db = stages.open()
        left = [2000]
        db.connection.set_progress_handler(lambda: left.__setitem__(0, left[0] - 1) or left[0] < 0, 10000)
        rows = f"WITH todo AS MATERIALIZED (SELECT 1 FROM main.{table}) SELECT {entry.example} FROM todo"
        try:
            db.run(entry.insert(example_width(db, entry), rows))
        except sqlite3.Error as error:
            assert str(error).startswith(f"{entry.name}: "), error
        assert left[0] >= 0
        db.connection.set_progress_handler(None, 0)
        assert db.value("PRAGMA integrity_check") == "ok"
        db.close()


def test_an_error_of_the_statement_around_a_verb_undoes_what_it_can(db):
    """Where SQLite keeps a statement journal; a single-row INSERT inside BEGIN has none (docs/architecture.md)."""
    db.run("CREATE TABLE own(x, y NOT NULL)")
    save = "signal_save('t', 's', 'domain:a' || n || '.io', 1, '{}')"
    db.run("BEGIN")
    before = dump(db)
    with contextlib.suppress(sqlite3.IntegrityError):
        db.run(f"INSERT INTO own SELECT {save}, CASE n WHEN 3 THEN NULL ELSE 1 END FROM (SELECT value AS n FROM json_each('[1, 2, 3]'))")
    assert_same(before, dump(db))
    db.run("COMMIT")
