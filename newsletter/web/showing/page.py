"""What the preview's pages say, before it becomes HTML.

In: a Shown, a Choice. Out: the values that the templates of look/ are filled with. Called by the preview's routes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from babel.dates import format_datetime

from newsletter.model.artwork import MarkKind
from newsletter.model.edition import BOTH, Artwork
from newsletter.model.finding import Finding, Severity
from newsletter.model.member import Member
from newsletter.model.waiver import Waived
from newsletter.pipeline.authoring import Authoring
from newsletter.pipeline.build import Built
from newsletter.pipeline.personas import BY_KEY, PERSONAS
from newsletter.pipeline.proof import Proof, all_shown, answers_for, fault, links_in, proof, used
from newsletter.web.showing import inbox
from newsletter.web.showing.choice import BLOCKS, MEMBER, READER, VIEWS, Choice, language_of
from newsletter.web.showing.names import NAMES
from newsletter.web.showing.remarks import Remark, remarks
from newsletter.web.showing.shelf import Shown

DESKTOP, PHONE = 680, 375  #: CSS pixels
KILOBYTE = 1024
_PER_MINUTE = 200  #: words that people read

Find = Callable[[str], Member | None]


@dataclass(frozen=True, slots=True)
class Frame:
    """A mail in a frame of a given width."""

    key: str
    width: int
    source: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What is counted of the text that is shown."""

    planned: str
    kilobytes: int
    words: int
    minutes: int
    images: int
    images_kilobytes: int
    fields: tuple[str, ...]
    links: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class IssuePage:
    """Everything on the page of one issue; the fields from `language` on are empty while nothing can be shown."""

    slug: str
    title: str
    broken: Remark | None
    remarks: tuple[Remark, ...]
    counts: Mapping[str, int]
    waived: tuple[Waived, ...] = ()  #: what the issue accepts, with its reasons
    language: str = ""
    languages: tuple[tuple[str, str], ...] = ()
    frames: tuple[Frame, ...] = ()
    rows: tuple[inbox.Row, ...] = ()
    subject: str = ""
    preheader: str = ""
    text: str = ""
    source: str = ""
    conditional: bool = False
    facts: Facts | None = None


def issue_page(desk: Authoring, shown: Shown, choice: Choice, member: Member, ui: str) -> IssuePage:
    """The page of an issue, for a reader; `ui` is the interface language."""
    found = shown.built.findings if shown.built else ()
    sources = shown.built.sources if shown.built else {}
    listed = remarks(found, sources)
    counts = {severity.value: sum(r.finding.severity is severity for r in listed) for severity in Severity}
    broken = _broken(shown, listed)
    good = shown.good
    if good is None or good.rendering.artwork is None:
        return IssuePage(shown.slug, shown.slug, broken, listed, counts)
    artwork = good.rendering.artwork
    language = language_of(choice, artwork, ui)
    made = proof(desk, artwork, language, member, answers=answers(desk, artwork, choice.blocks, member))
    text = artwork.texts[language]
    sender = artwork.sender.name.get(language.split(BOTH)[0], "")
    return IssuePage(
        slug=shown.slug,
        title=text.title or made.subject or shown.slug,
        broken=broken,
        remarks=listed,
        counts=counts,
        waived=shown.built.waived if shown.built else (),
        language=language,
        languages=tuple((name, _name(name)) for name in artwork.texts),
        frames=tuple(_frames(shown.slug, language, choice, made)),
        rows=inbox.rows(sender, made.subject, text.preheader, made.text),
        subject=made.subject,
        preheader=text.preheader,
        text=made.text,
        source=made.html,
        conditional=bool(artwork.conditions),
        facts=facts_of(artwork, language, made, moment(good.send_at, ui)),
    )


def mail(desk: Authoring, good: Built, artwork: Artwork, choice: Choice, member: Member) -> Proof:
    """The filled text that a frame shows."""
    language = language_of(choice, artwork, choice.ui)
    return proof(desk, artwork, language, member, answers=answers(desk, artwork, choice.blocks, member))


def reader_of(choice: Choice, find: Find | None) -> tuple[Member, bool]:
    """Whom the mail is shown for, and whether the member asked for was found."""
    if choice.reader != MEMBER:
        return BY_KEY[choice.reader], True
    member = find(choice.member) if find and choice.member else None
    return member or BY_KEY[READER], member is not None or not choice.member


def controls(page: IssuePage, *, members: bool) -> dict[str, object]:
    """The toolbar: what can be chosen, and what is."""
    readers = [persona.key for persona in PERSONAS] + ([MEMBER] if members else [])
    return {"views": VIEWS, "readers": readers, "blocks": BLOCKS if page.conditional else ()}


def _broken(shown: Shown, listed: tuple[Remark, ...]) -> Remark | None:
    """The one remark that stands in the way of showing the issue."""
    if shown.trouble is not None:
        return Remark(fault(shown.trouble, "settings"), ())
    if not shown.broken:
        return None
    first = next(iter(listed), None)
    return first or Remark(Finding("build", Severity.ERROR, shown.slug), ())


def answers(desk: Authoring, artwork: Artwork, blocks: str, member: Member) -> str:
    """Which conditional blocks are shown: as the reader, all, or none."""
    match blocks:
        case "all":
            return all_shown(artwork)
        case "none":
            return "0" * len(artwork.conditions)
        case _:
            return answers_for(desk, artwork, member)


def _name(text: str) -> str:
    return "" if BOTH in text else NAMES.get(text.partition("-")[0], text)


def _frames(slug: str, language: str, choice: Choice, made: Proof) -> list[Frame]:
    version = version_of(made)
    source = choice.url(f"/mail/{slug}/{version}", lang=language, view=VIEWS[0], ui="")
    widths = {"desktop": DESKTOP, "phone": PHONE}
    wanted = tuple(widths) if choice.view == "both" else (choice.view,)
    return [Frame(key, widths[key], source) for key in wanted if key in widths]


def moment(when: datetime, ui: str) -> str:
    """`16 Dec 2020, 9:00` as staff in Canada write it."""
    return format_datetime(when, "d MMM y, H:mm" if ui == "en" else "d MMM y, H 'h' mm", locale=f"{ui}_CA")


def version_of(made: Proof) -> str:
    """What a frame's address carries, so that the same address always shows the same mail."""
    return hashlib.sha256(made.html.encode()).hexdigest()[:12]


def facts_of(artwork: Artwork, language: str, made: Proof, planned: str) -> Facts:
    """What is counted of a text. `planned`: when it is judged to be read, in words."""
    text = artwork.texts[language]
    count = len(made.text.split())
    images = [artwork.images[number] for number in used(text, MarkKind.IMAGE)]
    return Facts(
        planned=planned,
        kilobytes=ceil(len(made.html.encode()) / KILOBYTE),
        words=count,
        minutes=ceil(count / _PER_MINUTE),
        images=len(images),
        images_kilobytes=ceil(sum(image.size for image in images) / KILOBYTE),
        fields=tuple(dict.fromkeys(artwork.slots[number].field for number in used(text, MarkKind.SLOT))),
        links=tuple((link.url, link.label) for link in links_in(artwork, language)),
    )
