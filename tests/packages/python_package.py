"""The wheel, installed by pip into an empty folder, without a network."""
import csv
import hashlib
import os
import re
import zipfile
from base64 import urlsafe_b64encode

import pytest

from artefacts import MACHINE, ROOT, VERSION, artefact, run

PYTHON = "/usr/bin/python3"
WHEEL = "sqlite_lore-{version}-*_{machine}.whl"


@pytest.fixture
def installed(tmp_path):
    """A folder with the package in it, to be run in."""
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps"]
    run([*pip, "--target", tmp_path / "site", artefact(WHEEL)], tmp_path,
        env={**os.environ, "PIP_ROOT_USER_ACTION": "ignore", "PIP_DISABLE_PIP_VERSION_CHECK": "1"})
    return tmp_path


def python(installed, script):
    return run([PYTHON, "-c", script], installed, env={**os.environ, "PYTHONPATH": str(installed / "site")})


def test_the_readme_runs(installed):
    script = re.search(r"```python\n(.*?)```", (ROOT / "ext/packages/python/README.md").read_text(), re.S).group(1)
    assert python(installed, script) == "[('Call acme', 'pending')]\n"


def test_load_leaves_loading_switched_off(installed):
    output = python(installed, """
import sqlite3, lore
connection = sqlite3.connect(":memory:")
lore.load(connection)
lore.load(connection)
print(connection.execute("SELECT lore_version()").fetchone()[0] == lore.__version__)
try:
    connection.load_extension(lore.loadable_path())
except sqlite3.OperationalError as error:
    print(error)
""")
    assert output == "True\nnot authorized\n"


def test_the_path_is_one_for_other_drivers(installed):
    path = python(installed, "import lore; print(lore.loadable_path())").strip()
    assert run(["sqlite3", ":memory:", f".load {path}", "SELECT lore_version()"], installed).strip() == VERSION


def test_a_python_that_cannot_load_is_told_so(installed):
    output = python(installed, """
import sqlite3, lore
class Without:
    pass
try:
    lore.load(Without())
except sqlite3.NotSupportedError as error:
    print(error)
""")
    assert output == "lore.load: this Python's sqlite3 module was built without loading of extensions\n"


def test_pip_knows_what_it_has_installed(installed):
    environment = {**os.environ, "PYTHONPATH": str(installed / "site")}
    shown = run([PYTHON, "-m", "pip", "show", "--files", "sqlite-lore"], installed, env=environment)
    assert f"Version: {VERSION}" in shown and "lore/lore.so" in shown and "lore/py.typed" in shown


def test_the_record_is_right():
    with zipfile.ZipFile(artefact(WHEEL)) as wheel:
        names = set(wheel.namelist())
        rows = list(csv.reader(wheel.read(f"sqlite_lore-{VERSION}.dist-info/RECORD").decode().splitlines()))
        assert {row[0] for row in rows} == names
        for name, digest, size in rows[:-1]:
            content = wheel.read(name)
            wanted = urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
            assert (digest, int(size)) == (f"sha256={wanted}", len(content)), name
        assert rows[-1] == [f"sqlite_lore-{VERSION}.dist-info/RECORD", "", ""]


def test_the_tag_says_the_glibc_that_is_needed(tmp_path):
    """The tag is the newest version of a symbol that any file in the wheel asks the C library for."""
    with zipfile.ZipFile(artefact(WHEEL)) as wheel:
        wheel.extractall(tmp_path)
        tag = re.search(r"^Tag: (.*)$", wheel.read(f"sqlite_lore-{VERSION}.dist-info/WHEEL").decode(), re.M).group(1)
    symbols = run(["objdump", "--dynamic-syms", *tmp_path.glob("lore/*.so*")], tmp_path)
    newest = max(tuple(map(int, version.split("."))) for version in re.findall(r"GLIBC_([0-9.]+)", symbols))
    assert tag == f"py3-none-manylinux_{newest[0]}_{newest[1]}_{MACHINE}"
    assert artefact(WHEEL).name == f"sqlite_lore-{VERSION}-{tag}.whl"
