"""Online: what a page must say that the mail did not have to: it is read when its events are over.

In: an edition, a language, the time. Out: titles. Called by pipeline.view, pipeline.archive.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from newsletter.model.edition import BOTH, Edition, Happening


@dataclass(frozen=True, slots=True)
class Over:
    """The titles of a text's events that are over, by language; `all`: no event of it is still to come."""

    titles: dict[str, tuple[str, ...]]
    all: bool


def told_in(edition: Edition, language: str) -> tuple[Happening, ...]:
    """The events that a text ("fr", "en+fr") tells of."""
    languages = language.split(BOTH)
    return tuple(one for one in edition.happenings if one.language in languages)


def over(happenings: tuple[Happening, ...], now: datetime) -> Over:
    """What of them is over."""
    past = [one for one in happenings if one.over <= now]
    languages = dict.fromkeys(one.language for one in past)
    titles = {
        language: tuple(dict.fromkeys(one.title for one in past if one.language == language))
        for language in languages
    }
    return Over(titles, len(past) == len(happenings))
