"""Reaching: whether a mailing's provider reaches whom it reached when the mailing was approved.

In: a campaign's row. Out: nothing, or ConfigurationError. Called by approve, due and submit.

The same name may lead to the emulator in one terminal and to SendGrid in another. A rehearsal that was left unfinished must never
go on to real people, without doctor and without a gentle start; and a real mailing must not end in the emulator, counted as sent.
"""

from __future__ import annotations

from typing import Any

from newsletter.model.errors import ConfigurationError
from newsletter.model.said import Said
from newsletter.pipeline.context import Context


def require_same(ctx: Context, row: Any) -> None:
    """Raise ConfigurationError when the provider of a campaign's row is set otherwise than when it was planned."""
    official = ctx.provider(row.provider).capabilities.official
    if official == bool(row.official):
        return
    if official:
        raise ConfigurationError(
            Said(
                f"mailing {row.id} is a rehearsal, and {row.provider} is set to reach real people now",
                f"l’envoi {row.id} est une répétition, et {row.provider} est maintenant réglé pour joindre de vraies personnes",
            ),
            code="provider-real",
            hint=Said(
                f"`newsletter cancel {row.id}`, then send it with this setting, or set the provider back and resume.",
                f"`newsletter cancel {row.id}`, puis envoyez-le avec ce réglage; ou remettez le service d’envoi comme avant et reprenez.",
            ),
        )
    raise ConfigurationError(
        Said(
            f"mailing {row.id} is for real people, and {row.provider} is set to reach nobody outside this machine now",
            f"l’envoi {row.id} s’adresse à de vraies personnes, et {row.provider} est maintenant réglé pour ne joindre personne hors de cet ordinateur",
        ),
        code="provider-rehearsal",
        hint=Said(
            "Set the provider back (`newsletter settings` tells where each value comes from), then resume.",
            "Remettez le service d’envoi comme avant (`newsletter settings` dit d’où vient chaque valeur), puis reprenez.",
        ),
    )
