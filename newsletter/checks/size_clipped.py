"""Mails that Gmail would cut off.

In: the filled HTML of every text. Out: findings. Called by catalog.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.checks.context import CheckContext, error, warning
from newsletter.model.finding import Finding
from newsletter.model.said import NBSP, Said

NAME = "size-clipped"

KILOBYTE = 1024

_HINT = Said(
    "Shorten the issue: fewer stories with links to the rest. Pictures do not count, their HTML does.",
    f"Raccourcissez le numéro{NBSP}: moins d’articles, avec des liens vers la suite. Les images ne comptent pas, leur HTML oui.",
)


def check(context: CheckContext) -> Iterator[Finding]:
    """The HTML is small enough for Gmail, which hides everything after 102 KB, the unsubscribe link included.

    Levels: warning from `warn`, error from `most` kilobytes (1 KB = 1,024 bytes). Measured as the member with the longest values gets
    it, with tracked links and all conditional blocks; where there is a database of members, as that member of the real audience gets it
    whose mail is the largest.
    """
    near, most = context.number(f"{NAME}.warn"), context.number(f"{NAME}.most")
    for language, size in _sizes(context):
        if size >= most:
            message = Said(
                f"the mail has {size:.0f} KB of HTML: Gmail cuts it off at {most:g} KB",
                f"le courriel compte {size:.0f} Ko de HTML{NBSP}: Gmail le coupe à {most:g} Ko",
            )
            yield error(NAME, message, context.file(language), language, hint=_HINT)
        elif size >= near:
            message = Said(
                f"the mail has {size:.0f} KB of HTML, near the {most:g} KB at which Gmail cuts",
                f"le courriel compte {size:.0f} Ko de HTML, près des {most:g} Ko où Gmail coupe",
            )
            yield warning(NAME, message, context.file(language), language, hint=_HINT)


def _sizes(context: CheckContext) -> Iterator[tuple[str, float]]:
    """Kilobytes by text: of the largest real mail, where the audience was counted, else of a sample member's."""
    real = context.survey.largest if context.survey else None
    if real:
        yield real.language, real.size / KILOBYTE
        return
    for language, filled in context.filled.items():
        yield language, len(filled.html.encode()) / KILOBYTE
