"""In: entries (a small JSON head, sometimes a body). Out: the same entries after a restart, also after kill -9.

Called by history.py, before any 202 is written. An entry that was written in part is cut off at the next opening.
"""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, Protocol

import msgspec

Entry = dict[str, Any]
"""The head of an entry: `kind`, and the JSON values that this kind needs."""


class Journal(Protocol):
    """An append-only list of entries. A place is what `append` returned; it stays valid over restarts."""

    folder: Path

    def append(self, entry: Entry, body: bytes = b"") -> int:
        """Write one entry; on return it survives the death of this process (not a power cut)."""

    def body(self, place: int) -> bytes:
        """The body of the entry at a place."""

    def entries(self) -> Iterator[tuple[int, Entry]]:
        """Every entry with its place, in order of writing."""

    def clear(self) -> None:
        """Forget everything."""

    def close(self) -> None:
        """Let go of the files."""


def open_journal(folder: Path, form: Literal["file", "sqlite"]) -> Journal:
    """The journal in a folder, which is made if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    return FileJournal(folder) if form == "file" else SqliteJournal(folder)


class FileJournal:
    """One file: a JSON line that ends with the body's length, the body, a line feed, and so on."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._path = folder, folder / "journal.log"
        self._writer = self._path.open("ab", buffering=0)
        self._reader = self._path.open("rb")
        self._end = 0
        for _ in self.entries():
            self._end = self._reader.tell()
        self._writer.truncate(self._end)

    def append(self, entry: Entry, body: bytes = b"") -> int:
        """One write to the operating system; the place is the offset of the entry."""
        place = self._end
        line = msgspec.json.encode({**entry, "bytes": len(body)})
        data = memoryview(b"\n".join((line, body, b"")))
        self._end += len(data)
        while data:
            data = data[self._writer.write(data) or 0 :]
        return place

    def body(self, place: int) -> bytes:
        """Read one body back."""
        self._reader.seek(place)
        return self._reader.read(self._head()["bytes"])

    def _head(self) -> Entry:
        line = self._reader.readline()
        entry: Entry = msgspec.json.decode(line) if line.endswith(b"\n") else {}
        return entry

    def entries(self) -> Iterator[tuple[int, Entry]]:
        """Read the heads, skip the bodies, stop before an entry without its end."""
        place = 0
        while True:
            self._reader.seek(place)
            entry = self._head()
            if not entry:
                return
            self._reader.seek(entry["bytes"], 1)
            if self._reader.read(1) != b"\n":
                return
            following = self._reader.tell()
            yield place, entry
            place = following

    def clear(self) -> None:
        """Cut the file to nothing."""
        self._writer.truncate(0)
        self._end = 0
        # The old reader still holds what it has buffered.
        self._reader.close()
        self._reader = self._path.open("rb")

    def close(self) -> None:
        """Let go of both handles."""
        self._writer.close()
        self._reader.close()


class SqliteJournal:
    """One table in `journal.db`, so that other tools can ask questions in SQL."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._base = sqlite3.connect(folder / "journal.db", isolation_level=None)
        self._base.execute("PRAGMA journal_mode = WAL")
        # What is committed is in the file system's cache: enough against kill -9, which is what is promised.
        self._base.execute("PRAGMA synchronous = OFF")
        self._base.execute(
            "CREATE TABLE IF NOT EXISTS entries (place INTEGER PRIMARY KEY, kind TEXT, head TEXT, body BLOB)"
        )

    def append(self, entry: Entry, body: bytes = b"") -> int:
        """One transaction; the place is the row's number."""
        head = msgspec.json.encode(entry).decode()
        row = self._base.execute(
            "INSERT INTO entries (kind, head, body) VALUES (?, ?, ?)", (entry.get("kind"), head, body)
        )
        return int(row.lastrowid or 0)

    def body(self, place: int) -> bytes:
        """Read one body back."""
        row = self._base.execute("SELECT body FROM entries WHERE place = ?", (place,)).fetchone()
        return bytes(row[0])

    def entries(self) -> Iterator[tuple[int, Entry]]:
        """Read the heads, skip the bodies."""
        for place, head in self._base.execute("SELECT place, head FROM entries ORDER BY place").fetchall():
            yield place, msgspec.json.decode(head)

    def clear(self) -> None:
        """Empty the table."""
        self._base.execute("DELETE FROM entries")

    def close(self) -> None:
        """Close the database."""
        self._base.close()
