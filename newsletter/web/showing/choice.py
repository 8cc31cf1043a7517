"""What is looked at: language, view, reader, as the address of the page says it.

In: the query of a request. Out: a Choice, and addresses of neighbouring choices. Called by the preview's pages.

Everything stands in the address: a page can be bookmarked and sent to a colleague on the same machine, and no cookie is needed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from urllib.parse import urlencode

from newsletter.model.edition import Artwork
from newsletter.pipeline.personas import BY_KEY

VIEWS = ("both", "desktop", "phone", "text", "source")
BLOCKS = ("reader", "all", "none")
READER, MEMBER = "usual", "member"


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to look at an issue. `reader` is the key of a persona, or `member` beside an address."""

    lang: str = ""
    view: str = VIEWS[0]
    dark: str = ""
    images: str = ""
    reader: str = READER
    member: str = ""
    blocks: str = BLOCKS[0]
    ui: str = ""

    def query(self, **changes: str) -> str:
        """The query that leads here, with changes; what is as usual is left out."""
        changed = replace(self, **changes)
        usual = Choice()
        pairs = ((field.name, getattr(changed, field.name)) for field in fields(self))
        return urlencode([(name, value) for name, value in pairs if value != getattr(usual, name)])

    def url(self, path: str, **changes: str) -> str:
        """The address of a page with this choice."""
        query = self.query(**changes)
        return f"{path}?{query}" if query else path


def read(query: Mapping[str, str]) -> Choice:
    """The choice that a query makes; what it does not know is as usual."""
    reader = query.get("reader", READER)
    return Choice(
        lang=query.get("lang", "")[:20],
        view=_known(query.get("view", ""), VIEWS),
        dark="1" if query.get("dark") == "1" else "",
        images="off" if query.get("images") == "off" else "",
        reader=reader if reader in BY_KEY or reader == MEMBER else READER,
        member=query.get("member", "").strip()[:320],
        blocks=_known(query.get("blocks", ""), BLOCKS),
        ui=query.get("ui", "") if query.get("ui") in {"en", "fr"} else "",
    )


def language_of(choice: Choice, artwork: Artwork, ui: str) -> str:
    """Which text is shown: the one asked for, else that of the interface's language, else the first."""
    return next((name for name in (choice.lang, ui) if name in artwork.texts), artwork.languages[0])


def _known(value: str, known: tuple[str, ...]) -> str:
    return value if value in known else known[0]
