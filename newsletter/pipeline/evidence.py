"""Evidence: a letter or a picture in which somebody said yes, kept with the approval that it proves.

In: the bytes of a file. Out: its digest, by which an approval names it. Called by `approve --evidence`, the studio.
"""

from __future__ import annotations

import hashlib
from email import message_from_bytes
from email.policy import default

from newsletter.model.errors import AuthorError
from newsletter.model.said import Said
from newsletter.pipeline.commenting import cleaned
from newsletter.pipeline.context import Context
from newsletter.store import approvals

_NAME = 120
_BEGINNINGS = {b"%PDF-": "application/pdf", b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}
_LETTER = 1 << 16  #: so much of a file is looked at for the head of a letter


def keep(ctx: Context, name: str, data: bytes) -> str:
    """Keep a file; its SHA-256 in hex. Raises AuthorError for one that is empty, too large, or neither letter, PDF nor picture."""
    shown = " ".join(cleaned(name.replace("\\", "/").rpartition("/")[2], _NAME).split()) or "evidence"
    most = ctx.settings.whole("files.megabytes") << 20
    if not 0 < len(data) <= most:
        raise AuthorError(
            Said(
                f"{shown} is empty or larger than {most >> 20} MB",
                f"{shown} est vide ou dépasse {most >> 20}\u00a0Mo",
            ),
            code="evidence-size",
            hint=Said(
                "A letter (.eml), a PDF or a picture (PNG, JPEG) of a page is enough.",
                "Une lettre (.eml), un PDF ou une image (PNG, JPEG) d’une page suffit.",
            ),
        )
    kind = _kind(data)
    if kind is None:
        raise AuthorError(
            Said(
                f"{shown} is neither a letter (.eml), a PDF nor a picture (PNG, JPEG)",
                f"{shown} n’est ni une lettre (.eml), ni un PDF, ni une image (PNG, JPEG)",
            ),
            code="evidence-kind",
            hint=Said(
                "In a mail program, “Save as” gives the .eml file of a letter.",
                "Dans un programme de courriel, «\u00a0Enregistrer sous\u00a0» donne le fichier .eml d’une lettre.",
            ),
        )
    digest = hashlib.sha256(data).hexdigest()
    with ctx.store.write() as db:
        approvals.keep_evidence(db, digest, shown, kind, data, ctx.now())
    return digest


def _kind(data: bytes) -> str | None:
    """What the bytes say that they are; the name says nothing."""
    for beginning, kind in _BEGINNINGS.items():
        if data.startswith(beginning):
            return kind
    head = message_from_bytes(data[:_LETTER], policy=default)
    try:
        letter = bool(head.get("from")) and bool(head.get("date") or head.get("received"))
    except (ValueError, IndexError, AttributeError):  # a header that the library cannot take apart
        return None
    return "message/rfc822" if letter and b"\0" not in data[:_LETTER] else None
