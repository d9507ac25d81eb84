"""secret_scan: what it finds in a corpus of secrets and of what only looks so, and how it says where."""
import json
import random

import pytest

from support import BAD_ARGUMENT, Database, raises_sql
from vault_corpus import ALNUM, Maker, look_alikes, positives

# Measured on the corpus, and kept as floors: (precision, recall). A pattern that is not here must reach 1 and 1.
FLOORS = {"password": (0.93, 0.91), "payment_card": (1.0, 0.94), "aws_secret_key": (1.0, 0.94), "high_entropy": (0.96, 1.0), "us_ssn": (0.96, 1.0)}
FLOOR_OF_ALL = (0.99, 0.98)


@pytest.fixture(scope="module")
def scanner():
    db = Database(":memory:")
    yield lambda text: [(pattern, text[start - 1:end - 1], sensitivity) for pattern, start, end, sensitivity in
                        db.run("SELECT * FROM secret_scan(?)", text)]
    db.close()


def test_precision_and_recall_on_the_corpus(scanner, capsys):
    wanted, found, wrong = {}, {}, {}
    misses = []
    for sample in positives() + look_alikes():
        hits = scanner(sample.text)
        if sample.secret:
            wanted[sample.pattern] = wanted.get(sample.pattern, 0) + 1
        for pattern, part, _ in hits:
            right = sample.secret is not None and (pattern, part) == (sample.pattern, sample.secret)
            tally = found if right else wrong
            tally[pattern] = tally.get(pattern, 0) + 1
        if [(pattern, part) for pattern, part, _ in hits] != ([(sample.pattern, sample.secret)] if sample.secret else []):
            misses.append((sample, hits))
    rates = {pattern: (found.get(pattern, 0) / max(1, found.get(pattern, 0) + wrong.get(pattern, 0)), found.get(pattern, 0) / count)
             for pattern, count in wanted.items()}
    every = (sum(found.values()) / (sum(found.values()) + sum(wrong.values())), sum(found.values()) / sum(wanted.values()))
    with capsys.disabled():
        print(f"\n{'pattern':16} {'precision':>9} {'recall':>7} {'secrets':>8}")
        for pattern, (precision, recall) in [*rates.items(), ("all", every)]:
            print(f"{pattern:16} {precision:9.3f} {recall:7.3f} {wanted.get(pattern, sum(wanted.values())):8}")
    below = {pattern: rate for pattern, rate in rates.items()
             if any(reached < floor for reached, floor in zip(rate, FLOORS.get(pattern, (1, 1))))}
    assert not below, f"{below}\n" + "\n".join(f"{sample} -> {hits}" for sample, hits in misses)
    assert every[0] >= FLOOR_OF_ALL[0] and every[1] >= FLOOR_OF_ALL[1]


def test_the_corpus_is_large_and_the_same_in_every_run():
    first, second = positives() + look_alikes(), positives() + look_alikes()
    assert len(positives()) >= 400 and len(look_alikes()) >= 400
    assert [(s.pattern, s.text) for s in first] == [(s.pattern, s.text) for s in second]
    assert all(sample.secret in sample.text for sample in positives())


def test_every_pattern_has_a_row_in_the_corpus_and_its_sensitivity(scanner):
    levels = {}
    for sample in positives():
        for pattern, _, sensitivity in scanner(sample.text):
            levels.setdefault(pattern, set()).add(sensitivity)
    assert set(levels) == {sample.pattern for sample in positives()}
    critical = {"private_key", "aws_secret_key", "payment_card", "us_ssn"}
    medium = {"jwt", "high_entropy"}
    assert levels == {pattern: {"critical" if pattern in critical else "medium" if pattern in medium else "high"} for pattern in levels}


def test_offsets_are_characters_from_one(bare):
    secret = Maker(1).github()
    text = f"\U0001f600 é {secret} ü {secret}"
    rows = bare.run("SELECT start, end, substr(?1, start, end - start) FROM secret_scan(?1)", text)
    assert [row[2] for row in rows] == [secret, secret]
    assert rows[0][0] == 5


def test_what_overlaps_is_one_finding_of_the_more_sensitive_pattern(scanner):
    maker = Maker(2)
    token, key = maker.github(), maker.aws_secret()
    assert scanner(f"password = {token}") == [("github_token", token, "high")]
    assert scanner(f"Authorization: Bearer {token}") == [("github_token", token, "high")]
    assert scanner(f"token: {token}") == [("github_token", token, "high")]
    assert scanner(f"aws_secret_access_key: {key}") == [("aws_secret_key", key, "critical")]
    jwt = maker.jwt()
    assert scanner(f"Bearer {jwt}") == [("bearer_token", jwt, "high")]


def test_a_reference_is_no_secret(scanner):
    uuid = "0190a8b2-1234-7abc-8def-0123456789ab"
    for text in ("password = {}", '{{"api_key": "{}"}}', "postgres://{}@db.io/x", "Bearer {}", "token={}"):
        assert scanner(text.format(f"{{SECRET:{uuid}:password = a1b2c3d4}}")) == []


def test_a_reference_that_was_cut_off_hides_nothing(scanner):
    uuid, card = "0190a8b2-1234-7abc-8def-0123456789ab", "4111 1111 " + "1111 1111"
    for cut in ("{{SECRET:", "{{SECRET:{0}", "{{SECRET:{0}:", "{{SECRET:{0}:pay", "{{SECRET: {0}:payment card", "{{SECRET:{0}:a: b}}", "{{SECRET:" + "x" * 101 + ":y}}"):
        reference = cut.format(uuid)
        assert scanner(reference) == []
        assert scanner(f"{reference} … and {card}") == [("payment_card", card, "critical")], reference


@pytest.mark.parametrize("gap", [" ", "\n", ", "])
def test_each_of_several_cards_is_found(scanner, gap):
    """A number that follows after a blank is another one, not the rest of the first."""
    plain, printed = "4111111111" + "111111", "5500 0000 " + "0000 0004"
    for cards in ([plain, plain], [printed, printed], [plain, printed, plain], [printed, plain], [plain, "2026"], [printed, "12"]):
        found = [(card, "payment_card") for card in cards if len(card) > 4]
        assert [(value, pattern) for pattern, value, _ in scanner(f"cards: {gap.join(cards)}")] == found, cards


def test_nothing_is_found_in_nothing(scanner, bare):
    assert scanner("") == []
    with raises_sql("secret_scan: text is missing", BAD_ARGUMENT):
        bare.run("SELECT * FROM secret_scan()")


def test_it_works_before_any_migration_and_in_a_view(bare):
    bare.run("CREATE TABLE notes(body)")
    bare.run("INSERT INTO notes VALUES (?)", f"npm_{Maker(3).mixed(ALNUM, 36)}")
    bare.run("CREATE VIEW leaks AS SELECT notes.rowid AS id, pattern FROM notes, secret_scan(notes.body)")
    assert bare.run("SELECT * FROM leaks") == [(1, "npm_token")]


@pytest.mark.parametrize("unit", ["token=", 'token="', "token='a", "eyJ-", "eyJa.", "a://", "a://b:c", "-----BEGIN PRIVATE KEY-----", "-----BEGIN ", "1 ",
                                  "4111 ", "sk-", "xoxb-", "ghp_", "M.", "bearer ", "{SECRET:", "\\", "password:", "\\u00", "https://hooks.slack.com/services/",
                                  "<password>", "a=b", "=", "-", "SG.a", "whsec_"])
def test_the_time_grows_with_the_length_alone(scanner, unit):
    """A quadratic scanner takes 64 times as long for eight times the text."""
    import time

    def seconds(length):
        text = unit * (length // len(unit))
        start = time.process_time()
        scanner(text)
        return time.process_time() - start

    small, large = min(seconds(100_000) for _ in range(3)), min(seconds(800_000) for _ in range(3))
    assert large < 40 * max(small, 0.001), f"{unit!r}: {small:.4f} s, then {large:.4f} s"


def test_any_bytes_are_looked_at_and_findings_lie_in_order(bare):
    chance = random.Random(5)
    pieces = [sample.text for sample in positives(4)] + ["\\", '"', "{", "\u20ac", "=", ":", " ", "\n"]
    for _ in range(300):
        text = "".join(chance.choice(pieces)[:chance.randint(1, 80)] for _ in range(chance.randint(1, 12)))
        last = 0
        for pattern, start, end, _ in bare.run("SELECT * FROM secret_scan(?)", text):
            assert last < start < end <= len(text) + 1 and pattern
            last = end - 1


def test_what_is_found_in_json_lies_inside_one_string(scanner):
    maker = Maker(6)
    document = {"password": maker.password(), "note": f"line\nTOKEN={maker.github()}\n", "nested": [{"api_key": maker.mixed(ALNUM, 32)}]}
    for indent in (None, 2):
        for _, part, _ in scanner(json.dumps(document, indent=indent)):
            assert '"' not in part and "\\n" not in part
