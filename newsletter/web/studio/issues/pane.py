"""The preview pane: everything that is shown of a mail beside the editor, for one look.

In: a picture, a Look, a reader. Out: the values that look/issues/pane.html is filled with. Called by editor and drafting.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from newsletter.model.address import AddressFault
from newsletter.model.edition import BOTH, Artwork
from newsletter.model.errors import NotFound
from newsletter.model.finding import Finding, Severity
from newsletter.model.member import Member
from newsletter.pipeline import approximating
from newsletter.pipeline.context import Context
from newsletter.pipeline.personas import BY_KEY, PERSONAS
from newsletter.pipeline.proof import Proof, proof
from newsletter.pipeline.showing import member_named
from newsletter.web.showing import inbox
from newsletter.web.showing.choice import MEMBER, READER
from newsletter.web.showing.names import NAMES
from newsletter.web.showing.page import answers
from newsletter.web.studio.issues.drawn import Picture
from newsletter.web.studio.issues.look import COLOURS, TABS, WIDTHS, Look

FRAME_HEIGHT: Final = 900


@dataclass(frozen=True, slots=True)
class Frame:
    """A mail in a frame: `source` is its address, `turned` how a program recolours it (partial, full), `label` what stands above it."""

    key: str
    width: int
    source: str
    dark: bool
    turned: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Pane:
    """What is shown. Empty but for `broken` where nothing can be shown yet."""

    language: str = ""
    broken: Finding | None = None
    subject: str = ""
    preheader: str = ""
    frames: tuple[Frame, ...] = ()
    rows: tuple[inbox.Row, ...] = ()
    text: str = ""
    source: str = ""
    conditional: bool = False


def reader_of(ctx: Context, look: Look) -> tuple[Member, str]:
    """Whom the mail is shown for, and what is wrong with the address that was asked for (a word's key)."""
    if look.reader != MEMBER:
        return BY_KEY[look.reader], ""
    if not look.member:
        return BY_KEY[READER], ""
    try:
        return member_named(ctx, look.member), ""
    except (NotFound, AddressFault):
        return BY_KEY[READER], "pane_member_unknown"


def made(ctx: Context, artwork: Artwork, language: str, look: Look, member: Member) -> Proof:
    """A text as the reader gets it."""
    return proof(ctx, artwork, language, member, answers=answers(ctx, artwork, look.blocks, member))


def pane(ctx: Context, slug: str, picture: Picture, language: str, look: Look) -> Pane:
    """The pane for one text."""
    artwork = picture.good
    broken = None if picture.rendering.artwork else _worst(picture.rendering.findings)
    if artwork is None or language not in artwork.texts:
        return Pane(language, broken)
    member, _ = reader_of(ctx, look)
    shown = made(ctx, artwork, language, look, member)
    text = artwork.texts[language]
    sender = artwork.sender.name.get(language.split(BOTH)[0], "")
    return Pane(
        language=language,
        broken=broken,
        subject=shown.subject,
        preheader=text.preheader,
        frames=(frame(slug, picture.key, language, look),) if look.tab == "mail" else (),
        rows=inbox.rows(sender, shown.subject, text.preheader, shown.text),
        text=shown.text if look.tab == "text" else "",
        source=approximating.approximate(shown.html, look.program) if look.tab == "source" else "",
        conditional=bool(artwork.conditions),
    )


def frame(slug: str, key: str, language: str, look: Look, *, name: str = "", label: str = "") -> Frame:
    """A frame that shows a picture by its key."""
    source = look.url(
        f"/issues/{slug}/mail/{key}", lang=language, tab=TABS[0], width=WIDTHS[0], colours=_scheme(look)
    )
    turned = look.colours if look.colours in {"partial", "full"} else ""
    return Frame(name or language, look.pixels, source, look.dark, turned, label)


def outlined(made: Frame, marks: str) -> Frame:
    """The same frame with outlines; `marks` is their name, empty for none."""
    return replace(made, source=f"{made.source}&marks={marks}") if marks else made


def _scheme(look: Look) -> str:
    """Recolouring is done in the page: the frame's mail is then the light one."""
    return "dark" if look.dark else COLOURS[0]


def _worst(findings: tuple[Finding, ...]) -> Finding | None:
    errors = [one for one in findings if one.severity is Severity.ERROR]
    return next(iter(errors or findings), None)


def choices() -> Mapping[str, tuple[str, ...]]:
    """What the toolbar offers."""
    return {
        "tabs": TABS,
        "widths": ("320", "375", "600", "desktop"),
        "colours": COLOURS,
        "programs": ("", *approximating.PROGRAMS),
        "readers": (*(persona.key for persona in PERSONAS), MEMBER),
    }


def named(language: str) -> str:
    """A language by its own name; empty for the bilingual text."""
    return "" if BOTH in language else NAMES.get(language.partition("-")[0], language)
