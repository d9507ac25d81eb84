"""Who may approve a change of what the agent is, over which bytes, and that the approved call is the one that was asked for."""
import base64
import json

import pytest

from audit_calls import Signer, digest
from graph_calls import NOW, call, pin
from support import BAD_ARGUMENT, DENIED, REFUSED, Database, assert_same, dump, raises_sql

ROOT, ANN, BOB, EVE = Signer(1), Signer(2), Signer(3), Signer(9)


# ---- The messages, made anew ----

def challenge(db, by):
    return db.value("SELECT challenge FROM authorities WHERE id = ?", by)


def add_message(db, id, role, key, by="root"):
    return "lore:authority_add:" + digest("lore authority_add 1", challenge(db, by), id, role, key.public, by)


def revoke_message(db, id, by="root"):
    return "lore:authority_revoke:" + digest("lore authority_revoke 1", challenge(db, by), id, by)


def approve_message(db, request):
    row = db.row("SELECT nonce, verb, arguments, requested_at, expires_at FROM graph_approvals WHERE request = ?", request)
    return "lore:graph_approve:" + digest("lore graph request 1", *row)


def add(db, id, role, key, by="root", signer=ROOT):
    return call(db, "authority_add", id=id, role=role, public_key=key.hex, by=by, signature=signer.sign(add_message(db, id, role, key, by)))


def revoke(db, id, by="root", signer=ROOT):
    return call(db, "authority_revoke", id=id, by=by, signature=signer.sign(revoke_message(db, id, by)))


def approve(db, request, signer=ANN):
    return call(db, "graph_approve", request=request, signature=signer.sign(approve_message(db, request)))


def ask(db, attributes='{"name": "Lore"}', **more):
    return call(db, "graph_put_node", id="me", scope="identity", type="agent", attributes=attributes, **more)


def identity(db):
    return db.run("SELECT id, type, attributes, version, updated_by, updated_at FROM graph_nodes WHERE scope = 'identity' ORDER BY id")


@pytest.fixture
def graph(db):
    pin(db)
    return db


@pytest.fixture
def ready(graph):
    """A root, an authority and an observer."""
    call(graph, "authority_add", id="root", role="root", public_key=ROOT.hex)
    add(graph, "ann", "authority", ANN)
    add(graph, "bob", "observer", BOB)
    return graph


# ---- Authorities ----

def test_the_first_root_needs_no_signature_and_all_after_it_do(graph):
    with raises_sql("authority_add: the first authority must be a root", REFUSED):
        call(graph, "authority_add", id="ann", role="authority", public_key=ANN.hex)
    assert call(graph, "authority_add", id="root", role="root", public_key=ROOT.hex) == 1
    for role in ("root", "authority", "observer"):
        with raises_sql("authority_add: by is missing: a root must sign", BAD_ARGUMENT):
            call(graph, "authority_add", id="ann", role=role, public_key=ANN.hex)
        with raises_sql("authority_add: signature is missing: root must sign", BAD_ARGUMENT):
            call(graph, "authority_add", id="ann", role=role, public_key=ANN.hex, by="root")
    assert add(graph, "ann", "authority", ANN) == 1
    assert graph.run("SELECT id, role, public_key, added_by, added_at, revoked_by, revoked_at FROM authorities ORDER BY id") == [
        ("ann", "authority", ANN.hex, "root", NOW, None, None), ("root", "root", ROOT.hex, None, NOW, None, None)]


def test_a_first_root_is_added_by_nobody(graph):
    with raises_sql("authority_add: there is no authority 'ann'", DENIED):
        call(graph, "authority_add", id="root", role="root", public_key=ROOT.hex, by="ann", signature="00" * 64)
    assert graph.value("SELECT count(*) FROM authorities") == 0


@pytest.mark.parametrize("by, signer, why", [
    ("root", ANN, "the signature is not that of root over this"), ("ann", ANN, "ann is no root, but of the role authority"),
    ("bob", BOB, "bob is no root, but of the role observer"), ("eve", EVE, "there is no authority 'eve'")])
def test_only_a_root_s_signature_counts(ready, by, signer, why):
    before = dump(ready)
    with raises_sql(f"authority_add: {why}", DENIED):
        add(ready, "eve", "root", EVE, by, signer)
    with raises_sql(f"authority_revoke: {why}", DENIED):
        revoke(ready, "ann", by, signer)
    assert_same(before, dump(ready))


def test_a_signature_is_over_each_of_the_values(ready):
    good = ROOT.sign(add_message(ready, "eve", "observer", EVE))
    before = dump(ready)
    for id, role, key in (("eva", "observer", EVE), ("eve", "root", EVE), ("eve", "observer", Signer(8))):
        with raises_sql("the signature is not that of root over this", DENIED):
            call(ready, "authority_add", id=id, role=role, public_key=key.hex, by="root", signature=good)
    assert_same(before, dump(ready))
    assert call(ready, "authority_add", id="eve", role="observer", public_key=EVE.hex, by="root", signature=good) == 1


def test_what_a_root_signs_is_given(ready):
    assert ready.value("SELECT authority_message('add', 'eve', 'root', 'authority', ?)", EVE.hex) == add_message(ready, "eve", "authority", EVE)
    assert ready.value("SELECT authority_message('revoke', 'ann', 'root')") == revoke_message(ready, "ann")
    with raises_sql("authority_message: role is missing: to add somebody needs it", BAD_ARGUMENT):
        ready.run("SELECT authority_message('add', 'eve', 'root')")
    with raises_sql("authority_message: public_key is missing: to add somebody needs it", BAD_ARGUMENT):
        ready.run("SELECT authority_message('add', 'eve', 'root', 'observer')")
    with raises_sql("authority_message: bob is no root", DENIED):
        ready.run("SELECT authority_message('revoke', 'ann', 'bob')")


def test_the_same_authority_again_changes_nothing(ready):
    before = dump(ready)
    assert add(ready, "ann", "authority", ANN) == 0 and ready.value("SELECT lore_notice()") == "known already"
    assert call(ready, "authority_add", id="root", role="root", public_key=ROOT.hex) == 0
    assert_same(before, dump(ready))
    for role, key in (("root", ANN), ("authority", EVE)):
        with raises_sql("authority_add: ann is registered already, with another role or key", REFUSED):
            add(ready, "ann", role, key)
    with raises_sql("authority_add: this public_key is that of ann", REFUSED):
        add(ready, "anna", "authority", ANN)
    assert_same(before, dump(ready))


def test_who_was_revoked_does_not_come_back(ready):
    good = ROOT.sign(add_message(ready, "ann", "authority", ANN))
    assert revoke(ready, "ann") == 1
    assert ready.row("SELECT revoked_by, revoked_at FROM authorities WHERE id = 'ann'") == ("root", NOW)
    before = dump(ready)
    assert revoke(ready, "ann") == 0 and ready.value("SELECT lore_notice()") == f"revoked already, at {NOW}"
    with raises_sql(f"authority_add: ann was revoked at {NOW}: take another id", REFUSED):
        call(ready, "authority_add", id="ann", role="authority", public_key=ANN.hex, by="root", signature=good)
    with raises_sql("authority_add: this public_key is that of ann", REFUSED):
        add(ready, "anna", "authority", ANN)
    with raises_sql("authority_revoke: there is no authority 'zoe'", REFUSED):
        revoke(ready, "zoe")
    assert_same(before, dump(ready))


def test_a_root_stays(ready):
    with raises_sql("authority_revoke: root is the last root: nobody could sign any more", REFUSED):
        revoke(ready, "root")
    add(ready, "second", "root", EVE)
    assert revoke(ready, "root", "second", EVE) == 1
    for sign in (lambda: add(ready, "new", "observer", Signer(8)), lambda: revoke(ready, "ann")):
        with raises_sql(f"the key of root was revoked at {NOW}", DENIED):
            sign()
    assert revoke(ready, "ann", "second", EVE) == 1


def test_a_root_s_signature_is_for_one_database(ready, tmp_path, migrated_image):
    (tmp_path / "other.db").write_bytes(migrated_image)
    other = Database(tmp_path / "other.db")
    call(other, "authority_add", id="root", role="root", public_key=ROOT.hex)
    with raises_sql("the signature is not that of root over this", DENIED):
        call(other, "authority_add", id="eve", role="root", public_key=EVE.hex, by="root", signature=ROOT.sign(add_message(ready, "eve", "root", EVE)))
    other.close()


# ---- Forms of keys and signatures ----

FORMS = {"hex": lambda raw: raw.hex(), "HEX": lambda raw: raw.hex().upper(), "base64": lambda raw: base64.b64encode(raw).decode(),
         "base64 for addresses": lambda raw: base64.urlsafe_b64encode(raw).decode().rstrip("="), "a blob": lambda raw: raw}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_keys_and_signatures_come_in_several_forms(graph, form):
    call(graph, "authority_add", id="root", role="root", public_key=form(ROOT.public))
    assert graph.value("SELECT public_key FROM authorities") == ROOT.hex
    number = ask(graph)
    signature = bytes.fromhex(ROOT.sign(approve_message(graph, number)))
    assert call(graph, "graph_approve", request=number, signature=form(signature)) == 1


@pytest.mark.parametrize("key", ["", "x", "00" * 31, "00" * 33, "0x" + "00" * 31, b"", b"\0" * 31, b"\0" * 64, 7, 1.5])
def test_what_is_no_key_is_named(graph, key):
    with raises_sql("authority_add: public_key must be 32 bytes, as a blob, hexadecimal or base64", BAD_ARGUMENT):
        graph.run("SELECT authority_add('root', 'root', ?)", key)


@pytest.mark.parametrize("signature", ["", "x", "00" * 63, "00" * 65, b"", b"\0" * 63, 7])
def test_what_is_no_signature_is_named(ready, signature):
    number = ask(ready)
    with raises_sql("graph_approve: signature must be 64 bytes, as a blob, hexadecimal or base64", BAD_ARGUMENT):
        ready.run("SELECT graph_approve(?, ?)", number, signature)


# ---- Approving ----

def test_an_approved_request_is_applied(ready):
    number = ask(ready, by="me")
    assert identity(ready) == []
    pin(ready, "2026-01-21")
    signature = ANN.sign(approve_message(ready, number))
    assert call(ready, "graph_approve", request=number, signature=signature) == 1, "which is the version"
    assert identity(ready) == [("me", "agent", '{"name": "Lore"}', 1, "me", "2026-01-21T00:00:00.000Z")]
    assert ready.named("SELECT status, decided_by, decided_at, signature FROM graph_approvals") == [
        {"status": "approved", "decided_by": "ann", "decided_at": "2026-01-21T00:00:00.000Z", "signature": signature}]


@pytest.mark.parametrize("attributes", ['{ "a" :  [1,2 , {"b":null}],\n\t"c": 1.50, "d": "\\u00e9\\/é", "a": 2 }', '{"big": 9007199254740993, "e": 1E2}',
                                        "{}", "", "null", '{"deep": ' + "[" * 500 + "]" * 500 + "}", '{"quote": "\\"", "long": "' + "x" * 100_000 + '"}'])
def test_what_is_stored_is_what_was_asked_for_to_the_byte(ready, attributes):
    number = ask(ready, attributes)
    assert approve(ready, number) == 1
    assert identity(ready)[0][2] == ("{}" if attributes in ("", "null") else attributes)


def test_every_verb_that_asks_can_be_approved(ready):
    results = [approve(ready, call(ready, verb, **arguments)) for verb, arguments in [
        ("graph_put_node", {"id": "me", "scope": "identity", "type": "agent"}),
        ("graph_put_node", {"id": "calm", "scope": "identity", "type": "concept", "attributes": '{"provenance": "talk"}'}),
        ("graph_merge_node", {"id": "me", "scope": "identity", "type": "agent", "attributes": '{"name": "Lore"}', "expected_version": 1}),
        ("graph_put_edge", {"source": "me", "target": "calm", "scope": "identity", "relationship": "is", "weight": 0.1}),
        ("graph_put_edge", {"source": "me", "target": "calm", "scope": "identity", "relationship": "is", "weight": 2}),
        ("graph_end_edge", {"source": "me", "target": "calm", "scope": "identity", "relationship": "is"}),
        ("config_set", {"kind": "behavior_config", "patch": '{"tone": "warm"}', "reason": "asked", "by": "ann"}),
        ("config_set", {"kind": "behavior_config", "patch": '{"tone": "cold"}', "reason": "asked"}),
        ("config_rollback", {"kind": "behavior_config", "version": 1}),
        ("graph_delete_node", {"id": "calm", "scope": "identity"})]]
    assert results[:3] == [1, 1, 2] and results[5:9] == [1, 1, 2, 3] and results[9] == 3
    assert [(id, attributes, version) for id, _, attributes, version, *_ in identity(ready)] == [
        ("config/behavior_config", '{"config_type":"behavior_config","tone":"warm"}', 3), ("me", '{"name":"Lore"}', 2)]
    assert ready.column("SELECT DISTINCT status FROM graph_approvals") == ["approved"]


def test_forgetting_takes_identity_along_when_it_is_approved(ready):
    approve(ready, ask(ready, '{"provenance": "mail"}'))
    approve(ready, ask(ready, '{"provenance": "talk"}'))
    call(ready, "graph_put_node", id="x", scope="local", type="concept", attributes='{"provenance": "talk"}')
    assert call(ready, "graph_forget", source_event="talk") == 1
    number = ready.value("SELECT max(request) FROM graph_approvals WHERE verb = 'graph_forget' AND status = 'pending'")
    assert len(identity(ready)) == 1
    assert approve(ready, number) == 1 and identity(ready) == []
    assert ready.value("SELECT count(*) FROM graph_history") == 0, "an earlier version came from elsewhere, but the node is gone"
    assert ready.value("SELECT count(*) FROM graph_approvals WHERE status = 'pending'") == 0


def test_an_integer_keeps_its_bits_and_a_weight_its_own(ready):
    approve(ready, ask(ready)), approve(ready, call(ready, "graph_put_node", id="you", scope="identity", type="agent"))
    for n, weight in enumerate((0.1, 1e-300, 123456789.12345678, 3.0, -0.5)):
        number = call(ready, "graph_put_edge", source="me", target="you", scope="identity", relationship=f"r{n}", weight=weight)
        edge = approve(ready, number)
        assert ready.value("SELECT weight FROM graph_edges WHERE edge_id = ?", edge) == weight


def test_a_request_that_does_not_fit_any_more_stays_pending(ready):
    first, second = ask(ready, expected_version=0), ask(ready, '{"other": 1}', expected_version=0)
    assert approve(ready, first) == 1
    before = dump(ready)
    with raises_sql("graph_approve: graph_put_node: conflict: expected_version is 0, but 'me' has version 1", REFUSED):
        approve(ready, second)
    assert_same(before, dump(ready))


# ---- Refused ----

def refused(db, why, code, request, signer=ANN):
    before = dump(db)
    with raises_sql(f"graph_approve: {why}", code):
        approve(db, request, signer)
    assert_same(before, dump(db))


def test_while_nobody_is_registered_a_request_stays_pending(graph):
    refused(graph, "no authority is registered", DENIED, ask(graph))


def test_a_stranger_s_signature_approves_nothing(ready):
    refused(ready, "the signature is not that of a registered authority over this request", DENIED, ask(ready), EVE)


def test_an_observer_may_not_approve(ready):
    refused(ready, "bob is an observer, who may not approve", DENIED, ask(ready), BOB)


def test_a_revoked_key_approves_nothing(ready):
    number = ask(ready)
    signature = ANN.sign(approve_message(ready, number))
    revoke(ready, "ann")
    with raises_sql(f"graph_approve: the key of ann was revoked at {NOW}", DENIED):
        call(ready, "graph_approve", request=number, signature=signature)
    assert identity(ready) == [] and approve(ready, number, ROOT) == 1, "a root may approve"


def test_a_signature_is_used_once(ready):
    number = ask(ready)
    signature = ANN.sign(approve_message(ready, number))
    call(ready, "graph_approve", request=number, signature=signature)
    before = dump(ready)
    with raises_sql(f"graph_approve: request {number} is approved already", REFUSED):
        call(ready, "graph_approve", request=number, signature=signature)
    assert_same(before, dump(ready))
    again = ask(ready)
    assert again != number
    with raises_sql("the signature is not that of a registered authority over this request", DENIED):
        call(ready, "graph_approve", request=again, signature=signature)
    assert identity(ready)[0][3] == 1


def test_what_was_rejected_is_not_approved(ready):
    number = ask(ready)
    call(ready, "graph_reject", request=number, by="bob", reason="no")
    refused(ready, f"request {number} is rejected already", REFUSED, number)


def test_what_is_approved_is_not_rejected(ready):
    number = ask(ready)
    approve(ready, number)
    with raises_sql(f"graph_reject: request {number} is approved", REFUSED):
        call(ready, "graph_reject", request=number, by="bob", reason="no")


def test_there_must_be_such_a_request(ready):
    with raises_sql("graph_approve: there is no request 99", REFUSED):
        ready.run("SELECT graph_approve(99, ?)", "00" * 64)


@pytest.mark.parametrize("column, value", [("verb", "'graph_merge_node'"), ("arguments", "replace(arguments, 'Lore', 'Evil')"), ("requested_at", "'2026-01-19T00:00:00.000Z'"),
                                           ("expires_at", "'9999-01-01T00:00:00.000Z'"), ("nonce", "'other'"), ("payload_hash", "upper(payload_hash)")])
def test_a_request_that_was_changed_is_not_approved(ready, column, value):
    number = ask(ready)
    signature = ANN.sign(approve_message(ready, number))
    ready.run(f"UPDATE graph_approvals SET {column} = {value} WHERE request = ?", number)
    before = dump(ready)
    with raises_sql(f"graph_approve: request {number} is not what was asked for: its payload was changed", REFUSED):
        call(ready, "graph_approve", request=number, signature=signature)
    ready.run("UPDATE graph_approvals SET payload_hash = ? WHERE request = ?", approve_message(ready, number).split(":")[-1], number)
    if column != "payload_hash":
        with raises_sql("the signature is not that of a registered authority over this request", DENIED):
            call(ready, "graph_approve", request=number, signature=signature)
    assert identity(ready) == [] and before["rows"]["graph_nodes"] == []


def test_a_signature_is_for_one_request_of_one_database(ready, tmp_path, migrated_image):
    (tmp_path / "other.db").write_bytes(migrated_image)
    other = Database(tmp_path / "other.db")
    pin(other)
    call(other, "authority_add", id="root", role="root", public_key=ROOT.hex)
    here, there = ask(ready), ask(other)
    assert here == there and ready.value("SELECT arguments FROM graph_approvals") == other.value("SELECT arguments FROM graph_approvals")
    with raises_sql("the signature is not that of a registered authority", DENIED):
        call(other, "graph_approve", request=there, signature=ROOT.sign(approve_message(ready, here)))
    other.close()


def test_only_a_verb_of_the_graph_is_run(ready):
    """However it came into the table, and whoever signs it."""
    for verb, arguments in (("lore_set", '{"name": "audit", "value": "on"}'), ("nonsense", "{}"), ("graph_approve", '{"request": 1, "signature": "x"}'),
                            ("graph_put_node", "[1]"), ("graph_put_node", "x")):
        row = ("n", verb, arguments, NOW, "9999-01-01T00:00:00.000Z")
        ready.run("INSERT INTO graph_approvals(nonce, verb, arguments, requested_at, expires_at, payload_hash) VALUES (?, ?, ?, ?, ?, ?)",
                  *row, digest("lore graph request 1", *row))
        number = ready.value("SELECT max(request) FROM graph_approvals")
        refused(ready, "the arguments of" if "put" in verb else f"there is no verb {verb} to run", REFUSED, number)


# ---- Time ----

def test_a_request_expires(ready):
    number = ask(ready)
    assert ready.value("SELECT expires_at FROM graph_approvals") == "2026-02-19T12:00:00.000Z", "30 days later"
    pin(ready, "2026-02-19T12:00:00Z")
    refused(ready, f"request {number} has expired at 2026-02-19T12:00:00.000Z: ask again", REFUSED, number)
    assert ready.value("SELECT state FROM graph_approval_requests()") == "expired"
    again = ask(ready)
    assert again != number
    assert ready.run("SELECT status, reason FROM graph_approvals ORDER BY request") == [("rejected", "expired"), ("pending", None)]
    assert approve(ready, again) == 1


def test_how_long_a_request_waits_is_a_setting(ready):
    ready.run("SELECT lore_set('approval_ttl_hours', 1)")
    number = ask(ready)
    pin(ready, "2026-01-20T12:59:59.999Z")
    assert approve(ready, number) == 1


def test_no_request_outlives_the_calendar(ready):
    ready.run("SELECT lore_set('approval_ttl_hours', 87600)")
    pin(ready, "9999-06-01")
    ask(ready)
    assert ready.value("SELECT expires_at FROM graph_approvals") == "9999-12-31T23:59:59.999Z"


def test_a_request_from_before_there_were_approvals_is_asked_for_anew(ready):
    number = ask(ready)
    ready.run("UPDATE graph_approvals SET nonce = NULL, expires_at = NULL, payload_hash = NULL")
    refused(ready, f"request {number} was made before there were approvals: ask again", REFUSED, number)
    assert ready.row("SELECT state, message FROM graph_approval_requests()") == ("before approvals", None)
    assert approve(ready, ask(ready)) == 1


# ---- What is shown ----

def test_a_signer_is_shown_what_he_signs(ready):
    number = ask(ready, by="me")
    [row] = ready.named("SELECT * FROM graph_approval_requests()")
    message = approve_message(ready, number)
    assert row == {"request": number, "verb": "graph_put_node", "state": "pending", "requested_at": NOW, "expires_at": "2026-02-19T12:00:00.000Z",
                   "arguments": '{"id":"me","scope":"identity","type":"agent","attributes":{"name": "Lore"},"by":"me"}',
                   "payload_hash": message.split(":")[-1], "message": message, "message_hex": message.encode().hex()}
    assert call(ready, "graph_approve", request=number, signature=ANN.sign(bytes.fromhex(row["message_hex"]).decode())) == 1
    assert ready.run("SELECT * FROM graph_approval_requests()") == []


def test_what_was_changed_is_not_offered_for_signing(ready):
    ask(ready)
    ready.run("UPDATE graph_approvals SET arguments = replace(arguments, 'Lore', 'Evil')")
    assert ready.row("SELECT state, payload_hash, message, message_hex FROM graph_approval_requests()") == ("changed", None, None, None)


# ---- Audit ----

def test_what_authorities_do_is_kept(ready):
    ready.run("SELECT lore_set('audit', 'on')")
    number = ask(ready)
    approve(ready, number)
    add(ready, "eve", "observer", EVE)
    revoke(ready, "eve")
    found = [(*row[:3], json.loads(row[3] or "null")) for row in ready.run("SELECT event_type, originator_id, target_id, event_payload FROM audit_log")]
    hash = ready.value("SELECT payload_hash FROM graph_approvals")
    assert found == [
        ("graph_approve", "graph_approve", str(number), {"request": number, "authority": "ann", "verb": "graph_put_node", "payload_hash": hash}),
        ("authority_add", "root", "eve", {"role": "observer", "public_key": EVE.hex}), ("authority_revoke", "root", "eve", None)]


def test_an_approved_rollback_is_two_entries(ready):
    for tone in ("warm", "cold"):
        approve(ready, call(ready, "config_set", kind="behavior_config", patch={"tone": tone}, reason="asked"))
    ready.run("SELECT lore_set('audit', 'on')")
    number = call(ready, "config_rollback", kind="behavior_config", version=1)
    assert ready.value("SELECT count(*) FROM audit_log") == 0, "a request is no rollback"
    approve(ready, number)
    assert ready.column("SELECT event_type FROM audit_log") == ["config_rollback", "graph_approve"]


# ---- The call itself ----

def test_an_approval_of_one_call_is_none_of_another(ready):
    """A trigger of the application's that writes identity while an approved call runs only asks for it."""
    number = ask(ready)
    ready.run("CREATE TEMP TRIGGER t AFTER INSERT ON main.graph_nodes WHEN NEW.id = 'me' BEGIN SELECT graph_put_node('other', 'identity', 'agent'); END")
    assert approve(ready, number) == 1
    assert [row[0] for row in identity(ready)] == ["me"]
    assert ready.value("SELECT count(*) FROM graph_approvals WHERE status = 'pending'") == 1


def test_lore_call_passes_nested_json_on_to_the_byte(graph):
    text = '{"id": "a", "scope": "local", "type": "concept", "attributes": { "x" : [ 1.50,  2 ] , "y": "\\u00e9" }}'
    graph.run("SELECT lore_call('graph_put_node', ?)", text)
    assert graph.value("SELECT attributes FROM graph_nodes") == '{ "x" : [ 1.50,  2 ] , "y": "\\u00e9" }'


def test_the_insert_form_approves_too(ready):
    numbers = [ask(ready), call(ready, "graph_put_node", id="you", scope="identity", type="agent")]
    rows = [(number, ANN.sign(approve_message(ready, number))) for number in numbers]
    ready.run("INSERT INTO graph_approve(request, signature) VALUES (?, ?), (?, ?)", *rows[0], *rows[1])
    assert [row[0] for row in identity(ready)] == ["me", "you"]


# ---- An older database ----

def test_requests_of_an_older_database_stay(db):
    pin(db)
    db.run("SELECT lore_rollback('graph', 1)")
    db.run("INSERT INTO graph_approvals(verb, arguments, requested_at) VALUES ('graph_put_node', '{\"id\":\"me\",\"scope\":\"identity\",\"type\":\"agent\"}', ?)", NOW)
    before = db.run("SELECT request, verb, arguments, status, requested_at FROM graph_approvals")
    assert db.value("SELECT lore_migrate('graph')") == "graph 2"
    assert db.run("SELECT request, verb, arguments, status, requested_at FROM graph_approvals") == before
    assert db.value("SELECT state FROM graph_approval_requests()") == "before approvals"
    number = call(db, "graph_put_node", id="me", scope="identity", type="agent")
    assert db.run("SELECT request, status FROM graph_approvals ORDER BY request") == [(1, "rejected"), (number, "pending")]
