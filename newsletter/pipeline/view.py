"""View: a mail in the browser, the same edition through the same code as the mail itself; and the images and hosted files of editions.

In: the number of a delivery; an image's file name. Out: HTML; a media type and bytes. Called by web.public.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from threading import Lock

import msgspec

from newsletter.dispatch.filling import Compiled, compile_message, fill_recipient, text_of
from newsletter.dispatch.variants import Variant, tracking_for
from newsletter.model.edition import Edition
from newsletter.model.hosted import ending
from newsletter.model.hosted import key as hosted_key
from newsletter.model.publication import TrackingMode
from newsletter.model.token import of_variant, sign
from newsletter.pipeline.context import Context
from newsletter.store import Connection, editions, readers
from newsletter.store.readers import Addressee

_MOST = 16  #: compiled messages in memory
_values = msgspec.json.Decoder(list[str])


class Views:
    """Compiled messages of the variants that were looked at last. Thread-safe."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._lock = Lock()
        self._compiled: OrderedDict[tuple[int, str, TrackingMode], Compiled] = OrderedDict()

    def page(self, number: int, language: str = "") -> str | None:
        """The mail of one delivery as HTML, in `language` if the edition has it; None when our books have no such delivery.

        Where the member's values are gone, the fallbacks stand. It measures what the member allows today.
        """
        with self._ctx.store.read() as db:
            reader = readers.find(db, number)
            if reader is None:
                return None
            compiled = self._compile(db, reader, language)
        merge = dict(zip(reader.fields, _values.decode(reader.merge or "[]"), strict=False))
        tokens = sign(self._ctx.keys.tokens[reader.key_id], reader.key_id, number)
        recipient = fill_recipient(compiled, number, reader.address, merge, tokens)
        return text_of(compiled.message.html, recipient.values)

    def _compile(self, db: Connection, reader: Addressee, language: str) -> Compiled:
        mode = tracking_for(reader.tracking, reader.tracking_consent)
        known = self._compiled.get((reader.variant, language or reader.language, mode))
        if known is not None:
            return known
        edition = editions.get(db, reader.edition)
        chosen = language if language in edition.artwork.texts else reader.language
        return self._made(edition, reader, chosen, mode)

    def _made(self, edition: Edition, reader: Addressee, language: str, mode: TrackingMode) -> Compiled:
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
        with self._lock:
            self._compiled[reader.variant, language, mode] = compiled
            while len(self._compiled) > _MOST:
                self._compiled.popitem(last=False)
        return compiled


def image(ctx: Context, file_name: str) -> tuple[str, bytes] | None:
    """An image's media type and bytes; None for one that no edition has."""
    with ctx.store.read() as db:
        return editions.file(db, file_name)


def hosted(ctx: Context, key: str, name: str) -> tuple[str, bytes] | None:
    """A hosted file's media type and bytes; None for one that no edition has under this very name."""
    with ctx.store.read() as db:
        found = editions.file(db, f"{key}.{ending(name)}")
    # Whoever hands a link on could write another name into it: the key was made of content and name.
    whole = found and hosted_key(hashlib.sha256(found[1]).hexdigest(), name) == key
    return found if whole else None
