"""What somebody who can write the file gets from it: nothing, and an error that says so."""
import sqlite3
from pathlib import Path

import pytest

from host_differences import differs
from support import DENIED, REFUSED, Database, dump, raises_sql
from vault_calls import FAST, KEY, OTHER_KEY, PHRASE, VALUE, get, put, reopened, vault  # noqa: F401

CHANGED = "was changed, or belongs to another row, column, table or database"


@pytest.fixture
def two(vault):
    """Two secrets, a and b."""
    put(vault, name="a")
    put(vault, "another value", "b")
    vault.run("SELECT lore_set('secret_reveals_per_minute', 1000000)")
    return vault


def sealed(db, name="a"):
    return db.value("SELECT ciphertext FROM secrets WHERE secret_uuid = ?", name)


def replace(db, ciphertext, name="a"):
    db.run("UPDATE secrets SET ciphertext = ? WHERE secret_uuid = ?", ciphertext, name)


def refused(db, why, name="a"):
    with raises_sql(f"secret_get: the sealed value of secret {name} {why}", REFUSED) as caught:
        get(db, name)
    assert VALUE not in caught.message


# ---- Changed, cut, swapped ----

def test_every_changed_byte_is_refused(two):
    good = sealed(two)
    for place in range(len(good)):
        replace(two, good[:place] + bytes([good[place] ^ 1]) + good[place + 1:])
        refused(two, "is" if place < 21 else CHANGED)
    replace(two, good)
    assert get(two, "a") == VALUE


def test_every_truncation_and_extension_is_refused(two):
    good = sealed(two)
    for length in range(len(good)):
        replace(two, good[:length])
        refused(two, "is cut off" if length < 61 else CHANGED)
    replace(two, good + b"\0")
    refused(two, CHANGED)


def test_two_rows_that_were_swapped_are_refused(two):
    a, b = sealed(two, "a"), sealed(two, "b")
    replace(two, b, "a")
    replace(two, a, "b")
    refused(two, CHANGED, "a")
    refused(two, CHANGED, "b")


def test_a_row_under_another_id_is_refused(two):
    two.run("UPDATE secrets SET secret_uuid = 'c' WHERE secret_uuid = 'a'")
    refused(two, CHANGED, "c")


def test_a_sealed_value_of_another_column_and_table_is_refused(two):
    wrapped = two.value("SELECT wrapped_key FROM vault_keys")
    replace(two, wrapped)
    refused(two, CHANGED)
    good = sealed(two, "b")
    two.run("UPDATE vault_keys SET wrapped_key = ?", (good * 9)[:len(wrapped)])
    with raises_sql("the sealed key", REFUSED):
        get(two, "b")


def test_a_value_of_another_database_is_refused(two, tmp_path, migrated_image):
    path = tmp_path / "other.db"
    path.write_bytes(migrated_image)
    other = Database(path)
    other.run("SELECT vault_init(?)", KEY)
    put(other, name="a")
    stolen = two.row("SELECT * FROM secrets WHERE secret_uuid = 'a'")
    replace(other, stolen[1])
    refused(other, "is sealed with another key than its row says")
    other.run("UPDATE secrets SET key_id = ?", stolen[2])
    with raises_sql("there is no key", REFUSED):
        get(other, "a")
    row = two.row("SELECT key_id, 0, wrapped_key, kdf, salt, ops, memory_kib, check_value, created_at, retired_at FROM vault_keys")
    other.run("INSERT INTO vault_keys VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", *row)
    with raises_sql("vault is closed: its key is another one", DENIED):
        get(other, "a")
    other.close()


def test_another_database_id_closes_the_vault(two):
    two.run("UPDATE vault_database SET database_id = '0190a8b2-1234-7abc-8def-0123456789ab'")
    with raises_sql("vault is closed", DENIED):
        get(two, "a")
    with raises_sql("vault_open: the key is not the right one", DENIED):
        two.run("SELECT vault_open(?)", KEY)


def test_another_key_id_is_refused(two):
    two.run("UPDATE secrets SET key_id = 'x'")
    with raises_sql("there is no key x", REFUSED):
        get(two, "a")
    two.run("INSERT INTO vault_keys SELECT 'y', 0, wrapped_key, kdf, salt, ops, memory_kib, check_value, created_at, NULL FROM vault_keys")
    two.run("UPDATE secrets SET key_id = 'y'")
    with raises_sql("vault is closed: its key is another one", DENIED):
        get(two, "a")


def test_an_old_ciphertext_is_refused_after_a_rotation(two):
    old = two.row("SELECT ciphertext, key_id FROM secrets WHERE secret_uuid = 'a'")
    wrapped = two.row("SELECT wrapped_key FROM vault_keys")[0]
    assert two.value("SELECT vault_rotate(10)") == 0
    replace(two, old[0])
    refused(two, "is sealed with another key than its row says")
    two.run("UPDATE secrets SET key_id = ? WHERE secret_uuid = 'a'", old[1])
    with raises_sql(f"the key {old[1]} is retired", REFUSED):
        get(two, "a")
    assert wrapped is not None


@pytest.mark.parametrize("call", ["vault_rotate(10)", f"vault_rekey('{OTHER_KEY}')"])
@pytest.mark.parametrize("count", [1, 14])
def test_an_old_sealed_key_does_not_stay_in_free_space(two, call, count):
    """Also where SQLite does not write zeros over what is deleted."""
    two.run("PRAGMA secure_delete = OFF")
    for _ in range(count):
        wrapped = two.value("SELECT wrapped_key FROM vault_keys WHERE wrapped_key IS NOT NULL")
        two.run(f"SELECT {call}")
        assert wrapped[-32:] not in Path(two.path).read_bytes()


def test_an_old_copy_of_secrets_with_their_keys_opens_until_the_vault_has_another_key(two):
    """As an old copy of the whole file does; what docs/security.md says of it."""
    tables = {table: two.run(f"SELECT * FROM {table}") for table in ("secrets", "vault_keys")}
    two.run("SELECT secret_delete('a'), vault_rotate(10)")
    for key in (KEY, OTHER_KEY):
        two.run("SELECT vault_rekey(?)", key)
        for table, rows in tables.items():
            two.run(f"DELETE FROM {table}")
            for row in rows:
                two.run(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", *row)
        other = Database(two.path)
        if key == KEY:
            other.run("SELECT vault_open(?)", KEY)
            assert get(other, "a") == VALUE
        else:
            with raises_sql("the key is not the right one", DENIED):
                other.run("SELECT vault_open(?)", OTHER_KEY)
        other.close()


def test_a_version_that_is_not_known_is_refused(two):
    good = sealed(two)
    replace(two, good[:4] + b"\2" + good[5:])
    refused(two, "is sealed in a version that is not known here")
    replace(two, b"LORE" + good[4:])
    refused(two, "is not sealed by lore")


@pytest.mark.parametrize("value", [b"", b"LSEC", b"\0" * 61, b"\0" * 100])
def test_garbage_is_refused(two, value):
    replace(two, value)
    refused(two, "is")


def test_every_changed_byte_of_a_wrapped_key_is_refused(two):
    good = two.value("SELECT wrapped_key FROM vault_keys")
    for place in range(len(good)):
        two.run("UPDATE vault_keys SET wrapped_key = ?", good[:place] + bytes([good[place] ^ 0x80]) + good[place + 1:])
        with raises_sql("the sealed key", REFUSED):
            two.run("SELECT vault_open(?)", KEY)
        with raises_sql("the sealed key", REFUSED):
            get(two, "a")
    two.run("UPDATE vault_keys SET wrapped_key = ?", good)
    assert get(two, "a") == VALUE


def test_what_was_changed_can_be_deleted_and_stops_a_rotation(two):
    replace(two, b"nothing")
    with raises_sql("vault_rotate: the sealed value of secret a is cut off", REFUSED):
        two.run("SELECT vault_rotate(10)")
    two.run("SELECT secret_delete('a')")
    assert two.value("SELECT vault_rotate(10)") == 0 and get(two, "b") == "another value"


def test_a_secret_can_be_made_stricter_in_the_table_but_not_laxer(two):
    two.run("SELECT secret_put(?, 'x', 'low', NULL, 'l')", VALUE)
    two.run("""UPDATE secrets SET sensitivity = 'low', manual_only = 0, auto_actions = '["tool","speak","memorize"]'""")
    reveal = "SELECT secret_reveal('{SECRET:' || ? || ':x}', ?)"
    assert two.value(reveal, "a", "speak") == "{SECRET:a:x}"
    assert two.value(reveal, "a", "tool") == VALUE
    assert two.value(reveal, "l", "memorize") == VALUE
    for change in ("sensitivity = 'critical'", "sensitivity = 'medium'", "manual_only = 1", "auto_actions = '[]'", "auto_actions = 'x'"):
        two.run(f"UPDATE secrets SET {change} WHERE secret_uuid = 'l'")
        assert two.value(reveal, "l", "memorize") == "{SECRET:l:x}", change
        two.run("""UPDATE secrets SET sensitivity = 'low', manual_only = 0, auto_actions = '["memorize"]'""")


# ---- Limits that the file asks for ----

@pytest.mark.parametrize("change", ["memory_kib = 67108864", "memory_kib = 9223372036854775807", "memory_kib = -1", "memory_kib = 0", "memory_kib = NULL",
                                    "ops = 0", "ops = 11", "ops = 9223372036854775807", "ops = NULL", "salt = NULL", "salt = x''", "salt = zeroblob(17)"])
def test_a_file_can_t_ask_for_too_much_or_too_little_work(db, change):
    db.run(f"SELECT vault_init(?{FAST})", PHRASE)
    db.run("SELECT vault_close()")
    db.run(f"UPDATE vault_keys SET {change}")
    for call in ("vault_open", "vault_init"):
        with raises_sql(f"{call}: the file asks for ops", REFUSED):
            db.run(f"SELECT {call}(?)", PHRASE)


def test_other_limits_or_salt_give_another_key(db):
    db.run(f"SELECT vault_init(?{FAST})", PHRASE)
    db.run("SELECT vault_close()")
    for change in ("ops = 2", "memory_kib = 8193", "salt = zeroblob(16)", "check_value = zeroblob(16)", "check_value = x''"):
        row = db.row("SELECT ops, memory_kib, salt, check_value FROM vault_keys")
        db.run(f"UPDATE vault_keys SET {change}")
        with raises_sql("vault_open: the key is not the right one", DENIED):
            db.run("SELECT vault_open(?)", PHRASE)
        db.run("UPDATE vault_keys SET ops = ?, memory_kib = ?, salt = ?, check_value = ?", *row)
    assert db.run("SELECT vault_open(?)", PHRASE)


# ---- A schema that calls us ----

CALLS = {
    "secret_get": "secret_get('a', 'x')", "secret_reveal": "secret_reveal('{SECRET:a:x}', 'tool')", "secret_delete": "secret_delete('a')",
    "vault_rekey": f"vault_rekey('{OTHER_KEY}')", "vault_rotate": "vault_rotate(1)", "vault_open": f"vault_open('{KEY}')",
    "vault_init": f"vault_init('{KEY}')", "vault_open_file": "vault_open_file('/etc/hostname')", "vault_open_fd": "vault_open_fd(0)",
}


def attempt(db, sql):
    """The error, or None."""
    try:
        return db.run(sql) and None
    except sqlite3.Error as error:
        return str(error)


def makes(db, sql):
    """Whether there is such a table then: SQLite may refuse one with a CHECK that calls us."""
    if differs("checks call verbs"):
        db.run(sql)
        return True
    with raises_sql("unsafe use of"):
        db.run(sql)
    return False


@pytest.mark.parametrize("is_open", [True, False])
@pytest.mark.parametrize("name", CALLS)
def test_a_check_constraint_gets_nothing(two, name, is_open):
    call = CALLS[name]
    two.run("CREATE TABLE loot(x)")
    trap = (f"CREATE TABLE trap(x CHECK (lore_call('graph_put_node', json_object('id', x, 'scope', 'local', 'type', 't', 'attributes', "
            f"json_object('a', {call})))))")
    if [makes(two, trap), makes(two, f"CREATE TABLE plain(x CHECK ({call} || 1))")] == [False, False]:
        return
    if not is_open:
        two.run("SELECT vault_close()")
    before = dump(two)["rows"]
    for sql in ("INSERT INTO trap VALUES ('n')", "INSERT INTO plain VALUES ('n')", "PRAGMA integrity_check"):
        error = attempt(two, sql)
        assert sql.startswith("PRAGMA") or error is not None
        assert VALUE not in str(error)
    assert dump(two)["rows"] == before
    assert get(reopened_without_traps(two), "a") == VALUE


def reopened_without_traps(db):
    other = Database(db.path)
    for name in ("trap", "plain"):
        other.run(f"DROP TABLE {name}")
    other.run("SELECT vault_open(?)", KEY)
    return other


@pytest.mark.parametrize("name", CALLS)
def test_a_name_in_the_schema_of_the_file_stops_the_call(two, name):
    if makes(two, f'CREATE TABLE trap(x CHECK ("{name.upper()}"(1) IS NULL))'):
        with raises_sql(f"{name}: the ", DENIED) as caught:
            two.run(f"SELECT {CALLS[name]}")
        assert "trap of the file main names this call or lore_call" in caught.message


def test_a_call_that_hides_behind_lore_call_is_stopped_too(two):
    keys = two.run("SELECT * FROM vault_keys")
    if makes(two, "CREATE TABLE trap(x CHECK (lore_call('vault_' || 'rekey', json_object('key', x)) = 1))"):
        error = attempt(two, f"INSERT INTO trap VALUES ('{OTHER_KEY}')")
        assert "vault_rekey: the table trap of the file main names this call or lore_call" in error
    assert two.run("SELECT * FROM vault_keys") == keys
    for name in ("secret_get", "secret_reveal"):
        assert "is called by its own name only" in attempt(two, f"SELECT lore_call('{name}', '{{}}')")


def test_an_attached_file_gets_nothing(two, tmp_path):
    hostile = sqlite3.connect(tmp_path / "hostile.db")
    hostile.execute("PRAGMA writable_schema = ON")
    hostile.execute("CREATE TABLE trap(x CHECK (x <> abs(1)))")
    hostile.execute("UPDATE sqlite_schema SET sql = replace(sql, 'abs(1)', 'secret_get(''a'', ''x'')')")
    hostile.commit()
    hostile.close()
    if not differs("checks call verbs"):
        with raises_sql("malformed database schema (trap)"):
            two.run("ATTACH ? AS guest", str(tmp_path / "hostile.db"))
        return
    two.run("ATTACH ? AS guest", str(tmp_path / "hostile.db"))
    error = attempt(two, "INSERT INTO guest.trap VALUES ('x')")
    assert error is not None and VALUE not in error
    with raises_sql("the table trap of the file guest names this call", DENIED):
        get(two, "a")
    two.run("DETACH guest")
    assert get(two, "a") == VALUE


@pytest.mark.parametrize("name", [*CALLS, "secret_put", "secret_protect", "vault_close"])
def test_views_triggers_and_defaults_get_nothing(two, name):
    call = CALLS.get(name, {"secret_put": "secret_put('x')", "secret_protect": "secret_protect('x')", "vault_close": "vault_close()"}.get(name))
    two.run(f"CREATE VIEW v AS SELECT {call} AS x")
    two.run("CREATE TABLE t(x)")
    two.run(f"CREATE TABLE d(x, y DEFAULT ({call}))")
    two.run(f"CREATE TRIGGER r AFTER INSERT ON t BEGIN UPDATE t SET x = {call}; END")
    for sql in ("SELECT * FROM v", "INSERT INTO t VALUES (1)", "INSERT INTO d(x) VALUES (1)"):
        assert f"unsafe use of {name}()" in attempt(two, sql)


def test_a_temporary_trigger_is_the_user_s_own(two):
    two.run("CREATE TABLE asked(id, answer)")
    two.run("CREATE TEMP TRIGGER answer AFTER INSERT ON main.asked BEGIN UPDATE asked SET answer = secret_get(NEW.id, 'asked'); END")
    two.run("INSERT INTO asked(id) VALUES ('a')")
    assert two.value("SELECT answer FROM asked") == VALUE


def test_a_foreign_row_can_t_make_the_log_silent(two):
    two.run("CREATE TEMP TRIGGER silence BEFORE INSERT ON main.secret_access_log BEGIN SELECT RAISE(IGNORE); END")
    with raises_sql("secret_get: a row was not stored: a trigger ignored it", REFUSED):
        get(two, "a")


def test_a_file_that_is_read_only_gives_no_secret(two):
    two.close()
    other = Database(f"file:{two.path}?mode=ro", uri=True)
    other.run("SELECT vault_open(?)", KEY)
    with raises_sql("secret_get: attempt to write a readonly database"):
        get(other, "a")
    other.close()


def test_plain_sql_finds_no_value(two):
    assert VALUE not in repr(dump(two))
    assert reopened(two)
