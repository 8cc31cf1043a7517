"""The images of a request: found by name, measured, and given a URL that stands for them.

In: names as authors and templates write them. Out: tokens, sizes, model.Image. Called by body.prose, frame.context, slicing.
"""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import PurePosixPath
from urllib.parse import unquote

from newsletter.compose.findings import IMAGE, Findings, near
from newsletter.compose.hosted import Hosted
from newsletter.compose.pictures.inking import ink
from newsletter.compose.pictures.making import Picture, made
from newsletter.compose.pictures.reading import Facts, Unreadable, look
from newsletter.compose.request import Request
from newsletter.compose.tokens import Kind, Tokens
from newsletter.model.artwork import Image
from newsletter.model.ink import Ink
from newsletter.model.place import Place
from newsletter.model.said import Said

_SENT = ("PNG", "JPEG", "GIF")
_SHARPNESS = 2  # pixels of a fine screen for each CSS pixel
_ELSEWHERE = re.compile(r"(?:[a-z]+:)?//|data:", re.IGNORECASE)
_MOST_SEEN = 1_000
_MOST_MADE = 48 << 20
_seen: OrderedDict[str, Facts] = OrderedDict()  # by digest: each picture is read through once
_inks: OrderedDict[str, Ink | None] = OrderedDict()  # by digest
_made: OrderedDict[tuple[str, int], Picture] = OrderedDict()  # by digest and width


class Images:
    """Looks names up in the issue's folder, then in templates/images; each image is measured once."""

    def __init__(self, request: Request, tokens: Tokens, findings: Findings) -> None:
        self.hosted = Hosted(request, tokens, findings)  #: the other files of the issue
        self._bytes = request.images
        self._folders = (f"issues/{request.slug}/", "templates/images/", "issues/", "")
        self._tokens = tokens
        self._findings = findings
        self._measured: dict[str, Image | None] = {}
        self._places: dict[str, Place | None] = {}
        self._pictures: dict[str, Picture] = {}
        self._missing: set[str] = set()

    def path(self, name: str) -> str:
        """The path relative to the workspace; empty when there is no such image. A name may be written from the issue's folder, from
        the issue's file as editors write it, or from the workspace."""
        names = dict.fromkeys((name, posixpath.normpath(unquote(name))))
        paths = (folder + one for one in names for folder in self._folders)
        return next((path for path in paths if path in self._bytes), "")

    def url(self, name: str, place: Place | None) -> str:
        """A URL that stands for an image; empty, with a finding, when there is none or it cannot be read."""
        path = self.path(name) if name else ""
        if not path:
            if (
                name
            ):  # a name that could not be used was told where it was written, and is empty from there on
                self._report(name, place)
            return ""
        return self._tokens.url(Kind.IMAGE, path) if self.measured(path, place) else ""

    def measured(self, path: str, place: Place | None = None) -> Image | None:
        """The image at a path as its author made it; None, with a finding, when it cannot be read or is of an unbearable size."""
        if path not in self._measured:
            self._places[path] = place
            self._measured[path] = self._measure(path)
        return self._measured[path]

    def _measure(self, path: str) -> Image | None:
        content = self._bytes[path]
        digest = hashlib.sha256(content).hexdigest()
        try:
            facts = _seen_before(path, content, digest)
        except Unreadable as problem:
            self._findings.error(IMAGE, problem.message, self._places[path], hint=problem.hint)
            return None
        self._remark(path, facts)
        return Image(digest, _media_type(facts.format), facts.width, facts.height, len(content), path)

    def _remark(self, path: str, facts: Facts) -> None:
        if facts.frames > 1 and facts.format != "GIF":
            message = Said(
                f"“{path}” holds {facts.frames} pictures, and only the first is sent",
                f"«\u00a0{path}\u00a0» contient {facts.frames} images, et seule la première est envoyée",
            )
            hint = Said("Save what moves as GIF.", "Enregistrez au format GIF ce qui bouge.")
            self._findings.warning(IMAGE, message, self._places[path], hint=hint)
        elif facts.format not in _SENT:
            message = Said(
                f"“{path}” is {facts.format}, which many mail programs do not show: it is sent as PNG or JPEG",
                f"l’image «\u00a0{path}\u00a0» est au format {facts.format}, "
                "que bien des logiciels de courriel n’affichent pas\u00a0: "
                "elle est envoyée en PNG ou en JPEG",
            )
            hint = Said("There is nothing to do.", "Il n’y a rien à faire.")
            self._findings.info(IMAGE, message, self._places[path], hint=hint)

    def fit(self, widths: Mapping[str, int], step: Callable[[str], None]) -> None:
        """Make the pictures for the widths (CSS pixels, by path) at which they are shown."""
        for path, width in widths.items():
            image = self.measured(path)
            if image is None:
                continue
            step(path)
            facts = _seen[image.digest] if image.digest in _seen else look(path, self._bytes[path])
            try:
                self._pictures[path] = _made_before(
                    path, self._bytes[path], image.digest, facts, width * _SHARPNESS
                )
            except Unreadable as problem:
                self._findings.error(IMAGE, problem.message, self._places[path], hint=problem.hint)

    def sent(self, path: str) -> Image | None:
        """The image at a path as readers get it; None when there is none."""
        picture, image = self._pictures.get(path), self.measured(path)
        if picture is None or image is None:
            return image
        digest = hashlib.sha256(picture.content).hexdigest()
        kind = _media_type(picture.format)
        return Image(digest, kind, picture.width, picture.height, len(picture.content), path)

    def content(self, path: str) -> bytes:
        """The bytes of an image as readers get it."""
        picture = self._pictures.get(path)
        return picture.content if picture else self._bytes[path]

    def ink(self, digest: str, path: str) -> Ink | None:
        """What an image is drawn in, as readers get it; None where it has no see-through ground. `digest` is that of its bytes."""
        if digest not in _inks:
            _inks[digest] = ink(self.content(path))
            while len(_inks) > _MOST_SEEN:
                _inks.popitem(last=False)
        return _inks[digest]

    def _report(self, name: str, place: Place | None) -> None:
        if (
            name in self._missing
        ):  # the author's own line was named first; the look that repeats it adds nothing
            return
        self._missing.add(name)
        # A like ending (.png) makes no two names alike.
        stem = PurePosixPath(unquote(name)).stem.lower()
        named = (path.rsplit("/", 1)[-1] for path in self._bytes)
        names = [one for one in named if near(stem, [PurePosixPath(one).stem.lower()])]
        shown, folder = unquote(name), self._folders[0]
        hint = near(shown, names) or Said(
            f"Put it into {folder} or templates/images/.",
            f"Mettez-la dans {folder} ou dans templates/images/.",
        )
        if _ELSEWHERE.match(name):
            hint = Said(
                f"An image is a file of the issue: save it into {folder} and write its name.",
                f"Une image est un fichier du numéro\u00a0: enregistrez-la dans {folder} et écrivez son nom.",
            )
        message = Said(f"there is no image “{shown}”", f"il n’y a pas d’image «\u00a0{shown}\u00a0»")
        self._findings.error(IMAGE, message, place, hint=hint)


def _media_type(kind: str) -> str:
    return f"image/{kind.lower()}"


def _seen_before(path: str, content: bytes, digest: str) -> Facts:
    if digest not in _seen:
        _seen[digest] = look(path, content)
        while len(_seen) > _MOST_SEEN:
            _seen.popitem(last=False)
    return _seen[digest]


def _made_before(path: str, content: bytes, digest: str, facts: Facts, widest: int) -> Picture:
    """A picture is made once, for as long as there is room: a preview builds at every save."""
    if (digest, widest) not in _made:
        picture = _made[digest, widest] = made(path, content, facts, widest)
        if picture.content == content:  # what stays as it is takes no room of its own
            _made[digest, widest] = replace(picture, content=content)
        while sum(len(one.content) for one in _made.values()) > _MOST_MADE and len(_made) > 1:
            _made.popitem(last=False)
    _made.move_to_end((digest, widest))
    return _made[digest, widest]
