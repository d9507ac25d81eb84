"""What no example runs is looked at too: every statement prepares, every setting's standard fits its type."""
import re

import pytest

from support import ROOT

STATEMENT = re.compile(r"^-- :name (\w+).*\n((?:(?!-- :name ).*\n?)*)", re.M)


def statements():
    for page in sorted(ROOT.glob("sql/statements/*.sql")):
        for name, sql in STATEMENT.findall(page.read_text()):
            sql = re.sub(r"^--.*\n", "", sql, flags=re.M).strip()
            if "%w" not in sql and not name.startswith("filtered_"):  # a template, or a piece of one: names are filled in
                yield pytest.param(sql, id=name)


@pytest.mark.parametrize("sql", statements())
def test_a_statement_prepares_on_a_migrated_file(db, sql):
    parameters = {name: None for name in re.findall(r":([a-z_][a-z0-9_]*)", sql)}
    if "?1" in sql:
        sql, parameters = sql.replace("?1", ":first"), {"first": None, **parameters}
    db.run("EXPLAIN " + sql, parameters)


def test_a_setting_takes_its_own_standard(db):
    for name, standard in db.run("SELECT name, default_value FROM lore_settings_all"):
        assert db.value("SELECT lore_set(?, ?)", name, standard) == standard
