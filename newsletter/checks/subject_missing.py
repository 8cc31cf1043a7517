"""The subject: there, and of a length that phones show.

In: the subjects of an email. Out: findings. Called by catalog.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.checks.context import CheckContext, error, warning
from newsletter.model.artwork import Chunks, Mark, MarkKind
from newsletter.model.edition import BOTH, Artwork
from newsletter.model.finding import Finding
from newsletter.model.place import Place

NAME = "subject-missing"

SHORTEST, LONG, LONGEST = 10, 60, 78


def check(context: CheckContext) -> Iterator[Finding]:
    """Every language has a subject.

    Levels: error when there is none; warning under 10 or over 60 characters (phones show about 40, Gmail about 70; RFC 5322 advises
    78 at most). Personal fields count with their fallback. The joined subject of a mail in both languages may be longer.
    """
    for language, text, _page in context.texts:
        subject = subject_text(text.subject, context.artwork).strip()
        place = context.key("subject", language)
        if not subject.strip(" |-–—"):
            if _told(context, language):
                continue
            yield error(
                NAME,
                "there is no subject",
                place,
                language,
                hint="Add a line `subject: …` between the --- lines.",
            )
        elif BOTH in language:
            continue
        elif len(subject) < SHORTEST:
            characters = "character" if len(subject) == 1 else "characters"
            message = f"the subject has only {len(subject)} {characters}"
            yield warning(NAME, message, place, language, hint="Say what the mail is about.")
        elif len(subject) > LONG:
            most = "more than mail programs show" if len(subject) > LONGEST else "more than phones show"
            message = f"the subject has {len(subject)} characters, {most}"
            yield warning(
                NAME, message, place, language, hint=f"Bring it under {LONG}, the important words first."
            )


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
