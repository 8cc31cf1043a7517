"""The subject: there is one.

In: the subjects of an email. Out: findings. Called by catalog.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.checks.context import CheckContext, error
from newsletter.model.artwork import Chunks, Mark, MarkKind
from newsletter.model.edition import Artwork
from newsletter.model.finding import Finding
from newsletter.model.place import Place
from newsletter.model.said import Said

NAME = "subject-missing"

_NONE = Said("there is no subject", "il n’y a pas d’objet")
_HINT = Said(
    "Add a line `subject: …` between the --- lines.", "Ajoutez une ligne `subject: …` entre les lignes ---."
)


def check(context: CheckContext) -> Iterator[Finding]:
    """Every language has a subject.

    Level: error. What a personal field stands for counts with its fallback.
    """
    for language, text, _page in context.texts:
        subject = subject_text(text.subject, context.artwork)
        if not subject.strip(" |-–—") and not _told(context, language):
            yield error(NAME, _NONE, context.key("subject", language), language, hint=_HINT)


def _told(context: CheckContext, language: str) -> bool:
    """True when front matter has told already why its subject could not be read: it is there, and wrong."""
    own = context.key("subject", language)
    told = [
        known.place for known in context.rendering.findings if known.check == "front-matter" and known.place
    ]
    return any(
        own and place.file == own.file and _line(context, place).startswith("subject") for place in told
    )


def _line(context: CheckContext, place: Place) -> str:
    lines = context.sources.get(place.file, "").split("\n")
    return lines[place.line - 1].lower() if 0 < place.line <= len(lines) else ""


def subject_text(chunks: Chunks, artwork: Artwork) -> str:
    """A subject with each personal field shown by its fallback."""
    return "".join(piece if isinstance(piece, str) else _fallback(piece, artwork) for piece in chunks)


def _fallback(mark: Mark, artwork: Artwork) -> str:
    if mark.kind is not MarkKind.SLOT:
        return ""
    slot = artwork.slots[mark.number]
    return "…" if slot.fallback is None else slot.fallback
