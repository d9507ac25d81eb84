"""The static archive: a program of an empty folder that has SQLite and the library in it."""
import os

import pytest

from artefacts import ADD, ASK, MIGRATE, VERSION, run, unpack

PROGRAM = """
#include <lore.h>
#include <stdio.h>

/* Names that the library's own files use: they must not meet. */
int loreRegister(void){ return 1; }
int kLoreSql = 2;
int loreAllocate(void){ return 3; }

static int print(void *unused, int count, char **values, char **names){
  (void)unused; (void)count; (void)names;
  return printf("%s\\n", values[0]) < 0;
}

int main(void){
  const char *const script[] = { """ + ", ".join(f'"{sql}"' for sql in (MIGRATE, ADD, ASK)) + """ };
  sqlite3 *db;
  sqlite3_auto_extension((void (*)(void))sqlite3_lore_init);
  if( sqlite3_open(":memory:", &db) ) return 1;
  for(int i = 0; i < 3; i++){
    char *error = NULL;
    if( sqlite3_exec(db, script[i], print, NULL, &error) ){
      fprintf(stderr, "%s\\n", error);
      return 1;
    }
  }
  printf("%d\\n", loreRegister() + kLoreSql + loreAllocate());
  return sqlite3_close(db);
}
"""


@pytest.fixture
def archive(tmp_path):
    return unpack("liblore-{version}-linux-{cpu}.tar.gz", tmp_path)


def flags(archive, *wanted):
    environment = {**os.environ, "PKG_CONFIG_PATH": str(archive / "lib" / "pkgconfig")}
    return run(["pkg-config", *wanted, "lore"], archive, env=environment).split()


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_a_program_has_it_in_each_connection(archive, tmp_path, compiler):
    (tmp_path / "program.c").write_text(PROGRAM)
    run([compiler, "-Wall", "-Wextra", "-Werror", "program.c", "-o", "program", *flags(archive, "--cflags", "--libs")], tmp_path)
    assert run([tmp_path / "program"], tmp_path).splitlines() == ["Call acme, pending", "6"]


def test_a_program_of_cplusplus_links_it(archive, tmp_path):
    main = "int main() { return sqlite3_auto_extension((void (*)())sqlite3_lore_init); }"
    (tmp_path / "program.cc").write_text(f"#include <lore.h>\n{main}\n")
    run(["g++", "program.cc", "-o", "program", *flags(archive, "--cflags", "--libs")], tmp_path)
    run([tmp_path / "program"], tmp_path)


def test_the_entry_point_is_its_one_symbol(archive):
    symbols = run(["nm", "--defined-only", "--extern-only", archive / "lib" / "liblore.a"], archive)
    assert [line.split()[2] for line in symbols.splitlines() if len(line.split()) == 3] == ["sqlite3_lore_init"]


def test_pkg_config_knows_it_wherever_the_folder_is(archive):
    assert flags(archive, "--modversion") == [VERSION]
    moved = archive.rename(archive.parent / "elsewhere")
    assert any(str(moved) in flag for flag in flags(moved, "--libs"))
