"""The self-contained library: what is in it, what it needs, and that nothing of the machine's is used."""
import re
import sys

import pytest

from artefacts import ADD, ASK, INSIDE, KEY, MIGRATE, ROOT, VERSION, exported, needed, pages_for_postgres, run, shell, suite, unpack


@pytest.fixture
def release(tmp_path):
    return unpack("sqlite-lore-{version}-linux-{cpu}.tar.gz", tmp_path)


def test_the_shell_uses_the_unpacked_folder(release, tmp_path):
    output = shell(MIGRATE, ADD, ASK, KEY, "SELECT lore_version()", extension=release / "lib" / "lore", database=tmp_path / "a.db")
    assert output.splitlines() == ["Call acme, pending", "domain:xn--mnchen-3ya.co.uk", VERSION]


def test_the_command_lore_finds_the_library_beside_it(release, tmp_path):
    database = tmp_path / "a.db"
    assert "work 1" in run([release / "bin" / "lore", "migrate", database], tmp_path)
    assert run([release / "bin" / "lore", "validate", database], tmp_path) == ""


def test_one_symbol_is_exported(release):
    assert exported(release / "lib" / "lore.so") == {"sqlite3_lore_init"}


def test_it_needs_the_c_library_and_what_lies_beside_it_only(release):
    of_c = {"libc.so.6", "libm.so.6", "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"}
    assert needed(release / "lib" / "lore.so") - of_c == {"libcjson.so.1"}
    assert needed(release / "lib" / "libcjson.so.1") - of_c == set()


def test_no_other_library_is_loaded_with_it(release):
    script = f"""
import sqlite3
connection = sqlite3.connect(":memory:")
connection.enable_load_extension(True)
connection.load_extension({str(release / "lib" / "lore.so")!r})
connection.execute("{MIGRATE}")
print(open("/proc/self/maps").read())
"""
    maps = run([sys.executable, "-c", script], release)
    assert {line.split()[-1] for line in maps.splitlines() if "libcjson" in line} == {str(release / "lib" / "libcjson.so.1")}
    assert not re.findall("|".join(INSIDE), maps)


def test_the_licences_of_what_is_in_it_come_along(release):
    notices = (release / "NOTICES").read_text()
    assert all(f"======== {name} ========" in notices for name in (*INSIDE, "libcjson", "LGPL-3", "GPL-3"))
    assert (release / "LICENSE").read_text() == (ROOT / "LICENSE").read_text()


def test_the_pages_for_postgres_come_along(release):
    assert pages_for_postgres(release)


def test_a_part_of_the_suite_runs_on_it(release):
    """What each library inside is for: keys, secrets, signatures, JSON; and each function once."""
    names = ["keys", "vault", "audit", "registration", "connection", "metrics_points"]
    output = suite(release / "lib" / "lore.so", *[f"tests/test_{name}.py" for name in names])
    assert re.search(r"\d+ passed", output) and "failed" not in output


def test_the_systems_cjson_serves_too(release):
    (release / "lib" / "libcjson.so.1").unlink()
    assert shell("SELECT lore_version()", extension=release / "lib" / "lore").strip() == VERSION
