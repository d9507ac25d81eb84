"""Charts: of characters and as SVG. What is pure has unit tests; here is what SQL sees, and the golden pictures."""
import re
import xml.etree.ElementTree as ElementTree

import pytest

from report_charts import FOLDER, GOLDEN, HOSTILE, KINDS, chart, crowded, hostile, times
from support import BAD_ARGUMENT, ROOT, raises_sql
from test_docs import run_page, workplace

SVG = "{http://www.w3.org/2000/svg}"


def parsed(svg):
    """Its elements, after the rules that hold for every picture."""
    root = ElementTree.fromstring(svg)
    assert root.tag == f"{SVG}svg" and root.get("role") == "img"
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    title, desc = (root.find(f"{SVG}{name}") for name in ("title", "desc"))
    assert root.get("aria-labelledby").split() == [title.get("id"), desc.get("id")]
    assert title.text and desc.text.endswith(".")
    allowed = {"svg", "title", "desc", "style", "rect", "path", "circle", "text", "defs", "pattern"}
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= allowed
    attributes = {name for element in root.iter() for name in element.keys()}
    assert not any(name.startswith("on") or name in ("href", "src") for name in attributes)
    assert "http" not in svg.replace("http://www.w3.org/2000/svg", "")
    return root


def texts(root):
    return [element.text for element in root.iter(f"{SVG}text")]


# ---- Pictures ----

@pytest.mark.parametrize("name", GOLDEN)
def test_a_picture_is_the_golden_one(bare, name):
    kind, rows, options = GOLDEN[name]
    svg = chart(bare, kind, rows, options)
    parsed(svg)
    assert svg == (FOLDER / f"{name}.svg").read_text(), "if that is meant: /usr/bin/python3 tests/report_charts.py"


def test_there_is_a_golden_picture_of_every_kind_and_option():
    assert {kind for kind, _, _ in GOLDEN.values()} == set(KINDS)
    used = {option for _, _, options in GOLDEN.values() for option in options}
    assert used == {"title", "description", "x_label", "y_label", "id", "width", "height", "points", "bars", "bins", "order", "x",
                    "from_zero", "until"}
    assert {path.stem for path in FOLDER.glob("*.svg")} == set(GOLDEN)


@pytest.mark.parametrize("kind", KINDS)
def test_hostile_text_is_only_text(bare, kind):
    rows, options = hostile(kind)
    svg = chart(bare, kind, rows, options)
    root = parsed(svg)
    assert root.find(f"{SVG}title").text.startswith("<script>alert(1)</script>")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", svg)
    assert len(svg) < 40000
    assert all(len(text) <= 400 for text in texts(root))


@pytest.mark.parametrize("kind", ["bar", "timeline"])
@pytest.mark.parametrize("label", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_label_alone_is_drawn(bare, kind, label):
    rows = [(label, 1)] if kind == "bar" else [("2026-01-01", label), ("2026-01-02", "after")]
    assert texts(parsed(chart(bare, kind, rows, {})))[0]


@pytest.mark.parametrize("count", [10, 100, 100000])
@pytest.mark.parametrize("kind", KINDS)
def test_labels_stay_inside_and_few_rows_or_many_make_a_small_picture(bare, kind, count):
    svg = chart(bare, kind, crowded(kind, count), {"title": "Crowded", "x_label": "across", "y_label": "up"})
    root = parsed(svg)
    assert len(svg) < 130000
    width, height = float(root.get("width")), float(root.get("height"))
    for element in root.iter(f"{SVG}text"):
        assert 0 <= float(element.get("x")) <= width and 0 <= float(element.get("y")) <= height
    for element in list(root.iter(f"{SVG}rect"))[1:]:
        x, y, w, h = (float(element.get(name)) for name in ("x", "y", "width", "height"))
        assert w >= 0 and h >= 0 and x >= -0.5 and y >= 0 and x + w <= width + 0.5 and y + h <= height


def test_states_are_told_apart_without_colour(bare):
    svg = chart(bare, "timeline", GOLDEN["timeline"][1], {})
    lanes = {float(rect.get("y")) for rect in parsed(svg).iter(f"{SVG}rect") if rect.get("class") == "f"}
    assert len(lanes) == 4


def test_a_picture_follows_the_scheme_of_who_looks(bare):
    svg = chart(bare, "line", [(1, 1), (2, 2)], {})
    assert "prefers-color-scheme:dark" in svg and "@media print" in svg
    assert not re.search(r'(fill|stroke)="#', svg)


def test_each_group_has_its_own_picture(bare):
    rows = bare.run("WITH t(g, x, y) AS (VALUES ('a', 1, 2), ('a', 2, 3), ('b', 1, 5)) SELECT g, chart_svg('line', x, y) FROM t GROUP BY g")
    assert [group for group, _ in rows] == ["a", "b"]
    ids = [re.search('<title id="([^"]+)"', svg).group(1) for _, svg in rows]
    assert len(set(ids)) == 2


def test_no_rows_have_no_picture_and_rows_of_null_an_empty_one(bare):
    assert bare.value("SELECT chart_svg('line', x, y) FROM (SELECT 1 AS x, 2 AS y) WHERE 0") is None
    assert "nothing to show" in texts(parsed(bare.value("SELECT chart_svg('line', NULL, NULL)")))


def test_what_has_no_place_on_a_scale_is_left_out_and_told(bare):
    svg = chart(bare, "line", [(1, 1), (2, float("inf")), (3, -float("inf")), (4, 1.7e308), (5, 2)], {})
    assert "3 rows without a place on the scale" in parsed(svg).find(f"{SVG}desc").text


def test_the_pictures_of_the_page_are_those_that_its_examples_make(tmp_path):
    folder = workplace(tmp_path)
    assert [output for _, output in run_page(ROOT / "docs" / "report.md", folder)]
    made = {path.name: path.read_text() for path in folder.glob("pictures/*.svg")}
    assert made == {path.name: path.read_text() for path in (ROOT / "docs" / "pictures").glob("*.svg")}
    assert len(made) >= 5


# ---- Refusals ----

@pytest.mark.parametrize("sql, message", [
    ("chart_svg('pie', 1, 2)", "chart_svg: kind must be one of line"),
    ("chart_svg('line', 'abc', 2)", "chart_svg: x must be a number or a time of ISO 8601, got 'abc'"),
    ("chart_svg('line', 1, 'many')", "chart_svg: y must be a number, got 'many'"),
    ("chart_svg('heat', 'noon', 2)", "chart_svg: x must be a time, got 'noon'"),
    ("chart_svg('line', x'00', 2)", "chart_svg: x must be a number or text, got a blob"),
    ("chart_svg('line', 1, 2, '{\"titel\": \"x\"}')", "chart_svg: options has no member \"titel\""),
    ("chart_svg('line', 1, 2, '{\"width\": 5}')", "chart_svg: options.width must be a whole number from 240 to 2000, got 5"),
    ("chart_svg('line', 1, 2, '{\"id\": \"1 2\"}')", "chart_svg: options.id must be up to 60 letters"),
    ("chart_svg('line', 1, 2, '{\"order\": \"up\"}')", "chart_svg: options.order must be one of value|x|given, got \"up\""),
    ("chart_svg('line', 1, 2, '{\"title\": 5}')", "chart_svg: options.title must be text, got 5"),
    ("chart_svg('line', 1, 2, '{\"from_zero\": 1}')", "chart_svg: options.from_zero must be true or false, got 1"),
    ("chart_svg('timeline', 1, 2, '{\"until\": \"soon\"}')", "chart_svg: options.until must be a time, got \"soon\""),
    ("chart_svg('bar', 'a', 2, '{\"x\": \"time\"}')", "chart_svg: x must be all numbers or all times"),
    ("text_bar(1, 5, 5)", "text_bar: lo must be below hi"),
    ("text_bar(1, 0, 9e999)", "text_bar: lo must be below hi, and both finite"),
    ("sparkline('noon', 1)", "sparkline: ts must be a number or an ISO 8601 time, got 'noon'"),
    ("sparkline(1, 1, 2, 'braille')", "sparkline: form must be one of blocks"),
])
def test_a_refusal_names_what_is_wrong(bare, sql, message):
    with raises_sql(message, BAD_ARGUMENT):
        bare.run(f"SELECT {sql}")


@pytest.mark.parametrize("sql, message", [
    ("chart_svg(CASE x WHEN 1 THEN 'line' ELSE 'area' END, x, x)", "kind must be the same in all rows, got 'area'"),
    ("chart_svg('line', x, x, json_object('title', 't' || x))", "options must be the same in all rows"),
    ("chart_svg('line', CASE x WHEN 1 THEN 1 ELSE '2026-01-01' END, x)", "x must be all numbers or all times"),
    ("sparkline(x, x, x)", "width and form must be the same in all rows"),
    ("text_histogram(x, x)", "bins and form must be the same in all rows"),
])
def test_a_group_has_one_form(bare, sql, message):
    with raises_sql(message, BAD_ARGUMENT):
        bare.run(f"SELECT {sql} FROM (SELECT 1 AS x UNION ALL SELECT 2)")


def test_options_take_null_for_nothing_and_half_a_character_as_it_is_written(bare):
    assert bare.value("SELECT chart_svg('line', 1, 2, '{\"title\": null}') = chart_svg('line', 1, 2, '{}')") == 1
    svg = bare.value("SELECT chart_svg('line', 1, 2, ?)", '{"title": "a\\u0000b"}')
    assert "a\\u0000b" in texts(parsed(svg))


# ---- Characters ----

def test_charts_of_characters_are_as_wide_as_was_asked_for(bare):
    for form in ("blocks", "ascii"):
        assert len(bare.value("SELECT sparkline(value, value * value, 30, ?) FROM json_each('[1,2,3,9]')", form)) == 30
        assert len(bare.value("SELECT text_bar(30, 0, 100, 17, ?)", form)) == 17
        assert len(bare.value("SELECT text_histogram(value, 12, ?) FROM json_each('[1,2,3,9]')", form)) == 12
    assert bare.value("SELECT sparkline(value, value, NULL, 'ascii') FROM json_each('[1,2,3]')") == "_=#"
    assert bare.value("SELECT text_bar(5, 0, 10, 4)") == "██  "
    assert bare.value("SELECT text_bar(NULL, 0, 10)") is None
    assert bare.value("SELECT sparkline(1, NULL)") is None
    assert bare.value("SELECT text_histogram(NULL)") is None


def test_a_sparkline_takes_times_of_any_form_in_any_order(bare):
    rows = "SELECT '2026-01-0' || value AS ts, value AS v FROM json_each('[5,1,4,2,3]')"
    assert bare.value(f"SELECT sparkline(ts, v) FROM ({rows})") == "▁▃▅▇█"
    assert bare.value(f"SELECT sparkline(ts || ' 12:00+02:00', v) FROM ({rows})") == "▁▃▅▇█"


def test_the_same_rows_give_the_same_bytes_in_whatever_order(bare):
    for kind in KINDS:
        rows = crowded(kind, 500)
        assert chart(bare, kind, rows, {}) == chart(bare, kind, rows[::-1], {})


def test_a_window_draws_what_has_come_so_far(bare):
    rows = bare.run("SELECT x, chart_svg('bar', 'n' || x, x) OVER (ORDER BY x) FROM (SELECT 1 AS x UNION ALL SELECT 2 UNION ALL SELECT 3)")
    assert [len(re.findall('<rect class="f"', svg)) for _, svg in rows] == [1, 2, 3]


def test_an_axis_of_time_says_which_days_it_shows(bare):
    svg = chart(bare, "line", list(zip(times(24), range(24))), {})
    assert "2026-01-05 to 2026-01-28 UTC" in texts(parsed(svg))
