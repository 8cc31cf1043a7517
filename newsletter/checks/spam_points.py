"""What a spam filter would think of the mail.

In: the score of a SpamAssassin on this machine, where the settings ask for one. Out: findings. Called by catalog.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from newsletter.checks.context import CheckContext, short
from newsletter.model.finding import Finding, Severity, finding
from newsletter.model.said import NBSP, Said, decimal
from newsletter.model.spam import SpamPoints, Unjudged

NAME = "spam-score"

_MOST: Final = 4  #: rules that are named
_SCALE: Final = 0.1  #: rules of less weight are not named
_WHY: Final = {
    Unjudged.ABSENT: (
        Said("{} is not on this machine: nothing is known of its score", "{} n’est pas sur cette machine\u00a0: sa note est inconnue"),
        Said("Install it, or empty `spam.program` in newsletter.toml.", "Installez-le, ou videz `spam.program` dans newsletter.toml."),
    ),
    Unjudged.TIME: (
        Said("{} did not answer in time: nothing is known of its score", "{} n’a pas répondu à temps\u00a0: sa note est inconnue"),
        Said("Ask again, or raise `spam.seconds`.", "Recommencez, ou augmentez `spam.seconds`."),
    ),
    Unjudged.ANSWER: (
        Said("{} answered what cannot be read: nothing is known of its score", "la réponse de {} est illisible\u00a0: sa note est inconnue"),
        Said("Run it by hand on the .eml file of `newsletter build`.", "Lancez-le à la main sur le fichier .eml de `newsletter build`."),
    ),
}  # fmt: skip


def check(context: CheckContext) -> Iterator[Finding]:
    """A SpamAssassin on this machine gives the mail few points. Asked by `newsletter check`, and before a mailing is planned or approved,
    where `spam.program` in newsletter.toml names it (`spamassassin` or `spamc`); else nobody is asked, and nothing is said.

    Levels: warning from `warn` points, error from `most`; info where there is no score. Only rules that need no network are counted.
    """
    warn, most = context.number(f"{NAME}.warn"), context.number(f"{NAME}.most")
    for language, found in context.spam.items():
        if found.why is not None:
            yield _unjudged(found, found.why)
        elif found.points >= warn:
            yield _judged(
                context, language, found, Severity.ERROR if found.points >= most else Severity.WARNING
            )


def _unjudged(found: SpamPoints, why: Unjudged) -> Finding:
    message, hint = _WHY[why]
    told = Said(message.en.format(found.program), message.fr.format(found.program))
    return finding(NAME, Severity.INFO, told, hint=hint)


def _judged(context: CheckContext, language: str, found: SpamPoints, severity: Severity) -> Finding:
    points, most = decimal(found.points, 1), decimal(context.number(f"{NAME}.most"))
    message = Said(
        f"SpamAssassin gives {points.en} points; filters put a mail away from {most.en}",
        f"SpamAssassin donne {points.fr} points; les filtres écartent un courriel à partir de {most.fr}",
    )
    heavy = sorted((one for one in found.rules if one.points >= _SCALE), key=lambda one: -one.points)[:_MOST]
    rules = ", ".join(f"{one.name} {one.points:g} ({short(one.told, 60)})" for one in heavy)
    hint = (
        Said(f"Most of it comes from: {rules}", f"L’essentiel vient de{NBSP}: {rules}")
        if heavy
        else Said("", "")
    )
    return finding(NAME, severity, message, context.file(language), language, hint=hint)
