"""npm's packages, installed from their files into an empty folder, without a network, and used from Node."""
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from artefacts import CACHE, CPU, ROOT, VERSION, artefact, run

MAIN = "sqlite-lore-{version}.tgz"
OWN = "sqlite-lore-linux-{cpu}-{version}.tgz"
OTHER = {"x64": "arm64", "arm64": "x64"}[CPU]


@pytest.fixture(scope="session")
def node():
    """A Node that has node:sqlite: the machine's, or one that npm has, kept in the cache."""
    has_it = subprocess.run(["node", "-e", "require('node:sqlite')"], capture_output=True)
    if has_it.returncode == 0:
        return shutil.which("node")
    folder = CACHE / "node22"
    program = folder / "node_modules" / "node" / "bin" / "node"
    if not program.exists():
        folder.mkdir(parents=True, exist_ok=True)
        run(["npm", "install", "--no-audit", "--no-fund", "--prefix", folder, "node@22"], folder)
    return program


def install(folder, *names):
    (folder / "package.json").write_text('{"name": "application", "private": true}')
    run(["npm", "install", "--offline", "--no-audit", "--no-fund", *[artefact(name) for name in names]], folder)
    return folder


@pytest.fixture
def application(tmp_path):
    return install(tmp_path, MAIN, OWN)


def test_the_readme_runs(application, node):
    script = re.search(r"```js\n(.*?)```", (ROOT / "ext/packages/npm/README.md").read_text(), re.S).group(1)
    (application / "first.mjs").write_text(script)
    output = run([node, "--no-warnings", "first.mjs"], application)
    assert "description: 'Call acme'" in output and "status: 'pending'" in output


def test_it_is_required_too(application, node):
    (application / "first.cjs").write_text("""
const { DatabaseSync } = require("node:sqlite");
const { getLoadablePath, load } = require("sqlite-lore");
const database = new DatabaseSync(":memory:", { allowExtension: true });
load(database);
console.log(database.prepare("SELECT lore_version() AS version").get().version, getLoadablePath());
""")
    version, path = run([node, "--no-warnings", "first.cjs"], application).split()
    assert version == VERSION
    assert Path(path) == application / "node_modules" / f"sqlite-lore-linux-{CPU}" / "lore.so"


def failure(node, folder, before=""):
    script = f"{before}; try {{ require('sqlite-lore').getLoadablePath(); }} catch (error) {{ console.log(error.message); }}"
    return run([node, "-e", script], folder).strip()


def test_a_platform_package_that_is_missing_is_named(tmp_path, node):
    message = failure(node, install(tmp_path, MAIN))
    assert message.startswith(f"sqlite-lore: the package sqlite-lore-linux-{CPU} is not installed: it is an optional dependency")


def test_a_platform_without_a_package_is_named(application, node):
    message = failure(node, application, "Object.defineProperty(process, 'platform', { value: 'darwin' })")
    assert message == (f"sqlite-lore: there is no library for darwin-{CPU}, only for linux-x64 and linux-arm64; "
                       "elsewhere build it from the sources")


def test_a_linux_without_glibc_is_told_so(tmp_path, node):
    message = failure(node, install(tmp_path, MAIN), "process.report.getReport = () => ({ header: {} })")
    assert message == "sqlite-lore: the library needs glibc, which this Linux has not; build it from the sources"


def test_the_other_platforms_are_optional_and_say_what_they_are_for(application):
    package = json.loads((application / "node_modules/sqlite-lore/package.json").read_text())
    assert package["optionalDependencies"] == {f"sqlite-lore-linux-{cpu}": VERSION for cpu in ("arm64", "x64")}
    own = json.loads((application / f"node_modules/sqlite-lore-linux-{CPU}/package.json").read_text())
    assert (own["os"], own["cpu"], own["libc"], own["version"]) == (["linux"], [CPU], ["glibc"], VERSION)
    assert not (application / f"node_modules/sqlite-lore-linux-{OTHER}").exists()


def test_the_types_fit(application):
    (application / "use.ts").write_text("""
import { getLoadablePath, load, type ExtensionLoader } from "sqlite-lore";
const path: string = getLoadablePath();
const database: ExtensionLoader = { loadExtension(name: string) { return name; } };
load(database);
// @ts-expect-error there is no such export
import { nothing } from "sqlite-lore";
// @ts-expect-error a database is needed
load(path);
""")
    for module in ("node16", "commonjs"):
        run(["tsc", "--noEmit", "--strict", "--target", "es2020", "--module", module, "--moduleResolution",
             "node16" if module == "node16" else "node", "use.ts"], application, env={**os.environ, "HOME": str(application)})
