"""Adaptive configuration: members that are set, learned and rolled back, with every version; against a model in any order."""
import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from graph_calls import NOW, attributes_of, call, day, merge, node, pin, read, row_of
from graph_model import IDENTITY_KINDS, LOCAL_KINDS, Configuration, Refused
from support import BAD_ARGUMENT, REFUSED, Database, assert_same, dump, raises_sql

KIND = "filter_config"


@pytest.fixture(autouse=True)
def clock(db):
    pin(db)


def get(db, kind=KIND, subject=None):
    text = db.value("SELECT config_get(?, NULL, ?)", kind, subject)
    return None if text is None else json.loads(text)


def at_path(db, path, kind=KIND, subject=None):
    return db.value("SELECT config_get(?, ?, ?)", kind, path, subject)


def put(db, patch, kind=KIND, subject=None, reason="tried out", **more):
    return call(db, "config_set", kind=kind, patch=patch, reason=reason, subject=subject, **more)


def learn(db, observation, kind=KIND, subject="spam", **more):
    return call(db, "config_learn", kind=kind, subject=subject, observation=observation, **more)


def rollback(db, version, kind=KIND, subject=None, **more):
    return call(db, "config_rollback", kind=kind, version=version, subject=subject, **more)


def history(db, kind=KIND, subject=None):
    return db.named("SELECT * FROM config_history(?, ?)", kind, subject)


def members(attributes):
    """Those of the caller."""
    return {name: value for name, value in read(attributes).items() if name != "config_type"}


# ---- Setting and getting ----

def test_there_is_no_configuration_before_one_is_set(db):
    assert get(db) is None and get(db, KIND, "x") is None and at_path(db, "$.a") is None and history(db) == []
    assert db.value("SELECT config_get('filter_config')") is None


def test_a_configuration_is_a_node_and_keeps_its_earlier_keys(db):
    assert db.value("SELECT config_set('filter_config', '{\"level\": 1, \"words\": [\"a\"]}', 'first', 'ann')") == 1
    assert put(db, {"level": 2, "deep": {"x": 1}}) == 2
    assert put(db, {"deep": {"y": 2}, "words": None}) == 3
    assert get(db) == {"level": 2, "deep": {"y": 2}, "words": None}
    row = row_of(db, "config/filter_config")
    assert (row["type"], row["version"], row["attributes"]) == ("config", 3, {"config_type": KIND, "level": 2, "deep": {"y": 2}, "words": None})


def test_the_same_patch_again_is_no_new_version(db):
    put(db, {"level": 1})
    before = dump(db)
    pin(db, "2026-02-01")
    assert put(db, {"level": 1}, reason="again") == put(db, {}) == put(db, {"config_type": KIND}) == 1
    assert_same(before, dump(db))


def test_a_subject_has_its_own_members_over_the_kind_s(db):
    put(db, {"level": 1, "deep": {"x": 1}, "tone": "warm"}), put(db, {"level": 5, "deep": {"y": 2}}, subject="Slack #1")
    assert row_of(db, "config/filter_config/Slack #1")["attributes"] == {"config_type": KIND, "level": 5, "deep": {"y": 2}}
    assert get(db, KIND, "Slack #1") == {"level": 5, "deep": {"y": 2}, "tone": "warm"}
    assert get(db) == get(db, KIND, "other") == {"level": 1, "deep": {"x": 1}, "tone": "warm"}
    put(db, {"level": None}, subject="x")
    assert get(db, KIND, "x")["level"] is None, "null is a value"
    put(db, {"a": 1}, "user_tracking", "ann")
    assert get(db, "user_tracking", "ann") == {"a": 1} and get(db, "user_tracking") is None, "a subject's alone"


@pytest.mark.parametrize("path, expected", [("$.level", 2), ("$.ratio", 0.5), ("$.name", "x"), ("$.none", None), ("$.missing", None), ("$.list[1]", "b"),
                                            ("$.deep.x", 1), ("$.config_type", None), ("$.yes", 1), ("$.own", "mine")])
def test_a_path_gives_the_value_there(db, path, expected):
    put(db, {"level": 1, "ratio": 0.5, "name": "x", "none": None, "list": ["a", "b"], "deep": {"x": 1}, "yes": True})
    put(db, {"level": 2, "own": "mine"}, subject="s")
    assert at_path(db, path, KIND, "s") == expected
    assert type(at_path(db, path, KIND, "s")) is type(expected)
    assert at_path(db, path) == {"$.level": 1, "$.own": None}.get(path, expected)


def test_a_path_to_a_part_gives_json_and_the_whole_is_json(db):
    put(db, {"deep": {"x": [1, 2]}, "list": ["a"]})
    assert json.loads(at_path(db, "$.deep")) == {"x": [1, 2]} and json.loads(at_path(db, "$.list")) == ["a"]
    assert json.loads(at_path(db, "$")) == get(db) == {"deep": {"x": [1, 2]}, "list": ["a"]}
    assert json.loads(db.value("SELECT json_object('c', config_get('filter_config'))"))["c"] == get(db), "it is put in as JSON, not as text"


@pytest.mark.parametrize("sql, named", [
    ("config_get('other')", "kind"), ("config_get('filter_config', 'level')", "path"), ("config_set('other', '{}', 'r')", "kind"),
    ("config_set('filter_config', '[]', 'r')", "patch"), ("config_set('filter_config', '{}')", "reason"), ("config_set('filter_config', NULL, 'r')", "patch"),
    ("config_set('filter_config', '{\"config_type\": \"user_tracking\"}', 'r')", "config_type"),
    ("config_set('filter_config', '{\"config_type\": null}', 'r')", "config_type"),
    ("config_learn('other', 's', '{}')", "kind"), ("config_learn('filter_config', NULL, '{}')", "subject"),
    ("config_learn('filter_config', 's', '[]')", "observation"),
    ("config_rollback('filter_config', 'first')", "version"), ("config_rollback('other', 1)", "kind")])
def test_a_wrong_argument_is_named(db, sql, named):
    put(db, {"level": 1})
    before = dump(db)
    with raises_sql(named, BAD_ARGUMENT):
        db.run(f"SELECT {sql}")
    assert_same(before, dump(db))


@pytest.mark.parametrize("kind", LOCAL_KINDS)
def test_local_kinds_are_written_at_once(db, kind):
    assert put(db, {"a": 1}, kind) == 1 and learn(db, {"counts": {"n": 1}}, kind) == 1 and rollback(db, 1, kind) == 1
    assert (get(db, kind), get(db, kind, "spam")) == ({"a": 1}, {"a": 1, "counts": {"n": 1}})
    assert db.column("SELECT scope FROM graph_nodes") == ["local", "local"] and db.value("SELECT count(*) FROM graph_approvals") == 0


@pytest.mark.parametrize("kind", IDENTITY_KINDS)
def test_identity_kinds_are_asked_for(db, kind):
    first, second = put(db, {"a": 1}, kind), rollback(db, 1, kind)
    assert put(db, {"a": 1}, kind) == first and put(db, {"a": 1}, kind, "subject") not in (first, second)
    assert get(db, kind) is None and db.value("SELECT count(*) FROM graph_nodes") == 0
    with raises_sql(kind):
        learn(db, {"counts": {"n": 1}}, kind)
    assert db.column("SELECT verb FROM graph_approvals ORDER BY request") == ["config_set", "config_rollback", "config_set"]
    with raises_sql("config_type", BAD_ARGUMENT):
        put(db, {"config_type": "other"}, kind)


# ---- History and rolling back ----

def test_the_history_shows_every_version_newest_first(db):
    put(db, {"a": 1}, reason="first", by="ann", at=day(1)), put(db, {"b": 2}, reason="second", by="bob", at=day(2))
    put(db, {"a": 3}, reason="third", at=day(3))
    put(db, {"z": 1}, subject="other")
    rows = history(db)
    assert [(row["version"], members(row["attributes"]), row["reason"], row["changed_by"], row["changed_at"], row["is_current"]) for row in rows] == [
        (3, {"a": 3, "b": 2}, "third", None, day(3), 1), (2, {"a": 1, "b": 2}, "second", "bob", day(2), 0), (1, {"a": 1}, "first", "ann", day(1), 0)]
    assert [row["version"] for row in history(db, KIND, "other")] == [1]


@pytest.mark.parametrize("text", ['{"a": 1.50, "b" : [1,  2]}', '{"id": 9007199254740993,"é":"\\u00e9"}', '{"deep":{"x":{}}, "e": 1E5}', "{}"])
def test_a_rollback_gives_the_attributes_to_the_byte_as_a_new_version(db, text):
    put(db, text, by="ann")
    first = attributes_of(db, "config/filter_config")
    put(db, {"a": 2}), put(db, {"more": [1]})
    assert db.value("SELECT config_rollback('filter_config', 1, NULL, 'bob')") == 4
    assert attributes_of(db, "config/filter_config") == first
    assert [row["attributes"] for row in history(db)][0] == [row["attributes"] for row in history(db)][3]
    assert (history(db)[0]["changed_by"], history(db)[0]["changed_at"]) == ("bob", NOW)
    assert rollback(db, 3) == 5 and get(db) == {**json.loads(text), "a": 2, "more": [1]}, "nothing is lost by it"


def test_a_rollback_to_what_is_there_changes_nothing(db):
    put(db, {"a": 1}), put(db, {"a": 2}), put(db, {"a": 1})
    before = dump(db)
    assert rollback(db, 3) == rollback(db, 1) == 3
    assert_same(before, dump(db))


def test_a_version_that_never_was_is_refused(db):
    with raises_sql("1", REFUSED):
        rollback(db, 1)
    put(db, {"a": 1}), put(db, {"a": 2}), put(db, {"a": 1}, subject="s")
    before = dump(db)
    for version, subject in ((3, None), (2, "s"), (1, "t")):
        with raises_sql(str(version), REFUSED):
            rollback(db, version, subject=subject)
    assert_same(before, dump(db))


# ---- Learning ----

def test_one_step_of_learning(db):
    assert learn(db, {"counts": {"seen": 2, "spam": 1}, "rates": {"spam": 0.5}, "learned_patterns": ["free"]}, at=day(1)) == 1
    assert learn(db, {"counts": {"seen": 3}, "rates": {"spam": 1, "new": 4}, "alpha": 0.5, "learned_patterns": ["win", "free"]}, at=day(2)) == 2
    learned = get(db, KIND, "spam")
    assert learned == {"counts": {"seen": 5, "spam": 1}, "rates": {"spam": 0.75, "new": 4}, "learned_patterns": [
        {"pattern": "free", "hits": 2, "last_seen": day(2)}, {"pattern": "win", "hits": 1, "last_seen": day(2)}]}
    assert list(learned["learned_patterns"][0]) == ["pattern", "hits", "last_seen"]
    assert get(db) is None, "the kind itself learns nothing"


def test_alpha_is_a_tenth_unless_told_and_1_forgets(db):
    learn(db, {"rates": {"r": 1}})
    learn(db, {"rates": {"r": 2}})
    assert get(db, KIND, "spam")["rates"]["r"] == pytest.approx(1.1)
    learn(db, {"rates": {"r": 7}, "alpha": 1})
    assert get(db, KIND, "spam")["rates"]["r"] == 7
    assert "alpha" not in get(db, KIND, "spam")


def test_counts_of_integers_stay_exact_integers(db):
    learn(db, '{"counts": {"big": 9007199254740993, "half": 1, "down": 5}}')
    learn(db, '{"counts": {"big": 2, "half": 0.5, "down": -7}}')
    assert '9007199254740995' in attributes_of(db, "config/filter_config/spam")
    counts = get(db, KIND, "spam")["counts"]
    assert counts == {"big": 9007199254740995, "half": 1.5, "down": -2} and type(counts["down"]) is int


def test_what_is_not_learned_stays_as_it_was_to_the_byte(db):
    put(db, '{"price": 1.50, "id": 9007199254740993, "exp": 1E5, "esc": "\\u00e1\\/", "list": [1,  2]}', subject="spam")
    learn(db, {"counts": {"n": 1}, "rates": {"r": 0.25}, "learned_patterns": ["x"]}), learn(db, {"counts": {"n": 1}})
    for written in ('"price": 1.50', '"id": 9007199254740993', '1E5', '"\\u00e1\\/"', '[1,  2]'):
        assert written.split(": ")[-1] in attributes_of(db, "config/filter_config/spam")
    assert get(db, KIND, "spam")["counts"] == {"n": 2}


def test_nothing_observed_changes_nothing(db):
    learn(db, {"counts": {"n": 1}})
    before = dump(db)
    assert learn(db, {}) == learn(db, {"alpha": 0.5}) == 1
    assert_same(before, dump(db))


def test_names_of_any_text_are_learned(db):
    odd = ["a.b", '"', "$", "é", "", "[0]", "a'b", "😀", "\\"]
    for n in (1, 2):
        learn(db, {"counts": {name: n for name in odd}, "rates": {name: n for name in odd}, "learned_patterns": odd, "alpha": 1})
    learned = get(db, KIND, "spam")
    assert learned["counts"] == {name: 3 for name in odd} and learned["rates"] == {name: 2 for name in odd}
    assert [(entry["pattern"], entry["hits"]) for entry in learned["learned_patterns"]] == [(name, 2) for name in odd]


@pytest.mark.parametrize("observation, named", [
    ('{"count": {"n": 1}}', "count"), ('{"counts": {"n": 1}, "Rates": {}}', "Rates"), ('{"config_type": "filter_config"}', "config_type"),
    ('{"counts": 1}', "counts"), ('{"counts": [1]}', "counts"), ('{"counts": {"n": "1"}}', "counts"), ('{"counts": {"n": null}}', "counts"),
    ('{"counts": {"n": true}}', "counts"),
    ('{"rates": {"r": "x"}}', "rates"), ('{"rates": 0.5}', "rates"), ('{"learned_patterns": "x"}', "learned_patterns"),
    ('{"learned_patterns": [1]}', "learned_patterns"),
    ('{"learned_patterns": [["x"]]}', "learned_patterns"), ('{"alpha": 0}', "alpha"), ('{"alpha": 1.01}', "alpha"), ('{"alpha": -0.5}', "alpha"),
    ('{"alpha": "0.5"}', "alpha"), ('{"rates": {"r": 1}, "alpha": null}', "alpha")])
def test_what_is_no_observation_is_named_and_nothing_learned(db, observation, named):
    learn(db, {"counts": {"n": 1}, "rates": {"r": 1}})
    before = dump(db)
    with raises_sql(named, BAD_ARGUMENT):
        learn(db, observation)
    assert_same(before, dump(db))


def test_what_cannot_learn_any_more_says_so(db):
    """Someone has set members of these names to something else."""
    for patch, observation, named in (('{"counts": 3}', {"counts": {"n": 1}}, "counts"), ('{"counts": {"n": "x"}}', {"counts": {"n": 1}}, "counts"),
                                      ('{"rates": []}', {"rates": {"r": 1}}, "rates"), ('{"learned_patterns": {}}', {"learned_patterns": ["x"]}, "learned_patterns")):
        put(db, patch, subject="spam")
        before = dump(db)
        with raises_sql(named, REFUSED):
            learn(db, observation)
        assert_same(before, dump(db))


def test_a_sum_that_64_bits_cannot_hold_is_a_number_all_the_same(db):
    learn(db, '{"counts": {"n": 9223372036854775807, "m": -9223372036854775808}}')
    assert get(db, KIND, "spam")["counts"] == {"n": 2**63 - 1, "m": -2**63}
    learn(db, {"counts": {"n": 1, "m": -1}})
    assert get(db, KIND, "spam")["counts"] == {"n": pytest.approx(2.0**63), "m": pytest.approx(-2.0**63)}


def test_an_identity_kind_is_read_in_the_scope_identity_only(db):
    """Else any node of its name would be what the agent is."""
    for scope in ("local", "community"):
        node(db, "config/behavior_config", scope, "config", attributes={"config_type": "behavior_config", "tone": "rude"})
        node(db, "config/filter_config", scope, "config", attributes={"config_type": KIND, "from": scope})
    assert get(db, "behavior_config") is None and history(db, "behavior_config") == []
    assert get(db) == {"from": "local"}


def test_plain_verbs_see_the_same_node(db):
    put(db, {"a": 1})
    merge(db, "config/filter_config", {"b": 2}, type="config", by="ann")
    assert get(db) == {"a": 1, "b": 2}
    assert [(row["version"], row["changed_by"]) for row in history(db)] == [(2, "ann"), (1, None)]
    node(db, "config/filter_config", type="config", attributes={"config_type": KIND, "c": 3})
    assert get(db) == {"c": 3} and rollback(db, 2) == 4 and get(db) == {"a": 1, "b": 2}


# ---- Any order ----

NAMES = st.sampled_from(["n", "m.x", "é"])
VALUES = st.sampled_from([None, 1, 2.5, "x", [1], {"deep": 1}])
OBSERVATIONS = st.fixed_dictionaries({}, optional={
    "counts": st.dictionaries(NAMES, st.sampled_from([1, 2, -3, 0.5, 10**15]), min_size=1, max_size=2),
    "rates": st.dictionaries(NAMES, st.sampled_from([0, 1, 2.5, -4]), min_size=1, max_size=2), "alpha": st.sampled_from([0.1, 0.25, 1]),
    "learned_patterns": st.lists(st.sampled_from(["p", "q", "r"]), min_size=1, max_size=3, unique=True)})
WHOM = st.sampled_from([(KIND, None), (KIND, "s"), ("user_tracking", "s")])


class AnyOrder(RuleBasedStateMachine):
    @initialize()
    def open(self):
        self.folder = tempfile.TemporaryDirectory()
        self.db = Database(Path(self.folder.name) / "model.db")
        self.db.run("PRAGMA synchronous = OFF")
        self.db.run("SELECT lore_migrate('graph')")
        self.today, self.models, self.bytes = 1, {}, {}
        self.tick(0)

    def teardown(self):
        if hasattr(self, "db"):
            self.db.close()
            self.folder.cleanup()

    def model(self, whom):
        return self.models.setdefault(whom, Configuration())

    @rule(days=st.sampled_from([0, 1]))
    def tick(self, days):
        self.today = min(28, self.today + days)
        pin(self.db, day(self.today))

    @rule(whom=WHOM, patch=st.dictionaries(st.sampled_from(["a", "b", "a.b"]), VALUES, max_size=2))
    def set(self, whom, patch):
        assert put(self.db, patch, *whom) == self.model(whom).set(patch)

    @rule(whom=WHOM.filter(lambda whom: whom[1]), observation=OBSERVATIONS)
    def learn(self, whom, observation):
        if observation.keys() - {"alpha"}:
            assert learn(self.db, observation, *whom) == self.model(whom).learn(day(self.today), **observation)

    @rule(whom=WHOM, version=st.integers(1, 6))
    def rollback(self, whom, version):
        try:
            expected = self.model(whom).rollback(version)
        except Refused:
            with raises_sql("config_rollback: ", REFUSED):
                rollback(self.db, version, *whom)
            return
        assert rollback(self.db, version, *whom) == expected
        assert attributes_of(self.db, "/".join(filter(None, ("config", *whom)))) == self.bytes[whom, version]

    @invariant()
    def every_version_is_the_model_s(self):
        if not hasattr(self, "db"):
            return
        for whom, model in self.models.items():
            rows = history(self.db, *whom)
            assert [(row["version"], row["is_current"]) for row in rows] == [(n, int(n == len(model.versions))) for n in range(len(model.versions), 0, -1)]
            for row in rows:
                assert same(members(row["attributes"]), model.versions[row["version"] - 1])
                assert self.bytes.setdefault((whom, row["version"]), row["attributes"]) == row["attributes"], "a version stays as it was"
        whole = self.model((KIND, None)).members, self.model((KIND, "s")).members
        assert same(get(self.db) or {}, whole[0]) and same(get(self.db, KIND, "s") or {}, {**whole[0], **whole[1]})


def same(a, b):
    """Equal, rates up to rounding."""
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[name], b[name]) for name in a)
    if isinstance(a, float) or isinstance(b, float):
        return a == pytest.approx(b, rel=1e-12)
    return a == b


AnyOrder.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None, derandomize=True, database=None)
TestAnyOrderOfLearningAndSettingKeepsEveryVersion = AnyOrder.TestCase


# ---- What other software has made of a configuration ----

@pytest.mark.parametrize("attributes", ["[1]", "5", '"a"', "null"])
def test_attributes_that_are_no_object_are_named_not_read(db, attributes):
    db.run("SELECT config_set('filter_config', '{\"level\": 1}', 'a start')")
    db.run("UPDATE graph_nodes SET attributes = ?", attributes)
    for call in ("config_get('filter_config')", "config_get('filter_config', '$.level', 'ops')", "config_set('filter_config', '{}', 'more')"):
        with raises_sql("no JSON object", REFUSED):
            db.run(f"SELECT {call}")


@pytest.mark.parametrize("other", ["[1]", "5", "null", '"fast"', "{}", '{"pattern": 1}', '{"pattern": "\\u0000"}'])
@pytest.mark.parametrize("learned", ['"\\u00000"', '"\\\\u00000"', '"\\ud800"', '""'])
def test_what_is_no_learned_pattern_keeps_its_place(db, other, learned):
    db.run("SELECT config_set('filter_config', ?, 'a start', NULL, 's')", f'{{"learned_patterns": [{other}]}}')
    db.run("SELECT config_learn('filter_config', 's', ?)", f'{{"learned_patterns": [{learned}]}}')
    patterns = db.value("SELECT json_extract(attributes, '$.learned_patterns') FROM graph_nodes")
    assert patterns.startswith(f"[{json.dumps(json.loads(other), separators=(',', ':'))},") and '"hits":1' in patterns
