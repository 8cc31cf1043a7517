"""Ready: what must hold before a mailing counts: somebody gets it, doctor finds nothing wrong, and a person typed how many.

In: counts, what was typed. Out: nothing, or NotAllowed with the next step. Called by the shells before `plan`, `approve`, `reschedule`.
"""

from __future__ import annotations

from newsletter.model.errors import NotAllowed
from newsletter.model.said import Said, whole
from newsletter.pipeline import doctor
from newsletter.pipeline.context import Context
from newsletter.pipeline.plan import Counts
from newsletter.pipeline.reason_words import why_not
from newsletter.pipeline.reasons import plain

CONSENT_HINT = Said(
    "Say why they may be mailed: a column consent_basis in the file, or `newsletter members import FILE --basis …`.",
    "Dites pourquoi on peut leur écrire\u00a0: une colonne consent_basis dans le fichier, ou `newsletter members import FICHIER --basis …`.",
)


def require_ready(ctx: Context) -> None:
    """On SendGrid's official hosts a mailing needs doctor's green; on loopback and in the outbox nobody real is reached."""
    if not ctx.settings.official:
        return
    wrong = doctor.ready_for_real(ctx)
    if wrong:
        first = wrong[0]
        raise NotAllowed(
            Said(
                f"not ready for real people: {first.sentence}",
                f"pas prêt pour de vraies personnes\u00a0: {first.found.fr}",
            ),
            code="not-ready",
            hint=first.advice or Said("`newsletter doctor` shows all.", "`newsletter doctor` montre tout."),
        )


def require_somebody(counts: Counts) -> None:
    """Raises NotAllowed when a mailing would reach nobody."""
    if counts.mailed:
        return
    english = "; ".join(f"{number:,} {plain(reason)}" for reason, number in counts.excluded.items())
    french = "; ".join(f"{number} {why}" for why, number in _whom_not(counts))
    if "no-consent" in counts.excluded:
        english, french = f"{english}.\n{CONSENT_HINT.en}", f"{french}.\n{CONSENT_HINT.fr}"
    raise NotAllowed(
        Said("nobody would be mailed", "personne ne le recevrait"),
        code="nobody",
        hint=Said(english, french)
        or Said(
            "The segment is empty: `newsletter segments explain NAME`.",
            "Le segment est vide\u00a0: `newsletter segments explain NOM`.",
        ),
    )


def _whom_not(counts: Counts) -> list[tuple[str, str]]:
    return [(why_not(reason, "fr"), whole(number).fr) for reason, number in counts.excluded.items()]


def require_people(people: int) -> None:
    """Raises NotAllowed when nobody is left for a new time."""
    if people == 0:
        raise NotAllowed(
            Said("nobody would be mailed", "personne ne le recevrait"),
            code="nobody",
            hint=Said("`newsletter cancel` ends the mailing.", "`newsletter cancel` met fin à l’envoi."),
        )


def typed_is(people: int, typed: str) -> bool:
    """True when a person typed this number, with whatever spaces or commas in it."""
    digits = "".join(sign for sign in typed if sign not in ", \u00a0\u202f\u2009")
    return digits.isascii() and digits.isdigit() and int(digits[:12]) == people


def require_typed(ctx: Context, people: int, typed: str) -> None:
    """Real people are mailed only when somebody typed how many. Raises NotAllowed; nowhere else is anything asked for."""
    if ctx.settings.official and not typed_is(people, typed):
        raise NotAllowed(
            Said("not confirmed: nothing was changed", "non confirmé\u00a0: rien n’a été changé"),
            code="not-confirmed",
            hint=Said(
                f"Type {people:,}, the number of people who would be mailed.",
                f"Tapez {whole(people).fr}, le nombre de personnes qui le recevraient.",
            ),
        )
