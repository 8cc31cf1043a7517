"""Asking SendGrid about what it took: one request, whatever comes back in a form that cannot hurt.

In: a path of the SDK's client. Out: an Answer or None, its JSON, its own time, a word for what went wrong. Called by logs.py, revoking.py.
"""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import msgspec

from newsletter.model.inquiry import Answered, Reply
from newsletter.providers.answer import Answer, Broken
from newsletter.providers.sendgrid.client import PooledClient


def ask(path: PooledClient, method: str, body: object = None) -> Answer | None:
    """The answer to a request; None where there was none."""
    encoded = b"" if body is None else msgspec.json.encode(body)
    try:
        answer: Answer = getattr(path, method)(request_body=encoded)
    except Broken:
        return None
    return answer


def content(answer: Answer | None) -> Any:
    """The JSON of an answer; None for what is none."""
    if answer is None or not answer.complete:
        return None
    try:
        return msgspec.json.decode(answer.body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def there(answer: Answer | None) -> datetime | None:
    """When SendGrid says that it answered (the Date header, true to the second)."""
    try:
        return parsedate_to_datetime(answer.headers.get("date", "")).astimezone(UTC) if answer else None
    except (TypeError, ValueError, IndexError, OverflowError):
        return None


def unavailable(answer: Answer | None) -> Answered:
    """It could not be asked: which status, or that there was no answer."""
    if answer is None:
        return Answered(Reply.UNAVAILABLE, "no answer")
    told = {401: "the key is not known", 403: "the key may not ask this"}.get(answer.status)
    return Answered(Reply.UNAVAILABLE, f"{answer.status}{f': {told}' if told else ''}", there(answer))
