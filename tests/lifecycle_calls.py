"""Short ways to call the verbs of lifecycle, for its suites."""
from signal_calls import NOW, call

KEY = "client:acme:latency"


def day(n, clock="12:00:00.000"):
    """Of March 2026."""
    return f"2026-03-{n:02d}T{clock}Z"


def found(db, severity="medium", entity_id="acme", signal_type="latency", entity_type="client", **more):
    return call(db, "signal_upsert", signal_type=signal_type, entity_type=entity_type, entity_id=entity_id, severity=severity,
                **more)


def signal(entity_id="acme", severity="medium", signal_type="latency", **more):
    return {"signal_type": signal_type, "entity_type": "client", "entity_id": entity_id, "severity": severity, **more}


def cycle(db, signals, scope=None, **more):
    """The lists that hold a key."""
    lists = call(db, "signal_state_cycle", signals=signals, scope=scope or {}, **more)
    assert list(lists) == ["new", "ongoing", "escalated", "reactivated", "suppressed", "cooldown", "cleared"]
    return {name: keys for name, keys in lists.items() if keys}


def decide(db, verb, key=KEY, **more):
    return call(db, f"signal_state_{verb}", key=key, **more)


def put(db, **columns):
    return call(db, "signal_state_put", record=columns)


def sweep(db, **more):
    """The counts that are not 0."""
    counts = call(db, "signal_state_sweep", **more)
    assert list(counts) == ["escalated", "cleared", "unmuted", "unacknowledged", "forgotten"]
    return {name: count for name, count in counts.items() if count}


def get(db, key=KEY):
    rows = db.named("SELECT * FROM signal_state_get(?)", key)
    return rows[0] if rows else None


def of(db, *columns, key=KEY):
    """Some columns of the row."""
    return tuple(get(db, key)[column] for column in columns)


def state(db, key=KEY):
    return get(db, key)["state"]


def causes(db, key=KEY):
    return db.column("SELECT cause FROM signal_transitions WHERE signal_key = ? ORDER BY seq", key)


def last(db, *columns):
    """Some columns of the newest transition."""
    return db.row(f"SELECT {', '.join(columns)} FROM signal_transitions ORDER BY seq DESC LIMIT 1")


def insert(db, table, **columns):
    names = ", ".join(f'"{name}"' for name in columns)
    db.run(f"INSERT INTO {table}({names}) VALUES (?{', ?' * (len(columns) - 1)})", *columns.values())


def set_rule(db, signal_type="latency", **columns):
    insert(db, "signal_rules", signal_type=signal_type, **columns)


def mute(db, **columns):
    insert(db, "signal_mutes", **{"by": "ann", "at": NOW, **columns})
