"""In: the HTML of a message. Out: the addresses of its images and links, in order.

Called by readers.py.
"""

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass(frozen=True, slots=True)
class Found:
    """What a mail program would fetch, and what a person could click."""

    images: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)


class _Finder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found = Found()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "img" and (address := given.get("src")):
            self.found.images.append(address.strip())
        elif tag in ("a", "area") and (address := given.get("href")):
            self.found.links.append(address.strip())


def find_links(markup: str) -> Found:
    """Images and links of an HTML part, duplicates kept."""
    finder = _Finder()
    finder.feed(markup)
    finder.close()
    return finder.found
