"""Personal fields that leave a hole where a member has no value.

In: the slots of an email. Out: findings. Called by catalog.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.checks.context import CheckContext, error
from newsletter.model.artwork import Mark, MarkKind
from newsletter.model.finding import Finding
from newsletter.model.said import NBSP, Said

NAME = "slot-without-fallback"

#: fields that every member has
_ALWAYS = frozenset({"email"})
_SAMPLES = {"first_name": "friend", "company": "your company", "province": "your province"}


def check(context: CheckContext) -> Iterator[Finding]:
    """Every personal field that can be empty says what stands there when it is: `{{ member.first_name | default("friend") }}`.

    Level: error. Only the address is known of every member. Where nothing should stand, say so: `default("")`.
    """
    for language, text, _page in context.texts:
        numbers = {
            piece.number
            for chunks in (text.subject, text.html, text.text)
            for piece in chunks
            if isinstance(piece, Mark) and piece.kind is MarkKind.SLOT
        }
        for number in sorted(numbers):
            slot = context.artwork.slots[number]
            if slot.fallback is None and slot.field not in _ALWAYS:
                yield _finding(context, number, language)


def _finding(context: CheckContext, number: int, language: str) -> Finding:
    slot = context.artwork.slots[number]
    place = slot.place or context.where(f"member.{slot.field}", language)
    sample = _SAMPLES.get(slot.field, "…")
    return error(
        NAME,
        Said(
            f"“{slot.field}” leaves a hole for members without it",
            f"«{NBSP}{slot.field}{NBSP}» laisse un vide pour les membres qui n’en ont pas",
        ),
        place,
        language,
        hint=Said(
            f'Say what stands there instead: {{{{ member.{slot.field} | default("{sample}") }}}}',
            f'Dites ce qui le remplace{NBSP}: {{{{ member.{slot.field} | default("{sample}") }}}}',
        ),
    )
