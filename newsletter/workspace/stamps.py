"""A stamp of all files that an issue is made of: equal stamps, equal files, as far as the file system tells.

In: the workspace's root, a slug. Out: a short text. Called by pipeline.showing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from newsletter.workspace.paths import ISSUES, SETTINGS_FILE, TEMPLATES

_FILES = (SETTINGS_FILE, "segments.toml", "sponsors.toml")
_MOST = 2000  #: files that are looked at


def stamp(root: Path, slug: str) -> str:
    """Names, times and sizes of the issue's files and folder, the templates and the settings, in 16 hex digits."""
    found = hashlib.sha256()
    for path in (*_issue(root, slug), *(root / name for name in _FILES)):
        found.update(_told(path))
    for folder in (root / ISSUES / slug, root / TEMPLATES):
        for path in sorted(_within(folder)):
            found.update(_told(path))
    return found.hexdigest()[:16]


def _issue(root: Path, slug: str) -> list[Path]:
    return sorted((root / ISSUES).glob(f"{slug}.*md"))


def _within(folder: Path) -> Iterator[Path]:
    return islice((path for path in folder.rglob("*") if path.is_file()), _MOST)


def _told(path: Path) -> bytes:
    try:
        state = path.stat()
    except OSError:
        return f"{path.name}\0".encode("utf-8", "replace")
    return f"{path}\0{state.st_mtime_ns}\0{state.st_size}\n".encode("utf-8", "replace")
