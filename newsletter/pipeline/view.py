"""View: a mail in the browser, the same edition through the same code as the mail itself; and the images and hosted files of editions.

In: the number of a delivery; an image's file name. Out: HTML; a media type and bytes. Called by web.public.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

import msgspec

from newsletter.dispatch.filling import Compiled, compile_message, fill_recipient, text_of
from newsletter.dispatch.variants import Variant, tracking_for
from newsletter.model.edition import Edition, Happening
from newsletter.model.hosted import ending
from newsletter.model.hosted import key as hosted_key
from newsletter.model.publication import TrackingMode
from newsletter.model.token import of_variant, sign
from newsletter.pipeline.context import Context
from newsletter.pipeline.online import Over, over, told_in
from newsletter.store import Connection, editions, readers
from newsletter.store.readers import Addressee

_MOST = 16  #: compiled messages in memory
_values = msgspec.json.Decoder(list[str])


_Made = tuple[Compiled, tuple[Happening, ...]]


@dataclass(frozen=True, slots=True)
class Viewed:
    """A mail as it stands in a browser, and what is over of it."""

    html: str
    over: Over


class Views:
    """Compiled messages of the variants that were looked at last. Thread-safe."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._lock = Lock()
        self._compiled: OrderedDict[tuple[int, str, TrackingMode], _Made] = OrderedDict()

    def page(self, number: int, language: str = "") -> Viewed | None:
        """The mail of one delivery, in `language` if the edition has it; None when our books have no such delivery.

        Where the member's values are gone, the fallbacks stand. It measures what the member allows today.
        """
        with self._ctx.store.read() as db:
            reader = readers.find(db, number)
            if reader is None:
                return None
            compiled, happenings = self._compile(db, reader, language)
        merge = dict(zip(reader.fields, _values.decode(reader.merge or "[]"), strict=False))
        tokens = sign(self._ctx.keys.tokens[reader.key_id], reader.key_id, number)
        recipient = fill_recipient(compiled, number, reader.address, merge, tokens)
        html = text_of(compiled.message.html, recipient.values)
        return Viewed(html, over(happenings, self._ctx.now()))

    def _compile(self, db: Connection, reader: Addressee, language: str) -> _Made:
        mode = tracking_for(reader.tracking, reader.tracking_consent)
        known = self._compiled.get((reader.variant, language or reader.language, mode))
        if known is not None:
            return known
        edition = editions.get(db, reader.edition)
        chosen = language if language in edition.artwork.texts else reader.language
        return self._made(edition, reader, chosen, mode)

    def _made(self, edition: Edition, reader: Addressee, language: str, mode: TrackingMode) -> _Made:
        key = self._ctx.keys.tokens[reader.key_id]
        personal = mode is TrackingMode.INDIVIDUAL
        track = None if personal else sign(key, reader.key_id, of_variant(reader.variant)).track
        compiled = compile_message(
            edition,
            Variant(language, reader.answers, mode),
            self._ctx.publication,
            self._ctx.settings.text("web.base_url"),
            track=track,
        )
        made = compiled, told_in(edition, language)
        with self._lock:
            self._compiled[reader.variant, language, mode] = made
            while len(self._compiled) > _MOST:
                self._compiled.popitem(last=False)
        return made


def image(ctx: Context, file_name: str) -> tuple[str, bytes] | None:
    """An image's media type and bytes; None for one that no edition has."""
    with ctx.store.read() as db:
        found = editions.file(db, file_name)
    return None if found is None else found[1:]


def hosted(ctx: Context, key: str, name: str) -> tuple[str, bytes] | None:
    """A hosted file's media type and bytes; None for one that no edition has under this very name."""
    with ctx.store.read() as db:
        found = editions.file(db, f"{key}.{ending(name)}")
    # Whoever hands a link on could write another name into it: the key was made of content and name.
    if found is None or hosted_key(found[0], name) != key:
        return None
    return found[1:]
