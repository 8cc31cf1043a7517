"""Requests that can be revoked: a batch id of SendGrid's for each, cancelled before it is due.

In: the SDK's client, a handle. Out: Answered; a fresh handle. Called by provider.py.

A cancellation works until ten minutes before `send_at`, ten batches may be cancelled at one time, and a status can be set only once:
what was asked before shows in the list. https://www.twilio.com/docs/sendgrid/api-reference/cancel-scheduled-sends
"""

from __future__ import annotations

import re

from newsletter.model.errors import ConfigurationError, Unavailable
from newsletter.model.inquiry import Answered, Reply
from newsletter.model.said import Said
from newsletter.providers.answer import Answer
from newsletter.providers.sendgrid.asking import ask, content, there, unavailable
from newsletter.providers.sendgrid.client import PooledClient
from newsletter.providers.sendgrid.outcome import wait_of

SCOPES = (
    "mail.batch.create",
    *(f"user.scheduled_sends.{right}" for right in ("create", "read", "update", "delete")),
)
_HANDLE = re.compile(r"[A-Za-z0-9_-]{1,100}")
_CANCEL = "cancel"
_LATER = frozenset({408, 429})  #: refusals that a little patience ends


def reserve(client: PooledClient) -> str:
    """POST /v3/mail/batch. Raises Unavailable, ConfigurationError."""
    answer = ask(client.mail.batch, "post")
    found = content(answer) if answer is not None and answer.status == 201 else None
    handle = found.get("batch_id") if isinstance(found, dict) else None
    if isinstance(handle, str) and _HANDLE.fullmatch(handle):
        return handle
    if answer is not None and 300 <= answer.status < 500 and answer.status not in _LATER:
        raise _refused(answer.status)
    status = f" ({answer.status})" if answer is not None else ""
    raise Unavailable(
        Said(
            f"SendGrid gave no batch id{status}; nothing was handed over",
            f"SendGrid n’a pas donné de numéro de lot{status}; rien n’a été remis",
        ),
        code="provider-unreachable",
        retry_after=wait_of(answer) if answer is not None else None,
    )


def _refused(status: int) -> ConfigurationError:
    """It will not do so the next time either: the mailing pauses, and a person is told."""
    return ConfigurationError(
        Said(
            f"SendGrid does not let this key make requests that can be revoked ({status})",
            f"SendGrid ne permet pas à cette clé de faire des demandes révocables ({status})",
        ),
        code="revocable-refused",
        hint=Said(
            f"Give the key {', '.join(SCOPES)}, look at sendgrid.base_url, or set send.revocable to no.",
            f"Donnez à la clé {', '.join(SCOPES)}, voyez sendgrid.base_url, ou donnez à send.revocable la valeur no.",
        ),
    )


def revoke(client: PooledClient, handle: str) -> Answered:
    """POST /v3/user/scheduled_sends; where a status stands already, PATCH, which says it once more."""
    answer = ask(_sends(client), "post", {"batch_id": handle, "status": _CANCEL})
    if answer is not None and answer.status == 201:
        return Answered(Reply.REVOKED, "201", there(answer))
    return (
        _revoke_again(client, handle) if answer is not None and answer.status == 400 else unavailable(answer)
    )


def _revoke_again(client: PooledClient, handle: str) -> Answered:
    """After a 400: a status stands, or too many do. Only the list tells which."""
    listed = ask(_of(client, handle), "get")
    if listed is None or listed.status != 200:
        return unavailable(listed)
    if not _status(listed, handle):
        return Answered(Reply.FULL, "400", there(listed))
    changed = ask(_of(client, handle), "patch", {"status": _CANCEL})
    if changed is not None and changed.status == 204:
        return Answered(Reply.REVOKED, "204", there(changed))
    return unavailable(changed)


def confirm(client: PooledClient, handle: str) -> Answered:
    """GET /v3/user/scheduled_sends/{batch_id}: a list of one, or an empty one."""
    answer = ask(_of(client, handle), "get")
    if answer is None or answer.status != 200 or not isinstance(content(answer), list):
        return unavailable(answer)
    status = _status(answer, handle)
    return Answered(Reply.REVOKED if status == _CANCEL else Reply.STANDING, "200", there(answer))


def release(client: PooledClient, handle: str) -> Answered:
    """DELETE /v3/user/scheduled_sends/{batch_id}."""
    answer = ask(_of(client, handle), "delete")
    if answer is not None and answer.status in {204, 404}:
        return Answered(Reply.RELEASED, str(answer.status), there(answer))
    return unavailable(answer)


def _status(answer: Answer | None, handle: str) -> str:
    """What stands about a batch; empty where nothing does, or that cannot be read."""
    found = content(answer)
    rows = found if isinstance(found, list) else []
    mine = (row for row in rows if isinstance(row, dict) and row.get("batch_id") == handle)
    return next((str(row.get("status")) for row in mine), "")


def _sends(client: PooledClient) -> PooledClient:
    path: PooledClient = client.user.scheduled_sends
    return path


def _of(client: PooledClient, handle: str) -> PooledClient:
    path: PooledClient = _sends(client)._(handle)
    return path
