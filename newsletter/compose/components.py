"""The catalogue of components: what an author may write between `::: name` and `:::`.

In: nothing. Out: names, attributes, kinds of body. Called by body.read (judging), frame and text (the values handed to a look), and docs;
the looks are templates/components/<name>.mjml and .txt, the pages docs/reference/components/<name>.md.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
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
    TABLE = "table"  #: one Markdown table
    PARTS = "parts"  #: components of one kind, and nothing else


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
    """One attribute. One that is not written is an empty text, or the first of its choices. `said` is its line in the docs."""

    kind: Kind = Kind.TEXT
    required: bool = False
    choices: tuple[str, ...] = ()
    said: str = ""


@dataclass(frozen=True, slots=True)
class Component:
    """One component. `columns` are the fewest and most cells of a row, or parts; `holds` names the component that its parts are."""

    name: str
    level: Level
    body: Body
    attributes: dict[str, Attribute] = field(default_factory=dict)
    columns: tuple[int, int] = (1, 1)
    holds: str = ""


def _text(said: str, *, required: bool = False) -> Attribute:
    return Attribute(Kind.TEXT, required, said=said)


def _date(said: str, *, required: bool = False) -> Attribute:
    return Attribute(Kind.DATE, required, said=said)


def _choice(said: str, *choices: str) -> Attribute:
    return Attribute(Kind.CHOICE, choices=choices, said=said)


def _yes(said: str) -> Attribute:
    return Attribute(Kind.YES, said=said)


_TITLE = _text("the headline")
_NEEDED = replace(_TITLE, required=True)
_HREF = Attribute(Kind.URL, said="where it leads")
_LINK = _text("the words of the link below the text; say where it leads")
_ALT = _text("what the picture says, for those who do not see it")
_DECORATIVE = _yes("the picture says nothing that the text does not: it gets no alt text")
_IMAGE = Attribute(Kind.IMAGE, said="a picture; `name-dark.png` beside it is shown on dark screens")
_PICTURE = {"image": _IMAGE, "alt": _ALT, "decorative": _DECORATIVE}
_KICKER = _text("a small line above the headline")
_STORY = {"title": _NEEDED, "href": _HREF, "kicker": _KICKER, "link": _LINK, **_PICTURE}
_SECOND = {
    "name2": _text("who else signs: stands beside the first, below it on a phone"),
    "role2": _text("the second one's role"),
    "image2": Attribute(Kind.IMAGE, said="the second one's signature"),
    "alt2": _text("what the second picture says"),
}
_SIGNED = {
    "role": _text("what they are: *Chief Executive Officer*"),
    "image": Attribute(Kind.IMAGE, said="the signature; `name-dark.png` beside it is shown on dark screens"),
    "alt": _ALT,
    "decorative": _DECORATIVE,
    **_SECOND,
}

_ALL = (
    Component("hero", Level.SECTION, Body.PROSE, _STORY | {"link": _text("the words of the button")}),
    Component("lead", Level.SECTION, Body.PROSE, _STORY),
    Component(
        "teaser",
        Level.SECTION,
        Body.PROSE,
        {**_STORY, "side": _choice("where the picture stands", "left", "top", "none")},
    ),
    Component("two-up", Level.SECTION, Body.PARTS, columns=(2, 2), holds="teaser"),
    Component("heading", Level.COLUMN, Body.LINE, {"kicker": _KICKER}),
    Component("figures", Level.SECTION, Body.ROWS, columns=(2, 2)),
    Component("quote", Level.COLUMN, Body.PROSE, {"who": _text("whose words they are")}),
    Component(
        "callout",
        Level.COLUMN,
        Body.PROSE,
        {"kind": _choice("what the box is for", "info", "deadline"), "title": _TITLE},
    ),
    Component(
        "correction",
        Level.COLUMN,
        Body.PROSE,
        {"title": _TITLE, "date": _date("when the mail that was wrong went out")},
    ),
    Component("button", Level.COLUMN, Body.LINE, {"href": replace(_HREF, required=True)}),
    Component(
        "image",
        Level.COLUMN,
        Body.NONE,
        {
            "src": replace(_IMAGE, required=True),
            "alt": _ALT,
            "caption": _text("a line below the picture"),
            "href": _HREF,
            "decorative": _DECORATIVE,
        },
    ),
    Component(
        "table",
        Level.COLUMN,
        Body.TABLE,
        {
            "title": _TITLE,
            "caption": _text("a line below: source, unit, date"),
            "names": _yes("the first column names its rows: it is read aloud before each value"),
        },
    ),
    Component("rows", Level.COLUMN, Body.ROWS, {"title": _TITLE}, columns=(1, 4)),
    Component("calls", Level.COLUMN, Body.ROWS, {"title": _TITLE}, columns=(2, 3)),
    Component("members", Level.COLUMN, Body.ROWS, {"title": _TITLE}, columns=(1, 3)),
    Component(
        "event",
        Level.SECTION,
        Body.PROSE,
        {
            "title": _NEEDED,
            "date": _date("the day, with the hour where a calendar file is to know it", required=True),
            "end": _date("the last day, or the hour at which it ends"),
            "time": _text("the hour as readers see it"),
            "place": _text("where it is"),
            "zone": _text(
                "the time zone as readers see it; an IANA name (`America/Toronto`) is shown in words"
            ),
            "href": _HREF,
            "link": _LINK,
            "ics": _yes("readers can put it into their calendar: a file is made and hosted with the mail"),
        },
    ),
    Component(
        "file",
        Level.COLUMN,
        Body.PROSE,
        {
            "src": Attribute(Kind.FILE, required=True, said="a file of the issue's folder"),
            "title": replace(_NEEDED, said="what it is; the words of the link"),
        },
    ),
    Component("divider", Level.COLUMN, Body.NONE),
    Component(
        "sponsor",
        Level.SECTION,
        Body.PROSE,
        {
            "name": _text("a key of `sponsors.toml`, or the sponsor's name", required=True),
            "href": _HREF,
            "link": _LINK,
            **_PICTURE,
        },
    ),
    Component(
        "letter",
        Level.COLUMN,
        Body.PROSE,
        {
            "place": _text("where it is written"),
            "date": _date("when it is written"),
            "salutation": _text("how it begins; may hold personal fields"),
            "name": _text("who signs"),
            **_SIGNED,
        },
    ),
    Component("signature", Level.COLUMN, Body.PROSE, {"name": _text("who signs", required=True), **_SIGNED}),
)

CATALOGUE = {component.name: component for component in _ALL}
