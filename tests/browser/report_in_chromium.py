"""The page and the charts in a headless chromium. `make test-browser` installs it and runs this, `make test` does not.

Pictures of the page are left in build/browser, to look at.
"""
import struct
import zlib

import pytest

import chromium as browser
import report_pages
from report_charts import KINDS, chart, crowded, hostile
from support import ROOT, Database

PICTURES = ROOT / "build" / "browser"
VIEWS = [(1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")]

# Boxes of the texts of each chart that is shown, on the screen: [chart, text, left, top, right, bottom].
TEXT_BOXES = """[...document.querySelectorAll('svg')].filter(s => s.getBoundingClientRect().width > 0).flatMap((s, i) =>
  [...s.querySelectorAll('text')].map(t => { const b = t.getBoundingClientRect();
    return [i, t.textContent.slice(0, 40), b.left, b.top, b.right, b.bottom]; }))"""

# Texts that leave their chart.
CLIPPED = """[...document.querySelectorAll('svg')].filter(s => s.getBoundingClientRect().width > 0).flatMap(s => {
  const f = s.getBoundingClientRect();
  return [...s.querySelectorAll('text')].filter(t => { const b = t.getBoundingClientRect();
    return b.left < f.left - 1 || b.right > f.right + 1 || b.top < f.top - 2 || b.bottom > f.bottom + 2; }).map(t => t.textContent.slice(0, 60)); })"""

# Contrast of each text with its paper, by the formula of WCAG 2.1; those below 4.5.
FAINT = """(() => {
  const paper = getComputedStyle(document.body).backgroundColor;
  const light = c => { const [r, g, b] = c.match(/[0-9.]+/g).map(Number).map(v => v / 255).map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const contrast = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };
  return [...document.querySelectorAll('h1,h2,p,td,th,dt,dd,a,summary,svg text')].filter(e => e.textContent.trim()).map(e => {
    const style = getComputedStyle(e); return [e.textContent.slice(0, 40), contrast(e.tagName === 'text' ? style.fill : style.color, paper)]; })
    .filter(([, c]) => c < 4.5); })()"""


@pytest.fixture(scope="module")
def chromium(tmp_path_factory):
    running = browser.Browser(tmp_path_factory.mktemp("chromium"))
    yield running
    running.close()


@pytest.fixture(scope="module")
def today(tmp_path_factory):
    folder = tmp_path_factory.mktemp("today")
    db = Database(folder / "today.db")
    db.run("SELECT lore_migrate('all')")
    report_pages.fill(db)
    path = folder / "today.html"
    path.write_text(db.value("SELECT report_html('today')"))
    db.close()
    return path


def overlaps(boxes, slack=1.5):
    """Pairs of texts of one chart that lie over each other."""
    found = []
    for i, (chart_number, text, left, top, right, bottom) in enumerate(boxes):
        for other_chart, other, other_left, other_top, other_right, other_bottom in boxes[i + 1:]:
            across = min(right, other_right) - max(left, other_left)
            down = min(bottom, other_bottom) - max(top, other_top)
            if chart_number == other_chart and across > slack and down > slack + 2:
                found.append((text, other))
    return found


def colours_of(png):
    """How many colours its first lines have: a page that was not drawn has one."""
    width = struct.unpack(">I", png[16:20])[0]
    data, at = b"", 8
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at:at + 8])
        data += png[at + 8:at + 8 + length] if kind == b"IDAT" else b""
        at += 12 + length
    raw = zlib.decompress(data)
    return len(set(raw[:(width * 3 + 1) * 200]))


@pytest.mark.parametrize("width, scheme", VIEWS)
def test_the_page_opens_without_a_request_or_a_word_on_the_console(chromium, today, width, scheme):
    chromium.open(today.as_uri(), width, scheme)
    assert chromium.requests() == [today.as_uri()]
    assert chromium.complaints() == []
    picture = chromium.picture()
    PICTURES.mkdir(parents=True, exist_ok=True)
    (PICTURES / f"today-{width}-{scheme}.png").write_bytes(picture)
    assert colours_of(picture) > 20


def test_the_picture_of_the_readme_is_small(chromium, today):
    chromium.open(today.as_uri(), 800)
    picture = chromium.picture(1172)
    (PICTURES / "readme.png").write_bytes(picture)
    assert len(picture) < 150000


@pytest.mark.parametrize("width, scheme", VIEWS)
def test_nothing_on_the_page_overlaps_is_clipped_or_faint(chromium, today, width, scheme):
    chromium.open(today.as_uri(), width, scheme)
    assert overlaps(chromium.evaluate(TEXT_BOXES)) == []
    assert chromium.evaluate(CLIPPED) == []
    assert chromium.evaluate(FAINT) == []
    assert chromium.evaluate("document.documentElement.scrollWidth") <= width


def test_light_and_dark_have_their_own_paper(chromium, today):
    papers = []
    for scheme in ("light", "dark"):
        chromium.open(today.as_uri(), 1280, scheme)
        papers.append(chromium.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert papers == ["rgb(255, 255, 255)", "rgb(22, 25, 29)"]


def test_on_paper_all_is_light_and_what_can_not_be_clicked_is_gone(chromium, today):
    chromium.open(today.as_uri(), 390)
    chromium.ask("Emulation.setEmulatedMedia", media="print", features=[{"name": "prefers-color-scheme", "value": "dark"}])
    shown = "[...document.querySelectorAll('nav,details,.narrow')].filter(e => e.getBoundingClientRect().height > 0).length"
    assert chromium.evaluate(shown) == 0
    assert chromium.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    chromium.ask("Emulation.setEmulatedMedia", media="")


def test_a_reader_is_told_every_heading_picture_and_table(chromium, today):
    chromium.open(today.as_uri(), 1280)
    nodes = chromium.ask("Accessibility.getFullAXTree")["nodes"]
    told = [(node["role"]["value"], node.get("name", {}).get("value", "")) for node in nodes if not node.get("ignored")]
    pictures = [name for role, name in told if role in ("image", "img", "graphics-document")]
    assert len(pictures) >= 8 and all(pictures)
    assert "Cost by day" in [name for role, name in told if role == "heading"]
    assert "Sections" in [name for role, name in told if role == "navigation"]


@pytest.mark.parametrize("count", [10, 100, 100000])
@pytest.mark.parametrize("kind", KINDS)
def test_no_labels_of_a_chart_overlap_or_leave_it(chromium, tmp_path, kind, count):
    db = Database(":memory:")
    for width in (720, 360):
        options = {"title": "Crowded", "x_label": "across the picture", "y_label": "upwards", "width": width}
        path = tmp_path / f"{width}.html"
        path.write_text("<!DOCTYPE html><meta charset=utf-8><body>" + chart(db, kind, crowded(kind, count), options))
        chromium.open(path.as_uri(), 1280)
        assert overlaps(chromium.evaluate(TEXT_BOXES)) == []
        assert chromium.evaluate(CLIPPED) == []
    db.close()


@pytest.mark.parametrize("kind", KINDS)
def test_hostile_text_does_nothing_and_stays_in_its_place(chromium, tmp_path, kind):
    db = Database(":memory:")
    rows, options = hostile(kind)
    path = tmp_path / "hostile.svg"
    path.write_text(chart(db, kind, rows, options))
    db.close()
    chromium.open(path.as_uri(), 1280)
    assert chromium.requests() == [path.as_uri()]
    assert chromium.complaints() == []
    assert chromium.evaluate(CLIPPED) == []
