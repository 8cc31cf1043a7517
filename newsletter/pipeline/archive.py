"""The archive: finished mailings of issues that are for everybody, in the very editions that went out, with nobody's data in them.

In: the name of an issue, a language. Out: a list; a page. Called by web.public.archive.

What is shown is decided when it is asked for: by the settings `web.archive…`, and by what the issue said when it was approved.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from zoneinfo import ZoneInfo

from newsletter.dispatch import neutral
from newsletter.model.artwork import MarkKind
from newsletter.model.edition import Happening
from newsletter.model.member import Member
from newsletter.pipeline import audience
from newsletter.pipeline.context import Context
from newsletter.pipeline.online import Over, over, told_in
from newsletter.store import Connection, archive, editions
from newsletter.store.archive import Past

MOST = 500  #: mailings that the list holds
_PAGES = 64  #: pages in memory
_AT = "@"  #: between an issue and its date, where one file goes out again and again


@dataclass(frozen=True, slots=True)
class Told:
    """An issue in one language, as a list says it."""

    title: str
    preheader: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One issue of the archive. `name` is its part of the address; `texts` by language, in the publication's order."""

    name: str
    edition: str
    sent_at: datetime  #: in the publication's zone
    texts: dict[str, Told]


@dataclass(frozen=True, slots=True)
class Shown:
    """One page: the mail's HTML in a language, and what is over of it."""

    entry: Entry
    language: str
    html: str
    over: Over


@dataclass(frozen=True, slots=True)
class _Known:
    """What is kept of an edition between two looks: it never changes."""

    archive: bool | None
    texts: dict[str, Told]


class Archive:
    """The archive of a publication. Thread-safe."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._lock = Lock()
        self._known: OrderedDict[str, _Known] = OrderedDict()
        self._pages: OrderedDict[tuple[str, str, str], tuple[str, tuple[Happening, ...]]] = OrderedDict()

    @property
    def open(self) -> bool:
        """False when the newsletter has no archive."""
        return self._ctx.settings.text("web.archive") != "none"

    @property
    def indexed(self) -> bool:
        """True when search engines may read it."""
        return self.open and self._ctx.settings.text("web.archive_indexed") == "yes"

    def address(self, *parts: str) -> str:
        """The whole address of a page of the archive."""
        return "/".join([self._ctx.settings.text("web.base_url"), "archive", *parts])

    def entries(self) -> list[Entry]:
        """Every issue that may be read, the newest first; of mailings of the same occasion the last one counts."""
        if not self.open:
            return []
        with self._ctx.store.read() as db:
            return list(self._entries(db).values())

    def page(self, name: str, language: str) -> Shown | None:
        """One issue in a language, or in its first one; None for what is not there, or not for everybody."""
        slug = name.partition(_AT)[0]
        if not self.open or not slug:
            return None
        with self._ctx.store.read() as db:
            entry = self._entries(db, slug).get(name)
            if entry is None:
                return None
            chosen = language if language in entry.texts else next(iter(entry.texts))
            html, happenings = self._made(db, entry, chosen)
        return Shown(entry, chosen, html, over(happenings, self._ctx.now()))

    def _entries(self, db: Connection, slug: str = "") -> dict[str, Entry]:
        settings = self._ctx.settings
        past = archive.finished(db, self._ctx.publication.key, MOST, official=settings.official, slug=slug)
        without = settings.items("web.archive_without")
        found: dict[str, Entry] = {}
        for one in past:
            name = f"{one.slug}{_AT}{one.occurrence}" if one.occurrence else one.slug
            if name not in found and one.slug not in without and (entry := self._entry(db, name, one)):
                found[name] = entry
        return found

    def _entry(self, db: Connection, name: str, past: Past) -> Entry | None:
        known = self._known.get(past.edition) or self._learn(db, past.edition)
        wanted = self._ctx.settings.text("web.archive")
        if known.archive is False or (wanted == "marked" and not known.archive):
            return None
        local = past.sent_at.astimezone(ZoneInfo(self._ctx.publication.time_zone))
        return Entry(name, past.edition, local, known.texts)

    def _learn(self, db: Connection, number: str) -> _Known:
        edition = editions.get(db, number)
        texts = edition.artwork.texts
        told = {name: Told(texts[name].title, texts[name].preheader) for name in edition.artwork.languages}
        known = _Known(edition.archive, told)
        with self._lock:
            self._known[number] = known
            while len(self._known) > MOST:
                self._known.popitem(last=False)
        return known

    def _made(self, db: Connection, entry: Entry, language: str) -> tuple[str, tuple[Happening, ...]]:
        key = (entry.name, entry.edition, language)
        known = self._pages.get(key)
        if known is not None:
            return known
        edition = editions.get(db, entry.edition)
        nobody = Member("", language=language)
        answers = audience.frozen_answers(edition.artwork.conditions, nobody)
        base = self._ctx.settings.text("web.base_url")
        pages = {
            MarkKind.VIEW: self.address(entry.name, language),
            MarkKind.UNSUBSCRIBE: f"{base}/own",
            MarkKind.PREFERENCES: f"{base}/own",
        }
        standing = neutral.Standing(base, pages)
        page = neutral.page(edition, language, answers, self._ctx.publication, standing)
        made = (page, told_in(edition, language))
        with self._lock:
            self._pages[key] = made
            while len(self._pages) > _PAGES:
                self._pages.popitem(last=False)
        return made
