"""The hashes and messages of audit and of approvals made anew, in Python; and short ways to a log with a key."""
import hashlib
import os
import struct

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

NOW = "2026-03-01T12:00:00.000Z"
COLUMNS = ["event_id", "event_timestamp", "event_type", "originator_id", "target_id", "event_payload"]
NO_HASH = "0" * 64


def field(value):
    if value is None:
        return b"\0" + struct.pack("<Q", 0)
    if isinstance(value, int):
        return b"\1" + struct.pack("<Qq", 8, value)
    data = value.encode("utf-8", "surrogateescape") if isinstance(value, str) else value
    return (b"\2" if isinstance(value, str) else b"\3") + struct.pack("<Q", len(data)) + data


def digest(*fields):
    return hashlib.blake2b(b"".join(map(field, fields)), digest_size=32).hexdigest()


class Signer:
    """An Ed25519 key of a seed that is one byte over and over."""

    def __init__(self, number):
        self.seed = bytes([number]) * 32
        self.key = Ed25519PrivateKey.from_private_bytes(self.seed)
        self.public = self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.hex = self.public.hex()
        self.id = hashlib.blake2b(struct.pack("<Q", 64) + self.hex.encode(), digest_size=16).hexdigest()

    def sign(self, text):
        return self.key.sign(text.encode()).hex()

    def file(self, folder, content=None):
        path = folder / f"{self.id}.key"
        path.write_bytes(self.seed if content is None else content)
        os.chmod(path, 0o600)
        return str(path)


# ---- What hashes and signatures are over ----

def log_id(db):
    return db.value("SELECT id FROM audit_database")


def entry_hash(log, row):
    """row: sequence_number, the columns, previous_hash."""
    return digest("lore audit entry 1", log, row[7], row[0], *row[1:7])


def checkpoint_message(log, sequence, head_hash, count, at, key_id):
    return "lore:audit_checkpoint:" + digest("lore audit checkpoint 1", log, sequence, head_hash, count, at, key_id)


def prune_message(log, sequence, first, head_hash, before, at, key_id):
    return "lore:audit_prune:" + digest("lore audit prune 1", log, sequence, first, head_hash, before, at, key_id)


def key_message(log, number, public_key, created_at, signed_by):
    return "lore:audit_key:" + digest("lore audit key 1", log, number, public_key, created_at, signed_by)


def entries(db):
    return db.run(f"SELECT sequence_number, {', '.join(COLUMNS)}, previous_hash, entry_hash FROM audit_log ORDER BY sequence_number")


def rehash(db, first, last=None):
    """Makes the chain right again from an entry on, as somebody who has read docs/audit.md could."""
    log = log_id(db)
    previous = db.value("SELECT entry_hash FROM audit_log WHERE sequence_number = ?", first - 1) or NO_HASH
    for row in entries(db):
        if row[0] >= first and (last is None or row[0] <= last):
            new = entry_hash(log, (*row[:7], previous))
            db.run("UPDATE audit_log SET previous_hash = ?, entry_hash = ? WHERE sequence_number = ?", previous, new, row[0])
            previous = new


# ---- A log ----

def pin(db, moment=NOW):
    db.run("SELECT lore_clock(?)", moment)


def append(db, event_type="login", originator="ann", payload=None, target=None, event_id=None, at=None):
    return db.value("SELECT audit_append(?, ?, ?, ?, ?, ?)", event_type, originator, payload, target, event_id, at)


def fill(db, count):
    for _ in range(count):
        n = (db.value("SELECT max(sequence_number) FROM audit_log") or 0) + 1
        append(db, "login", "ann", f'{{"n": {n}}}', f"session-{n}", f"event-{n}", f"2026-03-{n:02}")


def use_key(db, signer, folder):
    return db.value("SELECT audit_key_file(?)", signer.file(folder))


def verify(db, count=None, hash=None, public_key=None):
    [row] = db.named("SELECT * FROM audit_verify(?, ?, ?)", count, hash, public_key)
    return row


def clean(db, *anchor):
    """Its statement."""
    row = verify(db, *anchor)
    assert row["status"] == "clean" and row["sequence_number"] is None, row
    return row["statement"]


def broken(db, *anchor):
    """Where, and what."""
    row = verify(db, *anchor)
    assert row["status"] == "broken", row
    return row["sequence_number"], row["statement"]


def export(db):
    return "\n".join(db.column("SELECT line FROM audit_export"))


def verify_lines(db, lines, count=None, hash=None, public_key=None):
    [row] = db.named("SELECT * FROM audit_verify_lines(?, ?, ?, ?)", lines, count, hash, public_key)
    return row
