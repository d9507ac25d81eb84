"""The source tarball: what a stranger makes of it, in an empty folder without git; and the same sources give the same bytes."""
import hashlib
import os
import subprocess
import tarfile

import pytest

from artefacts import CPU, DIST, ROOT, VERSION, artefact, run, unpack

# Without what the make that runs these tests has put into it.
CLEAN = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "SOURCE_DATE_EPOCH")}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return unpack("sqlite-lore-{version}.tar.gz", tmp_path_factory.mktemp("source"))


def test_it_has_what_git_tracks():
    with tarfile.open(artefact("sqlite-lore-{version}.tar.gz")) as tar:
        names = [member.name for member in tar.getmembers()]
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, text=True, capture_output=True, check=True).stdout.split("\n")[:-1]
    assert names == sorted((f"sqlite-lore-{VERSION}/{name}" for name in tracked), key=str.encode)


def test_make_and_the_demo_run(folder):
    run(["make", "-j2"], folder, env=CLEAN)
    assert run(["sqlite3", ":memory:", ".load build/lore", "SELECT lore_version()"], folder).strip() == VERSION
    output = run(["make", "demo"], folder, env=CLEAN)
    assert "sqlite-lore demo" in output and (folder / "build" / "demo" / "report.html").exists()


def test_it_installs_where_it_is_told(folder, tmp_path):
    run(["make", "install", f"DESTDIR={tmp_path}", "PREFIX=/usr"], folder, env=CLEAN)
    assert run([tmp_path / "usr" / "bin" / "lore", "migrate", tmp_path / "a.db"], tmp_path).count("work 1") == 1
    assert (tmp_path / "usr" / "include" / "lore.h").exists()


def test_another_folder_makes_the_same_bytes(folder):
    """Without git, at another time and place."""
    run(["make", "-j2", "dist"], folder, env={**CLEAN, "TZ": "Asia/Kathmandu", "LC_ALL": "C.UTF-8"})
    made = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (folder / "build" / "dist").iterdir()}
    of_other_machines = {"x64": ("arm64", "aarch64"), "arm64": ("x64", "amd64", "x86_64")}[CPU]
    ours = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in DIST.iterdir()
            if not any(word in path.name for word in of_other_machines)}
    made.pop("SHA256SUMS")
    ours.pop("SHA256SUMS")
    assert made == ours


def test_the_sums_are_those_of_the_files():
    run(["sha256sum", "--check", "--strict", "SHA256SUMS"], DIST)
