"""The Debian package: unpacked into an empty folder, installed by apt where that is allowed, and looked at by lintian."""
import os
import re
import subprocess

import pytest

from artefacts import ADD, ASK, MACHINE, MIGRATE, VERSION, artefact, exported, needed, pages_for_postgres, run, shell

PACKAGE = "sqlite-lore_{version}_" + {"x86_64": "amd64", "aarch64": "arm64"}.get(MACHINE, MACHINE) + ".deb"
TRIPLET = f"{MACHINE}-linux-gnu"


@pytest.fixture
def root(tmp_path):
    run(["dpkg-deb", "-x", artefact(PACKAGE), tmp_path / "root"], tmp_path)
    return tmp_path / "root"


def field(name):
    return run(["dpkg-deb", "-f", artefact(PACKAGE), name], "/").strip()


def test_the_unpacked_library_and_command_work(root, tmp_path):
    library = root / "usr" / "lib" / TRIPLET / "lore.so"
    assert shell(MIGRATE, ADD, ASK, extension=library.with_suffix(""), database=tmp_path / "a.db") == "Call acme, pending\n"
    assert exported(library) == {"sqlite3_lore_init"}
    assert "work_failures" in " ".join(path.name for path in (root / "usr/share/doc/sqlite-lore/reports").iterdir())
    assert run([root / "usr" / "bin" / "lore", "validate", tmp_path / "a.db"], tmp_path) == ""


def test_the_pages_for_postgres_come_along(root):
    assert pages_for_postgres(root / "usr")


def test_it_depends_on_a_package_for_each_library_that_it_needs(root):
    """Of its own: the package that dpkg says has the library."""
    depends = {re.match(r"\S+", part).group() for part in field("Depends").split(", ")}
    owners = set()
    for name in needed(root / "usr" / "lib" / TRIPLET / "lore.so"):
        if not name.startswith("ld-linux"):
            owners.add(run(["dpkg-query", "-S", f"*/{TRIPLET}/{name}"], "/").split(":")[0])
    assert depends == owners
    assert re.search(r"libc6 \(>= 2\.\d+\)", field("Depends"))


def test_the_manual_page_names_each_command(root):
    plain = {**os.environ, "MANPAGER": "cat", "LC_ALL": "C"}
    page = run(["man", "--local-file", root / "usr/share/man/man1/lore.1.gz"], "/", env=plain)
    usage = run([root / "usr" / "bin" / "lore", "--help"], "/")
    for command in re.findall(r"lore (\w+) ", usage):
        assert re.search(rf"^\s+{command} ", page, re.M), command


def test_what_is_linked_with_it_builds(root, tmp_path):
    """lore.h, liblore.a and lore.pc, from where they are unpacked."""
    environment = {**os.environ, "PKG_CONFIG_PATH": str(root / "usr" / "lib" / TRIPLET / "pkgconfig")}
    flags = run(["pkg-config", "--cflags", "--libs", "lore"], tmp_path, env=environment)
    assert f"-L{root}/usr/lib/{TRIPLET}/pkgconfig/../../../lib/{TRIPLET} -llore" in flags
    assert run(["pkg-config", "--modversion", "lore"], tmp_path, env=environment).strip() == VERSION


def test_lintian_is_content():
    command = ["lintian", "--allow-root", "--fail-on", "error,warning,info", "--display-info", artefact(PACKAGE)]
    assert run(command, "/") == ""


def is_installed():
    return subprocess.run(["dpkg-query", "--show", "sqlite-lore"], capture_output=True).returncode == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may install a package")
@pytest.mark.skipif(is_installed(), reason="sqlite-lore is installed here already, and the test would remove it")
def test_apt_installs_and_removes_it(tmp_path):
    """`.load lore` needs no path then."""
    apt = ["apt-get", "-qq", "-y", "-o", "DPkg::Lock::Timeout=600", "--no-install-recommends"]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    run([*apt, "install", artefact(PACKAGE)], tmp_path, env=environment)
    try:
        assert shell("SELECT lore_version()", extension="lore", folder=tmp_path).strip() == VERSION
        assert "work 1" in run(["/usr/bin/lore", "migrate", tmp_path / "a.db"], tmp_path)
        assert run(["dpkg", "--verify", "sqlite-lore"], tmp_path) == ""
    finally:
        run([*apt, "purge", "sqlite-lore"], tmp_path, env=environment)
    assert not os.path.exists("/usr/bin/lore") and not os.path.exists(f"/usr/lib/{TRIPLET}/lore.so")
