"""Sample readers: the usual one, and those for whom a mail goes wrong first.

In: nothing. Out: members that are in no database. Called by build, preview and test messages.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from newsletter.model.member import Member


@dataclass(frozen=True, slots=True)
class Persona:
    """A sample reader. `key` is stable; shells have the words for it."""

    key: str
    member: Member


#: a name that needs every escape: markup, quotes, an ampersand, a placeholder of other programs
_MARKUP = '<b onmouseover="alert(1)">Bobby</b> & "Co" {{ x }} %%y%%'

PERSONAS: Final = (
    Persona(
        "usual",
        Member(
            "alex.martin@reader.example",
            first_name="Alex",
            last_name="Martin",
            company="Northern Precision Ltd.",
            province="ON",
            language="en",
            timezone="America/Toronto",
            tags=frozenset({"aerospace"}),
        ),
    ),
    Persona("nameless", Member("info@reader.example")),
    Persona(
        "french",
        Member(
            "eloise@lecteur.example",
            first_name="Éloïse",
            last_name="L’Heureux-Bélanger",
            company="Ateliers Nœud & Fils inc.",
            province="QC",
            language="fr",
            timezone="America/Montreal",
        ),
    ),
    Persona(
        "long",
        Member(
            "maximiliane.wolfeschlegelsteinhausenbergerdorff@manufacturing.reader.example",
            first_name="Maximiliane-Wilhelmina Alexandrina",
            last_name="Wolfeschlegelsteinhausenbergerdorff-Montgomery",
            company="The Consolidated Trans-Canadian Aerospace, Automotive and Agricultural Precision Manufacturing Company "
            "of Greater Sudbury and District (2003) Incorporated",
            province="Newfoundland and Labrador",
            language="en",
            timezone="America/St_Johns",
        ),
    ),
    Persona(
        "markup",
        Member(
            "bobby@reader.example",
            first_name=_MARKUP,
            last_name="O'Neil-\\Tab",
            company=f"{_MARKUP} <i>Ltd.</i>",
            province="BC",
            language="en",
            timezone="America/Vancouver",
        ),
    ),
    Persona(
        "rtl",
        Member(
            "layla@reader.example",
            first_name="ليلى",
            last_name="الخطيب",
            company="مصنع الشمال للآلات الدقيقة",
            province="AB",
            language="en",
            timezone="America/Edmonton",
        ),
    ),
)
BY_KEY: Final = {persona.key: persona.member for persona in PERSONAS}
USUAL: Final = BY_KEY["usual"]

_LONG_VALUE: Final = "Werkzeugmaschinenbau & Automatisierungstechnik " * 2


def worst(fields: Iterable[str]) -> Member:
    """The member with the longest values, attributes included: by it the size of a mail is judged, and a test shows its look."""
    return BY_KEY["long"]._replace(attributes=dict.fromkeys(fields, _LONG_VALUE.strip()))
