"""What writing needs of the surroundings: no database, no keys, nothing written. A Context has all of it.

In: nothing. Out: the types. Called by build, proof and their shells; filled by app.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from newsletter.model.publication import Publication
from newsletter.settings import Settings

if TYPE_CHECKING:
    from newsletter.renderer import Renderer


class Authoring(Protocol):
    """The part of a Context that check, build and preview use."""

    @property
    def root(self) -> Path:
        """The workspace."""
        ...

    @property
    def settings(self) -> Settings:
        """All settings."""
        ...

    @property
    def publication(self) -> Publication:
        """The publication."""
        ...

    @property
    def now(self) -> Callable[[], datetime]:
        """The clock; aware."""
        ...

    @property
    def renderer(self) -> Callable[[], Renderer]:
        """The renderer, started on first use."""
        ...


@dataclass(frozen=True)
class Desk:
    """Surroundings for writing alone: works in a folder that cannot be written to, and makes no database."""

    root: Path
    settings: Settings
    publication: Publication
    now: Callable[[], datetime]
    renderer: Callable[[], Renderer]


def staff_language(desk: Authoring) -> str:
    """The language in which staff is answered, `en` or `fr`: as set, else the publication's first."""
    asked = desk.settings.text("language") or desk.publication.languages[0]
    return "fr" if asked.lower().startswith("fr") else "en"
