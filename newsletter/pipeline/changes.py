"""Changes: what an edition says otherwise than an earlier one, block by block, in each language.

In: two editions. Out: what changed for readers. Called by the pages and mails of approvals, `approve`.
"""

from __future__ import annotations

from dataclasses import dataclass

from newsletter.compose import differing
from newsletter.compose.differing import Change as Change
from newsletter.compose.differing import Mark as Mark  # the shells know them from here
from newsletter.model.edition import BOTH, Artwork, Edition
from newsletter.pipeline.authoring import Authoring
from newsletter.pipeline.personas import BY_KEY
from newsletter.pipeline.proof import Proof, all_shown, links_in, proof


@dataclass(frozen=True, slots=True)
class Changed:
    """What changed in one language. `fresh`: the language is new, `gone`: it is no more; `links`: only addresses behind words changed."""

    language: str
    changes: tuple[Change, ...]
    fresh: bool = False
    gone: bool = False
    links: bool = False

    @property
    def any(self) -> bool:
        """True when readers of this language get something else."""
        return bool(self.changes) or self.fresh or self.gone or self.links


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed. `pictures`: others are shown; `look`: neither words, links nor pictures, but what the mail looks like, or its
    sender."""

    languages: tuple[Changed, ...]
    pictures: bool = False
    look: bool = False
    waivers: bool = False

    @property
    def any(self) -> bool:
        """True when something did."""
        return any(one.any for one in self.languages) or self.pictures or self.look or self.waivers


def between(desk: Authoring, was: Edition, now: Edition) -> Difference:
    """The difference between two editions; none at all where they are one."""
    if was.id == now.id:
        return Difference(())
    order = dict.fromkeys((*now.artwork.languages, *was.artwork.languages))
    told = tuple(
        one for one in (_language(desk, was.artwork, now.artwork, name) for name in order) if one.any
    )
    pictures = {one.digest for one in was.artwork.images} != {one.digest for one in now.artwork.images}
    waivers = [one.as_json() for one in was.waived] != [one.as_json() for one in now.waived]
    look = not told and not pictures and was.artwork != now.artwork
    return Difference(told, pictures, look, waivers)


def _language(desk: Authoring, was: Artwork, now: Artwork, language: str) -> Changed:
    if language not in was.texts or language not in now.texts:
        gone = language not in now.texts
        return Changed(language, (), fresh=not gone, gone=gone)
    before, after = _proof(desk, was, language), _proof(desk, now, language)
    labelled = [
        differing.words(before.subject, after.subject, "subject"),
        differing.words(was.texts[language].preheader, now.texts[language].preheader, "preheader"),
    ]
    found = [one for one in labelled if one is not None]
    found += differing.changes(differing.blocks(before.text), differing.blocks(after.text))
    moved = [one.url for one in links_in(was, language)] != [one.url for one in links_in(now, language)]
    return Changed(language, tuple(found), links=moved and not found)


def _proof(desk: Authoring, artwork: Artwork, language: str) -> Proof:
    person = BY_KEY["french" if language.split(BOTH)[0] == "fr" else "usual"]
    return proof(desk, artwork, language, person, answers=all_shown(artwork))
