"""Personal fields that leave a hole where a member has no value.

In: the slots of an email. Out: findings. Called by catalog.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.checks.context import CheckContext, error
from newsletter.model.artwork import Mark, MarkKind
from newsletter.model.finding import Finding
from newsletter.model.said import NBSP, Said, quoted

NAME = "slot-without-fallback"

#: fields that every member has
_ALWAYS = frozenset({"email"})
_SAMPLES = {"first_name": "friend", "company": "your company", "province": "your province"}


def check(context: CheckContext) -> Iterator[Finding]:
    """Every personal field that can be empty says what stands there when it is: `{{ member.first_name | default("friend") }}`.

    Level: error. Only the address is known of every member. Where nothing should stand, say so: `default("")`. Where there
    is a database of members, the remark says how many of the real audience would see the hole.
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
    write = f'{{{{ member.{slot.field} | default("{sample}") }}}}'
    hint = Said(f"Say what stands there instead: {write}", f"Dites ce qui s’y met à la place{NBSP}: {write}")
    return error(NAME, _message(context, slot.field, language), place, language, hint=hint)


def _message(context: CheckContext, field: str, language: str) -> Said:
    """With the real share where the audience was counted."""
    field_ = quoted(field)
    slots = context.survey.slots if context.survey else ()
    real = next(
        (one for one in slots if (one.field, one.language, one.shown) == (field, language, None)), None
    )
    if real is None:
        return Said(
            f"{field_.en} leaves a hole for members without it",
            f"{field_.fr} laisse un vide chez les membres qui n’en ont pas",
        )
    return Said(
        f"{field_.en} leaves a hole for {real.fallback:,} of {real.members:,} members ({real.share:.0f}%)",
        f"{field_.fr} laisse un vide chez {real.fallback:,} membres sur {real.members:,} ({real.share:.0f}{NBSP}%)".replace(
            ",", NBSP
        ),
    )
