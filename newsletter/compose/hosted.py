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
from newsletter.model.said import NOTHING, Said, decimal

_MEGABYTE = 1 << 20
_LARGEST_MADE = 1 << 20
_WORDS = ("PDF, Word, Excel, PowerPoint, OpenDocument, EPUB, RTF, ZIP", "ICS, VCF, CSV, TXT, MP3, M4A or MP4")
_MOTS = (_WORDS[0], "ICS, VCF, CSV, TXT, MP3, M4A ou MP4")


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
            shown, folder = unquote(name), self._folders[0]
            hint = near(shown, known) or Said(f"Put it into {folder}.", f"Mettez-le dans {folder}.")
            message = Said(f"there is no file “{shown}”", f"il n’y a pas de fichier «\u00a0{shown}\u00a0»")
            self._findings.error(FILE, message, place, hint=hint)
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

    def _fault(self, path: str) -> tuple[Said, Said]:
        fact, name = self._facts[path], path.rsplit("/", 1)[-1]
        if ending(name) not in KINDS:
            return _other_kind(name)
        if not fact.digest:
            return _too_large(name, fact.size / _MEGABYTE, f"{self._most / _MEGABYTE:g}")
        if not fact.size:
            hint = Said("Save or copy it again.", "Enregistrez-le ou copiez-le de nouveau.")
            return Said(f"“{name}” is empty", f"le fichier «\u00a0{name}\u00a0» est vide"), hint
        if not is_what_it_says(name, fact.head):
            return _misnamed(name)
        return NOTHING, NOTHING


def _other_kind(name: str) -> tuple[Said, Said]:
    message = Said(
        f"“{name}” is of a kind that is not hosted",
        f"«\u00a0{name}\u00a0» est d’une sorte qui n’est pas offerte aux lecteurs",
    )
    return message, Said(
        f"Files that readers can be given: {', '.join(_WORDS)}. Save it as PDF.",
        f"Fichiers que l’on peut offrir aux lecteurs\u00a0: {', '.join(_MOTS)}. Enregistrez-le en PDF.",
    )


def _too_large(name: str, megabytes: float, most: str) -> tuple[Said, Said]:
    has, allowed = decimal(megabytes, 1), most.replace(".", ",")
    message = Said(
        f"“{name}” has {has.en} MB, and {most} MB are allowed",
        f"le fichier «\u00a0{name}\u00a0» pèse {has.fr}\u00a0Mo; {allowed}\u00a0Mo sont permis",
    )
    return message, Said(
        f"Make it smaller, or link to where it lies on your site; files.megabytes allows more than {most} MB.",
        "Réduisez-le, ou faites un lien vers sa place sur votre site; "
        f"files.megabytes permet plus de {allowed}\u00a0Mo.",
    )


def _misnamed(name: str) -> tuple[Said, Said]:
    message = Said(
        f"“{name}” is not what its ending says",
        f"le fichier «\u00a0{name}\u00a0» n’est pas ce que dit son extension",
    )
    return message, Said(
        "Open it in its own program and save it again; renaming a file does not change its kind.",
        "Ouvrez-le dans son propre logiciel et enregistrez-le de nouveau; "
        "renommer un fichier n’en change pas la nature.",
    )


def _file(digest: str, size: int, name: str, source: str) -> HostedFile:
    readable = readable_name(name)
    return HostedFile(digest, KINDS[ending(readable)].media_type, size, readable, source)
