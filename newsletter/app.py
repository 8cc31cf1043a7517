"""Wiring: the folder, the environment and the clock become a Context. The only place that reads the clock.

In: a start folder and the environment. Out: a Context, closed at the end. Called by the shells.
"""

from __future__ import annotations

import getpass
import os
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter import workspace
from newsletter.host import one_heap
from newsletter.pipeline.authoring import Desk
from newsletter.pipeline.context import Context
from newsletter.settings import Settings, resolve

if TYPE_CHECKING:
    from newsletter.providers.contract import Provider
    from newsletter.renderer import Renderer


@dataclass(frozen=True)
class Place:
    """A workspace that was found, with its settings; enough for commands that need no database."""

    root: Path
    settings: Settings
    tables: Mapping[str, object]

    @property
    def database(self) -> str:
        """The address of its database."""
        return self.settings.text("database_url") or f"sqlite:///{self.root / 'var' / 'newsletter.db'}"


def system_clock(start: datetime | None, rate: int = 1) -> Callable[[], datetime]:
    """The clock: the machine's, or one that was set to an instant and runs on from it (`rate` seconds in one)."""
    if start is None:
        return lambda: datetime.now(UTC)
    begun = time.monotonic()
    return lambda: start + timedelta(seconds=(time.monotonic() - begun) * rate)


def system_sleep(settings: Settings) -> Callable[[float], None]:
    """Waiting, by the same clock."""
    rate = clock_rate(settings)
    return lambda seconds: time.sleep(seconds / rate)


def clock_rate(settings: Settings) -> int:
    """How fast the clock runs: 1, unless it is a set one."""
    return max(settings.whole("clock_rate"), 1) if settings.instant("clock") else 1


def locate(start: Path | None = None, environ: Mapping[str, str] = os.environ) -> Place:
    """Find the workspace from a folder upwards and settle its settings."""
    root = workspace.find(start or Path.cwd())
    tables = workspace.read_configuration(root)
    return Place(root, resolve(tables, environ, workspace.read_secrets(root)), tables)


@contextmanager
def opened(start: Path | None = None, environ: Mapping[str, str] = os.environ) -> Iterator[Context]:
    """A Context for the workspace around a folder; the database is made and migrated on first use."""
    place = locate(start, environ)
    with ExitStack() as stack:
        yield build(place, stack)


@contextmanager
def authoring(start: Path | None = None, environ: Mapping[str, str] = os.environ) -> Iterator[Desk]:
    """What check, build and preview need: no database is made, no key is read, nothing is written."""
    place = locate(start, environ)
    with ExitStack() as stack:
        yield Desk(
            root=place.root,
            settings=place.settings,
            publication=workspace.read_publication(place.tables),
            now=system_clock(place.settings.instant("clock")),
            renderer=_renderer(place.settings, stack),
        )


def refreshed(desk: Desk) -> Desk:
    """The same desk with newsletter.toml as it is now; the renderer goes on. Raises ConfigurationError."""
    place = locate(desk.root)
    return replace(desk, settings=place.settings, publication=workspace.read_publication(place.tables))


def has_database(desk: Desk) -> bool:
    """True when there is a database to ask; none is made."""
    return bool(desk.settings.text("database_url")) or (desk.root / "var" / "newsletter.db").exists()


def copy(place: Place, folder: Path) -> None:
    """A workspace like this one in an empty folder, with the same database in a file; the original is only read."""
    from newsletter.store import copying

    workspace.copy_written(place.root, folder)
    with opened(place.root) as ctx:
        copying.copy_file(ctx.store, folder / "var" / "newsletter.db")


def build(place: Place, stack: ExitStack) -> Context:
    """A Context; what it opens is closed with `stack`."""
    # The database's library takes a quarter of a second to import: only who opens one waits for it.
    from newsletter.store import Store, identity

    one_heap()
    settings = place.settings
    if not settings.text("database_url"):
        (place.root / "var").mkdir(parents=True, exist_ok=True)
    store = Store.open(place.database)
    stack.callback(store.close)
    given = settings.secret("instance_key").reveal()
    keys = workspace.read_keys(place.root, given, fresh=identity.is_fresh(store))
    instance = identity.settle(store, keys.fingerprints(), secrets.token_hex(4))
    clock = system_clock(settings.instant("clock"), clock_rate(settings))

    @cache
    def provider(name: str) -> Provider:
        from newsletter.providers import registry

        made = registry.create(name, settings, place.root)
        stack.callback(made.close)
        return made

    return Context(
        root=place.root,
        settings=settings,
        publication=workspace.read_publication(place.tables),
        store=store,
        keys=keys,
        instance=instance,
        actor=_actor(),
        now=clock,
        sleep=system_sleep(settings),
        renderer=_renderer(settings, stack),
        provider=provider,
    )


def _renderer(settings: Settings, stack: ExitStack) -> Callable[[], Renderer]:
    """The renderer, started on first use and closed with `stack`."""

    @cache
    def renderer() -> Renderer:
        from newsletter.renderer import Limits, Renderer

        limits = Limits(
            seconds=settings.whole("render.seconds"), megabytes=settings.whole("render.megabytes")
        )
        return stack.enter_context(Renderer(limits))

    return renderer


def remembering(ctx: Context) -> Context:
    """The same for a process that answers many people: a whole issue that did not change is not composed again."""
    from newsletter.renderer import Remembering

    made = Remembering(ctx.renderer)
    return replace(ctx, renderer=lambda: made)


def _actor() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # no name for this user id, as in a bare container
        return "somebody"
