"""The hosted files of a request: found by name, judged, and given a URL that stands for them.

In: names as authors and templates write them; files that a component makes. Out: tokens, model.HostedFile. Called by body, frame,
slicing through compose.images.
"""

from __future__ import annotations

import hashlib
import posixpath
from urllib.parse import unquote

from newsletter.compose.findings import FILE, Findings, near
from newsletter.compose.request import Request
from newsletter.compose.tokens import Kind, Tokens
from newsletter.compose.urls import scheme
from newsletter.model.hosted import KINDS, HostedFile, ending, is_what_it_says, readable_name
from newsletter.model.place import Place

_MEGABYTE = 1 << 20
_LARGEST_MADE = 1 << 20
_WORDS = ("PDF, Word, Excel, PowerPoint, OpenDocument, EPUB, RTF, ZIP", "ICS, VCF, CSV, TXT, MP3, M4A or MP4")


class Hosted:
    """Looks names up in the issue's folder; each file is judged once."""

    def __init__(self, request: Request, tokens: Tokens, findings: Findings) -> None:
        self._facts = request.files
        self._folders = (f"issues/{request.slug}/", "issues/", "")
        self._most = request.largest_file
        self._tokens = tokens
        self._findings = findings
        self._judged: dict[str, HostedFile | None] = {}
        self._made: dict[str, bytes] = {}

    def path(self, name: str) -> str:
        """The path relative to the workspace; empty when the issue has no such file."""
        names = dict.fromkeys((name, posixpath.normpath(unquote(name)))) if name else ()
        paths = (folder + one for one in names for folder in self._folders)
        return next((path for path in paths if path in self._facts), "")

    def url(self, name: str, place: Place | None) -> str:
        """A URL that stands for a file; empty, with a finding, when there is none or it may not be hosted."""
        path = self.path(name)
        if path:
            return self._tokens.url(Kind.FILE, path) if self.file(path, place) else ""
        if name:
            known = [one.rsplit("/", 1)[-1] for one in self._facts]
            hint = near(unquote(name), known) or f"Put it into {self._folders[0]}."
            self._findings.error(FILE, f"there is no file “{unquote(name)}”", place, hint=hint)
        return ""

    def link(self, target: str, place: Place | None) -> str | None:
        """The URL of a file that is linked to by its name, empty with a finding; None for a target that is no name of a file."""
        first, _, more = target.partition("/")
        if scheme(target) or not target or target[0] in "#/?" or ("." in first and more and first[0] != "."):
            return None
        named = target.split("#")[0].split("?")[0]
        return self.url(named, place) if self.path(named) or ending(named) in KINDS else None

    def made(self, name: str, content: bytes, place: Place | None = None) -> str:
        """A URL that stands for a file which the program makes, such as an appointment; the same content and name are one file.

        Raises ValueError for a kind that is not hosted, or more than a megabyte: both are faults of ours.
        """
        if ending(name) not in KINDS or len(content) > _LARGEST_MADE:
            raise ValueError(f"{name} cannot be hosted")
        digest = hashlib.sha256(content).hexdigest()
        file = _file(digest, len(content), name, "")
        self._judged.setdefault(file.file_name, file)
        self._made[file.digest] = content
        return self._tokens.put_url(Kind.FILE, file.file_name, place)

    def file(self, path: str, place: Place | None = None) -> HostedFile | None:
        """The file at a path (or of a made file's name); None, with a finding, when it may not be hosted."""
        if path not in self._judged:
            message, hint = self._fault(path)
            if message:
                self._findings.error(FILE, message, place, hint=hint)
            fact = self._facts[path]
            self._judged[path] = None if message else _file(fact.digest, fact.size, path, path)
        return self._judged[path]

    def contents(self, files: tuple[HostedFile, ...]) -> dict[str, bytes]:
        """The bytes of those that were made here, by digest; those of the issue's folder were never handed in."""
        return {file.digest: self._made[file.digest] for file in files if file.digest in self._made}

    def _fault(self, path: str) -> tuple[str, str]:
        fact, name = self._facts[path], path.rsplit("/", 1)[-1]
        if ending(name) not in KINDS:
            hint = f"Files that readers can be given: {', '.join(_WORDS)}. Save it as PDF."
            return f"“{name}” is of a kind that is not hosted", hint
        if not fact.digest:
            most = f"{self._most / _MEGABYTE:g} MB"
            hint = f"Make it smaller, or link to where it lies on your site; files.megabytes allows more than {most}."
            return f"“{name}” has {fact.size / _MEGABYTE:.1f} MB, and {most} are allowed", hint
        if not fact.size:
            return f"“{name}” is empty", "Save or copy it again."
        if not is_what_it_says(name, fact.head):
            hint = "Open it in its own program and save it again; renaming a file does not change its kind."
            return f"“{name}” is not what its ending says", hint
        return "", ""


def _file(digest: str, size: int, name: str, source: str) -> HostedFile:
    readable = readable_name(name)
    return HostedFile(digest, KINDS[ending(readable)].media_type, size, readable, source)
