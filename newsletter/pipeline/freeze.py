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
from newsletter.model.edition import Edition
from newsletter.model.finding import Finding, has_errors
from newsletter.model.issue import Issue
from newsletter.model.waiver import Waived
from newsletter.pipeline import audience, build
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


def freeze(
    ctx: Context, slug: str, send_at: datetime | None = None, occasion: Occasion | None = None
) -> Frozen:
    """Build, check and freeze an issue; dates are judged against the planned time (None: now), and against what it is planned for.

    Raises NotFound.
    """
    built = build.build(ctx, slug, send_at=send_at or ctx.now(), occasion=occasion)
    rendering = built.rendering
    if rendering.artwork is None or has_errors(built.findings):
        return Frozen(rendering.issue, None, built.findings, {}, built.waived)
    artwork = replace(rendering.artwork, conditions=audience.frozen(ctx, rendering.artwork.conditions))
    issue = rendering.issue
    only, archive = (issue.only, issue.archive) if issue else (None, None)
    edition = composing.freeze(artwork, ctx.publication.key, built.waived, only, archive=archive)
    edition = replace(edition, happenings=happenings(rendering.outlines, ctx.publication.time_zone))
    return Frozen(rendering.issue, edition, built.findings, rendering.files, built.waived)


def differs(ctx: Context, slug: str, approved: str, send_at: datetime) -> bool:
    """True when the files of an issue no longer give the approved edition (or none at all). Raises NotFound, ConfigurationError.

    newsletter.toml is read anew as well: this process may have been running since before the mailing was planned.
    What was accepted is compared as the author wrote it, not by the remarks that are made now (compose.freeze.same_text).
    """
    publication = workspace.read_publication(workspace.read_configuration(ctx.root))
    frozen = freeze(replace(ctx, publication=publication), slug, send_at)
    if frozen.edition is None or frozen.issue is None or frozen.edition.id == approved:
        return frozen.edition is None
    with ctx.store.read() as db:
        was = editions.get(db, approved)
    written = {(one.check, one.reason) for one in frozen.issue.accepted}
    kept = {(one.finding.check, one.reason) for one in was.waived} <= written
    return not (kept and composing.same_text(frozen.edition, was))
