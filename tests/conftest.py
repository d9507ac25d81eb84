"""Fixtures of every suite; the helpers behind them are in support.py."""
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

import support  # noqa: E402
from host_differences import DIFFERENCES, UNLIKE, differs  # noqa: E402
from support import Database, assert_same, dump, examples, raises_sql  # noqa: E402,F401


def pytest_collection_modifyitems(items):
    """What this SQLite does otherwise must fail here."""
    unlike = {test: name for name, tests in UNLIKE.items() if differs(name) for test in tests}
    for item in items:
        name = unlike.get(getattr(item, "originalname", None))
        if name:
            item.add_marker(pytest.mark.xfail(strict=True, reason=DIFFERENCES[name].text))


@pytest.fixture(scope="session")
def lore():
    """Path of the extension; LORE in the environment names another one."""
    return support.LORE


@pytest.fixture
def bare(tmp_path):
    """The extension loaded into a new file, nothing migrated."""
    db = Database(tmp_path / "bare.db")
    yield db
    db.close()


@pytest.fixture(scope="session")
def migrated_image():
    db = Database(":memory:")
    db.run("SELECT lore_migrate('all')")
    image = support.image_of(db.connection)
    db.close()
    return image


@pytest.fixture
def db(tmp_path, migrated_image):
    """A file with all subsystems migrated and no rows of data."""
    path = tmp_path / "test.db"
    path.write_bytes(migrated_image)
    db = Database(path)
    db.run("PRAGMA synchronous = OFF")
    yield db
    db.close()


@pytest.fixture(scope="session")
def stages(tmp_path_factory):
    return support.Stages(tmp_path_factory.mktemp("stages"))
