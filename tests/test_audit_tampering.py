"""What is found of the ways to change a log: the table in docs/security.md is made here, and must stand there.

Whoever tampers can write the file and knows how hashes are made, but does not have the signing key. Each way is tried at three
places of a log of nine entries: the first, the middle and the last one.
"""
import shutil

import pytest

from audit_calls import (COLUMNS, NOW, Signer, checkpoint_message, entries, fill, key_message, log_id, pin, prune_message, rehash, use_key,
                         verify)
from support import ROOT, Database

OWNER, THIEF = Signer(1), Signer(9)
PLACES = {"first": 1, "middle": 5, "last": 9}
COUNT = 9


def set_column(column, value):
    def attack(db, place):
        db.run(f"UPDATE audit_log SET {column} = {value} WHERE sequence_number = ?", place)
    return attack


def each(*attacks):
    """All of them must be found for the cell to say so."""
    return attacks


def delete(db, place):
    db.run("DELETE FROM audit_log WHERE sequence_number = ?", place)


def delete_tail(db, place):
    """From that entry on."""
    db.run("DELETE FROM audit_log WHERE sequence_number >= ?", place)


def move_up(db, place):
    for row in reversed(entries(db)):
        if row[0] >= place:
            db.run("UPDATE audit_log SET sequence_number = sequence_number + 1 WHERE sequence_number = ?", row[0])


def insert(db, place):
    """Before that entry, with a hash that is right for its place; those after it get new numbers, and keep their hashes."""
    move_up(db, place)
    db.run("INSERT INTO audit_log SELECT ?, 'forged', '2026-03-01T00:00:00.000Z', 'login', 'eve', NULL, NULL, '', ''", place)
    rehash(db, place, place)


def swap(db, place):
    """With its neighbour: all but the numbers change places."""
    other = place + 1 if place < COUNT else place - 1
    for old, new in ((place, 1000), (other, place), (1000, other)):
        db.run("UPDATE audit_log SET sequence_number = ? WHERE sequence_number = ?", new, old)


def renumber(db, place):
    db.run("UPDATE audit_log SET sequence_number = sequence_number + 100 WHERE sequence_number >= ?", place)


def edit_and_rehash_one(db, place):
    set_column("event_payload", "'{}'")(db, place)
    rehash(db, place, place)


def rewrite(db, place):
    """An entry becomes another, and the chain is made anew from it on: nothing in the log itself is wrong."""
    set_column("event_payload", "'{}'")(db, place)
    rehash(db, place)


def of_another_log(db, place):
    """The entries from that one on are those of another log, whose chain is as good."""
    other = Database(db.path + ".other", load=False)
    foreign = entries(other)
    other.close()
    delete_tail(db, place)
    for row in foreign[place - 1:]:
        db.run(f"INSERT INTO audit_log VALUES ({', '.join('?' * 9)})", *row)


def edit_checkpoint(column, value):
    def attack(db, place):
        db.run(f"UPDATE audit_checkpoints SET {column} = {value} WHERE sequence_number = ?", place)
    return attack


def delete_checkpoint(db, place):
    db.run("DELETE FROM audit_checkpoints WHERE sequence_number = ?", place)


def resign(db, place):
    """All is made anew: the chain from that entry on, and the checkpoints with a key of the thief's own."""
    rewrite(db, place)
    db.run("DELETE FROM audit_keys")
    db.run("INSERT INTO audit_keys(number, key_id, public_key, created_at) VALUES (1, ?, ?, '2026-03-01T00:00:00.000Z')", THIEF.id, THIEF.hex)
    for sequence, at in db.run("SELECT sequence_number, at FROM audit_checkpoints"):
        head = db.value("SELECT entry_hash FROM audit_log WHERE sequence_number = ?", sequence)
        signature = THIEF.sign(checkpoint_message(log_id(db), sequence, head, sequence, at, THIEF.id))
        db.run("UPDATE audit_checkpoints SET head_hash = ?, key_id = ?, signature = ? WHERE sequence_number = ?", head, THIEF.id, signature, sequence)


def prune_as_a_thief(db, place):
    """The beginning goes, which a key signs that the thief has put before all others; that key signs the one that was the first."""
    log, head = log_id(db), entries(db)[place - 1][8]
    db.run("UPDATE audit_keys SET number = 2, signed_by = ?, signature = ?", THIEF.id, THIEF.sign(key_message(log, 2, OWNER.hex, NOW, THIEF.id)))
    db.run("INSERT INTO audit_keys(number, key_id, public_key, created_at) VALUES (1, ?, ?, ?)", THIEF.id, THIEF.hex, NOW)
    db.run("INSERT INTO audit_prunes VALUES (?, 1, ?, ?, ?, ?, ?)", place, head, NOW, NOW, THIEF.id,
           THIEF.sign(prune_message(log, place, 1, head, NOW, NOW, THIEF.id)))
    db.run("DELETE FROM audit_log WHERE sequence_number <= ?", place)


def old_file(db, place):
    """The file as it was when that entry was the last one; of the last place: one entry earlier."""
    db.close()
    shutil.copy(f"{db.path}.{min(place, COUNT - 1)}", db.path)


NO_CHAIN = "nothing to find"  # ways that leave the log alone
WAYS = {
    "the payload of an entry is changed": each(set_column("event_payload", "'{}'"), set_column("event_payload", "NULL")),
    "another column is changed": each(*(set_column(name, f"{name} || 'x'") for name in COLUMNS if name not in ("event_timestamp", "event_payload")),
                                      set_column("event_timestamp", "'2020-01-01T00:00:00.000Z'"), set_column("target_id", "NULL")),
    "a hash is changed": each(set_column("entry_hash", "replace(entry_hash, substr(entry_hash, 1, 1), 'z')"),
                              set_column("previous_hash", "replace(previous_hash, substr(previous_hash, 1, 1), 'z')"),
                              set_column("entry_hash", "upper(entry_hash) || ' '")),
    "an entry is deleted": each(delete),
    "all entries from one on are deleted": each(delete_tail),
    "an entry is put in before another, those after it are renumbered": each(insert),
    "two neighbours are swapped": each(swap),
    "entries from one on are renumbered": each(renumber),
    "an entry is changed and given the hash of that": each(edit_and_rehash_one),
    "an entry is changed and the chain made anew from there on": each(rewrite),
    "the entries from one on are those of another log": each(of_another_log),
    "the file is put back as it was earlier": each(old_file),
    "a checkpoint is changed": each(edit_checkpoint("head_hash", "'" + "0" * 64 + "'"), edit_checkpoint("entry_count", "entry_count + 1"),
                                    edit_checkpoint("at", "'2020-01-01T00:00:00.000Z'"), edit_checkpoint("key_id", "'x'"),
                                    edit_checkpoint("sequence_number", "sequence_number + 100"),
                                    edit_checkpoint("signature", "CASE substr(signature, 1, 1) WHEN '0' THEN '1' ELSE '0' END || substr(signature, 2)")),
    "a checkpoint is deleted": each(delete_checkpoint),
    "all is made anew and signed with another key": each(resign),
    "the entries up to one are taken away, which another key signs": each(prune_as_a_thief),
}
OF_SIGNATURES = {"a checkpoint is changed", "a checkpoint is deleted"}


class Shop:
    """A log of nine entries with the states that it went through; with checkpoints at the three places, or without any."""

    def __init__(self, folder, image, is_signed):
        self.folder, self.path, self.count = folder, folder / "log.db", 0
        folder.mkdir()
        (folder / "other.db").write_bytes(image)
        other = Database(folder / "other.db")
        fill(other, COUNT)
        other.close()
        self.path.write_bytes(image)
        db = Database(self.path)
        pin(db)
        use_key(db, OWNER, folder)
        for number in range(1, COUNT + 1):
            fill(db, 1)
            if is_signed and number in PLACES.values():
                db.run("SELECT audit_checkpoint()")
            shutil.copy(self.path, folder / f"log.db.{number}")
        self.anchor = db.row("SELECT count, hash FROM audit_head()")
        db.close()

    def tampered(self, attack, place):
        """A copy of it, open."""
        self.count += 1
        path = self.folder / f"copy{self.count}.db"
        shutil.copy(self.path, path)
        shutil.copy(self.folder / "other.db", f"{path}.other")
        for number in range(1, COUNT + 1):
            shutil.copy(self.folder / f"log.db.{number}", f"{path}.{number}")
        db = Database(path, load=False)
        attack(db, place)
        db.close()
        return Database(path)


@pytest.fixture(scope="module")
def shops(tmp_path_factory, migrated_image):
    folder = tmp_path_factory.mktemp("logs")
    return {is_signed: Shop(folder / str(is_signed), migrated_image, is_signed) for is_signed in (False, True)}


def is_found(shop, attack, place, *anchor):
    db = shop.tampered(attack, place)
    row = verify(db, *anchor)
    db.close()
    return row["status"] == "broken"


def cell(shop, attacks, *anchor):
    found = {name: {is_found(shop, attack, place, *anchor) for attack in attacks} for name, place in PLACES.items()}
    assert all(len(answers) == 1 for answers in found.values()), f"the ways of one row differ: {found}"
    names = [name for name, answers in found.items() if answers == {True}]
    return "found" if len(names) == 3 else "not found" if not names else "found at: " + ", ".join(names)


def row_of(shops, way):
    attacks = WAYS[way]
    chain = NO_CHAIN if way in OF_SIGNATURES else cell(shops[False], attacks)
    signed = cell(shops[True], attacks, None, None, OWNER.hex)
    anchored = cell(shops[way in OF_SIGNATURES], attacks, *shops[way in OF_SIGNATURES].anchor)
    return f"| {way} | {chain} | {signed} | {anchored} |"


def lines_of_the_page():
    return (ROOT / "docs" / "security.md").read_text().splitlines()


@pytest.mark.parametrize("way", WAYS)
def test_the_table_of_what_is_found_is_true(shops, way):
    made = row_of(shops, way)
    assert made in lines_of_the_page(), f"docs/security.md should say\n{made}"


def test_the_table_has_no_other_rows():
    lines = lines_of_the_page()
    first = next(n for n, line in enumerate(lines) if line.startswith("| what is done"))
    rows = [line.split(" | ")[0][2:] for line in lines[first + 2:first + 2 + len(WAYS)]]
    assert rows == list(WAYS) and not lines[first + 2 + len(WAYS)].startswith("|")


def test_a_log_that_nobody_touched_is_clean(shops):
    for is_signed, shop in shops.items():
        assert not is_found(shop, lambda db, place: None, 1)
        assert not is_found(shop, lambda db, place: None, 1, *shop.anchor)
    assert not is_found(shops[True], lambda db, place: None, 1, *shops[True].anchor, OWNER.hex)


# ---- What is not found is at least not vouched for ----

@pytest.mark.parametrize("place, signed", [(1, None), (5, 1), (8, 5)])
def test_an_old_file_says_that_less_is_signed(shops, place, signed):
    db = shops[True].tampered(old_file, place)
    row = verify(db)
    assert row["status"] == "clean" and row["consistent_to"] == place and row["signed_to"] in (signed, place)
    db.close()


def test_a_checkpoint_that_is_gone_vouches_for_nothing(shops):
    for place, signed in ((1, 9), (5, 9), (9, 5)):
        db = shops[True].tampered(delete_checkpoint, place)
        assert verify(db, None, None, OWNER.hex)["signed_to"] == signed
        db.close()


def test_a_log_signed_by_another_key_is_clean_to_who_does_not_know_the_right_one(shops):
    db = shops[True].tampered(resign, 1)
    assert verify(db)["statement"] == "consistent up to 9, signed up to 9 (by whom? give public_key), no anchor"
    assert verify(db, None, None, OWNER.hex)["statement"] == "public_key is no key of this log"
    assert verify(db, *shops[True].anchor)["status"] == "broken"
    db.close()


def test_an_anchor_before_what_somebody_took_away_is_not_reached(shops):
    """A signature of one who knows the anchor too does not vouch for it, for without the public key nobody knows whose it is."""
    db = shops[False].tampered(prune_as_a_thief, 5)
    anchor = Database(shops[False].folder / "log.db.3").row("SELECT count, hash FROM audit_head()")
    head = (anchor[0], anchor[1], anchor[0], NOW, THIEF.id)
    db.run("INSERT INTO audit_checkpoints VALUES (?, ?, ?, ?, ?, ?)", *head, THIEF.sign(checkpoint_message(log_id(db), *head)))
    row = verify(db, *anchor)
    assert row["anchored_to"] is None and row["statement"].endswith("the anchor's entry 3 was pruned")
    db.close()


# ---- Where ----

@pytest.mark.parametrize("attack, where", [(set_column("event_payload", "'{}'"), 0), (set_column("entry_hash", "'x'"), 0), (delete, 0), (insert, 1),
                                           (renumber, 0), (edit_and_rehash_one, 1), (swap, 0)])
def test_the_first_entry_that_is_wrong_is_named(shops, attack, where):
    db = shops[False].tampered(attack, 5)
    assert verify(db)["sequence_number"] == 5 + where
    assert verify(db)["consistent_to"] == 4 + where
    db.close()


def test_every_single_byte_counts(shops):
    """Each character of each column of an entry, one at a time."""
    db = shops[False].tampered(lambda db, place: None, 1)
    row = entries(db)[4]
    tried = 0
    for column, value in zip((*COLUMNS, "previous_hash", "entry_hash"), row[1:]):
        for n, character in enumerate(value):
            db.run("BEGIN")
            if column == "event_timestamp" and not character.isdigit():
                db.run("PRAGMA ignore_check_constraints = ON")
            db.run(f"UPDATE audit_log SET {column} = ? WHERE sequence_number = 5", value[:n] + chr(ord(character) ^ 16) + value[n + 1:])
            assert verify(db)["sequence_number"] == 5, (column, n)
            db.run("ROLLBACK")
            db.run("PRAGMA ignore_check_constraints = OFF")
            tried += 1
    assert tried > 170
    db.close()
