"""What went wrong, as other programs read it: application/problem+json (RFC 9457), with this program's stable codes.

In: errors. Out: responses. Called by web.api.app.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

import msgspec
from starlette.responses import Response

from newsletter.model.address import AddressFault
from newsletter.model.errors import (
    AuthorError,
    ConfigurationError,
    Explained,
    NotFound,
    ProviderError,
    StoreUnavailable,
)
from newsletter.pipeline.answering import KeyReused
from newsletter.pipeline.drafting import Unsound
from newsletter.pipeline.paging import CursorUnreadable
from newsletter.web.api import answers

MEDIA = "application/problem+json"
_STATUS: tuple[tuple[type[Explained], int], ...] = (
    # the nearest kind first
    (CursorUnreadable, 400),
    (KeyReused, 422),
    (NotFound, 404),
    (AddressFault, 422),
    (AuthorError, 422),
    (StoreUnavailable, 503),
    (ProviderError, 503),
    (ConfigurationError, 503),
)


def status_of(error: Explained) -> int:
    """Its status: 409 for what the state of things forbids."""
    if error.code == "scope-missing":
        return 403
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 409)


def of(error: Explained) -> tuple[int, bytes]:
    """Status and body."""
    status, place = status_of(error), error.place
    remarks = [answers.remark(one) for one in error.findings] if isinstance(error, Unsound) else None
    made = answers.Problem(
        type=f"urn:newsletter:problem:{error.code}",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=error.message,
        code=error.code,
        hint=error.hint or None,
        file=place.file or None if place else None,
        line=place.line or None if place else None,
        remarks=remarks,
    )
    return status, msgspec.json.encode(made)


def problem(
    status: int, code: str, detail: str, hint: str = "", headers: Mapping[str, str] | None = None
) -> Response:
    """A problem of the request itself."""
    made = answers.Problem(
        f"urn:newsletter:problem:{code}", HTTPStatus(status).phrase, status, detail, code, hint or None
    )
    return Response(msgspec.json.encode(made), status, headers, MEDIA)
