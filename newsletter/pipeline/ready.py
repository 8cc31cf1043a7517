"""Ready: what must hold before a mailing counts: somebody gets it, doctor finds nothing wrong, and a person typed how many.

In: counts, what was typed. Out: nothing, or NotAllowed with the next step. Called by the shells before `plan`, `approve`, `reschedule`.
"""

from __future__ import annotations

from newsletter.model.errors import NotAllowed
from newsletter.pipeline import doctor
from newsletter.pipeline.context import Context
from newsletter.pipeline.plan import Counts
from newsletter.pipeline.reasons import plain

CONSENT_HINT = "Say why they may be mailed: a column consent_basis in the file, or `newsletter members import FILE --basis …`."


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


def require_somebody(counts: Counts) -> None:
    """Raises NotAllowed when a mailing would reach nobody."""
    if counts.mailed:
        return
    hint = "; ".join(f"{number:,} {plain(reason)}" for reason, number in counts.excluded.items())
    if "no-consent" in counts.excluded:
        hint += ".\n" + CONSENT_HINT
    raise NotAllowed(
        "nobody would be mailed",
        code="nobody",
        hint=hint or "The segment is empty: `newsletter segments explain NAME`.",
    )


def require_people(people: int) -> None:
    """Raises NotAllowed when nobody is left for a new time."""
    if people == 0:
        raise NotAllowed(
            "nobody would be mailed", code="nobody", hint="`newsletter cancel` ends the mailing."
        )


def typed_is(people: int, typed: str) -> bool:
    """True when a person typed this number, with whatever spaces or commas in it."""
    digits = "".join(sign for sign in typed if sign not in ", \u00a0\u202f\u2009")
    return digits.isascii() and digits.isdigit() and int(digits[:12]) == people


def require_typed(ctx: Context, people: int, typed: str) -> None:
    """Real people are mailed only when somebody typed how many. Raises NotAllowed; nowhere else is anything asked for."""
    if ctx.settings.official and not typed_is(people, typed):
        raise NotAllowed(
            "not confirmed: nothing was changed",
            code="not-confirmed",
            hint=f"Type {people:,}, the number of people who would be mailed.",
        )
