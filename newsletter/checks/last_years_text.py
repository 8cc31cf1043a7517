"""The text of the time before.

In: the texts of an email, and what its issue last was. Out: findings. Called by catalog.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.checks import page
from newsletter.checks.context import CheckContext, warning
from newsletter.checks.dates_in_text import words_without_days
from newsletter.model.edition import BOTH, Artwork
from newsletter.model.finding import Finding

NAME = "last-years-text"


def check(context: CheckContext) -> Iterator[Finding]:
    """A mailing that comes back says something new.

    Level: warning, for each language whose text is the one that went out the time before, but for numbers, months and days of the week.
    What is compared is the approved version that people got then. Judged when a mailing is planned or approved; `newsletter check` does not
    look into the records.
    """
    occasion = context.occasion
    if occasion is None or occasion.last is None:
        return
    for language, _text, shown in context.texts:
        if BOTH in language or language not in occasion.last.texts:
            continue
        if words_without_days(shown.text) == _words(occasion.last, language):
            when = f" on {occasion.last_day}" if occasion.last_day else " the last time"
            message = f"this is the text that went out{when}"
            hint = "Write it anew, or approve it as it is."
            yield warning(NAME, message, context.file(language), language, hint=hint)


def _words(artwork: Artwork, language: str) -> list[str]:
    return words_without_days(page.read(artwork.texts[language].html, artwork).text)
