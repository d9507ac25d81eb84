"""The SQLite extension sqlite-lore, for the sqlite3 module.

    connection = sqlite3.connect("state.db")
    lore.load(connection)
    connection.execute("INSERT INTO lore_migrate(subsystems) VALUES ('all')")
"""
import os
import sqlite3

__version__ = "@VERSION@"
__all__ = ["load", "loadable_path"]


def loadable_path() -> str:
    """The path of the library, for a driver's own way to load an extension."""
    return os.path.join(os.path.dirname(os.path.abspath(__file__)), "lore.so")


def load(connection: sqlite3.Connection) -> None:
    """Loads the library into a connection, which can load no other extension afterwards."""
    if not hasattr(connection, "enable_load_extension"):
        raise sqlite3.NotSupportedError("lore.load: this Python's sqlite3 module was built without loading of extensions")
    connection.enable_load_extension(True)
    try:
        connection.load_extension(loadable_path())
    finally:
        connection.enable_load_extension(False)
