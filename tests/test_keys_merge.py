"""Which keys are one company: merging, taking a merge back, and a model of both."""
import random

import pytest

from support import BAD_ARGUMENT, REFUSED, assert_same, dump, raises_sql

STRENGTH = {"domain": 100, "companies_house": 95, "crunchbase": 80, "pitchbook": 80, "github_org": 50, "github_repo": 40, "name_loc": 10}
DOMAIN, OTHER, HOUSE, BASE, BOOK, ORG, NAME = ("domain:acme.ai", "domain:acme.com", "companies_house:00000007", "crunchbase:acme",
                                               "pitchbook:1-2", "github_org:acme", "name_loc:acme")


def merge(db, a, b, by="ann"):
    return db.value("SELECT key_merge(?, ?, 'same site', ?)", a, b, by)


def unmerge(db, a, b):
    return db.value("SELECT key_unmerge(?, ?, 'a namesake')", a, b)


def groups(db):
    return dict(db.run("SELECT alias, root FROM key_groups"))


def log(db):
    return db.run("SELECT * FROM key_log ORDER BY seq")


# ---- Merging ----

def test_a_key_that_was_never_merged_stands_for_itself(db):
    assert db.row("SELECT key_resolve(?), key_resolve('whatever'), key_resolve(NULL)", DOMAIN) == (DOMAIN, "whatever", None)


@pytest.mark.parametrize("a, b", [(DOMAIN, ORG), (ORG, DOMAIN)])
def test_the_stronger_kind_stands_for_both(db, a, b):
    assert merge(db, a, b) == DOMAIN
    assert groups(db) == {ORG: DOMAIN}
    assert db.value("SELECT key_resolve(?)", ORG) == db.value("SELECT key_resolve(?)", DOMAIN) == DOMAIN


@pytest.mark.parametrize("a, b", [(DOMAIN, OTHER), (OTHER, DOMAIN), (BASE, BOOK), (BOOK, BASE)])
def test_of_two_equally_strong_keys_the_first_stands_for_both(db, a, b):
    assert merge(db, a, b) == a
    assert groups(db) == {b: a}


def test_groups_are_kept_transitive(db):
    merge(db, NAME, ORG)
    merge(db, BASE, HOUSE)
    assert groups(db) == {NAME: ORG, BASE: HOUSE}
    assert merge(db, NAME, BASE) == HOUSE
    assert groups(db) == {NAME: HOUSE, ORG: HOUSE, BASE: HOUSE}
    assert merge(db, ORG, DOMAIN) == DOMAIN
    assert groups(db) == {key: DOMAIN for key in (NAME, ORG, BASE, HOUSE)}


@pytest.mark.parametrize("weak", [ORG, "github_repo:acme/ml", NAME])
def test_a_weak_key_needs_a_person(db, weak):
    for a, b in ((DOMAIN, weak), (weak, DOMAIN)):
        with raises_sql(f"key_merge: by is missing: '{weak}' is a weak key", BAD_ARGUMENT):
            merge(db, a, b, by=None)
    assert (groups(db), log(db)) == ({}, [])
    assert merge(db, DOMAIN, weak, by="ann") == DOMAIN


@pytest.mark.parametrize("a, b", [(DOMAIN, HOUSE), (BASE, BOOK), (OTHER, DOMAIN)])
def test_strong_keys_may_merge_without_a_person(db, a, b):
    assert merge(db, a, b, by=None) == a
    assert log(db)[0][-1] is None


def test_the_same_merge_again_changes_nothing(db):
    merge(db, DOMAIN, ORG)
    before = dump(db)
    assert merge(db, DOMAIN, ORG) == merge(db, ORG, DOMAIN) == DOMAIN
    assert db.value("SELECT lore_notice()") == "merged already"
    assert_same(before, dump(db))


def test_a_cycle_is_refused(db):
    merge(db, DOMAIN, ORG)
    merge(db, ORG, OTHER)
    before = dump(db)
    with raises_sql(f"key_merge: a and b are one company already, by way of {DOMAIN}", REFUSED):
        merge(db, OTHER, DOMAIN)
    assert_same(before, dump(db))


@pytest.mark.parametrize("a, b, message", [
    (DOMAIN, DOMAIN, "a and b must differ"), ("acme.ai", DOMAIN, "a must be a canonical key, kind:value, got 'acme.ai'"),
    (DOMAIN, "email:x", "b must be a canonical key"), (DOMAIN, "domain:", "b must be a canonical key"), (None, DOMAIN, "a is missing")])
def test_two_different_keys_are_needed(db, a, b, message):
    with raises_sql(message, BAD_ARGUMENT):
        merge(db, a, b)


# ---- Taking a merge back ----

@pytest.mark.parametrize("a, b", [(DOMAIN, ORG), (ORG, DOMAIN)])
def test_a_merge_is_taken_back_in_either_order_of_its_keys(db, a, b):
    merge(db, DOMAIN, ORG)
    assert unmerge(db, a, b) == 1
    assert groups(db) == {}
    before = dump(db)
    assert unmerge(db, a, b) == 0
    assert db.value("SELECT lore_notice()") == "unmerged already"
    assert_same(before, dump(db))


def test_taking_a_merge_back_restores_what_would_be_without_it_also_after_later_merges(db):
    merge(db, NAME, ORG)
    merge(db, ORG, DOMAIN)
    merge(db, NAME, BASE)
    merge(db, HOUSE, BASE)
    assert set(groups(db).values()) == {DOMAIN}
    unmerge(db, ORG, DOMAIN)
    assert groups(db) == {NAME: HOUSE, ORG: HOUSE, BASE: HOUSE}
    merge(db, ORG, DOMAIN)
    assert set(groups(db).values()) == {DOMAIN}


def test_signals_keep_their_own_key_so_a_merge_taken_back_leaves_no_trace_in_them(db):
    save = "SELECT signal_save('t', 's', ?, 0.5, '{}', NULL, '2026-01-01')"
    db.run(save, DOMAIN)
    merge(db, DOMAIN, ORG)
    db.run(save, ORG)
    assert len(db.run("SELECT * FROM signals_for(?)", DOMAIN)) == 2
    unmerge(db, DOMAIN, ORG)
    assert db.column("SELECT canonical_key FROM signals_for(?)", DOMAIN) == [DOMAIN]
    assert db.column("SELECT canonical_key FROM signals_for(?)", ORG) == [ORG]


def test_what_was_never_merged_cannot_be_taken_back(db):
    merge(db, DOMAIN, ORG)
    merge(db, ORG, OTHER)
    with raises_sql(f"key_unmerge: '{DOMAIN}' and '{OTHER}' were never merged", REFUSED):
        unmerge(db, DOMAIN, OTHER)


def test_the_log_tells_who_did_what_when_and_why(db):
    db.run("SELECT lore_clock('2026-01-02T03:04:05Z')")
    merge(db, DOMAIN, ORG)
    db.run("SELECT key_unmerge(?, ?, 'a namesake', 'bob', '2026-02-01')", ORG, DOMAIN)
    assert log(db) == [(1, "2026-01-02T03:04:05.000Z", "merge", DOMAIN, ORG, "same site", "ann"),
                       (2, "2026-02-01T00:00:00.000Z", "unmerge", DOMAIN, ORG, "a namesake", "bob")]


def test_many_merges_in_one_insert_are_all_or_nothing(db):
    insert = "INSERT INTO key_merge(a, b, reason, by) VALUES (?, ?, 'r', 'ann'), (?, ?, 'r', 'ann')"
    db.run(insert, DOMAIN, ORG, ORG, NAME)
    assert groups(db) == {ORG: DOMAIN, NAME: DOMAIN}
    before = dump(db)
    with raises_sql("one company already", REFUSED):
        db.run(insert, DOMAIN, HOUSE, NAME, DOMAIN)
    assert_same(before, dump(db))


# ---- A model ----

class Forest:
    """The merges that hold, in their order. What stands for what follows from replaying them."""

    def __init__(self):
        self.edges, self.ever = [], set()

    def roots(self):
        root = {}
        for a, b in self.edges:
            ra, rb = root.setdefault(a, a), root.setdefault(b, b)
            winner, loser = (ra, rb) if STRENGTH[ra.split(":")[0]] >= STRENGTH[rb.split(":")[0]] else (rb, ra)
            root = {key: winner if r == loser else r for key, r in root.items()}
        return root

    def find(self, key):
        return self.roots().get(key, key)

    def edge(self, a, b):
        return next((edge for edge in self.edges if set(edge) == {a, b}), None)

    def merge(self, a, b):
        if self.find(a) == self.find(b):
            return self.find(a) if self.edge(a, b) else "refused"
        self.edges.append((a, b))
        self.ever.add(frozenset((a, b)))
        return self.find(a)

    def unmerge(self, a, b):
        edge = self.edge(a, b)
        if edge:
            self.edges.remove(edge)
            return 1
        return 0 if frozenset((a, b)) in self.ever else "refused"


KEYS = [DOMAIN, OTHER, HOUSE, BASE, BOOK, ORG, "github_repo:acme/ml", NAME, "name_loc:acme|uk"]


@pytest.mark.parametrize("seed", range(12))
def test_any_sequence_of_merges_and_unmerges_gives_what_the_model_says(db, seed):
    choice, forest, seen = random.Random(seed), Forest(), []
    db.run("BEGIN")
    for _ in range(150):
        a, b = choice.sample(KEYS[:choice.choice([4, 9])], 2)
        verb = choice.choice(["merge", "unmerge"])
        if verb == "unmerge" and forest.edges and choice.random() < 0.6:
            a, b = choice.sample(choice.choice(forest.edges), 2)
        expected = getattr(forest, verb)(a, b)
        if expected == "refused":
            with raises_sql("one company already" if verb == "merge" else "were never merged", REFUSED):
                globals()[verb](db, a, b)
        else:
            assert globals()[verb](db, a, b) == expected
        assert groups(db) == {key: root for key, root in forest.roots().items() if key != root}
        assert {key: db.value("SELECT key_resolve(?)", key) for key in KEYS} == {key: forest.find(key) for key in KEYS}
        written = log(db)
        assert written[:len(seen)] == seen, "a line of the log changed"
        seen = written
    assert len(seen) > 50
