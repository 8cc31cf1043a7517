"""Holding by link: one person, on a phone, stops one mailing.

In: the token of a *Hold* link. Out: how its mailing stands; or the mailing, paused. Called by the public pages.

The token is the proof, for this mailing and until its expiry. It holds and does nothing else: letting go on takes the program itself.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum

from newsletter.model import hold_token
from newsletter.model.campaign import Campaign, CampaignStatus
from newsletter.model.errors import NotAllowed
from newsletter.pipeline import control, notice_facts, reason_words, schedule
from newsletter.pipeline.context import Context
from newsletter.planning import words
from newsletter.planning.phrases import recipients
from newsletter.store import books, campaigns, editions, notices

_CAN = frozenset({CampaignStatus.SCHEDULED, CampaignStatus.PREPARING, CampaignStatus.SENDING})


class Hold(StrEnum):
    """What the link can do now."""

    CAN = "can"
    HELD = "held"  #: nothing of it leaves already
    OVER = "over"  #: nothing of it is left to hold
    EXPIRED = "expired"  #: the link's time is over


@dataclass(frozen=True, slots=True)
class Standing:
    """How a mailing stands, in words for the page. `people`: how many it is for; `handed_over`: how many of them surely or perhaps
    have it. Each is empty where there is nothing to say."""

    state: Hold
    number: int
    title: str
    subject: str
    when: str
    people: str = ""
    handed_over: str = ""


def standing(ctx: Context, token: str, language: str) -> Standing | None:
    """How the mailing of a link stands; None for a token that is not ours, or whose mailing is not in these books."""
    permit = hold_token.read(token, ctx.keys.tokens)
    if permit is None:
        return None
    with ctx.store.read() as db:
        found = campaigns.get(db, permit.campaign)
        if found is None:
            return None
        row = campaigns.detail(db, found.id)
        edition = editions.get(db, found.edition)
        counted = books.books(db, found.id)
        people = counted.prepared or notices.people(db, found.id)
    table = schedule.read(row.schedule)
    expired = ctx.now() >= permit.expires_at
    gone = counted.accepted + counted.in_doubt + counted.held
    return Standing(
        state=Hold.EXPIRED if expired else _state(found),
        number=found.id,
        title=notice_facts.title(edition, language),
        subject=notice_facts.subject(edition, language),
        when=words.sentences(table.plan, language)[0] if table else "",
        people=recipients(people, language) if people is not None else "",
        handed_over=recipients(gone, language) if gone else "",
    )


def _state(found: Campaign) -> Hold:
    if found.status.over:
        return Hold.OVER
    return Hold.CAN if found.status in _CAN else Hold.HELD


def hold(ctx: Context, token: str, language: str) -> Standing | None:
    """Pause the mailing of a link, as a person; how it stands then. Twice is as good as once."""
    found = standing(ctx, token, language)
    if found is None or found.state is not Hold.CAN:
        return found
    with suppress(NotAllowed):  # it came to its end, or was held, meanwhile: the page tells how it stands
        control.pause(replace(ctx, actor="hold-link"), found.number, reason_words.THE_LINK)
    return standing(ctx, token, language)
