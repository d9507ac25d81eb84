"""What SQLite itself does in another way from version to version, as far as it shows here: said once, for the tests that
expect it (`differs("name")`) and for the list in docs/compatibility.md, which tests/hosts/run writes.
"""
import functools
import sqlite3
import subprocess
from typing import NamedTuple


class Difference(NamedTuple):
    text: str                        # for whoever has that version
    before: tuple = (4, 0)           # the first version that has it no more
    since: tuple = (3, 37)           # the first version that has it
    shell: bool = False              # it is the shell's, not the library's

    def applies(self, version):
        return self.since <= version < self.before

    @property
    def range(self):
        name = ".".join(map(str, self.before if self.before < (4, 0) else self.since))
        return f"before {name}" if self.before < (4, 0) else f"{name} and newer"


DIFFERENCES = {
    "triggers write our tables": Difference(
        "a trigger in the file can insert into a verb's table (SQLite looks at DIRECTONLY of tables there later); the functions are refused "
        "as everywhere", before=(3, 40)),
    "earlier rows stay": Difference(
        "inside BEGIN, `INSERT INTO t SELECT verb(x)` into a table without any constraint keeps the calls before the failing one; each call "
        "is atomic everywhere", before=(3, 40)),
    "always in the frame": Difference(
        "verbs that are atomic by themselves (`signal_save`, `signal_ingest`, `signal_upsert`, `pattern_record`, `event_publish`, "
        "`events_ack`, `suppression_clean`, `lore_set`) always run in the frame; `signal_save` and `signal_ingest` cost about a half more "
        "for it; `metric_record` writes each point at once", before=(3, 40)),
    "a rollback stays open": Difference(
        "`lore_rollback` outside a transaction, when memory runs out in it, leaves its transaction open: ROLLBACK, and all is as before",
        before=(3, 40)),
    "checks call verbs": Difference("DIRECTONLY does not stop CHECK constraints ([security.md](security.md))", before=(3, 52)),
    "a SELECT looks at the file": Difference(
        "each SELECT looks at the file, also one that reads no table, and is refused while another process has it locked; loading looks at "
        "nothing, and may be done then too, also twice", since=(3, 49)),
    "longer numbers": Difference(
        "a number is shown with as many digits as it takes to tell it from every other: 484.4500000000001 where older versions show 484.45",
        since=(3, 52)),
    "the shell imports into a new table": Difference(
        "the shell's `.import` does not see a verb's table and makes a real one of its name in the file, which hides it (`lore_validate` "
        "says so): import into a table of yours, then INSERT … SELECT", since=(3, 52), shell=True),
    "the shell draws otherwise": Difference("the shell draws its tables in another way than these pages show", since=(3, 52), shell=True),
}

# A page, what it shows, what comes out instead, and of which difference that is, or from which version on.
PAGES = [
    ("metrics.md", "│ 9      │ 8640   │", "│ 9      │ 8484   │", "always in the frame"),
    ("metrics.md", "│ 5      │\n", "│ 161    │\n", "always in the frame"),
    ("metrics.md", "│ 19         │\n", "│ 20         │\n", "always in the frame"),
    ("metrics.md", "│ rolled up 5893 buckets", "│ sealed 1 head, rolled up 5893 buckets", "always in the frame"),
    *[("security.md", f"│ {attack:48} │ refused │", f"│ {attack:48} │ denied  │", (3, 45)) for attack in (
        "dbstat", "the statements of the connection")],
]


# Tests of what a host with that difference does not do: there they must fail (conftest.py).
UNLIKE = {
    "always in the frame": [
        "test_an_interrupt_while_points_are_written_ends_with_its_transaction",
        "test_after_points_could_not_be_written_nothing_of_ours_goes_on",
        "test_a_trigger_made_while_points_wait_never_loses_them",
        "test_what_waits_is_written_before_anything_of_ours_reads",
        "test_a_series_that_plain_sql_has_deleted_in_between_is_told",
        "test_a_long_run_becomes_full_chunks_at_once",
        "test_runs_of_the_same_length_leave_few_small_chunks",
        "test_late_points_are_merged_where_they_belong_and_full_chunks_stay",
        "test_a_damaged_chunk_stops_with_series_and_chunk",
    ],
}


def version_of(text):
    return tuple(int(piece) for piece in text.split("."))


@functools.cache
def shell_is_new():
    """From 3.52 on by how it draws: the shell of one version may run with the library of another, whose version it gives for its own."""
    run = subprocess.run(["sqlite3", ":memory:", ".mode box", "SELECT 1"], text=True, capture_output=True)
    return run.stdout.startswith("╭")


def differs(name):
    """Whether the SQLite under test does this."""
    found = DIFFERENCES[name]
    return shell_is_new() if found.shell else found.applies(sqlite3.sqlite_version_info)


def expected_here(page, text):
    """What the SQLite under test gives for a text of this page."""
    for name, shown, instead, where in PAGES:
        if name == page and (differs(where) if isinstance(where, str) else sqlite3.sqlite_version_info >= where):
            text = text.replace(shown, instead)
    return text
