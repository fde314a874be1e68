"""Where what is found of members is kept as it comes: an SQLite file, whole after any death."""

import heapq
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import InputError, notify
from .rows import NOT_KEPT, Row

NAME = "members.sqlite"
TABLES = """
CREATE TABLE study (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE members (
    number INTEGER PRIMARY KEY, given TEXT NOT NULL, found TEXT NOT NULL, reason TEXT NOT NULL,
    why TEXT NOT NULL);
"""


class Store:
    """The rows of one study in a file.

    path: of the file
    lost: rows that the disk had no room for, by number; they are tried again with each that follows
    """

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path, self._db = path, connection
        self.lost: dict[int, tuple] = {}

    @classmethod
    def begin(cls, path: Path, about: Mapping[str, str]) -> "Store":
        """A new store, in the place of one that is there. InputError where none can be written."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            new = path.with_suffix(".new")
            new.unlink(missing_ok=True)
            db = _open(new)
            db.executescript(TABLES)
            db.executemany("INSERT INTO study VALUES (?, ?)", sorted(about.items()))
            db.commit()
            db.close()
            # what a killed study left half-written would be put into the new store
            path.with_name(f"{path.name}-journal").unlink(missing_ok=True)
            new.replace(path)
        except (OSError, sqlite3.Error) as error:
            why = getattr(error, "strerror", None) or error
            raise InputError(f"{path}: cannot be written ({why}); expected a disk with room") from None
        return cls(path, _open(path))

    @staticmethod
    def refuse(path: Path) -> None:
        """InputError where there is a store."""
        if path.exists():
            raise InputError(
                f"{path}: holds a study already; --resume goes on with it, --anew begins in its place, "
                "another --out leaves it"
            )

    @classmethod
    def go_on(cls, path: Path) -> "Store":
        """A store that is there. InputError where there is none, or no study's."""
        if not path.is_file():
            raise InputError(f"{path}: there is no study to go on with; leave --resume out to begin one")
        store = cls(path, _open(path))
        try:
            store.about["identity"]
            damage = store._db.execute("PRAGMA quick_check(1)").fetchone()[0]
        except (sqlite3.Error, KeyError):
            raise InputError(f"{path}: is no study's store; give another --out") from None
        if damage != "ok":
            raise InputError(f"{path}: is damaged ({damage}); --anew begins again")
        try:
            store._db.execute("DELETE FROM members WHERE 0")  # writes nothing, but has to be able to
            store._db.rollback()
        except sqlite3.Error as error:
            raise InputError(f"{path}: cannot be written ({error}); expected a store of yours") from None
        return store

    @property
    def about(self) -> dict[str, str]:
        """What the store says of its study."""
        return dict(self._db.execute("SELECT key, value FROM study"))

    def add(self, rows: Iterable[Row], given: Mapping[int, Mapping[str, Any]]) -> None:
        """Keep rows, all or none of them; those that found no room are `lost`."""
        self.lost |= {row.number: _texts(row, given[row.number]) for row in rows}
        try:
            with self._db:
                self._db.executemany(
                    "INSERT OR REPLACE INTO members VALUES (?, ?, ?, ?, ?)", self.lost.values()
                )
        except sqlite3.Error as error:
            if not self.said:
                notify(f"{self.path}: rows cannot be kept ({error}); they are tried again")
            self.said = True
            return
        self.lost = {}

    said = False  # whether the user knows that there is no room

    def done(self, count: int) -> np.ndarray:
        """Which members are there, (count,)."""
        found = np.zeros(count, bool)
        for (number,) in self._db.execute("SELECT number FROM members"):
            found[number] = True
        return found

    def rows(self) -> Iterator[Row]:
        """All rows, by number, with those that were not kept."""
        lost = (
            Row(number, reason=NOT_KEPT, why="no room on the disk of the store")
            for number in sorted(self.lost)
        )
        kept = (
            Row(number, json.loads(found), reason, why)
            for number, found, reason, why in self._db.execute(
                "SELECT number, found, reason, why FROM members ORDER BY number"
            )
        )
        return heapq.merge(kept, lost, key=lambda row: row.number)

    def close(self) -> None:
        """Let the file go."""
        with suppress(sqlite3.Error):
            self._db.close()


def _texts(row: Row, given: Mapping[str, Any]) -> tuple[int, str, str, str, str]:
    found = json.dumps(row.found, allow_nan=False)
    return row.number, json.dumps(given), found, row.reason, row.why


def _open(path: Path) -> sqlite3.Connection:
    # two that work on one study do some of it twice, and find the same
    return sqlite3.connect(path, timeout=60.0)
