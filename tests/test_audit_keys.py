"""Key files, checkpoints, rotation, pruning: what is signed, by whom, and what is refused."""
import base64
import os

import pytest

from audit_calls import (NOW, Signer, append, broken, checkpoint_message, clean, entries, entry_hash, fill, key_message, log_id, pin,
                         prune_message, rehash, use_key, verify)
from support import BAD_ARGUMENT, DENIED, REFUSED, Database, assert_same, dump, is_locked_for_others, raises_sql

ONE, TWO, THREE = Signer(1), Signer(2), Signer(3)


@pytest.fixture
def log(db):
    pin(db)
    fill(db, 5)
    return db


@pytest.fixture
def keyed(log, tmp_path):
    use_key(log, ONE, tmp_path)
    return log


def rehash_from(db, first, previous):
    """Makes the chain right from an entry on, after a hash that no entry has."""
    for row in [row for row in entries(db) if row[0] >= first]:
        new = entry_hash(log_id(db), (*row[:7], previous))
        db.run("UPDATE audit_log SET previous_hash = ?, entry_hash = ? WHERE sequence_number = ?", previous, new, row[0])
        previous = new


def is_right(signer, message, signature):
    signer.key.public_key().verify(bytes.fromhex(signature), message.encode())
    return True


# ---- The file ----

@pytest.mark.parametrize("content", [ONE.seed, ONE.seed + ONE.public, ONE.seed.hex().encode(), ONE.seed.hex().upper().encode() + b"\n",
                                     (ONE.seed + ONE.public).hex().encode() + b"\r\n"], ids=["seed", "pair", "hex", "HEX", "hex pair"])
def test_a_key_file_holds_a_seed_or_a_pair(log, tmp_path, content):
    assert log.value("SELECT audit_key_file(?)", ONE.file(tmp_path, content)) == ONE.hex
    assert log.value("SELECT audit_checkpoint()") == 5


@pytest.mark.parametrize("content", [b"", ONE.seed[:31], ONE.seed + b"\n", ONE.seed * 3, ONE.seed.hex().encode()[:62], b"z" * 63, b"0" * 2000],
                         ids=["empty", "short", "line end", "long", "short hex", "no hex", "large"])
def test_a_file_that_is_no_key_is_refused(log, tmp_path, content):
    with raises_sql("must hold 32 or 64 bytes, raw or in hexadecimal", DENIED):
        log.run("SELECT audit_key_file(?)", ONE.file(tmp_path, content))


def test_a_pair_whose_halves_do_not_belong_together_is_refused(log, tmp_path):
    with raises_sql("has a public key that is not that of its seed", DENIED):
        log.run("SELECT audit_key_file(?)", ONE.file(tmp_path, ONE.seed + TWO.public))


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o400, 0o700, 0o1600, 0o604])
def test_nobody_else_may_read_a_key_file(log, tmp_path, mode):
    path = ONE.file(tmp_path)
    os.chmod(path, mode)
    with raises_sql("must have the mode 0600", DENIED):
        log.run("SELECT audit_key_file(?)", path)


def test_a_key_file_is_no_link_no_folder_no_pipe(log, tmp_path):
    path = ONE.file(tmp_path)
    (tmp_path / "link").symlink_to(path)
    os.mkfifo(tmp_path / "pipe", 0o600)
    for name, why in (("link", "is a symbolic link"), ("pipe", "is no regular file"), (".", "is no regular file"), ("none", "is not there")):
        with raises_sql(f"' {why}", DENIED):
            log.run("SELECT audit_key_file(?)", str(tmp_path / name))


@pytest.mark.parametrize("mode", [0o600, 0o644])
def test_the_database_is_no_key_file_and_keeps_its_locks(log, mode):
    """To open and close its file would take SQLite's locks on it away, and two processes could write at once."""
    log.run("BEGIN IMMEDIATE")
    append(log)
    os.chmod(log.path, mode)
    with raises_sql("must hold 32 or 64 bytes" if mode == 0o600 else "must have the mode 0600", DENIED):
        log.run("SELECT audit_key_file(?)", log.path)
    assert is_locked_for_others(log.path)
    log.run("ROLLBACK")


def test_a_key_file_is_one_s_own(log, tmp_path):
    path = "/etc/passwd"
    if os.geteuid() == 0:  # who can give a file away
        path = ONE.file(tmp_path)
        os.chown(path, 65534, 65534)
    with raises_sql("belongs to another user", DENIED):
        log.run("SELECT audit_key_file(?)", path)


def test_a_key_that_is_refused_leaves_the_one_before(keyed, tmp_path):
    with raises_sql("is not there"):
        keyed.run("SELECT audit_key_file(?)", str(tmp_path / "none"))
    assert keyed.value("SELECT audit_checkpoint()") == 5


def test_a_key_is_forgotten_when_told_and_is_one_connection_s(keyed):
    other = Database(keyed.path)
    assert keyed.value("SELECT audit_key_file()") is None
    for db in (keyed, other):
        with raises_sql("audit_checkpoint: this connection has no key; SELECT audit_key_file", DENIED):
            db.run("SELECT audit_checkpoint()")
    other.close()


def test_the_secret_half_is_nowhere_in_the_file(keyed):
    keyed.run("SELECT audit_checkpoint()")
    keyed.run("VACUUM")
    raw = open(keyed.path, "rb").read()
    assert ONE.seed not in raw and ONE.seed.hex().encode() not in raw and ONE.hex.encode() in raw


# ---- Checkpoints ----

def test_a_checkpoint_signs_the_head(keyed):
    assert keyed.value("SELECT audit_checkpoint()") == 5
    [row] = keyed.run("SELECT sequence_number, head_hash, entry_count, at, key_id, signature FROM audit_checkpoints")
    assert row[:5] == (5, entries(keyed)[-1][8], 5, NOW, ONE.id)
    assert is_right(ONE, checkpoint_message(log_id(keyed), *row[:5]), row[5])
    assert keyed.run("SELECT number, key_id, public_key, created_at, retired_at, signed_by, signature FROM audit_keys") == [
        (1, ONE.id, ONE.hex, NOW, None, None, None)]
    assert keyed.row("SELECT * FROM audit_head()") == (5, row[1], row[5], ONE.id, ONE.hex, NOW)


def test_what_is_signed_already_is_not_signed_again(keyed):
    assert keyed.value("INSERT INTO audit_checkpoint DEFAULT VALUES RETURNING 1") == 1
    before = dump(keyed)
    pin(keyed, "2026-04-01")
    assert keyed.value("SELECT audit_checkpoint()") == 5 and keyed.value("SELECT lore_notice()") == "signed already"
    assert_same(before, dump(keyed))


def test_there_is_nothing_to_sign_in_an_empty_log(db):
    before = dump(db)
    assert db.value("SELECT audit_checkpoint()") == 0 and db.value("SELECT lore_notice()") == "the log is empty"
    assert_same(before, dump(db))


def test_signed_to_says_just_what_was_signed(keyed):
    assert clean(keyed) == "consistent up to 5, not signed, no anchor"
    keyed.run("SELECT audit_checkpoint()")
    fill(keyed, 2)
    assert clean(keyed) == "consistent up to 7, signed up to 5 (by whom? give public_key), no anchor"
    assert clean(keyed, None, None, ONE.hex) == "consistent up to 7, signed up to 5, no anchor"
    keyed.run("SELECT audit_checkpoint()")
    assert verify(keyed, 6, entries(keyed)[5][8], ONE.hex) == {
        "status": "clean", "sequence_number": None, "statement": "consistent up to 7, signed up to 7, anchored up to 6",
        "consistent_to": 7, "signed_to": 7, "anchored_to": 6}


def test_another_key_than_the_log_s_signs_nothing(keyed, tmp_path):
    keyed.run("SELECT audit_checkpoint()")
    fill(keyed, 1)
    use_key(keyed, TWO, tmp_path)
    before = dump(keyed)
    for call in ("audit_checkpoint()", "audit_prune('2027-01-01')", f"audit_rotate_key('{THREE.file(tmp_path)}')"):
        with raises_sql(f"the key of this connection, {TWO.id}, is not the log's, which is {ONE.id}", DENIED):
            keyed.run(f"SELECT {call}")
    assert_same(before, dump(keyed))


def test_a_public_key_that_the_log_does_not_have_is_said(keyed):
    keyed.run("SELECT audit_checkpoint()")
    assert broken(keyed, None, None, TWO.hex) == (None, "public_key is no key of this log")
    for form in (ONE.hex.upper(), base64.b64encode(ONE.public).decode(), base64.urlsafe_b64encode(ONE.public).decode().rstrip("=")):
        assert clean(keyed, None, None, form) == "consistent up to 5, signed up to 5, no anchor"


def test_what_was_tampered_with_is_not_signed(keyed):
    keyed.run("UPDATE audit_log SET event_payload = '{}' WHERE sequence_number = 2")
    before = dump(keyed)
    with raises_sql("audit_checkpoint: nothing is signed: entry_hash is not the hash of the entry's columns (sequence_number 2)", REFUSED):
        keyed.run("SELECT audit_checkpoint()")
    assert_same(before, dump(keyed))


def test_a_new_checkpoint_looks_at_what_came_after_the_last(keyed):
    keyed.run("SELECT audit_checkpoint()")
    fill(keyed, 3)
    keyed.run("UPDATE audit_log SET target_id = NULL WHERE sequence_number = 7")
    with raises_sql("(sequence_number 7)", REFUSED):
        keyed.run("SELECT audit_checkpoint()")


@pytest.mark.parametrize("first", [5, 3])
def test_a_chain_made_anew_over_what_was_signed_is_not_signed_again(keyed, first):
    keyed.run("SELECT audit_checkpoint()")
    fill(keyed, 3)
    keyed.run("UPDATE audit_log SET target_id = 'x' WHERE sequence_number = ?", first)
    rehash(keyed, first)
    with raises_sql("the entry is not the one that the checkpoint has signed: its hash is another (sequence_number 5)", REFUSED):
        keyed.run("SELECT audit_checkpoint()")


def test_a_log_whose_signed_tail_went_is_not_signed_again(keyed):
    keyed.run("SELECT audit_checkpoint()")
    keyed.run("DELETE FROM audit_log WHERE sequence_number > 3")
    with raises_sql("nothing is signed: ", REFUSED):
        keyed.run("SELECT audit_checkpoint()")


# ---- Rotation ----

def test_a_new_key_is_signed_by_the_old_one(keyed, tmp_path):
    keyed.run("SELECT audit_checkpoint()")
    pin(keyed, "2026-03-10")
    assert keyed.value("SELECT audit_rotate_key(?)", TWO.file(tmp_path)) == TWO.id
    old, new = keyed.run("SELECT number, key_id, public_key, created_at, retired_at, signed_by, signature FROM audit_keys")
    at = "2026-03-10T00:00:00.000Z"
    assert old[:6] == (1, ONE.id, ONE.hex, NOW, at, None) and new[:6] == (2, TWO.id, TWO.hex, at, None, ONE.id)
    assert is_right(ONE, key_message(log_id(keyed), 2, TWO.hex, at, ONE.id), new[6])
    fill(keyed, 1)
    assert keyed.value("SELECT audit_checkpoint()") == 6
    for trusted in (ONE, TWO):
        assert clean(keyed, None, None, trusted.hex) == "consistent up to 6, signed up to 6, no anchor"


def test_who_trusts_the_new_key_does_not_count_what_the_old_one_signed(keyed, tmp_path):
    keyed.run("SELECT audit_checkpoint()")
    keyed.run("SELECT audit_rotate_key(?)", TWO.file(tmp_path))
    assert clean(keyed, None, None, TWO.hex) == "consistent up to 5, not signed, no anchor"
    assert clean(keyed, None, None, ONE.hex) == "consistent up to 5, signed up to 5, no anchor"


def test_the_head_is_signed_by_the_new_key_too(keyed, tmp_path):
    keyed.run("SELECT audit_checkpoint()")
    keyed.run("SELECT audit_rotate_key(?)", TWO.file(tmp_path))
    assert keyed.value("SELECT audit_checkpoint()") == 5
    assert keyed.value("SELECT count(*) FROM audit_checkpoints WHERE sequence_number = 5") == 2
    assert keyed.value("SELECT key_id FROM audit_head()") == TWO.id
    assert clean(keyed, None, None, TWO.hex).startswith("consistent up to 5, signed up to 5,")


def test_a_rotation_that_fails_changes_neither_log_nor_connection(keyed, tmp_path):
    keyed.run("SELECT audit_checkpoint()")
    keyed.run("SELECT audit_rotate_key(?)", TWO.file(tmp_path))
    before = dump(keyed)
    for path, why in ((str(tmp_path / "none"), "is not there"), (ONE.file(tmp_path), f"the log has had the key {ONE.id} already"),
                      (TWO.file(tmp_path), f"the log has had the key {TWO.id} already")):
        with raises_sql(why):
            keyed.run("SELECT audit_rotate_key(?)", path)
    assert_same(before, dump(keyed))
    fill(keyed, 1)
    assert keyed.value("SELECT audit_checkpoint()") == 6, "with the key that it has"


def test_an_empty_log_has_no_key_to_change(db, tmp_path):
    use_key(db, ONE, tmp_path)
    before = dump(db)
    with raises_sql("audit_rotate_key: the log is empty", REFUSED):
        db.run("SELECT audit_rotate_key(?)", TWO.file(tmp_path))
    assert_same(before, dump(db))


def test_a_rotation_is_an_entry(keyed, tmp_path):
    keyed.run("SELECT lore_set('audit', 'on')")
    keyed.run("SELECT audit_rotate_key(?)", TWO.file(tmp_path))
    assert entries(keyed)[-1][3:7] == ("audit_rotate_key", "audit_rotate_key", TWO.id, f'{{"key_id":"{TWO.id}","signed_by":"{ONE.id}"}}')
    assert clean(keyed)


@pytest.mark.parametrize("sql, what", [
    ("UPDATE audit_keys SET public_key = upper(public_key) WHERE number = 2", "key 2 has a key_id that is not that of its public_key"),
    ("UPDATE audit_keys SET public_key = 'x' WHERE number = 2", "key 2 has a public_key that is none"),
    ("UPDATE audit_keys SET signature = (SELECT signature FROM audit_checkpoints LIMIT 1) WHERE number = 2", "key 2 has a signature that is not that of"),
    ("UPDATE audit_keys SET signature = NULL WHERE number = 2", "key 2 has a signature that is not that of the key before it"),
    ("UPDATE audit_keys SET created_at = '2020-01-01T00:00:00.000Z' WHERE number = 2", "key 2 has a signature that is not that of the key before it"),
    ("UPDATE audit_keys SET signed_by = NULL WHERE number = 2", "key 2 is not signed by the key before it"),
    ("UPDATE audit_keys SET number = 3 WHERE number = 2", "key 3 does not follow the key before it"),
    ("DELETE FROM audit_keys WHERE number = 1", "key 2 does not follow the key before it"),
    ("UPDATE audit_keys SET signed_by = 'x' WHERE number = 1", "key 1 is the first, but says that it was signed"),
])
def test_what_was_done_to_the_keys_is_found(keyed, tmp_path, sql, what):
    keyed.run("SELECT audit_checkpoint()")
    keyed.run("SELECT audit_rotate_key(?)", TWO.file(tmp_path))
    keyed.run("SELECT audit_checkpoint()")
    keyed.run(sql)
    number, statement = broken(keyed)
    assert number is None and what in statement


# ---- Pruning ----

def test_what_is_old_goes_and_that_is_signed(keyed):
    hashes = [row[8] for row in entries(keyed)]
    assert keyed.value("SELECT audit_prune('2026-03-04')") == 3
    [row] = keyed.run("SELECT sequence_number, first_number, head_hash, pruned_before, at, key_id, signature FROM audit_prunes")
    assert row[:6] == (3, 1, hashes[2], "2026-03-04T00:00:00.000Z", NOW, ONE.id)
    assert is_right(ONE, prune_message(log_id(keyed), *row[:6]), row[6])
    assert [row[0] for row in entries(keyed)] == [4, 5]
    assert clean(keyed, None, None, ONE.hex) == "consistent from 4 up to 5, signed up to 3, no anchor"
    assert clean(keyed, 3, hashes[2]).endswith("anchored up to 3")
    assert clean(keyed, 2, hashes[1]).endswith("the anchor's entry 2 was pruned")
    assert broken(keyed, 3, hashes[1]) == (3, "the entry is not the one of the anchor: its hash is another")
    assert append(keyed) == 6 and clean(keyed).startswith("consistent from 4 up to 6")


def test_a_checkpoint_of_what_went_still_vouches_for_its_hash(keyed):
    fill(keyed, 1)
    keyed.run("DELETE FROM audit_checkpoints")
    hashes = [row[8] for row in entries(keyed)]
    keyed.run("SELECT audit_checkpoint()")
    fill(keyed, 3)
    assert keyed.value("SELECT audit_prune('2026-03-09')") == 8
    assert clean(keyed, 6, hashes[5], ONE.hex).endswith("anchored up to 6")
    assert clean(keyed, 6, hashes[5]).endswith("the anchor's entry 6 was pruned"), "anybody could have signed that"
    assert clean(keyed, 5, hashes[4], ONE.hex).endswith("the anchor's entry 5 was pruned")


def test_the_head_stays(keyed):
    assert keyed.value("SELECT audit_prune('2027-01-01')") == 4
    assert [row[0] for row in entries(keyed)] == [5]
    assert keyed.value("SELECT audit_prune('2027-01-01')") == 0
    assert keyed.value("SELECT lore_notice()") == "no entry before '2027-01-01T00:00:00.000Z' may go"
    assert append(keyed) == 6


def test_only_a_beginning_goes(keyed):
    """An older entry that came later keeps its place."""
    append(keyed, at="2026-03-02T12:00:00Z")
    assert keyed.value("SELECT audit_prune('2026-03-03')") == 2
    assert [row[0] for row in entries(keyed)] == [3, 4, 5, 6]


def test_one_prune_follows_another(keyed):
    keyed.run("SELECT audit_prune('2026-03-02')")
    keyed.run("SELECT audit_checkpoint()")
    fill(keyed, 3)
    assert keyed.value("SELECT audit_prune('2026-03-07')") == 5
    assert keyed.run("SELECT first_number, sequence_number FROM audit_prunes") == [(1, 1), (2, 6)]
    assert clean(keyed, None, None, ONE.hex) == "consistent from 7 up to 8, signed up to 6, no anchor"
    keyed.run("DELETE FROM audit_prunes WHERE sequence_number = 1")
    assert broken(keyed) == (1, "the entry is missing: the prune of 6 is another")


def test_what_was_tampered_with_does_not_go(keyed):
    keyed.run("UPDATE audit_log SET originator_id = 'eve' WHERE sequence_number = 2")
    before = dump(keyed)
    with raises_sql("audit_prune: nothing is signed: entry_hash is not the hash of the entry's columns (sequence_number 2)", REFUSED):
        keyed.run("SELECT audit_prune('2026-03-04')")
    assert_same(before, dump(keyed))
    assert keyed.value("SELECT audit_prune('2026-03-02')") == 1, "what comes before is good"


@pytest.mark.parametrize("sql, where", [
    ("UPDATE audit_prunes SET head_hash = replace(head_hash, substr(head_hash, 1, 1), 'x')", 3), ("UPDATE audit_prunes SET sequence_number = 4", 4),
    ("UPDATE audit_prunes SET pruned_before = '2020-01-01T00:00:00.000Z'", 3), ("UPDATE audit_prunes SET key_id = 'x'", 3),
    ("DELETE FROM audit_prunes", 1), ("UPDATE audit_prunes SET signature = ''", 3)])
def test_what_was_done_to_a_prune_is_found(keyed, sql, where):
    keyed.run("SELECT audit_prune('2026-03-04')")
    keyed.run(sql)
    assert broken(keyed)[0] == where


def test_an_entry_put_back_before_the_beginning_has_no_place(keyed):
    row = entries(keyed)[1]
    keyed.run("SELECT audit_prune('2026-03-04')")
    keyed.run(f"INSERT INTO audit_log VALUES ({', '.join('?' * 9)})", *row)
    assert broken(keyed) == (2, "the entry has no place: the log begins with 4")


def test_what_the_old_key_has_pruned_the_new_one_signs_anew(keyed, tmp_path):
    keyed.run("SELECT audit_prune('2026-03-02')")
    keyed.run("SELECT audit_prune('2026-03-04')")
    before = keyed.run("SELECT sequence_number, first_number, head_hash, pruned_before, at FROM audit_prunes")
    keyed.run("SELECT audit_rotate_key(?)", TWO.file(tmp_path))
    rows = keyed.run("SELECT sequence_number, first_number, head_hash, pruned_before, at, key_id, signature FROM audit_prunes")
    assert [row[:5] for row in rows] == before and {row[5] for row in rows} == {TWO.id}
    assert all(is_right(TWO, prune_message(log_id(keyed), *row[:6]), row[6]) for row in rows)
    for trusted in (ONE, TWO):
        assert clean(keyed, None, None, trusted.hex) == "consistent from 4 up to 5, signed up to 3, no anchor"


@pytest.mark.parametrize("change", ["at = '2020-01-01T00:00:00.000Z'", "signature = ''", "signature = 'x'", "head_hash = ''"])
def test_a_prune_that_was_changed_is_not_signed_anew(keyed, tmp_path, change):
    keyed.run("SELECT audit_prune('2026-03-02')")
    keyed.run("SELECT audit_prune('2026-03-04')")
    keyed.run(f"UPDATE audit_prunes SET {change} WHERE sequence_number = 1")
    keyed.run("SELECT audit_rotate_key(?)", TWO.file(tmp_path))
    assert keyed.column("SELECT key_id FROM audit_prunes ORDER BY sequence_number") == [ONE.id, TWO.id]
    assert broken(keyed) == (1, "the prune of 1 is not what was signed")


def test_a_prune_of_an_older_key_is_not_enough_for_who_trusts_the_newer(keyed, tmp_path):
    """Who can write the file can put a key of his own before the one that is trusted, and sign a prune with it."""
    keyed.run("SELECT audit_checkpoint()")
    keyed.run("SELECT audit_rotate_key(?)", TWO.file(tmp_path))
    keyed.run("SELECT audit_checkpoint()")
    head = entries(keyed)[1][8]
    keyed.run("INSERT INTO audit_prunes VALUES (2, 1, ?, ?, ?, ?, ?)", head, NOW, NOW, ONE.id,
              ONE.sign(prune_message(log_id(keyed), 2, 1, head, NOW, NOW, ONE.id)))
    keyed.run("DELETE FROM audit_log WHERE sequence_number <= 2")
    assert broken(keyed, None, None, TWO.hex) == (1, "the entry is missing: the prune of 2 is not signed by public_key, nor by a key that it has signed")
    assert clean(keyed, None, None, ONE.hex) == "consistent from 3 up to 5, signed up to 5, no anchor"


def test_a_prune_without_a_hash_leads_to_no_entry(keyed):
    """In a file whose schema is another one it can be NULL, and be signed."""
    for sql in ("ALTER TABLE audit_prunes RENAME TO was", "CREATE TABLE audit_prunes AS SELECT * FROM was",
                "DELETE FROM audit_log WHERE sequence_number <= 2"):
        keyed.run(sql)
    keyed.run("INSERT INTO audit_keys(number, key_id, public_key, created_at) VALUES (1, ?, ?, ?)", ONE.id, ONE.hex, NOW)
    keyed.run("INSERT INTO audit_prunes VALUES (2, 1, NULL, ?, ?, ?, ?)", NOW, NOW, ONE.id,
              ONE.sign(prune_message(log_id(keyed), 2, 1, None, NOW, NOW, ONE.id)))
    rehash_from(keyed, 3, "(null)")
    assert broken(keyed) == (1, "the entry is missing: the prune of 2 is another")


def test_a_prune_is_an_entry(keyed):
    keyed.run("SELECT lore_set('audit', 'on')")
    last = entries(keyed)[2][8]
    keyed.run("INSERT INTO audit_prune(before) VALUES ('2026-03-04')")
    assert keyed.value("SELECT lore_result()") == 3
    assert entries(keyed)[-1][3:7] == ("audit_prune", "audit_prune", None, f'{{"first":1,"last":3,"hash":"{last}"}}')
    assert clean(keyed).startswith("consistent from 4 up to 6")


def test_pruning_needs_a_moment(keyed):
    with raises_sql("audit_prune: before must be an ISO 8601 time", BAD_ARGUMENT):
        keyed.run("SELECT audit_prune('soon')")


# ---- All or nothing ----

CALLS = {"audit_checkpoint": ("", {"audit_checkpoints", "audit_keys"}), "audit_prune": ("'2026-03-04'", {"audit_log", "audit_prunes", "audit_keys"}),
         "audit_rotate_key": ("?", {"audit_keys", "audit_prunes", "audit_log"})}


@pytest.mark.parametrize("verb", CALLS)
def test_a_failure_at_any_row_leaves_nothing(keyed, tmp_path, verb):
    """In a transaction, which goes on: with the setting on, so that the entry about it counts too."""
    keyed.run("SELECT lore_set('audit', 'on')")
    arguments, tables = CALLS[verb]
    values = [TWO.file(tmp_path)] if arguments == "?" else []
    count = at = 0

    def fail_now():
        nonlocal count
        count += 1
        return int(count == at)

    keyed.connection.create_function("fail_now", 0, fail_now)
    for table in tables:
        for event in ("INSERT", "UPDATE", "DELETE"):
            keyed.run(f"CREATE TEMP TRIGGER t_{event}_{table} AFTER {event} ON main.{table} BEGIN "
                      "SELECT CASE fail_now() WHEN 1 THEN RAISE(ABORT, 'injected') END; END")
    keyed.run("BEGIN")
    before = dump(keyed)
    failures = 0
    while True:
        at, count = at + 1, 0
        try:
            keyed.run(f"SELECT {verb}({arguments})", *values)
            break
        except Exception as error:
            assert "injected" in str(error)
            failures += 1
            assert_same(before, dump(keyed), f"failure {at}")
    keyed.run("COMMIT")
    assert failures >= 2 and clean(keyed)
