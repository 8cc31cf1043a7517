"""Before real people get mail: `doctor` must find nothing wrong.

In: a Context. Out: nothing, or NotAllowed with what doctor found. Called by drafting, and by `send`, `schedule`, `approve`, `test`.
"""

from __future__ import annotations

from newsletter.model.errors import NotAllowed
from newsletter.pipeline import doctor
from newsletter.pipeline.context import Context


def require_ready(ctx: Context) -> None:
    """On SendGrid's official hosts a mailing needs doctor's green; on loopback and in the outbox nobody real is reached."""
    if not ctx.settings.official:
        return
    wrong = doctor.ready_for_real(ctx)
    if wrong:
        first = wrong[0]
        raise NotAllowed(
            f"not ready for real people: {first.sentence}",
            code="not-ready",
            hint=first.next_step or "`newsletter doctor` shows all.",
        )
