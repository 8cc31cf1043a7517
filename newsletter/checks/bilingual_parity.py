"""Two languages that say the same.

In: the outlines of an issue in two languages or more. Out: findings. Called by catalog.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.checks import aligning, other_language, parity_facts, parity_pieces
from newsletter.checks.context import CheckContext
from newsletter.model.finding import Finding

NAME = aligning.NAME


def check(context: CheckContext) -> Iterator[Finding]:
    """Both languages say the same: no piece, link, image or deadline is missing in one, no figure differs, and each is in its own language.

    Levels: error for a heading, component, table, quote, conditional block, link or image without a counterpart, an event on another
    day, money, shares, days or times that differ, and a whole sentence in the other language; warning for another number that differs or
    is said once, a list with other entries, a section with less than `least` of the other's words, a label left as it was, and a
    link to the other language's page. Pieces are paired by kind, order and what they state; the remark names the line in both files.

    "$148 million", "148 M$" and "148 millions de dollars" are the same, and so are "3,000+" and "3 000+", "95%" and "95 %", "1:00 to 2:30
    p.m." and "de 13 h à 14 h 30", "February 11" and "le 11 février". A number in words need not be answered. Names, quotations and
    addresses are in no language; a link that says "(in English)" may lead there.
    """
    first, *others = context.rendering.outlines or (None,)
    for second in others:
        if first is not None and second is not None:
            pairs = aligning.aligned(first, second)
            yield from parity_pieces.check(pairs, context.number(f"{NAME}.least"))
            yield from parity_facts.check(pairs)
            yield from other_language.check(pairs)
