"""The vault: opened and closed, secrets kept and given out, keys changed and rotated."""
import os
import subprocess
import sys
import threading

import pytest

from support import (BAD_ARGUMENT, DENIED, INTERRUPT, LORE, NOT_READY, REFUSED, ROOT, Database, assert_same, dump, is_locked_for_others,
                     raises_sql)
from vault_calls import FAST, KEY, OTHER_KEY, PHRASE, VALUE, get, log, put, reopened, vault  # noqa: F401

CLOSED = "vault is closed"


def keys(db):
    return db.run("SELECT state, kdf, secrets FROM vault_status()")


# ---- Open and closed ----

@pytest.mark.parametrize("key", [KEY, bytes.fromhex(KEY), PHRASE])
def test_a_vault_opens_on_another_connection_with_its_key_only(db, key):
    db.run(f"SELECT vault_init(?{FAST})", key)
    put(db)
    other = Database(db.path)
    with raises_sql("secret_get: vault is closed", DENIED):
        get(other)
    with raises_sql("vault_open: the key is not the right one", DENIED):
        other.run("SELECT vault_open(?)", OTHER_KEY if key != PHRASE else "another phrase")
    other.run("SELECT vault_open(?)", key)
    assert get(other) == VALUE
    other.run("SELECT vault_close()")
    with raises_sql(CLOSED, DENIED):
        get(other)
    other.close()


def test_hexadecimal_digits_and_a_blob_are_the_same_key(vault):
    other = Database(vault.path)
    assert other.value("SELECT vault_open(?)", bytes.fromhex(KEY)) == other.value("SELECT vault_open(?)", KEY.upper())
    other.close()


CALLS = ["secret_put('value')", "secret_get('door', 'why')", "secret_delete('door')", "secret_protect('password=river42!')",
         "secret_reveal('{SECRET:door:door code}', 'tool')", "vault_rotate()", f"vault_rekey('{OTHER_KEY}')"]


@pytest.mark.parametrize("call", CALLS)
def test_what_needs_a_key_is_denied_while_the_vault_is_closed(vault, call):
    put(vault)
    vault.run("SELECT vault_close()")
    before = dump(vault)
    with raises_sql(f"{call.split('(')[0]}: {CLOSED}", DENIED):
        vault.run(f"SELECT {call}")
    assert_same(before, dump(vault))


@pytest.mark.parametrize("call", CALLS)
def test_where_there_is_no_vault_it_says_so(db, call):
    with raises_sql("vault is closed: this file has none yet, SELECT vault_init", DENIED):
        db.run(f"SELECT {call}")


@pytest.mark.parametrize("call", [*CALLS, "vault_init('a long enough phrase')", "vault_open('a long enough phrase')"])
def test_before_the_migration_it_says_what_to_run(bare, call):
    with raises_sql("run SELECT lore_migrate('vault') first", NOT_READY):
        bare.run(f"SELECT {call}")


def test_opening_a_file_without_a_vault_is_refused(db):
    with raises_sql("vault_open: this file has no vault yet", REFUSED):
        db.run("SELECT vault_open(?)", KEY)


@pytest.mark.parametrize("key", ["", "short", "x" * 1025, b"too short", b"x" * 33, 7, 1.5])
def test_a_key_that_is_none_is_not_repeated_in_the_message(db, key):
    for call in ("vault_init", "vault_open"):
        if call == "vault_open":
            db.run("SELECT vault_init(?)", KEY)
        with raises_sql(f"{call}: ") as caught:
            db.run(f"SELECT {call}(?)", key)
        assert not isinstance(key, str) or len(key) < 2 or key not in caught.message


def test_limits_of_the_passphrase_are_bounded(db):
    for arguments in (f"'{PHRASE}', 0, 8192", f"'{PHRASE}', 11, 8192", f"'{PHRASE}', 1, 8191", f"'{PHRASE}', 1, 1048577"):
        with raises_sql("must be between", BAD_ARGUMENT):
            db.run(f"SELECT vault_init({arguments})")


def test_init_again_opens_with_the_right_key_and_changes_nothing(vault):
    before = dump(vault)
    other = Database(vault.path)
    assert other.value("SELECT vault_init(?)", KEY) == vault.value("SELECT key_id FROM vault_keys")
    assert other.value("SELECT lore_notice()") == "the vault is there already"
    assert put(other, "another value") and get(other) == "another value"
    with raises_sql("vault_init: the key is not the right one", DENIED):
        vault.run("SELECT vault_init(?)", OTHER_KEY)
    other.run("SELECT secret_delete('door')")
    other.run("DROP TRIGGER lore_on_secret_access_log_delete")
    other.run("DELETE FROM secret_access_log")
    assert before["rows"]["vault_keys"] == dump(vault)["rows"]["vault_keys"]
    other.close()


def test_an_init_that_is_rolled_back_leaves_the_vault_closed(db):
    db.run("BEGIN")
    db.run("SELECT vault_init(?)", KEY)
    put(db)
    db.run("ROLLBACK")
    with raises_sql(CLOSED, DENIED):
        put(db)
    db.run("SELECT vault_init(?)", OTHER_KEY)
    put(db)
    assert get(reopened(db, OTHER_KEY)) == VALUE


def test_status_shows_the_keys_to_open_and_closed(vault):
    put(vault)
    assert vault.run("SELECT is_open, state, kdf, secrets FROM vault_status()") == [(1, "current", "raw", 1)]
    vault.run("SELECT vault_close()")
    assert vault.run("SELECT is_open, state, kdf, secrets FROM vault_status()") == [(0, "current", "raw", 1)]


def test_lore_info_counts(vault):
    for name in "abc":
        put(vault, name=name)
    vault.run("SELECT vault_rotate(1)")
    vault.run("SELECT secret_reveal('{SECRET:nobody:x}', 'tool')")
    assert dict(vault.run("SELECT name, value FROM lore_info WHERE name LIKE 'vault.%'")) == {
        "vault.secrets": 3, "vault.secrets_waiting_for_rotation": 2, "vault.denied": 1}


# ---- Files and descriptors ----

@pytest.fixture
def key_file(tmp_path):
    def make(content, mode=0o600, name="key"):
        path = tmp_path / name
        path.write_bytes(content)
        path.chmod(mode)
        return str(path)
    return make


@pytest.mark.parametrize("content", [bytes.fromhex(KEY), KEY.encode(), KEY.encode() + b"\n"])
def test_a_key_file_opens_the_vault(vault, key_file, content):
    vault.run("SELECT vault_close()")
    vault.run("SELECT vault_open_file(?)", key_file(content))
    assert put(vault)


def test_a_file_with_a_passphrase_opens_the_vault(db, key_file):
    db.run(f"SELECT vault_init(?{FAST})", PHRASE)
    db.run("SELECT vault_close()")
    db.run("SELECT vault_open_file(?)", key_file(PHRASE.encode() + b"\n"))
    assert put(db)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o610])
def test_a_file_that_others_can_use_is_refused(vault, key_file, mode):
    with raises_sql("can be used by others than its owner", DENIED):
        vault.run("SELECT vault_open_file(?)", key_file(KEY.encode(), mode))


def test_what_is_no_plain_file_of_ones_own_is_refused(vault, key_file, tmp_path):
    link, pipe = tmp_path / "link", tmp_path / "pipe"
    link.symlink_to(key_file(KEY.encode()))
    os.mkfifo(pipe, 0o600)
    for path, why in ((link, "is a symbolic link"), (pipe, "is no regular file"), (tmp_path, "is no regular file"), (tmp_path / "none", "can't be opened")):
        with raises_sql(f"vault_open_file: path '{str(path)[:40]}", DENIED) as caught:
            vault.run("SELECT vault_open_file(?)", str(path))
        assert why in caught.message


@pytest.mark.parametrize("mode", [0o600, 0o644])
@pytest.mark.parametrize("journal, ending", [("DELETE", ""), ("WAL", ""), ("WAL", "-shm")])
def test_a_file_of_the_database_is_refused_and_keeps_its_locks(vault, journal, ending, mode):
    """To open and close it would take SQLite's locks on it away, and two processes could write at once."""
    vault.run(f"PRAGMA journal_mode = {journal}")
    vault.run("BEGIN IMMEDIATE")
    put(vault)
    os.chmod(vault.path + ending, mode)
    with raises_sql("holds no key" if mode == 0o600 else "can be used by others", DENIED):
        vault.run("SELECT vault_open_file(?)", vault.path + ending)
    assert is_locked_for_others(vault.path)
    vault.run("ROLLBACK")


def test_a_file_of_another_user_is_refused(vault, key_file):
    path = key_file(KEY.encode())
    if os.geteuid() == 0:
        os.chown(path, 12345, 12345)
    else:
        path = "/etc/hostname"
    with raises_sql("belongs to another user", DENIED):
        vault.run("SELECT vault_open_file(?)", path)


@pytest.mark.parametrize("arguments", ['{"value": "hunter2"', '["hunter2"]', '"hunter2"', "hunter2", '{"value": hunter2}', '{"value": "hunter2\\u0000"}',
                                       '{"value": "hunter2", "id": "not one"}', '{"value": "hunter2", "value": "hunter2"}'])
def test_arguments_of_lore_call_are_not_shown_when_they_are_refused(vault, arguments):
    with raises_sql("", BAD_ARGUMENT) as caught:
        vault.run("SELECT lore_call('secret_put', ?)", arguments)
    assert "hunter2" not in caught.message


@pytest.mark.parametrize("content", [b"", b"\n", b"two\nlines", b"x" * 1025, b"a\0b", b"x" * 5000])
def test_a_file_without_a_key_is_refused_and_not_shown(vault, key_file, content):
    with raises_sql("holds no key", DENIED) as caught:
        vault.run("SELECT vault_open_file(?)", key_file(content))
    assert "lines" not in caught.message


def test_a_descriptor_opens_the_vault_and_stays_open(vault):
    vault.run("SELECT vault_close()")
    read, write = os.pipe()
    os.write(write, KEY.encode() + b"\n")
    os.close(write)
    vault.run("SELECT vault_open_fd(?)", read)
    assert put(vault)
    os.fstat(read)
    os.close(read)
    with raises_sql("holds no key", DENIED):
        vault.run("SELECT vault_open_fd(?)", read)


# ---- One secret ----

def test_a_secret_comes_back_and_every_access_is_logged(vault):
    assert put(vault) == "{SECRET:door:door code}"
    assert get(vault) == VALUE
    assert vault.value("SELECT secret_get('{SECRET:door:anything}', 'again')") == VALUE
    vault.run("SELECT secret_delete('door')")
    assert log(vault) == [("door", "store", None, None, "ok"), ("door", "reveal", "ann", "a test", "ok"), ("door", "reveal", None, "again", "ok"),
                          ("door", "delete", None, None, "ok")]
    for call in ("secret_get('door', 'x')", "secret_delete('door')"):
        with raises_sql("there is no secret 'door'", REFUSED):
            vault.run(f"SELECT {call}")


def test_what_stands_beside_a_secret(vault):
    vault.run("SELECT lore_clock('2026-01-02')")
    put(vault, sensitivity="Critical")
    get(vault)
    assert vault.row("SELECT description, sensitivity, detected_pattern, created_at, last_accessed, access_count, auto_actions, manual_only "
                     "FROM secrets") == ("door code", "critical", None, "2026-01-02T00:00:00.000Z", "2026-01-02T00:00:00.000Z", 1, "[]", 1)


def test_the_same_id_again_is_the_same_secret_or_refused(vault):
    first = put(vault)
    before = dump(vault)
    assert put(vault) == first and vault.value("SELECT lore_notice()") == "known by its id"
    for other in ({"value": "another"}, {"sensitivity": "low"}):
        with raises_sql("secret_put: id 'door' is there already, for another secret", REFUSED):
            put(vault, **other)
    assert_same(before, dump(vault))


@pytest.mark.parametrize("name", ["a:b", "a}b", "a b", "é", "{SECRET:a:b}", "a\nb"])
def test_an_id_that_a_reference_can_t_hold_is_refused(vault, name):
    with raises_sql("secret_put: id must be 1 to 100 of the characters", BAD_ARGUMENT):
        put(vault, name=name)


def test_a_description_can_t_break_a_reference(vault):
    reference = vault.value("SELECT secret_put('value', ?, NULL, NULL, 'a')", 'x"y}:\\{é\n')
    assert reference == "{SECRET:a:x_y____é_}"
    assert vault.value("SELECT secret_get(?, 'x')", reference) == "value"


@pytest.mark.parametrize("value", ["x", "é\U0001f600", "line\nline", "x" * 1_000_000, "'\"\\{}"])
def test_any_text_comes_back_as_it_was(vault, value):
    put(vault, value)
    assert get(reopened(vault)) == value


@pytest.mark.parametrize("value", ["hidden\0", "hidden" * 200_000, b"hidden", ""])
def test_a_value_that_is_none_is_not_repeated_in_the_message(vault, value):
    for call in ("secret_put", "secret_protect", "secret_scan"):
        if call != "secret_put" and value in ("", "hidden" * 200_000):
            continue
        with raises_sql(f"{call}: ", BAD_ARGUMENT) as caught:
            vault.run(f"SELECT {call}(?)" if call != "secret_scan" else "SELECT * FROM secret_scan(?)", value)
        assert "hidden" not in caught.message


def test_the_insertable_form_leaves_a_reference_and_no_secret(vault):
    vault.run("INSERT INTO secret_put(value, description, id) VALUES (?, 'x', 'a'), (?, 'y', 'b')", VALUE, VALUE)
    assert vault.column("SELECT result FROM lore_results()") == ["{SECRET:a:x}", "{SECRET:b:y}"]
    get(vault, "a")
    assert VALUE not in repr(vault.run("SELECT * FROM lore_results()"))


def test_what_a_clock_ahead_has_given_out_does_not_stop_today(vault):
    put(vault)
    vault.run("SELECT lore_set('secret_reveals_per_minute', 2)")
    for _ in range(2):
        assert vault.value("SELECT secret_get('door', 'a test', 'ann', '2099-01-01')") == VALUE
    assert vault.value("SELECT secret_get('door', 'a test', 'ann', '2099-01-01T00:00:59Z')") is None
    assert [get(vault), get(vault)] == [VALUE, VALUE]


def test_over_the_rate_nothing_is_given_and_the_log_says_so(vault):
    put(vault)
    vault.run("SELECT lore_set('secret_reveals_per_minute', 3)")
    vault.run("SELECT lore_clock('2026-01-01T00:00:00Z')")
    assert [get(vault) for _ in range(5)] == [VALUE] * 3 + [None] * 2
    assert vault.value("SELECT lore_notice()") == "over the rate limit: secret_reveals_per_minute is 3"
    assert log(vault)[-1] == ("door", "denied", "ann", "a test", "over the rate limit")
    assert vault.value("SELECT secret_reveal('{SECRET:door:x}', 'tool')") == "{SECRET:door:x}"
    assert vault.value("SELECT lore_notice()") == "1 of 1 references were left: over the rate limit"
    vault.run("SELECT lore_clock('2026-01-01T00:01:00Z')")
    assert get(vault) == VALUE


def test_the_log_is_only_appended_to(vault):
    put(vault)
    for sql in ("DELETE FROM secret_access_log", "UPDATE secret_access_log SET outcome = 'x'", "UPDATE secret_access_log SET seq = 9"):
        with raises_sql("secret_access_log is only appended to"):
            vault.run(sql)
    assert len(log(vault)) == 1


# ---- Keys ----

def test_another_key_opens_after_rekey_and_the_old_one_does_not(vault):
    put(vault)
    other = reopened(vault)
    before = vault.value("SELECT ciphertext FROM secrets")
    vault.run(f"SELECT vault_rekey(?{FAST})", PHRASE)
    assert get(vault) == VALUE and vault.value("SELECT ciphertext FROM secrets") == before
    with raises_sql("vault is closed: its key is another one by now", DENIED):
        get(other)
    with raises_sql("the key is not the right one: this vault opens by a passphrase", DENIED):
        other.run("SELECT vault_open(?)", KEY)
    other.run("SELECT vault_open(?)", PHRASE)
    assert get(other) == VALUE
    other.close()


def test_a_rekey_that_is_rolled_back_leaves_the_vault_open(vault):
    put(vault)
    for number in range(6):
        vault.run("BEGIN")
        vault.run(f"SELECT vault_rekey(?{FAST})", f"{PHRASE} {number}")
        assert get(vault) == VALUE
        vault.run("ROLLBACK")
        assert get(vault) == VALUE
    assert get(reopened(vault)) == VALUE


def test_a_rotation_goes_on_where_it_stopped_and_retires_the_old_key(vault):
    for number in range(5):
        put(vault, f"value {number}", f"s{number}")
    old = vault.column("SELECT ciphertext FROM secrets ORDER BY secret_uuid")
    assert vault.value("SELECT vault_rotate(2)") == 3
    assert keys(vault) == [("current", "raw", 2), ("rotating out", "raw", 3)]
    assert [get(vault, f"s{number}") for number in range(5)] == [f"value {number}" for number in range(5)]
    other = reopened(vault)
    assert other.value("SELECT vault_rotate(2)") == 1
    put(other, "new", "s9")
    assert other.value("SELECT vault_rotate(2)") == 0
    assert keys(vault) == [("current", "raw", 6), ("retired", "raw", 0)]
    assert vault.column("SELECT wrapped_key IS NULL FROM vault_keys ORDER BY generation") == [1, 0]
    assert [get(vault, f"s{number}") for number in range(5)] == [f"value {number}" for number in range(5)]
    assert not set(old) & set(vault.column("SELECT ciphertext FROM secrets"))
    assert vault.value("SELECT count(*) FROM secret_access_log WHERE access = 'rotate'") == 5
    other.close()


def test_a_passphrase_still_opens_after_a_rotation_and_a_rekey_inside_one(db):
    db.run(f"SELECT vault_init(?{FAST})", PHRASE)
    for number in range(3):
        put(db, VALUE, f"s{number}")
    db.run("SELECT vault_rotate(1)")
    db.run("SELECT vault_rekey(?)", OTHER_KEY)
    other = reopened(db, OTHER_KEY)
    assert other.value("SELECT vault_rotate(10)") == 0
    assert [get(other, f"s{number}") for number in range(3)] == [VALUE] * 3
    other.close()


def test_an_interrupted_rotation_leaves_nothing_and_can_be_done_again(vault):
    vault.run("INSERT INTO secret_put(value, id) SELECT 'value ' || value, 's' || value FROM "
              "(WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n LIMIT 400) SELECT value FROM n)")
    before = dump(vault)
    seen = []
    vault.connection.create_function("resealed", 0, lambda: seen.append(1) or (len(seen) == 200 and vault.connection.interrupt()))
    vault.run("CREATE TEMP TRIGGER watch AFTER UPDATE ON main.secrets BEGIN SELECT resealed(); END")
    with raises_sql("interrupted", INTERRUPT):
        vault.run("SELECT vault_rotate(1000)")
    assert len(seen) >= 200
    assert_same(before, dump(vault))
    vault.run("DROP TRIGGER temp.watch")
    assert vault.value("SELECT vault_rotate(1000)") == 0
    assert get(vault, "s400") == "value 400"


WORKER = """
import sys
sys.path.insert(0, {tests!r})
from support import Database
db = Database({path!r}, timeout=30)
db.run("SELECT vault_open(?)", {key!r})
for number in range(25):
    db.run("BEGIN IMMEDIATE")
    db.run("SELECT secret_put(?, NULL, NULL, NULL, ?)", f"value {name}{{number}}", f"{name}{{number}}")
    if {name!r} == "b" and number % 5 == 0:
        db.run("SELECT vault_rotate(7)")
    db.run("COMMIT")
    assert db.value("SELECT secret_get(?, 'x')", f"{name}{{number}}") in (f"value {name}{{number}}", None)
db.close()
"""


def test_two_processes_store_and_rotate_at_once(vault):
    vault.run("PRAGMA journal_mode = WAL")
    workers = [subprocess.Popen([sys.executable, "-c", WORKER.format(tests=str(ROOT / "tests"), path=vault.path, key=KEY, name=name)],
                                env={**os.environ, "LORE": LORE}, stderr=subprocess.PIPE, text=True) for name in "ab"]
    for worker in workers:
        assert worker.wait(60) == 0, worker.stderr.read()
    while vault.value("SELECT vault_rotate(100)") > 0:
        pass
    vault.run("SELECT lore_set('secret_reveals_per_minute', 1000)")
    assert [get(vault, f"{name}{number}") for name in "ab" for number in range(25)] == [f"value {name}{number}" for name in "ab" for number in range(25)]


def test_closing_the_connection_in_another_thread_is_fine(db):
    db.close()
    other = Database(db.path, check_same_thread=False)
    other.run("SELECT vault_init(?)", KEY)
    thread = threading.Thread(target=other.close)
    thread.start()
    thread.join()
    assert put(reopened(db))
