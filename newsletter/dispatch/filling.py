"""Filling: an edition becomes the message of one variant, and a member becomes a row of values for it.

In: edition, variant, base URL; a delivery, its frozen values, its tokens. Out: OutboundMessage, Recipient. Called by preview,
build, test, submit, view in browser: there is one way from an edition to what a reader gets.
"""

from __future__ import annotations

import hashlib
import html
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from newsletter.dispatch.headers import common_headers, own_headers
from newsletter.dispatch.values import escape, neutralise, slot_text
from newsletter.dispatch.variants import Variant, chosen
from newsletter.model.artwork import Chunks, Mark, MarkKind, Slot, SlotContext
from newsletter.model.edition import Edition
from newsletter.model.outbound import OutboundMessage, Recipient, Template
from newsletter.model.publication import Publication, TrackingMode
from newsletter.model.token import Tokens

_PIXEL = '<img src="{url}" width="1" height="1" alt="" style="display:block;border:0;width:1px;height:1px">'
_PAGES = {MarkKind.UNSUBSCRIBE: "u", MarkKind.PREFERENCES: "p", MarkKind.VIEW: "v"}
_TRACK, _OWN = -1, -2  # what a need asks for besides the number of a slot


@dataclass(frozen=True, slots=True)
class Need:
    """One value of a recipient: a slot's number (or one of the two tokens), for one context."""

    what: int
    context: SlotContext


@dataclass(frozen=True, slots=True)
class Compiled:
    """A message, and how each of its values is made."""

    message: OutboundMessage
    needs: tuple[Need, ...]
    slots: tuple[Slot, ...]
    publication: Publication
    base_url: str
    opening: str  #: how every tag begins


class _Writer:
    """Gathers literal text and needs while the marks of one message are read."""

    def __init__(self, edition: Edition, variant: Variant, base_url: str, track: str | None) -> None:
        self.edition = edition
        self.variant = variant
        self.base_url = base_url
        self.track = track
        self.needs: list[Need] = []

    def need(self, what: int, context: SlotContext) -> int:
        asked = Need(what, context)
        if asked not in self.needs:
            self.needs.append(asked)
        return self.needs.index(asked)

    def template(self, chunks: Chunks) -> Template:
        """The chosen chunks with neighbouring texts joined and each mark written out."""
        joined: list[str | int] = []
        for piece in chosen(chunks, self.variant.answers):
            for part in self.written(piece) if isinstance(piece, Mark) else (piece,):
                if isinstance(part, str) and joined and isinstance(joined[-1], str):
                    joined[-1] += part
                elif part != "":
                    joined.append(part)
        return tuple(joined)

    def written(self, mark: Mark) -> Iterator[str | int]:
        """What stands at a mark: literal text and positions of values."""
        match mark.kind:
            case MarkKind.SLOT:
                yield self.need(mark.number, mark.context)
            case MarkKind.LINK:
                yield from self.link(mark)
            case MarkKind.IMAGE:
                yield f"{self.base_url}/i/{self.edition.artwork.images[mark.number].file_name}"
            case MarkKind.PIXEL:
                yield from self.pixel()
            case MarkKind.UNSUBSCRIBE | MarkKind.PREFERENCES | MarkKind.VIEW:
                yield f"{self.base_url}/{_PAGES[mark.kind]}/"
                yield self.need(_OWN, SlotContext.URL)

    def token(self) -> str | int:
        return self.need(_TRACK, SlotContext.URL) if self.track is None else self.track

    def link(self, mark: Mark) -> Iterator[str | int]:
        if self.variant.tracking is TrackingMode.OFF:
            url = self.edition.artwork.links[mark.number].url
            plain = mark.context in {SlotContext.PLAIN, SlotContext.PLAIN_URL}
            yield url if plain else html.escape(url, quote=True)
            return
        yield f"{self.base_url}/c/{self.edition.short}-{mark.number}/"
        yield self.token()

    def pixel(self) -> Iterator[str | int]:
        if self.variant.tracking is TrackingMode.OFF:
            return
        before, after = _PIXEL.split("{url}")
        yield f"{before}{self.base_url}/o/"
        yield self.token()
        yield f".gif{after}"


def compile_message(
    edition: Edition,
    variant: Variant,
    publication: Publication,
    base_url: str,
    *,
    track: str | None = None,
    mark: str = "",
) -> Compiled:
    """The message that all readers of a variant share.

    `track` is the variant's own click token (aggregate mode); None gives each recipient one. `mark` goes before the subject.
    """
    artwork = edition.artwork
    text = artwork.texts[variant.language]
    writer = _Writer(edition, variant, base_url, track)
    subject = writer.template((mark, *text.subject) if mark else text.subject)
    plain, rich = writer.template(text.text), writer.template(text.html)
    opening, tags = _tags(edition, len(writer.needs), (subject, plain, rich))
    first = variant.language.split("+")[0]
    message = OutboundMessage(
        sender_name=artwork.sender.name[first],
        sender_address=artwork.sender.address,
        reply_to=artwork.reply_to,
        subject=subject,
        text=plain,
        html=rich,
        tags=tags,
        headers=common_headers(publication, edition),
        category=artwork.slug,
    )
    return Compiled(message, tuple(writer.needs), artwork.slots, publication, base_url, opening)


def _tags(edition: Edition, count: int, templates: Sequence[Template]) -> tuple[str, tuple[str, ...]]:
    """As many tags as needed: one length, none part of another, none (nor its beginning) in the literal text."""
    literal = [part for template in templates for part in template if isinstance(part, str)]
    salt = 0
    while True:
        digest = hashlib.sha256(f"{edition.id}:{salt}".encode()).hexdigest()
        opening = f"zq{digest[:4]}"
        if not any(opening in part for part in literal):
            return opening, tuple(f"{opening}{number:02x}q" for number in range(count))
        salt += 1


def fill_recipient(
    compiled: Compiled, delivery: int, address: str, merge: Mapping[str, str], tokens: Tokens
) -> Recipient:
    """One delivery's row: every value filtered, escaped for its place, and unable to look like a tag."""
    values = tuple(_value(compiled, need, merge, tokens) for need in compiled.needs)
    return Recipient(
        delivery, address, values, own_headers(compiled.publication, compiled.base_url, tokens.own)
    )


def _value(compiled: Compiled, need: Need, merge: Mapping[str, str], tokens: Tokens) -> str:
    if need.what == _TRACK:
        return tokens.track
    if need.what == _OWN:
        return tokens.own
    slot = compiled.slots[need.what]
    text = escape(slot_text(slot, merge.get(slot.field, "")), need.context)
    return neutralise(text, compiled.opening, need.context)


def text_of(template: Template, values: Sequence[str]) -> str:
    """The text with its values in place."""
    return "".join(part if isinstance(part, str) else values[part] for part in template)


def fields_of(edition: Edition) -> tuple[str, ...]:
    """The member fields that an edition shows: what is frozen of each member at preparation."""
    return tuple(sorted({slot.field for slot in edition.artwork.slots}))
