"""What the tests of the packages share: where `make dist` has left them, and ways to unpack and to use one in an empty folder.

Each test has only the package and what a user of it has: nothing of the project's folder is on a path.
"""
import os
import platform
import subprocess
import tarfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
DIST = ROOT / "build" / "dist"
VERSION = (ROOT / "VERSION").read_text().strip()
MACHINE = platform.machine()
CPU = {"x86_64": "x64", "aarch64": "arm64"}.get(MACHINE, MACHINE)
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "sqlite-lore"
# Linked into a package that is self-contained, and in no other file of it.
INSIDE = ("libpsl", "libidn2", "libunistring", "libutf8proc", "libsodium")

# What a first user does: it is the same in each language.
MIGRATE = "INSERT INTO lore_migrate(subsystems) VALUES ('all')"
ADD = "INSERT INTO task_add(description, priority, id) VALUES ('Call acme', 5, 'task-1')"
ASK = "SELECT description || ', ' || status FROM tasks"
KEY = """SELECT canonical_key('{"website": "https://shop.münchen.co.uk/x"}')"""


def artefact(name):
    """The one file in build/dist whose name fits."""
    found = list(DIST.glob(name.format(version=VERSION, cpu=CPU, machine=MACHINE)))
    assert len(found) == 1, f"{name}: {[path.name for path in found]}; run make dist"
    return found[0]


def run(command, folder, **options):
    """Its output; an error shows what it has said."""
    options.setdefault("timeout", 900)
    words = [str(word) for word in command]
    done = subprocess.run(words, cwd=folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)
    assert done.returncode == 0, f"{command}:\n{done.stdout[-4000:]}"
    return done.stdout


def unpack(name, folder):
    """The one folder that a .tar.gz has in it."""
    with tarfile.open(artefact(name)) as tar:
        tar.extractall(folder)
        tops = {member.name.split("/")[0] for member in tar.getmembers()}
    assert len(tops) == 1, tops
    return Path(folder) / tops.pop()


def shell(*script, extension, database=":memory:", folder=None):
    return run(["sqlite3", "-batch", "-bail", "-init", "/dev/null", "-cmd", f".load {extension}", database, *script], folder)


def pages_for_postgres(prefix):
    """sql/postgres.sql and what it reads, as a package has them in share."""
    share, ours = Path(prefix) / "share" / "sqlite-lore", ROOT / "sql"
    names = ["postgres.sql", *(f"postgres/{path.name}" for path in sorted((ours / "postgres").glob("*.sql")))]
    assert sorted(str(path.relative_to(share)) for path in share.rglob("*.sql")) == sorted(names)
    return all((share / name).read_text() == (ours / name).read_text() for name in names)


def suite(extension, *arguments, **environment):
    """A part of the project's own tests on another build of the extension."""
    command = ["/usr/bin/python3", "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
    return run(command, ROOT, env={**os.environ, "LORE": str(extension), **environment})


def needed(library):
    """The libraries that it names."""
    lines = run(["readelf", "--dynamic", library], ROOT).splitlines()
    return {line.split("[")[1].rstrip("]") for line in lines if "(NEEDED)" in line}


def exported(library):
    lines = run(["readelf", "--wide", "--dyn-syms", library], ROOT).splitlines()
    symbols = [line.split() for line in lines if " GLOBAL " in line or " WEAK " in line]
    return {symbol[7].split("@")[0] for symbol in symbols if symbol[6] != "UND"}

