"""Numbers, amounts, days and times that the two languages do not both state.

In: two languages side by side. Out: findings. Called by bilingual_parity.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from newsletter.checks.aligning import NAME, Aligned, Side
from newsletter.checks.amounts_in_text import Fact, differences
from newsletter.checks.context import error, short, warning
from newsletter.checks.parity_told import language
from newsletter.checks.pieces import Part
from newsletter.model.finding import Finding
from newsletter.model.outline import FRONT
from newsletter.model.place import Place
from newsletter.model.said import NBSP, Said, quoted


@dataclass(frozen=True, slots=True)
class _Left:
    """What the two sides of a pair state, each alone."""

    pair: tuple[Side | None, Side | None]
    first: tuple[Fact, ...]
    second: tuple[Fact, ...]


def check(aligned: Aligned) -> Iterator[Finding]:
    """What one language states and the other does not, or otherwise."""
    lefts = [_left(pair) for pair in aligned.pairs if _counts(pair)]
    first, second = differences(
        [fact for left in lefts for fact in left.first], [fact for left in lefts for fact in left.second]
    )
    alone = {id(fact) for fact in (*first, *second)}  # what moved to another paragraph is stated all the same
    for left in lefts:
        yield from _told(
            aligned,
            left.pair,
            [fact for fact in left.first if id(fact) in alone],
            [fact for fact in left.second if id(fact) in alone],
        )


def _counts(pair: tuple[Side | None, Side | None]) -> bool:
    """False for a piece whose absence is told already."""
    return None not in pair or any(side and side.loose for side in pair)


def _left(pair: tuple[Side | None, Side | None]) -> _Left:
    first, second = ([fact for fact, _part in side.facts] if side else [] for side in pair)
    return _Left(pair, *differences(first, second))


def _told(
    aligned: Aligned, pair: tuple[Side | None, Side | None], first: list[Fact], second: list[Fact]
) -> Iterator[Finding]:
    one, other = pair
    if one and other:
        for fact, answer in _answers(first, second):
            yield _otherwise(one, other, fact, answer)
    if one and one.piece.kind in FRONT:  # a subject may leave out what the other language's says
        return
    for side, facts in ((one, first), (other, second)):
        yield from (_only(aligned, side, fact) for fact in facts if side)


def _answers(first: list[Fact], second: list[Fact]) -> Iterator[tuple[Fact, Fact]]:
    """What stands for what, where a unit is left once on both sides; both are taken out."""
    for unit in sorted({fact.unit for fact in first}):
        ours = [fact for fact in first if fact.unit == unit]
        theirs = [fact for fact in second if fact.unit == unit]
        if len(ours) == len(theirs) == 1:
            first.remove(ours[0])
            second.remove(theirs[0])
            yield ours[0], theirs[0]


def _otherwise(one: Side, other: Side, fact: Fact, answer: Fact) -> Finding:
    words, others = quoted(short(fact.text)), quoted(short(answer.text))
    tongue, where = language(other.language), _place(other, answer)
    message = Said(
        f"{words.en} is {others.en} in {tongue.en} ({where.file}:{where.line})",
        f"{words.fr} devient {others.fr} en {tongue.fr} ({where.file}:{where.line})",
    )
    hint = Said("Put right the one that is wrong.", "Corrigez celui des deux qui est faux.")
    return (error if fact.weighty else warning)(NAME, message, _place(one, fact), one.language, hint=hint)


def _only(aligned: Aligned, side: Side, fact: Fact) -> Finding:
    words = quoted(short(fact.text))
    other = aligned.second if side.language == aligned.first.language else aligned.first
    tongue, where = language(other.language), aligned.beside(side)
    message = Said(f"{words.en} is not said in {tongue.en}", f"{words.fr} n’est pas dit en {tongue.fr}")
    line = f"{where.file}:{where.line}"
    hint = Said(f"The {tongue.en} text is at {line}.", f"Le texte {tongue.fr} est là{NBSP}: {line}.")
    return warning(NAME, message, _place(side, fact), side.language, hint=hint)


def _place(side: Side, fact: Fact) -> Place:
    parts: Sequence[Part] = [part for known, part in side.facts if known is fact]
    return parts[0].place(fact.text) if parts else side.piece.place
