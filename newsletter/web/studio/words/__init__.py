"""Every word of the studio, in English and French, one table a section.

In: a key and a language. Out: a sentence. Called by every page and template of the studio.

A module of this package holds `TABLE: dict[str, tuple[str, str]]`; its keys begin with the module's name. Of a sentence that counts
there may be two, `x_one` and `x_many`: `w("x", n=3)` takes the right one (in French, zero and one are singular).
"""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Final

from babel.numbers import format_decimal

LANGUAGES: Final = ("en", "fr")
LOCALES: Final = {"en": "en_CA", "fr": "fr_CA"}


@cache
def tables() -> Mapping[str, Mapping[str, tuple[str, str]]]:
    """The tables of all sections, by section."""
    names = sorted(found.name for found in pkgutil.iter_modules(__path__))
    return {name: import_module(f"{__name__}.{name}").TABLE for name in names}


@cache
def table() -> Mapping[str, tuple[str, str]]:
    """All sections in one table."""
    return {key: pair for section in tables().values() for key, pair in section.items()}


class Words:
    """The words of one language: `w.desk_title`, or `w("people_rows", n=12)`. A key that is missing raises."""

    __slots__ = ("_index", "_table", "language")

    def __init__(self, language: str) -> None:
        self.language = language
        self._index = LANGUAGES.index(language)
        self._table = table()

    def __getattr__(self, key: str) -> str:
        try:
            return self._table[key][self._index]
        except KeyError:
            raise AttributeError(f"no words for {key}") from None

    def __call__(self, key: str, **values: object) -> str:
        """The sentence with its values filled in; whole numbers as the language writes them."""
        n = values.get("n")
        if isinstance(n, int) and key not in self._table:
            key = f"{key}_{'one' if self.singular(n) else 'many'}"
        try:
            sentence = self._table[key][self._index]
        except KeyError:
            raise LookupError(f"no words for {key}") from None
        return sentence.format(**{name: self.shown(value) for name, value in values.items()})

    def singular(self, n: int) -> bool:
        """Whether a count takes the singular."""
        return abs(n) == 1 or (n == 0 and self.language == "fr")

    def shown(self, value: object) -> object:
        """A value as it stands in a sentence."""
        if isinstance(value, bool) or not isinstance(value, int):
            return value
        return format_decimal(value, locale=LOCALES[self.language])


@cache
def words(language: str) -> Words:
    """The words of a language."""
    return Words(language)


def preferred(accepted: str) -> str:
    """The first known language of Accept-Language, else English."""
    for part in accepted.split(","):
        code = part.split(";")[0].strip().lower().partition("-")[0]
        if code in LANGUAGES:
            return code
    return LANGUAGES[0]
