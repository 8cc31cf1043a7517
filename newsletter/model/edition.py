"""Rendering and edition: an issue made into an email, before and after it is frozen.

In: what compose made of an issue. Out: values; an edition's id is the digest of its content. Called by compose, checks,
dispatch, store, pipeline.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from newsletter.model.artwork import Chunks, Condition, Image, Link, Slot
from newsletter.model.finding import Finding
from newsletter.model.hosted import HostedFile
from newsletter.model.ink import Ink
from newsletter.model.issue import Issue
from newsletter.model.one_language import OneLanguage
from newsletter.model.outline import Outline
from newsletter.model.place import Place
from newsletter.model.publication import Sender, TrackingMode
from newsletter.model.sponsor import SponsorUse
from newsletter.model.waiver import Waived

BOTH = "+"  #: joins the languages in the name of the bilingual text: "en+fr"


@dataclass(frozen=True, slots=True)
class EditionText:
    """An email in one language, or in both ("en+fr"): subject, HTML and plain text as chunks.

    `preheader` and `title` are plain strings for the inbox row and checks (slots shown by their fallback).
    """

    language: str
    subject: Chunks
    preheader: str
    title: str
    html: Chunks
    text: Chunks


@dataclass(frozen=True, slots=True)
class Artwork:
    """Everything a reader can be shown: texts by language, and what their marks point at.

    `languages` are those the issue was written in, in the publication's order; `texts` holds one for each, and, when
    there are several, one under the joined name.
    """

    slug: str
    template: str
    languages: tuple[str, ...]
    texts: dict[str, EditionText]
    slots: tuple[Slot, ...]
    links: tuple[Link, ...]
    conditions: tuple[Condition, ...]
    images: tuple[Image, ...]
    sender: Sender
    reply_to: str
    tracking: TrackingMode | None  #: what the issue asks for; None: the publication's
    sponsors: tuple[str, ...] = ()  #: keys of sponsors.toml that it shows: insertions are counted by them
    hosted: tuple[HostedFile, ...] = ()  #: files that its texts link to and this program serves

    @property
    def bilingual(self) -> str:
        """The name of the text for readers whose language is unknown or not among the issue's."""
        return BOTH.join(self.languages)

    def language_for(self, language: str) -> str:
        """Which text a reader of this language gets."""
        return language if language in self.languages else self.bilingual


@dataclass(frozen=True, slots=True)
class ImageUse:
    """One image as a reader meets it. `alt` is None when the author gave none; empty only where `decorative`."""

    source: str
    alt: str | None
    language: str
    place: Place | None = None
    linked: bool = False
    decorative: bool = False


@dataclass(frozen=True, slots=True)
class Rendering:
    """An issue made into an email now; thrown away at will.

    `issue` is None when the front matter could not be read, `artwork` when the email could not be made. `sources` lists the
    files that went into it (for live reload), relative to the workspace. `files` maps the digest of an image or hosted file to its bytes.
    `sponsors` are the places where it shows one of sponsors.toml.
    """

    issue: Issue | None
    artwork: Artwork | None
    findings: tuple[Finding, ...]
    image_uses: tuple[ImageUse, ...] = ()
    sources: tuple[str, ...] = ()
    files: dict[str, bytes] = field(default_factory=dict)
    sponsors: tuple[SponsorUse, ...] = ()
    outlines: tuple[Outline, ...] = ()  #: what each language is made of, in the publication's order
    inks: dict[str, Ink] = field(default_factory=dict)  #: of pictures with a see-through ground, by digest


@dataclass(frozen=True, slots=True)
class Happening:
    """An event that a text tells of: its title in that language, and the instant from which it is over."""

    language: str
    title: str
    over: datetime


@dataclass(frozen=True, slots=True)
class Edition:
    """The frozen email. `id` is the SHA-256 (hex) of the canonical JSON of `artwork`, and of what people answer for (what was
    accepted, why a language is missing, whether it is for everybody); it never changes."""

    id: str
    publication: str
    artwork: Artwork
    waived: tuple[Waived, ...] = field(default=())  #: the remarks that were accepted, with their reasons
    only: OneLanguage | None = None  #: who says why it lacks a language of the publication
    archive: bool | None = None  #: what the issue says of the public archive; None: nothing
    happenings: tuple[Happening, ...] = ()  #: read out of the same texts, so no part of the id

    @property
    def short(self) -> str:
        """The beginning of the id, as it stands in links."""
        return self.id[:12]
