"""The statistics of patterns against exact arithmetic (fractions), row by row over moving frames."""
import json
import math
import random
import statistics
import struct
import zlib
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support import BAD_ARGUMENT, ROOT, Database, raises_sql

VECTORS = json.loads((ROOT / "tests" / "vectors" / "confidence.json").read_text())
EXACT = ["running_avg(x)", "variance_pop(x)", "median(x)", "quantile(x, 0.9)", "quantile(x, 0)", "quantile(x, 1)"]

PATIENT = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
HOSTILE = st.one_of(
    st.floats(allow_nan=False), st.none(), st.integers(-(2**63), 2**63 - 1),
    st.sampled_from([0.0, -0.0, 5e-324, -5e-324, 1e-310, 1e300, -1e300, 1e308, -1e308, math.inf, -math.inf, 0.1, 1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16]),
    st.integers(-3, 3).map(float))
LISTS = st.lists(HOSTILE, max_size=25)


@pytest.fixture(scope="module")
def plain():
    db = Database(":memory:")
    db.run("CREATE TABLE t(n INTEGER PRIMARY KEY, x)")
    yield db
    db.close()


def fill(db, numbers):
    db.run("DELETE FROM t")
    db.connection.executemany("INSERT INTO t VALUES (?, ?)", enumerate(numbers))


# ---- The reference ----

def rounded(fraction):
    """The nearest double, infinite beyond the largest."""
    try:
        return float(fraction)
    except OverflowError:
        return math.inf if fraction > 0 else -math.inf


def mean_of(numbers):
    infinite = {x for x in numbers if isinstance(x, float) and math.isinf(x)}
    if not numbers or len(infinite) > 1:
        return None
    return infinite.pop() if infinite else rounded(sum(map(Fraction, numbers)) / len(numbers))


def variance_of(numbers):
    if not numbers or any(isinstance(x, float) and math.isinf(x) for x in numbers):
        return None
    exact = list(map(Fraction, numbers))
    mean = sum(exact) / len(exact)
    return rounded(sum((x - mean) ** 2 for x in exact) / len(exact))


def quantile_of(numbers, q):
    ordered = sorted(map(float, numbers))
    if not ordered:
        return None
    place = q * (len(ordered) - 1)
    low, high = ordered[int(place)], ordered[min(int(place) + 1, len(ordered) - 1)]
    fraction = place - int(place)
    if low == high or fraction == 0:
        return low
    if math.isinf(low) or math.isinf(high):
        return None if math.isinf(low) and math.isinf(high) else low if math.isinf(low) else high
    return rounded(Fraction(low) + (Fraction(high) - Fraction(low)) * Fraction(fraction))


def reference(call, numbers):
    present = [x for x in numbers if x is not None]
    if call.startswith("running_avg"):
        return mean_of(present)
    if call.startswith("variance_pop"):
        return variance_of(present)
    return quantile_of(present, 0.5 if call == "median(x)" else float(call.split(",")[1].rstrip(")")))


def agrees(call, got, expected, numbers):
    """Sums to the last bit; what is interpolated, to the last bits of the larger neighbour."""
    if got is None or expected is None or "quantile" not in call and "median" not in call:
        return got == expected
    largest = max((abs(x) for x in numbers if x is not None and not math.isinf(x)), default=0)
    return got == expected or abs(got - expected) <= 4e-16 * largest + 5e-324


# ---- Exact aggregates ----

@PATIENT
@given(numbers=LISTS)
def test_an_aggregate_is_what_exact_arithmetic_says(plain, numbers):
    fill(plain, numbers)
    for call in EXACT:
        got, expected = plain.value(f"SELECT {call} FROM t"), reference(call, numbers)
        assert agrees(call, got, expected, numbers), (call, got, expected)


@PATIENT
@given(numbers=LISTS, before=st.integers(0, 6), after=st.integers(-2, 6),
       exclude=st.sampled_from(["", "EXCLUDE CURRENT ROW", "EXCLUDE GROUP", "EXCLUDE TIES"]))
def test_over_a_moving_frame_nothing_is_left_of_rows_that_have_gone(plain, numbers, before, after, exclude):
    fill(plain, numbers)
    end = f"{after} FOLLOWING" if after >= 0 else f"{-after} PRECEDING"
    excluding = exclude in ("EXCLUDE CURRENT ROW", "EXCLUDE GROUP")
    for call in EXACT:
        got = plain.column(f"SELECT {call} OVER (ORDER BY n ROWS BETWEEN {before} PRECEDING AND {end} {exclude}) FROM t ORDER BY n")
        for n, value in enumerate(got):
            frame = [x for k, x in enumerate(numbers) if n - before <= k <= n + after and not (excluding and k == n)]
            fill_frame(plain, frame)
            assert value == plain.value(f"SELECT {call} FROM frame"), (call, n, frame)
            if "quantile" not in call and "median" not in call:
                assert value == reference(call, frame), (call, n, frame)


def fill_frame(db, numbers):
    db.run("CREATE TEMP TABLE IF NOT EXISTS frame(x)")
    db.run("DELETE FROM frame")
    db.connection.executemany("INSERT INTO frame VALUES (?)", [(x,) for x in numbers])


@PATIENT
@given(numbers=st.lists(st.floats(-1e150, 1e150), min_size=1, max_size=20))
def test_the_deviation_is_the_root_of_the_variance(plain, numbers):
    fill(plain, numbers)
    variance, deviation = plain.row("SELECT variance_pop(x), stddev_pop(x) FROM t")
    assert math.isclose(deviation, math.sqrt(variance), rel_tol=1e-15) or variance < 1e-300


def test_an_offset_of_1e9_costs_nothing(plain):
    fill(plain, [1e9 + x for x in (4, 7, 13, 16)])
    assert plain.row("SELECT running_avg(x), variance_pop(x), stddev_pop(x) FROM t") == (1e9 + 10, 22.5, math.sqrt(22.5))


@pytest.mark.parametrize("call", EXACT + ["stddev_pop(x)", "ewma(x, 0.5)", "quantile_sketch(x)"])
def test_over_nothing_the_answer_is_null(plain, call):
    for numbers in ([], [None, None]):
        fill(plain, numbers)
        assert plain.value(f"SELECT {call} FROM t") is None


@pytest.mark.parametrize("value", ["'abc'", "x'01'", "'1x'"])
@pytest.mark.parametrize("call", ["running_avg({})", "variance_pop({})", "median({})", "quantile({}, 0.5)", "ewma({}, 0.5)", "quantile_sketch({})"])
def test_what_is_no_number_is_named(plain, call, value):
    shown = "a blob" if value.startswith("x") else value
    with raises_sql(f"{call.split('(')[0]}: x must be a number, got {shown}", BAD_ARGUMENT):
        plain.value(f"SELECT {call.format(value)}")
    assert plain.value(f"SELECT {call.format(repr('2.5'))}") is not None


def test_not_a_number_is_null(plain):
    assert plain.row("SELECT running_avg(x), count(x) FROM (SELECT 9e999 - 9e999 AS x UNION ALL SELECT 3)") == (3.0, 1)


@pytest.mark.parametrize("q", ["-0.1", "1.1", "9e999", "'x'"])
def test_a_quantile_is_between_0_and_1(plain, q):
    with raises_sql("quantile: q must be ", BAD_ARGUMENT):
        plain.value(f"SELECT quantile(1, {q})")


def test_q_is_the_same_in_all_rows(plain):
    with raises_sql("quantile: q must be the same in all rows, got 0.6", BAD_ARGUMENT):
        plain.value("SELECT quantile(x, q) FROM (SELECT 1 AS x, 0.5 AS q UNION ALL SELECT 2, 0.6)")


# ---- ewma, running_avg(avg, n, x) ----

@PATIENT
@given(numbers=st.lists(st.one_of(st.none(), st.floats(-1e100, 1e100)), max_size=20), alpha=st.floats(0.01, 1))
def test_ewma_weighs_the_newest_by_alpha(plain, numbers, alpha):
    fill(plain, numbers)
    level, expected = None, []
    for x in numbers:
        if x is not None:
            level = x if level is None or alpha == 1 else alpha * x + (1 - alpha) * level
        expected.append(level)
    assert plain.column("SELECT ewma(x, ?) OVER (ORDER BY n) FROM t", alpha) == expected


def test_ewma_says_which_frames_and_weights_it_takes(plain):
    fill(plain, [1, 2, 3])
    with raises_sql("ewma: takes only frames that start at UNBOUNDED PRECEDING", BAD_ARGUMENT):
        plain.run("SELECT ewma(x, 0.5) OVER (ORDER BY n ROWS 1 PRECEDING) FROM t")
    for alpha, rule in (("0", "more than 0"), ("1.5", "between 0 and 1"), ("NULL", None)):
        with raises_sql(f"ewma: alpha must be {rule}" if rule else "ewma: alpha is missing", BAD_ARGUMENT):
            plain.run(f"SELECT ewma(1, {alpha})")


@PATIENT
@given(avg=st.floats(-1e300, 1e300), n=st.integers(1, 2**53), x=st.floats(-1e300, 1e300))
def test_the_next_average_follows_from_the_last(plain, avg, n, x):
    got = plain.value("SELECT running_avg(?, ?, ?)", avg, n, x)
    naive = (avg * (n - 1) + x) / n
    assert got == (x if n == 1 else naive) or math.isinf(naive) and math.isclose(got, Fraction(avg) + (Fraction(x) - Fraction(avg)) / n, rel_tol=1e-14)


def test_the_next_average_at_its_limits(plain):
    assert plain.row("SELECT running_avg(2, 3, 5), running_avg(7, 1, 4), running_avg(7, 5, NULL), running_avg(NULL, 1, 4)") == (3.0, 4.0, 7.0, 4.0)
    for n in ("0", "-1"):
        with raises_sql(f"running_avg: n must be at least 1, got {n}", BAD_ARGUMENT):
            plain.value(f"SELECT running_avg(1, {n}, 2)")
    with raises_sql("running_avg: takes at most 1 arguments, got 2", BAD_ARGUMENT):
        plain.value("SELECT running_avg(1, 2)")
    with raises_sql("running_avg: x is missing", BAD_ARGUMENT):
        plain.value("SELECT running_avg()")


# ---- confidence_score ----

@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: str(vector['score']))
def test_every_vector_has_its_confidence(plain, vector):
    rows = [(vector["occurrence_count"], w["duration_seconds"], w["error_count"], w["retry_count"]) for w in vector["workflows"]]
    plain.run("DROP TABLE IF EXISTS w")
    plain.run("CREATE TABLE w(c, d, e, r)")
    plain.connection.executemany("INSERT INTO w VALUES (?, ?, ?, ?)", rows)
    assert plain.value("SELECT confidence_score(c, d, e, r) FROM w") == vector["score"]


def test_there_are_29_vectors():
    assert len(VECTORS) == 29


# ---- Sketches ----

DISTRIBUTIONS = {
    "uniform": lambda r: r.uniform(1, 2), "normal": lambda r: r.gauss(100, 10), "exponential": lambda r: r.expovariate(0.001),
    "lognormal": lambda r: r.lognormvariate(0, 4), "pareto": lambda r: -r.paretovariate(0.7),
}


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_a_sketch_is_within_one_percent(plain, name):
    source = random.Random(name)
    numbers = [DISTRIBUTIONS[name](source) for _ in range(20000)]
    fill(plain, numbers)
    sketch = plain.value("SELECT quantile_sketch(x) FROM t")
    assert len(sketch) < 12000
    for q in (0, 0.001, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999, 1):
        got, exact = plain.row("SELECT quantile_at(?1, ?2), (SELECT quantile(x, ?2) FROM t)", sketch, q)
        assert math.isclose(got, exact, rel_tol=0.01), (name, q)


@PATIENT
@given(numbers=st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=40), data=st.data())
def test_sketches_merge_in_any_order_to_the_same_bytes(plain, numbers, data):
    parts = data.draw(st.lists(st.integers(0, 3), min_size=len(numbers), max_size=len(numbers)))
    fill(plain, numbers)
    whole = plain.value("SELECT quantile_sketch(x) FROM t")
    sketches = []
    for part in range(4):
        fill(plain, [x for x, p in zip(numbers, parts) if p == part] or [None])
        sketches.append(plain.value("SELECT quantile_sketch(x) FROM t"))
    order = data.draw(st.permutations(sketches))
    fill(plain, order)
    assert plain.value("SELECT quantile_merge(x) FROM t") == whole


def read_varint(blob, at):
    value = shift = 0
    while True:
        value |= (blob[at] & 0x7F) << shift
        shift, at = shift + 7, at + 1
        if blob[at - 1] < 0x80:
            return value, at


def test_the_bytes_are_what_the_page_says(plain):
    fill(plain, [-3.0, 0, 0, 1.5, 1.5, 8])
    blob = plain.value("SELECT quantile_sketch(x) FROM t")
    assert blob[:5] == b"lqs\x01\x06" and struct.unpack("<dd", blob[5:21]) == (-3.0, 8.0)
    assert struct.unpack("<I", blob[-4:])[0] == zlib.crc32(blob[:-4])
    values, at = [], 21
    while at < len(blob) - 4:
        value, at = read_varint(blob, at)
        values.append(value)
    index = {x: 64 * (math.frexp(x)[1] - 1 + 1023) + int(64 * (2 * math.frexp(x)[0] - 1)) for x in (1.5, 3.0, 8.0)}
    assert values == [2, 2, index[1.5] + 3264, 1, index[8.0] - index[1.5] - 1, 0, 1, index[3.0] + 3264, 0]


def test_a_damaged_sketch_is_an_error(plain):
    fill(plain, [1, 2, 3, -4, 0])
    blob = plain.value("SELECT quantile_sketch(x) FROM t")
    damaged = [blob[:k] for k in range(len(blob))] + [blob[:k] + bytes([blob[k] ^ 1 << b]) + blob[k + 1:] for k in range(len(blob)) for b in range(8)]
    for bad in damaged + [blob + b"\0"]:
        for sql in ("SELECT quantile_at(?, 0.5)", "SELECT quantile_merge(?)"):
            with raises_sql(": s is no sketch, or a damaged one", BAD_ARGUMENT):
                plain.value(sql, bad)


def test_what_is_no_sketch_is_named(plain):
    with raises_sql("quantile_at: s must be a blob, got 'lqs'", BAD_ARGUMENT):
        plain.value("SELECT quantile_at('lqs', 0.5)")
    with raises_sql("quantile_sketch: x must be finite, got Inf", BAD_ARGUMENT):
        plain.value("SELECT quantile_sketch(9e999)")
    body = b"lqs\x02\x06" + bytes(20)
    with raises_sql("quantile_at: s is a sketch of another version", BAD_ARGUMENT):
        plain.value("SELECT quantile_at(?, 0.5)", body + struct.pack("<I", zlib.crc32(body)))
    assert plain.value("SELECT quantile_at(NULL, 0.5)") is None


# ---- Intervals ----

def interval(db, sql, *arguments):
    found = json.loads(db.value(f"SELECT {sql}", *arguments))
    assert list(found) == ["low", "expected", "high"]
    return found["low"], found["expected"], found["high"]


@PATIENT
@given(n=st.integers(0, 10**12), share=st.floats(0, 1), level=st.floats(0, 0.999999))
def test_intervals_hold_what_is_expected(plain, n, share, level):
    successes = int(n * share)
    low, expected, high = interval(plain, "beta_interval(?, ?, ?)", successes, n, level)
    assert 0 < low <= high <= 1
    assert math.isclose(expected, (successes + 0.5) / (n + 1), rel_tol=1e-14)
    assert level < 0.95 or low <= expected <= high
    low, expected, high = interval(plain, "rate_interval(?, 7, ?)", successes, level)
    assert 0 < low <= high and (level < 0.95 or low <= expected <= high)
    assert 0 <= plain.value("SELECT wilson_lower(?, ?)", successes, n) <= (successes / n if n else 0)


def test_an_interval_covers_the_truth_as_often_as_it_says(plain):
    source, n = random.Random(3), 40
    bounds = [interval(plain, "beta_interval(?, ?, 0.9)", s, n) for s in range(n + 1)]
    shares = [source.uniform(0.02, 0.98) for _ in range(300)]
    covered = [sum(math.comb(n, s) * p**s * (1 - p) ** (n - s) for s in range(n + 1) if bounds[s][0] <= p <= bounds[s][2]) for p in shares]
    assert abs(statistics.fmean(covered) - 0.9) < 0.01


@pytest.mark.parametrize("call, message", [
    ("wilson_lower(3, 2)", "wilson_lower: successes must be at most n, got 3 of 2"),
    ("beta_interval(3, 2)", "beta_interval: successes must be at most n, got 3 of 2"),
    ("beta_interval(1, 2, 1)", "beta_interval: level must be less than 1, got 1"),
    ("beta_interval(-1, 2)", "beta_interval: successes must be at least 0, got -1"),
    ("rate_interval(1, 0)", "rate_interval: seconds must be between "),
    ("rate_interval(1)", "rate_interval: seconds is missing"),
    ("wilson_lower(1)", "wilson_lower: n is missing"),
])
def test_an_interval_s_arguments_are_checked(plain, call, message):
    with raises_sql(message, BAD_ARGUMENT):
        plain.value(f"SELECT {call}")
