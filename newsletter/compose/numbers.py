"""The numbers of slots, links, conditions and images: each counted when it is first met, the same in every text of an edition.

In: what tokens stand for. Out: numbers, and at the end the lists that they count. Called by slicing, steps.
"""

from __future__ import annotations

from dataclasses import replace

from newsletter.compose.images import Images
from newsletter.model.artwork import Condition, Image, Link, Slot
from newsletter.model.hosted import HostedFile
from newsletter.model.ink import Ink
from newsletter.model.place import Place


class Numbers:
    """Counts what the marks of an artwork point at. `link_places` says where an author's link stands, by language and URL."""

    def __init__(self, images: Images, link_places: dict[tuple[str, str], Place]) -> None:
        self._images = images
        self._link_places = link_places
        self._slots: dict[tuple[object, ...], tuple[int, Slot]] = {}
        self._links: dict[tuple[str, str], tuple[int, Link]] = {}
        self._conditions: dict[str, tuple[int, Condition]] = {}
        self._pictures: dict[str, tuple[int, Image]] = {}
        self._paths: dict[str, str] = {}
        self._hosted: dict[str, tuple[int, HostedFile]] = {}

    def slot(self, slot: Slot) -> int:
        """The number of a personal field."""
        key = (slot.field, slot.fallback, slot.filters)
        return self._slots.setdefault(key, (len(self._slots), slot))[0]

    def link(self, url: str, language: str, label: str = "", *, personal: str = "") -> int:
        """The number of a link; its label is the first that is not empty. `personal` is a URL with slots as it is shown to nobody in
        particular; `url` then holds their tokens."""
        key = (language, url)
        number, known = self._links.get(key) or (len(self._links), None)
        fresh = known or Link(personal or url, "", language, self._link_places.get(key), bool(personal))
        self._links[key] = (number, fresh if fresh.label or not label else replace(fresh, label=label))
        return number

    def condition(self, condition: Condition) -> int:
        """The number of a condition."""
        return self._conditions.setdefault(condition.source, (len(self._conditions), condition))[0]

    def image(self, path: str) -> int:
        """The number of an image, by its path relative to the workspace."""
        image = self._images.sent(path)
        if image is None:
            raise KeyError(path)
        self._paths.setdefault(image.digest, path)
        return self._pictures.setdefault(image.digest, (len(self._pictures), image))[0]

    def file(self, path: str) -> int:
        """The number of a hosted file, by its path relative to the workspace or the name of one that was made."""
        file = self._images.hosted.file(path)
        if file is None:
            raise KeyError(path)
        return self._hosted.setdefault(file.file_name, (len(self._hosted), file))[0]

    @property
    def slots(self) -> tuple[Slot, ...]:
        """The personal fields in the order of their numbers."""
        return tuple(slot for _, slot in self._slots.values())

    @property
    def links(self) -> tuple[Link, ...]:
        """The links in the order of their numbers."""
        return tuple(link for _, link in self._links.values())

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """The conditions in the order of their numbers."""
        return tuple(condition for _, condition in self._conditions.values())

    @property
    def images(self) -> tuple[Image, ...]:
        """The images in the order of their numbers."""
        return tuple(image for _, image in self._pictures.values())

    @property
    def hosted(self) -> tuple[HostedFile, ...]:
        """The hosted files in the order of their numbers."""
        return tuple(file for _, file in self._hosted.values())

    @property
    def inks(self) -> dict[str, Ink]:
        """What pictures with a see-through ground are drawn in, by digest."""
        found = {digest: self._images.ink(digest, path) for digest, path in self._paths.items()}
        return {digest: one for digest, one in found.items() if one}

    @property
    def files(self) -> dict[str, bytes]:
        """The bytes of the images, and of the hosted files that were made, by digest."""
        pictures = {digest: self._images.content(path) for digest, path in self._paths.items()}
        return pictures | self._images.hosted.contents(self.hosted)
