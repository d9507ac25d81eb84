"""Short ways to call the verbs of patterns, for its suites."""
import json

NOW = "2026-03-01T12:00:00.000Z"
PYTEST = "test:pytest:backend"


def workflow(id="w1", **members):
    """A workflow document as text; a member that is None stays away."""
    document = {"workflow_id": id, "nl_input": "Run pytest in app/server", **members}
    return json.dumps({name: value for name, value in document.items() if value is not None})


def record(db, signature=PYTEST, document=None, **members):
    return db.value("SELECT pattern_record(?, ?)", signature, document or workflow(**members))


def process(db, **members):
    return json.loads(db.value("SELECT pattern_process(?)", workflow(**members)))


def batch(db, documents):
    return json.loads(db.value("SELECT pattern_process_batch(?)", json.dumps(documents)))


def save(db, **members):
    return db.value("SELECT workflow_save(?)", workflow(**members))


def pending(db, max_rows=1000):
    return json.loads(db.value("SELECT pattern_process_pending(?)", max_rows))


def pattern(db, which=PYTEST):
    """A row of operation_patterns."""
    rows = db.named("SELECT * FROM operation_patterns WHERE pattern_signature = ? OR id = ?", which, which)
    return rows[0] if rows else None


def changes_of(db, act):
    """How many rows an act has changed."""
    before = db.value("SELECT total_changes()")
    act()
    return db.value("SELECT total_changes()") - before
