"""The packages for arm64, made on another machine and run there by qemu, on the system of arm64 that they were linked with.

The examples of the README and of each page of docs/ run in arm64's sqlite3 and show what they show here.
"""
import os
import shlex
import zipfile

import pytest

from artefacts import ADD, ASK, CACHE, KEY, MIGRATE, ROOT, VERSION, artefact, run, suite, unpack

SYSTEM = CACHE / "arm64" / "root"

# stdbuf, which the pages' test runs the shell with, has this machine load its library before any other. Here arm64's dynamic linker
# loads arm64's, and by an option: what the shell starts is of this machine.
WRAPPER = """\
#!/bin/sh
unset LD_PRELOAD
root={root}
exec qemu-aarch64 -L "$root" "$root/lib/ld-linux-aarch64.so.1" --preload "$root/usr/libexec/coreutils/libstdbuf.so" \\
  "$root/usr/bin/sqlite3" "$@"
"""


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    """PATH with a sqlite3 that is arm64's."""
    folder = tmp_path_factory.mktemp("programs")
    program = folder / "sqlite3"
    program.write_text(WRAPPER.format(root=shlex.quote(str(SYSTEM))))
    program.chmod(0o755)
    return f"{folder}:{os.environ['PATH']}"


def shell(path, extension, *script):
    return run(["sqlite3", "-batch", "-bail", "-init", "/dev/null", ":memory:", f".load {extension}", *script], "/",
               env={**os.environ, "PATH": path}).splitlines()


USED = ["Call acme, pending", "domain:xn--mnchen-3ya.co.uk", VERSION]
SCRIPT = (MIGRATE, ADD, ASK, KEY, "SELECT lore_version()")


def test_each_package_has_a_library_that_arm64_loads(path, tmp_path):
    release = unpack("sqlite-lore-{version}-linux-arm64.tar.gz", tmp_path / "release")
    assert shell(path, release / "lib" / "lore", *SCRIPT) == USED
    npm = unpack("sqlite-lore-linux-arm64-{version}.tgz", tmp_path / "npm")
    assert shell(path, npm / "lore", *SCRIPT) == USED
    with zipfile.ZipFile(artefact("sqlite_lore-{version}-*_aarch64.whl")) as wheel:
        wheel.extractall(tmp_path / "wheel")
    assert shell(path, tmp_path / "wheel" / "lore" / "lore", *SCRIPT) == USED
    run(["dpkg-deb", "-x", artefact("sqlite-lore_{version}_arm64.deb"), tmp_path / "debian"], tmp_path)
    assert shell(path, tmp_path / "debian" / "usr" / "lib" / "aarch64-linux-gnu" / "lore", *SCRIPT) == USED


def test_a_program_of_arm64_links_the_static_archive(tmp_path):
    archive = unpack("liblore-{version}-linux-arm64.tar.gz", tmp_path)
    (tmp_path / "program.c").write_text("""
#include <lore.h>
int main(void){
  sqlite3 *db;
  sqlite3_auto_extension((void (*)(void))sqlite3_lore_init);
  return sqlite3_open(":memory:", &db) || sqlite3_exec(db, "SELECT lore_migrate('all')", 0, 0, 0) || sqlite3_close(db);
}
""")
    run(["aarch64-linux-gnu-gcc", f"--sysroot={SYSTEM}", "program.c", "-o", "program", f"-I{archive}/include", f"-L{archive}/lib",
         "-llore", "-lsqlite3", "-lcjson", "-lpsl", "-lidn2", "-lutf8proc", "-lsodium", "-lm"], tmp_path)
    run(["qemu-aarch64", "-L", SYSTEM, tmp_path / "program"], tmp_path)


def test_the_examples_of_the_pages_show_the_same_there(path, tmp_path):
    release = unpack("sqlite-lore-{version}-linux-arm64.tar.gz", tmp_path)
    output = suite(release / "lib" / "lore.so", "tests/test_docs.py", "-k", "what_a_page_shows", PATH=path)
    pages = len(list(ROOT.glob("docs/*.md"))) + 1
    assert f"{pages} passed" in output
