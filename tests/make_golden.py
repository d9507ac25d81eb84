"""Writes tests/golden/<version>.sql: the dump of a file in which each example of lore_help has run. `make golden`, when a version is
released (and before that, when a migration that nobody has yet was changed); a released one never changes again."""
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from support import ROOT, Database, examples  # noqa: E402

version = (ROOT / "VERSION").read_text().strip()
with tempfile.TemporaryDirectory() as folder:
    path = Path(folder) / "golden.db"
    db = Database(path)
    db.run("SELECT lore_clock('2026-01-10T09:00:00Z')")
    db.run("SELECT lore_migrate('all')")
    for entry in examples(db):
        if entry.name == "lore_clock":  # its example gives the clock back
            db.run("SELECT lore_clock('2026-01-10T09:00:00Z')")
    db.close()
    dump = subprocess.run(["sqlite3", "-batch", "-init", "/dev/null", str(path), ".dump"], check=True, text=True, capture_output=True).stdout
(ROOT / "tests" / "golden").mkdir(exist_ok=True)
(ROOT / "tests" / "golden" / f"{version}.sql").write_text(dump)
