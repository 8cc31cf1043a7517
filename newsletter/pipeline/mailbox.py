"""Mailbox: the mails that reached nobody: the outbox's files, and what a running emulator took; read as a mail program shows them.

In: a box, a search, a cursor or a key. Out: a page of lines, one mail, what is enclosed. Called by the studio. Nothing is written.
"""

from __future__ import annotations

from dataclasses import dataclass

from newsletter.model.errors import NotFound, Unavailable
from newsletter.model.mail import Enclosure, Listing, Mail
from newsletter.model.said import Said
from newsletter.pipeline.context import Context
from newsletter.providers import emulated, reading
from newsletter.providers.http import is_loopback
from newsletter.providers.outbox import shelf
from newsletter.providers.outbox.provider import FOLDER

OUTBOX, EMULATOR = "outbox", "emulator"
_SEARCH = 200  #: characters of a search


@dataclass(frozen=True, slots=True)
class Box:
    """A place where mails lie. `where` is a folder or an address."""

    name: str
    where: str


def boxes(ctx: Context) -> tuple[Box, ...]:
    """The boxes of this workspace, that of the chosen provider first. An emulator is one at a loopback address only."""
    address = ctx.settings.text("sendgrid.base_url")
    found = [Box(OUTBOX, str(FOLDER))]
    if is_loopback(address):
        found.append(Box(EMULATOR, address))
    if ctx.settings.text("provider") != OUTBOX:
        found.reverse()
    return tuple(found)


def listing(ctx: Context, box: str, search: str = "", after: str = "") -> Listing:
    """A page of a box, newest first. Raises NotFound for a box that is none, Unavailable when no emulator answers."""
    wanted = " ".join(search.split())[:_SEARCH]
    if _of(ctx, box).name == OUTBOX:
        return shelf.listing(ctx.root, wanted, after)
    try:
        return emulated.listing(ctx.settings.text("sendgrid.base_url"), wanted, after)
    except emulated.Silent as silent:
        raise _silent(ctx, silent) from None


def mail(ctx: Context, box: str, key: str) -> Mail:
    """One mail, as much of it as can be read. Raises NotFound, Unavailable."""
    return reading.read(source(ctx, box, key), key, _mailing(ctx, box, key))


def source(ctx: Context, box: str, key: str) -> bytes:
    """The very bytes of a mail. Raises NotFound, Unavailable."""
    if _of(ctx, box).name == OUTBOX:
        found = shelf.source(ctx.root, key)
    else:
        try:
            found = emulated.source(ctx.settings.text("sendgrid.base_url"), key)
        except emulated.Silent as silent:
            raise _silent(ctx, silent) from None
    if found is None:
        raise NotFound(
            Said("there is no such mail", "ce courriel n’existe pas"),
            code="mail-unknown",
            hint=Said("It may have been deleted since.", "Il a peut-être été supprimé depuis."),
        )
    return found


def enclosure(ctx: Context, box: str, key: str, number: int) -> Enclosure:
    """One thing that is enclosed in a mail. Raises NotFound, Unavailable."""
    found = next((one for one in mail(ctx, box, key).enclosures if one.number == number), None)
    if found is None:
        raise NotFound(
            Said(
                "nothing of that number is enclosed in this mail",
                "rien de ce numéro n’est joint à ce courriel",
            ),
            code="mail-unknown",
        )
    return found


def _mailing(ctx: Context, box: str, key: str) -> str:
    if box == OUTBOX:
        return key.partition("/")[0]
    try:
        return emulated.category(ctx.settings.text("sendgrid.base_url"), key)
    except emulated.Silent:
        return ""


def _of(ctx: Context, name: str) -> Box:
    found = next((one for one in boxes(ctx) if one.name == name), None)
    if found is None:
        raise NotFound(
            Said(f"there is no box {name[:40]!r}", f"il n’y a pas de boîte {name[:40]!r}"), code="box-unknown"
        )
    return found


def _silent(ctx: Context, silent: emulated.Silent) -> Unavailable:
    return Unavailable(
        Said(
            f"no emulator answers at {ctx.settings.text('sendgrid.base_url')} ({silent.what})",
            f"aucun émulateur ne répond à {ctx.settings.text('sendgrid.base_url')} ({silent.what})",
        ),
        code="emulator-silent",
    )
