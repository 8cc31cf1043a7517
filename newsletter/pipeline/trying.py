"""Trying: an issue sent to colleagues as a test, and which tests went out of this very text.

In: an issue, addresses, whom to show it as. Out: what was sent; earlier tests. Called by the studio.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from newsletter.compose.freeze import freeze as frozen_edition
from newsletter.compose.freeze import text_digest
from newsletter.model.address import parse
from newsletter.model.errors import Explained, NotAllowed
from newsletter.model.finding import Finding, Severity
from newsletter.model.member import Member
from newsletter.model.said import Said
from newsletter.pipeline import audience, doctor, last_time, schedule, series
from newsletter.pipeline.build import Built
from newsletter.pipeline.context import Context
from newsletter.pipeline.freeze import Frozen, freeze
from newsletter.pipeline.testing import Shown, send_tests
from newsletter.store import specimens
from newsletter.store.specimens import Specimen

MOST = 10  #: addresses of one test


@dataclass(frozen=True, slots=True)
class Sent:
    """What a test was: to whom, in which languages. `findings` stood in its way, and then nothing was sent."""

    to: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Tried:
    """The newest test messages of an issue. `current`: those of the text as it is now."""

    current: tuple[Specimen, ...]
    earlier: tuple[Specimen, ...]


def addresses(typed: str) -> tuple[str, ...]:
    """Addresses as somebody typed them: separated by commas, spaces or line ends. Raises NotAllowed, AddressFault."""
    found = tuple(dict.fromkeys(parse(one).text for one in typed.replace(",", " ").replace(";", " ").split()))
    if not found:
        raise NotAllowed(
            Said("nobody is named to send the test to", "personne à qui envoyer l’essai n’est nommé"),
            code="test-nobody",
            hint=Said("Name an address.", "Indiquez une adresse."),
        )
    if len(found) > MOST:
        raise NotAllowed(
            Said(
                f"a test goes to at most {MOST} addresses, and these are {len(found)}",
                f"un essai va à au plus {MOST} adresses, et il y en a {len(found)}",
            ),
            code="test-many",
            hint=Said(
                "A mailing is planned and approved; a test is for those who look at it before.",
                "Un envoi se planifie et s’approuve; un essai est pour ceux qui le regardent avant.",
            ),
        )
    return found


def strangers(ctx: Context, to: Sequence[str], staff: Sequence[str] = ()) -> tuple[str, ...]:
    """Those who are not among the staff: of newsletter.toml, and whoever else the caller knows to be."""
    known = {parse(one).matching for one in (*ctx.publication.staff, *staff)}
    return tuple(one for one in to if parse(one).matching not in known)


@dataclass(frozen=True, slots=True)
class Addressed:
    """To whom a test goes. `staff` are addresses that the caller knows to be staff's; `meant`: a person said that they mean the others."""

    to: tuple[str, ...]
    staff: tuple[str, ...] = ()
    meant: bool = False


def send(ctx: Context, slug: str, addressed: Addressed, languages: Sequence[str], member: Member) -> Sent:
    """Send an issue, as it is saved, as a test, shown as a member gets it.

    Raises NotAllowed for who is no staff and is not said to be meant, or a program that is not ready for real people; NotFound; what the
    provider raises.
    """
    to = addressed.to
    unknown = strangers(ctx, to, addressed.staff)
    if unknown and not addressed.meant:
        raise NotAllowed(
            Said(
                f"{', '.join(unknown)}: not an address of your staff",
                f"{', '.join(unknown)}\u00a0: ce n’est pas une adresse de votre équipe",
            ),
            code="test-stranger",
            hint=Said(
                "Say below that you mean to send a test there, then send it again.",
                "Confirmez ci-dessous que c’est voulu, puis envoyez de nouveau.",
            ),
        )
    frozen = freeze_now(ctx, slug)
    if frozen.edition is None:
        errors = tuple(one for one in frozen.findings if one.severity is Severity.ERROR)
        return Sent(findings=errors)
    _require_ready(ctx)
    wanted = tuple(one for one in languages if one in frozen.edition.artwork.texts)
    for language in wanted or frozen.edition.artwork.languages:
        send_tests(ctx, frozen.edition, frozen.files, to, Shown(member, language))
    return Sent(tuple(to), wanted or frozen.edition.artwork.languages)


def freeze_now(ctx: Context, slug: str) -> Frozen:
    """The issue as it is saved, judged for the day on which it is planned to go out."""
    planned = series.planned_for(ctx, slug)
    if planned is None:
        return freeze(ctx, slug)
    number, table = planned
    return freeze(ctx, slug, schedule.instant(table), last_time.occasion(ctx, slug, table, number))


def _require_ready(ctx: Context) -> None:
    wrong = doctor.ready_for_real(ctx) if ctx.settings.official else []
    if wrong:
        raise NotAllowed(
            Said(
                f"not ready for real people: {wrong[0].sentence}",
                f"pas prêt pour de vraies personnes\u00a0: {wrong[0].found.fr}",
            ),
            code="not-ready",
            hint=wrong[0].advice
            or Said("`newsletter doctor` shows all.", "`newsletter doctor` montre tout."),
        )


def tried(ctx: Context, slug: str, built: Built) -> Tried:
    """The newest tests of an issue, those of this very text apart."""
    digest = digest_of(ctx, built)
    with ctx.store.read() as db:
        found = specimens.newest(db, ctx.publication.key, slug)
    return Tried(
        tuple(one for one in found if one.digest == digest),
        tuple(one for one in found if one.digest != digest),
    )


def digest_of(ctx: Context, built: Built) -> str:
    """What names a text as readers read it; empty while there is none."""
    artwork, issue = built.rendering.artwork, built.rendering.issue
    if artwork is None:
        return ""
    try:
        conditions = audience.frozen(ctx, artwork.conditions)
    except Explained:  # a condition that cannot be read: no test of it can have gone out
        return ""
    edition = frozen_edition(
        replace(artwork, conditions=conditions), ctx.publication.key, only=issue.only if issue else None
    )
    return text_digest(edition)
