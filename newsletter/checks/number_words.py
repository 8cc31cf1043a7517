"""Numbers written in words, from nought to a hundred, in English and French.

In: nothing. Out: words with their values, a pattern. Called by amounts_in_text.
"""

from __future__ import annotations

import re
from typing import Final

from newsletter.checks.calendar_words import listed

_ENGLISH_ONES = listed(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
)
_ENGLISH_TENS = listed("twenty thirty forty fifty sixty seventy eighty ninety")
_FRENCH_ONES = listed(
    "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit dix-neuf"
)
_FRENCH_TENS = {
    20: "vingt",
    30: "trente",
    40: "quarante",
    50: "cinquante",
    60: "soixante",
    80: "quatre-vingt",
}


def _english(number: int) -> str:
    if number < 20:
        return _ENGLISH_ONES[number]
    tens, ones = divmod(number, 10)
    return _ENGLISH_TENS[tens - 2] + (f"-{_ENGLISH_ONES[ones]}" if ones else "")


def _french(number: int) -> str:
    """As Canada writes them: soixante-dix, quatre-vingt-dix; “et” before un and onze but after quatre-vingt."""
    if number < 20:
        return _FRENCH_ONES[number]
    tens = max(ten for ten in _FRENCH_TENS if ten <= number)
    rest = number - tens
    if not rest:
        return _FRENCH_TENS[tens] + ("s" if tens == 80 else "")
    joint = " et " if rest in {1, 11} and tens != 80 else "-"
    return _FRENCH_TENS[tens] + joint + _FRENCH_ONES[rest]


def _spellings() -> dict[str, int]:
    found = {_english(number): number for number in range(100)}
    found |= {"a hundred": 100, "one hundred": 100, "cent": 100, "a": 1, "une": 1, "vingt et une": 21}
    for number in range(100):
        word = _french(number)
        found |= {word: number, word.replace(" ", "-"): number}  # both spellings, before and after 1990
    return found


VALUES: Final = _spellings()
WORDS: Final = "|".join(
    re.escape(word).replace(r"\ ", r"\s") for word in sorted(VALUES, key=len, reverse=True)
)


def value(words: str) -> int:
    """What words of the pattern stand for."""
    return VALUES[" ".join(words.lower().split())]
