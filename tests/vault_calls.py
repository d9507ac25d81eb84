"""What the suites of the vault share."""
import pytest

from support import Database

KEY = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
OTHER_KEY = "ff0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1eff"
PHRASE = "a long enough phrase"
FAST = ", 1, 8192"  # the least work that a passphrase may cost
VALUE = "the code is 0" + "451"


@pytest.fixture
def vault(db):
    """A database with an open vault that opens by a raw key."""
    db.run("SELECT vault_init(?)", KEY)
    return db


def reopened(db, key=KEY):
    """Another connection, with the vault open."""
    other = Database(db.path)
    other.run("SELECT vault_open(?)", key)
    return other


def put(db, value=VALUE, name="door", sensitivity="high"):
    return db.value("SELECT secret_put(?, 'door code', ?, NULL, ?)", value, sensitivity, name)


def get(db, name="door"):
    return db.value("SELECT secret_get(?, 'a test', 'ann')", name)


def log(db):
    return db.run("SELECT secret_uuid, access, accessor, purpose, outcome FROM secret_access_log ORDER BY seq")
