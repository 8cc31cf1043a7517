"""Changes: what an issue says now beside the version that was approved.

In: an issue, a build of it. Out: differences of words, language by language; the approved version to look at. Called by the studio.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from typing import Final

from newsletter.model.campaign import Campaign
from newsletter.model.edition import Artwork, Edition
from newsletter.model.member import Member
from newsletter.pipeline.authoring import Authoring
from newsletter.pipeline.context import Context
from newsletter.pipeline.proof import all_shown, proof
from newsletter.store import campaigns, editions

_WORDS: Final = re.compile(r"\s+|[^\s]+")
_MOST: Final = 6_000  #: words of a text that are compared one by one


@dataclass(frozen=True, slots=True)
class Approved:
    """A version that somebody approved, and the mailing that it belongs to."""

    edition: Edition
    campaign: Campaign
    at: datetime | None
    by: str


@dataclass(frozen=True, slots=True)
class Run:
    """Words that stayed (`kind` is empty), came (`new`) or went (`gone`); `\\u2026` alone stands for many that stayed."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed in one language. `subject` and `preheader` are whole, `text` is cut to what surrounds a change."""

    language: str
    subject: tuple[Run, ...]
    preheader: tuple[Run, ...]
    text: tuple[Run, ...]

    @property
    def same(self) -> bool:
        """True where no word changed."""
        return not any(run.kind for part in (self.subject, self.preheader, self.text) for run in part)


def approved(ctx: Context, slug: str) -> Approved | None:
    """The version of an issue that was approved last; None where none was."""
    with ctx.store.read() as db:
        for found in campaigns.listed(db):
            if found.slug != slug or found.publication != ctx.publication.key:
                continue
            row = campaigns.detail(db, found.id)
            if row.approved_at is not None:
                return Approved(
                    editions.get(db, row.edition_id), found, row.approved_at, row.approved_by or ""
                )
    return None


def differences(desk: Authoring, before: Artwork, now: Artwork, member: Member) -> tuple[Difference, ...]:
    """The words of both, as a member reads them with every conditional block, language by language."""
    return tuple(
        _difference(desk, before, now, member, language)
        for language in dict.fromkeys((*now.languages, *before.languages))
    )


def _difference(desk: Authoring, before: Artwork, now: Artwork, member: Member, language: str) -> Difference:
    old, new = (_words(desk, artwork, member, language) for artwork in (before, now))
    subject, preheader, text = (tuple(runs(one, other)) for one, other in zip(old, new, strict=True))
    return Difference(language, subject, preheader, tuple(shortened(text)))


def _words(desk: Authoring, artwork: Artwork, member: Member, language: str) -> tuple[str, str, str]:
    if language not in artwork.texts:
        return "", "", ""
    made = proof(desk, artwork, language, member, answers=all_shown(artwork))
    return made.subject, artwork.texts[language].preheader, made.text


def runs(old: str, new: str) -> Iterator[Run]:
    """Two texts as runs of words, those that went before those that came."""
    one, other = _WORDS.findall(old)[:_MOST], _WORDS.findall(new)[:_MOST]
    for tag, begin, end, first, last in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Run("", "".join(one[begin:end]))
            continue
        if begin < end:
            yield Run("gone", "".join(one[begin:end]))
        if first < last:
            yield Run("new", "".join(other[first:last]))


def shortened(found: tuple[Run, ...], around: int = 160) -> Iterator[Run]:
    """The same with long stretches that stayed cut out of the middle."""
    for index, run in enumerate(found):
        if run.kind or len(run.text) <= 2 * around + 40:
            yield run
            continue
        if index:
            yield Run("", run.text[:around].rsplit(" ", 1)[0])
        yield Run("", "…")
        if index < len(found) - 1:
            yield Run("", run.text[-around:].split(" ", 1)[-1])
