#!/usr/bin/python3
"""One file of all the library's C: amalgamate.py VERSION FOLDER FILE..., the files *.c and *.h of ext/ and of the build.

Writes FOLDER/lore.c and FOLDER/lore.h. Each header stands where it is first included, each source file after it. What is
shared between the files becomes static, so that the entry point is the only symbol. Where files use the same name for something
of their own, it gets the file's name before it; the macros of a file end with it. The names are those that universal-ctags finds.
"""
import collections
import re
import subprocess
import sys
from pathlib import Path

INCLUDE = re.compile(r'^#include "([^"]+)".*\n', re.M)
SYSTEM = re.compile(r"^#include (<[^>]+>).*\n", re.M)
FEATURES = re.compile(r"^#define _(?:POSIX_C|XOPEN|GNU)_SOURCE.*\n", re.M)
POINTER = re.compile(r"^#ifndef SQLITE_CORE\nSQLITE_EXTENSION_INIT[13]\n#endif\n", re.M)
# Comments, strings and characters, which stay as they are; names, with what makes them a member.
TOKEN = re.compile(r"""/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|((?:\.|->)\s*)?\b([A-Za-z_]\w*)""", re.S)
UNSIZED = re.compile(r"^extern [^;]*\[\];.*\n", re.M)
PUBLIC = "lore.h"

HEAD = """\
/*
** sqlite-lore {version}: all of the library in one file. lore.h says how it is used.
**
** A loadable extension:
**   cc -std=c11 -O2 -shared -fPIC lore.c -o lore.so $(pkg-config --cflags --libs {libraries}) -lm
** A part of a program that links SQLite:
**   cc -std=c11 -O2 -DSQLITE_CORE -c lore.c $(pkg-config --cflags sqlite3 {libraries})
**
** Made by the build: each part says which file it is, and that one is where to change something.
*/
#ifndef _XOPEN_SOURCE
#define _XOPEN_SOURCE 700
#endif

"""

STATE = """
/* What the files share. The tests of the parts call more of it than the library does. */
#ifdef __GNUC__
#define LORE_PRIVATE static __attribute__((unused))
#else
#define LORE_PRIVATE static
#endif

#ifndef LORE_VERSION
#define LORE_VERSION "{version}"
#endif

#ifndef SQLITE_CORE
static const sqlite3_api_routines *sqlite3_api; /* of the host */
#endif
"""

LIBRARIES = "libcjson libpsl libidn2 libutf8proc libsodium"

Tag = collections.namedtuple("Tag", "kind name path line is_local")


def read_tags(paths):
    command = ["ctags", "-x", "--_xformat=%K\t%N\t%F\t%n\t%{file}", "--language-force=C", "--kinds-C=+p", "-f", "-", *paths]
    found = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    for line in found.splitlines():
        kind, name, path, number, local = line.split("\t")
        yield Tag(kind, name, path, int(number), local != "-")


class Amalgamation:
    def __init__(self, paths):
        self.texts = {path: Path(path).read_text() for path in paths}
        self.by_include = {name: path for path in paths for name in (path.removeprefix("ext/"), Path(path).name)
                           if path.endswith(".h")}
        self.tags = list(read_tags(paths))
        self.reached = {path: self.headers_of(path, []) for path in paths if path.endswith(".c")}
        self.renamed = self.find_collisions()
        self.written = set()

    def headers_of(self, path, found):
        """All that a file includes, each after what it includes itself."""
        for name in INCLUDE.findall(self.texts[path]):
            header = self.header(path, name)
            if header not in found and Path(header).name != PUBLIC:
                self.headers_of(header, found)
                found.append(header)
        return found

    def header(self, path, name):
        beside = str(Path(path).parent / name)
        return beside if beside in self.texts else self.by_include[name]

    def find_collisions(self):
        """Path -> the names that are its own and another file's too."""
        owners = collections.defaultdict(set)
        for tag in (tag for tag in self.tags if tag.kind != "member"):
            owners[tag.name].add(tag.path if tag.is_local or tag.path.endswith(".h") or tag.kind == "macro" else PUBLIC)
        renamed = collections.defaultdict(set)
        for tag in self.tags:
            if tag.path.endswith(".c") and tag.is_local and tag.kind not in ("macro", "member"):
                if owners[tag.name] - {tag.path} and not owners[tag.name] & set(self.reached[tag.path]):
                    renamed[tag.path].add(tag.name)
        return renamed

    def shared_lines(self, path):
        """Numbers of the lines at which something begins that other files use."""
        return {tag.line for tag in self.tags
                if tag.path == path and tag.kind in ("function", "variable", "prototype") and not tag.is_local}

    def text(self, path):
        lines = self.with_own_names(path).splitlines(keepends=True)
        for number in self.shared_lines(path):
            line = lines[number - 1]
            if re.match(r"(?!static\b|extern\b)[A-Za-z]", line) and "sqlite3_lore_init" not in line:
                lines[number - 1] = "LORE_PRIVATE " + line
        text = UNSIZED.sub("", "".join(lines))
        text = re.sub(r"^extern (?=[^\"])", "LORE_PRIVATE ", text, flags=re.M)
        for removed in (INCLUDE, SYSTEM, FEATURES, POINTER):
            text = removed.sub("", text)
        return text.strip("\n") + "\n"

    def with_own_names(self, path):
        """The text in which what collides bears the file's name; members of a struct have the struct for that."""
        text, renamed = self.texts[path], self.renamed[path]
        stem = path.removeprefix("ext/").removesuffix(".c").replace("/", "_")
        members = {(tag.name, tag.line) for tag in self.tags if tag.path == path and tag.kind == "member"}

        def rename(found):
            member, name = found.groups()
            if name not in renamed or member or (name, text.count("\n", 0, found.start()) + 1) in members:
                return found.group()
            return f"{stem}_{name}"

        return TOKEN.sub(rename, text) if renamed else text

    def part(self, path):
        self.written.add(path)
        return f"\n/* ==== {path} ==== */\n\n{self.text(path)}"

    def source(self, path):
        """A file with what it includes before it; its macros end with it."""
        headers = "".join(self.part(header) for header in self.reached[path] if header not in self.written)
        macros = {tag.name for tag in self.tags if tag.path == path and tag.kind == "macro" and not tag.name.startswith("_")}
        return headers + self.part(path) + "".join(f"#undef {name}\n" for name in sorted(macros))

    def order(self):
        """What defines an array whose size the headers do not say goes first; the entry point last."""
        unsized = {re.search(r"(\w+)\[\]", line).group(1) for text in self.texts.values() for line in UNSIZED.findall(text)}
        first = {tag.path for tag in self.tags if tag.name in unsized and tag.path.endswith(".c")}
        return sorted(self.reached, key=lambda path: (path == "ext/lore.c", path not in first, path))

    def whole(self, version):
        system = sorted({name for text in self.texts.values() for name in SYSTEM.findall(text)})
        includes = "".join(f"#include {name}\n" for name in system) + f'\n#include "{PUBLIC}"\n'
        parts = "".join(self.source(path) for path in self.order())
        return HEAD.format(version=version, libraries=LIBRARIES) + includes + STATE.format(version=version) + parts


def main(version, folder, *paths):
    whole = Amalgamation(paths).whole(version)
    Path(folder).mkdir(parents=True, exist_ok=True)
    (Path(folder) / "lore.c").write_text(whole)
    (Path(folder) / PUBLIC).write_text(Path("ext/lore.h").read_text())


main(*sys.argv[1:])
