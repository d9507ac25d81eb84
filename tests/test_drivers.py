"""The extension from other programs: the scenario of tests/drivers in each driver that is installed. `make test-drivers` installs
the others."""
import re
from pathlib import Path

import pytest

from drivers import page, scenario
from drivers.table import DRIVERS, HERE, Python
from support import LORE, ROOT

PAGE = ROOT / "docs" / "drivers.md"
# PHP doesn't start with a sanitizer's library: there it counts as not installed.
INSTALLED = [driver for driver in DRIVERS if not driver.missing()]


@pytest.mark.parametrize("driver", INSTALLED, ids=lambda driver: driver.name)
def test_a_user_of_the_driver_gets_through_the_first_day(driver, tmp_path):
    assert scenario.run(driver, Path(LORE).resolve(), tmp_path).faults == []


def changed(tmp_path, before, after):
    """The faults of Python's scenario with one of its lines changed."""
    text = (HERE / "python_sqlite3.py").read_text()
    assert before in text
    (tmp_path / "changed.py").write_text(text.replace(before, after))
    return scenario.run(Python("changed", tmp_path / "changed.py", "python3", "sqlite3"), Path(LORE).resolve(), tmp_path).faults


def test_a_database_that_stays_open_is_found(tmp_path):
    faults = changed(tmp_path, "connection.close()\n", "")
    assert len(faults) == 1 and re.fullmatch(r"still open after close: \S+\.db, \S+\.db-shm, \S+\.db-wal", faults[0])


def test_a_wrong_value_is_found(tmp_path):
    assert changed(tmp_path, "9007199254740993}", "9007199254740992}") == ["insert: '9007199254740992' instead of '9007199254740993'"]


def test_a_step_that_is_left_out_is_found(tmp_path):
    assert changed(tmp_path, 'say("kept"', '("kept"') == ["kept: nothing was said"]


def test_what_a_scenario_leaves_beside_the_file_is_found(tmp_path):
    faults = changed(tmp_path, "sys.stdin.read()", "import os; open(path + '-wal', 'w').write('x'); sys.stdin.read()")
    assert faults[0] == "left beside the file: drivers.db-wal"


def test_a_scenario_that_fails_says_why(tmp_path):
    faults = changed(tmp_path, "import sys\n", "import sys, nowhere\n")
    assert "ended with status 1" in faults[0] and "No module named 'nowhere'" in faults[0]


def test_the_page_shows_what_is_run():
    text = PAGE.read_text()
    assert page.with_snippets(text) == text, "make test-drivers writes it anew"


@pytest.mark.parametrize("driver", DRIVERS, ids=lambda driver: driver.name)
def test_the_page_has_a_snippet_and_a_row_for_each_driver(driver):
    text = PAGE.read_text()
    assert f"<!-- tests/drivers/{driver.source} -->" in text
    assert f"\n| {driver.name} |" in text
