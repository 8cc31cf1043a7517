"""Judging: mailings that are being sent, by what came back of them; too much of it pauses the rest.

In: the ledger, events, the limits of settings. Out: mailings paused, with a sentence that says why and what next. Called by
pipeline.record whenever events were applied, and by the house of a runner when it starts.

Nothing is counted up by hand: a process that dies between an event and its consequence loses neither. What a person let go on is judged
by what is handed over from then on.
"""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

from newsletter.dispatch.brake import Limits
from newsletter.model.campaign import Campaign, CampaignStatus
from newsletter.model.event import Trouble
from newsletter.model.said import NBSP, Said, kept, whole
from newsletter.pipeline import conclude
from newsletter.pipeline.context import Context
from newsletter.store import Connection, campaigns, troubles

_SETTINGS = MappingProxyType(
    {
        Trouble.HARD: "send.pause_bounces",
        Trouble.COMPLAINT: "send.pause_complaints",
        Trouble.POLICY: "send.pause_blocks",
    }
)


def judge(ctx: Context) -> list[int]:
    """Pause what must be paused; the numbers of those mailings."""
    with ctx.store.read() as db:  # a look costs no lock: nearly always all is well
        going = [one for one in campaigns.listed(db, [CampaignStatus.SENDING]) if _verdict(ctx, db, one)]
    return [one.id for found in going for one in _pause(ctx, found)]


def _pause(ctx: Context, found: Campaign) -> list[Campaign]:
    with ctx.store.write() as db:
        return _pause_in(ctx, db, found)


def judge_one(ctx: Context, db: Connection, campaign: int) -> None:
    """The same, of a mailing that is just about to go on."""
    found = campaigns.get(db, campaign)
    if found is not None:
        _pause_in(ctx, db, found)


def _pause_in(ctx: Context, db: Connection, found: Campaign) -> list[Campaign]:
    """Judged anew within the transaction that pauses. Without credits nothing else of that provider gets anywhere either."""
    verdict = _verdict(ctx, db, found)
    if verdict is None:
        return []
    trouble, told = verdict
    also = campaigns.listed(db, [CampaignStatus.SENDING]) if trouble is Trouble.CREDITS else [found]
    reason = f"{conclude.TROUBLE}{kept(told)}"
    return [one for one in also if one.provider == found.provider and conclude.pause(db, one.id, reason)]


def _verdict(ctx: Context, db: Connection, found: Campaign) -> tuple[Trouble, Said] | None:
    since = campaigns.detail(db, found.id).judged_from
    handed_over, counts = troubles.counted(db, found.id, since)
    limits = _limits(ctx)
    trouble = limits.exceeded(handed_over, counts)
    if trouble is None:
        return None
    return trouble, _told(trouble, counts[trouble], handed_over, limits.shares.get(trouble, 0.0))


def _limits(ctx: Context) -> Limits:
    shares = {trouble: ctx.settings.share(name) for trouble, name in _SETTINGS.items()}
    return Limits(shares, ctx.settings.whole("send.pause_least"))


def _told(trouble: Trouble, count: int, of: int, limit: float) -> Said:
    return _WORDS[trouble](_counts(count, of), _limit(_SETTINGS.get(trouble, ""), count / max(of, 1), limit))


def _counts(count: int, of: int) -> Said:
    some, everybody = whole(count), whole(of)
    return Said(f"{some.en} of {everybody.en}", f"{some.fr} des {everybody.fr}")


def _limit(setting: str, share: float, limit: float) -> Said:
    found, at = _percent(share), _percent(limit)
    return Said(
        f"({found.en}; it pauses at {at.en}, {setting})",
        f"({found.fr}; la pause vient à {at.fr}, {setting})",
    )


def _percent(share: float) -> Said:
    text = f"{100 * share:.2f}".rstrip("0").rstrip(".")
    return Said(f"{text}%", f"{text.replace('.', ',')}{NBSP}%")


def _hard(counts: Said, limit: Said) -> Said:
    return Said(
        f"{counts.en} mails came back, for there is no such address {limit.en}: see where these addresses come from",
        f"{counts.fr} courriels sont revenus, car l’adresse n’existe pas {limit.fr}; voyez d’où viennent ces adresses",
    )


def _complaint(counts: Said, limit: Said) -> Said:
    return Said(
        f"{counts.en} readers reported it as unwanted {limit.en}: see whether they asked for it, and read it as they did",
        f"{counts.fr} destinataires l’ont signalé comme indésirable {limit.fr}; voyez s’ils l’avaient demandé, et relisez-le "
        "à leur place",
    )


def _policy(counts: Said, limit: Said) -> Said:
    return Said(
        f"{counts.en} mails were refused for their content or their sender, not for the address {limit.en}: `newsletter doctor` "
        "looks at the sender",
        f"{counts.fr} courriels ont été refusés pour leur contenu ou leur expéditeur, non pour l’adresse {limit.fr}; "
        "`newsletter doctor` examine l’expéditeur",
    )


def _credits(counts: Said, _limit: Said) -> Said:
    return Said(
        f"the account has no mails left at the mail service, which dropped {counts.en} mails: buy more, or wait until they are renewed",
        f"le compte n’a plus de courriels au service d’envoi, qui a abandonné {counts.fr} courriels; achetez-en, ou attendez "
        "qu’ils soient renouvelés",
    )


_WORDS: MappingProxyType[Trouble, Callable[[Said, Said], Said]] = MappingProxyType(
    {
        Trouble.HARD: _hard,
        Trouble.COMPLAINT: _complaint,
        Trouble.POLICY: _policy,
        Trouble.CREDITS: _credits,
    }
)
