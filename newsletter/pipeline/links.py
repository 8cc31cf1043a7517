"""Where the links of an edition lead: a table in memory, filled once an edition and process.

In: the short id of an edition, as it stands in a link. Out: targets by the number of the link. Called by web.public.hot.

A click never names its target, so there is no open redirect: it names a link of an edition that was frozen here.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from dataclasses import dataclass
from threading import Lock
from urllib.parse import urlsplit

import ada_url

from newsletter.model.artwork import Link
from newsletter.model.edition import Edition
from newsletter.pipeline.context import Context
from newsletter.store import editions

_MOST = 512  #: editions in memory; a table is a few kilobytes


@dataclass(frozen=True, slots=True)
class Target:
    """Where one link leads (ASCII, as it goes into a header), and how many links its language has in this mail."""

    location: bytes
    siblings: int


Table = tuple[Target | None, ...]


class Links:
    """The tables of the editions that were asked for last. Thread-safe."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._lock = Lock()
        self._tables: OrderedDict[str, Table] = OrderedDict()

    def known(self, short: str) -> Table | None:
        """The table, if it is in memory."""
        return self._tables.get(short)

    def load(self, short: str) -> Table:
        """The table, read from the store. Only after a token was found valid: strangers cause no reads."""
        with self._ctx.store.read() as db:
            edition = editions.find_short(db, short)
        if edition is None:  # it may be written by another process at any moment: nothing is remembered
            return ()
        table = table_of(edition)
        with self._lock:
            self._tables[short] = table
            while len(self._tables) > _MOST:
                self._tables.popitem(last=False)
        return table


def table_of(edition: Edition) -> Table:
    """The targets of an edition's links, by number; None for one that is never rewritten or leads nowhere safe."""
    links = edition.artwork.links
    locations = [location(link) for link in links]
    siblings = Counter(link.language for link, at in zip(links, locations, strict=True) if at)
    return tuple(
        Target(at, siblings[link.language]) if at else None for link, at in zip(links, locations, strict=True)
    )


def location(link: Link) -> bytes | None:
    """The link's address as it may stand in a Location header: as written where that is plain ASCII, else as a browser
    would read it (WHATWG URL). None when it is personal or not http(s)."""
    try:
        if link.personal or urlsplit(link.url).scheme not in {"http", "https"}:
            return None
        plain = all("!" <= character <= "~" for character in link.url)
        return (link.url if plain else ada_url.URL(link.url).href).encode("ascii")
    except (ValueError, UnicodeError):
        return None
