"""The pages run: each sql block in the stock shell, and what is shown below it is what comes out.

The blocks of a page run in order, in one session, on one new database. A `text` block that follows a
`sql` block is its output. `sql no-run` skips a block; a comment in it says why.
"""
import re
import shutil
import sqlite3
import subprocess
from pathlib import Path

import pytest

from host_differences import differs, expected_here
from support import LORE, ROOT, Database, dump

PAGES = sorted(ROOT.glob("docs/*.md")) + [ROOT / "README.md"]
FENCE = re.compile(r"^```([^\n`]*)\n(.*?)^```\s*$", re.M | re.S)
MARK = "----- block {} -----"
SHELL = shutil.which("sqlite3")


class Block:
    def __init__(self, sql, line, runs):
        self.sql, self.line, self.runs, self.expected = sql, line, runs, None


def blocks_of(text):
    blocks, last, end = [], None, 0
    for fence in FENCE.finditer(text):
        kind, body = fence.group(1).strip(), fence.group(2)
        if kind.split()[:1] == ["sql"]:
            last = Block(body, text.count("\n", 0, fence.start()) + 1, "no-run" not in kind.split())
            blocks.append(last)
        elif kind == "text" and last and last.expected is None and len(text[end:fence.start()].strip()) < 200:
            last.expected = body
        else:
            last = None
        end = fence.end()
    return blocks


def shell(database, script, folder):
    """Output and errors of the stock shell, in the order in which they come."""
    command = ["stdbuf", "-o0", SHELL, "-batch", str(database)]
    run = subprocess.run(command, input=script, cwd=folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60)
    return run.stdout


def workplace(tmp_path):
    """A folder in which build/lore is the extension under test."""
    (tmp_path / "build").mkdir()
    (tmp_path / "build" / "lore.so").symlink_to(Path(LORE).resolve())
    return tmp_path


def plain(output):
    """Line numbers of the session say nothing in a page, nor does where in a line an error is, which older shells don't
    show; nor do blanks at line ends."""
    output = re.sub(r"^(?:Parse |Runtime )?[Ee]rror:?(?: near line \d+)?: (.*?)(?: \(\d+\))?$", r"Error: \1", output, flags=re.M)
    output = re.sub(r"^  .*\n +\^--- error here$\n?", "", output, flags=re.M)
    if differs("the shell draws otherwise"):
        return "\n".join(re.findall(r"^Error: .*", output, re.M))
    if differs("longer numbers"):
        output = re.sub(r"(?<=\d)\.\d{6,}", lambda found: f"{float(found[0]):.6f}"[1:].rstrip("0"), output)
    if differs("longer numbers") or differs("always in the frame"):
        output = re.sub("  +", " ", re.sub("──+", "─", output))  # tables are as wide as what is in them
    return "\n".join(line.rstrip() for line in output.strip("\n").splitlines())


def run_page(page, folder):
    """Each block with its output."""
    blocks = [block for block in blocks_of(page.read_text()) if block.runs]
    script = ".load build/lore\n"
    for number, block in enumerate(blocks):
        script += f".print '{MARK.format(number)}'\n{block.sql}\n"
    script += f".print '{MARK.format(len(blocks))}'\n"
    output = shell(folder / "page.db", script, folder)
    for number, block in enumerate(blocks):
        start, end = MARK.format(number) + "\n", MARK.format(number + 1) + "\n"
        assert start in output and end in output, f"{page.name}: line {block.line} swallows what follows it:\n{output[-2000:]}"
        yield block, output[output.index(start) + len(start):output.index(end)]


def test_there_are_pages():
    assert (ROOT / "README.md").exists() and list(ROOT.glob("docs/*.md"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_shows_is_what_comes_out(page, tmp_path):
    assert page.exists(), f"{page.name} is not there"
    for block, output in run_page(page, workplace(tmp_path)):
        where = f"{page.name}, line {block.line}"
        if block.expected is not None:
            assert plain(output) == plain(expected_here(page.name, block.expected)), where
        else:
            assert "Error: " not in plain(output), f"{where}: {output}"


@pytest.mark.parametrize("page", [page for page in PAGES if page.exists()], ids=lambda page: page.name)
def test_a_block_that_does_not_run_says_why(page):
    for block in blocks_of(page.read_text()):
        assert block.runs or re.search(r"^--|\s--\s", block.sql, re.M), f"{page.name}, line {block.line}"


@pytest.mark.parametrize("page", [page for page in PAGES if page.exists()], ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text()):
        if not re.match(r"[a-z]+:", target):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_what_comes_out_is_compared(tmp_path):
    """The machinery itself: a page that shows something wrong is found."""
    page = tmp_path / "page.md"
    page.write_text("```sql\nSELECT 1;\nSELECT nonsense();\n```\n\n```text\n1\nError: no such function: nonsense\n```\n"
                    "```sql\nSELECT absurd();\n```\n```text\nError: no such function: sense\n```\n```sql no-run\n-- not here\nSELECT;\n```\n")
    found = list(run_page(page, workplace(tmp_path)))
    assert [plain(output) == plain(block.expected) for block, output in found][1:] == [False]
    assert found[0][1].splitlines()[0] == "1" and "no such function: nonsense" in found[0][1]


# ---- The file without the extension ----

@pytest.fixture
def used(stages):
    return stages.path()


def test_the_stock_shell_reads_every_table(used, tmp_path):
    db = Database(used, load=False)
    names = db.column("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%'")
    counts = {name: db.value(f'SELECT count(*) FROM "{name}"') for name in names}
    script = "".join(f"SELECT '{name}', count(*) FROM (SELECT * FROM \"{name}\");\n" for name in names)
    output = shell(used, script + "PRAGMA integrity_check;\nPRAGMA foreign_key_check;\n", tmp_path)
    assert output.splitlines() == [f"{name}|{counts[name]}" for name in names] + ["ok"]
    db.close()


def test_a_dump_restores_everything(used, tmp_path):
    restored = tmp_path / "restored.db"
    text = shell(used, ".dump\n", tmp_path)
    assert shell(restored, text, tmp_path) == ""
    first, second = Database(used, load=False), Database(restored, load=False)
    before, after = dump(first), dump(second)
    assert before["rows"] == after["rows"]
    assert sorted(row[:3] for row in before["schema"]) == sorted(row[:3] for row in after["schema"])
    for db in (first, second):
        db.close()
    db = Database(restored)
    assert set(db.column("SELECT state FROM lore_migrations_status")) == {"applied"}
    assert db.value("SELECT lore_migrate('all')") == "nothing to apply"
    assert db.value("SELECT signal_save('t', 's', 'domain:restored.io', 1, '{}')") > 0
    db.close()


def test_plain_sql_may_write_every_table_without_the_extension(used):
    db = Database(used, load=False)
    for name in db.column("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"):
        columns = db.column("SELECT name FROM pragma_table_info(?)", name)
        db.run(f'UPDATE "{name}" SET "{columns[-1]}" = "{columns[-1]}"')
    db.run("VACUUM")
    db.run("REINDEX")
    assert db.value("PRAGMA integrity_check") == "ok"
    with pytest.raises(sqlite3.OperationalError, match="no such function"):
        db.run("SELECT lore_version()")
    db.close()
