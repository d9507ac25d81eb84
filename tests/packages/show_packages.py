#!/usr/bin/python3
"""Writes the table of docs/install.md: each package of build/dist with its size and what the library in it needs.

The last step of `make test-packages`; the figures are those of the machine that ran it.
"""
import re
import subprocess
import tarfile
import tempfile
import zipfile
from pathlib import Path

from artefacts import DIST, ROOT, VERSION, needed

PAGE = ROOT / "docs" / "install.md"
MARKS = ("<!-- packages -->\n", "<!-- end of packages -->\n")


def unpack(path, folder):
    if path.suffix == ".whl":
        zipfile.ZipFile(path).extractall(folder)
    elif path.suffix == ".deb":
        subprocess.run(["dpkg-deb", "-x", path, folder], check=True)
    else:
        tarfile.open(path).extractall(folder)


def needs(library):
    """The C library's version and what else is to be installed."""
    beside = {path.name for path in library.parent.iterdir()}
    files = [library, *(library.parent / name for name in needed(library) if name in beside)]
    version = subprocess.run([ROOT / "ext/packages/glibc", *files], check=True, text=True, stdout=subprocess.PIPE).stdout.strip()
    of_c = {name for name in needed(library) if name.startswith(("ld-linux", "libc.", "libm."))}
    return ", ".join([f"glibc {version}", *(re.sub(r"\.so.*", "", name) for name in sorted(needed(library) - of_c - beside))])


def kilobytes(path):
    """To the nearest ten: what is packed with the date of a commit differs by a few bytes from one to the next."""
    exact = path.stat().st_size / 1000
    return f"{round(exact, -1) or exact:,.0f}"


def row(path):
    with tempfile.TemporaryDirectory() as folder:
        unpack(path, folder)
        libraries = list(Path(folder).rglob("lore.so"))
        what = needs(libraries[0]) if libraries else ""
        inside = kilobytes(libraries[0]) if libraries else ""
    return f"| `{path.name.replace(VERSION, 'VERSION')}` | {kilobytes(path)} | {inside} | {what} |\n"


def main():
    head = "| file | kB | `lore.so` in it, kB | needs |\n|---|---|---|---|\n"
    table = head + "".join(row(path) for path in sorted(DIST.iterdir()) if path.name != "SHA256SUMS")
    text = PAGE.read_text()
    start, end = text.index(MARKS[0]) + len(MARKS[0]), text.index(MARKS[1])
    PAGE.write_text(text[:start] + table + text[end:])


main()
