"""secret_protect and secret_reveal: no secret stays in the file, JSON stays JSON, and what an action may have comes back."""
import json
import os
import random
from pathlib import Path

import pytest

from support import BAD_ARGUMENT, DENIED, Database, assert_same, dump, raises_sql
from vault_calls import KEY, VALUE, log, put, reopened, vault  # noqa: F401
from vault_corpus import ALNUM, Maker, look_alikes, positives

NODE = "SELECT graph_put_node(?, 'local', 'agent', ?)"


def protect(db, text, context=None):
    return db.value("SELECT secret_protect(?, ?)", text, context)


def reveal(db, text, action="tool"):
    return db.value("SELECT secret_reveal(?, ?, 'ann')", text, action)


@pytest.fixture
def generous(vault):
    vault.run("SELECT lore_set('secret_reveals_per_minute', 1000000)")
    return vault


# ---- Texts ----

def test_a_secret_is_replaced_by_a_reference_and_comes_back(vault):
    text = "deploy with password=" + "river42!, then rest"
    safe = protect(vault, text, "a note")
    uuid = vault.value("SELECT secret_uuid FROM secrets")
    assert safe == f"deploy with password={{SECRET:{uuid}:password}}, then rest"
    assert vault.row("SELECT description, sensitivity, detected_pattern, context_hint FROM secrets") == ("password", "high", "password", "a note")
    assert reveal(vault, safe) == text
    assert reveal(vault, safe, "speak") == safe
    assert vault.value("SELECT lore_notice()") == "1 of 1 references were left: what is high is not put back for the action speak"
    assert [row[1] for row in log(vault)] == ["store", "reveal", "denied"]


def test_the_same_secret_keeps_its_reference(vault):
    text = "password=" + "river42!"
    first = protect(vault, f"{text} and again {text}")
    before = dump(vault)
    assert protect(vault, f"{text} and again {text}") == first
    assert protect(vault, first) == first
    assert_same(before, dump(vault))
    vault.run("SELECT secret_put('x', NULL, NULL, NULL, 'x')")
    vault.run("SELECT vault_rotate(1)")
    assert protect(vault, f"{text} and again {text}") == first
    vault.run("SELECT vault_rotate(10)")
    assert protect(reopened(vault), f"{text} and again {text}") == first
    assert vault.value("SELECT count(*) FROM secrets") == 2


def test_a_text_without_secrets_needs_no_open_vault(vault):
    vault.run("SELECT vault_close()")
    for text in ("", "nothing here", "{}", "{SECRET:x:y}"):
        assert protect(vault, text) == text
    assert reveal(vault, "nothing") == "nothing"
    with raises_sql("secret_reveal: vault is closed", DENIED):
        reveal(vault, "{SECRET:x:y}")


LEVELS = {"tool": {"low", "medium", "high"}, "speak": {"low", "medium"}, "memorize": {"low"}}


@pytest.mark.parametrize("action", LEVELS)
def test_an_action_gets_what_its_level_allows(vault, action):
    for level in ("low", "medium", "high", "critical"):
        put(vault, f"value of {level}", level, level)
    text = " ".join(f"{{SECRET:{level}:x}}" for level in ("low", "medium", "high", "critical"))
    wanted = " ".join(f"value of {level}" if level in LEVELS[action] else f"{{SECRET:{level}:x}}" for level in ("low", "medium", "high", "critical"))
    assert reveal(vault, text, action) == wanted
    outcomes = [(name, access) for name, access, *_ in log(vault)[4:]]
    assert outcomes == [(level, "reveal" if level in LEVELS[action] else "denied") for level in ("low", "medium", "high", "critical")]


def test_an_unknown_reference_stays_and_an_unknown_action_is_an_error(vault):
    assert reveal(vault, "{SECRET:nobody:x}") == "{SECRET:nobody:x}"
    assert vault.value("SELECT lore_notice()") == "1 of 1 references were left: there is no such secret"
    with raises_sql("secret_reveal: action must be one of tool speak memorize, got 'shout'", BAD_ARGUMENT):
        reveal(vault, "x", "shout")


# ---- JSON ----

def test_json_stays_json_and_comes_back(generous):
    maker = Maker(11)
    document = {"password": 'quo"te\\back\nline', "é": f"see https://bob:{maker.mixed(ALNUM, 12)}@db.io/x", "key": maker.private_key(),
                "nested": [{"api_key": maker.mixed(ALNUM, 32)}, json.dumps({"token": maker.github()})], f"npm_{maker.mixed(ALNUM, 36)}": None}
    for ascii_only in (True, False):
        for indent in (None, 2):
            text = json.dumps(document, ensure_ascii=ascii_only, indent=indent)
            safe = protect(generous, text)
            assert safe.count("{SECRET:") == 6, safe
            json.loads(safe)
            back = json.loads(reveal(generous, safe))
            assert back | {"key": document["key"]} == document
            assert "{SECRET:" in back["key"], "a private key is critical"
    generous.run("UPDATE secrets SET access_count = 0")
    assert generous.value("SELECT secret_get(secret_uuid, 'x') FROM secrets WHERE detected_pattern = 'private_key'") == document["key"]


def test_a_number_becomes_a_string(generous):
    safe = protect(generous, '{"password": 12345678, "pin": 1}')
    assert isinstance(json.loads(safe)["password"], str) and json.loads(safe)["pin"] == 1
    assert json.loads(reveal(generous, safe)) == {"password": "12345678", "pin": 1}


def test_a_secret_is_escaped_for_the_text_that_it_goes_to(vault):
    put(vault, 'a "quoted"\nline \\', "q", "low")
    assert json.loads(reveal(vault, '{"x": "say {SECRET:q:x}"}')) == {"x": 'say a "quoted"\nline \\'}
    assert reveal(vault, "say {SECRET:q:x}") == 'say a "quoted"\nline \\'


def test_random_documents_stay_json_and_mean_the_same(generous):
    chance, samples = random.Random(12), [sample for sample in positives(8) if sample.pattern not in ("private_key", "payment_card", "us_ssn", "aws_secret_key")]
    names = ["password", "note", "token", "a b", "é", "api_key", ""]
    for _ in range(150):
        document = {}
        for _ in range(chance.randint(1, 6)):
            value = chance.choice(samples).text if chance.random() < 0.7 else chance.choice([1, -2.5, None, True, [], {"x": "y"}, "\\\"\u0001", "\U0001f600"])
            document[chance.choice(names) + str(chance.randint(0, 3))] = chance.choice([value, [value], {"v": value}, json.dumps(value)])
        text = json.dumps(document, ensure_ascii=chance.random() < 0.5, indent=chance.choice([None, 1]))
        safe = protect(generous, text)
        json.loads(safe)
        assert json.loads(reveal(generous, safe)) == document, text


# ---- Nothing in clear ----

def every_byte(db):
    """Of the database, its WAL and journals, and of every file that this process has open, deleted ones too."""
    content = [path.read_bytes() for path in Path(db.path).parent.glob("*") if path.is_file()]
    for entry in os.listdir("/proc/self/fd"):
        try:
            if os.path.isfile(f"/proc/self/fd/{entry}") or "(deleted)" in os.readlink(f"/proc/self/fd/{entry}"):
                with open(f"/proc/self/fd/{entry}", "rb") as file:
                    content.append(file.read())
        except OSError:
            continue
    return b"\0".join(content)


@pytest.mark.parametrize("journal", ["DELETE", "WAL", "TRUNCATE"])
def test_no_secret_of_a_corpus_is_left_anywhere(generous, journal):
    db = generous
    db.run(f"PRAGMA journal_mode = {journal}")
    db.run("PRAGMA temp_store = FILE")
    db.run("PRAGMA cache_size = 10")
    db.run("CREATE TABLE documents(id INTEGER PRIMARY KEY, body)")
    samples = [sample for sample in positives(6) + look_alikes(2) if sample.secret is None or
               db.value("SELECT count(*) FROM secret_scan(?) WHERE substr(?, start, end - start) = ?", sample.text, sample.text, sample.secret)]
    wanted = [json.loads(f'"{sample.secret}"') if "\\n" in sample.secret else sample.secret for sample in samples if sample.secret]
    assert len(wanted) > 80
    db.run("BEGIN")
    for number, sample in enumerate(samples):
        db.run("INSERT INTO documents(body) VALUES (secret_protect(?))", sample.text)
        db.run(NODE, f"node {number}", json.dumps({"text": sample.text, "list": [sample.text]}))
    during = every_byte(db)
    db.run("COMMIT")
    found = [secret for secret in wanted for content in (during, every_byte(db)) if secret.encode() in content]
    assert not found, found[:3]
    assert b"CREATE TABLE documents" in during and b"{SECRET:" in during
    for body in db.column("SELECT attributes FROM graph_nodes"):
        json.loads(body)
    db.run("SELECT secret_delete(secret_uuid) FROM (SELECT secret_uuid FROM secrets LIMIT 20)")
    db.run("SELECT vault_rotate(100000)")
    assert not [secret for secret in wanted if secret.encode() in every_byte(db)]
    db.run("INSERT INTO documents(body) VALUES (?)", wanted[0])
    assert wanted[0].encode() in every_byte(db), "what is stored in clear would be found"


# ---- Nodes ----

SECRET = {"password": "river" + "42!"}


def attributes(db, name="a"):
    return db.value("SELECT attributes FROM graph_nodes WHERE id = ?", name)


def test_a_node_s_secrets_go_into_the_vault_once_there_is_one(db):
    db.run(NODE, "a", json.dumps(SECRET))
    assert json.loads(attributes(db)) == SECRET
    db.run("SELECT vault_init(?)", KEY)
    db.run(NODE, "a", json.dumps(SECRET))
    safe = attributes(db)
    assert json.loads(safe)["password"].startswith("{SECRET:")
    assert db.value("SELECT context_hint FROM secrets") == "node a"
    assert db.value(NODE, "a", json.dumps(SECRET)) == 2 and db.value("SELECT lore_notice()") == "nothing has changed"
    db.run("SELECT graph_merge_node('a', 'local', 'agent', ?)", json.dumps({"api_key": "a1b2c3d4e5f6" + "g7h8i9j0"}))
    assert json.loads(safe).items() < json.loads(attributes(db)).items() and attributes(db).count("{SECRET:") == 2


def test_while_the_vault_is_closed_a_node_with_a_secret_is_refused(vault):
    vault.run("SELECT vault_close()")
    before = dump(vault)
    for call in ("graph_put_node", "graph_merge_node"):
        with raises_sql(f"{call}: vault is closed", DENIED):
            vault.run(f"SELECT {call}('a', 'local', 'agent', ?)", json.dumps(SECRET))
        with raises_sql(f"{call}: vault is closed", DENIED):
            vault.run(f"INSERT INTO {call}(id, scope, type, attributes) VALUES ('a', 'identity', 'agent', ?)", json.dumps(SECRET))
    assert_same(before, dump(vault))
    vault.run(NODE, "a", '{"color": "red"}')
    vault.run("SELECT lore_set('protect_attributes', 'off')")
    vault.run(NODE, "b", json.dumps(SECRET))
    assert json.loads(attributes(vault, "b")) == SECRET


def test_switched_on_without_a_vault_a_node_with_a_secret_is_refused(db):
    db.run("SELECT lore_set('protect_attributes', 'on')")
    with raises_sql("graph_put_node: vault is closed: this file has none yet", DENIED):
        db.run(NODE, "a", json.dumps(SECRET))
    db.run(NODE, "a", "{}")


def test_without_the_tables_of_the_vault_nothing_changes_for_nodes(bare):
    bare.run("SELECT lore_migrate('graph')")
    bare.run(NODE, "a", json.dumps(SECRET))
    assert json.loads(attributes(bare)) == SECRET
    assert bare.value("SELECT attributes FROM graph_recall('a', 'local', 'tool')") == json.dumps(SECRET)
    bare.run(NODE, "b", '{"x": "{SECRET:a:b}"}')
    assert "{SECRET:a:b}" in bare.value("SELECT attributes FROM graph_recall('b', 'local', 'tool')")


def test_a_node_that_is_refused_leaves_no_secret_behind(vault):
    vault.run(NODE, "a", "{}")
    before = dump(vault)
    with raises_sql("graph_put_node: conflict"):
        vault.run("SELECT graph_put_node('a', 'local', 'agent', ?, 7)", json.dumps(SECRET))
    with raises_sql("graph_put_node: by is missing"):
        vault.run("SELECT graph_put_node('a', 'environment', 'agent', ?)", json.dumps(SECRET))
    assert_same(before, dump(vault))


def test_a_request_for_the_scope_identity_holds_no_secret(vault):
    vault.run("SELECT graph_put_node('a', 'identity', 'agent', ?)", json.dumps(SECRET))
    assert SECRET["password"] not in repr(dump(vault)["rows"]["graph_approvals"])
    assert "{SECRET:" in repr(dump(vault)["rows"]["graph_approvals"])


def test_graph_recall_puts_back_what_the_action_allows_and_logs_it(vault):
    vault.run(NODE, "a", json.dumps(SECRET | {"color": "red"}))
    recall = "SELECT attributes FROM graph_recall('a', 'local', ?, 'ann')"
    assert json.loads(vault.value(recall, "tool")) == SECRET | {"color": "red"}
    assert vault.value(recall, "speak") == vault.value(recall, "dance") == vault.value(recall, None) == attributes(vault)
    assert [(access, accessor, purpose) for _, access, accessor, purpose, _ in log(vault)[1:]] == [
        ("reveal", "ann", "tool"), ("denied", "ann", "speak"), ("denied", "ann", "dance")]
    vault.run("SELECT vault_close()")
    assert vault.value(recall, "tool") == attributes(vault)


def test_graph_recall_on_a_read_only_file_fails_where_it_would_reveal(vault):
    vault.run(NODE, "a", json.dumps(SECRET))
    vault.run(NODE, "b", "{}")
    vault.close()
    other = Database(f"file:{vault.path}?mode=ro", uri=True)
    other.run("SELECT vault_open(?)", KEY)
    assert other.value("SELECT attributes FROM graph_recall('b', 'local', 'tool')") == "{}"
    with raises_sql("graph_recall: attempt to write a readonly database"):
        other.run("SELECT * FROM graph_recall('a', 'local', 'tool')")
    other.close()


def test_a_secret_in_the_vault_is_not_taken_for_one_that_was_found(vault):
    put(vault, "river" + "42!")
    safe = protect(vault, "password=" + "river42!")
    assert "{SECRET:door" not in safe and vault.value("SELECT count(*) FROM secrets") == 2
    assert VALUE not in safe
