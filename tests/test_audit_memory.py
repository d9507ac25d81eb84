"""The verbs that need a key in a file have no example, so tests/fault does not try them: here SQLite gets less and less memory, and
each of them does all or nothing."""
import ctypes
import ctypes.util
import shutil

import pytest

from audit_calls import Signer, clean, fill, use_key
from support import Database, assert_same, dump

ONE, TWO = Signer(1), Signer(2)
CALLS = {"audit_checkpoint": "audit_checkpoint()", "audit_prune": "audit_prune('2026-03-04')", "audit_rotate_key": "audit_rotate_key('{path}')",
         "audit_key_file": "audit_key_file('{path}')", "audit_append": "audit_append('a', 'b')",
         "lore_rollback": "lore_rollback('patterns', 0, 'drop-data')"}
STEPS = {"lore_rollback": 8192}  # which needs most
STEP = 512


class Memory:
    """SQLite's own limit, on top of what is in use."""

    def __init__(self):
        self.sqlite = ctypes.CDLL(ctypes.util.find_library("sqlite3"))
        self.sqlite.sqlite3_memory_used.restype = ctypes.c_int64
        self.sqlite.sqlite3_hard_heap_limit64.argtypes = [ctypes.c_int64]

    def limit(self, more):
        self.sqlite.sqlite3_hard_heap_limit64(self.sqlite.sqlite3_memory_used() + more)

    def free(self):
        self.sqlite.sqlite3_hard_heap_limit64(0)


@pytest.fixture(scope="module")
def original(tmp_path_factory, migrated_image):
    path = tmp_path_factory.mktemp("memory") / "log.db"
    path.write_bytes(migrated_image)
    db = Database(path)
    db.run("SELECT lore_set('audit', 'on')")
    fill(db, 5)
    db.close()
    return path


@pytest.mark.parametrize("verb", CALLS)
def test_less_memory_means_all_or_nothing(original, tmp_path, verb):
    memory, failures, extra, done = Memory(), 0, 0, False
    call = CALLS[verb].format(path=TWO.file(tmp_path))
    while not done:
        path = shutil.copy(original, tmp_path / "copy.db")
        db = Database(path)
        use_key(db, ONE, tmp_path)
        if verb == "audit_rotate_key":
            db.run("SELECT audit_prune('2026-03-02')")
        before = dump(db)
        memory.limit(extra)
        try:
            db.run(f"SELECT {call}")
            done = True
        except MemoryError:
            failures += 1
        finally:
            memory.free()
        if not done:
            assert_same(before, dump(db), f"{extra} bytes more")
            db.run(f"SELECT {call}")
        assert clean(db)
        db.close()
        extra += STEPS.get(verb, STEP)
    assert failures > 3
