"""Proofs: a text of an email as one reader gets it, before anything is frozen or sent.

In: an artwork, a language, a member (or a sample one). Out: filled subject, HTML and text. Called by build, preview.

The way from artwork to text is that of a real mailing (dispatch.filling). Two things differ: tokens are signed with no key, so
links act on nobody; and the preview and `build` leave authors' links as written, as there is nobody to count.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from newsletter.audience.evaluating import matches
from newsletter.audience.segments import Segment, Segments
from newsletter.compose.freeze import freeze
from newsletter.dispatch.filling import compile_message, fill_recipient, text_of
from newsletter.dispatch.variants import Variant
from newsletter.model.artwork import Condition, Link, Mark, MarkKind
from newsletter.model.edition import BOTH, Artwork, EditionText
from newsletter.model.errors import Explained
from newsletter.model.finding import Finding, Severity, finding
from newsletter.model.member import Member
from newsletter.model.outbound import OutboundMessage, Recipient
from newsletter.model.publication import TrackingMode
from newsletter.model.token import sign
from newsletter.pipeline.authoring import Authoring
from newsletter.workspace import read_segments

_NOBODY: Final = 0
_TOKENS: Final = sign(bytes(32), 0, _NOBODY)


@dataclass(frozen=True, slots=True)
class Proof:
    """One text, filled. `message` and `recipient` are what a provider would get."""

    language: str
    subject: str
    html: str
    text: str
    message: OutboundMessage
    recipient: Recipient


def proof(
    desk: Authoring,
    artwork: Artwork,
    language: str,
    member: Member,
    *,
    answers: str,
    tracking: TrackingMode = TrackingMode.OFF,
) -> Proof:
    """The text of a language ("en", "fr", "en+fr") for a member. `answers`: one 0 or 1 for each condition."""
    edition = freeze(artwork, desk.publication.key)
    compiled = compile_message(
        edition, Variant(language, answers, tracking), desk.publication, desk.settings.text("web.base_url")
    )
    merge = {slot.field: member.value(slot.field) for slot in artwork.slots}
    recipient = fill_recipient(compiled, _NOBODY, member.email, merge, _TOKENS)
    message = compiled.message
    return Proof(
        language,
        text_of(message.subject, recipient.values),
        text_of(message.html, recipient.values),
        text_of(message.text, recipient.values),
        message,
        recipient,
    )


def used(text: EditionText, kind: MarkKind) -> list[int]:
    """The numbers of the slots, links or images that a text holds, each once, in order."""
    pieces = (*text.subject, *text.html, *text.text)
    return sorted({piece.number for piece in pieces if isinstance(piece, Mark) and piece.kind is kind})


def links_in(artwork: Artwork, language: str) -> list[Link]:
    """The links of a text; those that hold a personal field have no mark, and count by their language."""
    marked = {artwork.links[number].url for number in used(artwork.texts[language], MarkKind.LINK)}
    languages = language.split(BOTH)
    return [
        link
        for link in artwork.links
        if (link.url in marked or link.personal) and link.language in {"", *languages}
    ]


def all_shown(artwork: Artwork) -> str:
    """Answers with which every conditional block is shown."""
    return "1" * len(artwork.conditions)


def answers_for(desk: Authoring, artwork: Artwork, member: Member) -> str:
    """Which conditional blocks a member sees. A condition that cannot be read counts as no: `faults.condition_faults` says why."""
    segments = segments_of(desk)
    return "".join("1" if _holds(segments, condition, member) else "0" for condition in artwork.conditions)


def _holds(segments: Segments, condition: Condition, member: Member) -> bool:
    try:
        return matches(segments.read(condition.source, condition.place), member)
    except Explained:
        return False


def segments_of(desk: Authoring) -> Segments:
    """The segments of the workspace as they are written now. Any name of an attribute is taken: no members are asked."""
    written = read_segments(desk.root)
    return Segments(
        {name: Segment(name, text.where, text.label, text.place) for name, text in written.items()}
    )


def fault(error: Explained, check: str) -> Finding:
    """An error as a finding, so that an author sees it beside the others."""
    message, hint = error.said
    return finding(check, Severity.ERROR, message, error.place, hint=hint)
