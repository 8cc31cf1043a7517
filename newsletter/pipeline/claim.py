"""Claim: a person says that this copy of the database is the one that sends from now on.

In: a Context, a person's yes. Out: what was found and what it was done about; everything under way is held. Called by `claim`.

What the copy shows as not handed over may have left from another one: so nothing of it goes on by itself, not even what could be proven
absent here; and where we know that a backup was put back it is in doubt, until events prove it or a person decides.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from newsletter.model.campaign import CampaignStatus
from newsletter.model.errors import NotAllowed
from newsletter.model.hold import CLAIMED
from newsletter.model.lease import Lease, Tenure
from newsletter.model.said import Said, kept
from newsletter.pipeline import conclude, lease
from newsletter.pipeline.context import Context
from newsletter.pipeline.lease import Look
from newsletter.store import audit, campaigns, inquiries, leases

_LIVE = (CampaignStatus.SCHEDULED, CampaignStatus.SENDING, CampaignStatus.PAUSED)
RESTORED = "a backup was put back: it may have left after that backup was made"


@dataclass(frozen=True, slots=True)
class Claimed:
    """`found`: how it stood before. `held`: mailings that wait for a person now; `doubted`: those of which something is in doubt."""

    found: Look
    lease: Lease
    held: tuple[int, ...]
    doubted: tuple[int, ...]


def claim(ctx: Context, *, restored: bool = False) -> Claimed:
    """Take the lease. `restored`: a person knows that this is a backup from before something was sent.

    Raises NotAllowed where there is nothing to claim, ConfigurationError where the state file cannot be used.
    """
    now = ctx.now()
    with ctx.store.write() as db:
        found = lease.look_in(ctx, db)
        if found.tenure.may_send and not restored:
            raise NotAllowed(
                Said(
                    "this database may send from here: there is nothing to claim",
                    "cette base de données peut envoyer d’ici\u00a0: il n’y a rien à reprendre",
                ),
                code="nothing-to-claim",
                hint=Said(
                    "`newsletter campaigns` shows where its mailings stand.",
                    "`newsletter campaigns` montre où en sont ses envois.",
                ),
            )
        taken = replace(found.here, counter=found.counter + 1, at=now)
        leases.take(db, taken)
        old = restored or found.tenure is Tenure.BEHIND
        held = campaigns.hold_all(db, _LIVE, f"{CLAIMED}{RESTORED if old else kept(found.sentence)}")
        inquiries.disown(db)
        doubted = leases.doubt_all(db, now, RESTORED) if old else []
        for campaign in doubted:
            conclude.follow(db, campaign, now)
        detail = {"was": found.tenure.value, "restored": restored, "held": held, "in_doubt": doubted}
        audit.note(db, now, ctx.actor, "claim", taken.path, detail | {"counter": taken.counter})
    lease.keep(ctx, taken)
    lease.take_from(ctx, found, taken)
    return Claimed(found, taken, tuple(held), tuple(doubted))


def share(ctx: Context) -> Lease:
    """This machine sends beside those that do, from one database of a server. Nothing is held: whoever sends goes on.

    Raises NotAllowed for a database that is a file, for one that nobody sends from yet, and where a backup was put back.
    """
    if not ctx.store.shared:
        raise NotAllowed(
            Said(
                "a database that is a file belongs to one machine",
                "une base de données qui est un fichier appartient à un seul ordinateur",
            ),
            code="not-shared",
            hint=Said(
                "`newsletter db migrate` moves it to a server; `newsletter claim` takes this copy.",
                "`newsletter db migrate` la transporte sur un serveur; `newsletter claim` reprend cette copie.",
            ),
        )
    now = ctx.now()
    with ctx.store.write() as db:
        found = lease.look_in(ctx, db)
        if found.tenure not in {Tenure.MACHINE, Tenure.PATH} or found.kept is not None:
            raise NotAllowed(
                found.sentence
                or Said(
                    "this machine may send from it: there is nothing to share",
                    "cet ordinateur peut envoyer d’elle\u00a0: il n’y a rien à partager",
                ),
                code="nothing-to-share",
                hint=Said(
                    "`newsletter claim` without --beside shows what is known.",
                    "`newsletter claim` sans --beside montre ce qu’on en sait.",
                ),
            )
        leases.share(db, found.here.seat)
        counted = replace(found.here, counter=found.counter + 1, at=now)
        leases.put(db, counted)
        audit.note(db, now, ctx.actor, "share", counted.path, {"host": counted.host})
    lease.keep(ctx, counted)
    return counted
