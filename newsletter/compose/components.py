"""The catalogue of components: what an author may write between `::: name` and `:::`.

In: nothing. Out: names, attributes, kinds of body. Called by body.read (judging), frame and text (the values handed to a look);
the looks are templates/components/<name>.mjml and .txt.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Level(StrEnum):
    """Where a component's look stands in MJML."""

    COLUMN = "column"  #: its look is what an mj-column holds
    SECTION = "section"  #: its look is one or more mj-section


class Body(StrEnum):
    """What an author writes inside a component."""

    NONE = "none"
    LINE = "line"  #: one paragraph, without its <p>
    PROSE = "prose"  #: any Markdown but further components
    ROWS = "rows"  #: a row a line, cells between |


class Kind(StrEnum):
    """What the value of an attribute is."""

    TEXT = "text"  #: may hold slots
    URL = "url"  #: http, https, mailto, tel, sms or #anchor; may hold slots behind the host
    IMAGE = "image"  #: a file of the issue's folder, or of templates/images
    FILE = "file"  #: a file of the issue's folder that this program hosts
    DATE = "date"  #: 2021-01-20, 2021-01-20 13:00
    CHOICE = "choice"
    YES = "yes"  #: yes or no


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute. One that is not written is an empty text, or the first of its choices."""

    kind: Kind = Kind.TEXT
    required: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Component:
    """One component. `columns` are the fewest and most cells of a row."""

    name: str
    level: Level
    body: Body
    attributes: dict[str, Attribute] = field(default_factory=dict)
    columns: tuple[int, int] = (1, 1)


_TEXT = Attribute()
_NEEDED = Attribute(required=True)
_LINK = Attribute(Kind.URL)
_PICTURE = {"image": Attribute(Kind.IMAGE), "alt": _TEXT, "decorative": Attribute(Kind.YES)}
_STORY = {"title": _NEEDED, "href": _LINK, "kicker": _TEXT, "link": _TEXT, **_PICTURE}

_ALL = (
    Component("figures", Level.SECTION, Body.ROWS, {}, columns=(2, 2)),
    Component("button", Level.COLUMN, Body.LINE, {"href": Attribute(Kind.URL, required=True)}),
    Component(
        "image",
        Level.COLUMN,
        Body.NONE,
        {
            "src": Attribute(Kind.IMAGE, required=True),
            "alt": _TEXT,
            "caption": _TEXT,
            "href": _LINK,
            "decorative": Attribute(Kind.YES),
        },
    ),
    Component("lead", Level.SECTION, Body.PROSE, _STORY),
    Component(
        "teaser",
        Level.SECTION,
        Body.PROSE,
        {**_STORY, "side": Attribute(Kind.CHOICE, choices=("left", "top", "none"))},
    ),
    Component("heading", Level.COLUMN, Body.LINE, {"kicker": _TEXT}),
    Component("quote", Level.COLUMN, Body.PROSE, {"who": _TEXT}),
    Component(
        "callout",
        Level.COLUMN,
        Body.PROSE,
        {"kind": Attribute(Kind.CHOICE, choices=("info", "deadline")), "title": _TEXT},
    ),
    Component("divider", Level.COLUMN, Body.NONE),
    Component(
        "event",
        Level.SECTION,
        Body.PROSE,
        {
            "title": _NEEDED,
            "date": Attribute(Kind.DATE, required=True),
            "end": Attribute(Kind.DATE),
            "time": _TEXT,
            "place": _TEXT,
            "zone": _TEXT,
            "href": _LINK,
            "link": _TEXT,
        },
    ),
    Component(
        "sponsor", Level.SECTION, Body.PROSE, {"name": _NEEDED, "href": _LINK, "link": _TEXT, **_PICTURE}
    ),
    Component("signature", Level.COLUMN, Body.PROSE, {"name": _NEEDED, "role": _TEXT, **_PICTURE}),
    Component("rows", Level.COLUMN, Body.ROWS, {"title": _TEXT}, columns=(1, 4)),
)

CATALOGUE = {component.name: component for component in _ALL}
