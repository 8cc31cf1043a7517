"""Files that readers open from a mail: documents of the issue's folder, and calendar files that composing makes.

In: names as authors write them, or bytes. Out: model.Image values without pixels (the kind, the size, the digest), and bytes.
Called by images (which gives both their URLs), body.completing, frame.context.
"""

from __future__ import annotations

import hashlib
import posixpath
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import unquote

from newsletter.compose.findings import COMPONENT, Findings, near
from newsletter.compose.request import Request
from newsletter.model.artwork import FILE_TYPES, Image
from newsletter.model.place import Place

_LARGEST: Final = 10_000_000  # bytes; more than that nobody opens on a phone
#: how a file of each kind begins, so that a renamed one is noticed
_BEGINS: Final = {
    "pdf": (b"%PDF-",),
    "docx": (b"PK\x03\x04",),
    "xlsx": (b"PK\x03\x04",),
    "pptx": (b"PK\x03\x04",),
    "zip": (b"PK\x03\x04",),
}


class Hosted:
    """The files of a request, and those that were made for it."""

    def __init__(self, request: Request, findings: Findings) -> None:
        self._slug = request.slug
        self._bytes = dict(request.images)
        self._findings = findings

    def __contains__(self, path: str) -> bool:
        return path in self._bytes and _ending(path) in FILE_TYPES

    def path(self, name: str) -> str:
        """The path of a file by the name that an author wrote; empty when there is none."""
        names = dict.fromkeys((name, posixpath.normpath(unquote(name))))
        paths = (folder + one for one in names for folder in (f"issues/{self._slug}/", "issues/", ""))
        return next((path for path in paths if path in self), "")

    def keep(self, path: str, content: bytes) -> str:
        """Keep a file that composing made, under a path; the path."""
        self._bytes[path] = content
        return path

    def content(self, path: str) -> bytes:
        """The bytes of a file."""
        return self._bytes[path]

    def measured(self, path: str) -> Image:
        """Kind, size and digest of a file."""
        content = self._bytes[path]
        digest = hashlib.sha256(content).hexdigest()
        return Image(digest, FILE_TYPES[_ending(path)], 0, 0, len(content), path)

    def kind(self, name: str) -> str:
        """What a file is, as readers call it: "PDF"; empty when there is none."""
        return _ending(name).upper() if self.path(name) else ""

    def size(self, name: str) -> int:
        """The bytes of a file; 0 when there is none."""
        path = self.path(name)
        return len(self._bytes[path]) if path else 0

    def judged(self, name: str, place: Place) -> str:
        """The name, or empty with a finding: no such file, a kind that is not hosted, too large, or not what its name says."""
        path = self.path(name)
        if not path:
            self._missing(name, place)
        elif self.measured(path).size > _LARGEST:
            hint = "Put it on the web site, and link to it there."
            self._findings.error(COMPONENT, f"“{name}” is larger than 10 MB", place, hint=hint)
        elif not self._bytes[path].startswith(_BEGINS.get(_ending(path), b"")):
            message = f"“{name}” is no {_ending(path).upper()} file, whatever its name says"
            self._findings.error(
                COMPONENT, message, place, hint="Save it again from the program that made it."
            )
        else:
            return name
        return ""

    def _missing(self, name: str, place: Place) -> None:
        if _ending(name) not in FILE_TYPES:
            kinds = ", ".join(kind for kind in FILE_TYPES if kind != "ics")
            hint = f"Mails can carry: {kinds}."
            self._findings.error(COMPONENT, f"“{name}” is of a kind that is not hosted", place, hint=hint)
            return
        known = [path.rsplit("/", 1)[-1] for path in self._bytes if path in self]
        hint = near(name, known) or f"Put it into issues/{self._slug}/."
        self._findings.error(COMPONENT, f"there is no file “{name}”", place, hint=hint)


def _ending(path: str) -> str:
    return PurePosixPath(path).suffix.removeprefix(".").lower()
