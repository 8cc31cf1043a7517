"""What all visits of one process share: the surroundings, how pages are drawn, the renderer's shelf, forms under way.

In: a Context, the sections. Out: a Studio. Made by web.studio.app; called by visits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from threading import Event, RLock
from typing import Any
from zoneinfo import ZoneInfo

from newsletter import app
from newsletter.pipeline.authoring import Desk
from newsletter.pipeline.context import Context
from newsletter.pipeline.memory import Memory
from newsletter.pipeline.once import Once
from newsletter.web.showing.shelf import Shelf
from newsletter.web.studio.drawing import assets, environment


@dataclass(frozen=True, slots=True)
class Entry:
    """A section that the rail leads to. `name` is its word's (`frame_NAME`) and its icon's."""

    name: str
    path: str


class Studio:
    """`stop` is set when the program ends: live lines end with it."""

    def __init__(self, ctx: Context, rail: Sequence[Entry] = (), stop: Event | None = None) -> None:
        self.ctx = ctx
        self.rail = tuple(rail)
        self.stop = stop or Event()
        self.once = Once(ctx)
        self.memory = Memory()
        self.zone = ZoneInfo(ctx.publication.time_zone)
        self.assets = assets()
        self.kept: dict[
            str, Any
        ] = {}  #: for sections: what they need not reckon anew; keys begin with the section
        self.lock = RLock()
        self._look = environment(self.zone)

    def draw(self, template: str, **values: object) -> str:
        """A template of look/, filled in."""
        return self._look.get_template(template).render(**values)

    @cached_property
    def desk(self) -> Desk:
        """The surroundings for writing."""
        ctx = self.ctx
        return Desk(ctx.root, ctx.settings, ctx.publication, ctx.now, ctx.renderer)

    @cached_property
    def shelf(self) -> Shelf:
        """The issues as they were last built."""
        return Shelf(self.desk, app.refreshed)

    def as_person(self, name: str, *, acting: bool = False) -> Context:
        """The surroundings of a verb, as a person of the staff. Who acts remembers no counts."""
        return replace(self.ctx, actor=name, memory=None if acting else self.memory)
