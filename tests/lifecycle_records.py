"""What the model of the lifecycle is made of: its words, times and keys, and a record for each table."""
import calendar
import time
from dataclasses import astuple, dataclass, fields
from typing import Optional

SECOND = 1000
DAY = 86_400 * SECOND
RANK = {"info": 0, "watch": 1, "low": 1, "warning": 2, "medium": 2, "high": 3, "critical": 4}
OPEN = ("active", "escalated", "acknowledged")
STATES = OPEN + ("cleared", "suppressed")


def text_of(moment):
    """2026-03-01T12:00:00.000Z; None for None."""
    if moment is None:
        return None
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(moment // 1000)) + f".{moment % 1000:03d}Z"


def moment_of(text):
    if text is None:
        return None
    whole = calendar.timegm(time.strptime(text[:19], "%Y-%m-%dT%H:%M:%S"))
    return whole * 1000 + int(text[20:23] if text[19:20] == "." else 0)


def key_of(entity_type, entity_id, signal_type):
    return ":".join(part.replace("%", "%25").replace(":", "%3A") for part in (entity_type, entity_id, signal_type))


def is_higher(severity, than):
    return RANK[severity] > RANK[than]


def worse_of(present, other):
    """The present word stays when the two are of equal rank."""
    return other if is_higher(other, present) else present


class Refusal(Exception):
    """The call is an error."""


class BadArgument(Refusal):
    pass


class UnknownKey(Refusal):
    pass


def severity_of(word):
    if word is None:
        return None
    if word.lower() not in RANK:
        raise BadArgument(f"severity {word!r}")
    return word.lower()


@dataclass
class Row:
    """A row of signal_state: its columns in their order."""
    signal_key: str
    entity_type: str
    entity_id: str
    signal_type: str
    severity: str
    first_detected_at: int
    last_detected_at: int
    escalated_at: Optional[int] = None
    cleared_at: Optional[int] = None
    detection_count: int = 1
    cooldown_until: Optional[int] = None
    state: str = "active"
    initial_severity: Optional[str] = None
    peak_severity: Optional[str] = None
    acknowledged_at: Optional[int] = None
    acknowledged_by: Optional[str] = None
    acknowledged_until: Optional[int] = None
    note: Optional[str] = None
    clean_runs: int = 0
    muted_until: Optional[int] = None
    evidence: Optional[str] = None

    def forget_acknowledgement(self):
        self.acknowledged_at = self.acknowledged_by = self.acknowledged_until = None


@dataclass
class Transition:
    """A row of signal_transitions."""
    seq: int
    signal_key: str
    at: int
    from_state: Optional[str]
    to_state: str
    from_severity: Optional[str]
    to_severity: str
    cause: str
    rule: Optional[str] = None
    actor: Optional[str] = None
    note: Optional[str] = None
    evidence: Optional[str] = None


@dataclass
class Mute:
    """A row of signal_mutes; None in one of the first four matches anything."""
    id: int
    signal_key: Optional[str] = None
    entity_type: Optional[str] = None
    entity_id: Optional[str] = None
    signal_type: Optional[str] = None
    reason: Optional[str] = None
    by: Optional[str] = None
    at: Optional[int] = None
    expires_at: Optional[int] = None
    dismiss_count: int = 0

    def matches(self, row, at):
        named = ("signal_key", "entity_type", "entity_id", "signal_type")
        return self.is_live(at) and all(getattr(self, name) in (None, getattr(row, name)) for name in named)

    def is_live(self, at):
        return self.expires_at is None or self.expires_at > at


@dataclass
class Detection:
    severity: Optional[str]
    evidence: Optional[str] = None
    detection_id: Optional[str] = None


def new_row(key, parts, severity, at):
    return Row(key, *parts, severity, at, at, initial_severity=severity, peak_severity=severity)


TIMES = {"first_detected_at", "last_detected_at", "escalated_at", "cleared_at", "cooldown_until", "acknowledged_at",
         "acknowledged_until", "muted_until", "at", "expires_at"}
COLUMNS = [field.name for field in fields(Row)]


def stored(record):
    """A dataclass as the table shows it."""
    return tuple(text_of(value) if field.name in TIMES else value for field, value in zip(fields(record), astuple(record)))
