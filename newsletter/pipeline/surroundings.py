"""Surroundings: what stands in every mail beside the approved text, from the settings of the program that hands it over.

In: a Context, a campaign's row. Out: a text to keep with the campaign; ConfigurationError. Called by prepare, submit and control.

The edition holds the text, the sender and the footer. Where its links lead and how a reader leaves is set where the program runs: a
second machine, or a changed file, must not hand over the other half of a mailing with links that lead elsewhere.
"""

from __future__ import annotations

from typing import Any

import msgspec

from newsletter.model.errors import ConfigurationError
from newsletter.model.said import Said
from newsletter.pipeline.context import Context

_read = msgspec.json.Decoder(dict[str, str])


def of(ctx: Context) -> str:
    """Those of this program, as the store keeps them."""
    return msgspec.json.encode(_here(ctx), order="deterministic").decode()


def _here(ctx: Context) -> dict[str, str]:
    return {
        "web.base_url": ctx.settings.text("web.base_url"),
        "list_id": ctx.publication.list_id,
        "unsubscribe_mailbox": ctx.publication.unsubscribe_mailbox,
    }


def require_same(ctx: Context, row: Any) -> None:
    """Raises ConfigurationError when this program would write other mails than the one that wrote the recipients down."""
    error = difference(ctx, row)
    if error is not None:
        raise error


def difference(ctx: Context, row: Any) -> ConfigurationError | None:
    """How what this program would write differs, as an error to raise; None where it does not."""
    if not row.surroundings or row.surroundings == of(ctx):
        return None
    begun, here = _read.decode(row.surroundings), _here(ctx)
    name = next((one for one in here if begun.get(one) != here[one]), "")
    if not name:  # a setting that only another version of the program keeps
        return None
    was, now = begun.get(name, ""), here[name]
    return ConfigurationError(
        Said(
            f"mailing {row.id} began with {name} = {was!r}, and this program has {now!r}",
            f"l’envoi {row.id} a commencé avec {name} = {was!r}, et ce programme a {now!r}",
        ),
        code="surroundings-differ",
        hint=Said(
            "Give every machine the same setting and start `serve` and `work` again, then resume: what resumes it decides.",
            "Donnez à chaque ordinateur le même réglage, relancez `serve` et `work`, puis reprenez\u00a0: c’est le programme qui reprend qui décide.",
        ),
    )
