"""Parcels: the deliveries of a batch become recipients of a message.

In: a batch and its deliveries. Out: an OutboundBatch. Called by pipeline.submit; keeps compiled messages, for an edition is
compiled once a variant, never once a member.
"""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock

from newsletter.dispatch.filling import Filler, compile_message
from newsletter.dispatch.variants import Variant
from newsletter.model.edition import Edition
from newsletter.model.errors import ConfigurationError
from newsletter.model.outbound import OutboundBatch, OutboundMessage
from newsletter.model.publication import TrackingMode
from newsletter.model.said import Said
from newsletter.model.token import of_variant, sign, sign_all
from newsletter.pipeline.context import Context
from newsletter.providers.contract import Provider
from newsletter.store import Connection, campaigns, editions, preparation
from newsletter.store.batches import Batch
from newsletter.store.deliveries import Following


@dataclass(frozen=True, slots=True)
class _Ready:
    """The message of a variant, what fills it, the key that signs, and what stays of its campaign: provider, date."""

    message: OutboundMessage
    filler: Filler
    key_id: int
    provider: str
    date: int


class Parcels:
    """Compiled messages by variant, shared by the threads of one process."""

    def __init__(self, ctx: Context) -> None:
        self.ctx = ctx
        self._lock = Lock()
        self._editions: dict[str, Edition] = {}
        self._ready: dict[int, _Ready] = {}

    def _message(self, db: Connection, batch: Batch) -> _Ready:
        with self._lock:
            known = self._ready.get(batch.variant)
            if known is None:
                known = self._ready[batch.variant] = self._compile(db, batch)
            return known

    def _compile(self, db: Connection, batch: Batch) -> _Ready:
        row = campaigns.detail(db, batch.campaign)
        self._require_key(row.key_id)
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
        date = int(row.started_at.timestamp())
        return _Ready(compiled.message, Filler(compiled, row.fields), row.key_id, row.provider, date)

    def _require_key(self, number: int) -> None:
        if number in self.ctx.keys.tokens:
            return
        raise ConfigurationError(
            Said(
                f"this program does not know key {number}, with which the links of this mailing are signed",
                f"ce programme ne connaît pas la clé {number}, qui signe les liens de cet envoi",
            ),
            code="key-unknown",
            hint=Said(
                "Give every machine the same secrets/instance.key, start `serve` and `work` again, then resume.",
                "Donnez à chaque ordinateur le même secrets/instance.key, relancez `serve` et `work`, puis reprenez.",
            ),
        )

    def _variant_token(self, key_id: int, variant: int, tracking: TrackingMode) -> str | None:
        if tracking is TrackingMode.INDIVIDUAL:
            return None
        return sign(self.ctx.keys.tokens[key_id], key_id, of_variant(variant)).track

    def provider(self, db: Connection, batch: Batch) -> Provider:
        """The provider that a batch is handed to."""
        return self.ctx.provider(self._message(db, batch).provider)

    def outbound(self, db: Connection, batch: Batch, rows: Following, attempt: int) -> OutboundBatch:
        """The batch as a provider is handed it, for these deliveries."""
        ready = self._message(db, batch)
        key_id, key = ready.key_id, self.ctx.keys.tokens[ready.key_id]
        tokens = sign_all(key, key_id, rows.numbers)
        return OutboundBatch(
            instance=self.ctx.instance,
            batch=batch.id,
            attempt=attempt,
            message=ready.message,
            recipients=ready.filler.recipients(rows.numbers, rows.addresses, rows.merges, tokens),
            message_date=ready.date,
        )
