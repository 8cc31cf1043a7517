"""Test messages: the same code, artwork and provider as a real mailing, to any address, outside all numbers.

In: an edition, addresses, the member to show it as. Out: receipts. Called by `test`, and by a gentle start for the staff.

A test says that it is one: in its subject, and in a banner above its HTML and its plain text. It carries the number 0
in its tokens: its unsubscribe link acts on nobody, its clicks and opens are not counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from newsletter.compose.freeze import text_digest
from newsletter.dispatch.filling import compile_message, fill_recipient
from newsletter.dispatch.marking import marked
from newsletter.dispatch.variants import Variant, strictest
from newsletter.model.edition import Edition
from newsletter.model.member import Member
from newsletter.model.outbound import OutboundBatch, Receipt
from newsletter.model.token import sign
from newsletter.pipeline import audience
from newsletter.pipeline.context import Context
from newsletter.pipeline.personas import USUAL
from newsletter.store import audit, editions, specimens
from newsletter.store.specimens import Specimen

MARKS = {"en": "[TEST] ", "fr": "[ESSAI] "}
BANNERS = {
    "en": "TEST: a copy to look at. Its links change nothing for anybody.",
    "fr": "ESSAI\N{NO-BREAK SPACE}: copie de vérification. Ses liens ne changent rien pour personne.",
}
_NOBODY = 0


@dataclass(frozen=True, slots=True)
class Shown:
    """As whom a test message is shown: a member (real or a persona), and which text of the edition."""

    member: Member
    language: str


def show_staff(ctx: Context, edition: Edition, files: dict[str, bytes], provider: str) -> None:
    """A gentle start shows itself to the staff before anybody else, in every language, outside all numbers."""
    for language in edition.artwork.languages if ctx.publication.staff else ():
        send_tests(ctx, edition, files, ctx.publication.staff, Shown(USUAL, language), provider)


def send_tests(
    ctx: Context,
    edition: Edition,
    files: dict[str, bytes],
    to: Sequence[str],
    shown: Shown,
    provider: str = "",
) -> list[Receipt]:
    """Hand one test message to each address, by the provider that is set or the one named. Raises what the provider raises:
    nothing is retried."""
    now = ctx.now()
    with ctx.store.write() as db:  # its links and pages work, so it is kept like any other
        editions.put(db, edition, files, now)
        audit.note(
            db, now, ctx.actor, "test", edition.artwork.slug, {"to": list(to), "language": shown.language}
        )
    artwork = edition.artwork
    variant = Variant(
        shown.language,
        audience.answers(ctx, artwork.conditions, shown.member),
        strictest(ctx.publication.tracking, artwork.tracking),
    )
    tokens = sign(ctx.keys.signing, ctx.keys.current, _NOBODY)
    mark = MARKS.get(shown.language.split("+")[0], MARKS["en"])
    compiled = compile_message(
        marked(edition, shown.language, BANNERS),
        variant,
        ctx.publication,
        ctx.settings.text("web.base_url"),
        track=tokens.track,
        mark=mark,
    )
    merge = {slot.field: shown.member.value(slot.field) for slot in artwork.slots}
    taker = ctx.provider(provider or ctx.settings.text("provider"))
    digest = text_digest(edition)
    receipts = []
    for address in to:
        recipient = fill_recipient(compiled, _NOBODY, address, merge, tokens)
        batch = OutboundBatch(ctx.instance, 0, 0, compiled.message, (recipient,), int(now.timestamp()))
        receipts.append(taker.submit(taker.encode(batch)))
        with (
            ctx.store.write() as db
        ):  # each by itself: what the provider has is told even where the next one fails
            specimens.put(db, edition, Specimen(digest, shown.language, address, now, ctx.actor))
    return receipts
