"""The issues as they were last built, and built anew when their files change.

In: the writing surroundings. Out: Shown values. Called by the preview's routes, from several threads.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from newsletter.model.errors import Explained
from newsletter.pipeline import build as building
from newsletter.pipeline.authoring import Desk
from newsletter.pipeline.build import Built


@dataclass(frozen=True, slots=True)
class Shown:
    """An issue now, and as it last could be shown. `trouble` is a fault of the settings, not of the issue."""

    slug: str
    built: Built | None
    good: Built | None
    trouble: Explained | None = None

    @property
    def broken(self) -> bool:
        """True when the files as they are give no email."""
        return self.trouble is not None or self.built is None or self.built.rendering.artwork is None


class Shelf:
    """Builds on demand and remembers. One build at a time: the renderer is one process."""

    def __init__(self, desk: Desk, renew: Callable[[Desk], Desk]) -> None:
        self.desk = desk
        self.trouble: Explained | None = None
        self._renew = renew
        self._shown: dict[str, Shown] = {}
        self._stale: set[str] = set()
        self._lock = threading.Lock()

    def slugs(self) -> tuple[str, ...]:
        """Every issue, newest name first."""
        return tuple(name.slug for name in building.issues(self.desk))

    def get(self, slug: str) -> Shown:
        """An issue as its files are now. Raises NotFound."""
        with self._lock:
            known = self._shown.get(slug)
            if known is None or slug in self._stale:
                known = self._build(slug, known)
            return known

    def _build(self, slug: str, before: Shown | None) -> Shown:
        self._stale.discard(slug)  # before the build: a save in its middle makes it stale again
        good = before.good if before else None
        try:
            built = building.build(self.desk, slug)
        except Explained as error:
            if before is None:
                raise
            shown = Shown(slug, before.built, good, error)
        else:
            shown = Shown(slug, built, built if built.rendering.artwork else good, self.trouble)
        self._shown[slug] = shown
        return shown

    def image(self, file_name: str) -> tuple[str, bytes] | None:
        """An image of an issue that was shown: media type and bytes."""
        for built in self._built():
            artwork = built.rendering.artwork
            for image in artwork.images if artwork else ():
                if image.file_name == file_name and image.digest in built.rendering.files:
                    return image.media_type, built.rendering.files[image.digest]
        return None

    def file(self, address: str) -> tuple[str, bytes] | None:
        """A hosted file of an issue that was shown: media type and bytes."""
        for built in self._built():
            artwork = built.rendering.artwork
            for file in artwork.hosted if artwork else ():
                if file.address == address and file.digest in built.rendering.files:
                    return file.media_type, built.rendering.files[file.digest]
        return None

    def _built(self) -> Iterator[Built]:
        """Every build whose mail a browser may still show."""
        for shown in list(self._shown.values()):
            yield from (built for built in (shown.good, shown.built) if built)

    def changed(self, paths: Iterable[str]) -> frozenset[str]:
        """Take note of saved files; returns the issues to be built anew (of those that were shown)."""
        touched = {slug for path in paths for slug in self._touched(path)}
        self._stale |= touched
        return frozenset(touched)

    def _touched(self, path: str) -> Iterable[str]:
        if path in {"newsletter.toml", "segments.toml"}:
            self._reread()
            return list(self._shown)
        if path.startswith("issues/"):
            name = path.split("/")[1]
            return [slug for slug in list(self._shown) if name == slug or name.startswith(f"{slug}.")]
        return list(self._shown)

    def _reread(self) -> None:
        try:
            self.desk = self._renew(self.desk)
            self.trouble = None
        except Explained as error:
            self.trouble = error
