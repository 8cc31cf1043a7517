"""Parcels: the deliveries of a batch become recipients of a message.

In: a batch and its deliveries. Out: an OutboundBatch. Called by pipeline.submit; keeps compiled messages, for an edition is
compiled once a variant, never once a member.
"""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock
from typing import Any

import msgspec

from newsletter.dispatch.filling import Compiled, compile_message, fill_recipient
from newsletter.dispatch.variants import Variant
from newsletter.model.edition import Edition
from newsletter.model.outbound import OutboundBatch, Recipient
from newsletter.model.publication import TrackingMode
from newsletter.model.token import of_variant, sign
from newsletter.pipeline.context import Context
from newsletter.store import Connection, campaigns, editions, preparation
from newsletter.store.batches import Batch

_values = msgspec.json.Decoder(list[str])


class Parcels:
    """Compiled messages by variant, shared by the threads of one process."""

    def __init__(self, ctx: Context) -> None:
        self.ctx = ctx
        self._lock = Lock()
        self._editions: dict[str, Edition] = {}
        self._compiled: dict[int, tuple[Compiled, tuple[str, ...], int]] = {}

    def _message(self, db: Connection, batch: Batch) -> tuple[Compiled, tuple[str, ...], int]:
        """The message of a batch's variant, the fields of its members' values, and the id of the key that signs."""
        with self._lock:
            known = self._compiled.get(batch.variant)
            if known is None:
                known = self._compiled[batch.variant] = self._compile(db, batch)
            return known

    def _compile(self, db: Connection, batch: Batch) -> tuple[Compiled, tuple[str, ...], int]:
        row = campaigns.detail(db, batch.campaign)
        if row.edition_id not in self._editions:
            self._editions = {row.edition_id: editions.get(db, row.edition_id)}
        variant = preparation.variant(db, batch.variant)
        compiled = compile_message(
            self._editions[row.edition_id],
            Variant(variant.language, variant.answers, TrackingMode(variant.tracking)),
            self.ctx.publication,
            self.ctx.settings.text("web.base_url"),
            track=self._variant_token(row.key_id, batch.variant, TrackingMode(variant.tracking)),
        )
        return compiled, tuple(row.fields), row.key_id

    def _variant_token(self, key_id: int, variant: int, tracking: TrackingMode) -> str | None:
        if tracking is TrackingMode.INDIVIDUAL:
            return None
        return sign(self.ctx.keys.tokens[key_id], key_id, of_variant(variant)).track

    def outbound(
        self, db: Connection, batch: Batch, rows: Sequence[Any], attempt: int, date: int
    ) -> OutboundBatch:
        """The batch as a provider is handed it, for these deliveries."""
        compiled, fields, key_id = self._message(db, batch)
        key = self.ctx.keys.tokens[key_id]
        recipients: list[Recipient] = []
        for row in rows:
            merge = dict(zip(fields, _values.decode(row.merge), strict=True))
            recipients.append(fill_recipient(compiled, row.id, row.address, merge, sign(key, key_id, row.id)))
        return OutboundBatch(
            instance=self.ctx.instance,
            batch=batch.id,
            attempt=attempt,
            message=compiled.message,
            recipients=tuple(recipients),
            message_date=date,
        )
