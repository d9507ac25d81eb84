"""A file with something in every section of the page, and the rules that any page of ours obeys."""
import json
import random
import re
from datetime import datetime, timedelta
from html.parser import HTMLParser

NOW = datetime(2026, 3, 2, 9, 30)
VOID = {"meta", "br", "hr", "img", "link"}


def moment(time):
    return time.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def fill(db):
    """The same rows in every run."""
    dice = random.Random(7)
    db.run("SELECT lore_clock(?)", moment(NOW))
    db.run("BEGIN")
    for fill_part in (fill_states, fill_signals, fill_costs, fill_patterns, fill_work, fill_metrics, fill_audit, fill_goals):
        fill_part(db, dice)
    db.run("COMMIT")


def fill_states(db, dice):
    for name in ("acme", "bolt", "cedar", "delta", "ember", "flux", "gale", "harbor", "iris"):
        for kind in dice.sample(["overdue invoice", "budget overrun", "low utilisation", "churn risk"], 2):
            severity, time = dice.choice(["info", "watch", "warning", "high", "critical"]), NOW - timedelta(days=dice.randint(1, 50))
            while time < NOW:
                db.run("SELECT signal_upsert(?, 'client', ?, ?, NULL, NULL, ?)", kind, name, severity, moment(time))
                chance = dice.random()
                key = f"client:{name}:{kind}"
                if chance < 0.15:
                    db.run("SELECT signal_state_acknowledge(?, 'ann', NULL, NULL, ?)", key, moment(time + timedelta(hours=3)))
                elif chance < 0.25:
                    db.run("SELECT signal_state_clear(?, NULL, ?)", key, moment(time + timedelta(hours=9)))
                    time += timedelta(days=dice.randint(2, 9))
                time += timedelta(days=dice.choice([1, 1, 2, 3]))


def fill_signals(db, dice):
    for i in range(60):
        time = NOW - timedelta(hours=dice.expovariate(1 / 60))
        db.run("SELECT signal_save(?, ?, ?, ?, '{}', ?, ?)", dice.choice(["incorporation", "github_spike", "funding_event", "patent_filing"]),
               dice.choice(["companies_house", "github", "crunchbase"]), f"domain:company{i % 14}.ai", round(dice.uniform(0.4, 1), 2),
               f"Company {i % 14}", moment(time))
    db.run("UPDATE signal_processing SET created_at = (SELECT detected_at FROM signals AS s WHERE s.id = signal_id)")


def fill_costs(db, dice):
    for days in range(45, 0, -1):
        day = NOW - timedelta(days=days)
        total = round(max(2, dice.gauss(40, 9) * (0.35 if day.weekday() > 4 else 1)), 2)
        db.run("SELECT cost_snapshot_save('daily_summary', ?, NULL, NULL, ?)",
               json.dumps({"day": day.strftime("%Y-%m-%d"), "total": total}), moment(day + timedelta(hours=10)))


def fill_patterns(db, dice):
    for signature in ("test:pytest:backend", "format:black:all", "git:log:summary", "build:tsc:all", "deps:npm:update"):
        for i in range(dice.randint(4, 25)):
            workflow = json.dumps({"workflow_id": f"{signature} {i}", "total_tokens": dice.randint(500, 5000),
                                   "actual_cost_total": round(dice.uniform(0.2, 3), 3), "duration_seconds": dice.randint(50, 70),
                                   "error_count": 0, "created_at": moment(NOW - timedelta(days=dice.uniform(0, 40)))})
            db.run("INSERT INTO workflow_save(workflow) VALUES (?)", workflow)
            db.run("INSERT INTO pattern_record(signature, workflow) VALUES (?, ?)", signature, workflow)


def fill_work(db, dice):
    for i in range(40):
        db.run("SELECT task_add(?, ?)", f"task {i}", dice.randint(0, 9))
    db.run("SELECT work_claim('task', 'worker-1', 5, 300, 'request')")


def fill_metrics(db, dice):
    for name in ("queue.depth", "api.latency_ms", "cpu.load", "errors.rate"):
        value = dice.uniform(10, 100)
        for i in range(24 * 12):
            value = max(0, value + dice.gauss(0, 3))
            db.run("INSERT INTO metric_record(name, value, tags, at) VALUES (?, ?, '{\"host\": \"a1\"}', ?)", name, value,
                   moment(NOW - timedelta(minutes=5 * i)))


def fill_audit(db, dice):
    for hour in (8, 10, 12):
        db.run("SELECT audit_append('approval', 'ann', ?, NULL, NULL, ?)", json.dumps({"number": dice.randint(1, 9)}),
               moment(NOW.replace(day=1, hour=hour, minute=0)))


def fill_goals(db, dice):
    for tenant, kind, target in (("other", "activity", 10), ("acme", "revenue", 1000)):
        db.run("SELECT tenant_use(?)", tenant)
        db.run("SELECT goal_create(?, ?, '2026-01-01', '2026-03-31', NULL, 'up', ?)", kind, target, f"goal of {tenant}")
        db.run("SELECT goal_progress(?, ?)", f"goal of {tenant}", target / 4)


# ---- The rules of a page ----

class Page(HTMLParser):
    """Elements of a page as they open and close; `wrong` says what is not right about it."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.wrong, self.ids, self.headings, self.references, self.names = [], [], [], [], [], {}
        self.elements = []
        self.heading = None
        self.feed(text)
        self.close()
        self.wrong += [f"<{tag}> is not closed" for tag in self.open]
        self.wrong += [f"id {name} is there twice" for name in sorted(set(self.ids)) if self.ids.count(name) > 1]
        self.wrong += [f"no element has the id {name}" for name in self.references if name not in self.ids]
        self.look_at_headings()

    def look_at_headings(self):
        levels = [level for level, _ in self.headings]
        if levels[:1] != [1] or levels.count(1) != 1:
            self.wrong.append(f"there is not one h1 at the beginning: {levels}")
        self.wrong += [f"h{after} follows h{before}" for before, after in zip(levels, levels[1:]) if after > before + 1]
        self.wrong += ["an empty heading" for _, text in self.headings if not text.strip()]

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.elements.append((tag, given))
        if len(given) != len(attributes):
            self.wrong.append(f"<{tag}> has an attribute twice")
        if tag in ("script", "link", "img", "iframe", "object", "form", "base"):
            self.wrong.append(f"there is a <{tag}>")
        for name, value in given.items():
            if name.startswith("on") or name == "src" or (name in ("href", "xlink:href") and not value.startswith("#")):
                self.wrong.append(f"<{tag} {name}={value!r}>")
        if "id" in given:
            self.ids.append(given["id"])
        self.references += given.get("aria-labelledby", "").split() + ([given["href"][1:]] if "href" in given else [])
        if given.get("role") == "img" and not ("aria-labelledby" in given or given.get("aria-label")):
            self.wrong.append("a picture without a name")
        if re.fullmatch("h[1-6]", tag):
            self.headings.append([int(tag[1]), ""])
            self.heading = tag
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if not self.open or self.open[-1] != tag:
            self.wrong.append(f"</{tag}> closes {self.open[-1:]}")
        else:
            self.open.pop()
        if tag == self.heading:
            self.heading = None

    def handle_data(self, data):
        if self.heading:
            self.headings[-1][1] += data

    def titles(self):
        return [text for level, text in self.headings if level == 2]


def parsed(text):
    page = Page(text)
    assert page.wrong == []
    assert text.startswith("<!DOCTYPE html>\n<html lang=\"en\">")
    assert "http" not in re.sub(r'xmlns="http://www.w3.org/2000/svg"|http-equiv', "", text)
    assert not re.search(r"url\((?!#)|@import", text)
    return page
