"""What a workflow document shows: the shared vectors, a second implementation of the rules to compare with, documents of
every form, and rules of one's own."""
import json
import re
import sqlite3

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from support import BAD_ARGUMENT, REFUSED, ROOT, Database, raises_sql

VECTORS = json.loads((ROOT / "tests" / "vectors" / "pattern_detect.json").read_text())

modest = settings(max_examples=300, deadline=None, derandomize=True, database=None)


@pytest.fixture(scope="module")
def unmigrated():
    """Detection needs no table."""
    db = Database(":memory:")
    yield db
    db.close()


def text_of(workflow):
    return workflow if isinstance(workflow, str) else json.dumps(workflow)


def signatures(db, workflow):
    return json.loads(db.value("SELECT pattern_signatures(?)", text_of(workflow)))


def characteristics(db, workflow):
    return json.loads(db.value("SELECT pattern_characteristics(?)", text_of(workflow)))


def detected(db, workflow):
    return db.named("SELECT * FROM pattern_detect(?)", text_of(workflow))


# ---- The vectors ----

def vector_name(row):
    parts = [str(value) if len(str(value)) < 40 else str(value)[:30] + "…" for value in row["workflow"].values()]
    return " | ".join(parts).encode("unicode_escape").decode() or "empty"


@pytest.mark.parametrize("row", VECTORS, ids=vector_name)
def test_a_vector_has_its_patterns_and_characteristics(unmigrated, row):
    assert signatures(unmigrated, row["workflow"]) == row["patterns"]
    found = characteristics(unmigrated, row["workflow"])
    assert list(found.items()) == list(row["characteristics"].items())


def test_the_vectors_hold_after_the_migration(db):
    for row in VECTORS:
        assert signatures(db, row["workflow"]) == row["patterns"]


# ---- The rules, written a second time ----

CATEGORIES = [
    ("test", "test tests testing pytest py.test vitest jest mocha", None,
     [("pytest", "pytest py.test"), ("vitest", "vitest"), ("jest", "jest"), ("mocha", "mocha"), ("generic", None)]),
    ("build", "build builds building rebuild compile compiles compiling typecheck type-check tsc bundle bundles bundling", None,
     [("typecheck", "typecheck type-check tsc type+check"), ("compile", "compile"), ("bundle", "bundle webpack vite"), ("build", None)]),
    ("format", "format formats formatting formatter prettier black lint linting linter eslint ruff", "all",
     [("prettier", "prettier"), ("black", "black"), ("eslint", "eslint"), ("ruff", "ruff"), ("generic", None)]),
    ("git", "git+diff git+status git+log", "summary", [("diff", "git+diff"), ("status", "git+status"), ("log", None)]),
    ("deps", "update+dependencies npm pip install+python bun yarn", "update",
     [("npm", "npm"), ("pip", "pip python"), ("bun", "bun"), ("yarn", "yarn"), ("generic", None)]),
    ("docs", "generate+docs update+readme documentation readme", "all", [("generate", None)]),
]
ERRORS = [("test+failed tests+failed pytest", "test:pytest:backend"), ("vitest", "test:vitest:frontend"),
          ("type+error type+errors typecheck tsc", "build:typecheck:backend"),
          ("compilation compile+error compile+errors", "build:compile:backend"), ("eslint lint", "format:eslint:all")]
TEMPLATES = [({"test"}, "test:generic:all"), ({"build"}, "build:generic:all"), ({"plan"}, None), ({"sdlc", "zte"}, "sdlc:full:all"),
             ({"patch", "lightweight"}, "patch:quick:all"), ({"ship"}, "deploy:ship:all"), ({"review"}, "review:code:all")]


def has(text, words):
    """Is one of the words there, whole? `+` stands for white space."""
    return words is None or any(re.search(r"(?<!\w)" + re.escape(word).replace(r"\+", r"\s+") + r"(?!\w)", text) for word in words.split())


def model_target(text, template):
    if has(text, "both"):
        return "both"
    if has(text, "all") and has(text, "test tests code file files"):
        return "all"
    if has(text, "backend back-end server servers api apis"):
        return "backend"
    if has(text, "frontend front-end client clients ui"):
        return "frontend"
    return "backend" if {"server", "backend"} & template else "frontend" if {"client", "frontend"} & template else "all"


def model(request, error, template):
    request, error, template = request.lower(), error.lower(), set(re.split(r"[\W_]+", template.lower()))
    found = []
    for category, words, target, tools in CATEGORIES:
        if has(request, words):
            tool = next(name for name, words in tools if has(request, words))
            found.append(f"{category}:{tool}:{target or model_target(request, template)}")
            break
    found += [signature for words, signature in ERRORS if has(error, words)]
    found += [signature for words, signature in TEMPLATES if words & template][:1]
    return [signature for signature in dict.fromkeys(found) if signature]


def model_files(request):
    """Paths in a request."""
    found = set()
    for run in re.findall(r"[\w./-]+", request):
        run = run.lstrip("-").rstrip("-.")
        if re.search(r"\w/|/\w", run) or re.search(
                r"\.(py|ts|tsx|js|jsx|c|h|cpp|rs|go|java|rb|php|md|json|sql|yml|yaml|toml|sh|html|css)$", run):
            found.add(run)
    return sorted(found, key=str.encode)


VOCABULARY = sorted({piece for _, words, _, tools in CATEGORIES for part in [words] + [w or "" for _, w in tools] for word in part.split()
                     for piece in word.split("+")} | set("all both code file files backend back-end server servers api apis frontend "
                    "front-end client clients ui failed error errors compilation plan sdlc zte patch lightweight ship review x "
                    "src/ a.py é 日本語 ſ -".split()))
GLUE = [" ", "  ", "\n", "_", "-", ".", "/", ", ", "\u00a0", "", "s", "2", "é"]
phrases = st.lists(st.tuples(st.sampled_from(VOCABULARY), st.sampled_from(GLUE[:1] * 8 + GLUE)), max_size=8).map(
    lambda pieces: "".join(word + glue for word, glue in pieces))


@modest
@given(phrases, phrases, phrases, st.booleans())
def test_detection_agrees_with_a_second_implementation(unmigrated, request, error, template, capitals):
    expected = model(request, error, template)
    if capitals:
        request, error, template = request.title(), error.upper(), template.upper()
    workflow = {"nl_input": request, "error_message": error, "workflow_template": template}
    assert signatures(unmigrated, workflow) == expected
    assert [row["signature"] for row in detected(unmigrated, workflow)] == expected


@modest
@given(st.text(st.sampled_from("ab.-/ _é,py日\n"), max_size=40))
def test_files_agree_with_a_second_implementation(unmigrated, request):
    assert characteristics(unmigrated, {"nl_input": request})["files_mentioned"] == model_files(request)


# ---- Any text ----

words = st.one_of(st.text(max_size=60), phrases)


@modest
@given(words, words, words)
@example("\ud800", "\x00", "\U0010ffff")
@example("İ" * 40, "ſ", "_" * 50)
def test_any_text_gives_valid_signatures_each_once_in_order(unmigrated, request, error, template):
    workflow = json.dumps({"nl_input": request, "error_message": error, "workflow_template": template})
    rows = detected(unmigrated, workflow)
    found = [row["signature"] for row in rows]
    assert len(set(found)) == len(found) and found == signatures(unmigrated, workflow)
    assert [row["position"] for row in rows] == list(range(1, len(rows) + 1))
    places = [["request", "error", "template"].index(row["found_in"]) for row in rows]
    assert places == sorted(places)
    for row in rows:
        assert row["signature"] == f"{row['category']}:{row['tool']}:{row['target']}"
        assert unmigrated.value("SELECT pattern_signature_valid(?)", row["signature"]) == 1


@modest
@given(words)
def test_ascii_case_makes_no_difference(unmigrated, request):
    swapped = "".join(c.swapcase() if c.isascii() else c for c in request)
    assert signatures(unmigrated, {"nl_input": request}) == signatures(unmigrated, {"nl_input": swapped})
    assert characteristics(unmigrated, {"nl_input": request})["keywords"] == characteristics(unmigrated, {"nl_input": swapped})["keywords"]


@modest
@given(st.text(st.characters(blacklist_characters="\x00", blacklist_categories=("Cs",)), max_size=60))
def test_input_length_counts_code_points(unmigrated, request):
    assert characteristics(unmigrated, {"nl_input": request})["input_length"] == len(request)


@modest
@given(words)
def test_characteristics_are_in_order_and_of_known_words(unmigrated, request):
    found = characteristics(unmigrated, {"nl_input": request})
    assert list(found) == ["input_length", "keywords", "files_mentioned", "duration_range", "complexity", "error_count"]
    assert found["files_mentioned"] == sorted(set(found["files_mentioned"]), key=str.encode)
    assert len(set(found["keywords"])) == len(found["keywords"])
    assert found["complexity"] in ("simple", "medium", "complex")


@pytest.mark.parametrize("piece", ["test ", "a/", "git\t", "日", "-", "\"\\"])
def test_a_megabyte_is_read(unmigrated, piece):
    workflow = {"nl_input": piece * (2**20 // len(piece)), "error_message": "tsc " * 2**18, "workflow_template": "x_" * 2**19 + "ship"}
    found = signatures(unmigrated, workflow)
    assert found[-2:] == ["build:typecheck:backend", "deploy:ship:all"]
    assert characteristics(unmigrated, workflow)["input_length"] == len(workflow["nl_input"])


# ---- Documents ----

@pytest.mark.parametrize("nothing", [None, "", " null"])
def test_no_document_has_no_patterns(unmigrated, nothing):
    assert unmigrated.row("SELECT pattern_signatures(?1), pattern_characteristics(?1)", nothing) == (None, None)
    assert unmigrated.run("SELECT * FROM pattern_detect(?)", nothing) == []


@pytest.mark.parametrize("document", ["x", "[]", "1", '"a"', "{", '{"a":1} x', "{'a':1}", b"{}"])
@pytest.mark.parametrize("call", ["SELECT pattern_signatures(?)", "SELECT pattern_characteristics(?)", "SELECT * FROM pattern_detect(?)"])
def test_what_is_no_json_object_is_an_error(unmigrated, call, document):
    with raises_sql("workflow must be a JSON object", BAD_ARGUMENT):
        unmigrated.run(call, document)


@pytest.mark.parametrize("value", [None, True, False, [], ["pytest"], {}, {"pytest": "pytest"}])
def test_a_member_that_is_no_text_counts_as_absent(unmigrated, value):
    workflow = {"nl_input": value, "error_message": value, "workflow_template": value, "duration_seconds": value, "error_count": value}
    assert signatures(unmigrated, workflow) == []
    assert characteristics(unmigrated, workflow) == characteristics(unmigrated, {})


def test_other_members_and_other_spellings_are_ignored(unmigrated):
    assert signatures(unmigrated, {"NL_INPUT": "pytest", "request": "pytest", "x": {"nl_input": "pytest"}}) == []


def test_of_a_repeated_member_the_first_counts(unmigrated):
    assert signatures(unmigrated, '{"nl_input": "jest", "nl_input": "mocha"}') == ["test:jest:all"]


def test_numbers_count_as_their_text_and_texts_as_their_number(unmigrated):
    assert characteristics(unmigrated, {"nl_input": 1234, "duration_seconds": "600", "error_count": "6"}) == {
        "input_length": 4, "keywords": [], "files_mentioned": [], "duration_range": "long", "complexity": "complex", "error_count": 6}


@pytest.mark.parametrize("given_count, count", [(2.9, 2), (-2.9, -2), (-1, -1), ("x", 0), ("", 0), ("3 errors", 0), (2**53, 2**53),
                                                (2**70, 2**53), (-1e300, -2**53), ("1e2", 100)])
def test_error_count_is_whole(unmigrated, given_count, count):
    assert characteristics(unmigrated, {"error_count": given_count})["error_count"] == count


def test_error_count_is_what_is_given_also_beside_a_message(unmigrated):
    assert characteristics(unmigrated, {"error_message": "tsc"})["error_count"] == 0


def test_a_half_of_a_surrogate_pair_spoils_nothing(unmigrated):
    workflow = '{"nl_input": "pytest \\ud800 a.py", "error_message": "\\udc00 tsc"}'
    assert signatures(unmigrated, workflow) == ["test:pytest:all", "build:typecheck:backend"]
    assert characteristics(unmigrated, workflow)["files_mentioned"] == ["a.py"]


# ---- Signatures ----

@pytest.mark.parametrize("signature", ["test:pytest:backend", "review:code:all", "docs:é:x y"])
def test_a_signature_of_the_form_is_valid(unmigrated, signature):
    assert unmigrated.value("SELECT pattern_signature_valid(?)", signature) == 1


@pytest.mark.parametrize("signature", [None, "", "test", "test:a", "test::b", ":a:b", "test:a:", "test:a:b:c", "TEST:a:b", "tests:a:b",
                                       "other:a:b", 7, 1.5, b"test:a:b", "test:a\x00:b", "test:a:" + "b" * 194])
def test_a_signature_of_another_form_is_not(unmigrated, signature):
    assert unmigrated.value("SELECT pattern_signature_valid(?)", signature) == 0


# ---- Rules ----

def add_rule(db, **columns):
    names = ", ".join(columns)
    db.run(f"INSERT INTO pattern_rules_custom({names}) VALUES ({', '.join(':' + name for name in columns)})", columns)


def of_request(db, request):
    return signatures(db, {"nl_input": request})


def test_the_rules_are_listed_in_the_order_in_which_they_are_tried(db):
    built_in = db.named("SELECT * FROM pattern_rules")
    assert built_in == Database(":memory:").named("SELECT * FROM pattern_rules")
    assert len(built_in) > 35 and {row["id"] for row in built_in} == {None}
    add_rule(db, id=7, words="make", category="build", tool="make")
    add_rule(db, id=3, found_in="error", words="oom|killed", beside="x", category="deploy", tool="oom", target="all")
    rows = db.named("SELECT * FROM pattern_rules")
    assert [tuple(row.values()) for row in rows[:2]] == [(1, 3, "error", "oom|killed", "x", "deploy", "oom", "all"),
                                                        (2, 7, "request", "make", None, "build", "make", None)]
    assert [{**row, "position": row["position"] - 2} for row in rows[2:]] == built_in


def test_every_listed_rule_finds_its_own_words(unmigrated):
    member = {"request": "nl_input", "error": "error_message", "template": "workflow_template"}
    for rule in unmigrated.named("SELECT * FROM pattern_rules WHERE category IS NOT NULL"):
        workflow = {member[rule["found_in"]]: rule["words"].split("|")[0] + " " + (rule["beside"] or "").split("|")[0]}
        assert f"{rule['category']}:{rule['tool']}:{rule['target'] or 'all'}" in signatures(unmigrated, workflow)


def test_a_rule_of_one_s_own_is_tried_first(db):
    add_rule(db, words="make|Bazel", category="build", tool="make")
    add_rule(db, words="smoke", beside="test|tests", category="test", tool="smoke", target="staging")
    add_rule(db, found_in="error", words="out of memory", category="deploy", tool="memory", target="all")
    add_rule(db, found_in="template", words="nightly build", category="build", tool="nightly", target="all")
    assert of_request(db, "MAKE the tests of the server") == ["build:make:backend"]
    assert of_request(db, "bazel test") == ["build:make:all"]
    assert of_request(db, "smoke") == []
    assert of_request(db, "smoke tests") == ["test:smoke:staging"]
    assert signatures(db, {"error_message": "Out of  memory in pytest"}) == ["deploy:memory:all", "test:pytest:backend"]
    assert signatures(db, {"workflow_template": "adw_nightly_build"}) == ["build:nightly:all"]
    assert signatures(db, {"workflow_template": "adw_build"}) == ["build:generic:all"]


def test_a_rule_may_say_that_there_is_nothing(db):
    add_rule(db, words="explain")
    add_rule(db, found_in="template", words="draft")
    assert of_request(db, "explain the tests") == []
    assert signatures(db, {"nl_input": "tests", "workflow_template": "draft_test"}) == ["test:generic:all"]


def test_a_rule_may_name_a_target(db):
    add_rule(db, words="mobile|ios", target="mobile")
    add_rule(db, found_in="template", words="edge", target="edge")
    assert of_request(db, "tests of iOS and the server") == ["test:generic:mobile"]
    assert signatures(db, {"nl_input": "build", "workflow_template": "adw_edge"}) == ["build:build:edge"]
    assert of_request(db, "lint mobile") == ["format:generic:all"]


def test_of_several_rules_the_lowest_id_counts(db):
    add_rule(db, id=9, words="make", category="build", tool="nine")
    add_rule(db, id=2, words="make", category="build", tool="two")
    assert of_request(db, "make") == ["build:two:all"]
    db.run("DELETE FROM pattern_rules_custom WHERE id = 2")
    assert of_request(db, "make") == ["build:nine:all"]


def test_a_word_of_any_language_is_matched_in_any_case(db):
    add_rule(db, words="ÜBERPRÜFEN|проверка кода", category="review", tool="code", target="all")
    assert of_request(db, "bitte überprüfen") == of_request(db, "ПРОВЕРКА  Кода") == ["review:code:all"]
    assert of_request(db, "überprüfens") == []


@pytest.mark.parametrize("asked_before", [False, True])
def test_a_changed_rule_holds_from_the_next_transaction_on(db, asked_before):
    if asked_before:
        assert of_request(db, "make") == []
    db.run("BEGIN")
    add_rule(db, words="make", category="build", tool="make")
    if not asked_before:
        assert of_request(db, "make") == ["build:make:all"]
    db.run("ROLLBACK")
    assert of_request(db, "make") == []
    add_rule(db, words="make", category="build", tool="make")
    assert of_request(db, "make") == ["build:make:all"]
    db.run("UPDATE pattern_rules_custom SET tool = 'gmake'")
    assert of_request(db, "make") == ["build:gmake:all"]


def test_a_rule_that_another_connection_adds_holds_here(db):
    assert of_request(db, "make") == []
    other = Database(db.path, load=False)
    add_rule(other, words="make", category="build", tool="make")
    other.close()
    assert of_request(db, "make") == ["build:make:all"]


def test_rules_hold_from_the_migration_on_and_not_after_it_is_rolled_back(bare):
    assert of_request(bare, "make") == []
    bare.run("SELECT lore_migrate('patterns')")
    add_rule(bare, words="make", category="build", tool="make")
    assert of_request(bare, "make") == ["build:make:all"]
    bare.run("SELECT lore_rollback('patterns', 0, 'drop-data')")
    assert of_request(bare, "make") == []


def test_somebody_else_s_table_of_that_name_is_no_rule(bare):
    bare.run("CREATE TABLE pattern_rules_custom(a, b)")
    bare.run("INSERT INTO pattern_rules_custom VALUES ('make', 'x')")
    assert of_request(bare, "make pytest") == ["test:pytest:all"]


GOOD = {"found_in": "request", "words": "make", "beside": None, "category": "build", "tool": "make", "target": "all"}


@pytest.mark.parametrize("change", [
    {"words": ""}, {"words": "|"}, {"words": "a|"}, {"words": "|a"}, {"words": "a||b"}, {"words": " a"}, {"words": "a "}, {"words": "a | b"},
    {"words": "-a"}, {"words": "a-"}, {"words": "c++"}, {"words": "[a"}, {"words": "a]"}, {"words": "^a"}, {"words": "a\\"}, {"words": "a`"},
    {"words": "{a"}, {"words": "a~"}, {"words": "a\nb"}, {"words": None}, {"words": "a" * 1001}, {"beside": ""}, {"beside": "a|"}, {"beside": "a\tb"},
    {"category": "make"}, {"category": "Build"}, {"category": None}, {"tool": None}, {"tool": ""}, {"tool": "a:b"}, {"tool": "A"}, {"tool": "é"},
    {"tool": "a" * 61}, {"target": ""}, {"target": "a b"}, {"target": "a" * 61}, {"found_in": "Request"}, {"found_in": None},
    {"found_in": "error", "category": None, "tool": None}], ids=str)
def test_a_rule_that_could_not_work_is_refused_by_its_table(db, change):
    add_rule(db, **GOOD)
    with pytest.raises(sqlite3.IntegrityError):
        add_rule(db, **{**GOOD, **change})


def test_the_refusal_says_what_a_rule_must_be(db):
    with raises_sql("words are separated by | and start and end with a letter, a digit or _"):
        add_rule(db, **{**GOOD, "words": "make|c++"})


@pytest.mark.parametrize("word", ["a", "A_", "_a", "2", "py.test", "a-b", "c++x", "a b  c", "x|y z|w", "é", "日本", "a]b[c^d"])
def test_a_rule_s_words_are_what_can_stand_in_a_text(db, word):
    add_rule(db, **{**GOOD, "words": word})
    for one in word.split("|"):
        assert of_request(db, f"({one})") == ["build:make:all"]


def test_more_patterns_than_a_workflow_may_show_are_an_error(db):
    for i in range(70):
        add_rule(db, found_in="error", words="x", category="test", tool=f"t{i}", target="all")
    with raises_sql("pattern_signatures: the rules find 70 patterns in one workflow, at most 64 may be", REFUSED):
        signatures(db, {"error_message": "x"})
    assert len(of_request(db, "pytest")) == 1


# ---- Where the calls may stand ----

def test_what_reads_no_table_may_be_indexed(db):
    db.run("CREATE TABLE job(document TEXT)")
    db.run("CREATE INDEX job_length ON job(json_extract(pattern_characteristics(document), '$.input_length'))")
    with raises_sql("non-deterministic functions prohibited"):
        db.run("CREATE INDEX job_patterns ON job(pattern_signatures(document))")


def test_detection_joins_with_a_table_of_documents(db):
    db.run("CREATE TABLE job(id INTEGER PRIMARY KEY, document TEXT)")
    for request in ("pytest", "nothing", "npm"):
        db.run("INSERT INTO job(document) VALUES (?)", json.dumps({"nl_input": request}))
    assert db.run("SELECT id, signature FROM job, pattern_detect(document) ORDER BY id") == [(1, "test:pytest:all"), (3, "deps:npm:update")]
    assert db.run("SELECT signature, position FROM pattern_detect('{\"nl_input\": \"pytest\"}') WHERE category = 'test'") == [("test:pytest:all", 1)]
