"""The runner's heartbeat, and what is told when it stops.

In: the clock. Out: a sign of life in the database; a notice when mailings wait and there was none for ten minutes. Called by the
worker (which beats), the web part of `serve` and `doctor` (which listen).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from newsletter.model.campaign import Campaign, CampaignStatus
from newsletter.model.notice import NoticeKind
from newsletter.pipeline import notices
from newsletter.pipeline.context import Context
from newsletter.store import Connection, campaigns
from newsletter.store import notices as rows
from newsletter.store.database import get_meta, set_meta

EVERY = timedelta(seconds=30)
SILENT = timedelta(minutes=10)
_NAME = "runner.beat"
_WAITING = (CampaignStatus.SCHEDULED, CampaignStatus.PREPARING, CampaignStatus.SENDING)


def beat(ctx: Context) -> None:
    """A sign of life."""
    with ctx.store.write() as db:
        set_meta(db, _NAME, ctx.now().isoformat())


def _last(db: Connection) -> datetime | None:
    text = get_meta(db, _NAME)
    return datetime.fromisoformat(text) if text else None


def listen(ctx: Context, begun: datetime) -> bool:
    """Tell staff, once for each silence, when mailings wait and no runner showed itself for ten minutes; True when it was told now.

    `begun`: when the listener began; what was before that is not its affair. Delivers as well: the one who would do so is silent.
    """
    now = ctx.now()
    with ctx.store.read() as db:
        last = _last(db)
        waiting = campaigns.listed(db, _WAITING)
    heard = max(last or begun, begun)
    if not waiting or now - heard < SILENT:
        return False
    since = last or begun
    with ctx.store.write() as db:
        told = rows.tell(db, NoticeKind.SILENT, since.isoformat(), data={"since": since.isoformat()})
    notices.deliver(ctx)  # each round, as long as it lasts: what failed is tried again
    return told


def silence(ctx: Context) -> tuple[datetime | None, Sequence[Campaign]]:
    """The last sign of life (None: never), and the mailings that wait for one in vain: none while a runner lives."""
    now = ctx.now()
    with ctx.store.read() as db:
        last = _last(db)
        waiting = campaigns.listed(db, _WAITING)
    alive = last is not None and now - last < SILENT
    return last, [] if alive else waiting
