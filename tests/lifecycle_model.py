"""The state machine of signal_state in plain Python: what the page says, for the tests to compare the C code with.

One method a verb, with the verb's arguments and `at`; it returns what the call returns. Inside, a time is a number
of milliseconds; outside (arguments, tables) it is text in the stored form. A refusal changes nothing.
"""
import json

from lifecycle_records import (COLUMNS, DAY, OPEN, SECOND, STATES, TIMES, BadArgument, Detection, Mute, Transition, UnknownKey,
                               is_higher, key_of, moment_of, new_row, severity_of, stored, text_of, worse_of)

RUNG_ABOVE = {"info": "watch", "watch": "warning", "low": "warning", "warning": "high", "medium": "high", "high": "critical",
              "critical": "critical"}
OUTCOMES = ("new", "ongoing", "escalated", "reactivated", "suppressed", "cooldown", "cleared")
BUILT_IN = {"cooldown_seconds": 0, "escalate_after_seconds": None, "escalate_after_count": None, "clear_after_seconds": None,
            "clean_runs_to_clear": 1, "flap_window_seconds": 86_400, "flap_count": 3, "detection_memory_seconds": 2_592_000}


def latest_end(ends):
    """None is an end that never comes."""
    return None if None in ends else max(ends)


class Lifecycle:
    def __init__(self):
        self.rows = {}         # signal_key -> Row
        self.transitions = []
        self.rules = {}        # signal_type or '*' -> {column: number}
        self.mutes = []
        self.detections = {}   # (signal_key, detection_id) -> when it was counted
        self.cycles = {}       # cycle_id -> (when, result)

    # ---- What the tables hold, in the order of their keys ----

    def tables(self):
        return {
            "signal_state": [stored(self.rows[key]) for key in sorted(self.rows)],
            "signal_transitions": [stored(transition) for transition in self.transitions],
            "signal_mutes": [stored(mute) for mute in self.mutes],
            "signal_detections": sorted((key, id, text_of(at)) for (key, id), at in self.detections.items()),
            "signal_cycles": sorted((id, text_of(at), result) for id, (at, result) in self.cycles.items()),
        }

    # ---- Rules and mutes ----

    def number(self, signal_type, column):
        """The number that holds for a type, and the name of the rule that gives it."""
        for name in (signal_type, "*"):
            number = self.rules.get(name, {}).get(column)
            if number is not None:
                return number, name
        return BUILT_IN[column], None

    def span(self, signal_type, column):
        """The same in milliseconds."""
        seconds, rule = self.number(signal_type, column)
        return (None if seconds is None else seconds * SECOND), rule

    def add_mute(self, **columns):
        self.mutes.append(Mute(id=max([mute.id for mute in self.mutes], default=0) + 1, **columns))
        return self.mutes[-1]

    def ends_of_mutes(self, row, at):
        return [mute.expires_at for mute in self.mutes if mute.matches(row, at)]

    # ---- Steps that the verbs are made of ----

    def row(self, key):
        if key not in self.rows:
            raise UnknownKey(key)
        return self.rows[key]

    def log(self, row, at, before, cause, **more):
        state, severity = before
        seq = len(self.transitions) + 1
        self.transitions.append(Transition(seq, row.signal_key, at, state, row.state, severity, row.severity, cause, **more))

    def move(self, row, at, state, cause, severity=None, **more):
        before = (row.state, row.severity)
        row.state = state
        if severity is not None:
            row.severity, row.peak_severity = severity, worse_of(row.peak_severity, severity)
        self.log(row, at, before, cause, **more)

    def escalate_to(self, row, at, severity, cause, **more):
        row.escalated_at = at if row.escalated_at is None else max(row.escalated_at, at)
        row.muted_until = None
        row.forget_acknowledgement()
        self.move(row, at, "escalated", cause, severity, **more)

    def clear_now(self, row, at, cause, **more):
        cooldown, _ = self.span(row.signal_type, "cooldown_seconds")
        if cooldown:
            row.cooldown_until = max(row.cooldown_until or 0, at + cooldown)
        row.cleared_at, row.muted_until, row.clean_runs = at, None, 0
        row.forget_acknowledgement()
        self.move(row, at, "cleared", cause, **more)

    def begin_again(self, row, at, state, cause, severity, evidence):
        row.cleared_at = row.escalated_at = row.cooldown_until = None
        self.move(row, at, state, cause, severity, evidence=evidence)

    def expire(self, row, at):
        """What time alone ends: a mute or an acknowledgement. Says which."""
        if row.state == "suppressed" and row.muted_until is not None and row.muted_until <= at:
            ended = "unmuted"
        elif row.state == "acknowledged" and row.acknowledged_until is not None and row.acknowledged_until <= at:
            ended = "unacknowledged"
        else:
            return None
        row.muted_until = None
        row.forget_acknowledgement()
        self.move(row, at, "active" if row.escalated_at is None else "escalated", "expired")
        return ended

    def escalate_by(self, column, reached, row, at, evidence=None):
        """By the rule's number, when what has been reached is as much."""
        number, rule = self.number(row.signal_type, column)
        due = row.state == "active" and number is not None and reached >= number
        if due:
            cause = "escalated_by_count" if column == "escalate_after_count" else "escalated_by_age"
            self.escalate_to(row, at, row.severity, cause, rule=rule, evidence=evidence)
        return due

    def escalate_by_count(self, row, at, evidence):
        return self.escalate_by("escalate_after_count", row.detection_count, row, at, evidence)

    def escalate_by_age(self, row, at, evidence=None):
        return self.escalate_by("escalate_after_seconds", (at - row.first_detected_at) / SECOND, row, at, evidence)

    def clear_by_age(self, row, at):
        span, rule = self.span(row.signal_type, "clear_after_seconds")
        due = row.state in OPEN and span is not None and at - row.last_detected_at >= span
        if due:
            self.clear_now(row, at, "auto_cleared", rule=rule)
        return due

    # ---- Detections ----

    def not_counted(self, key, signal_type, detections, at):
        """Those that are no repetition of a known detection_id; they are remembered from now on."""
        memory, _ = self.span(signal_type, "detection_memory_seconds")
        fresh = []
        for detection in detections:
            name = (key, detection.detection_id)
            if detection.detection_id is None:
                fresh.append(detection)
            elif not (name in self.detections and self.detections[name] > at - memory):
                self.detections[name] = at
                fresh.append(detection)
        return fresh

    def detect(self, key, parts, detections, at):
        """The detections of one key, as one. parts: entity_type, entity_id, signal_type."""
        fresh = self.not_counted(key, parts[2], detections, at)
        if not fresh:
            state = self.rows[key].state
            return {"cleared": "cooldown", "suppressed": "suppressed"}.get(state, "ongoing")
        severity = fresh[0].severity
        for detection in fresh[1:]:
            severity = worse_of(severity, detection.severity)
        evidence = ([detection.evidence for detection in fresh if detection.evidence is not None] or [None])[-1]
        if key not in self.rows:
            return self.first(key, parts, severity, evidence, len(fresh), at)
        row = self.rows[key]
        return self.again(row, severity or row.severity, evidence, len(fresh), at)

    def first(self, key, parts, severity, evidence, count, at):
        self.rows[key] = row = new_row(key, parts, severity, at)
        row.detection_count, row.evidence = count, evidence
        ends = self.ends_of_mutes(row, at)
        if ends:
            row.state, row.muted_until = "suppressed", latest_end(ends)
        self.log(row, at, (None, None), "suppressed" if ends else "detected", evidence=evidence)
        return "suppressed" if ends else "new"

    def again(self, row, severity, evidence, count, at):
        self.expire(row, at)
        row.detection_count += count
        row.clean_runs = 0
        if evidence is not None and at >= row.last_detected_at:
            row.evidence = evidence
        row.last_detected_at = max(row.last_detected_at, at)
        if row.state == "cleared":
            return self.again_after_clearing(row, severity, evidence, at)
        if is_higher(severity, row.severity):
            self.escalate_to(row, at, severity, "severity_rise", evidence=evidence)
            return "escalated"
        if row.state == "suppressed":
            return "suppressed"
        if self.escalate_by_count(row, at, evidence) or self.escalate_by_age(row, at, evidence):
            return "escalated"
        return "ongoing"

    def again_after_clearing(self, row, severity, evidence, at):
        if at < max(row.cleared_at or 0, row.cooldown_until or 0):
            row.peak_severity = worse_of(row.peak_severity, severity)
            return "cooldown"
        ends = self.ends_of_mutes(row, at)
        row.muted_until = latest_end(ends) if ends else None
        if ends:
            self.begin_again(row, at, "suppressed", "suppressed", severity, evidence)
            return "suppressed"
        self.begin_again(row, at, "active", "reactivated", severity, evidence)
        return "reactivated"

    def upsert(self, at, signal_type, entity_type, entity_id, severity, evidence=None, detection_id=None):
        parts = (entity_type, entity_id, signal_type)
        return self.detect(key_of(*parts), parts, [Detection(severity_of(severity), evidence, detection_id)], at)

    def detected(self, at, key, severity=None, evidence=None, detection_id=None):
        severity, row = severity_of(severity), self.row(key)
        parts = (row.entity_type, row.entity_id, row.signal_type)
        return self.detect(key, parts, [Detection(severity, evidence, detection_id)], at)

    # ---- A whole run ----

    def cycle(self, at, signals, scope, cycle_id=None):
        if set(scope) - {"signal_types", "entity_type", "entity_ids"}:
            raise BadArgument("scope")
        if cycle_id is not None and cycle_id in self.cycles:
            return self.cycles[cycle_id][1]
        found = {}
        for signal in signals:
            parts = (signal["entity_type"], signal["entity_id"], signal["signal_type"])
            detection = Detection(severity_of(signal["severity"]), signal.get("evidence"), signal.get("detection_id"))
            found.setdefault(key_of(*parts), (parts, []))[1].append(detection)
        lists = {outcome: [] for outcome in OUTCOMES}
        for key in sorted(found):
            lists[self.detect(key, *found[key], at)].append(key)
        for key in sorted(set(self.rows) - set(found)):
            if self.is_in_scope(self.rows[key], scope) and self.miss(self.rows[key], at):
                lists["cleared"].append(key)
        result = json.dumps(lists, separators=(",", ":"), ensure_ascii=False)
        if cycle_id is not None:
            self.cycles[cycle_id] = (at, result)
        return result

    @staticmethod
    def is_in_scope(row, scope):
        types, entity_type, ids = (scope.get(name) for name in ("signal_types", "entity_type", "entity_ids"))
        return ((types is None or row.signal_type in types) and entity_type in (None, row.entity_type)
                and (ids is None or row.entity_id in ids))

    def miss(self, row, at):
        """A run has looked and not found it, which says nothing of what was seen later. True when that clears it."""
        if row.last_detected_at > at:
            return False
        self.expire(row, at)
        if row.state not in OPEN:
            return False
        row.clean_runs += 1
        runs, rule = self.number(row.signal_type, "clean_runs_to_clear")
        if row.clean_runs >= runs:
            self.clear_now(row, at, "auto_cleared", rule=rule)
            return True
        return self.clear_by_age(row, at)

    # ---- Decisions ----

    def escalate(self, at, key, severity=None, note=None):
        severity, row = severity_of(severity), self.row(key)
        if row.state == "cleared":
            return 0
        severity = severity or RUNG_ABOVE[row.severity]
        if is_higher(row.severity, severity):
            raise BadArgument(f"severity {severity!r}")
        if row.state == "escalated" and not is_higher(severity, row.severity):
            return 0
        row.note = row.note if note is None else note
        self.escalate_to(row, at, worse_of(row.severity, severity), "escalated", note=note)
        return 1

    def acknowledge(self, at, key, by, note=None, until=None):
        until = moment_of(until)
        if until is not None and until <= at:
            raise BadArgument("until")
        row = self.row(key)
        if row.state not in OPEN:
            return 0
        is_repeated = row.state == "acknowledged" and (row.acknowledged_by, row.acknowledged_until) == (by, until)
        if is_repeated and note in (None, row.note):
            return 0
        row.acknowledged_at, row.acknowledged_by, row.acknowledged_until = at, by, until
        row.note = row.note if note is None else note
        self.move(row, at, "acknowledged", "acknowledged", actor=by, note=note)
        return 1

    def clear(self, at, key, note=None):
        row = self.row(key)
        if row.state == "cleared":
            return 0
        row.note = row.note if note is None else note
        self.clear_now(row, at, "cleared", note=note)
        return 1

    def cooldown(self, at, key, until=None):
        until = moment_of(until)
        if until is not None and until <= at:
            raise BadArgument("until")
        row = self.row(key)
        changed = row.cooldown_until != until
        row.cooldown_until = until
        return int(changed)

    def dismiss(self, at, key, by, reason=None):
        row = self.row(key)
        mine = [mute for mute in self.mutes if mute.signal_key == key and mute.dismiss_count >= 1]
        if mine and mine[0].is_live(at) and row.state in ("suppressed", "cleared"):
            return 0
        mute = mine[0] if mine else self.add_mute(signal_key=key)
        mute.dismiss_count += 1
        mute.by, mute.reason, mute.at = by, reason, at
        mute.expires_at = at + (7 if mute.dismiss_count < 3 else 30) * DAY
        if row.state == "suppressed":
            row.muted_until = latest_end([row.muted_until, mute.expires_at])
        elif row.state in OPEN:
            row.muted_until = mute.expires_at
            row.forget_acknowledgement()
            self.move(row, at, "suppressed", "suppressed", actor=by, note=reason)
        return 1

    # ---- Time, imports ----

    def sweep(self, at):
        counts = dict.fromkeys(("escalated", "cleared", "unmuted", "unacknowledged", "forgotten"), 0)
        for key in sorted(self.rows):
            row = self.rows[key]
            ended = self.expire(row, at)
            if ended:
                counts[ended] += 1
            if self.clear_by_age(row, at):
                counts["cleared"] += 1
            elif self.escalate_by_age(row, at):
                counts["escalated"] += 1
        counts["forgotten"] = self.forget(at)
        return json.dumps(counts, separators=(",", ":"))

    def forget(self, at):
        """Detections and cycles whose memory is over; how many."""
        over = [name for name, counted in self.detections.items()
                if counted <= at - self.span(self.rows[name[0]].signal_type, "detection_memory_seconds")[0]]
        past = [id for id, (ran, _) in self.cycles.items() if ran <= at - self.span("*", "detection_memory_seconds")[0]]
        for name in over:
            del self.detections[name]
        for id in past:
            del self.cycles[id]
        return len(over) + len(past)

    def put(self, at, record):
        given = self.columns_of(record)
        parts = [given.get(name) for name in ("entity_type", "entity_id", "signal_type")]
        key = given.get("signal_key")
        if key is None:
            if None in parts:
                raise BadArgument("record")
            key = key_of(*parts)
        row = self.rows.get(key)
        if row is None:
            if None in parts or "severity" not in given:
                raise BadArgument("record")
            row = new_row(key, parts, given["severity"], given.get("first_detected_at", at))
            before, old = (None, None), None
        else:
            before, old = (row.state, row.severity), stored(row)
        for name, value in given.items():
            setattr(row, name, value)
        if stored(row) == old:
            return 0
        self.rows[key] = row
        self.log(row, at, before, "imported", evidence=given.get("evidence"))
        return 1

    @staticmethod
    def columns_of(record):
        if set(record) - set(COLUMNS):
            raise BadArgument("record")
        given = {name: moment_of(value) if name in TIMES else value for name, value in record.items()}
        for name in ("severity", "initial_severity", "peak_severity"):
            if name in given:
                given[name] = severity_of(given[name])
        if "state" in given:
            given["state"] = given["state"].lower()
            if given["state"] not in STATES:
                raise BadArgument("state")
        return given
