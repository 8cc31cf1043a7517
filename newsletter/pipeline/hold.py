"""Hold: one switch that stops everything, and the way back, mailing by mailing.

In: a reason, a person; later a mailing that may go on. Out: what stopped, what waits, what was let go. Called by `hold`, `release`,
the staff pages, notices.

Confirmations, unsubscribes and the pages of readers go on: they are no mailings. What is under way ends; nothing new leaves, for
the hold is judged in the transaction that lets a batch leave (pipeline.submit).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from newsletter.model.campaign import Campaign, CampaignStatus
from newsletter.model.errors import NotAllowed
from newsletter.model.hold import CLAIMED, HELD_BY, Hold
from newsletter.model.said import Said
from newsletter.pipeline import barring, control, freeze, lease, waiting
from newsletter.pipeline.context import Context
from newsletter.pipeline.waiting import Waiting
from newsletter.store import audit, campaigns, holds

REASON = 500  #: the longest reason, in characters


@dataclass(frozen=True, slots=True)
class Held:
    """What a hold did: the mailings that it stopped, and how many calls to the provider were under way and end."""

    hold: Hold
    stopped: tuple[int, ...]
    under_way: int


@dataclass(frozen=True, slots=True)
class Released:
    """What a release did. `hold`: the one that ended, or (of one mailing) that stands for all others; None: none. `campaign`: the
    mailing that was let go. `waiting`: those that wait for their own release, festive ones first."""

    hold: Hold | None
    waiting: Sequence[Waiting]
    campaign: Campaign | None = None


def hold(ctx: Context, reason: str, until: datetime | None = None) -> Held:
    """Hold everything, at once and for every process. A further hold takes the place of the one that stands.

    After `until` new mailings are free again; what was held then goes on waiting. Raises NotAllowed without a reason, or for an
    `until` that has passed.
    """
    now = ctx.now()
    said = " ".join(reason.split())[:REASON]
    if not said:
        raise NotAllowed(
            Said("a hold wants a reason", "une retenue demande une raison"),
            code="hold-reason",
            hint=Said(
                'newsletter hold --reason "what happened"', 'newsletter hold --reason "ce qui est arrivé"'
            ),
        )
    if until is not None and until <= now:
        raise NotAllowed(
            Said(f"{barring.moment(ctx, until).en} has passed", f"{barring.moment(ctx, until).fr} est passé"),
            code="hold-until",
            hint=Said("Give a later time, or leave it out.", "Donnez une heure plus tardive, ou omettez-la."),
        )
    with lease.acting(ctx) as db:
        placed = holds.place(db, now, ctx.actor, said, until)
        stopped = campaigns.hold_all(
            db, [CampaignStatus.SCHEDULED, CampaignStatus.SENDING], f"{HELD_BY}{said}"
        )
        under_way = holds.under_way(db)
        detail = placed.as_json() | {"stopped": stopped, "under_way": under_way}
        audit.note(db, now, ctx.actor, "hold everything", "", detail)
    return Held(placed, tuple(stopped), under_way)


def standing(ctx: Context) -> Hold | None:
    """The hold on everything that stands now, if one does."""
    return barring.standing(ctx)


def release(ctx: Context, campaign: int | None = None, *, late: bool = False) -> Released:
    """End the hold: what it stopped goes on waiting, each for its own release. With a number: let that one mailing go on, also
    while the hold stands for all others.

    `late`: also what was missed meanwhile. Raises NotFound; NotAllowed for a mailing that no hold keeps back, or whose time was
    missed.
    """
    if campaign is None:
        return _end(ctx)
    freed = _let_go(ctx, campaign, late=late)
    return Released(standing(ctx), waiting.every(ctx), freed)


def _end(ctx: Context) -> Released:
    now = ctx.now()
    with lease.acting(ctx) as db:
        stood = holds.standing(db, now)
        if holds.end(db, now, ctx.actor):
            audit.note(db, now, ctx.actor, "release everything", "", stood.as_json() if stood else None)
    return Released(stood, waiting.every(ctx))


def _let_go(ctx: Context, number: int, *, late: bool) -> Campaign:
    now = ctx.now()
    kept = control.find(ctx, number)
    _require_kept(kept)
    if (
        late
    ):  # in its time the runner asks that; what goes out late, as a person said, it does not judge again
        _require_same_text(ctx, kept)
    with lease.acting(ctx) as db:
        found = control.get(db, number)
        _require_kept(found)
        _require_in_time(waiting.look(ctx, db, found, now), late=late)
        control.go_on(ctx, db, found, late=late)
        audit.note(db, now, ctx.actor, "release", str(number), {"was": found.reason, "late": late})
        return control.get(db, number)


def _require_same_text(ctx: Context, found: Campaign) -> None:
    """A hold may be for a mistake, and the files put right meanwhile: the mistake does not go out then."""
    waits = found.status is CampaignStatus.HELD and found.started_at is None and found.due_at is not None
    if not waits:
        return
    drift = freeze.differs(ctx, found.slug, found.edition, found.due_at or ctx.now())
    if not drift or not drift.text:  # an error in the very text that was approved is told when its time comes
        return
    raise NotAllowed(
        Said(
            f"the issue's files differ from what was approved for mailing {found.id}",
            f"les fichiers du numéro diffèrent de ce qui a été approuvé pour l’envoi {found.id}",
        ),
        code="release-differs",
        hint=Said(
            f"`newsletter approve {found.id}` shows and approves the text of now, `newsletter resume {found.id}` sends the one "
            f"that was approved, `newsletter reschedule {found.id} --at …` gives it another time first.",
            f"`newsletter approve {found.id}` montre et approuve le texte de maintenant, `newsletter resume {found.id}` envoie celui qui a été approuvé, `newsletter reschedule {found.id} --at …` lui donne d’abord un autre moment.",
        ),
    )


def _require_kept(found: Campaign) -> None:
    if found.status is CampaignStatus.HELD and found.reason.startswith((HELD_BY, CLAIMED)):
        return
    hint = (
        Said(
            f"`newsletter resume {found.id}` lets it go on.",
            f"`newsletter resume {found.id}` le laisse reprendre.",
        )
        if found.status in {CampaignStatus.HELD, CampaignStatus.PAUSED}
        else Said(
            f"newsletter report {found.id} shows where it stands.",
            f"`newsletter report {found.id}` montre où il en est.",
        )
    )
    raise NotAllowed(
        Said(
            f"mailing {found.id} is {found.status.value}: no hold on everything keeps it back",
            f"l’envoi {found.id} est {found.status.french}\u00a0: aucune retenue générale ne l’arrête",
        ),
        code="not-held",
        hint=hint,
    )


def _require_in_time(found: Waiting, *, late: bool) -> None:
    """A missed time never fires by itself: a person says that it goes out late, gives it another time, or ends it."""
    number = found.campaign.id
    if found.expired:
        raise NotAllowed(
            Said(
                f"the day of mailing {number} has passed: what is late of it would reach nobody",
                f"le jour de l’envoi {number} est passé\u00a0: ce qui est en retard ne joindrait personne",
            ),
            code="release-expired",
            hint=Said(
                f"`newsletter reschedule {number} --at …` gives it another time, `newsletter cancel {number}` ends it.",
                f"`newsletter reschedule {number} --at …` lui donne un autre moment, `newsletter cancel {number}` y met fin.",
            ),
        )
    if found.missed and not late:
        raise NotAllowed(
            Said(
                f"the time of mailing {number} was missed while it was held",
                f"l’heure de l’envoi {number} a été manquée pendant qu’il était retenu",
            ),
            code="release-late",
            hint=Said(
                f"`newsletter release {number} --late` sends it now, `newsletter reschedule {number} --at …` gives it another "
                f"time, `newsletter cancel {number}` ends it.",
                f"`newsletter release {number} --late` l’envoie maintenant, `newsletter reschedule {number} --at …` lui donne un autre moment, `newsletter cancel {number}` y met fin.",
            ),
        )


def sentence(ctx: Context, found: Hold) -> Said:
    """That everything is held, since when, by whom and why, for people."""
    return barring.sentence(ctx, found)


def local(ctx: Context, moment: datetime) -> str:
    """A moment by the publication's clock."""
    return barring.moment(ctx, moment).en


def every_waiting(ctx: Context) -> Sequence[Waiting]:
    """All mailings that a hold or a claim keeps back, festive ones first."""
    return waiting.every(ctx)


def of_campaign(ctx: Context, found: Campaign) -> Hold | None:
    """The hold that stands for a mailing: None when none does, or when a person let this one out of it."""
    with ctx.store.read() as db:
        return barring.bars(db, campaigns.detail(db, found.id), ctx.now())
