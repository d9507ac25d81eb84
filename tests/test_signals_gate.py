"""The verification gate in SQL: the shared vectors, a recomputation in Python, weights as rows, verdicts, and the batch recipe."""
import json
import random

import pytest

from signal_calls import KEY, alias, at, call, claim, ingest, pin, push, reject, release, save, status
from support import BAD_ARGUMENT, ROOT, Database, dump, assert_same, raises_sql

VECTORS = json.loads((ROOT / "tests" / "vectors" / "gate.json").read_text())
GATE = "signal_gate(signal_type, source_api, confidence, detected_at, strict)"
EVIDENCE = "CREATE TEMP TABLE evidence(id INTEGER PRIMARY KEY, signal_type, source_api, confidence, detected_at, strict)"
POSITIVE = {"incorporation": (0.25, 365), "github_spike": (0.20, 14), "funding_event": (0.20, 180), "domain_registration": (0.15, 90),
            "patent_filing": (0.15, 180), "product_hunt_launch": (0.10, 30), "social_announcement": (0.10, 30),
            "cofounder_search": (0.05, 60), "research_paper": (0.05, 180)}
NEGATIVE = {"job_at_big_co_recent": 0.6, "job_at_big_co_medium": 0.3, "job_at_big_co_old": 0.1, "domain_dead": 0.1, "github_inactive_90d": 0.3}


@pytest.fixture(autouse=True)
def clock(db):
    pin(db)
    db.run(EVIDENCE)


def days_ago(db, days):
    return db.value("SELECT strftime('%Y-%m-%dT%H:%M:%fZ', lore_clock(), ?)", f"{-days} days") if days else at("12:00:00.000")


def plant(db, signals, strict=0):
    db.run("DELETE FROM evidence")
    for s in signals:
        db.run("INSERT INTO evidence(signal_type, source_api, confidence, detected_at, strict) VALUES (?, ?, ?, ?, ?)",
               s["signal_type"], s["source_api"], s["confidence"], days_ago(db, s["age_days"]), strict)


def judge(db, where="1"):
    return json.loads(db.value(f"SELECT {GATE} FROM evidence WHERE {where}"))


def alone(db, kind, confidence=1, age_days=0, **more):
    plant(db, [dict(signal_type=kind, source_api="s", confidence=confidence, age_days=age_days)], **more)
    return judge(db)


# ---- The vectors ----

@pytest.mark.parametrize("vector", VECTORS, ids=range(len(VECTORS)))
def test_a_vector_has_its_verdict(db, vector):
    plant(db, vector["signals"], vector["strict"])
    got = judge(db)
    for name in ("decision", "verification_status", "reason", "suggested_status"):
        assert got[name] == vector[name]
    assert got["confidence_score"] == got["breakdown"]["overall"] == vector["score"]
    assert {name: got["breakdown"][name] for name in vector["breakdown"]} == vector["breakdown"]
    db.run("CREATE TEMP TABLE reversed AS SELECT * FROM evidence ORDER BY id DESC")
    assert json.loads(db.value(f"SELECT {GATE} FROM reversed")) == got


def test_the_breakdown_tells_what_each_type_brought(db):
    plant(db, [dict(signal_type="github_spike", source_api="github", confidence=0.8, age_days=14),
               dict(signal_type="github_spike", source_api="gitlab", confidence=0.1, age_days=0),
               dict(signal_type="job_at_big_co_recent", source_api="people", confidence=1, age_days=3)])
    got = judge(db)
    assert list(got) == ["decision", "verification_status", "confidence_score", "reason", "suggested_status", "breakdown"]
    assert list(got["breakdown"]) == ["overall", "base_score", "multi_source_boost", "convergence_boost", "signals_contributing",
                                      "sources_checked", "sources", "signal_details"]
    assert got["breakdown"]["sources"] == ["github", "gitlab", "people"] and got["breakdown"]["sources_checked"] == 3
    assert got["breakdown"]["signal_details"] == [
        {"signal_type": "github_spike", "source_api": "github", "weight": 0.2, "decay_factor": 0.5, "confidence": 0.8,
         "contribution": 0.08, "age_days": 14},
        {"signal_type": "job_at_big_co_recent", "source_api": "people", "multiplier": 0.6}]


def test_an_age_is_whole_days_and_the_future_has_none(db):
    for detected, age in (("2026-02-28T12:00:00.001Z", 0), ("2026-02-28T12:00:00Z", 1), ("2026-02-27T12:00:01Z", 1), ("2027-01-01", 0),
                          ("2026-02-28T13:00:00+01:00", 1)):
        got = json.loads(db.value("SELECT signal_gate('github_spike', 's', 1, ?)", detected))
        assert got["breakdown"]["signal_details"][0]["age_days"] == age
    got = json.loads(db.value("SELECT signal_gate('github_spike', 's', 1, '2026-02-01', 0, '2026-02-15')"))
    assert got["breakdown"]["signal_details"][0]["decay_factor"] == 0.5


def test_a_row_without_a_type_is_passed_over_and_one_without_the_rest_is_an_error(db):
    assert json.loads(db.value("SELECT signal_gate(NULL, NULL, NULL, NULL)"))["reason"] == "No signals provided"
    assert json.loads(db.value(f"SELECT {GATE} FROM evidence"))["decision"] == "reject"
    for arguments, name in (("'t', NULL, 1, '2026-01-01'", "source_api"), ("'t', 's', NULL, '2026-01-01'", "confidence"),
                            ("'t', 's', 1, NULL", "detected_at")):
        with raises_sql(f"signal_gate: {name} is missing", BAD_ARGUMENT):
            db.run(f"SELECT signal_gate({arguments})")
    with raises_sql("signal_gate: confidence must be between 0 and 1, got 2", BAD_ARGUMENT):
        db.run("SELECT signal_gate('t', 's', 2, '2026-01-01')")


def test_each_company_of_a_group_has_its_own_verdict(db):
    db.run("CREATE TEMP TABLE many(company, signal_type)")
    db.run("INSERT INTO many VALUES ('a', 'incorporation'), ('b', 'company_dissolved'), ('a', 'github_spike'), ('c', 'research_paper')")
    assert db.run("""SELECT company, json_extract(signal_gate(signal_type, signal_type, 1, '2026-03-01'), '$.decision')
                       FROM many GROUP BY company""") == [("a", "needs_review"), ("b", "reject"), ("c", "hold")]


# ---- A recomputation in Python ----

def expected(signals, strict):
    """The rules of the specification, said once more: (decision, verification_status, score, contributing)."""
    best, factor, sources, types = {}, 1.0, {s["source_api"] for s in signals}, {s["signal_type"] for s in signals}
    for s in signals:
        kind = s["signal_type"]
        if kind in NEGATIVE:
            factor *= NEGATIVE[kind]
        elif kind != "company_dissolved":
            weight, half_life = POSITIVE.get(kind, (0.05, 90))
            best[kind] = max(best.get(kind, 0), round(weight * 0.5 ** (max(0, s["age_days"]) / half_life) * s["confidence"], 4))
    score = min(1, sum(best.values()) * factor * {1: 1, 2: 1.15}.get(len(sources), 1.3) * {0: 1, 1: 1, 2: 1.2}.get(len(best), 1.5))
    evidence = "multi_source" if len(sources) > 1 else "single_source"
    if not signals:
        return "reject", "unverified", 0, 0
    if "company_dissolved" in types:
        return "reject", "unverified", 0, len(best)
    if best and "domain_dead" in types:
        return "needs_review", "conflicting", score, len(best)
    decision = ("auto_push" if score >= 0.7 and (len(sources) > 1 or not strict) else
                "needs_review" if score >= 0.4 else "hold" if score > 0 else "reject")
    return decision, evidence, score, len(best)


def agrees(got, signals, strict):
    decision, evidence, score, contributing = expected(signals, strict)
    assert got["confidence_score"] == pytest.approx(score, abs=1e-12)
    assert got["breakdown"]["signals_contributing"] == contributing
    if min(abs(score - edge) for edge in (0.4, 0.7)) > 1e-9:
        assert (got["decision"], got["verification_status"]) == (decision, evidence)


def random_signals(choice, count):
    kinds = [*POSITIVE, "anything", "something else", *choice.sample([*NEGATIVE, "company_dissolved"], 2)]
    return [dict(signal_type=choice.choice(kinds), source_api=choice.choice("abcd"), confidence=choice.randrange(0, 101) / 100,
                 age_days=choice.choice([0, 0, 1, 7, 14, 90, 365, 1000])) for _ in range(count)]


@pytest.mark.parametrize("seed", range(20))
def test_any_evidence_has_the_verdict_of_the_rules(db, seed):
    choice = random.Random(seed)
    for _ in range(5):
        signals, strict = random_signals(choice, choice.randrange(0, 12)), choice.randrange(2)
        plant(db, signals, strict)
        agrees(judge(db), signals, strict)


FRAMES = {"ROWS BETWEEN 3 PRECEDING AND CURRENT ROW": lambda i, n: (i - 3, i + 1),
          "ROWS BETWEEN 2 PRECEDING AND 2 FOLLOWING": lambda i, n: (i - 2, i + 3),
          "ROWS BETWEEN 5 PRECEDING AND 3 PRECEDING": lambda i, n: (i - 5, i - 2),
          "ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING": lambda i, n: (i + 1, n),
          "ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW": lambda i, n: (0, i + 1)}


@pytest.mark.parametrize("frame", FRAMES)
def test_a_moving_frame_has_the_verdict_of_the_rows_in_it(db, frame):
    choice = random.Random(frame)
    signals = random_signals(choice, 60)
    plant(db, signals)
    got = db.column(f"SELECT {GATE} OVER (ORDER BY id {frame}) FROM evidence ORDER BY id")
    assert len(got) == 60
    for i, verdict in enumerate(got):
        start, end = FRAMES[frame](i, len(signals))
        agrees(json.loads(verdict), signals[max(0, start):max(0, end)], 0)


def test_a_moving_frame_passes_over_rows_without_a_type_in_both_directions(db):
    signals = random_signals(random.Random(5), 30)
    plant(db, signals)
    db.run("UPDATE evidence SET signal_type = NULL WHERE id % 3 = 0")
    got = db.column(f"SELECT {GATE} OVER (ORDER BY id ROWS BETWEEN 3 PRECEDING AND CURRENT ROW) FROM evidence ORDER BY id")
    for i, verdict in enumerate(got):
        agrees(json.loads(verdict), [s for n, s in enumerate(signals[max(0, i - 3):i + 1], max(0, i - 3)) if (n + 1) % 3], 0)


# ---- Weights are rows ----

def test_the_first_weights_are_those_of_the_specification(db):
    rows = db.run("SELECT signal_type, weight, half_life_days, multiplier, rejects FROM signal_weights")
    assert {row[0]: row[1:3] for row in rows if row[1] is not None} == {**POSITIVE, "*": (0.05, 90)}
    assert {row[0]: row[3] for row in rows if row[3] is not None} == NEGATIVE
    assert [row[0] for row in rows if row[4]] == ["company_dissolved"]


def score(db):
    return json.loads(db.value("SELECT signal_gate('github_spike', 's', 1, '2026-03-01')"))["confidence_score"]


def test_a_changed_weight_counts_from_the_next_transaction(db):
    assert score(db) == 0.2
    db.run("UPDATE signal_weights SET weight = 0.9 WHERE signal_type = 'github_spike'")
    assert score(db) == 0.9
    db.run("BEGIN")
    db.run("UPDATE signal_weights SET weight = 0.3 WHERE signal_type = 'github_spike'")
    score(db)
    db.run("ROLLBACK")
    assert score(db) == 0.9
    db.run("BEGIN")
    db.run("UPDATE signal_weights SET weight = 0.4 WHERE signal_type = 'github_spike'")
    score(db)
    db.run("COMMIT")
    assert score(db) == 0.4


def test_a_weight_that_another_connection_changed_counts(db):
    assert score(db) == 0.2
    other = Database(db.path, load=False)
    other.run("UPDATE signal_weights SET weight = 0.5, half_life_days = 7 WHERE signal_type = 'github_spike'")
    other.close()
    assert score(db) == 0.5


def test_new_types_of_every_sort_can_be_added(db):
    db.run("INSERT INTO signal_weights(signal_type, weight, half_life_days) VALUES ('press', 0.8, 10)")
    db.run("INSERT INTO signal_weights(signal_type, multiplier, conflicts) VALUES ('lawsuit', 0.5, 1)")
    db.run("INSERT INTO signal_weights(signal_type, rejects) VALUES ('sanctioned', 1)")
    assert alone(db, "press")["decision"] == "auto_push"
    assert alone(db, "press", age_days=10)["confidence_score"] == 0.4
    assert alone(db, "press", strict=1)["decision"] == "needs_review"
    assert alone(db, "sanctioned")["reason"] == "Hard kill signal: sanctioned"
    plant(db, [dict(signal_type=kind, source_api="s", confidence=1, age_days=0) for kind in ("press", "lawsuit")])
    assert judge(db)["verification_status"] == "conflicting"


def test_the_verdict_is_valid_text_whatever_a_rejecting_type_is_called(db):
    kind = "é" * 200
    db.run("INSERT INTO signal_weights(signal_type, rejects) VALUES (?, 1)", kind)
    verdict = db.value("SELECT signal_gate(?, 's', 1, '2026-01-01')", kind)
    verdict.encode("utf-8")  # what is broken came in as surrogates
    assert json.loads(verdict)["reason"].startswith("Hard kill signal: é")


@pytest.mark.parametrize("row", [("x", -0.1, 5, None), ("x", 0.1, 0, None), ("x", 0.1, None, None), ("x", None, None, 1.5), ("x", None, None, None)])
def test_a_weight_that_makes_no_sense_is_refused_by_the_table(db, row):
    with raises_sql("CHECK constraint failed"):
        db.run("INSERT INTO signal_weights(signal_type, weight, half_life_days, multiplier) VALUES (?, ?, ?, ?)", *row)


# ---- signal_verdicts ----

def verdicts(db):
    return {row["canonical_key"]: row for row in db.named("SELECT * FROM signal_verdicts")}


def test_every_company_with_pending_signals_has_one_verdict(db):
    save(db, signal_type="incorporation", source_api="companies_house", confidence=1, company_name="Acme", detected_at="2026-02-28")
    save(db, signal_type="github_spike", confidence=1, detected_at="2026-03-01")
    save(db, "domain:other.ai", signal_type="research_paper")
    done = save(db, "domain:done.ai")
    push(db, done)
    rows = verdicts(db)
    assert list(rows) == [KEY, "domain:other.ai"], "the surest first, none that is done"
    acme = rows[KEY]
    assert list(acme) == ["canonical_key", "company_name", "signals", "pending", "sources", "newest_at", "decision",
                          "verification_status", "confidence_score", "reason", "suggested_status", "breakdown"]
    assert (acme["company_name"], acme["signals"], acme["pending"], acme["sources"], acme["newest_at"]) == ("Acme", 2, 2, 2, at("00:00:00.000"))
    direct = json.loads(db.value("SELECT signal_gate(signal_type, source_api, confidence, detected_at) FROM signals WHERE canonical_key = ?", KEY))
    assert json.loads(acme["breakdown"]) == direct.pop("breakdown")
    assert {name: acme[name] for name in direct} == direct


def test_the_signals_of_all_keys_of_a_company_are_one_evidence(db):
    save(db, signal_type="incorporation", source_api="companies_house", confidence=1)
    save(db, "github_org:acme", confidence=1)
    assert [row["verification_status"] for row in verdicts(db).values()] == ["single_source"] * 2
    alias(db)
    rows = verdicts(db)
    assert list(rows) == [KEY] and rows[KEY]["verification_status"] == "multi_source" and rows[KEY]["signals"] == 2
    for key in (KEY, "github_org:acme"):
        assert db.column("SELECT canonical_key FROM signal_verdicts(?)", key) == [KEY]


def test_a_company_bears_its_newest_name(db):
    save(db, company_name="Zebra before", detected_at="2026-01-01")
    save(db, company_name="Acme", detected_at="2026-02-01")
    save(db, detected_at="2026-02-15")
    assert verdicts(db)[KEY]["company_name"] == "Acme"


def test_pushed_signals_are_evidence_and_rejected_ones_are_none(db):
    for n, source in enumerate("abc"):
        save(db, source_api=source, signal_type="incorporation", confidence=1, source_id=str(n))
    push(db, 1), reject(db, 2)
    row = verdicts(db)[KEY]
    assert (row["signals"], row["pending"]) == (2, 1)
    assert json.loads(row["breakdown"])["sources"] == ["a", "c"]


def test_a_strict_verdict_asks_for_a_second_source_and_for_another_moment(db):
    for kind in ("incorporation", "github_spike", "funding_event"):
        save(db, signal_type=kind, source_api="one", confidence=1)
    ask = "SELECT decision FROM signal_verdicts({})"
    assert (db.value(ask.format("")), db.value(ask.format("NULL, 1"))) == ("auto_push", "needs_review")
    assert db.value(ask.format("NULL, 0, '2031-01-01'")) == "hold"


def test_a_company_without_pending_signals_has_no_verdict(db):
    assert db.run("SELECT * FROM signal_verdicts('domain:none.ai')") == db.run("SELECT * FROM signal_verdicts") == []


# ---- The batch recipe, from end to end ----

def test_a_batch_is_claimed_judged_rejected_pushed_and_released(db):
    evidence = {"sure.ai": [("incorporation", "a"), ("github_spike", "b"), ("funding_event", "c")],
                "maybe.ai": [("incorporation", "a"), ("github_spike", "b")],
                "thin.ai": [("research_paper", "a")], "gone.ai": [("incorporation", "a"), ("company_dissolved", "a")]}
    for domain, signals in evidence.items():
        for kind, source in signals:
            assert ingest(db, {"domain": domain}, signal_type=kind, source_api=source, confidence=1, source_id=f"{domain}/{kind}")["outcome"] == "new"
    leased = claim(db, worker="w1", request="batch-1")
    token = next(iter(leased.values()))
    assert len(leased) == 8
    decisions = {row["canonical_key"]: row["decision"] for row in verdicts(db).values()}
    assert decisions == {"domain:sure.ai": "auto_push", "domain:maybe.ai": "needs_review", "domain:thin.ai": "hold", "domain:gone.ai": "reject"}
    db.run("""INSERT INTO signal_mark_rejected(id, reason, token)
              WITH todo AS MATERIALIZED (
                SELECT s.id, v.reason FROM signal_verdicts AS v, signals_for(v.canonical_key) AS s
                 WHERE v.decision = 'reject' AND s.id IN (SELECT value FROM json_each(?1)))
              SELECT id, reason, ?2 FROM todo""", json.dumps(list(leased)), token)
    for id in [id for id in leased if db.value("SELECT canonical_key FROM signal_get(?)", id) == "domain:sure.ai"]:
        assert push(db, id, "page-1", token=token) == 1
    rest = db.column("SELECT value FROM json_each(?), signal_get(value) WHERE processing_status = 'claimed'", json.dumps(list(leased)))
    assert release(db, rest, token) == 3
    assert db.run("SELECT * FROM signal_processing_stats") == [("pending", 3), ("claimed", 0), ("pushed", 3), ("rejected", 2)]
    assert {key: row["decision"] for key, row in verdicts(db).items()} == {"domain:maybe.ai": "needs_review", "domain:thin.ai": "hold"}
    assert status(db, 8) == "rejected" and db.value("SELECT error_message FROM signal_get(8)") == "Hard kill signal: company_dissolved"
    before = dump(db)
    assert claim(db, worker="w1", request="batch-1") and call(db, "signal_reopen", id=rest[0], reason="r") == 0
    assert_same({**before, "rows": None}, {**dump(db), "rows": None})
