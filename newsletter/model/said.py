"""A sentence in the languages of staff, and the words that French needs around it.

In: the English and the French of one sentence. Out: a value that findings carry. Called by checks, compose, pipeline, the shells.

French of Canada: a no-break space before a colon and inside « », none before ; ! ?
"""

from __future__ import annotations

from dataclasses import dataclass

ENGLISH, FRENCH = "en", "fr"
NBSP = "\u00a0"


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence in both languages. `str()` is the English, which programs and logs read."""

    en: str
    fr: str

    def told(self, language: str) -> str:
        """The sentence in a language of staff: French for `fr` and its forms, else English."""
        return self.fr if language.split("-", maxsplit=1)[0] == FRENCH and self.fr else self.en

    def __str__(self) -> str:
        return self.en

    def __bool__(self) -> bool:
        return bool(self.en)


NOTHING = Said("", "")


def said(sentence: Said | str) -> Said:
    """A sentence as it came: what was written in English alone is told in English to everybody."""
    return sentence if isinstance(sentence, Said) else Said(sentence, "")


def quoted(words: str) -> Said:
    """Words of the author between the quotation marks of each language."""
    return Said(f"“{words}”", f"«{NBSP}{words}{NBSP}»")


def decimal(value: float, places: int = 0) -> Said:
    """A number as each language writes it: `16.5`, `16,5`."""
    text = f"{value:.{places}f}"
    return Said(text, text.replace(".", ","))
