"""Proving the second channel: what was never tried is not there when it is needed.

In: the settings. Out: a trial to everybody, remembered with its time for this very set-up; what is said while there is none.
Called by `newsletter notices test`, `schedule` and doctor.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import msgspec

from newsletter.channels import registry
from newsletter.model.campaign import CampaignStatus
from newsletter.model.errors import Explained
from newsletter.model.examination import Examination, Health
from newsletter.model.said import Said, alike
from newsletter.pipeline import notices
from newsletter.pipeline.context import Context
from newsletter.planning.phrases import spoken
from newsletter.store import audit, campaigns, series
from newsletter.store import notices as rows
from newsletter.store.database import get_meta, set_meta

NAME = "second-channel"
_META = "notices.proven"
_AHEAD = (CampaignStatus.DRAFT, CampaignStatus.SCHEDULED, CampaignStatus.PAUSED, CampaignStatus.HELD)


@dataclass(frozen=True, slots=True)
class Tried:
    """One target and what went wrong; empty when it was taken."""

    name: str
    fault: str


class _Proof(msgspec.Struct):
    fingerprint: str
    at: datetime


def _fingerprint(ctx: Context) -> str:
    return registry.fingerprint(ctx.settings, ctx.publication.sender.address, ctx.keys.suppression)


def prove(ctx: Context) -> list[Tried]:
    """Send a trial to everybody. When all of them take it, this set-up counts as proven. Raises ConfigurationError."""
    tried = [Tried(target.name, notices.post_trial(ctx, target)) for target in notices.targets(ctx)]
    now = ctx.now()
    good = bool(tried) and not any(one.fault for one in tried)
    with ctx.store.write() as db:
        if good:
            proof = _Proof(_fingerprint(ctx), now)
            set_meta(db, _META, msgspec.json.encode(proof).decode())
        faults = {one.name: one.fault for one in tried}
        audit.note(db, now, ctx.actor, "notices-test", "", {"faults": faults})
    return tried


def proven(ctx: Context) -> datetime | None:
    """When the set-up, as it is now, was proven; None: never."""
    with ctx.store.read() as db:
        kept = get_meta(db, _META)
    if not kept or not registry.is_set_up(ctx.settings):
        return None
    proof = msgspec.json.decode(kept, type=_Proof)
    return proof.at if proof.fingerprint == _fingerprint(ctx) else None


def unproven(ctx: Context) -> list[str]:
    """What is said beside a planned mailing while no second channel is proven, in the language of the staff; nothing when one is."""
    if proven(ctx) is not None:
        return []
    french = spoken(ctx.publication.languages[0]) == "fr"
    if registry.is_set_up(ctx.settings):
        return [
            "La deuxième voie pour prévenir l’équipe n’a pas été essayée avec ces réglages\u00a0: newsletter notices test."
            if french
            else "The second channel to staff was never tried with these settings: newsletter notices test."
        ]
    return [
        "Aucune deuxième voie n’est réglée pour prévenir l’équipe\u00a0: si cet envoi est retenu, personne ne l’apprend ([notices] dans "
        "newsletter.toml)."
        if french
        else "No second channel to staff is set up: should this mailing be held, nobody is told ([notices] in newsletter.toml)."
    ]


def examine(ctx: Context) -> list[Examination]:
    """How the second channel stands. Nothing is said while nothing is planned and nothing set up."""
    set_up = registry.is_set_up(ctx.settings)
    with ctx.store.read() as db:
        planned = bool(campaigns.drafts(db) or series.opened(db)) or any(
            one.due_at is not None for one in campaigns.listed(db, _AHEAD)
        )
        failing = rows.failing(db)
    if not set_up:
        return [_missing()] if planned else []
    return [_examined(ctx, failing)]


def _missing() -> Examination:
    return Examination(
        NAME,
        Health.WARNING,
        Said(
            "A mailing is planned, and no second channel to staff is set up: when it is held, nobody is told.",
            "Un envoi est planifié, et aucune deuxième voie n’est réglée pour prévenir l’équipe\u00a0: s’il est retenu, personne ne l’apprend.",
        ),
        Said(
            "Set [notices] in newsletter.toml, then: newsletter notices test.",
            "Réglez [notices] dans newsletter.toml, puis\u00a0: newsletter notices test.",
        ),
    )


def _examined(ctx: Context, failing: int) -> Examination:
    try:
        told = ", ".join(target.name for target in notices.targets(ctx))
    except Explained as error:
        sentence = Said(
            f"The second channel to staff cannot be used: {error.message}.",
            f"La deuxième voie pour prévenir l’équipe est inutilisable\u00a0: {error.told('fr')[0]}.",
        )
        return Examination(
            NAME,
            Health.WARNING,
            sentence,
            error.said[1]
            or Said("Look at [notices] in newsletter.toml.", "Regardez [notices] dans newsletter.toml."),
        )
    at = proven(ctx)
    if at is None:
        sentence = Said(
            f"The second channel to staff ({told}) was never tried with these settings.",
            f"La deuxième voie pour prévenir l’équipe ({told}) n’a jamais été essayée avec ces réglages.",
        )
        return Examination(NAME, Health.WARNING, sentence, alike("newsletter notices test"))
    if failing:
        sentence = Said(
            f"{failing} notice(s) to staff could not be delivered.",
            f"{failing} avis à l’équipe n’ont pu être remis.",
        )
        return Examination(
            NAME,
            Health.WARNING,
            sentence,
            Said(
                "newsletter notices lists them with the reason.",
                "`newsletter notices` les énumère avec la raison.",
            ),
        )
    return Examination(
        NAME,
        Health.OK,
        Said(
            f"Staff are told by {told}; tried on {at:%Y-%m-%d}.",
            f"L’équipe est prévenue par {told}; essai le {at:%Y-%m-%d}.",
        ),
    )
