"""Showing: what the preview asks for besides a build.

In: the writing surroundings; an address. Out: saved files as they come, a member. Called by preview and `build --as`.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator

from newsletter import workspace
from newsletter.model import address
from newsletter.model.errors import NotFound
from newsletter.model.keys import address_key
from newsletter.model.member import Member
from newsletter.model.said import Said
from newsletter.pipeline.authoring import Authoring
from newsletter.pipeline.context import Context


def watch(desk: Authoring, stop: threading.Event) -> Iterator[frozenset[str]]:
    """Paths of saved files, relative to the workspace, until `stop` is set."""
    return workspace.watch(desk.root, stop)


def stamp(desk: Authoring, slug: str) -> str:
    """What changes when any file changes that an issue is made of: its own, its folder's, the templates, the settings."""
    return workspace.stamp(desk.root, slug)


def member_named(ctx: Context, email: str) -> Member:
    """The member with an address. Raises NotFound, or AddressFault for what is no address."""
    from newsletter.store import members  # the preview of a sample reader needs no database

    key = address_key(ctx.keys.suppression, address.parse(email).matching)
    with ctx.store.read() as db:
        found = members.find(db, key)
    if found is None:
        raise NotFound(
            Said(f"no member has the address {email}", f"aucun membre n’a l’adresse {email}"),
            code="member-unknown",
            hint=Said(
                "`newsletter members list` shows who is there; without --as a sample reader is taken.",
                "`newsletter members list` montre qui y est; sans --as, un lecteur type est pris.",
            ),
        )
    return found
