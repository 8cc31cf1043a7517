"""Saving an issue's text while others may have it open: written whole, never over words that nobody has seen.

In: a name, a text, the digest of what was loaded. Out: the new digest, or what stands there now. Called by pipeline.writing.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from newsletter.model.errors import AuthorError, NotAllowed
from newsletter.model.place import Place
from newsletter.model.said import Said, system
from newsletter.workspace.paths import ISSUES, inside
from newsletter.workspace.texts import TEXT_LIMIT, normalised, read_bytes

_KEPT = "var/replaced"
_turn = Lock()  # two tabs of one studio: the second sees what the first wrote


@dataclass(frozen=True, slots=True)
class Loaded:
    """A file as it was read. `digest` is that of its bytes; empty where there is no file yet."""

    text: str
    digest: str


class Stale(NotAllowed):
    """The file is not what was loaded any more. `theirs` is what it is now."""

    def __init__(self, name: str, theirs: Loaded) -> None:
        super().__init__(
            f"{name} was changed elsewhere since it was opened here: nothing was written",
            code="file-changed",
            place=Place(name),
            hint="Look at both texts, then keep one of them, or join them.",
        )
        self.theirs = theirs


def issue_path(slug: str, language: str) -> str:
    """Where the text of an issue in a language lies, relative to the workspace (an empty language: the file's name says none)."""
    return f"{ISSUES}/{slug}.{language}.md" if language else f"{ISSUES}/{slug}.md"


def load(root: Path, name: str) -> Loaded:
    """A file's text and digest. Raises AuthorError for what is no text."""
    path = inside(root, root / name)
    if not path.exists():
        return Loaded("", "")
    data = read_bytes(root, path, TEXT_LIMIT)
    return Loaded(normalised(data, name), hashlib.sha256(data).hexdigest())


def save(root: Path, name: str, text: str, before: str, *, keep: bool = False) -> Loaded:
    """Write a text whole, if the file still has the digest `before`. What is there already word for word is left alone.

    `keep`: what is replaced stays in var/replaced/. Raises Stale, AuthorError (too large, no plain text, cannot be written).
    """
    data = _bytes(text, name)
    with _turn:
        there = load(root, name)
        if there.digest and there.text == normalised(data, name):
            return there
        if there.digest != before:
            raise Stale(name, there)
        path = inside(root, root / name)
        try:
            if keep and there.digest:
                keep_text(root, name, there.text)
            _replace(root, path, data, before)
        except OSError as error:
            reason = system(error)
            raise AuthorError(
                Said(f"cannot be written: {reason.en}", f"ne peut pas être écrit\u00a0: {reason.fr}"),
                code="file-unwritable",
                place=Place(name),
            ) from None
    return Loaded(normalised(data, name), hashlib.sha256(data).hexdigest())


def keep_text(root: Path, name: str, text: str) -> str:
    """Put a text aside in var/replaced/, so that no choice loses it. Returns where it lies."""
    data = _bytes(text, name)
    kept = f"{_KEPT}/{hashlib.sha256(data).hexdigest()[:12]}-{Path(name).name}"
    path = inside(root, root / kept)
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        _write(path, data, 0o600)
    return kept


def _bytes(text: str, name: str) -> bytes:
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    data = lines.encode("utf-8", "replace")
    if len(data) > TEXT_LIMIT:
        raise AuthorError(
            Said(
                f"is larger than {TEXT_LIMIT / (1 << 20):g} MB: nothing was written",
                f"le fichier dépasserait {TEXT_LIMIT / (1 << 20):g}\u00a0Mo\u00a0: rien n’a été écrit",
            ),
            code="file-too-large",
            place=Place(name),
            hint=Said(
                "A newsletter of that length is read by nobody: take out what was pasted, and save again.",
                "Personne ne lit une infolettre de cette longueur\u00a0: retirez ce qui a été collé, puis enregistrez de nouveau.",
            ),
        )
    normalised(data, name)
    return data


def _replace(root: Path, path: Path, data: bytes, before: str) -> None:
    """The file in one step; looked at once more just before, as another program may have saved meanwhile."""
    path.parent.mkdir(exist_ok=True)
    mode = path.stat().st_mode & 0o777 if before else 0o644
    temporary = _temporary(path, data, mode)
    try:
        now = load(root, path.relative_to(root).as_posix())
        if now.digest != before:
            raise Stale(path.relative_to(root).as_posix(), now)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _write(path: Path, data: bytes, mode: int) -> None:
    _temporary(path, data, mode).replace(path)


def _temporary(path: Path, data: bytes, mode: int) -> Path:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    made = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        made.chmod(mode)
    except BaseException:
        made.unlink(missing_ok=True)
        raise
    return made
