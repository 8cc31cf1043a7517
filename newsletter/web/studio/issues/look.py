"""How the mail is looked at beside the editor: as the address of the page says it.

In: the query of a visit. Out: a Look, and addresses of neighbouring ones. Called by the issue page's modules.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Final
from urllib.parse import urlencode

from newsletter.pipeline.approximating import PROGRAMS
from newsletter.pipeline.personas import BY_KEY
from newsletter.web.showing.choice import BLOCKS, MEMBER, READER

TABS: Final = ("mail", "inbox", "text", "source", "languages", "changes")
WIDTHS: Final = ("600", "320", "375", "desktop")
COLOURS: Final = ("light", "dark", "partial", "full")
PIXELS: Final = {"320": 320, "375": 375, "600": 600, "desktop": 900}
AS_WRITTEN: Final = ""


@dataclass(frozen=True, slots=True)
class Look:
    """One way to look at an issue. `lang` is the text ("en", "en+fr"); `program` an approximation, empty for the mail itself."""

    lang: str = ""
    tab: str = TABS[0]
    width: str = WIDTHS[0]
    colours: str = COLOURS[0]
    images: str = ""
    program: str = AS_WRITTEN
    reader: str = READER
    member: str = ""
    blocks: str = BLOCKS[0]

    @property
    def pixels(self) -> int:
        """The width in CSS pixels."""
        return PIXELS[self.width]

    @property
    def dark(self) -> bool:
        """True where the reader's program prefers dark, and says so to the mail."""
        return self.colours == "dark"

    def query(self, **changes: str) -> str:
        """The query that leads here, with changes; what is as usual is left out."""
        changed = replace(self, **changes)
        pairs = ((field.name, getattr(changed, field.name)) for field in fields(self))
        return urlencode([(name, value) for name, value in pairs if value != getattr(USUAL, name)])

    def url(self, path: str, **changes: str) -> str:
        """The address of a page with this look."""
        query = self.query(**changes)
        return f"{path}?{query}" if query else path


USUAL: Final = Look()


def read(query: Mapping[str, str]) -> Look:
    """The look that a query asks for; what it does not know is as usual."""
    reader = query.get("reader", READER)
    program = query.get("program", "")
    return Look(
        lang=query.get("lang", "")[:20],
        tab=_known(query.get("tab", ""), TABS),
        width=_known(query.get("width", ""), WIDTHS),
        colours=_known(query.get("colours", ""), COLOURS),
        images="off" if query.get("images") == "off" else "",
        program=program if program in PROGRAMS else AS_WRITTEN,
        reader=reader if reader in BY_KEY or reader == MEMBER else READER,
        member=query.get("member", "").strip()[:320],
        blocks=_known(query.get("blocks", ""), BLOCKS),
    )


def _known(value: str, known: tuple[str, ...]) -> str:
    return value if value in known else known[0]
