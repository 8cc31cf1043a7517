"""Outcome: what an answer means for a batch, and what a refused family of batches may conclude.

In: the provider's answer; the parts that one batch was cut into. Out: decisions, as values. Called by pipeline.submit.

A request that is refused without naming anybody may hold one bad address, or may be refused as a whole. Halving finds the one;
but nobody is rejected before another part of the same batch was accepted, which proves that the request itself is sound.
(docs/explanation/ledger.md, "One bad address".)
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from newsletter.model.errors import RefusalScope, Refused, Unavailable, Uncertain
from newsletter.model.outbound import Receipt

Answer = Receipt | Refused | Unavailable | Uncertain

UNPROVEN_LIMIT = (
    7  #: one whole, two halves, four quarters: refused requests of a family before any is accepted
)
CAMPAIGN_LIMIT = 20  #: refused requests of a campaign before any is accepted
QUARTER = 2  #: how often a batch is halved before any part of it was accepted


class Meaning(StrEnum):
    """What an answer means for the batch it answers."""

    ACCEPTED = "accepted"
    IN_DOUBT = "in_doubt"
    AGAIN = "again"  #: nothing was taken; later, by itself
    ACCOUNT = "account"  #: nothing was taken, nobody is rejected; the campaign pauses
    NAMED = "named"  #: recipients were named; they stand aside, the rest goes again
    REFUSED = "refused"  #: refused without naming anybody


def meaning(answer: Answer) -> Meaning:
    """The one place where an answer gets its meaning (house.md 5)."""
    match answer:
        case Receipt():
            return Meaning.ACCEPTED
        case Uncertain():
            return Meaning.IN_DOUBT
        case Unavailable():
            return Meaning.AGAIN
        case Refused(scope=RefusalScope.ACCOUNT):
            return Meaning.ACCOUNT
        case Refused(scope=RefusalScope.MEMBERS, members=members) if members:
            return Meaning.NAMED
        case Refused():
            return Meaning.REFUSED
        case _:
            assert_never(answer)


class Waiting(StrEnum):
    """Why a refused part waits."""

    REFUSED = "refused"  #: nobody was named
    NAMED = "named"  #: all who are in it were named


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a family: a batch that was split from the same first batch. `waiting` is None while it is under way."""

    id: int
    size: int
    depth: int
    waiting: Waiting | None


@dataclass(frozen=True, slots=True)
class Family:
    """The parts of one batch that still need a decision, and what is known around them.

    `size` is that of the first batch, `requests` all its refused or accepted requests in this round; `proven`: a part was
    accepted; `elsewhere`: another batch of the same variant was accepted; `last`: no other batch of the mailing is still to go or
    under way, so that none can bring evidence; `insisted`: a person resumed after a pause for this.
    `campaign_refusals` counts refused requests of the campaign while none was accepted.
    """

    size: int
    requests: int
    parts: tuple[Part, ...]
    proven: bool
    elsewhere: bool = False
    last: bool = False
    insisted: bool = False
    campaign_refusals: int = 0


class Act(StrEnum):
    """What is done with a waiting part."""

    SPLIT = "split"
    REJECT = "reject"
    HOLD = "hold"
    PAUSE = "pause"  #: the campaign; the part keeps waiting


def budget(size: int) -> int:
    """The most requests that one batch may cost."""
    return 2 * math.ceil(math.log2(size)) + 10 if size > 1 else 10


def review(family: Family) -> list[tuple[Act, int]]:
    """What happens to the waiting parts now; nothing while the evidence is still on its way."""
    waiting = [part for part in family.parts if part.waiting]
    if not waiting:
        return []
    if family.proven:
        return _proven(waiting, family)
    named = [part for part in waiting if part.waiting is Waiting.NAMED]
    if family.elsewhere and len(named) == len(family.parts):
        return [(Act.REJECT, part.id) for part in named]
    if family.campaign_refusals >= CAMPAIGN_LIMIT and not family.insisted:
        return [(Act.PAUSE, part.id) for part in waiting]
    if len(waiting) < len(family.parts):
        return []  # a part is still under way: it may prove the request sound
    return _unproven(waiting, family)


def _proven(waiting: Sequence[Part], family: Family) -> list[tuple[Act, int]]:
    """Another part was accepted: the fault is with recipients of these. They are halved while the batch's budget lasts."""
    spent = family.requests + len(family.parts) - len(waiting)  # parts under way will cost a request each
    acts: list[tuple[Act, int]] = []
    for part in waiting:
        if part.waiting is Waiting.NAMED or part.size == 1:
            acts.append((Act.REJECT, part.id))
        elif spent + 2 <= budget(family.size):
            spent += 2
            acts.append((Act.SPLIT, part.id))
        else:
            acts.append((Act.HOLD, part.id))
    return acts


def _unproven(waiting: Sequence[Part], family: Family) -> list[tuple[Act, int]]:
    """Every part was refused and none accepted: quarter once, then it is the request that is refused."""
    if family.requests < UNPROVEN_LIMIT:
        split = [
            part
            for part in waiting
            if part.waiting is Waiting.REFUSED and part.size > 1 and part.depth < QUARTER
        ]
        if split:
            return [(Act.SPLIT, part.id) for part in split]
    if (
        family.insisted
        and not (family.elsewhere or family.last)
        and family.campaign_refusals < CAMPAIGN_LIMIT
    ):
        return []  # others are to go, and may prove the request sound: else a person would resume the same batch for ever
    act = Act.HOLD if family.insisted and (family.elsewhere or family.last) else Act.PAUSE
    return [(act, part.id) for part in waiting]
