"""Short ways to call the verbs of signals, for its suites."""
import json

KEY = "domain:acme.ai"
NOW = "2026-03-01T12:00:00.000Z"


def at(clock):
    """'12:05' and '12:05:30.5' are moments of the day of NOW; anything longer is itself."""
    return clock if len(clock) > 12 else f"2026-03-01T{clock}Z"


def pin(db, clock=NOW):
    return db.value("SELECT lore_clock(?)", at(clock))


def call(db, verb, **arguments):
    """By name; what is None stays absent."""
    given = {name: value for name, value in arguments.items() if value is not None}
    result = db.value("SELECT lore_call(?, ?)", verb, json.dumps(given))
    return json.loads(result) if isinstance(result, str) and result[:1] in "[{" else result


def save(db, canonical_key=KEY, signal_type="github_spike", source_api="github", confidence=0.5, raw_data="{}", **more):
    return call(db, "signal_save", canonical_key=canonical_key, signal_type=signal_type, source_api=source_api,
                confidence=confidence, raw_data=raw_data, **more)


def save_many(db, count):
    return [save(db, source_id=f"evt-{n}") for n in range(count)]


def ingest(db, document, signal_type="github_spike", source_api="github", confidence=0.5, **more):
    return call(db, "signal_ingest", signal_type=signal_type, source_api=source_api, confidence=confidence,
                raw_data=json.dumps(document), **more)


def claim(db, max_rows=50, **more):
    """What was leased: id -> token."""
    return {row["id"]: row["token"] for row in call(db, "signal_claim", max_rows=max_rows, **more)}


def release(db, ids, token):
    return call(db, "signal_release", ids=ids, token=token)


def push(db, id, page="page-1", **more):
    return call(db, "signal_mark_pushed", id=id, notion_page_id=page, **more)


def reject(db, id, reason="a namesake", **more):
    return call(db, "signal_mark_rejected", id=id, reason=reason, **more)


def reopen(db, id, reason="looked again", **more):
    return call(db, "signal_reopen", id=id, reason=reason, **more)


def suppress(db, canonical_key=KEY, page="page-1", status="Tracking", **more):
    return call(db, "suppression_put", canonical_key=canonical_key, notion_page_id=page, status=status, **more)


def alias(db, a=KEY, b="github_org:acme"):
    return call(db, "key_merge", a=a, b=b, reason="same site", by="ann")


def get(db, id):
    """The signal with its processing row."""
    rows = db.named("SELECT * FROM signal_get(?)", id)
    return rows[0] if rows else None


def status(db, id):
    return get(db, id)["processing_status"]


def log(db, id):
    return db.run("SELECT from_status, to_status, actor, reason FROM signal_log WHERE signal_id = ? ORDER BY seq", id)
