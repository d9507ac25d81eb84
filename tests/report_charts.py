"""Charts that tests look at: of every kind and option, of few rows and of many, and of hostile labels.

Run as a program it writes the pictures of GOLDEN to tests/golden; look at them before you commit them.
"""
import json
import math
from datetime import datetime, timedelta

from support import ROOT, Database

FOLDER = ROOT / "tests" / "golden"
HOSTILE = ["<script>alert(1)</script>", "\" onload=\"alert(1)", "'quotes' & &amp; ]]>", "nul\0byte\x1b\x7f", "שלום \u202eעולם\u2067",
           "x" * 10240, "e" + "\u0301" * 10240, "漢字" * 200, "😀" * 100, "</svg></style><b>", "{{x}} %s %w", "line\nbreak\u2028"]


def times(count, step=timedelta(days=1), start=datetime(2026, 1, 5)):
    return [(start + step * i).isoformat() for i in range(count)]


def wave(count):
    return [round(100 * math.sin(i / 5) + 30 * math.sin(i * i), 3) for i in range(count)]


STATES = list(zip(times(8, timedelta(hours=9)), ["active", "escalated", "active", "acknowledged", "cleared", "active", "active", "cleared"]))

# name: (kind, rows, options)
GOLDEN = {
    "line": ("line", list(zip(times(12), wave(12))), {"title": "A line", "y_label": "dollars", "x_label": "day"}),
    "line_from_zero": ("line", [(0, 50), (1, 60)], {"from_zero": True, "width": 300, "height": 150}),
    "line_thinned": ("line", list(enumerate(wave(300))), {"points": 20, "id": "thin"}),
    "line_of_seconds": ("line", [(1767225600 + 60 * i, i) for i in range(5)], {"x": "time", "title": "Seconds since 1970"}),
    "line_one": ("line", [("2026-01-05", 3)], {}),
    "line_none": ("line", [(1, None)], {"title": "Nothing"}),
    "area": ("area", list(zip(times(30, timedelta(hours=1)), wave(30))), {"title": "An area", "description": "Of a wave"}),
    "bar": ("bar", [("apples", 3), ("pears", 5), ("apples", 4), ("plums", -2)], {"title": "Fruit", "x_label": "pieces"}),
    "bar_by_name": ("bar", [("b", 1), ("a", 2), ("c", 3), ("d", 0.5)], {"order": "x", "bars": 3}),
    "bar_given": ("bar", [("small", 1), ("large", 9), ("middle", 5)], {"order": "given", "width": 360}),
    "bar_by_day": ("bar", list(zip([time[:10] for time in times(9)], range(9))), {"y_label": "count"}),
    "bar_names_of_numbers": ("bar", [(2024, 3), (2025, 4)], {"x": "text"}),
    "scatter": ("scatter", [(x, y) for x, y in zip(wave(40), wave(80)[40:])], {"title": "Points", "x_label": "x", "y_label": "y"}),
    "histogram": ("histogram", [(value, None) for value in wave(200)], {"title": "A histogram", "bins": 8}),
    "histogram_weighed": ("histogram", [(1, 2), (2, 5), (3, 1)], {"x_label": "stars"}),
    "heat": ("heat", [(time, i % 7) for i, time in enumerate(times(60, timedelta(hours=1)))], {"title": "Hours"}),
    "heat_by_week": ("heat", [(time, 1) for time in times(90, timedelta(hours=13))], {"width": 360}),
    "timeline": ("timeline", STATES, {"title": "States", "until": "2026-01-09T00:00:00Z"}),
}


def chart(db, kind, rows, options=None):
    """The SVG of rows of x and y."""
    db.run("CREATE TEMP TABLE IF NOT EXISTS chart_rows(x, y)")
    db.run("DELETE FROM chart_rows")
    db.run("BEGIN")
    db.connection.executemany("INSERT INTO chart_rows VALUES (?, ?)", rows)
    db.run("COMMIT")
    return db.value("SELECT chart_svg(?, x, y, ?) FROM chart_rows", kind, None if options is None else json.dumps(options))


def hostile(kind):
    """Rows and options with hostile text wherever text may stand."""
    text = " ".join(HOSTILE)
    options = {"title": text, "description": text, "x_label": text, "y_label": text}
    if kind == "bar":
        rows = [(label, i) for i, label in enumerate(HOSTILE)]
    elif kind == "timeline":
        rows = list(zip(times(len(HOSTILE)), HOSTILE))
    else:
        rows = list(zip(times(20), wave(20)))
    return rows, options


def crowded(kind, count):
    """So many rows of a kind."""
    if kind == "bar":
        return [(f"name number {i}", i % 89) for i in range(count)]
    if kind == "timeline":
        return list(zip(times(count, timedelta(minutes=30)), (["open", "held", "closed"] * count)[:count]))
    if kind == "heat":
        return [(time, i % 13) for i, time in enumerate(times(count, timedelta(minutes=20)))]
    if kind == "histogram":
        return [(value, None) for value in wave(count)]
    return list(zip(times(count, timedelta(minutes=7)), wave(count)))


KINDS = ["line", "area", "bar", "scatter", "histogram", "heat", "timeline"]


def write_golden():
    db = Database(":memory:")
    FOLDER.mkdir(exist_ok=True)
    for name, (kind, rows, options) in GOLDEN.items():
        (FOLDER / f"{name}.svg").write_text(chart(db, kind, rows, options))


if __name__ == "__main__":
    write_golden()
