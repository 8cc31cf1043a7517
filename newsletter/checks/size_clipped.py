"""Mails that Gmail would cut off.

In: the filled HTML of every text. Out: findings. Called by catalog.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.checks.context import CheckContext, error, warning
from newsletter.model.finding import Finding

NAME = "size-clipped"

KILOBYTE = 1024
WARN_AT = 90 * KILOBYTE
CUT_AT = 102 * KILOBYTE  #: Gmail shows this much and hides the rest, footer included, behind a link

_HINT = "Shorten the issue: fewer stories with links to the rest. Pictures do not count, their HTML does."


def check(context: CheckContext) -> Iterator[Finding]:
    """The HTML is small enough for Gmail, which hides everything after 102 KB, the unsubscribe link included.

    Levels: warning from 90 KB, error from 102 KB (1 KB = 1,024 bytes). Measured as the member with the longest values gets it,
    with tracked links and all conditional blocks.
    """
    for language, filled in context.filled.items():
        size = len(filled.html.encode())
        if size < WARN_AT:
            continue
        kilobytes = f"{size / KILOBYTE:.0f} KB"
        if size >= CUT_AT:
            message = f"the mail has {kilobytes} of HTML: Gmail cuts it off at {CUT_AT // KILOBYTE} KB"
            yield error(NAME, message, context.file(language), language, hint=_HINT)
        else:
            message = (
                f"the mail has {kilobytes} of HTML, near the {CUT_AT // KILOBYTE} KB at which Gmail cuts"
            )
            yield warning(NAME, message, context.file(language), language, hint=_HINT)
