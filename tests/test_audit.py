"""Entries and their chain; what other verbs append by themselves; what a rollback takes along."""
import json

import pytest

from audit_calls import NO_HASH, NOW, append, broken, clean, digest, entries, entry_hash, fill, log_id, pin, verify
from support import BAD_ARGUMENT, NOT_READY, REFUSED, Database, assert_same, dump, raises_sql


@pytest.fixture
def log(db):
    pin(db)
    return db


# ---- Appending ----

def test_an_entry_is_stored_as_it_is_given(log):
    payload = '{ "a" : [1,  2.50, "\\u00e9"] }'
    assert append(log, "login", "ann", payload, "session-1", "e1") == 1
    assert append(log, "logout", "ann") == 2
    first, second = entries(log)
    assert first[:7] == (1, "e1", NOW, "login", "ann", "session-1", payload)
    assert second[0] == 2 and second[2:7] == (NOW, "logout", "ann", None, None)
    assert log.value("SELECT last_insert_rowid()") == 2


def test_each_hash_is_that_of_another_implementation(log):
    fill(log, 3)
    append(log, "größe", "Ω", '"\U0001f600"', None, "😀")
    previous = NO_HASH
    for row in entries(log):
        assert row[7] == previous
        previous = entry_hash(log_id(log), row)
        assert row[8] == previous


def test_what_is_empty_is_absent(log):
    append(log, "a", "b", "", "", "e1")
    assert log.row("SELECT event_payload, target_id FROM audit_log") == (None, None)
    assert append(log, "a", "b", "", "", "e1") == append(log, "a", "b", None, None, "e1") == 1
    assert clean(log).startswith("consistent up to 1")


def test_the_same_event_again_changes_nothing(log):
    assert append(log, "login", "ann", "{}", "s", "e1") == 1
    append(log)
    before = dump(log)
    pin(log, "2026-04-01")
    assert append(log, "login", "ann", "{}", "s", "e1") == 1
    assert log.value("SELECT lore_notice()") == "known by its id"
    assert append(log, "login", "ann", "{}", "s", "e1", NOW) == 1
    assert_same(before, dump(log))


@pytest.mark.parametrize("changed, what", [(("logout", "ann", "{}", "s"), "event_type"), (("login", "bob", "{}", "s"), "originator_id"),
                                           (("login", "ann", "{ }", "s"), "payload"), (("login", "ann", None, "s"), "payload"),
                                           (("login", "ann", "{}", "t"), "target_id"), (("login", "ann", "{}", None), "target_id")])
def test_the_same_event_with_other_content_is_refused(log, changed, what):
    append(log, "login", "ann", "{}", "s", "e1")
    before = dump(log)
    with raises_sql(f"audit_append: id 'e1' is there already with another {what}", REFUSED):
        append(log, *changed, "e1")
    with raises_sql("another at", REFUSED):
        append(log, "login", "ann", "{}", "s", "e1", "2020-01-01")
    assert_same(before, dump(log))


def test_a_payload_must_be_json(log):
    with raises_sql("audit_append: payload", BAD_ARGUMENT):
        append(log, payload="{")
    assert log.value("SELECT count(*) FROM audit_log") == 0


def test_many_rows_are_one_unit(log):
    log.run("INSERT INTO audit_append(event_type, originator_id, event_id) SELECT 'a', 'b', 'e' || value FROM json_each('[1, 2, 3]')")
    before = dump(log)
    with raises_sql("is there already"):
        log.run("INSERT INTO audit_append(event_type, originator_id, event_id) SELECT 'x', 'b', 'e' || value FROM json_each('[4, 5, 2]')")
    assert_same(before, dump(log))
    assert clean(log).startswith("consistent up to 3")


def test_a_rollback_takes_its_entries_along_and_leaves_no_gap(log):
    append(log)
    log.run("BEGIN")
    assert (append(log), append(log)) == (2, 3)
    log.run("ROLLBACK")
    assert append(log) == 2
    log.run("BEGIN")
    append(log)
    log.run("SAVEPOINT s")
    append(log)
    log.run("ROLLBACK TO s")
    assert append(log) == 4
    log.run("COMMIT")
    assert clean(log) == "consistent up to 4, not signed, no anchor"


def test_the_first_entry_is_undone_with_the_id_of_the_log(log):
    before = dump(log)
    log.run("BEGIN")
    append(log)
    log.run("ROLLBACK")
    assert_same(before, dump(log))


def test_two_logs_have_different_hashes_for_the_same_entries(tmp_path, migrated_image):
    hashes = set()
    for name in "ab":
        (tmp_path / name).write_bytes(migrated_image)
        db = Database(tmp_path / name)
        append(db, "login", "ann", None, None, "e1", NOW)
        hashes.add(db.value("SELECT entry_hash FROM audit_log"))
        db.close()
    assert len(hashes) == 2


def test_a_log_that_has_lost_its_id_is_not_gone_on_with(log):
    append(log)
    log.run("DELETE FROM audit_database")
    with raises_sql("audit_append: audit_database has lost the id of this log", REFUSED):
        append(log)
    assert broken(log) == (1, "audit_database has no id, without which no hash can be right")


def test_no_number_follows_the_last(log):
    append(log)
    log.run("UPDATE audit_log SET sequence_number = 9223372036854775807")
    with raises_sql("audit_append: the log has no number left", REFUSED):
        append(log)


def test_an_ignored_row_is_noticed(log):
    log.run("CREATE TEMP TRIGGER t BEFORE INSERT ON main.audit_log BEGIN SELECT RAISE(IGNORE); END")
    before = dump(log)
    with raises_sql("audit_append: a row was not stored: a trigger ignored it", REFUSED):
        append(log)
    assert_same(before, dump(log))


# ---- Looking ----

def test_an_empty_log_says_no_more_than_that(log):
    assert log.run("SELECT * FROM audit_head()") == []
    assert verify(log) == {"status": "clean", "sequence_number": None, "statement": "consistent up to 0, not signed, no anchor",
                           "consistent_to": 0, "signed_to": None, "anchored_to": None}
    assert json.loads(log.value("SELECT line FROM audit_export")) == {"kind": "log", "format": "lore audit 1", "id": None, "last": None}


def test_the_head_is_what_to_keep_elsewhere(log):
    fill(log, 3)
    [head] = log.named("SELECT * FROM audit_head()")
    assert head == {"count": 3, "hash": entries(log)[-1][8], "signature": None, "key_id": None, "public_key": None, "signed_at": None}
    assert clean(log, head["count"], head["hash"]) == "consistent up to 3, not signed, anchored up to 3"
    fill(log, 2)
    assert verify(log, head["count"], head["hash"])["anchored_to"] == 3


@pytest.mark.parametrize("count, hash", [(3, None), (None, "a" * 64), (0, "a" * 64), (3, "")])
def test_half_an_anchor_is_none(log, count, hash):
    with raises_sql("audit_verify: count and hash belong together: one of them is missing", BAD_ARGUMENT):
        verify(log, count, hash)


@pytest.mark.parametrize("key", ["x", "00" * 31, "00" * 33, "zz" * 32])
def test_a_public_key_that_is_none_is_named(log, key):
    with raises_sql("audit_verify: public_key must be 32 bytes", BAD_ARGUMENT):
        verify(log, None, None, key)


def test_figures_of_the_log(log):
    fill(log, 3)
    info = dict(log.run("SELECT name, value FROM lore_info WHERE name GLOB 'audit.*'"))
    assert info == {"audit.head": 3, "audit.signed_to": None, "audit.pruned_to": None}


# ---- What other verbs append ----

def test_nothing_appends_by_itself_until_the_setting_is_on(log):
    log.run("SELECT config_set('filter_config', '{\"a\": 1}', 'x'), config_set('filter_config', '{\"a\": 2}', 'x')")
    log.run("SELECT config_rollback('filter_config', 1)")
    assert entries(log) == []


def test_a_rollback_of_a_configuration_is_an_entry(log):
    log.run("SELECT lore_set('audit', 'on')")
    log.run("SELECT config_set('filter_config', '{\"a\": 1}', 'x'), config_set('filter_config', '{\"a\": 2}', 'x')")
    assert log.value("SELECT config_rollback('filter_config', 1, NULL, 'ann')") == 3
    assert log.value("SELECT config_rollback('filter_config', 3, NULL, 'ann')") == 3, "which changes nothing"
    [row] = entries(log)
    assert row[0] == 1 and row[2:7] == (NOW, "config_rollback", "ann", "config/filter_config", '{"kind":"filter_config","version":1,"by":"ann"}')
    assert clean(log).startswith("consistent up to 1")


def test_a_rejected_request_is_an_entry(log):
    log.run("SELECT lore_set('audit', 'on')")
    number = log.value("SELECT graph_put_node('me', 'identity', 'agent')")
    log.run("INSERT INTO graph_reject(request, by, reason) VALUES (?, 'bob', 'no')", number)
    assert log.value("SELECT lore_result()") == 1
    [row] = entries(log)
    assert row[3:7] == ("graph_reject", "bob", str(number), f'{{"request":{number},"by":"bob","reason":"no"}}')


def test_a_verb_goes_back_with_its_entry_and_the_entry_with_its_verb(log):
    log.run("SELECT lore_set('audit', 'on')")
    number = log.value("SELECT graph_put_node('me', 'identity', 'agent')")
    before = dump(log)
    log.run("BEGIN")
    log.run("SELECT graph_reject(?, 'bob', 'no')", number)
    log.run("ROLLBACK")
    assert_same(before, dump(log))
    log.run("CREATE TEMP TRIGGER t BEFORE INSERT ON main.audit_log BEGIN SELECT RAISE(ABORT, 'no room'); END")
    with raises_sql("graph_reject: no room"):
        log.run("SELECT graph_reject(?, 'bob', 'no')", number)
    assert_same(before, dump(log))


def test_without_its_tables_a_verb_that_must_be_kept_fails(bare):
    bare.run("SELECT lore_migrate('graph')")
    bare.run("SELECT lore_set('audit', 'on')")
    bare.run("SELECT graph_put_node('me', 'identity', 'agent')")
    with raises_sql("graph_reject: run SELECT lore_migrate('audit') first", NOT_READY):
        bare.run("SELECT graph_reject(1, 'bob', 'no')")
    assert bare.value("SELECT status FROM graph_approvals") == "pending"


def test_tables_that_were_taken_away_are_an_entry(log):
    log.run("SELECT lore_set('audit', 'on')")
    assert log.value("SELECT lore_rollback('patterns', 0, 'drop-data')") == "patterns 1"
    assert log.value("SELECT lore_rollback('patterns', 0)") == "nothing to roll back"
    [row] = entries(log)
    assert row[2:7] == (NOW, "lore_rollback", "lore_rollback", "patterns", '{"subsystem":"patterns","to_version":0,"confirm":"drop-data"}')
    assert clean(log).startswith("consistent up to 1")


@pytest.mark.parametrize("begins", [False, True])
def test_tables_come_back_when_their_entry_can_t_be_made(log, begins):
    log.run("SELECT lore_set('audit', 'on')")
    append(log)
    before = dump(log)
    log.run("CREATE TEMP TRIGGER t BEFORE INSERT ON main.audit_log BEGIN SELECT RAISE(ABORT, 'no room'); END")
    if begins:
        log.run("BEGIN")
    with raises_sql("lore_rollback: no room"):
        log.run("SELECT lore_rollback('patterns', 0, 'drop-data')")
    assert log.in_transaction == begins
    assert_same(before, dump(log))


def test_the_log_itself_goes_without_an_entry_and_what_follows_too(log):
    log.run("SELECT lore_set('audit', 'on')")
    append(log)
    assert log.value("SELECT lore_rollback('audit', 0, 'drop-data')") == "audit 1"
    assert log.value("SELECT lore_rollback('patterns', 0)") == "patterns 1"
    assert log.value("SELECT lore_migrate('audit')") == "audit 1"
    assert entries(log) == []


def test_an_import_is_an_entry(log):
    log.run("SELECT suppression_put('domain:acme.io', 'p', 's')")
    lines = "\n".join(log.column("SELECT line FROM lore_export('signals')"))
    document = json.dumps({"signals": [], "suppression_cache": []})
    log.run("SELECT lore_set('audit', 'on')")
    log.run("SELECT lore_import(?, 'dry-run')", lines)
    assert entries(log) == []
    log.run("INSERT INTO lore_import(line, mode) VALUES (?, 'replace')", lines)
    done = log.value("SELECT lore_result()")
    nothing = log.value("SELECT lore_import(?)", document)
    assert json.loads(done)["rows"] > 0 and json.loads(nothing)["rows"] == 0
    assert [row[3:7] for row in entries(log)] == [("lore_import", "lore_import", None, f'{{"mode":"replace","done":{done}}}'),
                                                  ("lore_import", "lore_import", None, f'{{"mode":"skip","done":{nothing}}}')]
    assert clean(log).startswith("consistent up to 2")


def test_an_import_goes_back_with_its_entry(log):
    log.run("SELECT suppression_put('domain:acme.io', 'p', 's')")
    lines = "\n".join(log.column("SELECT line FROM lore_export('signals')"))
    log.run("SELECT lore_set('audit', 'on')")
    log.run("DELETE FROM suppression_cache")
    before = dump(log)
    log.run("CREATE TEMP TRIGGER t BEFORE INSERT ON main.audit_log BEGIN SELECT RAISE(ABORT, 'no room'); END")
    with raises_sql("lore_import: no room"):
        log.run("SELECT lore_import(?)", lines)
    assert_same(before, dump(log))


def test_an_import_brings_a_log_that_goes_on(log, tmp_path, migrated_image):
    """The entry about the import comes after the last one of the log that it has brought."""
    fill(log, 3)
    lines = "\n".join(log.column("SELECT line FROM lore_export('audit')"))
    (tmp_path / "other.db").write_bytes(migrated_image)
    other = Database(tmp_path / "other.db")
    other.run("SELECT lore_set('audit', 'on')")
    other.run("SELECT lore_import(?)", lines)
    assert entries(other)[:3] == entries(log) and [row[3] for row in entries(other)[3:]] == ["lore_import"]
    assert clean(other).startswith("consistent up to 4")
    other.close()


# ---- Only what stands in the docs is in the hash ----

def test_a_hash_is_over_what_the_page_says(log):
    append(log, "t", "o", "{}", "x", "e1")
    assert log.value("SELECT entry_hash FROM audit_log") == digest("lore audit entry 1", log_id(log), NO_HASH, 1, "e1", NOW, "t", "o", "x", "{}")
