"""Freeze: an issue becomes an edition that never changes. The first moment of freezing.

In: a slug. Out: an Edition with its images, or the findings that forbid it. Called by `test`, `send`, `schedule`, `approve`, due.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from newsletter import workspace
from newsletter.checks.occasion import Occasion
from newsletter.compose import freeze as composing
from newsletter.compose.happenings import happenings
from newsletter.model.campaign import AudienceRule
from newsletter.model.edition import Artwork, Edition
from newsletter.model.finding import Finding, Severity, has_errors
from newsletter.model.issue import Issue
from newsletter.model.survey import Survey
from newsletter.model.waiver import Waived
from newsletter.pipeline import audience, build, conclude, survey
from newsletter.pipeline.context import Context
from newsletter.store import editions


@dataclass(frozen=True, slots=True)
class Frozen:
    """What came of it. `edition` is None when a finding of severity error forbids it."""

    issue: Issue | None
    edition: Edition | None
    findings: tuple[Finding, ...]
    files: dict[str, bytes]
    waived: tuple[Waived, ...] = ()  #: what the issue accepts, with its reasons


@dataclass(frozen=True, slots=True)
class Drift:
    """How the files of an issue stand to an approved edition: the `text` says something else, or it is the same text, and checks make
    these `errors`, which they did not make of it when it was approved."""

    text: bool = False
    errors: tuple[Finding, ...] = ()

    def __bool__(self) -> bool:
        return self.text or bool(self.errors)

    @property
    def reason(self) -> str:
        """Why the mailing is held for it, as the ledger keeps it; "" for no reason."""
        if self.text or not self.errors:
            return conclude.TEXT_DIFFERS if self.text else ""
        first = self.errors[0]
        return f"{conclude.NEW_ERROR}{first.check}: {first.message}\n{first.french[0]}"


def freeze(
    ctx: Context,
    slug: str,
    send_at: datetime | None = None,
    occasion: Occasion | None = None,
    rule: AudienceRule | None = None,
) -> Frozen:
    """Build, check and freeze an issue; dates are judged against the planned time (None: now), and against what it is planned for.

    Its size is judged by the largest mail of any member of `rule` (None: of the audience that the issue itself names; where it names none,
    by a sample member's). Raises NotFound.
    """
    built = build.build(
        ctx, slug, send_at=send_at or ctx.now(), occasion=occasion, survey=_surveyor(ctx, rule), filtered=True
    )
    edition = None if has_errors(built.findings) else _edition(ctx, built)
    files = built.rendering.files if edition else {}
    return Frozen(built.rendering.issue, edition, built.findings, files, built.waived)


def _surveyor(ctx: Context, rule: AudienceRule | None) -> build.Surveyor:
    def take(issue: Issue | None, artwork: Artwork) -> Survey | None:
        named = rule or (issue.audience if issue else None)
        return survey.of_audience(ctx, named, artwork) if named else None

    return take


def _edition(ctx: Context, built: build.Built) -> Edition | None:
    rendering = built.rendering
    if rendering.artwork is None:
        return None
    artwork = replace(rendering.artwork, conditions=audience.frozen(ctx, rendering.artwork.conditions))
    issue = rendering.issue
    only, archive = (issue.only, issue.archive) if issue else (None, None)
    edition = composing.freeze(artwork, ctx.publication.key, built.waived, only, archive=archive)
    return replace(edition, happenings=happenings(rendering.outlines, ctx.publication.time_zone))


def differs(ctx: Context, slug: str, approved: str, send_at: datetime) -> Drift:
    """How the files of an issue stand to the approved edition now. Raises NotFound, ConfigurationError.

    newsletter.toml is read anew as well: this process may have been running since before the mailing was planned.
    What was accepted is compared as the author wrote it, not by the remarks that are made now (compose.freeze.same_text).
    """
    publication = workspace.read_publication(workspace.read_configuration(ctx.root))
    fresh = replace(ctx, publication=publication)
    built = build.build(fresh, slug, send_at=send_at)
    edition, issue = _edition(fresh, built), built.rendering.issue
    if edition is None or issue is None:
        return Drift(text=True)
    with ctx.store.read() as db:
        was = editions.get(db, approved)
    if edition.id != approved and not _same(edition, issue, was):
        return Drift(text=True)
    return Drift(errors=tuple(one for one in built.findings if one.severity is Severity.ERROR))


def _same(edition: Edition, issue: Issue, was: Edition) -> bool:
    written = {(one.check, one.reason) for one in issue.accepted}
    kept = {(one.finding.check, one.reason) for one in was.waived} <= written
    return kept and composing.same_text(edition, was)
