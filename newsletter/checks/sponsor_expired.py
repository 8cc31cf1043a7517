"""Sponsors are shown as agreed: within their dates, no more often than was bought, and whole in each language.

In: the sponsors that an issue shows, when it is planned, how often each was shown. Out: findings. Called by catalog.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from newsletter.checks.context import CheckContext, error
from newsletter.model.finding import Finding
from newsletter.model.said import NBSP, Said
from newsletter.model.sponsor import SponsorUse

NAME = "sponsor-expired"

_PARTS = {"text": Said("text", "texte"), "logo": Said("logo", "logo")}


def check(context: CheckContext) -> Iterator[Finding]:
    """A sponsor of sponsors.toml is shown as agreed: from its first day to its last, in no more mailings than `insertions` says, and
    with a text (and a logo, where it has one) in each language of the issue.

    Level: error. The day is the one on which the mailing is planned to go out. Mailings are counted that began to go out or are approved,
    each issue once; they are counted when a mailing is planned or approved, as `newsletter check` does not look into the records.
    """
    day = context.planned_at.date()
    for use in context.rendering.sponsors:
        for message in (*_dates(use, day), *_count(use, context), *_missing(use)):
            yield error(NAME, message, use.place, use.language, hint=_hint(use))


def _dates(use: SponsorUse, day: date) -> Iterator[Said]:
    if use.begins and day < use.begins:
        yield Said(
            f"the agreement with “{use.key}” begins on {use.begins}, and this goes out on {day}",
            f"l’entente avec «{NBSP}{use.key}{NBSP}» commence le {use.begins}, et ceci part le {day}",
        )
    if use.ends and day > use.ends:
        yield Said(
            f"the agreement with “{use.key}” ended on {use.ends}, and this goes out on {day}",
            f"l’entente avec «{NBSP}{use.key}{NBSP}» a pris fin le {use.ends}, et ceci part le {day}",
        )


def _count(use: SponsorUse, context: CheckContext) -> Iterator[Said]:
    shown = context.occasion.inserted.get(use.key, 0) if context.occasion else 0
    if use.most is not None and shown >= use.most:
        yield Said(
            f"“{use.key}” stands in {shown} other mailings, approved ones ahead included, and {use.most} were agreed",
            f"«{NBSP}{use.key}{NBSP}» figure dans {shown} autres envois, y compris ceux qui sont approuvés, et l’entente en prévoit {use.most}",
        )


def _missing(use: SponsorUse) -> Iterator[Said]:
    for part in use.missing:
        words = _PARTS[part]
        yield Said(
            f"“{use.key}” has no {words.en} in the language “{use.language}”",
            f"«{NBSP}{use.key}{NBSP}» n’a pas de {words.fr} dans la langue «{NBSP}{use.language}{NBSP}»",
        )


def _hint(use: SponsorUse) -> Said:
    where = use.terms or "sponsors.toml"
    if use.missing:
        return Said(f"Add it in {where}.", f"Ajoutez-le dans {where}.")
    return Said(
        f"Take it out of this issue, or write the new terms into {where}.",
        f"Retirez-le de ce numéro, ou inscrivez les nouvelles conditions dans {where}.",
    )
