"""What is done with a signal: claims with fencing tokens, marks, and which step may follow which."""
import json
import threading

import pytest

from signal_calls import alias, at, claim, get, log, pin, push, reject, release, reopen, save, save_many, status
from support import BAD_ARGUMENT, REFUSED, Database, assert_same, dump, raises_sql


@pytest.fixture(autouse=True)
def clock(db):
    pin(db)


def notice(db):
    return db.value("SELECT lore_notice()")


def pending(db):
    return db.column("SELECT id FROM signals_pending")


# ---- signal_claim ----

def test_a_claim_leases_what_waited_longest_to_one_worker(db):
    ids = save_many(db, 5)
    leased = claim(db, 3, worker="w1", lease_seconds=60)
    assert list(leased) == ids[:3] and len(set(leased.values())) == 1
    row = get(db, ids[0])
    assert (row["processing_status"], row["lease_worker"], row["lease_until"], row["attempts"]) == ("claimed", "w1", at("12:01:00.000"), 1)
    assert log(db, ids[0]) == [("pending", "claimed", "w1", None)]
    assert status(db, ids[3]) == "pending" and pending(db) == ids[3:]


def test_fifty_signals_are_leased_for_five_minutes_unless_told_otherwise(db):
    save_many(db, 51)
    ids = [row["id"] for row in json.loads(db.value("SELECT signal_claim()"))]
    assert len(ids) == 50
    assert get(db, ids[0])["lease_until"] == at("12:05:00.000")


def test_two_workers_never_get_the_same_signal(db):
    ids = save_many(db, 5)
    first, second, third = claim(db, 3), claim(db, 3), claim(db, 3)
    assert list(first) + list(second) == ids and third == {}
    assert notice(db) == "nothing is pending"
    assert not set(first.values()) & set(second.values())


def test_a_claim_can_ask_for_one_type(db):
    save(db, signal_type="a"), save(db, signal_type="b"), save(db, signal_type="a")
    assert list(claim(db, signal_type="b")) == [2]
    assert list(claim(db, signal_type="c")) == []
    assert list(claim(db, signal_type="a")) == [1, 3]


def test_the_same_request_gives_the_same_rows_again(db):
    save_many(db, 4)
    first = claim(db, 2, worker="w1", request="run-1")
    before = dump(db)
    assert claim(db, 2, worker="w1", request="run-1") == first
    assert_same(before, dump(db))
    other = claim(db, 2, worker="w1", request="run-2")
    assert not set(first) & set(other) and set(first.values()) != set(other.values())


def test_the_same_request_finds_its_rows_after_some_are_done(db):
    save_many(db, 2)
    leased = claim(db, 2, request="run-1")
    push(db, 1, token=leased[1])
    assert claim(db, 2, request="run-1") == leased


def test_a_lease_holds_until_its_end_and_is_retaken_then(db):
    save(db)
    old = claim(db, worker="w1", lease_seconds=60)
    pin(db, "12:00:59.999")
    assert claim(db, worker="w2") == {} and pending(db) == []
    pin(db, "12:01:00")
    assert pending(db) == [1]
    new = claim(db, worker="w2", lease_seconds=60)
    assert list(new) == [1] and new != old
    assert get(db, 1)["attempts"] == 2 and get(db, 1)["lease_worker"] == "w2"
    assert log(db, 1) == [("pending", "claimed", "w1", None), ("claimed", "claimed", "w2", None)]


def test_the_token_of_a_lease_that_another_worker_has_taken_over_is_refused(db):
    save(db)
    old = claim(db, worker="w1", lease_seconds=60)[1]
    pin(db, "12:02")
    new = claim(db, worker="w2", lease_seconds=60)[1]
    before = dump(db)
    for act in (lambda: push(db, 1, token=old), lambda: reject(db, 1, token=old), lambda: release(db, [1], old)):
        with raises_sql("w2 holds the lease until " + at("12:03:00.000"), REFUSED):
            act()
    assert_same(before, dump(db))
    assert push(db, 1, token=new) == 1


def test_a_worker_that_slept_past_its_lease_may_still_finish_what_nobody_has_taken(db):
    save_many(db, 2)
    leased = claim(db, lease_seconds=60)
    pin(db, "13:00")
    assert push(db, 1, token=leased[1]) == 1
    assert reject(db, 2) == 1, "without a token, for the lease is over"


@pytest.mark.parametrize("act", [push, reject, lambda db, id: reopen(db, id), lambda db, id: release(db, [id], "another")])
def test_a_live_lease_asks_for_its_token(db, act):
    save(db)
    claim(db, worker="w1")
    before = dump(db)
    with raises_sql("w1 holds the lease until " + at("12:05:00.000"), REFUSED):
        act(db, 1)
    assert_same(before, dump(db))


def test_a_token_for_what_was_never_leased_is_stale(db):
    save(db)
    with raises_sql("the token is stale", REFUSED):
        push(db, 1, token="made up")


def test_a_lease_at_the_end_of_all_years_is_still_a_lease(db):
    save(db)
    pin(db, "9999-12-31T23:59:00Z")
    claim(db, lease_seconds=300)
    assert get(db, 1)["lease_until"] == "9999-12-31T23:59:59.999Z"
    assert claim(db) == {}


@pytest.mark.parametrize("wrong", [{"max_rows": 0}, {"max_rows": 10001}, {"lease_seconds": 0}, {"lease_seconds": -5},
                                   {"lease_seconds": 604801}, {"worker": ""}, {"request": ""}])
def test_a_claim_has_bounds(db, wrong):
    with raises_sql("signal_claim: " + next(iter(wrong)), BAD_ARGUMENT):
        claim(db, **{"max_rows": 1, **wrong})


def test_two_workers_at_once_share_out_all_signals(db):
    db.run("PRAGMA journal_mode = WAL")
    db.run("INSERT INTO signal_save(signal_type, source_api, canonical_key, confidence, raw_data, source_id) "
           "SELECT 't', 's', 'domain:acme.ai', 0.5, '{}', value FROM json_each(?)", json.dumps(list(range(200))))
    got, failures, start = [[], [], []], [], threading.Barrier(3)

    def work(mine):
        own = Database(db.path, timeout=30, check_same_thread=False)
        try:
            start.wait()
            while True:
                own.run("BEGIN IMMEDIATE")
                leased = claim(own, 7, worker="w")
                own.run("COMMIT")
                if not leased:
                    return
                mine.extend(leased)
        except Exception as error:  # noqa: BLE001 (shown by the assertion)
            failures.append(error)
        finally:
            own.close()

    threads = [threading.Thread(target=work, args=(mine,)) for mine in got]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == [] and sorted(sum(got, [])) == list(range(1, 201))


# ---- signal_release ----

def test_released_signals_wait_again_and_have_no_lease(db):
    ids = save_many(db, 3)
    token = claim(db, worker="w1")[ids[0]]
    assert release(db, ids[:2], token) == 2
    assert pending(db) == ids[:2]
    row = get(db, ids[0])
    assert (row["processing_status"], row["lease_worker"], row["lease_until"], row["attempts"]) == ("pending", None, None, 1)
    assert log(db, ids[0])[-1] == ("claimed", "pending", "w1", "released")
    before = dump(db)
    assert release(db, ids[:2], token) == 0
    assert_same(before, dump(db))


def test_what_a_claim_gave_can_be_released_as_it_is(db):
    save_many(db, 2)
    leased = db.value("SELECT signal_claim()")
    assert db.value("SELECT signal_release(?, ?)", leased, json.loads(leased)[0]["token"]) == 2


def test_a_release_is_all_or_nothing(db):
    ids = save_many(db, 3)
    leased = claim(db, 2)
    other = claim(db, 1)
    before = dump(db)
    for wrong, message in ((ids, "holds the lease"), ([ids[0], 99], "there is no signal 99")):
        with raises_sql("signal_release: ", REFUSED) as caught:
            release(db, wrong, leased[ids[0]])
        assert message in caught.message
    assert_same(before, dump(db))
    push(db, ids[2], token=other[ids[2]])
    with raises_sql("signal 3 is pushed, not claimed", REFUSED):
        release(db, [3], other[ids[2]])


@pytest.mark.parametrize("ids", ['["1"]', "[1.5]", "[null]", '[{"token": "x"}]', "{}", "1", "x"])
def test_ids_are_a_json_array_of_ids(db, ids):
    with raises_sql("signal_release: ids must be", BAD_ARGUMENT):
        db.run("SELECT signal_release(?, 'token')", ids)


# ---- signal_mark_pushed, signal_mark_rejected ----

def test_a_pushed_signal_has_its_page_and_a_rejected_one_its_reason(db):
    save_many(db, 2)
    assert push(db, 1, "page-9", metadata='{"by": "ann"}') == 1
    assert reject(db, 2, "a namesake") == 1
    first, second = get(db, 1), get(db, 2)
    shown = ("processing_status", "notion_page_id", "processed_at", "error_message", "processing_metadata", "updated_at")
    assert [first[name] for name in shown] == ["pushed", "page-9", at("12:00:00.000"), None, '{"by": "ann"}', at("12:00:00.000")]
    assert [second[name] for name in shown] == ["rejected", None, at("12:00:00.000"), "a namesake", None, at("12:00:00.000")]
    assert log(db, 1) == [("pending", "pushed", None, "page-9")]
    assert log(db, 2) == [("pending", "rejected", None, "a namesake")]


def test_a_correction_clears_what_belongs_to_the_other_outcome(db):
    save(db)
    push(db, 1, "page-1")
    pin(db, "13:00")
    assert reject(db, 1, "a namesake") == 1
    row = get(db, 1)
    assert (row["processing_status"], row["notion_page_id"], row["error_message"], row["processed_at"]) \
        == ("rejected", None, "a namesake", at("13:00:00.000"))
    assert push(db, 1, "page-2") == 1
    row = get(db, 1)
    assert (row["processing_status"], row["notion_page_id"], row["error_message"]) == ("pushed", "page-2", None)
    assert [entry[:2] for entry in log(db, 1)] == [("pending", "pushed"), ("pushed", "rejected"), ("rejected", "pushed")]


@pytest.mark.parametrize("mark, other", [(push, reject), (reject, push)])
def test_the_same_mark_again_changes_nothing(db, mark, other):
    save(db)
    assert mark(db, 1, metadata='{"a":1}') == 1
    pin(db, "13:00")
    before = dump(db)
    assert mark(db, 1) == mark(db, 1, metadata='{"a":1}') == 0
    assert "already" in notice(db)
    assert_same(before, dump(db))
    assert other(db, 1) == 1


@pytest.mark.parametrize("mark", [push, reject, reopen])
def test_an_unknown_id_is_an_error(db, mark):
    with raises_sql("there is no signal 99", REFUSED):
        mark(db, 99)


@pytest.mark.parametrize("removed", ["{}", "null"])
def test_absent_metadata_keeps_what_is_there_and_an_empty_object_removes_it(db, removed):
    save(db)
    push(db, 1, metadata='{"a": [1, 2.50]}')
    reject(db, 1)
    assert get(db, 1)["processing_metadata"] == '{"a": [1, 2.50]}'
    reject(db, 1, metadata='{"b":1}')
    assert get(db, 1)["processing_metadata"] == '{"b":1}'
    assert reject(db, 1, metadata=removed) == 1
    assert get(db, 1)["processing_metadata"] is None
    assert reject(db, 1, metadata=removed) == 0


def test_an_ended_lease_frees_the_row(db):
    save(db)
    push(db, 1, token=claim(db, worker="w1")[1])
    row = get(db, 1)
    assert (row["lease_worker"], row["lease_until"], row["attempts"]) == (None, None, 1)
    assert log(db, 1)[-1] == ("claimed", "pushed", "w1", "page-1")
    assert reject(db, 1) == 1, "no lease, no token"


def test_a_whole_company_is_marked_in_one_insert_that_follows_aliases(db):
    save(db), save(db, canonical_key="github_org:acme"), save(db, canonical_key="domain:other.ai")
    alias(db)
    db.run("""INSERT INTO signal_mark_pushed(id, notion_page_id)
              WITH todo AS MATERIALIZED (SELECT id FROM signals_for(?1)) SELECT id, ?2 FROM todo""", "github_org:acme", "page-5")
    assert db.run("SELECT signal_id, status, notion_page_id FROM signal_processing ORDER BY signal_id") \
        == [(1, "pushed", "page-5"), (2, "pushed", "page-5"), (3, "pending", None)]


def test_a_batch_with_one_signal_of_another_worker_marks_none(db):
    save_many(db, 3)
    claim(db, 1, worker="w1")
    before = dump(db)
    with raises_sql("w1 holds the lease", REFUSED):
        db.run("INSERT INTO signal_mark_rejected(id, reason) VALUES (3, 'r'), (2, 'r'), (1, 'r')")
    assert_same(before, dump(db))


# ---- signal_reopen, and all steps ----

@pytest.mark.parametrize("mark", [push, reject])
def test_what_is_done_comes_back_only_by_reopening(db, mark):
    save(db)
    mark(db, 1, metadata='{"a":1}')
    assert claim(db) == {} and pending(db) == []
    pin(db, "13:00")
    assert reopen(db, 1, "looked again") == 1
    row = get(db, 1)
    assert (row["processing_status"], row["notion_page_id"], row["error_message"], row["processed_at"], row["updated_at"]) \
        == ("pending", None, None, None, at("13:00:00.000"))
    assert log(db, 1)[-1][1:] == ("pending", None, "looked again")
    before = dump(db)
    assert reopen(db, 1) == 0 and "already" in notice(db)
    assert_same(before, dump(db))
    assert list(claim(db)) == [1]


def test_the_token_of_a_reopened_signal_is_stale(db):
    save(db)
    token = claim(db)[1]
    push(db, 1, token=token)
    reopen(db, 1)
    with raises_sql("the token is stale", REFUSED):
        push(db, 1, token=token)


def bring(db, state):
    """One signal, brought into a state."""
    save(db)
    if state.startswith("claimed"):
        claim(db, worker="w1", lease_seconds=60)
        pin(db, "12:00:30" if state == "claimed" else "12:01")
    elif state != "pending":
        {"pushed": push, "rejected": reject}[state](db, 1)


STEPS = {  # who may do what without a token
    ("pending", "claim"): True, ("pending", "push"): True, ("pending", "reject"): True, ("pending", "reopen"): False,
    ("claimed", "claim"): False, ("claimed", "push"): None, ("claimed", "reject"): None, ("claimed", "reopen"): None,
    ("claimed, over", "claim"): True, ("claimed, over", "push"): True, ("claimed, over", "reject"): True, ("claimed, over", "reopen"): True,
    ("pushed", "claim"): False, ("pushed", "push"): False, ("pushed", "reject"): True, ("pushed", "reopen"): True,
    ("rejected", "claim"): False, ("rejected", "push"): True, ("rejected", "reject"): False, ("rejected", "reopen"): True}


@pytest.mark.parametrize("state, step", STEPS)
def test_each_step_is_taken_refused_or_changes_nothing(db, state, step):
    bring(db, state)
    act = {"claim": lambda: len(claim(db)), "push": lambda: push(db, 1), "reject": lambda: reject(db, 1), "reopen": lambda: reopen(db, 1)}[step]
    before = dump(db)
    if STEPS[state, step]:
        assert act() == 1
        assert status(db, 1) == {"claim": "claimed", "push": "pushed", "reject": "rejected", "reopen": "pending"}[step]
        assert len(dump(db)["rows"]["signal_log"]) == len(before["rows"]["signal_log"]) + 1
    elif STEPS[state, step] is None:
        with raises_sql("holds the lease", REFUSED):
            act()
        assert_same(before, dump(db))
    else:
        assert act() == 0
        assert_same(before, dump(db))


def test_a_status_that_other_software_has_made_up_goes_nowhere_by_marking(db):
    save(db)
    db.run("UPDATE signal_processing SET status = 'stuck'")
    for mark in (push, reject):
        with raises_sql("signal 1 can't go from stuck to", REFUSED):
            mark(db, 1)
