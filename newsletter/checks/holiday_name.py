"""Names of other holidays than the one that a greeting is for.

In: the texts of an email, the holiday it is scheduled for, all others. Out: findings. Called by catalog.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from newsletter.checks.context import CheckContext, warning
from newsletter.checks.occasion import NamedDay, Occasion
from newsletter.model.finding import Finding
from newsletter.model.said import NBSP, NOTHING, Said

NAME = "holiday-name"

_HINT = Said("Left over from another greeting?", "Un reste d’une autre carte de vœux?")

_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "\u00a0": " ", "\u202f": " "})


def check(context: CheckContext) -> Iterator[Finding]:
    """A greeting names the holiday that it is scheduled for, and no other.

    Level: warning, for the name of another holiday, in English or French, in the subject, preheader, title or text of an issue that is scheduled for
    a holiday or comes back every year. Holidays of the same days (within ten) may be named: a Christmas letter wishes a happy New Year.
    """
    occasion = context.occasion
    if occasion is None or not occasion.greeting:
        return
    for language, text, page in context.texts:
        whole = "\n".join((context.filled[language].subject, text.preheader, text.title, page.text))
        for named, written in _foreign(whole, occasion):
            place = context.where(written, language) or context.file(language)
            yield warning(NAME, _message(written, named, occasion), place, language, hint=_HINT)


def _message(written: str, named: NamedDay, occasion: Occasion) -> Said:
    own = occasion.named.name if occasion.named else ""
    wanted = Said(f"; this mailing is for {own}", f"; cet envoi est pour {own}") if own else NOTHING
    return Said(
        f"“{written}” is the name of another holiday ({named.name}){wanted.en}",
        f"«{NBSP}{written}{NBSP}» est le nom d’une autre fête ({named.name}){wanted.fr}",
    )


def _foreign(text: str, occasion: Occasion) -> Iterator[tuple[NamedDay, str]]:
    """The other holidays that a text names, each once, as it is written."""
    own = [occasion.named] if occasion.named else []
    allowed = _names((*own, *occasion.near))
    rest = text
    for pattern in allowed.values():
        rest = pattern.sub(_blank, rest)
    seen: set[str] = set()
    by_name = {name: named for named in occasion.others for name in named.spellings}
    for name, pattern in _names(occasion.others).items():
        for found in pattern.finditer(rest):
            written, named = found.group(), by_name[name]
            if _is_name(written) and named.name not in seen:
                seen.add(named.name)
                yield named, written
        rest = pattern.sub(_blank, rest)


def _blank(found: re.Match[str]) -> str:
    return " " * len(found.group())


def _is_name(written: str) -> bool:
    """Small letters alone are words: "in the new year". French writes « fête du Canada », « jour de l’an »."""
    return written != written.lower() or not written.isascii() or "'" in written


def _names(named_days: Iterable[NamedDay]) -> dict[str, re.Pattern[str]]:
    """Every spelling as a pattern, the longest first: "Christmas Eve" is not "Christmas"."""
    spellings = {name for named in named_days for name in named.spellings}
    return {name: _pattern(name) for name in sorted(spellings, key=lambda name: (-len(name), name))}


@lru_cache(maxsize=1024)
def _pattern(name: str) -> re.Pattern[str]:
    parts = [re.escape(part) for part in re.split(r"[\s\u00a0]+", name.translate(_APOSTROPHES))]
    body = r"[\s\u00a0\u202f]+".join(parts).replace("'", "['’‘ʼ]")
    return re.compile(rf"(?<!\w){body}(?!\w)", re.IGNORECASE)
