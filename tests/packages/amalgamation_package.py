"""The amalgamation: one file that each compiler takes, in a program and as an extension."""
import re
import shlex

import pytest

from artefacts import ADD, ASK, MIGRATE, exported, run, shell, suite, unpack

STRICT = "-Wall -Wextra -Werror"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return unpack("sqlite-lore-amalgamation-{version}.tar.gz", tmp_path_factory.mktemp("amalgamation"))


def commands(folder):
    """The two that the head of lore.c gives."""
    return re.findall(r"^\*\*   (cc .*)$", (folder / "lore.c").read_text(), re.M)


@pytest.fixture(scope="module", params=["gcc", "clang"])
def extension(request, folder):
    """Built by the command of the file's head, with all warnings as errors."""
    name = f"build-{request.param}"
    (folder / name).mkdir()
    command = commands(folder)[0].replace("cc ", f"{request.param} {STRICT} ", 1).replace("lore.so", f"{name}/lore.so")
    command = command.replace("-O2", "-O1")
    run(["sh", "-c", command], folder)
    return folder / name / "lore.so"


def test_the_built_extension_works_and_exports_its_entry_point_only(extension, tmp_path):
    assert shell(MIGRATE, ADD, ASK, extension=extension, database=tmp_path / "a.db") == "Call acme, pending\n"
    assert exported(extension) == {"sqlite3_lore_init"}


def test_a_part_of_the_suite_runs_on_it(extension):
    """Each function and table once, and what is most of all a matter of numbers."""
    names = ["registration", "engine", "graph_whole", "metrics_aggregates", "patterns_statistics"]
    output = suite(extension, *[f"tests/test_{name}.py" for name in names])
    assert re.search(r"\d+ passed", output) and "failed" not in output


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_it_compiles_into_a_program_without_a_warning(folder, tmp_path, compiler):
    """With the names of every GNU function in sight too."""
    command = commands(folder)[1].replace("cc ", f"{compiler} {STRICT} -D_GNU_SOURCE ", 1).replace("-std=c11 -O2", "-std=gnu17 -O1")
    run(["sh", "-c", f"{command} -o {shlex.quote(str(tmp_path / 'lore.o'))}"], folder)
    (tmp_path / "program.c").write_text("""
#include "lore.h"
int main(void){
  sqlite3 *db;
  sqlite3_auto_extension((void (*)(void))sqlite3_lore_init);
  return sqlite3_open(":memory:", &db) || sqlite3_exec(db, "SELECT lore_version()", 0, 0, 0) || sqlite3_close(db);
}
""")
    names = ["sqlite3", "libcjson", "libpsl", "libidn2", "libutf8proc", "libsodium"]
    libraries = run(["pkg-config", "--libs", *names], folder).split()
    run([compiler, f"-I{folder}", "program.c", "lore.o", "-o", "program", *libraries, "-lm"], tmp_path)
    run([tmp_path / "program"], tmp_path)


def test_no_two_parts_share_a_macro_by_chance(folder):
    """Each macro of a source file ends with it."""
    parts = re.split(r"^/\* ==== (\S+) ==== \*/$", (folder / "lore.c").read_text(), flags=re.M)
    for path, text in zip(parts[1::2], parts[2::2]):
        if path.endswith(".c"):
            defined = set(re.findall(r"^#define (\w+)", text, re.M))
            assert defined - set(re.findall(r"^#undef (\w+)", text, re.M)) == set(), path
