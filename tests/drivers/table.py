"""The drivers: how to find out that one is there, what to install, how its scenario is started.

A scenario is a program in the driver's language that does what a user does on the first day, and prints a line a step,
`step<TAB>values`. All do the same; scenario.py says what must come out.

What is fetched or built lies in the cache folder, so that another clone does not do it again.
"""
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "sqlite-lore" / "drivers"

# Where Debian's packages put what has no program.
GO_PATH = Path("/usr/share/gocode")
GO_DRIVER = GO_PATH / "src/github.com/mattn/go-sqlite3/sqlite3.go"
CARGO_REGISTRY = Path("/usr/share/cargo/registry")
RUSQLITE = next(CARGO_REGISTRY.glob("rusqlite-*"), CARGO_REGISTRY / "rusqlite")
JDBC = Path("/usr/share/java/sqlite-jdbc.jar")
JNI = next(Path("/usr/lib").glob("*/jni/libsqlitejdbc.so"), Path("/usr/lib/jni/libsqlitejdbc.so"))


def output_of(command, **options):
    """What it prints; a RuntimeError that says why when it fails."""
    try:
        run = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                             stdin=subprocess.DEVNULL, text=True, **options)
    except OSError as error:
        raise RuntimeError(str(error)) from error
    if run.returncode:
        raise RuntimeError(f"{command[0]} failed: {run.stdout[-2000:].strip()}")
    return run.stdout


def succeeds(command):
    try:
        output_of(command)
    except RuntimeError:
        return False
    return True


def built(name, sources, build):
    """The program that build(target, folder) makes from the sources; from the cache, when it was made from the same ones before."""
    digest = hashlib.sha256(b"".join((HERE / source).read_bytes() for source in sources)).hexdigest()[:16]
    folder = CACHE / f"{name}-{digest}"
    if not (folder / name).exists():
        folder.mkdir(parents=True, exist_ok=True)
        fresh = folder / f"{name}.{os.getpid()}"
        build(fresh, folder)
        fresh.rename(folder / name)
    return folder / name


class Driver:
    """One that Debian has in its packages, the last of which holds the driver itself.

    program: what starts the scenario. needs: programs that must be there. files: what else must. probe: a command that succeeds
    when the rest is there too.
    """

    def __init__(self, name, source, packages, program, needs="", files=(), probe=None):
        self.name, self.source, self.packages, self.program = name, source, packages.split(), program
        self.needs, self.files, self.probe = [program[0], *needs.split()], files, probe

    def missing(self):
        """None, or what is not installed."""
        there = all(map(shutil.which, self.needs)) and all(file.exists() for file in self.files)
        if there and (self.probe is None or succeeds(self.probe)):
            return None
        return f"{' or '.join(self.packages)} is not installed"

    def packages_to_install(self):
        return self.packages if self.missing() else []

    def package(self):
        """Its package and that one's version."""
        try:
            version = output_of(["dpkg-query", "-W", "-f", "${Version}", self.packages[-1]])
        except RuntimeError:  # not from a package
            return self.packages[-1]
        return f"{self.packages[-1]} {re.sub('^[0-9]+:|[-+~].*', '', version)}"

    def command(self, extension):
        return [*self.program, str(HERE / self.source)]

    def environment(self, extension):
        return {}


class Python(Driver):
    """A module of Debian's Python."""

    def __init__(self, name, source, package, module):
        super().__init__(name, source, package, ["/usr/bin/python3"])
        self.module = module

    def missing(self):
        return None if importlib.util.find_spec(self.module) else f"{self.packages[0]} is not installed"


class Php(Driver):
    def command(self, extension):
        return ["php", "-d", f"sqlite3.extension_dir={extension.parent}", str(HERE / self.source)]


class Preloaded(Driver):
    """Its driver can load nothing: preload.c does it."""

    def environment(self, extension):
        library = built("preload.so", ["preload.c"], lambda target, _: output_of(
            ["cc", "-shared", "-fPIC", "-o", target, HERE / "preload.c", "-lsqlite3"]))
        before = os.environ.get("LD_PRELOAD")
        return {"LD_PRELOAD": f"{before} {library}" if before else str(library), "LORE": str(extension)}


class Go(Driver):
    def command(self, extension):
        settings = {"GO111MODULE": "off", "GOPATH": f"{CACHE}/go:{GO_PATH}", "CGO_ENABLED": "1"}
        return [str(built("go_mattn", [self.source], lambda target, _: output_of(
            ["go", "build", "-o", target, HERE / self.source], env={**os.environ, **settings})))]


class Rust(Driver):
    def build(self, target, folder):
        for name in ("Cargo.toml", self.source):
            shutil.copy(HERE / name, folder)
        output_of(["cargo", "build", "--quiet", "--offline", "--manifest-path", folder / "Cargo.toml",
                   "--config", 'source.crates-io.replace-with="debian"',
                   "--config", f'source.debian.directory="{CARGO_REGISTRY}"'])
        shutil.copy(folder / "target/debug/scenario", target)

    def command(self, extension):
        return [str(built("rust_rusqlite", [self.source, "Cargo.toml"], self.build))]


class Npm(Driver):
    """One that npm has, in a folder of its own in the cache. runtime: the program in it that runs the scenario, instead of node."""

    def __init__(self, name, source, wanted, runtime=None, options=()):
        super().__init__(name, source, "nodejs npm", ["node"], "npm")
        self.wanted, self.runtime, self.options = wanted, runtime, options
        self.folder = CACHE / "npm" / wanted.replace("@", "-")

    def missing(self):
        if not (self.folder / "installed").exists():
            return f"npm's {self.wanted} is not installed"
        return None if self.runtime or shutil.which("node") else "nodejs is not installed"

    def packages_to_install(self):
        return [] if all(map(shutil.which, self.needs)) else self.packages

    def package(self):
        name = self.wanted.split("@")[0]
        return f"npm {name} {json.loads((self.folder / 'node_modules' / name / 'package.json').read_text())['version']}"

    def command(self, extension):
        program = str(self.folder / "node_modules" / self.runtime) if self.runtime else "node"
        return [program, *self.options, str(HERE / self.source)]

    def environment(self, extension):
        return {"NODE_PATH": str(self.folder / "node_modules")}

    def install(self):
        """None, or why it can't be installed. better-sqlite3 and sqlite3 are built here, which takes minutes."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "package.json").write_text('{"private": true}\n')
        # The headers that node was installed with; without them the build would fetch some.
        settings = {"npm_config_nodedir": "/usr"} if Path("/usr/include/node").exists() else {}
        try:
            output_of(["npm", "install", "--no-audit", "--no-fund", "--no-package-lock", self.wanted],
                      cwd=self.folder, env={**os.environ, **settings})
        except RuntimeError as error:
            return str(error)
        (self.folder / "installed").touch()
        return None


DRIVERS = [
    Driver("sqlite3 shell", "shell.sh", "sqlite3", ["sh"], "sqlite3"),
    Python("Python sqlite3", "python_sqlite3.py", "python3", "sqlite3"),
    Python("apsw", "python_apsw.py", "python3-apsw", "apsw"),
    Python("aiosqlite", "python_aiosqlite.py", "python3-aiosqlite", "aiosqlite"),
    Python("SQLAlchemy", "python_sqlalchemy.py", "python3-sqlalchemy", "sqlalchemy"),
    Driver("sqlite-utils", "sqlite_utils.sh", "sqlite-utils", ["sh"], "sqlite-utils"),
    Driver("Perl DBD::SQLite", "perl_dbd.pl", "libdbd-sqlite3-perl", ["perl"], probe=["perl", "-MDBD::SQLite", "-e1"]),
    Driver("Ruby sqlite3", "ruby_sqlite3.rb", "ruby ruby-sqlite3", ["ruby"], probe=["ruby", "-rsqlite3", "-e1"]),
    Php("PHP SQLite3", "php_sqlite3.php", "php-cli php-sqlite3", ["php"], probe=["php", "-r", "new SQLite3(':memory:');"]),
    Driver("Tcl sqlite3", "tcl_sqlite3.tcl", "tcl libsqlite3-tcl", ["tclsh"],
           probe=["sh", "-c", "echo 'puts [package require sqlite3]' | tclsh | grep ."]),
    Go("Go mattn", "go_mattn.go", "golang-go golang-github-mattn-go-sqlite3-dev", ["go"], "cc", [GO_DRIVER]),
    Rust("Rust rusqlite", "rust_rusqlite.rs", "cargo librust-rusqlite-dev", ["cargo"], "cc", [RUSQLITE]),
    Driver("Java xerial", "java_xerial.java", "default-jdk-headless libxerial-sqlite-jdbc-jni libxerial-sqlite-jdbc-java",
           ["java", "-cp", str(JDBC), f"-Djava.library.path={JNI.parent}"], "javac", [JDBC, JNI]),
    Npm("better-sqlite3", "better_sqlite3.js", "better-sqlite3@12"),  # 13 crashes on Node 20
    Npm("node-sqlite3", "node_sqlite3.js", "sqlite3"),
    Npm("node:sqlite of 22", "node_sqlite.js", "node@22", "node/bin/node"),
    Npm("node:sqlite of 24", "node_sqlite.js", "node@24", "node/bin/node"),
    Npm("Bun bun:sqlite", "bun_sqlite.js", "bun", ".bin/bun"),
    Npm("libsql", "libsql.js", "libsql", options=["--expose-gc"]),
    Preloaded("PHP PDO", "php_pdo.php", "php-cli php-sqlite3", ["php"], "cc", probe=["php", "-r", "new PDO('sqlite::memory:');"]),
    Preloaded("Lua luasql", "lua_luasql.lua", "lua5.4 lua-sql-sqlite3", ["lua5.4"], "cc",
              probe=["lua5.4", "-e", "require 'luasql.sqlite3'"]),
]
