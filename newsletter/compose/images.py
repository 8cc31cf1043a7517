"""The images of a request: found by name, measured, and given a URL that stands for them.

In: names as authors and templates write them. Out: tokens, sizes, model.Image. Called by body.prose, frame.context, slicing.
"""

from __future__ import annotations

import hashlib
import io
import posixpath
import re
import struct
import warnings
from collections import OrderedDict
from pathlib import PurePosixPath
from urllib.parse import unquote

from PIL import Image as Pillow
from PIL import UnidentifiedImageError

from newsletter.compose.findings import IMAGE, Findings, near
from newsletter.compose.hosted import Hosted
from newsletter.compose.request import Request
from newsletter.compose.tokens import Kind, Tokens
from newsletter.model.artwork import Image
from newsletter.model.place import Place

_FORMATS = ("PNG", "JPEG", "GIF")
#: MPO is what some cameras write: a JPEG with further ones behind it, which programs do not look at
_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "MPO": "image/jpeg", "GIF": "image/gif"}
_ELSEWHERE = re.compile(r"(?:[a-z]+:)?//|data:", re.IGNORECASE)
_MOST_PIXELS = 40_000_000
_MOST_SEEN = 1_000
_seen: OrderedDict[str, tuple[int, int, str]] = OrderedDict()  # by digest: each picture is read through once


class _Unreadable(Exception):
    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class Images:
    """Looks names up in the issue's folder, then in templates/images; each image is measured once."""

    def __init__(self, request: Request, tokens: Tokens, findings: Findings) -> None:
        self.hosted = Hosted(request, tokens, findings)  #: the other files of the issue
        self._bytes = request.images
        self._folders = (f"issues/{request.slug}/", "templates/images/", "issues/", "")
        self._tokens = tokens
        self._findings = findings
        self._measured: dict[str, Image | None] = {}
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
        """The image at a path; None, with a finding, when its bytes are no PNG, JPEG or GIF of a bearable size."""
        if path not in self._measured:
            try:
                self._measured[path] = _measure(path, self._bytes[path])
            except _Unreadable as problem:
                self._findings.error(IMAGE, problem.message, place, hint=problem.hint)
                self._measured[path] = None
        return self._measured[path]

    def content(self, path: str) -> bytes:
        """The bytes of an image."""
        return self._bytes[path]

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
        hint = near(unquote(name), names) or f"Put it into {self._folders[0]} or templates/images/."
        if _ELSEWHERE.match(name):
            hint = f"An image is a file of the issue: save it into {self._folders[0]} and write its name."
        self._findings.error(IMAGE, f"there is no image “{unquote(name)}”", place, hint=hint)


def _measure(path: str, content: bytes) -> Image:
    digest = hashlib.sha256(content).hexdigest()
    if digest not in _seen:
        _seen[digest] = _look(path, content)
        while len(_seen) > _MOST_SEEN:
            _seen.popitem(last=False)
    width, height, kind = _seen[digest]
    return Image(digest, _TYPES[kind], width, height, len(content), path)


def _look(path: str, content: bytes) -> tuple[int, int, str]:
    """Width, height and format of a picture that can be shown whole."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Pillow.DecompressionBombWarning)
            with Pillow.open(io.BytesIO(content), formats=_FORMATS) as picture:
                (width, height), kind = picture.size, picture.format or ""
                if width * height <= _MOST_PIXELS:
                    _read_through(path, picture)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Pillow.DecompressionBombError):
        message = f"“{path}” cannot be read as an image"
        raise _Unreadable(message, "Mail programs show PNG, JPEG and GIF.") from None
    if width * height > _MOST_PIXELS:
        raise _Unreadable(
            f"“{path}” has {width} × {height} pixels", "Scale it down; 1200 pixels are wide enough."
        )
    return width, height, kind


def _read_through(path: str, picture: Pillow.Image) -> None:
    """Raise _Unreadable for a picture that was saved or copied by half: readers would see it break off."""
    try:
        if picture.format == "PNG":
            picture.verify()  # checks every chunk, and decodes nothing
        else:
            picture.draft("L", (1, 1))  # a JPEG is read to its end, at an eighth of its size
            picture.load()
    except (OSError, SyntaxError, ValueError, EOFError, struct.error):
        raise _Unreadable(
            f"“{path}” breaks off: the file is damaged or not whole", "Save or copy it again."
        ) from None
