"""Scratch paper of one import: which addresses a file has named already, and what is to be said about its rows.

In: keys and lines, remarks. Out: the earlier line of an address; the remarks again. Called by pipeline.importing.

A private SQLite database that lives in memory while it is small and in a temporary file when it grows, gone when closed: a file of
ten million rows takes no more memory than one of ten thousand.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple


class Remark(NamedTuple):
    """Something to say about a row."""

    line: int
    email: str
    text: str


class Scratch:
    """Open until `close`."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-2048;"
            "CREATE TABLE seen (key INTEGER PRIMARY KEY, line INTEGER, reason TEXT);"
            "CREATE TABLE kept (key INTEGER PRIMARY KEY, state BLOB);"
            "CREATE TABLE remarks (kind TEXT, line INTEGER, email TEXT, text TEXT);"
        )

    def close(self) -> None:
        """Throw it away."""
        self._db.close()

    def see(self, page: Mapping[bytes, tuple[int, str]]) -> dict[bytes, tuple[int, str]]:
        """Note addresses with line and reason; those that were noted before, with what was noted then."""
        # In the order of the table: a third of the time.
        rows = sorted([(_number(key), line, reason) for key, (line, reason) in page.items()])
        self._db.execute("BEGIN")
        before = self._db.total_changes
        self._db.executemany("INSERT OR IGNORE INTO seen VALUES (?, ?, ?)", rows)
        found = self._again(page) if self._db.total_changes - before < len(rows) else {}
        self._db.execute("COMMIT")
        return found

    def _again(self, page: Mapping[bytes, tuple[int, str]]) -> dict[bytes, tuple[int, str]]:
        found: dict[bytes, tuple[int, str]] = {}
        for key, (line, reason) in page.items():
            number = _number(key)
            was = self._db.execute("SELECT line, reason FROM seen WHERE key = ?", (number,)).fetchone()
            if was[0] != line:
                found[key] = was
                self._db.execute("UPDATE seen SET line = ?, reason = ? WHERE key = ?", (line, reason, number))
        return found

    def keep(self, states: Iterable[tuple[bytes, bytes]]) -> None:
        """Keep what would be known of addresses, where nothing is written (a dry run)."""
        rows = ((_number(key), state) for key, state in states)
        self._db.executemany("INSERT OR REPLACE INTO kept VALUES (?, ?)", rows)

    def kept(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        """What was kept of these addresses."""
        query = "SELECT state FROM kept WHERE key = ?"
        rows = ((key, self._db.execute(query, (_number(key),)).fetchone()) for key in keys)
        return {key: row[0] for key, row in rows if row}

    def remark(self, kind: str, remarks: Iterable[Remark]) -> None:
        """Keep remarks of a kind."""
        self._db.executemany("INSERT INTO remarks VALUES (?, ?, ?, ?)", ((kind, *one) for one in remarks))

    def remarks(self, kind: str) -> Iterator[Remark]:
        """The remarks of a kind, in the order in which they came."""
        query = "SELECT line, email, text FROM remarks WHERE kind = ? ORDER BY rowid"
        return (Remark(*row) for row in self._db.execute(query, (kind,)))

    def count(self, kind: str) -> int:
        """How many remarks of a kind there are."""
        return int(self._db.execute("SELECT count(*) FROM remarks WHERE kind = ?", (kind,)).fetchone()[0])


def _number(key: bytes) -> int:
    """Half of an address's key: enough to tell a file's addresses apart, and an SQLite row number."""
    return int.from_bytes(key[:8], "big", signed=True)
