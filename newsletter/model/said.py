"""A sentence in the languages of staff, and the words that French needs around it.

In: the English and the French of one sentence. Out: a value that findings carry. Called by checks, compose, pipeline, the shells.

French of Canada: a no-break space before a colon and inside « », none before ; ! ?
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

ENGLISH, FRENCH = "en", "fr"
NBSP = "\u00a0"
#: what an operating system says of a file
_REASONS = {
    "unknown reason": "raison inconnue",
    "No such file or directory": "le fichier n’existe pas",
    "Permission denied": "l’accès est refusé",
    "Is a directory": "c’est un dossier",
    "Not a directory": "ce n’est pas un dossier",
    "Input/output error": "le disque ne répond pas bien",
    "Too many levels of symbolic links": "trop de liens se suivent",
    "File name too long": "le nom du fichier est trop long",
    "File exists": "le fichier existe déjà",
    "Directory not empty": "le dossier n’est pas vide",
    "No space left on device": "le disque est plein",
    "Read-only file system": "le disque est en lecture seule",
    "Address already in use": "un autre programme s’en sert",
    "Cannot assign requested address": "cet ordinateur n’a pas cette adresse",
}


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


def kept(told: Said) -> str:
    """How a reason that people read is kept: the English on the first line, the French on the second."""
    english, french = (text.partition("\n")[0] for text in (told.en, told.fr))
    return f"{english}\n{french}" if french else english


def recalled(text: str) -> Said:
    """What was kept so."""
    english, _, french = text.partition("\n")
    return Said(english, french)


def whole(value: int) -> Said:
    """A whole number as each language writes it: `12,345`, `12 345`."""
    text = f"{value:,}"
    return Said(text, text.replace(",", NBSP))


def perhaps(near: Sequence[str], otherwise: Said) -> Said:
    """A question that offers the nearest name; where there is none, something else to say."""
    return Said(f"Did you mean {near[0]}?", f"Vouliez-vous dire {near[0]}?") if near else otherwise


def alike(text: str) -> Said:
    """What is written the same in both languages: a command, an option, an address."""
    return Said(text, text)


def system(error: OSError) -> Said:
    """Why the operating system refused, in its own words, and in French where they are known."""
    reason = error.strerror or "unknown reason"
    return Said(reason, _REASONS.get(reason, reason))


def sentence(told: Said) -> Said:
    """With a capital at its beginning and a full stop at its end."""
    return Said(
        *(text[:1].upper() + text[1:].rstrip(".") + "." if text else "" for text in (told.en, told.fr))
    )
