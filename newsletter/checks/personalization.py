"""What personal fields come to over the real audience.

In: a survey, where somebody asked for one. Out: findings. Called by catalog.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.checks.context import CheckContext, warning
from newsletter.model.finding import Finding
from newsletter.model.said import NBSP, Said, quoted
from newsletter.model.survey import SlotSurvey

NAME = "personalization"

_SHARE_HINT = Said(
    "Write the sentence so that it reads well without the field, or complete the members' data.",
    "Tournez la phrase pour qu’elle se passe du champ, ou complétez les données des membres.",
)
_LENGTH_HINT = Said(
    "Look at the mail as this member gets it, or shorten the value: {{ member.… | truncate(40) }}.",
    f"Regardez le courriel tel que ce membre le reçoit, ou raccourcissez la valeur{NBSP}: {{{{ member.… | truncate(40) }}}}.",
)


def check(context: CheckContext) -> Iterator[Finding]:
    """Personal fields are personal for most of the real audience, and no value breaks the line it stands in.

    Level: warning, when more than `share` percent of those who get a text see the fallback of a field instead of a value of their own; and
    when the longest value of a field has more than `longest` characters. Judged wherever there is a database of members, by counting everybody
    who would be mailed now; without one nobody is asked, and nothing is said.
    """
    if context.survey is None:
        return
    share, longest = context.number(f"{NAME}.share"), context.number(f"{NAME}.longest")
    for slot in context.survey.slots:
        if slot.shown and slot.share > share:
            yield warning(NAME, _seldom(slot), slot.place, slot.language, hint=_SHARE_HINT)
        if len(slot.longest) > longest:
            yield warning(NAME, _long(slot), slot.place, slot.language, hint=_LENGTH_HINT)


def _seldom(slot: SlotSurvey) -> Said:
    field, shown = quoted(slot.field), quoted(slot.shown or "")
    few, all_ = f"{slot.fallback:,}", f"{slot.members:,}"
    return Said(
        f"{few} of {all_} members ({slot.share:.0f}%) see {shown.en}: they have no {field.en}",
        f"{few.replace(',', NBSP)} membres sur {all_.replace(',', NBSP)} ({slot.share:.0f}{NBSP}%) voient {shown.fr}{NBSP}: "
        f"ils n’ont pas de valeur pour {field.fr}",
    )


def _long(slot: SlotSurvey) -> Said:
    field, length = quoted(slot.field), len(slot.longest)
    return Said(
        f"the longest value of {field.en} has {length} characters",
        f"la plus longue valeur de {field.fr} compte {length} caractères",
    )
