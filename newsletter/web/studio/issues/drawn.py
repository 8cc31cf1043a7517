"""What was drawn of issues lately, saved or still being written: pictures of one text, and whole builds with their remarks.

In: an issue, texts. Out: renderings, builds; what frames show, by its key. Called by the issue page's modules, from several threads.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import TypeVar

from newsletter.model.edition import Artwork, Rendering
from newsletter.model.errors import AuthorError
from newsletter.pipeline import build as building
from newsletter.pipeline import showing
from newsletter.pipeline.authoring import Authoring
from newsletter.pipeline.build import Built, Unsaved
from newsletter.pipeline.proof import fault
from newsletter.web.showing.marking import Mark
from newsletter.web.studio.studio import Studio

_MOST_PICTURES, _MOST_BUILDS = 24, 16
Made = TypeVar("Made")
Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Picture:
    """One text as it was drawn. `key` names it in addresses; `good` is the last one that could be shown, perhaps an earlier one."""

    key: str
    rendering: Rendering
    good: Artwork | None


class Drawn:
    """The newest pictures and builds of one process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._pictures: OrderedDict[str, Picture] = OrderedDict()
        self._builds: OrderedDict[str, Built] = OrderedDict()
        self._good: OrderedDict[tuple[str, str], Artwork] = OrderedDict()
        self._marks: OrderedDict[str, tuple[Mark, ...]] = OrderedDict()

    def picture(self, desk: Authoring, issue: Unsaved, language: str) -> Picture:
        """One text ("en", "en+fr"), at once where it was drawn before. Raises NotFound."""
        key = key_of(desk, issue, language)
        return self._kept(self._pictures, key, _MOST_PICTURES, lambda: self._draw(desk, issue, language, key))

    def _draw(self, desk: Authoring, issue: Unsaved, language: str, key: str) -> Picture:
        try:
            rendering = building.picture(desk, issue, language)
        except AuthorError as error:
            rendering = Rendering(None, None, (fault(error, building.UNREADABLE),))
        last = (issue.slug, language)
        with self._lock:
            good = rendering.artwork or self._good.get(last)
            if good is not None:
                _put(self._good, last, good, _MOST_PICTURES)
        return Picture(key, rendering, good)

    def build(self, desk: Authoring, issue: Unsaved) -> Built:
        """The whole of it, checked. Raises NotFound."""
        key = key_of(desk, issue, "")
        return self._kept(self._builds, key, _MOST_BUILDS, lambda: building.build(desk, issue))

    def keep_marks(self, marks: tuple[Mark, ...]) -> str:
        """Remember what is outlined in a frame; its name in addresses, empty for nothing."""
        if not marks:
            return ""
        told = "\0".join(part for mark in marks for part in (mark.kind, mark.text))
        name = hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:16]
        with self._lock:
            _put(self._marks, name, marks, _MOST_PICTURES)
        return name

    def marks(self, name: str) -> tuple[Mark, ...]:
        """What is outlined, by its name; nothing where it is forgotten."""
        with self._lock:
            return self._marks.get(name, ())

    def shown(self, key: str) -> Picture | None:
        """A picture by its key."""
        with self._lock:
            return self._pictures.get(key)

    def file(self, name: str) -> tuple[str, bytes] | None:
        """An image of anything drawn lately: media type and bytes."""
        for rendering in self._renderings():
            for image in rendering.artwork.images if rendering.artwork else ():
                if image.file_name == name and image.digest in rendering.files:
                    return image.media_type, rendering.files[image.digest]
        return None

    def hosted(self, address: str) -> tuple[str, bytes] | None:
        """A hosted file of anything drawn lately."""
        for rendering in self._renderings():
            for one in rendering.artwork.hosted if rendering.artwork else ():
                if one.address == address and one.digest in rendering.files:
                    return one.media_type, rendering.files[one.digest]
        return None

    def _renderings(self) -> Iterator[Rendering]:
        with self._lock:
            pictures, builds = list(self._pictures.values()), list(self._builds.values())
        yield from (picture.rendering for picture in reversed(pictures))
        yield from (built.rendering for built in reversed(builds))

    def _kept(self, found: OrderedDict[str, Made], key: str, most: int, make: Callable[[], Made]) -> Made:
        with self._lock:
            if key in found:
                found.move_to_end(key)
                return found[key]
        made = make()
        with self._lock:
            _put(found, key, made, most)
        return made


def _put(found: OrderedDict[Key, Made], key: Key, made: Made, most: int) -> None:
    found[key] = made
    found.move_to_end(key)
    while len(found) > most:
        found.popitem(last=False)


def key_of(desk: Authoring, issue: Unsaved, language: str) -> str:
    """What changes when anything changes that a picture is made of."""
    told = [issue.slug, language, showing.stamp(desk, issue.slug)]
    told += [part for path, text in sorted(issue.texts.items()) for part in (path, text)]
    return hashlib.sha256("\0".join(told).encode("utf-8", "replace")).hexdigest()[:24]


def unsaved(slug: str, paths: Mapping[str, str], form: Mapping[str, str]) -> Unsaved:
    """The texts that a form brings (`text-en`), by the paths of the issue's languages."""
    texts = {path: form[f"text-{language}"] for language, path in paths.items() if f"text-{language}" in form}
    return Unsaved(slug, texts)


def drawn(studio: Studio) -> Drawn:
    """The one of this process."""
    with studio.lock:
        found = studio.kept.setdefault("issues_drawn", Drawn())
    assert isinstance(found, Drawn)  # noqa: S101 - the key is this module's
    return found
