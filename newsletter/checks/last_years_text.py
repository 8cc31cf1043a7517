"""The text of the time before.

In: the texts of an email, and what its issue last was. Out: findings. Called by catalog.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from newsletter.checks import page
from newsletter.checks.context import CheckContext, warning
from newsletter.checks.dates_in_text import words_without_days
from newsletter.model.edition import BOTH, Artwork
from newsletter.model.finding import Finding
from newsletter.model.said import Said

NAME = "last-years-text"

_HINT = Said("Write it anew, or approve it as it is.", "Récrivez-le, ou approuvez-le tel quel.")


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
            yield warning(NAME, _message(occasion.last_day), context.file(language), language, hint=_HINT)


def _message(day: date | None) -> Said:
    if day is None:
        return Said("this is the text that went out the last time", "c’est le texte envoyé la dernière fois")
    return Said(f"this is the text that went out on {day}", f"c’est le texte envoyé le {day}")


def _words(artwork: Artwork, language: str) -> list[str]:
    return words_without_days(page.read(artwork.texts[language].html, artwork).text)
