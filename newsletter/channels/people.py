"""The people who are told, as they stand in the settings.

In: `Name <address>` with perhaps a language behind. Out: Person values. Called by channels.registry.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from newsletter.model.address import parse
from newsletter.model.errors import ConfigurationError, Explained
from newsletter.model.notice import Person
from newsletter.model.place import Place
from newsletter.model.said import NOTHING, Said

_PERSON = re.compile(
    r"\s*(?P<name>[^<>]*?)\s*<(?P<address>[^<>\s]+)>\s*(?P<language>\w*)\s*|\s*(?P<bare>[^<>\s]+@[^<>\s]+)\s*"
)
_LANGUAGES = ("en", "fr")


def read(lines: Sequence[str], language: str, setting: str = "notices.people") -> tuple[Person, ...]:
    """The people. `language` is for those who have none of their own. Raises ConfigurationError that names setting and line."""
    return tuple(_read(line, language, setting) for line in lines)


def _read(line: str, language: str, setting: str) -> Person:
    found = _PERSON.fullmatch(line)
    own = found["language"] if found else None
    if found is None or (own and own not in _LANGUAGES) or not line.isprintable():
        raise _fault(setting, line)
    address = found["address"] or found["bare"]
    try:
        parsed = parse(address)
    except Explained as error:
        raise _fault(setting, line, error.said[0]) from None
    return Person(found["name"] or "", parsed.text, own or language)


def _fault(setting: str, line: str, why: Said = NOTHING) -> ConfigurationError:
    return ConfigurationError(
        Said(
            f"{setting}: {line!r} is not a person{f' ({why.en})' if why else ''}",
            f"{setting}\u00a0: {line!r} n’est pas une personne{f' ({why.fr})' if why else ''}",
        ),
        code="notices-people",
        place=Place("newsletter.toml"),
        hint=Said(
            'Write "Name <address>", or "Name <address> fr" for a language of their own.',
            'Écrivez "Nom <adresse>", ou "Nom <adresse> fr" pour préciser sa langue.',
        ),
    )
