"""What a check is handed, and how it points at the author's file.

In: a rendering with its artwork, the publication, the planned time, the filled texts. Out: one value that checks read. Called
by pipeline.build, which fills it, and by every check.
"""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from newsletter.checks import looks, page
from newsletter.checks.occasion import Occasion
from newsletter.checks.typed import typed
from newsletter.model.edition import BOTH, Artwork, EditionText, Rendering
from newsletter.model.finding import Finding, Severity, finding
from newsletter.model.link_result import LinkResult
from newsletter.model.place import Place
from newsletter.model.publication import Publication
from newsletter.model.said import NOTHING, Said
from newsletter.model.spam import SpamPoints
from newsletter.model.survey import Survey
from newsletter.model.thresholds import DEFAULTS, Limit
from newsletter.model.translation import Translation


@dataclass(frozen=True, slots=True)
class Filled:
    """One text as the reader with the longest values gets it."""

    subject: str
    html: str
    text: str


@dataclass(frozen=True)
class CheckContext:
    """An email and its surroundings. `planned_at` is aware, in the publication's zone: dates are judged against it, not today.

    `filled` and `artwork.texts` have the same keys. `sources` maps paths relative to the workspace to the texts that went in.
    `occasion` is None for a mailing without a plan of its own. `links` holds what links answered, where somebody asked them.
    """

    rendering: Rendering
    artwork: Artwork
    publication: Publication
    planned_at: datetime
    filled: Mapping[str, Filled]
    sources: Mapping[str, str]
    occasion: Occasion | None = None
    links: Mapping[str, LinkResult] = field(default_factory=dict)
    public_host: str = ""  #: the host of links and pages in the mail; empty on a machine that only tries out
    limits: Mapping[str, Limit] = field(
        default_factory=lambda: DEFAULTS
    )  #: the thresholds by name, as the settings have them
    survey: Survey | None = None  #: of the real audience, where somebody asked for it
    spam: Mapping[str, SpamPoints] = field(
        default_factory=dict
    )  #: by language, where the settings ask for it
    translations: tuple[Translation, ...] = ()  #: how the languages stand that are tracked by a record

    def number(self, name: str) -> float:
        """A threshold that is a number."""
        value = self.limits[name]
        return value if isinstance(value, int | float) else 0

    def words(self, name: str) -> tuple[str, ...]:
        """A threshold that is a list of words, in small letters."""
        value = self.limits[name]
        return tuple(word.casefold() for word in value) if isinstance(value, tuple) else ()

    @property
    def day(self) -> date:
        """The local day of the send."""
        return self.occasion.day if self.occasion else self.planned_at.date()

    @cached_property
    def pages(self) -> Mapping[str, page.Page]:
        """The HTML of every text, read."""
        return {name: page.read(text.html, self.artwork) for name, text in self.artwork.texts.items()}

    @cached_property
    def looked(self) -> Mapping[str, tuple[looks.Seen, ...]]:
        """Every element of every text in one language with its looks; the joined text repeats them."""
        return {name: tuple(looks.seen(found)) for name, found in self.pages.items() if BOTH not in name}

    @cached_property
    def runs(self) -> Mapping[str, tuple[looks.Run, ...]]:
        """The visible pieces of every text in one language, with their looks."""
        return {name: tuple(looks.runs(found)) for name, found in self.looked.items()}

    @property
    def texts(self) -> Iterator[tuple[str, EditionText, page.Page]]:
        """Every text with its name ("en", "fr", "en+fr") and its page."""
        for name, text in self.artwork.texts.items():
            yield name, text, self.pages[name]

    @property
    def template(self) -> Place:
        """The template's file: where to look for what every reader sees."""
        return Place(f"templates/{self.artwork.template}.mjml")

    def file(self, language: str) -> Place | None:
        """The issue's file in a language (of a bilingual text, the first)."""
        issue = self.rendering.issue
        text = issue.texts.get(language.split(BOTH, maxsplit=1)[0]) if issue else None
        return Place(text.path) if text else None

    def key(self, name: str, language: str) -> Place | None:
        """Where a key of the front matter stands, else the first line of the issue in that language."""
        issue = self.rendering.issue
        if issue is None:
            return None
        first = language.split(BOTH, maxsplit=1)[0]
        text = issue.texts.get(first)
        found = issue.places.get(f"{name}.{first}") or issue.places.get(name)
        return found or (Place(text.path, 1) if text else None)

    def where(self, words: str, language: str) -> Place | None:
        """Where words stand in the issue of a language, else in a template; None when they were composed of parts."""
        for path in self._order(language):
            place = _find(self.sources[path], words, path)
            if place:
                return place
        return None

    def _order(self, language: str) -> list[str]:
        """The issue's own file first, then what belongs to no language, then the others."""
        issue = self.rendering.issue
        languages = language.split(BOTH)
        own = [text.path for name, text in issue.texts.items() if name in languages] if issue else []
        return own + sorted((path for path in self.sources if path not in own), key=_is_issue)


def _is_issue(path: str) -> tuple[bool, str]:
    return path.startswith("issues/"), path


def _find(text: str, words: str, path: str) -> Place | None:
    for form in (words, html.escape(words, quote=False)):
        at = text.find(form) if form else -1
        if at >= 0:
            return _at(text, at, path)
    found = typed(words).search(text) if words.strip() else None
    return _at(text, found.start(), path) if found else None


def _at(text: str, at: int, path: str) -> Place:
    start = text.rfind("\n", 0, at) + 1
    return Place(path, text.count("\n", 0, at) + 1, at - start + 1)


def error(
    check: str, message: Said | str, place: Place | None, language: str = "", *, hint: Said | str = NOTHING
) -> Finding:
    """A finding that blocks sending."""
    return finding(check, Severity.ERROR, message, place, language, hint=hint)


def warning(
    check: str, message: Said | str, place: Place | None, language: str = "", *, hint: Said | str = NOTHING
) -> Finding:
    """A finding that somebody should look at."""
    return finding(check, Severity.WARNING, message, place, language, hint=hint)


def info(
    check: str, message: Said | str, place: Place | None, language: str = "", *, hint: Said | str = NOTHING
) -> Finding:
    """A finding that is good to know."""
    return finding(check, Severity.INFO, message, place, language, hint=hint)


def short(text: str, limit: int = 60) -> str:
    """A text for use within a sentence, on one line, with the no-break spaces that it has."""
    flat = page.in_line(text)
    return flat if len(flat) <= limit else flat[: limit - 1].rstrip() + "…"
