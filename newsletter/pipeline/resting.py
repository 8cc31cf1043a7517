"""Resting: what an answer asks of all slots before anybody hands over more.

In: a flight and its answer. Out: the account's meter held off. Called by pipeline.submit.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from newsletter.dispatch.outcome import Answer
from newsletter.dispatch.pacing import retry_after
from newsletter.model.errors import StoreUnavailable, Unavailable, Uncertain
from newsletter.model.outbound import Receipt
from newsletter.pipeline.desk import Desk
from newsletter.pipeline.flight import Flight

log = logging.getLogger(__name__)


def hold_off(desk: Desk, flight: Flight, answer: Answer) -> None:
    """The provider asked for a pause, or is away: told to all slots before anything else. The answer is not lost for it."""
    delay = _rest(flight, answer)
    if delay:
        try:
            desk.hold_off(flight.provider, delay)
        except StoreUnavailable as error:
            log.warning("%s; the others are not told that %s wants to rest", error.message, flight.provider)


def _rest(flight: Flight, answer: Answer) -> timedelta:
    match answer:
        case Receipt():
            return timedelta(seconds=answer.rest)
        case Unavailable():
            return retry_after(flight.batch.failures + 1, answer.retry_after)
        case Uncertain(
            retry_after=float() as asked
        ):  # nobody knows whether it was taken, but it wants to rest
            return retry_after(1, asked)
        case _:
            return timedelta()
