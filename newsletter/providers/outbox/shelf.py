"""The shelf: the outbox's mails in the order of time, a page at a time, however many there are.

In: the workspace's folder, a search, a cursor. Out: lines and the bytes of one mail. Called by pipeline.mailbox.

Only names that the outbox writes are looked at; no link is followed, so nothing outside of var/outbox is ever read.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from newsletter.model.mail import Line, Listing
from newsletter.providers.outbox.provider import FOLDER
from newsletter.providers.reading import LARGEST, head, row

PAGE = 30  #: mails of a page
HEADS = 1500  #: headers that one search reads; the next page goes on from there
_COUNTED, _FOLDERS = 2000, 50_000  #: folders whose mails are counted; folders that are put in order
_HEAD = 16 << 10
_SLUG = re.compile(r"[a-z0-9-]{1,80}")
_BATCH = re.compile(r"batch-\d{1,19}-\d{1,19}-[0-9a-f]{12}")
_FILE = re.compile(r"\d{4,9}-[A-Za-z0-9@._+-]{1,80}\.eml")


@dataclass(frozen=True, slots=True)
class _Folder:
    slug: str
    name: str
    at: int


def listing(root: Path, search: str = "", after: str = "") -> Listing:
    """A page, newest first. `search` finds the recipient, the mailing, the sender or the subject; `after` is a cursor of the page before.

    A cursor whose mail is gone begins anew.
    """
    folders = _folders(root)
    total, at_least = _count(root, folders)
    found: list[Line] = []
    looked = last = 0
    cursor = ""
    for key in _keys(root, folders, after):
        last += 1
        if len(found) == PAGE or looked == HEADS:
            return Listing(tuple(found), cursor, total, at_least, last - 1 if search else 0)
        cursor = key
        line, read = _match(root, key, search)
        looked += read
        if line:
            found.append(line)
    return Listing(tuple(found), "", total, at_least, last if search else 0)


def _match(root: Path, key: str, search: str) -> tuple[Line | None, bool]:
    """The line of a mail that the search finds, and whether its header had to be read for that."""
    wanted = search.casefold()
    if wanted in key.casefold():
        return _line(root, key), False
    data = _read(root, key, _HEAD)
    if data is None:
        return None, True
    seen = head(data, key, key.partition("/")[0])
    said = f"{seen.subject}\n{seen.sender}\n{seen.to}".casefold()
    return (_line(root, key) if wanted in said else None), True


def _line(root: Path, key: str) -> Line | None:
    data = _read(root, key, LARGEST)
    return None if data is None else row(data, key, key.partition("/")[0])


def source(root: Path, key: str) -> bytes | None:
    """The bytes of a mail; None when there is none of this key."""
    return _read(root, key, LARGEST + 1)


def _read(root: Path, key: str, most: int) -> bytes | None:
    parts = key.split("/")
    forms = (_SLUG, _BATCH, _FILE)
    if len(parts) != len(forms) or not all(
        form.fullmatch(part) for form, part in zip(forms, parts, strict=True)
    ):
        return None
    base = (root / FOLDER).resolve()
    path = base.joinpath(*parts)
    try:
        if path.resolve() != path or not path.is_file():
            return None
        with path.open("rb") as file:
            return file.read(most)
    except OSError:
        return None


def _folders(root: Path) -> list[_Folder]:
    """The folders of batches, newest first."""
    found: list[_Folder] = []
    for slug in _inside(root / FOLDER, _SLUG):
        for folder in _inside(Path(slug.path), _BATCH):
            if len(found) >= _FOLDERS:
                break
            found.append(_Folder(slug.name, folder.name, folder.stat(follow_symlinks=False).st_mtime_ns))
    return sorted(found, key=lambda one: (-one.at, one.slug, one.name))


def _inside(path: Path, form: re.Pattern[str]) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(path) as entries:
            yield from (
                one for one in entries if form.fullmatch(one.name) and one.is_dir(follow_symlinks=False)
            )
    except OSError:
        return


def _files(root: Path, folder: _Folder) -> list[str]:
    try:
        with os.scandir(root / FOLDER / folder.slug / folder.name) as entries:
            return sorted(one.name for one in entries if _FILE.fullmatch(one.name))
    except OSError:
        return []


def _keys(root: Path, folders: list[_Folder], after: str) -> Iterator[str]:
    slug, _, rest = after.partition("/")
    batch, _, file = rest.partition("/")
    places = [number for number, one in enumerate(folders) if (one.slug, one.name) == (slug, batch)]
    for number, one in enumerate(folders[places[0] :] if places else folders):
        for name in _files(root, one):
            if not (places and number == 0 and name <= file):
                yield f"{one.slug}/{one.name}/{name}"


def _count(root: Path, folders: list[_Folder]) -> tuple[int, bool]:
    counted = folders[:_COUNTED]
    return sum(len(_files(root, one)) for one in counted), len(folders) > len(counted)
