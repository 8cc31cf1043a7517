"""Reserving: where the setting says so, each call gets a handle by which the provider can be told to discard it.

In: a claimed batch. Out: a handle, before anything is written down as under way; nothing where calls are not revocable. Called by
pipeline.submit.
"""

from __future__ import annotations

from datetime import datetime

from newsletter.dispatch.settling import FRESH, LEAD
from newsletter.model.errors import ConfigurationError, Unavailable
from newsletter.model.inquiry import Revocable
from newsletter.model.said import Said
from newsletter.pipeline.context import Context
from newsletter.pipeline.flight import Flight
from newsletter.providers.contract import revokes
from newsletter.store import campaigns
from newsletter.store.batches import Batch


def handle(ctx: Context, batch: Batch) -> str:
    """The handle of the next call with a batch; empty where calls are not revocable. Raises Unavailable, ConfigurationError: without a
    handle nothing leaves, for it would leave unprotected."""
    if ctx.settings.text("send.revocable") != "yes":
        return ""
    with ctx.store.read() as db:
        name = campaigns.detail(db, batch.campaign).provider
    provider = revokes(ctx.provider(name))
    if provider is None:
        raise ConfigurationError(
            Said(
                f"{name} cannot take back what it was handed",
                f"{name} ne peut pas reprendre ce qui lui a été remis",
            ),
            code="revocable-unsupported",
            hint=Said("Set send.revocable to no.", "Donnez à send.revocable la valeur no."),
        )
    return provider.reserve()


def revocable(given: str, now: datetime) -> Revocable | None:
    """What is written down with the call: the handle, and when it leaves at the provider (in whole seconds)."""
    return Revocable(given, (now + LEAD).replace(microsecond=0)) if given else None


def stale(flight: Flight, now: datetime) -> Unavailable | None:
    """A revocable call that was written down too long ago (its process slept) does not begin: it may be counted as over by now."""
    if flight.revocable is None or now - flight.began_at <= FRESH:
        return None
    return Unavailable(
        Said(
            "the call was not begun in time; nothing was handed over",
            "l’appel n’a pas commencé à temps; rien n’a été remis",
        ),
        code="call-stale",
    )
